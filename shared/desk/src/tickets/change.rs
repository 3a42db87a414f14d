//! Changing, rating and deleting a ticket. The change and its notifications commit together.

use super::create::check_changes;
use super::notices;
use super::{Ticket, Which, find, rules, unknown, with_details};
use crate::notifications::{self};
use accounts::users::{self, Named};
use chat::Chat;
use chat::conversations;
use chat::facts::Handlers;
use chat::participants::Newcomer;
use entity::conversation;
use entity::notification::Kind as Cause;
use entity::ticket::{self, Status, Urgency};
use entity::user::{self, Department, Role};
use entity::{UserId, job};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::event::Event;
use kernel::fact::Fact;
use kernel::roles;
use platform::db::Transaction;
use platform::job_store;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};

/// Change a ticket; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct UpdateTicket {
    /// Agents and admins.
    pub status: Option<Status>,
    /// 1–200 characters.
    pub title: Option<String>,
    /// 1–2000 characters.
    pub description: Option<String>,
    /// How soon it matters. Its owner, agents and admins.
    pub urgency: Option<Urgency>,
    /// Agents and admins.
    pub department: Option<Department>,
    /// An agent or admin, or nobody any more. Agents and admins.
    pub assignee: Option<Option<Named>>,
    /// 1–5, once it is closed.
    pub rating: Option<i32>,
    /// At most 2000 characters.
    pub feedback: Option<String>,
    /// Agents and admins only, and closing from `open` or `assigned` resolves and closes in one step: as `support`
    /// has it.
    pub closes_directly: bool,
    /// What is closed may be opened again.
    pub reopens: bool,
}

/// Whose right deleting is, which the dialects see differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleters {
    /// Admins only: `helpdesk`.
    Admins,
    /// Agents who see the ticket, and admins.
    Staff,
}

const MAX_FEEDBACK: usize = 2000;

/// Changes a ticket: its owner what they wrote, agents and admins the rest.
pub async fn update(chat: &Chat, actor: &Actor, which: &Which, mut command: UpdateTicket) -> Result<Ticket> {
    command.title = command.title.as_deref().map(kernel::names::clean_title);
    let seen = find(chat, actor, which).await?;
    permit(actor, &seen, &command)?;
    check_changes(command.title.as_deref(), command.description.as_deref())?;
    check_text(
        "feedback",
        command.feedback.as_deref().unwrap_or_default(),
        0,
        MAX_FEEDBACK,
    )?;
    let assignee = match &command.assignee {
        Some(Some(named)) => Some(Some(agent(chat, actor, named).await?)),
        Some(None) => Some(None),
        None => None,
    };
    let handlers = chat.features.handlers(&chat.db).await?;
    let tx = chat.db.begin().await?;
    let (conversation, before) = locked(&tx, &seen, which).await?;
    let mut row = before.clone();
    apply(&mut row, command, actor, assignee.as_ref().map(Option::as_ref))?;
    write(chat, actor, (tx, &handlers), (conversation, before), row).await
}

/// Its owner says how it was handled, once it is closed.
pub async fn rate(chat: &Chat, actor: &Actor, which: &Which, rating: i32) -> Result<Ticket> {
    let seen = find(chat, actor, which).await?;
    if seen.user_id != actor.id {
        return Err(Error::Forbidden("Only the ticket's user may rate it".into()));
    }
    let handlers = chat.features.handlers(&chat.db).await?;
    let tx = chat.db.begin().await?;
    let (conversation, before) = locked(&tx, &seen, which).await?;
    let mut row = before.clone();
    set_rating(&mut row, rating)?;
    write(chat, actor, (tx, &handlers), (conversation, before), row).await
}

/// Deletes a ticket with its conversation; its sockets close. Answers what it was.
pub async fn delete(chat: &Chat, actor: &Actor, which: &Which, by: Deleters) -> Result<Ticket> {
    let row = find(chat, actor, which).await?;
    match by {
        Deleters::Admins => roles::admin(actor)?,
        Deleters::Staff => roles::staff(actor)?,
    }
    let tx = chat.db.begin().await?;
    let (_, row) = locked(&tx, &row, which).await?;
    let ticket = detailed(&tx, row).await?;
    let answer = notices::newest_answer(&*tx, ticket.row.conversation_id).await?;
    let notice = notices::changed(Cause::TicketDeleted, &ticket, answer.as_deref(), actor);
    let notified = notifications::store(chat, &tx, &notice).await?;
    conversations::erase(&*tx, ticket.row.conversation_id, chat.clock.now()).await?;
    tx.commit().await?;
    chat.bus.publish_one(Event::ConversationDeleted {
        conversation: ticket.row.conversation_id,
    });
    notifications::announce(chat, notified);
    Ok(ticket)
}

fn permit(actor: &Actor, ticket: &ticket::Model, command: &UpdateTicket) -> Result<()> {
    if ticket.user_id != actor.id && !actor.is_staff() {
        return Err(Error::Forbidden("Only the ticket's user may change it".into()));
    }
    let staffs = command.closes_directly
        || command.status.is_some()
        || command.department.is_some()
        || command.assignee.is_some();
    if staffs {
        roles::staff(actor)?;
    }
    Ok(())
}

/// The rows under their locks, the conversation's first, as the writer takes them: a concurrent change waits.
async fn locked(
    tx: &Transaction,
    seen: &ticket::Model,
    which: &Which,
) -> Result<(conversation::Model, ticket::Model)> {
    let conversation = conversation::Entity::find_by_id(seen.conversation_id)
        .lock_exclusive()
        .one(&**tx)
        .await?;
    let row = ticket::Entity::find_by_id(seen.id)
        .lock_exclusive()
        .one(&**tx)
        .await?;
    conversation.zip(row).ok_or_else(|| unknown(which))
}

async fn detailed(tx: &Transaction, row: ticket::Model) -> Result<Ticket> {
    let unknown = unknown(&Which::Number(row.id));
    let mut found = with_details(&**tx, vec![row]).await?;
    found.pop().ok_or(unknown)
}

fn apply(
    row: &mut ticket::Model,
    command: UpdateTicket,
    actor: &Actor,
    assignee: Option<Option<&user::Model>>,
) -> Result<()> {
    match (assignee, command.status) {
        (Some(agent), None) => assign(row, agent.map(|agent| agent.id)),
        (Some(agent), Some(_)) => row.assignee_id = agent.map(|agent| agent.id),
        (None, _) => {}
    }
    if let Some(status) = command.status {
        if command.reopens && rules::is_over(row.status) && !rules::is_over(status) {
            row.status = Status::Open;
        }
        go_to_status(row, actor, status, command.closes_directly)?;
    }
    if let Some(title) = command.title {
        row.title_key = title.to_lowercase();
        row.title = title;
    }
    if let Some(description) = command.description {
        row.description = description;
    }
    if let Some(urgency) = command.urgency {
        row.urgency = urgency;
    }
    if let Some(department) = command.department {
        row.department = Some(department);
    }
    if let Some(feedback) = command.feedback {
        row.feedback = Some(feedback);
    }
    command.rating.map_or(Ok(()), |rating| set_rating(row, rating))
}

/// Gives a ticket to somebody, or to nobody any more; its status follows.
pub fn assign(row: &mut ticket::Model, assignee: Option<UserId>) {
    row.assignee_id = assignee;
    row.status = match (row.status, assignee) {
        (Status::Open, Some(_)) => Status::Assigned,
        (Status::Assigned, None) => Status::Open,
        (other, _) => other,
    };
}

/// Moves a ticket on as the table allows it; whoever takes it up has it.
pub(crate) fn go_to_status(row: &mut ticket::Model, actor: &Actor, to: Status, directly: bool) -> Result<()> {
    go_to(row, to, directly)?;
    if to == Status::Assigned && row.assignee_id.is_none() {
        row.assignee_id = Some(actor.id);
    }
    Ok(())
}

fn go_to(row: &mut ticket::Model, to: Status, directly: bool) -> Result<()> {
    let through = directly && to == Status::Closed && rules::may_follow(row.status, Status::Resolved);
    if !through && !rules::may_follow(row.status, to) {
        return Err(Error::Conflict {
            code: "invalid_transition",
            field: None,
            detail: format!(
                "Invalid status transition from {} to {}",
                rules::word(row.status),
                rules::word(to)
            ),
        });
    }
    row.status = to;
    Ok(())
}

fn set_rating(row: &mut ticket::Model, rating: i32) -> Result<()> {
    rules::check_rating(Some(rating))?;
    if !rules::is_over(row.status) {
        return Err(Error::invalid("rating", "Only a closed ticket can be rated"));
    }
    row.rating = Some(rating);
    Ok(())
}

/// What a changed ticket leaves to be stored and announced with it.
pub struct Kept {
    pub ticket: Ticket,
    pub notified: notifications::Stored,
    pub jobs: Vec<job::ActiveModel>,
}

/// A transaction that has the rows' locks, and the features' handlers, which were asked for before it began.
#[derive(Clone, Copy)]
pub(crate) struct Locked<'a> {
    pub tx: &'a Transaction,
    pub handlers: &'a Handlers,
}

/// Stores a changed row in the caller's transaction, and changes its conversation's, which the caller holds under its
/// lock and stores.
pub(crate) async fn keep(
    chat: &Chat,
    Locked { tx, handlers }: Locked<'_>,
    actor: &Actor,
    before: &ticket::Model,
    mut row: ticket::Model,
    conversation: &mut conversation::Model,
) -> Result<Kept> {
    let now = chat.clock.now();
    row.updated_at = now;
    row.resolved_at = rules::is_over(row.status).then(|| before.resolved_at.unwrap_or(now));
    row.closed_at = (row.status == Status::Closed).then(|| before.closed_at.unwrap_or(now));
    row.clone().into_active_model().reset_all().update(&**tx).await?;
    rules::reflect(before, &row, conversation);
    conversation.updated_at = now;
    if let Some(id) = row.assignee_id {
        let agent = Newcomer::agent(row.conversation_id, id, actor.id);
        chat::participants::insert(&**tx, agent, now).await?;
    }
    let ticket = detailed(tx, row).await?;
    let changed = Fact::TicketChanged {
        conversation: ticket.row.conversation_id,
    };
    Ok(Kept {
        notified: notify(chat, tx, actor, before, &ticket).await?,
        jobs: handlers.jobs_for(&[changed], now)?,
        ticket,
    })
}

/// Stores a changed row with its conversation and whom it concerns; nothing where nothing changed.
async fn write(
    chat: &Chat,
    actor: &Actor,
    (tx, handlers): (Transaction, &Handlers),
    (mut conversation, before): (conversation::Model, ticket::Model),
    row: ticket::Model,
) -> Result<Ticket> {
    if row == before {
        return detailed(&tx, row).await;
    }
    let locked_rows = Locked { tx: &tx, handlers };
    let Kept {
        ticket,
        notified,
        jobs,
    } = keep(chat, locked_rows, actor, &before, row, &mut conversation).await?;
    conversation.into_active_model().reset_all().update(&*tx).await?;
    let jobs = job_store::add(&*tx, jobs).await?;
    tx.commit().await?;
    chat.push_jobs(jobs);
    chat.scopes.forget(ticket.row.conversation_id);
    chat.bus.publish_one(Event::ConversationChanged {
        conversation: ticket.row.conversation_id,
    });
    notifications::announce(chat, notified);
    Ok(ticket)
}

async fn notify(
    chat: &Chat,
    tx: &Transaction,
    actor: &Actor,
    before: &ticket::Model,
    ticket: &Ticket,
) -> Result<notifications::Stored> {
    let ended = rules::is_over(ticket.row.status) && ticket.row.status != before.status;
    let cause = if ended {
        Cause::TicketResolved
    } else {
        Cause::TicketUpdated
    };
    let answer = notices::newest_answer(&**tx, ticket.row.conversation_id).await?;
    let notice = |cause| notices::changed(cause, ticket, answer.as_deref(), actor);
    let mut notified = notifications::store(chat, tx, &notice(cause)).await?;
    if ticket.row.assignee_id != before.assignee_id && ticket.row.assignee_id.is_some() {
        notified.merge(notifications::store(chat, tx, &notice(Cause::TicketAssigned)).await?);
    }
    Ok(notified)
}

/// Somebody who may be given a ticket.
async fn agent(chat: &Chat, actor: &Actor, named: &Named) -> Result<user::Model> {
    let unknown = || Error::invalid("assignee_id", "Must be an agent or an admin");
    let found = users::resolve(chat, actor, std::slice::from_ref(named)).await;
    let found = found.map_err(|error| match error {
        Error::NotFound(_) => unknown(),
        other => other,
    })?;
    found
        .into_iter()
        .find(|user| matches!(user.role, Role::Agent | Role::Admin))
        .ok_or_else(unknown)
}

/// Marks a ticket's content as suspect. Answers whether it was not before.
pub async fn flag(tx: &Transaction, id: entity::SupportId) -> Result<bool> {
    let row = ticket::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?;
    let Some(row) = row.filter(|row| !row.is_flagged) else {
        return Ok(false);
    };
    let mut row = row.into_active_model();
    row.is_flagged = Set(true);
    row.update(&**tx).await?;
    Ok(true)
}
