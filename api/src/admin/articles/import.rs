//! An import of articles as it is sent, and what came of it.

use super::form::StatusName;
use crate::bearer;
use crate::body::{Body, FileForm, FileLimit, described};
use crate::problem::Problem;
use assist::knowledge::import::files::MAX_FILE;
use assist::knowledge::import::{Imported, Options, Problem as ImportProblem};
use kernel::roles;
use poem::http::header;
use poem::{Request, RequestBody, Result};
use poem_openapi::Object;
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::types::{Example, Type};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde::Deserialize;

const LIMIT: FileLimit = FileLimit {
    bytes: MAX_FILE,
    too_large: || Problem::too_large("An import is at most 20 MiB"),
};

/// What is imported: an uploaded file, or an address.
pub enum ImportBody {
    File(FileForm),
    Address(ImportAddressBody),
}

/// An address to import from.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "ImportArticles", example)]
pub struct ImportAddressBody {
    /// A page, or a sitemap whose pages are on the same host.
    #[oai(validator(min_length = 1, max_length = 2048))]
    pub url: String,
    /// As of the query.
    #[oai(nullable)]
    pub status: Option<StatusName>,
    /// As of the query.
    #[oai(nullable)]
    pub update: Option<bool>,
}

impl Example for ImportAddressBody {
    fn example() -> Self {
        Self {
            url: "https://example.com/sitemap.xml".into(),
            status: Some(StatusName::Draft),
            update: Some(false),
        }
    }
}

impl<'a> ApiExtractor<'a> for ImportBody {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        ImportAddressBody::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let file = "Markdown with front matter (.md), a ZIP of it (.zip) or a table (.csv), at most 20 MiB";
        let mut meta = described(file, &["status", "update"]);
        meta.content.push(MetaMediaType {
            content_type: "application/json",
            schema: ImportAddressBody::schema_ref(),
        });
        Some(meta)
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        // before any of it is read
        let caller = bearer::caller(request).await?;
        roles::staff(&caller).map_err(Problem::from)?;
        let claimed = request.header(header::CONTENT_TYPE.as_str()).unwrap_or_default();
        if claimed.starts_with("multipart/") {
            return Ok(Self::File(FileForm::within(LIMIT, request, body).await?));
        }
        let Body(body) =
            <Body<ImportAddressBody> as ApiExtractor>::from_request(request, body, options).await?;
        Ok(Self::Address(body))
    }
}

/// What is asked of an import: in the query, in a form or in JSON; the query is asked first.
pub struct Wanted {
    pub status: Option<StatusName>,
    pub update: Option<bool>,
}

impl Wanted {
    /// With what the form says beside it.
    pub fn or_form(self, form: &FileForm) -> Result<Options, Problem> {
        let status = match form.word("status").as_deref() {
            None => None,
            Some("draft") => Some(StatusName::Draft),
            Some("published") => Some(StatusName::Published),
            Some(_) => return Err(Problem::invalid("status", "Must be draft or published")),
        };
        let update = match form.word("update").as_deref() {
            None => None,
            Some("true") => Some(true),
            Some("false") => Some(false),
            Some(_) => return Err(Problem::invalid("update", "Must be true or false")),
        };
        Ok(self.or(status, update))
    }

    /// With what a body says beside it.
    pub fn or(self, status: Option<StatusName>, update: Option<bool>) -> Options {
        Options {
            status: self.status.or(status).map(Into::into),
            update: self.update.or(update).unwrap_or(false),
        }
    }
}

/// What an import did.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ImportedArticles")]
pub struct ImportedObject {
    /// Articles that are new.
    pub added: u64,
    /// Articles that say something else from now on.
    pub updated: u64,
    /// Articles that were there, and are as they were.
    pub skipped: u64,
    /// What was not taken; 1,001 at most.
    pub problems: Vec<ImportProblemObject>,
}

/// Why something was not taken.
#[derive(Object, Clone, Debug)]
#[oai(rename = "ImportProblem")]
pub struct ImportProblemObject {
    /// The file within the import, or the page's address.
    pub file: String,
    /// Where in the file, from 1.
    #[oai(nullable)]
    pub line: Option<u32>,
    /// What of the article is wrong; `file` where that itself is.
    pub field: String,
    /// A sentence that names the limit.
    pub message: String,
}

impl From<Imported> for ImportedObject {
    fn from(imported: Imported) -> Self {
        Self {
            added: imported.added,
            updated: imported.updated,
            skipped: imported.skipped,
            problems: imported.problems.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<ImportProblem> for ImportProblemObject {
    fn from(problem: ImportProblem) -> Self {
        Self {
            file: problem.file,
            line: problem.line,
            field: problem.field,
            message: problem.message,
        }
    }
}
