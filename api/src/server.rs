//! The running server: listeners, the embedded worker, and an end that loses nothing.

use crate::app::{self, App};
use crate::hub::Hub;
use crate::ops;
use anyhow::Context;
use poem::http::uri::Scheme;
use poem::listener::{Acceptor, TcpAcceptor};
use poem::web::{LocalAddr, RemoteAddr};
use shared::core::Core;
use shared::settings::WorkerMode;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long sockets and requests get to end.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often figures and limits are tidied.
const TIDY: Duration = Duration::from_secs(30);

/// A server that answers.
pub struct Server {
    core: Core,
    hub: Arc<Hub>,
    /// Where it listens; ports given as 0 are real here.
    pub addresses: Vec<SocketAddr>,
    /// Stops accepting requests.
    stop: CancellationToken,
    listeners: JoinSet<std::io::Result<()>>,
    worker: Option<worker::Worker>,
}

impl Server {
    /// Begins to listen on the settings' addresses, and to work where the worker is embedded.
    pub async fn start(core: Core) -> anyhow::Result<Self> {
        let hub = Hub::start(core.clone());
        let worker = (core.settings.worker == WorkerMode::Embedded).then(|| worker::spawn(core.clone()));
        let endpoint = Arc::new(app::build(App {
            core: core.clone(),
            hub: hub.clone(),
            worker: worker.as_ref().map(|worker| worker.health.clone()),
        }));
        let stop = CancellationToken::new();
        let mut addresses = Vec::new();
        let mut listeners = JoinSet::new();
        for address in &core.settings.bind {
            let listener = TcpListener::bind(address)
                .await
                .with_context(|| format!("cannot listen on {address}"))?;
            let acceptor = Prompt(TcpAcceptor::from_tokio(listener)?);
            addresses.extend(
                acceptor
                    .local_addr()
                    .iter()
                    .filter_map(|address| address.as_socket_addr().copied()),
            );
            let server = poem::Server::new_with_acceptor(acceptor).idle_timeout(Duration::from_secs(75));
            let stopped = stop.clone().cancelled_owned();
            listeners.spawn(server.run_with_graceful_shutdown(endpoint.clone(), stopped, Some(PATIENCE)));
        }
        tokio::spawn(shared::presence::keep(core.clone()));
        tokio::spawn(tidy(core.clone()));
        Ok(Self {
            core,
            hub,
            addresses,
            stop,
            listeners,
            worker,
        })
    }

    /// Ends: sockets are asked to come back elsewhere, requests finish, jobs finish, the database closes.
    pub async fn stop(mut self) {
        self.hub.drain(PATIENCE).await;
        self.stop.cancel();
        while let Some(ended) = self.listeners.join_next().await {
            if let Ok(Err(error)) = ended {
                tracing::warn!(%error, "a listener ended badly");
            }
        }
        self.core.shutdown.cancel();
        if let Some(worker) = self.worker
            && let Err(error) = worker.done.await
        {
            tracing::warn!(%error, "the worker ended badly");
        }
        if let Err(error) = self.core.db.close().await {
            tracing::warn!(%error, "the database was not closed cleanly");
        }
    }
}

/// Accepts connections that write at once: a chat's frames are small, and must not wait for the
/// acknowledgement of the frame before (RFC 896).
struct Prompt(TcpAcceptor);

impl Acceptor for Prompt {
    type Io = TcpStream;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.0.local_addr()
    }

    async fn accept(&mut self) -> std::io::Result<(TcpStream, LocalAddr, RemoteAddr, Scheme)> {
        let accepted = self.0.accept().await?;
        accepted.0.set_nodelay(true)?;
        Ok(accepted)
    }
}

async fn tidy(core: Core) {
    loop {
        tokio::select! {
            () = core.shutdown.cancelled() => return,
            () = tokio::time::sleep(TIDY) => {}
        }
        core.limits.tidy();
        ops::tidy();
    }
}
