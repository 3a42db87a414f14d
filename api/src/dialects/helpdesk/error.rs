//! The errors of the `helpdesk` dialect: their form, and where it words the core's otherwise.

use crate::problem::{ErrorForm, Problem};
use kernel::error::Error;
use poem::http::StatusCode;

/// The plain form; failed validation is 422.
pub const ERROR_FORM: ErrorForm = ErrorForm {
    invalid: StatusCode::UNPROCESSABLE_ENTITY,
    ..ErrorForm::PLAIN
};

/// A message's text is `content` here.
pub fn rename_text(error: Error) -> Problem {
    Problem::from(error).renamed("text", "content")
}

/// A question that asks nothing: 400 here, as no other failed validation.
pub fn blank_query() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "blank_query",
        "The query may not be blank",
    )
}

/// What a frame is refused with when it is no object of the right form.
pub fn bad_frame() -> Error {
    frame("invalid_message_format", "Invalid message format".into())
}

/// What a frame is refused with when it is no JSON.
pub fn bad_json() -> Error {
    frame("invalid_json", "Invalid JSON format".into())
}

/// A frame of a type that there is not.
pub fn unknown_type(kind: &str) -> Error {
    let kind: String = kind.chars().take(100).collect();
    frame("unknown_message_type", format!("Unknown message type: {kind}"))
}

/// A frame about another ticket than the socket's. It says nothing of that ticket.
pub fn other_ticket() -> Error {
    frame("ticket_mismatch", "This socket belongs to another ticket".into())
}

fn frame(code: &'static str, detail: String) -> Error {
    Error::Conflict {
        code,
        field: None,
        detail,
    }
}
