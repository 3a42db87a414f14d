//! An image for an article, as it is sent and what is said of it.

use crate::bearer;
use crate::body::{FileForm, FileLimit, described};
use crate::problem::Problem;
use assist::knowledge::images::{Image, MAX_BYTES};
use kernel::roles;
use poem::{Request, RequestBody, Result};
use poem_openapi::payload::Json;
use poem_openapi::registry::MetaRequest;
use poem_openapi::{ApiExtractor, ApiExtractorType, ApiResponse, ExtractParamOptions, Object};

const LIMIT: FileLimit = FileLimit {
    bytes: MAX_BYTES,
    too_large: || Problem::too_large("The file is too large: an image is at most 5 MiB"),
};

/// An uploaded image.
pub struct ImageForm(pub FileForm);

impl<'a> ApiExtractor<'a> for ImageForm {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn request_meta() -> Option<MetaRequest> {
        Some(described("JPEG, PNG, GIF or WebP, at most 5 MiB", &[]))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        // before any of it is read
        let caller = bearer::caller(request).await?;
        roles::staff(&caller).map_err(Problem::from)?;
        Ok(Self(FileForm::within(LIMIT, request, body).await?))
    }
}

#[derive(ApiResponse)]
pub enum ImageAdded {
    /// The image is stored.
    #[oai(status = 201)]
    Created(Json<ImageObject>),
}

/// An image for articles.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ArticleImage")]
pub struct ImageObject {
    /// Where everybody can see it: `/help/images/<uuid>.<extension>`. Put it into an article as `![what it shows](url)`.
    pub url: String,
    /// In pixels, as it is displayed.
    #[oai(nullable)]
    pub width: Option<u32>,
    /// In pixels, as it is displayed.
    #[oai(nullable)]
    pub height: Option<u32>,
}

impl From<Image> for ImageObject {
    fn from(image: Image) -> Self {
        Self {
            url: format!("/help/images/{}", image.name),
            width: image.width,
            height: image.height,
        }
    }
}
