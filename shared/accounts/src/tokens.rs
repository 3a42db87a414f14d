//! Tokens: access (JWT), refresh (random, stored by hash), visitors' (JWT of the CRM), and signed file links.

mod files;
mod known;
mod sessions;
mod visitors;

pub use files::{Lasting, Link, refused};
pub use known::{Known, read, users_of};
pub use known::{Sessions, authenticate, renew};
pub use sessions::{Pair, last_used, logout, logout_by_token, open_session, refresh, sweep};
pub(crate) use sessions::{announce_ended, end_sessions};
pub use visitors::{VisitorToken, sweep_unused, visit, welcome};

use chrono::{DateTime, Duration, Utc};
use entity::user::{self, Role};
use entity::{SessionId, UserId};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use kernel::error::{AuthFailure, Error, Result};
use kernel::settings::{Settings, secret_bytes};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// How long an access token is good.
pub const ACCESS_TTL: Duration = Duration::minutes(60);
/// How long a refresh token is good.
pub const REFRESH_TTL: Duration = Duration::days(30);

/// The keys that tokens are signed with.
pub struct Keys {
    encoding: EncodingKey,
    decoding: DecodingKey,
    visitors: Option<DecodingKey>,
    links: Vec<u8>,
    successors: Vec<u8>,
    proofs: Vec<u8>,
}

/// What an access token says. HS256; `typ` is always `access`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// Always `access`: no other JWT that the secret signs passes for an access token.
    pub typ: String,
    /// The user's id as a string.
    pub sub: String,
    /// The same as `sub`, as a number.
    pub user_id: i64,
    /// As it was when the token was signed; the account's own may have changed since.
    pub username: String,
    /// As it was when the token was signed; what the person may do is read from the account.
    pub role: Role,
    /// The session that the token belongs to: it stops working when that ends.
    pub sid: SessionId,
    /// Seconds since 1970.
    pub iat: i64,
    /// Seconds since 1970; no leeway.
    pub exp: i64,
}

impl Keys {
    /// Takes the secret from the settings, or on the embedded profile from the data directory.
    pub fn load(settings: &Settings) -> Result<Self> {
        let secret = match &settings.jwt_secret {
            Some(secret) => secret.clone(),
            None => {
                let path = settings.data_dir.join("jwt-secret");
                SecretString::from(kernel::secrets::keep(&path, || kernel::secrets::random_hex(32))?)
            }
        };
        let bytes = secret_bytes(&secret);
        Ok(Self {
            encoding: EncodingKey::from_secret(bytes),
            decoding: DecodingKey::from_secret(bytes),
            visitors: settings
                .visitor_jwt_secret
                .as_ref()
                .map(|secret| DecodingKey::from_secret(secret_bytes(secret))),
            links: files::key(bytes),
            successors: derive(bytes, b"switchboard refresh tokens v1")?,
            proofs: derive(bytes, b"switchboard proofs of work v1")?,
        })
    }

    /// The refresh token that another is exchanged for: made from it and the server's key, so that whoever presents
    /// the spent one again can be given the same without its being stored anywhere, and nobody without the key can
    /// make it.
    fn successor(&self, token: &str) -> Result<String> {
        Ok(hex::encode(derive(&self.successors, token.as_bytes())?))
    }

    /// Signs challenges to a proof of work.
    pub fn proofs(&self) -> &[u8] {
        &self.proofs
    }

    fn sign(&self, user: &user::Model, sid: SessionId, now: DateTime<Utc>) -> Result<String> {
        self.sign_until(user, sid, now, now + ACCESS_TTL)
    }

    fn sign_until(
        &self,
        user: &user::Model,
        sid: SessionId,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<String> {
        let claims = Claims {
            typ: "access".into(),
            sub: user.id.to_string(),
            user_id: user.id.0,
            username: user.username.clone(),
            role: user.role,
            sid,
            iat: now.timestamp(),
            exp: expires_at.timestamp(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding).map_err(Error::internal)
    }

    /// Checks signature, type and expiry of an access token.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims> {
        let claims: Claims = decode(token, &self.decoding)?;
        let consistent = claims.typ == "access" && claims.sub == claims.user_id.to_string();
        if !consistent {
            return Err(Error::Unauthorized(AuthFailure::Invalid));
        }
        if claims.exp <= now.timestamp() {
            return Err(Error::Unauthorized(AuthFailure::Expired));
        }
        Ok(claims)
    }
}

impl Claims {
    fn user(&self) -> UserId {
        UserId(self.user_id)
    }
}

/// HMAC-SHA256: a key for one purpose from the secret of all, or a token from another.
fn derive(key: &[u8], text: &[u8]) -> Result<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(Error::internal)?;
    mac.update(text);
    Ok(mac.finalize().into_bytes().to_vec())
}

/// An access token of a session that runs out when a test wants it to.
#[cfg(feature = "testing")]
pub fn access_token(
    accounts: &crate::Accounts,
    user: &user::Model,
    sid: SessionId,
    expires_at: DateTime<Utc>,
) -> Result<String> {
    accounts
        .keys
        .sign_until(user, sid, accounts.clock.now(), expires_at)
}

/// HS256 and nothing else; times are checked by the caller, against the core's clock.
fn decode<T: DeserializeOwned + Clone>(token: &str, key: &DecodingKey) -> Result<T> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    jsonwebtoken::decode::<T>(token, key, &validation)
        .map(|data| data.claims)
        .map_err(|_| Error::Unauthorized(AuthFailure::Invalid))
}

#[cfg(test)]
mod tests;
