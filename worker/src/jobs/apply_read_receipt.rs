//! Moves a person's read mark forward.

use shared::core::Core;
use shared::entity::{ConversationId, JobId, UserId};
use shared::error::Result;
use shared::receipts;

/// The mark becomes the greater of what it is and `seq`.
pub async fn run(
    core: &Core,
    job: JobId,
    conversation: ConversationId,
    user: UserId,
    seq: i64,
) -> Result<()> {
    receipts::apply(core, job, conversation, user, seq).await
}
