//! What the OpenAPI document says of the `rooms` dialect.

use crate::surface::PossibleErrors;
use poem_openapi::Tags;

/// What its operations are grouped by.
#[derive(Tags)]
pub enum Tag {
    /// Rooms: conversations by name, people by username. Without a token where `ROOMS_ACCESS=open`.
    Rooms,
}

/// Which errors they may have.
pub const POSSIBLE_ERRORS: PossibleErrors = PossibleErrors {
    forbidden: &[
        "create_chat",
        "delete_chat",
        "add_chat_participants",
        "remove_chat_participant",
        "list_participant_chats",
        "sync_chat",
    ],
    missing: &["create_chat"],
    ..PossibleErrors::NONE
};
