//! Sessions of the debugger in which a conversation runs here.

use std::path::Path;

use basilect_tests::debugger::Debugger;
use serde_json::{Value, json};

use super::{bot, bot_of, line};

const SHOP: &str = "total = 0
cart = []
FOR i = 1 TO 3 '@for
    add i '@call
NEXT i
TALK \"Sum \" + total '@talk
HEAR name WITH \"Your name?\" '@hear
TALK \"Hello \" + name '@hello
HEAR colour AS \"red\", \"green\"
x = total / (LEN(colour) - 3) '@fails
TALK \"Bye\"

SUB add(n)
    total = total + n '@sum
    PUSH cart, #{ item: \"no \" + n, count: n } '@push
END SUB
";

#[test]
fn a_conversation_halts_is_looked_at_and_goes_on() {
    let bot = bot(SHOP);
    let mut debugger = bot.launched(&[line(SHOP, "sum")], Value::Null);
    let sum = line(SHOP, "sum");
    assert_eq!(debugger.stopped().unwrap(), ("breakpoint".into(), "add".into(), sum));
    assert_eq!(debugger.value("n").unwrap(), "1");
    assert_eq!(debugger.value("total").unwrap(), "0");
    assert_eq!(debugger.value("total + n * 10").unwrap(), "10");

    let stack = debugger.request("stackTrace", json!({ "threadId": 1 })).unwrap();
    assert_eq!(stack["totalFrames"], 2);
    let frames = stack["stackFrames"].as_array().unwrap();
    assert_eq!((&frames[1]["name"], &frames[1]["line"]), (&json!("start"), &json!(4)));
    assert_eq!(frames[0]["source"]["path"], json!(bot.script.canonicalize().unwrap()));

    assert_eq!(debugger.go("next").unwrap(), ("step".into(), "add".into(), sum + 1));
    assert_eq!(debugger.value("total").unwrap(), "1");
    let (_, name, at) = debugger.go("stepOut").unwrap();
    assert_eq!((name.as_str(), at), ("start", line(SHOP, "for")));
    let cart = debugger.value("cart").unwrap();
    assert_eq!(cart, "[{item: \"no 1\", count: 1}]");
    assert_eq!(debugger.go("next").unwrap().2, line(SHOP, "call"));
    assert_eq!(debugger.go("stepIn").unwrap(), ("breakpoint".into(), "add".into(), sum));
    debugger.set_breakpoints(&bot.script, &[line(SHOP, "talk"), line(SHOP, "hello")]).unwrap();
    assert_eq!(debugger.go("continue").unwrap().2, line(SHOP, "talk"));
    assert_eq!(debugger.value("total").unwrap(), "6");
    assert_eq!(debugger.go("next").unwrap().2, line(SHOP, "hear"));
    debugger.request("continue", json!({ "threadId": 1 })).unwrap();
    debugger.says("Your name?").unwrap();
    debugger.says("waits for an answer").unwrap();
    debugger.types("Ada").unwrap();
    assert_eq!(debugger.stopped().unwrap().2, line(SHOP, "hello"));
    assert_eq!(debugger.value("name").unwrap(), "\"Ada\"");
    debugger.request("continue", json!({ "threadId": 1 })).unwrap();
    debugger.says("1. red").unwrap();
    debugger.types("1").unwrap();
    let (reason, name, at) = debugger.stopped().unwrap();
    assert_eq!((reason.as_str(), name.as_str(), at), ("exception", "start", line(SHOP, "fails")));
    let info = debugger.request("exceptionInfo", json!({ "threadId": 1 })).unwrap();
    assert_eq!(info["breakMode"], "unhandled");
    assert!(info["description"].as_str().unwrap().contains("zero"), "{info}");
    debugger.request("continue", json!({ "threadId": 1 })).unwrap();
    debugger.says("shop.gbdialog/start.bas:10").unwrap();
    assert!(debugger.said("stdout").starts_with("Sum 6\nYour name?\nHello Ada\n"));
    debugger.finish().unwrap();
}

#[test]
fn breakpoints_have_conditions_counts_and_messages() {
    let source = "FOR i = 1 TO 9\n    x = i * i '@body\nNEXT i\nTALK x '@end\n";
    let bot = bot(source);
    let mut debugger = bot.launched(&[], json!({ "stopOnEntry": true }));
    assert_eq!(debugger.stopped().unwrap(), ("step".into(), "start".into(), 1));
    let path = bot.script.display().to_string();
    let set = |debugger: &mut basilect_tests::debugger::Debugger, wish: Value| {
        let mut wish = wish;
        wish["line"] = json!(line(source, "body"));
        let arguments = json!({ "source": { "path": path }, "breakpoints": [wish] });
        debugger.request("setBreakpoints", arguments).unwrap()["breakpoints"][0].clone()
    };
    let told = set(&mut debugger, json!({ "condition": "i MOD 4 = 0" }));
    assert_eq!((&told["verified"], &told["line"]), (&json!(true), &json!(2)));
    debugger.go("continue").unwrap();
    assert_eq!(debugger.value("i").unwrap(), "4");
    set(&mut debugger, json!({ "hitCondition": "== 2" }));
    debugger.go("continue").unwrap();
    assert_eq!(debugger.value("i").unwrap(), "6");
    let told = set(&mut debugger, json!({ "hitCondition": "often" }));
    assert_eq!(told["verified"], false);
    let end = line(source, "end");
    let wishes = json!([
        { "line": 2, "logMessage": "i is {i}, twice {i * 2}, {nothing}" }, { "line": end }
    ]);
    let arguments = json!({ "source": { "path": path }, "breakpoints": wishes });
    debugger.request("setBreakpoints", arguments).unwrap();
    assert_eq!(debugger.go("continue").unwrap().2, end);
    let log = debugger.said("console");
    assert!(log.contains("i is 7, twice 14, <there is no variable nothing here>"), "{log}");
    assert_eq!(log.matches("twice").count(), 3, "{log}");
    // A line without a statement means the next one that has one.
    let told = debugger.set_breakpoints(&bot.script, &[3, 40]).unwrap();
    assert_eq!((&told[0]["line"], &told[1]["verified"]), (&json!(end), &json!(false)));
    debugger.finish().unwrap();
}

#[test]
fn variables_are_paged_and_can_be_changed() {
    let source = "all = []
FOR i = 1 TO 200000
    PUSH all, i
NEXT i
deep = #{ name: \"x\", list: [1, [2, [3]]] }
count = 1
TALK count '@talk
note()

SUB note
    TALK \"done\" '@note
END SUB
";
    let bot = bot(source);
    let mut debugger = bot.launched(&[line(source, "talk"), line(source, "note")], Value::Null);
    debugger.stopped().unwrap();
    let scopes = debugger.request("scopes", json!({ "frameId": 1 })).unwrap();
    let reference = &scopes["scopes"][0]["variablesReference"];
    let list = |debugger: &mut basilect_tests::debugger::Debugger, arguments: Value| {
        debugger.request("variables", arguments).unwrap()["variables"].as_array().unwrap().clone()
    };
    let all = list(&mut debugger, json!({ "variablesReference": reference }));
    let named = |name: &str| all.iter().find(|v| v["name"] == name).unwrap().clone();
    assert_eq!(named("all")["indexedVariables"], 200_000);
    assert_eq!(named("all")["type"], "list");
    let page = json!({ "variablesReference": named("all")["variablesReference"],
        "start": 199_998, "count": 50 });
    let page = list(&mut debugger, page);
    assert_eq!(
        (page.len(), &page[1]["name"], &page[1]["value"]),
        (2, &json!("199999"), &json!("200000"))
    );
    let first = json!({ "variablesReference": named("all")["variablesReference"] });
    assert_eq!(list(&mut debugger, first).len(), 1_000, "a page is bounded");
    let inside =
        list(&mut debugger, json!({ "variablesReference": named("deep")["variablesReference"] }));
    assert_eq!(inside[1]["value"], "[1, [2, […]]]");

    let change = |reference: &Value, name: &str, value: &str| {
        let mut change = json!({ "variablesReference": reference, "name": name });
        change["value"] = json!(value);
        change
    };
    let set = debugger.request("setVariable", change(reference, "count", "40 + 2")).unwrap();
    assert_eq!(set["value"], "42");
    let deep = named("deep")["variablesReference"].clone();
    debugger.request("setVariable", change(&deep, "name", "UCASE(\"yes\")")).unwrap();
    assert_eq!(debugger.value("deep.name").unwrap(), "\"YES\"");
    let third = named("all")["variablesReference"].clone();
    debugger.request("setVariable", change(&third, "2", "NULL")).unwrap();
    assert_eq!(debugger.value("all[2]").unwrap(), "NULL");
    let wrong = debugger.ask("setVariable", change(reference, "count", "TALK 1")).unwrap();
    assert!(wrong.is_err());
    let set = json!({ "expression": "count", "value": "7", "frameId": 1 });
    assert_eq!(debugger.request("setExpression", set).unwrap()["value"], "7");
    assert_eq!(debugger.value("LEN(all) + count").unwrap(), "200007");
    debugger.request("continue", json!({ "threadId": 1 })).unwrap();
    assert_eq!(debugger.stopped().unwrap().1, "note");
    assert!(debugger.said("stdout").contains("7\n"));
    // A procedure sees what its script keeps.
    assert_eq!(debugger.value("count").unwrap(), "7");
    debugger.finish().unwrap();
}

#[test]
fn a_test_speaks_for_the_person() {
    let source = "HEAR name\nTALK \"Hello \" + name '@hello\nHEAR more\nTALK NOW()\n";
    let bot = bot(source);
    let test = bot.folder.path().join("hello.chat");
    let text = "clock 2026-03-02T09:00:00\n> Ada\n< Hello Ada\nadvance 2 days\n> yes\n...\n";
    std::fs::write(&test, text).unwrap();
    let more = json!({ "transcript": test.display().to_string() });
    let mut debugger = bot.launched(&[line(source, "hello")], more);
    assert_eq!(debugger.stopped().unwrap().2, 2);
    assert_eq!(debugger.value("name").unwrap(), "\"Ada\"");
    debugger.request("continue", json!({ "threadId": 1 })).unwrap();
    assert_eq!(debugger.event("exited").unwrap()["exitCode"], 0);
    debugger.event("terminated").unwrap();
    assert!(debugger.said("stdout").contains("2026-03-04"), "{:?}", debugger.console);
    debugger.finish().unwrap();
}

#[test]
fn scripts_that_compute_for_long_can_be_paused_and_left() {
    let source = "n = 0\nDO\n    n = n + 1\nLOOP\n";
    let bot = bot(source);
    let mut debugger = bot.launched(&[], Value::Null);
    std::thread::sleep(std::time::Duration::from_millis(200));
    debugger.request("pause", json!({ "threadId": 1 })).unwrap();
    let (reason, _, at) = debugger.stopped().unwrap();
    assert_eq!(reason, "pause");
    assert!((2..=4).contains(&at), "{at}");
    assert_ne!(debugger.value("n").unwrap(), "0");
    debugger.request("continue", json!({ "threadId": 1 })).unwrap();
    debugger.finish().unwrap();
}

#[test]
fn waiting_for_the_person_can_be_looked_at() {
    let source = "x = 5\nask_it()\nTALK x '@end\nSUB ask_it\n    y = x + 1\n\
                  \x20   HEAR z '@hear\n    x = y\nEND SUB\n";
    let bot = bot(source);
    let mut debugger = bot.launched(&[], Value::Null);
    debugger.says("waits for an answer").unwrap();
    debugger.request("pause", json!({ "threadId": 1 })).unwrap();
    let (reason, name, at) = debugger.stopped().unwrap();
    assert_eq!((reason.as_str(), name.as_str(), at), ("pause", "ask_it", line(source, "hear")));
    assert_eq!(debugger.value("y + x").unwrap(), "11");
    debugger.request("next", json!({ "threadId": 1 })).unwrap();
    debugger.types("fine").unwrap();
    assert_eq!(debugger.stopped().unwrap(), ("step".into(), "ask_it".into(), 7));
    assert_eq!(debugger.value("z").unwrap(), "\"fine\"");
    debugger.finish().unwrap();
}

#[test]
fn a_script_can_go_on_elsewhere_and_begin_again() {
    let source = "a = 1\nb = 2 '@two\nTALK a + b '@talk\nEND\n";
    let bot = bot_of(&[("start", source), ("other", "TALK \"other\"\n")]);
    let mut debugger = bot.launched(&[line(source, "talk")], Value::Null);
    debugger.stopped().unwrap();
    let at = json!({ "source": { "path": bot.script }, "line": 2 });
    let targets = debugger.request("gotoTargets", at).unwrap();
    let id = &targets["targets"][0]["id"];
    debugger.request("goto", json!({ "threadId": 1, "targetId": id })).unwrap();
    assert_eq!(debugger.stopped().unwrap(), ("goto".into(), "start".into(), 2));
    assert_eq!(debugger.go("continue").unwrap().2, line(source, "talk"));
    debugger.request("restart", json!({})).unwrap();
    assert_eq!(debugger.stopped().unwrap().2, line(source, "talk"));
    let sources = debugger.request("loadedSources", json!({})).unwrap();
    assert_eq!(sources["sources"].as_array().unwrap().len(), 2);
    let lines = json!({ "source": { "path": bot.script }, "line": 1, "endLine": 9 });
    let lines = debugger.request("breakpointLocations", lines).unwrap();
    let lines: Vec<u64> = lines["breakpoints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| b["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [1, 2, 3, 4]);
    let typed = json!({ "frameId": 1, "text": "a + UCA", "column": 8 });
    let completions = debugger.request("completions", typed).unwrap();
    let labels: Vec<&Value> =
        completions["targets"].as_array().unwrap().iter().map(|t| &t["label"]).collect();
    assert!(labels.contains(&&json!("UCASE")), "{labels:?}");
    debugger.finish().unwrap();
}

#[test]
fn errors_that_are_handled_halt_when_wished() {
    let source = "TRY\n    x = 1 / LEN(\"\") '@fails\nCATCH problem\n\
                  \x20   TALK \"caught\" '@caught\nEND TRY\n";
    let bot = bot(source);
    let mut debugger = bot.launched(&[line(source, "caught")], Value::Null);
    assert_eq!(debugger.stopped().unwrap(), ("breakpoint".into(), "start".into(), 4));
    debugger.request("setExceptionBreakpoints", json!({ "filters": ["all"] })).unwrap();
    debugger.request("restart", json!({})).unwrap();
    assert_eq!(debugger.stopped().unwrap(), ("exception".into(), "start".into(), 2));
    let info = debugger.request("exceptionInfo", json!({ "threadId": 1 })).unwrap();
    assert_eq!(info["breakMode"], "always");
    assert_eq!(debugger.go("continue").unwrap().2, line(source, "caught"));
    debugger.finish().unwrap();
}

#[test]
fn programs_with_line_numbers_are_debugged_too() {
    let source = "10 OPTION BASE 1\n20 DIM A(5)\n30 DEF FNT(X)=X*10\n40 FOR I=1 TO 5\n50 A(I)=I*I\n\
                  60 NEXT I\n70 N$=\"SUM\"\n80 GOSUB 110\n90 PRINT N$;S\n100 STOP\n\
                  110 FOR I=1 TO 5\n120 S=S+A(I)\n130 NEXT I\n140 RETURN\n150 END\n";
    let bot = bot(source);
    let mut debugger = bot.launched(&[12], json!({ "stopOnEntry": true }));
    let (reason, name, first) = debugger.stopped().unwrap();
    assert_eq!((reason.as_str(), name.as_str()), ("step", "start"));
    assert!(first <= 3, "{first}");
    assert_eq!(debugger.go("continue").unwrap().2, 12);
    assert_eq!(debugger.value("A()").unwrap(), "[1, 4, 9, 16, 25]");
    assert_eq!(debugger.value("A(5)+FNT(I)").unwrap(), "35");
    assert_eq!(debugger.value("N$+\"!\"").unwrap(), "\"SUM!\"");
    for wrong in ["A(", "A(9)", "N$+1"] {
        let arguments = json!({ "expression": wrong, "context": "watch" });
        assert!(debugger.ask("evaluate", arguments).unwrap().is_err(), "{wrong}");
    }
    debugger.set_breakpoints(&bot.script, &[]).unwrap();
    assert_eq!(debugger.go("stepOut").unwrap().2, 9, "out of the GOSUB");
    assert_eq!(debugger.value("S").unwrap(), "55");
    debugger.request("continue", json!({ "threadId": 1 })).unwrap();
    debugger.says("SUM 55").unwrap();
    debugger.finish().unwrap();
}

#[test]
fn the_person_answers_in_a_terminal_of_the_editor() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};

    let bot = bot(SHOP);
    let mut debugger = Debugger::start(Path::new("/")).unwrap();
    let able = json!({ "adapterID": "basilect", "supportsRunInTerminalRequest": true });
    debugger.request("initialize", able).unwrap();
    let launch = json!({ "bot": bot.path.display().to_string(), "console": "integratedTerminal" });
    debugger.request("launch", launch).unwrap();
    let wanted = debugger.asked("runInTerminal").unwrap();
    assert_eq!(wanted["kind"], "integrated");
    let args: Vec<String> =
        wanted["args"].as_array().unwrap().iter().map(|a| a.as_str().unwrap().into()).collect();
    // Somebody who does not know the word gets nothing.
    let mut stranger = std::net::TcpStream::connect(&args[3]).unwrap();
    stranger.write_all(b"hello\n").unwrap();
    let word = wanted["env"]["BASILECT_TERMINAL"].as_str().unwrap();
    let mut terminal = Command::new(&args[0])
        .args(&args[1..])
        .env("BASILECT_TERMINAL", word)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut typed = terminal.stdin.take().unwrap();
    let mut shown = BufReader::new(terminal.stdout.take().unwrap()).lines().map(Result::unwrap);
    debugger.request("configurationDone", json!({})).unwrap();
    let mut until = |part: &str| shown.find(|line| line.contains(part)).unwrap();
    until("Your name?");
    until("waits for an answer");
    writeln!(typed, "Ada").unwrap();
    until("Hello Ada");
    assert!(!debugger.said("stdout").contains("Ada"), "what is said there is not said here too");
    let mut nothing = String::new();
    std::io::Read::read_to_string(&mut stranger, &mut nothing).unwrap();
    assert_eq!(nothing, "");
    debugger.request("disconnect", json!({})).unwrap();
    terminal.wait().unwrap();

    let mut debugger = Debugger::start(Path::new("/")).unwrap();
    debugger.request("initialize", json!({ "adapterID": "basilect" })).unwrap();
    let launch = json!({ "bot": bot.path.display().to_string(), "console": "integratedTerminal" });
    let refused = debugger.ask("launch", launch).unwrap().unwrap_err();
    assert!(refused.contains("opens no terminals"), "{refused}");
    debugger.finish().unwrap();
}
