//! Whether what was found is an answer: a logistic model over what speaks for it.
//!
//! `cargo run --release -p bot --example bot_eval -- --calibrate SET…` fits the weights to questions whose answers are known
//! and prints them.

use super::meaning::Standing;

/// How many features the decision looks at, with the constant one.
pub const FEATURES: usize = 27;

/// What each feature counts, in the order of [`Evidence::features`].
const WEIGHTS: [f32; FEATURES] = [
    -4.85, 1.03, 2.28, -0.26, 0.36, 0.60, 3.00, 3.01, 0.89, -1.76, 1.51, 0.23, -0.13, 2.29, 0.00, -2.27,
    0.53, 0.69, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00,
];
/// The same where passages have vectors, of whatever model; fitted before there were the last four features. The first is 0.62
/// less than what was fitted: as if the threshold were .65, where wrong answers are few.
const WEIGHTS_WITH_MEANING: [f32; FEATURES] = [
    -1.72, -0.74, 1.60, -0.51, -0.47, 3.85, 0.89, 2.48, 0.34, -0.27, 0.56, 1.50, 0.31, 1.70, -2.08, 0.03,
    0.65, 1.64, -1.29, 1.83, 0.41, 1.43, 2.51, 0.00, 0.00, 0.00, 0.00,
];
/// The same for models whose similarities spread widely, with a threshold of .67: what stands out among theirs is nearer than
/// what does where all are near.
const WEIGHTS_WITH_WIDE_MEANING: [f32; FEATURES] = [
    -0.40, -1.96, 0.99, -1.36, -1.92, 4.65, 0.88, 3.23, -0.08, -1.45, 2.68, 1.85, 0.79, 3.03, -4.66, 1.40,
    0.87, 4.54, -1.57, 1.29, 0.61, 1.81, 5.84, 4.54, -0.15, -1.90, -2.38,
];
/// From this confidence on the best passage is the answer.
const ANSWER: f32 = 0.5;
/// From this confidence on the nearest articles are worth offering.
const OFFER: f32 = 0.06;

/// What becomes of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// The best passage answers it.
    Answer,
    /// One of the best may answer it: the asker should choose.
    Offer,
    /// Nothing that was found has to do with it.
    Unknown,
}

/// What speaks for the best passage being the answer. Shares are of the question's words, weighted by their rarity.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evidence {
    /// The share that the article contains.
    pub article: f32,
    /// The share that its title, headings, tags and example questions contain.
    pub topic: f32,
    /// The share that the passage contains, with its heading and title.
    pub passage: f32,
    /// How alike the question and the nearest title, heading or example question are, 0–1.
    pub likeness: f32,
    /// By how much its score is above the next article's, as a share of it.
    pub margin: f32,
    /// By how much more of the question it contains than the next article.
    pub lead: f32,
    /// By how much more alike its title or heading is than the next article's.
    pub likeness_lead: f32,
    /// Its BM25 score, as a share of the highest that there could be.
    pub score: f32,
    /// How many rare words it was found by.
    pub amount: f32,
    /// Whether it is the first both by what says its subject and by its text.
    pub agreement: f32,
    /// The share that was taken for misspelled.
    pub respelled: f32,
    /// Whether the question before was needed.
    pub continued: f32,
    /// Whether the question is in another language.
    pub foreign: f32,
    /// The share that no article contains.
    pub unknown: f32,
    /// How near it is by its meaning; none without vectors.
    pub meaning: Option<Nearness>,
    /// Whether the question is a title, a heading, a tag or an example question word by word: then it is the answer.
    pub is_exact: bool,
}

/// How near an article is to a question by its meaning. Each 0–1, but leads, which are below nothing where another is nearer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Nearness {
    /// How much its best passage stands out.
    pub passage: f32,
    /// How much its best title, heading or example question does.
    pub label: f32,
    /// By how much more its best passage stands out than that of any other article.
    pub passage_lead: f32,
    /// The same of titles, headings and example questions.
    pub label_lead: f32,
    /// By how much its best passage and its best label are nearer than strange ones usually are, -1 to 1.
    pub known: [f32; 2],
    /// Whether the model's similarities spread widely; those of some, as E5's, are all close to 1.
    pub is_wide: bool,
}

impl Nearness {
    /// That of one of the articles.
    pub(super) fn of(title: usize, standing: &Standing) -> Self {
        let lead = |of: &[f32]| {
            let others = of.iter().enumerate().filter(|(place, _)| *place != title);
            let best = others.map(|(_, value)| *value).fold(0.0, f32::max);
            of.get(title).copied().unwrap_or_default() - best
        };
        let [passage, label] = standing.of(title);
        Self {
            passage,
            label,
            passage_lead: lead(&standing.passage),
            label_lead: lead(&standing.label),
            known: standing.known.get(title).copied().unwrap_or_default(),
            is_wide: standing.is_wide,
        }
    }
}

impl Evidence {
    /// The numbers that the model weighs; the first is 1.
    pub fn features(&self) -> [f32; FEATURES] {
        let near = self.meaning.unwrap_or_default();
        [
            1.0,
            self.article,
            self.topic,
            self.passage,
            self.likeness,
            self.margin,
            self.score,
            self.amount.ln_1p(),
            self.agreement,
            self.respelled,
            self.continued,
            self.foreign,
            self.unknown,
            self.margin * self.score,
            near.passage,
            self.lead,
            self.likeness_lead,
            self.topic * self.likeness,
            near.label,
            near.passage_lead,
            near.label_lead,
            near.known[0],
            near.known[1],
            near.known[0] * near.passage_lead,
            near.known[1] * near.label_lead,
            self.topic * near.known[1],
            self.likeness * near.known[1],
        ]
    }

    /// How likely the passage answers the question, 0–1.
    pub fn confidence(&self) -> f32 {
        if self.is_exact {
            return 1.0;
        }
        let sum: f32 = self
            .features()
            .iter()
            .zip(self.weights())
            .map(|(feature, weight)| feature * weight)
            .sum();
        1.0 / (1.0 + (-sum).exp())
    }
}

impl Evidence {
    fn weights(&self) -> [f32; FEATURES] {
        match self.meaning {
            Some(Nearness { is_wide: true, .. }) => WEIGHTS_WITH_WIDE_MEANING,
            Some(_) => WEIGHTS_WITH_MEANING,
            None => WEIGHTS,
        }
    }
}

impl Zone {
    /// That of a confidence.
    pub fn of(confidence: f32) -> Self {
        if confidence >= ANSWER {
            Self::Answer
        } else if confidence >= OFFER {
            Self::Offer
        } else {
            Self::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_that_the_passage_repeats_is_answered_and_one_that_it_shares_nothing_with_is_not() {
        let everything = Evidence {
            article: 1.0,
            topic: 1.0,
            passage: 1.0,
            likeness: 1.0,
            margin: 0.8,
            score: 0.8,
            amount: 4.0,
            agreement: 1.0,
            ..Evidence::default()
        };
        assert_eq!(Zone::of(everything.confidence()), Zone::Answer);
        let nothing = Evidence {
            unknown: 1.0,
            ..Evidence::default()
        };
        assert_eq!(Zone::of(nothing.confidence()), Zone::Unknown);
    }

    #[test]
    fn more_that_speaks_for_an_answer_never_makes_it_less_likely() {
        let some = Evidence {
            article: 0.6,
            topic: 0.4,
            passage: 0.5,
            likeness: 0.3,
            margin: 0.2,
            score: 0.4,
            amount: 2.0,
            ..Evidence::default()
        };
        for more in [
            Evidence {
                likeness: 0.6,
                ..some
            },
            Evidence { topic: 0.8, ..some },
            Evidence { margin: 0.5, ..some },
            Evidence {
                is_exact: true,
                ..some
            },
        ] {
            assert!(more.confidence() > some.confidence(), "{more:?}");
        }
    }
}
