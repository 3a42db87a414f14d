//! Claiming, assigning, handing back, asking for a person.

use super::{Desk, deliver};
use crate::support::*;
use accounts::users::Named;
use app::testing::{Place, person};
use chat::messages;
use chat::presence;
use desk::tickets::{self, UpdateTicket, Which};
use desk::work;
use desk::work::UpdateConversation;
use desk::work::{assign, claim, hand_back, handoff};
use entity::conversation::Status;
use entity::notification::Kind;
use entity::participant::Part;
use entity::ticket::Status as TicketStatus;
use entity::user::Role;
use kernel::clock::Clock;
use kernel::error::Error;
use kernel::event::Event;

#[tokio::test]
async fn whoever_claims_has_it_takes_part_and_silences_the_bot() {
    let desk = Desk::open().await;
    let (app, alice, ann) = (&desk.app, &desk.alice, &desk.ann);
    let id = support(app, alice).await;
    say(app, alice, id, "I want to talk to a human").await;
    handoff(app, alice, id).await.unwrap();
    let mut events = listen(app);
    let claimed = claim(app, ann, id).await.unwrap();
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
    let again = claim(app, ann, id).await.unwrap();
    assert_eq!(again.row.last_rev, claimed.row.last_rev, "nothing new");
    let taken = claim(app, &desk.boss, id).await;
    assert_eq!(code(taken), "already_claimed");
    assert_eq!(detail(claim(app, &desk.ben, id).await), "Already claimed by ann");
    assert_eq!(desk.notices(id).await.last().unwrap(), joined);
    let unread = desk.seen(alice, id).await.unread;
    assert_eq!(unread, 0, "what the server says need not be read");
    assert_eq!(code(claim(app, alice, id).await), "forbidden");
    let bob = app.user("bob").await;
    assert_eq!(code(claim(app, &bob, id).await), "not_found");
    let private = group(app, ann, &[]).await;
    assert_eq!(code(claim(app, ann, private).await), "validation_error");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_claims_at_once_on_two_instances_one_wins() {
    let place = Place::new().await;
    let a = place.app(Clock::System, &[]).await;
    let b = place.app(Clock::System, &[]).await;
    let alice = person(&a, "alice", Role::User, None).await;
    let mut agents = Vec::new();
    for n in 0..8 {
        agents.push(person(&a, &format!("agent{n}"), Role::Agent, None).await);
    }
    for _ in 0..3 {
        let id = support(&a, &alice).await;
        let claims = agents.iter().enumerate().map(|(n, agent)| {
            let (app, agent) = (if n % 2 == 0 { a.clone() } else { b.clone() }, agent.clone());
            tokio::spawn(async move { claim(&app, &agent, id).await })
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
    let (app, ann, ben) = (&desk.app, &desk.ann, &desk.ben);
    let id = support(app, &desk.alice).await;
    claim(app, ann, id).await.unwrap();
    let given = assign(app, &desk.boss, id, Some(&Named::Id(ben.id)))
        .await
        .unwrap();
    assert_eq!(given.assignee.unwrap().id, ben.id);
    assert_eq!(desk.told(ben).await, [Kind::ConversationAssigned]);
    assert!(desk.told(ann).await.is_empty());
    let by_name = Named::Name("ANN".into());
    assign(app, ann, id, Some(&by_name)).await.unwrap();
    assert!(
        desk.told(ann).await.is_empty(),
        "nobody is told of what they did themselves"
    );
    let free = assign(app, ben, id, None).await.unwrap();
    assert!(free.assignee.is_none() && !free.row.bot_on);
    assert_eq!(
        desk.notices(id).await,
        [
            "ann joined the conversation.",
            "ben joined the conversation.",
            "ann joined the conversation."
        ]
    );
    app.user("bob").await;
    for wrong in ["bob", "nobody", "bot", "nul\0"] {
        let refused = assign(app, ann, id, Some(&Named::Name(wrong.into()))).await;
        let Err(Error::Invalid(errors)) = refused else {
            panic!("{wrong}")
        };
        assert_eq!(errors[0].field, "assignee_id");
    }
    let ticket = desk.ticket().await.row.conversation_id;
    let foreign = Named::Id(desk.hanna.id);
    assert_eq!(
        code(assign(app, &desk.boss, ticket, Some(&foreign)).await),
        "validation_error",
        "who may not see it"
    );
    assert_eq!(code(assign(app, &desk.alice, id, None).await), "forbidden");
}

#[tokio::test]
async fn a_ticket_is_claimed_and_given_by_its_own_rules() {
    let desk = Desk::open().await;
    let (app, ann, ben) = (&desk.app, &desk.ann, &desk.ben);
    let ticket = desk.ticket().await;
    let (id, which) = (
        ticket.row.conversation_id,
        Which::Name(ticket.row.ticket_id.clone()),
    );
    assert_eq!(code(claim(app, &desk.hanna, id).await), "not_found");
    let claimed = claim(app, ben, id).await.unwrap();
    let of_it = claimed.ticket.unwrap();
    assert_eq!(
        (of_it.status, of_it.assignee_id),
        (TicketStatus::Assigned, Some(ben.id))
    );
    assert_eq!(claimed.row.assignee_id, Some(ben.id));
    assert_eq!(code(claim(app, ann, id).await), "already_claimed");
    assign(app, &desk.boss, id, Some(&Named::Id(ann.id)))
        .await
        .unwrap();
    assert!(desk.told(ann).await.ends_with(&[Kind::TicketAssigned]));
    assert_eq!(
        tickets::get(app, ben, &which).await.unwrap().row.assignee_id,
        Some(ann.id)
    );
    // elsewhere
    let by_help_desk = UpdateTicket {
        assignee: Some(Some(Named::Id(ben.id))),
        ..UpdateTicket::default()
    };
    tickets::update(app, ann, &which, by_help_desk).await.unwrap();
    assert_eq!(desk.seen(ann, id).await.assignee.unwrap().id, ben.id);
    let free = assign(app, ann, id, None).await.unwrap();
    assert_eq!(free.ticket.unwrap().status, TicketStatus::Open);
    assert_eq!(
        detail(hand_back(app, ann, id).await),
        "The bot takes no part here"
    );
}

#[tokio::test]
async fn a_customer_is_handed_back_to_the_bot() {
    let desk = Desk::open().await;
    let (app, alice, ann) = (&desk.app, &desk.alice, &desk.ann);
    let id = support(app, alice).await;
    claim(app, ann, id).await.unwrap();
    let handed = hand_back(app, ann, id).await.unwrap();
    assert!(handed.assignee.is_none() && handed.row.bot_on);
    assert_eq!(handed.row.status, Status::Open);
    let again = hand_back(app, ann, id).await.unwrap();
    assert_eq!(again.row.last_rev, handed.row.last_rev);
    assert_eq!(
        desk.notices(id).await[1..],
        ["You are talking to the assistant again."]
    );
    say(app, alice, id, "Hello").await;
    assert_eq!(jobs(app, "reply_as_bot").await.len(), 1);
    assert_eq!(code(hand_back(app, alice, id).await), "forbidden");
    let private = group(app, ann, &[]).await;
    assert_eq!(code(hand_back(app, ann, private).await), "validation_error");
}

#[tokio::test]
async fn a_customer_asks_for_a_person_once_and_the_staff_is_told() {
    let desk = Desk::open().await;
    let (app, alice) = (&desk.app, &desk.alice);
    let id = support(app, alice).await;
    let waiting = handoff(app, alice, id).await.unwrap();
    assert_eq!(waiting.row.status, Status::Pending);
    let again = handoff(app, alice, id).await.unwrap();
    assert_eq!(again.row.last_rev, waiting.row.last_rev);
    for who in [&desk.ann, &desk.ben, &desk.hanna, &desk.boss] {
        assert_eq!(desk.told(who).await, [Kind::HandoffRequested], "{}", who.username);
    }
    assert!(desk.told(alice).await.is_empty());
    let row = &desk::notifications::list(app, &desk.ann, false, 0, 1)
        .await
        .unwrap()
        .notifications[0];
    assert_eq!(row.title, "Somebody asks for a person");
    assert_eq!(row.data["conversation_id"], id.0.to_string());
    claim(app, &desk.ann, id).await.unwrap();
    let there = handoff(app, alice, id).await.unwrap();
    assert_eq!(there.row.status, Status::Open, "somebody is there");
    assert_eq!(
        desk.notices(id).await,
        [
            "You asked for a person. Somebody will answer here.",
            "ann joined the conversation."
        ]
    );
    assert_eq!(code(handoff(app, &desk.ben, id).await), "forbidden");
    let bob = app.user("bob").await;
    assert_eq!(code(handoff(app, &bob, id).await), "not_found");
    let ticket = desk.ticket().await.row.conversation_id;
    handoff(app, alice, ticket).await.unwrap();
    assert_eq!(
        desk.told(&desk.hanna).await,
        [Kind::HandoffRequested],
        "not of another department's ticket"
    );
}

#[tokio::test]
async fn an_answer_takes_up_what_nobody_has_and_both_sides_are_told_of_messages() {
    let desk = Desk::open().await;
    let (app, alice, ann, ben) = (&desk.app, &desk.alice, &desk.ann, &desk.ben);
    let id = support(app, alice).await;
    say(app, alice, id, "Hello").await;
    deliver(app).await;
    assert!(desk.told(ann).await.is_empty(), "the bot has it");
    handoff(app, alice, id).await.unwrap();
    say(app, ann, id, "Here I am").await;
    let seen = desk.seen(alice, id).await;
    assert_eq!((seen.row.status, seen.row.bot_on), (Status::Open, false));
    assert_eq!(seen.assignee.unwrap().id, ann.id);
    say(app, alice, id, "Thank you").await;
    say(app, ben, id, "Me too").await;
    assert_eq!(
        desk.seen(alice, id).await.row.assignee_id,
        Some(ann.id),
        "it is hers already"
    );
    deliver(app).await;
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
    let (app, alice, ann) = (&desk.app, &desk.alice, &desk.ann);
    let id = support(app, alice).await;
    let mut events = listen(app);
    let ids = |people: Vec<kernel::person::Person>| people.iter().map(|who| who.id).collect::<Vec<_>>();
    presence::enter(app, id, &alice.into()).await;
    let seen = heard(&mut events, "alice", |event| {
        matches!(event, Event::Entered { .. })
    })
    .await;
    assert!(!seen.is_for_staff());
    presence::enter(app, id, &ann.into()).await;
    let came = heard(&mut events, "ann", |event| matches!(event, Event::Entered { .. })).await;
    assert!(came.is_for_staff());
    let state = heard(
        &mut events,
        "online",
        |event| matches!(event, Event::PresenceChanged { who, .. } if who.id == ann.id),
    )
    .await;
    assert!(state.is_for_staff());
    assert_eq!(ids(presence::online_for(app, alice, id).await), [alice.id]);
    assert_eq!(ids(presence::online_for(app, ann, id).await), [alice.id, ann.id]);
    claim(app, ann, id).await.unwrap();
    let shown = heard(&mut events, "ann again", |event| {
        matches!(event, Event::Entered { .. })
    })
    .await;
    assert!(!shown.is_for_staff());
    assert_eq!(
        ids(presence::online_for(app, alice, id).await),
        [alice.id, ann.id]
    );
    presence::leave(app, id, &ann.into()).await;
    let left = heard(&mut events, "ann left", |event| {
        matches!(event, Event::Departed { .. })
    })
    .await;
    assert!(!left.is_for_staff());
}

#[tokio::test]
async fn the_bots_own_handoff_makes_it_wait_and_tells_the_staff() {
    let desk = Desk::open().await;
    let (app, alice) = (&desk.app, &desk.alice);
    let id = support(app, alice).await;
    let question = messages::send(app, alice, id, text("I want to talk to a human"))
        .await
        .unwrap();
    let job = newest_lease(app, "reply_as_bot").await;
    assist::replies::reply(&app.assist, job, id, question.message.id)
        .await
        .unwrap();
    assert_eq!(desk.seen(alice, id).await.row.status, Status::Pending);
    assert_eq!(desk.told(&desk.ann).await, [Kind::HandoffRequested]);
    assert!(desk.notices(id).await.is_empty(), "its answer says so");
    let off = UpdateConversation {
        bot_on: Some(false),
        ..UpdateConversation::default()
    };
    work::update(app, &desk.ann, id, off).await.unwrap();
}
