//! What each job does.

use crate::{App, housekeeping};
use accounts::credentials;
use assist::{knowledge, replies};
use chat::{attachments, receipts};
use kernel::error::Result;
use outreach::{notify, push, webhooks};
use platform::job::Job;
use platform::job_store::Claim;

/// The one match that says what each job does: the feature's own function. Each marks its row as done itself, with its
/// effect in one transaction where the effect is in the database.
///
/// # Errors
///
/// It failed, and is to be tried again.
pub async fn work(app: &App, claim: &Claim) -> Result<()> {
    let lease = claim.lease;
    match &claim.job {
        Job::ReplyAsBot {
            conversation,
            message,
            ..
        } => replies::reply(&app.assist, lease, *conversation, *message).await,
        Job::SuggestReply {
            conversation,
            message,
        } => replies::propose(&app.assist, lease, *conversation, *message).await,
        Job::ApplyReadReceipt {
            conversation,
            user,
            seq,
        } => receipts::apply(app, lease, *conversation, *user, *seq).await,
        Job::ProcessAttachment { attachment } => attachments::process(app, lease, *attachment).await,
        Job::DeliverNotification {
            conversation,
            message,
            ..
        } => notify::of_message(&app.outreach, lease, *conversation, *message).await,
        Job::FanOutEvents { events, at } => webhooks::fan_out(&app.outreach, lease, events, *at).await,
        Job::PushNotification {
            notification,
            subscription,
        } => push::deliver(&app.outreach, lease, *notification, *subscription).await,
        Job::MailPasswordReset { user } => credentials::mail_reset(app, lease, *user).await,
        Job::MailAddressConfirmation { user } => credentials::mail_confirmation(app, lease, *user).await,
        Job::EmbedArticles => knowledge::embed(&app.assist, lease).await,
        Job::PurgeOrphans => housekeeping::purge_orphans(app, lease).await,
        Job::Sweep => housekeeping::sweep(app, lease).await,
    }
}
