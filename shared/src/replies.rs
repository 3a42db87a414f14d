//! The bot at work: which message it answers, with what, and the wait for its reply.
//!
//! The worker calls [`reply`]; the answer goes through the writer like a person's message, so every dialect
//! sees it.

mod proposals;
mod trace;

pub use proposals::{answer_question, propose, suggest, try_question};
pub use trace::{MAX_TRACED, TracedAnswer, trace};

use crate::actor::Actor;
use crate::bot::{
    Answer, Ask, KnowledgeBase, KnowledgeReplier, OpenAiConfig, OpenAiReplier, Replier, Turn, TurnRole,
};
use crate::clock::Clock;
use crate::conversations;
use crate::core::Core;
use crate::desk;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::job::Job;
use crate::knowledge;
use crate::messages::{self, Message, attach_details};
use crate::settings::Settings;
use crate::store::db::Db;
use crate::store::outbox::{self, Lease};
use entity::conversation;
use entity::message::Voice;
use entity::user::{self, Role};
use entity::{ConversationId, MessageId, message};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use uuid::Uuid;

/// The bot: its account and what finds its answers.
pub struct Bot {
    pub account: Actor,
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
    /// Makes the bot's account where it is missing, and chooses the replier.
    pub async fn open(settings: &Settings, db: &Db, clock: &Clock) -> Result<Self> {
        let mut row = crate::users::new_row("bot", Role::Bot, clock.now());
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
        let knowledge = Arc::new(KnowledgeReplier::new(Arc::new(KnowledgeBase::build(
            crate::bot::shipped_articles(),
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
            account: Actor::of(&account),
            knowledge,
            replier,
            version: Mutex::new(None),
        })
    }

    /// Takes in articles that were added, changed or removed since, on whichever instance.
    async fn refresh(&self, core: &Core) -> Result<()> {
        let mut known = self.version.lock().await;
        let current = knowledge::version(core).await?;
        if known.as_ref() != Some(&current) {
            let mut articles = crate::bot::shipped_articles();
            articles.extend(knowledge::all(core).await?);
            let built = tokio::task::spawn_blocking(move || KnowledgeBase::build(articles)).await;
            self.knowledge.replace(Arc::new(built.map_err(Error::internal)?));
            *known = Some(current);
        }
        Ok(())
    }
}

/// Answers a user's message, once. Does nothing where the bot was switched off, the message was deleted, or
/// it is answered already. The job is done when this returns `Ok`.
pub async fn reply(core: &Core, job: Lease, conversation: ConversationId, question: MessageId) -> Result<()> {
    let Some(row) = open_question(core, conversation, question).await? else {
        return Ok(outbox::done(&*core.db, &[job], core.clock.now()).await?);
    };
    core.bus.publish_one(Event::BotTyped { conversation });
    core.bot.refresh(core).await?;
    let ask = Ask {
        history: history(core, &row).await?,
        user_name: Some(row_sender(core, &row).await?),
        locale: None,
        text: row.text,
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
        &core.bot.account,
        (conversation, question),
        (id, text, meta),
        job,
    )
    .await?;
    Ok(())
}

/// The question, if it still wants an answer.
async fn open_question(
    core: &Core,
    id: ConversationId,
    question: MessageId,
) -> Result<Option<message::Model>> {
    let on: Option<bool> = conversation::Entity::find_by_id(id)
        .select_only()
        .column(conversation::Column::BotOn)
        .into_tuple()
        .one(&*core.db)
        .await?;
    if on != Some(true) || answer_to(core, question).await?.is_some() {
        return Ok(None);
    }
    let row = message::Entity::in_conversation(id)
        .filter(message::Column::Id.eq(question))
        .one(&*core.db)
        .await?;
    Ok(row.filter(|row| !row.is_deleted && row.voice == Voice::User))
}

async fn answer_to(core: &Core, question: MessageId) -> Result<Option<message::Model>> {
    let answer = message::Entity::find()
        .filter(message::Column::InReplyTo.eq(question))
        .filter(message::Column::SenderId.eq(core.bot.account.id))
        .one(&*core.db)
        .await?;
    Ok(answer)
}

async fn history(core: &Core, question: &message::Model) -> Result<Vec<Turn>> {
    let mut rows = message::Entity::in_conversation(question.conversation_id)
        .filter(message::Column::Seq.lt(question.seq))
        .filter(message::Column::Voice.ne(Voice::System))
        .order_by_desc(message::Column::Seq)
        .limit(HISTORY)
        .all(&*core.db)
        .await?;
    rows.reverse();
    let turns = rows.iter().filter(|row| !row.is_deleted).map(turn);
    Ok(turns.collect())
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
    let newest = message::Entity::in_conversation(id)
        .filter(message::Column::Voice.eq(Voice::User))
        .filter(message::Column::IsDeleted.eq(false))
        .order_by_desc(message::Column::Seq)
        .one(&*core.db)
        .await?;
    let question = newest.ok_or_else(|| Error::Conflict {
        code: "no_user_message",
        field: None,
        detail: "No user message found in conversation".into(),
    })?;
    let deadline = tokio::time::Instant::now() + patience;
    let mut watch = core.watchers.watch(id);
    let mut asked = false;
    loop {
        watch.mark();
        if let Some(row) = answer_to(core, question.id).await? {
            return Ok(attach_details(&*core.db, vec![row]).await?.pop());
        }
        if !asked {
            ask(core, &question).await?;
            asked = true;
        }
        if tokio::time::Instant::now() >= deadline {
            return Ok(None);
        }
        watch.wait(deadline).await;
    }
}

/// Makes sure that the reply is on its way: the message may be older than the bot's being switched on, and
/// its job may have been done without a reply while the bot was off.
async fn ask(core: &Core, question: &message::Model) -> Result<()> {
    let on: Option<bool> = conversation::Entity::find_by_id(question.conversation_id)
        .select_only()
        .column(conversation::Column::BotOn)
        .into_tuple()
        .one(&*core.db)
        .await?;
    if on != Some(true) {
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
