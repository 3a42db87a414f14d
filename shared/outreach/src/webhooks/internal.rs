//! Who may call `/internal/webhook/` from another machine: whoever signs with `INTERNAL_WEBHOOK_SECRET`.

use kernel::settings::Settings;
use reqwest::header::HeaderMap;
use secrecy::ExposeSecret;
use standardwebhooks::Webhook;

/// Whether the body carries a valid, fresh (±5 min) Standard Webhooks signature of the secret in the settings; without
/// a secret nothing does. A secret without `whsec_` is taken as its bytes.
pub fn verify_internal(settings: &Settings, headers: &HeaderMap, body: &[u8]) -> bool {
    let Some(secret) = &settings.internal_webhook_secret else {
        return false;
    };
    let secret = secret.expose_secret();
    let key = if secret.starts_with("whsec_") {
        Webhook::new(secret)
    } else {
        Webhook::from_bytes(secret.as_bytes().to_vec())
    };
    match key {
        Ok(key) => key.verify(body, headers).is_ok(),
        Err(error) => {
            tracing::error!(%error, "INTERNAL_WEBHOOK_SECRET is not whsec_ and base64");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::clock::Clock;
    use rstest::rstest;
    use std::collections::HashMap;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn settings(secret: &str) -> Settings {
        let vars = [("INTERNAL_WEBHOOK_SECRET".to_owned(), secret.to_owned())];
        Settings::from_vars(HashMap::from(vars)).unwrap()
    }

    /// The three headers of a body that this key signed so many seconds ago.
    fn signed(key: &Webhook, body: &[u8], ago: i64) -> HeaderMap {
        let time = Clock::System.now().timestamp() - ago;
        let signature = key.sign("msg_1", time, body).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("webhook-id", "msg_1".parse().unwrap());
        headers.insert("webhook-timestamp", time.into());
        headers.insert("webhook-signature", signature.parse().unwrap());
        headers
    }

    #[rstest]
    #[case::whsec(SECRET, Webhook::new(SECRET).unwrap())]
    #[case::plain("a plain secret", Webhook::from_bytes(b"a plain secret".to_vec()).unwrap())]
    fn who_holds_the_secret_is_let_in(#[case] secret: &str, #[case] key: Webhook) {
        let settings = settings(secret);
        let headers = signed(&key, b"{}", 0);
        assert!(verify_internal(&settings, &headers, b"{}"));
        assert!(!verify_internal(&settings, &headers, b"{ }"), "another body");
        assert!(
            !verify_internal(&settings, &HeaderMap::new(), b"{}"),
            "no signature"
        );
        assert!(
            !verify_internal(&settings, &signed(&key, b"{}", 301), b"{}"),
            "old"
        );
        let other = Webhook::from_bytes(b"another secret".to_vec()).unwrap();
        assert!(!verify_internal(&settings, &signed(&other, b"{}", 0), b"{}"));
    }

    #[rstest]
    #[case::none("")]
    #[case::broken("whsec_!!!")]
    fn without_a_good_secret_nobody_is(#[case] secret: &str) {
        let key = Webhook::new(SECRET).unwrap();
        let headers = signed(&key, b"{}", 0);
        assert!(!verify_internal(&settings(secret), &headers, b"{}"));
        let empty = Webhook::from_bytes(Vec::new()).unwrap();
        assert!(!verify_internal(
            &settings(secret),
            &signed(&empty, b"{}", 0),
            b"{}"
        ));
    }
}
