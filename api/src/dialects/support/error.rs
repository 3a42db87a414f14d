//! The errors of the `support` dialect: their form, and where it words the core's otherwise.

use crate::problem::{ErrorForm, Problem};
use kernel::error::Error;
use poem::http::StatusCode;

/// `message` repeats the detail, `statusCode` the status.
pub const ERROR_FORM: ErrorForm = ErrorForm {
    name: "V1",
    content_type: "application/problem+json",
    invalid: StatusCode::BAD_REQUEST,
    add_members: |problem, status, body| {
        body.insert("message".into(), problem.detail().into());
        body.insert("statusCode".into(), status.as_u16().into());
    },
};

/// A ticket is a support ticket here, and is not named.
pub fn reworded(error: Error) -> Problem {
    match error {
        Error::NotFound(what) if what.starts_with("Ticket ") => Error::NotFound("Support ticket".into()),
        Error::NotFound(what) if what.starts_with("User ") => Error::NotFound("User".into()),
        other => other,
    }
    .into()
}
