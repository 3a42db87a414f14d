//! A whole server for tests, on the profile that `TEST_PROFILE` names, with its worker inside.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

use crate::listen::Deadlines;
use crate::routes::Routes;
use crate::server::Server;
use accounts::tokens;
use app::App;
use app::testing::{PASSWORD, Place};
use entity::user::{self, Department, Role};
use kernel::actor::Actor;
use kernel::clock::Clock;
use std::net::SocketAddr;

/// A server that answers on a port of its own.
pub struct TestServer {
    pub app: App,
    pub place: std::sync::Arc<Place>,
    pub address: SocketAddr,
    pub client: reqwest::Client,
    server: Option<Server>,
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    pub actor: Actor,
    pub token: String,
    pub refresh: String,
}

impl TestServer {
    /// Starts one in a place of its own.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with some settings changed.
    pub async fn start_with(changes: &[(&str, &str)]) -> Self {
        Self::start_in(std::sync::Arc::new(Place::new().await), changes).await
    }

    /// One more instance in a place that exists.
    pub async fn start_in(place: std::sync::Arc<Place>, changes: &[(&str, &str)]) -> Self {
        Self::on(Clock::System, place, changes, Deadlines::default()).await
    }

    /// The same with other times for slow clients.
    pub async fn start_paced(
        place: std::sync::Arc<Place>,
        changes: &[(&str, &str)],
        deadlines: Deadlines,
    ) -> Self {
        Self::on(Clock::System, place, changes, deadlines).await
    }

    /// One in a place of its own, on another clock.
    pub async fn start_at(clock: Clock) -> Self {
        let place = std::sync::Arc::new(Place::new().await);
        Self::on(clock, place, &[], Deadlines::default()).await
    }

    async fn on(
        clock: Clock,
        place: std::sync::Arc<Place>,
        changes: &[(&str, &str)],
        deadlines: Deadlines,
    ) -> Self {
        let mut all = vec![("BIND", "127.0.0.1:0")];
        all.extend(changes);
        let app = place.app(clock, &all).await;
        let server = Server::start_paced(app.clone(), deadlines)
            .await
            .expect("a server");
        let address = server.addresses[0];
        Self {
            app,
            place,
            address,
            client: reqwest::Client::new(),
            server: Some(server),
        }
    }

    /// Every route of the server.
    pub fn routes(&self) -> &Routes {
        &self.server.as_ref().expect("a server that runs").routes
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The address of a socket's path.
    pub fn ws(&self, path: &str) -> String {
        format!("ws://{}{path}", self.address)
    }

    /// A new account, signed in.
    pub async fn person(&self, name: &str, role: Role, department: Option<Department>) -> Person {
        let actor = app::testing::person(&self.app, name, role, department).await;
        self.sign_in(&actor).await
    }

    /// A new customer, signed in.
    pub async fn user(&self, name: &str) -> Person {
        self.person(name, Role::User, None).await
    }

    /// A session for an account that exists.
    pub async fn sign_in(&self, actor: &Actor) -> Person {
        let user: user::Model = accounts::users::me(&self.app, actor).await.expect("the account");
        let pair = tokens::open_session(&self.app, user).await.expect("a session");
        Person {
            actor: actor.clone(),
            token: pair.access,
            refresh: pair.refresh,
        }
    }

    /// An access token of a person's session that runs out after a while, in whole seconds.
    pub async fn short_token(&self, who: &Person, good_for: std::time::Duration) -> String {
        let session = tokens::authenticate(&self.app, &who.token).await;
        let session = session.expect("a good token").session.expect("a session");
        let user = accounts::users::me(&self.app, &who.actor)
            .await
            .expect("the account");
        let good_for = chrono::Duration::from_std(good_for).expect("a short time");
        let expires_at = self.app.clock.now() + good_for;
        tokens::access_token(&self.app, &user, session, expires_at).expect("a token")
    }

    /// The password of every account.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Connections that the server holds.
    pub fn open_connections(&self) -> usize {
        self.server.as_ref().map_or(0, |server| server.connections.open())
    }

    /// Ends the server as SIGTERM does.
    pub async fn stop(mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.app.shutdown.cancel();
    }
}
