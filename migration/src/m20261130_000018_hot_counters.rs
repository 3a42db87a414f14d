//! What every message moves is changed where it is: Postgres leaves room for that in the conversations' pages, and of the
//! messages only those that changed since stand in the index by `rev`; the others are found by `seq`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            run(manager, "ALTER TABLE chat_conversation SET (fillfactor = 70)").await?;
        }
        run(manager, "DROP INDEX idx_chat_message_rev").await?;
        run(
            manager,
            "CREATE INDEX idx_chat_message_changed ON chat_message (conversation_id, rev) WHERE rev <> created_rev",
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            run(manager, "ALTER TABLE chat_conversation RESET (fillfactor)").await?;
        }
        run(manager, "DROP INDEX idx_chat_message_changed").await?;
        run(
            manager,
            "CREATE INDEX idx_chat_message_rev ON chat_message (conversation_id, rev)",
        )
        .await
    }
}

async fn run(manager: &SchemaManager<'_>, statement: &str) -> Result<(), DbErr> {
    manager.get_connection().execute_unprepared(statement).await?;
    Ok(())
}
