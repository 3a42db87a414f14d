//! The work on conversations: who has it, how urgent it is, until when it rests; labels and notes.

use crate::m20261120_000001_people::User;
use crate::m20261120_000002_chat::Conversation;
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let moment = match manager.get_database_backend() {
            DbBackend::Sqlite => "timestamp_with_timezone_text",
            _ => "timestamp with time zone",
        };
        let columns = [
            "assignee_id bigint".to_owned(),
            "priority varchar(8) NOT NULL DEFAULT 'none'".to_owned(),
            format!("snoozed_until {moment}"),
        ];
        for column in columns {
            let sql = format!("ALTER TABLE chat_conversation ADD COLUMN {column}");
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        for table in [labels(), conversation_labels(), notes()] {
            manager.create_table(table).await?;
        }
        for sql in INDEXES.iter().chain([&TAKEN]) {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for table in ["conversation_note", "conversation_label", "label"] {
            connection
                .execute_unprepared(&format!("DROP TABLE {table}"))
                .await?;
        }
        for index in [
            "idx_chat_conversation_assignee",
            "idx_chat_conversation_work",
            "idx_chat_conversation_priority",
            "idx_chat_conversation_snoozed",
            "idx_chat_conversation_creator",
        ] {
            connection
                .execute_unprepared(&format!("DROP INDEX {index}"))
                .await?;
        }
        for column in ["assignee_id", "priority", "snoozed_until"] {
            connection
                .execute_unprepared(&format!("ALTER TABLE chat_conversation DROP COLUMN {column}"))
                .await?;
        }
        Ok(())
    }
}

/// Tickets had their assignees before conversations did.
const TAKEN: &str = "UPDATE chat_conversation SET assignee_id = \
    (SELECT ticket.assignee_id FROM ticket WHERE ticket.conversation_id = chat_conversation.id) WHERE kind = 'ticket'";

/// The same on both databases. Each serves the query named beside it.
const INDEXES: &[&str] = &[
    // an agent's own work, and what nobody has, newest activity first
    "CREATE INDEX idx_chat_conversation_assignee ON chat_conversation (assignee_id, status, updated_at, id)",
    // how much work there is
    "CREATE INDEX idx_chat_conversation_work ON chat_conversation (kind, status, assignee_id, id)",
    // what is urgent; not by activity, which every message changes
    "CREATE INDEX idx_chat_conversation_priority ON chat_conversation (priority, id)",
    // what is to wake
    "CREATE INDEX idx_chat_conversation_snoozed ON chat_conversation (snoozed_until) WHERE snoozed_until IS NOT NULL",
    // a customer's conversations, by the customer's name
    "CREATE INDEX idx_chat_conversation_creator ON chat_conversation (created_by, kind)",
    // conversations with a label
    "CREATE INDEX idx_conversation_label_label ON conversation_label (label_id, conversation_id)",
    // a conversation's notes, oldest first
    "CREATE INDEX idx_conversation_note_conversation ON conversation_note (conversation_id, id)",
];

fn labels() -> TableCreateStatement {
    Table::create()
        .table(Label::Table)
        .col(big_integer(Label::Id).auto_increment().primary_key())
        .col(string_len(Label::Name, 40))
        .col(text(Label::NameKey).unique_key())
        .col(string_len(Label::Color, 7))
        .to_owned()
}

fn conversation_labels() -> TableCreateStatement {
    Table::create()
        .table(ConversationLabel::Table)
        .col(uuid(ConversationLabel::ConversationId))
        .col(big_integer(ConversationLabel::LabelId))
        .primary_key(
            Index::create()
                .col(ConversationLabel::ConversationId)
                .col(ConversationLabel::LabelId),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_conversation_label_conversation")
                .from(ConversationLabel::Table, ConversationLabel::ConversationId)
                .to(Conversation::Table, Conversation::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_conversation_label_label")
                .from(ConversationLabel::Table, ConversationLabel::LabelId)
                .to(Label::Table, Label::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn notes() -> TableCreateStatement {
    Table::create()
        .table(Note::Table)
        .col(uuid(Note::Id).primary_key())
        .col(uuid(Note::ConversationId))
        .col(big_integer(Note::AuthorId))
        .col(text(Note::Text))
        .col(json_binary(Note::Mentions))
        .col(timestamp_with_time_zone(Note::CreatedAt))
        .col(timestamp_with_time_zone(Note::UpdatedAt))
        .foreign_key(
            ForeignKey::create()
                .name("fk_conversation_note_conversation")
                .from(Note::Table, Note::ConversationId)
                .to(Conversation::Table, Conversation::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_conversation_note_author")
                .from(Note::Table, Note::AuthorId)
                .to(User::Table, User::Id),
        )
        .to_owned()
}

#[derive(DeriveIden)]
enum Label {
    Table,
    Id,
    Name,
    NameKey,
    Color,
}

#[derive(DeriveIden)]
enum ConversationLabel {
    Table,
    ConversationId,
    LabelId,
}

#[derive(DeriveIden)]
enum Note {
    #[sea_orm(iden = "conversation_note")]
    Table,
    Id,
    ConversationId,
    AuthorId,
    Text,
    Mentions,
    CreatedAt,
    UpdatedAt,
}
