//! Who takes part in a ticket, or in a customer's conversation that somebody has, is told of a message in it.

use kernel::error::Result;
use shared::core::Core;
use shared::entity::{ConversationId, MessageId};
use shared::notifications;
use shared::store::outbox::Lease;

/// Stores and announces once per person; see `shared/src/notifications/rules.rs` for who is told.
pub async fn run(core: &Core, job: Lease, conversation: ConversationId, message: MessageId) -> Result<()> {
    notifications::of_message(core, job, conversation, message).await
}
