//! The errors of the `rooms` dialect: their form, and where it words the core's otherwise.

use crate::problem::{ErrorForm, Problem};
use kernel::error::Error;
use poem::http::StatusCode;

/// The plain form; failed validation is 422.
pub const ERROR_FORM: ErrorForm = ErrorForm {
    invalid: StatusCode::UNPROCESSABLE_ENTITY,
    ..ErrorForm::PLAIN
};

/// Words the errors of a request about a chat: one that is unknown or foreign is named as the client wrote it.
pub fn about(chat: &str) -> impl Fn(Error) -> Problem {
    move |error| match error {
        Error::NotFound(what) if what == "Conversation" => unknown(chat).into(),
        other => other.into(),
    }
}

/// There is no such chat, for all that this client may know.
pub fn unknown(chat: &str) -> Error {
    Error::NotFound(format!("Chat {chat}"))
}
