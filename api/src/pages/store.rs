//! The built files: from this binary, or from a directory.

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

#[derive(RustEmbed)]
#[folder = "../widget/dist"]
#[exclude = "npm/*"]
struct Built;

/// A file, and its shorter form once somebody asked for it.
pub struct Asset {
    body: Bytes,
    mime: String,
    etag: String,
    gzip: OnceLock<Option<Bytes>>,
}

impl Asset {
    fn new(name: &str, body: Bytes) -> Self {
        let mut mime = mime_of(name).to_owned();
        if mime.starts_with("text/") || mime.ends_with("javascript") {
            mime.push_str("; charset=utf-8");
        }
        // the same for the same bytes in every process of one build, which is all that a validator needs
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        Self {
            etag: format!("\"{:016x}\"", hasher.finish()),
            body,
            mime,
            gzip: OnceLock::new(),
        }
    }

    pub fn body(&self) -> Bytes {
        self.body.clone()
    }

    pub fn mime(&self) -> &str {
        &self.mime
    }

    /// Changes with the content.
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// Compressed on first use; none where that saves nothing.
    pub fn gzip(&self) -> Option<Bytes> {
        self.gzip.get_or_init(|| compress(&self.body)).clone()
    }
}

fn compress(body: &Bytes) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).ok()?;
    let packed = encoder.finish().ok()?;
    (packed.len() < body.len()).then(|| packed.into())
}

fn mime_of(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

/// Whether the name changes with the content (`core-Bx3kA1_9.js`), so that it may be kept for good.
pub fn is_hashed(name: &str) -> bool {
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return false;
    };
    let tail = stem.len().checked_sub(9).and_then(|at| stem.get(at..));
    matches!(extension, "js" | "css")
        && tail.is_some_and(|tail| {
            tail.starts_with('-') && tail.chars().any(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        })
}

/// Where the files come from.
pub struct Store {
    dir: Option<PathBuf>,
    built: Mutex<HashMap<String, Arc<Asset>>>,
}

impl Store {
    pub fn new(dir: Option<PathBuf>) -> Self {
        Self {
            dir,
            built: Mutex::default(),
        }
    }

    /// The file of this name, `widget/core.js` for example.
    pub async fn get(&self, name: &str) -> Option<Arc<Asset>> {
        match &self.dir {
            Some(dir) => read(dir, name).await,
            None => self.built(name),
        }
    }

    fn built(&self, name: &str) -> Option<Arc<Asset>> {
        let mut known = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(asset) = known.get(name) {
            return Some(asset.clone());
        }
        let file = Built::get(name)?;
        let body = match file.data {
            std::borrow::Cow::Borrowed(data) => Bytes::from_static(data),
            std::borrow::Cow::Owned(data) => data.into(),
        };
        let asset = Arc::new(Asset::new(name, body));
        known.insert(name.to_owned(), asset.clone());
        Some(asset)
    }
}

/// Reads anew each time: a build may just have replaced it.
async fn read(dir: &Path, name: &str) -> Option<Arc<Asset>> {
    let path = Path::new(name);
    let stays_inside = path.components().all(|part| matches!(part, Component::Normal(_)));
    if !stays_inside {
        return None;
    }
    let body = tokio::fs::read(dir.join(path)).await.ok()?;
    Some(Arc::new(Asset::new(name, body.into())))
}
