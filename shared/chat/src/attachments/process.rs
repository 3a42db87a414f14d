//! The worker's part of an upload: whether it can be decoded, and its thumbnail.

use super::{ORIGINAL, THUMBNAIL, key, store_error};
use crate::Chat;
use crate::writer::{Change, Draft};
use bytes::Bytes;
use entity::attachment::{self, State};
use entity::{AttachmentId, message};
use kernel::error::{Error, Result};
use kernel::fact::Fact;
use kernel::person::Person;
use media::{self, Kind, Processed, Rejected};
use platform::job_store::{self, Lease};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use tokio::sync::Semaphore;

/// Decoding a large image may take some 250 MB: two run concurrently.
static DECODERS: Semaphore = Semaphore::const_new(2);

/// Does [`media::process`] when it is its turn; those of attachments wait in the same line.
///
/// # Errors
///
/// The server's own; what is wrong with the file is the inner one.
pub async fn decode(bytes: Bytes, kind: Kind) -> Result<Result<Processed, Rejected>> {
    // never closed; the work goes on where nobody waits for it any more, and keeps its turn
    let turn = DECODERS.acquire().await;
    let decoding = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        media::process(bytes, kind)
    });
    decoding.await.map_err(Error::internal)
}

/// Checks a file and makes its thumbnail; a bad file is rejected with a reason, and its bytes are deleted. Until then
/// it is served to nobody. The result is published to those who see a message that carries it.
pub async fn process(chat: &Chat, job: Lease, id: AttachmentId) -> Result<()> {
    // never closed
    let _turn = DECODERS.acquire().await;
    let now = chat.clock.now();
    let Some(row) = attachment::Entity::find_by_id(id).one(&*chat.db).await? else {
        return Ok(job_store::done(&*chat.db, &[job], now).await?);
    };
    if row.state != State::Rejected {
        settle(chat, &row).await?;
    }
    if row.state == State::Rejected || is_rejected(chat, id).await? {
        chat.files.delete(&row.key).await.map_err(store_error)?;
    }
    // the job is done when the result is published: a crash before that does it all again
    refresh(chat, id).await?;
    Ok(job_store::done(&*chat.db, &[job], now).await?)
}

async fn settle(chat: &Chat, row: &attachment::Model) -> Result<()> {
    let bytes = chat.files.get(&row.key).await.map_err(store_error)?;
    let kind = media::sniff(&bytes).ok_or(Error::FileType)?;
    let result = tokio::task::spawn_blocking(move || media::process(bytes, kind))
        .await
        .map_err(Error::internal)?;
    let mut changed = attachment::ActiveModel {
        id: Set(row.id),
        updated_at: Set(chat.clock.now()),
        ..Default::default()
    };
    let mut jobs = Vec::new();
    match result {
        Ok(done) => {
            keep(chat, row, done, &mut changed).await?;
            jobs = chat
                .jobs_for(Fact::AttachmentReady { attachment: row.id })
                .await?;
        }
        Err(rejected) => {
            changed.state = Set(State::Rejected);
            changed.reason = Set(Some(rejected.to_string()));
        }
    }
    let tx = chat.db.begin().await?;
    changed.update(&*tx).await?;
    let jobs = job_store::add(&*tx, jobs).await?;
    tx.commit().await?;
    chat.push_jobs(jobs);
    Ok(())
}

async fn is_rejected(chat: &Chat, id: AttachmentId) -> Result<bool> {
    let row = attachment::Entity::find_by_id(id).one(&*chat.db).await?;
    Ok(row.is_some_and(|row| row.state == State::Rejected))
}

async fn keep(
    chat: &Chat,
    row: &attachment::Model,
    done: Processed,
    changed: &mut attachment::ActiveModel,
) -> Result<()> {
    // an upload is cleaned before it is stored; one from before that was not
    if let Some(bytes) = done.bytes {
        changed.file_size = Set(i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        let original = key(row.id, ORIGINAL);
        chat.files.put(&original, bytes).await.map_err(store_error)?;
    }
    if let Some(thumbnail) = done.thumbnail {
        let key = key(row.id, THUMBNAIL);
        chat.files.put(&key, thumbnail).await.map_err(store_error)?;
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
async fn refresh(chat: &Chat, id: AttachmentId) -> Result<()> {
    let Some(row) = attachment::Entity::find_by_id(id).one(&*chat.db).await? else {
        return Ok(());
    };
    let Some(place) = row.conversation_id else {
        return Ok(());
    };
    let carriers = message::Entity::in_conversation(place)
        .filter(message::Column::AttachmentId.eq(id))
        .all(&*chat.db)
        .await?;
    let by = Person::from(chat.bot.account()?);
    for message in carriers {
        let draft = Draft::Change {
            conversation: place,
            message: message.id,
            by: by.clone(),
            change: Change::Refresh,
        };
        chat.writer.submit(draft).await.map_err(Error::internal)??;
    }
    Ok(())
}
