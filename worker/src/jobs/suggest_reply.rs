//! A proposal to the agents who are there, when a customer writes to them.

use shared::core::Core;
use shared::entity::{ConversationId, JobId, MessageId};
use shared::error::Result;
use shared::replies;

/// Shows one where the bot knows something; nothing is stored.
pub async fn run(core: &Core, job: JobId, conversation: ConversationId, message: MessageId) -> Result<()> {
    replies::propose(core, job, conversation, message).await
}
