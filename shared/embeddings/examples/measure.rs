//! What a model costs: the time that it takes to open, for a question, and for a hundred passages.
//!
//!     cargo run --release -p embeddings --features local --example measure -- target/models/all-minilm-l6-v2

use std::path::PathBuf;
use std::time::{Duration, Instant};

use embeddings::{EmbedError, Input, LocalOptions, open_local};

const QUESTION: &str = "Where is my order, and when will it arrive at last?";
const PASSAGE: &str = "You can return what you bought within 30 days, unused and in its box. Sign in, open My orders, choose \
    the order and press Return. You get a label by e-mail; the parcel costs you nothing within the country. We refund you the \
    way that you paid, no later than five working days after it has arrived. Gift cards and what was made for you cannot be \
    returned. Where something came broken, write to us at once and add a photograph: then you need not send it back.";

#[tokio::main]
async fn main() -> Result<(), EmbedError> {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        println!("measure FOLDER [THREADS]");
        return Ok(());
    };
    let mut options = LocalOptions::default();
    if let Some(threads) = std::env::args().nth(2).and_then(|threads| threads.parse().ok()) {
        options.threads = threads;
    }
    println!("threads: {}", options.threads);
    let started = Instant::now();
    let model = open_local(&folder, options).await?;
    println!(
        "opened in {:?}: {}, {} numbers",
        started.elapsed(),
        model.id(),
        model.dimensions()
    );

    let mut times = Vec::new();
    for round in 0..50 {
        let question = [format!("{QUESTION} {round}")];
        let started = Instant::now();
        model.embed(&question, Input::Query).await?;
        times.push(started.elapsed());
    }
    times.sort();
    let at = |share: usize| {
        times
            .get(times.len() * share / 100)
            .copied()
            .unwrap_or(Duration::ZERO)
    };
    println!(
        "a question: fastest {:?}, median {:?}, p95 {:?}",
        at(0),
        at(50),
        at(95)
    );

    let passages: Vec<String> = (0..100).map(|number| format!("{number}. {PASSAGE}")).collect();
    let started = Instant::now();
    model.embed(&passages, Input::Passage).await?;
    println!(
        "100 passages of {} characters: {:?}",
        PASSAGE.len(),
        started.elapsed()
    );
    Ok(())
}
