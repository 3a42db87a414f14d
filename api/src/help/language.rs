//! Which language a page is in.

/// Those that are written from right to left.
const RIGHT_TO_LEFT: [&str; 8] = ["ar", "dv", "fa", "he", "ku", "ps", "ur", "yi"];

/// What languages call themselves.
const NAMES: [(&str, &str); 24] = [
    ("ar", "العربية"),
    ("bg", "Български"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("en", "English"),
    ("es", "Español"),
    ("fa", "فارسی"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("he", "עברית"),
    ("hu", "Magyar"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("nl", "Nederlands"),
    ("no", "Norsk"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("sv", "Svenska"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("zh", "中文"),
];

/// Languages that somebody accepts; what comes after them is not looked at.
const ACCEPTED: usize = 20;

/// The language itself, of a tag: `pt` of `pt-br`.
pub fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or_default()
}

/// In which direction it is written, as HTML has it.
pub fn direction(tag: &str) -> &'static str {
    if RIGHT_TO_LEFT.contains(&primary(tag)) {
        "rtl"
    } else {
        "ltr"
    }
}

/// What it calls itself, with the tag where that says more; else the tag.
pub fn name(tag: &str) -> String {
    let known = NAMES.iter().find(|(code, _)| *code == primary(tag));
    match known {
        Some((code, name)) if *code == tag => (*name).to_owned(),
        Some((_, name)) => format!("{name} ({tag})"),
        None => tag.to_owned(),
    }
}

/// The language to show of those that there are, in lower case: the one asked for, else the first that the reader accepts
/// (`Accept-Language`), else English, else the first. None where there are none.
pub fn choose<'a>(there: &[&'a str], asked: Option<&str>, accepted: Option<&str>) -> Option<&'a str> {
    let fitting = |wanted: &str| {
        let wanted = wanted.trim().to_ascii_lowercase().replace('_', "-");
        let exact = there.iter().find(|tag| **tag == wanted);
        let same = || there.iter().find(|tag| **tag == primary(&wanted));
        let other = || there.iter().find(|tag| primary(tag) == primary(&wanted));
        exact.or_else(same).or_else(other).copied()
    };
    asked
        .and_then(fitting)
        .or_else(|| {
            by_preference(accepted.unwrap_or_default())
                .into_iter()
                .find_map(fitting)
        })
        .or_else(|| fitting("en"))
        .or_else(|| there.first().copied())
}

/// The tags of an `Accept-Language`, the dearest first.
fn by_preference(accepted: &str) -> Vec<&str> {
    let mut tags: Vec<(f32, &str)> = accepted
        .split(',')
        .take(ACCEPTED)
        .filter_map(|item| {
            let (tag, weight) = item.split_once(';').unwrap_or((item, "q=1"));
            let weight = weight.trim().strip_prefix("q=")?.parse().ok()?;
            (weight > 0.0).then_some((weight, tag.trim()))
        })
        .collect();
    // a stable sort: of equals the first
    tags.sort_by(|a, b| b.0.total_cmp(&a.0));
    tags.into_iter().map(|(_, tag)| tag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_asked_for_else_the_reader_s_else_english_else_the_first() {
        let there = ["ar", "de", "en", "pt-br"];
        for (asked, accepted, chosen) in [
            (Some("de"), Some("ar"), "de"),
            (Some("DE_AT"), None, "de"),
            (Some("pt"), None, "pt-br"),
            (Some("xx"), Some("ar;q=0.5, de-CH;q=0.9"), "de"),
            (None, Some("fr, pt-PT;q=0.8, *;q=0.1"), "pt-br"),
            (None, Some("de;q=0, ar;q=nonsense"), "en"),
            (None, None, "en"),
        ] {
            assert_eq!(
                choose(&there, asked, accepted),
                Some(chosen),
                "{asked:?} {accepted:?}"
            );
        }
        assert_eq!(choose(&["de", "fr"], None, None), Some("de"));
        assert_eq!(choose(&[], Some("de"), Some("de")), None);
    }

    #[test]
    fn a_language_says_its_name_and_direction() {
        assert_eq!(name("de"), "Deutsch");
        assert_eq!(name("pt-br"), "Português (pt-br)");
        assert_eq!(name("tlh"), "tlh");
        assert_eq!((direction("ar-eg"), direction("de")), ("rtl", "ltr"));
    }
}
