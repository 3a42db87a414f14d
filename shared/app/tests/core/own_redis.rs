//! A Redis that a test may kill, or whose calls it may count.

use crate::support::PATIENCE;
use std::process::{Child, Command, Stdio};

/// A Redis of one test, ended by its pid.
pub struct OwnRedis {
    process: Child,
    port: u16,
}

impl OwnRedis {
    pub fn start(port: u16) -> Self {
        let process = Command::new("redis-server")
            .args([
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                "/tmp",
                "--port",
            ])
            .arg(port.to_string())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server");
        Self { process, port }
    }

    pub fn anywhere() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        Self::start(port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub async fn answers(&self) {
        let address = ("127.0.0.1", self.port);
        let wait = async {
            while tokio::net::TcpStream::connect(address).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("Redis");
    }

    /// How many commands it has run, those inside scripts too, but pings and this question.
    pub async fn calls(&self) -> u64 {
        let client = redis::Client::open(self.url()).expect("a URL");
        let mut connection = client
            .get_multiplexed_async_connection()
            .await
            .expect("a connection");
        let mut info = redis::cmd("INFO");
        let info: String = info
            .arg("commandstats")
            .query_async(&mut connection)
            .await
            .expect("its figures");
        let counts = info.lines().filter_map(|line| {
            let (name, figures) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
            let asks = ["ping", "info", "client|setinfo", "hello"].contains(&name);
            let (calls, _) = figures.split_once(',')?;
            (!asks).then(|| calls.parse::<u64>().expect("a number"))
        });
        counts.sum()
    }

    pub fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for OwnRedis {
    fn drop(&mut self) {
        self.kill();
    }
}
