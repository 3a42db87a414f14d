//! The stream of events that a model's words come in, read within bounds.

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use serde::Deserialize;

use super::model::Failure;

/// An event beyond this holds more than a reply may have.
const MAX_EVENT_BYTES: usize = 128 * 1024;

/// A part of a reply, as the server sends it. What else it says is left unread.
#[derive(Deserialize)]
pub(super) struct Chunk {
    pub choices: Vec<Choice>,
}

/// A piece of text, and at the end the reason why it ends.
#[derive(Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    pub delta: Delta,
    pub finish_reason: Option<String>,
}

#[derive(Deserialize, Default)]
pub(super) struct Delta {
    pub content: Option<String>,
}

/// The events of a response's body.
pub(super) struct Events<S> {
    body: S,
    unread: BytesMut,
    /// How much of it holds no end of a line.
    searched: usize,
    ended: bool,
}

impl<S, E> Events<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    pub(super) fn of(body: S) -> Self {
        Self {
            body,
            unread: BytesMut::new(),
            searched: 0,
            ended: false,
        }
    }

    /// The next part; `None` at the end, be it announced or not.
    pub(super) async fn next(&mut self) -> Result<Option<Chunk>, Failure> {
        while let Some(line) = self.line().await? {
            let Some(data) = line.strip_prefix(b"data:") else {
                continue;
            };
            let data = data.trim_ascii();
            if data == b"[DONE]" {
                return Ok(None);
            }
            return serde_json::from_slice(data)
                .map(Some)
                .map_err(|_| Failure::Unreadable);
        }
        Ok(None)
    }

    async fn line(&mut self) -> Result<Option<BytesMut>, Failure> {
        loop {
            let fresh = self.unread.get(self.searched..).unwrap_or_default();
            if let Some(end) = fresh.iter().position(|byte| *byte == b'\n') {
                let line = self.unread.split_to(self.searched + end + 1);
                self.searched = 0;
                return Ok(Some(line));
            }
            self.searched = self.unread.len();
            if self.searched > MAX_EVENT_BYTES {
                return Err(Failure::TooLong);
            }
            if self.ended {
                return Ok(None);
            }
            match self.body.next().await {
                Some(Ok(bytes)) => self.unread.extend_from_slice(&bytes),
                Some(Err(_)) => return Err(Failure::CutOff),
                None => self.ended = true,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    /// The texts of a body that comes in pieces of this size, and how it ended.
    async fn read(body: &[u8], size: usize) -> (Vec<String>, Result<(), Failure>) {
        let pieces: Vec<Result<Bytes, ()>> = body
            .chunks(size)
            .map(|piece| Ok(Bytes::copy_from_slice(piece)))
            .collect();
        let mut events = Events::of(stream::iter(pieces));
        let mut texts = Vec::new();
        loop {
            match events.next().await {
                Ok(Some(chunk)) => texts.extend(
                    chunk
                        .choices
                        .into_iter()
                        .filter_map(|choice| choice.delta.content),
                ),
                Ok(None) => return (texts, Ok(())),
                Err(failure) => return (texts, Err(failure)),
            }
        }
    }

    #[tokio::test]
    async fn events_are_the_same_in_whatever_pieces_they_come() {
        let body = ": hello\r\nevent: message\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"Grüße\"}}]}\r\n\r\n\
                    data:{\"choices\":[],\"usage\":{}}\n\n\
                    data: {\"choices\":[{\"delta\":{\"content\":\"2\"},\"finish_reason\":null}]}\n\n\
                    data: [DONE]\n\ndata: rubbish\n\n";
        for size in 1..body.len() {
            let expected = (vec!["Grüße".to_owned(), "2".to_owned()], Ok(()));
            assert_eq!(read(body.as_bytes(), size).await, expected, "{size}");
        }
    }

    #[tokio::test]
    async fn an_event_without_end_is_given_up() {
        let body = vec![b'a'; MAX_EVENT_BYTES + 1];
        assert_eq!(read(&body, 4096).await.1, Err(Failure::TooLong));
    }

    #[tokio::test]
    async fn what_is_no_part_of_a_reply_cannot_be_read() {
        for data in [
            "{\"error\":{\"message\":\"x\"}}",
            "null",
            "[]",
            "{",
            "\u{0}",
            "<html>",
        ] {
            let body = format!("data: {data}\n\n");
            assert_eq!(
                read(body.as_bytes(), 7).await.1,
                Err(Failure::Unreadable),
                "{data}"
            );
        }
        assert_eq!(read(b"data: \"\xff\"\n", 7).await.1, Err(Failure::Unreadable));
    }

    #[tokio::test]
    async fn a_body_that_ends_within_an_event_ends_there() {
        assert_eq!(read(b"data: {\"choi", 5).await, (Vec::new(), Ok(())));
    }
}
