//! Going over something again: calls that begin anew, times that are counted in both directions,
//! rounds of a loop, and models that called tools.

use std::sync::atomic::Ordering;

use basilect_tests::debugger::Debugger;
use serde_json::{Value, json};

use super::forked::give_model;
use super::{Bot, bot, bot_of, line};

const SUMS: &str = "total = 0
FOR EACH n IN [1, 2, 3, 4, 5, 6]
    IF n = 2 THEN
        CONTINUE
    END IF
    total = total + twice(n) '@sum
NEXT n
TALK \"Sum \" + total '@talk

FUNCTION twice(x)
    y = x '@first
    x = x + y
    RETURN x '@return
END FUNCTION
";

fn restart(debugger: &mut Debugger, frame: u64) -> Result<Value, String> {
    debugger.ask("restartFrame", json!({ "frameId": frame })).unwrap()
}

#[test]
fn a_call_that_runs_here_begins_anew() {
    let bot = bot(SUMS);
    let mut debugger = bot.launched(&[line(SUMS, "return")], Value::Null);
    let told = debugger.event("capabilities").unwrap();
    assert!(told["capabilities"].is_object());
    assert_eq!(debugger.stopped().unwrap().2, line(SUMS, "return"));
    assert_eq!(debugger.value("x + y").unwrap(), "3");
    // What the parameter holds now is what the call begins with; the rest is empty.
    restart(&mut debugger, 2).unwrap();
    assert_eq!(debugger.stopped().unwrap().2, line(SUMS, "first"));
    assert_eq!(debugger.value("x").unwrap(), "2");
    assert_eq!(debugger.value("y").unwrap(), "NULL");
    assert_eq!(debugger.go("continue").unwrap().2, line(SUMS, "return"));
    assert_eq!(debugger.value("x").unwrap(), "4");
    let refused = restart(&mut debugger, 1).unwrap_err();
    assert!(refused.contains("SUB or FUNCTION"), "{refused}");
    debugger.set_breakpoints(&bot.script, &[]).unwrap();
    debugger.request("continue", json!({ "threadId": 1 })).unwrap();
    debugger.says("Sum 40").unwrap();
    debugger.finish().unwrap();
}

#[test]
fn a_call_that_waits_for_another_script_or_a_person_does_not_begin_anew() {
    let bot = bot("CALL ask\nSUB ask\n    HEAR x '@hear\nEND SUB\n");
    let mut debugger = bot.launched(&[], Value::Null);
    debugger.says("waits for an answer").unwrap();
    debugger.request("pause", json!({ "threadId": 1 })).unwrap();
    debugger.stopped().unwrap();
    let refused = restart(&mut debugger, 2).unwrap_err();
    assert!(refused.contains("waits for an answer"), "{refused}");
    debugger.finish().unwrap();
}

#[tokio::test]
async fn a_recorded_call_is_visited_from_its_beginning() {
    let bot = bot(SUMS);
    let (journal, _) = bot.recorded(&[]).await;
    let mut debugger = bot.begun("attach", bot.attaching(&journal), &[line(SUMS, "return")]);
    debugger.event("stopped").unwrap();
    assert_eq!(debugger.go("reverseContinue").unwrap().2, line(SUMS, "return"));
    assert_eq!(debugger.value("x").unwrap(), "12");
    restart(&mut debugger, 2).unwrap();
    assert_eq!(debugger.stopped().unwrap().2, line(SUMS, "first"));
    assert_eq!(debugger.value("x").unwrap(), "6", "as it was when it was called");
    assert_eq!(debugger.go("continue").unwrap().2, line(SUMS, "return"));
    restart(&mut debugger, 1).unwrap();
    assert_eq!(debugger.stopped().unwrap().2, 1);
    debugger.finish().unwrap();
}

/// Sets one breakpoint that counts.
fn counting(debugger: &mut Debugger, bot: &Bot, mark: &str, hits: &str) {
    let wish = json!({
        "source": { "path": bot.script.display().to_string() },
        "breakpoints": [{ "line": line(SUMS, mark), "hitCondition": hits }],
    });
    debugger.request("setBreakpoints", wish).unwrap();
}

#[tokio::test]
async fn times_count_the_same_in_both_directions() {
    let bot = bot(SUMS);
    let (journal, _) = bot.recorded(&[]).await;
    let mut debugger = bot.begun("attach", bot.attaching(&journal), &[]);
    debugger.event("stopped").unwrap();
    counting(&mut debugger, &bot, "sum", "% 2");
    // Of the values 1, 3, 4, 5, 6 every other one: 3 and 5.
    for expected in ["5", "3"] {
        assert_eq!(debugger.go("reverseContinue").unwrap().0, "breakpoint");
        assert_eq!(debugger.value("n").unwrap(), expected, "going back");
    }
    assert_eq!(debugger.go("continue").unwrap().0, "breakpoint");
    assert_eq!(debugger.value("n").unwrap(), "5", "and forward again");
    counting(&mut debugger, &bot, "sum", "= 4");
    debugger.go("reverseContinue").unwrap();
    assert_eq!(debugger.go("continue").unwrap().0, "breakpoint");
    assert_eq!(debugger.value("n").unwrap(), "5", "the fourth time is the fourth of all");
    debugger.finish().unwrap();
}

#[test]
fn each_round_of_a_loop_begins_at_its_head() {
    let bot = bot(SUMS);
    let mut debugger = bot.launched(&[2], Value::Null);
    let mut seen = Vec::new();
    for _ in 0..7 {
        let (reason, _, at) = debugger.stopped().unwrap();
        assert_eq!((reason.as_str(), at), ("breakpoint", 2), "after {seen:?}");
        seen.push(debugger.value("n").unwrap());
        debugger.request("continue", json!({ "threadId": 1 })).unwrap();
    }
    // Before the first round, and after each: the round that CONTINUE ended too.
    assert_eq!(seen, ["NULL", "1", "2", "3", "4", "5", "6"]);
    debugger.says("Sum 38").unwrap();
    debugger.finish().unwrap();
}

/// A model first calls a tool and then says what came of it.
fn tool_then_words(request: usize) -> Value {
    let call = json!({ "index": 0, "id": "1", "type": "function", "function": {
        "name": "hours", "arguments": "{\"day\":\"Monday\"}" } });
    match request {
        0 => json!({ "tool_calls": [call] }),
        _ => json!({ "content": "Open 9 to 5 on Monday" }),
    }
}

const HOURS: &str = "PARAM day AS STRING LIKE \"Monday\" DESCRIPTION \"The day\"
DESCRIPTION \"Tells when the shop is open\"
found = \"9 to 5\"
RETURN day + \": \" + found
";

#[tokio::test]
async fn going_on_otherwise_passes_the_answers_of_models_and_their_tools() {
    let bot = bot_of(&[("start", "ADD TOOL \"hours\"\nTALK \"Ask me\"\n"), ("hours", HOURS)]);
    let asked = give_model(&bot, tool_then_words);
    let (journal, _) = bot.recorded(&["When are you open?"]).await;
    assert_eq!(asked.load(Ordering::SeqCst), 2);

    let mut debugger = bot.begun("attach", bot.attaching(&journal), &[]);
    debugger.event("stopped").unwrap();
    let tool = bot.script.with_file_name("hours.bas");
    debugger.set_breakpoints(&tool, &[3]).unwrap();
    let (_, name, at) = debugger.go("reverseContinue").unwrap();
    assert_eq!((name.as_str(), at), ("hours", 3));
    assert_eq!(debugger.value("day").unwrap(), "\"Monday\"");
    debugger.types("fork").unwrap();
    let (_, name, at) = debugger.stopped().unwrap();
    assert_eq!((name.as_str(), at), ("hours", 3), "it stands in the tool that the model called");
    assert_eq!(debugger.value("day").unwrap(), "\"Monday\"");
    debugger.set_breakpoints(&tool, &[]).unwrap();
    debugger.request("continue", json!({ "threadId": 1 })).unwrap();
    debugger.says("Open 9 to 5 on Monday").unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2, "no model was asked again");
    debugger.finish().unwrap();
}
