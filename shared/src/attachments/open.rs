//! Links to files, and what is behind them.
//!
//! An `<img>` sends no token, so a link carries its right with it: signed, good for five minutes, and bound to the message
//! that shows the file and to its reader. It is looked at again when it is used: the message must still be there, and its
//! reader must still see the conversation. A frame goes to everybody in a conversation, so its links name no reader; they are
//! dead once anybody stopped taking part after they were made, and whoever may still see the file asks for a new one.

use super::store_error;
use crate::conversations;
use crate::core::Core;
use crate::policy;
use crate::tokens::LINK_TTL;
use bytes::Bytes;
use entity::attachment::{self, State};
use entity::{AttachmentId, MessageId, UserId, message, user};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use platform::files::FilesError;
use sea_orm::EntityTrait;

/// What a link gives a right to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub file: AttachmentId,
    /// The message that shows the file; none where its uploader looks at it before it is sent.
    pub message: Option<MessageId>,
    /// Who may use it; none: everybody who sees the message.
    pub reader: Option<UserId>,
}

impl Link {
    /// The link's query: `exp=…&sig=…`, and what it is bound to.
    pub fn query(&self, core: &Core) -> String {
        let mut query = core.keys.sign_link(self, core.clock.now());
        if let Some(message) = self.message {
            query.push_str(&format!("&message={message}"));
        }
        if let Some(reader) = self.reader {
            query.push_str(&format!("&reader={reader}"));
        }
        query
    }
}

/// A file's bytes, behind a signed link.
#[derive(Clone, Debug)]
pub struct FileBytes {
    pub bytes: Bytes,
    pub content_type: String,
    pub file_name: String,
}

/// What a good link leads to.
#[derive(Clone, Debug)]
pub enum Opened {
    File(FileBytes),
    /// It has not been checked yet, and nobody is given it until then.
    Processing,
}

/// Reads a file or its thumbnail for the holder of a signed link. Nothing is handed out that was not cleaned and decoded.
///
/// # Errors
///
/// `Forbidden` for a link that is wrong or no longer good; `NotFound` for a file that was rejected or is gone.
pub async fn open(core: &Core, link: &Link, thumbnail: bool, exp: i64, sig: &str) -> Result<Opened> {
    core.keys.verify_link(link, exp, sig, core.clock.now())?;
    let missing = || Error::NotFound("File".into());
    let row = attachment::Entity::find_by_id(link.file)
        .one(&*core.db)
        .await?
        .ok_or_else(missing)?;
    if !may_open(core, link, &row, exp).await? {
        return Err(refused());
    }
    match row.state {
        State::Processing => return Ok(Opened::Processing),
        State::Rejected => return Err(missing()),
        State::Ready => {}
    }
    let (key, content_type) = if thumbnail {
        (
            row.thumbnail_key.ok_or_else(missing)?,
            row.thumbnail_type.ok_or_else(missing)?,
        )
    } else {
        (row.key, row.content_type)
    };
    let bytes = core.files.get(&key).await.map_err(|error| match error {
        FilesError::NotFound(_) => missing(),
        other => store_error(other),
    })?;
    Ok(Opened::File(FileBytes {
        bytes,
        content_type,
        file_name: row.file_name,
    }))
}

/// The one answer to links that are wrong, over, or no longer their holder's.
pub(crate) fn refused() -> Error {
    Error::Forbidden("The link is invalid or has expired".into())
}

/// Whether what the link is bound to still holds.
async fn may_open(core: &Core, link: &Link, row: &attachment::Model, exp: i64) -> Result<bool> {
    let reader = match link.reader {
        None => None,
        Some(id) => match user::Entity::find_by_id(id).one(&*core.db).await? {
            Some(user) if user.disabled_at.is_none() => Some(Actor::of(&user)),
            _ => return Ok(false),
        },
    };
    let Some(shown) = link.message else {
        return match reader {
            Some(reader) => sees(core, &reader, row.id).await,
            // bound to nothing, it would be anybody's
            None => Ok(false),
        };
    };
    let carrier = message::Entity::find_by_id(shown).one(&*core.db).await?;
    let Some(carrier) = carrier.filter(|carrier| carrier.attachment_id == Some(row.id)) else {
        return Ok(false);
    };
    let place = carrier.conversation_id;
    let holds = match &reader {
        Some(reader) => conversations::authorize(core, reader, place)
            .await
            .map(|scope| carrier.seq > policy::before_their_time(reader, &scope)),
        None => conversations::scope(core, place).await.map(|scope| {
            let made = exp - LINK_TTL.num_seconds();
            scope.people_left_at.is_none_or(|left| left.timestamp() < made)
        }),
    };
    match holds {
        Err(Error::NotFound(_)) => Ok(false),
        holds => holds,
    }
}

/// Whether the file itself is this reader's to see: its uploader's, and the conversation's that it was sent in.
async fn sees(core: &Core, reader: &Actor, file: AttachmentId) -> Result<bool> {
    match super::get(core, reader, file).await {
        Ok(_) => Ok(true),
        Err(Error::NotFound(_)) => Ok(false),
        Err(other) => Err(other),
    }
}
