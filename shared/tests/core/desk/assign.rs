//! Claiming, assigning, handing back, asking for a person.

use super::{Desk, deliver};
use crate::support::*;
use kernel::clock::Clock;
use kernel::error::Error;
use kernel::event::Event;
use shared::conversations::{self, UpdateConversation};
use shared::desk::{assign, claim, hand_back, handoff};
use shared::entity::conversation::Status;
use shared::entity::notification::Kind;
use shared::entity::participant::Part;
use shared::entity::ticket::Status as TicketStatus;
use shared::entity::user::Role;
use shared::testing::{Place, person};
use shared::tickets::{self, UpdateTicket, Which};
use shared::users::Named;
use shared::{messages, presence};

#[tokio::test]
async fn whoever_claims_has_it_takes_part_and_silences_the_bot() {
    let desk = Desk::open().await;
    let (core, alice, ann) = (&desk.core, &desk.alice, &desk.ann);
    let id = support(core, alice).await;
    say(core, alice, id, "I want to talk to a human").await;
    handoff(core, alice, id).await.unwrap();
    let mut events = listen(core);
    let claimed = claim(core, ann, id).await.unwrap();
    assert_eq!(claimed.assignee.unwrap().id, ann.id);
    assert_eq!((claimed.row.status, claimed.row.bot_on), (Status::Open, false));
    let part = claimed.participants.iter().find(|part| part.person.id == ann.id);
    assert_eq!(part.unwrap().part, Part::Agent);
    let joined = "ann joined the conversation.";
    heard(
        &mut events,
        "the message",
        |event| matches!(event, Event::MessageSent { message } if message.text == joined),
    )
    .await;
    heard(
        &mut events,
        "the change",
        |event| matches!(event, Event::ConversationChanged { conversation } if *conversation == id),
    )
    .await;
    let again = claim(core, ann, id).await.unwrap();
    assert_eq!(again.row.last_rev, claimed.row.last_rev, "nothing new");
    let taken = claim(core, &desk.boss, id).await;
    assert_eq!(code(taken), "already_claimed");
    assert_eq!(detail(claim(core, &desk.ben, id).await), "Already claimed by ann");
    assert_eq!(desk.notices(id).await.last().unwrap(), joined);
    let unread = desk.seen(alice, id).await.unread;
    assert_eq!(unread, 0, "what the server says need not be read");
    assert_eq!(code(claim(core, alice, id).await), "forbidden");
    let bob = core.user("bob").await;
    assert_eq!(code(claim(core, &bob, id).await), "not_found");
    let private = group(core, ann, &[]).await;
    assert_eq!(code(claim(core, ann, private).await), "validation_error");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_claims_at_once_on_two_instances_one_wins() {
    let place = Place::new().await;
    let a = place.core(Clock::System, &[]).await;
    let b = place.core(Clock::System, &[]).await;
    let alice = person(&a, "alice", Role::User, None).await;
    let mut agents = Vec::new();
    for n in 0..8 {
        agents.push(person(&a, &format!("agent{n}"), Role::Agent, None).await);
    }
    for _ in 0..3 {
        let id = support(&a, &alice).await;
        let claims = agents.iter().enumerate().map(|(n, agent)| {
            let (core, agent) = (if n % 2 == 0 { a.clone() } else { b.clone() }, agent.clone());
            tokio::spawn(async move { claim(&core, &agent, id).await })
        });
        let (mut won, mut lost) = (Vec::new(), Vec::new());
        for result in futures_util::future::join_all(claims).await {
            match result.unwrap() {
                Ok(claimed) => won.push(claimed.assignee.unwrap().id),
                Err(Error::Claimed { by }) => lost.push(by.id),
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!((won.len(), lost.len()), (1, 7));
        assert!(lost.iter().all(|by| *by == won[0]));
        let all = history(&a, &alice, id).await;
        assert_eq!(all.len(), 1, "one notice: {all:?}");
    }
}

#[tokio::test]
async fn an_assignment_overrides_a_claim_and_tells_whoever_gets_it() {
    let desk = Desk::open().await;
    let (core, ann, ben) = (&desk.core, &desk.ann, &desk.ben);
    let id = support(core, &desk.alice).await;
    claim(core, ann, id).await.unwrap();
    let given = assign(core, &desk.boss, id, Some(&Named::Id(ben.id)))
        .await
        .unwrap();
    assert_eq!(given.assignee.unwrap().id, ben.id);
    assert_eq!(desk.told(ben).await, [Kind::ConversationAssigned]);
    assert!(desk.told(ann).await.is_empty());
    let by_name = Named::Name("ANN".into());
    assign(core, ann, id, Some(&by_name)).await.unwrap();
    assert!(
        desk.told(ann).await.is_empty(),
        "nobody is told of what they did themselves"
    );
    let free = assign(core, ben, id, None).await.unwrap();
    assert!(free.assignee.is_none() && !free.row.bot_on);
    assert_eq!(
        desk.notices(id).await,
        [
            "ann joined the conversation.",
            "ben joined the conversation.",
            "ann joined the conversation."
        ]
    );
    core.user("bob").await;
    for wrong in ["bob", "nobody", "bot", "nul\0"] {
        let refused = assign(core, ann, id, Some(&Named::Name(wrong.into()))).await;
        let Err(Error::Invalid(errors)) = refused else {
            panic!("{wrong}")
        };
        assert_eq!(errors[0].field, "assignee_id");
    }
    let ticket = desk.ticket().await.row.conversation_id;
    let foreign = Named::Id(desk.hanna.id);
    assert_eq!(
        code(assign(core, &desk.boss, ticket, Some(&foreign)).await),
        "validation_error",
        "who may not see it"
    );
    assert_eq!(code(assign(core, &desk.alice, id, None).await), "forbidden");
}

#[tokio::test]
async fn a_ticket_is_claimed_and_given_by_its_own_rules() {
    let desk = Desk::open().await;
    let (core, ann, ben) = (&desk.core, &desk.ann, &desk.ben);
    let ticket = desk.ticket().await;
    let (id, which) = (
        ticket.row.conversation_id,
        Which::Name(ticket.row.ticket_id.clone()),
    );
    assert_eq!(code(claim(core, &desk.hanna, id).await), "not_found");
    let claimed = claim(core, ben, id).await.unwrap();
    let of_it = claimed.ticket.unwrap();
    assert_eq!(
        (of_it.status, of_it.assignee_id),
        (TicketStatus::Assigned, Some(ben.id))
    );
    assert_eq!(claimed.row.assignee_id, Some(ben.id));
    assert_eq!(code(claim(core, ann, id).await), "already_claimed");
    assign(core, &desk.boss, id, Some(&Named::Id(ann.id)))
        .await
        .unwrap();
    assert!(desk.told(ann).await.ends_with(&[Kind::TicketAssigned]));
    assert_eq!(
        tickets::get(core, ben, &which).await.unwrap().row.assignee_id,
        Some(ann.id)
    );
    // elsewhere
    let by_help_desk = UpdateTicket {
        assignee: Some(Some(Named::Id(ben.id))),
        ..UpdateTicket::default()
    };
    tickets::update(core, ann, &which, by_help_desk).await.unwrap();
    assert_eq!(desk.seen(ann, id).await.assignee.unwrap().id, ben.id);
    let free = assign(core, ann, id, None).await.unwrap();
    assert_eq!(free.ticket.unwrap().status, TicketStatus::Open);
    assert_eq!(
        detail(hand_back(core, ann, id).await),
        "The bot takes no part here"
    );
}

#[tokio::test]
async fn a_customer_is_handed_back_to_the_bot() {
    let desk = Desk::open().await;
    let (core, alice, ann) = (&desk.core, &desk.alice, &desk.ann);
    let id = support(core, alice).await;
    claim(core, ann, id).await.unwrap();
    let handed = hand_back(core, ann, id).await.unwrap();
    assert!(handed.assignee.is_none() && handed.row.bot_on);
    assert_eq!(handed.row.status, Status::Open);
    let again = hand_back(core, ann, id).await.unwrap();
    assert_eq!(again.row.last_rev, handed.row.last_rev);
    assert_eq!(
        desk.notices(id).await[1..],
        ["You are talking to the assistant again."]
    );
    say(core, alice, id, "Hello").await;
    assert_eq!(jobs(core, "reply_as_bot").await.len(), 1);
    assert_eq!(code(hand_back(core, alice, id).await), "forbidden");
    let private = group(core, ann, &[]).await;
    assert_eq!(code(hand_back(core, ann, private).await), "validation_error");
}

#[tokio::test]
async fn a_customer_asks_for_a_person_once_and_the_staff_is_told() {
    let desk = Desk::open().await;
    let (core, alice) = (&desk.core, &desk.alice);
    let id = support(core, alice).await;
    let waiting = handoff(core, alice, id).await.unwrap();
    assert_eq!(waiting.row.status, Status::Pending);
    let again = handoff(core, alice, id).await.unwrap();
    assert_eq!(again.row.last_rev, waiting.row.last_rev);
    for who in [&desk.ann, &desk.ben, &desk.hanna, &desk.boss] {
        assert_eq!(desk.told(who).await, [Kind::HandoffRequested], "{}", who.username);
    }
    assert!(desk.told(alice).await.is_empty());
    let row = &shared::notifications::list(core, &desk.ann, false, 0, 1)
        .await
        .unwrap()
        .notifications[0];
    assert_eq!(row.title, "Somebody asks for a person");
    assert_eq!(row.data["conversation_id"], id.0.to_string());
    claim(core, &desk.ann, id).await.unwrap();
    let there = handoff(core, alice, id).await.unwrap();
    assert_eq!(there.row.status, Status::Open, "somebody is there");
    assert_eq!(
        desk.notices(id).await,
        [
            "You asked for a person. Somebody will answer here.",
            "ann joined the conversation."
        ]
    );
    assert_eq!(code(handoff(core, &desk.ben, id).await), "forbidden");
    let bob = core.user("bob").await;
    assert_eq!(code(handoff(core, &bob, id).await), "not_found");
    let ticket = desk.ticket().await.row.conversation_id;
    handoff(core, alice, ticket).await.unwrap();
    assert_eq!(
        desk.told(&desk.hanna).await,
        [Kind::HandoffRequested],
        "not of another department's ticket"
    );
}

#[tokio::test]
async fn an_answer_takes_up_what_nobody_has_and_both_sides_are_told_of_messages() {
    let desk = Desk::open().await;
    let (core, alice, ann, ben) = (&desk.core, &desk.alice, &desk.ann, &desk.ben);
    let id = support(core, alice).await;
    say(core, alice, id, "Hello").await;
    deliver(core).await;
    assert!(desk.told(ann).await.is_empty(), "the bot has it");
    handoff(core, alice, id).await.unwrap();
    say(core, ann, id, "Here I am").await;
    let seen = desk.seen(alice, id).await;
    assert_eq!((seen.row.status, seen.row.bot_on), (Status::Open, false));
    assert_eq!(seen.assignee.unwrap().id, ann.id);
    say(core, alice, id, "Thank you").await;
    say(core, ben, id, "Me too").await;
    assert_eq!(
        desk.seen(alice, id).await.row.assignee_id,
        Some(ann.id),
        "it is hers already"
    );
    deliver(core).await;
    assert_eq!(
        desk.told(alice).await,
        [Kind::MessageReceived, Kind::MessageReceived]
    );
    assert_eq!(
        desk.told(ann).await,
        [
            Kind::HandoffRequested,
            Kind::MessageReceived,
            Kind::MessageReceived
        ]
    );
    assert_eq!(desk.told(ben).await, [Kind::HandoffRequested]);
}

#[tokio::test]
async fn whoever_only_looks_is_shown_to_the_staff_alone_until_they_claim() {
    let desk = Desk::open().await;
    let (core, alice, ann) = (&desk.core, &desk.alice, &desk.ann);
    let id = support(core, alice).await;
    let mut events = listen(core);
    let ids = |people: Vec<kernel::person::Person>| people.iter().map(|who| who.id).collect::<Vec<_>>();
    presence::enter(core, id, &alice.into()).await;
    let seen = heard(&mut events, "alice", |event| {
        matches!(event, Event::Entered { .. })
    })
    .await;
    assert!(!seen.is_for_staff());
    presence::enter(core, id, &ann.into()).await;
    let came = heard(&mut events, "ann", |event| matches!(event, Event::Entered { .. })).await;
    assert!(came.is_for_staff());
    let state = heard(
        &mut events,
        "online",
        |event| matches!(event, Event::PresenceChanged { who, .. } if who.id == ann.id),
    )
    .await;
    assert!(state.is_for_staff());
    assert_eq!(ids(presence::online_for(core, alice, id).await), [alice.id]);
    assert_eq!(ids(presence::online_for(core, ann, id).await), [alice.id, ann.id]);
    claim(core, ann, id).await.unwrap();
    let shown = heard(&mut events, "ann again", |event| {
        matches!(event, Event::Entered { .. })
    })
    .await;
    assert!(!shown.is_for_staff());
    assert_eq!(
        ids(presence::online_for(core, alice, id).await),
        [alice.id, ann.id]
    );
    presence::leave(core, id, &ann.into()).await;
    let left = heard(&mut events, "ann left", |event| {
        matches!(event, Event::Departed { .. })
    })
    .await;
    assert!(!left.is_for_staff());
}

#[tokio::test]
async fn the_bots_own_handoff_makes_it_wait_and_tells_the_staff() {
    let desk = Desk::open().await;
    let (core, alice) = (&desk.core, &desk.alice);
    let id = support(core, alice).await;
    let question = messages::send(core, alice, id, text("I want to talk to a human"))
        .await
        .unwrap();
    let job = newest_lease(core, "reply_as_bot").await;
    shared::replies::reply(core, job, id, question.message.id)
        .await
        .unwrap();
    assert_eq!(desk.seen(alice, id).await.row.status, Status::Pending);
    assert_eq!(desk.told(&desk.ann).await, [Kind::HandoffRequested]);
    assert!(desk.notices(id).await.is_empty(), "its answer says so");
    let off = UpdateConversation {
        bot_on: Some(false),
        ..UpdateConversation::default()
    };
    conversations::update(core, &desk.ann, id, off).await.unwrap();
}
