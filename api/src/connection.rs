//! One client's socket: a loop that reads and writes, for every dialect.

mod commands;
mod connect;
mod join;

pub use connect::endpoint;

use crate::client::{Client, SendQueue};
use crate::close::{CloseCode, Closing};
use crate::costs;
use crate::dialect::Dialect;
use crate::upgrade::WebSocket;
use chrono::{DateTime, Utc};
use commands::{FrameOutcome, carry_out, refusal};
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{SinkExt, StreamExt};
use kernel::actor::Actor;
use kernel::error::Error;
use shared::access::{self, Ended};
use shared::core::Core;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_tungstenite::tungstenite::error::{CapacityError, Error as WsError};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Bytes, Message, Utf8Bytes};

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
struct Connection<'a> {
    core: &'a Core,
    dialect: &'static dyn Dialect,
    client: &'a Client,
    ws: WebSocket,
    in_flight: FuturesUnordered<BoxFuture<'static, Reply>>,
    last_frame_at: Instant,
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
async fn run(core: &Core, dialect: &'static dyn Dialect, client: &Client, ws: WebSocket) {
    let mut connection = Connection {
        core,
        dialect,
        client,
        ws,
        in_flight: FuturesUnordered::new(),
        last_frame_at: Instant::now(),
        strikes: 0,
    };
    if let Err(End::Close(why)) = connection.run().await {
        Box::pin(close(connection.ws, why)).await;
    }
}

/// Writes frames in one go, see [`until_taken`].
///
/// They go straight to the stream, after what the codec still holds (an answer to a ping): the codec would keep a
/// buffer of the largest burst's size for as long as the socket lives.
async fn write(
    ws: &mut WebSocket,
    queue: &SendQueue,
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
    until_taken(queue, write).await
}

/// Waits until a client has taken what is written. One that takes none of it is given up after half a minute, and soon
/// after its socket is to be closed: a queue that ran over or a revocation does not wait for the client.
async fn until_taken(queue: &SendQueue, write: impl Future<Output = Result<(), WsError>>) -> Result<(), End> {
    let given_up = async {
        if timeout(STALL, queue.closed()).await.is_ok() {
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
        code: (why.code as u16).into(),
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

impl Connection<'_> {
    async fn run(&mut self) -> Result<(), End> {
        let left = time_left(&self.client.actor, self.core.clock.now());
        let expiry = left.map(|left| Instant::now() + left);
        // a ping, or the token's end if that is sooner
        let next = |now: Instant| expiry.map_or(now + PING, |expiry| expiry.min(now + PING));
        let clock = sleep_until(next(self.last_frame_at));
        tokio::pin!(clock);
        loop {
            tokio::select! {
                () = self.client.send_queue.ready() => self.drain_queue().await?,
                Some(reply) = self.in_flight.next() => self.answer(reply),
                frame = self.ws.next(), if self.in_flight.len() < IN_FLIGHT => {
                    self.last_frame_at = Instant::now();
                    self.read(frame).await?;
                }
                () = &mut clock => {
                    let now = Instant::now();
                    if expiry.is_some_and(|expiry| now >= expiry) {
                        return Err(End::Close(Ended::Expired.into()));
                    }
                    if now >= self.last_frame_at + SILENCE {
                        return Err(End::Gone);
                    }
                    if now >= self.last_frame_at + PING {
                        self.send(Message::Ping(Bytes::new())).await?;
                    }
                    clock.as_mut().reset(next(now));
                }
            }
        }
    }

    /// Writes what waits, many frames in one write.
    async fn drain_queue(&mut self) -> Result<(), End> {
        loop {
            let (frames, closing) = self.client.send_queue.take();
            if let Some(why) = closing {
                return Err(End::Close(why));
            }
            if frames.is_empty() {
                return Ok(());
            }
            let frames = frames.into_iter().map(|(_, frame)| frame);
            write(&mut self.ws, &self.client.send_queue, frames).await?;
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        until_taken(&self.client.send_queue, self.ws.send(message)).await
    }

    async fn read(&mut self, frame: Option<Result<Message, WsError>>) -> Result<(), End> {
        match frame {
            Some(Ok(Message::Text(text))) => self.on_frame(text).await,
            Some(Ok(Message::Binary(bytes))) => match Utf8Bytes::try_from(bytes) {
                Ok(text) => self.on_frame(text).await,
                Err(_) => Err(End::Close(Closing::new(
                    CloseCode::NotUtf8,
                    "Frames are UTF-8 text",
                ))),
            },
            // tungstenite answers pings; a client's close is answered by it too
            Some(Ok(Message::Ping(_))) => self.flush().await,
            Some(Ok(Message::Pong(_) | Message::Frame(_))) => Ok(()),
            Some(Ok(Message::Close(_))) => {
                self.flush().await?;
                Err(End::Gone)
            }
            Some(Err(WsError::Capacity(CapacityError::MessageTooLong { .. }))) => Err(End::Close(
                Closing::new(CloseCode::TooBig, "A frame holds at most 64 KiB"),
            )),
            Some(Err(WsError::Utf8(_))) => Err(End::Close(Closing::new(
                CloseCode::NotUtf8,
                "Frames are UTF-8 text",
            ))),
            Some(Err(WsError::Protocol(_))) => {
                Err(End::Close(Closing::new(CloseCode::Protocol, "Not WebSocket")))
            }
            Some(Err(_)) | None => Err(End::Gone),
        }
    }

    async fn flush(&mut self) -> Result<(), End> {
        until_taken(&self.client.send_queue, self.ws.flush()).await
    }

    async fn on_frame(&mut self, text: Utf8Bytes) -> Result<(), End> {
        let (core, client) = (self.core, self.client);
        if let Err(error) = core.limits.spend(&client.actor, costs::FRAME) {
            return self.refuse(&error, None);
        }
        // where the facts cannot be read, what the frame asks for is refused where it needs them
        let ended = Box::pin(access::ended(core, &client.actor, client.conversation));
        if let Ok(Some(why)) = ended.await {
            return Err(End::Close(why.into()));
        }
        let frame = match self.dialect.decode(&text) {
            Ok(frame) => frame,
            Err(error) => return self.refuse(&error, None),
        };
        let client_id = frame.client_id().map(str::to_owned);
        // boxed: an idle socket must not hold its size
        match Box::pin(carry_out(core, self.dialect, client, frame)).await {
            Ok(FrameOutcome::Done) => self.strikes = self.strikes.saturating_sub(1),
            Ok(FrameOutcome::Reply(frame)) => self.answer(Some(frame)),
            Ok(FrameOutcome::Later(reply)) => {
                self.strikes = self.strikes.saturating_sub(1);
                self.in_flight.push(reply);
            }
            Err(error) => return self.refuse(&error, client_id.as_deref()),
        }
        Ok(())
    }

    /// Says what was wrong with a frame. Many that came too fast close the socket.
    fn refuse(&mut self, error: &Error, client_id: Option<&str>) -> Result<(), End> {
        if matches!(error, Error::RateLimited { .. }) {
            self.strikes += 1;
            if self.strikes >= STRIKES {
                return Err(End::Close(Closing::new(CloseCode::TooFast, "Sending too fast")));
            }
        }
        let refusal = refusal(self.dialect, error, client_id, &self.core.clock);
        self.answer(Some(refusal));
        Ok(())
    }

    /// An answer comes after what waits already: an acknowledgement after the message itself.
    fn answer(&self, reply: Reply) {
        if let Some(frame) = reply {
            self.client.send_queue.push(0, frame);
        }
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
