//! The statements of a group. Postgres gets arrays, so that a statement's text never depends on the
//! group's size and stays prepared; SQLite, which runs in this process, gets rows.

use super::{Draft, LockedConversation};
use crate::participants::Newcomer;
use crate::search;
use chrono::{DateTime, Utc};
use entity::message::Voice;
use entity::{AttachmentId, ConversationId, MessageId, UserId};
use entity::{attachment, conversation, message, reaction, ticket};
use platform::db::Transaction;
use sea_orm::sea_query::{ArrayType, Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveEnum, ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbBackend,
    DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Statement, Value,
};
use std::collections::{BTreeSet, HashMap};

/// Locks the group's conversations in id order, so that two processes never wait for each other in a circle.
pub(super) async fn lock(
    tx: &Transaction,
    drafts: &[&Draft],
) -> Result<HashMap<ConversationId, LockedConversation>, DbErr> {
    let ids: BTreeSet<_> = drafts.iter().map(|draft| place(draft)).collect();
    let rows = if is_sqlite(tx) {
        conversation::Entity::find()
            .filter(conversation::Column::Id.is_in(ids))
            .all(&**tx)
            .await?
    } else {
        let ids = array(ArrayType::Uuid, ids.iter().map(|id| id.0.into()));
        let sql = "SELECT * FROM chat_conversation WHERE id = ANY($1) ORDER BY id FOR UPDATE";
        conversation::Entity::find()
            .from_raw_sql(postgres(sql, [ids]))
            .all(&**tx)
            .await?
    };
    let head = |row: conversation::Model| LockedConversation {
        seq: row.last_seq,
        rev: row.last_rev,
        bot_on: row.bot_on,
        kind: row.kind,
        status: row.status,
        assignee: row.assignee_id,
        ticket: None,
        worked: false,
        reopened: false,
        moved: false,
        active: false,
        is_due: false,
        switched: false,
    };
    Ok(rows.into_iter().map(|row| (row.id, head(row))).collect())
}

/// Adds the tickets that a customer's message may open again.
pub(super) async fn tickets(
    tx: &Transaction,
    drafts: &[&Draft],
    heads: &mut HashMap<ConversationId, LockedConversation>,
) -> Result<(), DbErr> {
    let spoken = drafts.iter().filter_map(|draft| match draft {
        Draft::New(new) if new.voice == Voice::User => Some(new.conversation),
        _ => None,
    });
    let ended = |id: &ConversationId| {
        heads.get(id).is_some_and(|head| {
            head.kind == conversation::Kind::Ticket && head.status == conversation::Status::Resolved
        })
    };
    let ids: BTreeSet<_> = spoken.filter(ended).collect();
    if ids.is_empty() {
        return Ok(());
    }
    // after their conversations, as whoever changes a ticket takes them
    let rows = ticket::Entity::find()
        .filter(ticket::Column::ConversationId.is_in(ids))
        .order_by_asc(ticket::Column::ConversationId)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    for row in rows {
        if let Some(head) = heads.get_mut(&row.conversation_id) {
            head.ticket = Some(row);
        }
    }
    Ok(())
}

/// Stores where the work on conversations stands, which few messages change.
pub(super) async fn work(
    tx: &Transaction,
    heads: &HashMap<ConversationId, LockedConversation>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    for (id, head) in heads.iter().filter(|(_, head)| head.worked) {
        let mut row = conversation::ActiveModel {
            id: Set(*id),
            status: Set(head.status),
            assignee_id: Set(head.assignee),
            ..Default::default()
        };
        if head.status != conversation::Status::Snoozed {
            row.snoozed_until = Set(None);
        }
        row.update(&**tx).await?;
    }
    let reopened = heads.values().filter(|head| head.reopened);
    for ticket in reopened.filter_map(|head| head.ticket.as_ref()) {
        let row = ticket::ActiveModel {
            id: Set(ticket.id),
            status: Set(ticket.status),
            resolved_at: Set(None),
            updated_at: Set(now),
            ..Default::default()
        };
        row.update(&**tx).await?;
    }
    Ok(())
}

/// The stored messages that drafts repeat, change or reply to.
pub(super) async fn known(tx: &Transaction, drafts: &[&Draft]) -> Result<Vec<message::Model>, DbErr> {
    let mut ids = BTreeSet::new();
    let mut any = Condition::any();
    for draft in drafts {
        match draft {
            Draft::Change { message, .. } => {
                ids.insert(*message);
            }
            Draft::New(new) => {
                ids.extend(new.reply_to);
                if let Some(client_id) = &new.client_id {
                    any = any.add(
                        message::Column::ConversationId
                            .eq(new.conversation)
                            .and(message::Column::SenderId.eq(new.sender.id))
                            .and(message::Column::ClientId.eq(client_id.as_str())),
                    );
                }
                if let Some(question) = new.in_reply_to {
                    any = any.add(
                        message::Column::InReplyTo
                            .eq(question)
                            .and(message::Column::SenderId.eq(new.sender.id)),
                    );
                }
            }
        }
    }
    if !ids.is_empty() {
        any = any.add(message::Column::Id.is_in(ids));
    }
    if any.is_empty() {
        return Ok(Vec::new());
    }
    message::Entity::find().filter(any).all(&**tx).await
}

/// The uploads that drafts carry.
pub(super) async fn files(
    tx: &Transaction,
    drafts: &[&Draft],
) -> Result<HashMap<AttachmentId, attachment::Model>, DbErr> {
    let ids: BTreeSet<_> = drafts
        .iter()
        .filter_map(|draft| match draft {
            Draft::New(new) => new.attachment,
            Draft::Change { .. } => None,
        })
        .collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    // locked: two lanes must not both take a file, and the worker's result must come before or after this group
    let rows = attachment::Entity::find()
        .filter(attachment::Column::Id.is_in(ids))
        .order_by_asc(attachment::Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Stores the new messages.
pub(super) async fn insert(tx: &Transaction, rows: &[message::Model]) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    if is_sqlite(tx) {
        for row in rows {
            let row = row.clone().into_active_model();
            message::Entity::insert(row).exec_without_returning(&**tx).await?;
        }
        return Ok(());
    }
    tx.execute_raw(postgres(INSERT, insert_values(rows))).await?;
    Ok(())
}

/// Arrays carry no NULL here: the nil UUID and the empty text stand for it, which no row holds.
const INSERT: &str = "INSERT INTO chat_message (id, conversation_id, seq, rev, created_rev, sender_id, type, text, html, words, \
    client_id, reply_to, in_reply_to, attachment_id, meta, is_edited, is_deleted, created_at, updated_at) \
    SELECT id, conversation_id, seq, rev, rev, sender_id, type, text, html, words, nullif(client_id, ''), \
    nullif(reply_to, '00000000-0000-0000-0000-000000000000'), \
    nullif(in_reply_to, '00000000-0000-0000-0000-000000000000'), \
    nullif(attachment_id, '00000000-0000-0000-0000-000000000000'), nullif(meta, '')::jsonb, false, false, $13, $13 \
    FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], \
    $8::text[], $9::uuid[], $10::uuid[], $11::uuid[], $12::text[], $14::text[], $15::text[]) AS v (id, conversation_id, seq, rev, sender_id, \
    type, text, client_id, reply_to, in_reply_to, attachment_id, meta, words, html)";

fn insert_values(rows: &[message::Model]) -> Vec<Value> {
    let uuids = |of: fn(&message::Model) -> Option<uuid::Uuid>| {
        array(
            ArrayType::Uuid,
            rows.iter().map(|row| of(row).unwrap_or_default().into()),
        )
    };
    let numbers =
        |of: fn(&message::Model) -> i64| array(ArrayType::BigInt, rows.iter().map(|row| of(row).into()));
    let texts =
        |of: fn(&message::Model) -> String| array(ArrayType::String, rows.iter().map(|row| of(row).into()));
    vec![
        uuids(|row| Some(row.id.0)),
        uuids(|row| Some(row.conversation_id.0)),
        numbers(|row| row.seq),
        numbers(|row| row.rev),
        numbers(|row| row.sender_id.0),
        texts(|row| row.voice.to_value()),
        texts(|row| row.text.clone()),
        texts(|row| row.client_id.clone().unwrap_or_default()),
        uuids(|row| row.reply_to.map(|id| id.0)),
        uuids(|row| row.in_reply_to.map(|id| id.0)),
        uuids(|row| row.attachment_id.map(|id| id.0)),
        texts(|row| row.meta.as_ref().map(ToString::to_string).unwrap_or_default()),
        // a group is one moment
        rows.first().map(|row| row.created_at).into(),
        texts(|row| search::indexed(&row.text)),
        texts(|row| row.html.clone().unwrap_or_default()),
    ]
}

/// Stores a changed message.
pub(super) async fn update(tx: &Transaction, row: &message::Model) -> Result<(), DbErr> {
    let changed = message::ActiveModel {
        id: Set(row.id),
        rev: Set(row.rev),
        text: Set(row.text.clone()),
        html: Set(row.html.clone()),
        words: Set(if is_sqlite(tx) {
            String::new()
        } else {
            search::indexed(&row.text)
        }),
        meta: Set(row.meta.clone()),
        attachment_id: Set(row.attachment_id),
        is_edited: Set(row.is_edited),
        is_deleted: Set(row.is_deleted),
        updated_at: Set(row.updated_at),
        ..Default::default()
    };
    changed.update(&**tx).await?;
    Ok(())
}

/// Puts or takes back an emoji; doing so twice is doing it once.
pub(super) async fn react(
    tx: &Transaction,
    message: MessageId,
    user: UserId,
    emoji: &str,
    remove: bool,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use reaction::Column::{Emoji, MessageId as Message, UserId as User};
    if remove {
        reaction::Entity::delete_many()
            .filter(Message.eq(message).and(User.eq(user)).and(Emoji.eq(emoji)))
            .exec(&**tx)
            .await?;
        return Ok(());
    }
    let row = reaction::ActiveModel {
        message_id: Set(message),
        user_id: Set(user),
        emoji: Set(emoji.to_owned()),
        created_at: Set(now),
    };
    reaction::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([Message, User, Emoji])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Gives uploads to the conversations that they were sent in.
pub(super) async fn attach(
    tx: &Transaction,
    attached: &HashMap<AttachmentId, ConversationId>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    for (id, conversation) in attached {
        attachment::Entity::update_many()
            .col_expr(attachment::Column::IsAttached, Expr::value(true))
            .col_expr(attachment::Column::ConversationId, Expr::value(conversation.0))
            .col_expr(attachment::Column::UpdatedAt, Expr::value(now))
            .filter(attachment::Column::Id.eq(*id))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Makes orphans of the files of deleted messages, unless another message carries them: the purge takes them.
pub(super) async fn detach(
    tx: &Transaction,
    detached: &BTreeSet<AttachmentId>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    for id in detached {
        let carriers = message::Entity::find()
            .select_only()
            .column(message::Column::AttachmentId)
            .filter(message::Column::AttachmentId.eq(*id))
            .into_query();
        attachment::Entity::update_many()
            .col_expr(attachment::Column::IsAttached, Expr::value(false))
            .col_expr(attachment::Column::UpdatedAt, Expr::value(now))
            .filter(attachment::Column::Id.eq(*id))
            .filter(attachment::Column::Id.not_in_subquery(carriers))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Adds people of the company who are not there yet.
pub(super) async fn join(
    tx: &Transaction,
    joined: &BTreeSet<(ConversationId, UserId)>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    for (conversation, user) in joined {
        crate::participants::insert(&**tx, Newcomer::agent(*conversation, *user, *user), now).await?;
    }
    Ok(())
}

fn place(draft: &Draft) -> ConversationId {
    match draft {
        Draft::New(new) => new.conversation,
        Draft::Change { conversation, .. } => *conversation,
    }
}

pub(super) fn is_sqlite(tx: &Transaction) -> bool {
    tx.get_database_backend() == DbBackend::Sqlite
}

pub(super) fn postgres(sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
}

pub(super) fn array(of: ArrayType, values: impl Iterator<Item = Value>) -> Value {
    Value::Array(of, Some(Box::new(values.collect())))
}
