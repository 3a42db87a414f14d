//! Brings a notification to a browser that is closed.

use kernel::error::Result;
use shared::core::Core;
use shared::entity::{NotificationId, SubscriptionId};
use shared::push;
use shared::store::outbox::Lease;

/// Sends it once; a browser that its push service no longer knows is forgotten.
pub async fn run(
    core: &Core,
    job: Lease,
    notification: NotificationId,
    subscription: SubscriptionId,
) -> Result<()> {
    push::deliver(core, job, notification, subscription).await
}
