//! The ranking by meaning: how near the vectors of passages are to a question's, beside the ranking by words.
//!
//! Vectors come from whatever model there is; here they are only compared. How near is near differs from model to model, so a
//! similarity counts by how far it stands out among those of all passages, as the z-score does.

/// Standing out by this many standard deviations counts as much as all words of the question together.
const FULL: f32 = 5.0;

/// The vectors of passages, all of one length.
#[derive(Default)]
pub(super) struct Vectors {
    dimensions: usize,
    /// One passage's after the other's; zeros where a passage has none.
    values: Vec<f32>,
}

impl Vectors {
    /// Those of all passages in their order. None count where their lengths differ.
    pub(super) fn new(vectors: &[Option<&[f32]>]) -> Self {
        let dimensions = vectors
            .iter()
            .flatten()
            .map(|vector| vector.len())
            .next()
            .unwrap_or_default();
        if dimensions == 0 || vectors.iter().flatten().any(|vector| vector.len() != dimensions) {
            return Self::default();
        }
        let zeros = vec![0.0; dimensions];
        let values = vectors
            .iter()
            .flat_map(|vector| vector.unwrap_or(&zeros).iter().copied())
            .collect();
        Self { dimensions, values }
    }

    /// How much each passage stands out by its nearness to the question, 0–1; nothing where vectors do not fit together.
    pub(super) fn standing(&self, question: Option<&[f32]>) -> Vec<f32> {
        let Some(question) =
            question.filter(|question| question.len() == self.dimensions && self.dimensions > 0)
        else {
            return Vec::new();
        };
        let similarity = |vector: &[f32]| vector.iter().zip(question).map(|(a, b)| a * b).sum::<f32>();
        let similarities: Vec<f32> = self
            .values
            .chunks_exact(self.dimensions)
            .map(similarity)
            .collect();
        let all = similarities.len().max(1) as f32;
        let mean = similarities.iter().sum::<f32>() / all;
        let variance = similarities
            .iter()
            .map(|value| (value - mean).powi(2))
            .sum::<f32>()
            / all;
        let deviation = variance.sqrt();
        if deviation.is_nan() || deviation <= f32::EPSILON {
            return vec![0.0; similarities.len()];
        }
        similarities
            .iter()
            .map(|value| ((value - mean) / deviation / FULL).clamp(0.0, 1.0))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vectors() -> Vectors {
        let one: [&[f32]; 3] = [&[1.0, 0.0], &[0.0, 1.0], &[0.6, 0.8]];
        Vectors::new(&one.map(Some))
    }

    #[test]
    fn the_nearest_passage_stands_out_most_and_a_far_one_not_at_all() {
        let standing = vectors().standing(Some(&[1.0, 0.0]));
        assert!(
            standing[0] > standing[2] && standing[2] >= standing[1],
            "{standing:?}"
        );
        assert_eq!(standing[1], 0.0);
    }

    #[test]
    fn a_question_of_another_model_is_not_compared() {
        assert!(vectors().standing(Some(&[1.0, 0.0, 0.0])).is_empty());
        assert!(vectors().standing(None).is_empty());
        assert!(Vectors::default().standing(Some(&[])).is_empty());
    }

    #[test]
    fn passages_of_different_lengths_have_no_ranking() {
        let mixed = Vectors::new(&[Some(&[1.0, 0.0]), Some(&[1.0]), None]);
        assert!(mixed.standing(Some(&[1.0, 0.0])).is_empty());
    }

    #[test]
    fn what_is_not_a_number_counts_nothing() {
        let broken = Vectors::new(&[Some(&[f32::NAN, 0.0]), Some(&[1.0, 0.0])]);
        assert!(
            broken
                .standing(Some(&[1.0, 0.0]))
                .iter()
                .all(|standing| *standing == 0.0)
        );
    }
}
