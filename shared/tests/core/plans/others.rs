//! What webhooks, tickets, notifications and rooms ask the database.

use super::*;

/// Webhooks: their listeners, logs and deliveries.
pub(super) async fn webhooks(core: &Core, admin: &Actor, message: MessageId) {
    // the endpoints came in behind the core's back
    core.bus.publish_one(Event::WebhooksChanged);
    let endpoint = webhooks::list(core, admin).await.unwrap()[0].id;
    let log = |cursor| webhooks::deliveries(core, admin, endpoint, cursor, 20);
    let first = check(core, "log", log(None)).await;
    let second = check(core, "log: next", log(first.next)).await;
    check(core, "log: previous", log(second.previous)).await;
    let events = [WebhookEvent::MessageCreated { message }];
    let job = newest_lease(core, "sweep").await;
    check(
        core,
        "fan out",
        webhooks::fan_out(core, job, &events, core.clock.now()),
    )
    .await;
    let slots = Slots {
        free: 64,
        ..Slots::default()
    };
    let claims = check(core, "due deliveries", webhooks::claim(core, &slots)).await;
    let mut made = Vec::new();
    for claim in claims {
        made.push(webhooks::attempt(core, claim).await);
    }
    assert!(!made.is_empty());
    check(core, "attempts", webhooks::record(core, made)).await;
    check(
        core,
        "replay",
        webhooks::replay(core, admin, endpoint, first.rows[0].id),
    )
    .await;
    let disable = UpdateEndpoint {
        enabled: Some(false),
        ..UpdateEndpoint::default()
    };
    check(core, "give up", webhooks::update(core, admin, endpoint, disable)).await;
    check(core, "old deliveries", webhooks::sweep(core)).await;
    check(core, "unused visitors", shared::tokens::sweep_unused(core)).await;
}

#[tokio::test]
async fn no_query_of_tickets_or_notifications_reads_a_whole_table() {
    let core = TestCore::new().await;
    let alice = core.user("alice").await;
    let agent = core.person("agent", Role::Agent, Some(Department::It)).await;
    let admin = core.person("boss", Role::Admin, None).await;
    fill(&core).await;
    let wanted = tickets::CreateTicket {
        title: None,
        description: "The printer is broken".into(),
        urgency: Urgency::Low,
        topic: None,
        station: None,
        owner: None,
        sorted: true,
    };
    let made = check(&core, "create", tickets::create(&core, &alice, wanted)).await;
    let which = tickets::Which::Number(made.row.id);
    for (who, name) in [(&alice, "user"), (&agent, "agent"), (&admin, "admin")] {
        let all = tickets::Query {
            limit: 10,
            ..tickets::Query::default()
        };
        let open = tickets::Query {
            statuses: vec![TicketStatus::Open],
            ..all.clone()
        };
        let owned = tickets::Query {
            owner: Some(alice.id),
            ..all.clone()
        };
        for query in [all, open, owned] {
            check(
                &core,
                &format!("{name}: {query:?}"),
                tickets::list(&core, who, &query),
            )
            .await;
        }
        check(&core, &format!("{name}: get"), tickets::get(&core, who, &which)).await;
        for unread in [false, true] {
            check(&core, name, notifications::list(&core, who, unread, 0, 10)).await;
        }
        check(&core, name, notifications::unread_since(&core, who, None, 10)).await;
        check(&core, name, notifications::mark_all_read(&core, who)).await;
        check(&core, &format!("{name}: conversations"), {
            let query = Query {
                limit: 10,
                ..Query::default()
            };
            list(&core, who, query)
        })
        .await;
    }
    check(&core, "statistics", tickets::statistics(&core, &admin)).await;
    let taken = tickets::UpdateTicket {
        status: Some(TicketStatus::Assigned),
        ..Default::default()
    };
    check(&core, "update", tickets::update(&core, &agent, &which, taken)).await;
    let said = say(&core, &alice, made.row.conversation_id, "Any news?").await;
    let job = newest_lease(&core, "deliver_notification").await;
    let told = notifications::of_message(&core, job, made.row.conversation_id, said.id);
    check(&core, "of a message", told).await;
    let by = tickets::Deleters::Staff;
    check(&core, "delete", tickets::delete(&core, &admin, &which, by)).await;
}

/// Rooms: their people and what is unread.
pub(super) async fn rooms(core: &Core, alice: &Actor) {
    let command = CreateRoom {
        name: "room".into(),
        ..CreateRoom::default()
    };
    let made = rooms::create(core, Some(alice), command).await.unwrap();
    let chat = made.alias.as_deref().unwrap_or_default();
    say(core, alice, made.id, "hi").await;
    check(core, "rooms", rooms::list(core, Some(alice), "alice", 0, 100)).await;
    check(core, "a room", rooms::get(core, Some(alice), chat)).await;
    check(
        core,
        "a room's messages",
        rooms::messages(core, Some(alice), chat, 0, 50),
    )
    .await;
    check(
        core,
        "unread",
        rooms::sync(core, Some(alice), chat, "alice", None, 50),
    )
    .await;
    let names = ["agent".to_owned()];
    let added = rooms::add(core, Some(alice), chat, &names);
    check(core, "add people", added).await;
    check(
        core,
        "remove people",
        rooms::remove(core, Some(alice), chat, "agent"),
    )
    .await;
    check(core, "delete a room", rooms::delete(core, Some(alice), chat)).await;
}
