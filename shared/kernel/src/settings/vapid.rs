//! The key that signs Web Push (RFC 8292).

use super::SettingError;
use super::vars::{Vars, error};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use secrecy::SecretString;

/// A P-256 key.
pub struct VapidKey {
    /// The key as PKCS #8.
    pub private: Vec<u8>,
    /// Its point, not compressed.
    pub public: Vec<u8>,
}

impl VapidKey {
    /// Reads PKCS #8 PEM; none where it is something else, or a key of another curve.
    pub fn from_pem(pem: &str) -> Option<Self> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).ok()?;
        let private = der.secret_pkcs8_der().to_owned();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &private).ok()?;
        let public = pair.public_key().as_ref().to_owned();
        Some(Self { private, public })
    }
}

impl Vars {
    pub(super) fn vapid_key(&self, name: &str) -> Result<Option<SecretString>, SettingError> {
        let Some(pem) = self.get(name)? else {
            return Ok(None);
        };
        if VapidKey::from_pem(&pem).is_none() {
            return Err(error(name, "must be a P-256 key in PKCS #8 PEM"));
        }
        Ok(Some(SecretString::from(pem)))
    }
}
