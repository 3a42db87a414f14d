//! Signed links to files: whoever holds one may read that file until it runs out.

use super::Keys;
use crate::error::{Error, Result};
use chrono::{DateTime, Duration, Utc};
use entity::AttachmentId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How long a link is good.
pub const LINK_TTL: Duration = Duration::minutes(5);

/// A key of its own, so that a link's signature is never a token's.
pub(super) fn key(secret: &[u8]) -> Vec<u8> {
    digest(secret, b"switchboard file links v1").unwrap_or_default()
}

fn digest(key: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(text);
    Some(mac.finalize().into_bytes().to_vec())
}

impl Keys {
    /// The query of a link to a file: `exp=…&sig=…`.
    pub fn sign_link(&self, id: AttachmentId, now: DateTime<Utc>) -> String {
        let exp = (now + LINK_TTL).timestamp();
        let signature = digest(&self.links, format!("{id}:{exp}").as_bytes()).unwrap_or_default();
        format!("exp={exp}&sig={}", hex::encode(signature))
    }

    /// Checks such a query.
    pub fn verify_link(&self, id: AttachmentId, exp: i64, sig: &str, now: DateTime<Utc>) -> Result<()> {
        let refused = || Error::Forbidden("The link is invalid or has expired".into());
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.links).map_err(Error::internal)?;
        mac.update(format!("{id}:{exp}").as_bytes());
        let signature = hex::decode(sig).map_err(|_| refused())?;
        mac.verify_slice(&signature).map_err(|_| refused())?;
        if exp <= now.timestamp() {
            Err(refused())
        } else {
            Ok(())
        }
    }
}
