//! What an article of the help centre has beside its text: an address of its own, a category, translations, a state, changes
//! that are not published, example questions and what readers thought of it; and the versions that it had.

use crate::m20261120_000001_people::User;
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in columns() {
            let alter = Table::alter().table(Article::Table).add_column(column).take();
            manager.alter_table(alter).await?;
        }
        manager.create_table(versions()).await?;
        let connection = manager.get_connection();
        let slug = match manager.get_database_backend() {
            sea_orm_migration::sea_orm::DbBackend::Postgres => "'article-' || id",
            _ => "'article-' || lower(hex(id))",
        };
        let sql = format!("UPDATE bot_article SET slug = {slug}");
        connection.execute_unprepared(&sql).await?;
        for sql in INDEXES {
            connection.execute_unprepared(sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection
            .execute_unprepared("DROP TABLE bot_article_version")
            .await?;
        for index in ["idx_bot_article_slug", "idx_bot_article_translations"] {
            connection
                .execute_unprepared(&format!("DROP INDEX {index}"))
                .await?;
        }
        for column in [
            "slug",
            "category",
            "translations",
            "status",
            "questions",
            "draft",
            "is_example",
            "version",
            "helpful",
            "unhelpful",
        ] {
            connection
                .execute_unprepared(&format!("ALTER TABLE bot_article DROP COLUMN {column}"))
                .await?;
        }
        Ok(())
    }
}

/// The same on both databases. Each serves the query named beside it.
const INDEXES: &[&str] = &[
    // the page of an article
    "CREATE UNIQUE INDEX idx_bot_article_slug ON bot_article (slug)",
    // the other languages of an article
    "CREATE INDEX idx_bot_article_translations ON bot_article (translations) WHERE translations IS NOT NULL",
    // an article's versions, newest first
    "CREATE UNIQUE INDEX idx_bot_article_version ON bot_article_version (article_id, number)",
];

fn columns() -> [ColumnDef; 10] {
    [
        string_len(Article::Slug, 120).default("").take(),
        string_len_null(Article::Category, 100).take(),
        uuid_null(Article::Translations).take(),
        string_len(Article::Status, 9).default("published").take(),
        json_binary(Article::Questions).default("[]").take(),
        json_binary_null(Article::Draft).take(),
        boolean(Article::IsExample).default(false).take(),
        integer(Article::Version).default(1).take(),
        integer(Article::Helpful).default(0).take(),
        integer(Article::Unhelpful).default(0).take(),
    ]
}

fn versions() -> TableCreateStatement {
    Table::create()
        .table(ArticleVersion::Table)
        .col(uuid(ArticleVersion::Id).primary_key())
        .col(uuid(ArticleVersion::ArticleId))
        .col(integer(ArticleVersion::Number))
        .col(json_binary(ArticleVersion::Content))
        .col(big_integer(ArticleVersion::ReplacedBy))
        .col(timestamp_with_time_zone(ArticleVersion::ReplacedAt))
        .foreign_key(
            ForeignKey::create()
                .name("fk_bot_article_version_article")
                .from(ArticleVersion::Table, ArticleVersion::ArticleId)
                .to(Article::Table, Article::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_bot_article_version_replaced_by")
                .from(ArticleVersion::Table, ArticleVersion::ReplacedBy)
                .to(User::Table, User::Id),
        )
        .to_owned()
}

#[derive(DeriveIden)]
enum Article {
    #[sea_orm(iden = "bot_article")]
    Table,
    Id,
    Slug,
    Category,
    Translations,
    Status,
    Questions,
    Draft,
    IsExample,
    Version,
    Helpful,
    Unhelpful,
}

#[derive(DeriveIden)]
enum ArticleVersion {
    #[sea_orm(iden = "bot_article_version")]
    Table,
    Id,
    ArticleId,
    Number,
    Content,
    ReplacedBy,
    ReplacedAt,
}
