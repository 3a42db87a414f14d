//! A conversation while its row is locked, and the rule for what a message changes in it.

use super::NewMessage;
use entity::{ConversationId, UserId, conversation, ticket};
use kernel::fact::ConversationState;

/// A conversation under its row lock, for one group: its counters, and the work on it.
pub struct LockedConversation {
    pub seq: i64,
    pub rev: i64,
    pub bot_on: bool,
    pub kind: conversation::Kind,
    pub status: conversation::Status,
    pub assignee: Option<UserId>,
    /// The ticket, where a message may open it again.
    pub ticket: Option<ticket::Model>,
    /// Its status or who has it changed.
    pub worked: bool,
    /// The ticket's status changed.
    pub reopened: bool,
    /// Something was written: the row must be updated.
    pub moved: bool,
    /// The bot was switched, or somebody joined: clients are notified.
    pub switched: bool,
}

impl LockedConversation {
    /// What of it decides what follows a message.
    pub(super) fn state(&self, id: ConversationId) -> ConversationState {
        ConversationState {
            id,
            kind: self.kind,
            bot_on: self.bot_on,
            assignee: self.assignee,
        }
    }
}

/// What a new message changes in the work on its conversation. The desk's to say; runs under the lock, and waits for
/// nothing.
pub trait MessageRule: Send + Sync {
    /// Changes the conversation as the message demands.
    fn on_message(&self, new: &NewMessage, conversation: &mut LockedConversation);
}
