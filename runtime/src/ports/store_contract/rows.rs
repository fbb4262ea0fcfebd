//! The rows of the bots' tables.

use std::sync::Arc;

use basilect_stdlib::Data;
use basilect_stdlib::pure::condition::{Filter, Op};
use tokio::task::JoinSet;

use super::{new, turn};
use crate::ports::store::{
    ColumnShape, Deploy, Query, Row, Store, StoreError, StoreResult, TableShape, TurnTransaction,
};

const BOT: &str = "rows";

pub(super) fn row(columns: &[(&str, Data)]) -> Row {
    columns.iter().map(|(name, value)| (name.to_string(), value.clone())).collect()
}

pub(super) fn query(table: &str) -> Query {
    Query { table: table.into(), ..Query::default() }
}

pub(super) fn column(name: &str, ty: &str) -> ColumnShape {
    ColumnShape { name: name.into(), ty: ty.into(), required: false, default: None }
}

pub(super) fn shape(name: &str, key: &str, columns: Vec<ColumnShape>) -> TableShape {
    TableShape { name: name.into(), key: key.into(), columns, unique: vec![] }
}

fn when(column: &str, op: Op, value: Data) -> Filter {
    Filter::Compare { column: column.into(), op, value }
}

fn filtered(table: &str, filter: Filter) -> Query {
    Query { filter: Some(filter), ..query(table) }
}

pub(super) async fn rows(store: Arc<dyn Store>) {
    let on = store.as_ref();
    on.open(&new("rows")).await.expect("opened");
    undeclared(on).await;
    finding(on).await;
    changing(on).await;
    on.put_package("rows", b"", 0).await.expect("put");
    on.deploy(&declarations()).await.expect("deployed");
    declared(on).await;
    unique(on).await;
    transactions(on).await;
    made_ids_never_meet(store.clone()).await;
    saving_at_once(store.clone()).await;
    strange_names(on).await;
}

/// Runs statements in a transaction of their own and keeps what they did.
async fn kept<T>(
    on: &dyn Store,
    statements: impl AsyncFnOnce(&mut Box<dyn TurnTransaction>) -> T,
) -> T {
    let mut transaction = on.begin().await.expect("begun");
    let result = statements(&mut transaction).await;
    let version = on.conversation("rows").await.expect("read").expect("is there").version;
    transaction.commit(turn("rows", version)).await.expect("committed");
    result
}

async fn found(on: &dyn Store, query: &Query) -> Vec<Row> {
    on.find(BOT, query).await.expect("found")
}

async fn names(on: &dyn Store, query: &Query) -> Vec<Data> {
    found(on, query).await.into_iter().map(|row| row["name"].clone()).collect()
}

async fn undeclared(on: &dyn Store) {
    assert!(found(on, &query("people")).await.is_empty());
    let people = [
        row(&[("name", Data::text("Anna")), ("age", Data::Int(30)), ("born", Data::Date(9_000))]),
        row(&[("name", Data::text("ben")), ("age", Data::Num(4.5)), ("Note", Data::Null)]),
        row(&[("name", Data::text("Carla")), ("age", Data::text("41"))]),
        row(&[("name", Data::text("Dário")), ("tags", Data::List(vec![Data::text("vip")]))]),
    ];
    let stored = kept(on, async |script| {
        let mut stored = Vec::new();
        for person in people.clone() {
            stored.push(script.insert(BOT, "People", person).await.expect("inserted"));
        }
        stored
    })
    .await;
    assert_eq!(found(on, &query("PEOPLE")).await, stored, "what is stored is what is found");
    let ids: Vec<&Data> = stored.iter().map(|row| &row["id"]).collect();
    assert_eq!(ids, [&Data::Int(1), &Data::Int(2), &Data::Int(3), &Data::Int(4)]);
    assert_eq!(stored[0]["born"], Data::Date(9_000));
    assert!(on.find("another bot", &query("people")).await.expect("asked").is_empty());
}

async fn finding(on: &dyn Store) {
    let texts = |names: &[&str]| names.iter().map(|name| Data::text(*name)).collect::<Vec<_>>();
    let ages = Data::List(vec![Data::Int(41), Data::Num(4.5)]);
    let range = Data::List(vec![Data::Int(5), Data::Int(45)]);
    for (filter, expected) in [
        (when("name", Op::Eq, Data::text("Anna")), vec!["Anna"]),
        (when("NAME", Op::Eq, Data::text("Anna")), vec!["Anna"]),
        (when("name", Op::Eq, Data::text("anna")), vec![]),
        (when("id", Op::Eq, Data::text("2")), vec!["ben"]),
        (when("id", Op::Eq, Data::Num(2.0)), vec!["ben"]),
        (when("age", Op::Eq, Data::Int(41)), vec!["Carla"]),
        (when("age", Op::Gt, Data::Int(20)), vec!["Anna", "Carla"]),
        (when("age", Op::In, ages), vec!["ben", "Carla"]),
        (when("age", Op::Between, range), vec!["Anna", "Carla"]),
        (when("age", Op::IsNull, Data::Bool(true)), vec!["Dário"]),
        (when("note", Op::IsNull, Data::Bool(false)), vec![]),
        (when("name", Op::Like, Data::text("%AR%")), vec!["Carla"]),
        (when("name", Op::Like, Data::text("d%")), vec!["Dário"]),
        (when("tags", Op::Contains, Data::text("vip")), vec!["Dário"]),
        (when("nothing", Op::Eq, Data::text("x")), vec![]),
        (Filter::Not(Box::new(when("age", Op::Gt, Data::Int(20)))), vec!["ben", "Dário"]),
    ] {
        let found = names(on, &filtered("people", filter.clone())).await;
        assert_eq!(found, texts(&expected), "{filter:?}");
    }
    let ordered = |column: &str, descending, limit| Query {
        order: vec![(column.to_string(), descending)],
        limit,
        ..query("people")
    };
    let by_name = names(on, &ordered("Name", true, None)).await;
    assert_eq!(by_name, texts(&["ben", "Dário", "Carla", "Anna"]));
    let by_birth = names(on, &ordered("born", false, Some(2))).await;
    assert_eq!(by_birth, texts(&["Anna", "ben"]), "nulls are last, and ties keep their order");
    let both = Query { limit: Some(1), ..filtered("people", when("age", Op::Gt, Data::Int(20))) };
    assert_eq!(names(on, &both).await, texts(&["Anna"]));
    let first = names(on, &Query { limit: Some(2), ..query("people") }).await;
    assert_eq!(first, texts(&["Anna", "ben"]), "without an order rows come as they were inserted");
    assert!(found(on, &Query { limit: Some(0), ..query("people") }).await.is_empty());
    spellings(on).await;
}

/// A prefilter of the database must not keep back what the condition would take.
async fn spellings(on: &dyn Store) {
    kept(on, async |script| {
        for (id, name) in [("007", "James"), ("7", "seven"), ("true", "yes")] {
            let row = row(&[("id", Data::text(id)), ("name", Data::text(name))]);
            script.insert(BOT, "spelled", row).await.expect("inserted");
        }
        let exact = row(&[("id", Data::Num(7.25)), ("name", Data::text("exact"))]);
        script.insert(BOT, "spelled", exact).await.expect("inserted");
    })
    .await;
    for value in [Data::Int(7), Data::text("7"), Data::text("007"), Data::Num(7.25)] {
        let filter = when("id", Op::Eq, value);
        let all = found(on, &query("spelled")).await;
        let expected: Vec<Row> =
            all.into_iter().filter(|row| filter.matches(&Data::Map(row.clone()))).collect();
        assert_eq!(found(on, &filtered("spelled", filter)).await, expected);
        assert!(!expected.is_empty());
    }
}

async fn changing(on: &dyn Store) {
    let anna = || filtered("people", when("name", Op::Eq, Data::text("Anna")));
    let changed = kept(on, async |script| {
        let changes = row(&[("AGE", Data::Int(31)), ("city", Data::text("Recife"))]);
        assert_eq!(script.update(BOT, &anna(), changes).await.expect("updated"), 1);
        let within = script.find(BOT, &anna()).await.expect("found");
        let missing = script.update(BOT, &query("nowhere"), row(&[])).await;
        assert_eq!(missing.expect("updated"), 0);
        within
    })
    .await;
    assert_eq!(found(on, &anna()).await, changed);
    assert_eq!(changed[0]["age"], Data::Int(31), "the stored spelling wins");
    assert_eq!(changed[0].keys().next_back().map(String::as_str), Some("city"));
    kept(on, async |script| {
        let saved = row(&[("ID", Data::text("1")), ("age", Data::Int(32))]);
        let saved = script.save(BOT, "people", saved).await.expect("saved");
        assert_eq!((&saved["name"], &saved["age"]), (&Data::text("Anna"), &Data::Int(32)));
        let fresh = script.save(BOT, "people", row(&[("name", Data::text("Eva"))])).await;
        assert_eq!(fresh.expect("saved")["id"], Data::Int(5));
        let far = row(&[("id", Data::Int(50)), ("name", Data::text("Far"))]);
        script.save(BOT, "people", far).await.expect("saved");
        let next = script.insert(BOT, "people", row(&[("name", Data::text("Next"))])).await;
        assert_eq!(next.expect("inserted")["id"], Data::Int(51));
        let twice = script.insert(BOT, "people", row(&[("id", Data::Int(50))])).await;
        refused(twice, "table people already has a row with id = 50");
        let young = filtered("people", when("id", Op::Ge, Data::Int(5)));
        assert_eq!(script.delete(BOT, &young).await.expect("deleted"), 3);
        assert_eq!(script.delete(BOT, &query("nowhere")).await.expect("deleted"), 0);
    })
    .await;
    assert_eq!(found(on, &query("people")).await.len(), 4);
}

fn refused<T: std::fmt::Debug>(result: StoreResult<T>, why: &str) {
    match result {
        Err(StoreError::Invalid(message)) => assert!(message.contains(why), "{message}"),
        other => panic!("not refused: {other:?}"),
    }
}

fn declarations() -> Deploy {
    let required = |name: &str, ty: &str| ColumnShape { required: true, ..column(name, ty) };
    let state = ColumnShape { default: Some("'open'".into()), ..column("State", "text") };
    let orders = shape(
        "orders",
        "Code",
        vec![required("Code", "text"), required("total", "number"), state, column("due", "date")],
    );
    let mut users = shape(
        "users",
        "id",
        vec![
            column("id", "integer"),
            column("mail", "text"),
            column("a", "text"),
            column("b", "text"),
        ],
    );
    users.unique = vec![vec!["mail".into()], vec!["a".into(), "b".into()]];
    Deploy {
        bot: BOT.into(),
        hash: "rows".into(),
        tables: vec![orders, users],
        ..Deploy::default()
    }
}

async fn declared(on: &dyn Store) {
    let tables = on.tables(BOT).await.expect("tables");
    assert_eq!(tables, declarations().tables);
    kept(on, async |script| {
        let given = row(&[
            ("due", Data::text("2024-05-01")),
            ("CODE", Data::Int(12)),
            ("total", Data::text("9.5")),
        ]);
        let stored = script.insert(BOT, "orders", given).await.expect("inserted");
        let expected = row(&[
            ("id", Data::Int(1)),
            ("Code", Data::text("12")),
            ("total", Data::Num(9.5)),
            ("State", Data::text("open")),
            ("due", Data::Date(19_844)),
        ]);
        assert_eq!(stored, expected);
        assert!(stored.keys().eq(expected.keys()), "columns stand as declared");
        let order = |name: &str, value| {
            row(&[("code", Data::text("X")), ("total", Data::Int(1)), (name, value)])
        };
        let wrong = script.insert(BOT, "orders", order("due", Data::text("soon"))).await;
        refused(wrong, "column due of table orders takes a value of type date, not \"soon\"");
        let unknown = script.insert(BOT, "orders", order("colour", Data::Null)).await;
        refused(unknown, "table orders has no column colour");
        let missing = script.insert(BOT, "orders", row(&[("code", Data::text("X"))])).await;
        refused(missing, "column total of table orders needs a value");
        let keyless = script.insert(BOT, "orders", row(&[("total", Data::Int(1))])).await;
        refused(keyless, "column Code of table orders needs a value");
        let emptied = row(&[("total", Data::Null)]);
        refused(script.update(BOT, &query("orders"), emptied).await, "needs a value");
        let moved = row(&[("code", Data::text("13"))]);
        assert_eq!(script.update(BOT, &query("orders"), moved).await.expect("moved"), 1);
        let saved = row(&[("code", Data::Int(13)), ("total", Data::Int(3))]);
        let saved = script.save(BOT, "orders", saved).await.expect("saved");
        assert_eq!((&saved["id"], &saved["due"]), (&Data::Int(1), &Data::Date(19_844)));
    })
    .await;
    assert_eq!(found(on, &query("orders")).await.len(), 1);
}

async fn unique(on: &dyn Store) {
    let user = |mail: &str, a: &str, b: Data| {
        row(&[("mail", Data::text(mail)), ("a", Data::text(a)), ("b", b)])
    };
    kept(on, async |script| {
        let one = script.insert(BOT, "users", user("x@y", "1", Data::text("2"))).await;
        assert_eq!(one.expect("inserted")["id"], Data::Int(1));
        let mail = script.insert(BOT, "users", user("x@y", "9", Data::text("9"))).await;
        refused(mail, "table users already has a row with mail = \"x@y\"");
        let pair = script.insert(BOT, "users", user("z@y", "1", Data::text("2"))).await;
        refused(pair, "a,b = \"1\", \"2\"");
        for mail in ["n1@y", "n2@y"] {
            // A null is never the same as another.
            script.insert(BOT, "users", user(mail, "1", Data::Null)).await.expect("inserted");
        }
        let all = script.update(BOT, &query("users"), row(&[("mail", Data::text("same"))])).await;
        refused(all, "mail = \"same\"");
    })
    .await;
    let mails: Vec<Data> =
        found(on, &query("users")).await.into_iter().map(|row| row["mail"].clone()).collect();
    let expected = ["x@y", "n1@y", "n2@y"].map(Data::text);
    assert_eq!(mails, expected, "a refused statement leaves nothing behind");
    kept(on, async |script| {
        let first = filtered("users", when("mail", Op::Eq, Data::text("x@y")));
        let other = row(&[("mail", Data::text("free@y"))]);
        assert_eq!(script.update(BOT, &first, other).await.expect("changed"), 1);
        let reused = script.insert(BOT, "users", user("x@y", "7", Data::text("7"))).await;
        reused.expect("a value that was given up is free");
        assert_eq!(script.delete(BOT, &query("users")).await.expect("deleted"), 4);
        let again = script.insert(BOT, "users", user("x@y", "1", Data::text("2"))).await;
        again.expect("a deleted row holds nothing");
    })
    .await;
}

/// What is written is seen by its transaction, and by others after its commit or never.
async fn transactions(on: &dyn Store) {
    let person = || row(&[("name", Data::text("Ghost"))]);
    let ghost = filtered("people", when("name", Op::Eq, Data::text("Ghost")));
    let mut script = on.begin().await.expect("begun");
    script.insert(BOT, "people", person()).await.expect("inserted");
    script.insert(BOT, "made by a ghost", person()).await.expect("inserted");
    assert_eq!(script.find(BOT, &ghost).await.expect("found").len(), 1);
    assert!(found(on, &ghost).await.is_empty(), "not before the commit");
    script.rollback().await;
    assert!(found(on, &ghost).await.is_empty());
    let mut script = on.begin().await.expect("begun");
    script.insert(BOT, "people", person()).await.expect("inserted");
    drop(script);
    let mut script = on.begin().await.expect("begun");
    script.insert(BOT, "people", person()).await.expect("inserted");
    let stale = script.commit(turn("rows", 0)).await;
    assert!(matches!(stale, Err(StoreError::Conflict)), "{stale:?}");
    assert!(found(on, &ghost).await.is_empty(), "a turn that lost has written nothing");
    on.reserve_seq("rows").await.expect("the store goes on");
}

/// Many that save one row at once make one row of it.
async fn saving_at_once(store: Arc<dyn Store>) {
    let mut tasks = JoinSet::new();
    for n in 0..20 {
        let store = store.clone();
        tasks.spawn(async move {
            let id = format!("saves{n}");
            store.open(&new(&id)).await.expect("opened");
            let mut script = store.begin().await.expect("begun");
            let saved = row(&[("id", Data::text("one")), (&*format!("by{n}"), Data::Int(n))]);
            script.save(BOT, "saved", saved).await.expect("saved");
            script.commit(turn(&id, 0)).await.expect("committed");
        });
    }
    tasks.join_all().await;
    let all = store.find(BOT, &query("saved")).await.expect("found");
    assert_eq!((all.len(), all[0].len()), (1, 21), "{all:?}");
}

async fn made_ids_never_meet(store: Arc<dyn Store>) {
    let mut tasks = JoinSet::new();
    for n in 0..40 {
        let store = store.clone();
        tasks.spawn(async move {
            let id = format!("ids{n}");
            store.open(&new(&id)).await.expect("opened");
            let mut script = store.begin().await.expect("begun");
            let stored = script.insert(BOT, "counted", row(&[("n", Data::Int(n))])).await;
            script.commit(turn(&id, 0)).await.expect("committed");
            stored.expect("inserted")["id"].clone()
        });
    }
    let mut ids: Vec<i64> = tasks
        .join_all()
        .await
        .into_iter()
        .map(|id| match id {
            Data::Int(id) => id,
            other => panic!("not an integer: {other:?}"),
        })
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, (1..=40).collect::<Vec<i64>>());
}

/// Texts that would mean something to a database if they ever became part of a statement.
const PIECES: [&str; 20] = [
    "'",
    "\"",
    "';",
    "--",
    "/*",
    "*/",
    "; drop table bot_rows; --",
    "' or '1'='1",
    "$1",
    "?1",
    "\\",
    "\\'",
    "%",
    "_",
    "\u{0}",
    "null",
    "') returning 1 --",
    "$.x",
    "::json",
    "\u{1F600}",
];

/// Ten thousand such texts as table, column and value: each is only a name or a value, and no
/// other table sees any of it.
async fn strange_names(on: &dyn Store) {
    let before = found(on, &query("people")).await;
    for part in 0..40 {
        kept(on, async |script| {
            for n in part * 250..(part + 1) * 250 {
                strange_name(script, n).await;
            }
        })
        .await;
    }
    assert_eq!(found(on, &query("people")).await, before);
    assert!(found(on, &query("strange")).await.is_empty());
}

async fn strange_name(script: &mut Box<dyn TurnTransaction>, n: usize) {
    let text = format!("{}{}{n}", PIECES[n % 20], PIECES[(n / 20) % 20]);
    // The pieces come round again after 400 texts, and meet another use then.
    let result = match (n / 400 + n) % 4 {
        0 => as_table(script, &text).await,
        1 => as_column(script, &text).await,
        2 => as_value(script, &text).await,
        _ => as_condition(script, &text).await,
    };
    match result {
        Ok(()) | Err(StoreError::Invalid(_)) => {}
        Err(other) => panic!("{text:?}: {other}"),
    }
}

async fn as_table(script: &mut Box<dyn TurnTransaction>, text: &str) -> StoreResult<()> {
    script.insert(BOT, text, row(&[("x", Data::Int(1))])).await?;
    assert_eq!(script.find(BOT, &query(text)).await?.len(), 1);
    assert_eq!(script.delete(BOT, &query(text)).await?, 1);
    Ok(())
}

async fn as_column(script: &mut Box<dyn TurnTransaction>, text: &str) -> StoreResult<()> {
    let stored = script.insert(BOT, "columns", row(&[(text, Data::text(text))])).await?;
    assert_eq!(stored[text], Data::text(text));
    let fits = filtered("columns", when("id", Op::Eq, stored["id"].clone()));
    assert_eq!(script.find(BOT, &fits).await?, [stored]);
    assert_eq!(script.delete(BOT, &fits).await?, 1);
    Ok(())
}

async fn as_value(script: &mut Box<dyn TurnTransaction>, text: &str) -> StoreResult<()> {
    let value = row(&[("id", Data::text(text)), ("v", Data::text(text))]);
    let stored = script.insert(BOT, "strange", value.clone()).await?;
    assert_eq!(stored, value);
    let fits = filtered("strange", when("id", Op::Eq, Data::text(text)));
    assert_eq!(script.find(BOT, &fits).await?, [stored]);
    assert_eq!(script.delete(BOT, &fits).await?, 1);
    Ok(())
}

async fn as_condition(script: &mut Box<dyn TurnTransaction>, text: &str) -> StoreResult<()> {
    let filter = Filter::And(
        Box::new(when(text, Op::Eq, Data::text(text))),
        Box::new(when("v", Op::Eq, Data::text(text))),
    );
    let strange = Query { order: vec![(text.into(), true)], ..filtered("people", filter) };
    assert!(script.find(BOT, &strange).await?.is_empty());
    assert_eq!(script.update(BOT, &strange, row(&[("name", Data::text(text))])).await?, 0);
    assert_eq!(script.delete(BOT, &strange).await?, 0);
    Ok(())
}
