//! Mails: handed to the operator's mail server, or written as files where none is set.
//!
//! A mail is text to one person. Its headers are made by lettre out of parsed addresses and words of ours, so that nothing
//! that a person wrote becomes a header.

use chrono::{DateTime, Utc};
use kernel::error::{Error, Result};
use kernel::settings::{Settings, Site};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use reqwest::Url;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use uuid::Uuid;

/// How long handing over a mail may take, from the server's name to its last answer.
pub const LIMIT: Duration = Duration::from_secs(30);
/// The directory of the mails that no server was set for.
const OUTBOX: &str = "outbox";
/// A file of the outbox is kept for so long.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A text for one person.
#[derive(Clone)]
pub struct Mail {
    /// An e-mail address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Lines for people; may hold a code, and so is not shown by `Debug`.
    pub text: String,
    /// When it was made.
    pub at: DateTime<Utc>,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail")
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

/// Why a mail did not leave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The address takes no mail, ever; another try brings the same.
    #[error("the mail was refused: {0}")]
    Refused(String),
    /// It may leave another time.
    #[error("the mail did not leave: {0}")]
    Failed(String),
    /// The mail server did not answer within the limit.
    #[error("the mail server did not answer within {} s", .0.as_secs_f32())]
    TimedOut(Duration),
}

/// The way that mails leave by.
pub struct Mailer {
    way: Way,
    from: Mailbox,
    limit: Duration,
}

enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Outbox(PathBuf),
}

impl Mailer {
    /// What the settings name.
    ///
    /// # Errors
    ///
    /// A malformed `SMTP_URL` or `MAIL_FROM`.
    pub fn open(settings: &Settings) -> Result<Self> {
        let from = sender(settings)?;
        let way = match settings.smtp_url.as_deref() {
            Some(url) => Way::Smtp(server(url, &from)?),
            None => Way::Outbox(settings.data_dir.join(OUTBOX)),
        };
        Ok(Self {
            way,
            from,
            limit: LIMIT,
        })
    }

    /// The same with another limit of time.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Hands a mail over, or writes it. What was handed over is the mail server's to deliver.
    ///
    /// # Errors
    ///
    /// The address takes no mail; the server does not answer, or cannot take it now.
    pub async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = self.message(mail)?;
        match &self.way {
            Way::Smtp(server) => {
                let sent = tokio::time::timeout(self.limit, server.send(message)).await;
                sent.map_err(|_| MailError::TimedOut(self.limit))?
                    .map(drop)
                    .map_err(|error| refusal(&error))
            }
            Way::Outbox(directory) => {
                let (directory, bytes) = (directory.clone(), message.formatted());
                let kept = tokio::task::spawn_blocking(move || keep(&directory, &bytes)).await;
                kept.map_err(anyhow::Error::from)
                    .flatten()
                    .map_err(|error| MailError::Failed(format!("{error:#}")))
            }
        }
    }

    fn message(&self, mail: &Mail) -> Result<Message, MailError> {
        let refused = |error: &dyn std::fmt::Display| MailError::Refused(error.to_string());
        let to: Address = mail.to.parse().map_err(|error| refused(&error))?;
        let id = format!("<{}@{}>", Uuid::now_v7(), self.from.email.domain());
        Message::builder()
            .from(self.from.clone())
            .to(to.into())
            .subject(mail.subject.as_str())
            .date(SystemTime::from(mail.at))
            .message_id(Some(id))
            // RFC 3834: nobody's holiday answers it
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".into(),
            ))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|error| refused(&error))
    }

    /// Deletes files of the outbox that are older than 30 days. Gives how many there were.
    ///
    /// # Errors
    ///
    /// The directory cannot be read.
    pub async fn sweep(&self) -> Result<usize> {
        let Way::Outbox(directory) = &self.way else {
            return Ok(0);
        };
        let directory = directory.clone();
        let swept = tokio::task::spawn_blocking(move || sweep(&directory)).await;
        swept.map_err(Error::internal)?.map_err(Error::internal)
    }
}

/// Whom mails are from.
fn sender(settings: &Settings) -> Result<Mailbox> {
    let ours = || {
        let site = settings.public_url.as_deref().and_then(Site::of_url);
        let host = site.map_or_else(|| "localhost".to_owned(), |site| site.host().to_owned());
        format!("switchboard@{host}")
    };
    let from = settings.mail_from.clone();
    let is_set = from.is_some();
    let parsed: Result<Mailbox, _> = from.unwrap_or_else(ours).parse();
    match parsed {
        Ok(from) => Ok(from),
        Err(error) if is_set => Err(Error::internal(anyhow::anyhow!("MAIL_FROM: {error}"))),
        // an IPv6 address, say
        Err(_) => Ok(Mailbox::new(
            None,
            "switchboard@localhost".parse().map_err(Error::internal)?,
        )),
    }
}

/// The operator's mail server. It is greeted by the name in the URL's path, else by the sender's domain.
fn server(url: &str, from: &Mailbox) -> Result<AsyncSmtpTransport<Tokio1Executor>> {
    // not what was parsed: it may hold the password
    let malformed = || Error::internal(anyhow::anyhow!("SMTP_URL: is not an address of a mail server"));
    let is_named = Url::parse(url).is_ok_and(|url| url.path().len() > 1);
    let mut server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| malformed())?;
    if !is_named {
        server = server.hello_name(ClientId::Domain(from.email.domain().to_owned()));
    }
    Ok(server.timeout(Some(LIMIT)).build())
}

/// What a server's answer means. Of what is refused for good, the sign-in (RFC 4954) is the operator's to mend.
fn refusal(error: &lettre::transport::smtp::Error) -> MailError {
    let code = error.status().map(u16::from);
    let why = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    let why = why.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    if error.is_permanent() && !matches!(code, Some(500..=504 | 530..=538)) {
        MailError::Refused(why)
    } else {
        MailError::Failed(why)
    }
}

/// Writes a mail whole or not at all, for this account's eyes only.
fn keep(directory: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    kernel::secrets::private_dir(directory)?;
    // of mode 0600
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(directory.join(format!("{}.eml", Uuid::now_v7())))?;
    Ok(())
}

fn sweep(directory: &Path) -> std::io::Result<usize> {
    let files = match std::fs::read_dir(directory) {
        Ok(files) => files,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let mut swept = 0;
    for file in files {
        let file = file?;
        let age = file.metadata()?.modified()?.elapsed().unwrap_or_default();
        if age > KEPT {
            std::fs::remove_file(file.path())?;
            swept += 1;
        }
    }
    Ok(swept)
}

#[cfg(test)]
mod tests;
