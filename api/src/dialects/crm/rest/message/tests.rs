use super::*;
use crate::dialects::crm::rest::ConversationObject;
use app::testing::{Place as TestPlace, TestApp};
use chat::conversations::{self, CreateConversation};
use chat::messages::{self, React, SendMessage};
use entity::conversation::Kind;
use kernel::clock::Clock;
use poem_openapi::types::ToJSON;
use serde_json::{Value, json};

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[tokio::test]
async fn a_frame_and_a_rest_answer_are_the_same_json() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let bob = app.user("bob").await;
    let command = CreateConversation {
        participants: vec![accounts::users::Named::Id(bob.id)],
        ..Default::default()
    };
    let conversation = conversations::create(&app, &alice, command).await.unwrap();
    let send = SendMessage {
        text: "**hi**".into(),
        client_id: Some("c1".into()),
        ..Default::default()
    };
    let sent = messages::send(&app, &alice, conversation.row.id, send)
        .await
        .unwrap();
    let react = React {
        message: sent.message.id,
        emoji: "👍".into(),
        remove: false,
    };
    let message = messages::react(&app, &bob, messages::Place::Anywhere, react)
        .await
        .unwrap();
    let mut message = (*message).clone();
    // what a customer's client says beside a message is not shown
    message.meta = Some(json!({"locale": "de"}));
    let object = MessageObject::new(&message, &app, SenderAs::Username, None);
    assert_eq!(object.meta, None);
    message.voice = Voice::Bot;
    message.meta =
        Some(json!({"sources": [{"title": "Returns"}], "prompts": ["How?"], "trace": {"intent": "x"}}));
    let object = MessageObject::new(&message, &app, SenderAs::Username, None);
    let serde = serde_json::to_value(&object).unwrap();
    assert_eq!(object.to_json().unwrap(), serde);
    assert_eq!(serde["sender"], "alice");
    assert_eq!(serde["reactions"], json!({"👍": 1}));
    assert_eq!(serde["html"], "<p><strong>hi</strong></p>\n");
    assert_eq!(
        serde["meta"],
        json!({"sources": [{"title": "Returns", "url": null}], "prompts": ["How?"], "handoff": false})
    );
    assert!(serde["attachment"].is_null() && serde["attachment_url"].is_null());
    let by_id = MessageObject::new(&message, &app, SenderAs::Id, None);
    assert_eq!(by_id.sender, alice.id.to_string());

    let conversation = conversations::get(&app, &bob, conversation.row.id).await.unwrap();
    assert_eq!(conversation.row.kind, Kind::Direct);
    let object = ConversationObject::new(conversation, &app, None);
    let serde = serde_json::to_value(&object).unwrap();
    assert_eq!(object.to_json().unwrap(), serde);
    assert_eq!(serde["unread_count"], 1);
    assert_eq!(serde["last_message"]["text"], "**hi**");
}

#[tokio::test]
async fn a_message_has_every_field_of_the_contract() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let send = SendMessage {
        text: "hi".into(),
        ..Default::default()
    };
    let sent = messages::begin(&app, &alice, send).await.unwrap();
    let object = MessageObject::new(&sent.message, &app, SenderAs::Id, None);
    let json = serde_json::to_value(&object).unwrap();
    let contract = [
        "id",
        "seq",
        "rev",
        "conversation",
        "conversation_id",
        "sender",
        "sender_id",
        "sender_username",
        "sender_name",
        "type",
        "text",
        "content",
        "html",
        "attachment",
        "attachment_url",
        "reply_to",
        "reactions",
        "status",
        "is_edited",
        "is_deleted",
        "client_id",
        "created_at",
        "updated_at",
    ];
    for key in contract {
        assert!(keys(&json).contains(&key), "{key}");
    }
    let at = json["created_at"].as_str().unwrap();
    assert_eq!(at.len(), "2026-11-20T09:30:00.123456Z".len(), "{at}");
    assert!(at.ends_with('Z'), "{at}");
}

#[tokio::test]
async fn links_carry_the_public_address_where_there_is_one() {
    let place = TestPlace::new().await;
    let app = place
        .app(Clock::System, &[("PUBLIC_URL", "https://chat.example.com/")])
        .await;
    let file = chat::attachments::Attachment {
        id: "0192f0c1-2345-7890-abcd-ef0123456789".parse().unwrap(),
        uploader: entity::UserId(1),
        conversation: None,
        file_name: "a.png".into(),
        file_size: 3,
        content_type: "image/png".into(),
        state: entity::attachment::State::Ready,
        reason: None,
        width: Some(1),
        height: Some(1),
        has_thumbnail: true,
        created_at: app.clock.now(),
    };
    let object = AttachmentObject::new(&file, &app, None, None);
    assert_eq!(object.to_json().unwrap(), serde_json::to_value(&object).unwrap());
    let start = "https://chat.example.com/files/0192f0c1-2345-7890-abcd-ef0123456789";
    assert!(
        object.file_url.starts_with(&format!("{start}?exp=")),
        "{}",
        object.file_url
    );
    let thumbnail = object.thumbnail_url.unwrap();
    assert!(
        thumbnail.starts_with(&format!("{start}/thumbnail?exp=")),
        "{thumbnail}"
    );
}
