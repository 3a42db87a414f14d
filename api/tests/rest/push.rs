//! Web Push subscriptions over HTTP; what is pushed is tested in `shared/tests/core/push.rs`.

use super::{send, user};
use api::testing::TestServer;
use app::testing::vapid_key;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/notifications/push";

fn browser(endpoint: &str) -> Value {
    json!({
        "endpoint": endpoint,
        "expirationTime": null,
        "keys": {
            "p256dh": "BLn9b-VR0ca83knDNZ32dCHGyjJp-1riX9ZTN40MqV8K_LpQmLqxC_DoHvqvFXO_nGdAB4W9dogZb_sM-uV4JbY",
            "auth": "_ordMnz7uTCmrpBTeUV4Bw",
        },
    })
}

#[tokio::test]
async fn a_browser_subscribes_as_its_own_json_and_unsubscribes() {
    let server = TestServer::start_with(&[("VAPID_PRIVATE_KEY", &vapid_key())]).await;
    let alice = user(&server, "alice").await;
    let key = alice.get("/notifications/push/public-key/").await;
    assert_eq!(key.status, 200, "{key:?}");
    assert_eq!(key.body["public_key"].as_str().map(str::len), Some(87));
    let endpoint = "https://192.0.2.1.example.com/wpush/1";
    for path in [PATH, "/notifications/push/"] {
        let subscribed = alice.post(path, browser(endpoint)).await;
        assert_eq!(subscribed.status, 201, "{subscribed:?}");
        assert_eq!(subscribed.body["endpoint"], endpoint);
    }
    for _ in 0..2 {
        let request = alice
            .request(Method::DELETE, PATH)
            .json(&json!({"endpoint": endpoint}));
        assert_eq!(send(request).await.status, 204);
    }
    server.stop().await;
}

#[tokio::test]
async fn bad_subscriptions_are_422_and_strangers_401() {
    let server = TestServer::start_with(&[("VAPID_PRIVATE_KEY", &vapid_key())]).await;
    let alice = user(&server, "alice").await;
    for (body, field) in [
        (browser("https://169.254.169.254/latest"), "endpoint"),
        (browser("http://push.example.com/"), "endpoint"),
        (browser("nonsense"), "endpoint"),
        (
            json!({"endpoint": "https://push.example.com/", "keys": {"p256dh": "AAAA", "auth": "AAAA"}}),
            "p256dh",
        ),
        (
            json!({"endpoint": "https://push.example.com/", "keys": {}}),
            "p256dh",
        ),
        (json!({}), "endpoint"),
    ] {
        let refused = alice.post(PATH, body.clone()).await;
        assert_eq!(refused.status, 422, "{body} {refused:?}");
        assert_eq!(refused.body["errors"][0]["field"], field, "{body}");
    }
    for (method, path) in [
        (Method::POST, PATH),
        (Method::DELETE, PATH),
        (Method::GET, "/notifications/push/public-key"),
    ] {
        let stranger = server
            .client
            .request(method, server.url(path))
            .json(&browser("https://push.example.com/"));
        assert_eq!(send(stranger).await.status, 401, "{path}");
    }
    server.stop().await;
}
