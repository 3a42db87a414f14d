//! An uploaded file: a multipart form, read up to the limit of a file whatever length it claims.
//!
//! Who sends it is known, and has a place for it, before any of it is read; what arrives waits on disk.

use crate::bearer;
use crate::problem::Problem;
use futures_util::TryStreamExt;
use kernel::error::Error;
use media::MAX_FILE_BYTES;
use platform::uploads::{Arrival, Full};
use poem::http::{StatusCode, header};
use poem::web::{Field, Multipart};
use poem::{Body, Request, RequestBody, Result};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::AsyncReadExt;

/// A file and the words beside it.
pub struct FileForm {
    /// As the client claims.
    pub file_name: String,
    pub file: Arrival,
    /// The other parts, by name; none is empty.
    words: HashMap<String, String>,
}

/// How large a file may be, and what is said of one that is larger.
#[derive(Clone, Copy)]
pub struct FileLimit {
    /// In bytes.
    pub bytes: usize,
    pub too_large: fn() -> Problem,
}

/// A file of a message.
const ATTACHMENT: FileLimit = FileLimit {
    bytes: MAX_FILE_BYTES,
    too_large: || Error::FileTooLarge.into(),
};

/// The parts around the file.
const AROUND: usize = 64 * 1024;
/// How many there are at most.
const MAX_WORDS: usize = 8;
/// When to try again, in seconds.
const LATER: u64 = 1;
/// An id, or a word, holds less.
const MAX_ID_BYTES: u64 = 256;

impl<'a> ApiExtractor<'a> for FileForm {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn request_meta() -> Option<MetaRequest> {
        Some(described(
            "JPEG, PNG, GIF, WebP or PDF, at most 10 MiB",
            &["conversation_id"],
        ))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Self::within(ATTACHMENT, request, body).await
    }
}

impl FileForm {
    /// Reads a form whose file is within a limit.
    pub async fn within(limit: FileLimit, request: &Request, body: &mut RequestBody) -> Result<Self> {
        let claimed = request.header(header::CONTENT_LENGTH.as_str());
        let claimed = claimed.and_then(|length| length.parse().ok()).unwrap_or(0usize);
        if claimed > limit.bytes + AROUND {
            return Err((limit.too_large)().into());
        }
        let multipart = request
            .content_type()
            .unwrap_or_default()
            .starts_with("multipart/form-data");
        if !multipart {
            return Err(no_file().into());
        }
        let place = admit(request).await?;
        let over = Arc::new(AtomicBool::new(false));
        let mut body = RequestBody::new(limited(body.take()?, limit.bytes + AROUND, over.clone()));
        let form = match <Multipart as poem::FromRequest>::from_request(request, &mut body).await {
            Ok(multipart) => read(multipart, place, limit).await,
            Err(_) => Err(malformed()),
        };
        form.map_err(|problem| {
            let over = over.load(Ordering::Relaxed);
            if over { (limit.too_large)() } else { problem }
        })
        .map_err(Into::into)
    }

    /// The word of a part, if it is there and not empty.
    pub fn word(&self, part: &str) -> Option<String> {
        self.words.get(part).cloned()
    }
}

/// A multipart form, in the document: a file that is described so, and further parts of text.
pub fn described(file: &'static str, parts: &[&'static str]) -> MetaRequest {
    let file = MetaSchema {
        description: Some(file),
        ..MetaSchema::new_with_format("string", "binary")
    };
    let mut properties = vec![("file", MetaSchemaRef::Inline(Box::new(file)))];
    properties.extend(parts.iter().map(|part| (*part, String::schema_ref())));
    let schema = MetaSchema {
        required: vec!["file"],
        properties,
        ..MetaSchema::new("object")
    };
    MetaRequest {
        description: None,
        content: vec![MetaMediaType {
            content_type: "multipart/form-data",
            schema: MetaSchemaRef::Inline(Box::new(schema)),
        }],
        required: true,
    }
}

/// A place for the upload of whoever sends it.
async fn admit(request: &Request) -> Result<Arrival, Problem> {
    let app = bearer::app(request)?;
    let caller = bearer::caller(request).await?;
    let address = bearer::client_address(request, &app.settings.trusted_proxies);
    app.uploads.admit(caller.id, address).map_err(|full| {
        let (status, code) = match full {
            Full::Person | Full::Address => (StatusCode::TOO_MANY_REQUESTS, "rate_limited"),
            Full::Server => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        };
        Problem::new(status, code, full.to_string()).retry_after(LATER)
    })
}

/// The disk that uploads wait on failed.
pub fn disk_failed(error: &io::Error) -> Problem {
    tracing::error!(%error, "an upload could not be kept on disk");
    Error::Unavailable("The server cannot take files now".into()).into()
}

fn no_file() -> Problem {
    Problem::invalid("file", "No file provided")
}

fn malformed() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "malformed_form",
        "The form cannot be read",
    )
}

/// The body, ending in an error after so many bytes; `over` tells that error from others.
fn limited(body: Body, most: usize, over: Arc<AtomicBool>) -> Body {
    let mut length = 0;
    let stream = body.into_bytes_stream().and_then(move |chunk| {
        length += chunk.len();
        let fits = length <= most;
        if !fits {
            over.store(true, Ordering::Relaxed);
        }
        std::future::ready(if fits {
            Ok(chunk)
        } else {
            Err(io::Error::other("too long"))
        })
    });
    Body::from_bytes_stream(stream)
}

async fn read(mut multipart: Multipart, mut place: Arrival, limit: FileLimit) -> Result<FileForm, Problem> {
    let (mut file_name, mut words) = (None, HashMap::new());
    while let Some(field) = multipart.next_field().await.map_err(|_| malformed())? {
        let Some(name) = field.name().map(str::to_owned) else {
            continue;
        };
        // a form has one file
        if name == "file" && file_name.is_none() {
            file_name = Some(field.file_name().unwrap_or("file").to_owned());
            content(field, &mut place, limit).await?;
        } else if words.len() < MAX_WORDS {
            let word = text(field).await?;
            if !word.is_empty() {
                words.insert(name, word);
            }
        }
    }
    Ok(FileForm {
        file_name: file_name.ok_or_else(no_file)?,
        file: place,
        words,
    })
}

/// Writes the file's bytes to disk.
async fn content(field: Field, place: &mut Arrival, limit: FileLimit) -> Result<(), Problem> {
    let mut reader = field.into_async_read();
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let read = reader.read(&mut buffer).await.map_err(|_| malformed())?;
        let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else {
            return Ok(());
        };
        if place.length() + read as u64 > limit.bytes as u64 {
            return Err((limit.too_large)());
        }
        place.write(piece).await.map_err(|error| disk_failed(&error))?;
    }
}

async fn text(field: Field) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    let mut reader = field.into_async_read().take(MAX_ID_BYTES);
    reader.read_to_end(&mut bytes).await.map_err(|_| malformed())?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}
