//! Quick prompts (seeded), knowledge articles, and job intents.

use crate::m20261120_000001_people::User;
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(prompts()).await?;
        manager.create_table(articles()).await?;
        manager.create_table(jobs()).await?;
        // the reconciler's query, and the dead jobs' list
        manager
            .get_connection()
            .execute_unprepared("CREATE INDEX idx_job_due ON job (state, run_at)")
            .await?;
        let mut seed = Query::insert();
        seed.into_table(Prompt::Table)
            .columns([Prompt::Title, Prompt::Text, Prompt::Position]);
        for (position, (title, text)) in (1..).zip(PROMPTS) {
            seed.values([(*title).into(), (*text).into(), i32::into(position)])
                .map_err(|error| DbErr::Custom(error.to_string()))?;
        }
        manager.execute(seed).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Job::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Article::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Prompt::Table).to_owned())
            .await
    }
}

const PROMPTS: &[(&str, &str)] = &[
    ("Product Search", "Can you help me find a product?"),
    ("Order Status", "What is the status of my order?"),
    ("Delivery Tracking", "How can I track my delivery?"),
    ("Account Help", "I need help with my account."),
    ("General Support", "I have a general question."),
];

fn prompts() -> TableCreateStatement {
    Table::create()
        .table(Prompt::Table)
        .col(pk_auto(Prompt::Id))
        .col(string_len(Prompt::Title, 100))
        .col(text(Prompt::Text))
        .col(integer(Prompt::Position))
        .to_owned()
}

fn articles() -> TableCreateStatement {
    Table::create()
        .table(Article::Table)
        .col(uuid(Article::Id).primary_key())
        .col(string_len(Article::Title, 200))
        .col(text(Article::Body))
        .col(text_null(Article::Url))
        .col(json_binary(Article::Tags))
        .col(string_len(Article::Locale, 16))
        .col(big_integer(Article::CreatedBy))
        .col(timestamp_with_time_zone(Article::CreatedAt))
        .col(timestamp_with_time_zone(Article::UpdatedAt))
        .foreign_key(
            ForeignKey::create()
                .name("fk_bot_article_author")
                .from(Article::Table, Article::CreatedBy)
                .to(User::Table, User::Id),
        )
        .to_owned()
}

fn jobs() -> TableCreateStatement {
    Table::create()
        .table(Job::Table)
        .col(uuid(Job::Id).primary_key())
        .col(string_len(Job::Kind, 40))
        .col(json_binary(Job::Payload))
        .col(string_len(Job::State, 16))
        .col(integer(Job::Attempts))
        .col(timestamp_with_time_zone(Job::RunAt))
        .col(timestamp_with_time_zone_null(Job::LeaseUntil))
        .col(string_len_null(Job::UniqueKey, 200).unique_key())
        .col(text_null(Job::LastError))
        .col(timestamp_with_time_zone(Job::CreatedAt))
        .col(timestamp_with_time_zone(Job::UpdatedAt))
        .to_owned()
}

#[derive(DeriveIden)]
enum Prompt {
    #[sea_orm(iden = "bot_prompt")]
    Table,
    Id,
    Title,
    Text,
    Position,
}

#[derive(DeriveIden)]
enum Article {
    #[sea_orm(iden = "bot_article")]
    Table,
    Id,
    Title,
    Body,
    Url,
    Tags,
    Locale,
    CreatedBy,
    CreatedAt,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum Job {
    #[sea_orm(iden = "job")]
    Table,
    Id,
    Kind,
    Payload,
    State,
    Attempts,
    RunAt,
    LeaseUntil,
    UniqueKey,
    LastError,
    CreatedAt,
    UpdatedAt,
}
