//! What serde says of a body, said to the person who sent it. Never repeats a value: it may be a password.

use crate::problem::Problem;
use serde_json::error::Category;

/// The answer to what is not JSON.
pub(super) fn syntax() -> Problem {
    Problem::malformed("The body is not valid JSON")
}

/// The answer to JSON that does not fit: the field, and what it must be.
pub(super) fn error(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    if error.inner().classify() != Category::Data {
        return syntax();
    }
    let message = error.inner().to_string();
    let message = message
        .rsplit_once(" at line ")
        .map_or(&*message, |(said, _)| said);
    if let Some(field) = quoted(message, "missing field `") {
        return Problem::invalid(field, "This field is required.");
    }
    if let Some(field) = quoted(message, "duplicate field `") {
        return Problem::invalid(field, "This field was given twice.");
    }
    let path = error.path().to_string();
    let field = path.split(['.', '[']).next().filter(|field| !field.is_empty());
    Problem::invalid(field.unwrap_or("non_field_errors"), reason(message))
}

fn quoted<'a>(message: &'a str, before: &str) -> Option<&'a str> {
    message.strip_prefix(before)?.split('`').next()
}

fn reason(message: &str) -> String {
    if message.starts_with("invalid type: null") {
        return "This field may not be null.".into();
    }
    match message.rsplit_once("expected ") {
        Some((_, "i64" | "u64" | "i32" | "u32")) => "Must be a whole number".into(),
        Some((_, "a sequence")) => "Must be a list".into(),
        Some((_, expected)) => format!("Must be {expected}"),
        None => "This value does not fit.".into(),
    }
}
