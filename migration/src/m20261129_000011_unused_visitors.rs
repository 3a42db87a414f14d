//! Indexes by person: visitors who never did anything are found and deleted without reading whole tables, and so is
//! whatever refers to somebody when the database checks a deletion.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const CREATE: [&str; 4] = [
    "CREATE INDEX idx_accounts_user_visitor ON accounts_user (created_at) WHERE visitor_sub IS NOT NULL",
    "CREATE INDEX idx_chat_message_sender ON chat_message (sender_id)",
    "CREATE INDEX idx_chat_reaction_user ON chat_reaction (user_id)",
    "CREATE INDEX idx_chat_attachment_uploader ON chat_attachment (uploader_id)",
];

const DROP: [&str; 4] = [
    "DROP INDEX idx_accounts_user_visitor",
    "DROP INDEX idx_chat_message_sender",
    "DROP INDEX idx_chat_reaction_user",
    "DROP INDEX idx_chat_attachment_uploader",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &CREATE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &DROP).await
    }
}

async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}
