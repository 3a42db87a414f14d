//! What people are notified of about tickets, in its words.

use super::Ticket;
use crate::notifications::{NotificationDraft, add_message, conversation_words, excerpt, title};
use chrono::{DateTime, SecondsFormat, Utc};
use entity::ConversationId;
use entity::message::{self, Column, Voice};
use entity::notification::Kind;
use entity::ticket::Status;
use kernel::actor::Actor;
use kernel::message::Message;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};
use uuid::Uuid;

/// Something that happened to a ticket, of which this is the newest that the company answered.
pub fn changed(kind: Kind, ticket: &Ticket, answer: Option<&str>, actor: &Actor) -> NotificationDraft {
    NotificationDraft {
        kind,
        cause: format!("ticket:{}:{}", ticket.row.id, Uuid::now_v7().simple()),
        title: title(kind).into(),
        message: words(kind, ticket, &actor.name),
        data: data(ticket, answer),
        conversation: Some(ticket.row.conversation_id),
        author: Some(actor.id),
        owner: Some(ticket.row.user_id),
        assignee: ticket.row.assignee_id,
        department: ticket.row.department,
        named: Vec::new(),
    }
}

/// A message in a ticket, or what was found in one; `answer` is the newest of the company's.
pub fn message(kind: Kind, ticket: &Ticket, answer: Option<&str>, message: &Message) -> NotificationDraft {
    let mut data = data(ticket, answer);
    add_message(&mut data, message);
    NotificationDraft {
        kind,
        cause: format!(
            "{}:{}",
            if kind == Kind::MisuseDetected {
                "misuse"
            } else {
                "message"
            },
            message.id
        ),
        title: title(kind).into(),
        message: words(kind, ticket, &message.sender.name),
        data,
        conversation: Some(message.conversation),
        author: Some(message.sender.id),
        owner: Some(ticket.row.user_id),
        assignee: ticket.row.assignee_id,
        department: ticket.row.department,
        named: Vec::new(),
    }
}

/// What a notification about a ticket says.
pub fn words(kind: Kind, ticket: &Ticket, author: &str) -> String {
    let row = &ticket.row;
    match kind {
        Kind::TicketCreated => format!("User {} created a new support ticket", ticket.owner.username),
        Kind::TicketAssigned => format!("Ticket {} has been assigned to you", row.ticket_id),
        Kind::TicketUpdated => "Your support ticket has been updated".into(),
        Kind::TicketResolved => "Your support ticket has been resolved".into(),
        Kind::TicketDeleted => format!("Your support ticket #{} has been deleted", row.id),
        Kind::MessageReceived => format!("{author} wrote in ticket {}", row.ticket_id),
        Kind::MisuseDetected => format!("Ticket {} holds content that should be looked at", row.ticket_id),
        Kind::SystemAlert => row.ticket_id.clone(),
        other => conversation_words(other, &row.title, Some(author)),
    }
}

/// A ticket's status in the words of `support`.
pub fn support_status(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::Assigned => "in_progress",
        Status::Resolved | Status::Closed => "closed",
    }
}

/// A ticket as its notifications hold it: the `support` guide's `data`, and the other names of the ticket.
fn data(ticket: &Ticket, answer: Option<&str>) -> Value {
    let row = &ticket.row;
    json!({
        "support_id": row.id.0,
        "ticket_id": row.ticket_id,
        "conversation_id": row.conversation_id.0,
        "user_id": row.user_id.0,
        "username": ticket.owner.username,
        "title": row.title,
        "description": row.description,
        "status": support_status(row.status),
        "station_id": row.station_id.map(|id| id.0),
        "station_name": ticket.station.as_ref().map(|place| place.name.as_str()),
        "response": answer.map(excerpt),
        "created_at": time(row.created_at),
        "updated_at": time(row.updated_at),
        "resolved_at": row.resolved_at.map(time),
    })
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The newest text that somebody of the company wrote in a ticket's conversation; none: nobody has.
pub async fn newest_answer<C: ConnectionTrait>(db: &C, id: ConversationId) -> Result<Option<String>, DbErr> {
    message::Entity::find()
        .select_only()
        .column(Column::Text)
        .filter(Column::ConversationId.eq(id))
        .filter(Column::Voice.eq(Voice::Agent))
        .filter(Column::IsDeleted.eq(false))
        .order_by_desc(Column::Seq)
        .limit(1)
        .into_tuple()
        .one(db)
        .await
}
