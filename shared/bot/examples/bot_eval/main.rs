//! Measures how well the bot answers, and fits its decision to questions whose answers are known.
//!
//! `make bot-eval` asks the questions of `shared/bot/tests/questions/test.jsonl`; `ARGS` may name other sets and
//! `--failures` (prints what went wrong), `--calibrate` (prints the weights of `decision.rs`, fitted to these sets),
//! `--scale N` (asks among N articles, made of the sets') or `--model FOLDER` (finds by meaning as well, with the
//! sentence-embedding model in there, and may stand several times).

mod calibrate;
mod measure;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use bot::{Article, KnowledgeBase, KnowledgeReplier};
use embeddings::LocalOptions;
use measure::Set;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut paths: Vec<PathBuf> = Vec::new();
    let (mut failures, mut fit, mut scale, mut folders) = (false, false, None, Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--failures" => failures = true,
            "--calibrate" => fit = true,
            "--scale" => {
                scale = Some(
                    arguments
                        .next()
                        .ok_or("--scale needs a number")?
                        .parse::<usize>()?,
                )
            }
            "--model" => folders.push(PathBuf::from(arguments.next().ok_or("--model needs a folder")?)),
            path if path.starts_with("--") => return Err(format!("there is no {path}").into()),
            path => paths.push(path.into()),
        }
    }
    if paths.is_empty() {
        paths.push(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/questions/test.jsonl").into());
    }
    let sets = paths
        .iter()
        .map(|path| Set::load(path))
        .collect::<Result<Vec<_>, _>>()?;
    let mut models = Vec::new();
    for folder in folders {
        models.push(Some(
            embeddings::open_local(&folder, LocalOptions::default()).await?,
        ));
    }
    if models.is_empty() {
        models.push(None);
    }
    if fit {
        return calibrate::print_weights(&sets, &models).await;
    }
    for (model, set) in models
        .iter()
        .flat_map(|model| sets.iter().map(move |set| (model, set)))
    {
        let replier = match scale {
            Some(number) => enlarged(set, number),
            None => set.replier(model.as_ref()).await?,
        };
        let figures = set.ask_all(&replier).await?;
        println!("{figures}");
        for outcome in figures.failures().filter(|_| failures) {
            println!("  {outcome}");
        }
    }
    Ok(())
}

/// A replier that knows this many articles: the set's, over and over with other names, and one of 200 KB.
fn enlarged(set: &Set, number: usize) -> KnowledgeReplier {
    let copies = set
        .articles
        .iter()
        .cycle()
        .zip(0..number)
        .map(|((_, article), copy)| Article {
            title: if copy < set.articles.len() {
                article.title.clone()
            } else {
                format!("{} {}", article.title, name(copy))
            },
            body: format!("{}\n\n{} {}", article.body, name(copy * 7), name(copy * 13)),
            ..article.clone()
        });
    let mut articles: Vec<Article> = copies.collect();
    if let Some(long) = articles.last_mut() {
        long.body = long.body.repeat(200_000 / long.body.len().max(1) + 1);
    }
    let started = Instant::now();
    let knowledge = KnowledgeBase::build(articles);
    println!(
        "{number} articles indexed in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    KnowledgeReplier::new(Arc::new(knowledge))
}

/// A word that no other number has.
fn name(number: usize) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu", "wa", "ze", "di", "fo", "gu", "ha",
    ];
    (0..5)
        .filter_map(|place| SYLLABLES.get((number >> (4 * place)) & 15))
        .copied()
        .collect()
}
