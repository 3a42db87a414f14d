//! Where the `crm` dialect words the core's errors otherwise than the other REST dialects.

use crate::problem::Problem;
use kernel::error::Error;

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
