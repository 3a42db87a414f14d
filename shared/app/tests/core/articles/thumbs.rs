//! Whether the bot's answers helped, in the word of those whom they answer.

use crate::support::*;
use app::App;
use app::testing::{TestApp, load_examples, run_jobs};
use assist::replies::trace;
use assist::topics::{Unanswered, unanswered};
use chat::messages::{self, Place, RateMessage};
use desk::analytics::Period;
use entity::user::Role;
use entity::{ConversationId, MessageId};
use kernel::actor::Actor;
use kernel::error::Result;
use kernel::message::{Feedback, Message};

const KNOWN: &str = "How do I reset my password?";

/// Asks, and the bot's answer.
pub(super) async fn ask(app: &App, who: &Actor, id: ConversationId, words: &str) -> Message {
    let question = say(app, who, id, words).await.id;
    run_jobs(app, "reply_as_bot").await;
    let all = history(app, who, id).await;
    let answer = all
        .into_iter()
        .find(|message| message.in_reply_to == Some(question));
    answer.unwrap_or_else(|| panic!("no answer to {words}"))
}

pub(super) async fn rate(app: &App, who: &Actor, message: MessageId, feedback: Feedback) -> Result<()> {
    messages::rate_answer(app, who, RateMessage { message, feedback }).await
}

/// What the bot could not answer in the last month.
pub(super) async fn missed(app: &App, who: &Actor) -> Unanswered {
    let period = Period::last(30, app.clock.now());
    unanswered(&app.assist, who, period, 10).await.unwrap()
}

#[tokio::test]
async fn whom_an_answer_answers_says_whether_it_helped_and_may_say_otherwise() {
    let app = TestApp::new().await;
    load_examples(&app).await;
    let alice = app.user("alice").await;
    let ann = app.person("ann", Role::Agent, None).await;
    let id = support(&app, &alice).await;
    let answer = ask(&app, &alice, id, KNOWN).await;
    let said = async |expected: Option<Feedback>| {
        let traced = trace(&app.assist, &ann, id).await.unwrap().remove(0);
        assert_eq!(traced.feedback, expected);
        assert_eq!(
            traced.trace.unwrap().intent,
            "answer",
            "what was kept beside it stays"
        );
    };
    said(None).await;
    let mut rev = answer.rev;
    for (feedback, expected) in [
        (Feedback::Up, Some(Feedback::Up)),
        (Feedback::Down, Some(Feedback::Down)),
        (Feedback::None, None),
    ] {
        // the second time changes nothing
        for step in [1, 0] {
            rate(&app, &alice, answer.id, feedback).await.unwrap();
            said(expected).await;
            rev += step;
            let now = history(&app, &alice, id).await.pop().unwrap();
            assert_eq!(now.rev, rev, "{feedback:?}");
        }
    }
}

#[tokio::test]
async fn nobody_else_says_it_and_of_nothing_but_the_bot_s_answers() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let ann = app.person("ann", Role::Agent, None).await;
    let boss = app.person("boss", Role::Admin, None).await;
    let id = support(&app, &alice).await;
    let answer = ask(&app, &alice, id, "hello").await;
    for (who, expected) in [(&ann, "forbidden"), (&boss, "forbidden"), (&bob, "not_found")] {
        let refused = rate(&app, who, answer.id, Feedback::Up).await;
        assert_eq!(code(refused), expected, "{}", who.username);
    }
    let own = answer.in_reply_to.unwrap();
    assert_eq!(code(rate(&app, &alice, own, Feedback::Up).await), "not_an_answer");
    let persons = say(&app, &ann, id, "I am here").await.id;
    assert_eq!(
        code(rate(&app, &alice, persons, Feedback::Up).await),
        "not_an_answer"
    );
    let nothing = MessageId(uuid::Uuid::now_v7());
    assert_eq!(code(rate(&app, &alice, nothing, Feedback::Up).await), "not_found");
    crate::messages::delete(&app, &boss, answer.id).await.unwrap();
    assert_eq!(
        code(rate(&app, &alice, answer.id, Feedback::Up).await),
        "message_deleted"
    );
}

#[tokio::test]
async fn a_thumb_of_the_helpdesk_and_one_of_the_widget_are_the_same_word() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = support(&app, &alice).await;
    let answer = ask(&app, &alice, id, "hello").await;
    rate(&app, &alice, answer.id, Feedback::Down).await.unwrap();
    let seen = history(&app, &alice, id).await.pop().unwrap();
    assert_eq!(seen.feedback(), Feedback::Down);
    let command = RateMessage {
        message: answer.id,
        feedback: Feedback::Up,
    };
    messages::rate(&app, &alice, Place::In(id), command)
        .await
        .unwrap();
    let seen = history(&app, &alice, id).await.pop().unwrap();
    assert_eq!(seen.feedback(), Feedback::Up);
    assert_eq!(seen.meta.unwrap()["feedback"], "up");
}

#[tokio::test]
async fn what_did_not_help_is_unanswered_and_what_helped_is_not() {
    let app = TestApp::new().await;
    load_examples(&app).await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let ann = app.person("ann", Role::Agent, None).await;
    let (hers, his) = (support(&app, &alice).await, support(&app, &bob).await);
    let known = ask(&app, &alice, hers, KNOWN).await;
    ask(&app, &bob, his, KNOWN).await;
    ask(&app, &alice, hers, "Do you sell zeppelins to wumpus hunters?").await;
    ask(&app, &bob, his, "sell zeppelins to WUMPUS hunters").await;
    ask(&app, &bob, his, "hello").await;
    let found = missed(&app, &ann).await;
    assert_eq!((found.looked_at, found.unhelpful), (5, 0), "{found:?}");
    let [zeppelins] = &found.questions[..] else {
        panic!("{:?}", found.questions)
    };
    assert_eq!((zeppelins.count, zeppelins.unhelpful), (2, 0));
    assert_eq!(zeppelins.text, "sell zeppelins to WUMPUS hunters");
    assert_eq!(zeppelins.examples, ["Do you sell zeppelins to wumpus hunters?"]);
    assert_eq!(zeppelins.conversations, [his, hers]);
    rate(&app, &alice, known.id, Feedback::Down).await.unwrap();
    let found = missed(&app, &ann).await;
    assert_eq!((found.unhelpful, found.questions.len()), (1, 2));
    let password = &found.questions[1];
    assert_eq!(
        (password.text.as_str(), password.count, password.unhelpful),
        (KNOWN, 1, 1)
    );
    rate(&app, &alice, known.id, Feedback::Up).await.unwrap();
    assert_eq!(missed(&app, &ann).await.questions.len(), 1);
    // what was taken back is no question
    let question = history(&app, &bob, his).await[2].id;
    crate::messages::delete(&app, &bob, question).await.unwrap();
    assert_eq!(missed(&app, &ann).await.questions[0].count, 1);
    let refused = unanswered(&app.assist, &alice, Period::last(1, app.clock.now()), 1).await;
    assert_eq!(code(refused), "forbidden");
}
