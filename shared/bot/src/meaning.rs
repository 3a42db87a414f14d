//! The ranking by meaning: how near the vectors of passages and their headings are to a question's, beside the ranking by words.
//!
//! Vectors come from whatever model there is; here they are only compared. How near is near differs from model to model, so a
//! similarity counts by how far it stands out among those of all, as the z-score does.

use embeddings::{EmbedError, Embedder, Input};

use super::articles::Article;
use super::passages::{Section, sections};
use super::typical::{SAMPLES, Typical};

/// Standing out by this many standard deviations counts as much as all words of the question together.
const FULL: f32 = 6.0;

/// What a model is to read of an article. Its vectors are those of the labels, then those of the passages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readable {
    /// Its title, its example questions, its headings. They are like questions, and are to be read as such.
    pub labels: Vec<String>,
    /// Its passages, each with what stands above it.
    pub passages: Vec<String>,
}

impl Readable {
    /// Of this article.
    pub fn of(article: &Article) -> Self {
        let sections = sections(&article.body);
        let passage = |section: &Section| {
            let heading = section.heading.as_deref().unwrap_or_default();
            format!("{}\n{heading}\n{}", article.title, section.text)
        };
        let passages = sections.iter().map(passage).collect();
        let mut labels = vec![article.title.clone()];
        labels.extend(article.questions.iter().cloned());
        labels.extend(sections.into_iter().filter_map(|section| section.heading));
        Self { labels, passages }
    }

    /// The vectors of this model.
    ///
    /// # Errors
    ///
    /// Where the model fails.
    pub async fn embed(&self, model: &dyn Embedder) -> Result<Vec<Vec<f32>>, EmbedError> {
        let mut vectors = model.embed(&self.labels, Input::Query).await?;
        vectors.extend(model.embed(&self.passages, Input::Passage).await?);
        Ok(vectors)
    }
}

/// Which label has a vector.
#[derive(Clone, Copy)]
enum Label {
    /// The title, or an example question, of that article.
    Title(usize),
    /// The heading of that entry of that article.
    Heading { title: usize, entry: usize },
}

/// The vectors of the articles of a shelf.
#[derive(Default)]
pub(super) struct Meanings {
    passages: Vectors,
    /// The entry of each passage.
    entries: Vec<usize>,
    labels: Vectors,
    of: Vec<Label>,
    /// How near passages and labels are to labels of other articles: what a question has that none of them answers.
    strange: [Typical; 2],
}

/// How much articles and their entries stand out by their nearness to a question, 0–1.
#[derive(Default)]
pub(super) struct Standing {
    /// The best passage of each article.
    pub(super) passage: Vec<f32>,
    /// The best title, heading or example question of each.
    pub(super) label: Vec<f32>,
    /// Passage and heading of each entry together.
    pub(super) entries: Vec<f32>,
    /// By how much each article's best passage and label are nearer than those of others usually are, -1 to 1.
    pub(super) known: Vec<[f32; 2]>,
    /// Whether the model's similarities spread widely.
    pub(super) is_wide: bool,
}

impl Standing {
    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.passage.is_empty()
    }

    /// How much an article stands out, by its passages and its labels.
    pub(super) fn of(&self, title: usize) -> [f32; 2] {
        [&self.passage, &self.label].map(|of| of.get(title).copied().unwrap_or_default())
    }
}

impl Label {
    fn title(self) -> usize {
        match self {
            Self::Title(title) | Self::Heading { title, .. } => title,
        }
    }
}

impl Meanings {
    /// Learns how near the articles are to each other, after all were added.
    pub(super) fn finish(&mut self, title_of: &[usize]) {
        let step = self.of.len().div_ceil(SAMPLES).max(1);
        let (mut passages, mut labels) = (Vec::new(), Vec::new());
        for (at, label) in self.of.iter().enumerate().step_by(step) {
            let own = label.title();
            let question = self.labels.at(at);
            let of_labels = self.labels.similarities(question);
            let of_labels = of_labels.iter().zip(&self.of).filter(|(_, of)| of.title() != own);
            labels.extend(of_labels.map(|(value, _)| *value).reduce(f32::max));
            let of_passages = self.passages.similarities(question);
            let of_passages = of_passages
                .iter()
                .zip(&self.entries)
                .filter(|(_, entry)| title_of.get(**entry) != Some(&own));
            passages.extend(of_passages.map(|(value, _)| *value).reduce(f32::max));
        }
        self.strange = [Typical::of(&passages), Typical::of(&labels)];
    }

    /// Adds the vectors of an article, whose entries begin at `first` and have a heading or not. Of an earlier state of the
    /// article there may be more or fewer of them, or of other lengths: then it is found by its words.
    pub(super) fn add(
        &mut self,
        article: &Article,
        title: usize,
        first: usize,
        has_heading: &[bool],
        vectors: &[Vec<f32>],
    ) {
        let with_heading = (first..)
            .zip(has_heading)
            .filter(|(_, has_heading)| **has_heading);
        let headings = with_heading.map(|(entry, _)| Label::Heading { title, entry });
        let titles = std::iter::repeat_n(Label::Title(title), 1 + article.questions.len());
        let labels: Vec<Label> = titles.chain(headings).collect();
        if vectors.len() != labels.len() + has_heading.len() {
            return;
        }
        let (of_labels, of_passages) = vectors.split_at(labels.len());
        for (label, vector) in labels.into_iter().zip(of_labels) {
            if self.labels.add(vector) {
                self.of.push(label);
            }
        }
        for (entry, vector) in (first..).zip(of_passages) {
            if self.passages.add(vector) {
                self.entries.push(entry);
            }
        }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.passages.values.is_empty()
    }

    /// How much what there is stands out by its nearness to the question; nothing where vectors do not fit together. `title_of`
    /// says which article each entry is of.
    pub(super) fn standing(&self, question: Option<&[f32]>, titles: usize, title_of: &[usize]) -> Standing {
        let (near_passages, near_labels) = (self.passages.nearness(question), self.labels.nearness(question));
        if near_passages.is_empty() && near_labels.is_empty() {
            return Standing::default();
        }
        let (passages, labels) = (standing(&near_passages), standing(&near_labels));
        let mut known = vec![[-1.0_f32; 2]; titles];
        let mut know = |title: usize, which: usize, value: f32| {
            if let (Some(known), Some(typical)) = (known.get_mut(title), self.strange.get(which))
                && let Some(known) = known.get_mut(which)
            {
                *known = known.max(typical.exceeded_by(value));
            }
        };
        for (entry, value) in self.entries.iter().zip(&near_passages) {
            title_of
                .get(*entry)
                .into_iter()
                .for_each(|title| know(*title, 0, *value));
        }
        for (label, value) in self.of.iter().zip(&near_labels) {
            know(label.title(), 1, *value);
        }
        let mut standing = Standing {
            passage: vec![0.0; titles],
            label: vec![0.0; titles],
            entries: vec![0.0; title_of.len()],
            known,
            is_wide: self.strange.iter().all(Typical::is_wide),
        };
        let raise = |of: &mut Vec<f32>, place: usize, value: f32| {
            if let Some(best) = of.get_mut(place) {
                *best = best.max(value);
            }
        };
        for (entry, value) in self.entries.iter().zip(passages) {
            if let Some(title) = title_of.get(*entry) {
                raise(&mut standing.passage, *title, value);
            }
            super::scores::add(&mut standing.entries, *entry, value);
        }
        for (label, value) in self.of.iter().zip(labels) {
            match *label {
                Label::Title(title) => raise(&mut standing.label, title, value),
                Label::Heading { title, entry } => {
                    raise(&mut standing.label, title, value);
                    super::scores::add(&mut standing.entries, entry, value);
                }
            }
        }
        standing
    }
}

/// Vectors, all of one length.
#[derive(Default)]
struct Vectors {
    dimensions: usize,
    /// One after the other.
    values: Vec<f32>,
}

impl Vectors {
    /// Adds one, unless it is of another length than the first.
    fn add(&mut self, vector: &[f32]) -> bool {
        if self.values.is_empty() {
            self.dimensions = vector.len();
        }
        let fits = vector.len() == self.dimensions && !vector.is_empty();
        if fits {
            self.values.extend(vector);
        }
        fits
    }

    fn at(&self, place: usize) -> &[f32] {
        let first = place * self.dimensions;
        self.values
            .get(first..first + self.dimensions)
            .unwrap_or_default()
    }

    /// How near each is to the question; nothing where vectors do not fit together.
    fn nearness(&self, question: Option<&[f32]>) -> Vec<f32> {
        question
            .filter(|question| question.len() == self.dimensions && self.dimensions > 0)
            .map_or_else(Vec::new, |question| self.similarities(question))
    }

    fn similarities(&self, question: &[f32]) -> Vec<f32> {
        self.values
            .chunks_exact(self.dimensions.max(1))
            .map(|vector| embeddings::similarity(vector, question))
            .collect()
    }
}

/// How much each stands out among all, 0–1.
fn standing(similarities: &[f32]) -> Vec<f32> {
    let Typical { mean, deviation } = Typical::of(similarities);
    if deviation.is_nan() || deviation <= f32::EPSILON {
        return vec![0.0; similarities.len()];
    }
    similarities
        .iter()
        .map(|value| ((value - mean) / deviation / FULL).clamp(0.0, 1.0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(vectors: &[&[f32]]) -> Vectors {
        let mut all = Vectors::default();
        for vector in vectors {
            all.add(vector);
        }
        all
    }

    fn article(title: &str, questions: &[&str], body: &str) -> Article {
        Article {
            title: title.to_owned(),
            body: body.to_owned(),
            questions: questions.iter().map(|question| (*question).to_owned()).collect(),
            ..Article::default()
        }
    }

    #[test]
    fn the_nearest_passage_stands_out_most_and_a_far_one_not_at_all() {
        let vectors = of(&[&[1.0, 0.0], &[0.0, 1.0], &[0.6, 0.8]]);
        let standing = standing(&vectors.nearness(Some(&[1.0, 0.0])));
        assert!(
            standing[0] > standing[2] && standing[2] >= standing[1],
            "{standing:?}"
        );
        assert_eq!(standing[1], 0.0);
    }

    #[test]
    fn a_question_of_another_model_is_not_compared() {
        let vectors = of(&[&[1.0, 0.0]]);
        assert!(vectors.nearness(Some(&[1.0, 0.0, 0.0])).is_empty());
        assert!(vectors.nearness(None).is_empty());
        assert!(Vectors::default().nearness(Some(&[])).is_empty());
    }

    #[test]
    fn a_vector_of_another_length_is_left_out() {
        let mut vectors = of(&[&[1.0, 0.0]]);
        assert!(!vectors.add(&[1.0]) && !vectors.add(&[]));
        assert_eq!(vectors.nearness(Some(&[0.5, 0.5])), [0.5]);
    }

    #[test]
    fn what_is_not_a_number_stands_out_nowhere() {
        let vectors = of(&[&[f32::NAN, 0.0], &[1.0, 0.0]]);
        let standing = standing(&vectors.nearness(Some(&[1.0, 0.0])));
        assert!(standing.iter().all(|standing| *standing == 0.0));
    }

    #[test]
    fn a_model_reads_titles_questions_and_each_passage_with_its_heading() {
        let article = article("A", &["What is A?"], "Intro.\n\n## B\n\nText.");
        let readable = Readable::of(&article);
        assert_eq!(readable.labels, ["A", "What is A?", "B"]);
        assert_eq!(readable.passages, ["A\n\nIntro.", "A\nB\nText."]);
    }

    #[test]
    fn articles_are_near_by_their_passages_and_by_their_labels_and_known_where_strange_ones_are_not() {
        let mut meanings = Meanings::default();
        let one = article("A", &[], "Text.\n\n## B\n\nMore.");
        let vectors =
            [[1.0, 0.0, 0.0], [0.8, 0.6, 0.0], [0.0, 1.0, 0.0], [0.0, 0.8, 0.6]].map(|v| v.to_vec());
        meanings.add(&one, 0, 0, &[false, true], &vectors);
        let other = article("C", &["D?"], "Text.");
        let vectors = [[0.0, 0.0, 1.0], [0.6, 0.0, 0.8], [0.0, 0.6, 0.8]].map(|v| v.to_vec());
        meanings.add(&other, 1, 2, &[false], &vectors);
        // as many as an article has not is an earlier state of it
        meanings.add(&other, 2, 3, &[false], &vectors[..2]);
        meanings.finish(&[0, 0, 1]);
        let standing = meanings.standing(Some(&[0.0, 1.0, 0.0]), 3, &[0, 0, 1, 2]);
        let [passage, label] = standing.of(0);
        assert!(passage > standing.of(1)[0] && label > standing.of(1)[1]);
        assert!(
            standing.entries[1] > standing.entries[0],
            "{:?}",
            standing.entries
        );
        assert!(
            standing.known[0][1] > standing.known[1][1],
            "{:?}",
            standing.known
        );
        assert_eq!(standing.of(2), [0.0, 0.0]);
    }
}
