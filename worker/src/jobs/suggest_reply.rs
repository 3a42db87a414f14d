//! A proposal to the agents who are there, when a customer writes to them.

use kernel::error::Result;
use shared::core::Core;
use shared::entity::{ConversationId, MessageId};
use shared::replies;
use shared::store::outbox::Lease;

/// Shows one where the bot knows something; nothing is stored.
pub async fn run(core: &Core, job: Lease, conversation: ConversationId, message: MessageId) -> Result<()> {
    replies::propose(core, job, conversation, message).await
}
