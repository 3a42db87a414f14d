//! What poem-openapi cannot say of an operation: which of the possible errors it really has, and examples of them.

use serde_json::{Map, Value, json};

/// May be refused to somebody who is known.
const FORBIDDEN: &[&str] = &[
    "register",
    "visitor",
    "create_conversation",
    "update_conversation",
    "list_conversations",
    "count_conversations",
    "claim_conversation",
    "assign_conversation",
    "hand_back_conversation",
    "request_handoff",
    "list_notes",
    "add_note",
    "edit_note",
    "delete_note",
    "list_labels",
    "create_label",
    "update_label",
    "delete_label",
    "add_participants",
    "remove_participant",
    "edit_message",
    "delete_message",
    "list_articles",
    "add_article",
    "replace_article",
    "delete_article",
    "ask_bot",
    "list_canned_replies",
    "add_canned_reply",
    "replace_canned_reply",
    "delete_canned_reply",
    "suggest_answer",
    "trace_conversation",
    "get_customer",
    "list_staff",
    "list_users",
    "create_user",
    "update_user",
    "list_jobs",
    "replay_job",
    "get_figures",
    "get_ticket",
    "update_ticket",
    "delete_ticket",
    "list_ticket_messages",
    "send_ticket_message",
    "rate_ticket_message",
    "suggest_response",
    "list_supports",
    "support_statistics",
    "get_support",
    "update_support",
    "set_support_status",
    "rate_support",
    "delete_support",
    "create_station",
    "list_webhooks",
    "create_webhook",
    "get_webhook",
    "update_webhook",
    "delete_webhook",
    "list_webhook_deliveries",
    "replay_webhook_delivery",
    "test_webhook",
    "create_chat",
    "delete_chat",
    "add_chat_participants",
    "remove_chat_participant",
    "list_participant_chats",
    "sync_chat",
];
/// May contradict what is stored.
const CONFLICTING: &[&str] = &[
    "bot_response",
    "edit_message",
    "delete_message",
    "add_reaction",
    "remove_reaction",
    "add_canned_reply",
    "replace_canned_reply",
    "replay_job",
    "create_webhook",
    "replay_webhook_delivery",
    "test_webhook",
    "claim_conversation",
    "request_handoff",
    "create_label",
    "update_label",
];
/// May name something unknown although no part of the path does.
const MISSING: &[&str] = &[
    "bot_response",
    "create_conversation",
    "search_messages",
    "typing",
    "upload_file",
    "create_support",
    "suggest_response",
    "create_chat",
];
/// Refuse a part of their path as malformed, or what it names as of the wrong kind; elsewhere that is an unknown thing.
const CHECKED_PATH: &[&str] = &[
    "add_reaction",
    "remove_reaction",
    "list_supports_with_status",
    "claim_conversation",
    "hand_back_conversation",
    "request_handoff",
    "list_notes",
];
/// Refuse who asks although they take no token.
const SIGN_IN: &[&str] = &["register", "login", "refresh", "visitor"];

/// The document, finished; its paths sorted, so that it is the same every time.
pub(super) fn document(raw: &str) -> String {
    let mut document: Value = serde_json::from_str(raw).unwrap_or_default();
    document["openapi"] = "3.0.3".into();
    let schemas = document["components"]["schemas"].clone();
    let mut problems = Map::new();
    if let Some(paths) = document["paths"].as_object_mut() {
        paths.sort_keys();
        for (path, item) in paths.iter_mut() {
            let operations = item.as_object_mut().into_iter().flat_map(Map::values_mut);
            operations.for_each(|operation| {
                trim(path, operation);
                relax(operation, &schemas);
                describe(operation, &schemas);
                share(path, operation, &mut problems);
            });
        }
    }
    problems.sort_keys();
    document["components"]["responses"] = problems.into();
    tidy(&mut document);
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

/// Leaves an operation the errors that it can have.
fn trim(path: &str, operation: &mut Value) {
    let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
    let id = id.rsplit_once("auth_").map_or(&*id, |(_, call)| call).to_owned();
    let is = |ids: &[&str]| ids.contains(&&*id);
    let body = operation.get("requestBody").is_some();
    let mut parameters = operation["parameters"].as_array().into_iter().flatten();
    let input = body || is(CHECKED_PATH) || parameters.any(|parameter| parameter["in"] == "query");
    let auth = path.contains("/auth/");
    let helpdesk = ["/tickets", "/notifications", "/ai/", "/internal/"];
    // validation is 422 there
    let strict =
        auth || path.starts_with("/api/chats") || helpdesk.iter().any(|prefix| path.starts_with(prefix));
    let secured = operation.get("security").is_some();
    let keep = |status: &str| match status {
        "400" => {
            if strict {
                body
            } else {
                input
            }
        }
        "401" => secured || is(SIGN_IN),
        "403" => is(FORBIDDEN),
        "404" => path.contains('{') || is(MISSING),
        "409" => is(CONFLICTING),
        "413" | "415" => body,
        "422" => strict && input,
        _ => true,
    };
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    responses.retain(|status, _| keep(status));
    responses.sort_keys();
}

/// Puts a problem, with an example in the form of its path's dialect, where all operations that have it refer to it.
fn share(path: &str, operation: &mut Value, problems: &mut Map<String, Value>) {
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    let form = match path {
        path if path.starts_with("/api/v1/") => "V1",
        path if path.starts_with("/api/chats") => "Plain",
        path if path.starts_with("/api/") => "Api",
        _ => "Plain",
    };
    for (status, response) in responses {
        let status: u16 = status.parse().unwrap_or_default();
        let Some(problem) = response.pointer_mut("/content/application~1problem+json") else {
            continue;
        };
        problem["example"] = example(form, status);
        let name = format!("{form}Problem{status}");
        let reference = json!({"$ref": format!("#/components/responses/{name}")});
        problems.insert(name, std::mem::replace(response, reference));
    }
}

/// A body without required members may be left out.
fn relax(operation: &mut Value, schemas: &Value) {
    let schema = operation.pointer("/requestBody/content/application~1json/schema/$ref");
    let name = schema
        .and_then(Value::as_str)
        .and_then(|name| name.rsplit('/').next());
    let optional = name.is_some_and(|name| schemas[name].get("required").is_none());
    if optional {
        operation["requestBody"]["required"] = false.into();
    }
}

/// An answer that says nothing of itself is described by what it holds.
fn describe(operation: &mut Value, schemas: &Value) {
    let responses = operation["responses"].as_object_mut().into_iter();
    for response in responses.flat_map(Map::values_mut) {
        if response["description"] != "" {
            continue;
        }
        let content = response["content"]
            .as_object()
            .and_then(|content| content.values().next());
        let schema = content.map(|media| &media["schema"]).unwrap_or(&Value::Null);
        let named = |schema: &Value| {
            let name = schema["$ref"].as_str()?.rsplit('/').next()?;
            Some(schemas[name]["description"].as_str()?.to_owned())
        };
        let description = match named(&schema["items"]) {
            Some(item) => format!("A list. {item}"),
            None => named(schema).unwrap_or_else(|| "Done".into()),
        };
        response["description"] = description.into();
    }
}

fn example(form: &str, status: u16) -> Value {
    let (title, code, detail) = match status {
        400 => ("Bad Request", "malformed_json", "The body is not valid JSON"),
        401 => (
            "Unauthorized",
            "not_authenticated",
            "Authentication credentials were not provided.",
        ),
        403 => ("Forbidden", "forbidden", "Agents and admins only"),
        404 => ("Not Found", "not_found", "Conversation not found"),
        409 => ("Conflict", "message_deleted", "Message was deleted"),
        413 => (
            "Payload Too Large",
            "payload_too_large",
            "The body is over 256 KiB",
        ),
        415 => (
            "Unsupported Media Type",
            "unsupported_media_type",
            "Send JSON (Content-Type: application/json)",
        ),
        422 => (
            "Unprocessable Entity",
            "validation_error",
            "This field is required.",
        ),
        429 => (
            "Too Many Requests",
            "rate_limited",
            "Too many requests. Try again in 2 s",
        ),
        503 => (
            "Service Unavailable",
            "unavailable",
            "The database does not answer",
        ),
        _ => ("Internal Server Error", "internal_error", "Internal server error"),
    };
    let mut body = json!({
        "type": "about:blank", "title": title, "status": status, "detail": detail, "code": code,
        "request_id": "5f0c2a9be1d34c77",
    });
    match form {
        "V1" => {
            body["message"] = detail.into();
            body["statusCode"] = status.into();
        }
        "Api" => body["error"] = detail.into(),
        _ => {}
    }
    body
}

/// poem-openapi writes what it adds to a reference twice; once is what the standard wants.
fn tidy(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Object(object) => {
            if let Some(parts) = object.get_mut("allOf").and_then(Value::as_array_mut) {
                parts.retain(|part| part.get("$ref").is_some());
            }
            object.values_mut().for_each(tidy);
        }
        _ => {}
    }
}
