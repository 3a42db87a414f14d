//! Notifications: `notification`. Stored first, then delivered.

use crate::{ConversationId, NotificationId, UserId};
use sea_orm::entity::prelude::*;

/// What somebody is told of.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(24))")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[sea_orm(string_value = "ticket_created")]
    TicketCreated,
    #[sea_orm(string_value = "ticket_assigned")]
    TicketAssigned,
    #[sea_orm(string_value = "ticket_updated")]
    TicketUpdated,
    #[sea_orm(string_value = "ticket_resolved")]
    TicketResolved,
    #[sea_orm(string_value = "ticket_deleted")]
    TicketDeleted,
    #[sea_orm(string_value = "message_received")]
    MessageReceived,
    #[sea_orm(string_value = "misuse_detected")]
    MisuseDetected,
    #[sea_orm(string_value = "system_alert")]
    SystemAlert,
    /// Named in a note.
    #[sea_orm(string_value = "mentioned")]
    Mentioned,
    /// A customer wants a person.
    #[sea_orm(string_value = "handoff_requested")]
    HandoffRequested,
    #[sea_orm(string_value = "conversation_assigned")]
    ConversationAssigned,
    /// It was snoozed, and its time has come.
    #[sea_orm(string_value = "conversation_woke")]
    ConversationWoke,
    #[sea_orm(string_value = "conversation_resolved")]
    ConversationResolved,
}

/// How urgently a client should show it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    #[sea_orm(string_value = "low")]
    Low,
    #[sea_orm(string_value = "medium")]
    Medium,
    #[sea_orm(string_value = "high")]
    High,
    #[sea_orm(string_value = "urgent")]
    Urgent,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "notification")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NotificationId,
    /// Who is told.
    pub user_id: UserId,
    pub kind: Kind,
    pub title: String,
    pub message: String,
    /// What it is about, as it was then: a ticket's fields, a message's.
    pub data: Json,
    pub priority: Priority,
    /// The conversation that it is about, if any; it may be gone.
    pub conversation_id: Option<ConversationId>,
    /// The same cause tells a person once: a repeated job stores nothing.
    pub cause: String,
    pub read_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// This person's notifications.
    pub fn of(user: UserId) -> Select<Self> {
        Self::find().filter(Column::UserId.eq(user))
    }
}
