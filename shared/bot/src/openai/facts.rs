//! What a text states that can be compared exactly: numbers with their units, days, promises, links and addresses.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::fact_words::{exact, fold, is_between, number, sign, unit};
use super::frame;

/// The exact statements of a text. The same are found in it whatever its language, as far as the bot speaks it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    numbers: BTreeSet<Number>,
    /// Links, domains and e-mail addresses, as they are written.
    links: BTreeSet<String>,
    words: BTreeSet<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Number {
    value: String,
    unit: Option<&'static str>,
}

/// What separates words, and links from what stands around them.
const BREAKS: [char; 17] = [
    '<', '>', '(', ')', '[', ']', '{', '}', '"', '`', '|', '*', '\'', '’', '“', '”', '\\',
];

impl Facts {
    pub(super) fn of(text: &str) -> Self {
        let text: String = frame::unescape(text).nfkc().map(western_digit).collect();
        let mut facts = Self::default();
        for destination in destinations(&text) {
            facts.add_link(destination);
        }
        let mut tokens = Vec::new();
        for line in text.lines() {
            let line = without_list_mark(line);
            for chunk in line.split(|c: char| c.is_whitespace() || BREAKS.contains(&c)) {
                let trimmed = chunk.trim_matches(|c: char| ".,;:!?؟،_~".contains(c));
                if is_link(trimmed) {
                    facts.add_link(trimmed);
                } else {
                    tokenize(chunk, &mut tokens);
                }
            }
        }
        facts.read(&tokens);
        facts
    }

    /// Adds a link that is no part of a text.
    pub(super) fn add_link(&mut self, link: &str) {
        let link = link.strip_prefix("mailto:").unwrap_or(link).trim_end_matches('/');
        if !link.is_empty() {
            let written = if link.contains('@') {
                link.to_lowercase()
            } else {
                link.to_owned()
            };
            self.links.insert(written);
        }
    }

    /// Takes in what another text states.
    pub(super) fn extend(&mut self, other: Self) {
        self.numbers.extend(other.numbers);
        self.links.extend(other.links);
        self.words.extend(other.words);
    }

    /// Whether all that is stated is stated by `known` too. A number without a unit is the same with any.
    pub(super) fn are_in(&self, known: &Self) -> bool {
        let is_known = |number: &Number| {
            known.numbers.iter().any(|other| {
                other.value == number.value && (number.unit.is_none() || other.unit == number.unit)
            })
        };
        self.links.is_subset(&known.links)
            && self.words.is_subset(&known.words)
            && self.numbers.iter().all(is_known)
    }

    fn read(&mut self, tokens: &[Token]) {
        for (at, token) in tokens.iter().enumerate() {
            let value = match token {
                Token::Number(value) => Some(value.clone()),
                Token::Word(word) => number(word).map(str::to_owned),
                Token::Sign(_) => None,
            };
            if let Some(value) = value {
                let unit = unit_of(tokens, at);
                self.numbers.insert(Number { value, unit });
                continue;
            }
            if let Token::Word(word) = token {
                // "feel free to ask" promises nothing
                let invites = at > 0 && tokens.get(at - 1).is_some_and(|before| before.is_word("feel"));
                self.words.extend(exact(word).filter(|_| !invites));
            }
        }
    }
}

/// What a word, a number or a sign is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Number(String),
    Word(String),
    Sign(&'static str),
}

impl Token {
    fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(own) if own == word)
    }

    fn unit(&self) -> Option<&'static str> {
        match self {
            Self::Sign(unit) => Some(unit),
            Self::Word(word) => unit(word),
            Self::Number(_) => None,
        }
    }
}

/// The unit of the number there: after it, else a currency before it.
fn unit_of(tokens: &[Token], at: usize) -> Option<&'static str> {
    let next = tokens.get(at + 1);
    let after = match next {
        Some(Token::Word(word)) if is_between(word) => tokens.get(at + 2),
        next => next,
    };
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let currency = before.and_then(Token::unit);
    let currency =
        currency.filter(|unit| ["euro", "dollar", "pound", "franc", "yen", "rupee"].contains(unit));
    after.and_then(Token::unit).or(currency)
}

fn tokenize(chunk: &str, tokens: &mut Vec<Token>) {
    let mut rest = chunk;
    while let Some(c) = rest.chars().next() {
        let len = if c.is_ascii_digit() {
            let run = number_run(rest);
            tokens.extend(values(run).into_iter().map(Token::Number));
            run.len()
        } else if c.is_numeric() {
            tokens.push(Token::Number(c.to_string()));
            c.len_utf8()
        } else if c.is_alphabetic() {
            let end = rest.find(|c: char| !c.is_alphabetic() && !is_mark(c));
            let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest);
            tokens.push(Token::Word(fold(word)));
            word.len()
        } else {
            tokens.extend(sign(c).map(Token::Sign));
            c.len_utf8()
        };
        rest = rest.get(len..).unwrap_or_default();
    }
}

/// Marks that belong to a letter, as in decomposed and in Arabic text.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{064b}'..='\u{0652}' | '\u{0640}')
}

/// Digits, with the separators that stand between digits.
fn number_run(text: &str) -> &str {
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let followed = chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        if c.is_ascii_digit() || (".,:/-–٬٫".contains(c) && followed) {
            end = at + c.len_utf8();
        } else {
            break;
        }
    }
    text.get(..end).unwrap_or(text)
}

/// The numbers of a run: "3–5" is two of them, "2026-11-30" is one.
fn values(run: &str) -> Vec<String> {
    let parts: Vec<&str> = run.split(['-', '–']).collect();
    if parts.len() == 3 {
        return vec![run.replace('–', "-")];
    }
    parts.into_iter().map(value).collect()
}

/// A number without thousands separators and with a point for its decimals: "1.000,50" and "1,000.5" are the same.
fn value(run: &str) -> String {
    if run.contains([':', '/']) {
        return run.to_owned();
    }
    let is_separator = |c: char| !c.is_ascii_digit();
    let separators: Vec<char> = run.chars().filter(|c| is_separator(*c)).collect();
    let parts: Vec<&str> = run.split(is_separator).collect();
    let (Some(last), Some((tail, head))) = (separators.last(), parts.split_last()) else {
        return run.to_owned();
    };
    let same = separators.iter().all(|separator| separator == last);
    let grouped = parts.iter().skip(1).all(|part| part.len() == 3)
        && parts.first().is_some_and(|first| first.len() <= 3);
    if same && grouped {
        return parts.concat();
    }
    if same && separators.len() > 1 {
        // a date or a version
        return parts.join(".");
    }
    let decimals = tail.trim_end_matches('0');
    let whole = head.concat();
    if decimals.is_empty() {
        whole
    } else {
        format!("{whole}.{decimals}")
    }
}

fn western_digit(c: char) -> char {
    let of = |zero: u32| char::from_digit(u32::from(c) - zero, 10).unwrap_or(c);
    match c {
        '\u{660}'..='\u{669}' => of(0x660),
        '\u{6f0}'..='\u{6f9}' => of(0x6f0),
        c => c,
    }
}

/// The number of a list's item says nothing.
fn without_list_mark(line: &str) -> &str {
    let start = line.trim_start();
    let rest = start.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = start.len() - rest.len();
    match rest.strip_prefix(['.', ')']) {
        Some(item) if (1..=2).contains(&digits) && item.starts_with(' ') => item,
        _ => line,
    }
}

/// Where Markdown's links and images lead.
fn destinations(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| c == ')' || c.is_whitespace());
        let destination = rest.get(..end.unwrap_or(rest.len()))?;
        Some(destination.trim_matches(['<', '>']))
    })
}

/// Whether a word is an address that a reader, or a browser, would take for one.
fn is_link(word: &str) -> bool {
    word.contains("//")
        || (word.contains('@') && !word.starts_with('@'))
        || word.starts_with("www.")
        || word.starts_with("mailto:")
        || word.starts_with("tel:")
        || is_domain(word)
}

fn is_domain(word: &str) -> bool {
    let host = word.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    labels.len() > 1
        && labels.iter().all(is_label)
        && labels
            .last()
            .is_some_and(|last| last.chars().count() > 1 && last.chars().all(char::is_alphabetic))
}

#[cfg(test)]
#[path = "facts_tests.rs"]
mod tests;
