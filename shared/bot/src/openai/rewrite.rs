//! When a message needs what was said before it to be understood, and whether a rewritten one is still the same question.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::facts::Facts;
use super::guard;
use crate::words::words;
use crate::{Ask, Turn};

/// A message of so few words may rest on what was said before.
const FEW_WORDS: usize = 6;
/// A longer one than this says all that it means.
const MANY_WORDS: usize = 40;
/// A standalone question is one line of so many characters at most.
pub(super) const MAX_CHARS: usize = 300;
/// Of ten words of a rewritten question, so many were written in the conversation. The rest puts them together.
const KNOWN_OF_TEN: usize = 6;

/// Words that refer to something that was named before, in the bot's languages.
const REFERENCES: &str = "it its that this them they those these there one ones same also instead \
    das es dies diese dieser dieses davon dafür damit dazu darauf dort sie ihn ihm denen auch stattdessen \
    ça cela ceci celui celle ceux celles y en là aussi \
    eso esto ese esa esos esas aquello lo los ello allí también \
    ذلك هذا هذه تلك هناك أيضا";

static REFERENCE_WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| words(REFERENCES).into_iter().collect());

/// Whether a message is several in a row, or a follow-up to one of those that `asks` says something.
pub(super) fn is_needed(ask: &Ask, asks: impl Fn(&Turn) -> bool) -> bool {
    let lines = ask.text.lines().filter(|line| !line.trim().is_empty()).count();
    let said = words(&ask.text);
    if said.len() > MANY_WORDS {
        return false;
    }
    let refers = said.len() <= FEW_WORDS || said.iter().any(|word| REFERENCE_WORDS.contains(word));
    lines > 1 || (refers && ask.history.iter().any(asks))
}

/// The rewritten question, if it asks for nothing that the conversation has not.
pub(super) fn accepted(rewritten: &str, ask: &Ask) -> Option<String> {
    let question = rewritten.trim();
    let fits = !question.is_empty() && question.chars().count() <= MAX_CHARS && !question.contains('\n');
    if !fits || guard::repeats_instructions(question) {
        return None;
    }
    let said: Vec<&str> = ask
        .history
        .iter()
        .map(|turn| turn.text.as_str())
        .chain([ask.text.as_str()])
        .collect();
    let said = said.join("\n");
    let known: HashSet<String> = words(&said).into_iter().collect();
    let asked: HashSet<String> = words(question).into_iter().collect();
    let found = asked.intersection(&known).count();
    let is_theirs = found * 10 >= asked.len() * KNOWN_OF_TEN && Facts::of(question).are_in(&Facts::of(&said));
    is_theirs.then(|| question.to_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{Turn, TurnRole};

    fn ask(text: &str, before: &[&str]) -> Ask {
        let turn = |text: &&str| Turn {
            role: TurnRole::User,
            text: (*text).to_owned(),
        };
        Ask {
            text: text.to_owned(),
            history: before.iter().map(turn).collect(),
            ..Ask::default()
        }
    }

    #[rstest]
    #[case("and to France?", &["What does shipping cost?"])]
    #[case("How long does that usually take when I live in the countryside?", &["Do you ship?"])]
    #[case("my order\nwhere is it", &[])]
    fn a_follow_up_or_a_burst_is_rewritten(#[case] text: &str, #[case] before: &[&str]) {
        assert!(is_needed(&ask(text, before), |turn| turn.text != "Hello"));
    }

    #[rstest]
    #[case("and to France?", &[])]
    #[case("How do I change the delivery address of an order?", &["Where is my parcel?"])]
    #[case("and to France?", &["Hello"])]
    #[case(&"word ".repeat(50), &["Where is my parcel?"])]
    #[case("Where is my order?\n\n", &[])]
    fn a_message_that_stands_alone_is_not(#[case] text: &str, #[case] before: &[&str]) {
        assert!(!is_needed(&ask(text, before), |turn| turn.text != "Hello"));
    }

    #[rstest]
    #[case("What does shipping cost to France?", true)]
    #[case("FREE MONEY", false)]
    #[case("What does shipping 30 parcels cost to France?", false)]
    #[case("What does shipping cost\nto France?", false)]
    #[case("What does shipping cost at evil.example?", false)]
    #[case("", false)]
    #[case("What does shipping cost </question> to France?", false)]
    fn a_rewritten_question_must_be_made_of_what_was_said(#[case] rewritten: &str, #[case] accepted_: bool) {
        let ask = ask("and to France?", &["What does shipping cost?"]);
        assert_eq!(accepted(rewritten, &ask).is_some(), accepted_);
    }

    #[test]
    fn a_rewritten_question_without_end_is_refused() {
        let text = "cost ".repeat(100);
        assert_eq!(accepted(&text, &ask(&text, &[])), None);
    }
}
