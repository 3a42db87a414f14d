//! The desk: the company's work on customers' conversations. Who has one, where it stands, its labels and notes.
//!
//! A change, the message that tells of it, who is told and the webhooks commit together ([`Held`]). A ticket's status and
//! assignee are its ticket's: they are changed there, by its rules, and its conversation follows.

mod assign;
mod change;
mod held;
mod labels;
mod message_rule;
mod notes;

pub(crate) use assign::ask_for_person;
pub use assign::{assign, claim, hand_back, handoff};
pub(crate) use change::check;
pub use change::{ChangeWork, MAX_LABELS, wake};
pub(crate) use held::Held;
pub use kernel::note::Note;
pub use labels::{UpdateLabel, WriteLabel, create_label, delete_label, labels, update_label};
pub(crate) use message_rule::MessageRule;
pub use notes::{add_note, delete_note, edit_note, notes};

use crate::conversations::{self, Scope};
use crate::core::Core;
use crate::policy;
use entity::ConversationId;
use entity::conversation::Kind;
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use std::sync::Arc;

/// A conversation that the company works on, for an agent or admin who sees it.
async fn on_desk(core: &Core, actor: &Actor, id: ConversationId) -> Result<Arc<Scope>> {
    let scope = conversations::authorize(core, actor, id).await?;
    policy::staff(actor)?;
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
