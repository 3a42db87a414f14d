//! The bot: one reply per question, from what it knows now, and only while it is on.

use crate::support::*;
use app::App;
use app::testing::{Place, TestApp, person, run_jobs};
use assist::knowledge::{self, WriteArticle};
use assist::replies::{reply, wait};
use chat::conversations;
use desk::work;
use desk::work::UpdateConversation;
use entity::conversation::Status;
use entity::job::State;
use entity::user::Role;
use entity::{ArticleId, ConversationId, MessageId};
use kernel::clock::Clock;
use kernel::event::Event;
use kernel::message::Message;
use std::time::Duration;
use uuid::Uuid;

async fn ask(app: &App, who: &kernel::actor::Actor, id: ConversationId, words: &str) -> Message {
    let question = say(app, who, id, words).await.id;
    run_jobs(app, "reply_as_bot").await;
    let mut all = history(app, who, id).await;
    all.retain(|message| message.in_reply_to == Some(question));
    assert_eq!(all.len(), 1, "one reply to {words}");
    all.remove(0)
}

fn switch(on: bool) -> UpdateConversation {
    UpdateConversation {
        bot_on: Some(on),
        ..UpdateConversation::default()
    }
}

#[tokio::test]
async fn hello_is_answered_once_with_a_greeting_like_a_persons_message() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = support(&app, &alice).await;
    let mut events = listen(&app);
    let answer = ask(&app, &alice, id, "Hello").await;
    assert!(
        answer.text.contains("Hello!") && answer.text.contains("CRM"),
        "{}",
        answer.text
    );
    assert_eq!((answer.seq, answer.rev, &*answer.sender.username), (2, 2, "bot"));
    heard(&mut events, "typing", |event| {
        matches!(event, Event::BotTyped { .. })
    })
    .await;
    heard(
        &mut events,
        "the reply",
        |event| matches!(event, Event::MessageSent { message } if message.id == answer.id),
    )
    .await;
    let rows = jobs(&app, "reply_as_bot").await;
    assert!(
        rows.len() == 1 && rows[0].state == State::Done,
        "the bot does not answer itself"
    );
    let meta = answer.meta.unwrap();
    assert!(meta["prompts"].is_array() && meta["sources"].is_array() && meta["trace"].is_object());
    let question = history(&app, &alice, id).await[0].id;
    for _ in 0..2 {
        reply(&app.assist, lease(&app, rows[0].id).await, id, question)
            .await
            .unwrap();
    }
    assert_eq!(history(&app, &alice, id).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_at_once_give_one_reply_and_burn_no_number() {
    let place = Place::new().await;
    let a = place.app(Clock::System, &[]).await;
    let b = place.app(Clock::System, &[]).await;
    let alice = person(&a, "alice", Role::User, None).await;
    let id = support(&a, &alice).await;
    for n in 0..5 {
        let question = say(&a, &alice, id, &format!("Where is order {n}?")).await.id;
        let job = newest_lease(&a, "reply_as_bot").await;
        let tries = (0..8).map(|n| {
            let app = if n % 2 == 0 { a.clone() } else { b.clone() };
            tokio::spawn(async move { reply(&app.assist, job, id, question).await })
        });
        for tried in futures_util::future::join_all(tries).await {
            tried.unwrap().unwrap();
        }
    }
    let all = history(&a, &alice, id).await;
    assert_eq!(all.len(), 10);
    assert!(
        (1..)
            .zip(&all)
            .all(|(n, message)| message.seq == n && message.rev == n)
    );
}

#[tokio::test]
async fn nothing_is_said_where_the_bot_is_off_the_question_is_gone_or_foreign() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = support(&app, &alice).await;
    let asked = say(&app, &alice, id, "Hello").await.id;
    let job = newest_lease(&app, "reply_as_bot").await;
    work::update(&app, &alice, id, switch(false)).await.unwrap();
    reply(&app.assist, job, id, asked).await.unwrap();
    assert_eq!(jobs(&app, "reply_as_bot").await[0].state, State::Done);
    // switched off while the answer was made: the writer, under the row's lock, has the last word
    let late = (
        MessageId(Uuid::now_v7()),
        "late".to_owned(),
        serde_json::json!({}),
    );
    let bot = app.bot.account().unwrap().clone();
    assert!(
        chat::messages::answer(&app, &bot, (id, asked), late, job)
            .await
            .unwrap()
            .is_none()
    );
    work::update(&app, &alice, id, switch(true)).await.unwrap();
    crate::messages::delete(&app, &alice, asked).await.unwrap();
    reply(&app.assist, job, id, asked).await.unwrap();
    let elsewhere = support(&app, &alice).await;
    reply(&app.assist, job, elsewhere, asked).await.unwrap();
    reply(&app.assist, job, id, MessageId(Uuid::now_v7()))
        .await
        .unwrap();
    assert_eq!(
        (
            history(&app, &alice, id).await.len(),
            history(&app, &alice, elsewhere).await.len()
        ),
        (1, 0)
    );
}

#[tokio::test]
async fn who_asks_for_a_person_waits_for_one() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = support(&app, &alice).await;
    let mut events = listen(&app);
    let answer = ask(&app, &alice, id, "I want to talk to a human").await;
    assert_eq!(answer.meta.unwrap()["handoff"], true);
    heard(&mut events, "the change", |event| {
        matches!(event, Event::ConversationChanged { .. })
    })
    .await;
    assert_eq!(
        conversations::get(&app, &alice, id).await.unwrap().row.status,
        Status::Pending
    );
    let waiting = conversations::Query {
        status: Some(Status::Pending),
        limit: 5,
        ..Default::default()
    };
    let agent = app.person("agent", Role::Agent, None).await;
    assert_eq!(conversations::list(&app, &agent, waiting).await.unwrap().count, 1);
}

fn article(title: &str, body: &str) -> WriteArticle {
    WriteArticle {
        title: title.into(),
        body: body.into(),
        url: Some("https://example.com/zorblax".into()),
        tags: vec!["zorblax".into()],
        ..Default::default()
    }
}

#[tokio::test]
async fn an_article_counts_from_the_next_reply_on_and_on_every_instance() {
    let place = Place::new().await;
    let a = place.app(Clock::System, &[]).await;
    let b = place.app(Clock::System, &[]).await;
    let alice = person(&a, "alice", Role::User, None).await;
    let agent = person(&a, "agent", Role::Agent, None).await;
    let id = support(&a, &alice).await;
    let question = "How long is the zorblax warranty?";
    assert!(!ask(&b, &alice, id, question).await.text.contains("seventeen"));
    let added = knowledge::add(
        &a.assist,
        &agent,
        article("Zorblax warranty", "The zorblax warranty lasts seventeen months."),
    )
    .await
    .unwrap();
    let answer = ask(&b, &alice, id, question).await;
    assert!(answer.text.contains("seventeen"), "{}", answer.text);
    assert_eq!(
        answer.meta.unwrap()["sources"][0]["url"],
        "https://example.com/zorblax"
    );
    knowledge::replace(
        &b.assist,
        &agent,
        added.id,
        article("Zorblax warranty", "The zorblax warranty lasts nineteen months."),
    )
    .await
    .unwrap();
    assert!(ask(&a, &alice, id, question).await.text.contains("nineteen"));
    assert_eq!(
        knowledge::get(&a.assist, &agent, added.id).await.unwrap().body,
        "The zorblax warranty lasts nineteen months."
    );
    knowledge::remove(&a.assist, &agent, added.id).await.unwrap();
    assert!(!ask(&b, &alice, id, question).await.text.contains("nineteen"));

    assert_eq!(
        code(knowledge::remove(&a.assist, &agent, added.id).await),
        "not_found"
    );
    assert_eq!(
        code(knowledge::replace(&a.assist, &agent, ArticleId(Uuid::now_v7()), article("x", "y")).await),
        "not_found"
    );
    assert_eq!(
        code(knowledge::add(&a.assist, &alice, article("x", "y")).await),
        "forbidden"
    );
    let script = WriteArticle {
        url: Some("javascript:alert(1)".into()),
        ..article("x", "y")
    };
    for bad in [article("", "y"), article("x", ""), article("x\0", "y"), script] {
        assert_eq!(
            code(knowledge::add(&a.assist, &agent, bad).await),
            "validation_error"
        );
    }
    let prompts: Vec<_> = knowledge::prompts(&a.assist)
        .await
        .unwrap()
        .into_iter()
        .map(|prompt| prompt.title)
        .collect();
    assert_eq!(
        prompts,
        [
            "Product Search",
            "Order Status",
            "Delivery Tracking",
            "Account Help",
            "General Support"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_gives_the_reply_to_the_newest_question_however_it_comes() {
    let app = TestApp::new().await;
    let (alice, eve) = (app.user("alice").await, app.user("eve").await);
    let id = support(&app, &alice).await;
    let none = wait(&app.assist, &alice, id, Duration::ZERO).await;
    assert_eq!(detail(none), "No user message found in conversation");
    assert_eq!(
        code(wait(&app.assist, &eve, id, Duration::ZERO).await),
        "not_found"
    );
    say(&app, &alice, id, "Hello").await;
    assert!(
        wait(&app.assist, &alice, id, Duration::from_millis(20))
            .await
            .unwrap()
            .is_none(),
        "nobody works"
    );
    let waiting = {
        let (app, alice) = (app.app.clone(), alice.clone());
        tokio::spawn(async move { wait(&app.assist, &alice, id, PATIENCE).await })
    };
    tokio::task::yield_now().await;
    app.run_jobs().await;
    let answer = waiting.await.unwrap().unwrap().expect("a reply");
    assert!(answer.text.contains("Hello!"));
    let again = wait(&app.assist, &alice, id, Duration::ZERO)
        .await
        .unwrap()
        .expect("the same reply");
    assert_eq!(again.id, answer.id);
    // asking again makes no second job
    app.assert_enqueued("reply_as_bot", 1).await;
}

#[tokio::test]
async fn a_question_from_while_the_bot_was_off_is_answered_when_it_is_asked_for() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = support(&app, &alice).await;
    // one whose job was done without a reply, and one that never had a job
    let withheld = say(&app, &alice, id, "Hello").await.id;
    work::update(&app, &alice, id, switch(false)).await.unwrap();
    app.run_jobs().await;
    assert_eq!(
        code(wait(&app.assist, &alice, id, Duration::ZERO).await),
        "bot_off"
    );
    work::update(&app, &alice, id, switch(true)).await.unwrap();
    assert!(
        wait(&app.assist, &alice, id, Duration::ZERO)
            .await
            .unwrap()
            .is_none()
    );
    app.run_jobs().await;
    let answer = wait(&app.assist, &alice, id, Duration::ZERO)
        .await
        .unwrap()
        .expect("a reply");
    assert_eq!(answer.in_reply_to, Some(withheld));
    work::update(&app, &alice, id, switch(false)).await.unwrap();
    let unheard = say(&app, &alice, id, "Where is my order?").await.id;
    work::update(&app, &alice, id, switch(true)).await.unwrap();
    assert!(
        wait(&app.assist, &alice, id, Duration::ZERO)
            .await
            .unwrap()
            .is_none()
    );
    app.run_jobs().await;
    let answer = wait(&app.assist, &alice, id, Duration::ZERO)
        .await
        .unwrap()
        .expect("a reply");
    assert_eq!(answer.in_reply_to, Some(unheard));
}
