//! Deploys, recorded conversations, and the end of a server.

use std::time::Duration;

use basilect_tests::bots;
use basilect_tests::chat::ChatClient;
use basilect_tests::process::{ADMIN_TOKEN, Launch, ServerProcess, TemporaryFolder, ready};
use serde_json::Value;

use super::{House, LIMIT, PARROT, expect_problem};

/// The parrot in its next version.
const ROBOT: &str = r#"TALK "hello"
DO WHILE TRUE
    HEAR message
    TALK "beep " + message
LOOP
"#;

fn package(script: &str) -> Vec<u8> {
    bots::compile("parrot", &[("start", script)]).unwrap().to_bytes().unwrap()
}

impl House {
    async fn deploy(&self, bot: &str, token: Option<&str>, body: Vec<u8>) -> reqwest::Response {
        let request = self.http.post(self.url(&format!("/api/admin/bots/{bot}"))).body(body);
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        request.send().await.unwrap()
    }

    /// What the administration is told of the parrot, once it is so.
    async fn told(&self, so: impl Fn(&Value) -> bool) -> Value {
        let deadline = tokio::time::Instant::now() + LIMIT;
        loop {
            let request = self.http.get(self.url("/api/admin/bots")).bearer_auth(ADMIN_TOKEN);
            let body: Value = request.send().await.unwrap().json().await.unwrap();
            let bot = &body["bots"][0];
            assert_eq!(bot["bot"], "parrot");
            if so(bot) {
                return bot.clone();
            }
            assert!(tokio::time::Instant::now() < deadline, "{body}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(super) async fn answer(&self, text: &str) -> String {
        let mut client = self.person("parrot").await;
        client.say("1", text).await.unwrap();
        client.next_text(LIMIT).await.unwrap()
    }
}

#[tokio::test]
async fn administration_needs_its_token() {
    let house = House::parrot().await;
    for token in [None, Some("wrong")] {
        let answer = house.deploy("parrot", token, package(ROBOT)).await;
        expect_problem(answer, 401, "unauthorized").await;
    }
    let forged = ["", "Bearer", "Bearer ", "Basic YWRtaW46YWRtaW4=", "bearer \t", ADMIN_TOKEN];
    for path in [
        "/metrics",
        "/api/admin/bots",
        "/api/admin/conversations",
        "/api/admin/packages/x",
        "/api/admin/conversations/x/journal",
    ] {
        expect_problem(house.get(path).await, 401, "unauthorized").await;
        for value in forged {
            let request = house.http.get(house.url(path)).header("authorization", value);
            expect_problem(request.send().await.unwrap(), 401, "unauthorized").await;
        }
    }
    assert_eq!(house.answer("x").await, "you said x");
    let metrics = house.http.get(house.url("/metrics")).bearer_auth(ADMIN_TOKEN);
    let text = metrics.send().await.unwrap().text().await.unwrap();
    assert!(text.contains("basilect_messages_accepted_total"), "{text}");
}

#[tokio::test]
async fn a_deploy_leaves_waiting_conversations_alone() {
    let house = House::parrot().await;
    let mut waiting = house.person("parrot").await;
    let answer = house.deploy("parrot", Some(ADMIN_TOKEN), package(ROBOT)).await;
    let body: Value = answer.json().await.unwrap();
    assert_eq!((&body["bot"], &body["changed"]), (&"parrot".into(), &true.into()));
    waiting.say("1", "x").await.unwrap();
    assert_eq!(waiting.next_text(LIMIT).await.unwrap(), "you said x");
    assert_eq!(house.answer("x").await, "beep x");
    let again = house.deploy("parrot", Some(ADMIN_TOKEN), package(ROBOT)).await;
    let body: Value = again.json().await.unwrap();
    assert_eq!(body["changed"], false);
}

#[tokio::test]
async fn a_broken_package_changes_nothing() {
    let house = House::parrot().await;
    let good = package(ROBOT);
    let bent = |place: usize| {
        let mut bent = good.clone();
        bent[place] ^= 0x40;
        bent
    };
    let places = (0..good.len()).step_by(good.len() / 40 + 1);
    let cut = places.clone().map(|length| good[..length].to_vec());
    for body in cut.chain([b"no package".to_vec(), bent(good.len() / 2)]) {
        let answer = house.deploy("parrot", Some(ADMIN_TOKEN), body).await;
        expect_problem(answer, 422, "bad_package").await;
    }
    let named = bots::compile("metrics", &[("start", ROBOT)]).unwrap().to_bytes().unwrap();
    let answer = house.deploy("metrics", Some(ADMIN_TOKEN), named).await;
    expect_problem(answer, 422, "bad_package").await;
    let answer = house.deploy("other", Some(ADMIN_TOKEN), good).await;
    expect_problem(answer, 422, "bad_package").await;
    assert_eq!(house.answer("x").await, "you said x");
}

#[tokio::test]
async fn what_is_deployed_is_what_was_built() {
    let house = House::parrot().await;
    let good = package(ROBOT);
    let version = bots::compile("parrot", &[("start", ROBOT)]).unwrap().version();
    let mut refused = 0;
    for place in (0..good.len()).step_by(7) {
        let mut bent = good.clone();
        bent[place] ^= 0x40;
        let answer = house.deploy("parrot", Some(ADMIN_TOKEN), bent).await;
        if answer.status() == 422 {
            refused += 1;
            continue;
        }
        // A bit that no content depends on, such as the time of an entry, makes no difference.
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["version"], version, "byte {place}");
    }
    assert!(refused > good.len() / 14, "only {refused} were refused");
}

#[tokio::test]
async fn settings_with_mistakes_keep_the_version_before_and_are_told() {
    let house = House::parrot().await;
    let folder = house.folder.path().join("parrot.gbai/parrot.gbot");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.csv"), "name,value\npublic,perhaps\n").unwrap();
    let told = house.told(|bot| bot["error"].is_string()).await;
    let error = told["error"].as_str().unwrap();
    assert!(error.contains("parrot.gbot/config.csv:2:") && error.contains("`true`"), "{error}");
    assert_eq!(house.answer("x").await, "you said x");
    std::fs::write(folder.join("config.csv"), "name,value\nbot-name,Polly\n").unwrap();
    house.told(|bot| bot["error"].is_null()).await;
    let bot: Value = house.get("/api/bots/parrot").await.json().await.unwrap();
    assert_eq!(bot["title"], "Polly");
}

#[tokio::test]
async fn a_changed_folder_is_taken_up_and_a_broken_one_is_not() {
    let house = House::parrot().await;
    let mut waiting = house.person("parrot").await;
    let path = house.folder.path().join("parrot.gbai/parrot.gbdialog/start.bas");
    std::fs::write(&path, "IF x THEN\nTALK \"this has no end\"\n").unwrap();
    let told = house.told(|bot| bot["error"].is_string()).await;
    let error = told["error"].as_str().unwrap();
    assert!(error.contains("start.bas:1:"), "{error}");
    assert_eq!(house.answer("x").await, "you said x");
    let dialogs = path.parent().unwrap();
    std::fs::rename(dialogs, house.folder.path().join("away")).unwrap();
    house.told(|bot| bot["error"].as_str().is_some_and(|e| e.contains("no bot"))).await;
    assert_eq!(house.answer("x").await, "you said x");
    std::fs::rename(house.folder.path().join("away"), dialogs).unwrap();
    std::fs::write(&path, ROBOT).unwrap();
    let deadline = tokio::time::Instant::now() + LIMIT;
    while house.answer("x").await != "beep x" {
        assert!(tokio::time::Instant::now() < deadline, "the change was not taken up");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    house.told(|bot| bot["error"].is_null()).await;
    waiting.say("1", "x").await.unwrap();
    assert_eq!(waiting.next_text(LIMIT).await.unwrap(), "you said x");
}

#[tokio::test]
async fn the_journal_of_a_conversation_can_be_read() {
    let house = House::parrot().await;
    let talk = house.talk("parrot").await;
    assert_eq!(talk.texts(1).await, ["hello"]);
    let url = house.url(&format!("/api/admin/conversations/{}/journal", talk.id));
    let answer = house.http.get(url).bearer_auth(ADMIN_TOKEN).send().await.unwrap();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["bot"], "parrot");
    assert!(!body["journal"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn conversations_are_listed_and_packages_can_be_had() {
    let house = House::parrot().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let talk = house.talk("parrot").await;
        assert_eq!(talk.texts(1).await, ["hello"]);
        ids.push(talk.id.clone());
    }
    let get = async |path: &str| {
        house.http.get(house.url(path)).bearer_auth(ADMIN_TOKEN).send().await.unwrap()
    };
    let mut found = Vec::new();
    let mut path = "/api/admin/conversations?bot=parrot&limit=2".to_string();
    let mut program = String::new();
    for _ in 0..2 {
        let page: Value = get(&path).await.json().await.unwrap();
        for one in page["conversations"].as_array().unwrap() {
            found.push(one["id"].as_str().unwrap().to_string());
            program = one["program"].as_str().unwrap().to_string();
            assert!(one.get("key_hash").is_none() && one.get("state").is_none(), "{one}");
        }
        let next = page["next"].as_str().unwrap_or_default();
        path = format!("/api/admin/conversations?bot=parrot&limit=2&before={next}");
        if next.is_empty() {
            break;
        }
    }
    found.sort();
    ids.sort();
    assert_eq!(found, ids);
    let none: Value = get("/api/admin/conversations?bot=nobody").await.json().await.unwrap();
    assert_eq!(none["conversations"], serde_json::json!([]));
    expect_problem(get("/api/admin/conversations?before=x").await, 422, "bad_page").await;

    let bytes = get(&format!("/api/admin/packages/{program}")).await.bytes().await.unwrap();
    assert_eq!(bytes.to_vec(), package(PARROT));
    expect_problem(get("/api/admin/packages/nothing").await, 404, "not_found").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_is_not_ready_and_loses_nothing() {
    let folder = TemporaryFolder::new("drain").unwrap();
    let bot = bots::write(folder.path(), "parrot", &[("start", PARROT)]).unwrap();
    let launch = Launch::new(folder.path(), &[bot]).unwrap();
    let mut server = ServerProcess::start(launch.clone()).unwrap();
    let mut client = ChatClient::new(launch.address, "parrot");
    client.connect().await.unwrap();
    for n in 0..20 {
        client.say(&format!("{n}"), &format!("n{n}")).await.unwrap();
    }
    let took = tokio::task::block_in_place(|| server.terminate()).unwrap();
    assert!(took < Duration::from_secs(10), "the stop took {took:?}");
    assert!(!ready(launch.address));
    let _again = ServerProcess::start(launch).unwrap();
    client.reconnect(LIMIT).await.unwrap();
    let mut texts = Vec::new();
    while texts.len() < 21 {
        texts.extend(client.next_text(LIMIT).await);
        let said = client.items.iter().filter(|item| item["by"] == "bot");
        texts = said.filter_map(|item| item["text"].as_str().map(str::to_string)).collect();
    }
    let expected = (0..20).map(|n| format!("you said n{n}"));
    assert_eq!(texts[1..], expected.collect::<Vec<_>>());
}
