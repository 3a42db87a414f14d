//! The bot at work: which message it answers, with what, and the wait for its reply.
//!
//! The worker calls [`reply`]; the answer goes through the writer like a person's message, so every dialect
//! sees it.

mod follow_ups;
mod proposals;
mod questions;
mod trace;

pub(crate) use follow_ups::FollowUps;
pub use proposals::{answer_question, propose, suggest, try_question};
pub use trace::{MAX_TRACED, TracedAnswer, trace};

use crate::conversations;
use crate::core::Core;
use crate::desk;
use crate::job::Job;
use crate::knowledge;
use crate::messages::{self, Message, attach_details};
use crate::store::outbox::{self, Lease};
use crate::tokens;
use bot::{
    Answer, Ask, KnowledgeBase, KnowledgeReplier, OpenAiConfig, OpenAiReplier, Replier, Turn, TurnRole,
};
use chrono::{DateTime, Utc};
use entity::message::Voice;
use entity::user::{self, Role};
use entity::{ConversationId, MessageId, message};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::event::Event;
use kernel::settings::Settings;
use platform::db::Db;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Mutex;
use uuid::Uuid;

/// The bot: its account and what finds its answers.
pub struct Bot {
    /// None until the database was there.
    account: OnceLock<Actor>,
    knowledge: Arc<KnowledgeReplier>,
    replier: Arc<dyn Replier>,
    /// Which state of the articles the knowledge base was built from.
    version: Mutex<Option<knowledge::Version>>,
}

/// A model that has not answered by then is given up for the knowledge base.
pub const MODEL_TIMEOUT: Duration = Duration::from_secs(20);
/// Earlier messages that a replier is told.
const HISTORY: u64 = 10;

impl Bot {
    /// Chooses the replier.
    pub fn open(settings: &Settings) -> Result<Self> {
        let knowledge = Arc::new(KnowledgeReplier::new(Arc::new(KnowledgeBase::build(
            bot::shipped_articles(),
        ))));
        let replier: Arc<dyn Replier> = match &settings.llm {
            None => knowledge.clone(),
            Some(llm) => {
                let config = OpenAiConfig {
                    base_url: llm.base_url.clone(),
                    model: llm.model.clone(),
                    api_key: llm.api_key.clone(),
                    timeout: MODEL_TIMEOUT,
                };
                Arc::new(OpenAiReplier::new(config, knowledge.clone()).map_err(Error::internal)?)
            }
        };
        Ok(Self {
            account: OnceLock::new(),
            knowledge,
            replier,
            version: Mutex::new(None),
        })
    }

    /// The bot's account.
    ///
    /// # Errors
    ///
    /// `Unavailable` as long as the database has not been there since the start.
    pub fn account(&self) -> Result<&Actor> {
        self.account
            .get()
            .ok_or_else(|| Error::Unavailable("The database does not answer".into()))
    }

    /// Makes the account where it is missing, and reads it.
    pub(crate) async fn prepare(&self, db: &Db, now: DateTime<Utc>) -> Result<()> {
        let mut row = crate::users::new_row("bot", Role::Bot, now);
        row.full_name = Set(Some("CRM Assistant".into()));
        user::Entity::insert(row)
            .on_conflict(
                OnConflict::column(user::Column::UsernameKey)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&**db)
            .await?;
        let account = user::Entity::named("bot")
            .one(&**db)
            .await?
            .filter(|user| user.role == Role::Bot);
        let account =
            account.ok_or_else(|| Error::internal(anyhow::anyhow!("the name `bot` is somebody else's")))?;
        // a second preparation finds the same
        let _ = self.account.set(Actor::of(&account));
        Ok(())
    }

    /// Takes in articles that were added, changed or removed since, on whichever instance.
    async fn refresh(&self, core: &Core) -> Result<()> {
        let mut known = self.version.lock().await;
        let current = knowledge::version(core).await?;
        if known.as_ref() != Some(&current) {
            let mut articles = bot::shipped_articles();
            articles.extend(knowledge::all(core).await?);
            let built = tokio::task::spawn_blocking(move || KnowledgeBase::build(articles)).await;
            self.knowledge.replace(Arc::new(built.map_err(Error::internal)?));
            *known = Some(current);
        }
        Ok(())
    }
}

/// Answers a user's message and all that they wrote since, once, as the reply to the newest. Does nothing where the bot
/// was switched off, the message was deleted, or the newest is answered already. The job is done when this returns `Ok`.
pub async fn reply(core: &Core, job: Lease, conversation: ConversationId, question: MessageId) -> Result<()> {
    let Some(asked) = questions::unanswered(core, conversation, question).await? else {
        return Ok(outbox::done(&*core.db, &[job], core.clock.now()).await?);
    };
    core.bus.publish_one(Event::BotTyped { conversation });
    core.bot.refresh(core).await?;
    let ask = Ask {
        history: asked.history,
        user_name: Some(row_sender(core, &asked.newest).await?),
        locale: None,
        text: asked.text,
    };
    let id = MessageId(Uuid::now_v7());
    let index = AtomicU32::new(0);
    let stream = |text: &str| {
        let index = index.fetch_add(1, Ordering::Relaxed);
        core.bus.publish_one(Event::BotStreamed {
            conversation,
            message: id,
            index,
            text: text.to_owned(),
        });
    };
    let answer = core
        .bot
        .replier
        .reply(&ask, &stream)
        .await
        .map_err(Error::internal)?;
    // before the answer, which ends the job: a crash between the two must not forget it
    if answer.handoff {
        desk::ask_for_person(core, conversation, None).await?;
    }
    let (text, meta) = stored(answer)?;
    messages::answer(
        core,
        core.bot.account()?,
        (conversation, asked.newest.id),
        (id, text, meta),
        job,
    )
    .await?;
    Ok(())
}

/// An earlier message as a replier is told of it.
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

async fn row_sender(core: &Core, row: &message::Model) -> Result<String> {
    let people = crate::users::people(&*core.db, std::iter::once(row.sender_id)).await?;
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
    core: &Core,
    actor: &Actor,
    id: ConversationId,
    patience: Duration,
) -> Result<Option<Message>> {
    conversations::authorize(core, actor, id).await?;
    let deadline = tokio::time::Instant::now() + patience;
    let mut watch = core.watchers.watch(id);
    let mut asked = None;
    loop {
        watch.mark();
        // looked for each time: who writes more meanwhile gets one answer to all of it
        let question = questions::newest(core, id)
            .await?
            .ok_or_else(|| Error::Conflict {
                code: "no_user_message",
                field: None,
                detail: "No user message found in conversation".into(),
            })?;
        if let Some(row) = questions::answer_to(core, question.id).await? {
            return Ok(attach_details(&*core.db, vec![row]).await?.pop());
        }
        if asked != Some(question.id) {
            ask(core, &question).await?;
            asked = Some(question.id);
        }
        if tokio::time::Instant::now() >= deadline {
            return Ok(None);
        }
        watch.wait(deadline).await;
        // a removal or a sign-out while waiting ends the wait with a refusal
        let actor = tokens::renew(core, actor).await?;
        conversations::authorize(core, &actor, id).await?;
    }
}

/// Makes sure that the reply is on its way: the message may be older than the bot's being switched on, and
/// its job may have been done without a reply while the bot was off.
async fn ask(core: &Core, question: &message::Model) -> Result<()> {
    if !questions::bot_is_on(core, question.conversation_id).await? {
        let detail = "The bot is switched off in this conversation".into();
        return Err(Error::Conflict {
            code: "bot_off",
            field: None,
            detail,
        });
    }
    outbox::enqueue_again(
        core,
        &Job::ReplyAsBot {
            conversation: question.conversation_id,
            message: question.id,
            seq: question.seq,
        },
    )
    .await
}
