//! Who takes part: adding and removing people.

use crate::Chat;
use crate::access;
use crate::policy;
use crate::scope::Scope;
use accounts::users::{self, Named};
use chrono::{DateTime, Utc};
use entity::conversation::Kind;
use entity::participant::{self, Part};
use entity::{ConversationId, UserId, conversation, job, user};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::event::Event;
use kernel::fact::Fact;
use kernel::roles;
use platform::db::Transaction;
use platform::job_store;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

/// Somebody who is about to take part.
#[derive(Clone, Copy, Debug)]
pub struct Newcomer {
    /// Where they take part from now on.
    pub conversation: ConversationId,
    /// The account that is added.
    pub user: UserId,
    /// As owner, member or agent.
    pub part: Part,
    /// Who adds them; none: they began the conversation, or joined by themselves.
    pub added_by: Option<UserId>,
    /// The newest message that was said before their time and is not theirs to read; 0: they read everything.
    pub joined_seq: i64,
}

impl Newcomer {
    /// Somebody of the company, who reads what was said before.
    pub fn agent(conversation: ConversationId, user: UserId, added_by: UserId) -> Self {
        Self {
            conversation,
            user,
            part: Part::Agent,
            added_by: Some(added_by).filter(|by| *by != user),
            joined_seq: 0,
        }
    }

    /// The row to be stored, with the marks of somebody who has read nothing.
    pub(crate) fn row(self, now: DateTime<Utc>) -> participant::ActiveModel {
        participant::ActiveModel {
            conversation_id: Set(self.conversation),
            user_id: Set(self.user),
            role: Set(self.part),
            joined_at: Set(now),
            added_by: Set(self.added_by),
            joined_seq: Set(self.joined_seq),
            last_read_seq: Set(self.joined_seq),
            last_read_at: Set(None),
            last_delivered_seq: Set(self.joined_seq),
        }
    }
}

/// Adds people; who was there already is left alone. Returns those newly added.
pub async fn add(
    chat: &Chat,
    actor: &Actor,
    id: ConversationId,
    named: &[Named],
) -> Result<Vec<user::Model>> {
    let scope = access::authorize(chat, actor, id).await?;
    policy::manage(actor, &scope)?;
    roles::member(actor)?;
    if named.is_empty() || named.len() > 500 {
        return Err(Error::invalid("participant_ids", "Must name 1 to 500 people"));
    }
    let people = users::resolve(chat, actor, named).await?;
    policy::bring(actor, &scope, &people)?;
    join(chat, &scope, people, Some(actor.id)).await
}

/// Adds people without authorization of `by`; where nobody is named the conversation's owner answers for them. Who was
/// there already is left alone. Returns those newly added.
pub async fn join(
    chat: &Chat,
    scope: &Scope,
    mut people: Vec<user::Model>,
    by: Option<UserId>,
) -> Result<Vec<user::Model>> {
    people.retain(|user| !scope.has(user.id));
    let jobs = chat
        .jobs_for(Fact::ConversationChanged {
            conversation: scope.id,
        })
        .await?;
    let tx = chat.db.begin().await?;
    let joined_seq = said_before(&tx, scope).await?;
    for user in &people {
        let newcomer = Newcomer {
            conversation: scope.id,
            user: user.id,
            part: policy::part_of_newcomer(user, scope),
            added_by: by.or(scope.created_by),
            joined_seq,
        };
        insert(&*tx, newcomer, chat.clock.now()).await?;
    }
    changed(chat, tx, scope.id, jobs).await?;
    Ok(people)
}

/// The newest message that a newcomer is not to read: all that two people said to each other alone. Whoever writes now
/// waits at the conversation's lock, and is read by the newcomer.
async fn said_before(tx: &Transaction, scope: &Scope) -> Result<i64> {
    if scope.kind != Kind::Direct {
        return Ok(0);
    }
    let row = conversation::Entity::find_by_id(scope.id)
        .lock_exclusive()
        .one(&**tx)
        .await?
        .ok_or_else(Error::no_conversation)?;
    Ok(row.last_seq)
}

/// Removes a person: staff anybody, everybody themselves and whom they added. Their sockets close.
pub async fn remove(chat: &Chat, actor: &Actor, id: ConversationId, who: &Named) -> Result<()> {
    let scope = access::authorize(chat, actor, id).await?;
    let user = find(chat, &scope, who).await?;
    policy::remove(actor, &scope, user.id)?;
    part(chat, id, user.id).await
}

/// Somebody who takes part.
pub async fn find(chat: &Chat, scope: &Scope, who: &Named) -> Result<user::Model> {
    // not `resolve`, which knows no disabled accounts: those must be removable too
    let found = match who {
        Named::Id(id) => user::Entity::find_by_id(*id).one(&*chat.db).await?,
        Named::Name(name) => users::called(&*chat.db, name).await?,
    };
    found
        .filter(|user| scope.has(user.id))
        .ok_or_else(|| Error::NotFound(format!("User {who}")))
}

/// Removes a person without authorization. Their sockets close.
pub async fn part(chat: &Chat, id: ConversationId, user: UserId) -> Result<()> {
    let jobs = chat
        .jobs_for(Fact::ConversationChanged { conversation: id })
        .await?;
    let tx = chat.db.begin().await?;
    // the conversation's row first, as the writer takes them
    conversation::Entity::update_many()
        .col_expr(conversation::Column::PeopleLeftAt, Expr::value(chat.clock.now()))
        .filter(conversation::Column::Id.eq(id))
        .exec(&*tx)
        .await?;
    participant::Entity::delete_many()
        .filter(participant::Column::ConversationId.eq(id))
        .filter(participant::Column::UserId.eq(user))
        .exec(&*tx)
        .await?;
    changed(chat, tx, id, jobs).await?;
    chat.bus.publish_one(Event::ParticipantRemoved {
        conversation: id,
        user,
    });
    Ok(())
}

/// Adds a person, unless they are there already. A member who comes to serve serves from then on: whoever brought them
/// in before sends them away no more.
pub async fn insert<C: ConnectionTrait>(db: &C, newcomer: Newcomer, now: DateTime<Utc>) -> Result<(), DbErr> {
    use participant::Column::{AddedBy, ConversationId, JoinedSeq, Role, UserId};
    let mut there = OnConflict::columns([ConversationId, UserId]);
    if newcomer.part == Part::Agent {
        there
            .update_columns([Role, AddedBy, JoinedSeq])
            .action_and_where(Expr::col((participant::Entity, Role)).eq(Part::Member));
    } else {
        there.do_nothing();
    }
    participant::Entity::insert(newcomer.row(now))
        .on_conflict(there)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Commits, then publishes the change.
async fn changed(
    chat: &Chat,
    tx: Transaction,
    id: ConversationId,
    jobs: Vec<job::ActiveModel>,
) -> Result<()> {
    let jobs = job_store::add(&*tx, jobs).await?;
    tx.commit().await?;
    chat.scopes.forget(id);
    chat.bus
        .publish_one(Event::ConversationChanged { conversation: id });
    chat.push_jobs(jobs);
    Ok(())
}
