//! Words that mean the same in customer service, in the bot's languages: what finds an English article for a German
//! question, and "parcel" for "package", without a model.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::language::{Language, Stems};
use super::words::words;

/// A meaning: the number of its line.
pub(super) type Meaning = u16;

/// A word or phrase by its stems, and what it means.
struct Entry {
    stems: Vec<String>,
    meaning: Meaning,
}

/// At the beginning of a line whose meaning is general.
const GENERAL_MARK: char = '~';

/// The entries of a language by their first stem, the longest first.
type Entries = HashMap<String, Vec<Entry>>;

/// The meanings of the words of `text` in `language`: where each begins, how many words it is, and what it means. Phrases
/// count before the words that they consist of; a word may mean several things.
pub(super) fn meanings(words: &[String], language: Language) -> Vec<(usize, usize, Meaning)> {
    let stemmer = Stems::of(language.code());
    let stems: Vec<String> = words.iter().map(|word| stemmer.stem(word)).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = stems.get(at..).filter(|rest| !rest.is_empty()) {
        let longest = entries_at(language, rest).map(|entry| entry.stems.len()).max();
        let length = longest.unwrap_or(1);
        let of_length = entries_at(language, rest).filter(|entry| entry.stems.len() == length);
        found.extend(of_length.map(|entry| (at, length, entry.meaning)));
        at += length;
    }
    found
}

/// Whether a meaning can be asked of anything, so that it says little about a subject: how long, how much, where.
pub(super) fn is_general(meaning: Meaning) -> bool {
    static GENERAL: LazyLock<Vec<bool>> =
        LazyLock::new(|| lines().map(|line| line.starts_with(GENERAL_MARK)).collect());
    GENERAL.get(usize::from(meaning)).copied().unwrap_or_default()
}

/// The words of the thesaurus in `language`, folded.
pub(super) fn all_words(language: Language) -> HashSet<String> {
    lines()
        .flat_map(|line| column(line, language).map(str::to_owned).collect::<Vec<_>>())
        .flat_map(|phrase| words(&phrase))
        .collect()
}

fn entries_at<'a>(language: Language, stems: &'a [String]) -> impl Iterator<Item = &'static Entry> + 'a {
    let candidates = ENTRIES
        .get(&language)
        .and_then(|entries| entries.get(stems.first()?));
    candidates
        .into_iter()
        .flatten()
        .filter(move |entry| stems.starts_with(&entry.stems))
}

fn lines() -> impl Iterator<Item = &'static str> {
    include_str!("thesaurus.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
}

fn column(line: &'static str, language: Language) -> impl Iterator<Item = &'static str> {
    let position = Language::ALL.iter().position(|other| *other == language);
    let column = line
        .trim_start_matches(GENERAL_MARK)
        .split('|')
        .nth(position.unwrap_or_default())
        .unwrap_or_default();
    column
        .split(',')
        .map(str::trim)
        .filter(|phrase| !phrase.is_empty())
}

static ENTRIES: LazyLock<HashMap<Language, Entries>> = LazyLock::new(|| {
    Language::ALL
        .into_iter()
        .map(|language| (language, entries(language)))
        .collect()
});

fn entries(language: Language) -> Entries {
    let stemmer = Stems::of(language.code());
    let mut by_first = Entries::new();
    for (meaning, line) in (0..).zip(lines()) {
        for phrase in column(line, language) {
            let stems: Vec<String> = words(phrase).iter().map(|word| stemmer.stem(word)).collect();
            let Some(first) = stems.first().cloned() else {
                continue;
            };
            let entries = by_first.entry(first).or_default();
            if !entries
                .iter()
                .any(|entry| entry.stems == stems && entry.meaning == meaning)
            {
                entries.push(Entry { stems, meaning });
            }
        }
    }
    by_first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(text: &str, language: Language) -> Vec<Meaning> {
        meanings(&words(text), language)
            .into_iter()
            .map(|(_, _, meaning)| meaning)
            .collect()
    }

    #[test]
    fn every_line_has_the_five_languages() {
        for line in lines() {
            assert_eq!(line.split('|').count(), Language::ALL.len(), "{line}");
            for language in Language::ALL {
                assert!(
                    column(line, language).next().is_some(),
                    "{}: {line}",
                    language.code()
                );
            }
        }
    }

    #[test]
    fn a_word_and_its_translations_mean_the_same() {
        let english = meaning("refund", Language::English);
        assert_eq!(english.len(), 1);
        for (word, language) in [
            ("Rückerstattung", Language::German),
            ("remboursement", Language::French),
            ("reembolso", Language::Spanish),
            ("استرداد", Language::Arabic),
        ] {
            assert_eq!(meaning(word, language), english, "{word}");
        }
    }

    #[test]
    fn a_phrase_counts_before_its_words_and_in_every_form() {
        let found = meanings(&words("I would like my money back"), Language::English);
        let refund = meaning("refund", Language::English)[0];
        assert!(found.contains(&(4, 2, refund)), "{found:?}");
        assert_eq!(
            meaning("parcels", Language::English),
            meaning("package", Language::English)
        );
    }

    #[test]
    fn other_words_mean_nothing() {
        assert!(meaning("zebra crossing", Language::English).is_empty());
    }
}
