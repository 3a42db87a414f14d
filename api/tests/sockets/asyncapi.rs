//! Every frame that a test sees must be one that `openapi/asyncapi.yaml` describes.

use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The forms of each frame type that the server sends.
static FRAMES: LazyLock<HashMap<String, Vec<Validator>>> = LazyLock::new(|| {
    let text = include_str!("../../../openapi/asyncapi.yaml");
    let document: Value = serde_yaml_ng::from_str(text).expect("good YAML");
    let mut frames: HashMap<String, Vec<Validator>> = HashMap::new();
    for operation in ["getChat", "getInbox"].map(|name| find(&document, name)) {
        for message in operation["messages"].as_array().expect("messages") {
            let message = follow(&document, follow(&document, message));
            let reference = message["payload"]["$ref"].as_str().expect("a payload").to_owned();
            let kind = follow(&document, &message["payload"])["properties"]["type"]["const"].clone();
            let schema = json!({"$ref": reference, "components": document["components"]});
            let validator = jsonschema::validator_for(&schema).expect("a good schema");
            frames
                .entry(kind.as_str().expect("a type").to_owned())
                .or_default()
                .push(validator);
        }
    }
    frames
});

/// The operation with which the server sends on a channel.
fn find<'a>(document: &'a Value, what: &str) -> &'a Value {
    let channel = if what == "getChat" {
        "#/channels/chat"
    } else {
        "#/channels/inbox"
    };
    let operations = document["operations"].as_object().expect("operations").values();
    let mut fitting = operations
        .filter(|operation| operation["action"] == "send" && operation["channel"]["$ref"] == channel);
    fitting.next().expect("the operation")
}

fn follow<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => document.pointer(&reference[1..]).expect("what a reference names"),
        None => value,
    }
}

/// Fails where the frame is of no described form.
pub fn check(frame: &Value) {
    let kind = frame["type"].as_str().expect("a frame has a type");
    let forms = FRAMES
        .get(kind)
        .unwrap_or_else(|| panic!("asyncapi.yaml knows no frame of type {kind}"));
    if forms.iter().any(|form| form.is_valid(frame)) {
        return;
    }
    let why: Vec<_> = forms
        .iter()
        .flat_map(|form| form.iter_errors(frame))
        .map(|error| error.to_string())
        .collect();
    panic!("asyncapi.yaml describes {kind} otherwise: {why:?}\n{frame}");
}
