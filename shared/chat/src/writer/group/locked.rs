//! A conversation while its row is locked, and the rule for what a message changes in it.

use super::NewMessage;
use entity::{ConversationId, UserId, conversation, ticket};
use kernel::fact::ConversationState;

/// A conversation under its row lock, for one group: its counters, and the work on it.
pub struct LockedConversation {
    /// The newest message's number, of this group too.
    pub seq: i64,
    /// The newest change's number, of this group too.
    pub rev: i64,
    /// Whether the bot answers.
    pub bot_on: bool,
    /// Decides what rules hold for its messages.
    pub kind: conversation::Kind,
    /// Where the work on it stands.
    pub status: conversation::Status,
    /// Who of the company has it; none: nobody.
    pub assignee: Option<UserId>,
    /// The ticket, where a message may open it again.
    pub ticket: Option<ticket::Model>,
    /// Its status or who has it changed.
    pub worked: bool,
    /// The ticket's status changed.
    pub reopened: bool,
    /// Something was written: the row must be updated.
    pub moved: bool,
    /// What moved it is activity: a message, an edit, a deletion. A reaction is not.
    pub active: bool,
    /// Activity is stored with what moves it, not within a second.
    pub is_due: bool,
    /// The bot was switched, or somebody joined: clients are notified.
    pub switched: bool,
}

impl LockedConversation {
    /// What decides which jobs follow a message in it.
    pub(super) fn state(&self, id: ConversationId) -> ConversationState {
        ConversationState {
            id,
            kind: self.kind,
            bot_on: self.bot_on,
            assignee: self.assignee,
        }
    }
}

/// What a new message changes in the work on its conversation. Implemented by the desk; runs under the lock, and waits
/// for nothing.
pub trait MessageRule: Send + Sync {
    /// Changes the conversation as the message demands.
    fn on_message(&self, new: &NewMessage, conversation: &mut LockedConversation);
}
