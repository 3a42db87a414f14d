//! Changing a conversation: what it is called, whether the bot answers, and the work on it, together.

use super::{ChangeWork, DeskTransaction, change};
use chat::Chat;
use chat::conversations::{self, Conversation, check_title};
use chat::{access, policy};
use entity::ConversationId;
use entity::conversation::Kind;
use kernel::actor::Actor;
use kernel::error::{Error, Result};

/// Change a conversation; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct UpdateConversation {
    /// Whether the bot answers; it can be switched on in a customer's own conversation only.
    pub bot_on: Option<bool>,
    /// 1–200 characters.
    pub title: Option<String>,
    /// Whether it is put away: clients are shown the mark, and nothing else changes.
    pub is_archived: Option<bool>,
    /// Agents and admins, in a customer's conversation or a ticket's.
    pub work: ChangeWork,
}

/// Renames and archives: its owner, agents and admins. Switches the bot: the same, until a person was asked for or has
/// come; then it is the desk's. Changes the work on it: agents and admins.
pub async fn update(
    chat: &Chat,
    actor: &Actor,
    id: ConversationId,
    command: UpdateConversation,
) -> Result<Conversation> {
    let scope = access::authorize(chat, actor, id).await?;
    policy::manage(actor, &scope)?;
    let title = match &command.title {
        Some(title) => Some(check_title(chat, actor, title)?),
        None => None,
    };
    if title.as_deref() == Some("") {
        return Err(Error::invalid("title", "This field may not be blank."));
    }
    if command.bot_on == Some(true) && scope.kind != Kind::Support {
        return Err(Error::invalid(
            "bot",
            "The bot answers in a customer's own conversation only",
        ));
    }
    change::check(chat, actor, &scope, &command.work).await?;
    let mut desk = DeskTransaction::open(chat, id).await?;
    if let Some(title) = title {
        desk.rename(actor, title).await?;
    }
    if let Some(on) = command.bot_on {
        desk.switch_bot(actor, on).await?;
    }
    if let Some(archived) = command.is_archived {
        desk.row.is_archived = archived;
    }
    desk.change(actor, command.work).await?;
    desk.finish().await?;
    conversations::get(chat, actor, id).await
}
