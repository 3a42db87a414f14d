//! What the articles and passages are worth to a question, while that is added up.

use super::meaning::Standing;

/// What each article and passage is worth to a question.
pub(super) struct Scores {
    pub(super) total: Vec<f32>,
    pub(super) topic: Vec<f32>,
    pub(super) text: Vec<f32>,
    pub(super) entries: Vec<f32>,
    /// How much they stand out by their meaning.
    pub(super) standing: Standing,
}

/// The best that any meaning of one word is worth to each document.
pub(super) struct Best<const N: usize> {
    worths: Vec<[f32; N]>,
    touched: Vec<usize>,
}

impl<const N: usize> Best<N> {
    pub(super) fn new(documents: usize) -> Self {
        Self {
            worths: vec![[0.0; N]; documents],
            touched: Vec::new(),
        }
    }

    pub(super) fn raise(&mut self, document: usize, worths: [f32; N]) {
        if let Some(best) = self.worths.get_mut(document) {
            if *best == [0.0; N] {
                self.touched.push(document);
            }
            best.iter_mut()
                .zip(worths)
                .for_each(|(best, worth)| *best = best.max(worth));
        }
    }

    /// Hands out what was gathered, and begins anew.
    pub(super) fn take(&mut self, mut each: impl FnMut(usize, [f32; N])) {
        for document in self.touched.drain(..) {
            if let Some(best) = self.worths.get_mut(document) {
                each(document, std::mem::replace(best, [0.0; N]));
            }
        }
    }
}

pub(super) fn add(scores: &mut [f32], place: usize, score: f32) {
    if let Some(sum) = scores.get_mut(place) {
        *sum += score;
    }
}

/// The places of the highest scores above nothing, the highest first.
pub(super) fn nearest(scores: &[f32], top: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..scores.len())
        .filter(|at| scores.get(*at).is_some_and(|score| *score > 0.0))
        .collect();
    let by_score = |a: &usize, b: &usize| {
        let score = |at: &usize| scores.get(*at).copied().unwrap_or_default();
        score(b).total_cmp(&score(a)).then(a.cmp(b))
    };
    if places.len() > top {
        places.select_nth_unstable_by(top, by_score);
        places.truncate(top);
    }
    places.sort_by(by_score);
    places
}
