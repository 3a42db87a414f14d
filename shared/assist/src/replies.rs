//! The bot at work: which message it answers, with what, and the wait for its reply.
//!
//! The worker calls [`reply`]; the answer goes through the writer like a person's message, so every dialect
//! sees it.

mod calls;
mod follow_ups;
mod proposals;
mod questions;
mod summaries;
mod trace;

pub use follow_ups::FollowUps;
pub use proposals::{MAX_QUESTION, answer_question, propose, suggest, suggest_or_draft, try_question};
pub use summaries::summarize;
pub use trace::{MAX_TRACED, TracedAnswer, trace};

use crate::Assist;
use crate::knowledge::Index;
use accounts::tokens;
use bot::{Answer, Ask, Deltas, OpenAiConfig, OpenAiReplier, Replier, Turn, TurnRole};
use calls::Calls;
use chat::access;
use chat::message_view::attach_details;
use chat::messages;
use desk::work;
use entity::message::Voice;
use entity::{ConversationId, MessageId, UserId, message};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::event::Event;
use kernel::message::Message;
use kernel::settings::Settings;
use platform::job::Job;
use platform::job::policy::MODEL_TIMEOUT;
use platform::job_store::{self, Lease};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// What finds the bot's answers.
pub struct BotReplier {
    index: Index,
    /// What phrases the answers; none: they are quoted.
    model: Option<OpenAiReplier>,
}

/// Earlier messages that a replier is given.
const HISTORY: u64 = 10;

impl BotReplier {
    /// Chooses the replier.
    pub fn open(settings: &Settings) -> Result<Self> {
        let index = Index::new();
        let model = settings.llm.as_ref().map(|llm| {
            let config = OpenAiConfig {
                base_url: llm.base_url.clone(),
                model: llm.model.clone(),
                api_key: llm.api_key.clone(),
                timeout: MODEL_TIMEOUT,
            };
            OpenAiReplier::new(config, index.replier().clone()).map_err(Error::internal)
        });
        let model = model.transpose()?;
        Ok(Self { index, model })
    }

    /// Answers from the articles as they are now; a model's calls are counted as this person's, if they are somebody's.
    async fn answer(
        &self,
        assist: &Assist,
        ask: &Ask,
        payer: Option<UserId>,
        deltas: &Deltas<'_>,
    ) -> Result<Answer> {
        self.index.refresh(assist).await?;
        match &self.model {
            Some(model) => Ok(model.reply_within(ask, &Calls { assist, payer }, deltas).await),
            None => self
                .index
                .replier()
                .reply(ask, deltas)
                .await
                .map_err(Error::internal),
        }
    }

    /// The articles as they are searched.
    pub(crate) fn index(&self) -> &Index {
        &self.index
    }
}

/// Answers a user's message and all that they wrote since, once, as the reply to the newest. Does nothing where the bot
/// was switched off, the message was deleted, or the newest is answered already. The job is done when this returns `Ok`.
pub async fn reply(
    assist: &Assist,
    job: Lease,
    conversation: ConversationId,
    question: MessageId,
) -> Result<()> {
    let Some(asked) = questions::unanswered(assist, conversation, question).await? else {
        return Ok(job_store::done(&*assist.db, &[job], assist.clock.now()).await?);
    };
    assist.bus.publish_one(Event::BotTyped { conversation });
    let ask = Ask {
        history: asked.history,
        user_name: Some(row_sender(assist, &asked.newest).await?),
        locale: asked.locale,
        text: asked.text,
    };
    let id = MessageId(Uuid::now_v7());
    let index = AtomicU32::new(0);
    let stream = |text: &str| {
        let index = index.fetch_add(1, Ordering::Relaxed);
        assist.bus.publish_one(Event::BotStreamed {
            conversation,
            message: id,
            index,
            text: text.to_owned(),
        });
    };
    let payer = Some(asked.newest.sender_id);
    let answer = assist.replier.answer(assist, &ask, payer, &stream).await?;
    // before the answer, which ends the job: a crash between the two must not forget it
    if answer.handoff {
        work::ask_for_person(assist, conversation, None).await?;
    }
    let (text, meta) = stored(answer)?;
    messages::answer(
        assist,
        assist.bot.account()?,
        (conversation, asked.newest.id),
        (id, text, meta),
        job,
    )
    .await?;
    Ok(())
}

/// An earlier message as a replier is given it.
fn turn(row: &message::Model) -> Turn {
    Turn {
        role: match row.voice {
            Voice::Bot => TurnRole::Bot,
            Voice::Agent | Voice::System => TurnRole::Agent,
            Voice::User => TurnRole::User,
        },
        text: row.text.clone(),
    }
}

async fn row_sender(assist: &Assist, row: &message::Model) -> Result<String> {
    let people = accounts::users::people(&*assist.db, std::iter::once(row.sender_id)).await?;
    Ok(people
        .get(&row.sender_id)
        .map(|person| person.name.to_string())
        .unwrap_or_default())
}

/// The text, and what is kept beside it. A text over the limit of a message is cut at a character.
fn stored(answer: Answer) -> Result<(String, serde_json::Value)> {
    // a model may say anything, but Postgres stores no NUL
    let text = answer.text.chars().filter(|c| *c != '\0');
    let text = text.take(messages::MAX_TEXT).collect();
    let meta = serde_json::json!({
        "sources": answer.sources,
        "prompts": answer.prompts,
        "handoff": answer.handoff,
        "trace": answer.trace,
    });
    Ok((text, meta))
}

/// The bot's reply to the newest user message, waiting for the worker. None: it has not come by then.
pub async fn wait(
    assist: &Assist,
    actor: &Actor,
    id: ConversationId,
    patience: Duration,
) -> Result<Option<Message>> {
    wait_for(assist, actor, id, patience, Taken::Anywhere).await
}

/// The same for a client that takes the answer from here: its sockets are not to show it a second time.
pub async fn take(
    assist: &Assist,
    actor: &Actor,
    id: ConversationId,
    patience: Duration,
) -> Result<Option<Message>> {
    wait_for(assist, actor, id, patience, Taken::Here).await
}

async fn wait_for(
    assist: &Assist,
    actor: &Actor,
    id: ConversationId,
    patience: Duration,
    taken: Taken,
) -> Result<Option<Message>> {
    access::authorize(assist, actor, id).await?;
    let deadline = tokio::time::Instant::now() + patience;
    let mut watch = assist.watchers.watch(id);
    let mut asked = None;
    loop {
        watch.mark();
        // looked for each time: who writes more meanwhile gets one answer to all of it
        let question = questions::newest(assist, id)
            .await?
            .ok_or_else(|| Error::Conflict {
                code: "no_user_message",
                field: None,
                detail: "No user message found in conversation".into(),
            })?;
        if let Some(row) = questions::answer_to(assist, question.id).await? {
            return Ok(attach_details(&*assist.db, vec![row]).await?.pop());
        }
        if asked != Some(question.id) {
            if taken == Taken::Here {
                claim_answer(assist, actor, question.id);
            }
            ask(assist, &question).await?;
            asked = Some(question.id);
        }
        if tokio::time::Instant::now() >= deadline {
            return Ok(None);
        }
        watch.wait(deadline).await;
        // a removal or a sign-out while waiting ends the wait with a refusal
        let actor = tokens::renew(assist, actor).await?;
        access::authorize(assist, &actor, id).await?;
    }
}

/// Where a client takes the bot's answer from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    /// Wherever it comes first: its sockets show it too.
    Anywhere,
    /// From the request that waits.
    Here,
}

/// The client of this sign-in takes the answer to a question from a request, not from its sockets.
pub fn claim_answer(assist: &Assist, actor: &Actor, question: MessageId) {
    if let Some(session) = actor.session {
        assist.bus.publish_one(Event::AnswerAwaited { question, session });
    }
}

/// Makes sure that the reply is on its way: the message may be older than the bot's being switched on, and
/// its job may have been done without a reply while the bot was off.
async fn ask(assist: &Assist, question: &message::Model) -> Result<()> {
    if !questions::bot_is_on(assist, question.conversation_id).await? {
        let detail = "The bot is switched off in this conversation".into();
        return Err(Error::Conflict {
            code: "bot_off",
            field: None,
            detail,
        });
    }
    job_store::enqueue_again(
        assist,
        &Job::ReplyAsBot {
            conversation: question.conversation_id,
            message: question.id,
            seq: question.seq,
        },
    )
    .await
}
