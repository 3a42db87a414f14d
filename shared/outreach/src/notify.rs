//! Notifications of a message to those without a socket: the people of a ticket, or of a customer's conversation.

mod follow_ups;

pub use follow_ups::FollowUps;

use crate::Outreach;
use chat::messages;
use desk::misuse;
use desk::notifications::{NotificationDraft, Stored, announce, store};
use desk::tickets::{self, Ticket};
use entity::notification::Kind;
use entity::{ConversationId, MessageId, conversation, ticket};
use kernel::error::Result;
use kernel::message::Message;
use markup::moderation;
use platform::db::Transaction;
use platform::job_store::{self, Lease};
use sea_orm::EntityTrait;

/// Notifies the people of a ticket, or of a customer's conversation that an agent has, of a message in it; admins too
/// where a ticket's content is suspect. Marks the job as done in the same transaction.
pub async fn of_message(
    outreach: &Outreach,
    job: Lease,
    id: ConversationId,
    message: MessageId,
) -> Result<()> {
    let found = messages::one(outreach, id, message).await?;
    let tx = outreach.db.begin().await?;
    let mut stored = Stored::default();
    let rows: Vec<_> = ticket::Entity::of(id).one(&*tx).await?.into_iter().collect();
    let ticket = tickets::with_details(&*tx, rows).await?.pop();
    let found = found.filter(|message| !message.is_deleted);
    if let (None, Some(message)) = (&ticket, &found) {
        let talk = conversation::Entity::find_by_id(id).one(&*tx).await?;
        if let Some(row) = talk.filter(|row| row.kind == conversation::Kind::Support) {
            stored = store(outreach, &tx, &NotificationDraft::of_talk(&row, message)).await?;
        }
    }
    if let (Some(ticket), Some(message)) = (ticket, found) {
        let answer = tickets::newest_answer(&*tx, id).await?;
        let notice = tickets::message_notice(Kind::MessageReceived, &ticket, answer.as_deref(), &message);
        stored = store(outreach, &tx, &notice).await?;
        stored.merge(check(outreach, &tx, &ticket, answer.as_deref(), &message).await?);
    }
    job_store::check(&*tx, job).await?;
    tx.commit().await?;
    announce(outreach, stored);
    // after the announcement: the next of the conversation begins when this one is done, and must not overtake it
    job_store::complete(outreach, job).await
}

/// Where the content check finds something in a ticket's message: marks the ticket, reports it and notifies the admins.
async fn check(
    outreach: &Outreach,
    tx: &Transaction,
    ticket: &Ticket,
    answer: Option<&str>,
    message: &Message,
) -> Result<Stored> {
    let finding = match outreach.settings.misuse_check {
        true => moderation::find(&message.text),
        false => None,
    };
    let Some(finding) = finding else {
        return Ok(Stored::default());
    };
    tickets::flag(tx, ticket.row.id).await?;
    let cause = format!("message:{}", message.id);
    let report = misuse::Draft::found(message.sender.id, finding, &message.text, cause);
    let report = report.in_ticket(&ticket.row.ticket_id, ticket.row.conversation_id);
    misuse::store(outreach, tx, &report.in_message(message.id)).await?;
    let notice = tickets::message_notice(Kind::MisuseDetected, ticket, answer, message);
    store(outreach, tx, &notice).await
}
