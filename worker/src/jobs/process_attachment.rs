//! Checks an uploaded file, strips its metadata and makes its thumbnail.

use kernel::error::Result;
use shared::attachments;
use shared::core::Core;
use shared::entity::AttachmentId;
use shared::store::outbox::Lease;
use tokio::sync::Semaphore;

/// Decoding a large image may take some 250 MB: two at once.
static DECODERS: Semaphore = Semaphore::const_new(2);

/// A bad file becomes `rejected` with a reason; only a file store that does not answer is a failure.
pub async fn run(core: &Core, job: Lease, attachment: AttachmentId) -> Result<()> {
    let _permit = DECODERS.acquire().await;
    attachments::process(core, job, attachment).await
}
