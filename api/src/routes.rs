//! The server's routes: everything that is mounted is mounted here, so that the table of routes, which figures and
//! limits go by, names each of them.

use crate::costs::Cost;
use poem::endpoint::BoxEndpoint;
use poem::http::{Method, StatusCode, header};
use poem::{Endpoint, EndpointExt, Error, IntoEndpoint, Request, Response, Route};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Endpoints by path and method.
pub type Endpoints = HashMap<String, HashMap<Method, BoxEndpoint<'static>>>;

/// One operation of the server.
#[derive(Clone, Debug)]
pub struct Operation {
    pub method: Method,
    /// Its path, with `{name}` for one part and `{*name}` for all that follow: `/api/chat/conversations/{id}/messages`.
    pub pattern: Arc<str>,
    /// What it costs.
    pub cost: Cost,
}

/// Every operation, found by what a client asks for.
#[derive(Debug, Default)]
pub struct Routes {
    operations: Vec<Operation>,
    root: Node,
}

/// One part of a path.
#[derive(Debug, Default)]
struct Node {
    fixed: HashMap<Box<str>, Node>,
    any: Option<Box<Node>>,
    /// What takes a whole rest of a path, and what takes a path that ends here: indexes into the operations.
    rest: Vec<usize>,
    here: Vec<usize>,
}

impl Routes {
    /// The operation that answers this request, if there is one. A `HEAD` is answered as the `GET` is. Slashes count as
    /// the server counts them: a trailing one is nothing, several are one.
    pub fn find(&self, method: &Method, path: &str) -> Option<&Operation> {
        let method = if *method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        let parts: Vec<&str> = parts(path).collect();
        let found = self.root.find(&parts)?;
        let mut operations = found.iter().map(|at| &self.operations[*at]);
        operations.find(|operation| operation.method == *method)
    }

    /// All of them, in the order in which they were mounted.
    pub fn iter(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter()
    }

    fn add(&mut self, method: Method, path: &str, cost: Cost) {
        let pattern = pattern(path);
        let mut node = &mut self.root;
        let at = self.operations.len();
        for part in parts(&pattern) {
            if part.starts_with("{*") {
                node.rest.push(at);
                node = &mut self.root;
                break;
            }
            node = if part.starts_with('{') {
                node.any.get_or_insert_default()
            } else {
                node.fixed.entry(part.into()).or_default()
            };
        }
        if !pattern.contains("{*") {
            node.here.push(at);
        }
        self.operations.push(Operation {
            method,
            pattern: pattern.into(),
            cost,
        });
    }
}

impl Node {
    /// The operations of the most exact path that matches.
    fn find(&self, parts: &[&str]) -> Option<&[usize]> {
        let Some((part, others)) = parts.split_first() else {
            return (!self.here.is_empty()).then_some(&self.here);
        };
        let fixed = self.fixed.get(*part).and_then(|node| node.find(others));
        fixed
            .or_else(|| self.any.as_ref().and_then(|node| node.find(others)))
            .or_else(|| (!self.rest.is_empty()).then_some(&self.rest))
    }
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

/// A path as the router takes it (`:id`, `*path`), in the form of the OpenAPI document (`{id}`).
fn pattern(path: &str) -> String {
    let written = parts(path).map(|part| match part.strip_prefix(':') {
        Some(name) => format!("/{{{name}}}"),
        None if part.starts_with('*') => format!("/{{{part}}}"),
        None => format!("/{part}"),
    });
    written.collect()
}

/// Whether a pattern takes a path that is fixed, part by part.
fn takes(wide: &str, fixed: &str) -> bool {
    let (wide, fixed): (Vec<_>, Vec<_>) = (parts(wide).collect(), parts(fixed).collect());
    let takes = |(wide, fixed): (&&str, &&str)| {
        !fixed.starts_with('{') && (wide == fixed || wide.starts_with('{') && !wide.starts_with("{*"))
    };
    wide.len() == fixed.len() && wide.iter().zip(&fixed).all(takes)
}

/// The name of a method in figures: a client may invent any number of methods, and they are all `other`.
pub fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// An endpoint with its path and methods. A page costs its request.
pub struct Page {
    path: &'static str,
    methods: &'static [Method],
    endpoint: BoxEndpoint<'static, Response>,
}

impl Page {
    /// One that is read: by `GET`, and by `HEAD`.
    pub fn read(path: &'static str, endpoint: impl IntoEndpoint<Endpoint = impl Endpoint + 'static>) -> Self {
        Self::only(path, &[Method::GET], endpoint)
    }

    /// One that a form is posted to.
    pub fn posted(
        path: &'static str,
        endpoint: impl IntoEndpoint<Endpoint = impl Endpoint + 'static>,
    ) -> Self {
        Self::only(path, &[Method::POST], endpoint)
    }

    fn only(
        path: &'static str,
        methods: &'static [Method],
        endpoint: impl IntoEndpoint<Endpoint = impl Endpoint + 'static>,
    ) -> Self {
        let inner = endpoint.into_endpoint();
        Self::at(path, methods, Only { inner, methods })
    }

    /// One that takes these methods and refuses others in its own form.
    pub fn at(
        path: &'static str,
        methods: &'static [Method],
        endpoint: impl IntoEndpoint<Endpoint = impl Endpoint + 'static>,
    ) -> Self {
        Self {
            path,
            methods,
            endpoint: endpoint.into_endpoint().map_to_response().boxed(),
        }
    }
}

/// Everything that the server answers, as it is put together.
pub struct Mounts {
    api: Arc<BoxEndpoint<'static, Response>>,
    route: Route,
    routes: Routes,
    /// Paths that the API answers, as patterns.
    described: BTreeSet<String>,
}

impl Mounts {
    /// Begins with an API and the operations that its document describes.
    pub fn new(
        api: impl IntoEndpoint<Endpoint = impl Endpoint + 'static>,
        described: impl IntoIterator<Item = (Method, String, Cost)>,
    ) -> Self {
        let api = Arc::new(api.into_endpoint().map_to_response().boxed());
        let mut mounts = Self {
            route: Route::new().nest("/", api.clone()),
            api,
            routes: Routes::default(),
            described: BTreeSet::new(),
        };
        for (method, path, cost) in described {
            mounts.routes.add(method, &path, cost);
            mounts.described.insert(pattern(&path));
        }
        mounts
    }

    /// Adds a page. What the API describes stays the API's, also where the page's pattern is wide enough for it.
    pub fn page(mut self, page: Page) -> Self {
        let wide = pattern(page.path);
        for path in self.described.iter().filter(|path| takes(&wide, path)) {
            self.route = self.route.at(path, self.api.clone());
        }
        for method in page.methods {
            self.routes.add(method.clone(), page.path, Cost::Request);
        }
        self.route = self.route.at(page.path, page.endpoint);
        self
    }

    /// Adds some.
    pub fn pages(self, pages: impl IntoIterator<Item = Page>) -> Self {
        pages.into_iter().fold(self, Self::page)
    }

    /// What answers requests, and the table of what it answers.
    pub fn finish(self) -> (Route, Arc<Routes>) {
        (self.route, Arc::new(self.routes))
    }
}

/// Lets only some methods through; `HEAD` goes where `GET` does.
struct Only<E> {
    inner: E,
    methods: &'static [Method],
}

impl<E: Endpoint> Endpoint for Only<E> {
    type Output = E::Output;

    async fn call(&self, request: Request) -> poem::Result<E::Output> {
        let method = request.method();
        let takes = |method: &Method| self.methods.contains(method);
        if takes(method) || *method == Method::HEAD && takes(&Method::GET) {
            return self.inner.call(request).await;
        }
        let allowed: Vec<_> = self.methods.iter().map(Method::as_str).collect();
        Err(not_allowed(&allowed.join(", ")))
    }
}

/// The refusal of a method, with those that the path takes (RFC 9110: `Allow`).
pub fn not_allowed(allowed: &str) -> Error {
    let refusal = Response::builder()
        .status(StatusCode::METHOD_NOT_ALLOWED)
        .header(header::ALLOW, allowed);
    Error::from_response(refusal.finish())
}

#[cfg(test)]
mod tests;
