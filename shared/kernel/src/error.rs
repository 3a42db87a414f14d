//! The one error of the application; each dialect maps it to its own wire form in one `match`.

use crate::person::Person;
use sea_orm::sqlx::error::DatabaseError;
use sea_orm::{DbErr, RuntimeErr, SqlxError, SqlxSqliteError};
use std::time::Duration;

/// What every service function returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One input field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name as the client sent it.
    pub field: String,
    /// A sentence that names the limit.
    pub message: String,
}

/// What a client has to solve: for each part `i` from 0 to `parts` a number `n` such that SHA-256 of
/// `<token's last 32 characters>.<i>.<n>` begins with `bits` zero bits. Its proof is `<token>:<n of part 0>,<n of part 1>,…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Signed by the server, bound to an address and good for some minutes; sent back with the proof.
    pub token: String,
    /// How many numbers are to be found: several small ones take nearly the same time whoever solves them.
    pub parts: u32,
    /// How hard each is: one more doubles the work.
    pub bits: u32,
}

/// Why an authentication failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthFailure {
    /// No token was sent.
    Missing,
    /// The token is malformed, wrongly signed, of another type, or its account is disabled.
    Invalid,
    /// The token ran out.
    Expired,
    /// The session was signed out or revoked.
    Revoked,
    /// Unknown account or wrong password: one answer for both, so that nobody learns which accounts exist.
    Credentials,
}

impl AuthFailure {
    /// The sentence shown to the client.
    pub fn detail(self) -> &'static str {
        match self {
            Self::Missing => "Authentication credentials were not provided.",
            Self::Invalid => "Invalid token",
            Self::Expired => "Token has expired",
            Self::Revoked => "Session has been signed out",
            Self::Credentials => "Invalid credentials",
        }
    }

    /// The stable word for it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "not_authenticated",
            Self::Invalid => "token_invalid",
            Self::Expired => "token_expired",
            Self::Revoked => "session_revoked",
            Self::Credentials => "invalid_credentials",
        }
    }
}

/// Everything that can go wrong, in the application's words.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Input out of its limits. Never empty.
    #[error("{}", first_message(.0))]
    Invalid(Vec<FieldError>),
    /// The thing does not exist, or the actor may not know that it does.
    #[error("{0} not found")]
    NotFound(String),
    /// The actor may not do this.
    #[error("{0}")]
    Forbidden(String),
    /// Who asks is not known.
    #[error("{}", .0.detail())]
    Unauthorized(AuthFailure),
    /// The request contradicts what is stored.
    #[error("{detail}")]
    Conflict {
        /// A stable snake_case word.
        code: &'static str,
        /// The input field at fault, where there is one.
        field: Option<&'static str>,
        /// A sentence.
        detail: String,
    },
    /// Somebody else has the conversation.
    #[error("Already claimed by {}", .by.name)]
    Claimed {
        /// Who has it.
        by: Person,
    },
    /// A file over its limit.
    #[error("File size cannot exceed 10MB")]
    FileTooLarge,
    /// A file whose bytes are of no allowed type.
    #[error("File type not allowed. Allowed types: JPEG, PNG, GIF, WebP, PDF")]
    FileType,
    /// Too many requests of one kind.
    #[error("Too many requests. Try again in {} s", .retry_after.as_secs().max(1))]
    RateLimited {
        /// When to try again.
        retry_after: Duration,
    },
    /// Too many requests of an address, or guesses at an account's password: accepted with a proof of work.
    #[error("Too many requests of this kind. Solve the challenge and send its proof, or try again in {} s", .retry_after.as_secs().max(1))]
    ProofRequired {
        /// What to solve.
        challenge: Challenge,
        /// When to try again without a proof.
        retry_after: Duration,
    },
    /// A part that is needed does not answer now; nothing was stored.
    #[error("{0}")]
    Unavailable(String),
    /// A fault of the server; the detail goes to the log, never to the client.
    #[error("Internal server error")]
    Internal(#[source] anyhow::Error),
}

impl Error {
    /// One field, one sentence.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError {
            field: field.into(),
            message: message.into(),
        }])
    }

    /// The one answer for unknown and foreign conversations.
    pub fn no_conversation() -> Self {
        Self::NotFound("Conversation".into())
    }

    /// The one answer for unknown and foreign messages.
    pub fn no_message() -> Self {
        Self::NotFound("Message".into())
    }

    /// A fault of the server, with its cause.
    pub fn internal(error: impl Into<anyhow::Error>) -> Self {
        Self::Internal(error.into())
    }

    /// A stable snake_case word for clients to match on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "validation_error",
            Self::NotFound(_) => "not_found",
            Self::Forbidden(_) => "forbidden",
            Self::Unauthorized(failure) => failure.code(),
            Self::Conflict { code, .. } => code,
            Self::Claimed { .. } => "already_claimed",
            Self::FileTooLarge => "file_too_large",
            Self::FileType => "file_type_not_allowed",
            Self::RateLimited { .. } => "rate_limited",
            Self::ProofRequired { .. } => "proof_required",
            Self::Unavailable(_) => "unavailable",
            Self::Internal(_) => "internal_error",
        }
    }
}

fn first_message(errors: &[FieldError]) -> &str {
    errors
        .first()
        .map_or("Invalid input", |error| error.message.as_str())
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if is_outage(&error) {
            tracing::error!(%error, "the database does not answer");
            return Self::Unavailable("The database does not answer".into());
        }
        Self::Internal(error.into())
    }
}

/// Whether the database is at fault and not what it was asked.
pub fn is_outage(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            match &**error {
                SqlxError::Database(error) => is_fault(&**error),
                SqlxError::Io(_)
                | SqlxError::Tls(_)
                | SqlxError::PoolTimedOut
                | SqlxError::PoolClosed
                | SqlxError::WorkerCrashed => true,
                _ => false,
            }
        }
        _ => false,
    }
}

fn is_fault(error: &dyn DatabaseError) -> bool {
    let Some(code) = error.code() else { return false };
    if error.try_downcast_ref::<SqlxSqliteError>().is_some() {
        // the low byte of an extended code is its kind: busy, locked, out of memory, read-only, interrupted, a broken or
        // full disk, a file that cannot be opened
        let kind = code.parse::<u32>().map(|code| code & 0xff);
        return matches!(kind, Ok(5..=10 | 13..=15));
    }
    // lost or too slow: the connection, resources, the server's or an operator's will, a lock, an idle transaction
    ["08", "53", "57", "25P", "55P03"]
        .iter()
        .any(|class| code.starts_with(class))
}

/// Checks a text: `min..=max` characters, no NUL (which Postgres cannot store).
pub fn check_text(field: &str, text: &str, min: usize, max: usize) -> Result<()> {
    if text.contains('\0') {
        return Err(Error::invalid(field, "Must not contain the NUL character"));
    }
    let count = text.chars().count();
    if count < min {
        let message = if min == 1 {
            "This field may not be blank.".into()
        } else {
            format!("Must be at least {min} characters")
        };
        return Err(Error::invalid(field, message));
    }
    if count > max {
        return Err(Error::invalid(
            field,
            format!("Must be at most {max} characters, has {count}"),
        ));
    }
    Ok(())
}

/// An error with its cause, for an operator's terminal, where no client reads it.
pub fn explained(error: Error) -> anyhow::Error {
    match error {
        Error::Internal(cause) => cause,
        other => other.into(),
    }
}
