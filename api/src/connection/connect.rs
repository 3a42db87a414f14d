//! From an upgrade request to a client who is let in: who is it, and may they.

use super::join::{confirm, converse};
use super::refusals::Refusals;
use super::serve::run;
use super::transport::{close, write};
use crate::app::ServerState;
use crate::bearer::client_address;
use crate::client::{Client, SendQueue};
use crate::close::{CloseCode, Closing};
use crate::dialect::{ConnectRequest, Dialect, Refusal, SocketPath};
use crate::problem::Problem;
use crate::upgrade::{self, Upgrade, WebSocket};
use chat::access;
use chat::conversations;
use chat::policy;
use chat::scope;
use chat::scope::Scope;
use kernel::actor::Actor;
use kernel::error::Error;
use poem::http::{Method, StatusCode};
use poem::{Endpoint, Request, Response, endpoint};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// What answers on one path, for the dialects that share it: the most exact in its conversations' names comes first.
pub fn endpoint(
    server: ServerState,
    mut dialects: Vec<&'static SocketPath>,
    refusals: Arc<Refusals>,
) -> impl Endpoint<Output = Response> {
    dialects.sort_by_key(|of| std::cmp::Reverse(of.names.len()));
    let door = Arc::new(Door {
        server,
        dialects,
        refusals,
    });
    endpoint::make(move |request: Request| {
        let door = door.clone();
        async move { door.open(&request).await }
    })
}

/// One path on which sockets begin.
struct Door {
    server: ServerState,
    dialects: Vec<&'static SocketPath>,
    refusals: Arc<Refusals>,
}

impl Door {
    async fn open(&self, request: &Request) -> Result<Response, Problem> {
        let name = request.path_params::<String>().unwrap_or_default();
        let speaks = |of: &&&SocketPath| name.starts_with(of.names);
        let Some(of) = self.dialects.iter().find(speaks) else {
            return Err(Error::NotFound("Conversation".into()).into());
        };
        // only a GET can be refused as a socket; the upgrade says so of the rest
        if request.method() == Method::GET {
            of.dialect.check_name(&name)?;
        }
        let conversation = of.path.contains(':').then_some(name);
        self.accept(of.dialect, request, conversation).await
    }

    /// Answers an upgrade request. Refusals are close codes after accepting, so that a browser can read them, until a client
    /// was refused too often.
    async fn accept(
        &self,
        dialect: &'static dyn Dialect,
        request: &Request,
        conversation: Option<String>,
    ) -> Result<Response, Problem> {
        let server = &self.server;
        if server.hub.is_draining() {
            let refusal = Response::builder().status(StatusCode::SERVICE_UNAVAILABLE);
            return Ok(refusal.finish());
        }
        let upgrade = match Upgrade::of(request) {
            Ok(upgrade) => upgrade,
            Err(refusal) => return Ok(*refusal),
        };
        let query = request.uri().query().unwrap_or_default();
        let connect = ConnectRequest {
            token: upgrade::token(request),
            conversation,
            address: client_address(request, &server.app.settings.trusted_proxies),
            query: upgrade::url_pairs(query).collect(),
        };
        let path: Arc<str> = request.uri().path().into();
        if self.refusals.is_exhausted(connect.address, &path) {
            refuse_early(server, dialect, &connect).await?;
        }
        let (served, refusals) = (server.clone(), self.refusals.clone());
        let address = connect.address;
        let refused = move || refusals.note(address, &path);
        let serve = move |ws| serve(served, dialect, connect, ws, refused);
        Ok(upgrade.accept(serve, &server.hub.tasks))
    }
}

/// Refuses by HTTP whom a close code would refuse; whoever else comes from there is let in.
async fn refuse_early(
    server: &ServerState,
    dialect: &dyn Dialect,
    request: &ConnectRequest,
) -> Result<(), Problem> {
    let found = timeout(ADMISSION_TIMEOUT, find(server, dialect, request)).await;
    let Ok(Err(why)) = found else { return Ok(()) };
    let closing = dialect.refuse_socket(&why, request);
    let Some((status, code)) = refused_for_good(closing.code) else {
        return Ok(());
    };
    Err(Problem::new(status, code, closing.reason).retry_after(RETRY_REFUSED))
}

/// What HTTP says instead of a close code after which a client is to stay away.
fn refused_for_good(code: CloseCode) -> Option<(StatusCode, &'static str)> {
    match code {
        CloseCode::Token | CloseCode::Revoked => Some((StatusCode::UNAUTHORIZED, "not_authenticated")),
        CloseCode::NoAccess | CloseCode::Gone => Some((StatusCode::FORBIDDEN, "forbidden")),
        _ => None,
    }
}

/// When such a client may try again, in seconds.
const RETRY_REFUSED: u64 = 60;

/// A client whose person is not known by then is sent away: a database that hangs must not fill the server with
/// strangers.
const ADMISSION_TIMEOUT: Duration = Duration::from_secs(5);

async fn serve(
    server: ServerState,
    dialect: &'static dyn Dialect,
    request: ConnectRequest,
    ws: WebSocket,
    refused: impl FnOnce(),
) {
    let address = request.address;
    let since = request.query("since").and_then(|rev| rev.parse().ok());
    // what is over when the socket lives is boxed: an idle socket must not hold its size
    let admitted = Box::pin(timeout(ADMISSION_TIMEOUT, admit(&server, dialect, request))).await;
    let client = match admitted.unwrap_or_else(|_| Err(Closing::busy())) {
        Ok(client) => client,
        Err(why) => {
            if refused_for_good(why.code).is_some() {
                refused();
            }
            return Box::pin(close(ws, why)).await;
        }
    };
    let name = dialect.name();
    if !server.hub.admit(&client.actor, address, name) {
        let full = Closing::new(CloseCode::TooFast, "Too many connections");
        return Box::pin(close(ws, full)).await;
    }
    match client.conversation {
        Some(id) => Box::pin(converse(&server, dialect, &client, id, since, ws)).await,
        None => Box::pin(watch_inbox(&server, dialect, &client, ws)).await,
    }
    server.hub.dismiss(&client.actor, address, name);
}

async fn watch_inbox(
    server: &ServerState,
    dialect: &'static dyn Dialect,
    client: &Arc<Client>,
    mut ws: WebSocket,
) {
    server.hub.inbox.add(client.clone());
    match Box::pin(confirm(server, client)).await {
        Ok(()) => {
            // before what was held meanwhile
            let welcome = dialect.welcome_inbox(&client.actor).into_iter();
            if Box::pin(write(&mut ws, &client.send_queue, welcome))
                .await
                .is_ok()
            {
                client.send_queue.go_live(0);
                run(&server.app, dialect, client, ws).await;
            }
        }
        Err(why) => Box::pin(close(ws, why)).await,
    }
    server.hub.inbox.remove(client.id);
}

/// Who it is, and whether they may.
async fn admit(
    server: &ServerState,
    dialect: &'static dyn Dialect,
    request: ConnectRequest,
) -> Result<Arc<Client>, Closing> {
    let (actor, scope) = find(server, dialect, &request).await.map_err(|why| {
        if let Refusal::Failed(error) = &why {
            tracing::warn!(%error, "a socket could not join");
        }
        dialect.refuse_socket(&why, &request)
    })?;
    let scope = scope.as_deref();
    Ok(Arc::new(Client {
        id: server.hub.next_id(),
        serializer: dialect,
        class: dialect.class(&actor),
        hidden: scope.map_or(0, |scope| policy::before_their_time(&actor, scope)),
        actor,
        conversation: scope.map(|scope| scope.id),
        alias: scope.and_then(|scope| scope.alias.as_deref().map(Into::into)),
        send_queue: SendQueue::default(),
        claims: server.hub.claims.clone(),
    }))
}

async fn find(
    server: &ServerState,
    dialect: &dyn Dialect,
    request: &ConnectRequest,
) -> Result<(Actor, Option<Arc<Scope>>), Refusal> {
    let _turn = server.hub.turn_to_join().await;
    let actor = dialect.identify(&server.app, request).await?.at(request.address);
    let Some(name) = &request.conversation else {
        return Ok((actor, None));
    };
    let unknown = |error| match error {
        Error::NotFound(_) => Refusal::Unknown,
        other => other.into(),
    };
    let id = conversations::resolve(&server.app, name).await.map_err(unknown)?;
    scope::scope(&server.app, id).await.map_err(unknown)?;
    let scope = access::authorize(&server.app, &actor, id).await?;
    Ok((actor, Some(scope)))
}
