//! Who added a participant, what was said before their time, and telephone numbers that name one person.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            ColumnDef::new(Participant::AddedBy).big_integer().null().take(),
            ColumnDef::new(Participant::JoinedSeq)
                .big_integer()
                .not_null()
                .default(0)
                .take(),
        ] {
            let alter = Table::alter().table(Participant::Table).add_column(column).take();
            manager.alter_table(alter).await?;
        }
        for sql in CHANGES {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        for sql in [ONE_OWNER, "DROP INDEX idx_accounts_user_phone"] {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for sql in [ANY_OWNERS, "DROP INDEX uq_accounts_user_phone"] {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        for column in [Participant::AddedBy, Participant::JoinedSeq] {
            let alter = Table::alter()
                .table(Participant::Table)
                .drop_column(column)
                .take();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}

/// What there is already, brought into the new form.
const CHANGES: &[&str] = &[
    // only the owner added people where the company does not serve
    "UPDATE chat_participant SET added_by = \
       (SELECT created_by FROM chat_conversation c WHERE c.id = chat_participant.conversation_id) \
     WHERE role = 'member' AND conversation_id IN \
       (SELECT id FROM chat_conversation WHERE kind IN ('direct', 'group', 'room'))",
    // digits, after a plus where the country is named
    "UPDATE accounts_user SET phone = \
       replace(replace(replace(replace(replace(phone, ' ', ''), '-', ''), '(', ''), ')', ''), '.', '') \
     WHERE phone IS NOT NULL",
    "UPDATE accounts_user SET phone = '+' || substr(phone, 3) WHERE phone LIKE '00%'",
    "UPDATE accounts_user SET phone = NULL WHERE phone LIKE '_%+%' \
       OR length(replace(phone, '+', '')) < 3 OR length(replace(phone, '+', '')) > 15",
    // a number that several have is the oldest account's
    "UPDATE accounts_user SET phone = NULL WHERE phone IS NOT NULL AND EXISTS \
       (SELECT 1 FROM accounts_user o WHERE o.phone = accounts_user.phone AND o.id < accounts_user.id)",
];

/// A number names one account…
const ONE_OWNER: &str = "CREATE UNIQUE INDEX uq_accounts_user_phone ON accounts_user (phone)";
/// …where before it named any number of them.
const ANY_OWNERS: &str = "CREATE INDEX idx_accounts_user_phone ON accounts_user (phone)";

#[derive(DeriveIden)]
enum Participant {
    #[sea_orm(iden = "chat_participant")]
    Table,
    AddedBy,
    JoinedSeq,
}
