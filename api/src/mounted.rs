//! A dialect by itself, as its own front ends know it: under `/as/<dialect>`, where the base address of such a front end
//! points. It answers what the root answers, but for what its table of [`Difference`]s says; errors are plain JSON.

use crate::app::ServerState;
use crate::bearer;
use crate::dialect::SocketPath;
use crate::problem::{ErrorForm, Problem};
use crate::routes::{Endpoints, Page};
use ::app::App;
use entity::user::Role;
use poem::endpoint::BoxEndpoint;
use poem::http::{Method, StatusCode};
use poem::{Endpoint, EndpointExt, Error, Request, Response, Result};
use serde_json::Value;

/// A dialect's mount.
pub struct Mount {
    /// `/as/<dialect>`.
    pub path: &'static str,
    /// How its errors look. Failed validation has the root's status.
    pub error_form: &'static ErrorForm,
    /// Paths of the root that are served below it, each with all that is below.
    pub shares: &'static [&'static str],
    /// What is answered otherwise than at the root.
    pub differences: &'static [Difference],
    pub sockets: &'static [SocketPath],
    /// What it answers besides.
    pub pages: fn(&ServerState) -> Vec<Page>,
    /// What somebody becomes who registers without naming a role.
    pub newcomers: Role,
}

/// An operation that is answered otherwise.
pub struct Difference {
    /// The operations at the root, as `METHOD /path`: one, under all its names.
    pub operations: &'static [&'static str],
    /// What the document says of the difference.
    pub says: &'static str,
    pub answer: Answer,
}

/// How it is answered.
pub enum Answer {
    /// With another body.
    Body(Reshape),
    /// Without a body.
    NoContent,
    /// Where it is refused, otherwise; it is given the path that was asked for.
    Refusal(fn(Problem, &str) -> Problem),
    /// Where it is refused with this code, with this status.
    Status(&'static str, StatusCode),
    /// By the handler itself, which asks [`mount`].
    Handler,
}

/// Another body.
pub struct Reshape {
    /// Makes it of the root's.
    pub body: fn(&mut Value, &Base),
    /// Makes its schema of that of the root's: of the answer's `schema` in OpenAPI.
    pub schema: fn(&mut Value),
}

/// What another body is made with.
pub struct Base {
    /// Where the client reaches the server: `http://host:port`, without a path.
    pub origin: String,
    pub app: App,
}

/// Changes each of a list.
pub fn each(list: &mut Value, base: &Base, change: fn(&mut Value, &Base)) {
    for item in list.as_array_mut().into_iter().flatten() {
        change(item, base);
    }
}

/// What of a path lies below a prefix, which ends with a whole part: nothing, or from a slash on.
pub fn below<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(prefix)?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

/// The mount by which a request came; none at the root.
pub fn mount(request: &Request) -> Option<&'static Mount> {
    request.data::<&'static Mount>().copied()
}

/// A path without its mount: as it is at the root.
pub fn at_root(path: &str) -> &str {
    let below = path
        .strip_prefix("/as/")
        .and_then(|path| path.find('/').map(|at| &path[at..]));
    below.unwrap_or(path)
}

impl Mount {
    /// The dialect's name.
    pub fn dialect(&self) -> &'static str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The form of errors of what has this form at the root.
    pub fn form_of(&self, root: &ErrorForm) -> ErrorForm {
        ErrorForm {
            invalid: root.invalid,
            ..*self.error_form
        }
    }

    /// Whether the operation of this path at the root is served here.
    pub fn has(&self, path: &str) -> bool {
        self.shares.iter().any(|shared| below(path, shared).is_some())
    }

    /// Of the root's endpoints those that are served here, where they are.
    pub fn endpoints(&'static self, root: Endpoints) -> Endpoints {
        let shared = root.into_iter().filter(|(path, _)| self.has(path));
        let mounted = shared.map(|(path, endpoints)| {
            let endpoints = endpoints.into_iter().map(|(method, endpoint)| {
                let mounted = self.mounted(&method, &path, endpoint);
                (method, mounted)
            });
            (format!("{}{path}", self.path), endpoints.collect())
        });
        mounted.collect()
    }

    fn mounted(
        &'static self,
        method: &Method,
        path: &str,
        inner: BoxEndpoint<'static>,
    ) -> BoxEndpoint<'static> {
        let rows = self.differences.iter();
        let rows = rows.filter(|row| row.operations.iter().any(|name| is_named(name, method, path)));
        let differences = rows.collect();
        Mounted {
            inner,
            mount: self,
            differences,
        }
        .boxed()
    }
}

/// Whether a row's `METHOD /path` means this path of the router, which has names of its own for the parts that vary.
fn is_named(name: &str, method: &Method, path: &str) -> bool {
    let Some((of, wanted)) = name.split_once(' ') else {
        return false;
    };
    let varies = |part: &str| part.starts_with(['{', ':']);
    let same = |(wanted, part): (&str, &str)| wanted == part || varies(wanted) && varies(part);
    method.as_str() == of
        && wanted.matches('/').count() == path.trim_end_matches('/').matches('/').count()
        && wanted.split('/').zip(path.split('/')).all(same)
}

/// An operation of the root, as it is answered under a mount.
struct Mounted {
    inner: BoxEndpoint<'static>,
    mount: &'static Mount,
    differences: Vec<&'static Difference>,
}

impl Endpoint for Mounted {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        request.set_data(self.mount);
        if self.differences.is_empty() {
            return self.inner.call(request).await;
        }
        let (base, path) = (Base::of(&request)?, request.uri().path().to_owned());
        let mut answer = self.inner.call(request).await;
        for difference in &self.differences {
            answer = match (&difference.answer, answer) {
                (Answer::Body(reshape), Ok(response)) => reshaped(response, reshape, &base).await,
                (Answer::NoContent, Ok(response)) if response.is_success() => Ok(no_content()),
                (Answer::Refusal(reword), Err(error)) => Err(reword(Problem::of(&error), &path).into()),
                (Answer::Status(code, status), Err(error)) => Err(restated(&error, code, *status).into()),
                (_, answer) => answer,
            };
        }
        answer
    }
}

/// A refusal, with this status where it has this code.
fn restated(error: &Error, code: &str, status: StatusCode) -> Problem {
    let problem = Problem::of(error);
    if problem.code() == code {
        problem.with_status(status)
    } else {
        problem
    }
}

fn no_content() -> Response {
    Response::builder().status(StatusCode::NO_CONTENT).finish()
}

async fn reshaped(mut response: Response, reshape: &Reshape, base: &Base) -> Result<Response> {
    if !response.is_success() {
        return Ok(response);
    }
    let mut body: Value = response.take_body().into_json().await?;
    (reshape.body)(&mut body, base);
    response.set_body(body.to_string());
    Ok(response)
}

impl Base {
    /// The public address where one is set, else the one that the client asked.
    fn of(request: &Request) -> Result<Self, Problem> {
        let app = bearer::app(request)?.clone();
        let host = || {
            let host = request.headers().get(poem::http::header::HOST);
            let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
            format!("http://{host}")
        };
        Ok(Self {
            origin: app.settings.public_url.clone().unwrap_or_else(host),
            app,
        })
    }
}
