//! The loop of a socket that has joined: it reads the client's frames and writes what waits in the send queue.

use super::commands::{FrameOutcome, carry_out, refusal};
use super::transport::{End, close, until_taken, write};
use crate::client::Client;
use crate::close::{CloseCode, Closing};
use crate::costs;
use crate::dialect::Dialect;
use crate::upgrade::WebSocket;
use app::App;
use chat::access::{self, Ended};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{SinkExt, StreamExt};
use kernel::actor::Actor;
use kernel::error::Error;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::error::{CapacityError, Error as WsError};
use tokio_tungstenite::tungstenite::{Bytes, Message, Utf8Bytes};

/// A client that is silent gets a ping this often…
const PING: Duration = Duration::from_secs(25);
/// …and is given up when it stayed silent for so long.
const SILENCE: Duration = Duration::from_secs(60);
/// Messages of one client on their way to the database; beyond it nothing more is read from it.
const IN_FLIGHT: usize = 64;
/// Refused frames after which a client that sends too fast is sent away; each accepted one takes one back.
const STRIKES: u32 = 60;

type Reply = Option<Utf8Bytes>;

/// The loop of a socket that has joined.
struct Connection<'a> {
    app: &'a App,
    dialect: &'static dyn Dialect,
    client: &'a Client,
    ws: WebSocket,
    in_flight: FuturesUnordered<BoxFuture<'static, Reply>>,
    last_frame_at: Instant,
    strikes: u32,
}

/// Serves the socket until either side ends it.
pub(super) async fn run(app: &App, dialect: &'static dyn Dialect, client: &Client, ws: WebSocket) {
    let mut connection = Connection {
        app,
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

/// How long a token is good yet: no time where it has run out, none at all where there is no token.
fn time_left(actor: &Actor, now: DateTime<Utc>) -> Option<Duration> {
    let at = actor.expires_at?;
    // a time that is past is negative, and has no `std` form
    Some((at - now).to_std().unwrap_or_default())
}

impl Connection<'_> {
    async fn run(&mut self) -> Result<(), End> {
        let left = time_left(&self.client.actor, self.app.clock.now());
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
        let (app, client) = (self.app, self.client);
        if let Err(error) = app.limits.spend(&client.actor, costs::FRAME) {
            return self.refuse(&error, None);
        }
        // where the facts cannot be read, what the frame asks for is refused where it needs them
        let ended = Box::pin(access::ended(app, &client.actor, client.conversation));
        if let Ok(Some(why)) = ended.await {
            return Err(End::Close(why.into()));
        }
        let frame = match self.dialect.decode(&text) {
            Ok(frame) => frame,
            Err(error) => return self.refuse(&error, None),
        };
        let client_id = frame.client_id().map(str::to_owned);
        // boxed: an idle socket must not hold its size
        match Box::pin(carry_out(app, self.dialect, client, frame)).await {
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
        let refusal = refusal(self.dialect, error, client_id, &self.app.clock);
        self.answer(Some(refusal));
        Ok(())
    }

    /// An answer comes after what waits already. An acknowledgement and its message's event come in either order.
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
