//! The bot beside the conversation: answers to a question by itself, proposals to the agents of a ticket.

use crate::support::*;
use bot::{Turn, TurnRole};
use kernel::actor::Actor;
use kernel::error::Error;
use kernel::event::Event;
use kernel::person::Person;
use shared::core::Core;
use shared::entity::job::State;
use shared::entity::ticket::Urgency;
use shared::entity::user::{Department, Role};
use shared::entity::{ConversationId, MessageId};
use shared::replies::{answer_question, propose, suggest};
use shared::testing::{TestCore, person};
use shared::tickets::{self, CreateTicket};
use shared::{messages, presence};

const KNOWN: &str = "How do I reset my password?";
const UNKNOWN: &str = "zxqv blorple wumpus?";

async fn ticket(core: &Core, owner: &Actor, description: &str) -> ConversationId {
    let command = CreateTicket {
        title: None,
        description: description.into(),
        urgency: Urgency::Medium,
        topic: None,
        station: None,
        owner: None,
        sorted: true,
    };
    let made = tickets::create(core, owner, command).await.unwrap();
    made.row.conversation_id
}

async fn agent(core: &Core) -> Actor {
    person(core, "ian", Role::Agent, Some(Department::It)).await
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
    let core = TestCore::new().await;
    let alice = core.user("alice").await;
    let ian = agent(&core).await;
    let id = ticket(&core, &alice, "My account").await;
    let question = say(&core, &alice, id, KNOWN).await.id;
    let job = newest_lease(&core, "suggest_reply").await;
    let mut events = listen(&core);
    propose(&core, job, id, question).await.unwrap();
    assert!(proposed(&mut events).is_empty(), "no agent is there");
    assert_eq!(jobs(&core, "suggest_reply").await[0].state, State::Done);

    presence::enter(&core, id, &Person::from(&ian)).await;
    propose(&core, job, id, question).await.unwrap();
    assert_eq!(proposed(&mut events), [question]);
    let unknown = say(&core, &alice, id, "Thanks").await.id;
    say(&core, &ian, id, "You are welcome").await;
    propose(&core, job, id, unknown).await.unwrap();
    assert!(proposed(&mut events).is_empty(), "somebody has answered");
    let unknown = say(&core, &alice, id, UNKNOWN).await.id;
    propose(&core, job, id, unknown).await.unwrap();
    assert!(proposed(&mut events).is_empty(), "the articles say nothing");
    let gone = say(&core, &alice, id, KNOWN).await.id;
    let command = messages::DeleteMessage { message: gone };
    messages::delete(&core, &alice, messages::Place::In(id), command)
        .await
        .unwrap();
    propose(&core, job, id, gone).await.unwrap();
    assert!(proposed(&mut events).is_empty(), "it was taken back");
    // three of hers, none of the agent's
    assert_eq!(jobs(&core, "suggest_reply").await.len(), 4);
    let elsewhere = support(&core, &alice).await;
    say(&core, &alice, elsewhere, KNOWN).await;
    assert_eq!(
        jobs(&core, "suggest_reply").await.len(),
        4,
        "the bot answers there"
    );
}

#[tokio::test]
async fn an_agent_who_sees_the_ticket_asks_for_a_suggestion_and_nobody_else() {
    let core = TestCore::new().await;
    let alice = core.user("alice").await;
    let ian = agent(&core).await;
    let hanna = person(&core, "hanna", Role::Agent, Some(Department::Hr)).await;
    let id = ticket(&core, &alice, KNOWN).await;
    // nothing was said: the description is the question
    assert!(
        !suggest(&core, &ian, id, Vec::new())
            .await
            .unwrap()
            .sources
            .is_empty()
    );
    say(&core, &alice, id, UNKNOWN).await;
    let nothing = suggest(&core, &ian, id, Vec::new()).await.unwrap();
    assert!(nothing.text.is_empty() && nothing.sources.is_empty());
    say(&core, &ian, id, "What is it about?").await;
    say(&core, &alice, id, "Hello again.").await;
    say(&core, &alice, id, KNOWN).await;
    say(&core, &ian, id, "One moment").await;
    let known = suggest(&core, &ian, id, Vec::new()).await.unwrap();
    assert!(!known.text.is_empty() && !known.sources.is_empty());
    assert!(matches!(
        suggest(&core, &alice, id, Vec::new()).await,
        Err(Error::Forbidden(_))
    ));
    assert!(matches!(
        suggest(&core, &hanna, id, Vec::new()).await,
        Err(Error::NotFound(_))
    ));
    let turn = Turn {
        role: TurnRole::User,
        text: "x".into(),
    };
    let too_much = suggest(&core, &ian, id, vec![turn; 51]).await.unwrap_err();
    assert_eq!(too_much.to_string(), "Must hold at most 50 turns");
}

#[tokio::test]
async fn a_question_by_itself_is_answered_without_promising_a_person() {
    let core = TestCore::new().await;
    let alice = core.user("alice").await;
    let known = answer_question(&core, &alice, KNOWN).await.unwrap();
    assert!(!known.sources.is_empty());
    assert!(
        answer_question(&core, &alice, UNKNOWN)
            .await
            .unwrap()
            .sources
            .is_empty()
    );
    let person = answer_question(&core, &alice, "Can I talk to a human?")
        .await
        .unwrap();
    assert!(
        !person.handoff && person.text.contains("open a ticket"),
        "{person:?}"
    );
    for bad in ["", " \n", "a\0b", &"x".repeat(4001)] {
        assert!(matches!(
            answer_question(&core, &alice, bad).await,
            Err(Error::Invalid(_))
        ));
    }
    assert!(jobs(&core, "reply_as_bot").await.is_empty());
}
