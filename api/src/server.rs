//! The running server: listeners, the embedded worker, and an end that loses nothing.

use crate::app::ServerState;
use crate::assemble;
use crate::hub::Hub;
use crate::listen::{self, Connections, Deadlines, Listen};
use crate::ops;
use crate::routes::Routes;
use ::app::App;
use anyhow::Context;
use kernel::settings::{Settings, WorkerMode};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long sockets and requests get to end.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
/// File descriptors for the database, Redis, files and what the worker calls.
const OTHER_FILES: usize = 512;
/// How often figures and limits are tidied.
const TIDY: Duration = Duration::from_secs(30);

/// A server that answers.
pub struct Server {
    app: App,
    hub: Arc<Hub>,
    /// Where it listens; ports given as 0 are real here.
    pub addresses: Vec<SocketAddr>,
    /// What is open on them.
    pub connections: Arc<Connections>,
    /// What it answers.
    pub routes: Arc<Routes>,
    /// Stops accepting requests.
    stop: CancellationToken,
    listeners: JoinSet<()>,
    worker: Option<worker::Worker>,
}

impl Server {
    /// Begins to listen on the settings' addresses, and to work where the worker is embedded.
    pub async fn start(app: App) -> anyhow::Result<Self> {
        Self::start_paced(app, Deadlines::default()).await
    }

    /// The same with other times for slow clients.
    pub async fn start_paced(app: App, deadlines: Deadlines) -> anyhow::Result<Self> {
        let hub = Hub::start(app.clone());
        let worker = (app.settings.worker == WorkerMode::Embedded).then(|| worker::spawn(app.clone()));
        let (endpoint, routes) = assemble::build(ServerState {
            app: app.clone(),
            hub: hub.clone(),
            worker: worker.as_ref().map(|worker| worker.health.clone()),
        });
        let stop = CancellationToken::new();
        let connections = connections(&app.settings);
        let listen = Arc::new(Listen {
            endpoint,
            deadlines,
            connections: connections.clone(),
            stop: stop.clone(),
        });
        let mut addresses = Vec::new();
        let mut listeners = JoinSet::new();
        for address in &app.settings.bind {
            let listener = TcpListener::bind(address)
                .await
                .with_context(|| format!("cannot listen on {address}"))?;
            addresses.push(listener.local_addr()?);
            listeners.spawn(listen::run(listener, listen.clone(), DRAIN_TIMEOUT));
        }
        tokio::spawn(chat::presence::keep(chat::Chat::clone(&app)));
        tokio::spawn(tidy(app.clone()));
        Ok(Self {
            app,
            hub,
            addresses,
            connections,
            routes,
            stop,
            listeners,
            worker,
        })
    }

    /// Ends: sockets are asked to come back elsewhere, requests finish, jobs finish, what they published goes out, the
    /// database closes.
    pub async fn stop(mut self) {
        self.hub.drain(DRAIN_TIMEOUT).await;
        self.stop.cancel();
        while let Some(ended) = self.listeners.join_next().await {
            if let Err(error) = ended {
                tracing::warn!(%error, "a listener ended badly");
            }
        }
        self.app.shutdown.cancel();
        if let Some(worker) = self.worker
            && let Err(error) = worker.done.await
        {
            tracing::warn!(%error, "the worker ended badly");
        }
        self.app.close().await;
    }
}

/// As many connections as there are file descriptors, less those that the rest of the process needs.
fn connections(settings: &Settings) -> Arc<Connections> {
    let files = platform::bootstrap::file_limit();
    let total = files.saturating_sub(OTHER_FILES.min(files / 2));
    Connections::new(
        total,
        settings.max_connections_per_address,
        &settings.trusted_proxies,
    )
}

async fn tidy(app: App) {
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(TIDY) => {}
        }
        app.limits.tidy();
        ops::tidy();
    }
}
