//! Names that people see: of accounts, visitors and conversations. What cannot be seen is taken out of them, and nobody but
//! the company is called like the company, its people, the bot or the server.

use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

/// What only the company and the server are called, with whatever looks the same.
const RESERVED: &[&str] = &[
    "admin",
    "administrator",
    "agent",
    "assistant",
    "bot",
    "chatbot",
    "crm assistant",
    "customer care",
    "customer service",
    "customer support",
    "deleted",
    "deleted user",
    "help desk",
    "moderator",
    "security team",
    "service desk",
    "staff",
    "support",
    "support agent",
    "support team",
    "switchboard",
    "system",
];

/// A name as it is kept: compatibility forms are the plain ones (NFKC), and of what is not seen nothing is in it.
pub fn clean(text: &str) -> String {
    seen(text.nfkc())
}

/// A title as it is kept: as it was typed (`№ 5` stays), but of what is not seen nothing is in it (NFC).
pub fn clean_title(text: &str) -> String {
    seen(text.nfc())
}

/// One space stands for any white space or control character, and nothing stays that is not seen or that turns the reading
/// direction.
fn seen(text: impl Iterator<Item = char>) -> String {
    let mut kept = String::new();
    for c in text {
        if c.is_whitespace() || c.is_control() {
            if !kept.ends_with(' ') {
                kept.push(' ');
            }
        } else if !is_hidden(c) || is_of_emoji(c, kept.chars().next_back()) {
            kept.push(c);
        }
    }
    kept.trim().to_owned()
}

/// Whether a name holds something that is not seen.
pub fn hides(text: &str) -> bool {
    text.chars().any(is_hidden)
}

/// Formatting, joiners, fillers, marks of direction, variation selectors, tags: Unicode's default ignorable code points, and
/// blanks that count as letters or symbols.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// A joiner or a selector that makes one picture of what is before it.
fn is_of_emoji(c: char, before: Option<char>) -> bool {
    let after_a_picture = before.is_some_and(|c| !c.is_ascii() && !c.is_alphanumeric());
    matches!(c, '\u{200d}' | '\u{fe0f}') && after_a_picture
}

/// What a name looks like: two with the same key cannot be told apart at a glance (UTS 39, skeletons), whatever their case,
/// accents, spaces and punctuation. Empty where nothing of it is a letter or a digit.
pub fn key(text: &str) -> String {
    let folded = clean(text).to_lowercase();
    // twice: what the first made of one letter may look like another in lower case
    let first: String = skeleton(&folded).collect::<String>().to_lowercase();
    let second: String = skeleton(&first).collect::<String>().to_lowercase();
    second
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| if c == 'i' { 'l' } else { c })
        .collect()
}

/// Whether a [`key`] is that of a name which only the company and the server have.
pub fn is_reserved(key: &str) -> bool {
    RESERVED.iter().any(|name| self::key(name) == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_seen_is_taken_out_and_what_is_seen_stays() {
        for (text, kept) in [
            ("Anna Schmidt", "Anna Schmidt"),
            ("  Anna \t\n Schmidt ", "Anna Schmidt"),
            ("Ad\u{200b}min\u{202e}gnp", "Admingnp"),
            ("\u{2066}Bob\u{2069}\u{feff}", "Bob"),
            ("\u{ff21}\u{ff4e}\u{ff4e}", "Ann"),
            ("\u{fb01}nn", "finn"),
            ("e\u{301}mile", "\u{e9}mile"),
            ("\u{3164}\u{2800}\u{115f}", ""),
            ("Team \u{2764}\u{fe0f}", "Team \u{2764}\u{fe0f}"),
            ("a\u{fe0f}b\u{200d}c", "abc"),
            ("Größe 日本 مرحبا", "Größe 日本 مرحبا"),
        ] {
            assert_eq!(clean(text), kept, "{text:?}");
        }
    }

    #[test]
    fn what_looks_like_a_reserved_name_is_reserved() {
        for name in [
            "Support",
            "SUPPORT",
            "S u p p o r t",
            "Súpport!",
            "Ѕupport",
            "suррort",
            "Supp\u{200b}ort",
            "Supp0rt",
            "Ａｄｍｉｎ",
            "аdmіn",
            "Adm1n",
            "AdmIn",
            "_admin_",
            "System.",
            "Systеm",
            "CRM-Assistant",
            "CRM Аssistant",
            "Help-Desk",
        ] {
            assert!(is_reserved(&key(name)), "{name}: {}", key(name));
        }
        for name in [
            "alice",
            "Support Chat",
            "Administrata",
            "Bottega",
            "Stafford",
            "My order",
            "日本",
            "",
            "!!!",
        ] {
            assert!(!is_reserved(&key(name)), "{name}: {}", key(name));
        }
    }

    proptest! {
        #[test]
        fn a_cleaned_name_is_clean_already(text in "\\PC{0,60}|[\u{200b}-\u{206f}a-z \u{fe0f}\u{2764}]{0,40}") {
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once.clone());
            prop_assert!(!once.chars().any(|c| c.is_control()));
        }
    }
}
