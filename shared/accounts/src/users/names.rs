//! What an account may be called and signed in by: a username, an e-mail address, a telephone number. One text is never two
//! of them.

use crate::Accounts;
use entity::user;
use kernel::error::{Error, Result, check_text};
use sea_orm::{ConnectionTrait, DbErr, Select};
use unicode_normalization::UnicodeNormalization;

const MAX_NAME: usize = 50;

/// Digits of a telephone number; the most are E.164's.
const DIGITS: std::ops::RangeInclusive<usize> = 3..=15;

/// Checks a username under the name of the field that holds it, and answers what is kept of it: 3–50 characters in plain
/// form (NFKC) without white space, slashes or what is not seen, at least one of them not a digit, and no telephone
/// number.
pub fn check_name(field: &str, name: &str) -> Result<String> {
    check_text(field, name, 3, MAX_NAME)?;
    if kernel::names::hides(name) {
        return Err(Error::invalid(field, "Must not contain invisible characters"));
    }
    let name: String = name.nfkc().collect();
    check_text(field, &name, 3, MAX_NAME)?;
    // the key that makes it unique may be longer than the name itself
    check_text(field, &name.to_lowercase(), 3, MAX_NAME)?;
    if name.chars().all(|c| c.is_ascii_digit()) {
        return Err(Error::invalid(
            field,
            "Must have at least one character that is not a digit",
        ));
    }
    if name
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '/' | '\\'))
    {
        return Err(Error::invalid(
            field,
            "Must not contain white space, slashes or control characters",
        ));
    }
    if phone(&name).is_some() {
        return Err(Error::invalid(field, "Must not be a telephone number"));
    }
    Ok(name)
}

/// Refuses a username that is an e-mail address, unless it is the account's own: whoever signs in with an address means its
/// owner.
pub(super) fn check_no_address(field: &str, name: &str, email: Option<&str>) -> Result<()> {
    let name = name.to_lowercase();
    if check_email(field, &name).is_ok() && email != Some(name.as_str()) {
        return Err(Error::invalid(
            field,
            "Must not be an e-mail address other than the account's own",
        ));
    }
    Ok(())
}

/// Checks an e-mail address, lower-cased.
pub(super) fn check_email(field: &str, email: &str) -> Result<()> {
    check_text(field, email, 3, 254)?;
    let plausible = email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
    });
    let odd = |c: char| c.is_whitespace() || c.is_control();
    if !plausible || email.matches('@').count() != 1 || email.chars().any(odd) {
        return Err(Error::invalid(field, "Must be an e-mail address"));
    }
    Ok(())
}

/// Checks a telephone number, and answers it as it is kept.
pub(super) fn check_phone(field: &str, text: &str) -> Result<String> {
    check_text(field, text, 3, 32)?;
    phone(text).ok_or_else(|| Error::invalid(field, "Must be a telephone number"))
}

/// A telephone number as it is kept, whichever way it is written: its digits, after a `+` where the country is named
/// (E.164; `00` names it too). None: the text is none.
pub(super) fn phone(text: &str) -> Option<String> {
    let text = text.trim();
    let (country, rest) = match text.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if !rest.chars().all(|c| c.is_ascii_digit() || "-(). ".contains(c)) {
        return None;
    }
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let (country, digits) = match digits.strip_prefix("00") {
        Some(rest) if !country => (true, rest),
        _ => (country, digits.as_str()),
    };
    let plus = if country { "+" } else { "" };
    DIGITS.contains(&digits.len()).then(|| format!("{plus}{digits}"))
}

/// The account that somebody signs in to by this text. An address is its owner's and a number is its owner's, whoever took
/// it for a name.
pub(super) async fn find_account(accounts: &Accounts, who: &str) -> Result<Option<user::Model>> {
    let owner: Option<Select<user::Entity>> = if who.contains('@') {
        Some(user::Entity::with_email(who))
    } else {
        phone(who).map(|number| user::Entity::with_phone(&number))
    };
    if let Some(owner) = owner
        && let Some(user) = owner.one(&*accounts.db).await?
    {
        return Ok(Some(user));
    }
    Ok(called(&*accounts.db, who).await?)
}

/// The account of this username, whatever the case and the form of its letters.
pub async fn called<C: ConnectionTrait>(db: &C, name: &str) -> Result<Option<user::Model>, DbErr> {
    if name.contains('\0') {
        return Ok(None);
    }
    // as it is first: names from before they were kept in plain form
    if let Some(user) = user::Entity::named(name).one(db).await? {
        return Ok(Some(user));
    }
    let plain: String = name.nfkc().collect();
    if plain == name {
        return Ok(None);
    }
    user::Entity::named(&plain).one(db).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_number_however_it_is_written() {
        for (text, kept) in [
            ("+49 30 1234", Some("+49301234")),
            ("+49 (30) 12-34", Some("+49301234")),
            ("0049 30 1234", Some("+49301234")),
            ("030.1234", Some("0301234")),
            ("301234", Some("301234")),
            ("+1 2", None),
            ("+1234567890123456", None),
            ("call me", None),
            ("+49+30123", None),
            ("", None),
            ("alice", None),
            ("1234567a", None),
        ] {
            assert_eq!(phone(text).as_deref(), kept, "{text}");
        }
    }
}
