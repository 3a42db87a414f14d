//! What a question is about, as a set of words: for telling that two questions ask the same.

use super::language::{Language, Stems, stop_words};
use super::words::typed_words;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Characters of a question that are read.
const READ: usize = 500;

/// Words of courtesy and of asking in the five languages, stemmed as the others are: they say nothing about the subject.
const AROUND: [&str; 5] = [
    "hi hello hey dear good morning evening please thanks thank you pls plz need want would like could can help tell know \
     question ask get there any",
    "hallo guten tag morgen abend bitte danke brauche möchte will kann könnte hilfe frage fragen wissen sagen gibt mal gerne",
    "bonjour bonsoir salut merci svp plaît besoin voudrais veux peux pouvez aide aider question savoir dire",
    "hola buenos buenas días tardes gracias favor necesito quiero quisiera puedo puede ayuda pregunta saber decir",
    "مرحبا شكرا فضلك اريد أريد احتاج أحتاج مساعدة سؤال",
];

/// The stems of the words that say what a question is about, in the language that it seems to be written in. Empty where it
/// says nothing but small words. CPU-bound, some microseconds.
pub fn subject(text: &str) -> BTreeSet<String> {
    let read: String = text.chars().take(READ).collect();
    let language = Language::detect(&read).unwrap_or(Language::English);
    let place = Language::ALL.iter().position(|one| *one == language);
    let around = &READ_AROUND[place.unwrap_or_default()];
    stems(language, &read)
        .filter(|word| !around.contains(word))
        .collect()
}

static READ_AROUND: LazyLock<[BTreeSet<String>; 5]> = LazyLock::new(|| {
    let mut around = AROUND.iter();
    Language::ALL.map(|language| stems(language, around.next().unwrap_or(&"")).collect())
});

/// The stems of the words that are no stop words.
fn stems(language: Language, text: &str) -> impl Iterator<Item = String> {
    let (stems, stop_words) = (Stems::of(language.code()), stop_words(language.code()));
    let words = typed_words(text)
        .into_iter()
        .filter(|word| !stop_words.contains(word));
    words.map(move |word| stems.stem(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_in_other_words_of_courtesy_is_about_the_same() {
        let plain = subject("gift wrapping?");
        assert_eq!(plain.len(), 2, "{plain:?}");
        for other in [
            "Gift wrapping",
            "Hi, can you wrap gifts please?",
            "Do you gift-wrap?",
        ] {
            assert_eq!(subject(other), plain, "{other}");
        }
        assert_ne!(subject("gift cards"), plain);
    }

    #[test]
    fn small_words_alone_are_about_nothing() {
        for text in ["", "???", "who is it?", "Hello there", "🎁"] {
            assert!(subject(text).is_empty(), "{text}: {:?}", subject(text));
        }
    }

    #[test]
    fn a_question_in_another_language_is_stemmed_in_that() {
        assert_eq!(
            subject("Wo ist meine Bestellung?"),
            subject("Wo sind meine Bestellungen?")
        );
    }
}
