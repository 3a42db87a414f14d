//! What is stored as a secret is printed and serialised by nobody; the archive alone writes it, on purpose.

use app::archive::export;
use app::testing::{Place, TestApp};
use entity::user::{self, Role};
use entity::{
    EndpointId, SessionId, SubscriptionId, UserId, account_token, push_subscription, refresh_token,
    webhook_endpoint,
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Debug;
use uuid::Uuid;

/// In every secret below, and nowhere else.
const MARK: &str = "hunter2";

/// Whether a type can be serialised: the constant of the type itself wins over the trait's where its bound holds.
struct Probe<T>(std::marker::PhantomData<T>);

trait Otherwise {
    const SERIALISES: bool = false;
}

impl<T> Otherwise for Probe<T> {}

impl<T: Serialize> Probe<T> {
    const SERIALISES: bool = true;
}

fn account(now: chrono::DateTime<chrono::Utc>) -> user::Model {
    user::Model {
        id: UserId(4711),
        username: "keeper".into(),
        username_key: "keeper".into(),
        email: None,
        email_verified_at: None,
        phone: None,
        full_name: None,
        role: Role::Admin,
        department: None,
        password_hash: Some(MARK.into()),
        visitor_sub: None,
        disabled_at: None,
        created_at: now,
        updated_at: now,
    }
}

fn endpoint(now: chrono::DateTime<chrono::Utc>) -> webhook_endpoint::Model {
    webhook_endpoint::Model {
        id: EndpointId(Uuid::now_v7()),
        url: "https://example.com/".into(),
        events: serde_json::json!([]),
        description: None,
        is_enabled: false,
        disabled_reason: None,
        secret: MARK.into(),
        failing_since: None,
        created_by: None,
        created_at: now,
        updated_at: now,
    }
}

fn subscription(now: chrono::DateTime<chrono::Utc>) -> push_subscription::Model {
    push_subscription::Model {
        id: SubscriptionId(Uuid::now_v7()),
        user_id: UserId(4711),
        endpoint: format!("https://push.example.com/{MARK}").into(),
        p256dh: "public".into(),
        auth: MARK.into(),
        created_at: now,
    }
}

fn token(now: chrono::DateTime<chrono::Utc>) -> refresh_token::Model {
    refresh_token::Model {
        token_hash: MARK.into(),
        session_id: SessionId(Uuid::now_v7()),
        created_at: now,
        expires_at: now,
        spent_at: None,
    }
}

fn mailed(now: chrono::DateTime<chrono::Utc>) -> account_token::Model {
    account_token::Model {
        token_hash: MARK.into(),
        kind: account_token::Kind::PasswordReset,
        user_id: UserId(4711),
        address: "keeper@example.com".into(),
        created_at: now,
        expires_at: now,
        used_at: None,
    }
}

/// The row, and as it is about to be stored.
fn shows_nothing<M>(row: M)
where
    M: Clone
        + Debug
        + sea_orm::ModelTrait
        + IntoActiveModel<<M::Entity as sea_orm::EntityTrait>::ActiveModel>,
    <M::Entity as sea_orm::EntityTrait>::ActiveModel: Debug,
{
    let stored = row.clone().into_active_model().reset_all();
    for printed in [
        format!("{row:?}"),
        format!("{row:#?}"),
        format!("{stored:?}"),
        format!("{:?}", Some(&row)),
    ] {
        assert!(!printed.contains(MARK), "{printed}");
        assert!(printed.contains("[redacted]"), "{printed}");
    }
}

#[tokio::test]
async fn a_row_with_a_secret_prints_none_of_it_and_cannot_be_serialised() {
    let app = TestApp::new().await;
    let now = app.clock.now();
    shows_nothing(account(now));
    shows_nothing(endpoint(now));
    shows_nothing(subscription(now));
    shows_nothing(token(now));
    shows_nothing(mailed(now));
    const {
        assert!(Probe::<entity::message::Model>::SERIALISES, "the probe sees");
    }
    for (name, serialises) in [
        ("Secret", Probe::<entity::Secret>::SERIALISES),
        ("accounts_user", Probe::<user::Model>::SERIALISES),
        ("webhook_endpoint", Probe::<webhook_endpoint::Model>::SERIALISES),
        ("push_subscription", Probe::<push_subscription::Model>::SERIALISES),
        ("account_token", Probe::<account_token::Model>::SERIALISES),
        ("auth_refresh_token", Probe::<refresh_token::Model>::SERIALISES),
    ] {
        assert!(!serialises, "{name}");
    }
}

/// Columns by whose name one would look for a secret, and that hold one.
const SECRETS: &[&str] = &[
    "account_token.token_hash",
    "accounts_user.password_hash",
    "auth_refresh_token.token_hash",
    "push_subscription.auth",
    "webhook_endpoint.secret",
];

#[tokio::test]
async fn a_column_that_is_named_like_a_secret_is_one_of_those_tested_here() {
    let app = TestApp::new().await;
    let sql = if app.db.is_sqlite() {
        "SELECT m.name AS t, c.name AS n FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
    } else {
        "SELECT table_name::text AS t, column_name::text AS n FROM information_schema.columns \
         WHERE table_schema = 'public'"
    };
    let rows = app.db.query_all_raw(app.db.statement(sql, [])).await.unwrap();
    let names = rows.iter().map(|row| {
        let (table, column): (String, String) =
            (row.try_get("", "t").unwrap(), row.try_get("", "n").unwrap());
        format!("{table}.{column}")
    });
    let suspicious: BTreeSet<String> = names
        .filter(|name| {
            let column = name.rsplit('.').next().unwrap_or_default();
            let has = |word| column.split('_').any(|part| part == word);
            [
                "secret",
                "password",
                "hash",
                "token",
                "auth",
                "private",
                "successor",
            ]
            .into_iter()
            .any(has)
        })
        .collect();
    let known: BTreeSet<String> = SECRETS.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(
        suspicious, known,
        "a new secret is an `entity::Secret`, and is tested above"
    );
}

#[tokio::test]
async fn the_archive_writes_secrets_and_brings_them_back() {
    let app = TestApp::new().await;
    let now = app.clock.now();
    account(now).into_active_model().insert(&*app.db).await.unwrap();
    endpoint(now).into_active_model().insert(&*app.db).await.unwrap();
    subscription(now)
        .into_active_model()
        .insert(&*app.db)
        .await
        .unwrap();
    mailed(now).into_active_model().insert(&*app.db).await.unwrap();
    let out = app.place.dir.path().join("out");
    export(&app.db, &app.files, &out).await.unwrap();
    let text = std::fs::read_to_string(out.join("rows.jsonl")).unwrap();
    assert_eq!(
        text.matches(MARK).count(),
        5,
        "hash, key, address and its secret, a code's hash"
    );
    assert!(!text.contains("[redacted]"));

    let empty = Place::new().await;
    let db = platform::db::Db::connect(&empty.settings(&[]).database_url)
        .await
        .unwrap();
    db.migrate().await.unwrap();
    app::archive::import(&db, &app.files, &out).await.unwrap();
    let again = app.place.dir.path().join("again");
    export(&db, &app.files, &again).await.unwrap();
    assert_eq!(std::fs::read_to_string(again.join("rows.jsonl")).unwrap(), text);
}

#[tokio::test]
async fn settings_and_commands_print_no_secret() {
    let place = Place::new().await;
    let pem = app::testing::vapid_key();
    let long = format!("{MARK}-0123456789abcdefghijklmnopqrstuvwxyz");
    let settings = place.settings(&[
        ("DATABASE_URL", "postgres://app:hunter2@db/chat?password=hunter2"),
        ("REDIS_URL", "redis://:hunter2@cache/0"),
        ("JWT_SECRET", &long),
        ("VISITOR_JWT_SECRET", &long),
        ("INTERNAL_WEBHOOK_SECRET", &long),
        ("DEMO_PASSWORD", &long),
        ("LLM_BASE_URL", "http://localhost:1"),
        ("LLM_MODEL", "m"),
        ("LLM_API_KEY", &long),
        ("EMBEDDINGS_BASE_URL", "http://localhost:1"),
        ("EMBEDDINGS_MODEL", "m"),
        ("EMBEDDINGS_API_KEY", &long),
        ("SMTP_URL", "smtps://post:hunter2@mail.example.com"),
        ("MAIL_FROM", "support@example.com"),
        ("VAPID_PRIVATE_KEY", &pem),
    ]);
    let printed = format!("{settings:?}");
    assert!(!printed.contains(MARK), "{printed}");
    assert!(!printed.contains("PRIVATE KEY"), "{printed}");

    let subscribe = outreach::push::Subscribe {
        endpoint: MARK.into(),
        p256dh: String::new(),
        auth: MARK.into(),
    };
    let register = accounts::users::Register {
        username: "keeper".into(),
        password: secrecy::SecretString::from(MARK.to_owned()),
        email: None,
        phone: None,
        full_name: None,
        role: None,
        department: None,
    };
    let change = accounts::users::UpdateUser {
        password: Some(secrecy::SecretString::from(MARK.to_owned())),
        ..Default::default()
    };
    for printed in [
        format!("{subscribe:?}"),
        format!("{register:?}"),
        format!("{change:?}"),
    ] {
        assert!(!printed.contains(MARK), "{printed}");
    }
}
