//! Passwords: Argon2id, off the async threads, two at a time so that a flood of sign-ins cannot take the
//! memory (19 MiB each) or the cores.

use crate::error::{Error, Result};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Hashes and checks passwords.
pub struct Passwords(Arc<Semaphore>);

/// One of the few at a time who may have a password checked.
pub struct Turn {
    _permit: OwnedSemaphorePermit,
}

const AT_ONCE: usize = 2;

/// Checked in place of an unknown account's, so that the answer takes the same time.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c3dpdGNoYm9hcmQtbm9ib2R5$H8+Gj4MGzVxq5v2Pzv7m2t4fE6sZ6DkTn9w0uWm6b0M";

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Passwords {
    /// An Argon2id hash in PHC format.
    pub async fn hash(&self, password: SecretString) -> Result<String> {
        let hash = move || {
            Argon2::default()
                .hash_password(password.expose_secret().as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|error| Error::internal(anyhow::anyhow!("argon2: {error}")))
        };
        self.turn().await?.run(hash).await?.0
    }

    /// Waits for a turn.
    pub async fn turn(&self) -> Result<Turn> {
        let _permit = self.0.clone().acquire_owned().await.map_err(Error::internal)?;
        Ok(Turn { _permit })
    }
}

impl Turn {
    /// Whether the password is the one behind the hash; without a hash never, after the same time. Gives the
    /// turn back, so that the caller can note the outcome before the next one's.
    pub async fn verify(self, password: SecretString, hash: Option<String>) -> Result<(bool, Self)> {
        let check = move || -> Result<bool> {
            let known = hash.is_some();
            let hash = hash.as_deref().unwrap_or(NOBODY);
            let parsed = PasswordHash::new(hash)
                .map_err(|error| Error::internal(anyhow::anyhow!("argon2: {error}")))?;
            let right = Argon2::default()
                .verify_password(password.expose_secret().as_bytes(), &parsed)
                .is_ok();
            Ok(right && known)
        };
        let (right, turn) = self.run(check).await?;
        Ok((right?, turn))
    }

    async fn run<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> Result<(T, Self)> {
        tokio::task::spawn_blocking(move || (work(), self))
            .await
            .map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other_and_nobodys_fits_none() {
        let passwords = Passwords::default();
        let secret = |text: &str| SecretString::from(text.to_owned());
        let fits = async |text, hash| {
            let turn = passwords.turn().await.unwrap();
            turn.verify(secret(text), hash).await.unwrap().0
        };
        let hash = passwords.hash(secret("correct horse")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(fits("correct horse", Some(hash.clone())).await);
        assert!(!fits("wrong horse", Some(hash)).await);
        assert!(!fits("anything", None).await);
    }
}
