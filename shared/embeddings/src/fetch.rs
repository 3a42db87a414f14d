//! Brings a published model into a folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::{Client, StatusCode, Url};
use tokio::io::AsyncWriteExt;

use crate::EmbedError;

/// Where models are published; a mirror may have another address.
pub const PUBLISHED: &str = "https://huggingface.co";

/// The files that a model has, and whether one without is none.
const FILES: [(&str, bool); 6] = [
    ("config.json", true),
    ("tokenizer.json", true),
    ("modules.json", false),
    ("sentence_bert_config.json", false),
    ("1_Pooling/config.json", false),
    // the largest last: what is wrong shows before
    ("model.safetensors", true),
];
/// As much as a model in this process may have.
const MAX_BYTES: u64 = 1_500_000_000;
/// A server that sends nothing for so long is given up.
const SILENCE: Duration = Duration::from_secs(60);

/// Brings the model of that name (`owner/name`) from `published` into a folder of its own inside `folder`, and returns which.
/// What is there already stays as it is. Whoever is stopped leaves no half.
///
/// # Errors
///
/// A name or an address that is none, a server that cannot be reached or has no such model, a file that is too large, a disk
/// that refuses.
pub async fn fetch_model(published: &str, name: &str, folder: &Path) -> Result<PathBuf, EmbedError> {
    let (owner, short) = parts(name)?;
    let place = folder.join(short);
    if place.exists() {
        return Ok(place);
    }
    let base = Url::parse(published).map_err(|_| EmbedError::Config("the address of the models is none"))?;
    let http = Client::builder()
        .connect_timeout(SILENCE)
        .read_timeout(SILENCE)
        .build()
        .map_err(|_| EmbedError::Config("no HTTP client could be made"))?;
    let half = folder.join(format!(".{short}.part"));
    remove(&half).await?;
    for (file, needed) in FILES {
        let mut address = base.clone();
        address
            .path_segments_mut()
            .map_err(|()| EmbedError::Config("the address of the models is none"))?
            .pop_if_empty()
            .extend([owner, short, "resolve", "main"])
            .extend(file.split('/'));
        let found = download(&http, address, &half.join(file)).await?;
        if needed && !found {
            remove(&half).await?;
            return Err(EmbedError::file(Path::new(file), format!("{name} has none")));
        }
    }
    let moved = tokio::fs::rename(&half, &place).await;
    moved.map_err(|error| EmbedError::file(&place, error))?;
    Ok(place)
}

/// Owner and name of a model; both become parts of an address, and the name a folder.
fn parts(name: &str) -> Result<(&str, &str), EmbedError> {
    let is_plain = |part: &str| {
        let characters = part
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        characters && part.len() <= 100 && part.starts_with(|c: char| c.is_ascii_alphanumeric())
    };
    name.split_once('/')
        .filter(|(owner, short)| is_plain(owner) && is_plain(short))
        .ok_or(EmbedError::Config(
            "a model's name is owner/name, such as intfloat/multilingual-e5-small",
        ))
}

async fn remove(folder: &Path) -> Result<(), EmbedError> {
    match tokio::fs::remove_dir_all(folder).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(EmbedError::file(folder, error)),
        _ => Ok(()),
    }
}

/// Writes what is at the address into a file; `false` where nothing is.
async fn download(http: &Client, address: Url, file: &Path) -> Result<bool, EmbedError> {
    let mut response = http.get(address).send().await?;
    match response.status() {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND => return Ok(false),
        status => return Err(EmbedError::Status(status.as_u16())),
    }
    let wrong = |error: std::io::Error| EmbedError::file(file, error);
    if let Some(folder) = file.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(wrong)?;
    }
    let mut written = tokio::fs::File::create(file).await.map_err(wrong)?;
    let mut bytes = 0;
    while let Some(chunk) = response.chunk().await? {
        bytes += chunk.len() as u64;
        if bytes > MAX_BYTES {
            return Err(EmbedError::TooLarge {
                file: file.to_owned(),
                bytes,
                limit: MAX_BYTES,
            });
        }
        written.write_all(&chunk).await.map_err(wrong)?;
    }
    written.sync_all().await.map_err(wrong)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_no_models_is_refused() {
        for name in [
            "",
            "e5",
            "a/b/c",
            "../up",
            "a/..",
            "a/.hidden",
            "a/b?c",
            "a/",
            "/b",
            "ä/b",
        ] {
            assert!(parts(name).is_err(), "{name}");
        }
        assert_eq!(
            parts("intfloat/multilingual-e5-small").unwrap(),
            ("intfloat", "multilingual-e5-small")
        );
    }
}
