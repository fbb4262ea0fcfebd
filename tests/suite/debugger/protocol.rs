//! The protocol itself: what is no message, no request, or comes at the wrong time.

use std::path::Path;

use basilect_stdlib::limits::DebugLimits;
use basilect_tests::debugger::Debugger;
use serde_json::{Value, json};

use super::bot;

#[test]
fn malformed_messages_do_no_harm() {
    let bodies = [
        "",
        "{",
        "[]",
        "1",
        "null",
        "\"x\"",
        "{}",
        "{\"seq\":1}",
        "{\"type\":\"request\"}",
        "{\"type\":\"request\",\"command\":7}",
        "{\"type\":\"event\",\"event\":\"x\"}",
        "{\"type\":\"request\",\"command\":\"\"}",
        "{\"seq\":\"x\",\"type\":\"request\",\"command\":\"next\"}",
        "{\"type\":\"request\",\"command\":\"initialize\",\"arguments\":[]}",
        "{\"type\":\"request\",\"command\":\"variables\",\"arguments\":{\"variablesReference\":-1}}",
        "{\"type\":\"request\",\"command\":\"variables\",\"arguments\":{\"variablesReference\":1e99}}",
        "{\"type\":\"request\",\"command\":\"setBreakpoints\"}",
        "{\"type\":\"request\",\"command\":\"setBreakpoints\",\"arguments\":{\"source\":7}}",
        "{\"type\":\"request\",\"command\":\"setBreakpoints\",\"arguments\":{\"source\":{\"path\":\"\"},\"breakpoints\":[{\"line\":-4},{}]}}",
        "{\"type\":\"request\",\"command\":\"setBreakpoints\",\"arguments\":{\"source\":{\"sourceReference\":99},\"breakpoints\":[{\"line\":4294967296}]}}",
        "{\"type\":\"request\",\"command\":\"evaluate\",\"arguments\":{\"expression\":null}}",
        "{\"type\":\"request\",\"command\":\"evaluate\",\"arguments\":{\"expression\":\"1+1\",\"frameId\":99}}",
        "{\"type\":\"request\",\"command\":\"stackTrace\",\"arguments\":{\"startFrame\":-5,\"levels\":-5}}",
        "{\"type\":\"request\",\"command\":\"scopes\",\"arguments\":{\"frameId\":18446744073709551615}}",
        "{\"type\":\"request\",\"command\":\"source\",\"arguments\":{\"sourceReference\":18446744073709551615}}",
        "{\"type\":\"request\",\"command\":\"completions\",\"arguments\":{\"text\":\"\\u00e9\\u00e9\",\"column\":99}}",
        "{\"type\":\"request\",\"command\":\"goto\",\"arguments\":{\"targetId\":\"x\"}}",
        "{\"type\":\"request\",\"command\":\"setVariable\",\"arguments\":{}}",
        "{\"type\":\"request\",\"command\":\"setExpression\",\"arguments\":{}}",
        "{\"type\":\"request\",\"command\":\"attach\",\"arguments\":{\"journal\":7}}",
        "{\"type\":\"request\",\"command\":\"launch\",\"arguments\":null}",
        "{\"type\":\"request\",\"command\":\"configurationDone\"}",
        "{\"type\":\"request\",\"command\":\"restart\"}",
        "{\"type\":\"request\",\"command\":\"fork\"}",
        "{\"type\":\"request\",\"command\":\"cancel\"}",
        "{\"type\":\"request\",\"command\":\"pause\"}",
    ];
    let mut debugger = Debugger::start(Path::new("/")).unwrap();
    for body in bodies {
        let message = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        debugger.send_raw(message.as_bytes()).unwrap();
    }
    // Invalid UTF-8, nesting without end, a header more than there need be.
    let deep = "[".repeat(100_000);
    let message = format!("Content-Length: {}\r\nContent-Type: x\r\n\r\n{deep}", deep.len());
    debugger.send_raw(message.as_bytes()).unwrap();
    debugger.send_raw(b"Content-Length: 4\r\n\r\n\xff\xfe{}").unwrap();
    let long = DebugLimits::DEFAULT.message_bytes + 1;
    debugger.send_raw(format!("Content-Length: {long}\r\n\r\n").as_bytes()).unwrap();
    debugger.send_raw(&vec![b' '; long]).unwrap();
    debugger.says("a message may have at most").unwrap();
    // It goes on as if nothing had been.
    debugger.request("threads", json!({})).unwrap();
    let capabilities = debugger.request("initialize", json!({})).unwrap();
    assert_eq!(capabilities["supportsStepBack"], true);
    debugger.finish().unwrap();
}

#[test]
fn what_cannot_be_read_ends_the_session() {
    for bytes in [&b"nonsense\r\n\r\n"[..], b"Content-Length: x\r\n\r\n", b"A: b\r\n\r\n"] {
        let mut debugger = Debugger::start(Path::new("/")).unwrap();
        debugger.send_raw(bytes).unwrap();
        debugger.says("").unwrap();
        assert_eq!(debugger.ended().unwrap(), Some(0));
    }
}

#[test]
fn unknown_requests_are_answered() {
    let mut debugger = Debugger::start(Path::new("/")).unwrap();
    debugger.request("initialize", json!({})).unwrap();
    for command in ["readMemory", "disassemble", "nothing at all"] {
        let error = debugger.ask(command, json!({})).unwrap().unwrap_err();
        assert!(error.contains(command), "{error}");
    }
    for command in ["continue", "next", "stepBack", "stackTrace", "configurationDone"] {
        assert!(debugger.ask(command, json!({ "threadId": 1 })).unwrap().is_err(), "{command}");
    }
    debugger.finish().unwrap();
}

#[test]
fn lines_may_be_counted_from_zero() {
    let bot = bot("x = 1\nTALK x\nTALK x + 1\n");
    let mut debugger = Debugger::start(Path::new("/")).unwrap();
    debugger.request("initialize", json!({ "linesStartAt1": false })).unwrap();
    debugger.request("launch", json!({ "bot": bot.path })).unwrap();
    let told = debugger.set_breakpoints(&bot.script, &[1]).unwrap();
    assert_eq!(told[0]["line"], 1);
    debugger.request("configurationDone", Value::Null).unwrap();
    assert_eq!(debugger.stopped().unwrap().2, 1);
    assert_eq!(debugger.value("x").unwrap(), "1");
    debugger.finish().unwrap();
}

#[test]
fn a_bot_with_errors_is_not_launched() {
    let bot = bot("IF x THEN\nTALK \"no end\"\n");
    let mut debugger = Debugger::start(Path::new("/")).unwrap();
    debugger.request("initialize", json!({})).unwrap();
    let error = debugger.ask("launch", json!({ "bot": bot.path })).unwrap().unwrap_err();
    assert!(error.contains("start.bas:1:"), "{error}");
    let error = debugger.ask("launch", json!({ "bot": "/nowhere" })).unwrap().unwrap_err();
    assert!(error.contains("nowhere") || error.contains("already"), "{error}");
    debugger.finish().unwrap();
}

#[test]
fn many_breakpoints_are_refused() {
    let most = DebugLimits::DEFAULT.breakpoints as u64;
    let bot = bot("x = 1\nTALK x\n");
    let mut debugger = bot.launched(&[], json!({ "stopOnEntry": true }));
    debugger.stopped().unwrap();
    let lines: Vec<u64> = vec![2; most as usize + 3];
    let told = debugger.set_breakpoints(&bot.script, &lines).unwrap();
    let verified = told.iter().filter(|told| told["verified"] == true).count();
    assert_eq!((told.len(), verified), (lines.len(), most as usize));
    debugger.finish().unwrap();
}
