//! Reads one variable of the environment as what it is to be.

use super::choices::Choice;
use super::{Rate, SettingError, secret};
use secrecy::SecretString;
use std::collections::HashMap;
use std::str::FromStr;
use std::time::Duration;

/// Names what is wrong with a setting.
pub(super) fn error(name: &str, problem: impl Into<String>) -> SettingError {
    SettingError {
        name: name.into(),
        problem: problem.into(),
    }
}

/// The variables, with `NAME_FILE` looked through.
pub(super) struct Vars(pub(super) HashMap<String, String>);

impl Vars {
    /// The value; what is empty counts as unset.
    pub(super) fn get(&self, name: &str) -> Result<Option<String>, SettingError> {
        let direct = self.0.get(name).filter(|value| !value.is_empty());
        let file = self
            .0
            .get(&format!("{name}_FILE"))
            .filter(|path| !path.is_empty());
        match (direct, file) {
            (Some(_), Some(_)) => Err(error(name, format!("set {name} or {name}_FILE, not both"))),
            (Some(value), None) => Ok(Some(value.clone())),
            (None, Some(path)) => match std::fs::read_to_string(path) {
                Ok(text) => Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned())),
                Err(problem) => Err(error(
                    &format!("{name}_FILE"),
                    format!("cannot read {path}: {problem}"),
                )),
            },
            (None, None) => Ok(None),
        }
    }

    /// A secret that is long enough.
    pub(super) fn secret(&self, name: &str) -> Result<Option<SecretString>, SettingError> {
        let Some(value) = self.get(name)? else {
            return Ok(None);
        };
        secret::check(name, &value)?;
        Ok(Some(SecretString::from(value)))
    }

    /// What is between commas; `what` says what each should be.
    pub(super) fn list<T: FromStr>(&self, name: &str, what: &str) -> Result<Vec<T>, SettingError> {
        let text = self.get(name)?.unwrap_or_default();
        text.split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(|item| {
                item.parse()
                    .map_err(|_| error(name, format!("`{item}` does not fit: expected {what}")))
            })
            .collect()
    }

    pub(super) fn choice<T: Choice>(&self, name: &str, default: T) -> Result<T, SettingError> {
        let Some(value) = self.get(name)? else {
            return Ok(default);
        };
        let choice = T::WORDS.iter().find(|(word, _)| *word == value);
        choice.map(|(_, choice)| *choice).ok_or_else(|| {
            let words: Vec<_> = T::WORDS.iter().map(|(word, _)| *word).collect();
            let words = words.join(", ");
            error(name, format!("`{value}` does not fit: expected one of {words}"))
        })
    }

    pub(super) fn number(&self, name: &str, default: usize) -> Result<usize, SettingError> {
        let Some(value) = self.get(name)? else {
            return Ok(default);
        };
        value
            .parse()
            .map_err(|_| error(name, format!("`{value}` does not fit: expected a whole number")))
    }

    /// A whole number from 1 on; none where nothing is set.
    pub(super) fn count(&self, name: &str) -> Result<Option<u32>, SettingError> {
        let Some(value) = self.get(name)? else {
            return Ok(None);
        };
        let count = value.parse().ok().filter(|count| *count > 0);
        count.map(Some).ok_or_else(|| {
            let problem =
                format!("`{value}` does not fit: expected a whole number from 1 on, or nothing for no limit");
            error(name, problem)
        })
    }

    pub(super) fn rate(&self, name: &str, default: &str) -> Result<Rate, SettingError> {
        let value = self.get(name)?.unwrap_or_else(|| default.into());
        value
            .parse()
            .map_err(|problem: String| error(name, format!("`{value}` does not fit: {problem}")))
    }

    pub(super) fn pauses(&self, name: &str, default: &str) -> Result<Vec<Duration>, SettingError> {
        let text = self.get(name)?.unwrap_or_else(|| default.into());
        let pauses = text.split(',').map(str::trim).map(|item| {
            pause(item).ok_or_else(|| {
                error(
                    name,
                    format!("`{item}` does not fit: expected a pause such as 5s, 5m or 2h"),
                )
            })
        });
        pauses.collect()
    }
}

/// `5s`, `5m`, `2h`: a whole number and its unit; a day at most.
fn pause(text: &str) -> Option<Duration> {
    let (count, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    let seconds = count.parse::<u64>().ok()?.checked_mul(unit)?;
    (seconds <= 86_400).then(|| Duration::from_secs(seconds))
}
