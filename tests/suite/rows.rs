//! Rows of a bot's tables, from the script to the store and back.

use basilect_runtime::conversation::{Event, Step};
use basilect_stdlib::Limits;
use basilect_tests::bots;
use basilect_tests::local::Local;

const STOCK: &str = r#"TABLE goods
    name TEXT KEY
    stock INTEGER
    note TEXT
    price INTEGER
END TABLE
SAVE "goods", #{ name: "tea", stock: 10, note: "green" }
SAVE "goods", #{ name: "salt", stock: 3 }
taken = 4
changed = UPDATE "goods" SET stock = stock - taken, note = note + "!" WHERE stock > 5
CALL restock
price = 7
UPDATE "goods" SET price = price + 1 WHERE name = "salt"
tea = FIND "goods" WHERE name = "tea" FIRST
salt = FIND "goods" WHERE name = "salt" FIRST
TALK changed + ": " + tea.stock + " " + tea.note + ", " + salt.stock + " at " + salt.price
TRY
    UPDATE "goods" SET note = note * 2
CATCH problem
    TALK problem
END TRY

SUB restock
    UPDATE "goods" SET stock = stock * 2 WHERE name = "salt"
END SUB
"#;

/// A name that nothing sets is the row's own column; a variable of that name is the variable.
#[tokio::test]
async fn a_change_may_begin_with_its_own_column() {
    let package = bots::compile("stock", &[("start", STOCK)]).unwrap();
    let local = Local::start(package, Limits::DEFAULT).await.unwrap();
    let id = local.open(&Event::Start).await.unwrap();
    let said: Vec<String> = local
        .steps(&id)
        .await
        .unwrap()
        .into_iter()
        .filter_map(|step| match step {
            Step::Call { words, args, .. } if words == "TALK" => {
                args.first().map(basilect_stdlib::pure::text::display_data)
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        said,
        [
            "1: 6 green!, 6 at 8",
            "the text \"green!\" is not a number, so * cannot be applied to it"
        ]
    );
}
