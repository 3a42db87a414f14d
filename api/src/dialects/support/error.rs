//! Where the `support` dialect words the core's errors otherwise.

use crate::problem::Problem;
use kernel::error::Error;

/// A ticket is a support ticket here, and is not named.
pub fn reworded(error: Error) -> Problem {
    match error {
        Error::NotFound(what) if what.starts_with("Ticket ") => Error::NotFound("Support ticket".into()),
        Error::NotFound(what) if what.starts_with("User ") => Error::NotFound("User".into()),
        other => other,
    }
    .into()
}
