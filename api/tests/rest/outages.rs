//! A server whose database is not there.

use app::App;
use app::testing::Place;
use kernel::clock::Clock;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// What a machine that is busy with other tests may add to any time.
const SLACK: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_database_is_silent_is_alive_and_not_ready_and_says_when_to_come_again() {
    let place = Place::new().await;
    // connections are taken by the system, and nobody reads them
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://nobody@{}/none", silent.local_addr().unwrap());
    let settings = place.settings(&[("DATABASE_URL", &url), ("BIND", "127.0.0.1:0")]);
    let app = App::start(settings, Clock::System, CancellationToken::new())
        .await
        .expect("a core");
    let server = api::server::Server::start(app).await.expect("a server");
    let base = format!("http://{}", server.addresses[0]);
    let client = reqwest::Client::new();

    let alive = client.get(format!("{base}/livez")).send().await.unwrap();
    assert_eq!(alive.status(), StatusCode::OK);

    let began = Instant::now();
    let ready = client.get(format!("{base}/readyz")).send().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(2) + SLACK);
    assert_eq!(ready.status(), StatusCode::SERVICE_UNAVAILABLE);
    let body: Value = ready.json().await.unwrap();
    assert_ne!(body["parts"]["database"], "ok", "{body}");

    let began = Instant::now();
    let refused = client
        .post(format!("{base}/api/auth/login"))
        .json(&json!({"username": "alice", "password": "correct horse"}))
        .send()
        .await
        .unwrap();
    assert!(began.elapsed() < Duration::from_secs(5) + SLACK);
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    let seconds = refused.headers()["retry-after"].to_str().unwrap();
    assert!((1..=5).contains(&seconds.parse::<u64>().unwrap()), "{seconds}");
    server.stop().await;
}
