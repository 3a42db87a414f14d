//! Looking through what is stored, a bounded page at a time, and clearing what crashed writes left in a directory.

use super::{Files, Probe, Result, parse_key};
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use object_store::path::Path;
use std::collections::BinaryHeap;
use std::fs::DirEntry;
use std::io;
use std::path::Path as DirPath;

/// A stored file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What the file was stored under.
    pub key: String,
    /// When it was last written, by the store's clock.
    pub modified: DateTime<Utc>,
}

/// A part of what is stored.
#[derive(Debug, Default)]
pub struct Page {
    /// In the order of their keys.
    pub files: Vec<Stored>,
    /// Where the next page begins; none after the last.
    pub next: Option<String>,
}

impl Files {
    /// The files whose keys come after `after` (empty: from the first), about `limit` of them: of a directory the files of
    /// at most so many of its own directories. Holds no more than that in memory, however many there are. Files that this
    /// type could not have stored are left out, so that nobody deletes them.
    ///
    /// # Errors
    ///
    /// `InvalidKey`; `Unavailable` when the storage is silent for ten seconds.
    pub async fn page(&self, after: &str, limit: usize) -> Result<Page> {
        let action = "list files";
        if let Probe::Directory(root) = &self.probe {
            let (root, after) = (root.clone(), after.to_owned());
            let listing = tokio::task::spawn_blocking(move || page_of(&root, &after, limit));
            let listed = self.in_time(action, listing).await?;
            let listed = listed.unwrap_or_else(|error| Err(io::Error::other(error)));
            return listed.map_err(|error| self.refused(action, error.to_string(), None));
        }
        let mut listed = if after.is_empty() {
            self.store.list(None)
        } else {
            self.store.list_with_offset(None, &parse_key(after)?)
        };
        let mut page = Page::default();
        let mut seen = 0;
        while let Some(file) = self.in_time(action, listed.next()).await? {
            let file = file.map_err(|error| self.unavailable(action, error))?;
            page.next = Some(file.location.to_string());
            page.files.extend(stored(&file.location, file.last_modified));
            seen += 1;
            if seen == limit {
                return Ok(page);
            }
        }
        page.next = None;
        Ok(page)
    }

    /// Deletes from a directory what writes that never ended left there since before `before`: half-written files, and
    /// directories without a file. A bucket has neither. Returns how many.
    ///
    /// # Errors
    ///
    /// `Unavailable` when the directory cannot be read.
    pub async fn tidy(&self, before: DateTime<Utc>) -> Result<u64> {
        let Probe::Directory(root) = &self.probe else {
            return Ok(0);
        };
        let root = root.clone();
        let tidied = tokio::task::spawn_blocking(move || tidy(&root, before)).await;
        let tidied = tidied.unwrap_or_else(|error| Err(io::Error::other(error)));
        tidied.map_err(|error| self.refused("tidy", error.to_string(), None))
    }
}

fn stored(path: &Path, modified: DateTime<Utc>) -> Option<Stored> {
    parse_key(path.as_ref()).ok().map(|path| Stored {
        key: path.to_string(),
        modified,
    })
}

/// The files below the `limit` first entries of a directory whose names come after that of `after`.
fn page_of(root: &DirPath, after: &str, limit: usize) -> io::Result<Page> {
    let after = after.split('/').next().unwrap_or_default();
    // the greatest is on top, and makes room
    let mut names = BinaryHeap::with_capacity(limit + 1);
    for entry in std::fs::read_dir(root)? {
        // what is not UTF-8, or no key, was not stored by this type
        if let Ok(name) = entry?.file_name().into_string()
            && *name > *after
            && parse_key(&name).is_ok()
        {
            names.push(name);
            if names.len() > limit {
                names.pop();
            }
        }
    }
    let names = names.into_sorted_vec();
    let mut page = Page {
        next: names.last().filter(|_| names.len() == limit).cloned(),
        ..Page::default()
    };
    for name in &names {
        collect(root, &root.join(name), &mut page.files)?;
    }
    page.files.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(page)
}

fn collect(root: &DirPath, path: &DirPath, files: &mut Vec<Stored>) -> io::Result<()> {
    let Some(metadata) = there(path.symlink_metadata())? else {
        return Ok(());
    };
    if metadata.is_dir() {
        for entry in there(path.read_dir())?.into_iter().flatten() {
            collect(root, &entry?.path(), files)?;
        }
    } else if metadata.is_file()
        && let Some(key) = path.strip_prefix(root).ok().and_then(DirPath::to_str)
        && let Ok(key) = parse_key(key)
    {
        files.extend(stored(&key, metadata.modified()?.into()));
    }
    Ok(())
}

/// What is deleted meanwhile is not there.
fn there<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn tidy(path: &DirPath, before: DateTime<Utc>) -> io::Result<u64> {
    let mut count = 0;
    for entry in there(path.read_dir())?.into_iter().flatten() {
        let entry = entry?;
        let Some(metadata) = there(entry.metadata())? else {
            continue;
        };
        let old = DateTime::<Utc>::from(metadata.modified()?) < before;
        if metadata.is_dir() {
            count += tidy(&entry.path(), before)?;
            // one that holds anything stays, whatever its age
            count += u64::from(old && std::fs::remove_dir(entry.path()).is_ok());
        } else if old && is_unfinished(&entry) && there(std::fs::remove_file(entry.path()))?.is_some() {
            count += 1;
        }
    }
    Ok(count)
}

/// `object_store` writes to `name#1` and renames it when it is whole.
fn is_unfinished(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    let parts = name.to_str().and_then(|name| name.rsplit_once('#'));
    parts.is_some_and(|(name, number)| {
        parse_key(name).is_ok() && !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit())
    })
}
