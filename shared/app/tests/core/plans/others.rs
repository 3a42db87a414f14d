//! What webhooks, tickets, notifications and rooms ask the database.

use super::*;

/// Webhooks: their listeners, logs and deliveries.
pub(super) async fn webhooks(app: &App, admin: &Actor, message: MessageId) {
    // the endpoints came in behind the core's back
    app.bus.publish_one(Event::WebhooksChanged);
    let endpoint = webhooks::list(&app.outreach, admin).await.unwrap()[0].id;
    let log = |cursor| webhooks::deliveries(&app.outreach, admin, endpoint, cursor, 20);
    let first = check(app, "log", log(None)).await;
    let second = check(app, "log: next", log(first.next)).await;
    check(app, "log: previous", log(second.previous)).await;
    let events = [WebhookEvent::MessageCreated { message }];
    let job = newest_lease(app, "sweep").await;
    check(
        app,
        "fan out",
        webhooks::fan_out(&app.outreach, job, &events, app.clock.now()),
    )
    .await;
    let slots = Slots {
        free: 64,
        ..Slots::default()
    };
    let claims = check(app, "due deliveries", webhooks::claim(&app.outreach, &slots)).await;
    let mut made = Vec::new();
    for claim in claims {
        made.push(webhooks::attempt(&app.outreach, claim).await);
    }
    assert!(!made.is_empty());
    check(app, "attempts", webhooks::record(&app.outreach, made)).await;
    check(
        app,
        "replay",
        webhooks::replay(&app.outreach, admin, endpoint, first.rows[0].id),
    )
    .await;
    let disable = UpdateEndpoint {
        enabled: Some(false),
        ..UpdateEndpoint::default()
    };
    check(
        app,
        "give up",
        webhooks::update(&app.outreach, admin, endpoint, disable),
    )
    .await;
    check(app, "old deliveries", webhooks::sweep(&app.outreach)).await;
    check(app, "unused visitors", accounts::tokens::sweep_unused(app)).await;
}

#[tokio::test]
async fn no_query_of_tickets_or_notifications_reads_a_whole_table() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let agent = app.person("agent", Role::Agent, Some(Department::It)).await;
    let admin = app.person("boss", Role::Admin, None).await;
    fill(&app).await;
    let wanted = tickets::CreateTicket {
        title: None,
        description: "The printer is broken".into(),
        urgency: Urgency::Low,
        topic: None,
        rating: None,
        station: None,
        owner: None,
        sorted: true,
    };
    let made = check(&app, "create", tickets::create(&app, &alice, wanted)).await;
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
                &app,
                &format!("{name}: {query:?}"),
                tickets::list(&app, who, &query),
            )
            .await;
        }
        check(&app, &format!("{name}: get"), tickets::get(&app, who, &which)).await;
        for unread in [false, true] {
            check(&app, name, notifications::list(&app, who, unread, 0, 10)).await;
        }
        check(&app, name, notifications::unread_since(&app, who, None, 10)).await;
        check(&app, name, notifications::mark_all_read(&app, who)).await;
        check(&app, &format!("{name}: conversations"), {
            let query = Query {
                limit: 10,
                ..Query::default()
            };
            list(&app, who, query)
        })
        .await;
    }
    check(&app, "statistics", tickets::statistics(&app, &admin)).await;
    let taken = tickets::UpdateTicket {
        status: Some(TicketStatus::Assigned),
        ..Default::default()
    };
    check(&app, "update", tickets::update(&app, &agent, &which, taken)).await;
    let said = say(&app, &alice, made.row.conversation_id, "Any news?").await;
    let job = newest_lease(&app, "deliver_notification").await;
    let told = outreach::notify::of_message(&app.outreach, job, made.row.conversation_id, said.id);
    check(&app, "of a message", told).await;
    let by = tickets::Deleters::Staff;
    check(&app, "delete", tickets::delete(&app, &admin, &which, by)).await;
}

/// Rooms: their people and what is unread.
pub(super) async fn rooms(app: &App, alice: &Actor) {
    let command = CreateRoom {
        name: "room".into(),
        ..CreateRoom::default()
    };
    let made = rooms::create(app, Some(alice), command).await.unwrap();
    let chat = made.alias.as_deref().unwrap_or_default();
    say(app, alice, made.id, "hi").await;
    check(app, "rooms", rooms::list(app, Some(alice), "alice", 0, 100)).await;
    check(app, "a room", rooms::get(app, Some(alice), chat)).await;
    check(
        app,
        "a room's messages",
        rooms::messages(app, Some(alice), chat, 0, 50),
    )
    .await;
    check(
        app,
        "unread",
        rooms::sync(app, Some(alice), chat, "alice", None, 50),
    )
    .await;
    let names = ["agent".to_owned()];
    let added = rooms::add(app, Some(alice), chat, &names);
    check(app, "add people", added).await;
    check(
        app,
        "remove people",
        rooms::remove(app, Some(alice), chat, "agent"),
    )
    .await;
    check(app, "delete a room", rooms::delete(app, Some(alice), chat)).await;
}
