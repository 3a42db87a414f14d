//! Who takes part: adding and removing people.

use crate::actor::Actor;
use crate::conversations;
use crate::core::Core;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::policy;
use crate::users::{self, Named};
use chrono::{DateTime, Utc};
use entity::conversation::Kind;
use entity::participant::{self, Part};
use entity::{ConversationId, UserId, user};
use sea_orm::sea_query::OnConflict;
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
    if actor.is_visitor {
        return Err(Error::Forbidden("Visitors talk to the company only".into()));
    }
    if named.is_empty() || named.len() > 500 {
        return Err(Error::invalid("participant_ids", "Must name 1 to 500 people"));
    }
    let mut people = users::resolve(core, named).await?;
    people.retain(|user| !scope.has(user.id));
    let tx = core.db.begin().await?;
    for user in &people {
        let staff = matches!(user.role, user::Role::Agent | user::Role::Admin);
        let part = if staff && scope.kind == Kind::Support {
            Part::Agent
        } else {
            Part::Member
        };
        insert(&*tx, id, user.id, part, core.clock.now()).await?;
    }
    tx.commit().await?;
    changed(core, id).await;
    Ok(people)
}

/// Removes a person: the owner or staff anybody, everybody themselves. Their sockets close.
pub async fn remove(core: &Core, actor: &Actor, id: ConversationId, who: &Named) -> Result<()> {
    let scope = conversations::authorize(core, actor, id).await?;
    // not `resolve`, which knows no disabled accounts: those must be removable too
    let found = match who {
        Named::Id(id) => user::Entity::find_by_id(*id).one(&*core.db).await?,
        Named::Name(name) if name.contains('\0') => None,
        Named::Name(name) => user::Entity::named(name).one(&*core.db).await?,
    };
    let user = found
        .filter(|user| scope.has(user.id))
        .ok_or_else(|| Error::NotFound(format!("User {who}")))?;
    if user.id != actor.id {
        policy::manage(actor, &scope)?;
    }
    participant::Entity::delete_many()
        .filter(participant::Column::ConversationId.eq(id))
        .filter(participant::Column::UserId.eq(user.id))
        .exec(&*core.db)
        .await?;
    core.scopes.forget(id).await;
    core.bus.publish_one(Event::ParticipantRemoved {
        conversation: id,
        user: user.id,
    });
    changed(core, id).await;
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

async fn changed(core: &Core, id: ConversationId) {
    core.scopes.forget(id).await;
    core.bus
        .publish_one(Event::ConversationChanged { conversation: id });
}
