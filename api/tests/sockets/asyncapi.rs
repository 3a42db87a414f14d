//! Every frame that a test sees must be one that `openapi/asyncapi.yaml` describes for the socket's channel.

use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The forms of each frame type that the server sends, by channel and type.
static FRAMES: LazyLock<HashMap<(String, String), Vec<Validator>>> = LazyLock::new(|| {
    let text = include_str!("../../../openapi/asyncapi.yaml");
    let document: Value = serde_yaml_ng::from_str(text).expect("good YAML");
    let mut frames: HashMap<_, Vec<Validator>> = HashMap::new();
    let operations = document["operations"].as_object().expect("operations").values();
    for operation in operations.filter(|operation| operation["action"] == "send") {
        let channel = operation["channel"]["$ref"].as_str().expect("a channel");
        let channel = channel.rsplit('/').next().expect("its name");
        // Socket.IO events have a name, and are looked up by it
        if channel == "notifications" {
            continue;
        }
        for message in operation["messages"].as_array().expect("messages") {
            let message = follow(&document, follow(&document, message));
            let reference = message["payload"]["$ref"].as_str().expect("a payload").to_owned();
            let kind = follow(&document, &message["payload"])["properties"]["type"]["const"].clone();
            let schema = json!({"$ref": reference, "components": document["components"]});
            let validator = jsonschema::validator_for(&schema).expect("a good schema");
            let kind = kind.as_str().expect("a type").to_owned();
            frames
                .entry((channel.to_owned(), kind))
                .or_default()
                .push(validator);
        }
    }
    frames
});

fn follow<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => document.pointer(&reference[1..]).expect("what a reference names"),
        None => value,
    }
}

/// The argument of each Socket.IO event.
static EVENTS: LazyLock<HashMap<String, Validator>> = LazyLock::new(|| {
    let text = include_str!("../../../openapi/asyncapi.yaml");
    let document: Value = serde_yaml_ng::from_str(text).expect("good YAML");
    let mut events = HashMap::new();
    for message in document["operations"]["sendNotifications"]["messages"]
        .as_array()
        .expect("messages")
    {
        let message = follow(&document, follow(&document, message));
        let schema = json!({"$ref": message["payload"]["$ref"], "components": document["components"]});
        let name = message["name"].as_str().expect("a name").to_owned();
        events.insert(name, jsonschema::validator_for(&schema).expect("a good schema"));
    }
    events
});

/// Fails where the Socket.IO event is of no described form.
pub fn check_event(name: &str, body: &Value) {
    let form = EVENTS
        .get(name)
        .unwrap_or_else(|| panic!("asyncapi.yaml knows no event {name}"));
    let why: Vec<_> = form.iter_errors(body).map(|error| error.to_string()).collect();
    assert!(
        why.is_empty(),
        "asyncapi.yaml describes {name} otherwise: {why:?}\n{body}"
    );
}

/// The channel that a socket of this address is on.
pub fn channel(url: &str) -> &'static str {
    let ways = [
        ("/as/team/ws/chat/", "team_mount"),
        ("/as/crm/ws/chat/", "crm_mount"),
        ("/as/helpdesk/ws/chat/", "ticket"),
        ("/api/chats/ws/", "rooms"),
        ("/api/chat/ws/", "team"),
        ("/ws/inbox", "inbox"),
        ("/ws/chat/TKT-", "ticket"),
    ];
    let known = ways.iter().find(|(part, _)| url.contains(part));
    known.map_or("chat", |(_, channel)| channel)
}

/// Fails where the frame is of no form that the channel describes.
pub fn check(channel: &str, frame: &Value) {
    let kind = frame["type"].as_str().expect("a frame has a type");
    let forms = FRAMES
        .get(&(channel.to_owned(), kind.to_owned()))
        .unwrap_or_else(|| panic!("asyncapi.yaml knows no frame of type {kind} on {channel}"));
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
