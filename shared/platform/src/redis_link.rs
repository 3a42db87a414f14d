//! The way to Redis: one connection that many tasks share, watched so that a dead one is noticed and made anew.
//!
//! A network that drops packets closes nothing: a connection through it looks whole for many minutes. So it is asked
//! every second, and given up when it does not answer. While it is known to be dead every call fails without waiting.

use redis::aio::MultiplexedConnection;
use redis::io::tcp::{TcpSettings, socket2::TcpKeepalive};
use redis::{AsyncConnectionConfig, Client, IntoConnectionInfo, RedisError, RedisResult};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// How often the connection is asked whether it lives…
pub(super) const PING: Duration = Duration::from_secs(1);
/// …and how long it may take to answer.
pub(super) const SILENCE: Duration = Duration::from_secs(1);
/// How long an attempt to connect may take.
pub(super) const CONNECT: Duration = Duration::from_millis(1500);
/// Between attempts; the wait doubles from the first to the last.
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_LAST: Duration = Duration::from_secs(1);
/// How long a call waits for a connection that is being made.
const BEGIN: Duration = Duration::from_secs(1);
/// The longest that a call takes while nobody knows yet that Redis is silent.
pub const CALL: Duration = Duration::from_secs(2);

/// The connection that calls are made on.
pub type Connection = MultiplexedConnection;

/// A connection that many tasks share; it ends with the link.
pub struct RedisLink {
    client: Client,
    state: watch::Receiver<State>,
    /// Has the connection asked whether it lives without waiting for its next turn.
    doubted: Arc<Notify>,
    keeper: JoinHandle<()>,
}

#[derive(Clone)]
enum State {
    /// It is being made for the first time, or anew just after it was lost.
    Connecting,
    Up {
        connection: MultiplexedConnection,
        /// Counts the connections of this link.
        number: u64,
    },
    /// The last attempt failed, or the connection fell silent; attempts go on.
    Down,
}

impl RedisLink {
    /// Checks the URL and begins to connect, for as long as the link lives. Needs a Tokio runtime, not a running Redis.
    pub fn open(url: &str) -> RedisResult<Self> {
        let client = client(url)?;
        let (sender, state) = watch::channel(State::Connecting);
        let doubted = Arc::new(Notify::new());
        let keeper = tokio::spawn(keep(client.clone(), sender, doubted.clone()));
        Ok(Self {
            client,
            state,
            doubted,
            keeper,
        })
    }

    /// The connection. Fails without waiting while Redis is known to be out of reach, and within a second while a
    /// connection is being made. Calls on it take [`CALL`] at most.
    pub async fn get(&self) -> RedisResult<MultiplexedConnection> {
        self.after(0).await.map(|(connection, _)| connection)
    }

    /// The connection that was made after the one of this number, with its own number.
    async fn after(&self, number: u64) -> RedisResult<(MultiplexedConnection, u64)> {
        let mut state = self.state.clone();
        let settled = state.wait_for(|state| match state {
            State::Connecting => false,
            State::Up { number: newest, .. } => *newest > number,
            State::Down => true,
        });
        match timeout(BEGIN, settled).await {
            Ok(Ok(state)) => match &*state {
                State::Up { connection, number } => Ok((connection.clone(), *number)),
                State::Down | State::Connecting => Err(no_answer()),
            },
            _ => Err(no_answer()),
        }
    }

    /// Runs a call that may be repeated: on a connection that turns out to be closed already it fails, and runs once
    /// more on a new one. A call under way fails as soon as the connection is known to be dead.
    pub async fn run<T, F>(&self, call: impl Fn(MultiplexedConnection) -> F) -> RedisResult<T>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let (connection, number) = self.after(0).await?;
        let answer = self.within(call(connection)).await;
        if !answer.as_ref().is_err_and(is_lost) {
            return answer;
        }
        self.doubted.notify_one();
        let (connection, _) = self.after(number).await?;
        self.within(call(connection)).await
    }

    async fn within<T>(&self, call: impl Future<Output = RedisResult<T>>) -> RedisResult<T> {
        let mut state = self.state.clone();
        tokio::select! {
            answer = timeout(CALL, call) => answer.unwrap_or_else(|_| Err(no_answer())),
            _ = state.wait_for(|state| matches!(state, State::Down)) => Err(no_answer()),
        }
    }

    /// Whether Redis answers.
    pub async fn ping(&self) -> RedisResult<()> {
        let ping =
            |mut connection: Connection| async move { redis::cmd("PING").exec_async(&mut connection).await };
        self.run(ping).await
    }

    /// The client, for a connection of another kind. It has this link's settings of TCP.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl Drop for RedisLink {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

/// A client whose connections end by themselves when the other side is gone: nothing acknowledged for five seconds, or
/// three probes of a quiet connection without an answer.
fn client(url: &str) -> RedisResult<Client> {
    let keepalive = TcpKeepalive::new()
        .with_time(Duration::from_secs(10))
        .with_interval(Duration::from_secs(3))
        .with_retries(3);
    let tcp = TcpSettings::default()
        .set_nodelay(true)
        .set_keepalive(keepalive)
        .set_user_timeout(Duration::from_secs(5));
    Client::open(url.into_connection_info()?.set_tcp_settings(tcp))
}

/// How connections are made and used: neither takes longer than a few seconds.
pub(super) fn limits() -> AsyncConnectionConfig {
    AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT))
        .set_response_timeout(Some(CALL))
}

/// Makes the connection, asks it whether it lives, and makes it anew.
async fn keep(client: Client, state: watch::Sender<State>, doubted: Arc<Notify>) {
    let (mut pause, mut number, mut reported) = (RETRY_FIRST, 0, false);
    loop {
        match connect(&client).await {
            Ok(connection) => {
                if std::mem::take(&mut reported) {
                    tracing::info!("Redis is there again");
                }
                number += 1;
                pause = RETRY_FIRST;
                let shared = connection.clone();
                state.send_replace(State::Up {
                    connection: shared,
                    number,
                });
                let ended = watch_over(connection, &doubted).await;
                tracing::warn!(%ended, "the connection to Redis was lost; making another");
                // one that was closed is usually made anew within milliseconds; silence goes on
                state.send_replace(match ended {
                    Ended::Closed(_) => State::Connecting,
                    Ended::Silent => State::Down,
                });
                continue;
            }
            Err(error) if !std::mem::replace(&mut reported, true) => {
                tracing::warn!(%error, "Redis is out of reach; trying until it is there");
            }
            Err(_) => {}
        }
        state.send_replace(State::Down);
        sleep(pause).await;
        pause = (pause * 2).min(RETRY_LAST);
    }
}

async fn connect(client: &Client) -> RedisResult<MultiplexedConnection> {
    let config = limits();
    let connecting = client.get_multiplexed_async_connection_with_config(&config);
    timeout(CONNECT, connecting)
        .await
        .unwrap_or_else(|_| Err(no_answer()))
}

#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("{0}")]
    Closed(RedisError),
    #[error("it does not answer")]
    Silent,
}

/// Returns when the connection is dead.
async fn watch_over(mut connection: MultiplexedConnection, doubted: &Notify) -> Ended {
    loop {
        tokio::select! {
            () = sleep(PING) => {}
            () = doubted.notified() => {}
        }
        let ping = redis::cmd("PING");
        match timeout(SILENCE, ping.exec_async(&mut connection)).await {
            Err(_) => return Ended::Silent,
            Ok(Err(error)) if error.is_timeout() => return Ended::Silent,
            Ok(Err(error)) if is_lost(&error) => return Ended::Closed(error),
            // it answers, if only to say that it is loading or full
            Ok(_) => {}
        }
    }
}

/// Whether a call failed because its connection was closed; a silent one times out instead.
fn is_lost(error: &RedisError) -> bool {
    error.is_unrecoverable_error() || error.is_io_error() && !error.is_timeout()
}

fn no_answer() -> RedisError {
    let timed_out = std::io::Error::new(std::io::ErrorKind::TimedOut, "Redis does not answer");
    RedisError::from(timed_out)
}
