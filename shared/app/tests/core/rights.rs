//! What a customer may do to the desk's work: nothing but ask for it.

use crate::support::*;
use accounts::tokens;
use accounts::users::{self, Named};
use app::App;
use app::testing::TestApp;
use chat::conversations;
use chat::participants::{add, remove};
use desk::tickets::{self, UpdateTicket, Which};
use desk::work;
use desk::work::UpdateConversation;
use entity::ConversationId;
use entity::conversation::Status;
use entity::participant::Part;
use entity::user::Role;
use kernel::actor::Actor;

async fn visitor(app: &App) -> Actor {
    let pair = tokens::visit(app, None).await.unwrap();
    tokens::authenticate(app, &pair.access).await.unwrap()
}

fn switch(on: bool) -> UpdateConversation {
    UpdateConversation {
        bot_on: Some(on),
        ..UpdateConversation::default()
    }
}

async fn parts(app: &App, who: &Actor, id: ConversationId) -> Vec<(String, Part)> {
    let seen = conversations::get(app, who, id).await.unwrap();
    let parts = seen.participants.iter();
    parts
        .map(|part| (part.person.username.to_string(), part.part))
        .collect()
}

#[tokio::test]
async fn a_customer_cannot_send_away_whoever_serves_them() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let visitor = visitor(&app).await;
    let agent = app.person("ann", Role::Agent, None).await;
    let admin = app.person("boss", Role::Admin, None).await;
    for customer in [&alice, &visitor] {
        for how in ["claim", "write", "assign", "add"] {
            let id = support(&app, customer).await;
            match how {
                "claim" => drop(work::claim(&app, &agent, id).await.unwrap()),
                "write" => drop(say(&app, &agent, id, "How can I help?").await),
                "assign" => {
                    let to = Named::Id(agent.id);
                    work::assign(&app, &admin, id, Some(&to)).await.unwrap();
                }
                _ => drop(add(&app, &admin, id, &[Named::Id(agent.id)]).await.unwrap()),
            }
            let refused = remove(&app, customer, id, &Named::Id(agent.id)).await;
            assert_eq!(
                detail(refused),
                "You may only remove yourself and whom you added",
                "{how}"
            );
            assert!(
                parts(&app, customer, id)
                    .await
                    .contains(&("ann".into(), Part::Agent))
            );
            say(&app, &agent, id, "I am still here").await;
            remove(&app, &admin, id, &Named::Id(agent.id)).await.unwrap();
        }
    }
    let ticket = tickets::create(&app, &alice, crate::tickets::wanted("It smokes"))
        .await
        .unwrap();
    let id = ticket.row.conversation_id;
    work::claim(&app, &agent, id).await.unwrap();
    assert_eq!(
        code(remove(&app, &alice, id, &Named::Id(agent.id)).await),
        "forbidden"
    );
    remove(&app, &agent, id, &Named::Id(agent.id)).await.unwrap();
}

#[tokio::test]
async fn customers_remove_themselves_and_whom_they_added_and_nobody_else() {
    let app = TestApp::new().await;
    let (alice, bob, carol) = (
        app.user("alice").await,
        app.user("bob").await,
        app.user("carol").await,
    );
    let agent = app.person("ann", Role::Agent, None).await;
    let id = support(&app, &alice).await;
    add(&app, &alice, id, &[Named::Id(bob.id)]).await.unwrap();
    add(&app, &agent, id, &[Named::Id(carol.id)]).await.unwrap();
    let named = |who: &Actor| Named::Id(who.id);
    assert_eq!(code(remove(&app, &bob, id, &named(&alice)).await), "forbidden");
    assert_eq!(code(remove(&app, &bob, id, &named(&carol)).await), "forbidden");
    assert_eq!(
        code(remove(&app, &alice, id, &named(&carol)).await),
        "forbidden",
        "the desk brought her"
    );
    remove(&app, &alice, id, &named(&bob)).await.unwrap();
    remove(&app, &carol, id, &named(&carol)).await.unwrap();

    // who was there from the beginning was added by whoever began it
    let private = group(&app, &alice, &[&bob, &carol]).await;
    assert_eq!(
        code(remove(&app, &bob, private, &named(&carol)).await),
        "forbidden"
    );
    remove(&app, &alice, private, &named(&carol)).await.unwrap();
    remove(&app, &bob, private, &named(&bob)).await.unwrap();
}

#[tokio::test]
async fn whoever_comes_to_serve_is_no_longer_the_customers_to_send_away() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let id = support(&app, &alice).await;
    add(&app, &alice, id, &[Named::Id(bob.id)]).await.unwrap();
    users::set_role(&app, "bob", Role::Agent, None).await.unwrap();
    let bob = Actor {
        role: Role::Agent,
        ..bob
    };
    work::claim(&app, &bob, id).await.unwrap();
    assert!(
        parts(&app, &alice, id)
            .await
            .contains(&("bob".into(), Part::Agent))
    );
    assert_eq!(
        code(remove(&app, &alice, id, &Named::Id(bob.id)).await),
        "forbidden"
    );
    // an agent's own conversation stays their own
    let own = support(&app, &bob).await;
    work::claim(&app, &bob, own).await.unwrap();
    assert_eq!(parts(&app, &bob, own).await, [("bob".into(), Part::Owner)]);
}

#[tokio::test]
async fn a_customer_does_not_choose_who_of_the_company_takes_part() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let agent = app.person("ann", Role::Agent, None).await;
    let admin = app.person("boss", Role::Admin, None).await;
    let ticket = tickets::create(&app, &alice, crate::tickets::wanted("It smokes"))
        .await
        .unwrap();
    for id in [support(&app, &alice).await, ticket.row.conversation_id] {
        for who in [&agent, &admin] {
            let refused = add(&app, &alice, id, &[Named::Id(who.id)]).await;
            assert_eq!(code(refused), "forbidden");
        }
        assert_eq!(parts(&app, &alice, id).await.len(), 1);
        add(&app, &admin, id, &[Named::Id(agent.id)]).await.unwrap();
        assert!(
            parts(&app, &alice, id)
                .await
                .contains(&("ann".into(), Part::Agent))
        );
    }
}

#[tokio::test]
async fn the_bot_is_the_desks_to_switch_once_a_person_was_asked_for_or_has_come() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let agent = app.person("ann", Role::Agent, None).await;
    let begin = async || {
        let id = support(&app, &alice).await;
        // nobody has it yet: it is between the customer and the bot
        for on in [false, true] {
            let changed = work::update(&app, &alice, id, switch(on)).await.unwrap();
            assert_eq!(changed.row.bot_on, on);
        }
        id
    };
    let refused = async |id: ConversationId, why: &str| {
        for on in [true, false] {
            let answer = work::update(&app, &alice, id, switch(on)).await;
            assert_eq!(code(answer), "forbidden", "{why}");
        }
    };
    let claimed = begin().await;
    work::claim(&app, &agent, claimed).await.unwrap();
    refused(claimed, "an agent has it").await;
    let row = conversations::get(&app, &alice, claimed).await.unwrap().row;
    assert!(!row.bot_on && row.assignee_id == Some(agent.id));
    let awaited = begin().await;
    work::handoff(&app, &alice, awaited).await.unwrap();
    refused(awaited, "a person was asked for").await;
    let joined = begin().await;
    add(&app, &agent, joined, &[Named::Id(agent.id)]).await.unwrap();
    refused(joined, "an agent takes part").await;
    let resolved = begin().await;
    let mut over = UpdateConversation::default();
    over.work.status = Some(Status::Resolved);
    work::update(&app, &agent, resolved, over).await.unwrap();
    refused(resolved, "the desk has ended it").await;
    for id in [claimed, awaited, joined, resolved] {
        work::update(&app, &agent, id, switch(false)).await.unwrap();
    }
}

#[tokio::test]
async fn a_ticket_has_one_title_and_its_texts_are_its_users() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let ticket = tickets::create(&app, &alice, crate::tickets::wanted("It smokes"))
        .await
        .unwrap();
    let (id, which) = (ticket.row.conversation_id, Which::Number(ticket.row.id));
    add(&app, &alice, id, &[Named::Id(bob.id)]).await.unwrap();
    let rename = UpdateConversation {
        title: Some("It burns".into()),
        ..UpdateConversation::default()
    };
    work::update(&app, &alice, id, rename).await.unwrap();
    let seen = tickets::get(&app, &alice, &which).await.unwrap();
    assert_eq!(seen.row.title, "It burns");
    let change = UpdateTicket {
        title: Some("Bob's".into()),
        ..UpdateTicket::default()
    };
    assert_eq!(
        code(tickets::update(&app, &bob, &which, change).await),
        "forbidden"
    );
}
