//! The files of a model, read within limits and summed up in a digest.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use serde::de::DeserializeOwned;

use crate::EmbedError;

/// What a file of settings may have.
const MAX_SETTINGS: u64 = 1_000_000;

/// A model's folder. Remembers what was read out of it.
pub struct Folder {
    path: PathBuf,
    digest: Context,
}

impl Folder {
    /// Of `path`, nothing read yet.
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            digest: Context::new(&SHA256),
        }
    }

    /// Where a file of it is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The last part of its own name.
    pub fn name(&self) -> String {
        let path = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    /// What a file holds, if it is there and has no more than `limit` bytes. Its size is asked before it is read.
    pub fn read(&mut self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, EmbedError> {
        let path = self.path(name);
        let wrong = |why: std::io::Error| EmbedError::file(&path, why);
        let about = match std::fs::metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            other => other.map_err(wrong)?,
        };
        // opening a pipe would wait for whoever writes into it
        if !about.is_file() {
            return Err(EmbedError::file(&path, "is not a file"));
        }
        let too_large = |bytes| EmbedError::TooLarge {
            file: path.clone(),
            bytes,
            limit,
        };
        if about.len() > limit {
            return Err(too_large(about.len()));
        }
        let mut content = Vec::new();
        let room = usize::try_from(about.len()).map_err(|_| too_large(about.len()))?;
        content
            .try_reserve_exact(room)
            .map_err(|_| EmbedError::file(&path, "there is not enough memory for it"))?;
        let file = File::open(&path).map_err(wrong)?;
        // it may have grown since
        let mut file = file.take(limit.saturating_add(1));
        file.read_to_end(&mut content).map_err(wrong)?;
        if content.len() as u64 > limit {
            return Err(too_large(content.len() as u64));
        }
        self.note(name.as_bytes());
        self.note(&content);
        Ok(Some(content))
    }

    /// What a file holds that must be there.
    pub fn need(&mut self, name: &str, limit: u64) -> Result<Vec<u8>, EmbedError> {
        let content = self.read(name, limit)?;
        content.ok_or_else(|| EmbedError::file(&self.path(name), "is missing"))
    }

    /// A file of settings, if it is there.
    pub fn settings<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, EmbedError> {
        let Some(content) = self.read(name, MAX_SETTINGS)? else {
            return Ok(None);
        };
        let settings = serde_json::from_slice(&content);
        settings
            .map(Some)
            .map_err(|error| EmbedError::file(&self.path(name), error))
    }

    /// Adds to the digest what else the vectors depend on.
    pub fn note(&mut self, what: &[u8]) {
        self.digest.update(&(what.len() as u64).to_be_bytes());
        self.digest.update(what);
    }

    /// The digest of all that was read and noted.
    pub fn digest(self) -> String {
        let digest = self.digest.finish();
        hex::encode(digest.as_ref().get(..16).unwrap_or_default())
    }
}
