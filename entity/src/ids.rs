//! Typed ids: a conversation's id can never be passed where a message's is wanted.

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// An account's id: a positive integer given by the database.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, DeriveValueType,
)]
#[serde(transparent)]
pub struct UserId(pub i64);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A canned reply's id: a positive integer given by the database.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, DeriveValueType,
)]
#[serde(transparent)]
pub struct CannedReplyId(pub i64);

impl fmt::Display for CannedReplyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A ticket's number, as the `support` dialect names it: a positive integer given by the database.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, DeriveValueType,
)]
#[serde(transparent)]
pub struct SupportId(pub i64);

impl fmt::Display for SupportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A station's id: a positive integer given by the database.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, DeriveValueType,
)]
#[serde(transparent)]
pub struct StationId(pub i64);

impl fmt::Display for StationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A label's id: a positive integer given by the database.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, DeriveValueType,
)]
#[serde(transparent)]
pub struct LabelId(pub i64);

impl fmt::Display for LabelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, DeriveValueType)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl TryFromU64 for $name {
            /// These ids are made by us, never by the database's counter.
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

uuid_id!(
    /// A conversation's id: a UUIDv7.
    ConversationId
);
uuid_id!(
    /// A message's id: a UUIDv7, made by the writer.
    MessageId
);
uuid_id!(
    /// The id of a note of the staff's: a UUIDv7.
    NoteId
);
uuid_id!(
    /// An uploaded file's id: a UUIDv7.
    AttachmentId
);
uuid_id!(
    /// A job intent's id: a UUIDv7.
    JobId
);
uuid_id!(
    /// A sign-in's id, the `sid` claim of its access tokens: a UUIDv7.
    SessionId
);
uuid_id!(
    /// A knowledge article's id: a UUIDv7.
    ArticleId
);
uuid_id!(
    /// The id of an article's image: a UUIDv7.
    ArticleImageId
);
uuid_id!(
    /// A notification's id: a UUIDv7.
    NotificationId
);
uuid_id!(
    /// A browser's Web Push subscription's id: a UUIDv7.
    SubscriptionId
);
uuid_id!(
    /// A webhook endpoint's id: a UUIDv7.
    EndpointId
);
uuid_id!(
    /// The id of one event's delivery to one endpoint: a UUIDv7.
    DeliveryId
);
uuid_id!(
    /// The id of a report of misuse: a UUIDv7.
    ReportId
);
uuid_id!(
    /// The id of a document that became knowledge articles: a UUIDv7.
    DocumentId
);
