//! Signatures of links to files.

use super::Keys;
use crate::Accounts;
use chrono::{DateTime, Duration, Utc};
use entity::{AttachmentId, MessageId, UserId};
use hmac::{Hmac, KeyInit, Mac};
use kernel::error::{Error, Result};
use sha2::Sha256;

/// How long a link is good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lasting {
    /// Five minutes: for clients that ask again.
    #[default]
    Minutes,
    /// 24 hours: for those that keep what they were given.
    Day,
}

impl Lasting {
    /// As a link's query names it; the usual one is not named.
    const DAY: &str = "day";

    /// The value of `lasts` in a link's query.
    pub fn of(value: Option<&str>) -> Self {
        match value {
            Some(Self::DAY) => Self::Day,
            _ => Self::Minutes,
        }
    }

    /// The time from its making to its end.
    pub fn time(self) -> Duration {
        match self {
            Self::Minutes => Duration::minutes(5),
            Self::Day => Duration::hours(24),
        }
    }
}

/// What a link gives a right to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The uploaded file, whose thumbnail the same link opens.
    pub file: AttachmentId,
    /// The message that shows the file; none where its uploader looks at it before it is sent.
    pub message: Option<MessageId>,
    /// Who may use it; none: everybody who sees the message.
    pub reader: Option<UserId>,
    /// How long it is good.
    pub lasting: Lasting,
}

impl Link {
    /// The link's query: `exp=…&sig=…`, and what it is bound to.
    pub fn query(&self, accounts: &Accounts) -> String {
        let mut query = accounts.keys.sign_link(self, accounts.clock.now());
        if let Some(message) = self.message {
            query.push_str(&format!("&message={message}"));
        }
        if let Some(reader) = self.reader {
            query.push_str(&format!("&reader={reader}"));
        }
        if self.lasting == Lasting::Day {
            query.push_str(&format!("&lasts={}", Lasting::DAY));
        }
        query
    }
}

/// The one answer to links that are wrong, over, or no longer their holder's.
pub fn refused() -> Error {
    Error::Forbidden("The link is invalid or has expired".into())
}

/// A key of its own, so that a link's signature is never a token's.
pub(super) fn key(secret: &[u8]) -> Vec<u8> {
    digest(secret, b"switchboard file links v1").unwrap_or_default()
}

fn digest(key: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(text);
    Some(mac.finalize().into_bytes().to_vec())
}

/// What is signed: no two links have the same words.
fn words(link: &Link, exp: i64) -> String {
    let message = link.message.map(|id| id.to_string()).unwrap_or_default();
    let reader = link.reader.map(|id| id.to_string()).unwrap_or_default();
    let seconds = link.lasting.time().num_seconds();
    format!("{}:{exp}:{message}:{reader}:{seconds}", link.file)
}

impl Keys {
    /// The signed part of a link's query: `exp=…&sig=…`.
    pub(crate) fn sign_link(&self, link: &Link, now: DateTime<Utc>) -> String {
        let exp = (now + link.lasting.time()).timestamp();
        let signature = digest(&self.links, words(link, exp).as_bytes()).unwrap_or_default();
        format!("exp={exp}&sig={}", hex::encode(signature))
    }

    /// Checks it.
    pub fn verify_link(&self, link: &Link, exp: i64, sig: &str, now: DateTime<Utc>) -> Result<()> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.links).map_err(Error::internal)?;
        mac.update(words(link, exp).as_bytes());
        let signature = hex::decode(sig).map_err(|_| refused())?;
        mac.verify_slice(&signature).map_err(|_| refused())?;
        if exp <= now.timestamp() {
            Err(refused())
        } else {
            Ok(())
        }
    }
}
