//! Jobs have a queue, two counters, a time of their last push, and a place in a series.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared("ALTER TABLE job RENAME COLUMN attempts TO starts")
            .await?;
        // one at a time: SQLite adds one column per statement
        add(manager, string_len(Job::Queue, 16).default("chat")).await?;
        add(manager, integer(Job::Failures).default(0)).await?;
        add(manager, timestamp_with_time_zone_null(Job::PushedAt)).await?;
        add(manager, string_len_null(Job::Series, 100)).await?;
        add(manager, big_integer_null(Job::SeriesSeq)).await?;
        // what was tried before was mostly a failure; who runs now has not failed yet
        db.execute_unprepared(
            "UPDATE job SET failures = CASE WHEN state = 'running' THEN starts - 1 ELSE starts END WHERE starts > 0",
        )
        .await?;
        db.execute_unprepared(
            "UPDATE job SET queue = CASE kind \
             WHEN 'suggest_reply' THEN 'model' WHEN 'process_attachment' THEN 'media' \
             WHEN 'push_notification' THEN 'delivery' \
             WHEN 'purge_orphans' THEN 'maintenance' WHEN 'sweep' THEN 'maintenance' ELSE 'chat' END",
        )
        .await?;
        // each queue is looked through by itself: a backlog in one must not hide the others
        db.execute_unprepared("CREATE INDEX idx_job_queue ON job (queue, state, run_at)")
            .await?;
        // whether it is a job's turn
        db.execute_unprepared(
            "CREATE INDEX idx_job_series ON job (series, state, series_seq) WHERE series IS NOT NULL",
        )
        .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared("DROP INDEX idx_job_series").await?;
        db.execute_unprepared("DROP INDEX idx_job_queue").await?;
        for column in [
            Job::SeriesSeq,
            Job::Series,
            Job::PushedAt,
            Job::Failures,
            Job::Queue,
        ] {
            manager
                .alter_table(Table::alter().table(Job::Table).drop_column(column).to_owned())
                .await?;
        }
        db.execute_unprepared("ALTER TABLE job RENAME COLUMN starts TO attempts")
            .await?;
        Ok(())
    }
}

async fn add(manager: &SchemaManager<'_>, column: impl IntoColumnDef) -> Result<(), DbErr> {
    manager
        .alter_table(Table::alter().table(Job::Table).add_column(column).to_owned())
        .await
}

#[derive(DeriveIden)]
enum Job {
    #[sea_orm(iden = "job")]
    Table,
    Queue,
    Failures,
    PushedAt,
    Series,
    SeriesSeq,
}
