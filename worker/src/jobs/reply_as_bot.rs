//! The bot's reply to a user's message: here it happens.

use kernel::error::Result;
use shared::core::Core;
use shared::entity::{ConversationId, MessageId};
use shared::replies;
use shared::store::outbox::Lease;

/// Answers once, through the same writer as a person; see `shared/src/replies.rs` and `shared/src/bot`.
pub async fn run(core: &Core, job: Lease, conversation: ConversationId, message: MessageId) -> Result<()> {
    replies::reply(core, job, conversation, message).await
}
