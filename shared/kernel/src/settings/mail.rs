//! How mails leave the server.

use super::vars::{Vars, error};
use super::{ConnectionUrl, SettingError};

/// `SMTP_URL` and `MAIL_FROM`.
pub(super) struct Mail {
    pub(super) smtp_url: Option<ConnectionUrl>,
    pub(super) from: Option<String>,
}

impl Mail {
    pub(super) fn read(vars: &Vars) -> Result<Self, SettingError> {
        let smtp_url = vars.url("SMTP_URL", &["smtp://", "smtps://"])?;
        let from = vars.get("MAIL_FROM")?;
        if from.as_ref().is_some_and(|from| !is_mailbox(from)) {
            return Err(error(
                "MAIL_FROM",
                "does not fit: expected an address such as support@example.com, or Support <support@example.com>",
            ));
        }
        if smtp_url.is_some() && from.is_none() {
            return Err(error("MAIL_FROM", "must be set where SMTP_URL is"));
        }
        Ok(Self {
            smtp_url: smtp_url.map(ConnectionUrl::from),
            from,
        })
    }
}

/// Whether it may be one; whoever sends the first mail parses it in full.
fn is_mailbox(text: &str) -> bool {
    let address = match text.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>').unwrap_or_default(),
        None => text,
    };
    let parts = address.split_once('@');
    !text.chars().any(char::is_control)
        && !address.contains(char::is_whitespace)
        && parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
}
