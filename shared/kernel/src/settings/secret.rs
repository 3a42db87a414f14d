//! What a secret must be like.

use super::SettingError;
use super::vars::error;
use secrecy::{ExposeSecret, SecretString};

/// Shorter secrets are refused.
pub const MIN_SECRET_BYTES: usize = 32;

/// Secrets out of tutorials: refused whatever their length.
const WELL_KNOWN: &[&str] = &[
    "secret",
    "changeme",
    "change-me",
    "change_me",
    "your-secret",
    "your_secret",
    "password",
    "example",
    "insecure",
    "a-string-secret",
];

/// Refuses what is short or out of a tutorial, without showing it.
pub(super) fn check(name: &str, value: &str) -> Result<(), SettingError> {
    if value.len() < MIN_SECRET_BYTES {
        return Err(error(
            name,
            format!("must be at least {MIN_SECRET_BYTES} bytes, has {}", value.len()),
        ));
    }
    let lower = value.to_lowercase();
    let distinct = value.bytes().collect::<std::collections::HashSet<_>>().len();
    if distinct < 8 || WELL_KNOWN.iter().any(|word| lower.starts_with(word)) {
        return Err(error(
            name,
            "is well-known or too simple; `api secret` makes a good one",
        ));
    }
    Ok(())
}

/// The bytes of a secret.
pub fn secret_bytes(secret: &SecretString) -> &[u8] {
    secret.expose_secret().as_bytes()
}
