//! Codes that are mailed to people, whether an address was confirmed, and where stations stand.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(codes()).await?;
        for (name, columns) in INDEXES {
            let mut index = Index::create();
            index.name(*name).table(AccountToken::Table);
            for column in *columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        add(
            manager,
            User::Table,
            timestamp_with_time_zone_null(User::EmailVerifiedAt),
        )
        .await?;
        // one at a time: SQLite adds one column per statement
        add(
            manager,
            Station::Table,
            string_len(Station::Status, 16).default("active"),
        )
        .await?;
        add(manager, Station::Table, double_null(Station::Latitude)).await?;
        add(manager, Station::Table, double_null(Station::Longitude)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [Station::Longitude, Station::Latitude, Station::Status] {
            let alter = Table::alter().table(Station::Table).drop_column(column).take();
            manager.alter_table(alter).await?;
        }
        let verified = Table::alter()
            .table(User::Table)
            .drop_column(User::EmailVerifiedAt)
            .take();
        manager.alter_table(verified).await?;
        manager
            .drop_table(Table::drop().table(AccountToken::Table).to_owned())
            .await
    }
}

/// Those of one person and kind are looked up when a new one is made; those that ran out are swept.
const INDEXES: &[(&str, &[AccountToken])] = &[
    (
        "idx_account_token_user",
        &[AccountToken::UserId, AccountToken::Kind],
    ),
    ("idx_account_token_expiry", &[AccountToken::ExpiresAt]),
];

async fn add(
    manager: &SchemaManager<'_>,
    table: impl IntoTableRef,
    column: impl IntoColumnDef,
) -> Result<(), DbErr> {
    manager
        .alter_table(Table::alter().table(table).add_column(column).to_owned())
        .await
}

fn codes() -> TableCreateStatement {
    Table::create()
        .table(AccountToken::Table)
        .col(string_len(AccountToken::TokenHash, 64).primary_key())
        .col(string_len(AccountToken::Kind, 24))
        .col(big_integer(AccountToken::UserId))
        .col(string_len(AccountToken::Address, 254))
        .col(timestamp_with_time_zone(AccountToken::CreatedAt))
        .col(timestamp_with_time_zone(AccountToken::ExpiresAt))
        .col(timestamp_with_time_zone_null(AccountToken::UsedAt))
        .foreign_key(
            ForeignKey::create()
                .name("fk_account_token_user")
                .from(AccountToken::Table, AccountToken::UserId)
                .to(User::Table, User::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

#[derive(DeriveIden, Clone, Copy)]
enum AccountToken {
    Table,
    TokenHash,
    Kind,
    UserId,
    Address,
    CreatedAt,
    ExpiresAt,
    UsedAt,
}

#[derive(DeriveIden)]
enum User {
    #[sea_orm(iden = "accounts_user")]
    Table,
    Id,
    EmailVerifiedAt,
}

#[derive(DeriveIden)]
enum Station {
    Table,
    Status,
    Latitude,
    Longitude,
}
