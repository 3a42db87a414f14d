//! The desk: the company's work on customers' conversations. Who has one, where it stands, its labels and notes.
//!
//! A change, its message, notifications and webhook events commit together ([`DeskTransaction`]). A ticket's status and
//! assignee are its ticket's: they are changed there, by its rules, and its conversation follows.

mod assign;
mod change;
mod labels;
mod message_rule;
mod notes;
mod transaction;
mod update;

pub use assign::ask_for_person;
pub use assign::{assign, claim, hand_back, handoff};
pub use change::check;
pub use change::{ChangeWork, MAX_LABELS, wake};
pub use kernel::note::Note;
pub use labels::{UpdateLabel, WriteLabel, create_label, delete_label, labels, update_label};
pub use message_rule::MessageRule;
pub use notes::{add_note, delete_note, edit_note, notes};
pub use transaction::DeskTransaction;
pub use update::{UpdateConversation, update};

use chat::Chat;
use chat::access;
use chat::scope::Scope;
use entity::ConversationId;
use entity::conversation::Kind;
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::roles;
use std::sync::Arc;

/// A conversation that the company works on, for an agent or admin who sees it.
async fn on_desk(chat: &Chat, actor: &Actor, id: ConversationId) -> Result<Arc<Scope>> {
    let scope = access::authorize(chat, actor, id).await?;
    roles::staff(actor)?;
    workable(&scope, "conversation_id")?;
    Ok(scope)
}

/// Refuses what is no customer's: nobody at the desk works on it.
fn workable(scope: &Scope, field: &str) -> Result<()> {
    if matches!(scope.kind, Kind::Support | Kind::Ticket) {
        Ok(())
    } else {
        Err(Error::invalid(
            field,
            "Only in a customer's conversation or a ticket",
        ))
    }
}
