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
    /// Help desk: first pages.
    Homes,
    /// Help desk: what admins look after: misuse, figures, the bot's documents, the installation. Admins only.
    Panel,
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
        "agent_tools",
        "list_misuse_reports",
        "get_misuse_report",
        "review_misuse_report",
        "analytics_overview",
        "trending_topics",
        "flagged_users",
        "resolution_times",
        "dashboard_metrics",
        "time_series",
        "performance_metrics",
        "system_management",
        "upload_document",
        "document_stats",
    ],
    missing: &["suggest_response"],
    ..PossibleErrors::NONE
};
