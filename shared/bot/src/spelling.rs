//! Spelling: which known words an unknown one was meant to be.
//!
//! An index of our own after SymSpell's idea (two words that are near have a common remainder when letters are left out):
//! the `symspell` crate folds every word to ASCII, Arabic too, and brings `unidecode` and `derive_builder`; what is needed
//! of it is below.

use std::hash::{DefaultHasher, Hash, Hasher};

use strsim::osa_distance;

/// Shorter words are too near to too many others.
const MIN_LETTERS: usize = 4;
/// From this length on two mistakes are forgiven.
const LONG: usize = 7;
/// Letters of a word that are looked at for candidates; the rest is compared afterwards.
const PREFIX: usize = 8;
/// Words beyond the most frequent of these are not suggested: their index would cost more than they are worth.
const MAX_WORDS: usize = 50_000;
/// Suggestions for one word.
const TOP: usize = 3;

/// Known words, found by their misspellings.
pub(super) struct Speller {
    words: Vec<(String, usize)>,
    /// Hashes of what is left of each word without some of its letters, with its place in `words`; sorted.
    remainders: Vec<(u32, u32)>,
}

/// A known word that an unknown one may stand for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Suggestion<'a> {
    pub(super) word: &'a str,
    /// Letters that are wrong, missing, too many or exchanged.
    pub(super) distance: usize,
}

impl Speller {
    /// Knows these words, each with how often it occurs.
    pub(super) fn new(words: impl IntoIterator<Item = (String, usize)>) -> Self {
        let mut words: Vec<(String, usize)> = words
            .into_iter()
            .filter(|(word, _)| word.chars().count() >= MIN_LETTERS)
            .collect();
        words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        words.truncate(MAX_WORDS);
        let mut remainders: Vec<(u32, u32)> = (0..)
            .zip(&words)
            .flat_map(|(place, (word, _))| without_letters(word).into_iter().map(move |hash| (hash, place)))
            .collect();
        remainders.sort_unstable();
        remainders.shrink_to_fit();
        Self { words, remainders }
    }

    /// What `word` was probably meant to be, the likeliest first, at most [`TOP`]; all equally near. The first letter is
    /// taken to be right, but for an exchange with the second: it mostly is, and "rice" is not "price".
    pub(super) fn suggestions(&self, word: &str) -> Vec<Suggestion<'_>> {
        let length = word.chars().count();
        if length < MIN_LETTERS {
            return Vec::new();
        }
        let allowed = if length < LONG { 1 } else { 2 };
        let mut places: Vec<u32> = without_letters(word)
            .into_iter()
            .flat_map(|hash| self.with(hash))
            .collect();
        places.sort_unstable();
        places.dedup();
        let mut found: Vec<(Suggestion<'_>, usize)> = places
            .into_iter()
            .filter_map(|place| self.words.get(usize::try_from(place).ok()?))
            .map(|(known, count)| {
                (
                    Suggestion {
                        word: known,
                        distance: osa_distance(word, known),
                    },
                    *count,
                )
            })
            .filter(|(found, _)| found.distance <= allowed && begins_alike(word, found.word))
            .collect();
        let rank = |(found, count): &(Suggestion<'_>, usize)| {
            let same_length = found.word.chars().count() == length;
            (found.distance, !same_length, std::cmp::Reverse(*count))
        };
        found.sort_by_key(rank);
        let nearest = found.first().map(|(best, _)| best.distance);
        let equally_near = found.into_iter().map(|(found, _)| found);
        equally_near
            .filter(|found| Some(found.distance) == nearest)
            .take(TOP)
            .collect()
    }

    fn with(&self, hash: u32) -> impl Iterator<Item = u32> + '_ {
        let from = self.remainders.partition_point(|(other, _)| *other < hash);
        let rest = self.remainders.get(from..).unwrap_or_default();
        rest.iter()
            .take_while(move |(other, _)| *other == hash)
            .map(|(_, place)| *place)
    }
}

fn begins_alike(word: &str, known: &str) -> bool {
    let pair = |word: &str| {
        let mut letters = word.chars();
        (letters.next(), letters.next())
    };
    let (a, b) = (pair(word), pair(known));
    a.0 == b.0 || (a.0 == b.1 && a.1 == b.0)
}

/// Hashes of a word's beginning with up to two of its letters left out.
fn without_letters(word: &str) -> Vec<u32> {
    let letters: Vec<char> = word.chars().take(PREFIX).collect();
    let mut hashes = vec![hash(letters.iter())];
    for first in 0..letters.len() {
        let left = |skip: usize| {
            letters
                .iter()
                .enumerate()
                .filter(move |(at, _)| *at != first && *at != skip)
        };
        hashes.push(hash(left(first).map(|(_, letter)| letter)));
        hashes.extend((first + 1..letters.len()).map(|second| hash(left(second).map(|(_, letter)| letter))));
    }
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

fn hash<'a>(letters: impl Iterator<Item = &'a char>) -> u32 {
    let mut hasher = DefaultHasher::new();
    letters.for_each(|letter| letter.hash(&mut hasher));
    (hasher.finish() >> 32) as u32
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn speller() -> Speller {
        let words = [
            "package", "where", "price", "refund", "invoice", "payment", "through", "مرور",
        ];
        Speller::new(words.map(|word| (word.to_owned(), 1)))
    }

    #[rstest]
    #[case("pakage", "package")]
    #[case("wehre", "where")]
    #[case("refudn", "refund")]
    #[case("invocie", "invoice")]
    #[case("paymants", "payment")]
    #[case("hwere", "where")]
    #[case("مروور", "مرور")]
    fn a_slip_is_put_right(#[case] typed: &str, #[case] meant: &str) {
        let speller = speller();
        let found = speller.suggestions(typed);
        assert_eq!(found.first().map(|found| found.word), Some(meant));
    }

    #[rstest]
    #[case("rice")]
    #[case("way")]
    #[case("elephant")]
    #[case("")]
    #[case("thorough-going")]
    fn another_word_is_left_alone(#[case] typed: &str) {
        assert_eq!(speller().suggestions(typed), []);
    }

    #[test]
    fn of_words_that_are_equally_near_the_more_frequent_comes_first() {
        let speller = Speller::new([("cart".to_owned(), 1), ("card".to_owned(), 9)]);
        let found: Vec<&str> = speller
            .suggestions("carx")
            .into_iter()
            .map(|found| found.word)
            .collect();
        assert_eq!(found, ["card", "cart"]);
    }
}
