//! Clearing away uploads that nobody sent and bytes that no row names; reporting rows whose bytes are gone.

use super::store_error;
use crate::Chat;
use chrono::{DateTime, Duration, Utc};
use entity::AttachmentId;
use entity::attachment::{self, State};
use kernel::error::Result;
use platform::files::Page;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use tokio::time::Instant;
use uuid::Uuid;

/// Rows of uploads that one run deletes.
const ORPHANS: u64 = 500;
/// Files looked at in one query of the store, and of the database.
const PAGE: usize = 500;
/// So many files of a page without one that has a row are another installation's: nothing of theirs is deleted.
const FOREIGN: usize = 50;
/// Rows looked for without bytes in one page.
const MISSING: u64 = 5_000;

/// How far this process has looked through the store: the next run goes on from there.
#[derive(Debug, Default)]
pub struct Looked(Mutex<Place>);

#[derive(Clone, Debug, Default)]
struct Place {
    key: String,
    /// The attachment whose files were seen last.
    last: Option<AttachmentId>,
}

/// What a look through the store found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Files looked at.
    pub seen: u64,
    /// Files that no row named, deleted.
    pub strays: u64,
    /// Rows whose file is not there. They are reported and stay: it may be the store that is at fault.
    pub missing: u64,
    /// What crashed writes had left in a directory, deleted.
    pub unfinished: u64,
    /// Whether it came to the end of the store.
    pub complete: bool,
}

/// Deletes uploads older than `age` that no message carries, at most 500. Returns how many.
pub async fn purge_orphans(chat: &Chat, age: Duration) -> Result<u64> {
    let orphans = attachment::Entity::find()
        .filter(attachment::Column::IsAttached.eq(false))
        .filter(attachment::Column::CreatedAt.lt(chat.clock.now() - age))
        .order_by_asc(attachment::Column::CreatedAt)
        .limit(ORPHANS)
        .all(&*chat.db)
        .await?;
    let mut purged = 0;
    for row in orphans {
        // a rejected one can be sent no more; the row goes last, so that a store that fails now is asked again
        let taken = attachment::Entity::update_many()
            .col_expr(attachment::Column::State, Expr::value(State::Rejected))
            .filter(attachment::Column::Id.eq(row.id))
            .filter(attachment::Column::IsAttached.eq(false))
            .exec(&*chat.db)
            .await?;
        if taken.rows_affected == 0 {
            continue;
        }
        for part in [super::ORIGINAL, super::THUMBNAIL] {
            let key = super::key(row.id, part);
            chat.files.delete(&key).await.map_err(store_error)?;
        }
        attachment::Entity::delete_by_id(row.id).exec(&*chat.db).await?;
        purged += 1;
    }
    Ok(purged)
}

/// Compares the store with the table, until both ends are reached or the time is over; the next call goes on from there.
/// Files that are older than `age` and that no row names are deleted; rows that old without a file are reported.
///
/// An upload's row is stored before its bytes, so a file without a row is nobody's: left by a deleted row, or a database
/// that was put back to an earlier day.
pub async fn reconcile_files(chat: &Chat, age: Duration, time: std::time::Duration) -> Result<Reconciled> {
    let until = Instant::now() + time;
    let before = chat.clock.now() - age;
    let mut found = Reconciled {
        unfinished: chat.files.tidy(before).await.map_err(store_error)?,
        ..Reconciled::default()
    };
    loop {
        let place = chat.looked.get();
        let page = chat.files.page(&place.key, PAGE).await.map_err(store_error)?;
        let last = compare(chat, (place.last, &page), before, &mut found).await?;
        found.complete = page.next.is_none();
        chat.looked.set(match page.next {
            Some(key) => Place { key, last },
            None => Place::default(),
        });
        if found.complete || Instant::now() >= until {
            break;
        }
    }
    metrics::gauge!("switchboard_files_missing").set(found.missing as f64);
    metrics::counter!("switchboard_files_strays_deleted_total").increment(found.strays);
    Ok(found)
}

/// One page. Answers the attachment whose files were seen last.
async fn compare(
    chat: &Chat,
    (after, page): (Option<AttachmentId>, &Page),
    before: DateTime<Utc>,
    found: &mut Reconciled,
) -> Result<Option<AttachmentId>> {
    let ours: Vec<_> = page
        .files
        .iter()
        .filter_map(|file| Some((owner(&file.key)?, file)))
        .collect();
    found.seen += ours.len() as u64;
    let ids: HashSet<AttachmentId> = ours.iter().map(|(id, _)| *id).collect();
    let last = ids.iter().max().copied().or(after);
    let known = known(chat, &ids).await?;
    let strays: Vec<_> = ours
        .iter()
        .filter(|(id, file)| !known.contains(id) && file.modified < before)
        .collect();
    if strays.len() >= FOREIGN && known.is_empty() {
        tracing::error!(
            files = strays.len(),
            "no file of a page has a row: the store seems to be another installation's; nothing was deleted"
        );
        return Ok(last);
    }
    for (_, file) in strays {
        chat.files.delete(&file.key).await.map_err(store_error)?;
        found.strays += 1;
    }
    let to = last.filter(|_| page.next.is_some());
    if to.is_some() || page.next.is_none() {
        report_missing(chat, (after, to), &ids, before, found).await?;
    }
    Ok(last)
}

/// Which of these have a row.
async fn known(chat: &Chat, ids: &HashSet<AttachmentId>) -> Result<HashSet<AttachmentId>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let known: Vec<AttachmentId> = attachment::Entity::find()
        .select_only()
        .column(attachment::Column::Id)
        .filter(attachment::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(&*chat.db)
        .await?;
    Ok(known.into_iter().collect())
}

/// Rows between two files of the store that have none themselves.
async fn report_missing(
    chat: &Chat,
    (after, last): (Option<AttachmentId>, Option<AttachmentId>),
    there: &HashSet<AttachmentId>,
    before: DateTime<Utc>,
    found: &mut Reconciled,
) -> Result<()> {
    let mut rows = attachment::Entity::find()
        .select_only()
        .column(attachment::Column::Id)
        .filter(attachment::Column::State.eq(State::Ready))
        .filter(attachment::Column::CreatedAt.lt(before))
        .order_by_asc(attachment::Column::Id)
        .limit(MISSING);
    if let Some(after) = after {
        rows = rows.filter(attachment::Column::Id.gt(after));
    }
    if let Some(last) = last {
        rows = rows.filter(attachment::Column::Id.lte(last));
    }
    let rows: Vec<AttachmentId> = rows.into_tuple().all(&*chat.db).await?;
    let missing: Vec<_> = rows.iter().filter(|id| !there.contains(id)).collect();
    if let Some(first) = missing.first() {
        tracing::error!(files = missing.len(), %first, "files are missing from the store");
        found.missing += missing.len() as u64;
    }
    Ok(())
}

/// Whose file it is; none for a key that is not an attachment's.
fn owner(key: &str) -> Option<AttachmentId> {
    let name = key.split('/').next()?;
    let id = Uuid::try_parse(name).ok()?;
    (id.simple().to_string() == name).then_some(AttachmentId(id))
}

impl Looked {
    fn get(&self) -> Place {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, place: Place) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }
}
