//! The problem as OpenAPI describes it.

use super::Problem;
use kernel::error::FieldError;
use poem_openapi::registry::{
    MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchemaRef, Registry,
};
use poem_openapi::types::Type;
use poem_openapi::{ApiResponse, Object};

/// An error (RFC 9457). Under `/api` a field error also has a member of the field's name that holds a list of
/// messages.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Problem", skip_serializing_if_is_none)]
pub struct ProblemObject {
    /// Always `about:blank`: the status and `code` say what kind of problem it is.
    #[oai(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What went wrong in this request: a sentence for people.
    pub detail: String,
    /// What went wrong: a stable word for programs.
    pub code: String,
    /// The request's id, as in the server's log.
    pub request_id: String,
    /// The fields at fault.
    pub errors: Option<Vec<FieldErrorObject>>,
    /// The same as `detail`; under `/api`.
    pub error: Option<String>,
    /// The same as `status`; under `/api/v1`, where `message` repeats `detail`.
    #[oai(rename = "statusCode")]
    pub status_code: Option<u16>,
}

/// One input field and what is wrong with it.
#[derive(Object, Clone, Debug)]
#[oai(rename = "FieldError")]
pub struct FieldErrorObject {
    /// The field's name as it was sent.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl From<&FieldError> for FieldErrorObject {
    fn from(error: &FieldError) -> Self {
        Self {
            field: error.field.clone(),
            message: error.message.clone(),
        }
    }
}

const STATUSES: &[(u16, &str)] = &[
    (400, "The request is malformed, or its input is out of limits"),
    (401, "No token, or one that is bad, expired or signed out"),
    (403, "Known, and not allowed"),
    (404, "No such thing, or one that the caller may not see"),
    (409, "Contradicts what is stored"),
    (413, "The body is over its limit"),
    (415, "A body of a type that is not taken"),
    (422, "The input is out of limits"),
    (429, "Too many requests"),
    (500, "A fault of the server"),
    (
        503,
        "A part that is needed does not answer now; nothing was stored",
    ),
];

impl ApiResponse for Problem {
    fn meta() -> MetaResponses {
        let responses = STATUSES.iter().map(|(status, description)| MetaResponse {
            description,
            status: Some(*status),
            status_range: None,
            content: vec![MetaMediaType {
                content_type: "application/problem+json",
                schema: ProblemObject::schema_ref(),
            }],
            headers: headers(*status),
        });
        MetaResponses {
            responses: responses.collect(),
        }
    }

    fn register(registry: &mut Registry) {
        ProblemObject::register(registry);
    }
}

fn headers(status: u16) -> Vec<MetaHeader> {
    let header = |name: &str, description: &str, schema: MetaSchemaRef| MetaHeader {
        name: name.into(),
        description: Some(description.into()),
        required: true,
        deprecated: false,
        schema,
    };
    match status {
        401 => vec![header("WWW-Authenticate", "`Bearer`", String::schema_ref())],
        429 => vec![header("Retry-After", "Seconds to wait", u64::schema_ref())],
        _ => Vec::new(),
    }
}
