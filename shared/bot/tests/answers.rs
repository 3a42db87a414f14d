//! The bot's answers to the questions of `questions/test.jsonl` may not get worse than they are. `make bot-eval` prints what
//! becomes of each kind of question.

#[path = "../examples/bot_eval/measure.rs"]
mod measure;

use std::path::Path;

use measure::Set;

#[tokio::test]
async fn the_bot_answers_as_well_as_it_did() {
    let questions = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/questions/test.jsonl");
    let set = Set::load(Path::new(questions)).unwrap();
    assert!(set.questions.len() >= 250 && set.articles.len() == 13);
    let figures = set.ask_all(&set.replier(None).await.unwrap()).await.unwrap();
    println!("{figures}");
    figures.failures().for_each(|outcome| println!("  {outcome}"));
    for (figure, least) in [
        (figures.hit1(), 0.81),
        (figures.hit3(), 0.83),
        (figures.offered3(), 0.97),
        (1.0 - figures.wrong(), 0.97),
        (figures.abstain_precision(), 0.57),
        (figures.abstain_recall(), 0.93),
        (figures.intents(), 0.98),
        (figures.handoffs(), 0.98),
    ] {
        assert!(figure >= least, "{figure:.3} is below {least}:\n{figures}");
    }
}
