//! The mails that hold codes. A code is made when its mail is: no job's row holds one, and a mail that is made again has a
//! new code, which makes the earlier one good for nothing.

use super::takes_codes;
use crate::{Accounts, codes};
use entity::account_token::Kind;
use entity::{UserId, user};
use kernel::error::{Error, Result};
use platform::job_store::{self, Lease};
use platform::mail::{Mail, MailError};
use sea_orm::{EntityTrait, QuerySelect};

/// Mails a code to choose another password with; nothing where nobody may have one.
pub async fn mail_reset(accounts: &Accounts, job: Lease, user: UserId) -> Result<()> {
    mail(accounts, job, Kind::PasswordReset, user).await
}

/// Mails a code to confirm the account's address with; nothing where it is confirmed, or there is none.
pub async fn mail_confirmation(accounts: &Accounts, job: Lease, user: UserId) -> Result<()> {
    mail(accounts, job, Kind::EmailConfirmation, user).await
}

async fn mail(accounts: &Accounts, job: Lease, kind: Kind, id: UserId) -> Result<()> {
    let Some(mail) = write(accounts, job, kind, id).await? else {
        return job_store::complete(accounts, job).await;
    };
    let sent = accounts.mail.send(&mail).await;
    let outcome = match &sent {
        Ok(()) => "ok",
        Err(MailError::Refused(_)) => "refused",
        Err(MailError::Failed(_) | MailError::TimedOut(_)) => "failed",
    };
    metrics::counter!("switchboard_mails_total", "outcome" => outcome).increment(1);
    match sent {
        Ok(()) => job_store::complete(accounts, job).await,
        Err(MailError::Refused(why)) => {
            tracing::warn!(user = %id, why, "an address takes no mail");
            job_store::complete(accounts, job).await
        }
        Err(error) => Err(Error::Unavailable(error.to_string())),
    }
}

/// The mail with a new code, whose hash is stored where the worker still has the job; none where a later job brings one: a
/// mail server that was away for a day has one mail for a person afterwards.
async fn write(accounts: &Accounts, job: Lease, kind: Kind, id: UserId) -> Result<Option<Mail>> {
    let now = accounts.clock.now();
    let tx = accounts.db.begin().await?;
    let account = user::Entity::find_by_id(id).lock_exclusive().one(&*tx).await?;
    let account = account
        .filter(takes_codes)
        .filter(|user| kind == Kind::PasswordReset || user.email_verified_at.is_none());
    let Some((account, address)) = account.and_then(|user| user.email.clone().map(|email| (user, email)))
    else {
        return Ok(None);
    };
    if job_store::is_superseded(&*tx, job).await? {
        return Ok(None);
    }
    let code = codes::make(&tx, kind, id, &address, now).await?;
    job_store::check(&*tx, job).await?;
    tx.commit().await?;
    let site = accounts.settings.public_url.as_deref();
    let (subject, text) = words(kind, &account.username, &code, site);
    Ok(Some(Mail {
        to: address,
        subject: subject.into(),
        text,
        at: now,
    }))
}

/// Subject and text.
fn words(kind: Kind, username: &str, code: &str, site: Option<&str>) -> (&'static str, String) {
    let at = site.map(|site| format!(" at {site}")).unwrap_or_default();
    let (subject, before, after) = match kind {
        Kind::PasswordReset => (
            "Your code to choose a new password",
            format!("Somebody asked for a new password for the account {username}{at}."),
            "It is good once, for one hour, and until a newer one is sent. If you did not ask for it,\n\
             ignore this mail: your password stays as it is.",
        ),
        Kind::EmailConfirmation => (
            "Your code to confirm your e-mail address",
            format!("This address was given for the account {username}{at}."),
            "It is good once, for 24 hours, and until a newer one is sent. If the account is not yours,\n\
             ignore this mail: the address stays unconfirmed.",
        ),
    };
    let ask = "Enter this code where you are asked for it:";
    (subject, format!("{before}\n\n{ask}\n\n    {code}\n\n{after}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_names_the_account_the_code_and_how_long_it_is_good() {
        let (subject, text) = words(
            Kind::PasswordReset,
            "alice",
            "0123abcd",
            Some("https://chat.example.com"),
        );
        assert_eq!(subject, "Your code to choose a new password");
        for part in [
            "account alice at https://chat.example.com.",
            "\n    0123abcd\n",
            "one hour",
        ] {
            assert!(text.contains(part), "{text}");
        }
        let (_, text) = words(Kind::EmailConfirmation, "alice", "0123abcd", None);
        assert!(
            text.contains("account alice.\n") && text.contains("24 hours"),
            "{text}"
        );
        // lines that any mail reader shows whole
        assert!(text.lines().all(|line| line.len() <= 100));
    }
}
