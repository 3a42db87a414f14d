//! Uploads and the links to them.

use super::{Answer, Client, send, text_of, user};
use api::testing::TestServer;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::json;

/// A PNG of one pixel.
pub const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0,
    0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63,
    0x60, 0, 0, 0, 2, 0, 1, 0x48, 0xaf, 0xa4, 0x71, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60,
    0x82,
];

pub async fn upload(client: &Client<'_>, name: &str, bytes: Vec<u8>) -> Answer {
    let part = Part::bytes(bytes).file_name(name.to_owned());
    let form = Form::new().part("file", part);
    send(client.request(Method::POST, "/api/chat/upload/").multipart(form)).await
}

#[tokio::test]
async fn a_picture_is_uploaded_sent_and_read_by_those_who_see_the_message() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    let talk = alice
        .post("/api/chat/conversations", json!({"participant_ids": ["bob"]}))
        .await;
    let file = upload(&alice, "../../päss\"wd.html", PNG.to_vec()).await;
    assert_eq!(file.status, 200, "{file:?}");
    assert_eq!(
        (&file.body["file_name"], &file.body["content_type"]),
        (&json!("päss\"wd.png"), &json!("image/png"))
    );
    let id = text_of(&file.body["attachment_id"]);
    let path = format!("/api/chat/attachments/{id}");
    assert_eq!(bob.get(&path).await.status, 404);
    let body = json!({"message": "", "attachment_id": id, "conversation_id": talk.body["id"]});
    let sent = alice.post("/api/user-response", body).await;
    assert_eq!(sent.status, 201, "{sent:?}");
    let ready = settled(&bob, &path).await;
    assert_eq!(
        (&ready.body["status"], &ready.body["width"]),
        (&json!("ready"), &json!(1)),
        "{ready:?}"
    );
    let link = text_of(&ready.body["file_url"]);
    let got = server.client.get(server.url(&link)).send().await.unwrap();
    assert_eq!(got.status(), StatusCode::OK);
    let headers = got.headers();
    assert_eq!(headers["content-type"], "image/png");
    assert_eq!(
        headers["content-security-policy"],
        "sandbox; default-src 'none'; frame-ancestors 'none'"
    );
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert!(headers["cache-control"].to_str().unwrap().starts_with("private"));
    let disposition = headers["content-disposition"].to_str().unwrap();
    assert_eq!(
        disposition,
        "inline; filename=\"p_ss_wd.png\"; filename*=UTF-8''p%C3%A4ss%22wd.png"
    );
    assert!(got.bytes().await.unwrap().starts_with(b"\x89PNG"));
    let thumbnail = text_of(&ready.body["thumbnail_url"]);
    assert_eq!(
        server
            .client
            .get(server.url(&thumbnail))
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    for bad in [
        link.replace("sig=", "sig=00"),
        link.replace("exp=", "exp=9"),
        format!("/files/{id}"),
        "/files/x?exp=1&sig=a".into(),
    ] {
        assert_eq!(
            send(server.client.get(server.url(&bad))).await.status,
            403,
            "{bad}"
        );
    }
}

#[tokio::test]
async fn a_file_that_is_not_checked_yet_is_not_there_and_says_when_to_come_again() {
    let server = TestServer::start_with(&[("WORKER", "external")]).await;
    let alice = user(&server, "alice").await;
    let photo = include_bytes!("../../../tests/fixtures/gps.jpg").to_vec();
    let file = upload(&alice, "me.jpg", photo).await;
    assert_eq!(
        (file.status.as_u16(), &file.body["status"]),
        (200, &json!("processing"))
    );
    let link = text_of(&file.body["file_url"]);
    for path in [link.clone(), link.replace("?", "/thumbnail?")] {
        let early = send(server.client.get(server.url(&path))).await;
        assert_eq!(
            (early.status.as_u16(), &early.body["code"]),
            (404, &json!("processing"))
        );
        assert_eq!(early.headers["retry-after"], "2");
    }
}

#[tokio::test]
async fn a_link_is_its_readers_and_ends_with_the_message() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let bob = user(&server, "bob").await;
    let talk = alice
        .post("/api/chat/conversations", json!({"participant_ids": ["bob"]}))
        .await;
    let talk = text_of(&talk.body["id"]);
    let file = upload(&alice, "x.png", PNG.to_vec()).await;
    let id = text_of(&file.body["attachment_id"]);
    settled(&alice, &format!("/api/chat/attachments/{id}")).await;
    let body = json!({"message": "", "attachment_id": id, "conversation_id": talk});
    let sent = alice.post("/api/user-response", body).await;
    assert_eq!(sent.status, 201, "{sent:?}");
    let listed = bob.get(&format!("/api/chat/conversations/{talk}/messages")).await;
    let link = text_of(&listed.body[0]["attachment"]["file_url"]);
    let reader = format!("reader={}", bob.person.actor.id);
    assert!(link.contains(&reader) && link.contains("message="), "{link}");
    let status = async |link: &str| {
        server
            .client
            .get(server.url(link))
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(status(&link).await, 200);
    let another = link.replace(&reader, &format!("reader={}", alice.person.actor.id));
    assert_eq!(status(&another).await, 403);
    assert_eq!(status(&link.replace(&reader, "")).await, 403);
    let message = text_of(&sent.body["message_id"]);
    assert_eq!(
        alice
            .delete(&format!("/api/chat/messages/{message}"))
            .await
            .status,
        204
    );
    assert_eq!(status(&link).await, 403);
}

/// The attachment once the worker is through with it.
pub async fn settled(client: &Client<'_>, path: &str) -> Answer {
    for _ in 0..200 {
        let answer = client.get(path).await;
        if answer.body["status"] != "processing" {
            return answer;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the worker did not come");
}

#[tokio::test]
async fn bad_uploads_are_refused_each_in_its_way() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let html = upload(&alice, "x.png", b"<html><script>alert(1)</script>".to_vec()).await;
    assert_eq!(html.status, 415);
    assert!(text_of(&html.body["detail"]).starts_with("File type not allowed"));
    let empty = upload(&alice, "x.png", Vec::new()).await;
    assert_eq!(
        (empty.status.as_u16(), &empty.body["detail"]),
        (400, &json!("File is empty"))
    );
    let none = send(
        alice
            .request(Method::POST, "/api/chat/upload/")
            .multipart(Form::new().text("x", "y")),
    )
    .await;
    assert_eq!(
        (none.status.as_u16(), &none.body["error"]),
        (400, &json!("No file provided"))
    );
    let none = send(alice.request(Method::POST, "/api/chat/upload/")).await;
    assert_eq!(
        (none.status.as_u16(), &none.body["error"]),
        (400, &json!("No file provided"))
    );
    let broken = alice
        .request(Method::POST, "/api/chat/upload")
        .header("content-type", "multipart/form-data; boundary=x");
    assert_eq!(send(broken.body("--x\r\nnonsense")).await.status, 400);
    let no_boundary = alice
        .request(Method::POST, "/api/chat/upload")
        .header("content-type", "multipart/form-data");
    assert_eq!(send(no_boundary.body("--x")).await.status, 400);
    let foreign = user(&server, "bob").await.say("mine").await;
    let form = Form::new()
        .text("conversation_id", foreign)
        .part("file", Part::bytes(PNG).file_name("a.png"));
    assert_eq!(
        send(alice.request(Method::POST, "/api/chat/upload").multipart(form))
            .await
            .status,
        404
    );
    for id in ["x", "%00", "0192f0c1-2345-7890-abcd-ef0123456789"] {
        assert_eq!(
            alice.get(&format!("/api/chat/attachments/{id}")).await.status,
            404,
            "{id}"
        );
    }
}

#[tokio::test]
async fn a_file_over_the_limit_is_413_however_it_comes() {
    let server = TestServer::start().await;
    let alice = user(&server, "alice").await;
    let mut big = PNG.to_vec();
    big.resize(10 * 1024 * 1024 + 1, 0);
    let answer = upload(&alice, "big.png", big.clone()).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.body["detail"]),
        (413, &json!("File size cannot exceed 10MB"))
    );
    // without a length, and far over it
    let chunk = bytes::Bytes::from(vec![0; 1024 * 1024]);
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n";
    let chunks = std::iter::once(bytes::Bytes::from(head)).chain(std::iter::repeat_n(chunk, 11));
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks.map(Ok::<_, std::io::Error>)));
    let request = alice
        .request(Method::POST, "/api/chat/upload")
        .header("content-type", "multipart/form-data; boundary=x");
    assert_eq!(send(request.body(body)).await.status, 413);
}
