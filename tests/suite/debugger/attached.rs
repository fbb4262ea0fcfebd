//! Sessions of the debugger with recorded conversations: from a file, from a data folder, from a
//! server on which they go on.

use std::path::Path;
use std::time::Duration;

use basilect_tests::chat::ChatClient;
use basilect_tests::debugger::Debugger;
use basilect_tests::process::{ADMIN_TOKEN, Launch, ServerProcess};
use serde_json::{Value, json};

use super::{bot, line};

const CART: &str = "cart = []
total = 0
DO
    HEAR word '@hear
    IF word = \"done\" THEN
        EXIT DO
    END IF
    put word '@put
    TALK \"Total \" + total '@talk
LOOP
TALK \"Bye\" '@bye

SUB put(what)
    PUSH cart, what
    total = total + LEN(what) '@sum
END SUB
";

#[tokio::test]
async fn a_bug_three_turns_ago_is_found_by_going_back() {
    let bot = bot(CART);
    let (journal, _) = bot.recorded(&["tea", "sugar", "salt", "done"]).await;
    let mut debugger = bot.begun("attach", bot.attaching(&journal), &[line(CART, "sum")]);
    let entry = debugger.event("stopped").unwrap();
    assert!(entry["text"].as_str().unwrap().contains("turn 5 of 5"), "{entry}");
    // Back to the last change of the total, and to the one before.
    assert_eq!(debugger.go("reverseContinue").unwrap().2, line(CART, "sum"));
    assert_eq!(debugger.value("what").unwrap(), "\"salt\"");
    assert_eq!(debugger.value("total").unwrap(), "8");
    debugger.go("reverseContinue").unwrap();
    assert_eq!(debugger.value("what").unwrap(), "\"sugar\"");
    assert_eq!(debugger.go("stepBack").unwrap().2, line(CART, "sum") - 1);
    assert_eq!(debugger.value("cart").unwrap(), "[\"tea\"]");
    debugger.set_breakpoints(&bot.script, &[]).unwrap();
    let (_, name, at) = debugger.go("stepOut").unwrap();
    assert_eq!((name.as_str(), at), ("start", line(CART, "talk")));
    assert_eq!(debugger.value("total").unwrap(), "8");
    assert_eq!(debugger.go("stepBack").unwrap().2, line(CART, "put"), "back over the call");
    assert_eq!(debugger.value("total").unwrap(), "3");
    assert_eq!(debugger.go("stepIn").unwrap().1, "put");
    debugger.set_breakpoints(&bot.script, &[line(CART, "bye")]).unwrap();
    assert_eq!(debugger.go("continue").unwrap().2, line(CART, "bye"));
    let threads = debugger.request("threads", json!({})).unwrap();
    let name = threads["threads"][0]["name"].as_str().unwrap().to_string();
    assert!(name.contains("turn 5 of 5: “done”"), "{name}");
    // What is recorded stays as it is.
    let wrong = json!({ "expression": "total", "value": "0" });
    assert!(debugger.ask("setExpression", wrong).unwrap().unwrap_err().contains("fork"));
    debugger.request("restart", json!({})).unwrap();
    assert_eq!(debugger.stopped().unwrap().2, 1);
    assert_eq!(debugger.go("reverseContinue").unwrap().0, "pause", "nothing is before it");
    debugger.finish().unwrap();
}

#[tokio::test]
async fn the_example_of_the_page_about_debugging_is_true() {
    let page = include_str!("../../../docs/debugging.md");
    let (_, rest) = page.split_once("```basic\n").unwrap();
    let (source, _) = rest.split_once("```").unwrap();
    let line_of =
        |part: &str| source.lines().position(|line| line.contains(part)).unwrap() as u64 + 1;
    let bot = bot(source);
    let said = ["tea", "2", "coffee", "12", "cake", "1", "done"];
    let (journal, _) = bot.recorded(&said).await;
    let adds = line_of("total = add_up");
    let mut debugger = bot.begun("attach", bot.attaching(&journal), &[adds]);
    debugger.stopped().unwrap();
    assert_eq!(debugger.value("total").unwrap(), "27");
    for total in ["24", "6"] {
        assert_eq!(debugger.go("reverseContinue").unwrap().2, adds);
        assert_eq!(debugger.value("total").unwrap(), total);
    }
    assert_eq!(debugger.value("item").unwrap(), "\"coffee\"");
    assert_eq!(debugger.go("stepIn").unwrap().1, "add_up");
    while debugger.go("next").unwrap().2 != line_of("RETURN") {}
    assert_eq!(debugger.value("sum").unwrap(), "0");
    debugger.finish().unwrap();

    let mended = source.replace("        sum = 0\n", "");
    std::fs::write(&bot.script, mended).unwrap();
    let mut arguments = bot.attaching(&journal);
    arguments["replaceBot"] = json!(true);
    let mut debugger = bot.begun("attach", arguments, &[]);
    debugger.says("recorded TALK \"That makes 27 coins.\"").unwrap();
    debugger.stopped().unwrap();
    assert_eq!(debugger.value("total").unwrap(), "33");
    debugger.finish().unwrap();
}

#[tokio::test]
async fn a_session_begins_at_a_turn() {
    let bot = bot(CART);
    let (journal, _) = bot.recorded(&["tea", "sugar", "done"]).await;
    let mut arguments = bot.attaching(&journal);
    arguments["turn"] = json!(3);
    let mut debugger = bot.begun("attach", arguments, &[]);
    assert_eq!(debugger.stopped().unwrap(), ("entry".into(), "start".into(), line(CART, "hear")));
    assert_eq!(debugger.value("total").unwrap(), "3");
    // At the end there is nothing to go on to.
    assert_eq!(debugger.go("continue").unwrap().0, "pause");
    debugger.finish().unwrap();
}

#[test]
fn a_conversation_goes_on_while_it_is_looked_at() {
    let bot = bot(CART);
    let launch = Launch::new(bot.folder.path(), std::slice::from_ref(&bot.path)).unwrap();
    let mut server = ServerProcess::start(launch).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let address = server.launch.address;
    let mut person = ChatClient::new(address, "shop");
    let limit = Duration::from_secs(20);
    let id = runtime.block_on(async {
        person.connect().await.unwrap();
        person.say("1", "tea").await.unwrap();
        assert_eq!(person.next_text(limit).await.unwrap(), "Total 3");
        person.identity.clone().unwrap().0
    });
    let listed = admin(&runtime, &format!("http://{address}/api/admin/conversations?bot=shop"));
    assert_eq!(listed["conversations"][0]["id"], json!(id));
    assert!(listed["conversations"][0].get("key_hash").is_none());

    let arguments = json!({
        "conversation": id, "from": format!("http://{address}"), "token": ADMIN_TOKEN,
        "bot": bot.path.display().to_string(),
    });
    let mut debugger = bot.begun("attach", arguments, &[line(CART, "sum")]);
    assert_eq!(debugger.stopped().unwrap().2, line(CART, "hear"));
    assert_eq!(debugger.value("total").unwrap(), "3");
    debugger.request("continue", json!({ "threadId": 1 })).unwrap();
    debugger.says("the recording ends here").unwrap();
    // The person never waits for whoever debugs.
    runtime.block_on(async {
        person.say("2", "sugar").await.unwrap();
        assert_eq!(person.next_text(limit).await.unwrap(), "Total 8");
    });
    let (reason, name, at) = debugger.stopped().unwrap();
    assert_eq!((reason.as_str(), name.as_str(), at), ("breakpoint", "put", line(CART, "sum")));
    assert_eq!(debugger.value("what").unwrap(), "\"sugar\"");
    let console = format!("{:?}", debugger.console);
    assert!(!console.contains(ADMIN_TOKEN));
    debugger.finish().unwrap();

    // The same from the data folder, when the server is gone.
    server.terminate().unwrap();
    let data = server.launch.data.display().to_string();
    let arguments = json!({ "conversation": id, "data": data, "stopOnEntry": true });
    let mut debugger = Debugger::start(Path::new("/")).unwrap();
    debugger.begin("attach", arguments, &[]).unwrap();
    assert_eq!(debugger.stopped().unwrap().2, 1);
    // Without the bot's folder the scripts come out of the package.
    let stack = debugger.request("stackTrace", json!({ "threadId": 1 })).unwrap();
    let source = stack["stackFrames"][0]["source"].clone();
    assert!(source["sourceReference"].as_u64().unwrap() > 0, "{source}");
    let text = debugger.request("source", json!({ "source": source })).unwrap();
    assert_eq!(text["content"], CART);
    let lines = json!([{ "line": line(CART, "sum") }]);
    let arguments = json!({ "source": source, "breakpoints": lines });
    let set = debugger.request("setBreakpoints", arguments).unwrap();
    assert_eq!(set["breakpoints"][0]["verified"], true);
    assert_eq!(debugger.go("continue").unwrap().2, line(CART, "sum"));
    debugger.finish().unwrap();
}

/// What the administration answers.
fn admin(runtime: &tokio::runtime::Runtime, url: &str) -> Value {
    runtime.block_on(async {
        let request = reqwest::Client::new().get(url).bearer_auth(ADMIN_TOKEN);
        request.send().await.unwrap().json().await.unwrap()
    })
}

#[test]
fn what_cannot_be_attached_is_told() {
    let bot = bot(CART);
    let missing = bot.folder.path().join("missing.json").display().to_string();
    let empty = bot.folder.path().join("empty.json");
    std::fs::write(&empty, "{\"journal\": []}").unwrap();
    let path = bot.path.display().to_string();
    for (arguments, part) in [
        (json!({}), "say which conversation"),
        (json!({ "journal": missing, "bot": path }), "missing.json"),
        (json!({ "journal": empty, "bot": path, "replaceBot": true }), "nothing is recorded"),
        (json!({ "conversation": "../x", "from": "http://127.0.0.1:1" }), "no identifier"),
        (json!({ "conversation": "x", "from": "http://127.0.0.1:1" }), "token"),
        (
            json!({ "conversation": "x", "from": "http://127.0.0.1:1", "token": "secret-token" }),
            "cannot be reached",
        ),
        (json!({ "conversation": "x", "data": missing }), "no such folder"),
    ] {
        let mut debugger = Debugger::start(Path::new("/")).unwrap();
        debugger.request("initialize", json!({})).unwrap();
        let error = debugger.ask("attach", arguments).unwrap().unwrap_err();
        assert!(error.contains(part), "{error}");
        assert!(!error.contains("secret-token"), "{error}");
        debugger.finish().unwrap();
    }
}
