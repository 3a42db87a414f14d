//! One read-and-write loop for every dialect's sockets.

mod join;

pub use join::serve;

use crate::costs;
use crate::dialect::{Dialect, Reaction};
use crate::hub::{Closing, Connected, Outbox};
use crate::upgrade::WebSocket;
use app::App;
use chat::access::{self, Ended};
use chrono::{DateTime, Utc};
use entity::ConversationId;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{SinkExt, StreamExt};
use kernel::actor::Actor;
use kernel::event::Event;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, sleep, sleep_until, timeout};
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
    pub const BUSY: u16 = 1013;
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

impl From<Ended> for Closing {
    fn from(why: Ended) -> Self {
        match why {
            Ended::Expired => Self::new(code::TOKEN, "Token has expired"),
            Ended::Revoked => Self::new(code::REVOKED, "Session has been signed out"),
            // it may come back, as who its person is now
            Ended::Changed => Self::new(code::DRAINING, "Your account was changed: reconnect"),
            Ended::NoAccess => Self::new(code::NO_ACCESS, "You no longer take part in this conversation"),
            Ended::Deleted => Self::new(code::GONE, "The conversation was deleted"),
        }
    }
}

impl Connected for Client {
    fn actor(&self) -> &Actor {
        &self.actor
    }

    fn conversation(&self) -> Option<ConversationId> {
        self.conversation
    }

    fn end(&self, why: Ended) {
        self.outbox.close(why.into());
    }
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
/// A write that is under way when its socket is to be closed may take so long yet; then the connection ends without a
/// close frame, because the frame before it is not complete.
const LAST_WRITE: Duration = Duration::from_millis(2500);
/// How long the closing handshake may take (RFC 6455 §7.1.1).
const GOODBYE: Duration = Duration::from_secs(2);
/// The longest header of a server's frame (RFC 6455 §5.2).
const MAX_HEADER: usize = 10;
/// Messages of one client on their way to the database; beyond it nothing more is read from it.
const IN_FLIGHT: usize = 64;
/// Refused frames after which a client that sends too fast is sent away; each accepted one takes one back.
const STRIKES: u32 = 60;

type Reply = Option<Utf8Bytes>;

/// The loop of a socket that has joined.
struct Pump<'a> {
    core: &'a App,
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
async fn pump(core: &App, client: &Client, ws: WebSocket) {
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

/// Writes frames in one go, see [`taken`].
///
/// They go straight to the stream, after what the codec still holds (an answer to a ping): the codec would keep a
/// buffer of the largest burst's size for as long as the socket lives.
async fn put(
    ws: &mut WebSocket,
    outbox: &Outbox,
    frames: impl Iterator<Item = Utf8Bytes>,
) -> Result<(), End> {
    let mut bytes = Vec::new();
    for frame in frames {
        bytes.reserve(frame.len() + MAX_HEADER);
        let frame = Frame::message(frame, OpCode::Data(Data::Text), true);
        frame.format(&mut bytes).map_err(|_| End::Gone)?;
    }
    let write = async {
        ws.flush().await?;
        let stream = ws.get_mut();
        stream.write_all(&bytes).await?;
        stream.flush().await?;
        Ok(())
    };
    taken(outbox, write).await
}

/// Waits until a client has taken what is written. One that takes none of it is given up after half a minute, and soon
/// after its socket is to be closed: a queue that ran over or a revocation does not wait for the client.
async fn taken(outbox: &Outbox, write: impl Future<Output = Result<(), WsError>>) -> Result<(), End> {
    let given_up = async {
        if timeout(STALL, outbox.closed()).await.is_ok() {
            sleep(LAST_WRITE).await;
        }
    };
    tokio::select! {
        written = write => written.map_err(|_| End::Gone),
        () = given_up => Err(End::Gone),
    }
}

/// How long a token is good yet: no time where it has run out, none at all where there is no token.
fn time_left(actor: &Actor, now: DateTime<Utc>) -> Option<Duration> {
    let at = actor.expires_at?;
    // a time that is past is negative, and has no `std` form
    Some((at - now).to_std().unwrap_or_default())
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
    let _ = timeout(GOODBYE, goodbye).await;
}

impl Pump<'_> {
    async fn run(&mut self) -> Result<(), End> {
        let left = time_left(&self.client.actor, self.core.clock.now());
        let expiry = left.map(|left| Instant::now() + left);
        // a ping, or the token's end if that is sooner
        let next = |now: Instant| expiry.map_or(now + PING, |expiry| expiry.min(now + PING));
        let clock = sleep_until(next(self.heard));
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
                    if expiry.is_some_and(|expiry| now >= expiry) {
                        return Err(End::Close(Ended::Expired.into()));
                    }
                    if now >= self.heard + SILENCE {
                        return Err(End::Gone);
                    }
                    if now >= self.heard + PING {
                        self.send(Message::Ping(Bytes::new())).await?;
                    }
                    clock.as_mut().reset(next(now));
                }
            }
        }
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
            let frames = frames.into_iter().map(|(_, frame)| frame);
            put(&mut self.ws, &self.client.outbox, frames).await?;
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        taken(&self.client.outbox, self.ws.send(message)).await
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
        taken(&self.client.outbox, self.ws.flush()).await
    }

    async fn react(&mut self, text: Utf8Bytes) -> Result<(), End> {
        if let Err(error) = self.core.limits.spend(&self.client.actor, costs::FRAME) {
            self.strike()?;
            let refusal = self.client.dialect.refuse_at(&error, self.core.clock.now());
            return self.answer(Some(refusal)).await;
        }
        // where the facts cannot be read, what the frame asks for is refused where it needs them
        let client = self.client;
        let ended = Box::pin(access::ended(self.core, &client.actor, client.conversation));
        if let Ok(Some(why)) = ended.await {
            return Err(End::Close(why.into()));
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

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_token_that_ran_out_while_its_socket_joined_has_no_time_left() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let left = |seconds| {
            let mut actor = Actor::stranger("alice");
            actor.expires_at = Some(now + TimeDelta::seconds(seconds));
            time_left(&actor, now).unwrap()
        };
        assert_eq!(time_left(&Actor::stranger("bob"), now), None);
        assert_eq!(left(5), Duration::from_secs(5));
        assert_eq!(left(0), Duration::ZERO);
        assert_eq!(left(-5), Duration::ZERO);
    }
}
