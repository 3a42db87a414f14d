//! How much time a client gets.

use std::time::Duration;

/// How long a client may take.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// From the first byte that is waited for to the end of a request's head.
    pub head: Duration,
    /// Between two requests.
    pub idle: Duration,
    /// Without a byte of a body that is waited for, or without taking a byte of the answer.
    pub stall: Duration,
    /// Bytes per second, of bodies and answers, on an average that counts once `stall` has been waited in all.
    pub least_rate: u32,
    /// How long what a client goes on sending is thrown away after an answer that did not wait for it.
    pub linger: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            stall: Duration::from_secs(30),
            least_rate: 1024,
            linger: Duration::from_secs(10),
        }
    }
}
