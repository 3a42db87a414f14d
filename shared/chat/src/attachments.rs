//! Attachments: taking uploads, handing them out, checking them, and clearing away what nobody sent.

mod open;
mod process;
mod purge;

pub use accounts::tokens::{Lasting, Link};
pub use kernel::attachment::Attachment;
pub use open::{FileBytes, Opened, open};
pub use process::{decode, process};
pub use purge::{Looked, Reconciled, purge_orphans, reconcile_files};

use crate::Chat;
use crate::access;
use crate::message_view;
use crate::policy;
use accounts::tokens;
use bytes::Bytes;
use entity::attachment::{self, State};
use entity::{AttachmentId, ConversationId};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use media::{self, Kind, Rejected};
use platform::files::FilesError;
use platform::job::Job;
use platform::job_store;
use platform::limits::Spend;
use sea_orm::{ActiveModelTrait, EntityTrait};
use uuid::Uuid;

/// A file to be kept.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The name that the client claims; made safe.
    pub file_name: String,
    /// 1 byte to 10 MiB.
    pub bytes: Bytes,
    /// Where it will be sent, if that is known.
    pub conversation: Option<ConversationId>,
}

/// The parts of a key below the attachment's id.
const ORIGINAL: &str = "original";
const THUMBNAIL: &str = "thumbnail";

fn key(id: AttachmentId, part: &str) -> String {
    format!("{}/{part}", id.0.simple())
}

/// Takes a file: sniffed, rid of its metadata, stored, and left to the worker to be decoded. What was sent is never stored
/// as it came. One whose container is broken is rejected here.
pub async fn upload(chat: &Chat, actor: &Actor, command: Upload) -> Result<Attachment> {
    // the file may have been on its way for minutes
    let actor = &tokens::renew(chat, actor).await?;
    chat.limits.spend(actor, Spend::Message)?;
    if let Some(id) = command.conversation {
        access::authorize(chat, actor, id).await?;
    }
    if command.bytes.is_empty() {
        return Err(Error::invalid("file", "File is empty"));
    }
    if command.bytes.len() > media::MAX_FILE_BYTES {
        return Err(Error::FileTooLarge);
    }
    let kind = media::sniff(&command.bytes).ok_or(Error::FileType)?;
    let bytes = command.bytes.clone();
    let cleaned = tokio::task::spawn_blocking(move || media::clean(bytes, kind))
        .await
        .map_err(Error::internal)?;
    let row = new_row(chat, actor, &command, (kind, &cleaned));
    // the row first: bytes that no row names would be nobody's, a row without bytes is an upload that nobody can send
    let active: attachment::ActiveModel = row.clone().into();
    attachment::Entity::insert(active.reset_all())
        .exec_without_returning(&*chat.db)
        .await?;
    if let Ok(bytes) = cleaned {
        chat.files.put(&row.key, bytes).await.map_err(store_error)?;
        let job = Job::ProcessAttachment { attachment: row.id };
        let now = chat.clock.now();
        let jobs = job_store::add(&*chat.db, vec![job_store::intent(&job, now, now)?]).await?;
        chat.push_jobs(jobs);
    }
    Ok(row.into())
}

fn new_row(
    chat: &Chat,
    actor: &Actor,
    command: &Upload,
    (kind, cleaned): (Kind, &Result<Bytes, Rejected>),
) -> attachment::Model {
    let now = chat.clock.now();
    let id = AttachmentId(Uuid::now_v7());
    let size = cleaned.as_ref().unwrap_or(&command.bytes).len();
    attachment::Model {
        id,
        uploader_id: actor.id,
        conversation_id: command.conversation,
        is_attached: false,
        file_name: media::safe_name(&command.file_name, kind),
        file_size: i64::try_from(size).unwrap_or(i64::MAX),
        content_type: kind.content_type().into(),
        state: match cleaned {
            Ok(_) => State::Processing,
            Err(_) => State::Rejected,
        },
        reason: cleaned.as_ref().err().map(ToString::to_string),
        width: None,
        height: None,
        key: key(id, ORIGINAL),
        thumbnail_key: None,
        thumbnail_type: None,
        created_at: now,
        updated_at: now,
    }
}

/// One file, if the actor uploaded it or sees the conversation that it was sent in.
pub async fn get(chat: &Chat, actor: &Actor, id: AttachmentId) -> Result<Attachment> {
    let missing = || Error::NotFound("Attachment".into());
    let row = attachment::Entity::find_by_id(id)
        .one(&*chat.db)
        .await?
        .ok_or_else(missing)?;
    if row.uploader_id != actor.id {
        let place = row
            .conversation_id
            .filter(|_| row.is_attached)
            .ok_or_else(missing)?;
        let scope = access::authorize(chat, actor, place)
            .await
            .map_err(|error| match error {
                Error::NotFound(_) => missing(),
                other => other,
            })?;
        let hidden = policy::before_their_time(actor, &scope);
        if hidden > 0 && !message_view::carries(chat, place, id, hidden).await? {
            return Err(missing());
        }
    }
    Ok(row.into())
}

fn store_error(error: FilesError) -> Error {
    tracing::error!(%error, "the file store failed");
    Error::Unavailable("The file store does not answer".into())
}
