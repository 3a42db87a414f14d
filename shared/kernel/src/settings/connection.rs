//! A URL that may hold a password.

use std::fmt;
use std::ops::Deref;

/// Where a database, Redis or the file store is. It is used as text; `Debug` leaves out the user, the password and the
/// parameters, so that settings can be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectionUrl(String);

impl Deref for ConnectionUrl {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for ConnectionUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl PartialEq<&str> for ConnectionUrl {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl fmt::Debug for ConnectionUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((scheme, rest)) = self.0.split_once(':') else {
            return f.write_str("[redacted]");
        };
        // before the parameters are cut off: a password that is not percent-encoded may hold their marks
        let (user, place) = match rest.rsplit_once('@') {
            Some((_, place)) => ("//[redacted]@", place),
            None => ("", rest),
        };
        let place = place.split(['?', '#']).next().unwrap_or_default();
        write!(f, "{scheme}:{user}{place}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_url_shows_where_it_leads_and_never_a_password() {
        for (url, shown) in [
            (
                "postgres://app:hunter2@db:5432/chat?sslmode=require",
                "postgres://[redacted]@db:5432/chat",
            ),
            (
                "postgres://db/chat?user=app&password=hunter2",
                "postgres://db/chat",
            ),
            (
                "postgres://app:hunter2?#@db/chat",
                "postgres://[redacted]@db/chat",
            ),
            ("redis://:hun@ter2@cache/0", "redis://[redacted]@cache/0"),
            (
                "sqlite://./data/switchboard.db?mode=rwc",
                "sqlite://./data/switchboard.db",
            ),
            ("hunter2", "[redacted]"),
        ] {
            let url = ConnectionUrl::from(url.to_owned());
            let printed = format!("{url:?}");
            assert_eq!(printed, shown);
            assert!(!printed.contains("hunter2"), "{printed}");
        }
    }
}
