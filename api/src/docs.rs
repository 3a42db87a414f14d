//! The API's own description: the OpenAPI document, made from the code, and the two pages that show it.

mod allow;
mod finish;
mod pages;

use crate::auth;
use crate::dialects::{crm, helpdesk, rooms, support};
use crate::routes::Page;
use poem::Response;
use poem::endpoint::{BoxEndpoint, make_sync};
use poem::http::Method;
use poem_openapi::registry::{MetaApi, Registry};
use poem_openapi::{ContactObject, LicenseObject, OpenApi, OpenApiService, ServerObject, Tags};
use shared::core::Core;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

/// What the operations are grouped by.
#[derive(Tags)]
pub enum Tag {
    /// Accounts and sessions. The same under `/auth`, `/api/auth` and `/api/v1/auth`.
    Auth,
    /// Talking to the company: the bot first.
    Bot,
    /// Texts that agents put into their answers by a shortcut.
    CannedReplies,
    /// Conversations and their history.
    Conversations,
    /// The company's work on conversations: who has one, and how much there is. Agents and admins.
    Desk,
    /// Uploads.
    Files,
    /// What the bot knows.
    Knowledge,
    /// What conversations are sorted by. Agents and admins.
    Labels,
    /// Help desk: tickets and their messages.
    Tickets,
    /// Tickets and stations by number.
    Support,
    /// Help desk: the bot, asked directly.
    Assistance,
    /// What agents see beside a conversation: the customer, the bot's reasons, what to answer.
    Insight,
    /// Help desk: reports of other processes of the operator's.
    Internal,
    /// Changing, reacting to and finding messages.
    Messages,
    /// What agents and admins write to each other about a conversation.
    Notes,
    /// What people are told of, also while they are away.
    Notifications,
    /// Jobs and figures.
    Operations,
    /// Who takes part, what they read, who is typing.
    People,
    /// Rooms: conversations by name, people by username. Without a token where `ROOMS_ACCESS=open`.
    Rooms,
    /// Who works for the company, and everybody's accounts.
    Users,
    /// What happens, posted to other systems. Admins only.
    Webhooks,
}

const TITLE: &str = "Switchboard";
const DESCRIPTION: &str = "Self-hosted customer-support chat: one core, the REST APIs of five client dialects, and sign-in. `crm` is under \
    `/api`, `helpdesk` under `/tickets`, `/notifications` and `/ai`, `rooms` under `/api/chats`, `support` under `/api/v1`; \
    `team` shares `crm`'s.\n\n\
    Every path answers with and without its trailing slash. Requests may hold unknown members; answers may gain some. \
    Errors are `application/problem+json` (RFC 9457) with a stable `code`. Live traffic is on WebSockets and Socket.IO, \
    described by AsyncAPI at `/asyncapi.yaml`.";

fn apis(core: Core) -> impl OpenApi {
    allow::Allowing((
        auth::apis(core.clone()),
        crm::apis(core.clone()),
        helpdesk::apis(core.clone()),
        rooms::apis(core.clone()),
        support::apis(core.clone()),
        support::push::apis(core),
    ))
}

/// What the API answers: the methods and paths that its document has.
pub fn operations() -> Vec<(Method, String)> {
    fn of<T: OpenApi>(_: fn(Core) -> T) -> Vec<MetaApi> {
        T::meta()
    }
    let paths = of(apis).into_iter().flat_map(|api| api.paths);
    let operations = paths.flat_map(|path| {
        let methods = path.operations.into_iter().map(|operation| operation.method);
        methods.map(move |method| (method, path.path.clone()))
    });
    operations.collect()
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

/// The REST API of every dialect, to be nested at `/`.
pub fn service(core: &Core) -> OpenApiService<impl OpenApi + use<>, ()> {
    described(apis(core.clone()), server(core))
}

fn server(core: &Core) -> &str {
    core.settings.public_url.as_deref().unwrap_or("/")
}

/// The OpenAPI document of a server at this address.
pub fn document(server: &str) -> String {
    fn of<T: OpenApi>(_: fn(Core) -> T, server: &str) -> String {
        finish::document(&described(Described(PhantomData::<T>), server).spec())
    }
    of(apis, server)
}

/// An API that is only described: it needs no core.
struct Described<T>(PhantomData<T>);

impl<T: OpenApi> OpenApi for Described<T> {
    fn meta() -> Vec<MetaApi> {
        T::meta()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(self, _: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {}
}

/// `/openapi.json`, Swagger UI at `/docs`, ReDoc at `/redoc`; nothing on them comes from another host.
pub fn pages(core: &Core) -> Vec<Page> {
    let document: Arc<str> = document(server(core)).into();
    let json = {
        let document = document.clone();
        move || {
            Response::builder()
                .content_type("application/json")
                .body(document.to_string())
        }
    };
    vec![
        page("/openapi.json", json),
        page("/asyncapi.yaml", asyncapi),
        page("/docs", once(document.clone(), pages::swagger)),
        page("/redoc", once(document, pages::redoc)),
    ]
}

/// A page that is made when it is first asked for.
fn once(
    document: Arc<str>,
    make: fn(&str) -> pages::Document,
) -> impl Fn() -> Response + Send + Sync + 'static {
    let made = OnceLock::new();
    move || made.get_or_init(|| make(&document)).respond()
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
