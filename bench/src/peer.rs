//! The peer and the peers' own load generator: programs of another folder, run as they are.

use crate::server::{self, Server};
use anyhow::{Context, bail};
use serde_json::Value;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::sleep;

/// The folder with the peers, and what its set-up has built.
pub struct Peers {
    pub loadgen: PathBuf,
    node: PathBuf,
    pub postgres: String,
    pub redis: String,
}

/// Its README's defaults.
const POSTGRES: &str = "postgres://bench:bench@127.0.0.1:5432/bench?sslmode=disable";
const REDIS: &str = "redis://127.0.0.1:6379/0";
const SECRET: &str = "bench-secret-bench-secret-bench-secret-0123456789";

fn from_env(name: &str, default: &str) -> String {
    std::env::var(name)
        .ok()
        .filter(|value| !value.is_empty())
        .unwrap_or_else(|| default.to_owned())
}

impl Peers {
    /// Finds what is needed, or says how to make it.
    pub fn find(folder: &Path) -> anyhow::Result<Self> {
        let cache = match std::env::var_os("BENCH_CACHE") {
            Some(cache) => PathBuf::from(cache),
            None => std::env::temp_dir().join("chat-bench"),
        };
        let peers = Self {
            loadgen: cache.join("target/release/loadgen"),
            node: cache.join("node"),
            postgres: from_env("BENCH_PG", POSTGRES),
            redis: from_env("BENCH_REDIS", REDIS),
        };
        for needed in [
            &peers.loadgen,
            &peers.node.join("ws.js"),
            &peers.node.join("node_modules/ws"),
        ] {
            if !needed.exists() {
                bail!(
                    "{} is not there: BENCH_CACHE={} python3 {}/run.py setup (its README says what it needs)",
                    needed.display(),
                    cache.display(),
                    folder.display()
                );
            }
        }
        Ok(peers)
    }

    /// Starts the `ws` peer, two processes.
    pub async fn start(&self, log: &Path) -> anyhow::Result<Server> {
        let address = server::free_address()?;
        let mut command = Command::new("node");
        command.arg("ws.js").current_dir(&self.node).envs([
            ("PORT", address.port().to_string()),
            ("WORKERS", "2".to_owned()),
            ("BENCH_PG", self.postgres.clone()),
            ("BENCH_REDIS", self.redis.clone()),
            ("BENCH_JWT_SECRET", SECRET.to_owned()),
        ]);
        let mut server = Server::of(server::spawn(command, log)?, address)?;
        for _ in 0..300 {
            if TcpStream::connect(address).await.is_ok() {
                // its second process, its pools
                sleep(Duration::from_millis(2500)).await;
                return Ok(server);
            }
            server.must_live(log)?;
            sleep(Duration::from_millis(100)).await;
        }
        bail!("the peer does not listen; see {}", log.display())
    }

    /// Runs the load generator on a server; its report.
    pub async fn load(
        &self,
        server: &Server,
        database: &str,
        table: &str,
        arguments: &[String],
    ) -> anyhow::Result<Value> {
        let mut command = Command::new(&self.loadgen);
        command
            .args(arguments)
            .args(["--target", &address(server.address)]);
        command.args(["--server-pids", &server.pid.to_string(), "--jwt-secret", SECRET]);
        command.args([
            "--persist-cmd",
            &format!("psql '{database}' -Atc 'select count(*) from {table}'"),
        ]);
        let done = command
            .kill_on_drop(true)
            .output()
            .await
            .context("cannot run the load generator")?;
        let said = String::from_utf8_lossy(&done.stderr);
        if !done.status.success() {
            bail!("the load generator failed: {}", said.trim());
        }
        let text = String::from_utf8_lossy(&done.stdout);
        let line = text.trim().lines().last().unwrap_or_default();
        serde_json::from_str(line).with_context(|| format!("not the load generator's report: {line} {said}"))
    }
}

fn address(address: SocketAddr) -> String {
    address.to_string()
}
