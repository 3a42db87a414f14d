//! Every error as clients see it: `application/problem+json` (RFC 9457), in the form of a surface.

mod document;

use kernel::error::{AuthFailure, Error, FieldError};
use poem::error::{MethodNotAllowedError, NotFoundError, ReadBodyError, ResponseError, SizedLimitError};
use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use poem_openapi::error::{AuthorizationError, ContentTypeError, ParseParamError, ParsePathError};
use serde_json::{Map, Value, json};
use std::fmt;
use std::time::Duration;

/// What a surface makes of a problem beyond RFC 9457.
#[derive(Clone, Copy)]
pub struct ErrorForm {
    /// Its name among the problems of the OpenAPI document.
    pub name: &'static str,
    /// The type of its bodies.
    pub content_type: &'static str,
    /// The status of failed validation.
    pub invalid: StatusCode,
    /// Adds members of its own. One that RFC 9457 or the contract names is never replaced.
    pub add_members: fn(&Problem, StatusCode, &mut Map<String, Value>),
}

impl ErrorForm {
    /// Nothing beyond it; also of what is no surface's.
    pub const PLAIN: Self = Self {
        name: "Plain",
        content_type: "application/problem+json",
        invalid: StatusCode::BAD_REQUEST,
        add_members: |_, _, _| {},
    };
}

/// What went wrong, before it takes a surface's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    /// Seconds.
    retry_after: Option<u64>,
    /// A member of this problem's own.
    member: Option<Box<(&'static str, Value)>>,
}

impl Problem {
    /// One that is not about an input field.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            member: None,
        }
    }

    /// Input out of its limits; its status depends on the surface.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Error::invalid(field, message).into()
    }

    /// A body that is not JSON at all.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed_json", detail)
    }

    /// A body that is labelled as something else than JSON.
    pub fn not_json() -> Self {
        let detail = "Send JSON (Content-Type: application/json)";
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            detail,
        )
    }

    /// A body that did not arrive in its time.
    pub fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "timeout", "The body took too long")
    }

    /// A body over its limit.
    pub fn too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", detail)
    }

    /// The same problem with another field's name, where a dialect calls the field otherwise than the core.
    pub fn renamed(mut self, from: &str, to: &str) -> Self {
        for error in self.errors.iter_mut().filter(|error| error.field == from) {
            to.clone_into(&mut error.field);
        }
        self
    }

    /// The same problem, saying when to come again, in seconds.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The same problem with a member of its own.
    fn with(mut self, name: &'static str, value: Value) -> Self {
        self.member = Some(Box::new((name, value)));
        self
    }

    /// A fault of ours: logged with all that led to it, shown as nothing but that.
    fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        let chain: Vec<String> = std::iter::successors(Some(error), |error| error.source())
            .map(ToString::to_string)
            .collect();
        tracing::error!(error = %chain.join(": "), "a request failed");
        let detail = "Internal server error";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", detail)
    }

    /// What an error is, wherever it comes from.
    pub fn of(error: &poem::Error) -> Self {
        if let Some(problem) = error.downcast_ref::<Problem>() {
            return problem.clone();
        }
        if error.is::<AuthorizationError>() {
            return Error::Unauthorized(AuthFailure::Missing).into();
        }
        // a path that is no text names nothing
        if error.is::<NotFoundError>()
            || error.is::<ParsePathError>()
            || error.is::<poem::error::ParsePathError>()
        {
            return Problem::new(StatusCode::NOT_FOUND, "not_found", "Not found");
        }
        if error.is::<MethodNotAllowedError>() {
            let detail = "This method is not allowed here";
            return Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail);
        }
        if let Some(parameter) = error.downcast_ref::<ParseParamError>() {
            return Problem::invalid(parameter.name, parameter_reason(&parameter.reason));
        }
        if matches!(error.downcast_ref(), Some(ReadBodyError::PayloadTooLarge))
            || matches!(error.downcast_ref(), Some(SizedLimitError::PayloadTooLarge))
        {
            return Problem::too_large("The body is too large");
        }
        if error.is::<ContentTypeError>() {
            return by_status(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        match error.status() {
            status if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE => {
                Problem::internal(error)
            }
            status => by_status(status),
        }
    }

    /// The same problem in other words.
    pub fn reworded(self, detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            ..self
        }
    }

    /// The same problem with another status.
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// Its stable word.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The sentence for people.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The fields at fault.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// The response in this form: failed validation is 422 in some, 400 in the others.
    pub fn respond(&self, form: &ErrorForm, request_id: &str) -> Response {
        let status = if self.code == "validation_error" {
            form.invalid
        } else {
            self.status
        };
        let body = self.body(form, status, request_id);
        let mut response = Response::builder()
            .status(status)
            .content_type(form.content_type)
            .body(Value::Object(body).to_string());
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }

    /// What the response holds.
    pub fn body(&self, form: &ErrorForm, status: StatusCode, request_id: &str) -> Map<String, Value> {
        let mut body = Map::new();
        body.insert("type".into(), "about:blank".into());
        let title = status.canonical_reason().unwrap_or("Error");
        body.insert("title".into(), title.into());
        body.insert("status".into(), status.as_u16().into());
        body.insert("detail".into(), self.detail.as_str().into());
        body.insert("code".into(), self.code.into());
        body.insert("request_id".into(), request_id.into());
        if !self.errors.is_empty() {
            let errors = self.errors.iter();
            let errors = errors.map(|error| json!({"field": error.field, "message": error.message}));
            body.insert("errors".into(), errors.collect());
        }
        if let Some(member) = &self.member {
            let (name, value) = &**member;
            body.insert((*name).into(), value.clone());
        }
        (form.add_members)(self, status, &mut body);
        body
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let (code, detail) = (error.code(), error.to_string());
        let plain = |status| Self::new(status, code, detail.as_str());
        match error {
            Error::Invalid(errors) => Self {
                errors,
                ..plain(StatusCode::BAD_REQUEST)
            },
            Error::NotFound(_) => plain(StatusCode::NOT_FOUND),
            Error::Forbidden(_) => plain(StatusCode::FORBIDDEN),
            Error::Unauthorized(_) => plain(StatusCode::UNAUTHORIZED),
            Error::Conflict { code, field, detail } => {
                let message = detail.clone();
                let errors = field.map(|field| FieldError {
                    field: field.into(),
                    message,
                });
                Self {
                    errors: errors.into_iter().collect(),
                    ..Self::new(conflict_status(code), code, detail)
                }
            }
            Error::Claimed { by } => {
                let who = json!({"id": by.id.to_string(), "username": by.username, "name": by.name});
                plain(StatusCode::CONFLICT).with("claimed_by", who)
            }
            Error::FileTooLarge => plain(StatusCode::PAYLOAD_TOO_LARGE),
            Error::FileType => plain(StatusCode::UNSUPPORTED_MEDIA_TYPE),
            Error::RateLimited { retry_after } => {
                plain(StatusCode::TOO_MANY_REQUESTS).retry_after(whole_seconds(retry_after))
            }
            Error::Unavailable(_) => plain(StatusCode::SERVICE_UNAVAILABLE).retry_after(RETRY_UNAVAILABLE),
            Error::ProofRequired {
                challenge,
                retry_after,
            } => {
                let what =
                    json!({"token": challenge.token, "parts": challenge.parts, "bits": challenge.bits});
                let limited = plain(StatusCode::TOO_MANY_REQUESTS).with("challenge", what);
                limited.retry_after(whole_seconds(retry_after))
            }
            Error::Internal(source) => Self::internal(source.as_ref()),
        }
    }
}

/// A wait in seconds, of which there is at least one.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs_f64().ceil().max(1.0) as u64
}

/// When to try again after an outage, in seconds: about what an instance takes to find that a part is back.
const RETRY_UNAVAILABLE: u64 = 2;

/// What contradicts the stored state is 409, except where the dialects always called it a bad request.
fn conflict_status(code: &str) -> StatusCode {
    match code {
        "username_taken" | "email_taken" | "no_user_message" | "invalid_transition" | "code_refused" => {
            StatusCode::BAD_REQUEST
        }
        _ => StatusCode::CONFLICT,
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status(&self) -> StatusCode {
        self.status
    }

    fn as_response(&self) -> Response {
        self.respond(&ErrorForm::PLAIN, "")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.as_response()
    }
}

/// Gives an error, wherever it comes from, this form.
pub fn shape(error: poem::Error, form: &ErrorForm, request_id: &str) -> Response {
    let status = error.status();
    if !status.is_client_error() && !status.is_server_error() {
        return error.into_response();
    }
    let mut response = Problem::of(&error).respond(form, request_id);
    // headers that came with it say more than the body: `Allow`, `Retry-After`
    for (name, value) in error.into_response().headers() {
        if !matches!(*name, header::CONTENT_TYPE | header::CONTENT_LENGTH) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

/// What a parameter's own type said of it, without what the framework says around it.
fn parameter_reason(reason: &str) -> &str {
    let reason = reason
        .split(" (occurred while parsing")
        .next()
        .unwrap_or_default();
    if reason.ends_with("expects an input value.") {
        return "This field is required.";
    }
    let said = reason.strip_prefix("failed to parse ");
    said.and_then(|said| said.split_once(": "))
        .map_or("This is not one of the possible values.", |(_, said)| said)
}

/// An error of which nothing but its status is known.
fn by_status(status: StatusCode) -> Problem {
    let (code, detail) = match status {
        StatusCode::BAD_REQUEST => ("bad_request", "The request cannot be understood"),
        StatusCode::UNAUTHORIZED => ("not_authenticated", AuthFailure::Missing.detail()),
        StatusCode::FORBIDDEN => ("forbidden", "Forbidden"),
        StatusCode::NOT_FOUND => ("not_found", "Not found"),
        StatusCode::METHOD_NOT_ALLOWED => ("method_not_allowed", "This method is not allowed here"),
        StatusCode::PAYLOAD_TOO_LARGE => ("payload_too_large", "The body is too large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("unsupported_media_type", "Send JSON"),
        StatusCode::TOO_MANY_REQUESTS => ("rate_limited", "Too many requests"),
        StatusCode::SERVICE_UNAVAILABLE => ("unavailable", "Not available now; try again"),
        other => ("error", other.canonical_reason().unwrap_or("Error")),
    };
    Problem::new(status, code, detail)
}

#[cfg(test)]
mod tests;
