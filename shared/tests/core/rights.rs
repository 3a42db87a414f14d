//! What a customer may do to the desk's work: nothing but ask for it.

use crate::support::*;
use kernel::actor::Actor;
use shared::conversations::{self, UpdateConversation};
use shared::core::Core;
use shared::desk;
use shared::entity::ConversationId;
use shared::entity::conversation::Status;
use shared::entity::participant::Part;
use shared::entity::user::Role;
use shared::participants::{add, remove};
use shared::testing::TestCore;
use shared::tickets::{self, UpdateTicket, Which};
use shared::tokens;
use shared::users::{self, Named};

async fn visitor(core: &Core) -> Actor {
    let pair = tokens::visit(core, None).await.unwrap();
    tokens::authenticate(core, &pair.access).await.unwrap()
}

fn switch(on: bool) -> UpdateConversation {
    UpdateConversation {
        bot_on: Some(on),
        ..UpdateConversation::default()
    }
}

async fn parts(core: &Core, who: &Actor, id: ConversationId) -> Vec<(String, Part)> {
    let seen = conversations::get(core, who, id).await.unwrap();
    let parts = seen.participants.iter();
    parts
        .map(|part| (part.person.username.to_string(), part.part))
        .collect()
}

#[tokio::test]
async fn a_customer_cannot_send_away_whoever_serves_them() {
    let core = TestCore::new().await;
    let alice = core.user("alice").await;
    let visitor = visitor(&core).await;
    let agent = core.person("ann", Role::Agent, None).await;
    let admin = core.person("boss", Role::Admin, None).await;
    for customer in [&alice, &visitor] {
        for how in ["claim", "write", "assign", "add"] {
            let id = support(&core, customer).await;
            match how {
                "claim" => drop(desk::claim(&core, &agent, id).await.unwrap()),
                "write" => drop(say(&core, &agent, id, "How can I help?").await),
                "assign" => {
                    let to = Named::Id(agent.id);
                    desk::assign(&core, &admin, id, Some(&to)).await.unwrap();
                }
                _ => drop(add(&core, &admin, id, &[Named::Id(agent.id)]).await.unwrap()),
            }
            let refused = remove(&core, customer, id, &Named::Id(agent.id)).await;
            assert_eq!(
                detail(refused),
                "You may only remove yourself and whom you added",
                "{how}"
            );
            assert!(
                parts(&core, customer, id)
                    .await
                    .contains(&("ann".into(), Part::Agent))
            );
            say(&core, &agent, id, "I am still here").await;
            remove(&core, &admin, id, &Named::Id(agent.id)).await.unwrap();
        }
    }
    let ticket = tickets::create(&core, &alice, crate::tickets::wanted("It smokes"))
        .await
        .unwrap();
    let id = ticket.row.conversation_id;
    desk::claim(&core, &agent, id).await.unwrap();
    assert_eq!(
        code(remove(&core, &alice, id, &Named::Id(agent.id)).await),
        "forbidden"
    );
    remove(&core, &agent, id, &Named::Id(agent.id)).await.unwrap();
}

#[tokio::test]
async fn customers_remove_themselves_and_whom_they_added_and_nobody_else() {
    let core = TestCore::new().await;
    let (alice, bob, carol) = (
        core.user("alice").await,
        core.user("bob").await,
        core.user("carol").await,
    );
    let agent = core.person("ann", Role::Agent, None).await;
    let id = support(&core, &alice).await;
    add(&core, &alice, id, &[Named::Id(bob.id)]).await.unwrap();
    add(&core, &agent, id, &[Named::Id(carol.id)]).await.unwrap();
    let named = |who: &Actor| Named::Id(who.id);
    assert_eq!(code(remove(&core, &bob, id, &named(&alice)).await), "forbidden");
    assert_eq!(code(remove(&core, &bob, id, &named(&carol)).await), "forbidden");
    assert_eq!(
        code(remove(&core, &alice, id, &named(&carol)).await),
        "forbidden",
        "the desk brought her"
    );
    remove(&core, &alice, id, &named(&bob)).await.unwrap();
    remove(&core, &carol, id, &named(&carol)).await.unwrap();

    // who was there from the beginning was added by whoever began it
    let private = group(&core, &alice, &[&bob, &carol]).await;
    assert_eq!(
        code(remove(&core, &bob, private, &named(&carol)).await),
        "forbidden"
    );
    remove(&core, &alice, private, &named(&carol)).await.unwrap();
    remove(&core, &bob, private, &named(&bob)).await.unwrap();
}

#[tokio::test]
async fn whoever_comes_to_serve_is_no_longer_the_customers_to_send_away() {
    let core = TestCore::new().await;
    let (alice, bob) = (core.user("alice").await, core.user("bob").await);
    let id = support(&core, &alice).await;
    add(&core, &alice, id, &[Named::Id(bob.id)]).await.unwrap();
    users::set_role(&core, "bob", Role::Agent, None).await.unwrap();
    let bob = Actor {
        role: Role::Agent,
        ..bob
    };
    desk::claim(&core, &bob, id).await.unwrap();
    assert!(
        parts(&core, &alice, id)
            .await
            .contains(&("bob".into(), Part::Agent))
    );
    assert_eq!(
        code(remove(&core, &alice, id, &Named::Id(bob.id)).await),
        "forbidden"
    );
    // an agent's own conversation stays their own
    let own = support(&core, &bob).await;
    desk::claim(&core, &bob, own).await.unwrap();
    assert_eq!(parts(&core, &bob, own).await, [("bob".into(), Part::Owner)]);
}

#[tokio::test]
async fn a_customer_does_not_choose_who_of_the_company_takes_part() {
    let core = TestCore::new().await;
    let alice = core.user("alice").await;
    let agent = core.person("ann", Role::Agent, None).await;
    let admin = core.person("boss", Role::Admin, None).await;
    let ticket = tickets::create(&core, &alice, crate::tickets::wanted("It smokes"))
        .await
        .unwrap();
    for id in [support(&core, &alice).await, ticket.row.conversation_id] {
        for who in [&agent, &admin] {
            let refused = add(&core, &alice, id, &[Named::Id(who.id)]).await;
            assert_eq!(code(refused), "forbidden");
        }
        assert_eq!(parts(&core, &alice, id).await.len(), 1);
        add(&core, &admin, id, &[Named::Id(agent.id)]).await.unwrap();
        assert!(
            parts(&core, &alice, id)
                .await
                .contains(&("ann".into(), Part::Agent))
        );
    }
}

#[tokio::test]
async fn the_bot_is_the_desks_to_switch_once_a_person_was_asked_for_or_has_come() {
    let core = TestCore::new().await;
    let alice = core.user("alice").await;
    let agent = core.person("ann", Role::Agent, None).await;
    let begin = async || {
        let id = support(&core, &alice).await;
        // nobody has it yet: it is between the customer and the bot
        for on in [false, true] {
            let changed = conversations::update(&core, &alice, id, switch(on))
                .await
                .unwrap();
            assert_eq!(changed.row.bot_on, on);
        }
        id
    };
    let refused = async |id: ConversationId, why: &str| {
        for on in [true, false] {
            let answer = conversations::update(&core, &alice, id, switch(on)).await;
            assert_eq!(code(answer), "forbidden", "{why}");
        }
    };
    let claimed = begin().await;
    desk::claim(&core, &agent, claimed).await.unwrap();
    refused(claimed, "an agent has it").await;
    let row = conversations::get(&core, &alice, claimed).await.unwrap().row;
    assert!(!row.bot_on && row.assignee_id == Some(agent.id));
    let awaited = begin().await;
    desk::handoff(&core, &alice, awaited).await.unwrap();
    refused(awaited, "a person was asked for").await;
    let joined = begin().await;
    add(&core, &agent, joined, &[Named::Id(agent.id)]).await.unwrap();
    refused(joined, "an agent takes part").await;
    let resolved = begin().await;
    let mut over = UpdateConversation::default();
    over.work.status = Some(Status::Resolved);
    conversations::update(&core, &agent, resolved, over)
        .await
        .unwrap();
    refused(resolved, "the desk has ended it").await;
    for id in [claimed, awaited, joined, resolved] {
        conversations::update(&core, &agent, id, switch(false))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_ticket_has_one_title_and_its_texts_are_its_users() {
    let core = TestCore::new().await;
    let (alice, bob) = (core.user("alice").await, core.user("bob").await);
    let ticket = tickets::create(&core, &alice, crate::tickets::wanted("It smokes"))
        .await
        .unwrap();
    let (id, which) = (ticket.row.conversation_id, Which::Number(ticket.row.id));
    add(&core, &alice, id, &[Named::Id(bob.id)]).await.unwrap();
    let rename = UpdateConversation {
        title: Some("It burns".into()),
        ..UpdateConversation::default()
    };
    conversations::update(&core, &alice, id, rename).await.unwrap();
    let seen = tickets::get(&core, &alice, &which).await.unwrap();
    assert_eq!(seen.row.title, "It burns");
    let change = UpdateTicket {
        title: Some("Bob's".into()),
        ..UpdateTicket::default()
    };
    assert_eq!(
        code(tickets::update(&core, &bob, &which, change).await),
        "forbidden"
    );
}
