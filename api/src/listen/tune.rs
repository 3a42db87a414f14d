//! How the kernel treats a client's connection: small frames leave at once, and a client that takes nothing holds
//! little memory, and not for long.

use socket2::SockRef;
use std::io;
use std::time::Duration;
use tokio::net::TcpStream;

/// Bytes on their way to one client that the kernel keeps at most; it doubles this for its own bookkeeping. Without a
/// limit it grows to `net.ipv4.tcp_wmem`, 4 MB, for each client that has stopped reading. It is also what is sent per
/// round trip at most: files to a client 100 ms away arrive at some 2 MB/s.
const SEND_BUFFER: usize = 192 * 1024;
/// Of these, bytes that the client has not made room for: an ordinary client that has stopped reading holds no more.
const NOT_SENT: u32 = 64 * 1024;
/// A client that takes or acknowledges nothing for so long has gone, also one whose connection we have closed already:
/// the kernel gives it up, with what it holds for it.
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

/// Sets up an accepted connection. Fails where it has been reset meanwhile.
pub(super) fn tune(stream: &TcpStream) -> io::Result<()> {
    // a chat's frames are small, and must not wait for the acknowledgement of the frame before (RFC 896)
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    socket.set_send_buffer_size(SEND_BUFFER)?;
    #[cfg(target_os = "linux")]
    {
        socket.set_tcp_notsent_lowat(NOT_SENT)?;
        socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt;
    use tokio::net::{TcpListener, TcpSocket};

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_client_that_reads_nothing_is_written_no_more_than_the_limits_let() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let deaf = TcpSocket::new_v4().unwrap();
        deaf.set_recv_buffer_size(4096).unwrap();
        let _deaf = deaf.connect(listener.local_addr().unwrap()).await.unwrap();
        let (mut stream, _) = listener.accept().await.unwrap();
        tune(&stream).unwrap();
        let mut written = 0;
        let flood = async {
            loop {
                written += stream.write(&[0; 4096]).await.unwrap();
            }
        };
        // it never ends: nothing is taken
        assert!(tokio::time::timeout(Duration::from_secs(1), flood).await.is_err());
        assert!(written > 0 && written <= SEND_BUFFER, "{written} bytes");
        let send_buffer = SockRef::from(&stream).send_buffer_size().unwrap();
        assert_eq!(send_buffer, 2 * SEND_BUFFER, "the kernel's own doubling");
    }
}
