//! What the OpenAPI document says of sign-in.

use crate::surface::PossibleErrors;
use poem_openapi::Tags;

/// What its operations are grouped by.
#[derive(Tags)]
pub enum Tag {
    /// Accounts and sessions. The same under `/auth`, `/api/auth` and `/api/v1/auth`.
    Auth,
}

/// Which errors they may have, under each mount.
pub const POSSIBLE_ERRORS: PossibleErrors = PossibleErrors {
    forbidden: &[
        "auth_register",
        "auth_visitor",
        "api_auth_register",
        "api_auth_visitor",
        "api_v1_auth_register",
        "api_v1_auth_visitor",
    ],
    sign_in: &[
        "auth_register",
        "auth_login",
        "auth_refresh",
        "auth_logout",
        "auth_resend_verification",
        "auth_visitor",
        "api_auth_register",
        "api_auth_login",
        "api_auth_refresh",
        "api_auth_logout",
        "api_auth_resend_verification",
        "api_auth_visitor",
        "api_v1_auth_register",
        "api_v1_auth_login",
        "api_v1_auth_refresh",
        "api_v1_auth_logout",
        "api_v1_auth_resend_verification",
        "api_v1_auth_visitor",
    ],
    refused: &[
        "auth_verify_email",
        "api_auth_verify_email",
        "api_v1_auth_verify_email",
    ],
    ..PossibleErrors::NONE
};
