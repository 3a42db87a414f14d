//! Notifications: stored with what caused them, then delivered. Who is told of what is the table in `rules.rs`.

mod follow_ups;
mod rules;
mod told;

pub(crate) use follow_ups::FollowUps;
pub use rules::{Audience, support_status};
pub use told::Told;

use crate::conversations;
use crate::core::Core;
use crate::policy;
use crate::store::outbox::{self, Enqueued, Lease};
use crate::tickets;
use chrono::{DateTime, Utc};
use entity::notification::{self, Column, Kind};
use entity::user::{self, Role};
use entity::{ConversationId, MessageId, NotificationId, UserId, conversation, ticket};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::event::Event;
use markup::moderation;
use platform::db::Transaction;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// What a transaction stored and is to be delivered after its commit.
#[derive(Debug, Default)]
#[must_use = "people are told by `announce`, after the commit"]
pub(crate) struct Stored {
    notifications: Vec<notification::Model>,
    jobs: Vec<Enqueued>,
}

impl Stored {
    pub(crate) fn merge(&mut self, other: Self) {
        self.notifications.extend(other.notifications);
        self.jobs.extend(other.jobs);
    }
}

/// Stores a notification for everybody whom it concerns, in the transaction of its cause. Who was told of the same
/// cause before is left out.
pub(crate) async fn store(core: &Core, tx: &Transaction, told: &Told) -> Result<Stored> {
    let people = audience(tx, told).await?;
    let earlier: Vec<UserId> = notification::Entity::find()
        .select_only()
        .column(Column::UserId)
        .filter(Column::UserId.is_in(people.iter().copied()))
        .filter(Column::Cause.eq(told.cause.as_str()))
        .into_tuple()
        .all(&**tx)
        .await?;
    let rule = rules::of(told.kind);
    let row = |user| notification::Model {
        id: NotificationId(Uuid::now_v7()),
        user_id: user,
        kind: told.kind,
        title: told.title.clone(),
        message: told.message.clone(),
        data: told.data.clone(),
        priority: rule.priority,
        conversation_id: told.conversation,
        cause: told.cause.clone(),
        read_at: None,
        created_at: core.clock.now(),
    };
    let people = people.into_iter().filter(|user| !earlier.contains(user));
    let rows: Vec<notification::Model> = people.map(row).collect();
    if !rows.is_empty() {
        notification::Entity::insert_many(rows.iter().cloned().map(notification::ActiveModel::from))
            .on_conflict(
                OnConflict::columns([Column::UserId, Column::Cause])
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&**tx)
            .await?;
    }
    let pushes = crate::push::intents(core, &**tx, &rows).await?;
    let jobs = outbox::add(&**tx, pushes).await?;
    Ok(Stored {
        notifications: rows,
        jobs,
    })
}

/// Delivers what was stored, after its commit.
pub(crate) fn announce(core: &Core, stored: Stored) {
    for notification in stored.notifications {
        core.bus.publish_one(Event::Notified {
            notification: Arc::new(notification),
        });
    }
    core.push_jobs(stored.jobs);
}

/// Everybody whom it concerns, by the table, and who may see what it is about: whose ticket it was may have left it.
async fn audience(tx: &Transaction, told: &Told) -> Result<BTreeSet<UserId>> {
    let rule = rules::of(told.kind);
    let mut people = BTreeSet::new();
    let mut groups = Condition::any();
    for audience in rule.audience {
        match audience {
            Audience::Owner => people.extend(told.owner),
            Audience::Assignee => people.extend(told.assignee),
            Audience::Named => people.extend(told.named.iter().copied()),
            Audience::Admins => groups = groups.add(user::Column::Role.eq(Role::Admin)),
            Audience::Team => groups = groups.add(policy::serving(told.department)),
        }
    }
    let mut any = Condition::any();
    if !people.is_empty() {
        any = any.add(user::Column::Id.is_in(people));
    }
    if !groups.is_empty() {
        let enabled = user::Column::DisabledAt.is_null();
        any = any.add(Condition::all().add(groups).add(enabled));
    }
    if any.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut found = user::Entity::find().filter(any).all(&**tx).await?;
    if !rule.tells_author {
        found.retain(|user| Some(user.id) != told.author);
    }
    if let Some(id) = told.conversation
        && let Some(scope) = conversations::Scope::load(&**tx, id).await?
    {
        found.retain(|user| policy::can_see(&Actor::of(user), &scope));
    }
    Ok(found.into_iter().map(|user| user.id).collect())
}

/// Tells the people of a ticket, or of a customer's conversation that somebody has, of a message in it; admins too where
/// a ticket's content is suspect. The job is done with it.
pub async fn of_message(core: &Core, job: Lease, id: ConversationId, message: MessageId) -> Result<()> {
    let found = crate::messages::one(core, id, message).await?;
    let tx = core.db.begin().await?;
    let mut stored = Stored::default();
    let rows: Vec<_> = ticket::Entity::of(id).one(&*tx).await?.into_iter().collect();
    let ticket = tickets::with_details(&*tx, rows).await?.pop();
    let found = found.filter(|message| !message.is_deleted);
    if let (None, Some(message)) = (&ticket, &found) {
        let talk = conversation::Entity::find_by_id(id).one(&*tx).await?;
        if let Some(row) = talk.filter(|row| row.kind == conversation::Kind::Support) {
            stored = store(core, &tx, &Told::of_talk(&row, message)).await?;
        }
    }
    if let (Some(ticket), Some(message)) = (ticket, found) {
        stored = store(
            core,
            &tx,
            &Told::of_message(Kind::MessageReceived, &ticket, &message),
        )
        .await?;
        if core.settings.misuse_check && moderation::is_suspect(&message.text) {
            tickets::flag(&tx, ticket.row.id).await?;
            stored.merge(
                store(
                    core,
                    &tx,
                    &Told::of_message(Kind::MisuseDetected, &ticket, &message),
                )
                .await?,
            );
        }
    }
    outbox::check(&*tx, job).await?;
    tx.commit().await?;
    announce(core, stored);
    // after the announcement: the next of the conversation begins when this one is done, and must not overtake it
    outbox::complete(core, job).await
}

/// A page of a person's notifications, newest first.
#[derive(Clone, Debug)]
pub struct Listed {
    pub notifications: Vec<notification::Model>,
    /// How many there are on all pages.
    pub total: u64,
    pub unread: u64,
}

/// The actor's notifications, newest first; `limit` is 1–100.
pub async fn list(core: &Core, actor: &Actor, unread_only: bool, offset: u64, limit: u64) -> Result<Listed> {
    let (unread, all) = counts(core, actor).await?;
    let mut select = notification::Entity::of(actor.id);
    if unread_only {
        select = select.filter(Column::ReadAt.is_null());
    }
    let notifications = select
        .order_by_desc(Column::Id)
        .offset(offset)
        .limit(limit.clamp(1, 100))
        .all(&*core.db)
        .await?;
    Ok(Listed {
        notifications,
        total: if unread_only { unread } else { all },
        unread,
    })
}

/// How many notifications the actor has not read, and how many there are.
pub async fn counts(core: &Core, actor: &Actor) -> Result<(u64, u64)> {
    let all = notification::Entity::of(actor.id);
    let unread = all.clone().filter(Column::ReadAt.is_null());
    Ok((unread.count(&*core.db).await?, all.count(&*core.db).await?))
}

/// The actor's unread notifications made after `since`, oldest first, `limit` at most: what was missed while away.
pub async fn unread_since(
    core: &Core,
    actor: &Actor,
    since: Option<DateTime<Utc>>,
    limit: u64,
) -> Result<Vec<notification::Model>> {
    let mut select = notification::Entity::of(actor.id).filter(Column::ReadAt.is_null());
    if let Some(since) = since {
        select = select.filter(Column::CreatedAt.gt(since));
    }
    let found = select
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(&*core.db)
        .await?;
    Ok(found)
}

/// Marks one as read; somebody else's does not exist.
pub async fn mark_read(core: &Core, actor: &Actor, id: NotificationId) -> Result<()> {
    let row = own(core, actor, id).await?;
    if row.read_at.is_none() {
        mark(core, Condition::all().add(Column::Id.eq(id))).await?;
    }
    Ok(())
}

/// Marks all of the actor's as read. Answers how many were not.
pub async fn mark_all_read(core: &Core, actor: &Actor) -> Result<u64> {
    mark(core, Condition::all().add(Column::UserId.eq(actor.id))).await
}

async fn mark(core: &Core, which: Condition) -> Result<u64> {
    let marked = notification::Entity::update_many()
        .col_expr(Column::ReadAt, Expr::value(core.clock.now()))
        .filter(which)
        .filter(Column::ReadAt.is_null())
        .exec(&*core.db)
        .await?;
    Ok(marked.rows_affected)
}

/// Deletes one; somebody else's does not exist.
pub async fn delete(core: &Core, actor: &Actor, id: NotificationId) -> Result<()> {
    let row = own(core, actor, id).await?;
    notification::Entity::delete_by_id(row.id).exec(&*core.db).await?;
    Ok(())
}

async fn own(core: &Core, actor: &Actor, id: NotificationId) -> Result<notification::Model> {
    notification::Entity::of(actor.id)
        .filter(Column::Id.eq(id))
        .one(&*core.db)
        .await?
        .ok_or_else(|| Error::NotFound("Notification".into()))
}

/// Tells every admin of something in a transaction of its own, once per cause.
pub async fn alert_admins(core: &Core, cause: String, message: String, data: Value) -> Result<()> {
    let tx = core.db.begin().await?;
    let stored = store(core, &tx, &Told::alert(cause, message, data)).await?;
    tx.commit().await?;
    announce(core, stored);
    Ok(())
}
