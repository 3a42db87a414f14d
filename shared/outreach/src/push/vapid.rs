//! How the server identifies itself to push services (RFC 8292): a P-256 key, and a short-lived JWT for each service.

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kernel::error::{Error, Result};
use kernel::settings::Settings;
use p256::SecretKey;
use p256::elliptic_curve::rand_core::OsRng;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
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

/// Whether the text is a P-256 key as PKCS #8 PEM.
pub fn parse_key(pem: &str) -> Option<SecretKey> {
    SecretKey::from_pkcs8_pem(pem.trim()).ok()
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
        let key = parse_key(&pem).context("the VAPID key is no P-256 key in PKCS #8 PEM");
        let key = key.map_err(Error::Internal)?;
        let point = key.public_key().to_encoded_point(false);
        let der = key
            .to_pkcs8_der()
            .context("the VAPID key is not written")
            .map_err(Error::Internal)?;
        Ok(Some(Self {
            key: EncodingKey::from_ec_der(der.as_bytes()),
            public: URL_SAFE_NO_PAD.encode(point.as_bytes()),
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

/// A new key, as PEM. Empty where the key cannot be written, which [`parse_key`] then refuses.
pub fn make() -> String {
    let key = SecretKey::random(&mut OsRng);
    key.to_pkcs8_pem(LineEnding::LF)
        .map(|pem| pem.to_string())
        .unwrap_or_default()
}
