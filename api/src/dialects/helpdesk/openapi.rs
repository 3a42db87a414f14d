//! What the OpenAPI document says of the `helpdesk` dialect.

use crate::surface::PossibleErrors;
use poem_openapi::Tags;

/// What its operations are grouped by.
#[derive(Tags)]
pub enum Tag {
    /// Help desk: tickets and their messages.
    Tickets,
    /// Help desk: the bot, asked directly.
    Assistance,
    /// Help desk: reports of other processes of the operator's.
    Internal,
    /// What people are told of, also while they are away.
    Notifications,
}

/// Which errors they may have.
pub const POSSIBLE_ERRORS: PossibleErrors = PossibleErrors {
    forbidden: &[
        "get_ticket",
        "update_ticket",
        "delete_ticket",
        "list_ticket_messages",
        "send_ticket_message",
        "rate_ticket_message",
        "suggest_response",
    ],
    missing: &["suggest_response"],
    ..PossibleErrors::NONE
};
