//! How the server identifies itself to push services (RFC 8292): a P-256 key, and a short-lived JWT for each service.

use anyhow::Context;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kernel::error::{Error, Result};
use kernel::settings::{Settings, VapidKey};
use reqwest::Url;
use secrecy::ExposeSecret;
use serde::Serialize;

/// How long a signature is good; at most 24 hours are allowed.
const GOOD_FOR: Duration = Duration::hours(12);

/// Signs what goes to push services.
pub struct Signer {
    key: EncodingKey,
    /// Base64url of the uncompressed point.
    public: String,
    /// Where a push service's operator can complain.
    contact: String,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: String,
    exp: i64,
    sub: &'a str,
}

impl Signer {
    /// Takes the key from the settings, or on the embedded profile from the data directory; in production without a
    /// key there is none, and no push.
    pub fn load(settings: &Settings) -> Result<Option<Self>> {
        let pem = match &settings.vapid_private_key {
            Some(pem) => pem.expose_secret().to_owned(),
            None if settings.production => return Ok(None),
            None => kernel::secrets::keep(&settings.data_dir.join("vapid.pem"), make)?,
        };
        let key = VapidKey::from_pem(&pem).context("the VAPID key is no P-256 key in PKCS #8 PEM");
        let key = key.map_err(Error::Internal)?;
        Ok(Some(Self {
            key: EncodingKey::from_ec_der(&key.private),
            public: URL_SAFE_NO_PAD.encode(key.public),
            contact: settings
                .public_url
                .clone()
                .unwrap_or_else(|| "mailto:postmaster@localhost".into()),
        }))
    }

    /// The public key, base64url.
    pub fn public_key(&self) -> &str {
        &self.public
    }

    /// The `Authorization` header for a push service.
    pub(super) fn authorization(&self, endpoint: &Url, now: DateTime<Utc>) -> Result<String> {
        let claims = Claims {
            aud: endpoint.origin().ascii_serialization(),
            exp: (now + GOOD_FOR).timestamp(),
            sub: &self.contact,
        };
        let header = Header::new(Algorithm::ES256);
        let token = jsonwebtoken::encode(&header, &claims, &self.key).map_err(Error::internal)?;
        Ok(format!("vapid t={token}, k={}", self.public))
    }
}

/// A new key, as PEM. Empty where none can be made, which [`Signer::load`] then refuses.
pub fn make() -> String {
    EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
        .map(|key| pem(key.as_ref()))
        .unwrap_or_default()
}

/// PEM of a PKCS #8 key (RFC 7468).
fn pem(key: &[u8]) -> String {
    let text = STANDARD.encode(key);
    let mut pem = "-----BEGIN PRIVATE KEY-----\n".to_owned();
    for (n, letter) in text.chars().enumerate() {
        if n > 0 && n % 64 == 0 {
            pem.push('\n');
        }
        pem.push(letter);
    }
    pem + "\n-----END PRIVATE KEY-----\n"
}
