//! What people are notified of about tickets, in its words.

use super::Ticket;
use crate::notifications::{NotificationDraft, add_message, conversation_words, title};
use chrono::SecondsFormat;
use entity::notification::Kind;
use entity::ticket::Status;
use kernel::actor::Actor;
use kernel::message::Message;
use serde_json::{Value, json};
use uuid::Uuid;

/// Something that happened to a ticket.
pub fn changed(kind: Kind, ticket: &Ticket, actor: &Actor) -> NotificationDraft {
    NotificationDraft {
        kind,
        cause: format!("ticket:{}:{}", ticket.row.id, Uuid::now_v7().simple()),
        title: title(kind).into(),
        message: words(kind, ticket, &actor.name),
        data: data(ticket),
        conversation: Some(ticket.row.conversation_id),
        author: Some(actor.id),
        owner: Some(ticket.row.user_id),
        assignee: ticket.row.assignee_id,
        department: ticket.row.department,
        named: Vec::new(),
    }
}

/// A message in a ticket, or what was found in one.
pub fn message(kind: Kind, ticket: &Ticket, message: &Message) -> NotificationDraft {
    let mut data = data(ticket);
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
pub fn data(ticket: &Ticket) -> Value {
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
        "created_at": row.created_at.to_rfc3339_opts(SecondsFormat::Micros, true),
    })
}
