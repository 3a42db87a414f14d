//! An uploaded file: a multipart form, read up to the limit of a file whatever length it claims.

use super::DRAIN_BYTES;
use crate::problem::Problem;
use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt;
use poem::http::{StatusCode, header};
use poem::web::{Field, Multipart};
use poem::{Body, Request, RequestBody, Result};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use shared::error::Error;
use shared::media::MAX_FILE_BYTES;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::AsyncReadExt;

/// A file and where it will be sent, if that is known.
pub struct FileForm {
    /// As the client claims.
    pub file_name: String,
    pub bytes: Bytes,
    pub conversation_id: Option<String>,
}

/// The file, the parts around it, and what is thrown away of a file over its limit.
const MAX_FORM_BYTES: usize = MAX_FILE_BYTES + 64 * 1024 + DRAIN_BYTES;
/// An id holds less.
const MAX_ID_BYTES: u64 = 256;

impl<'a> ApiExtractor<'a> for FileForm {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn request_meta() -> Option<MetaRequest> {
        let file = MetaSchema {
            description: Some("JPEG, PNG, GIF, WebP or PDF, at most 10 MiB"),
            ..MetaSchema::new_with_format("string", "binary")
        };
        let schema = MetaSchema {
            required: vec!["file"],
            properties: vec![
                ("file", MetaSchemaRef::Inline(Box::new(file))),
                ("conversation_id", String::schema_ref()),
            ],
            ..MetaSchema::new("object")
        };
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType {
                content_type: "multipart/form-data",
                schema: MetaSchemaRef::Inline(Box::new(schema)),
            }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let claimed = request.header(header::CONTENT_LENGTH.as_str());
        let claimed = claimed.and_then(|length| length.parse().ok()).unwrap_or(0usize);
        if claimed > MAX_FORM_BYTES {
            return Err(Problem::from(Error::FileTooLarge).into());
        }
        let multipart = request
            .content_type()
            .unwrap_or_default()
            .starts_with("multipart/form-data");
        if !multipart {
            return Err(no_file().into());
        }
        let over = Arc::new(AtomicBool::new(false));
        let mut body = RequestBody::new(limited(body.take()?, over.clone()));
        let form = match <Multipart as poem::FromRequest>::from_request(request, &mut body).await {
            Ok(multipart) => read(multipart).await,
            Err(_) => Err(malformed()),
        };
        form.map_err(|problem| {
            let over = over.load(Ordering::Relaxed);
            if over { Error::FileTooLarge.into() } else { problem }
        })
        .map_err(Into::into)
    }
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

/// The body, ending in an error after [`MAX_FORM_BYTES`]; `over` tells that error from others.
fn limited(body: Body, over: Arc<AtomicBool>) -> Body {
    let mut length = 0;
    let stream = body.into_bytes_stream().and_then(move |chunk| {
        length += chunk.len();
        let fits = length <= MAX_FORM_BYTES;
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

async fn read(mut multipart: Multipart) -> Result<FileForm, Problem> {
    let (mut file, mut conversation_id) = (None, None);
    while let Some(field) = multipart.next_field().await.map_err(|_| malformed())? {
        match field.name() {
            Some("file") => {
                let file_name = field.file_name().unwrap_or("file").to_owned();
                file = Some((file_name, content(field).await?));
            }
            Some("conversation_id") => conversation_id = Some(text(field).await?),
            _ => {}
        }
    }
    let (file_name, bytes) = file.ok_or_else(no_file)?;
    Ok(FileForm {
        file_name,
        bytes,
        conversation_id: conversation_id.filter(|id| !id.is_empty()),
    })
}

/// The file's bytes. What comes after its limit is thrown away until the form's, so that the client, who is
/// still sending, gets to read the refusal.
async fn content(field: Field) -> Result<Bytes, Problem> {
    let mut reader = field.into_async_read();
    let (mut kept, mut over) = (BytesMut::new(), false);
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let read = match reader.read(&mut buffer).await {
            Ok(0) => break,
            Ok(read) => read,
            Err(_) if over => break,
            Err(_) => return Err(malformed()),
        };
        over |= kept.len() + read > MAX_FILE_BYTES;
        if !over {
            kept.extend_from_slice(&buffer[..read]);
        }
    }
    if over {
        Err(Error::FileTooLarge.into())
    } else {
        Ok(kept.freeze())
    }
}

async fn text(field: Field) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    let mut reader = field.into_async_read().take(MAX_ID_BYTES);
    reader.read_to_end(&mut bytes).await.map_err(|_| malformed())?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}
