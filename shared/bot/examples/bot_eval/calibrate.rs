//! Fits the weights of the decision: logistic regression by gradient descent, each set counting the same.

use std::error::Error;
use std::sync::Arc;

use bot::FEATURES;
use embeddings::Embedder;

use super::measure::{Set, asked};

/// Steps of the descent.
const STEPS: usize = 30_000;
/// How far each step goes.
const RATE: f64 = 0.5;
/// How strongly weights are held near nothing, so that a feature that says little counts little.
const SMALLNESS: f64 = 0.0005;

/// A question whose nearest article is known to answer it or not.
struct Example {
    features: [f64; FEATURES],
    is_right: bool,
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
    let weights = fit(&examples);
    let list: Vec<String> = weights.iter().map(|weight| format!("{weight:.2}")).collect();
    println!("const WEIGHTS: [f32; FEATURES] = [{}];", list.join(", "));
    println!(
        "threshold: right answers, wrong answers (of {} questions)",
        examples.len()
    );
    for threshold in (1..20).map(|step| f64::from(step) / 20.0) {
        let answered = |right: bool| {
            let chosen = examples
                .iter()
                .filter(|e| e.is_right == right && confidence(&e.features, &weights) >= threshold);
            chosen.count()
        };
        println!("  {threshold:.2}: {} {}", answered(true), answered(false));
    }
    Ok(())
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

fn fit(examples: &[Example]) -> [f64; FEATURES] {
    let all: f64 = examples.iter().map(|example| example.weight).sum();
    let mut weights = [0.0; FEATURES];
    for _ in 0..STEPS {
        let mut slope = [0.0; FEATURES];
        for example in examples {
            let error = confidence(&example.features, &weights) - f64::from(u8::from(example.is_right));
            for (slope, feature) in slope.iter_mut().zip(example.features) {
                *slope += example.weight * error * feature / all;
            }
        }
        // The constant may be as large as it needs to be.
        for (place, (weight, slope)) in weights.iter_mut().zip(slope).enumerate() {
            let pull = if place == 0 { 0.0 } else { SMALLNESS * *weight };
            *weight -= RATE * (slope + pull);
        }
    }
    weights
}
