//! The body of a delivery: `{type, timestamp, data}`. Each kind of thing is read in a fixed number of queries, however
//! many events there are; what is gone by then is not delivered.

use crate::Outreach;
use chat::conversations;
use chat::message_view::attach_details;
use chrono::{DateTime, SecondsFormat, Utc};
use desk::tickets::{self, Ticket};
use entity::message::Voice;
use entity::{ConversationId, MessageId, attachment, conversation, message, ticket};
use kernel::error::{Error, Result};
use kernel::message::Message;
use kernel::webhook_event::WebhookEvent;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::{Value, json};
use std::collections::HashMap;

/// The bodies of those events whose subject is there still.
pub(super) async fn bodies(
    outreach: &Outreach,
    events: &[WebhookEvent],
    at: DateTime<Utc>,
) -> Result<Vec<(WebhookEvent, String)>> {
    let messages = messages(outreach, events).await?;
    let mut bodies = Vec::with_capacity(events.len());
    for event in events {
        let data = match event {
            WebhookEvent::MessageCreated { message } | WebhookEvent::MessageUpdated { message, .. } => {
                messages.get(message).cloned()
            }
            WebhookEvent::ConversationCreated { conversation }
            | WebhookEvent::ConversationUpdated { conversation, .. } => {
                conversation_data(outreach, *conversation).await?
            }
            WebhookEvent::TicketCreated { conversation }
            | WebhookEvent::TicketUpdated { conversation, .. } => {
                ticket_data(outreach, *conversation).await?
            }
            WebhookEvent::AttachmentReady { attachment } => {
                let row = attachment::Entity::find_by_id(*attachment)
                    .one(&*outreach.db)
                    .await?;
                row.as_ref().map(attachment_data)
            }
        };
        if let Some(data) = data {
            bodies.push((event.clone(), body(event.event_type().word(), at, &data)));
        }
    }
    Ok(bodies)
}

/// The exact bytes that are signed and sent.
pub(super) fn body(event_type: &str, at: DateTime<Utc>, data: &Value) -> String {
    json!({"type": event_type, "timestamp": time(at), "data": data}).to_string()
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

async fn messages(outreach: &Outreach, events: &[WebhookEvent]) -> Result<HashMap<MessageId, Value>> {
    let ids: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            WebhookEvent::MessageCreated { message } | WebhookEvent::MessageUpdated { message, .. } => {
                Some(*message)
            }
            _ => None,
        })
        .collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = message::Entity::find()
        .filter(message::Column::Id.is_in(ids))
        .all(&*outreach.db)
        .await?;
    let places: std::collections::BTreeSet<_> = rows.iter().map(|row| row.conversation_id).collect();
    let tickets: HashMap<ConversationId, String> = ticket::Entity::find()
        .select_only()
        .columns([ticket::Column::ConversationId, ticket::Column::TicketId])
        .filter(ticket::Column::ConversationId.is_in(places))
        .into_tuple::<(ConversationId, String)>()
        .all(&*outreach.db)
        .await?
        .into_iter()
        .collect();
    let told = attach_details(&*outreach.db, rows)
        .await?
        .into_iter()
        .map(|message| {
            let data = match tickets.get(&message.conversation) {
                Some(name) => ticket_message(&message, name),
                None => plain_message(&message),
            };
            (message.id, data)
        });
    Ok(told.collect())
}

/// The nine fields of `helpdesk`.
fn ticket_message(message: &Message, ticket: &str) -> Value {
    let role = match message.voice {
        Voice::Bot => json!("bot"),
        Voice::System => json!("system"),
        Voice::User | Voice::Agent => json!(message.sender.role),
    };
    json!({
        "id": message.id,
        "ticket_id": ticket,
        "sender_id": message.sender.id.to_string(),
        "sender_role": role,
        "message_type": match message.voice {
            Voice::User => "user_message",
            Voice::Agent | Voice::Bot => "agent_message",
            Voice::System => "system_message",
        },
        "content": message.text,
        "isAI": message.is_ai(),
        "feedback": message.feedback(),
        "timestamp": time(message.created_at),
    })
}

fn plain_message(message: &Message) -> Value {
    json!({
        "id": message.id,
        "conversation_id": message.conversation,
        "seq": message.seq,
        "rev": message.rev,
        "sender_id": message.sender.id.to_string(),
        "sender_username": message.sender.username,
        "type": message.voice,
        "text": message.text,
        "attachment_id": message.attachment.as_ref().map(|file| file.id),
        "reply_to": message.reply_to,
        "reactions": message.reactions,
        "is_edited": message.is_edited,
        "is_deleted": message.is_deleted,
        "client_id": message.client_id,
        "created_at": time(message.created_at),
        "updated_at": time(message.updated_at),
    })
}

async fn conversation_data(outreach: &Outreach, id: ConversationId) -> Result<Option<Value>> {
    let found = match conversations::roster(outreach, id).await {
        Ok(found) => found,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let people: Vec<_> = found
        .participants
        .iter()
        .map(|part| {
            json!({
                "user_id": part.person.id.to_string(),
                "username": part.person.username,
                "role": part.part,
            })
        })
        .collect();
    let conversation::Model {
        kind,
        alias,
        title,
        description,
        status,
        bot_on,
        is_archived,
        last_seq,
        created_at,
        updated_at,
        ..
    } = found.row;
    Ok(Some(json!({
        "id": id,
        "kind": kind,
        "alias": alias,
        "title": title,
        "description": description,
        "status": status,
        "bot": if bot_on { "on" } else { "off" },
        "is_archived": is_archived,
        "last_seq": last_seq,
        "participants": people,
        "created_at": time(created_at),
        "updated_at": time(updated_at),
    })))
}

async fn ticket_data(outreach: &Outreach, id: ConversationId) -> Result<Option<Value>> {
    let row = ticket::Entity::of(id).one(&*outreach.db).await?;
    let found = tickets::with_details(&*outreach.db, row.into_iter().collect()).await?;
    Ok(found.first().map(ticket_object))
}

fn ticket_object(ticket: &Ticket) -> Value {
    let row = &ticket.row;
    json!({
        "id": row.conversation_id,
        "ticket_id": row.ticket_id,
        "support_id": row.id,
        "title": row.title,
        "description": row.description,
        "type": row.topic,
        "urgency": row.urgency,
        "status": row.status,
        "department": row.department,
        "user_id": row.user_id.to_string(),
        "username": ticket.owner.username,
        "assignee_id": row.assignee_id.map(|id| id.to_string()),
        "station_id": row.station_id,
        "rating": row.rating,
        "feedback": row.feedback,
        "misuse_flag": row.is_flagged,
        "created_at": time(row.created_at),
        "updated_at": time(row.updated_at),
        "closed_at": row.closed_at.map(time),
    })
}

fn attachment_data(row: &attachment::Model) -> Value {
    json!({
        "id": row.id,
        "conversation_id": row.conversation_id,
        "uploader_id": row.uploader_id.to_string(),
        "file_name": row.file_name,
        "file_size": row.file_size,
        "content_type": row.content_type,
        "width": row.width,
        "height": row.height,
        "has_thumbnail": row.thumbnail_key.is_some(),
        "created_at": time(row.created_at),
    })
}
