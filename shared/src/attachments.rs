//! Attachments: taking uploads, handing them out, checking them, and clearing away what nobody sent.

use crate::actor::Actor;
use crate::conversations;
use crate::core::Core;
use crate::error::{Error, Result};
use crate::event::Person;
use crate::job::Job;
use crate::limits::Spend;
use crate::media::{self, Kind};
use crate::store::outbox::{self, Lease};
use crate::store::writer::{Change, Draft};
use crate::webhooks::{self, Occurrence};
use crate::{messages, policy};
use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use entity::attachment::{self, State};
use entity::{AttachmentId, ConversationId, UserId, message};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An uploaded file as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: AttachmentId,
    pub uploader: UserId,
    pub conversation: Option<ConversationId>,
    pub file_name: String,
    /// Bytes.
    pub file_size: i64,
    pub content_type: String,
    pub state: State,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// Pixels, as displayed.
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub has_thumbnail: bool,
    pub created_at: DateTime<Utc>,
}

impl From<attachment::Model> for Attachment {
    fn from(row: attachment::Model) -> Self {
        Self {
            id: row.id,
            uploader: row.uploader_id,
            conversation: row.conversation_id,
            file_name: row.file_name,
            file_size: row.file_size,
            content_type: row.content_type,
            state: row.state,
            reason: row.reason,
            width: row.width,
            height: row.height,
            has_thumbnail: row.thumbnail_key.is_some(),
            created_at: row.created_at,
        }
    }
}

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

/// Takes a file: sniffed, stored, and left to the worker to be checked.
pub async fn upload(core: &Core, actor: &Actor, command: Upload) -> Result<Attachment> {
    core.limits.spend(actor, Spend::Message)?;
    if let Some(id) = command.conversation {
        conversations::authorize(core, actor, id).await?;
    }
    if command.bytes.is_empty() {
        return Err(Error::invalid("file", "File is empty"));
    }
    if command.bytes.len() > media::MAX_FILE_BYTES {
        return Err(Error::FileTooLarge);
    }
    let kind = media::sniff(&command.bytes).ok_or(Error::FileType)?;
    let row = new_row(core, actor, &command, kind);
    // the bytes first: a row without bytes would be a broken link, bytes without a row are an orphan
    core.files
        .put(&row.key, command.bytes)
        .await
        .map_err(store_error)?;
    let job = Job::ProcessAttachment { attachment: row.id };
    let now = core.clock.now();
    let tx = core.db.begin().await?;
    let active: attachment::ActiveModel = row.clone().into();
    attachment::Entity::insert(active.reset_all())
        .exec_without_returning(&*tx)
        .await?;
    let jobs = outbox::add(&*tx, vec![outbox::intent(&job, now, now)?]).await?;
    tx.commit().await?;
    core.push_jobs(jobs);
    Ok(row.into())
}

fn new_row(core: &Core, actor: &Actor, command: &Upload, kind: Kind) -> attachment::Model {
    let now = core.clock.now();
    let id = AttachmentId(Uuid::now_v7());
    attachment::Model {
        id,
        uploader_id: actor.id,
        conversation_id: command.conversation,
        is_attached: false,
        file_name: media::safe_name(&command.file_name, kind),
        file_size: i64::try_from(command.bytes.len()).unwrap_or(i64::MAX),
        content_type: kind.content_type().into(),
        state: State::Processing,
        reason: None,
        width: None,
        height: None,
        key: format!("{}/original", id.0.simple()),
        thumbnail_key: None,
        thumbnail_type: None,
        created_at: now,
        updated_at: now,
    }
}

/// One file, if the actor uploaded it or sees the conversation that it was sent in.
pub async fn get(core: &Core, actor: &Actor, id: AttachmentId) -> Result<Attachment> {
    let missing = || Error::NotFound("Attachment".into());
    let row = attachment::Entity::find_by_id(id)
        .one(&*core.db)
        .await?
        .ok_or_else(missing)?;
    if row.uploader_id != actor.id {
        let place = row
            .conversation_id
            .filter(|_| row.is_attached)
            .ok_or_else(missing)?;
        let scope = conversations::authorize(core, actor, place)
            .await
            .map_err(|_| missing())?;
        let hidden = policy::before_their_time(actor, &scope);
        if hidden > 0 && !messages::carries(core, place, id, hidden).await? {
            return Err(missing());
        }
    }
    Ok(row.into())
}

/// A file's bytes, behind a signed link.
#[derive(Clone, Debug)]
pub struct FileBytes {
    pub bytes: Bytes,
    pub content_type: String,
    pub file_name: String,
}

/// Reads a file or its thumbnail for the holder of a signed link.
pub async fn open(core: &Core, id: AttachmentId, thumbnail: bool, exp: i64, sig: &str) -> Result<FileBytes> {
    core.keys.verify_link(id, exp, sig, core.clock.now())?;
    let missing = || Error::NotFound("File".into());
    let row = attachment::Entity::find_by_id(id)
        .one(&*core.db)
        .await?
        .ok_or_else(missing)?;
    if row.state == State::Rejected {
        return Err(missing());
    }
    let (key, content_type) = if thumbnail {
        (
            row.thumbnail_key.ok_or_else(missing)?,
            row.thumbnail_type.ok_or_else(missing)?,
        )
    } else {
        (row.key, row.content_type)
    };
    let bytes = core.files.get(&key).await.map_err(store_error)?;
    Ok(FileBytes {
        bytes,
        content_type,
        file_name: row.file_name,
    })
}

/// Checks a file, strips its metadata and makes its thumbnail; a bad file is rejected with a reason.
/// Whoever sees a message that carries it hears of the result.
pub async fn process(core: &Core, job: Lease, id: AttachmentId) -> Result<()> {
    let now = core.clock.now();
    let Some(row) = attachment::Entity::find_by_id(id).one(&*core.db).await? else {
        return Ok(outbox::done(&*core.db, &[job], now).await?);
    };
    let bytes = core.files.get(&row.key).await.map_err(store_error)?;
    let kind = media::sniff(&bytes).ok_or(Error::FileType)?;
    let result = tokio::task::spawn_blocking(move || media::process(bytes, kind))
        .await
        .map_err(Error::internal)?;
    let mut changed = attachment::ActiveModel {
        id: Set(id),
        updated_at: Set(now),
        ..Default::default()
    };
    let mut told = Vec::new();
    match result {
        Ok(done) => {
            keep(core, &row, done, &mut changed).await?;
            told = webhooks::intents(core, Occurrence::AttachmentReady { attachment: id }).await?;
        }
        Err(rejected) => {
            changed.state = Set(State::Rejected);
            changed.reason = Set(Some(rejected.to_string()));
        }
    }
    let tx = core.db.begin().await?;
    changed.update(&*tx).await?;
    let jobs = outbox::add(&*tx, told).await?;
    tx.commit().await?;
    core.push_jobs(jobs);
    // the job is done when those who see the file were told: a crash before that does it all again
    refresh(core, id).await?;
    Ok(outbox::done(&*core.db, &[job], now).await?)
}

async fn keep(
    core: &Core,
    row: &attachment::Model,
    done: media::Processed,
    changed: &mut attachment::ActiveModel,
) -> Result<()> {
    if let Some(bytes) = done.bytes {
        changed.file_size = Set(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        core.files.put(&row.key, bytes).await.map_err(store_error)?;
    }
    if let Some(thumbnail) = done.thumbnail {
        let key = format!("{}/thumbnail", row.id.0.simple());
        core.files.put(&key, thumbnail).await.map_err(store_error)?;
        changed.thumbnail_key = Set(Some(key));
        changed.thumbnail_type = Set(Some(done.thumbnail_type.to_owned()));
    }
    let pixels = |size: Option<u32>| size.and_then(|size| i32::try_from(size).ok());
    changed.width = Set(pixels(done.width));
    changed.height = Set(pixels(done.height));
    changed.state = Set(State::Ready);
    Ok(())
}

/// The messages that carry it take a new `rev`, so that every client sees them anew.
async fn refresh(core: &Core, id: AttachmentId) -> Result<()> {
    let Some(row) = attachment::Entity::find_by_id(id).one(&*core.db).await? else {
        return Ok(());
    };
    let Some(place) = row.conversation_id else {
        return Ok(());
    };
    let carriers = message::Entity::in_conversation(place)
        .filter(message::Column::AttachmentId.eq(id))
        .all(&*core.db)
        .await?;
    let by = Person::from(core.bot.account()?);
    for message in carriers {
        let draft = Draft::Change {
            conversation: place,
            message: message.id,
            by: by.clone(),
            change: Change::Refresh,
        };
        core.writer.submit(draft).await.map_err(Error::internal)??;
    }
    Ok(())
}

/// Deletes uploads older than `age` that no message carries. Returns how many.
pub async fn purge_orphans(core: &Core, age: Duration) -> Result<u64> {
    let orphans = attachment::Entity::find()
        .filter(attachment::Column::IsAttached.eq(false))
        .filter(attachment::Column::CreatedAt.lt(core.clock.now() - age))
        .order_by_asc(attachment::Column::CreatedAt)
        .limit(500)
        .all(&*core.db)
        .await?;
    let mut purged = 0;
    for row in orphans {
        // only if still an orphan: a message may have taken it since
        let deleted = attachment::Entity::delete_many()
            .filter(attachment::Column::Id.eq(row.id))
            .filter(attachment::Column::IsAttached.eq(false))
            .exec(&*core.db)
            .await?;
        if deleted.rows_affected == 0 {
            continue;
        }
        for key in std::iter::once(&row.key).chain(&row.thumbnail_key) {
            core.files.delete(key).await.map_err(store_error)?;
        }
        purged += 1;
    }
    Ok(purged)
}

fn store_error(error: crate::backends::files::FilesError) -> Error {
    tracing::error!(%error, "the file store failed");
    Error::Unavailable("The file store does not answer".into())
}
