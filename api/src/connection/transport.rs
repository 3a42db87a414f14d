//! Writing to a WebSocket whose client may take nothing, and closing it.

use crate::client::SendQueue;
use crate::close::Closing;
use crate::upgrade::WebSocket;
use futures_util::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::error::Error as WsError;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// A client that takes no byte for so long is given up.
const STALL: Duration = Duration::from_secs(30);
/// A write that is under way when its socket is to be closed may take so long yet; then the connection ends without a
/// close frame, because the frame before it is not complete.
const LAST_WRITE: Duration = Duration::from_millis(2500);
/// How long the closing handshake may take (RFC 6455 §7.1.1).
const GOODBYE: Duration = Duration::from_secs(2);
/// The longest header of a server's frame (RFC 6455 §5.2).
const MAX_HEADER: usize = 10;

/// Why a socket ends.
pub(super) enum End {
    /// The client went away.
    Gone,
    /// We close it.
    Close(Closing),
}

/// Writes frames in one go, see [`until_taken`].
///
/// They go straight to the stream, after what the codec still holds (an answer to a ping): the codec would keep a
/// buffer of the largest burst's size for as long as the socket lives.
pub(super) async fn write(
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
pub(super) async fn until_taken(
    queue: &SendQueue,
    write: impl Future<Output = Result<(), WsError>>,
) -> Result<(), End> {
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

/// What of a reason fits into a close frame.
fn cut(reason: &str) -> &str {
    let end = (0..=reason.len().min(123))
        .rev()
        .find(|at| reason.is_char_boundary(*at));
    &reason[..end.unwrap_or_default()]
}

/// Sends a close frame and waits a moment for the answer, so that the client sees it before the connection
/// ends.
pub(super) async fn close(mut ws: WebSocket, why: Closing) {
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
