//! JSON bodies: read up to a limit, parsed by serde so that an error names its field, described by OpenAPI.

mod explain;
mod file;

use crate::bearer;
use crate::origin;
use crate::problem::Problem;
use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt;
use poem::http::header;
use poem::web::Form;
use poem::{Request, RequestBody, Result};
use poem_openapi::payload::{ParsePayload, Payload};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

pub use file::{FileForm, FileLimit, described, disk_failed};

/// What a JSON body holds at most.
pub const MAX_JSON_BYTES: usize = 256 * 1024;

/// A JSON body. Its content type is not insisted on: `curl -d` claims a form. An empty one counts as `{}`.
#[derive(Clone, Debug)]
pub struct Body<T>(pub T);

/// A body that may also be a form (`application/x-www-form-urlencoded`).
#[derive(Clone, Debug)]
pub struct JsonOrForm<T>(pub T);

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

impl<T: Type> Payload for Body<T> {
    const CONTENT_TYPE: &'static str = JSON;

    fn check_content_type(_: &str) -> bool {
        true
    }

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: Type + DeserializeOwned> ParsePayload for Body<T> {
    const IS_REQUIRED: bool = T::IS_REQUIRED;

    async fn from_request(request: &Request, body: &mut RequestBody) -> Result<Self> {
        let bytes = read(request, body).await?;
        if looks_like_form(request, &bytes) || !bytes.is_empty() && origin::is_unasked_post(request.headers())
        {
            return Err(Problem::not_json().into());
        }
        Ok(Self(parse(&bytes)?))
    }
}

impl<'a, T: Type + DeserializeOwned> ApiExtractor<'a> for Body<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(request_meta::<T>(&[JSON]))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        <Self as ParsePayload>::from_request(request, body).await
    }
}

impl<'a, T: Type + DeserializeOwned> ApiExtractor<'a> for JsonOrForm<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(request_meta::<T>(&[JSON, FORM]))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let bytes = read(request, body).await?;
        if !looks_like_form(request, &bytes) {
            if !bytes.is_empty() && origin::is_unasked_post(request.headers()) {
                return Err(Problem::not_json().into());
            }
            return Ok(Self(parse(&bytes)?));
        }
        let mut body = RequestBody::new(bytes.into());
        let form = <Form<BTreeMap<String, String>> as poem::FromRequest>::from_request(request, &mut body)
            .await
            .map_err(|_| Problem::malformed("The form cannot be read"))?;
        let fields = form.0.into_iter().map(|(name, value)| (name, value.into()));
        let object = serde_json::Value::Object(fields.collect());
        Ok(Self(parse(object.to_string().as_bytes())?))
    }
}

fn request_meta<T: Type>(content_types: &[&'static str]) -> MetaRequest {
    let content = content_types.iter().map(|content_type| MetaMediaType {
        content_type,
        schema: T::schema_ref(),
    });
    MetaRequest {
        description: None,
        content: content.collect(),
        required: true,
    }
}

/// A body that took longer was under way while its sender may have been signed out.
const PROMPT: Duration = Duration::from_secs(1);

/// Reads a body of at most [`MAX_JSON_BYTES`], whatever length it claims. Whoever sends it slowly is authenticated again
/// when it is there.
pub async fn read(request: &Request, body: &mut RequestBody) -> Result<Bytes, Problem> {
    let began = Instant::now();
    let bytes = read_up_to(MAX_JSON_BYTES, request, body).await?;
    if began.elapsed() > PROMPT {
        bearer::authenticate(request).await?;
    }
    Ok(bytes)
}

/// The same with another limit. The connection throws away what is left of a body over it.
pub async fn read_up_to(limit: usize, request: &Request, body: &mut RequestBody) -> Result<Bytes, Problem> {
    let too_large = || Problem::too_large(format!("The body is over {} KiB", limit / 1024));
    let claimed = request.header(header::CONTENT_LENGTH.as_str());
    let claimed = claimed.and_then(|length| length.parse().ok()).unwrap_or(0usize);
    if claimed > limit {
        return Err(too_large());
    }
    let broken = || Problem::malformed("The body cannot be read");
    let mut stream = std::pin::pin!(body.take().map_err(|_| broken())?.into_bytes_stream());
    let mut kept = BytesMut::new();
    while let Some(chunk) = stream.try_next().await.map_err(|_| broken())? {
        if kept.len() + chunk.len() > limit {
            return Err(too_large());
        }
        kept.extend_from_slice(&chunk);
    }
    Ok(kept.freeze())
}

/// Said to be a form, and not JSON behind the wrong label.
fn looks_like_form(request: &Request, bytes: &[u8]) -> bool {
    let claimed = request.content_type().unwrap_or_default();
    let form = claimed.starts_with(FORM) || claimed.starts_with("multipart/");
    form && !bytes.trim_ascii().is_empty() && !bytes.trim_ascii_start().starts_with(b"{")
}

/// Parses an object; unknown members are ignored.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let text = bytes.trim_ascii();
    let text = if text.is_empty() { b"{}" } else { text };
    if !text.starts_with(b"{") {
        // serde takes an array for an object's values in order; clients that send one mean something else
        serde_json::from_slice::<serde::de::IgnoredAny>(text).map_err(|_| explain::syntax())?;
        return Err(Problem::invalid("non_field_errors", "Must be a JSON object"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let parsed =
        serde_path_to_error::deserialize(&mut deserializer).map_err(|error| explain::error(&error))?;
    deserializer.end().map_err(|_| explain::syntax())?;
    Ok(parsed)
}

#[cfg(test)]
mod tests;
