//! Moves a person's read mark forward.

use kernel::error::Result;
use shared::core::Core;
use shared::entity::{ConversationId, UserId};
use shared::receipts;
use shared::store::outbox::Lease;

/// The mark becomes the greater of what it is and `seq`.
pub async fn run(
    core: &Core,
    job: Lease,
    conversation: ConversationId,
    user: UserId,
    seq: i64,
) -> Result<()> {
    receipts::apply(core, job, conversation, user, seq).await
}
