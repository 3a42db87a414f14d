//! What the bot says where it takes no part: to a question by itself, and to agents for their answer.

use super::calls::payer;
use super::{questions, turn};
use crate::Assist;
use bot::{Answer, Ask, Replier, Turn};
use chat::access;
use chat::messages;
use chat::presence;
use entity::message::Voice;
use entity::user::Role;
use entity::{ConversationId, MessageId, UserId, message, ticket};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::event::Event;
use kernel::roles;
use platform::job_store::{self, Lease};
use platform::limits::Spend;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};

/// Messages that a proposal looks back at.
const LOOK_BACK: u64 = 12;
/// Characters of a question that somebody asks by itself.
pub const MAX_QUESTION: usize = 1000;
/// Turns that a client may add to them.
pub const MAX_CONTEXT: usize = 50;
/// Instead of a promise that somebody was asked, which is not so here.
const OPEN_A_TICKET: &str = "Please open a ticket: a person will answer you there.";

/// Answers a question of 1–[`MAX_QUESTION`] characters by itself: no conversation, nothing is stored. The caller has counted
/// it. Somebody who sends no token is answered from the articles: a model, which costs money, is asked for those only whom we
/// know.
pub async fn answer_question(assist: &Assist, actor: Option<&Actor>, query: &str) -> Result<Answer> {
    check_question(query, MAX_QUESTION)?;
    let ask = alone(query, actor);
    let mut answer = match actor {
        Some(actor) => reply(assist, &ask, payer(actor)).await?,
        None => quote(assist, &ask).await?,
    };
    if answer.handoff {
        answer.text = OPEN_A_TICKET.into();
        answer.handoff = false;
    }
    Ok(answer)
}

/// What the bot would say to a customer who asked this, with how it came to it, for those who keep its articles; agents
/// and admins. Nothing is published or stored. Counts against the actor's limit of asking the bot.
pub async fn try_question(assist: &Assist, actor: &Actor, query: &str) -> Result<Answer> {
    roles::staff(actor)?;
    check_question(query, messages::MAX_TEXT)?;
    assist.limits.spend(actor, Spend::Model)?;
    reply(assist, &alone(query, Some(actor)), payer(actor)).await
}

fn check_question(query: &str, max: usize) -> Result<()> {
    if query.trim().is_empty() {
        return Err(Error::invalid("query", "This field may not be blank."));
    }
    check_text("query", query, 1, max)
}

/// A question with nothing said before it.
fn alone(query: &str, actor: Option<&Actor>) -> Ask {
    Ask {
        text: query.to_owned(),
        user_name: actor.map(|actor| actor.name.to_string()),
        ..Ask::default()
    }
}

/// What an agent or admin who sees the conversation could answer to its user's newest messages, or where there is
/// none to the ticket's description. `context` is what was said elsewhere, oldest first, at most [`MAX_CONTEXT`] turns.
/// Without sources the bot knows nothing about it, and its text is empty. Counts against the actor's limit of asking the bot.
pub async fn suggest(
    assist: &Assist,
    actor: &Actor,
    id: ConversationId,
    context: Vec<Turn>,
) -> Result<Answer> {
    access::authorize(assist, actor, id).await?;
    roles::staff(actor)?;
    if context.len() > MAX_CONTEXT {
        let problem = format!("Must hold at most {MAX_CONTEXT} turns");
        return Err(Error::invalid("conversation_context", problem));
    }
    assist.limits.spend(actor, Spend::Model)?;
    let mut ask = question(assist, id).await?;
    ask.history.splice(0..0, context);
    let mut answer = reply(assist, &ask, payer(actor)).await?;
    if answer.sources.is_empty() {
        answer.text.clear();
    }
    Ok(answer)
}

/// The same, and where the bot knows nothing about it a draft that says so much and no more, in the language of the
/// question: never empty.
pub async fn suggest_or_draft(
    assist: &Assist,
    actor: &Actor,
    id: ConversationId,
    context: Vec<Turn>,
) -> Result<Answer> {
    let mut answer = suggest(assist, actor, id, context).await?;
    if answer.text.trim().is_empty() {
        answer.text = bot::draft(answer.trace.language.as_deref()).into();
    }
    Ok(answer)
}

/// Shows the agents who are there a proposal for the answer to a user's message, where the bot knows something about
/// it and nobody has answered yet. The job is done when this returns `Ok`.
pub async fn propose(assist: &Assist, job: Lease, id: ConversationId, to: MessageId) -> Result<()> {
    if let Some(asker) = asker(assist, id, to).await? {
        let answer = reply(assist, &question(assist, id).await?, Some(asker)).await?;
        if !answer.sources.is_empty() {
            assist.bus.publish_one(Event::Suggested {
                conversation: id,
                question: to,
                text: answer.text.chars().take(messages::MAX_TEXT).collect(),
                sources: answer.sources,
            });
        }
    }
    job_store::complete(assist, job).await
}

/// Whose message a proposal is wanted for. Nobody reads one where no agent is there: a model is not asked for nothing.
async fn asker(assist: &Assist, id: ConversationId, to: MessageId) -> Result<Option<UserId>> {
    let online = presence::online(assist, id).await;
    let mut staff = online
        .iter()
        .filter(|person| matches!(person.role, Role::Agent | Role::Admin));
    if staff.next().is_none() {
        return Ok(None);
    }
    let row = message::Entity::in_conversation(id)
        .filter(message::Column::Id.eq(to))
        .one(&*assist.db)
        .await?;
    let Some(row) = row.filter(|row| !row.is_deleted) else {
        return Ok(None);
    };
    let answered = message::Entity::in_conversation(id)
        .filter(message::Column::Seq.gt(row.seq))
        .filter(message::Column::Voice.eq(Voice::Agent))
        .one(&*assist.db)
        .await?;
    Ok(answered.is_none().then_some(row.sender_id))
}

async fn reply(assist: &Assist, ask: &Ask, payer: Option<UserId>) -> Result<Answer> {
    assist.replier.answer(assist, ask, payer, &|_: &str| {}).await
}

/// The same from the articles alone, whatever model there is.
async fn quote(assist: &Assist, ask: &Ask) -> Result<Answer> {
    assist.replier.index.refresh(assist).await?;
    let unheard = |_: &str| {};
    let answer = assist.replier.index.replier().reply(ask, &unheard).await;
    answer.map_err(Error::internal)
}

/// The user's newest messages in a row, and what was said before them; a ticket without messages asks by its
/// description.
async fn question(assist: &Assist, id: ConversationId) -> Result<Ask> {
    let rows = message::Entity::in_conversation(id)
        .filter(message::Column::IsDeleted.eq(false))
        .filter(message::Column::Voice.ne(Voice::System))
        .order_by_desc(message::Column::Seq)
        .limit(LOOK_BACK)
        .all(&*assist.db)
        .await?;
    let (mut text, history) = divide(&rows);
    if text.is_empty() {
        let ticket = ticket::Entity::of(id).one(&*assist.db).await?;
        text = ticket.map(|row| row.description).unwrap_or_default();
    }
    Ok(Ask {
        text,
        history,
        locale: questions::shown_language(&rows),
        ..Ask::default()
    })
}

/// The user's newest messages in a row, and the turns before them, out of messages newest first.
fn divide(newest_first: &[message::Model]) -> (String, Vec<Turn>) {
    let is_users = |row: &message::Model| row.voice == Voice::User;
    let begin = newest_first.iter().position(is_users);
    let asked = &newest_first[begin.unwrap_or(newest_first.len())..];
    let end = asked.iter().position(|row| !is_users(row)).unwrap_or(asked.len());
    let (asked, before) = asked.split_at(end);
    let texts: Vec<&str> = asked.iter().rev().map(|row| row.text.as_str()).collect();
    (texts.join("\n"), before.iter().rev().map(turn).collect())
}
