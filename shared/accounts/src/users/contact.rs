//! Where an account's owner is reached: changed by themselves, or by an admin.

use super::names;
use chrono::{DateTime, Utc};
use entity::user;
use kernel::error::{Error, Result};
use platform::db::Transaction;
use platform::job::Job;
use platform::job_store::{self, Enqueued};
use sea_orm::DbErr;

/// Another e-mail address or telephone number; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeContact {
    /// `Some(None)`: none. Kept in lower case; unique. Another than before is not confirmed.
    pub email: Option<Option<String>>,
    /// `Some(None)`: none. 3–15 digits, after a `+` where the country is named, with any of `-(). ` between; unique.
    pub phone: Option<Option<String>>,
}

/// Checks and applies a change. Answers whether there is an address now that was not there before.
pub(super) fn apply(row: &mut user::Model, change: &ChangeContact) -> Result<bool> {
    if let Some(phone) = &change.phone {
        row.phone = match phone {
            Some(phone) => Some(names::check_phone("phone", phone)?),
            None => None,
        };
    }
    let Some(email) = &change.email else {
        return Ok(false);
    };
    let email = email.as_ref().map(|email| email.to_lowercase());
    if let Some(email) = &email {
        names::check_email("email", email)?;
    }
    if email == row.email {
        return Ok(false);
    }
    if names::check_no_address("username", &row.username, email.as_deref()).is_err() {
        return Err(Error::invalid(
            "email",
            "Must stay the address that is the account's username",
        ));
    }
    row.email = email;
    row.email_verified_at = None;
    Ok(row.email.is_some())
}

/// Stores the job that mails a code to confirm the account's address with, where it has one, in the transaction that stores
/// the address.
pub(super) async fn ask_confirmation(
    tx: &Transaction,
    row: &user::Model,
    now: DateTime<Utc>,
) -> Result<Vec<Enqueued>, DbErr> {
    if row.email.is_none() {
        return Ok(Vec::new());
    }
    let job = Job::MailAddressConfirmation { user: row.id };
    job_store::add(&**tx, vec![job_store::intent(&job, now, now)?]).await
}
