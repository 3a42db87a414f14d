//! What each dialect adds to a problem, and which status it gives to failed validation, by path.

use super::Problem;
use poem::http::StatusCode;
use serde_json::{Map, Value};

/// Failed validation is 422 under these, 400 elsewhere.
const UNPROCESSABLE: &[&str] = &[
    "/auth",
    "/api/auth",
    "/api/v1/auth",
    "/tickets",
    "/notifications",
    "/ai",
    "/internal",
    "/api/chats",
];

/// The status of failed validation under this path.
pub(super) fn validation_status(path: &str) -> StatusCode {
    if UNPROCESSABLE.iter().any(|prefix| under(path, prefix)) {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::BAD_REQUEST
    }
}

/// Adds the members of the path's dialect. A member that RFC 9457 or the contract names is never replaced.
pub(super) fn add(path: &str, problem: &Problem, status: StatusCode, body: &mut Map<String, Value>) {
    if under(path, "/api/v1") {
        body.insert("message".into(), problem.detail.as_str().into());
        body.insert("statusCode".into(), status.as_u16().into());
    } else if under(path, "/api") && !under(path, "/api/chats") {
        body.insert("error".into(), problem.detail.as_str().into());
        add_fields(problem, body);
    }
}

/// Under each field's name the list of what is wrong with it.
fn add_fields(problem: &Problem, body: &mut Map<String, Value>) {
    for error in &problem.errors {
        match body.get_mut(&error.field) {
            None => {
                let messages = vec![Value::from(error.message.as_str())];
                body.insert(error.field.clone(), messages.into());
            }
            Some(Value::Array(messages)) if error.field != "errors" => {
                messages.push(error.message.as_str().into());
            }
            Some(_) => {}
        }
    }
}

/// Whether the path is the prefix or below it: `/api/chats` is not below `/api/chat`.
fn under(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
