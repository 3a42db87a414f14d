//! What is usual: how near a question comes to articles that do not answer it.
//!
//! The titles, headings and example questions of the articles are such questions, when their own article is left out. What a
//! question has beyond that, its answer has.

/// Titles, headings and questions that are tried on the articles of others.
pub(super) const SAMPLES: usize = 200;
/// So many standard deviations above what is usual is as far as it goes.
const FAR_ABOVE: f32 = 4.0;
/// Similarities of a larger standard deviation spread widely. That of MiniLM's is .1, that of E5's .02.
const WIDE: f32 = 0.05;

/// Numbers, on the average and by standard deviation.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Typical {
    pub(super) mean: f32,
    pub(super) deviation: f32,
}

impl Typical {
    /// Of these.
    pub(super) fn of(values: &[f32]) -> Self {
        let all = values.len().max(1) as f32;
        let mean = values.iter().sum::<f32>() / all;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / all;
        Self {
            mean,
            deviation: variance.sqrt(),
        }
    }

    /// Whether similarities spread widely; not where there are none.
    pub(super) fn is_wide(&self) -> bool {
        self.deviation > WIDE
    }

    /// How far above what is usual a number is, -1 to 1; 0 where nothing is usual.
    pub(super) fn exceeded_by(&self, value: f32) -> f32 {
        if self.deviation > f32::EPSILON {
            ((value - self.mean) / self.deviation / FAR_ABOVE).clamp(-1.0, 1.0)
        } else {
            0.0
        }
    }
}
