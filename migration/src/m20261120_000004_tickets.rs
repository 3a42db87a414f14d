//! Stations, tickets, notifications, push subscriptions, webhook endpoints and their deliveries.

use crate::m20261120_000001_people::User;
use crate::m20261120_000002_chat::Conversation;
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            stations(),
            tickets(),
            notifications(),
            push_subscriptions(),
            webhook_endpoints(),
            webhook_deliveries(),
        ] {
            manager.create_table(table).await?;
        }
        for sql in INDEXES {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in ["idx_accounts_user_role", "idx_chat_attachment_conversation"] {
            manager
                .get_connection()
                .execute_unprepared(&format!("DROP INDEX {index}"))
                .await?;
        }
        for table in [
            "webhook_delivery",
            "webhook_endpoint",
            "push_subscription",
            "notification",
            "ticket",
            "station",
        ] {
            manager
                .get_connection()
                .execute_unprepared(&format!("DROP TABLE {table}"))
                .await?;
        }
        Ok(())
    }
}

/// The same on both databases. Each serves the list query named beside it.
const INDEXES: &[&str] = &[
    // whom something concerns: admins, a department's agents
    "CREATE INDEX idx_accounts_user_role ON accounts_user (role)",
    // a deleted conversation's files
    "CREATE INDEX idx_chat_attachment_conversation ON chat_attachment (conversation_id) WHERE conversation_id IS NOT NULL",
    // an owner's tickets
    "CREATE INDEX idx_ticket_user ON ticket (user_id, id)",
    // a department's tickets
    "CREATE INDEX idx_ticket_department ON ticket (department, id)",
    // tickets by status
    "CREATE INDEX idx_ticket_status ON ticket (status, id)",
    // a station's tickets
    "CREATE INDEX idx_ticket_station ON ticket (station_id, id)",
    // an agent's tickets
    "CREATE INDEX idx_ticket_assignee ON ticket (assignee_id, id)",
    // a person's notifications, newest first
    "CREATE INDEX idx_notification_user ON notification (user_id, id)",
    // those unread
    "CREATE INDEX idx_notification_unread ON notification (user_id, id) WHERE read_at IS NULL",
    // the same cause tells a person once
    "CREATE UNIQUE INDEX idx_notification_cause ON notification (user_id, cause)",
    // a person's browsers
    "CREATE INDEX idx_push_subscription_user ON push_subscription (user_id)",
    // an event is delivered to an endpoint once
    "CREATE UNIQUE INDEX idx_webhook_delivery_event ON webhook_delivery (endpoint_id, event_id)",
    // an endpoint's log, newest first
    "CREATE INDEX idx_webhook_delivery_log ON webhook_delivery (endpoint_id, id)",
    // an endpoint's deliveries that are due
    "CREATE INDEX idx_webhook_delivery_due ON webhook_delivery (endpoint_id, next_attempt_at) WHERE next_attempt_at IS NOT NULL",
    // what the sweep deletes
    "CREATE INDEX idx_webhook_delivery_age ON webhook_delivery (status, updated_at)",
];

fn stations() -> TableCreateStatement {
    Table::create()
        .table(Station::Table)
        .col(big_integer(Station::Id).auto_increment().primary_key())
        .col(string_len(Station::Name, 100))
        .col(string_len_null(Station::Address, 200))
        .col(timestamp_with_time_zone(Station::CreatedAt))
        .col(timestamp_with_time_zone(Station::UpdatedAt))
        .to_owned()
}

fn tickets() -> TableCreateStatement {
    Table::create()
        .table(Ticket::Table)
        .col(big_integer(Ticket::Id).auto_increment().primary_key())
        .col(uuid(Ticket::ConversationId).unique_key())
        .col(string_len_uniq(Ticket::Name, 40))
        .col(big_integer(Ticket::UserId))
        .col(string_len(Ticket::Title, 200))
        .col(text(Ticket::TitleKey))
        .col(text(Ticket::Description))
        .col(string_len(Ticket::Urgency, 8))
        .col(string_len(Ticket::Status, 16))
        .col(string_len_null(Ticket::Department, 8))
        .col(string_len(Ticket::Type, 50))
        .col(big_integer_null(Ticket::AssigneeId))
        .col(big_integer_null(Ticket::StationId))
        .col(integer_null(Ticket::Rating))
        .col(text_null(Ticket::Feedback))
        .col(boolean(Ticket::IsFlagged))
        .col(timestamp_with_time_zone(Ticket::CreatedAt))
        .col(timestamp_with_time_zone(Ticket::UpdatedAt))
        .col(timestamp_with_time_zone_null(Ticket::ClosedAt))
        .foreign_key(
            ForeignKey::create()
                .name("fk_ticket_conversation")
                .from(Ticket::Table, Ticket::ConversationId)
                .to(Conversation::Table, Conversation::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_ticket_user")
                .from(Ticket::Table, Ticket::UserId)
                .to(User::Table, User::Id),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_ticket_assignee")
                .from(Ticket::Table, Ticket::AssigneeId)
                .to(User::Table, User::Id),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_ticket_station")
                .from(Ticket::Table, Ticket::StationId)
                .to(Station::Table, Station::Id),
        )
        .to_owned()
}

fn notifications() -> TableCreateStatement {
    Table::create()
        .table(Notification::Table)
        .col(uuid(Notification::Id).primary_key())
        .col(big_integer(Notification::UserId))
        .col(string_len(Notification::Kind, 24))
        .col(text(Notification::Title))
        .col(text(Notification::Message))
        .col(json_binary(Notification::Data))
        .col(string_len(Notification::Priority, 8))
        .col(uuid_null(Notification::ConversationId))
        .col(string_len(Notification::Cause, 128))
        .col(timestamp_with_time_zone_null(Notification::ReadAt))
        .col(timestamp_with_time_zone(Notification::CreatedAt))
        .foreign_key(
            ForeignKey::create()
                .name("fk_notification_user")
                .from(Notification::Table, Notification::UserId)
                .to(User::Table, User::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn push_subscriptions() -> TableCreateStatement {
    Table::create()
        .table(PushSubscription::Table)
        .col(uuid(PushSubscription::Id).primary_key())
        .col(big_integer(PushSubscription::UserId))
        .col(text(PushSubscription::Endpoint).unique_key())
        .col(string_len(PushSubscription::P256dh, 128))
        .col(string_len(PushSubscription::Auth, 64))
        .col(timestamp_with_time_zone(PushSubscription::CreatedAt))
        .foreign_key(
            ForeignKey::create()
                .name("fk_push_subscription_user")
                .from(PushSubscription::Table, PushSubscription::UserId)
                .to(User::Table, User::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn webhook_endpoints() -> TableCreateStatement {
    Table::create()
        .table(WebhookEndpoint::Table)
        .col(uuid(WebhookEndpoint::Id).primary_key())
        .col(text(WebhookEndpoint::Url))
        .col(json_binary(WebhookEndpoint::Events))
        .col(text_null(WebhookEndpoint::Description))
        .col(boolean(WebhookEndpoint::IsEnabled))
        .col(text_null(WebhookEndpoint::DisabledReason))
        .col(string_len(WebhookEndpoint::Secret, 128))
        .col(timestamp_with_time_zone_null(WebhookEndpoint::FailingSince))
        .col(big_integer_null(WebhookEndpoint::CreatedBy))
        .col(timestamp_with_time_zone(WebhookEndpoint::CreatedAt))
        .col(timestamp_with_time_zone(WebhookEndpoint::UpdatedAt))
        .foreign_key(
            ForeignKey::create()
                .name("fk_webhook_endpoint_creator")
                .from(WebhookEndpoint::Table, WebhookEndpoint::CreatedBy)
                .to(User::Table, User::Id),
        )
        .to_owned()
}

fn webhook_deliveries() -> TableCreateStatement {
    Table::create()
        .table(WebhookDelivery::Table)
        .col(uuid(WebhookDelivery::Id).primary_key())
        .col(uuid(WebhookDelivery::EndpointId))
        .col(string_len(WebhookDelivery::EventId, 128))
        .col(string_len(WebhookDelivery::EventType, 64))
        .col(text(WebhookDelivery::Payload))
        .col(string_len(WebhookDelivery::Status, 8))
        .col(json_binary(WebhookDelivery::Attempts))
        .col(integer(WebhookDelivery::Tries))
        .col(timestamp_with_time_zone_null(WebhookDelivery::NextAttemptAt))
        .col(timestamp_with_time_zone(WebhookDelivery::CreatedAt))
        .col(timestamp_with_time_zone(WebhookDelivery::UpdatedAt))
        .foreign_key(
            ForeignKey::create()
                .name("fk_webhook_delivery_endpoint")
                .from(WebhookDelivery::Table, WebhookDelivery::EndpointId)
                .to(WebhookEndpoint::Table, WebhookEndpoint::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

#[derive(DeriveIden)]
enum Station {
    Table,
    Id,
    Name,
    Address,
    CreatedAt,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum Ticket {
    Table,
    Id,
    ConversationId,
    #[sea_orm(iden = "ticket_id")]
    Name,
    UserId,
    Title,
    TitleKey,
    Description,
    Urgency,
    Status,
    Department,
    Type,
    AssigneeId,
    StationId,
    Rating,
    Feedback,
    IsFlagged,
    CreatedAt,
    UpdatedAt,
    ClosedAt,
}

#[derive(DeriveIden)]
enum Notification {
    Table,
    Id,
    UserId,
    Kind,
    Title,
    Message,
    Data,
    Priority,
    ConversationId,
    Cause,
    ReadAt,
    CreatedAt,
}

#[derive(DeriveIden)]
enum PushSubscription {
    Table,
    Id,
    UserId,
    Endpoint,
    #[sea_orm(iden = "p256dh")]
    P256dh,
    Auth,
    CreatedAt,
}

#[derive(DeriveIden)]
enum WebhookEndpoint {
    Table,
    Id,
    Url,
    Events,
    Description,
    IsEnabled,
    DisabledReason,
    Secret,
    FailingSince,
    CreatedBy,
    CreatedAt,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum WebhookDelivery {
    Table,
    Id,
    EndpointId,
    EventId,
    EventType,
    Payload,
    Status,
    Attempts,
    Tries,
    NextAttemptAt,
    CreatedAt,
    UpdatedAt,
}
