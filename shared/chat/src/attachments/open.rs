//! Links to files, and what is behind them.
//!
//! An `<img>` sends no token, so a link carries its right with it: signed, good for five minutes (or a day, for clients that keep it), and bound to the message
//! that shows the file and to its reader. It is looked at again when it is used: the message must still be there, and its
//! reader must still see the conversation. A frame goes to everybody in a conversation, so its links name no reader; they are
//! dead once anybody stopped taking part after they were made, and whoever may still see the file asks for a new one.

use super::store_error;
use crate::Chat;
use crate::access;
use crate::policy;
use crate::scope;
use accounts::tokens::{Link, refused};
use bytes::Bytes;
use entity::attachment::{self, State};
use entity::{AttachmentId, message, user};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use platform::files::FilesError;
use sea_orm::EntityTrait;

/// A file's bytes, behind a signed link.
#[derive(Clone, Debug)]
pub struct FileBytes {
    /// The whole file, cleaned; or its thumbnail, where that was asked for.
    pub bytes: Bytes,
    /// The media type that was found in the bytes, not the one that the uploader claimed.
    pub content_type: String,
    /// A safe name to offer for a download.
    pub file_name: String,
}

/// What a good link leads to.
#[derive(Clone, Debug)]
pub enum Opened {
    /// A file that was checked.
    File(FileBytes),
    /// It has not been checked yet, and nobody is given it until then.
    Processing,
}

/// Reads a file or its thumbnail for the holder of a signed link. Nothing is handed out that was not cleaned and decoded.
///
/// # Errors
///
/// `Forbidden` for a link that is wrong or no longer good; `NotFound` for a file that was rejected or is gone.
pub async fn open(chat: &Chat, link: &Link, thumbnail: bool, exp: i64, sig: &str) -> Result<Opened> {
    chat.keys.verify_link(link, exp, sig, chat.clock.now())?;
    let missing = || Error::NotFound("File".into());
    let row = attachment::Entity::find_by_id(link.file)
        .one(&*chat.db)
        .await?
        .ok_or_else(missing)?;
    if !may_open(chat, link, &row, exp).await? {
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
    let bytes = chat.files.get(&key).await.map_err(|error| match error {
        FilesError::NotFound(_) => missing(),
        other => store_error(other),
    })?;
    Ok(Opened::File(FileBytes {
        bytes,
        content_type,
        file_name: row.file_name,
    }))
}

/// Whether what the link is bound to still holds.
async fn may_open(chat: &Chat, link: &Link, row: &attachment::Model, exp: i64) -> Result<bool> {
    let reader = match link.reader {
        None => None,
        Some(id) => match user::Entity::find_by_id(id).one(&*chat.db).await? {
            Some(user) if user.disabled_at.is_none() => Some(Actor::of(&user)),
            _ => return Ok(false),
        },
    };
    let Some(shown) = link.message else {
        return match reader {
            Some(reader) => sees(chat, &reader, row.id).await,
            // bound to nothing, it would be anybody's
            None => Ok(false),
        };
    };
    let carrier = message::Entity::find_by_id(shown).one(&*chat.db).await?;
    let Some(carrier) = carrier.filter(|carrier| carrier.attachment_id == Some(row.id)) else {
        return Ok(false);
    };
    let place = carrier.conversation_id;
    let holds = match &reader {
        Some(reader) => access::authorize(chat, reader, place)
            .await
            .map(|scope| carrier.seq > policy::before_their_time(reader, &scope)),
        None => scope::scope(chat, place).await.map(|scope| {
            let made = exp - link.lasting.time().num_seconds();
            scope.people_left_at.is_none_or(|left| left.timestamp() < made)
        }),
    };
    match holds {
        Err(Error::NotFound(_)) => Ok(false),
        holds => holds,
    }
}

/// Whether the file itself is this reader's to see: its uploader's, and the conversation's that it was sent in.
async fn sees(chat: &Chat, reader: &Actor, file: AttachmentId) -> Result<bool> {
    match super::get(chat, reader, file).await {
        Ok(_) => Ok(true),
        Err(Error::NotFound(_)) => Ok(false),
        Err(other) => Err(other),
    }
}
