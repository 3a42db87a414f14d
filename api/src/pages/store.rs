//! The built files: from this binary, or from a directory.

use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The files in this binary by name, in order, each compressed (`build.rs`).
const BUILT: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// A file, and its other form once somebody asked for it.
pub struct Asset {
    plain: OnceLock<Bytes>,
    packed: OnceLock<Option<Bytes>>,
    mime: &'static str,
    etag: String,
}

impl Asset {
    fn plain(name: &str, plain: Bytes) -> Self {
        Self {
            etag: etag(&plain),
            mime: mime_of(name),
            plain: plain.into(),
            packed: OnceLock::new(),
        }
    }

    fn packed(name: &str, packed: Bytes) -> Self {
        Self {
            etag: etag(&packed),
            mime: mime_of(name),
            plain: OnceLock::new(),
            packed: Some(packed).into(),
        }
    }

    /// Unpacked on first use, which is rare: browsers take it compressed.
    pub fn body(&self) -> Bytes {
        let unpack = || {
            let packed = self.packed.get().and_then(Option::as_ref);
            packed.and_then(unpack).unwrap_or_default()
        };
        self.plain.get_or_init(unpack).clone()
    }

    pub fn mime(&self) -> &'static str {
        self.mime
    }

    /// Changes with the content.
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// Compressed on first use where it is from a directory; none where that saves nothing.
    pub fn gzip(&self) -> Option<Bytes> {
        let pack = || self.plain.get().and_then(pack);
        self.packed.get_or_init(pack).clone()
    }
}

/// The same for the same bytes in every process of one build, which is all that a validator needs.
fn etag(bytes: &Bytes) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

fn pack(plain: &Bytes) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).ok()?;
    let packed = encoder.finish().ok()?;
    (packed.len() < plain.len()).then(|| packed.into())
}

fn unpack(packed: &Bytes) -> Option<Bytes> {
    let mut plain = Vec::new();
    GzDecoder::new(&packed[..]).read_to_end(&mut plain).ok()?;
    Some(plain.into())
}

fn mime_of(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("txt") => "text/plain; charset=utf-8",
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
        let at = BUILT.binary_search_by_key(&name, |(built, _)| *built).ok()?;
        let packed = Bytes::from_static(BUILT[at].1);
        let asset = Arc::new(Asset::packed(name, packed));
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
    Some(Arc::new(Asset::plain(name, body.into())))
}
