//! Conversations over sockets, REST and server-sent events.

use std::time::Duration;

use basilect_tests::chat::{Came, ChatClient};
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};

use super::{House, LIMIT, PARROT, expect_problem};

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
async fn a_burst_is_answered_in_order() {
    let house = House::parrot().await;
    let mut client = house.person("parrot").await;
    for n in 0..100 {
        client.say(&format!("b{n}"), &format!("n{n}")).await.unwrap();
    }
    for n in 0..100 {
        assert_eq!(client.next_text(LIMIT).await.unwrap(), format!("you said n{n}"));
    }
    assert!(client.unacknowledged.is_empty());
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
