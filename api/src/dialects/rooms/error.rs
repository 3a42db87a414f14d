//! Where the `rooms` dialect words the core's errors otherwise than the other REST dialects.

use crate::problem::Problem;
use kernel::error::Error;

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
