//! What a conversation is shown with: its people, who has it, its last message, and what only the staff sees.

use super::{Conversation, Participant, Work};
use crate::Chat;
use crate::message_view::attach_details;
use crate::policy;
use accounts::users;
use entity::conversation::{self, Kind};
use entity::message::Voice;
use entity::{
    ConversationId, LabelId, UserId, conversation_label, label, message, participant, ticket, user,
};
use kernel::actor::Actor;
use kernel::error::Result;
use kernel::message::Message;
use kernel::person::Person;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::{BTreeSet, HashMap};

/// Adds what the actor sees to rows, in a fixed number of queries.
pub(super) async fn with_details(
    chat: &Chat,
    actor: &Actor,
    rows: Vec<conversation::Model>,
) -> Result<Vec<Conversation>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut people = participants(chat, &ids).await?;
    let unread = unread(chat, actor.id, &ids).await?;
    let mut last = last_messages(chat, actor, &rows).await?;
    let named = named(chat, &rows, &people).await?;
    let mut tickets = tickets(chat, &rows).await?;
    let mut labels = if actor.is_staff() {
        labels(chat, &ids).await?
    } else {
        HashMap::new()
    };
    let conversations = rows.into_iter().map(|row| Conversation {
        participants: people.remove(&row.id).unwrap_or_default(),
        unread: unread.get(&row.id).copied().unwrap_or_default(),
        last_message: last.remove(&row.id),
        assignee: row.assignee_id.and_then(|id| named.get(&id).cloned()),
        customer: customer(&row).and_then(|id| named.get(&id).cloned()),
        ticket: tickets.remove(&row.id),
        work: actor.is_staff().then(|| Work {
            priority: row.priority,
            snoozed_until: row.snoozed_until,
            labels: labels.remove(&row.id).unwrap_or_default(),
        }),
        row,
    });
    Ok(conversations.collect())
}

/// Whose it is, where it is a customer's.
pub(super) fn customer(row: &conversation::Model) -> Option<UserId> {
    row.created_by
        .filter(|_| matches!(row.kind, Kind::Support | Kind::Ticket))
}

/// The customers and assignees; most of them take part and were read already.
async fn named(
    chat: &Chat,
    rows: &[conversation::Model],
    parts: &HashMap<ConversationId, Vec<Participant>>,
) -> Result<HashMap<UserId, Person>> {
    let here = parts.values().flatten().map(|part| &part.person);
    let mut known: HashMap<UserId, Person> = here.map(|person| (person.id, person.clone())).collect();
    let missing = rows
        .iter()
        .flat_map(|row| [row.assignee_id, customer(row)])
        .flatten();
    let missing: Vec<_> = missing.filter(|id| !known.contains_key(id)).collect();
    known.extend(users::people(&*chat.db, missing.into_iter()).await?);
    Ok(known)
}

async fn tickets(
    chat: &Chat,
    rows: &[conversation::Model],
) -> Result<HashMap<ConversationId, ticket::Model>> {
    let ids = rows
        .iter()
        .filter(|row| row.kind == Kind::Ticket)
        .map(|row| row.id);
    let ids: Vec<_> = ids.collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = ticket::Entity::find()
        .filter(ticket::Column::ConversationId.is_in(ids))
        .all(&*chat.db)
        .await?;
    Ok(found.into_iter().map(|row| (row.conversation_id, row)).collect())
}

/// By name.
async fn labels(chat: &Chat, ids: &[ConversationId]) -> Result<HashMap<ConversationId, Vec<label::Model>>> {
    let put = conversation_label::Entity::find()
        .filter(conversation_label::Column::ConversationId.is_in(ids.iter().copied()))
        .all(&*chat.db)
        .await?;
    let wanted: BTreeSet<LabelId> = put.iter().map(|row| row.label_id).collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = label::Entity::find()
        .filter(label::Column::Id.is_in(wanted))
        .order_by_asc(label::Column::NameKey)
        .all(&*chat.db)
        .await?;
    let mut found: HashMap<ConversationId, Vec<label::Model>> = HashMap::new();
    for row in rows {
        for put in put.iter().filter(|put| put.label_id == row.id) {
            found.entry(put.conversation_id).or_default().push(row.clone());
        }
    }
    Ok(found)
}

pub(super) async fn participants(
    chat: &Chat,
    ids: &[ConversationId],
) -> Result<HashMap<ConversationId, Vec<Participant>>> {
    let mut parts = participant::Entity::find()
        .filter(participant::Column::ConversationId.is_in(ids.iter().copied()))
        .all(&*chat.db)
        .await?;
    parts.sort_by_key(|part| (part.joined_at, part.user_id));
    let ids: BTreeSet<_> = parts.iter().map(|part| part.user_id).collect();
    let users = user::Entity::find()
        .filter(user::Column::Id.is_in(ids))
        .all(&*chat.db)
        .await?;
    let users: HashMap<UserId, user::Model> = users.into_iter().map(|user| (user.id, user)).collect();
    let mut found: HashMap<ConversationId, Vec<Participant>> = HashMap::new();
    for part in parts {
        let Some(user) = users.get(&part.user_id) else {
            continue;
        };
        found.entry(part.conversation_id).or_default().push(Participant {
            person: Person::from(&Actor::of(user)),
            full_name: user.full_name.clone(),
            part: part.role,
            joined_at: part.joined_at,
            last_read_at: part.last_read_at,
            last_read_seq: part.last_read_seq,
        });
    }
    Ok(found)
}

/// Counts by a range of the `(conversation_id, seq)` index per conversation.
async fn unread(chat: &Chat, user: UserId, ids: &[ConversationId]) -> Result<HashMap<ConversationId, i64>> {
    let rows: Vec<(ConversationId, i64)> = participant::Entity::find()
        .select_only()
        .column(participant::Column::ConversationId)
        .column_as(
            Expr::col((message::Entity, message::Column::Id)).count(),
            "unread",
        )
        .join(
            sea_orm::JoinType::InnerJoin,
            participant::Entity::belongs_to(message::Entity)
                .from(participant::Column::ConversationId)
                .to(message::Column::ConversationId)
                .into(),
        )
        .filter(participant::Column::UserId.eq(user))
        .filter(participant::Column::ConversationId.is_in(ids.iter().copied()))
        .filter(
            Expr::col((message::Entity, message::Column::Seq))
                .gt(Expr::col((participant::Entity, participant::Column::LastReadSeq))),
        )
        .filter(message::Column::SenderId.ne(user))
        .filter(message::Column::Voice.ne(Voice::System))
        .filter(message::Column::IsDeleted.eq(false))
        .group_by(participant::Column::ConversationId)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    Ok(rows.into_iter().collect())
}

async fn last_messages(
    chat: &Chat,
    actor: &Actor,
    rows: &[conversation::Model],
) -> Result<HashMap<ConversationId, Message>> {
    let mut any = sea_orm::Condition::any();
    for row in rows.iter().filter(|row| row.last_seq > 0) {
        any = any.add(
            sea_orm::Condition::all()
                .add(message::Column::ConversationId.eq(row.id))
                .add(message::Column::Seq.eq(row.last_seq)),
        );
    }
    if any.is_empty() {
        return Ok(HashMap::new());
    }
    let found = message::Entity::find()
        .filter(any)
        .filter(policy::said_in_time(actor))
        .all(&*chat.db)
        .await?;
    let messages = attach_details(&*chat.db, found).await?;
    Ok(messages
        .into_iter()
        .map(|message| (message.conversation, message))
        .collect())
}
