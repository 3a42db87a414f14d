//! The API's own description: the OpenAPI document, made from the code, and the AsyncAPI one. The pages that show the first are among
//! the others (`crate::pages`).

mod allow;
mod finish;
mod mounts;

use crate::routes::{Endpoints, Page};
use crate::surface::Api;
use crate::surfaces;
use app::App;
use bytes::Bytes;
use poem::endpoint::{BoxEndpoint, make_sync};
use poem::{IntoEndpoint, Response};
use poem_openapi::registry::{MetaApi, Registry};
use poem_openapi::{ContactObject, LicenseObject, OpenApi, OpenApiService, ServerObject};

const TITLE: &str = "Switchboard";
const DESCRIPTION: &str = "Self-hosted customer-support chat: one core, the REST APIs of five client dialects, and sign-in. `crm` is under \
    `/api`, `helpdesk` under `/tickets`, `/notifications` and `/ai`, `rooms` under `/api/chats`, `support` under `/api/v1`; \
    `team` shares `crm`'s. Under `/as/<dialect>` each is by itself, as its own front ends know it: operations that are served there as \
    they are at the root name it among their servers, others have a path of their own; errors there are `application/json`.\n\n\
    Every path answers with and without its trailing slash. Requests may hold unknown members; answers may gain some. \
    Errors are `application/problem+json` (RFC 9457) with a stable `code`. Live traffic is on WebSockets and Socket.IO, \
    described by AsyncAPI at `/asyncapi.yaml`.";

fn apis() -> impl Iterator<Item = &'static dyn Api> {
    surfaces::all().flat_map(|surface| surface.apis.iter().copied())
}

/// The REST of all surfaces.
struct Rest(App);

/// The same, only described: it needs no core.
struct Described;

impl OpenApi for Described {
    fn meta() -> Vec<MetaApi> {
        apis().flat_map(Api::meta).collect()
    }

    fn register(registry: &mut Registry) {
        apis().for_each(|api| api.register(registry));
    }

    fn add_routes(self, _: &mut Endpoints) {}
}

impl OpenApi for Rest {
    fn meta() -> Vec<MetaApi> {
        Described::meta()
    }

    fn register(registry: &mut Registry) {
        Described::register(registry);
    }

    fn add_routes(self, routes: &mut Endpoints) {
        add_routes(&self.0, routes);
        for mount in surfaces::mounts() {
            let mut root = Endpoints::new();
            add_routes(&self.0, &mut root);
            routes.extend(mount.endpoints(root));
        }
        allow::refuse_other_methods(routes);
    }
}

fn add_routes(app: &App, routes: &mut Endpoints) {
    apis().for_each(|api| api.add_routes(app, routes));
}

fn described<T>(api: T, server: &str) -> OpenApiService<T, ()> {
    let contact = ContactObject::new().name("The Switchboard project");
    let license = LicenseObject::new("MIT OR Apache-2.0").url("https://spdx.org/licenses/MIT.html");
    OpenApiService::new(api, TITLE, env!("CARGO_PKG_VERSION"))
        .description(DESCRIPTION)
        .server(ServerObject::new(server).description("This server"))
        .contact(contact)
        .license(license)
}

/// What answers the REST of all surfaces.
pub fn endpoint(app: &App) -> BoxEndpoint<'static> {
    described(Rest(app.clone()), server(app)).into_endpoint()
}

fn server(app: &App) -> &str {
    app.settings.public_url.as_deref().unwrap_or("/")
}

/// The OpenAPI document of a server at this address.
pub fn document(server: &str) -> String {
    finish::document(&described(Described, server).spec())
}

/// `/openapi.json` and `/asyncapi.yaml`.
pub fn pages(app: &App) -> Vec<Page> {
    let document = Bytes::from(document(server(app)));
    let json = move || {
        Response::builder()
            .content_type("application/json")
            .body(document.clone())
    };
    vec![page("/openapi.json", json), page("/asyncapi.yaml", asyncapi)]
}

/// Every socket frame, as the committed file has it.
fn asyncapi() -> Response {
    Response::builder()
        .content_type("application/yaml")
        .body(include_str!("../../openapi/asyncapi.yaml"))
}

fn page(path: &'static str, make: impl Fn() -> Response + Send + Sync + 'static) -> Page {
    Page::read(path, make_sync(move |_| make()))
}

#[cfg(test)]
mod tests;
