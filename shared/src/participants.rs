//! Who takes part: adding and removing people.

use crate::actor::Actor;
use crate::conversations::{self, Scope};
use crate::core::Core;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::policy;
use crate::store::db::Transaction;
use crate::store::outbox;
use crate::users::{self, Named};
use crate::webhooks::{self, Occurrence};
use chrono::{DateTime, Utc};
use entity::conversation::Kind;
use entity::participant::{self, Part};
use entity::{ConversationId, UserId, conversation, job, user};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

pub(crate) fn row(
    id: ConversationId,
    user: UserId,
    part: Part,
    read: i64,
    now: DateTime<Utc>,
) -> participant::ActiveModel {
    participant::ActiveModel {
        conversation_id: Set(id),
        user_id: Set(user),
        role: Set(part),
        joined_at: Set(now),
        last_read_seq: Set(read),
        last_read_at: Set(None),
        last_delivered_seq: Set(read),
    }
}

/// Adds people; who was there already is left alone. Returns those newly added.
pub async fn add(
    core: &Core,
    actor: &Actor,
    id: ConversationId,
    named: &[Named],
) -> Result<Vec<user::Model>> {
    let scope = conversations::authorize(core, actor, id).await?;
    policy::manage(actor, &scope)?;
    policy::member(actor)?;
    if named.is_empty() || named.len() > 500 {
        return Err(Error::invalid("participant_ids", "Must name 1 to 500 people"));
    }
    let people = users::resolve(core, named).await?;
    join(core, &scope, people).await
}

/// Adds people without asking who does it; who was there already is left alone. Returns those newly added.
pub(crate) async fn join(
    core: &Core,
    scope: &Scope,
    mut people: Vec<user::Model>,
) -> Result<Vec<user::Model>> {
    people.retain(|user| !scope.has(user.id));
    let told = webhooks::intents(core, Occurrence::updated(scope.id)).await?;
    let tx = core.db.begin().await?;
    for user in &people {
        let staff = matches!(user.role, user::Role::Agent | user::Role::Admin);
        let part = if staff && scope.kind == Kind::Support {
            Part::Agent
        } else {
            Part::Member
        };
        insert(&*tx, scope.id, user.id, part, core.clock.now()).await?;
    }
    changed(core, tx, scope.id, told).await?;
    Ok(people)
}

/// Removes a person: the owner or staff anybody, everybody themselves. Their sockets close.
pub async fn remove(core: &Core, actor: &Actor, id: ConversationId, who: &Named) -> Result<()> {
    let scope = conversations::authorize(core, actor, id).await?;
    let user = find(core, &scope, who).await?;
    if user.id != actor.id {
        policy::manage(actor, &scope)?;
    }
    part(core, id, user.id).await
}

/// Somebody who takes part.
pub(crate) async fn find(core: &Core, scope: &Scope, who: &Named) -> Result<user::Model> {
    // not `resolve`, which knows no disabled accounts: those must be removable too
    let found = match who {
        Named::Id(id) => user::Entity::find_by_id(*id).one(&*core.db).await?,
        Named::Name(name) if name.contains('\0') => None,
        Named::Name(name) => user::Entity::named(name).one(&*core.db).await?,
    };
    found
        .filter(|user| scope.has(user.id))
        .ok_or_else(|| Error::NotFound(format!("User {who}")))
}

/// Removes a person without asking who does it. Their sockets close.
pub(crate) async fn part(core: &Core, id: ConversationId, user: UserId) -> Result<()> {
    let told = webhooks::intents(core, Occurrence::updated(id)).await?;
    let tx = core.db.begin().await?;
    // the conversation's row first, as the writer takes them
    conversation::Entity::update_many()
        .col_expr(conversation::Column::PeopleLeftAt, Expr::value(core.clock.now()))
        .filter(conversation::Column::Id.eq(id))
        .exec(&*tx)
        .await?;
    participant::Entity::delete_many()
        .filter(participant::Column::ConversationId.eq(id))
        .filter(participant::Column::UserId.eq(user))
        .exec(&*tx)
        .await?;
    changed(core, tx, id, told).await?;
    core.bus.publish_one(Event::ParticipantRemoved {
        conversation: id,
        user,
    });
    Ok(())
}

/// Adds a person, unless they are there already.
pub(crate) async fn insert<C: ConnectionTrait>(
    db: &C,
    id: ConversationId,
    user: UserId,
    part: Part,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let key = [participant::Column::ConversationId, participant::Column::UserId];
    participant::Entity::insert(row(id, user, part, 0, now))
        .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Commits, then everybody hears of it.
async fn changed(
    core: &Core,
    tx: Transaction,
    id: ConversationId,
    told: Vec<job::ActiveModel>,
) -> Result<()> {
    let jobs = outbox::add(&*tx, told).await?;
    tx.commit().await?;
    core.scopes.forget(id).await;
    core.bus
        .publish_one(Event::ConversationChanged { conversation: id });
    core.push_jobs(jobs);
    Ok(())
}
