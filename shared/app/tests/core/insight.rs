//! What agents see beside a conversation: how the bot came to its answers, and whom they talk to.

use crate::support::*;
use app::App;
use app::testing::TestApp;
use assist::replies::{MAX_TRACED, propose, reply, suggest, trace, try_question};
use chat::conversations::customer;
use chat::presence;
use desk::tickets::{self, CreateTicket};
use desk::work::UpdateConversation;
use desk::work::update;
use entity::ticket::Urgency;
use entity::user::{Department, Role};
use entity::{ConversationId, MessageId, message};
use kernel::actor::Actor;
use kernel::event::Event;
use kernel::person::Person;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

const KNOWN: &str = "How do I reset my password?";

/// The customer asks and the bot answers.
async fn ask(app: &App, who: &Actor, id: ConversationId, words: &str) -> MessageId {
    let question = say(app, who, id, words).await.id;
    reply(&app.assist, newest_lease(app, "reply_as_bot").await, id, question)
        .await
        .unwrap();
    question
}

async fn ticket(app: &App, owner: &Actor, department: Department) -> ConversationId {
    let topic = match department {
        Department::It => "My laptop and the network are broken",
        Department::Hr => "A question about my payroll and vacation",
    };
    let command = CreateTicket {
        title: None,
        description: topic.into(),
        urgency: Urgency::Medium,
        topic: None,
        rating: None,
        station: None,
        owner: None,
        sorted: true,
    };
    let made = tickets::create(app, owner, command).await.unwrap();
    assert_eq!(made.row.department, Some(department), "{topic}");
    made.row.conversation_id
}

#[tokio::test]
async fn an_agent_sees_what_was_asked_and_what_the_bot_found_newest_first() {
    let app = TestApp::new().await;
    app::testing::load_examples(&app).await;
    let alice = app.user("alice").await;
    let ann = app.person("ann", Role::Agent, None).await;
    let id = support(&app, &alice).await;
    assert!(trace(&app.assist, &ann, id).await.unwrap().is_empty());
    ask(&app, &alice, id, KNOWN).await;
    ask(&app, &alice, id, "Ich möchte mit einem Menschen sprechen").await;
    let traced = trace(&app.assist, &ann, id).await.unwrap();
    let intents: Vec<_> = traced
        .iter()
        .map(|answer| {
            let trace = answer.trace.as_ref().unwrap();
            (trace.intent.as_str(), trace.language.as_deref(), answer.handoff)
        })
        .collect();
    assert_eq!(
        intents,
        [
            ("human", Some("de"), Some(true)),
            ("answer", Some("en"), Some(false))
        ]
    );
    assert_eq!(traced[1].question.as_deref(), Some(KNOWN));
    let passages = &traced[1].trace.as_ref().unwrap().passages;
    assert!(
        passages[0].url.as_deref().is_some_and(|url| url.starts_with('/')),
        "{passages:?}"
    );
    assert!(!traced[1].answer.is_empty() && traced[1].seq < traced[0].seq);
}

#[tokio::test]
async fn a_trace_shows_neither_what_was_deleted_nor_more_than_fifty_answers_and_old_ones_lack_what_was_not_kept()
 {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let boss = app.person("boss", Role::Admin, None).await;
    let id = support(&app, &alice).await;
    let question = ask(&app, &alice, id, KNOWN).await;
    let answer = trace(&app.assist, &boss, id).await.unwrap()[0].message;
    // as it was stored before languages and addresses were
    let old = serde_json::json!({"sources": [], "prompts": [], "trace": {"intent": "answer", "passages": [{"title": "t", "score": 1.5}], "elapsed_ms": 3}});
    for meta in [Some(old), None] {
        message::Entity::update_many()
            .col_expr(message::Column::Meta, Expr::value(meta.clone()))
            .filter(message::Column::Id.eq(answer))
            .exec(&*app.db)
            .await
            .unwrap();
        let traced = trace(&app.assist, &boss, id).await.unwrap().remove(0);
        assert_eq!(traced.handoff, None);
        let kept = traced
            .trace
            .map(|trace| (trace.language, trace.passages[0].url.clone()));
        assert_eq!(kept, meta.map(|_| (None, None)));
    }
    crate::messages::delete(&app, &alice, question).await.unwrap();
    let traced = trace(&app.assist, &boss, id).await.unwrap().remove(0);
    assert_eq!(traced.question, None);
    crate::messages::delete(&app, &boss, answer).await.unwrap();
    assert!(trace(&app.assist, &boss, id).await.unwrap().is_empty());
    for n in 0..=MAX_TRACED {
        ask(&app, &alice, id, &format!("hello {n}")).await;
    }
    let traced = trace(&app.assist, &boss, id).await.unwrap();
    assert_eq!(traced.len() as u64, MAX_TRACED);
    assert_eq!(traced[0].question.as_deref(), Some("hello 50"));
}

#[tokio::test]
async fn traces_suggestions_and_customers_are_for_staff_who_see_the_conversation() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let hanna = app.person("hanna", Role::Agent, Some(Department::Hr)).await;
    let own = support(&app, &alice).await;
    let elsewhere = ticket(&app, &alice, Department::It).await;
    for (who, id, expected) in [
        (&alice, own, "forbidden"),
        (&bob, own, "not_found"),
        (&hanna, own, "ok"),
        (&hanna, elsewhere, "not_found"),
    ] {
        let codes = [
            code(trace(&app.assist, who, id).await),
            code(customer(&app, who, id).await),
            code(suggest(&app.assist, who, id, Vec::new()).await),
        ];
        assert_eq!(codes, [expected; 3], "{}", who.username);
    }
    assert_eq!(code(try_question(&app.assist, &alice, KNOWN).await), "forbidden");
}

#[tokio::test]
async fn the_customer_is_who_began_it_and_an_agent_counts_what_they_may_see() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let hanna = app.person("hanna", Role::Agent, Some(Department::Hr)).await;
    let boss = app.person("boss", Role::Admin, None).await;
    let id = support(&app, &alice).await;
    support(&app, &alice).await;
    support(&app, &bob).await;
    ticket(&app, &alice, Department::It).await;
    let hers = ticket(&app, &alice, Department::Hr).await;
    let private = group(&app, &alice, &[&bob, &boss]).await;
    say(&app, &hanna, id, "Hello").await;
    for (who, place, count) in [(&hanna, id, 3), (&boss, id, 4), (&hanna, hers, 3)] {
        let found = customer(&app, who, place).await.unwrap();
        assert_eq!((found.row.id, found.conversations), (alice.id, count));
        assert!(!found.is_online);
    }
    assert_eq!(detail(customer(&app, &boss, private).await), "Customer not found");
    presence::arrive(&app, Some(alice.id));
    assert!(customer(&app, &hanna, id).await.unwrap().is_online);
    presence::depart(&app, Some(alice.id));
    assert!(!customer(&app, &hanna, id).await.unwrap().is_online);
}

#[tokio::test]
async fn a_customer_whose_bot_is_off_is_proposed_for_and_one_whose_bot_is_on_is_not() {
    let app = TestApp::new().await;
    app::testing::load_examples(&app).await;
    let alice = app.user("alice").await;
    let ann = app.person("ann", Role::Agent, None).await;
    let id = support(&app, &alice).await;
    say(&app, &alice, id, KNOWN).await;
    // the bot answers
    app.assert_enqueued("suggest_reply", 0).await;
    let off = UpdateConversation {
        bot_on: Some(false),
        ..UpdateConversation::default()
    };
    update(&app, &ann, id, off).await.unwrap();
    let question = say(&app, &alice, id, KNOWN).await.id;
    let job = newest_lease(&app, "suggest_reply").await;
    presence::enter(&app, id, &Person::from(&ann)).await;
    let mut events = listen(&app);
    propose(&app.assist, job, id, question).await.unwrap();
    heard(
        &mut events,
        "the suggestion",
        |event| matches!(event, Event::Suggested { question: of, .. } if *of == question),
    )
    .await;
    say(&app, &ann, id, "One moment").await;
    // an agent's own message wants none
    app.assert_enqueued("suggest_reply", 1).await;
    let asked = suggest(&app.assist, &ann, id, Vec::new()).await.unwrap();
    assert!(!asked.text.is_empty() && !asked.sources.is_empty());
    let bob = app.user("bob").await;
    let private = group(&app, &alice, &[&bob]).await;
    say(&app, &alice, private, KNOWN).await;
    // among themselves
    app.assert_enqueued("suggest_reply", 1).await;
}

#[tokio::test]
async fn a_tried_question_says_what_the_bot_would_and_leaves_nothing_behind() {
    let app = TestApp::new().await;
    app::testing::load_examples(&app).await;
    let ann = app.person("ann", Role::Agent, None).await;
    let known = try_question(&app.assist, &ann, KNOWN).await.unwrap();
    assert_eq!(known.trace.intent, "answer");
    assert!(!known.sources.is_empty() && !known.trace.passages.is_empty());
    let person = try_question(&app.assist, &ann, "Can I talk to a human?")
        .await
        .unwrap();
    assert!(
        person.handoff && !person.text.contains("ticket"),
        "what the customer would read: {person:?}"
    );
    for bad in ["", " \n", "a\0b", &"x".repeat(4001)] {
        assert_eq!(
            code(try_question(&app.assist, &ann, bad).await),
            "validation_error"
        );
    }
    assert_eq!(message::Entity::find().one(&*app.db).await.unwrap(), None);
    app.assert_enqueued("reply_as_bot", 0).await;
}
