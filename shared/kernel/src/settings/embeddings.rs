//! The model that tells what texts mean.

use super::SettingError;
use super::vars::{Vars, error};
use secrecy::SecretString;
use std::path::{Path, PathBuf};

/// Where the sentence-embedding model is.
#[derive(Clone, Debug)]
pub enum Embeddings {
    /// An OpenAI-compatible server.
    Server {
        /// `EMBEDDINGS_BASE_URL`: the address up to and without `/embeddings`.
        base_url: String,
        /// `EMBEDDINGS_MODEL`: its name there.
        model: String,
        /// `EMBEDDINGS_API_KEY`; none where the server wants none.
        api_key: Option<SecretString>,
    },
    /// `EMBEDDINGS_MODEL`: a folder that holds a model, or folders that do.
    Folder(PathBuf),
    /// Nothing is set: the data directory's `models`, if a model is there.
    Found(PathBuf),
}

impl Embeddings {
    pub(super) fn read(vars: &Vars, data_dir: &Path) -> Result<Self, SettingError> {
        let model = vars.get("EMBEDDINGS_MODEL")?;
        if let Some(base_url) = vars.url("EMBEDDINGS_BASE_URL", &["http://", "https://"])? {
            return Ok(Self::Server {
                base_url,
                model: model
                    .ok_or_else(|| error("EMBEDDINGS_MODEL", "must be set where EMBEDDINGS_BASE_URL is"))?,
                api_key: vars.get("EMBEDDINGS_API_KEY")?.map(SecretString::from),
            });
        }
        Ok(model.map_or_else(
            || Self::Found(data_dir.join("models")),
            |folder| Self::Folder(folder.into()),
        ))
    }

    /// Where models are kept in this process's files: none where a server has it.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Server { .. } => None,
            Self::Folder(folder) | Self::Found(folder) => Some(folder),
        }
    }
}
