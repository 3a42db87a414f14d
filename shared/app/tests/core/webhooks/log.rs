//! Endpoints, their log, and who may see either.

use super::*;

#[tokio::test]
async fn the_log_is_read_in_pages_both_ways() {
    let scene = scene().await;
    let endpoint = scene.endpoint("http://127.0.0.1:1/", &["message.created"]).await;
    let mut sent = Vec::new();
    for _ in 0..5 {
        sent.push(
            webhooks::test(&scene.app.outreach, &scene.admin, endpoint.id)
                .await
                .unwrap()
                .id,
        );
    }
    sent.reverse();
    let page = async |cursor: Option<Cursor>| {
        let cursor = cursor.map(|cursor| Cursor::decode(&cursor.encode()).unwrap());
        let page = webhooks::deliveries(&scene.app.outreach, &scene.admin, endpoint.id, cursor, 2)
            .await
            .unwrap();
        let ids: Vec<_> = page.rows.iter().map(|row| row.id).collect();
        (ids, page.next, page.previous, page.count)
    };
    let (one, next, previous, count) = page(None).await;
    assert_eq!((&one[..], previous, count), (&sent[..2], None, 5));
    let (two, next, previous, _) = page(next).await;
    assert_eq!(two, sent[2..4]);
    let (three, end, _, _) = page(next).await;
    assert_eq!((&three[..], end), (&sent[4..], None));
    let (back, next, start, _) = page(previous).await;
    assert_eq!((&back[..], start), (&sent[..2], None));
    assert_eq!(page(next).await.0, two);
    for bad in ["", "x", "n", "nzz", "p123", "é"] {
        assert_eq!(code(Cursor::decode(bad)), "validation_error", "{bad}");
    }
}

#[tokio::test]
async fn what_was_delivered_is_swept_after_a_month_and_what_was_not_stays() {
    let scene = scene_with(&[("WEBHOOK_RETRY_SCHEDULE", "1s")]).await;
    let receiver = ok().await;
    let well = scene.endpoint(&receiver.url(), &["message.created"]).await;
    let ill = scene.endpoint("http://127.0.0.1:1/", &["message.created"]).await;
    for endpoint in [&well, &ill] {
        webhooks::test(&scene.app.outreach, &scene.admin, endpoint.id)
            .await
            .unwrap();
    }
    deliver(&scene.app).await;
    scene.advance(webhooks::KEEP);
    assert_eq!(webhooks::sweep(&scene.app.outreach).await.unwrap(), 0);
    scene.advance(chrono::Duration::seconds(1));
    assert_eq!(webhooks::sweep(&scene.app.outreach).await.unwrap(), 1);
    assert!(scene.log(well.id).await.is_empty());
    assert_eq!(scene.log(ill.id).await.len(), 1);
}

#[tokio::test]
async fn endpoints_are_the_admins_alone() {
    let scene = scene().await;
    let endpoint = scene.endpoint("http://127.0.0.1:1/", &["message.created"]).await;
    let agent = person(&scene.app, "agent", Role::Agent, None).await;
    for who in [&agent, &scene.alice] {
        let app = &scene.app;
        let command = command("http://127.0.0.1:1/", &["message.created"]);
        assert_eq!(
            code(webhooks::create(&app.outreach, who, command).await),
            "forbidden"
        );
        assert_eq!(code(webhooks::list(&app.outreach, who).await), "forbidden");
        assert_eq!(
            code(webhooks::get(&app.outreach, who, endpoint.id).await),
            "forbidden"
        );
        let change = UpdateEndpoint::default();
        assert_eq!(
            code(webhooks::update(&app.outreach, who, endpoint.id, change).await),
            "forbidden"
        );
        assert_eq!(
            code(webhooks::test(&app.outreach, who, endpoint.id).await),
            "forbidden"
        );
        let log = webhooks::deliveries(&app.outreach, who, endpoint.id, None, 10).await;
        assert_eq!(code(log), "forbidden");
        assert_eq!(
            code(webhooks::delete(&app.outreach, who, endpoint.id).await),
            "forbidden"
        );
    }
    assert_eq!(
        webhooks::list(&scene.app.outreach, &scene.admin)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[rstest]
#[case::private("http://10.0.0.1/", &["message.created"], "url")]
#[case::mapped("http://[::ffff:10.0.0.1]/", &["message.created"], "url")]
#[case::metadata("http://169.254.169.254/latest", &["message.created"], "url")]
#[case::name("http://ip6-localhost.localhost/", &["message.created"], "ok")]
#[case::scheme("gopher://example.com/", &["message.created"], "url")]
#[case::nothing("", &["message.created"], "url")]
#[case::no_events("https://example.com/", &[], "events")]
#[case::unknown_event("https://example.com/", &["message.created", "message.sent"], "events")]
#[tokio::test]
async fn a_bad_endpoint_names_its_field(#[case] url: &str, #[case] events: &[&str], #[case] field: &str) {
    let scene = scene().await;
    let made = webhooks::create(&scene.app.outreach, &scene.admin, command(url, events)).await;
    match made {
        Err(kernel::error::Error::Invalid(errors)) => assert_eq!(errors[0].field, field, "{errors:?}"),
        Ok(_) => assert_eq!(field, "ok"),
        Err(error) => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn without_allowed_nets_this_machine_is_refused_by_name_and_number() {
    let scene = scene_with(&[("WEBHOOK_ALLOW_NETS", "none")]).await;
    for url in ["http://127.0.0.1:9/", "http://localhost:9/", "http://[::1]/"] {
        let made = webhooks::create(
            &scene.app.outreach,
            &scene.admin,
            command(url, &["message.created"]),
        )
        .await;
        assert_eq!(code(made), "validation_error", "{url}");
    }
}
