//! Vectors and their directions.

use crate::EmbedError;

/// Sums that are added up beside each other, so that the processor can do them at once.
const LANES: usize = 8;

/// How alike two vectors of length one are: 1 for the same direction, 0 for nothing in common. Vectors of two models, or of two
/// lengths, have nothing in common.
pub fn similarity(a: &[f32], b: &[f32]) -> f32 {
    if a.len() != b.len() {
        return 0.0;
    }
    let (eights, rest) = a.as_chunks::<LANES>();
    let (others, other_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0_f32; LANES];
    for (eight, other) in eights.iter().zip(others) {
        for (sum, (a, b)) in sums.iter_mut().zip(eight.iter().zip(other)) {
            *sum += a * b;
        }
    }
    let rest: f32 = rest.iter().zip(other_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

/// Makes it one long, so that [`similarity`] is a sum of products.
pub(crate) fn normalise(vector: &mut [f32]) -> Result<(), EmbedError> {
    let square: f64 = vector.iter().map(|number| f64::from(*number).powi(2)).sum();
    let length = square.sqrt();
    if !length.is_finite() || length == 0.0 {
        return Err(EmbedError::NoDirection);
    }
    for number in vector.iter_mut() {
        #[allow(clippy::cast_possible_truncation, reason = "between -1 and 1")]
        let scaled = (f64::from(*number) / length) as f32;
        *number = scaled;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_becomes_one_long_and_keeps_its_direction() {
        let mut vector = [3.0, 4.0];
        normalise(&mut vector).unwrap();
        assert_eq!(vector, [0.6, 0.8]);
        // its square does not fit into an f32
        let mut huge = [f32::MAX, 0.0];
        normalise(&mut huge).unwrap();
        assert_eq!(huge, [1.0, 0.0]);
    }

    #[test]
    fn a_vector_without_a_direction_is_refused() {
        for mut vector in [
            vec![],
            vec![0.0, 0.0],
            vec![f32::NAN, 1.0],
            vec![f32::INFINITY, 1.0],
        ] {
            assert!(
                matches!(normalise(&mut vector), Err(EmbedError::NoDirection)),
                "{vector:?}"
            );
        }
    }

    #[test]
    fn vectors_of_two_lengths_are_not_compared() {
        assert_eq!(similarity(&[1.0, 0.0], &[1.0]), 0.0);
        assert_eq!(similarity(&[0.6, 0.8], &[0.6, 0.8]), 1.0);
        let long = [0.25; 16];
        assert_eq!(similarity(&long, &long), 1.0);
    }
}
