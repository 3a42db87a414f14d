//! Where uploaded files are kept: a local directory, or an S3 bucket.

mod page;
mod s3;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use std::fmt;
use std::future::Future;
use std::path::{Path as DirPath, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::list::{PaginatedListOptions, PaginatedListStore};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt};

pub use page::{Page, Stored};
use s3::Patience;

/// The longest that one operation on the store takes; see [`FilesError::Unavailable`].
pub const DEADLINE: Duration = Patience::NORMAL.deadline;

/// S3 allows 1024 bytes, file systems 255 a part.
const MAX_KEY_BYTES: usize = 255;
/// Written by the readiness check of a local directory. Not a valid key, so it is never listed.
const PROBE_FILE: &str = ".ready";

/// The result of an operation on files.
pub type Result<T> = std::result::Result<T, FilesError>;

/// Why a file could not be stored, read or deleted.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// `STORAGE_URL`, or a setting that goes with it, cannot be used; trying again cannot help. Holds no secrets.
    #[error("file storage is misconfigured: {0}")]
    Config(String),
    /// Nothing is stored under this key.
    #[error("no file is stored as {0:?}")]
    NotFound(String),
    /// The key is empty, absolute, too long, or has a part that is not made of letters, digits, `-`, `_` and `.`.
    #[error("{0:?} is not a valid file key")]
    InvalidKey(String),
    /// The storage did not do what it was asked to; trying again later may help.
    #[error("could not {action} at {place}: {reason}")]
    Unavailable {
        /// What was tried, for example `store a file`.
        action: &'static str,
        /// The directory, or the bucket with its endpoint; no secrets.
        place: Arc<str>,
        /// The cause in a few words, for an administrator.
        reason: String,
        /// The whole story, for the log.
        source: Option<Box<object_store::Error>>,
    },
}

/// A handle on the file storage; cheap to clone.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    probe: Probe,
    place: Arc<str>,
    /// No operation takes longer than this, retries included.
    deadline: Duration,
}

/// What the readiness check looks at.
#[derive(Clone)]
enum Probe {
    Directory(Arc<DirPath>),
    Bucket(Arc<AmazonS3>),
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Files").field(&self.place).finish()
    }
}

impl Files {
    /// Opens the storage that a URL names.
    ///
    /// - `file:///abs/dir` or `file://./rel/dir`, taken literally (no percent-decoding); the directory is created, for
    ///   its owner only (mode 0700), if it is missing.
    /// - `s3://bucket` or `s3://bucket/prefix`, with `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`
    ///   (default `us-east-1`), `AWS_ENDPOINT_URL` and `AWS_ALLOW_HTTP` from the environment. The bucket is in the path
    ///   of the requests. Nothing is sent before the first operation.
    ///
    /// # Errors
    ///
    /// `Config` for another scheme, a directory that cannot be made, or S3 settings that cannot work.
    pub fn open(storage_url: &str) -> Result<Self> {
        match storage_url.split_once("://") {
            Some(("file", directory)) => Self::directory(DirPath::new(directory)),
            Some(("s3", bucket)) => {
                let (bucket, prefix) = bucket.split_once('/').unwrap_or((bucket, ""));
                Self::bucket(bucket, prefix, AmazonS3Builder::from_env(), Patience::NORMAL)
            }
            // The URL itself is not repeated: it might hold a password.
            _ => Err(config("STORAGE_URL must begin with file:// or s3://")),
        }
    }

    /// Opens a bucket without a look at the environment, for tests and tools.
    ///
    /// `prefix` may be empty. `endpoint` is a URL without the bucket; plain `http://` is allowed here.
    ///
    /// # Errors
    ///
    /// `Config` for a name or an endpoint that cannot work.
    pub fn s3(
        bucket: &str,
        prefix: &str,
        endpoint: &str,
        key: &str,
        secret: &str,
        region: &str,
    ) -> Result<Self> {
        let builder = AmazonS3Builder::new()
            .with_endpoint(endpoint)
            .with_allow_http(true)
            .with_access_key_id(key)
            .with_secret_access_key(secret)
            .with_region(region);
        Self::bucket(bucket, prefix, builder, Patience::NORMAL)
    }

    /// Stores a file, replacing what was there; when this returns, the file is durable and whole.
    ///
    /// Keys are relative paths such as `ab/0190-…/original`, at most 255 bytes, of ASCII letters, digits, `-`, `_`, `.`.
    ///
    /// # Errors
    ///
    /// `InvalidKey`; `Unavailable` within ten seconds.
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<()> {
        let path = parse_key(key)?;
        let action = "store a file";
        let stored = self.in_time(action, self.store.put(&path, bytes.into())).await?;
        stored.map(drop).map_err(|error| self.unavailable(action, error))
    }

    /// Reads a whole file into memory.
    ///
    /// # Errors
    ///
    /// `NotFound`, `InvalidKey`; `Unavailable` within ten seconds.
    pub async fn get(&self, key: &str) -> Result<Bytes> {
        let path = parse_key(key)?;
        let action = "read a file";
        let read = async { self.store.get(&path).await?.bytes().await };
        match self.in_time(action, read).await? {
            Err(error) if s3::is_missing_file(&error) => Err(FilesError::NotFound(key.to_owned())),
            read => read.map_err(|error| self.unavailable(action, error)),
        }
    }

    /// Deletes a file; one that is already gone is fine.
    ///
    /// # Errors
    ///
    /// `InvalidKey`; `Unavailable` within ten seconds.
    pub async fn delete(&self, key: &str) -> Result<()> {
        let path = parse_key(key)?;
        let action = "delete a file";
        match self.in_time(action, self.store.delete(&path)).await? {
            Err(error) if s3::is_missing_file(&error) => Ok(()),
            deleted => deleted.map_err(|error| self.unavailable(action, error)),
        }
    }

    /// Whether a file is stored under this key. (In S3 a missing bucket looks like a missing file: see [`Self::check`].)
    ///
    /// # Errors
    ///
    /// `InvalidKey`; `Unavailable` within ten seconds.
    pub async fn exists(&self, key: &str) -> Result<bool> {
        let path = parse_key(key)?;
        let action = "look for a file";
        match self.in_time(action, self.store.head(&path)).await? {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(self.unavailable(action, error)),
        }
    }

    /// Whether the storage can be used now, for readiness: a directory takes a one-byte file; a bucket exists and lets
    /// us list it. Cheap: one small request.
    ///
    /// # Errors
    ///
    /// `Unavailable` with the reason, within ten seconds.
    pub async fn check(&self) -> Result<()> {
        match &self.probe {
            Probe::Directory(root) => {
                let action = "write";
                let written = self
                    .in_time(action, tokio::fs::write(root.join(PROBE_FILE), "1"))
                    .await?;
                written.map_err(|error| self.refused(action, error.to_string(), None))
            }
            Probe::Bucket(bucket) => {
                let action = "list the bucket";
                let one = PaginatedListOptions {
                    max_keys: Some(1),
                    ..Default::default()
                };
                let listed = self.in_time(action, bucket.list_paginated(None, one)).await?;
                listed.map(drop).map_err(|error| self.unavailable(action, error))
            }
        }
    }

    fn directory(path: &DirPath) -> Result<Self> {
        if path.as_os_str().is_empty() {
            return Err(config("STORAGE_URL names no directory"));
        }
        let failed = |error| {
            config(format!(
                "the directory {} cannot be used: {error}",
                path.display()
            ))
        };
        let root = create_private(path).map_err(failed)?;
        // A file must survive a power cut once its upload has been confirmed.
        let store = LocalFileSystem::new_with_prefix(&root)
            .map_err(|error| config(s3::root_cause(&error)))?
            .with_fsync(true);
        let place = format!("file://{}", root.display()).into();
        Ok(Self {
            store: Arc::new(store),
            probe: Probe::Directory(root.into()),
            place,
            deadline: Patience::NORMAL.deadline,
        })
    }

    fn bucket(bucket: &str, prefix: &str, builder: AmazonS3Builder, patience: Patience) -> Result<Self> {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c);
        if bucket.is_empty() || !bucket.chars().all(is_name) {
            return Err(config("STORAGE_URL must be s3://bucket or s3://bucket/prefix"));
        }
        let prefix = prefix.trim_matches('/');
        let prefix_path = match prefix {
            "" => Path::ROOT,
            _ => parse_key(prefix).map_err(|_| config("the prefix in STORAGE_URL is not a valid key"))?,
        };
        let endpoint = s3::checked_endpoint(&builder)?;
        let place = match endpoint {
            Some(endpoint) => format!("s3://{bucket}/{prefix} ({endpoint})"),
            None => format!("s3://{bucket}/{prefix}"),
        };
        let s3 = patience
            .apply(builder)
            .with_bucket_name(bucket)
            .build()
            .map_err(|error| config(s3::root_cause(&error)))?;
        Ok(Self {
            store: Arc::new(PrefixStore::new(s3.clone(), prefix_path)),
            probe: Probe::Bucket(Arc::new(s3)),
            place: place.into(),
            deadline: patience.deadline,
        })
    }

    async fn in_time<T>(&self, action: &'static str, work: impl Future<Output = T>) -> Result<T> {
        let late = |_| self.refused(action, format!("no answer within {:?}", self.deadline), None);
        tokio::time::timeout(self.deadline, work).await.map_err(late)
    }

    fn unavailable(&self, action: &'static str, error: object_store::Error) -> FilesError {
        let reason = s3::reason(&error);
        self.refused(action, reason, Some(Box::new(error)))
    }

    fn refused(
        &self,
        action: &'static str,
        reason: String,
        source: Option<Box<object_store::Error>>,
    ) -> FilesError {
        FilesError::Unavailable {
            action,
            place: Arc::clone(&self.place),
            reason,
            source,
        }
    }
}

fn config(reason: impl Into<String>) -> FilesError {
    FilesError::Config(reason.into())
}

/// Keys come from our own code; the narrow alphabet means the same in a URL, in S3 and on every file system, and leaves
/// out `.` and `..`, hidden files, and the `#1` that object_store uses for files in the making.
fn parse_key(key: &str) -> Result<Path> {
    let is_valid_part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    let path = Path::parse(key)
        .ok()
        .filter(|_| key.len() <= MAX_KEY_BYTES && key.split('/').all(is_valid_part));
    path.ok_or_else(|| FilesError::InvalidKey(key.to_owned()))
}

/// Creates the directory for its owner only, and gives its absolute path; one that exists keeps its mode.
fn create_private(path: &DirPath) -> std::io::Result<PathBuf> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    path.canonicalize()
}
