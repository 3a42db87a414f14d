//! A document that an admin uploads: a multipart form, read for nobody else.

use crate::bearer;
use crate::body::{self, FileForm};
use crate::problem::Problem;
use bot::documents::{MAX_BYTES, Unreadable};
use kernel::roles;
use poem::http::{StatusCode, header};
use poem::{Request, RequestBody, Result};
use poem_openapi::registry::MetaRequest;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

/// A document and its category.
pub struct DocumentForm(pub FileForm);

/// The parts around the file.
const AROUND: usize = 64 * 1024;

impl<'a> ApiExtractor<'a> for DocumentForm {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn request_meta() -> Option<MetaRequest> {
        Some(body::described(
            "Text, Markdown or HTML in UTF-8, at most 1 MiB",
            &["category"],
        ))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let caller = bearer::caller(request).await?;
        roles::admin(&caller).map_err(Problem::from)?;
        let claimed = request.header(header::CONTENT_LENGTH.as_str());
        let claimed = claimed.and_then(|length| length.parse().ok()).unwrap_or(0usize);
        if claimed > MAX_BYTES + AROUND {
            return Err(refused(Unreadable::TooLarge).into());
        }
        let form = FileForm::from_request(request, body, options).await?;
        if form.file.length() > MAX_BYTES as u64 {
            return Err(refused(Unreadable::TooLarge).into());
        }
        Ok(Self(form))
    }
}

/// A document that cannot be read.
pub fn refused(why: Unreadable) -> Problem {
    match why {
        Unreadable::Type => Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "file_type_not_allowed",
            why.to_string(),
        ),
        Unreadable::TooLarge => Problem::too_large(why.to_string()),
        Unreadable::Empty | Unreadable::TooManyParts => Problem::invalid("file", why.to_string()),
    }
}
