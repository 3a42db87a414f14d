//! The bot beside the conversation: answers to a question by itself, proposals to the agents of a ticket.

use crate::support::*;
use app::App;
use app::testing::{TestApp, person};
use assist::replies::{answer_question, propose, suggest, suggest_or_draft};
use bot::{Turn, TurnRole};
use chat::messages;
use chat::presence;
use desk::tickets::{self, CreateTicket};
use entity::job::State;
use entity::ticket::Urgency;
use entity::user::{Department, Role};
use entity::{ConversationId, MessageId};
use kernel::actor::Actor;
use kernel::error::Error;
use kernel::event::Event;
use kernel::person::Person;

const KNOWN: &str = "How do I reset my password?";
const UNKNOWN: &str = "zxqv blorple wumpus?";

async fn ticket(app: &App, owner: &Actor, description: &str) -> ConversationId {
    let command = CreateTicket {
        title: None,
        description: description.into(),
        urgency: Urgency::Medium,
        topic: None,
        rating: None,
        station: None,
        owner: None,
        sorted: true,
    };
    let made = tickets::create(app, owner, command).await.unwrap();
    made.row.conversation_id
}

async fn agent(app: &App) -> Actor {
    person(app, "ian", Role::Agent, Some(Department::It)).await
}

/// What was proposed for which message.
fn proposed(events: &mut tokio::sync::mpsc::UnboundedReceiver<std::sync::Arc<Event>>) -> Vec<MessageId> {
    let mut found = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let Event::Suggested {
            question,
            text,
            sources,
            ..
        } = &*event
        {
            assert!(!text.is_empty() && !sources.is_empty());
            found.push(*question);
        }
    }
    found
}

#[tokio::test]
async fn a_users_message_in_a_ticket_is_proposed_an_answer_where_an_agent_is_there_and_the_bot_knows_one() {
    let app = TestApp::new().await;
    app::testing::load_examples(&app).await;
    let alice = app.user("alice").await;
    let ian = agent(&app).await;
    let id = ticket(&app, &alice, "My account").await;
    let question = say(&app, &alice, id, KNOWN).await.id;
    let job = newest_lease(&app, "suggest_reply").await;
    let mut events = listen(&app);
    propose(&app.assist, job, id, question).await.unwrap();
    assert!(proposed(&mut events).is_empty(), "no agent is there");
    assert_eq!(jobs(&app, "suggest_reply").await[0].state, State::Done);

    presence::enter(&app, id, &Person::from(&ian)).await;
    propose(&app.assist, job, id, question).await.unwrap();
    assert_eq!(proposed(&mut events), [question]);
    let unknown = say(&app, &alice, id, "Thanks").await.id;
    say(&app, &ian, id, "You are welcome").await;
    propose(&app.assist, job, id, unknown).await.unwrap();
    assert!(proposed(&mut events).is_empty(), "somebody has answered");
    let unknown = say(&app, &alice, id, UNKNOWN).await.id;
    propose(&app.assist, job, id, unknown).await.unwrap();
    assert!(proposed(&mut events).is_empty(), "the articles say nothing");
    let gone = say(&app, &alice, id, KNOWN).await.id;
    let command = messages::DeleteMessage { message: gone };
    messages::delete(&app, &alice, messages::Place::In(id), command)
        .await
        .unwrap();
    propose(&app.assist, job, id, gone).await.unwrap();
    assert!(proposed(&mut events).is_empty(), "it was taken back");
    // three of hers, none of the agent's
    app.assert_enqueued("suggest_reply", 4).await;
    let elsewhere = support(&app, &alice).await;
    say(&app, &alice, elsewhere, KNOWN).await;
    // the bot answers there
    app.assert_enqueued("suggest_reply", 4).await;
}

#[tokio::test]
async fn an_agent_who_sees_the_ticket_asks_for_a_suggestion_and_nobody_else() {
    let app = TestApp::new().await;
    app::testing::load_examples(&app).await;
    let alice = app.user("alice").await;
    let ian = agent(&app).await;
    let hanna = person(&app, "hanna", Role::Agent, Some(Department::Hr)).await;
    let id = ticket(&app, &alice, KNOWN).await;
    // nothing was said: the description is the question
    assert!(
        !suggest(&app.assist, &ian, id, Vec::new())
            .await
            .unwrap()
            .sources
            .is_empty()
    );
    say(&app, &alice, id, UNKNOWN).await;
    let nothing = suggest(&app.assist, &ian, id, Vec::new()).await.unwrap();
    assert!(nothing.text.is_empty() && nothing.sources.is_empty());
    say(&app, &ian, id, "What is it about?").await;
    say(&app, &alice, id, "Hello again.").await;
    say(&app, &alice, id, KNOWN).await;
    say(&app, &ian, id, "One moment").await;
    let known = suggest(&app.assist, &ian, id, Vec::new()).await.unwrap();
    assert!(!known.text.is_empty() && !known.sources.is_empty());
    assert!(matches!(
        suggest(&app.assist, &alice, id, Vec::new()).await,
        Err(Error::Forbidden(_))
    ));
    assert!(matches!(
        suggest(&app.assist, &hanna, id, Vec::new()).await,
        Err(Error::NotFound(_))
    ));
    let turn = Turn {
        role: TurnRole::User,
        text: "x".into(),
    };
    let too_much = suggest(&app.assist, &ian, id, vec![turn; 51]).await.unwrap_err();
    assert_eq!(too_much.to_string(), "Must hold at most 50 turns");
}

#[tokio::test]
async fn a_question_by_itself_is_answered_without_promising_a_person() {
    let app = TestApp::new().await;
    app::testing::load_examples(&app).await;
    let alice = app.user("alice").await;
    let known = answer_question(&app.assist, Some(&alice), KNOWN).await.unwrap();
    assert!(!known.sources.is_empty());
    assert!(
        answer_question(&app.assist, Some(&alice), UNKNOWN)
            .await
            .unwrap()
            .sources
            .is_empty()
    );
    let person = answer_question(&app.assist, Some(&alice), "Can I talk to a human?")
        .await
        .unwrap();
    assert!(
        !person.handoff && person.text.contains("open a ticket"),
        "{person:?}"
    );
    for bad in ["", " \n", "a\0b", &"x".repeat(1001)] {
        assert!(matches!(
            answer_question(&app.assist, Some(&alice), bad).await,
            Err(Error::Invalid(_))
        ));
    }
    app.assert_enqueued("reply_as_bot", 0).await;
}

#[tokio::test]
async fn a_stranger_s_question_never_reaches_the_model() {
    // nobody listens there: whoever asks it falls back
    let app = TestApp::builder()
        .setting("LLM_BASE_URL", "http://127.0.0.1:1")
        .setting("LLM_MODEL", "none")
        .start()
        .await;
    app::testing::load_examples(&app).await;
    let alice = app.user("alice").await;
    let known = answer_question(&app.assist, Some(&alice), KNOWN).await.unwrap();
    assert!(known.trace.fallback.is_some(), "{:?}", known.trace);
    let quoted = answer_question(&app.assist, None, KNOWN).await.unwrap();
    assert_eq!((&quoted.trace.fallback, &quoted.trace.model), (&None, &None));
    assert_eq!(quoted.text, known.text);
    assert!(!quoted.sources.is_empty());
}

#[tokio::test]
async fn where_the_bot_knows_nothing_an_agent_gets_a_draft_in_the_language_of_the_question() {
    let app = TestApp::new().await;
    app::testing::load_examples(&app).await;
    let alice = app.user("alice").await;
    let ian = agent(&app).await;
    for (description, begins) in [
        (UNKNOWN, "Thank you for your message."),
        ("Zxqv und der Blorple wumpus, was ist das?", "Vielen Dank"),
        ("Bonjour", "Merci"),
        ("مرحبا", "شكرًا"),
    ] {
        let id = ticket(&app, &alice, description).await;
        let draft = suggest_or_draft(&app.assist, &ian, id, Vec::new()).await.unwrap();
        assert!(draft.text.starts_with(begins), "{description}: {}", draft.text);
        assert!(draft.sources.is_empty(), "{description}");
    }
    let id = ticket(&app, &alice, KNOWN).await;
    let known = suggest_or_draft(&app.assist, &ian, id, Vec::new()).await.unwrap();
    assert!(!known.sources.is_empty() && !known.text.starts_with("Thank you for"));
}
