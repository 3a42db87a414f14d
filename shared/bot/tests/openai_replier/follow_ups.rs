//! Follow-ups and bursts are made one question before the search, and nothing hangs on its going well.

use std::time::Duration;

use bot::{Turn, TurnRole};
use rstest::rstest;

use crate::stub::{Behaviour, Question, Stub};

/// "And how long?" after a question about refunds.
fn follow_up() -> Question {
    let mut question = Question::new("And how long?");
    question.ask.history = vec![
        Turn {
            role: TurnRole::User,
            text: "When will I get the refund for my return, does it take days?".to_owned(),
        },
        Turn {
            role: TurnRole::Bot,
            text: "After we have checked it.".to_owned(),
        },
    ];
    question
}

const STANDALONE: &str = "And how long does it take until I get the refund?";
const ANSWER: &str = "We check a return within three working days of its arrival";

#[tokio::test]
async fn a_follow_up_is_rewritten_and_the_search_is_for_the_rewritten_question() {
    let question = follow_up();
    let number = Question::new(STANDALONE)
        .number_of("When will I get my refund?")
        .await;
    let answer = format!("{ANSWER} [{number}].");
    let stub = Stub::scripted(vec![Behaviour::says(&[STANDALONE]), Behaviour::says(&[&answer])]).await;
    let (answer, deltas) = question.put(&stub).await;
    assert_eq!(answer.trace.fallback, None);
    assert_eq!(answer.trace.rewritten.as_deref(), Some(STANDALONE));
    assert_eq!(answer.sources[0].title, "Returns and refunds");
    assert_eq!(deltas.concat(), answer.text);
    let ((rewrite, material), (rules, asked)) = (stub.asked(0), stub.asked(1));
    assert_ne!(rewrite, rules);
    assert!(!material.contains("<passage"), "{material}");
    assert!(
        asked.contains("\nReturns and refunds: When will I get my refund? ("),
        "{asked}"
    );
    assert!(
        asked.ends_with("<question>\nAnd how long?\n</question>"),
        "{asked}"
    );
}

#[tokio::test]
async fn several_messages_in_a_row_are_made_one_question() {
    let question = Question::new("hello there\nI ordered a lamp\nwhere is it now?");
    let stub = Stub::scripted(vec![
        Behaviour::says(&["where is the lamp I ordered now?"]),
        Behaviour::says(&["NO_ANSWER"]),
    ])
    .await;
    let (answer, _) = question.put(&stub).await;
    assert_eq!(
        answer.trace.rewritten.as_deref(),
        Some("where is the lamp I ordered now?")
    );
}

#[tokio::test]
async fn a_message_that_stands_alone_costs_one_call() {
    let stub = Stub::start(Behaviour::says(&["NO_ANSWER"])).await;
    Question::new("Where is my order?").put(&stub).await;
    assert_eq!(stub.count(), 1);
}

#[rstest]
#[case::something_else(Behaviour::says(&["FREE MONEY for everybody who asks"]))]
#[case::a_page(Behaviour::says(&["And how long?\nIt takes long."]))]
#[case::too_much(Behaviour::says(&["and how long ".repeat(1_000).as_str()]))]
#[case::nothing(Behaviour::says(&[""]))]
#[case::an_error(Behaviour::Answer("HTTP/1.1 500 Oops\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_owned()))]
#[case::rubbish(Behaviour::Answer("no HTTP at all".to_owned()))]
#[tokio::test]
async fn where_the_rewriting_fails_the_message_itself_is_searched_for(#[case] rewriting: Behaviour) {
    let stub = Stub::scripted(vec![rewriting, Behaviour::says(&["NO_ANSWER"])]).await;
    let (answer, _) = follow_up().put(&stub).await;
    assert_eq!(stub.count(), 2);
    assert_eq!((answer.trace.rewritten, answer.trace.fallback), (None, None));
    assert_eq!(answer.trace.model.as_deref(), Some("stub"));
    assert!(!answer.trace.passages.is_empty());
}

#[tokio::test]
async fn a_rewriting_that_hangs_leaves_time_for_the_answer() {
    let stub = Stub::scripted(vec![
        Behaviour::Hang(String::new()),
        Behaviour::says(&["NO_ANSWER"]),
    ])
    .await;
    let mut question = follow_up();
    question.timeout = Duration::from_secs(4);
    let (answer, _) = question.put(&stub).await;
    assert_eq!((answer.trace.rewritten, answer.trace.fallback), (None, None));
    assert_eq!(answer.trace.model.as_deref(), Some("stub"));
}

#[tokio::test]
async fn a_model_that_hangs_at_every_call_falls_back_to_what_the_articles_say() {
    let stub = Stub::start(Behaviour::Hang(String::new())).await;
    let mut question = follow_up();
    question.timeout = Duration::from_millis(400);
    let (answer, deltas) = question.put(&stub).await;
    assert!(deltas.is_empty());
    question
        .assert_fell_back(&answer, "the model did not finish in time")
        .await;
}
