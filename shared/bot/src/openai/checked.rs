//! A reply as it comes in: passed on sentence by sentence, each only after the passages that it cites were found to say it.

use super::guard;
use super::model::Failure;
use super::prompt::NO_ANSWER;
use super::sentences::{self, Sentence};
use super::support::Support;

/// A reply of which every sentence was checked before anybody saw it.
pub(super) struct CheckedReply<'a> {
    support: &'a Support,
    /// What is no whole sentence yet.
    unread: String,
    /// Whole sentences that cite nothing themselves: the next citation is theirs too.
    waiting: Vec<String>,
    /// What was passed on.
    text: String,
    /// The places of the passages that were cited, in the order of their first citation.
    cited: Vec<usize>,
    /// Those of the newest citation.
    newest: Vec<usize>,
}

/// A reply that was checked to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The model found no answer in the passages.
    NoAnswer,
    /// Its text without the marks, and the places of the passages that it cites, the first cited first.
    Supported { text: String, cited: Vec<usize> },
}

impl<'a> CheckedReply<'a> {
    pub(super) fn new(support: &'a Support) -> Self {
        Self {
            support,
            unread: String::new(),
            waiting: Vec::new(),
            text: String::new(),
            cited: Vec::new(),
            newest: Vec::new(),
        }
    }

    /// Takes in a piece; what can be shown now that it is here, which may be nothing.
    pub(super) fn push(&mut self, piece: &str) -> Result<String, Failure> {
        self.unread.push_str(piece);
        let shown = self.text.len();
        while let Some(sentence) = sentences::first(&self.unread, false) {
            self.take(sentence)?;
        }
        Ok(self.since(shown))
    }

    /// Takes in the end; what can be shown now, and the verdict on the whole.
    pub(super) fn finish(mut self) -> Result<(String, Verdict), Failure> {
        if self.says_no_answer() {
            return Ok((String::new(), Verdict::NoAnswer));
        }
        let shown = self.text.len();
        while let Some(sentence) = sentences::first(&self.unread, true) {
            self.take(sentence)?;
        }
        if self.cited.is_empty() {
            return Err(Failure::Uncited);
        }
        // what comes after the last citation must be in what that cites
        self.accept(self.newest.clone())?;
        let rest = self.since(shown).trim_end().to_owned();
        self.text.truncate(self.text.trim_end().len());
        if !self.support.says_something(&self.text) {
            return Err(Failure::Empty);
        }
        Ok((
            rest,
            Verdict::Supported {
                text: self.text,
                cited: self.cited,
            },
        ))
    }

    fn since(&self, shown: usize) -> String {
        self.text.get(shown..).unwrap_or_default().to_owned()
    }

    fn says_no_answer(&self) -> bool {
        let said = format!("{}{}", self.waiting.concat(), self.unread);
        self.text.is_empty() && said.trim_matches(|c: char| !c.is_alphanumeric()) == NO_ANSWER
    }

    fn take(&mut self, sentence: Sentence) -> Result<(), Failure> {
        self.unread.drain(..sentence.len);
        self.waiting.push(sentence.text);
        if sentence.cited.is_empty() {
            return Ok(());
        }
        let mut places = Vec::new();
        for number in sentence.cited {
            let place = number.checked_sub(1).filter(|place| *place < self.support.len());
            places.push(place.ok_or(Failure::UnknownPassage)?);
        }
        self.accept(places)
    }

    /// Passes on what waits, if the passages at these places say it.
    fn accept(&mut self, places: Vec<usize>) -> Result<(), Failure> {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting
            .iter()
            .any(|sentence| !self.support.holds(sentence, &places))
        {
            return Err(Failure::Unsupported);
        }
        let mut claim = waiting.concat();
        if self.text.is_empty() {
            claim = claim.trim_start().to_owned();
        }
        self.text.push_str(&claim);
        // over all of it: a run of the rules may go across citations
        if guard::repeats_instructions(&self.text) {
            return Err(Failure::Leak);
        }
        for place in &places {
            if !self.cited.contains(place) {
                self.cited.push(*place);
            }
        }
        self.newest = places;
        Ok(())
    }
}

#[cfg(test)]
#[path = "checked_tests.rs"]
mod tests;
