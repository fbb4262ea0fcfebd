//! Recorded conversations that go on in another way: here, and without reaching anybody.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use basilect_tests::debugger::Debugger;
use serde_json::{Value, json};

use super::{Bot, bot, line};

const ORDER: &str = "ADD SUGGESTION \"Pay\" AS \"pay\"
HEAR what WITH \"What would you like?\" '@what
SET CONTEXT \"wants \" + what
greeting = LLM \"Say something about \" + what '@model
TALK greeting '@said
HEAR many AS INTEGER '@many
IF many > 10 THEN
    again = LLM \"So many \" + what '@again
    TALK \"That is a lot: \" + again
END IF
TALK many + \" \" + what + \" it is\" '@done
";

/// Gives a bot a model that answers each request, by its number from 0, with such a part of a
/// message; how often it was asked at all.
pub(super) fn give_model(
    bot: &Bot,
    delta: impl Fn(usize) -> Value + Send + 'static,
) -> Arc<AtomicUsize> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, asked) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counted = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = vec![0; 64 << 10];
            let _ = stream.read(&mut request);
            let delta = delta(counted.fetch_add(1, Ordering::SeqCst));
            let data = json!({ "choices": [{ "delta": delta }] });
            let body = format!("data: {data}\n\ndata: [DONE]\n\n");
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {}\r\n\
                 Connection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    let settings = bot.path.join("shop.gbot");
    std::fs::create_dir_all(&settings).unwrap();
    let config = format!("name,value\nllm-url,http://{address}\nllm-model,test\n");
    std::fs::write(settings.join("config.csv"), config).unwrap();
    asked
}

/// The bot with a model, and a conversation with it.
async fn ordered() -> (Bot, std::path::PathBuf, Arc<AtomicUsize>) {
    let bot = bot(ORDER);
    let asked = give_model(&bot, |_| json!({ "content": "lovely" }));
    let (journal, _) = bot.recorded(&["tea", "2"]).await;
    assert_eq!(asked.load(Ordering::SeqCst), 1, "the model was asked when it was recorded");
    (bot, journal, asked)
}

fn at(bot: &Bot, journal: &std::path::Path, mark: &str, more: serde_json::Value) -> Debugger {
    let mut arguments = bot.attaching(journal);
    for (key, value) in more.as_object().cloned().unwrap_or_default() {
        arguments[key] = value;
    }
    let mut debugger = bot.begun("attach", arguments, &[line(ORDER, mark)]);
    debugger.event("stopped").unwrap();
    let told = debugger.event("capabilities").unwrap();
    assert_eq!(told["capabilities"]["supportsStepBack"], true);
    assert_eq!(debugger.go("reverseContinue").unwrap().2, line(ORDER, mark));
    debugger.set_breakpoints(&bot.script, &[]).unwrap();
    debugger
}

#[tokio::test]
async fn a_question_is_answered_otherwise() {
    let (bot, journal, asked) = ordered().await;
    let mut debugger = at(&bot, &journal, "many", json!({}));
    debugger.types("fork 12").unwrap();
    let told = debugger.event("capabilities").unwrap();
    assert_eq!(told["capabilities"]["supportsStepBack"], false);
    assert_eq!(debugger.stopped().unwrap().2, line(ORDER, "many") + 1);
    assert_eq!(debugger.value("many").unwrap(), "12");
    assert_eq!(debugger.value("what").unwrap(), "\"tea\"");
    // A conversation that runs here can be changed.
    let set = json!({ "expression": "many", "value": "11" });
    debugger.request("setExpression", set).unwrap();
    debugger.request("continue", json!({ "threadId": 1 })).unwrap();
    // Nothing is recorded for this question to the model, so whoever debugs answers.
    debugger.says("So many tea").unwrap();
    debugger.types("\"indeed\"").unwrap();
    debugger.says("That is a lot: indeed").unwrap();
    debugger.says("11 tea it is").unwrap();
    assert!(!debugger.said("stdout").contains("lovely"), "what was said is not said again");
    assert_eq!(asked.load(Ordering::SeqCst), 1, "the model was not asked again");
    debugger.finish().unwrap();
}

#[tokio::test]
async fn a_keyword_is_answered_otherwise() {
    let (bot, journal, asked) = ordered().await;
    let mut debugger = at(&bot, &journal, "model", json!({}));
    debugger.request("fork", json!({ "answer": "\"horrible\"" })).unwrap();
    assert_eq!(debugger.stopped().unwrap().2, line(ORDER, "said"));
    assert_eq!(debugger.value("greeting").unwrap(), "\"horrible\"");
    debugger.request("continue", json!({ "threadId": 1 })).unwrap();
    debugger.says("horrible").unwrap();
    debugger.says("waits for an answer").unwrap();
    debugger.types("3").unwrap();
    debugger.says("3 tea it is").unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    debugger.finish().unwrap();
}

#[tokio::test]
async fn recorded_answers_are_given_again() {
    let (bot, journal, asked) = ordered().await;
    let mut debugger = at(&bot, &journal, "what", json!({ "outside": "refuse" }));
    debugger.types("fork tea").unwrap();
    debugger.stopped().unwrap();
    debugger.request("continue", json!({ "threadId": 1 })).unwrap();
    debugger.says("lovely").unwrap();
    debugger.says("waits for an answer").unwrap();
    debugger.types("99").unwrap();
    assert_eq!(debugger.stopped().unwrap().0, "exception");
    let info = debugger.request("exceptionInfo", json!({ "threadId": 1 })).unwrap();
    assert!(info["description"].as_str().unwrap().contains("reaches outside"), "{info}");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    debugger.finish().unwrap();
}

#[tokio::test]
async fn the_outside_is_reached_only_where_it_is_allowed() {
    let (bot, journal, asked) = ordered().await;
    let mut debugger = at(&bot, &journal, "many", json!({ "outside": "allow" }));
    debugger.types("fork 50").unwrap();
    debugger.stopped().unwrap();
    debugger.request("continue", json!({ "threadId": 1 })).unwrap();
    debugger.says("That is a lot: lovely").unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    debugger.finish().unwrap();
}

#[tokio::test]
async fn going_on_otherwise_needs_a_recording() {
    let bot = bot(ORDER);
    let mut debugger = bot.launched(&[], json!({ "stopOnEntry": true }));
    debugger.stopped().unwrap();
    let error = debugger.ask("fork", json!({ "answer": "1" })).unwrap().unwrap_err();
    assert!(error.contains("recorded"), "{error}");
    debugger.finish().unwrap();
}

/// What a bot remembers of a person came from other conversations too; what was read of it is
/// known, and what is set on the way is set here.
#[tokio::test]
async fn what_is_remembered_is_remembered() {
    let source = "SET USER MEMORY \"name\", \"Ada\"
SET CONTEXT \"shop\" AS \"open\"
HEAR first '@first
again = GET USER MEMORY \"name\"
SET USER MEMORY \"drink\", first
drink = GET USER MEMORY \"drink\"
TALK again + \" drinks \" + drink '@end
";
    let bot = bot(source);
    let (journal, _) = bot.recorded(&["tea"]).await;
    let breakpoints = [line(source, "first")];
    let mut debugger = bot.begun("attach", bot.attaching(&journal), &breakpoints);
    debugger.event("stopped").unwrap();
    debugger.go("reverseContinue").unwrap();
    debugger.set_breakpoints(&bot.script, &[line(source, "end")]).unwrap();
    debugger.types("fork \"milk\"").unwrap();
    debugger.stopped().unwrap();
    assert_eq!(debugger.go("continue").unwrap().2, line(source, "end"));
    assert_eq!(debugger.value("again + drink").unwrap(), "\"Adamilk\"");
    debugger.finish().unwrap();
}
