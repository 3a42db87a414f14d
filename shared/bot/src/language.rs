//! The languages that the bot replies in, and how it recognises them.

use std::sync::LazyLock;

use bm25::{DefaultTokenizer, Tokenizer};

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

    /// The language that `text` seems to be written in: that of its script, or the one whose stop words it
    /// uses most.
    pub fn detect(text: &str) -> Option<Self> {
        if text
            .chars()
            .any(|c| matches!(c, '\u{0620}'..='\u{06ff}') && c.is_alphabetic())
        {
            return Some(Self::Arabic);
        }
        let total = BARE.tokenize(text).len();
        let mut best = None;
        let mut most = 0;
        for language in Self::ALL {
            let stop_words = total.saturating_sub(language.content_words(text).len());
            if stop_words > most {
                (best, most) = (Some(language), stop_words);
            }
        }
        best
    }

    /// The words of `text` that are not stop words of this language, folded to lower-case ASCII but not
    /// stemmed.
    pub(super) fn content_words(self, text: &str) -> Vec<String> {
        let [english, german, french, spanish, arabic] = &*WITHOUT_STOP_WORDS;
        let tokenizer = match self {
            Self::English => english,
            Self::German => german,
            Self::French => french,
            Self::Spanish => spanish,
            Self::Arabic => arabic,
        };
        tokenizer.tokenize(text)
    }
}

/// `en` of `en-GB` and `en_GB`, in lower case.
pub(super) fn primary_subtag(locale: &str) -> String {
    let end = locale.find(['-', '_']).unwrap_or(locale.len());
    locale[..end].trim().to_lowercase()
}

/// The stemmer and stop words for a language code; English for one that has none.
pub(super) fn stemming(code: &str) -> bm25::Language {
    match code {
        "ar" => bm25::Language::Arabic,
        "da" => bm25::Language::Danish,
        "de" => bm25::Language::German,
        "el" => bm25::Language::Greek,
        "es" => bm25::Language::Spanish,
        "fr" => bm25::Language::French,
        "hu" => bm25::Language::Hungarian,
        "it" => bm25::Language::Italian,
        "nl" => bm25::Language::Dutch,
        "no" | "nb" | "nn" => bm25::Language::Norwegian,
        "pt" => bm25::Language::Portuguese,
        "ro" => bm25::Language::Romanian,
        "ru" => bm25::Language::Russian,
        "sv" => bm25::Language::Swedish,
        "ta" => bm25::Language::Tamil,
        "tr" => bm25::Language::Turkish,
        _ => bm25::Language::English,
    }
}

static BARE: LazyLock<DefaultTokenizer> = LazyLock::new(|| {
    DefaultTokenizer::builder()
        .stemming(false)
        .stopwords(false)
        .build()
});

static WITHOUT_STOP_WORDS: LazyLock<[DefaultTokenizer; 5]> = LazyLock::new(|| {
    Language::ALL.map(|language| {
        DefaultTokenizer::builder()
            .language_mode(stemming(language.code()))
            .stemming(false)
            .build()
    })
});

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Where is my order?", Language::English)]
    #[case("Wo ist meine Bestellung?", Language::German)]
    #[case("Où est ma commande et quand arrive-t-elle ?", Language::French)]
    #[case("¿Dónde está mi pedido?", Language::Spanish)]
    #[case("أين طلبي؟", Language::Arabic)]
    fn a_sentence_is_recognised_by_its_stop_words_or_its_script(
        #[case] text: &str,
        #[case] expected: Language,
    ) {
        assert_eq!(Language::detect(text), Some(expected));
    }

    #[test]
    fn a_text_without_any_stop_word_has_no_language() {
        assert_eq!(Language::detect("12345 🎉 xyzzy"), None);
        assert_eq!(Language::detect(""), None);
    }

    #[test]
    fn a_regional_tag_names_its_language() {
        assert_eq!(Language::from_locale("de-AT"), Some(Language::German));
        assert_eq!(Language::from_locale("EN_gb"), Some(Language::English));
        assert_eq!(Language::from_locale("tlh"), None);
        assert_eq!(Language::from_locale(""), None);
    }
}
