//! What the OpenAPI document says of the `support` dialect.

use crate::surface::PossibleErrors;
use poem_openapi::Tags;

/// What its operations are grouped by.
#[derive(Tags)]
pub enum Tag {
    /// Tickets and stations by number.
    Support,
}

/// Which errors they may have.
pub const POSSIBLE_ERRORS: PossibleErrors = PossibleErrors {
    forbidden: &[
        "list_supports",
        "support_statistics",
        "get_support",
        "update_support",
        "set_support_status",
        "rate_support",
        "delete_support",
        "create_station",
    ],
    missing: &["create_support"],
    checked_path: &["list_supports_with_status"],
    ..PossibleErrors::NONE
};
