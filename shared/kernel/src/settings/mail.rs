//! How mails leave the server.

use super::SettingError;
use super::vars::{Vars, error};

impl Vars {
    /// Whom mails are from; needed where there is a server to hand them to.
    pub(super) fn sender(&self, name: &str, is_needed: bool) -> Result<Option<String>, SettingError> {
        let from = self.get(name)?;
        if from.as_ref().is_some_and(|from| !is_mailbox(from)) {
            return Err(error(
                name,
                "does not fit: expected an address such as support@example.com, or Support <support@example.com>",
            ));
        }
        if is_needed && from.is_none() {
            return Err(error(name, "must be set where SMTP_URL is"));
        }
        Ok(from)
    }
}

/// Whether it may be one; `platform::mail` parses it in full.
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
