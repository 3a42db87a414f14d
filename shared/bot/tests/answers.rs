//! The bot's answers to the questions of `questions/test.jsonl` may not get worse than they are. `make bot-eval` prints what
//! becomes of each kind of question.

// The lint's exception for tests does not reach the helper functions of an integration test.
#![allow(clippy::unwrap_used)]

#[path = "../examples/bot_eval/measure.rs"]
mod measure;

use std::path::Path;
use std::sync::Arc;

use embeddings::{Embedder, LocalOptions};
use measure::Set;

/// What may not be less: hit@1, hit@3, offered@3, what is not answered wrongly, precision and recall of abstaining, intents,
/// wishes for a person.
type Floors = [f64; 8];

async fn answers_as_well_as(floors: Floors, model: Option<&Arc<dyn Embedder>>) {
    let questions = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/questions/test.jsonl");
    let set = Set::load(Path::new(questions)).unwrap();
    assert!(set.questions.len() >= 250 && set.articles.len() == 13);
    let figures = set.ask_all(&set.replier(model).await.unwrap()).await.unwrap();
    println!("{figures}");
    figures.failures().for_each(|outcome| println!("  {outcome}"));
    let reached = [
        figures.hit1(),
        figures.hit3(),
        figures.offered3(),
        1.0 - figures.wrong(),
        figures.abstain_precision(),
        figures.abstain_recall(),
        figures.intents(),
        figures.handoffs(),
    ];
    for (figure, least) in reached.into_iter().zip(floors) {
        assert!(figure >= least, "{figure:.3} is below {least}:\n{figures}");
    }
}

#[tokio::test]
async fn the_bot_answers_as_well_as_it_did() {
    answers_as_well_as([0.81, 0.83, 0.97, 0.97, 0.57, 0.93, 0.98, 0.98], None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_model_the_bot_answers_as_well_as_it_did() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/models/all-minilm-l6-v2");
    let model = embeddings::open_local(&folder, LocalOptions::default()).await;
    let model = model.unwrap_or_else(|error| panic!("{error}: run scripts/embedding-model first"));
    answers_as_well_as([0.87, 0.88, 0.98, 0.97, 0.66, 0.90, 0.98, 0.98], Some(&model)).await;
}
