//! One read-and-write loop for every dialect's sockets.

mod join;

pub use join::serve;

use crate::dialect::{Dialect, Reaction};
use crate::hub::{Closing, Outbox};
use crate::upgrade::WebSocket;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{SinkExt, StreamExt};
use shared::actor::Actor;
use shared::core::Core;
use shared::entity::ConversationId;
use shared::event::Event;
use shared::limits::Spend;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::error::{CapacityError, Error as WsError};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Bytes, Message, Utf8Bytes};

/// Close codes of all dialects; the contract says what a client should do on each.
pub mod code {
    pub const TOKEN: u16 = 4001;
    pub const NO_ACCESS: u16 = 4003;
    pub const GONE: u16 = 4004;
    pub const TOO_SLOW: u16 = 4008;
    pub const DRAINING: u16 = 4012;
    pub const TOO_FAST: u16 = 4013;
    pub const REVOKED: u16 = 4014;
    pub const NOT_UTF8: u16 = 1007;
    pub const TOO_BIG: u16 = 1009;
}

/// A connected client.
pub struct Client {
    /// Unique in this process.
    pub id: u64,
    pub dialect: &'static dyn Dialect,
    /// Which of the dialect's viewers this is: an event is encoded once for each.
    pub class: u8,
    pub actor: Actor,
    pub address: IpAddr,
    /// None: an inbox.
    pub conversation: Option<ConversationId>,
    /// Its other name, where it has one: `TKT-…`, `chat-…`.
    pub alias: Option<Arc<str>>,
    /// Messages up to this `seq` were said before the person's time; 0: none were.
    pub hidden: i64,
    pub outbox: Outbox,
}

impl Client {
    /// Whether this person may hear of an event in a conversation that they see.
    pub fn may_hear(&self, event: &Event) -> bool {
        let in_time = event.seq().is_none_or(|seq| seq > self.hidden);
        in_time && (self.actor.is_staff() || !event.is_for_staff())
    }
}

/// A client that is silent gets a ping this often…
const PING: Duration = Duration::from_secs(25);
/// …and is given up when it stayed silent for so long.
const SILENCE: Duration = Duration::from_secs(60);
/// A client that takes no byte for so long is given up.
const STALL: Duration = Duration::from_secs(30);
/// The longest header of a server's frame (RFC 6455 §5.2).
const MAX_HEADER: usize = 10;
/// Messages of one client on their way to the database; beyond it nothing more is read from it.
const IN_FLIGHT: usize = 64;
/// Refused frames after which a client that sends too fast is sent away; each accepted one takes one back.
const STRIKES: u32 = 60;

type Reply = Option<Utf8Bytes>;

/// The loop of a socket that has joined.
struct Pump<'a> {
    core: &'a Core,
    client: &'a Client,
    ws: WebSocket,
    in_flight: FuturesUnordered<BoxFuture<'static, Reply>>,
    heard: Instant,
    strikes: u32,
}

/// Why a loop ends.
enum End {
    /// The client went away.
    Gone,
    /// We close it.
    Close(Closing),
}

/// Serves the socket until either side ends it.
async fn pump(core: &Core, client: &Client, ws: WebSocket) {
    let mut pump = Pump {
        core,
        client,
        ws,
        in_flight: FuturesUnordered::new(),
        heard: Instant::now(),
        strikes: 0,
    };
    if let Err(End::Close(why)) = pump.run().await {
        Box::pin(close(pump.ws, why)).await;
    }
}

/// Writes frames in one go; a client that takes none of it for half a minute is given up.
///
/// They go straight to the stream, after what the codec still holds (an answer to a ping): the codec would keep a
/// buffer of the largest burst's size for as long as the socket lives.
async fn put(ws: &mut WebSocket, frames: impl Iterator<Item = Utf8Bytes>) -> Result<(), End> {
    let mut bytes = Vec::new();
    for frame in frames {
        bytes.reserve(frame.len() + MAX_HEADER);
        let frame = Frame::message(frame, OpCode::Data(Data::Text), true);
        frame.format(&mut bytes).map_err(|_| End::Gone)?;
    }
    let written = timeout(STALL, async {
        ws.flush().await?;
        let stream = ws.get_mut();
        stream.write_all(&bytes).await?;
        stream.flush().await?;
        Ok::<_, WsError>(())
    });
    match written.await {
        Ok(Ok(())) => Ok(()),
        _ => Err(End::Gone),
    }
}

/// What of a reason fits into a close frame.
fn cut(reason: &str) -> &str {
    let end = (0..=reason.len().min(123))
        .rev()
        .find(|at| reason.is_char_boundary(*at));
    &reason[..end.unwrap_or_default()]
}

/// Sends a close frame and waits a moment for the answer, so that the client sees it before the connection
/// ends.
async fn close(mut ws: WebSocket, why: Closing) {
    let frame = CloseFrame {
        code: why.code.into(),
        reason: cut(&why.reason).into(),
    };
    let goodbye = async {
        if ws.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = ws.next().await {}
        }
    };
    // a client that does not answer is cut off
    let _ = timeout(Duration::from_secs(2), goodbye).await;
}

impl Pump<'_> {
    async fn run(&mut self) -> Result<(), End> {
        let expiry = self.expiry();
        let clock = sleep_until(self.heard + PING);
        tokio::pin!(clock);
        loop {
            tokio::select! {
                () = self.client.outbox.ready() => self.write().await?,
                Some(reply) = self.in_flight.next() => self.answer(reply).await?,
                frame = self.ws.next(), if self.in_flight.len() < IN_FLIGHT => {
                    self.heard = Instant::now();
                    self.read(frame).await?;
                }
                () = &mut clock => {
                    let now = Instant::now();
                    if now >= expiry {
                        return Err(End::Close(Closing::new(code::TOKEN, "Token has expired")));
                    }
                    if now >= self.heard + SILENCE {
                        return Err(End::Gone);
                    }
                    if now >= self.heard + PING {
                        self.send(Message::Ping(Bytes::new())).await?;
                    }
                    clock.as_mut().reset((now + PING).min(expiry));
                }
            }
        }
    }

    fn expiry(&self) -> Instant {
        let left = self.client.actor.expires_at.map(|at| at - self.core.clock.now());
        let left = left
            .and_then(|left| left.to_std().ok())
            .unwrap_or(Duration::from_secs(86_400));
        Instant::now() + left
    }

    /// Writes what waits, many frames in one write.
    async fn write(&mut self) -> Result<(), End> {
        loop {
            let (frames, closing) = self.client.outbox.take();
            if let Some(why) = closing {
                return Err(End::Close(why));
            }
            if frames.is_empty() {
                return Ok(());
            }
            put(&mut self.ws, frames.into_iter().map(|(_, frame)| frame)).await?;
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(STALL, self.ws.send(message)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }

    /// An acknowledgement comes after the message itself: what waits goes first.
    async fn answer(&mut self, reply: Reply) -> Result<(), End> {
        let Some(frame) = reply else { return Ok(()) };
        self.client.outbox.push(0, frame);
        Ok(())
    }

    async fn read(&mut self, frame: Option<Result<Message, WsError>>) -> Result<(), End> {
        match frame {
            Some(Ok(Message::Text(text))) => self.react(text).await,
            Some(Ok(Message::Binary(bytes))) => match Utf8Bytes::try_from(bytes) {
                Ok(text) => self.react(text).await,
                Err(_) => Err(End::Close(Closing::new(code::NOT_UTF8, "Frames are UTF-8 text"))),
            },
            // tungstenite answers pings; a client's close is answered by it too
            Some(Ok(Message::Ping(_))) => self.flush().await,
            Some(Ok(Message::Pong(_) | Message::Frame(_))) => Ok(()),
            Some(Ok(Message::Close(_))) => {
                self.flush().await?;
                Err(End::Gone)
            }
            Some(Err(WsError::Capacity(CapacityError::MessageTooLong { .. }))) => Err(End::Close(
                Closing::new(code::TOO_BIG, "A frame holds at most 64 KiB"),
            )),
            Some(Err(WsError::Utf8(_))) => {
                Err(End::Close(Closing::new(code::NOT_UTF8, "Frames are UTF-8 text")))
            }
            Some(Err(WsError::Protocol(_))) => Err(End::Close(Closing::new(1002, "Not WebSocket"))),
            Some(Err(_)) | None => Err(End::Gone),
        }
    }

    async fn flush(&mut self) -> Result<(), End> {
        match timeout(STALL, self.ws.flush()).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }

    async fn react(&mut self, text: Utf8Bytes) -> Result<(), End> {
        if let Err(error) = self.core.limits.spend(&self.client.actor, Spend::Signal) {
            self.strike()?;
            let refusal = self.client.dialect.refuse_at(&error, self.core.clock.now());
            return self.answer(Some(refusal)).await;
        }
        match self.client.dialect.receive(self.core, self.client, text).await {
            Reaction::Nothing => {
                self.strikes = self.strikes.saturating_sub(1);
                Ok(())
            }
            Reaction::Reply(frame) => self.answer(Some(frame)).await,
            Reaction::TooFast(frame) => {
                self.strike()?;
                self.answer(Some(frame)).await
            }
            Reaction::Later(reply) => {
                self.strikes = self.strikes.saturating_sub(1);
                self.in_flight.push(reply);
                Ok(())
            }
        }
    }

    fn strike(&mut self) -> Result<(), End> {
        self.strikes += 1;
        if self.strikes < STRIKES {
            return Ok(());
        }
        Err(End::Close(Closing::new(code::TOO_FAST, "Sending too fast")))
    }
}
