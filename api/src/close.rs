//! Why a socket is closed, as every dialect tells its clients: a code and a sentence.

use chat::access::Ended;
use std::borrow::Cow;

/// The close codes of all dialects. What a client does on each is the contract's; the numbers of RFC 6455 mean there what
/// they mean here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum CloseCode {
    /// It does not speak WebSocket: there is no use in coming back.
    Protocol = 1002,
    /// A frame was no UTF-8.
    NotUtf8 = 1007,
    /// A frame was too long.
    TooBig = 1009,
    /// A fault of the server: come back after a while, and resume.
    Internal = 1011,
    /// Nobody can be let in for now: come back after a while, and resume.
    Busy = 1013,
    /// The token is missing, bad or expired: get a new one.
    Token = 4001,
    /// No access to this conversation: stay away.
    NoAccess = 4003,
    /// The conversation was deleted, or there is none of this name: stay away.
    Gone = 4004,
    /// The send queue ran over: come back, and resume.
    TooSlow = 4008,
    /// The server drains, or the account was changed: come back after a random delay.
    Draining = 4012,
    /// Sends too fast, or holds too many sockets: back off.
    TooFast = 4013,
    /// The session was signed out: sign in again.
    Revoked = 4014,
}

/// Why a socket is to be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    pub code: CloseCode,
    /// At most 123 bytes reach the client (RFC 6455 §5.5).
    pub reason: Cow<'static, str>,
}

impl Closing {
    /// A close code and its reason, which a client may show.
    pub fn new(code: CloseCode, reason: impl Into<Cow<'static, str>>) -> Self {
        let reason = reason.into();
        Self { code, reason }
    }

    /// The answer to a client that cannot be let in for now.
    pub fn busy() -> Self {
        Self::new(CloseCode::Busy, "The server is busy: try again later")
    }
}

impl From<Ended> for Closing {
    fn from(why: Ended) -> Self {
        match why {
            Ended::Expired => Self::new(CloseCode::Token, "Token has expired"),
            Ended::Revoked => Self::new(CloseCode::Revoked, "Session has been signed out"),
            // it may come back, as who its person is now
            Ended::Changed => Self::new(CloseCode::Draining, "Your account was changed: reconnect"),
            Ended::NoAccess => Self::new(
                CloseCode::NoAccess,
                "You no longer take part in this conversation",
            ),
            Ended::Deleted => Self::new(CloseCode::Gone, "The conversation was deleted"),
        }
    }
}
