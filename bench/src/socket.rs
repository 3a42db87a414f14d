//! A WebSocket client that does little: it shares the machine with the server that it measures.

use anyhow::{Context, bail};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::ops::Range;
use std::rc::Rc;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// A joined socket. What is read waits in a buffer until it is a whole frame.
pub struct Socket {
    reader: OwnedReadHalf,
    pub writer: Rc<OwnedWriteHalf>,
    buffer: Vec<u8>,
    at: usize,
}

const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
const READ: usize = 8 * 1024;

impl Socket {
    /// Connects, and waits for the server's `connected`.
    pub async fn join(address: SocketAddr, room: &str, token: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await.context("cannot connect")?;
        stream.set_nodelay(true)?;
        let (reader, writer) = stream.into_split();
        let mut socket = Self {
            reader,
            writer: Rc::new(writer),
            buffer: Vec::new(),
            at: 0,
        };
        let request = format!(
            "GET /ws/chat/{room}/?token={token} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
        );
        write((*socket.writer).as_ref(), request.as_bytes()).await?;
        while find(&socket.buffer, b"\r\n\r\n").is_none() {
            socket.fill().await?;
        }
        if !socket.buffer.starts_with(b"HTTP/1.1 101") {
            bail!("refused: {}", String::from_utf8_lossy(&socket.buffer));
        }
        socket.at = find(&socket.buffer, b"\r\n\r\n").unwrap_or_default() + 4;
        loop {
            let mut joined = false;
            let mut ignore = |frame: &[u8]| joined |= find(frame, br#""type":"connected""#).is_some();
            socket.each(&mut ignore).await?;
            if joined {
                return Ok(socket);
            }
            socket.fill().await?;
        }
    }

    /// Calls `heard` with every text frame until the server closes the socket.
    pub async fn listen(&mut self, heard: &mut impl FnMut(&[u8])) -> anyhow::Result<()> {
        loop {
            self.each(heard).await?;
            self.fill().await?;
        }
    }

    /// The frames that are there already.
    async fn each(&mut self, heard: &mut impl FnMut(&[u8])) -> anyhow::Result<()> {
        while let Some((opcode, payload)) = frame(&self.buffer, self.at) {
            self.at = payload.end;
            match opcode {
                TEXT => heard(&self.buffer[payload]),
                PING => write((*self.writer).as_ref(), &masked(PONG, &self.buffer[payload])).await?,
                CLOSE => bail!(
                    "closed by the server: {}",
                    String::from_utf8_lossy(&self.buffer[payload])
                ),
                _ => {}
            }
        }
        self.buffer.drain(..self.at);
        self.at = 0;
        Ok(())
    }

    async fn fill(&mut self) -> anyhow::Result<()> {
        self.buffer.reserve(READ);
        if self.reader.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server went away");
        }
        Ok(())
    }
}

/// Sends a text frame.
pub async fn send(writer: &OwnedWriteHalf, text: &str) -> anyhow::Result<()> {
    write(writer.as_ref(), &masked(TEXT, text.as_bytes())).await
}

async fn write(stream: &TcpStream, mut bytes: &[u8]) -> anyhow::Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// A client's frame. Its mask is zero, which leaves the payload as it is.
fn masked(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x80 | opcode];
    match payload.len() {
        short @ 0..126 => frame.push(0x80 | short as u8),
        long => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(long).unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

/// The whole frame at `at`, if it is whole: a server's frames are not masked.
fn frame(buffer: &[u8], at: usize) -> Option<(u8, Range<usize>)> {
    let head = buffer.get(at..at + 2)?;
    let (length, skip) = match head[1] & 0x7f {
        126 => (
            u16::from_be_bytes(buffer.get(at + 2..at + 4)?.try_into().ok()?) as usize,
            4,
        ),
        127 => (
            u64::from_be_bytes(buffer.get(at + 2..at + 10)?.try_into().ok()?) as usize,
            10,
        ),
        short => (short as usize, 2),
    };
    let payload = at + skip..at + skip + length;
    (payload.end <= buffer.len()).then_some((head[0] & 0x0f, payload))
}

/// Where `needle` begins. What we look for is near the front.
pub fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_every_length_are_found_when_they_are_whole() {
        for length in [0usize, 5, 125, 126, 300, 70_000] {
            let mut bytes = vec![0x81];
            match length {
                0..126 => bytes.push(length as u8),
                126..65_536 => {
                    bytes.push(126);
                    bytes.extend((length as u16).to_be_bytes());
                }
                _ => {
                    bytes.push(127);
                    bytes.extend((length as u64).to_be_bytes());
                }
            }
            let head = bytes.len();
            bytes.extend(vec![b'x'; length]);
            assert_eq!(frame(&bytes, 0), Some((TEXT, head..head + length)));
            assert_eq!(frame(&bytes[..bytes.len() - 1], 0), None);
        }
    }

    #[test]
    fn a_clients_frame_has_its_length_and_an_empty_mask() {
        assert_eq!(masked(TEXT, b"hi"), [0x81, 0x82, 0, 0, 0, 0, b'h', b'i']);
        assert_eq!(masked(TEXT, &[b'x'; 200])[..4], [0x81, 0xfe, 0, 200]);
    }

    #[test]
    fn a_needle_is_found_or_not() {
        assert_eq!(find(b"abcabd", b"abd"), Some(3));
        assert_eq!(find(b"ab", b"abd"), None);
    }
}
