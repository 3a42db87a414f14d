//! Who writes several messages in a row gets one answer to all of it.

use crate::support::*;
use app::App;
use app::testing::{TestApp, run_job};
use assist::knowledge::{self, WriteArticle};
use assist::replies::{reply, wait};
use chat::messages;
use entity::ConversationId;
use entity::job::State;
use entity::user::Role;
use kernel::actor::Actor;
use kernel::message::Message;
use platform::job_store;

/// Runs what waits, as a worker does, in this order.
async fn work(app: &App, newest_first: bool) {
    let mut rows = jobs(app, "reply_as_bot").await;
    if newest_first {
        rows.reverse();
    }
    for row in rows {
        run_job(app, row.id).await;
    }
}

async fn all_done(app: &App) -> bool {
    let rows = jobs(app, "reply_as_bot").await;
    rows.iter().all(|row| row.state == State::Done)
}

async fn replies(app: &App, who: &Actor, id: ConversationId) -> Vec<Message> {
    let mut all = history(app, who, id).await;
    all.retain(|message| message.in_reply_to.is_some());
    all
}

async fn know(app: &App, title: &str, body: &str) {
    let agent = core_agent(app).await;
    let article = WriteArticle {
        title: title.into(),
        body: body.into(),
        ..Default::default()
    };
    knowledge::add(&app.assist, &agent, article).await.unwrap();
}

async fn core_agent(app: &App) -> Actor {
    app::testing::person(app, "agent", Role::Agent, None).await
}

#[tokio::test]
async fn several_questions_in_a_row_get_one_answer_to_all_of_them() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    know(
        &app,
        "Zorblax warranty",
        "The zorblax warranty lasts seventeen months.",
    )
    .await;
    let id = support(&app, &alice).await;
    say(&app, &alice, id, "I have a zorblax.").await;
    say(&app, &alice, id, "How long is the zorblax warranty?").await;
    let newest = say(&app, &alice, id, "The zorblax warranty, please").await.id;
    work(&app, false).await;
    let replies = replies(&app, &alice, id).await;
    assert_eq!(replies.len(), 1, "{replies:?}");
    assert_eq!(replies[0].in_reply_to, Some(newest));
    assert!(replies[0].text.contains("seventeen"), "{}", replies[0].text);
    assert!(all_done(&app).await, "the other jobs have nothing left to do");
    // and the next question is answered by itself
    say(&app, &alice, id, "Hello").await;
    work(&app, false).await;
    let replies = self::replies(&app, &alice, id).await;
    assert_eq!(replies.len(), 2);
    assert!(!replies[1].text.contains("seventeen"));
}

#[tokio::test]
async fn what_is_written_while_the_answer_is_made_is_answered_after_it_and_by_itself() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = support(&app, &alice).await;
    let first = say(&app, &alice, id, "Hello").await.id;
    let job = newest_job(&app, "reply_as_bot").await;
    let claim = job_store::claim(&app, job).await.unwrap().unwrap();
    let second = say(&app, &alice, id, "How do I reset my password?").await.id;
    work(&app, true).await;
    assert!(replies(&app, &alice, id).await.is_empty(), "one at a time");
    // its answer was under way when the second came
    let answer = (
        entity::MessageId(uuid::Uuid::now_v7()),
        "Hello!".to_owned(),
        serde_json::json!({}),
    );
    let bot = app.bot.account().unwrap().clone();
    messages::answer(&app, &bot, (id, first), answer, claim.lease)
        .await
        .unwrap();
    work(&app, true).await;
    let replies = replies(&app, &alice, id).await;
    let to: Vec<_> = replies.iter().map(|reply| reply.in_reply_to.unwrap()).collect();
    assert_eq!(to, [first, second]);
    assert!(all_done(&app).await);
}

#[tokio::test]
async fn a_reply_that_waits_for_its_next_try_does_not_hold_up_the_next_one_which_answers_both() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = support(&app, &alice).await;
    let first = say(&app, &alice, id, "Hello").await.id;
    let job = newest_job(&app, "reply_as_bot").await;
    let claim = job_store::claim(&app, job).await.unwrap().unwrap();
    job_store::failed(&app, &claim, "no luck").await.unwrap();
    let second = say(&app, &alice, id, "Where is my order?").await.id;
    work(&app, false).await;
    let answered = replies(&app, &alice, id).await;
    assert_eq!(answered.len(), 1);
    assert_eq!(answered[0].in_reply_to, Some(second));
    // its time comes, and there is nothing left to answer
    reply(&app.assist, claim.lease, id, first).await.unwrap();
    assert_eq!(replies(&app, &alice, id).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_the_reply_and_writes_more_gets_the_answer_to_all_of_it() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = support(&app, &alice).await;
    say(&app, &alice, id, "Hello").await;
    let waiting = {
        let (app, alice) = (app.app.clone(), alice.clone());
        tokio::spawn(async move { wait(&app.assist, &alice, id, PATIENCE).await })
    };
    let newest = say(&app, &alice, id, "Where is my order?").await.id;
    work(&app, false).await;
    let answer = waiting.await.unwrap().unwrap().expect("a reply");
    assert_eq!(answer.in_reply_to, Some(newest));
    assert_eq!(replies(&app, &alice, id).await.len(), 1);
}
