//! When a message reached somebody, and when it was read. What lies before this migration has no times.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 2] = ["delivered_at", "read_at"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            let mut column = ColumnDef::new(Alias::new(column));
            let alter = Table::alter()
                .table(Alias::new("chat_message"))
                .add_column(column.timestamp_with_time_zone().null())
                .to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in COLUMNS {
            let alter = Table::alter()
                .table(Alias::new("chat_message"))
                .drop_column(Alias::new(column))
                .to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
