//! The studio: tests, recordings, deploys with a plan, and going back.

use basilect_tests::process::TemporaryFolder;
use reqwest::Method;
use serde_json::{Value, json};

use super::studio::{Author, START};
use super::{House, LIMIT, PARROT, expect_problem};

const BOT: &str = "/api/studio/bots/parrot";

impl Author<'_> {
    async fn plan(&self, version: Value) -> Value {
        self.json(Method::POST, &format!("{BOT}/plan"), json!({ "version": version })).await
    }

    async fn deploy(&self, plan: &Value) -> reqwest::Response {
        let fields = ["version", "base", "rollback"];
        let confirmed: serde_json::Map<String, Value> =
            fields.iter().map(|name| (name.to_string(), plan[*name].clone())).collect();
        self.send(Method::POST, &format!("{BOT}/deploy"), Value::Object(confirmed)).await
    }
}

fn folder_script(house: &House) -> String {
    std::fs::read_to_string(house.folder.path().join("parrot.gbai").join(START)).unwrap()
}

#[tokio::test]
async fn a_deploy_does_what_its_plan_says_and_can_be_taken_back() {
    let house = House::parrot().await;
    let author = house.author().await;
    author.draft().await;
    let mut waiting = house.person("parrot").await;
    let same = author.plan(Value::Null).await;
    assert_eq!(same["same"], true, "{same}");
    let robot = PARROT.replace("you said", "beep");
    author.rewrite(START, &robot).await;
    let plan = author.plan(Value::Null).await;
    let file = &plan["files"][0];
    assert_eq!((&file["path"], &file["kind"]), (&json!(START), &json!("changed")));
    assert_eq!((file["before"].as_str(), file["after"].as_str()), (Some(PARROT), Some(&*robot)));
    assert_eq!(plan["waiting"][0]["count"], 1, "{plan}");
    assert_eq!(plan["waiting"][0]["version"], plan["base"]);
    assert_eq!(house.answer("one").await, "you said one", "a plan changes nothing");
    let done: Value = author.deploy(&plan).await.json().await.unwrap();
    assert_eq!((&done["version"], &done["folder"]["written"]), (&plan["version"], &json!(true)));
    assert_eq!(house.answer("two").await, "beep two");
    assert_eq!(folder_script(&house), robot);
    waiting.say("1", "three").await.unwrap();
    let said = waiting.next_text(LIMIT).await.unwrap();
    assert_eq!(said, "you said three", "who waits goes on with the version they began with");
    let known = author.json(Method::GET, &format!("{BOT}/versions"), json!({})).await;
    assert_eq!(known["current"], plan["version"]);
    assert_eq!(known["versions"][0]["origin"], "studio");
    assert_eq!(known["versions"][1]["version"], plan["base"]);
    let back = author.plan(plan["base"].clone()).await;
    assert_eq!((&back["rollback"], &back["version"]), (&json!(true), &plan["base"]));
    assert_eq!(author.deploy(&back).await.status(), 200);
    assert_eq!(house.answer("four").await, "you said four");
    assert_eq!(folder_script(&house), PARROT);
    let known = author.json(Method::GET, &format!("{BOT}/versions"), json!({})).await;
    assert_eq!(known["versions"][0]["origin"], "rollback");
    let again = author.plan(Value::Null).await;
    assert_eq!(again["folder"]["changed"], json!([]), "going back was our own change: {again}");
    let done: Value = author.deploy(&again).await.json().await.unwrap();
    assert_eq!(done["folder"]["written"], true);
    assert_eq!(folder_script(&house), robot);
}

#[tokio::test]
async fn only_the_plan_that_was_seen_is_carried_out() {
    let house = House::parrot().await;
    let author = house.author().await;
    author.draft().await;
    author.rewrite(START, &PARROT.replace("you said", "a")).await;
    let plan = author.plan(Value::Null).await;
    author.rewrite(START, &PARROT.replace("you said", "b")).await;
    expect_problem(author.deploy(&plan).await, 409, "stale_plan").await;
    let second = author.plan(Value::Null).await;
    assert_eq!(author.deploy(&second).await.status(), 200);
    author.rewrite(START, &PARROT.replace("you said", "a")).await;
    expect_problem(author.deploy(&plan).await, 409, "stale_plan").await;
    author.rewrite(START, "TALK \"open").await;
    let broken = author.plan(Value::Null).await;
    assert_eq!(broken["errors"][0]["path"], START, "{broken}");
    expect_problem(author.deploy(&second).await, 409, "stale_plan").await;
    let unknown = json!({ "version": "0".repeat(64) });
    let answer = author.send(Method::POST, &format!("{BOT}/plan"), unknown).await;
    expect_problem(answer, 404, "not_found").await;
    assert_eq!(house.answer("one").await, "b one");
}

#[tokio::test]
async fn a_folder_that_somebody_changed_is_not_overwritten() {
    let house = House::parrot().await;
    let author = house.author().await;
    author.draft().await;
    let note = house.folder.path().join("parrot.gbai/parrot.gbdialog/note.bas");
    std::fs::write(&note, "TALK \"by hand\"\n").unwrap();
    author.rewrite(START, &PARROT.replace("you said", "beep")).await;
    let plan = author.plan(Value::Null).await;
    let changed = &plan["folder"]["changed"];
    assert_eq!(*changed, json!(["parrot.gbdialog/note.bas"]), "{plan}");
    let taken = author.json(Method::POST, &format!("{BOT}/folder"), json!({})).await;
    assert_eq!(taken["taken"], *changed);
    assert_eq!(author.read("parrot.gbdialog/note.bas").await.0, "TALK \"by hand\"\n");
    let plan = author.plan(Value::Null).await;
    assert_eq!(plan["folder"]["changed"], json!([]));
    let done: Value = author.deploy(&plan).await.json().await.unwrap();
    assert_eq!(done["folder"]["written"], true, "{done}");
    assert!(folder_script(&house).contains("beep"));
}

#[tokio::test]
async fn a_folder_that_is_not_watched_stays_as_it_is() {
    let folder = TemporaryFolder::new("house").unwrap();
    let house = House::open_as(folder, &[("parrot", &[("start", PARROT)])], false).await;
    let author = house.author().await;
    author.draft().await;
    author.rewrite(START, &PARROT.replace("you said", "beep")).await;
    let plan = author.plan(Value::Null).await;
    assert!(plan["folder"]["kept"].as_str().unwrap().contains("--no-watch"), "{plan}");
    let done: Value = author.deploy(&plan).await.json().await.unwrap();
    assert_eq!(done["folder"]["written"], false);
    assert_eq!(house.answer("x").await, "beep x");
    assert_eq!(folder_script(&house), PARROT);
}

#[tokio::test]
async fn files_of_other_kinds_and_large_ones_stay_in_the_bot() {
    let folder = TemporaryFolder::new("house").unwrap();
    let bot = folder.path().join("parrot.gbai");
    let knowledge = bot.join("parrot.gbkb");
    std::fs::create_dir_all(&knowledge).unwrap();
    std::fs::write(knowledge.join("old (1).doc"), b"\xd0\xcf").unwrap();
    std::fs::write(knowledge.join("large.pdf"), vec![7u8; 3 << 20]).unwrap();
    let house = House::open(folder, &[("parrot", &[("start", PARROT)])]).await;
    let author = house.author().await;
    author.draft().await;
    assert_eq!(author.plan(Value::Null).await["same"], true, "the draft is the whole bot");
    author.rewrite(START, &PARROT.replace("you said", "beep")).await;
    let plan = author.plan(Value::Null).await;
    assert_eq!(plan["files"].as_array().unwrap().len(), 1, "{plan}");
    assert_eq!(author.deploy(&plan).await.status(), 200);
    assert_eq!(std::fs::read(bot.join("parrot.gbkb/large.pdf")).unwrap().len(), 3 << 20);
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    let known = author.json(Method::GET, &format!("{BOT}/versions"), json!({})).await;
    assert_eq!(known["current"], plan["version"], "the watcher finds what was deployed: {known}");
}

#[tokio::test]
async fn a_conversation_becomes_a_test_that_passes_until_the_bot_changes() {
    let house = House::parrot().await;
    let author = house.author().await;
    author.draft().await;
    author.json(Method::POST, &format!("{BOT}/build"), json!({})).await;
    let mut line = author.socket("/ws/studio/parrot/chat").await;
    let conversation = line.next_json().await["conversation"].clone();
    while line.next_json().await["text"] != "hello" {}
    line.send(json!({ "type": "say", "id": "1", "text": "good\nmorning" })).await;
    while line.next_json().await["text"] != "you said good\nmorning" {}
    let asked = json!({ "conversation": conversation, "name": "greeting" });
    let recorded = author.json(Method::POST, &format!("{BOT}/record"), asked).await;
    assert_eq!(recorded["path"], "parrot.gbdialog/tests/greeting.chat");
    let text = recorded["text"].as_str().unwrap();
    assert!(text.contains("< hello\n> good\n| morning\n< you said good\n| morning\n"), "{text}");
    let path = recorded["path"].as_str().unwrap();
    assert_eq!(author.put(path, text, None).await.status(), 200);
    let tests = author.json(Method::POST, &format!("{BOT}/tests"), json!({})).await;
    assert_eq!(tests["tests"][0]["verdict"], "passed", "{tests}");
    author.rewrite(START, &PARROT.replace("you said", "beep")).await;
    let tests = author.json(Method::POST, &format!("{BOT}/tests"), json!({})).await;
    let failed = &tests["tests"][0];
    assert_eq!(failed["verdict"], "failed");
    assert_eq!(failed["got"], "< beep good\n| morning");
    assert_eq!(failed["said_by"], format!("{START}:4"));
    let other = json!({ "conversation": "nobody", "name": "x" });
    let answer = author.send(Method::POST, &format!("{BOT}/record"), other).await;
    expect_problem(answer, 404, "not_found").await;
}

#[tokio::test]
async fn time_travel_shows_steps_and_variables_and_no_secret() {
    let house = House::parrot().await;
    let author = house.author().await;
    let mut person = house.person("parrot").await;
    person.say("1", "polly").await.unwrap();
    person.next_text(LIMIT).await.unwrap();
    let place = format!("{BOT}/conversations");
    let listed = author.json(Method::GET, &format!("{place}?of=live"), json!({})).await;
    let one = &listed["conversations"][0];
    assert_eq!((&one["text"], &one["turns"]), (&json!("polly"), &json!(2)), "{listed}");
    assert!(!listed.to_string().contains("key"), "{listed}");
    let id = one["id"].as_str().unwrap();
    let opened = author.json(Method::GET, &format!("{place}/{id}?of=live"), json!({})).await;
    let steps = opened["steps"].as_array().unwrap();
    let at = steps.iter().position(|step| step["args"] == json!(["you said polly"])).unwrap();
    assert_eq!((&steps[at]["title"], &steps[at]["line"]), (&json!("TALK"), &json!(4)));
    let asked = format!("{place}/{id}/variables?of=live&step={at}");
    let found = author.json(Method::GET, &asked, json!({})).await;
    let message = found["variables"].as_array().unwrap();
    let message = message.iter().find(|one| one["name"] == "message").unwrap();
    assert!(message["value"].as_str().unwrap().contains("polly"), "{found}");
    let other = author.get(&format!("{place}/{id}?of=draft")).await;
    expect_problem(other, 404, "not_found").await;
}
