//! The api process under measurement: started and ended by its pid, in an environment of its own.

use crate::proc;
use anyhow::{Context, bail};
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// A running process that answers on a port.
pub struct Server {
    child: Child,
    pub pid: u32,
    pub address: SocketAddr,
    /// From its start to the first answer of `/readyz`.
    pub ready_after: Duration,
}

const READY: Duration = Duration::from_secs(30);
const STOP: Duration = Duration::from_secs(20);

/// A port that nobody uses now.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?)
}

impl Server {
    /// Starts `api` with exactly these variables and waits until it is ready.
    pub async fn start(binary: &Path, mut vars: HashMap<String, String>, log: &Path) -> anyhow::Result<Self> {
        let address = free_address()?;
        vars.insert("BIND".into(), address.to_string());
        let mut command = Command::new(binary);
        command.env_clear().envs(vars).arg("serve");
        let began = Instant::now();
        let child = spawn(command, log)?;
        let mut server = Self::of(child, address)?;
        while !answers_ready(address).await {
            server.must_live(log)?;
            if began.elapsed() > READY {
                bail!("not ready within {} s; see {}", READY.as_secs(), log.display());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        server.ready_after = began.elapsed();
        Ok(server)
    }

    /// A process that was started elsewhere and listens on this address.
    pub fn of(child: Child, address: SocketAddr) -> anyhow::Result<Self> {
        let pid = child.id().context("the process has ended")?;
        Ok(Self {
            child,
            pid,
            address,
            ready_after: Duration::ZERO,
        })
    }

    /// Fails where the process has ended.
    pub fn must_live(&mut self, log: &Path) -> anyhow::Result<()> {
        match self.child.try_wait()? {
            Some(status) => bail!("the server ended ({status}); see {}", log.display()),
            None => Ok(()),
        }
    }

    /// Asks it to end, and ends it where it does not.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let asked = Command::new("kill")
            .arg("-TERM")
            .arg(self.pid.to_string())
            .status()
            .await;
        asked.context("cannot run kill")?;
        if tokio::time::timeout(STOP, self.child.wait()).await.is_err() {
            self.child.kill().await.context("cannot kill the server")?;
        }
        Ok(())
    }

    /// Its memory in MB.
    pub fn rss_mb(&self) -> anyhow::Result<f64> {
        Ok(proc::rss_kib(self.pid)? / 1024.0)
    }
}

/// Starts a process whose output goes to a file, and that ends when this one gives up.
pub fn spawn(mut command: Command, log: &Path) -> anyhow::Result<Child> {
    let file = std::fs::File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .kill_on_drop(true);
    command.spawn().context("cannot start the server")
}

async fn answers_ready(address: SocketAddr) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect(address).await?;
        let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await?;
        std::io::Result::Ok(answer == *b"HTTP/1.1 200")
    };
    matches!(
        tokio::time::timeout(Duration::from_secs(2), ask).await,
        Ok(Ok(true))
    )
}
