//! Rows that hold secrets, as the archive writes them: here, and nowhere else, a stored secret becomes text. Every member is
//! named, so that a column that is added to one of these tables does not compile until it is moved too.

use entity::user::{Department, Role};
use entity::{EndpointId, Secret, SessionId, SubscriptionId, UserId};
use entity::{account_token, push_subscription, refresh_token, user, webhook_endpoint};
use sea_orm::prelude::DateTimeUtc;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A row as the archive writes it, and back.
macro_rules! archived {
    ($($(#[$doc:meta])* $row:ident($model:ty) by $form:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Serialize, Deserialize)]
        #[serde(transparent)]
        pub(super) struct $row(#[serde(with = $form)] $model);

        impl From<$model> for $row {
            fn from(model: $model) -> Self {
                Self(model)
            }
        }

        impl From<$row> for $model {
            fn from(row: $row) -> Self {
                row.0
            }
        }
    )*};
}

archived! {
    /// An account, with its password's hash.
    UserRow(user::Model) by "UserForm";
    /// A webhook endpoint, with the key that signs its deliveries.
    EndpointRow(webhook_endpoint::Model) by "EndpointForm";
    /// A browser's subscription, with its address and its secret.
    SubscriptionRow(push_subscription::Model) by "SubscriptionForm";
    /// A refresh token's hash: whoever has the token is signed in after a move.
    TokenRow(refresh_token::Model) by "TokenForm";
    /// A mailed code's hash: whoever has the mail can use it after a move.
    CodeRow(account_token::Model) by "CodeForm";
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "user::Model")]
struct UserForm {
    id: UserId,
    username: String,
    username_key: String,
    email: Option<String>,
    email_verified_at: Option<DateTimeUtc>,
    phone: Option<String>,
    full_name: Option<String>,
    role: Role,
    department: Option<Department>,
    #[serde(with = "exposed::optional")]
    password_hash: Option<Secret>,
    visitor_sub: Option<String>,
    disabled_at: Option<DateTimeUtc>,
    created_at: DateTimeUtc,
    updated_at: DateTimeUtc,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "webhook_endpoint::Model")]
struct EndpointForm {
    id: EndpointId,
    url: String,
    events: Value,
    description: Option<String>,
    is_enabled: bool,
    disabled_reason: Option<String>,
    #[serde(with = "exposed")]
    secret: Secret,
    failing_since: Option<DateTimeUtc>,
    created_by: Option<UserId>,
    created_at: DateTimeUtc,
    updated_at: DateTimeUtc,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "push_subscription::Model")]
struct SubscriptionForm {
    id: SubscriptionId,
    user_id: UserId,
    #[serde(with = "exposed")]
    endpoint: Secret,
    p256dh: String,
    #[serde(with = "exposed")]
    auth: Secret,
    created_at: DateTimeUtc,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "refresh_token::Model")]
struct TokenForm {
    #[serde(with = "exposed")]
    token_hash: Secret,
    session_id: SessionId,
    created_at: DateTimeUtc,
    expires_at: DateTimeUtc,
    spent_at: Option<DateTimeUtc>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "account_token::Model")]
struct CodeForm {
    #[serde(with = "exposed")]
    token_hash: Secret,
    kind: account_token::Kind,
    user_id: UserId,
    address: String,
    created_at: DateTimeUtc,
    expires_at: DateTimeUtc,
    used_at: Option<DateTimeUtc>,
}

/// A secret as text.
mod exposed {
    use entity::Secret;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(secret: &Secret, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(secret.expose())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
        String::deserialize(from).map(Secret::from)
    }

    /// The same where there may be none.
    pub(super) mod optional {
        use super::Secret;
        use serde::{Deserialize, Deserializer, Serialize, Serializer};

        pub(in super::super) fn serialize<S: Serializer>(
            secret: &Option<Secret>,
            to: S,
        ) -> Result<S::Ok, S::Error> {
            secret.as_ref().map(Secret::expose).serialize(to)
        }

        pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
            from: D,
        ) -> Result<Option<Secret>, D::Error> {
            Ok(Option::<String>::deserialize(from)?.map(Secret::from))
        }
    }
}
