//! Who is told of what, and in which words.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn an_event_goes_signed_to_each_endpoint_that_wants_it_and_is_logged() {
    let scene = scene().await;
    let (app, mut receiver, mut other) = (&scene.app, ok().await, ok().await);
    let a = scene
        .endpoint(&receiver.url(), &["message.created", "message.updated"])
        .await;
    let b = scene.endpoint(&other.url(), &["conversation.updated"]).await;
    let secret = a.secret.expose();
    assert!(secret.starts_with("whsec_") && secret.len() == 50 && a.secret != b.secret);
    let id = group(app, &scene.alice, &[&scene.admin]).await;
    let message = say(app, &scene.alice, id, "Hallo 😀").await;
    assert_eq!((fan_out_all(app).await, deliver(app).await), (1, 1));

    let post = receiver.next().await;
    assert!(post.is_signed_with(secret) && !post.is_signed_with(b.secret.expose()));
    assert_eq!(post.id(), format!("msg_{}", message.id.0.simple()));
    assert_eq!(post.header("content-type"), "application/json");
    assert_eq!(
        post.header("webhook-timestamp"),
        app.clock.now().timestamp().to_string()
    );
    let body = post.json();
    assert_eq!(body["type"], "message.created");
    assert_eq!(body["timestamp"], body["data"]["created_at"]);
    let data = &body["data"];
    assert_eq!(data["id"], message.id.to_string());
    assert_eq!(data["conversation_id"], id.to_string());
    assert_eq!((&data["seq"], &data["rev"]), (&json!(1), &json!(1)));
    assert_eq!(
        (&data["text"], &data["type"]),
        (&json!("Hallo 😀"), &json!("user"))
    );
    assert_eq!(data["sender_id"], scene.alice.id.to_string());
    assert_eq!(data["sender_username"], "alice");
    let row = scene.only(a.id).await;
    assert_eq!(
        (row.status, row.next_attempt_at, row.tries),
        (Status::Ok, None, 1)
    );
    assert_eq!(row.payload.as_bytes(), post.body);
    let entry = &row.attempts[0];
    assert_eq!(
        (&entry["status_code"], &entry["error"]),
        (&json!(200), &Value::Null)
    );
    assert!(
        entry["at"].is_string() && entry["duration_ms"].is_u64(),
        "{entry}"
    );
    assert!(scene.log(b.id).await.is_empty());

    crate::messages::edit(app, &scene.alice, message.id, "Hello")
        .await
        .unwrap();
    let title = UpdateConversation {
        title: Some("New".into()),
        ..UpdateConversation::default()
    };
    desk::work::update(app, &scene.alice, id, title).await.unwrap();
    participants::add(
        app,
        &scene.alice,
        id,
        &[Named::Id(person(app, "bob", Role::User, None).await.id)],
    )
    .await
    .unwrap();
    participants::remove(app, &scene.alice, id, &Named::Name("bob".into()))
        .await
        .unwrap();
    fan_out_all(app).await;
    assert_eq!(deliver(app).await, 4);
    let edited = receiver.next().await;
    assert_eq!(edited.id(), format!("msg_{}_2", message.id.0.simple()));
    assert_eq!(edited.json()["data"]["text"], "Hello");
    assert_eq!(edited.json()["data"]["is_edited"], true);
    let told: Vec<_> = [other.next().await, other.next().await, other.next().await].into();
    assert_eq!(types(&told), ["conversation.updated"; 3]);
    assert!(told.iter().all(|post| post.is_signed_with(b.secret.expose())));
    assert_eq!(told[0].json()["data"]["title"], "New");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_listens_nothing_is_added() {
    let scene = scene().await;
    let app = &scene.app;
    let id = support(app, &scene.alice).await;
    say(app, &scene.alice, id, "one").await;
    assert!(jobs(app, "fan_out_events").await.is_empty());
    let endpoint = scene.endpoint("http://127.0.0.1:1/", &["ticket.created"]).await;
    say(app, &scene.alice, id, "two").await;
    assert!(
        jobs(app, "fan_out_events").await.is_empty(),
        "nobody wants messages"
    );
    let wants = |events: &[&str], enabled| UpdateEndpoint {
        events: Some(events.iter().map(|event| (*event).to_owned()).collect()),
        enabled: Some(enabled),
        ..UpdateEndpoint::default()
    };
    let change = |command| webhooks::update(&app.outreach, &scene.admin, endpoint.id, command);
    change(wants(&["message.created"], false)).await.unwrap();
    say(app, &scene.alice, id, "three").await;
    assert!(jobs(app, "fan_out_events").await.is_empty(), "it is disabled");
    change(wants(&["message.created"], true)).await.unwrap();
    say(app, &scene.alice, id, "four").await;
    assert_eq!(jobs(app, "fan_out_events").await.len(), 1);
    webhooks::delete(&app.outreach, &scene.admin, endpoint.id)
        .await
        .unwrap();
    say(app, &scene.alice, id, "five").await;
    assert_eq!(jobs(app, "fan_out_events").await.len(), 1);
    assert_eq!(
        (fan_out_all(app).await, deliver(app).await),
        (1, 0),
        "the endpoint is gone"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_instance_knows_of_an_endpoint_at_once() {
    let scene = scene().await;
    let allowed = [("WEBHOOK_ALLOW_NETS", "127.0.0.0/8")];
    let other = scene.place.app(scene.clock.clone(), &allowed).await;
    let id = support(&other, &scene.alice).await;
    say(&other, &scene.alice, id, "nobody listens, and that is remembered").await;
    connected(&other).await;
    let mut events = listen(&other);
    scene.endpoint("http://127.0.0.1:1/", &["message.created"]).await;
    if scene.app.bus.is_shared() {
        heard(&mut events, "the change", |event| {
            matches!(event, kernel::event::Event::WebhooksChanged)
        })
        .await;
        say(&other, &scene.alice, id, "told").await;
        assert_eq!(jobs(&other, "fan_out_events").await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_is_one_intent_for_many_messages_and_a_repeat_makes_nothing_twice() {
    let scene = scene().await;
    let (app, mut receiver) = (&scene.app, ok().await);
    let endpoint = scene.endpoint(&receiver.url(), &["message.created"]).await;
    let id = group(app, &scene.alice, &[]).await;
    let alice = &scene.alice;
    let burst = (0..50).map(|n| {
        let words = n.to_string();
        async move {
            messages::submit(app, alice, id, text(words))
                .await
                .unwrap()
                .done()
                .await
        }
    });
    let burst = join_all(burst).await;
    assert!(burst.iter().all(Result::is_ok));
    let intents = jobs(app, "fan_out_events").await;
    assert!(intents.len() < 50, "{}", intents.len());
    for row in &intents {
        let Job::FanOutEvents { events, at } = serde_json::from_value(row.payload.clone()).unwrap() else {
            panic!("another job")
        };
        fan_out(&app.outreach, lease(app, row.id).await, &events, at)
            .await
            .unwrap();
        fan_out(&app.outreach, lease(app, row.id).await, &events, at)
            .await
            .unwrap();
    }
    assert_eq!(scene.log(endpoint.id).await.len(), 50);
    while deliver(app).await > 0 {}
    let mut ids: Vec<_> = receiver.drain().iter().map(|post| post.id().to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_and_its_messages_and_files_are_told_in_their_own_shapes() {
    let scene = scene().await;
    let (app, mut receiver) = (&scene.app, ok().await);
    scene
        .endpoint(&receiver.url(), &EventType::ALL.map(EventType::word))
        .await;
    let opened = CreateTicket {
        title: Some("Printer".into()),
        description: "It is on fire".into(),
        urgency: Urgency::High,
        topic: None,
        rating: None,
        station: None,
        owner: None,
        sorted: true,
    };
    let ticket = tickets::create(app, &scene.alice, opened).await.unwrap();
    let place = ticket.row.conversation_id;
    let message = say(app, &scene.alice, place, "Help").await;
    let change = UpdateTicket {
        assignee: Some(Some(Named::Id(scene.admin.id))),
        ..UpdateTicket::default()
    };
    let which = Which::Number(ticket.row.id);
    tickets::update(app, &scene.admin, &which, change).await.unwrap();
    let file = attachments::upload(app, &scene.alice, picture("x.gif"))
        .await
        .unwrap();
    let job = newest_lease(app, "process_attachment").await;
    attachments::process(app, job, file.id).await.unwrap();
    attachments::process(app, job, file.id).await.unwrap();
    let began = support(app, &scene.alice).await;
    fan_out_all(app).await;
    while deliver(app).await > 0 {}
    let posts = receiver.drain();
    assert_eq!(
        types(&posts),
        [
            "attachment.ready",
            "conversation.created",
            "message.created",
            "ticket.created",
            "ticket.updated"
        ]
    );
    let data = |kind: &str| {
        let post = posts
            .iter()
            .find(|post| post.json()["type"] == kind)
            .expect("a post");
        post.json()["data"].clone()
    };
    let nine = json!({
        "id": message.id, "ticket_id": ticket.row.ticket_id, "sender_id": scene.alice.id.to_string(),
        "sender_role": "user", "message_type": "user_message", "content": "Help", "isAI": false,
        "feedback": "none", "timestamp": data("message.created")["timestamp"],
    });
    assert_eq!(data("message.created"), nine);
    assert_eq!(data("ticket.created")["ticket_id"], ticket.row.ticket_id);
    assert_eq!(data("ticket.updated")["assignee_id"], scene.admin.id.to_string());
    assert_eq!(data("ticket.updated")["status"], "assigned");
    assert_eq!(data("attachment.ready")["id"], file.id.to_string());
    assert_eq!(data("conversation.created")["id"], began.to_string());
    assert_eq!(
        data("conversation.created")["participants"][0]["username"],
        "alice"
    );
}

#[tokio::test]
async fn a_text_with_a_file_and_feedback_is_told_as_it_is_by_then() {
    let scene = scene().await;
    let (app, mut receiver) = (&scene.app, ok().await);
    scene.endpoint(&receiver.url(), &["message.created"]).await;
    let id = group(app, &scene.alice, &[]).await;
    let file = attachments::upload(app, &scene.alice, picture("x.gif"))
        .await
        .unwrap();
    let command = SendMessage {
        attachment: Some(file.id),
        client_id: Some("c-1".into()),
        ..text("look")
    };
    let sent = messages::send(app, &scene.alice, id, command).await.unwrap();
    crate::messages::delete(app, &scene.alice, sent.message.id)
        .await
        .unwrap();
    fan_out_all(app).await;
    deliver(app).await;
    let data = receiver.next().await.json()["data"].clone();
    assert_eq!((&data["text"], &data["is_deleted"]), (&json!(""), &json!(true)));
    assert_eq!(
        (&data["attachment_id"], &data["client_id"]),
        (&Value::Null, &json!("c-1"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_work_on_a_conversation_is_told_with_what_the_server_says_of_it_and_a_note_to_nobody() {
    let scene = scene().await;
    let (app, mut receiver) = (&scene.app, ok().await);
    let events = ["message.created", "message.updated", "conversation.updated"];
    scene.endpoint(&receiver.url(), &events).await;
    let id = support(app, &scene.alice).await;
    work::add_note(app, &scene.admin, id, "A secret").await.unwrap();
    assert_eq!(fan_out_all(app).await, 0);
    work::claim(app, &scene.admin, id).await.unwrap();
    assert_eq!((fan_out_all(app).await, deliver(app).await), (1, 2));
    let mut types = Vec::new();
    for _ in 0..2 {
        let body = receiver.next().await.json();
        assert!(!body.to_string().contains("secret"), "{body}");
        types.push(body["type"].as_str().unwrap().to_owned());
    }
    types.sort();
    assert_eq!(types, ["conversation.updated", "message.created"]);
}
