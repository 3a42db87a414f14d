//! A real model: all-MiniLM-L6-v2, which `scripts/embedding-model` brings.

#![cfg(feature = "local")]
// The lint's exception for tests does not reach the helper functions of an integration test.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;

use embeddings::{Embedder, Input, LocalOptions, find_model, open_local, similarity};
use tokio::sync::OnceCell;

/// The model, opened once for all tests.
async fn model() -> Arc<dyn Embedder> {
    static MODEL: OnceCell<Arc<dyn Embedder>> = OnceCell::const_new();
    let open = || async {
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/models");
        let folder = models.join("all-minilm-l6-v2");
        let found = find_model(&folder).unwrap();
        let found = found.unwrap_or_else(|| {
            panic!(
                "no model in {}: run scripts/embedding-model first",
                folder.display()
            )
        });
        open_local(&found, LocalOptions::default()).await.unwrap()
    };
    MODEL.get_or_init(open).await.clone()
}

async fn vector(text: &str, of: Input) -> Vec<f32> {
    model()
        .await
        .embed(&[text.to_owned()], of)
        .await
        .unwrap()
        .remove(0)
}

#[track_caller]
fn assert_near(found: &[f32], expected: &[f32]) {
    let near = found
        .iter()
        .zip(expected)
        .all(|(found, expected)| (found - expected).abs() < 1e-4);
    assert!(near, "{:?} is not {expected:?}", &found[..expected.len()]);
}

#[tokio::test]
async fn vectors_are_those_that_the_formulas_give() {
    // computed from the same files in 64 bits by numpy, with tokens of the tokenizers' own Python package
    let references: [(&str, [f32; 6]); 3] = [
        (
            "How do I get my money back?",
            [-0.014776, 0.047721, -0.01467, -0.005958, -0.040567, -0.012155],
        ),
        (
            "You can return what you bought within 30 days and are refunded.",
            [-0.030897, -0.002789, 0.05449, 0.002728, 0.026107, 0.013903],
        ),
        (
            "wehre is my pakage",
            [-0.033677, 0.037339, 0.016891, 0.032061, -0.004283, -0.036091],
        ),
    ];
    for (text, expected) in references {
        assert_near(&vector(text, Input::Query).await, &expected);
    }
    assert_eq!(model().await.dimensions(), 384);
}

#[tokio::test]
async fn what_means_the_same_lies_closer_than_what_does_not() {
    let passages = [
        "You can return what you bought within 30 days and are refunded.",
        "A tracking link shows where your parcel is.",
        "We are open from Monday to Friday, nine to five.",
        "Change your password under Settings, Security.",
    ];
    let questions = [
        "How do I get my money back?",
        "has my order been shipped yet",
        "When can I call you?",
        "i forgot my login",
    ];
    let passages: Vec<String> = passages.map(str::to_owned).to_vec();
    let passages = model().await.embed(&passages, Input::Passage).await.unwrap();
    for (right, question) in questions.iter().enumerate() {
        let question_vector = vector(question, Input::Query).await;
        let scores: Vec<f32> = passages
            .iter()
            .map(|passage| similarity(passage, &question_vector))
            .collect();
        let best = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]));
        assert_eq!(best, Some(right), "{question}: {scores:?}");
    }
}

#[tokio::test]
async fn a_text_has_the_same_vector_alone_and_among_others_whatever_their_lengths() {
    let words = "Where is the parcel that I ordered on Monday and that was to arrive on Wednesday";
    let words: Vec<&str> = words.split(' ').collect();
    let mut texts: Vec<String> = (0..=words.len()).map(|count| words[..count].join(" ")).collect();
    texts.push("Grüße aus Köln 👋 — 你好".to_owned());
    texts.swap(0, 9);
    let together = model().await.embed(&texts, Input::Passage).await.unwrap();
    assert_eq!(together.len(), texts.len());
    for (text, among_others) in texts.iter().zip(&together) {
        assert_near(&vector(text, Input::Passage).await, among_others);
        assert!((similarity(among_others, among_others) - 1.0).abs() < 1e-5);
    }
}

#[tokio::test]
async fn a_text_is_cut_at_what_the_model_reads() {
    // its first 256 tokens, those around it included
    let expected = [-0.012637, -0.026555, 0.074851, -0.040387, -0.066034, -0.001132];
    let long = vector(&"Lorem ipsum dolor sit amet. ".repeat(400), Input::Passage).await;
    assert_near(&long, &expected);
    let longer = vector(&"Lorem ipsum dolor sit amet. ".repeat(40_000), Input::Passage).await;
    assert_near(&longer, &long);
    let one_word = vector(&"x".repeat(1_000_000), Input::Passage).await;
    assert_eq!(one_word.len(), 384);
}

#[tokio::test]
async fn no_text_has_no_vector_and_an_empty_text_has_one() {
    assert!(model().await.embed(&[], Input::Query).await.unwrap().is_empty());
    assert_eq!(vector("", Input::Query).await.len(), 384);
}

#[tokio::test]
async fn a_question_does_not_wait_for_passages() {
    let model = model().await;
    let passages = vec!["Lorem ipsum dolor sit amet. ".repeat(100); 200];
    let question = ["Where is my parcel?".to_owned()];
    tokio::select! {
        answered = async {
            // the passages have been begun: select! polls both, in this order
            tokio::task::yield_now().await;
            model.embed(&question, Input::Query).await
        } => assert_eq!(answered.unwrap().len(), 1),
        _ = model.embed(&passages, Input::Passage) => panic!("two hundred passages were computed first"),
    }
}
