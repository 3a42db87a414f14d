//! How a surface shows problems.

use super::Problem;
use poem::http::StatusCode;
use serde_json::{Map, Value};

/// What a surface makes of a problem beyond RFC 9457.
pub struct ErrorForm {
    /// Its name among the problems of the OpenAPI document.
    pub name: &'static str,
    /// The status of failed validation.
    pub invalid: StatusCode,
    /// Adds members of its own. One that RFC 9457 or the contract names is never replaced.
    pub add_members: fn(&Problem, StatusCode, &mut Map<String, Value>),
}

impl ErrorForm {
    /// Nothing beyond it; also of what is no surface's.
    pub const PLAIN: Self = Self {
        name: "Plain",
        invalid: StatusCode::BAD_REQUEST,
        add_members: |_, _, _| {},
    };
}
