//! Every call is paid for, and whoever cannot pay is answered by the articles.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bot::budget::{Budget, Exhausted};
use bot::{Turn, TurnRole};

use crate::stub::{Behaviour, ORDER, Question, Stub, assert_fell_back};

/// So many calls.
struct Calls(AtomicUsize, Exhausted);

impl Calls {
    fn new(count: usize) -> Self {
        Self(AtomicUsize::new(count), Exhausted::Day)
    }

    fn left(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Budget for Calls {
    async fn take(&self) -> Result<(), Exhausted> {
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        taken.map(|_| ()).map_err(|_| self.1)
    }
}

#[tokio::test]
async fn without_a_budget_no_model_is_asked_and_the_trace_says_so() {
    let stub = Stub::start(Behaviour::says(&["NO_ANSWER"])).await;
    for (exhausted, reason) in [
        (Exhausted::Day, "the server's model calls of the day are used up"),
        (
            Exhausted::Person,
            "the person's model calls of the day are used up",
        ),
    ] {
        let budget = Calls(AtomicUsize::new(0), exhausted);
        let (answer, deltas) = Question::new(ORDER).put_within(&stub, &budget).await;
        assert!(deltas.is_empty());
        assert_fell_back(&answer, reason).await;
    }
    assert_eq!(stub.count(), 0);
}

#[tokio::test]
async fn an_answer_costs_one_call_and_a_greeting_none() {
    let stub = Stub::start(Behaviour::says(&["NO_ANSWER"])).await;
    let budget = Calls::new(2);
    Question::new("Hello!").put_within(&stub, &budget).await;
    assert_eq!(budget.left(), 2);
    Question::new(ORDER).put_within(&stub, &budget).await;
    assert_eq!((budget.left(), stub.count()), (1, 1));
}

#[tokio::test]
async fn the_last_call_answers_a_follow_up_instead_of_rewriting_it() {
    let mut question = Question::new("And where is it?");
    question.ask.history = vec![Turn {
        role: TurnRole::User,
        text: "I have an order.".to_owned(),
    }];
    let stub = Stub::start(Behaviour::says(&["NO_ANSWER"])).await;
    let budget = Calls::new(1);
    let (answer, _) = question.put_within(&stub, &budget).await;
    assert_eq!((budget.left(), stub.count()), (0, 1));
    assert_eq!(answer.trace.fallback, None);
    assert!(stub.asked(0).1.contains("<passage"));
    let budget = Calls::new(5);
    question.put_within(&stub, &budget).await;
    assert_eq!((budget.left(), stub.count()), (3, 3));
}
