//! What the passages of articles mean, as a model's vectors.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(table()).await?;
        // whether any were made since
        let index = "CREATE INDEX idx_bot_article_vectors_made ON bot_article_vectors (model, made_at)";
        manager.get_connection().execute_unprepared(index).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::drop().table(ArticleVectors::Table).take();
        manager.drop_table(table).await
    }
}

fn table() -> TableCreateStatement {
    Table::create()
        .table(ArticleVectors::Table)
        .col(uuid(ArticleVectors::ArticleId).primary_key())
        .col(string(ArticleVectors::Model))
        .col(integer(ArticleVectors::Version))
        .col(blob(ArticleVectors::Vectors))
        .col(timestamp_with_time_zone(ArticleVectors::MadeAt))
        .foreign_key(
            ForeignKey::create()
                .name("fk_bot_article_vectors_article")
                .from(ArticleVectors::Table, ArticleVectors::ArticleId)
                .to(Article::Table, Article::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

#[derive(DeriveIden)]
enum Article {
    #[sea_orm(iden = "bot_article")]
    Table,
    Id,
}

#[derive(DeriveIden)]
enum ArticleVectors {
    #[sea_orm(iden = "bot_article_vectors")]
    Table,
    ArticleId,
    Model,
    Version,
    Vectors,
    MadeAt,
}
