//! Accounts, sessions and refresh tokens.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(users()).await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_accounts_user_phone")
                    .table(User::Table)
                    .col(User::Phone)
                    .to_owned(),
            )
            .await?;
        manager.create_table(sessions()).await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_auth_session_user")
                    .table(Session::Table)
                    .col(Session::UserId)
                    .to_owned(),
            )
            .await?;
        manager.create_table(refresh_tokens()).await?;
        for (name, column) in [
            ("idx_auth_refresh_token_session", RefreshToken::SessionId),
            ("idx_auth_refresh_token_expiry", RefreshToken::ExpiresAt),
        ] {
            manager
                .create_index(
                    Index::create()
                        .name(name)
                        .table(RefreshToken::Table)
                        .col(column)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(RefreshToken::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Session::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(User::Table).to_owned())
            .await
    }
}

fn users() -> TableCreateStatement {
    Table::create()
        .table(User::Table)
        .col(big_integer(User::Id).auto_increment().primary_key())
        .col(string_len(User::Username, 50))
        .col(string_len_uniq(User::UsernameKey, 50))
        .col(string_len_null(User::Email, 254).unique_key())
        .col(string_len_null(User::Phone, 32))
        .col(string_len_null(User::FullName, 200))
        .col(string_len(User::Role, 16))
        .col(string_len_null(User::Department, 8))
        .col(text_null(User::PasswordHash))
        .col(string_len_null(User::VisitorSub, 255).unique_key())
        .col(timestamp_with_time_zone_null(User::DisabledAt))
        .col(timestamp_with_time_zone(User::CreatedAt))
        .col(timestamp_with_time_zone(User::UpdatedAt))
        .to_owned()
}

fn sessions() -> TableCreateStatement {
    Table::create()
        .table(Session::Table)
        .col(uuid(Session::Id).primary_key())
        .col(big_integer(Session::UserId))
        .col(timestamp_with_time_zone(Session::CreatedAt))
        .col(timestamp_with_time_zone(Session::ExpiresAt))
        .col(timestamp_with_time_zone_null(Session::RevokedAt))
        .foreign_key(
            ForeignKey::create()
                .name("fk_auth_session_user")
                .from(Session::Table, Session::UserId)
                .to(User::Table, User::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn refresh_tokens() -> TableCreateStatement {
    Table::create()
        .table(RefreshToken::Table)
        .col(string_len(RefreshToken::TokenHash, 64).primary_key())
        .col(uuid(RefreshToken::SessionId))
        .col(timestamp_with_time_zone(RefreshToken::CreatedAt))
        .col(timestamp_with_time_zone(RefreshToken::ExpiresAt))
        .col(timestamp_with_time_zone_null(RefreshToken::SpentAt))
        .foreign_key(
            ForeignKey::create()
                .name("fk_auth_refresh_token_session")
                .from(RefreshToken::Table, RefreshToken::SessionId)
                .to(Session::Table, Session::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

#[derive(DeriveIden)]
pub enum User {
    #[sea_orm(iden = "accounts_user")]
    Table,
    Id,
    Username,
    UsernameKey,
    Email,
    Phone,
    FullName,
    Role,
    Department,
    PasswordHash,
    VisitorSub,
    DisabledAt,
    CreatedAt,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum Session {
    #[sea_orm(iden = "auth_session")]
    Table,
    Id,
    UserId,
    CreatedAt,
    ExpiresAt,
    RevokedAt,
}

#[derive(DeriveIden)]
enum RefreshToken {
    #[sea_orm(iden = "auth_refresh_token")]
    Table,
    TokenHash,
    SessionId,
    CreatedAt,
    ExpiresAt,
    SpentAt,
}
