//! What the OpenAPI document says of the `support` dialect.

use crate::surface::PossibleErrors;
use poem_openapi::Tags;

/// What its operations are grouped by.
#[derive(Tags)]
pub enum Tag {
    /// Tickets and stations by number.
    Support,
    /// Accounts by number: one's own, and everybody's for agents and admins.
    Profiles,
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
        "list_profiles",
        "change_own_password",
        "update_profile",
    ],
    conflicting: &["update_profile"],
    missing: &["create_support"],
    checked_path: &["list_supports_with_status"],
    ..PossibleErrors::NONE
};
