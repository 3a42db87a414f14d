//! Writing messages: policy and validation here, durability and order in the writer.

use crate::Chat;
use crate::access;
use crate::scope::Scope;
use crate::writer::{Change, Draft, NewMessage, Outcome};
use entity::conversation::Kind;
use entity::message::Voice;
use entity::user::Role;
use entity::{AttachmentId, ConversationId, MessageId, message};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::locale::check_tag;
use kernel::message::{Feedback, Message};
use kernel::person::Person;
use platform::job_store::Lease;
use platform::limits::Spend;
use std::sync::Arc;
use tokio::sync::oneshot;

/// A message's text holds at most this many characters, unless its dialect's clients write longer ones.
pub const MAX_TEXT: usize = 4000;

/// How many characters a message's text may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextLimit(usize);

impl TextLimit {
    /// What team chats are used to: 5,000.
    pub const LONG: Self = Self(5000);
}

impl Default for TextLimit {
    fn default() -> Self {
        Self(MAX_TEXT)
    }
}
/// A client's own id of a send holds at most this many characters.
const MAX_CLIENT_ID: usize = 128;
/// An emoji holds at most this many bytes: families and flags fit.
const MAX_EMOJI: usize = 64;

/// Where a message's [`SendMessage::locale`] is kept beside it.
const LOCALE: &str = "locale";

/// The language that the client of a message's sender showed, as a tag; none: it did not say.
pub fn locale(row: &message::Model) -> Option<&str> {
    row.meta.as_ref()?.get(LOCALE)?.as_str()
}

/// Say something in a conversation.
#[derive(Clone, Debug, Default)]
pub struct SendMessage {
    /// 1 character to the limit, or empty with an attachment.
    pub text: String,
    /// How long the text may be.
    pub limit: TextLimit,
    /// The client's own id: a repeat gives the first message again and stores nothing.
    pub client_id: Option<String>,
    /// The message of the same conversation that it quotes.
    pub reply_to: Option<MessageId>,
    /// An upload of the sender's own that no other conversation has.
    pub attachment: Option<AttachmentId>,
    /// Its sender took it from the bot's suggestion.
    pub is_ai: bool,
    /// Whether an answer helped, as its sender's client says from the start.
    pub feedback: Option<Feedback>,
    /// The language that its sender's client shows, as a tag ([`check_tag`]): the bot answers in it where the text does not
    /// tell.
    pub locale: Option<String>,
}

/// A message is stored.
#[derive(Clone, Debug)]
pub struct Sent {
    /// As it was stored, and as its event shows it.
    pub message: Arc<Message>,
    /// False: the same `client_id` was sent before, and this is what it became then.
    pub is_new: bool,
}

/// A message in the writer's queue. Its position in the conversation's order is fixed; await [`Sending::done`] for
/// its durability.
pub struct Sending(oneshot::Receiver<Result<Outcome>>);

/// Sends and waits until the message is durable.
pub async fn send(chat: &Chat, actor: &Actor, id: ConversationId, command: SendMessage) -> Result<Sent> {
    submit(chat, actor, id, command).await?.done().await
}

/// Checks a message and puts it into the writer's queue, without waiting for durability: a socket submits
/// its frames one after the other and has several in flight.
pub async fn submit(chat: &Chat, actor: &Actor, id: ConversationId, command: SendMessage) -> Result<Sending> {
    let scope = access::authorize(chat, actor, id).await?;
    check(&command)?;
    chat.limits.spend(actor, Spend::Message)?;
    Ok(post(chat, actor, &scope, command).await)
}

/// Refuses a message that is out of its limits wherever it is sent.
pub(super) fn check(command: &SendMessage) -> Result<()> {
    let min = usize::from(command.attachment.is_none());
    if command.text.trim().is_empty() && min == 1 {
        return Err(Error::invalid("text", "Message text is required"));
    }
    check_text("text", &command.text, min, command.limit.0)?;
    if let Some(tag) = &command.locale {
        check_tag("locale", tag)?;
    }
    match &command.client_id {
        Some(client_id) => check_text("client_id", client_id, 1, MAX_CLIENT_ID),
        None => Ok(()),
    }
}

/// Renders a checked message and hands it to the writer.
pub(super) async fn post(chat: &Chat, actor: &Actor, scope: &Scope, command: SendMessage) -> Sending {
    let voice = voice(actor, scope);
    let draft = Draft::New(NewMessage {
        id: None,
        conversation: scope.id,
        sender: Person::from(actor),
        voice,
        text: chat.markdown.render(command.text).await,
        client_id: command.client_id,
        reply_to: command.reply_to,
        in_reply_to: None,
        attachment: command.attachment,
        meta: beside(command.is_ai, command.feedback, command.locale),
        joins: voice == Voice::Agent && !scope.has(actor.id),
        reply_after: chat.limits.reply_after(actor),
        completes: None,
    });
    Sending(chat.writer.submit(draft))
}

/// What is kept beside a person's message.
fn beside(is_ai: bool, feedback: Option<Feedback>, locale: Option<String>) -> Option<serde_json::Value> {
    let mut meta = serde_json::Map::new();
    if let Some(tag) = locale {
        meta.insert(LOCALE.into(), tag.into());
    }
    if is_ai {
        meta.insert("is_ai".into(), true.into());
    }
    if let Some(word) = feedback.and_then(Feedback::word) {
        meta.insert("feedback".into(), word.into());
    }
    (!meta.is_empty()).then(|| meta.into())
}

/// The bot's answer to a message: stored once however often it is tried, only while the bot is on, and
/// marking its job as done in the same transaction. None: the bot was switched off meanwhile.
pub async fn answer(
    chat: &Chat,
    bot: &Actor,
    to: (ConversationId, MessageId),
    reply: (MessageId, String, serde_json::Value),
    job: Lease,
) -> Result<Option<Sent>> {
    let (id, text, meta) = reply;
    let draft = Draft::New(NewMessage {
        id: Some(id),
        conversation: to.0,
        sender: Person::from(bot),
        voice: Voice::Bot,
        text: chat.markdown.render(text).await,
        client_id: None,
        reply_to: None,
        in_reply_to: Some(to.1),
        attachment: None,
        meta: Some(meta),
        joins: false,
        reply_after: std::time::Duration::ZERO,
        completes: Some(job),
    });
    match Sending(chat.writer.submit(draft)).outcome().await? {
        Outcome::Stored(message) => Ok(Some(Sent {
            message,
            is_new: true,
        })),
        Outcome::Repeated(message) => Ok(Some(Sent {
            message,
            is_new: false,
        })),
        Outcome::Withheld => Ok(None),
    }
}

impl Sending {
    /// Waits until the message is durable. Its event is published soon after.
    pub async fn done(self) -> Result<Sent> {
        match self.outcome().await? {
            Outcome::Stored(message) => Ok(Sent {
                message,
                is_new: true,
            }),
            Outcome::Repeated(message) => Ok(Sent {
                message,
                is_new: false,
            }),
            Outcome::Withheld => Err(Error::internal(anyhow::anyhow!(
                "only the bot's answers are withheld"
            ))),
        }
    }

    async fn outcome(self) -> Result<Outcome> {
        self.0
            .await
            .map_err(|_| Error::Unavailable("The server is shutting down".into()))?
    }
}

/// Who speaks: staff speak for the company except in a conversation that they began as a customer.
fn voice(actor: &Actor, scope: &Scope) -> Voice {
    match actor.role {
        Role::Bot => Voice::Bot,
        Role::Agent | Role::Admin => {
            let own = scope.created_by == Some(actor.id);
            let serves = matches!(scope.kind, Kind::Support | Kind::Ticket);
            if serves && !own { Voice::Agent } else { Voice::User }
        }
        Role::User | Role::Driver => Voice::User,
    }
}

/// Change the text of an own message.
#[derive(Clone, Debug)]
pub struct EditMessage {
    /// One that the actor wrote and has not deleted.
    pub message: MessageId,
    /// 1 character to the limit.
    pub text: String,
    /// How long the text may be.
    pub limit: TextLimit,
}

/// Take an own message back (an admin: anybody's). It keeps its `seq`, and is empty.
#[derive(Clone, Copy, Debug)]
pub struct DeleteMessage {
    /// One that is not deleted yet.
    pub message: MessageId,
}

/// Put an emoji to a message, or take it back.
#[derive(Clone, Debug)]
pub struct React {
    /// One that the actor sees and that is not deleted.
    pub message: MessageId,
    /// 1–64 bytes without white space.
    pub emoji: String,
    /// Take the actor's own back instead; doing either twice is doing it once.
    pub remove: bool,
}

/// Edits; the author only.
pub async fn edit(chat: &Chat, actor: &Actor, place: Place, command: EditMessage) -> Result<Arc<Message>> {
    if command.text.trim().is_empty() {
        return Err(Error::invalid("text", "Message text is required"));
    }
    check_text("text", &command.text, 1, command.limit.0)?;
    let conversation = changeable(chat, actor, place, command.message).await?;
    let text = chat.markdown.render(command.text).await;
    commit(chat, actor, conversation, command.message, Change::Edit(text)).await
}

/// Deletes; the author, or an admin.
pub async fn delete(
    chat: &Chat,
    actor: &Actor,
    place: Place,
    command: DeleteMessage,
) -> Result<Arc<Message>> {
    change(chat, actor, place, command.message, Change::Delete).await
}

/// Reacts; everybody who sees the conversation.
pub async fn react(chat: &Chat, actor: &Actor, place: Place, command: React) -> Result<Arc<Message>> {
    let emoji = &command.emoji;
    if emoji.is_empty()
        || emoji.len() > MAX_EMOJI
        || emoji.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return Err(Error::invalid(
            "emoji",
            format!("Must be 1 to {MAX_EMOJI} bytes without white space"),
        ));
    }
    let what = Change::React {
        emoji: command.emoji,
        remove: command.remove,
    };
    change(chat, actor, place, command.message, what).await
}

/// The conversation that the client names the message in: a socket changes messages of its own conversation only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In whichever conversation it is stored.
    Anywhere,
    /// In this conversation; a message of another does not exist.
    In(ConversationId),
}

pub(super) async fn change(
    chat: &Chat,
    actor: &Actor,
    place: Place,
    id: MessageId,
    what: Change,
) -> Result<Arc<Message>> {
    let conversation = changeable(chat, actor, place, id).await?;
    commit(chat, actor, conversation, id, what).await
}

/// The conversation of a message that the actor sees, where the client says that it is.
async fn changeable(chat: &Chat, actor: &Actor, place: Place, id: MessageId) -> Result<ConversationId> {
    let row = super::find(chat, actor, id).await?;
    if matches!(place, Place::In(here) if here != row.conversation_id) {
        return Err(Error::no_message());
    }
    chat.limits.spend(actor, Spend::Message)?;
    Ok(row.conversation_id)
}

async fn commit(
    chat: &Chat,
    actor: &Actor,
    conversation: ConversationId,
    message: MessageId,
    what: Change,
) -> Result<Arc<Message>> {
    let draft = Draft::Change {
        conversation,
        message,
        by: Person::from(actor),
        change: what,
    };
    Ok(Sending(chat.writer.submit(draft)).done().await?.message)
}
