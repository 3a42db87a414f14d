//! What happened in a conversation so far, for the agent who takes it over.

use serde::{Deserialize, Serialize};

use crate::language::Language;
use crate::phrases::Phrases;
use crate::{Turn, TurnRole};

/// The words that a model's summary has at most.
pub const MAX_WORDS: usize = 120;
/// Longer messages are cut in an extract.
const QUOTE_CHARS: usize = 280;

/// A conversation in short.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The text, in Markdown.
    pub text: String,
    /// Whether a language model wrote it; otherwise it is an [`extract`].
    pub by_model: bool,
}

/// The beginning and the newest part of a conversation in its own words: the first message of the customer, their newest,
/// the agents' newest, and how many messages there are. It says that it is an extract, and claims no understanding.
/// Around these it speaks the language of `locale`, else the customer's, as far as the bot speaks them.
pub fn extract(turns: &[Turn], locale: Option<&str>) -> String {
    let customer = |turn: &&Turn| turn.role == TurnRole::User;
    let first = turns.iter().find(customer);
    let newest = turns.iter().rfind(customer);
    let agent = turns.iter().rfind(|turn| turn.role == TurnRole::Agent);
    let phrases = &Phrases::of(language(turns, locale)).extract;
    let count = match turns.len() {
        0 => return format!("*{}*", phrases.nothing),
        1 => phrases.one.to_owned(),
        count => phrases.many.replace("{}", &count.to_string()),
    };
    let mut parts = vec![format!("*{} ({count}).*", phrases.introduction)];
    let mut quote = |label: &str, turn: Option<&Turn>| {
        parts.extend(turn.map(|turn| format!("**{label}** {}", quoted(&turn.text))));
    };
    quote(phrases.began, first);
    quote(
        phrases.newest,
        newest.filter(|newest| first.is_some_and(|first| !std::ptr::eq(first, *newest))),
    );
    quote(phrases.answered, agent);
    if agent.is_none() {
        parts.push(phrases.unanswered.to_owned());
    }
    parts.join("\n\n")
}

/// The reader's language, or the one that the customer writes in.
fn language(turns: &[Turn], locale: Option<&str>) -> Language {
    let written = || {
        let customer = turns.iter().filter(|turn| turn.role == TurnRole::User);
        let texts: Vec<&str> = customer.map(|turn| turn.text.as_str()).collect();
        Language::detect(&texts.join("\n"))
    };
    let reader = locale.and_then(Language::from_locale);
    reader.or_else(written).unwrap_or(Language::English)
}

/// A message on one line, as plain text: what a customer wrote is not the extract's own Markdown.
fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String = line.chars().take(QUOTE_CHARS).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    crate::voice::escape(&shown)
}

/// The sentences of `text` that fit into [`MAX_WORDS`]; none if the first does not.
pub(crate) fn shortened(text: &str) -> String {
    if text.split_whitespace().count() <= MAX_WORDS {
        return text.trim().to_owned();
    }
    let mut words = 0;
    let mut shown = String::new();
    for sentence in text.split_inclusive(['.', '!', '?', '؟', '\n']) {
        words += sentence.split_whitespace().count();
        if words > MAX_WORDS {
            break;
        }
        shown.push_str(sentence);
    }
    shown.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(role: TurnRole, text: &str) -> Turn {
        Turn {
            role,
            text: text.to_owned(),
        }
    }

    #[test]
    fn an_extract_quotes_the_ends_of_the_conversation_and_says_that_it_is_one() {
        let turns = [
            turn(TurnRole::Bot, "Hello!"),
            turn(TurnRole::User, "Where is\nmy *order*?"),
            turn(TurnRole::Agent, "On its way."),
            turn(TurnRole::User, "Since when?"),
        ];
        assert_eq!(
            extract(&turns, None),
            "*An extract, not a summary (4 messages).*\n\n\
             **The customer began with:** Where is my \\*order\\*?\n\n\
             **The customer's newest message:** Since when?\n\n\
             **The newest answer by an agent:** On its way."
        );
    }

    #[test]
    fn an_extract_speaks_its_reader_s_language_and_quotes_the_customer_s() {
        let turns = [
            turn(TurnRole::User, "Where is my order?"),
            turn(TurnRole::Agent, "On its way."),
        ];
        assert_eq!(
            extract(&turns, Some("de-AT")),
            "*Ein Auszug, keine Zusammenfassung (2 Nachrichten).*\n\n\
             **Der Kunde begann mit:** Where is my order?\n\n\
             **Die neueste Antwort eines Agenten:** On its way."
        );
        assert_eq!(extract(&[], Some("fr")), "*Rien n'a encore été écrit.*");
    }

    #[test]
    fn an_extract_for_a_reader_of_no_known_language_is_in_that_of_the_customer() {
        let turns = [
            turn(TurnRole::Bot, "Hello! What can I do for you?"),
            turn(TurnRole::User, "¿Dónde está mi pedido? Todavía no ha llegado."),
            turn(TurnRole::Agent, "Where did you look for it?"),
        ];
        for locale in [None, Some("pl")] {
            assert!(extract(&turns, locale).starts_with("*Un extracto, no un resumen (3 mensajes).*"));
        }
        let unclear = extract(&[turn(TurnRole::User, "2fa")], None);
        assert!(unclear.starts_with("*An extract"), "{unclear}");
    }

    #[test]
    fn every_language_has_words_of_its_own_for_an_extract() {
        let turns = [turn(TurnRole::User, "x"), turn(TurnRole::Bot, "y")];
        let told: std::collections::HashSet<String> = Language::ALL
            .into_iter()
            .map(|language| extract(&turns, Some(language.code())))
            .inspect(|told| assert!(told.contains('2') && !told.contains('{'), "{told}"))
            .collect();
        assert_eq!(told.len(), Language::ALL.len());
    }

    #[test]
    fn a_single_message_is_quoted_once() {
        let text = extract(&[turn(TurnRole::User, "Where is my order?")], None);
        assert_eq!(text.matches("Where is my order?").count(), 1);
        assert!(text.contains("(1 message)") && text.ends_with("No agent has answered yet."));
    }

    #[test]
    fn an_extract_of_nothing_says_so_and_a_long_message_is_cut() {
        assert_eq!(extract(&[], None), "*Nothing has been written yet.*");
        let text = extract(&[turn(TurnRole::User, &"é".repeat(5_000))], None);
        assert!(text.contains('…') && text.chars().count() < 500);
    }

    #[test]
    fn a_summary_that_is_too_long_ends_with_a_whole_sentence() {
        let long = "One two three four five. ".repeat(30);
        let shown = shortened(&long);
        assert_eq!(shown.split_whitespace().count(), MAX_WORDS);
        assert!(shown.ends_with("five."));
        assert_eq!(shortened("Short. "), "Short.");
        assert_eq!(shortened(&"word ".repeat(200)), "");
    }
}
