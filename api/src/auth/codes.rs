//! The wire form of what is done by mailed codes: a forgotten password, a confirmed address.

use poem_openapi::Object;
use poem_openapi::types::Password;
use secrecy::SecretString;
use serde::Deserialize;

/// Whose password was forgotten.
#[derive(Object, Deserialize)]
#[oai(rename = "ForgotPassword")]
pub(super) struct ForgotBody {
    #[oai(validator(min_length = 1, max_length = 254))]
    pub email: String,
}

/// Whose address is to be confirmed.
#[derive(Object, Deserialize)]
#[oai(rename = "ResendVerification")]
pub(super) struct ResendBody {
    /// The address of the token's account unless given.
    #[oai(nullable, validator(min_length = 1, max_length = 254))]
    pub email: Option<String>,
}

/// A code that was mailed, and another password under any of its names.
#[derive(Object, Deserialize)]
#[oai(rename = "ResetPassword")]
pub(super) struct ResetBody {
    /// The code.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub token: String,
    /// 8–128 characters.
    #[oai(nullable, validator(min_length = 8, max_length = 128))]
    #[serde(default, deserialize_with = "maybe_password")]
    new_password: Option<Password>,
    /// The same as `new_password`.
    #[oai(rename = "newPassword", nullable, validator(min_length = 8, max_length = 128))]
    #[serde(rename = "newPassword", default, deserialize_with = "maybe_password")]
    new_password_camel: Option<Password>,
    /// The same as `new_password`.
    #[oai(nullable, validator(min_length = 8, max_length = 128))]
    #[serde(default, deserialize_with = "maybe_password")]
    password: Option<Password>,
}

impl ResetBody {
    /// The code, and the password where there is one.
    pub(super) fn split(self) -> (String, Option<SecretString>) {
        let password = self.new_password.or(self.new_password_camel).or(self.password);
        (
            self.token,
            password.map(|password| SecretString::from(password.0)),
        )
    }
}

fn maybe_password<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Password>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(Password))
}

/// What was done.
#[derive(Object)]
#[oai(rename = "AuthMessage")]
pub(super) struct MessageObject {
    message: String,
}

impl MessageObject {
    /// In a sentence.
    pub(super) fn new(message: &str) -> Self {
        Self {
            message: message.into(),
        }
    }
}
