//! Fits the weights of the decision: logistic regression each set counting the same.

use std::error::Error;
use std::sync::Arc;

use bot::FEATURES;
use embeddings::Embedder;

use super::measure::{Set, asked};

/// Steps until nothing changes any more; a dozen are enough.
const STEPS: usize = 30;
/// How strongly weights are held near nothing, so that a feature that says little counts little.
const SMALLNESS: f64 = 0.0001;

/// Whether weights are fitted to a question.
type Choice = fn(&Example) -> bool;

/// For which questions weights are fitted: those that were asked by words alone or by whatever models there are, and those of
/// models whose similarities spread widely, by themselves.
const KINDS: [(&str, Choice); 2] = [
    ("all", |_| true),
    ("those of models whose similarities spread widely", |example| {
        example.is_wide
    }),
];

/// A question whose nearest article is known to answer it or not.
struct Example {
    features: [f64; FEATURES],
    is_right: bool,
    is_wide: bool,
    /// So that each set counts the same.
    weight: f64,
}

/// Prints the weights for these sets, and what each threshold would give.
pub async fn print_weights(sets: &[Set], models: &[Option<Arc<dyn Embedder>>]) -> Result<(), Box<dyn Error>> {
    let mut examples = Vec::new();
    for (model, set) in models
        .iter()
        .flat_map(|model| sets.iter().map(move |set| (model, set)))
    {
        examples.extend(of_set(set, model.as_ref()).await?);
    }
    for (kind, is_of_kind) in KINDS {
        let of_kind: Vec<&Example> = examples.iter().filter(|example| is_of_kind(example)).collect();
        if !of_kind.is_empty() {
            println!("{kind}, {} questions:", of_kind.len());
            print_fitted(&of_kind);
        }
    }
    Ok(())
}

fn print_fitted(examples: &[&Example]) {
    let weights = fit(examples);
    let list: Vec<String> = weights.iter().map(|weight| format!("{weight:.2}")).collect();
    println!("[{}]", list.join(", "));
    println!("threshold: right answers, wrong answers");
    for threshold in (1..20).map(|step| f64::from(step) / 20.0) {
        let answered = |right: bool| {
            let chosen = examples
                .iter()
                .filter(|e| e.is_right == right && confidence(&e.features, &weights) >= threshold);
            chosen.count()
        };
        println!("  {threshold:.2}: {} {}", answered(true), answered(false));
    }
}

async fn of_set(set: &Set, model: Option<&Arc<dyn Embedder>>) -> Result<Vec<Example>, Box<dyn Error>> {
    let replier = set.replier(model).await?;
    let mut examples = Vec::new();
    for question in set.questions.iter().filter(|question| question.intent.is_none()) {
        let ask = asked(&replier, question).await?;
        let Some(found) = replier.find(&ask).await.filter(|found| !found.evidence.is_exact) else {
            continue;
        };
        let right = question.expect.iter().chain(&question.also);
        let first = found.passages.first();
        let is_right = first.is_some_and(|first| {
            let name = set
                .articles
                .iter()
                .find(|(_, article)| article.title == first.title)
                .map(|(name, _)| name);
            right.into_iter().any(|right| Some(right) == name)
        });
        let features = found.evidence.features().map(f64::from);
        examples.push(Example {
            features,
            is_right,
            is_wide: found.evidence.meaning.is_some_and(|near| near.is_wide),
            weight: 1.0,
        });
    }
    let share = 1.0 / examples.len().max(1) as f64;
    examples.iter_mut().for_each(|example| example.weight = share);
    Ok(examples)
}

fn confidence(features: &[f64; FEATURES], weights: &[f64; FEATURES]) -> f64 {
    let sum: f64 = features
        .iter()
        .zip(weights)
        .map(|(feature, weight)| feature * weight)
        .sum();
    1.0 / (1.0 + (-sum).exp())
}

/// Newton's method: each step solves for the point where the slope, as it bends here, is none.
fn fit(examples: &[&Example]) -> [f64; FEATURES] {
    let all: f64 = examples.iter().map(|example| example.weight).sum();
    let mut weights = [0.0; FEATURES];
    for _ in 0..STEPS {
        let mut slope = [0.0; FEATURES];
        let mut bend = [[0.0; FEATURES]; FEATURES];
        for example in examples {
            let likely = confidence(&example.features, &weights);
            let share = example.weight / all;
            let error = likely - f64::from(u8::from(example.is_right));
            for ((slope, bend), feature) in slope.iter_mut().zip(&mut bend).zip(example.features) {
                *slope += share * error * feature;
                for (bend, other) in bend.iter_mut().zip(example.features) {
                    *bend += share * likely * (1.0 - likely) * feature * other;
                }
            }
        }
        for (place, ((slope, bend), weight)) in slope.iter_mut().zip(&mut bend).zip(weights).enumerate() {
            // The constant may be as large as it needs to be.
            let small = if place == 0 { SMALLNESS / 1e3 } else { SMALLNESS };
            *slope += small * weight;
            bend.iter_mut()
                .skip(place)
                .take(1)
                .for_each(|bend| *bend += small);
        }
        for (weight, step) in weights.iter_mut().zip(solve(bend, slope)) {
            *weight -= step;
        }
    }
    weights
}

/// What `matrix`, which has no zero on its diagonal and stays so, maps to `value`: by elimination.
fn solve(mut matrix: [[f64; FEATURES]; FEATURES], mut value: [f64; FEATURES]) -> [f64; FEATURES] {
    for pivot in 0..FEATURES {
        let (row, own) = (matrix[pivot], value[pivot]);
        for other in (0..FEATURES).filter(|other| *other != pivot) {
            let times = matrix[other][pivot] / row[pivot];
            for (number, of_pivot) in matrix[other].iter_mut().zip(row) {
                *number -= times * of_pivot;
            }
            value[other] -= times * own;
        }
    }
    for (place, value) in value.iter_mut().enumerate() {
        *value /= matrix[place][place];
    }
    value
}
