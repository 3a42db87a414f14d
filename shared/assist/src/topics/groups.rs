//! Questions that ask the same, as far as their words tell.

use super::{Asked, EXAMPLES, Question};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

/// Of the words of two questions together, how many they must share to be one: three of five.
const SHARED: (usize, usize) = (3, 5);
/// Characters of a question that are shown.
const SHOWN: usize = 160;

/// A group that grows; it is about what its newest question is about.
struct Group {
    words: BTreeSet<String>,
    question: Question,
    /// The wordings that it has, folded.
    wordings: BTreeSet<String>,
}

/// The groups of these questions, the most frequent first; what says nothing but small words is in none. CPU-bound.
pub(super) fn grouped(newest_first: Vec<Asked>, limit: usize) -> Vec<Question> {
    let mut groups: Vec<Group> = Vec::new();
    // in which groups a word is
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for asked in newest_first {
        let words = bot::subject(&asked.text);
        if words.is_empty() {
            continue;
        }
        match nearest(&groups, &places, &words) {
            Some(place) => groups[place].take(&asked),
            None => {
                for word in &words {
                    places.entry(word.clone()).or_default().push(groups.len());
                }
                groups.push(Group::of(&asked, words));
            }
        }
    }
    let mut questions: Vec<_> = groups.into_iter().map(|group| group.question).collect();
    questions.sort_by_key(|question| (Reverse(question.count), Reverse(question.newest)));
    questions.truncate(limit);
    questions
}

/// The group that shares most of these words, if it shares enough of them; of several the newest.
fn nearest(
    groups: &[Group],
    places: &HashMap<String, Vec<usize>>,
    words: &BTreeSet<String>,
) -> Option<usize> {
    let mut shared: HashMap<usize, usize> = HashMap::new();
    for place in words.iter().filter_map(|word| places.get(word)).flatten() {
        *shared.entry(*place).or_default() += 1;
    }
    let all = |place: usize, common: usize| groups[place].words.len() + words.len() - common;
    shared
        .into_iter()
        .filter(|(place, common)| common * SHARED.1 >= all(*place, *common) * SHARED.0)
        // compared as fractions: a/b < c/d
        .max_by(|(left, a), (right, c)| {
            let (b, d) = (all(*left, *a), all(*right, *c));
            (a * d).cmp(&(c * b)).then(right.cmp(left))
        })
        .map(|(place, _)| place)
}

impl Group {
    fn of(asked: &Asked, words: BTreeSet<String>) -> Self {
        let mut group = Self {
            words,
            question: Question {
                text: shown(&asked.text),
                count: 0,
                unhelpful: 0,
                examples: Vec::new(),
                conversations: Vec::new(),
                newest: asked.at,
            },
            wordings: BTreeSet::new(),
        };
        group.take(asked);
        group
    }

    fn take(&mut self, asked: &Asked) {
        let question = &mut self.question;
        question.count += 1;
        question.unhelpful += u64::from(asked.is_unhelpful);
        let is_new = self.wordings.insert(folded(&asked.text));
        if is_new && question.count > 1 && question.examples.len() < EXAMPLES {
            question.examples.push(shown(&asked.text));
        }
        if question.conversations.len() < EXAMPLES && !question.conversations.contains(&asked.conversation) {
            question.conversations.push(asked.conversation);
        }
    }
}

/// What is the same of a wording, however it is written.
fn folded(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join(" ")
}

/// One line, shortened.
fn shown(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN {
        return line;
    }
    let cut: String = line.chars().take(SHOWN - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use entity::ConversationId;
    use uuid::Uuid;

    fn all(questions: &[&str]) -> Vec<Question> {
        let asked = questions.iter().map(|text| Asked {
            conversation: ConversationId(Uuid::now_v7()),
            text: (*text).to_owned(),
            at: DateTime::UNIX_EPOCH,
            is_unhelpful: text.ends_with('!'),
        });
        grouped(asked.collect(), 10)
    }

    #[test]
    fn questions_that_ask_the_same_are_one_with_the_newest_wording_and_others_beside_it() {
        let found = all(&[
            "Do you sell gift vouchers?",
            "frobnicate the gnarf",
            "do you sell GIFT vouchers",
            "Hello, I want a gift voucher that you sell!",
            "sell me vouchers as a gift please",
            "Which gift vouchers sell?",
            "vouchers, gift: sell?",
        ]);
        assert_eq!(found.len(), 2, "{found:?}");
        let first = &found[0];
        assert_eq!(
            (first.text.as_str(), first.count, first.unhelpful),
            ("Do you sell gift vouchers?", 6, 1)
        );
        assert_eq!(first.examples.len(), EXAMPLES);
        assert_eq!(first.examples[0], "Hello, I want a gift voucher that you sell!");
        assert_eq!(first.conversations.len(), EXAMPLES);
        assert!(found[1].examples.is_empty());
    }

    #[test]
    fn questions_that_share_a_word_only_are_two() {
        assert_eq!(all(&["gift vouchers", "gift wrapping"]).len(), 2);
        assert_eq!(all(&["???", "who is it", ""]).len(), 0);
    }

    #[test]
    fn a_long_question_is_shortened_to_one_line() {
        let long = format!("zeppelin\n\n {}", "parking ".repeat(400));
        let text = &all(&[&long])[0].text;
        assert!(
            text.chars().count() <= SHOWN && text.ends_with('…') && !text.contains('\n'),
            "{text}"
        );
    }
}
