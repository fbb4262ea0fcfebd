//! Files that people send.

use reqwest::Method;
use serde_json::{Value, json};

use super::{House, Talk, expect_problem};

const ASKS: &str = r#"TALK "hello"
HEAR document AS FILE
TALK "got " + document.name + " with " + document.size
"#;

impl Talk<'_> {
    async fn upload(&self, name: &str, bytes: Vec<u8>) -> reqwest::Response {
        let head = format!(
            "--drill\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        let body = [head.into_bytes(), bytes, b"\r\n--drill--\r\n".to_vec()].concat();
        let request = self.request(Method::POST, "files").body(body);
        request.header("content-type", "multipart/form-data; boundary=drill").send().await.unwrap()
    }
}

#[tokio::test]
async fn a_file_goes_to_the_script_and_comes_back_as_it_was() {
    let house = House::with(&[("desk", &[("start", ASKS)])]).await;
    let talk = house.talk("desk").await;
    let content = b"<script>alert(1)</script>".to_vec();
    let answer = talk.upload("../../evil.html", content.clone()).await;
    assert_eq!(answer.status(), 201);
    let file: Value = answer.json().await.unwrap();
    assert_eq!((&file["name"], &file["size"]), (&json!("evil.html"), &json!(content.len())));
    assert_eq!(
        talk.say(&json!({ "id": "1", "text": "", "files": [file["file"]] })).await.status(),
        202
    );
    assert_eq!(talk.texts(2).await[1], "got evil.html with 25");
    let path = format!("files/{}", file["file"].as_str().unwrap());
    let back = talk.request(Method::GET, &path).send().await.unwrap();
    let header = |name: &str| back.headers()[name].to_str().unwrap().to_string();
    assert!(header("content-disposition").starts_with("attachment"));
    assert!(header("content-security-policy").contains("sandbox"));
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(back.bytes().await.unwrap(), content);
    let with_key = format!("/api/conversations/{}/{path}?key={}", talk.id, talk.key);
    assert_eq!(house.get(&with_key).await.status(), 200);
}

#[tokio::test]
async fn a_file_belongs_to_its_conversation() {
    let house = House::with(&[("desk", &[("start", ASKS)])]).await;
    let (one, other) = (house.talk("desk").await, house.talk("desk").await);
    let file: Value = one.upload("a.txt", b"secret".to_vec()).await.json().await.unwrap();
    let id = file["file"].as_str().unwrap();
    let stolen = other.request(Method::GET, &format!("files/{id}")).send().await.unwrap();
    expect_problem(stolen, 422, "unknown_file").await;
    let sent = other.say(&json!({ "id": "1", "text": "", "files": [id] })).await;
    expect_problem(sent, 422, "unknown_file").await;
}

#[tokio::test]
async fn a_file_may_not_be_too_large() {
    let house = House::with(&[("desk", &[("start", ASKS)])]).await;
    let talk = house.talk("desk").await;
    assert_eq!(talk.upload("fits.bin", vec![7; 10 << 20]).await.status(), 201);
    expect_problem(talk.upload("large.bin", vec![7; (10 << 20) + 1]).await, 413, "too_large").await;
}
