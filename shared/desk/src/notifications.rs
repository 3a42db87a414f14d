//! Notifications: stored with what caused them, then delivered. Who is notified of what is the table in `rules.rs`.

mod draft;
mod rules;

pub(crate) use draft::excerpt;
pub use draft::{NotificationDraft, add_message};
pub use rules::{Audience, conversation_words};

use async_trait::async_trait;
use chat::Chat;
use chat::policy;
use chat::scope::Scope;
use chrono::{DateTime, Utc};
use entity::notification::{self, Column, Kind};
use entity::user::{self, Role};
use entity::{NotificationId, UserId};
use entity::{SubscriptionId, job, push_subscription};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::event::Event;
use platform::Platform;
use platform::db::Transaction;
use platform::job::Job;
use platform::job_store::DeadJobs;
use platform::job_store::{self, Enqueued};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// The title of notifications of this kind.
pub fn title(kind: Kind) -> &'static str {
    rules::of(kind).title
}

/// What a transaction stored and is to be delivered after its commit.
#[derive(Debug, Default)]
#[must_use = "`announce` delivers it, after the commit"]
pub struct Stored {
    notifications: Vec<notification::Model>,
    jobs: Vec<Enqueued>,
}

impl Stored {
    /// Takes in what the same transaction stored elsewhere, so that one announcement delivers all of it.
    pub fn merge(&mut self, other: Self) {
        self.notifications.extend(other.notifications);
        self.jobs.extend(other.jobs);
    }
}

/// Stores a notification for everybody whom it concerns, in the transaction of its cause. Who was notified of the same
/// cause before is left out.
pub async fn store(platform: &Platform, tx: &Transaction, draft: &NotificationDraft) -> Result<Stored> {
    let people = audience(tx, draft).await?;
    let earlier: Vec<UserId> = notification::Entity::find()
        .select_only()
        .column(Column::UserId)
        .filter(Column::UserId.is_in(people.iter().copied()))
        .filter(Column::Cause.eq(draft.cause.as_str()))
        .into_tuple()
        .all(&**tx)
        .await?;
    let rule = rules::of(draft.kind);
    let row = |user| notification::Model {
        id: NotificationId(Uuid::now_v7()),
        user_id: user,
        kind: draft.kind,
        title: draft.title.clone(),
        message: draft.message.clone(),
        data: draft.data.clone(),
        priority: rule.priority,
        conversation_id: draft.conversation,
        cause: draft.cause.clone(),
        read_at: None,
        created_at: platform.clock.now(),
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
    let pushes = push_jobs(platform, &**tx, &rows).await?;
    let jobs = job_store::add(&**tx, pushes).await?;
    Ok(Stored {
        notifications: rows,
        jobs,
    })
}

/// The jobs that bring these notifications to their people's browsers, to be stored with them.
async fn push_jobs<C: ConnectionTrait>(
    platform: &Platform,
    db: &C,
    notifications: &[notification::Model],
) -> Result<Vec<job::ActiveModel>> {
    if !platform.settings.has_web_push() || notifications.is_empty() {
        return Ok(Vec::new());
    }
    let people = notifications.iter().map(|notification| notification.user_id);
    let browsers: Vec<(SubscriptionId, UserId)> = push_subscription::Entity::find()
        .select_only()
        .columns([push_subscription::Column::Id, push_subscription::Column::UserId])
        .filter(push_subscription::Column::UserId.is_in(people))
        .into_tuple()
        .all(db)
        .await?;
    let now = platform.clock.now();
    let mut jobs = Vec::new();
    for notification in notifications {
        for (subscription, _) in browsers.iter().filter(|(_, user)| *user == notification.user_id) {
            let job = Job::PushNotification {
                notification: notification.id,
                subscription: *subscription,
            };
            jobs.push(job_store::intent(&job, now, now)?);
        }
    }
    Ok(jobs)
}

/// Delivers what was stored, after its commit.
pub fn announce(platform: &Platform, stored: Stored) {
    for notification in stored.notifications {
        platform.bus.publish_one(Event::Notified {
            notification: Arc::new(notification),
        });
    }
    platform.push_jobs(stored.jobs);
}

/// Everybody whom it concerns, by the table, and who may see what it is about: whose ticket it was may have left it.
async fn audience(tx: &Transaction, draft: &NotificationDraft) -> Result<BTreeSet<UserId>> {
    let rule = rules::of(draft.kind);
    let mut people = BTreeSet::new();
    let mut groups = Condition::any();
    for audience in rule.audience {
        match audience {
            Audience::Owner => people.extend(draft.owner),
            Audience::Assignee => people.extend(draft.assignee),
            Audience::Named => people.extend(draft.named.iter().copied()),
            Audience::Admins => groups = groups.add(user::Column::Role.eq(Role::Admin)),
            Audience::Team => groups = groups.add(policy::serving(draft.department)),
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
        found.retain(|user| Some(user.id) != draft.author);
    }
    if let Some(id) = draft.conversation
        && let Some(scope) = Scope::load(&**tx, id).await?
    {
        found.retain(|user| policy::can_see(&Actor::of(user), &scope));
    }
    Ok(found.into_iter().map(|user| user.id).collect())
}

/// A page of a person's notifications, newest first.
#[derive(Clone, Debug)]
pub struct Listed {
    /// This page of them.
    pub notifications: Vec<notification::Model>,
    /// How many there are on all pages.
    pub total: u64,
    /// How many of all of them are unread, whatever was asked for.
    pub unread: u64,
}

/// The actor's notifications, newest first; `limit` is 1–100.
pub async fn list(chat: &Chat, actor: &Actor, unread_only: bool, offset: u64, limit: u64) -> Result<Listed> {
    let (unread, all) = counts(chat, actor).await?;
    let mut select = notification::Entity::of(actor.id);
    if unread_only {
        select = select.filter(Column::ReadAt.is_null());
    }
    let notifications = select
        .order_by_desc(Column::Id)
        .offset(offset)
        .limit(limit.clamp(1, 100))
        .all(&*chat.db)
        .await?;
    Ok(Listed {
        notifications,
        total: if unread_only { unread } else { all },
        unread,
    })
}

/// How many notifications the actor has not read, and how many there are.
pub async fn counts(chat: &Chat, actor: &Actor) -> Result<(u64, u64)> {
    let all = notification::Entity::of(actor.id);
    let unread = all.clone().filter(Column::ReadAt.is_null());
    Ok((unread.count(&*chat.db).await?, all.count(&*chat.db).await?))
}

/// The actor's unread notifications made after `since`, oldest first, `limit` at most: what was missed while away.
pub async fn unread_since(
    chat: &Chat,
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
        .all(&*chat.db)
        .await?;
    Ok(found)
}

/// Marks one as read; somebody else's does not exist.
pub async fn mark_read(chat: &Chat, actor: &Actor, id: NotificationId) -> Result<()> {
    let row = own(chat, actor, id).await?;
    if row.read_at.is_none() {
        mark(chat, Condition::all().add(Column::Id.eq(id))).await?;
    }
    Ok(())
}

/// One of the actor's own.
pub async fn get(chat: &Chat, actor: &Actor, id: NotificationId) -> Result<notification::Model> {
    own(chat, actor, id).await
}

/// Marks all of the actor's as read. Answers how many were not.
pub async fn mark_all_read(chat: &Chat, actor: &Actor) -> Result<u64> {
    mark(chat, Condition::all().add(Column::UserId.eq(actor.id))).await
}

async fn mark(chat: &Chat, which: Condition) -> Result<u64> {
    let marked = notification::Entity::update_many()
        .col_expr(Column::ReadAt, Expr::value(chat.clock.now()))
        .filter(which)
        .filter(Column::ReadAt.is_null())
        .exec(&*chat.db)
        .await?;
    Ok(marked.rows_affected)
}

/// Deletes one; somebody else's does not exist.
pub async fn delete(chat: &Chat, actor: &Actor, id: NotificationId) -> Result<()> {
    let row = own(chat, actor, id).await?;
    notification::Entity::delete_by_id(row.id).exec(&*chat.db).await?;
    Ok(())
}

async fn own(chat: &Chat, actor: &Actor, id: NotificationId) -> Result<notification::Model> {
    notification::Entity::of(actor.id)
        .filter(Column::Id.eq(id))
        .one(&*chat.db)
        .await?
        .ok_or_else(|| Error::NotFound("Notification".into()))
}

/// Notifies every admin of something in a transaction of its own, once per cause.
pub async fn alert_admins(platform: &Platform, cause: String, message: String, data: Value) -> Result<()> {
    let tx = platform.db.begin().await?;
    let stored = store(platform, &tx, &NotificationDraft::alert(cause, message, data)).await?;
    tx.commit().await?;
    announce(platform, stored);
    Ok(())
}

/// Notifies the admins of jobs that were given up: once an hour for each kind.
pub struct DeadJobAlerts;

#[async_trait]
impl DeadJobs for DeadJobAlerts {
    async fn given_up(
        &self,
        platform: &Platform,
        tx: &Transaction,
        dead: &[job::Model],
        why: &str,
    ) -> Result<Box<dyn FnOnce() + Send>> {
        let hour = platform.clock.now().format("%Y-%m-%dT%H");
        let mut stored = Stored::default();
        let kinds: BTreeMap<&str, &job::Model> = dead.iter().map(|row| (row.kind.as_str(), row)).collect();
        for (kind, row) in kinds {
            let cause = format!("dead-job:{kind}:{hour}");
            let message = format!("A job of the kind {kind} was given up: {why}");
            let data = json!({"job_id": row.id, "kind": kind, "queue": row.queue, "error": why});
            let draft = NotificationDraft::alert(cause, message, data);
            stored.merge(store(platform, tx, &draft).await?);
        }
        let platform = platform.clone();
        Ok(Box::new(move || announce(&platform, stored)))
    }
}
