//! A network link for tests that can break: a TCP proxy on loopback before Postgres, Redis or S3.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// What the link does with traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Passes everything on.
    Up,
    /// Passes everything on, each piece after a pause.
    Slow(Duration),
    /// Holds everything back and closes nothing, as a network that drops packets does. New connections are
    /// accepted and receive nothing. What was held back is passed on when the link is up again.
    Silent,
    /// Closes what is open and refuses what comes, as a host whose service has stopped does.
    Down,
}

/// A running proxy; it ends, with its connections, when it is dropped.
pub struct FlakyLink {
    /// Where clients connect.
    pub address: SocketAddr,
    condition: watch::Sender<Condition>,
    task: JoinHandle<()>,
}

impl FlakyLink {
    /// Begins to pass connections on to `target` (`host:port`).
    pub async fn to(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (condition, watched) = watch::channel(Condition::Up);
        let task = tokio::spawn(accept(listener, target.to_owned(), watched));
        Self {
            address,
            condition,
            task,
        }
    }

    /// A proxy before the server of `url`, and the URL that goes through it.
    pub async fn before(url: &str) -> (Self, String) {
        let (scheme, rest) = url.split_once("://").expect("a URL");
        let (authority, path) = match rest.find(['/', '?']) {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let (user, target) = match authority.rsplit_once('@') {
            Some((user, target)) => (format!("{user}@"), target),
            None => (String::new(), authority),
        };
        let link = Self::to(target).await;
        let through = format!("{scheme}://{user}{}{path}", link.address);
        (link, through)
    }

    /// Changes what the link does, also with connections that are open.
    pub fn set(&self, condition: Condition) {
        self.condition.send_replace(condition);
    }
}

impl Drop for FlakyLink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, target: String, condition: watch::Receiver<Condition>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((client, _)) = listener.accept().await else {
            return;
        };
        if *condition.borrow() != Condition::Down {
            connections.spawn(connect(client, target.clone(), condition.clone()));
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn connect(client: TcpStream, target: String, mut condition: watch::Receiver<Condition>) {
    let mut down = condition.clone();
    let passed = async {
        // a silent link does not even say that the server is there
        let _ = condition.wait_for(|now| *now != Condition::Silent).await;
        let Ok(server) = TcpStream::connect(target).await else {
            return;
        };
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
        tokio::select! {
            () = pass(from_client, to_server, condition.clone()) => {}
            () = pass(from_server, to_client, condition.clone()) => {}
        }
    };
    tokio::select! {
        () = passed => {}
        _ = down.wait_for(|now| *now == Condition::Down) => {}
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut condition: watch::Receiver<Condition>) {
    let mut piece = vec![0; 16 * 1024];
    loop {
        let length = match from.read(&mut piece).await {
            Ok(0) | Err(_) => return,
            Ok(length) => length,
        };
        let now = *condition.borrow();
        if let Condition::Slow(pause) = now {
            tokio::time::sleep(pause).await;
        }
        if condition.wait_for(|now| *now != Condition::Silent).await.is_err()
            || to.write_all(&piece[..length]).await.is_err()
        {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::timeout;

    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.split();
                    let _ = tokio::io::copy(&mut from, &mut to).await;
                });
            }
        });
        address
    }

    #[tokio::test]
    async fn a_silent_link_holds_traffic_back_until_it_is_up_and_a_link_that_is_down_ends_it() {
        let (link, url) = FlakyLink::before(&format!("tcp://somebody@{}/path", echo().await)).await;
        assert_eq!(url, format!("tcp://somebody@{}/path", link.address));
        let mut stream = TcpStream::connect(link.address).await.unwrap();
        let mut answer = [0; 2];
        stream.write_all(b"up").await.unwrap();
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"up");

        link.set(Condition::Silent);
        stream.write_all(b"si").await.unwrap();
        let silence = timeout(Duration::from_millis(100), stream.read_exact(&mut answer)).await;
        assert!(silence.is_err());
        link.set(Condition::Up);
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"si");

        link.set(Condition::Down);
        assert_eq!(stream.read(&mut answer).await.unwrap(), 0);
    }
}
