//! Conversations over sockets, REST and server-sent events.

use std::time::Duration;

use basilect_runtime::ports::store::TurnCommit;
use basilect_tests::chat::{Came, ChatClient};
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};

use super::{House, LIMIT, PARROT, Talk, expect_problem};

async fn next_other(client: &mut ChatClient, kind: &str) -> Value {
    let wait = async {
        loop {
            match client.next().await {
                Came::Other(frame) if frame["type"] == kind => return frame,
                Came::Cut => panic!("the line was cut"),
                _ => {}
            }
        }
    };
    tokio::time::timeout(LIMIT, wait).await.unwrap()
}

async fn next_ack(client: &mut ChatClient) -> (String, i64) {
    let count = client.acks.len();
    let wait = async {
        while client.acks.len() == count {
            assert_ne!(client.next().await, Came::Cut);
        }
    };
    tokio::time::timeout(LIMIT, wait).await.unwrap();
    client.acks.last().unwrap().clone()
}

#[tokio::test]
async fn a_message_that_is_sent_twice_is_one() {
    let house = House::parrot().await;
    let mut client = house.person("parrot").await;
    client.say("a1", "ahoy").await.unwrap();
    let first = next_ack(&mut client).await;
    assert_eq!(client.next_text(LIMIT).await.unwrap(), "you said ahoy");
    client.say("a1", "ahoy").await.unwrap();
    assert_eq!(next_ack(&mut client).await, first);
    client.say("a2", "again").await.unwrap();
    assert_eq!(client.next_text(LIMIT).await.unwrap(), "you said again");
    let said = client.items.iter().filter(|item| item["by"] == "person").count();
    assert_eq!(said, 2);
}

#[tokio::test]
async fn a_person_who_comes_back_sees_what_was_missed_and_nothing_twice() {
    let house = House::parrot().await;
    let mut client = house.person("parrot").await;
    client.say("a1", "one").await.unwrap();
    next_ack(&mut client).await;
    client.cut();
    let mut other = ChatClient::new(house.server.address, "parrot");
    other.identity = client.identity.clone();
    other.connect().await.unwrap();
    while other.items.len() < 3 {
        assert_ne!(other.next().await, Came::Cut);
    }
    client.connect().await.unwrap();
    while client.items.len() < 3 {
        assert_ne!(client.next().await, Came::Cut);
    }
    assert_eq!(client.items, other.items);
}

#[tokio::test]
async fn sockets_rest_and_events_tell_the_same() {
    let house = House::parrot().await;
    let talk = house.talk("parrot").await;
    for n in 0..5 {
        let answer = talk.say(&json!({ "id": format!("r{n}"), "text": format!("t{n}") })).await;
        assert_eq!(answer.status(), 202);
    }
    assert_eq!(talk.texts(6).await.len(), 6);
    let items = talk.items(0).await;
    assert_eq!(events(&talk.request(Method::GET, "events?since=0"), items.len()).await, items);
    let later = talk.request(Method::GET, "events?since=0").header("Last-Event-ID", "4");
    assert_eq!(events(&later, items.len() - 4).await, items[4..]);
    let mut client = ChatClient::new(house.server.address, "parrot");
    client.identity = Some((talk.id.clone(), talk.key.clone()));
    client.connect().await.unwrap();
    while client.items.len() < items.len() {
        assert_ne!(client.next().await, Came::Cut);
    }
    assert_eq!(client.items, items);
}

/// The first so many items of a stream of events, whose `id` must be their place.
async fn events(request: &reqwest::RequestBuilder, count: usize) -> Vec<Value> {
    let answer = request.try_clone().unwrap().send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let (mut stream, mut text) = (answer.bytes_stream(), String::new());
    while text.matches("event: item").count() < count || !text.ends_with("\n\n") {
        let bytes = tokio::time::timeout(LIMIT, stream.next()).await.unwrap().unwrap().unwrap();
        text.push_str(std::str::from_utf8(&bytes).unwrap());
    }
    let items = text.split("\n\n").filter(|event| event.contains("event: item"));
    items.map(item_of).collect()
}

fn item_of(event: &str) -> Value {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    let item: Value = serde_json::from_str(field("data: ")).unwrap();
    assert_eq!(field("id: "), item["seq"].to_string());
    item
}

#[tokio::test]
async fn what_is_typed_live_comes_over_events_too() {
    let house = House::parrot().await;
    let talk = house.talk("parrot").await;
    assert_eq!(talk.texts(1).await, ["hello"]);
    let request = talk.request(Method::GET, "events?since=0");
    let watching = tokio::spawn(async move { events(&request, 3).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    talk.say(&json!({ "id": "1", "text": "live" })).await;
    let items = watching.await.unwrap();
    assert_eq!(items[2]["text"], "you said live");
}

#[tokio::test]
async fn without_the_key_there_is_no_conversation() {
    let house = House::parrot().await;
    let mut talk = house.talk("parrot").await;
    let key = std::mem::replace(&mut talk.key, "0".repeat(64));
    expect_problem(talk.say(&json!({ "id": "1", "text": "x" })).await, 404, "not_found").await;
    for path in ["items", "events", "files/0123456789abcdef01234567"] {
        let answer = talk.request(Method::GET, path).send().await.unwrap();
        expect_problem(answer, 404, "not_found").await;
    }
    let bare = house.get(&format!("/api/conversations/{}/items", talk.id)).await;
    expect_problem(bare, 404, "not_found").await;
    let mut client = ChatClient::new(house.server.address, "parrot");
    client.identity = Some((talk.id.clone(), talk.key.clone()));
    let refused = client.connect().await.unwrap_err();
    assert!(format!("{refused:#}").contains("Cut"), "{refused:#}");
    talk.key = key;
    assert_eq!(talk.texts(1).await, ["hello"]);
}

#[tokio::test]
async fn a_conversation_belongs_to_its_bot() {
    let bots: &[(&str, &[(&str, &str)])] =
        &[("parrot", &[("start", PARROT)]), ("other", &[("start", PARROT)])];
    let house = House::with(bots).await;
    let client = house.person("parrot").await;
    let mut stray = ChatClient::new(house.server.address, "other");
    stray.identity = client.identity.clone();
    assert!(stray.connect().await.is_err());
}

#[tokio::test]
async fn what_cannot_be_accepted_is_refused_with_its_reason() {
    let house = House::parrot().await;
    let talk = house.talk("parrot").await;
    let long = "x".repeat(20_000);
    for (body, status, code) in [
        (json!({ "id": "1", "text": long }), 413, "too_large"),
        (json!({ "id": "", "text": "x" }), 422, "bad_message"),
        (json!({ "id": "2", "text": "x", "tool": "no-such" }), 422, "unknown_tool"),
        (json!({ "id": "3", "text": "x", "files": ["../../etc/passwd"] }), 422, "unknown_file"),
    ] {
        expect_problem(talk.say(&body).await, status, code).await;
    }
    let mut client = house.person("parrot").await;
    client.say("big", &long).await.unwrap();
    let refused = next_other(&mut client, "refused").await;
    assert_eq!((&refused["id"], &refused["code"]), (&json!("big"), &json!("too_large")));
    client.unacknowledged.clear();
    client.say("ok", "still here").await.unwrap();
    assert_eq!(client.next_text(LIMIT).await.unwrap(), "you said still here");
}

#[tokio::test]
async fn a_burst_is_answered_in_order_and_nothing_of_it_is_refused() {
    let house = House::parrot().await;
    let mut client = house.person("parrot").await;
    // More than the rate lets through at once: the rest is read more slowly.
    for n in 0..1_100 {
        client.say(&format!("b{n}"), &format!("n{n}")).await.unwrap();
    }
    let mut texts = Vec::new();
    while texts.len() < 1_100 {
        match tokio::time::timeout(LIMIT, client.next()).await.unwrap() {
            Came::Item(item) if item["by"] == "bot" && item["kind"] == "text" => {
                texts.push(item["text"].as_str().unwrap().to_string());
            }
            Came::Other(frame) => assert_ne!(frame["type"], "refused", "{frame}"),
            Came::Cut => panic!("the line was cut"),
            _ => {}
        }
    }
    let expected: Vec<String> = (0..1_100).map(|n| format!("you said n{n}")).collect();
    assert_eq!(texts, expected);
    assert!(client.unacknowledged.is_empty());
}

const OFFERS: &str = r#"TALK "hello"
ADD SUGGESTION TOOL "hours" AS "Opening hours"
HEAR anything
CLEAR SUGGESTIONS
HEAR anything
"#;

#[tokio::test]
async fn only_what_is_on_offer_can_be_run_by_name() {
    let scripts: &[(&str, &str)] = &[
        ("start", OFFERS),
        ("hours", "TALK \"nine to five\"\n"),
        ("secret", "PARAM x AS STRING\nDESCRIPTION \"For schedules.\"\nTALK \"the secret\"\n"),
    ];
    let house = House::with(&[("desk", scripts)]).await;
    let talk = house.talk("desk").await;
    assert_eq!(talk.texts(1).await, ["hello"]);
    for tool in ["secret", "start", "SECRET.bas", "../secret"] {
        let answer = talk.say(&json!({ "id": tool, "text": "x", "tool": tool })).await;
        expect_problem(answer, 422, "unknown_tool").await;
    }
    let pressed = json!({ "id": "p", "text": "Opening hours", "tool": "hours" });
    let first: Value = talk.say(&pressed).await.json().await.unwrap();
    assert_eq!(talk.texts(2).await[1], "nine to five");
    talk.say(&json!({ "id": "q", "text": "thanks" })).await;
    while !talk.items(0).await.iter().any(|item| item["options"] == json!([])) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let again: Value = talk.say(&pressed).await.json().await.unwrap();
    assert_eq!(again, first, "what was said in time is only acknowledged again");
    let late = talk.say(&json!({ "id": "late", "text": "x", "tool": "hours" })).await;
    expect_problem(late, 422, "unknown_tool").await;
}

#[tokio::test]
async fn frames_that_make_no_sense_are_refused_and_the_line_stays() {
    let house = House::parrot().await;
    let mut client = house.person("parrot").await;
    for (frame, id) in [
        ("", ""),
        ("nonsense", ""),
        ("[]", ""),
        ("{}", ""),
        (r#"{"type":"say"}"#, ""),
        (r#"{"type":"say","id":7,"text":"x"}"#, ""),
        (r#"{"type":"say","id":"i","text":["x"]}"#, "i"),
        (r#"{"type":"dance","id":"j"}"#, "j"),
        (r#"{"type":"say","id":"k","text":"\ud800"}"#, ""),
    ] {
        client.send_raw(frame).await.unwrap();
        let refused = next_other(&mut client, "refused").await;
        assert_eq!(refused["code"], "bad_message", "{frame}");
        assert_eq!(refused["id"], id, "{frame}");
    }
    client.send_raw(&format!("[{}", "[".repeat(60_000))).await.unwrap();
    assert_eq!(next_other(&mut client, "refused").await["code"], "bad_message");
    client.send_raw(r#"{"type":"ping"}"#).await.unwrap();
    next_other(&mut client, "pong").await;
    client.say("ok", "still here").await.unwrap();
    assert_eq!(client.next_text(LIMIT).await.unwrap(), "you said still here");
}

#[tokio::test]
async fn a_frame_that_is_too_long_ends_the_connection_and_not_the_conversation() {
    let house = House::parrot().await;
    let mut client = house.person("parrot").await;
    client.send_raw(&"x".repeat(200_000)).await.unwrap();
    let cut = async { while client.next().await != Came::Cut {} };
    tokio::time::timeout(LIMIT, cut).await.unwrap();
    client.connect().await.unwrap();
    client.say("ok", "back").await.unwrap();
    assert_eq!(client.next_text(LIMIT).await.unwrap(), "you said back");
}

#[tokio::test]
async fn a_client_that_knows_more_than_the_log_misses_nothing() {
    let house = House::parrot().await;
    let mut client = house.person("parrot").await;
    client.cut();
    client.seq = 1_000;
    client.connect().await.unwrap();
    client.seq = 0;
    client.say("1", "x").await.unwrap();
    assert_eq!(client.next_text(LIMIT).await.unwrap(), "you said x");
}

#[tokio::test]
async fn a_place_beyond_the_log_shows_what_comes_next() {
    let house = House::parrot().await;
    let talk = house.talk("parrot").await;
    assert_eq!(talk.texts(1).await, ["hello"]);
    for (since, count) in [(-7, 1), (0, 1), (1, 0), (2, 0), (i64::MAX, 0)] {
        assert_eq!(talk.items(since).await.len(), count, "since {since}");
    }
    for query in ["since=x", "since=99999999999999999999", "limit=-1"] {
        let answer = talk.request(Method::GET, &format!("items?{query}")).send().await.unwrap();
        expect_problem(answer, 400, "bad_message").await;
    }
}

#[tokio::test]
async fn a_damaged_snapshot_is_told_and_harms_nobody_else() {
    let house = House::parrot().await;
    let mut client = house.person("parrot").await;
    let (id, key) = client.identity.clone().unwrap();
    let store = house.server.conversations().services().store.clone();
    let stored = store.conversation(&id).await.unwrap().unwrap();
    let damaged = TurnCommit {
        conversation: id.clone(),
        version: stored.version,
        state: stored.state[..stored.state.len() / 2].to_vec(),
        program: stored.program,
        ..TurnCommit::default()
    };
    let version = store.commit(damaged).await.unwrap().version;
    for message in ["1", "2"] {
        client.say(message, "x").await.unwrap();
        let told = next_other(&mut client, "error").await;
        assert_eq!(told["trace"].as_str().unwrap().len(), 12, "{told}");
    }
    assert_eq!(house.answer("y").await, "you said y");
    let mended = TurnCommit {
        conversation: id.clone(),
        version,
        state: stored.state,
        program: store.conversation(&id).await.unwrap().unwrap().program,
        ..TurnCommit::default()
    };
    store.commit(mended).await.unwrap();
    client.say("3", "z").await.unwrap();
    let talk = Talk { house: &house, id, key };
    let said = talk.texts(4).await;
    assert_eq!(said, ["hello", "you said x", "you said x", "you said z"], "nothing was lost");
}

#[tokio::test]
async fn two_windows_of_one_conversation_show_the_same() {
    let house = House::parrot().await;
    let mut one = house.person("parrot").await;
    let mut two = ChatClient::new(house.server.address, "parrot");
    two.identity = one.identity.clone();
    two.connect().await.unwrap();
    for n in 0..10 {
        one.say(&format!("one{n}"), "left").await.unwrap();
        two.say(&format!("two{n}"), "right").await.unwrap();
    }
    for client in [&mut one, &mut two] {
        while client.items.len() < 41 {
            let came = tokio::time::timeout(LIMIT, client.next()).await.unwrap();
            assert_ne!(came, Came::Cut);
        }
    }
    assert_eq!(one.items, two.items);
}

#[tokio::test]
async fn a_schedule_fires_once() {
    let start = "TALK \"hello\"\nSCHEDULE IN 1 SECONDS, \"tick\"\nHEAR x\n";
    let tick = "TABLE ticks\n    at datetime\nEND TABLE\nINSERT \"ticks\", #{ at: NOW() }\n";
    let house = House::with(&[("clock", &[("start", start), ("tick", tick)])]).await;
    let _client = house.person("clock").await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let query =
        basilect_runtime::ports::store::Query { table: "ticks".into(), ..Default::default() };
    let store = &house.server.conversations().services().store;
    assert_eq!(store.find("clock", &query).await.unwrap().len(), 1);
}
