//! What the OpenAPI document says of the `crm` dialect.

use crate::surface::PossibleErrors;
use poem_openapi::Tags;

/// What its operations are grouped by.
#[derive(Tags)]
pub enum Tag {
    /// Talking to the company: the bot first.
    Bot,
    /// Conversations and their history.
    Conversations,
    /// Uploads.
    Files,
    /// Changing, reacting to and finding messages.
    Messages,
    /// Who takes part, what they read, who is typing.
    People,
}

/// Which errors they may have.
pub const POSSIBLE_ERRORS: PossibleErrors = PossibleErrors {
    forbidden: &[
        "create_conversation",
        "update_conversation",
        "list_conversations",
        "add_participants",
        "remove_participant",
        "edit_message",
        "delete_message",
        "rate_answer",
        "search_people",
    ],
    conflicting: &[
        "bot_response",
        "edit_message",
        "delete_message",
        "rate_answer",
        "add_reaction",
        "remove_reaction",
    ],
    missing: &[
        "bot_response",
        "create_conversation",
        "search_messages",
        "typing",
        "upload_file",
    ],
    checked_path: &["add_reaction", "remove_reaction"],
    ..PossibleErrors::NONE
};
