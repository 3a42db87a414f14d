use super::*;
use crate::dialects::crm;
use poem_openapi::Object;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Object, Deserialize, Debug, PartialEq)]
struct Sample {
    message: String,
    count: Option<i64>,
    tags: Option<Vec<String>>,
}

async fn refused(text: &str) -> Value {
    let problem = parse::<Sample>(text.as_bytes()).unwrap_err();
    let mut response = problem.respond(crm::SURFACE.error_form, "r");
    let body = response.take_body().into_string().await.unwrap();
    serde_json::from_str(&body).unwrap()
}

#[tokio::test]
async fn an_error_names_its_field_and_never_its_value() {
    let required = json!(["This field is required."]);
    assert_eq!(refused("{}").await["message"], required);
    assert_eq!(refused("").await["message"], required);
    let wrong = refused(r#"{"message": 5}"#).await;
    assert_eq!(wrong["message"], json!(["Must be a string"]));
    let null = refused(r#"{"message": null}"#).await;
    assert_eq!(null["message"], json!(["This field may not be null."]));
    let number = refused(r#"{"message": "a", "count": "secret"}"#).await;
    assert_eq!(number["count"], json!(["Must be a whole number"]));
    let huge = refused(r#"{"message": "a", "count": 1e30}"#).await;
    assert_eq!(huge["count"], json!(["Must be a whole number"]));
    let list = refused(r#"{"message": "a", "tags": ["x", 1]}"#).await;
    assert_eq!(list["tags"], json!(["Must be a string"]));
    let twice = refused(r#"{"message": "a", "message": "b"}"#).await;
    assert_eq!(twice["message"], json!(["This field was given twice."]));
}

#[tokio::test]
async fn what_is_not_json_is_malformed_and_what_is_no_object_invalid() {
    for text in [
        "{",
        "{\"message\": \"a\"} x",
        "hello",
        "{\"message\": \"\\ud800\"}",
        "{'a': 1}",
        "[1, 2",
    ] {
        assert_eq!(refused(text).await["code"], "malformed_json", "{text}");
    }
    for text in ["[]", "[\"hi\"]", "\"hi\"", "5", "null"] {
        assert_eq!(refused(text).await["code"], "validation_error", "{text}");
    }
}

#[test]
fn unknown_members_are_ignored() {
    let parsed: Sample = parse(br#" {"message": "hi", "x": {"y": [1]}, "count": null} "#).unwrap();
    assert_eq!(
        (parsed.message.as_str(), parsed.count, parsed.tags),
        ("hi", None, None)
    );
}
