//! Clients that take nothing: they cost little, end soon, and hold nobody up.

use crate::client::Socket;
use api::testing::{Person, TestServer};
use chat::conversations::{self, CreateConversation};
use chat::messages::{self, SendMessage};
use desk::notifications;
use entity::ConversationId;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// What a connection that is to end is given: the server's own limit is 5 s, machines are slow.
const PATIENCE: Duration = Duration::from_secs(15);
/// The kernel's buffer for one connection; see `api/src/listen/tune.rs`.
const SEND_BUFFER: usize = 192 * 1024;

/// A WebSocket by hand, with a small receive buffer, that reads nothing after its handshake.
struct Deaf {
    stream: TcpStream,
    server: SocketAddr,
    client: SocketAddr,
}

impl Deaf {
    async fn open(server: &TestServer, path: &str) -> Self {
        let plain = TcpSocket::new_v4().unwrap();
        plain.set_recv_buffer_size(4096).unwrap();
        let mut stream = plain.connect(server.address).await.unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            server.address
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = [0u8; 12];
        stream.read_exact(&mut head).await.unwrap();
        assert!(head.ends_with(b"101"), "{}", String::from_utf8_lossy(&head));
        Self {
            client: stream.local_addr().unwrap(),
            stream,
            server: server.address,
        }
    }

    /// Reads the first frame, by which a chat says that this client was let in: what follows is delivered to it, and it
    /// reads none of that.
    async fn joined(&mut self) {
        let mut read = Vec::new();
        let connected = async {
            while !String::from_utf8_lossy(&read).contains(r#""connected""#) {
                let count = self.stream.read_buf(&mut read).await.unwrap();
                assert!(count > 0, "refused: {}", String::from_utf8_lossy(&read));
            }
        };
        timeout(PATIENCE, connected).await.expect("let in in time");
    }

    /// Waits until the kernel holds something that this client does not take.
    async fn is_behind(&self) -> usize {
        let behind = async {
            loop {
                match self.end() {
                    Some((_, waiting)) if waiting > 0 => return waiting,
                    _ => tokio::time::sleep(Duration::from_millis(1)).await,
                }
            }
        };
        timeout(PATIENCE, behind).await.expect("its connection was found")
    }

    /// Sends a text frame of less than 64 KiB.
    async fn send(&mut self, text: &str) {
        let length = u16::try_from(text.len()).unwrap().to_be_bytes();
        // masked with zeros
        let mut frame = vec![0x81, 0x80 | 126, length[0], length[1], 0, 0, 0, 0];
        frame.extend_from_slice(text.as_bytes());
        self.stream.write_all(&frame).await.unwrap();
    }

    /// The server's end as the kernel has it: whether it is open, and the bytes that it holds for this client.
    fn end(&self) -> Option<(bool, usize)> {
        let hex = |address: SocketAddr| match address {
            SocketAddr::V4(address) => {
                let ip = u32::from_ne_bytes(address.ip().octets());
                format!("{ip:08X}:{:04X}", address.port())
            }
            SocketAddr::V6(_) => panic!("tests are on IPv4"),
        };
        let (local, remote) = (hex(self.server), hex(self.client));
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        table.lines().find_map(|line| {
            let columns: Vec<_> = line.split_whitespace().collect();
            if columns.get(1..3)? != [&local, &remote] {
                return None;
            }
            let (waiting, _) = columns[4].split_once(':')?;
            Some((columns[3] == "01", usize::from_str_radix(waiting, 16).ok()?))
        })
    }

    /// Waits until the server has closed its end.
    async fn is_closed(&self) {
        let closed = async {
            while self.end().is_some_and(|(open, _)| open) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, closed).await.expect("closed in time");
    }
}

async fn chat(server: &TestServer, who: &Person) -> ConversationId {
    let command = CreateConversation {
        is_group: true,
        ..Default::default()
    };
    conversations::create(&server.app, &who.actor, command)
        .await
        .unwrap()
        .row
        .id
}

/// A burst of messages of 4,000 characters; returns when they are stored and published.
async fn burst(server: &TestServer, who: &Person, id: ConversationId, count: usize) {
    let sends = (0..count).map(|n| {
        let text = format!("{n:04}{}", "x".repeat(3996));
        let command = SendMessage {
            text,
            ..Default::default()
        };
        messages::send(&server.app, &who.actor, id, command)
    });
    for sent in futures_util::future::join_all(sends).await {
        sent.unwrap();
    }
}

#[tokio::test]
async fn a_client_that_reads_nothing_holds_one_send_buffer_and_is_cut_off_soon_after_its_queue_ran_over() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let id = chat(&server, &alice).await;
    let mut deaf = Deaf::open(&server, &format!("/ws/chat/{id}/?token={}", alice.token)).await;
    deaf.joined().await;
    // a burst is more than the client's buffer holds
    burst(&server, &alice, id, 20).await;
    let mut most = deaf.is_behind().await;
    // with the first, twice what the buffer and the queue hold together
    for _ in 1..12 {
        burst(&server, &alice, id, 20).await;
        most = most.max(deaf.end().map_or(0, |(_, waiting)| waiting));
    }
    println!("bytes in the kernel: {most}");
    assert!(most <= SEND_BUFFER, "the kernel held {most} bytes");
    deaf.is_closed().await;
    let left = deaf.end().map_or(0, |(_, waiting)| waiting);
    assert!(left <= SEND_BUFFER, "{left} bytes are left of it");
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_reads_again_in_time_finds_a_close_with_4008_and_nobody_waited_for_it() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let id = chat(&server, &alice).await;
    let path = format!("/ws/chat/{id}/?token={}", alice.token);
    let mut slow = Deaf::open(&server, &path).await;
    slow.joined().await;
    let mut quick = Socket::open(&server.ws(&path)).await;
    quick.next_of("connected").await;
    for _ in 0..12 {
        burst(&server, &alice, id, 20).await;
        for _ in 0..20 {
            quick.next_of("message:new").await;
        }
    }
    // what was under way, then the close frame
    let mut rest = Vec::new();
    timeout(PATIENCE, slow.stream.read_to_end(&mut rest))
        .await
        .expect("an end")
        .unwrap();
    let code = 4008u16.to_be_bytes();
    let found = rest
        .windows(4)
        .any(|bytes| bytes[0] == 0x88 && bytes[2..4] == code);
    assert!(found, "a close frame with 4008 among the last bytes");
    assert!(
        rest.len() < 240 * 4000,
        "what it did not read was not kept for it"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_socket_io_client_that_reads_nothing_is_cut_off_when_its_queue_runs_over() {
    let server = TestServer::start().await;
    let admin = server.person("boss", entity::user::Role::Admin, None).await;
    let mut deaf = Deaf::open(&server, "/socket.io/?EIO=4&transport=websocket").await;
    let auth = serde_json::json!({"token": admin.token});
    deaf.send(&format!("40/notifications,{auth}")).await;
    let notified = async {
        let mut most = 0;
        while let Some((true, waiting)) = deaf.end() {
            most = most.max(waiting);
            let text = "x".repeat(2000);
            notifications::alert_admins(
                &server.app,
                uuid::Uuid::now_v7().to_string(),
                text,
                serde_json::json!({}),
            )
            .await
            .unwrap();
        }
        most
    };
    let most = timeout(Duration::from_secs(60), notified)
        .await
        .expect("closed in time");
    println!("bytes in the kernel: {most}");
    assert!(most > 0 && most <= SEND_BUFFER, "the kernel held {most} bytes");
    server.stop().await;
}
