//! Canned replies.

use crate::m20261120_000001_people::User;
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(canned_replies()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(CannedReply::Table).to_owned())
            .await
    }
}

fn canned_replies() -> TableCreateStatement {
    Table::create()
        .table(CannedReply::Table)
        .col(big_integer(CannedReply::Id).auto_increment().primary_key())
        .col(string_len_uniq(CannedReply::Shortcut, 40))
        .col(text(CannedReply::Text))
        .col(big_integer(CannedReply::CreatedBy))
        .col(timestamp_with_time_zone(CannedReply::CreatedAt))
        .col(timestamp_with_time_zone(CannedReply::UpdatedAt))
        .foreign_key(
            ForeignKey::create()
                .name("fk_canned_reply_author")
                .from(CannedReply::Table, CannedReply::CreatedBy)
                .to(User::Table, User::Id),
        )
        .to_owned()
}

#[derive(DeriveIden)]
enum CannedReply {
    Table,
    Id,
    Shortcut,
    Text,
    CreatedBy,
    CreatedAt,
    UpdatedAt,
}
