//! The phrases by which intents are recognised, in the languages that the bot speaks.
//!
//! Entries are compared with whole words after [`typed_words`] has folded both, so "hi" never matches inside
//! "shipping".

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::intents::Intent;
use super::language::{self, Language};
use super::spelling::Speller;
use super::vocabularies::{VOCABULARIES, Vocabulary};
use super::words::typed_words;

/// A phrase with what it means.
pub(super) struct Phrase {
    pub(super) words: Vec<String>,
    pub(super) intent: Intent,
    pub(super) language: Language,
    /// Everything after it in the sentence belongs to it.
    pub(super) open_ended: bool,
}

/// The words by which a longer sentence is seen to ask for a person.
pub(super) struct HumanWords {
    pub(super) language: Language,
    pub(super) anywhere: Vec<Vec<String>>,
    pub(super) contact: HashSet<String>,
    pub(super) wish: HashSet<String>,
    pub(super) person: HashSet<String>,
    pub(super) somebody: HashSet<String>,
    pub(super) between: HashSet<String>,
    pub(super) negation: HashSet<String>,
    pub(super) hours: HashSet<String>,
}

/// The words by which a sentence is seen to be angry and to ask nothing.
pub(super) struct ComplaintWords {
    pub(super) language: Language,
    pub(super) phrases: Vec<Vec<String>>,
    pub(super) about: HashSet<String>,
}

/// All phrases by their first word, the longest first.
pub(super) static PHRASES: LazyLock<HashMap<String, Vec<Phrase>>> = LazyLock::new(|| {
    let mut by_first: HashMap<String, Vec<Phrase>> = HashMap::new();
    for v in &VOCABULARIES {
        for (list, intent, open_ended) in social_lists(v) {
            for phrase in phrases(list) {
                if let Some(first) = phrase.first().cloned() {
                    by_first.entry(first).or_default().push(Phrase {
                        words: phrase,
                        intent,
                        language: v.language,
                        open_ended,
                    });
                }
            }
        }
    }
    for phrases in by_first.values_mut() {
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
    }
    by_first
});

fn social_lists(v: &Vocabulary) -> [(&'static str, Intent, bool); 8] {
    [
        (v.identity, Intent::Identity, false),
        (v.help, Intent::Help, false),
        (v.greeting, Intent::Greeting, false),
        (v.thanks_for, Intent::Thanks, true),
        (v.thanks, Intent::Thanks, false),
        (v.goodbye, Intent::Goodbye, false),
        (v.acknowledge, Intent::Acknowledge, false),
        (v.human, Intent::Human, false),
    ]
}

/// The words that ask for a person, by language.
pub(super) static HUMAN_WORDS: LazyLock<Vec<HumanWords>> = LazyLock::new(|| {
    VOCABULARIES
        .iter()
        .map(|v| HumanWords {
            language: v.language,
            anywhere: phrases(v.human_anywhere).collect(),
            contact: set(v.contact),
            wish: set(v.wish),
            person: set(v.person),
            somebody: set(v.somebody),
            between: set(v.between),
            negation: set(v.negation),
            hours: set(v.hours),
        })
        .collect()
});

/// The words of complaints, by language.
pub(super) static COMPLAINT_WORDS: LazyLock<Vec<ComplaintWords>> = LazyLock::new(|| {
    VOCABULARIES
        .iter()
        .map(|v| ComplaintWords {
            language: v.language,
            phrases: phrases(v.complaint).collect(),
            about: set(v.complaint_about),
        })
        .collect()
});

static BUT: LazyLock<HashSet<String>> = LazyLock::new(|| set("but however aber mais pero لكن ولكن"));

static FILLERS: LazyLock<HashSet<String>> =
    LazyLock::new(|| VOCABULARIES.iter().flat_map(|v| typed_words(v.filler)).collect());

static YES: LazyLock<HashSet<Vec<String>>> =
    LazyLock::new(|| VOCABULARIES.iter().flat_map(|v| phrases(v.yes)).collect());

static FOLLOW_UPS: LazyLock<Vec<Vec<String>>> =
    LazyLock::new(|| VOCABULARIES.iter().flat_map(|v| phrases(v.follow_up)).collect());

static NOISE: LazyLock<HashSet<String>> =
    LazyLock::new(|| VOCABULARIES.iter().flat_map(|v| typed_words(v.noise)).collect());

static SPELLER: LazyLock<Speller> = LazyLock::new(|| {
    let spoken = VOCABULARIES.iter().flat_map(|v| {
        let lists = social_lists(v).map(|(list, ..)| list);
        lists
            .into_iter()
            .chain([v.contact, v.person, v.wish])
            .flat_map(typed_words)
    });
    let mut words: Vec<String> = spoken.collect();
    words.sort();
    words.dedup();
    Speller::new(words.into_iter().map(|word| (word, 1)))
});

/// Whether a word turns thanks into something else.
pub(super) fn is_but(word: &str) -> bool {
    BUT.contains(word)
}

/// Whether a word adds nothing to a greeting, thanks or the like.
pub(super) fn is_filler(word: &str) -> bool {
    FILLERS.contains(word)
}

/// Whether the words are consent and nothing else.
pub(super) fn is_yes(words: &[String]) -> bool {
    YES.contains(words)
}

/// Whether a message that begins like this makes sense only with the one before it.
pub(super) fn is_follow_up(words: &[String]) -> bool {
    FOLLOW_UPS.iter().any(|opening| words.starts_with(opening))
}

/// Whether a word stands for something that was spoken of before.
pub(super) fn refers_back(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
        set(
            "it its it's that that's this they them there those these one ones then das dies dort davon dafür dahin ça cela ceci \
             celui eso esto ello allí esa ese ذلك هذا هذه هناك",
        )
    });
    WORDS.contains(word)
}

/// Whether a word of a search says nothing about its subject.
pub(super) fn is_noise(word: &str) -> bool {
    NOISE.contains(word)
}

/// The word of a greeting, of thanks or of a wish for a person that an unknown word was meant to be: one with a letter more
/// or less or two of them exchanged, but none that has another letter, for "think" is not "thank".
pub(super) fn respelled(word: &str) -> Option<String> {
    let best = SPELLER.suggestions(word).into_iter().next()?;
    let mut letters: (Vec<char>, Vec<char>) = (word.chars().collect(), best.word.chars().collect());
    let same_length = letters.0.len() == letters.1.len();
    letters.0.sort_unstable();
    letters.1.sort_unstable();
    (best.distance == 1 && (!same_length || letters.0 == letters.1)).then(|| best.word.to_owned())
}

/// Every word of a language's vocabulary.
pub(super) fn all_words(language: Language) -> HashSet<String> {
    let of_language = VOCABULARIES.iter().filter(|v| v.language == language);
    of_language
        .flat_map(|v| {
            let lists = social_lists(v).map(|(list, ..)| list);
            let others = [
                v.human_anywhere,
                v.complaint,
                v.follow_up,
                v.filler,
                v.noise,
                v.yes,
            ];
            let single = [
                v.contact,
                v.wish,
                v.person,
                v.somebody,
                v.between,
                v.complaint_about,
            ];
            lists
                .into_iter()
                .chain(others)
                .chain(single)
                .flat_map(super::words::words)
        })
        .collect()
}

/// Whether a word may say something about a subject, in whatever language it is.
pub(super) fn says_something(word: &str) -> bool {
    !is_noise(word)
        && Language::ALL
            .into_iter()
            .all(|language| !language::stop_words(language.code()).contains(word))
}

/// Whether a word is a stop word of a language or says nothing about a subject.
pub(super) fn is_empty_word(word: &str, language: Language) -> bool {
    language::stop_words(language.code()).contains(word) || is_noise(word)
}

fn phrases(list: &'static str) -> impl Iterator<Item = Vec<String>> {
    list.split('|').map(typed_words)
}

fn set(list: &str) -> HashSet<String> {
    typed_words(list).into_iter().collect()
}
