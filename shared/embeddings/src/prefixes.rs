//! What some models want to read before a text.

use crate::Input;

/// The words before a text that tell a model what it is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefixes {
    /// Before a question.
    pub query: String,
    /// Before a piece of an article.
    pub passage: String,
}

impl Prefixes {
    /// What a model of that name was trained with, for names that are known: E5's, and those of its kind that take an instruction.
    pub fn by_name(name: &str) -> Self {
        let name = name.to_lowercase();
        let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
        let of = |query: &str, passage: &str| Self {
            query: query.to_owned(),
            passage: passage.to_owned(),
        };
        match (words.contains(&"e5"), words.contains(&"instruct")) {
            (false, _) => Self::default(),
            (true, false) => of("query: ", "passage: "),
            (true, true) => of(
                "Instruct: Given a customer's question, retrieve passages that answer it\nQuery: ",
                "",
            ),
        }
    }

    /// The text as the model wants it, no longer than `chars` characters.
    pub(crate) fn put_before(&self, text: &str, of: Input, chars: usize) -> String {
        let prefix = match of {
            Input::Query => &self.query,
            Input::Passage => &self.passage,
        };
        let mut whole = String::with_capacity(prefix.len() + text.len().min(chars));
        whole.push_str(prefix);
        whole.extend(text.chars().take(chars));
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_of_the_e5_family_are_told_what_a_text_is_for() {
        let e5 = Prefixes::by_name("intfloat/multilingual-E5-small");
        assert_eq!(e5.put_before("Hi", Input::Query, 100), "query: Hi");
        assert_eq!(e5.put_before("Hi", Input::Passage, 100), "passage: Hi");
        let instructed = Prefixes::by_name("multilingual-e5-large-instruct");
        assert!(instructed.query.starts_with("Instruct: ") && instructed.passage.is_empty());
        for other in ["all-MiniLM-L6-v2", "e50-large", "text-embedding-3-small", ""] {
            assert_eq!(Prefixes::by_name(other), Prefixes::default(), "{other}");
        }
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        let none = Prefixes::default();
        assert_eq!(none.put_before("äöü", Input::Query, 2), "äö");
    }
}
