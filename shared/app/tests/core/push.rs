//! Web Push, against a push service on this machine that decrypts what it gets.

use crate::support::{PATIENCE, lease};
use accounts::users::{self, UpdateUser};
use app::App;
use app::testing::{Place, TestApp, vapid_key};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desk::notifications;
use entity::user::Role;
use entity::{JobId, NotificationId, SubscriptionId, job, push_subscription};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use kernel::actor::Actor;
use kernel::clock::Clock;
use kernel::error::Error;
use outreach::push::{self, Subscribe};
use platform::job::Job;
use platform::job_store;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use std::collections::HashMap;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use web_push_native::p256::SecretKey;
use web_push_native::p256::elliptic_curve::rand_core::OsRng;
use web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint;

/// A request that the push service got.
struct Pushed {
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

/// A push service that gives each request the next of some answers, and the last of them for ever.
async fn service(statuses: &'static [u16]) -> (String, mpsc::UnboundedReceiver<Pushed>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/wpush/abc", listener.local_addr().unwrap());
    let (sender, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        for n in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            let status = statuses[n.min(statuses.len() - 1)];
            if let Some(pushed) = answer(stream, status).await {
                let _ = sender.send(pushed);
            }
        }
    });
    (url, receiver)
}

async fn answer(mut stream: TcpStream, status: u16) -> Option<Pushed> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8(bytes[..head].to_vec()).ok()?;
    let headers: HashMap<_, _> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.get("content-length")?.parse().ok()?;
    let mut body = bytes[head + 4..].to_vec();
    while body.len() < length {
        stream.read_buf(&mut body).await.ok()?;
    }
    let reply = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(reply.as_bytes()).await.ok()?;
    Some(Pushed { headers, body })
}

/// A browser's keys.
struct Browser {
    key: SecretKey,
    secret: [u8; 16],
}

impl Browser {
    fn new() -> Self {
        Self {
            key: SecretKey::random(&mut OsRng),
            secret: *b"sixteen bytes, 1",
        }
    }

    fn wish(&self, endpoint: &str) -> Subscribe {
        Subscribe {
            endpoint: endpoint.into(),
            p256dh: URL_SAFE_NO_PAD.encode(self.key.public_key().to_encoded_point(false)),
            auth: URL_SAFE_NO_PAD.encode(self.secret).into(),
        }
    }

    fn read(&self, pushed: &Pushed) -> Value {
        let secret = self.secret.into();
        let plain =
            web_push_native::decrypt(pushed.body.clone(), &self.key, &secret).expect("for this browser");
        serde_json::from_slice(&plain).expect("JSON")
    }
}

/// A core with a key on either profile, that may push to this machine.
async fn start() -> (Place, App) {
    let place = Place::new().await;
    let key = vapid_key();
    let changes = [
        ("VAPID_PRIVATE_KEY", key.as_str()),
        ("WEBHOOK_ALLOW_NETS", "127.0.0.0/8"),
    ];
    let app = place.app(Clock::System, &changes).await;
    (place, app)
}

async fn boss(app: &App) -> Actor {
    app::testing::person(app, "boss", Role::Admin, None).await
}

/// The pushes that are to be made.
async fn pushes(app: &App) -> Vec<(JobId, NotificationId, SubscriptionId)> {
    let rows = job::Entity::find().all(&*app.db).await.unwrap();
    let pending = rows.into_iter().filter(|row| row.state == job::State::Pending);
    let parsed = pending.filter_map(|row| match serde_json::from_value(row.payload).unwrap() {
        Job::PushNotification {
            notification,
            subscription,
        } => Some((row.id, notification, subscription)),
        _ => None,
    });
    parsed.collect()
}

async fn alert(app: &App, message: &str, data: Value) {
    notifications::alert_admins(app, message.chars().take(30).collect(), message.into(), data)
        .await
        .unwrap();
}

async fn state(app: &App, id: JobId) -> job::State {
    job::Entity::find_by_id(id)
        .one(&*app.db)
        .await
        .unwrap()
        .unwrap()
        .state
}

#[tokio::test]
async fn a_notification_reaches_the_browser_encrypted_and_signed() {
    let (_place, app) = start().await;
    let boss = boss(&app).await;
    let (url, mut received) = service(&[201]).await;
    let browser = Browser::new();
    push::subscribe(&app.outreach, &boss, browser.wish(&url))
        .await
        .unwrap();
    alert(&app, "Disk full", json!({"disk": "a"})).await;
    let [(job, notification, subscription)] = pushes(&app).await[..] else {
        panic!("one job")
    };
    let claim = job_store::claim(&app, job).await.unwrap().expect("due");
    push::deliver(&app.outreach, claim.lease, notification, subscription)
        .await
        .unwrap();
    assert_eq!(state(&app, job).await, job::State::Done);

    let pushed = tokio::time::timeout(PATIENCE, received.recv())
        .await
        .unwrap()
        .unwrap();
    let body = browser.read(&pushed);
    assert_eq!(body["title"], "System Alert");
    assert_eq!(body["message"], "Disk full");
    assert_eq!(body["type"], "system_alert");
    assert_eq!(body["data"], json!({"disk": "a"}));
    assert_eq!(body["id"], notification.to_string());
    assert_eq!(pushed.headers["content-encoding"], "aes128gcm");
    assert_eq!(pushed.headers["ttl"], "86400");
    assert_eq!(pushed.headers["urgency"], "high");
    let (token, key) = pushed.headers["authorization"]
        .strip_prefix("vapid t=")
        .and_then(|rest| rest.split_once(", k="))
        .expect("RFC 8292");
    assert_eq!(key, push::public_key(&app.outreach).unwrap());
    let point = URL_SAFE_NO_PAD.decode(key).unwrap();
    assert_eq!((point.len(), point[0]), (65, 4));
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_audience(&[url.strip_suffix("/wpush/abc").unwrap()]);
    let claims = jsonwebtoken::decode::<Value>(token, &DecodingKey::from_ec_der(&point), &validation)
        .unwrap()
        .claims;
    let left = claims["exp"].as_i64().unwrap() - app.clock.now().timestamp();
    assert!((1..=86_400).contains(&left), "{left}");
    assert!(claims["sub"].as_str().unwrap().starts_with("mailto:"));
}

#[tokio::test]
async fn a_browser_that_is_gone_is_forgotten_and_other_failures_are_tried_again() {
    let (_place, app) = start().await;
    let boss = boss(&app).await;
    let (url, mut received) = service(&[500, 429, 410]).await;
    push::subscribe(&app.outreach, &boss, Browser::new().wish(&url))
        .await
        .unwrap();
    alert(&app, "a", json!({})).await;
    let [(job, notification, subscription)] = pushes(&app).await[..] else {
        panic!("one job")
    };
    for _ in 0..2 {
        let failed = push::deliver(&app.outreach, lease(&app, job).await, notification, subscription).await;
        assert!(matches!(failed, Err(Error::Unavailable(_))));
        assert_eq!(state(&app, job).await, job::State::Pending);
    }
    push::deliver(&app.outreach, lease(&app, job).await, notification, subscription)
        .await
        .unwrap();
    assert_eq!(state(&app, job).await, job::State::Done);
    assert!(
        push_subscription::Entity::find()
            .all(&*app.db)
            .await
            .unwrap()
            .is_empty()
    );
    for _ in 0..3 {
        received.recv().await.unwrap();
    }
    // nobody to tell: nothing is asked of the worker, and what was asked before does no harm
    alert(&app, "b", json!({})).await;
    assert!(pushes(&app).await.is_empty());
    push::deliver(&app.outreach, lease(&app, job).await, notification, subscription)
        .await
        .unwrap();
    assert!(received.try_recv().is_err());
}

#[tokio::test]
async fn what_was_read_is_not_pushed_and_what_is_long_is_cut() {
    let (_place, app) = start().await;
    let boss = boss(&app).await;
    let (url, mut received) = service(&[201]).await;
    let browser = Browser::new();
    push::subscribe(&app.outreach, &boss, browser.wish(&url))
        .await
        .unwrap();
    alert(&app, &"ü€😀".repeat(200), json!({"long": "x".repeat(5000)})).await;
    let [(job, notification, subscription)] = pushes(&app).await[..] else {
        panic!("one job")
    };
    push::deliver(&app.outreach, lease(&app, job).await, notification, subscription)
        .await
        .unwrap();
    let pushed = received.recv().await.unwrap();
    assert!(pushed.body.len() <= 4096);
    let body = browser.read(&pushed);
    assert_eq!(body["data"], Value::Null);
    assert!(body["message"].as_str().unwrap().starts_with("ü€😀"));
    notifications::mark_read(&app, &boss, notification).await.unwrap();
    push::deliver(&app.outreach, lease(&app, job).await, notification, subscription)
        .await
        .unwrap();
    assert!(received.try_recv().is_err());
}

#[tokio::test]
async fn an_endpoint_is_its_last_subscriber_s_and_people_have_twenty() {
    let (_place, app) = start().await;
    let boss = boss(&app).await;
    let other = app::testing::person(&app, "chief", Role::Admin, None).await;
    let browser = Browser::new();
    let endpoint = |n: u32| format!("https://push.example.com/{n}");
    for n in 0..23 {
        push::subscribe(&app.outreach, &boss, browser.wish(&endpoint(n)))
            .await
            .unwrap();
    }
    let of = async |actor: &Actor| -> Vec<String> {
        let rows = push_subscription::Entity::of(actor.id)
            .all(&*app.db)
            .await
            .unwrap();
        let mut endpoints: Vec<_> = rows.into_iter().map(|row| row.endpoint.into()).collect();
        endpoints.sort();
        endpoints
    };
    assert_eq!(of(&boss).await.len(), 20);
    assert!(!of(&boss).await.contains(&endpoint(2)));
    push::subscribe(&app.outreach, &other, browser.wish(&endpoint(5)))
        .await
        .unwrap();
    assert_eq!(of(&other).await, [endpoint(5)]);
    assert_eq!(of(&boss).await.len(), 19);
    // somebody else's is left alone
    push::unsubscribe(&app.outreach, &boss, &endpoint(5))
        .await
        .unwrap();
    assert_eq!(of(&other).await.len(), 1);
    push::unsubscribe(&app.outreach, &other, &endpoint(5))
        .await
        .unwrap();
    push::unsubscribe(&app.outreach, &other, &endpoint(5))
        .await
        .unwrap();
    assert!(of(&other).await.is_empty());
}

#[tokio::test]
async fn bad_endpoints_and_keys_are_refused_by_name() {
    let (_place, app) = start().await;
    let boss = boss(&app).await;
    let good = Browser::new().wish("https://push.example.com/1");
    let field = async |wish: Subscribe| match push::subscribe(&app.outreach, &boss, wish).await {
        Err(Error::Invalid(errors)) => errors[0].field.clone(),
        other => panic!("{other:?}"),
    };
    let long = format!("https://push.example.com/{}", "x".repeat(2048));
    for endpoint in [
        "",
        "push",
        "ftp://push.example.com/",
        "http://push.example.com/",
        "https://10.0.0.1/",
        "https://a:b@push.example.com/",
        &long,
    ] {
        let endpoint = endpoint.to_owned();
        assert_eq!(
            field(Subscribe {
                endpoint: endpoint.as_str().into(),
                ..good.clone()
            })
            .await,
            "endpoint",
            "{endpoint}"
        );
    }
    let off_curve = URL_SAFE_NO_PAD.encode([4u8; 65]);
    for p256dh in ["", "!!!", "AAAA", &off_curve, &"A".repeat(1000)] {
        assert_eq!(
            field(Subscribe {
                p256dh: p256dh.into(),
                ..good.clone()
            })
            .await,
            "p256dh",
            "{p256dh}"
        );
    }
    for auth in ["", "!!!", "AAAA", &"A".repeat(1000)] {
        assert_eq!(
            field(Subscribe {
                auth: auth.into(),
                ..good.clone()
            })
            .await,
            "auth",
            "{auth}"
        );
    }
    // padded keys are as good
    let padded = Subscribe {
        auth: format!("{}==", good.auth.expose()).into(),
        p256dh: format!("{}=", good.p256dh),
        ..good
    };
    push::subscribe(&app.outreach, &boss, padded).await.unwrap();
}

#[tokio::test]
async fn without_a_key_there_is_no_push_in_production_and_one_is_kept_otherwise() {
    let test = TestApp::new().await;
    if !app::testing::production() {
        let key = push::public_key(&test.app.outreach).unwrap().to_owned();
        let again = test.place.app(Clock::System, &[]).await;
        assert_eq!(push::public_key(&again.outreach).unwrap(), key);
        return;
    }
    assert!(matches!(
        push::public_key(&test.app.outreach),
        Err(Error::Conflict { code: "push_off", .. })
    ));
    let boss = boss(&test.app).await;
    let refused = push::subscribe(
        &test.app.outreach,
        &boss,
        Browser::new().wish("https://push.example.com/1"),
    )
    .await;
    assert!(matches!(refused, Err(Error::Conflict { code: "push_off", .. })));
}

#[tokio::test]
async fn nothing_is_pushed_to_somebody_who_was_disabled_meanwhile() {
    let (_place, app) = start().await;
    let (endpoint, mut pushed) = service(&[201]).await;
    let boss = boss(&app).await;
    let root = app::testing::person(&app, "root", Role::Admin, None).await;
    push::subscribe(&app.outreach, &boss, Browser::new().wish(&endpoint))
        .await
        .unwrap();
    alert(&app, "one", json!({})).await;
    let disabled = UpdateUser {
        is_disabled: Some(true),
        ..UpdateUser::default()
    };
    users::change(&app, &root, boss.id, disabled).await.unwrap();
    let waiting = pushes(&app).await;
    assert_eq!(waiting.len(), 1);
    for (job, notification, browser) in waiting {
        let lease = lease(&app, job).await;
        push::deliver(&app.outreach, lease, notification, browser)
            .await
            .unwrap();
    }
    assert!(pushes(&app).await.is_empty(), "its job is done");
    assert!(pushed.try_recv().is_err(), "the push service heard nothing");
}
