//! What a read of a log or an answer must never give away.

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use std::fmt;

/// A stored secret: a password's or a token's hash, a signing key, a push service's capability address. It is text in
/// the database; `Debug` prints `[redacted]`, and there is no `Display` and no `Serialize`, so a row that holds one cannot
/// be written to a log or an answer by deriving. [`Secret::expose`] is the only way to the text, and easy to search for.
#[derive(Clone, PartialEq, Eq, Hash, DeriveValueType)]
pub struct Secret(String);

impl Secret {
    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<Secret> for String {
    /// Exposes it.
    fn from(secret: Secret) -> Self {
        secret.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl TryFromU64 for Secret {
    /// A secret that is a key is made by us, never by the database's counter.
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("Secret"))
    }
}
