//! How long a script takes from source text to a verified program.

use std::fmt::Write;
use std::time::{Duration, Instant};

use basilect_tests::bots;
use basilect_tests::load::percentile;

/// One chapter of a script as people write them: what stands in it is different in each.
const CHAPTER: &str = r##"' Chapter @: an order with a loop, a question and a table.
SUB order_@(customer)
    cart = []
    DO WHILE TRUE
        TALK "What would you like, ${customer.name}?"
        HEAR choice_@ AS "Tea", "Coffee", "That is all"
        IF choice_@ = "That is all" THEN EXIT DO
        HEAR quantity AS INTEGER WITH "How many cups of ${LCASE(choice_@)}?"
        IF quantity > 12 AND NOT customer.trusted THEN
            TALK "That is a lot: " + quantity + " cups."
        ELSE IF quantity <= 0 THEN
            TALK "Then not."
        ELSE
            cart.PUSH({ "drink": choice_@, "quantity": quantity, "chapter": @ })
        END IF
    LOOP
    total = 0
    FOR EACH line IN cart
        price = FIND "prices" WHERE drink = line.drink FIRST
        total = total + (price.amount OR 2.50) * line.quantity
    NEXT line
    WITH record
        .customer = customer.name
        .total = total
        .made = FORMAT(NOW(), "yyyy-MM-dd")
    END WITH
    SAVE "orders_@", record
    SELECT CASE UBOUND(cart)
        CASE 0
            TALK "Nothing at all."
        CASE 1, 2
            TALK "A small order: ${FORMAT(total, "#,##0.00")}."
        CASE ELSE
            TALK "Thank you, ${customer.name}! " + FORMAT(total, "$#,##0.00")
    END SELECT
END SUB

"##;

/// A script of about so many lines.
fn script(lines: usize) -> String {
    let chapters = lines / CHAPTER.lines().count();
    let mut text = String::from("customer = #{ name: \"Ada\", trusted: TRUE }\n");
    for number in 0..chapters {
        text.push_str(&CHAPTER.replace('@', &number.to_string()));
    }
    for number in 0..chapters {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "CALL order_{number}(customer)");
    }
    text
}

fn compile(text: &str) -> Duration {
    let started = Instant::now();
    bots::compile("bench", &[("start", text)]).unwrap();
    started.elapsed()
}

#[test]
fn the_measured_script_is_a_good_one() {
    compile(&script(1_000));
}

#[test]
#[ignore = "a measurement"]
fn bench_compile() {
    for lines in [1_000, 10_000] {
        let text = script(lines);
        let mut times: Vec<Duration> = (0..40).map(|_| compile(&text)).collect();
        times.sort_unstable();
        println!(
            "{} lines ({} KB) to a verified program: {:.2?} (p50), {:.2?} (max)",
            text.lines().count(),
            text.len() >> 10,
            percentile(&times, 0.5),
            times[times.len() - 1]
        );
    }
}
