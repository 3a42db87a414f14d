//! The images of articles.

use crate::m20261120_000001_people::User;
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table()).await?;
        // those that are old enough to be deleted
        let index = "CREATE INDEX idx_bot_article_image_created ON bot_article_image (created_at)";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::drop().table(ArticleImage::Table).take();
        manager.drop_table(table).await
    }
}

fn table() -> TableCreateStatement {
    Table::create()
        .table(ArticleImage::Table)
        .col(uuid(ArticleImage::Id).primary_key())
        .col(string_len(ArticleImage::Key, 64))
        .col(string_len(ArticleImage::ContentType, 10))
        .col(big_integer(ArticleImage::FileSize))
        .col(big_integer(ArticleImage::CreatedBy))
        .col(timestamp_with_time_zone(ArticleImage::CreatedAt))
        .foreign_key(
            ForeignKey::create()
                .name("fk_bot_article_image_created_by")
                .from(ArticleImage::Table, ArticleImage::CreatedBy)
                .to(User::Table, User::Id),
        )
        .to_owned()
}

#[derive(DeriveIden)]
enum ArticleImage {
    #[sea_orm(iden = "bot_article_image")]
    Table,
    Id,
    Key,
    ContentType,
    FileSize,
    CreatedBy,
    CreatedAt,
}
