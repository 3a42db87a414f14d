//! The sentences of a reply that is still coming in, and the marks by which they cite passages.

/// A sentence with what it cites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sentence {
    /// Without its marks, but with the white space around it.
    pub text: String,
    /// The numbers of its marks, as they are written.
    pub cited: Vec<usize>,
    /// How many bytes of the reply it takes, marks included.
    pub len: usize,
}

/// The first sentence of `text`, with the marks right behind it; `None` while it is not certain where it ends. `is_whole`
/// says that nothing more will come.
pub(super) fn first(text: &str, is_whole: bool) -> Option<Sentence> {
    let mut found = Sentence {
        text: String::new(),
        cited: Vec::new(),
        len: 0,
    };
    let mut in_code = false;
    while let Some(c) = rest(text, found.len).chars().next() {
        match mark(rest(text, found.len), is_whole) {
            _ if in_code => {}
            Mark::Unknown => return None,
            Mark::Cites(numbers, len) => {
                found.cite(numbers, len);
                continue;
            }
            Mark::None => {}
        }
        in_code ^= c == '`';
        let is_list_number = c == '.' && is_list_number(&found.text);
        found.push(c);
        if ends(c) && !is_list_number {
            match found.closed(text, is_whole) {
                Closing::Closed => return Some(found),
                Closing::Open => {}
                Closing::Unknown => return None,
            }
        }
    }
    (is_whole && !text.is_empty()).then_some(found)
}

enum Closing {
    Closed,
    Open,
    Unknown,
}

impl Sentence {
    fn push(&mut self, c: char) {
        // "[1] It is" leaves no gap where the mark was
        let gap =
            c == ' ' && !self.cited.is_empty() && (self.text.is_empty() || self.text.ends_with(['\n', ' ']));
        if !gap {
            self.text.push(c);
        }
        self.len += c.len_utf8();
    }

    fn cite(&mut self, numbers: Vec<usize>, len: usize) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.cited.extend(numbers);
        self.len += len;
    }

    /// Whether the sentence is over after what may end it. If so, it has taken in the quotes, marks and full stops behind.
    fn closed(&mut self, text: &str, is_whole: bool) -> Closing {
        let newline = self.text.ends_with('\n');
        while let Some(c) = rest(text, self.len)
            .chars()
            .next()
            .filter(|c| !newline && closes(*c))
        {
            self.push(c);
        }
        let mut closed = newline;
        loop {
            let behind = rest(text, self.len);
            let next = behind.trim_start();
            let gap = behind.len() - next.len();
            if next.is_empty() {
                return if is_whole {
                    Closing::Closed
                } else {
                    Closing::Unknown
                };
            }
            match mark(next, is_whole) {
                Mark::Unknown => return Closing::Unknown,
                Mark::Cites(numbers, len) => {
                    self.cite(numbers, gap + len);
                    // "… 30 days. [1]." has one full stop too many
                    if rest(text, self.len).starts_with('.') {
                        self.len += 1;
                    }
                    closed = true;
                }
                Mark::None if closed || gap > 0 => return Closing::Closed,
                Mark::None => return Closing::Open,
            }
        }
    }
}

enum Mark {
    None,
    /// It may become one.
    Unknown,
    /// These numbers, in so many bytes.
    Cites(Vec<usize>, usize),
}

/// The mark at the beginning of `text`: `[1]` or `[1, 2]`, but neither `[1](address)` nor `[1]: address`.
fn mark(text: &str, is_whole: bool) -> Mark {
    let Some(inner) = text.strip_prefix('[') else {
        return Mark::None;
    };
    let end = inner.find(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | ';' | ' '));
    let Some(end) = end else {
        return if is_whole { Mark::None } else { Mark::Unknown };
    };
    let (numbers, behind) = inner.split_at(end);
    let numbers: Option<Vec<usize>> = numbers.split([',', ';']).map(|n| n.trim().parse().ok()).collect();
    let (Some(numbers), Some(behind)) = (numbers, behind.strip_prefix(']')) else {
        return Mark::None;
    };
    match behind.chars().next() {
        None if !is_whole => Mark::Unknown,
        Some('(' | ':') => Mark::None,
        _ => Mark::Cites(numbers, end + 2),
    }
}

fn ends(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '؟' | '…' | '。' | '\n')
}

fn closes(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '”' | '’' | '»' | ')' | '*' | '_' | '`' | '.' | '!' | '?'
    )
}

/// Whether a full stop would come after the number of a list's item.
fn is_list_number(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default().trim();
    (1..=2).contains(&line.len()) && line.chars().all(|c| c.is_ascii_digit())
}

fn rest(text: &str, from: usize) -> &str {
    text.get(from..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn all(text: &str) -> Vec<(String, Vec<usize>)> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(sentence) = first(&text[at..], true) {
            at += sentence.len;
            found.push((sentence.text, sentence.cited));
        }
        assert_eq!(at, text.len());
        found
    }

    #[rstest]
    #[case::before_the_full_stop("One [1]. Two [2].", "One.[1]| Two.[2]")]
    #[case::behind_it("One. [1] Two. [2]", "One.[1]| Two.[2]")]
    #[case::behind_it_on_a_line("One.\n[1]\nTwo [2]", "One.[1]|\n[]|Two[2]")]
    #[case::several("One [1][2]. Two [1, 3].", "One.[1, 2]| Two.[1, 3]")]
    #[case::none("One. Two [2].", "One.[]| Two.[2]")]
    #[case::a_list("Do:\n1. One [1]\n2. Two [2]", "Do:\n[]|1. One\n[1]|2. Two[2]")]
    #[case::in_front("[1] One. Two.", "One.[1]| Two.[]")]
    #[case::bold("**One.** [1] Two.", "**One.**[1]| Two.[]")]
    #[case::two_full_stops("One. [1]. Two.", "One.[1]| Two.[]")]
    #[case::a_decimal("It costs 4.90 at a.b [1].", "It costs 4.90 at a.b.[1]")]
    #[case::a_link("See [1](/a). Or [2]: no [x] [1].", "See [1](/a).[]| Or [2]: no [x].[1]")]
    #[case::code("Use `a[1]` [2].", "Use `a[1]`.[2]")]
    #[case::arabic("هل؟ نعم [1].", "هل؟[]| نعم.[1]")]
    #[case::huge("One [99999999999999999999999].", "One [99999999999999999999999].[]")]
    fn a_reply_is_divided_into_sentences_with_what_they_cite(#[case] text: &str, #[case] expected: &str) {
        let found: Vec<String> = all(text)
            .iter()
            .map(|(text, cited)| format!("{text}{cited:?}"))
            .collect();
        assert_eq!(found.join("|"), expected);
    }

    #[rstest]
    #[case("One")]
    #[case("One [")]
    #[case("One [1")]
    #[case("One [1]")]
    #[case("One.")]
    #[case("One. ")]
    #[case("One. [1")]
    #[case("One. [1]")]
    #[case("One.\n")]
    fn nothing_is_a_sentence_while_its_mark_may_still_come(#[case] text: &str) {
        assert_eq!(first(text, false), None);
        assert!(first(text, true).is_some());
    }

    #[test]
    fn a_sentence_is_whole_when_the_next_has_begun() {
        let sentence = first("One. [1] T", false).unwrap();
        assert_eq!((sentence.text.as_str(), sentence.len), ("One.", 8));
        assert_eq!(first("", true), None);
    }

    proptest::proptest! {
        #[test]
        fn a_text_in_pieces_has_the_sentences_of_the_whole(text in "[a-c1-2 .!\\[\\]\n`(*,é]{0,40}", at in 0..40_usize) {
            let mut chars: Vec<char> = text.chars().collect();
            let later = chars.split_off(at.min(chars.len()));
            let mut unread: String = chars.into_iter().collect();
            let mut found = Vec::new();
            for (piece, is_whole) in [(String::new(), false), (later.into_iter().collect(), true)] {
                unread.push_str(&piece);
                while let Some(sentence) = first(&unread, is_whole) {
                    unread.drain(..sentence.len);
                    found.push((sentence.text, sentence.cited));
                }
            }
            proptest::prop_assert_eq!(found, all(&text));
        }
    }
}
