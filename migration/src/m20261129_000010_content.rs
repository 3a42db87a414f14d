//! The HTML of messages and notes, rendered where they are written: rows that were there before have none until the hourly
//! sweep has rendered them. And when somebody last left a conversation, which ends the links to files sent before.

use sea_orm_migration::{prelude::*, schema::timestamp_with_time_zone_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLES: [&str; 2] = ["chat_message", "conversation_note"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            let db = manager.get_connection();
            db.execute_unprepared(&format!("ALTER TABLE {table} ADD COLUMN html text"))
                .await?;
            // what is still to be rendered; empty once that is done, since every new row has its HTML
            db.execute_unprepared(&format!(
                "CREATE INDEX idx_{table}_unrendered ON {table} (id) WHERE html IS NULL"
            ))
            .await?;
        }
        let left = timestamp_with_time_zone_null(Conversation::PeopleLeftAt);
        manager
            .alter_table(
                Table::alter()
                    .table(Conversation::Table)
                    .add_column(left)
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            let db = manager.get_connection();
            db.execute_unprepared(&format!("DROP INDEX idx_{table}_unrendered"))
                .await?;
            db.execute_unprepared(&format!("ALTER TABLE {table} DROP COLUMN html"))
                .await?;
        }
        let left = Table::alter()
            .table(Conversation::Table)
            .drop_column(Conversation::PeopleLeftAt)
            .to_owned();
        manager.alter_table(left).await
    }
}

#[derive(DeriveIden)]
enum Conversation {
    #[sea_orm(iden = "chat_conversation")]
    Table,
    PeopleLeftAt,
}
