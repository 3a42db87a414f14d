//! The errors of the `crm` dialect: their form, and where it words the core's otherwise than the other dialects.

use crate::problem::{ErrorForm, Problem};
use kernel::error::Error;
use poem::http::StatusCode;
use serde_json::{Map, Value};

/// `error` repeats the detail, and each field at fault has a member of its name.
pub const ERROR_FORM: ErrorForm = ErrorForm {
    name: "Api",
    content_type: "application/problem+json",
    invalid: StatusCode::BAD_REQUEST,
    add_members,
};

fn add_members(problem: &Problem, _: StatusCode, body: &mut Map<String, Value>) {
    body.insert("error".into(), problem.detail().into());
    for error in problem.errors() {
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

/// A conversation that the body names and the caller may not see is the field's fault.
pub fn in_body(error: Error) -> Error {
    match error {
        Error::NotFound(what) => Error::invalid("conversation_id", format!("{what} not found")),
        other => other,
    }
}

/// `user-response` calls a message's text `message`.
pub fn rename_text(error: Error) -> Problem {
    Problem::from(error).renamed("text", "message")
}
