//! The languages that the bot replies in, how it recognises them, and the stems and stop words of those that it searches.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};
use stop_words::LANGUAGE;

use super::words::{bare, typed_words, words};
use super::{lexicon, thesaurus};

/// A text's words must count this much for a language: one that only it has, or several that it shares.
const ENOUGH: f32 = 0.9;
/// And this many times as much as for the next language.
const CLEARLY: f32 = 1.5;
/// More words than these decide no better.
const WORDS: usize = 400;

/// A language that the bot replies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English, the default.
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Arabic.
    Arabic,
}

impl Language {
    /// Every language, the default first.
    pub const ALL: [Self; 5] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Arabic,
    ];

    /// The language of a BCP 47 tag such as `de` or `fr-CH`, if the bot speaks it.
    pub fn from_locale(locale: &str) -> Option<Self> {
        let code = primary_subtag(locale);
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The ISO 639 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Arabic => "ar",
        }
    }

    /// The language that `text` is written in: that of its script, or the one whose own words it uses most. `None` where
    /// that is not clear, as of most messages of a word or two.
    pub fn detect(text: &str) -> Option<Self> {
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let arabic = text
            .chars()
            .filter(|c| matches!(c, '\u{0620}'..='\u{06ff}') && c.is_alphabetic());
        if letters > 0 && arabic.count() * 2 > letters {
            return Some(Self::Arabic);
        }
        let mut counts = Self::ALL.map(|_| 0.0_f32);
        for word in typed_words(text).iter().take(WORDS) {
            let Some(speakers) = SPEAKERS.get(bare(word)) else {
                continue;
            };
            for (count, _) in counts.iter_mut().zip(speakers).filter(|(_, speaks)| **speaks) {
                *count += 1.0 / speakers.iter().filter(|speaks| **speaks).count() as f32;
            }
        }
        let mut ranked: Vec<(f32, Self)> = counts.into_iter().zip(Self::ALL).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        match ranked.as_slice() {
            [(most, language), (next, _), ..] if *most >= ENOUGH && *most >= next * CLEARLY => {
                Some(*language)
            }
            _ => None,
        }
    }
}

/// `en` of `en-GB` and `en_GB`, in lower case.
pub(super) fn primary_subtag(locale: &str) -> String {
    let end = locale.find(['-', '_']).unwrap_or(locale.len());
    locale[..end].trim().to_lowercase()
}

/// What brings the forms of a word together, for one language.
pub(super) struct Stems(Stemmer);

impl Stems {
    /// That of a language code; English for one that has none.
    pub(super) fn of(code: &str) -> Self {
        let (algorithm, _) = resources(code);
        Self(Stemmer::create(algorithm))
    }

    /// The stem of a folded word.
    pub(super) fn stem(&self, word: &str) -> String {
        self.0.stem(bare(word)).into_owned()
    }
}

/// The stop words of a language code, folded; English for one that has none.
pub(super) fn stop_words(code: &str) -> &'static HashSet<String> {
    static KNOWN: LazyLock<HashMap<&'static str, HashSet<String>>> = LazyLock::new(|| {
        CODES
            .into_iter()
            .map(|code| {
                let list = resources(code).1.map(stop_words::get).unwrap_or_default();
                (code, list.iter().flat_map(|word| words(word)).collect())
            })
            .collect()
    });
    static NONE: LazyLock<HashSet<String>> = LazyLock::new(HashSet::new);
    KNOWN.get(code).or_else(|| KNOWN.get("en")).unwrap_or(&NONE)
}

const CODES: [&str; 19] = [
    "ar", "da", "de", "el", "en", "es", "fr", "hu", "it", "nl", "no", "nb", "nn", "pt", "ro", "ru", "sv",
    "ta", "tr",
];

fn resources(code: &str) -> (Algorithm, Option<LANGUAGE>) {
    match code {
        "ar" => (Algorithm::Arabic, Some(LANGUAGE::Arabic)),
        "da" => (Algorithm::Danish, Some(LANGUAGE::Danish)),
        "de" => (Algorithm::German, Some(LANGUAGE::German)),
        "el" => (Algorithm::Greek, Some(LANGUAGE::Greek)),
        "es" => (Algorithm::Spanish, Some(LANGUAGE::Spanish)),
        "fr" => (Algorithm::French, Some(LANGUAGE::French)),
        "hu" => (Algorithm::Hungarian, Some(LANGUAGE::Hungarian)),
        "it" => (Algorithm::Italian, Some(LANGUAGE::Italian)),
        "nl" => (Algorithm::Dutch, Some(LANGUAGE::Dutch)),
        "no" | "nb" | "nn" => (Algorithm::Norwegian, Some(LANGUAGE::Norwegian)),
        "pt" => (Algorithm::Portuguese, Some(LANGUAGE::Portuguese)),
        "ro" => (Algorithm::Romanian, Some(LANGUAGE::Romanian)),
        "ru" => (Algorithm::Russian, Some(LANGUAGE::Russian)),
        "sv" => (Algorithm::Swedish, Some(LANGUAGE::Swedish)),
        "ta" => (Algorithm::Tamil, None),
        "tr" => (Algorithm::Turkish, Some(LANGUAGE::Turkish)),
        _ => (Algorithm::English, Some(LANGUAGE::English)),
    }
}

/// Which languages have a word, in the order of [`Language::ALL`].
static SPEAKERS: LazyLock<HashMap<String, [bool; 5]>> = LazyLock::new(|| {
    let mut speakers: HashMap<String, [bool; 5]> = HashMap::new();
    for (position, language) in Language::ALL.into_iter().enumerate() {
        let own = stop_words(language.code()).iter().cloned();
        for word in own
            .chain(lexicon::all_words(language))
            .chain(thesaurus::all_words(language))
        {
            if let Some(speaks) = speakers.entry(word).or_default().get_mut(position) {
                *speaks = true;
            }
        }
    }
    speakers
});

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Where is my order?", Language::English)]
    #[case("see ya tomorrow", Language::English)]
    #[case("Wo ist meine Bestellung?", Language::German)]
    #[case("Rückerstattung", Language::German)]
    #[case("Où est ma commande et quand arrive-t-elle ?", Language::French)]
    #[case("¿Dónde está mi pedido?", Language::Spanish)]
    #[case("أين طلبي؟", Language::Arabic)]
    fn a_sentence_is_recognised_by_its_own_words_or_its_script(
        #[case] text: &str,
        #[case] expected: Language,
    ) {
        assert_eq!(Language::detect(text), Some(expected));
    }

    #[rstest]
    #[case("12345 🎉 xyzzy")]
    #[case("")]
    #[case("ok")]
    #[case("status")]
    #[case("hi")]
    #[case("Paris")]
    fn a_text_that_several_languages_could_have_has_none(#[case] text: &str) {
        assert_eq!(Language::detect(text), None);
    }

    #[test]
    fn a_regional_tag_names_its_language() {
        assert_eq!(Language::from_locale("de-AT"), Some(Language::German));
        assert_eq!(Language::from_locale("EN_gb"), Some(Language::English));
        assert_eq!(Language::from_locale("tlh"), None);
        assert_eq!(Language::from_locale(""), None);
    }
}
