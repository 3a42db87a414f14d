//! Whether a passage says what a sentence says, as far as words can tell.
//!
//! Three things are asked of a sentence: most of its words are in the passages that it cites; everything exact is
//! ([`Facts`]); and where one sentence of theirs says the same, it does not say the opposite. All that needs the sentence
//! in the passages' language, which is why replies are translated after the check, not before it.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::fact_words::{fold, number};
use super::facts::Facts;
use crate::kb::Passage;
use crate::language::{Stems, stop_words};
use crate::words::words;

/// Of ten words of a sentence that say something, so many must be in the passages.
const WORDS_OF_TEN: usize = 6;
/// Forms of a word differ in their endings; shorter ones than this are compared as they are.
const SHORTEST_STEM: usize = 5;

/// Words that lead the reader and state nothing, and verbs that only help others, in the bot's languages.
const SCAFFOLD: &str = "may must could would might shall kann können müssen muss \
    peut peuvent pouvez peux doit doivent devez faut puede puedes pueden debe debes deben يمكن يمكنك يجب \
    here following follow follows step steps way ways please simply note see also first next finally \
    option options case example information details answer according mentioned described article page \
    hier folgende folgenden folgendes folgen schritt schritte bitte einfach siehe auch zuerst danach schließlich \
    möglichkeit möglichkeiten beispiel informationen artikel seite laut \
    voici suivant suivants suivante suivantes étape étapes veuillez simplement aussi ensuite enfin option exemple \
    informations article page selon \
    aquí siguiente siguientes siga paso pasos favor simplemente también primero luego finalmente opción opciones ejemplo \
    información artículo página según \
    هنا التالي التالية الخطوات خطوة خطوات يرجى أيضا أولا ثم مثال معلومات المقال الصفحة";

/// Words that turn a sentence into its opposite.
const NEGATIONS: &str = "not no never cannot without none nothing nobody unable neither nor don't doesn't didn't can't won't \
    isn't aren't wasn't weren't couldn't shouldn't wouldn't haven't hasn't hadn't mustn't \
    nicht kein keine keinen keinem keiner keines nie niemals ohne nichts weder \
    pas jamais sans aucun aucune ni rien non \
    nunca sin ningún ninguna ninguno nada tampoco jamás \
    لا لم لن ليس ليست غير بدون دون";

static SCAFFOLD_WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| words(SCAFFOLD).into_iter().collect());
static NEGATION_WORDS: LazyLock<HashSet<String>> =
    LazyLock::new(|| NEGATIONS.split_whitespace().map(fold).collect());

/// What the passages of a reply say.
pub(super) struct Support {
    reader: Reader,
    passages: Vec<Evidence>,
}

/// Reads a text of one language.
struct Reader {
    stems: Stems,
    stop_words: &'static HashSet<String>,
}

impl Reader {
    fn of(code: &str) -> Self {
        Self {
            stems: Stems::of(code),
            stop_words: stop_words(code),
        }
    }

    /// The words that are no stop words.
    fn words(&self, text: &str) -> Vec<String> {
        let mut words = words(text);
        words.retain(|word| !self.stop_words.contains(word));
        words
    }

    /// Their stems.
    fn stems(&self, text: &str) -> HashSet<String> {
        self.words(text)
            .iter()
            .map(|word| self.stems.stem(word))
            .collect()
    }
}

struct Evidence {
    stems: HashSet<String>,
    facts: Facts,
    /// The stems of each sentence that states something, and whether it is negated.
    statements: Vec<(HashSet<String>, bool)>,
}

impl Support {
    /// `passages` are all of one language.
    pub(super) fn of(passages: &[Passage]) -> Self {
        let reader = Reader::of(passages.first().map_or("en", |passage| &passage.locale));
        let evidence = passages.iter().map(|passage| Evidence::of(passage, &reader));
        Self {
            passages: evidence.collect(),
            reader,
        }
    }

    /// How many passages there are.
    pub(super) fn len(&self) -> usize {
        self.passages.len()
    }

    /// Whether a text says anything at all.
    pub(super) fn says_something(&self, text: &str) -> bool {
        !self.content(text).is_empty() || Facts::of(text) != Facts::default()
    }

    /// Whether the passages at these places say together what `sentence` says.
    pub(super) fn holds(&self, sentence: &str, cited: &[usize]) -> bool {
        let cited: Vec<&Evidence> = cited.iter().filter_map(|at| self.passages.get(*at)).collect();
        let mut known = Facts::default();
        for evidence in &cited {
            known.extend(evidence.facts.clone());
        }
        if !Facts::of(sentence).are_in(&known) {
            return false;
        }
        let stems = self.content(sentence);
        let is_found = |stem: &&String| cited.iter().any(|evidence| has(&evidence.stems, stem));
        stems.iter().filter(is_found).count() >= needed(stems.len())
            && !clauses(sentence).any(|clause| self.is_contradicted(clause, &cited))
    }

    /// Whether the statements that come nearest to it all say the opposite.
    fn is_contradicted(&self, clause: &str, cited: &[&Evidence]) -> bool {
        let stems = self.content(clause);
        let negated = is_negated(clause);
        let statements = || cited.iter().flat_map(|evidence| &evidence.statements);
        if stems.is_empty() {
            // a mere "no" is about the passages as a whole
            return negated && !statements().any(|(_, negated)| *negated);
        }
        let common = |statement: &HashSet<String>| stems.iter().filter(|stem| has(statement, stem)).count();
        let most = statements()
            .map(|(statement, _)| common(statement))
            .max()
            .unwrap_or_default();
        most >= needed(stems.len())
            && statements()
                .filter(|(statement, _)| common(statement) == most)
                .all(|(_, other)| *other != negated)
    }

    /// The stems of the words that say something. Numbers, in digits or words, are facts and compared as such.
    fn content(&self, sentence: &str) -> HashSet<String> {
        self.reader
            .words(sentence)
            .iter()
            .filter(|word| !SCAFFOLD_WORDS.contains(*word) && number(word).is_none())
            .filter(|word| !word.chars().any(|c| c.is_ascii_digit()))
            .map(|word| self.reader.stems.stem(word))
            .collect()
    }
}

impl Evidence {
    fn of(passage: &Passage, reader: &Reader) -> Self {
        let heading = passage.heading.as_deref().unwrap_or_default();
        let url = passage.url.as_deref().unwrap_or_default();
        let whole = format!("{}\n{heading}\n{}\n{url}", passage.title, passage.text);
        let mut facts = Facts::of(&whole);
        facts.add_link(url);
        let statements = clauses(&passage.text)
            .filter(|sentence| !sentence.trim_end().ends_with(['?', '؟']))
            .map(|sentence| (reader.stems(sentence), is_negated(sentence)))
            .collect();
        Self {
            stems: reader.stems(&whole),
            facts,
            statements,
        }
    }
}

fn needed(words: usize) -> usize {
    (words * WORDS_OF_TEN).div_ceil(10)
}

/// Whether a word, or another form of it, is among these.
fn has(stems: &HashSet<String>, stem: &String) -> bool {
    let is_form = |other: &String| {
        let (short, long) = if other.len() < stem.len() {
            (other, stem)
        } else {
            (stem, other)
        };
        short.chars().count() >= SHORTEST_STEM && long.starts_with(short.as_str())
    };
    stems.contains(stem) || stems.iter().any(is_form)
}

/// What is said in one breath: a question and its answer are ("No printer? Choose …"), and what stands between commas, which
/// mostly list things.
fn clauses(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['.', '!', '\n', ';'])
}

fn is_negated(sentence: &str) -> bool {
    sentence
        .split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’'))
        .any(|word| NEGATION_WORDS.contains(&fold(&word.replace('’', "'"))))
}

#[cfg(test)]
#[path = "support_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "paraphrase_tests.rs"]
mod paraphrase_tests;
