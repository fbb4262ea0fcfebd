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

#[test]
fn editors_can_connect_to_an_address() {
    use std::io::{BufRead, BufReader, Read, Write};
    let binary = basilect_tests::process::binary().unwrap();
    let address = basilect_tests::process::free_address().unwrap();
    let mut command = std::process::Command::new(&binary);
    command.args(["dap", "--listen", &address.to_string()]);
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut told = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut told).unwrap();
    assert!(told.contains(&address.to_string()), "{told}");
    for _ in 0..2 {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let ask = |command: &str| {
            let body = json!({ "seq": 1, "type": "request", "command": command }).to_string();
            format!("Content-Length: {}\r\n\r\n{body}", body.len())
        };
        stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
        stream.write_all(ask("initialize").as_bytes()).unwrap();
        stream.write_all(ask("disconnect").as_bytes()).unwrap();
        let mut answers = String::new();
        stream.read_to_string(&mut answers).unwrap();
        assert!(answers.contains("supportsStepBack") && answers.contains("disconnect"));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let mut command = std::process::Command::new(binary);
    let open = command.args(["dap", "--listen", "0.0.0.0:0"]).output().unwrap();
    assert_eq!(open.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&open.stderr).contains("127.0.0.1"));
}

#[test]
fn without_debugging_nothing_halts() {
    let bot = bot("x = 1\nTALK x\nHEAR y\n");
    let mut debugger = bot.launched(&[1, 2], json!({ "noDebug": true }));
    debugger.says("waits for an answer").unwrap();
    assert!(debugger.said("stdout").contains('1'));
    debugger.finish().unwrap();
}
