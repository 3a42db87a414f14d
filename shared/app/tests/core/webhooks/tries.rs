//! Trying again, giving up, and what endpoints ask for.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_tried_again_by_the_schedule_until_it_is_dead() {
    let scene = scene().await;
    let mut receiver = Receiver::start(|_| Reply::Status(500)).await;
    let endpoint = scene.endpoint(&receiver.url(), &["message.created"]).await;
    let id = group(&scene.app, &scene.alice, &[]).await;
    say(&scene.app, &scene.alice, id, "x").await;
    fan_out_all(&scene.app).await;
    let schedule = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
    for (n, pause) in schedule.into_iter().enumerate() {
        assert_eq!(deliver(&scene.app).await, 1);
        let row = scene.only(endpoint.id).await;
        assert_eq!((row.status, codes(&row).len()), (Status::Failed, n + 1));
        assert_eq!(deliver(&scene.app).await, 0, "not yet due");
        let waited = scene.until_due(endpoint.id).await.num_milliseconds();
        assert!(
            (pause * 1000..=pause * 1200).contains(&waited),
            "{n}: {waited} ms for {pause} s"
        );
    }
    assert_eq!(deliver(&scene.app).await, 1);
    let row = scene.only(endpoint.id).await;
    assert_eq!((row.status, row.next_attempt_at), (Status::Dead, None));
    assert_eq!(codes(&row), vec![json!(500); 10]);
    assert_eq!(row.attempts[9]["error"], "HTTP 500");
    scene.advance(chrono::Duration::days(3));
    assert_eq!(deliver(&scene.app).await, 0);
    let ids: Vec<_> = receiver.drain().iter().map(|post| post.id().to_owned()).collect();
    assert!(ids.len() == 10 && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[rstest]
#[case::busy(429, "retry-after: 3600", 3600..=3600)]
#[case::down(503, "retry-after: 7200", 7200..=7200)]
#[case::never_sooner_than_scheduled(429, "retry-after: 1", 5..=6)]
#[case::not_for_ever(503, "retry-after: 999999999999", 86_400..=86_400)]
#[case::not_understood(503, "retry-after: later", 5..=6)]
#[case::not_asked_of_others(500, "retry-after: 3600", 5..=6)]
#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_may_ask_to_be_left_alone(
    #[case] status: u16,
    #[case] header: &'static str,
    #[case] seconds: std::ops::RangeInclusive<i64>,
) {
    let scene = scene().await;
    let receiver = Receiver::start(move |_| Reply::With(status, header)).await;
    let endpoint = scene.endpoint(&receiver.url(), &["message.created"]).await;
    webhooks::test(&scene.app.outreach, &scene.admin, endpoint.id)
        .await
        .unwrap();
    assert_eq!(deliver(&scene.app).await, 1);
    let waited = scene.until_due(endpoint.id).await;
    assert!(seconds.contains(&waited.num_seconds()), "{waited}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_and_a_dead_address_are_failures_that_say_why() {
    let scene = scene().await;
    let mut target = ok().await;
    let header: &'static str = format!("location: {}", target.url()).leak();
    let redirecting = Receiver::start(move |_| Reply::With(302, header)).await;
    let (dead, closed) = {
        let receiver = ok().await;
        (receiver.url(), receiver)
    };
    closed.kill().await;
    let a = scene.endpoint(&redirecting.url(), &["message.created"]).await;
    let b = scene.endpoint(&dead, &["message.created"]).await;
    for endpoint in [&a, &b] {
        webhooks::test(&scene.app.outreach, &scene.admin, endpoint.id)
            .await
            .unwrap();
    }
    assert_eq!(deliver(&scene.app).await, 2);
    assert!(target.drain().is_empty());
    let (a, b) = (scene.only(a.id).await, scene.only(b.id).await);
    assert_eq!(a.attempts[0]["error"], "HTTP 302: redirects are not followed");
    assert_eq!(b.attempts[0]["status_code"], Value::Null);
    assert!(
        b.attempts[0]["error"].as_str().unwrap().contains("refused"),
        "{}",
        b.attempts
    );
}

async fn alerts(scene: &Scene) -> Vec<String> {
    let listed = notifications::list(&scene.app, &scene.admin, false, 0, 50)
        .await
        .unwrap();
    let alerts = listed.notifications.into_iter();
    alerts.map(|notification| notification.message).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn gone_disables_the_endpoint_gives_up_the_rest_and_tells_the_admins() {
    let scene = scene().await;
    let mut receiver = Receiver::start(|_| Reply::Status(410)).await;
    let endpoint = scene.endpoint(&receiver.url(), &["message.created"]).await;
    let id = group(&scene.app, &scene.alice, &[]).await;
    for n in 0..10 {
        say(&scene.app, &scene.alice, id, &n.to_string()).await;
    }
    fan_out_all(&scene.app).await;
    assert_eq!(deliver(&scene.app).await, PER_ENDPOINT);
    let row = scene.stored(endpoint.id).await;
    assert_eq!(
        (row.is_enabled, row.disabled_reason.as_deref()),
        (false, Some("The endpoint answered 410 Gone"))
    );
    let log = scene.log(endpoint.id).await;
    assert!(
        log.iter()
            .all(|row| row.status == Status::Dead && row.next_attempt_at.is_none())
    );
    assert_eq!(
        log.iter().filter(|row| !codes(row).is_empty()).count(),
        PER_ENDPOINT
    );
    assert_eq!(deliver(&scene.app).await, 0);
    assert_eq!(receiver.drain().len(), PER_ENDPOINT);
    assert_eq!(
        alerts(&scene).await,
        ["The webhook to 127.0.0.1 was disabled. The endpoint answered 410 Gone."]
    );
    assert_eq!(
        code(webhooks::test(&scene.app.outreach, &scene.admin, endpoint.id).await),
        "webhook_disabled"
    );
    let replayed = webhooks::replay(&scene.app.outreach, &scene.admin, endpoint.id, log[0].id).await;
    assert_eq!(code(replayed), "webhook_disabled");
}

#[tokio::test(flavor = "multi_thread")]
async fn five_days_of_nothing_but_failures_disable_it_and_one_success_begins_anew() {
    let scene = scene().await;
    let receiver = Receiver::start(|_| Reply::Status(500)).await;
    let address = receiver.address;
    let endpoint = scene.endpoint(&receiver.url(), &["message.created"]).await;
    let send = async || {
        webhooks::test(&scene.app.outreach, &scene.admin, endpoint.id)
            .await
            .unwrap();
        while deliver(&scene.app).await > 0 {}
        scene.stored(endpoint.id).await
    };
    assert_eq!(scene.stored(endpoint.id).await.failing_since, None);
    let began = scene.clock.now();
    assert_eq!(send().await.failing_since, Some(began));
    scene.advance(chrono::Duration::days(4));
    assert_eq!(send().await.failing_since, Some(began));
    receiver.kill().await;
    let well = Receiver::start_at(address, |_| Reply::Status(204)).await;
    assert_eq!(send().await.failing_since, None);
    well.kill().await;
    let _ill = Receiver::start_at(address, |_| Reply::Status(500)).await;
    scene.advance(chrono::Duration::days(2));
    let began = scene.clock.now();
    assert_eq!(send().await.failing_since, Some(began));
    scene.advance(chrono::Duration::days(5) - chrono::Duration::seconds(1));
    assert!(send().await.is_enabled, "not quite five days");
    assert!(alerts(&scene).await.is_empty());
    scene.advance(chrono::Duration::seconds(1));
    let row = send().await;
    assert_eq!(
        row.disabled_reason.as_deref(),
        Some("Every delivery failed for 5 days")
    );
    assert!(!row.is_enabled);
    assert_eq!(
        alerts(&scene).await,
        ["The webhook to 127.0.0.1 was disabled. Every delivery failed for 5 days."]
    );
    let enable = UpdateEndpoint {
        enabled: Some(true),
        ..UpdateEndpoint::default()
    };
    let row = webhooks::update(&scene.app.outreach, &scene.admin, endpoint.id, enable)
        .await
        .unwrap();
    assert_eq!(
        (row.is_enabled, row.disabled_reason, row.failing_since),
        (true, None, None)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_is_a_new_round_with_the_same_id() {
    let scene = scene_with(&[("WEBHOOK_RETRY_SCHEDULE", "1s")]).await;
    let receiver = Receiver::start(|_| Reply::Status(500)).await;
    let address = receiver.address;
    let endpoint = scene.endpoint(&receiver.url(), &["message.created"]).await;
    let sent = webhooks::test(&scene.app.outreach, &scene.admin, endpoint.id)
        .await
        .unwrap();
    deliver(&scene.app).await;
    scene.until_due(endpoint.id).await;
    deliver(&scene.app).await;
    assert_eq!(scene.only(endpoint.id).await.status, Status::Dead);
    let replay = || webhooks::replay(&scene.app.outreach, &scene.admin, endpoint.id, sent.id);
    let replayed = replay().await.unwrap();
    assert_eq!((replayed.status, replayed.tries), (Status::Pending, 0));
    deliver(&scene.app).await;
    assert_eq!(
        scene.only(endpoint.id).await.status,
        Status::Failed,
        "there is a try left"
    );
    receiver.kill().await;
    let mut back = Receiver::start_at(address, |_| Reply::Status(200)).await;
    replay().await.unwrap();
    deliver(&scene.app).await;
    let row = scene.only(endpoint.id).await;
    assert_eq!(
        (row.status, codes(&row)),
        (Status::Ok, vec![json!(500), json!(500), json!(500), json!(200)])
    );
    assert_eq!(back.next().await.id(), sent.event_id);
    replay().await.unwrap();
    deliver(&scene.app).await;
    assert_eq!(
        back.next().await.id(),
        sent.event_id,
        "what arrived can be sent again"
    );
    let other = scene.endpoint("http://127.0.0.1:1/", &["message.created"]).await;
    let foreign = webhooks::replay(&scene.app.outreach, &scene.admin, other.id, sent.id).await;
    assert_eq!(detail(foreign), "Delivery not found");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_share_the_work_and_a_lost_one_is_made_up_for() {
    let scene = scene().await;
    let (mut receiver, app) = (ok().await, &scene.app);
    let other = scene
        .place
        .app(scene.clock.clone(), &[("WEBHOOK_ALLOW_NETS", "127.0.0.0/8")])
        .await;
    let endpoint = scene.endpoint(&receiver.url(), &["message.created"]).await;
    for _ in 0..PER_ENDPOINT {
        webhooks::test(&app.outreach, &scene.admin, endpoint.id)
            .await
            .unwrap();
    }
    let slots = all_slots();
    let (a, b) = tokio::join!(claim(&app.outreach, &slots), claim(&other.outreach, &slots));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!(a.len() + b.len(), PER_ENDPOINT, "each is claimed once");
    assert_eq!(deliver(app).await, 0, "they are held");
    drop((a, b));
    scene.advance(LEASE);
    assert_eq!(deliver(app).await, PER_ENDPOINT);
    assert_eq!(receiver.drain().len(), PER_ENDPOINT);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_takes_no_more_than_its_own_slots() {
    let scene = scene().await;
    let app = &scene.app;
    let a = scene.endpoint("http://127.0.0.1:1/a", &["message.created"]).await;
    let b = scene.endpoint("http://127.0.0.1:1/b", &["message.created"]).await;
    for _ in 0..20 {
        webhooks::test(&app.outreach, &scene.admin, a.id).await.unwrap();
    }
    webhooks::test(&app.outreach, &scene.admin, b.id).await.unwrap();
    let mut slots = all_slots();
    slots.busy.insert(a.id, PER_ENDPOINT - 1);
    let claims = claim(&app.outreach, &slots).await.unwrap();
    let of = |id| claims.iter().filter(|claim| claim.endpoint.id == id).count();
    assert_eq!((of(a.id), of(b.id)), (1, 1));
    slots.free = 0;
    assert!(claim(&app.outreach, &slots).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_during_an_attempt_is_not_undone_by_it() {
    let scene = scene().await;
    let (app, _receiver) = (&scene.app, Receiver::start(|_| Reply::Status(500)).await);
    let endpoint = scene.endpoint(&_receiver.url(), &["message.created"]).await;
    let sent = webhooks::test(&app.outreach, &scene.admin, endpoint.id)
        .await
        .unwrap();
    let held = claim(&app.outreach, &all_slots()).await.unwrap().remove(0);
    let made = attempt(&app.outreach, held).await;
    webhooks::replay(&app.outreach, &scene.admin, endpoint.id, sent.id)
        .await
        .unwrap();
    record(&app.outreach, vec![made]).await.unwrap();
    let row = scene.only(endpoint.id).await;
    assert_eq!(
        (row.status, row.tries, codes(&row)),
        (Status::Pending, 0, vec![json!(500)])
    );
    assert_eq!(row.next_attempt_at, Some(app.clock.now()), "the replay's");
    let held = claim(&app.outreach, &all_slots()).await.unwrap().remove(0);
    let made = attempt(&app.outreach, held).await;
    let disable = UpdateEndpoint {
        enabled: Some(false),
        ..UpdateEndpoint::default()
    };
    webhooks::update(&app.outreach, &scene.admin, endpoint.id, disable)
        .await
        .unwrap();
    record(&app.outreach, vec![made]).await.unwrap();
    let row = scene.only(endpoint.id).await;
    assert_eq!(
        (row.status, row.next_attempt_at, codes(&row).len()),
        (Status::Dead, None, 2)
    );
    let enable = UpdateEndpoint {
        enabled: Some(true),
        ..UpdateEndpoint::default()
    };
    webhooks::update(&app.outreach, &scene.admin, endpoint.id, enable)
        .await
        .unwrap();
    webhooks::replay(&app.outreach, &scene.admin, endpoint.id, sent.id)
        .await
        .unwrap();
    let held = claim(&app.outreach, &all_slots()).await.unwrap().remove(0);
    webhooks::delete(&app.outreach, &scene.admin, endpoint.id)
        .await
        .unwrap();
    let made = attempt(&app.outreach, held).await;
    record(&app.outreach, vec![made]).await.unwrap();
    assert!(
        webhook_delivery::Entity::find()
            .all(&*app.db)
            .await
            .unwrap()
            .is_empty()
    );
}
