//! Who has a conversation: claiming, assigning, handing back to the bot, asking for a person.

use super::{DeskTransaction, on_desk, workable};
use crate::notifications::NotificationDraft;
use crate::tickets;
use accounts::users::{self, Named};
use chat::Chat;
use chat::access;
use chat::conversations::{self, Conversation};
use chat::participants;
use chat::participants::Newcomer;
use chat::policy;
use chat::presence;
use entity::conversation::{Kind, Status};
use entity::notification::Kind as Cause;
use entity::participant;
use entity::{ConversationId, user};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::person::Person;
use kernel::roles;

/// Takes a conversation that nobody has; of two concurrent claims one gets it. Who has it already gets it again.
pub async fn claim(chat: &Chat, actor: &Actor, id: ConversationId) -> Result<Conversation> {
    on_desk(chat, actor, id).await?;
    let mut transaction = DeskTransaction::open(chat, id).await?;
    match transaction.row.assignee_id {
        Some(holder) if holder == actor.id => drop(transaction),
        Some(holder) => {
            let found = users::people(&*transaction.tx, std::iter::once(holder)).await?;
            let by = found.into_values().next();
            return Err(Error::Claimed {
                by: by.unwrap_or_else(|| users::unknown(holder)),
            });
        }
        None => {
            if transaction.row.status == Status::Snoozed {
                transaction.row.status = Status::Open;
                transaction.row.snoozed_until = None;
            }
            let newcomer = transaction.give_to(actor, &Person::from(actor)).await?;
            transaction.finish().await?;
            if newcomer {
                presence::appear(chat, id, &Person::from(actor)).await;
            }
        }
    }
    conversations::get(chat, actor, id).await
}

/// Gives a conversation to an agent or admin who may see it, whoever had it, or to nobody.
pub async fn assign(
    chat: &Chat,
    actor: &Actor,
    id: ConversationId,
    to: Option<&Named>,
) -> Result<Conversation> {
    let scope = on_desk(chat, actor, id).await?;
    let to = match to {
        None => None,
        Some(named) => {
            let user = colleague(chat, actor, named).await?;
            let user = user.filter(|user| policy::can_see(&Actor::of(user), &scope));
            Some(user.ok_or_else(|| {
                Error::invalid(
                    "assignee_id",
                    "Must be an agent or an admin who may see the conversation",
                )
            })?)
        }
    };
    let mut transaction = DeskTransaction::open(chat, id).await?;
    match to {
        Some(user) if transaction.row.assignee_id == Some(user.id) => drop(transaction),
        Some(user) => {
            let who = Person::from(&Actor::of(&user));
            let newcomer = transaction.give_to(actor, &who).await?;
            if transaction.row.kind == Kind::Support {
                let draft = NotificationDraft::of_conversation(
                    Cause::ConversationAssigned,
                    &transaction.row,
                    Some(actor),
                );
                transaction.notify(&draft).await?;
            }
            transaction.finish().await?;
            if newcomer {
                presence::appear(chat, id, &who).await;
            }
        }
        None => {
            transaction
                .change_ticket(actor, |ticket| {
                    tickets::assign(ticket, None);
                    Ok(())
                })
                .await?;
            transaction.row.assignee_id = None;
            transaction.finish().await?;
        }
    }
    conversations::get(chat, actor, id).await
}

/// An agent or admin who is not disabled.
async fn colleague(chat: &Chat, actor: &Actor, named: &Named) -> Result<Option<user::Model>> {
    match users::resolve(chat, actor, std::slice::from_ref(named)).await {
        Ok(found) => Ok(found.into_iter().find(|user| Actor::of(user).is_staff())),
        Err(Error::NotFound(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Leaves a customer to the bot again.
pub async fn hand_back(chat: &Chat, actor: &Actor, id: ConversationId) -> Result<Conversation> {
    let scope = access::authorize(chat, actor, id).await?;
    roles::staff(actor)?;
    if scope.kind != Kind::Support {
        return Err(Error::invalid("bot", "The bot takes no part here"));
    }
    let mut transaction = DeskTransaction::open(chat, id).await?;
    let row = &mut transaction.row;
    if row.assignee_id.is_some() || !row.bot_on || row.status != Status::Open {
        row.assignee_id = None;
        row.bot_on = true;
        row.status = Status::Open;
        row.snoozed_until = None;
        transaction.say("You are talking to the assistant again.").await?;
    }
    transaction.finish().await?;
    conversations::get(chat, actor, id).await
}

/// A customer wants to talk to a person.
pub async fn handoff(chat: &Chat, actor: &Actor, id: ConversationId) -> Result<Conversation> {
    let scope = access::authorize(chat, actor, id).await?;
    if !scope.has(actor.id) {
        return Err(Error::Forbidden(
            "Only who takes part may ask for a person".into(),
        ));
    }
    workable(&scope, "conversation_id")?;
    ask_for_person(chat, id, Some(actor)).await?;
    conversations::get(chat, actor, id).await
}

/// Lets a conversation wait for a person, and notifies those who may come. Nothing where one is awaited or there
/// already. Without an actor it is the bot's doing, whose own answer says so.
pub async fn ask_for_person(chat: &Chat, id: ConversationId, by: Option<&Actor>) -> Result<()> {
    let mut transaction = DeskTransaction::open(chat, id).await?;
    let row = &transaction.row;
    let comes = match row.status {
        Status::Pending => true,
        Status::Open => row.assignee_id.is_some(),
        // somebody of the company ended or put off what the bot was asked in
        Status::Snoozed | Status::Resolved => by.is_none(),
    };
    if comes {
        return Ok(());
    }
    if let Some(actor) = by {
        transaction
            .change_ticket(actor, |ticket| {
                if let Some(status) = tickets::reopened(ticket) {
                    ticket.status = status;
                }
                if tickets::is_over(ticket.status) {
                    return Err(Error::Conflict {
                        code: "ticket_closed",
                        field: None,
                        detail: "The ticket is closed".into(),
                    });
                }
                Ok(())
            })
            .await?;
    }
    transaction.row.status = match transaction.row.assignee_id {
        None => Status::Pending,
        Some(_) => Status::Open,
    };
    transaction.row.snoozed_until = None;
    if by.is_some() {
        transaction
            .say("You asked for a person. Somebody will answer here.")
            .await?;
    }
    let mut draft = NotificationDraft::of_conversation(Cause::HandoffRequested, &transaction.row, by);
    draft.in_department(transaction.ticket.as_ref().and_then(|ticket| ticket.department));
    transaction.notify(&draft).await?;
    transaction.finish().await
}

impl DeskTransaction<'_> {
    /// Gives it to somebody of the company, who takes part from then on. Answers whether they did not before.
    async fn give_to(&mut self, actor: &Actor, who: &Person) -> Result<bool> {
        let id = self.row.id;
        let there = participant::Entity::of(id, who.id).one(&*self.tx).await?;
        self.change_ticket(actor, |ticket| {
            tickets::assign(ticket, Some(who.id));
            Ok(())
        })
        .await?;
        self.row.assignee_id = Some(who.id);
        self.row.bot_on = false;
        if self.row.status == Status::Pending {
            self.row.status = Status::Open;
        }
        let agent = Newcomer::agent(id, who.id, actor.id);
        participants::insert(&*self.tx, agent, self.chat.clock.now()).await?;
        self.say(&format!("{} joined the conversation.", who.name))
            .await?;
        Ok(there.is_none())
    }
}
