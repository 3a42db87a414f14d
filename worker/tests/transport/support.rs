//! A private Redis and a worker that reports what it handles.

use std::future::Future;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use platform::queue::{Queue, RedisQueue};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use worker::transport::{TransportError, run_with_grace};

pub const LONG: Duration = Duration::from_secs(20);

/// A Redis of this test's own, ended with it.
pub struct Redis {
    child: Child,
    pub port: u16,
}

impl Redis {
    pub fn start() -> Self {
        Self::start_on(free_port())
    }

    pub fn start_on(port: u16) -> Self {
        let mut child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--save", "", "--appendonly", "no"])
            .args(["--bind", "127.0.0.1"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("redis-server is installed");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("Ready to accept connections")));
        Self { child, port }
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: &str) {
        let pid = self.pid().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    pub fn kill(mut self) -> u16 {
        self.end();
        self.port
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub async fn ask<T: redis::FromRedisValue>(&self, command: &[&str]) -> T {
        let client = redis::Client::open(self.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let mut cmd = redis::cmd(command[0]);
        cmd.arg(&command[1..]);
        cmd.query_async(&mut connection).await.unwrap()
    }

    pub async fn queue(&self) -> Queue {
        RedisQueue::open(&self.url(), "t:").unwrap().into()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.end();
    }
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A running transport.
pub struct Worker {
    pub shutdown: CancellationToken,
    pub health: Arc<AtomicBool>,
    pub task: JoinHandle<Result<(), TransportError>>,
}

impl Worker {
    pub fn start<H, F>(queue: &Queue, concurrency: usize, handler: H) -> Self
    where
        H: Fn(Uuid) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        Self::with_grace(queue, concurrency, LONG, handler)
    }

    pub fn with_grace<H, F>(queue: &Queue, concurrency: usize, grace: Duration, handler: H) -> Self
    where
        H: Fn(Uuid) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let shutdown = CancellationToken::new();
        let health = Arc::new(AtomicBool::new(false));
        let running = run_with_grace(
            queue.clone(),
            concurrency,
            grace,
            handler,
            shutdown.clone(),
            health.clone(),
        );
        Self {
            shutdown,
            health,
            task: tokio::spawn(running),
        }
    }

    /// A worker whose handler only reports.
    pub fn reporting(queue: &Queue, concurrency: usize) -> (Self, mpsc::UnboundedReceiver<Uuid>) {
        let (seen, seeing) = mpsc::unbounded_channel();
        let worker = Self::start(queue, concurrency, move |job| {
            let seen = seen.clone();
            async move {
                let _ = seen.send(job);
            }
        });
        (worker, seeing)
    }

    pub async fn healthy(&self, wanted: bool) {
        until(|| self.health.load(Ordering::Relaxed) == wanted).await;
    }

    pub async fn stop(self) -> Result<(), TransportError> {
        self.shutdown.cancel();
        tokio::time::timeout(LONG, self.task).await.unwrap().unwrap()
    }
}

/// Waits for a state that announces itself by no event.
pub async fn until(state: impl Fn() -> bool) {
    let started = Instant::now();
    while !state() {
        assert!(started.elapsed() < LONG, "it never came about");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

pub async fn next(seeing: &mut mpsc::UnboundedReceiver<Uuid>) -> Uuid {
    tokio::time::timeout(LONG, seeing.recv())
        .await
        .expect("no ticket arrived")
        .unwrap()
}

pub fn ids(count: usize) -> Vec<Uuid> {
    (0..count).map(|_| Uuid::new_v4()).collect()
}
