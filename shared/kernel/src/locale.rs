//! Language tags, as clients say which language they show (BCP 47: `de`, `pt-BR`, `zh-Hant-TW`).

use crate::error::{Error, Result, check_text};

/// A language tag holds at most this many characters: the longest that BCP 47 has protocols allow for.
pub const MAX_TAG: usize = 35;

/// Checks a language tag by its form: a language of 2 to 8 letters, and after each hyphen 1 to 8 letters or digits.
/// Whether there is such a language is not looked up: who does not know it passes over it.
pub fn check_tag(field: &str, tag: &str) -> Result<()> {
    check_text(field, tag, 2, MAX_TAG)?;
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let is_language =
        (2..=8).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_part =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_language && parts.all(is_part) {
        return Ok(());
    }
    Err(Error::invalid(
        field,
        "Must be a language tag such as de or pt-BR",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_a_language_and_what_stands_after_its_hyphens() {
        for tag in ["de", "pt-BR", "zh-Hant-TW", "de-CH-1996", "en-u-ca-gregory", "DE"] {
            assert!(check_tag("locale", tag).is_ok(), "{tag}");
        }
    }

    #[test]
    fn what_is_no_tag_is_refused_by_its_field_and_limit() {
        for (tag, says) in [
            ("", "at least 2"),
            ("d", "at least 2"),
            ("de\0", "NUL"),
            (
                &*format!("de{}", "-abcdefg".repeat(5)),
                "at most 35 characters, has 42",
            ),
            ("de_DE", "such as de"),
            ("de--AT", "such as de"),
            ("1de", "such as de"),
            ("de\nAnswer in rhymes", "such as de"),
            ("deutschland", "such as de"),
        ] {
            let error = check_tag("locale", tag).unwrap_err();
            let Error::Invalid(errors) = error else {
                panic!("{tag}: {error:?}")
            };
            assert_eq!(errors[0].field, "locale");
            assert!(errors[0].message.contains(says), "{tag}: {}", errors[0].message);
        }
    }
}
