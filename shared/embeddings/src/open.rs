//! How a model in this process is found and opened.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::{EmbedError, Embedder};

/// The files without which a folder is no model.
const NEEDED: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];

/// What a model in this process may take.
#[derive(Clone, Debug)]
pub struct LocalOptions {
    /// How many bytes `model.safetensors` may have. While it is opened it takes up to twice that memory, then as many bytes as the
    /// weights have in 32 bits.
    pub max_bytes: u64,
    /// How many threads compute queries at a time; as many others compute passages.
    pub threads: NonZero<usize>,
}

impl Default for LocalOptions {
    /// 1.5 GB, and half the processor's cores but no more than four.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            max_bytes: 1_500_000_000,
            threads: NonZero::new((cores / 2).min(4)).unwrap_or(NonZero::<usize>::MIN),
        }
    }
}

/// The first folder inside `folder`, by name, that holds a model's files and is not hidden; `folder` itself where it does. `None` where there is none.
///
/// # Errors
///
/// Where the folder is there but cannot be read.
pub fn find_model(folder: &Path) -> Result<Option<PathBuf>, EmbedError> {
    let is_model = |folder: &Path| NEEDED.iter().all(|name| folder.join(name).is_file());
    if is_model(folder) {
        return Ok(Some(folder.to_owned()));
    }
    let unreadable = |error: std::io::Error| EmbedError::File {
        file: folder.to_owned(),
        why: error.to_string(),
    };
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(unreadable)?,
    };
    let mut first: Option<PathBuf> = None;
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        // a model that is still being fetched
        let is_hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if is_hidden {
            continue;
        }
        if first.as_ref().is_none_or(|first| path < *first) && is_model(&path) {
            first = Some(path);
        }
    }
    Ok(first)
}

/// Opens a sentence-transformers folder (`config.json`, `tokenizer.json`, `model.safetensors`) of the BERT or XLM-R kind. Reads the
/// weights into memory, off the async threads, and tries them once.
///
/// # Errors
///
/// Names the file that is missing, broken, too large or of a kind that is not supported. [`EmbedError::NotBuilt`] without the
/// feature `local`.
#[cfg(feature = "local")]
pub async fn open_local(folder: &Path, options: LocalOptions) -> Result<Arc<dyn Embedder>, EmbedError> {
    Ok(Arc::new(
        crate::local::LocalEmbedder::open(folder, options).await?,
    ))
}

/// Answers that this build has no models of its own ([`EmbedError::NotBuilt`]).
///
/// # Errors
///
/// Always.
#[cfg(not(feature = "local"))]
#[allow(clippy::unused_async, reason = "as it is with the feature")]
pub async fn open_local(folder: &Path, options: LocalOptions) -> Result<Arc<dyn Embedder>, EmbedError> {
    let _ = (folder, options);
    Err(EmbedError::NotBuilt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_found_in_a_folder_or_in_the_first_of_its_folders() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str| {
            let inside = folder.path().join(name);
            std::fs::create_dir_all(&inside).unwrap();
            for file in NEEDED {
                std::fs::write(inside.join(file), "x").unwrap();
            }
            inside
        };
        assert_eq!(find_model(&folder.path().join("missing")).unwrap(), None);
        std::fs::create_dir(folder.path().join("a-half")).unwrap();
        std::fs::write(folder.path().join("a-half/config.json"), "{}").unwrap();
        assert_eq!(find_model(folder.path()).unwrap(), None);
        put(".half.part");
        assert_eq!(find_model(folder.path()).unwrap(), None);
        let later = put("z");
        assert_eq!(find_model(folder.path()).unwrap(), Some(later.clone()));
        let first = put("b");
        assert_eq!(find_model(folder.path()).unwrap(), Some(first));
        assert_eq!(find_model(&later).unwrap(), Some(later));
    }
}
