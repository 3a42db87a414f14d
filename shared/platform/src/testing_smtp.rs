//! A mail server for tests: as much of RFC 5321 as a client needs, on loopback. It keeps what it was sent.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

/// Longer than anything that is awaited takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running mail server; it dies, with its connections, when it is dropped.
pub struct SmtpSink {
    /// As `SMTP_URL` names it.
    pub url: String,
    answer: Arc<AtomicU16>,
    mails: mpsc::UnboundedReceiver<Received>,
    task: JoinHandle<()>,
}

/// A mail as it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// Whom the envelope names, in angle brackets.
    pub to: String,
    /// Headers and text.
    pub data: String,
}

impl SmtpSink {
    /// Starts one that takes every mail.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (sender, mails) = mpsc::unbounded_channel();
        let answer = Arc::new(AtomicU16::new(250));
        let answers = answer.clone();
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                let (sender, answer) = (sender.clone(), answers.clone());
                connections.spawn(async move {
                    // a client that goes away has said enough
                    let _ = serve(socket, &sender, &answer).await;
                });
            }
        });
        Self {
            url,
            answer,
            mails,
            task,
        }
    }

    /// Answers every recipient with this code from now on; 0: with nothing, ever.
    pub fn answer(&self, code: u16) {
        self.answer.store(code, Ordering::SeqCst);
    }

    /// The next mail.
    pub async fn next(&mut self) -> Received {
        tokio::time::timeout(PATIENCE, self.mails.recv())
            .await
            .expect("a mail in time")
            .expect("a running server")
    }

    /// Whether a mail came that nobody asked for.
    pub fn has_more(&mut self) -> bool {
        self.mails.try_recv().is_ok()
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    socket: TcpStream,
    mails: &mpsc::UnboundedSender<Received>,
    answer: &AtomicU16,
) -> std::io::Result<()> {
    let mut socket = BufReader::new(socket);
    socket.write_all(b"220 sink ESMTP\r\n").await?;
    let mut to = String::new();
    let mut line = String::new();
    loop {
        line.clear();
        if socket.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let (verb, rest) = line
            .trim_end()
            .split_once([' ', ':'])
            .unwrap_or((line.trim_end(), ""));
        let reply = match verb.to_uppercase().as_str() {
            "RCPT" => {
                rest.trim_start_matches("TO:").clone_into(&mut to);
                match answer.load(Ordering::SeqCst) {
                    0 => std::future::pending().await,
                    code => format!("{code} as the test wants it\r\n"),
                }
            }
            "DATA" => {
                socket.write_all(b"354 go on\r\n").await?;
                let data = read_data(&mut socket).await?;
                let _ = mails.send(Received { to: to.clone(), data });
                "250 taken\r\n".into()
            }
            "QUIT" => return socket.write_all(b"221 bye\r\n").await,
            _ => "250 sink\r\n".into(),
        };
        socket.write_all(reply.as_bytes()).await?;
    }
}

/// What follows `DATA`, up to the line that is a dot.
async fn read_data(socket: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut data = String::new();
    loop {
        let mut line = String::new();
        if socket.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(data);
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
