//! Reports of misuse; what a document became in the bot's knowledge; when a ticket was resolved. And the indexes by which the
//! admins' figures find what happened within some days.

use crate::m20261120_000001_people::User;
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(reports()).await?;
        for column in [uuid_null(Article::DocumentId), text_null(Article::FileName)] {
            let alter = Table::alter().table(Article::Table).add_column(column).take();
            manager.alter_table(alter).await?;
        }
        let resolved = timestamp_with_time_zone_null(Ticket::ResolvedAt);
        let alter = Table::alter().table(Ticket::Table).add_column(resolved).take();
        manager.alter_table(alter).await?;
        for sql in [RESOLVED].iter().chain(INDEXES) {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for index in [
            "idx_ticket_created",
            "idx_ticket_resolved",
            "idx_chat_message_bot",
            "idx_notification_handoff",
            "idx_bot_article_document",
            "idx_bot_article_file",
        ] {
            connection
                .execute_unprepared(&format!("DROP INDEX {index}"))
                .await?;
        }
        for (table, column) in [
            ("ticket", "resolved_at"),
            ("bot_article", "document_id"),
            ("bot_article", "file_name"),
        ] {
            connection
                .execute_unprepared(&format!("ALTER TABLE {table} DROP COLUMN {column}"))
                .await?;
        }
        connection.execute_unprepared("DROP TABLE misuse_report").await?;
        Ok(())
    }
}

/// When the tickets that are over were resolved, as nearly as it is known.
const RESOLVED: &str = "UPDATE ticket SET resolved_at = coalesce(closed_at, updated_at) \
    WHERE status IN ('resolved', 'closed')";

/// The same on both databases. Each serves the query named beside it.
const INDEXES: &[&str] = &[
    // a person's reports, newest first
    "CREATE INDEX idx_misuse_report_user ON misuse_report (user_id, id)",
    // those that nobody has looked at, and the others
    "CREATE INDEX idx_misuse_report_open ON misuse_report (id) WHERE reviewed_at IS NULL",
    "CREATE INDEX idx_misuse_report_reviewed ON misuse_report (id) WHERE reviewed_at IS NOT NULL",
    // what the database checks when a person is deleted
    "CREATE INDEX idx_misuse_report_reviewer ON misuse_report (reviewed_by) WHERE reviewed_by IS NOT NULL",
    // tickets opened, and resolved, within some days
    "CREATE INDEX idx_ticket_created ON ticket (created_at)",
    "CREATE INDEX idx_ticket_resolved ON ticket (resolved_at) WHERE resolved_at IS NOT NULL",
    // the bot's newest answers
    "CREATE INDEX idx_chat_message_bot ON chat_message (id) WHERE type = 'bot'",
    // how often a person was asked for
    "CREATE INDEX idx_notification_handoff ON notification (id) WHERE kind = 'handoff_requested'",
    // a document's articles
    "CREATE INDEX idx_bot_article_document ON bot_article (document_id) WHERE document_id IS NOT NULL",
    "CREATE INDEX idx_bot_article_file ON bot_article (file_name) WHERE file_name IS NOT NULL",
];

fn reports() -> TableCreateStatement {
    Table::create()
        .table(Report::Table)
        .col(uuid(Report::Id).primary_key())
        .col(big_integer(Report::UserId))
        .col(string_len_null(Report::TicketId, 40))
        .col(uuid_null(Report::ConversationId))
        .col(uuid_null(Report::MessageId))
        .col(string_len(Report::Kind, 50))
        .col(string_len(Report::Severity, 8))
        .col(text(Report::Found))
        .col(string_len(Report::Cause, 160).unique_key())
        .col(timestamp_with_time_zone(Report::CreatedAt))
        .col(timestamp_with_time_zone_null(Report::ReviewedAt))
        .col(big_integer_null(Report::ReviewedBy))
        .col(text_null(Report::Note))
        .foreign_key(
            ForeignKey::create()
                .name("fk_misuse_report_user")
                .from(Report::Table, Report::UserId)
                .to(User::Table, User::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_misuse_report_reviewer")
                .from(Report::Table, Report::ReviewedBy)
                .to(User::Table, User::Id)
                .on_delete(ForeignKeyAction::SetNull),
        )
        .to_owned()
}

#[derive(DeriveIden)]
enum Report {
    #[sea_orm(iden = "misuse_report")]
    Table,
    Id,
    UserId,
    TicketId,
    ConversationId,
    MessageId,
    Kind,
    Severity,
    Found,
    Cause,
    CreatedAt,
    ReviewedAt,
    ReviewedBy,
    Note,
}

#[derive(DeriveIden)]
enum Article {
    #[sea_orm(iden = "bot_article")]
    Table,
    DocumentId,
    FileName,
}

#[derive(DeriveIden)]
enum Ticket {
    Table,
    ResolvedAt,
}
