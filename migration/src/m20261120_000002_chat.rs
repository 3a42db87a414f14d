//! Conversations, participants, messages, reactions, attachments, and the full-text index.

use crate::m20261120_000001_people::User;
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(conversations()).await?;
        manager.create_table(participants()).await?;
        manager.create_table(attachments()).await?;
        manager.create_table(messages()).await?;
        manager.create_table(reactions()).await?;
        for sql in INDEXES {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        let search = match manager.get_database_backend() {
            DbBackend::Sqlite => SEARCH_SQLITE.join(";"),
            _ => format!(
                "CREATE INDEX idx_chat_message_text ON chat_message USING gin ({})",
                search_vector("words")
            ),
        };
        manager.get_connection().execute_unprepared(&search).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "chat_reaction",
            "chat_message",
            "chat_attachment",
            "chat_participant",
            "chat_conversation",
        ] {
            manager
                .get_connection()
                .execute_unprepared(&format!("DROP TABLE {table}"))
                .await?;
        }
        if manager.get_database_backend() == DbBackend::Sqlite {
            // after the messages, whose triggers use them
            for table in ["chat_message_fts", "chat_message_doc"] {
                manager
                    .get_connection()
                    .execute_unprepared(&format!("DROP TABLE {table}"))
                    .await?;
            }
        }
        Ok(())
    }
}

/// The same on both databases. Each serves the list query named beside it.
const INDEXES: &[&str] = &[
    // agents' list: support conversations, newest activity first
    "CREATE INDEX idx_chat_conversation_kind ON chat_conversation (kind, updated_at, id)",
    // admins' list
    "CREATE INDEX idx_chat_conversation_updated ON chat_conversation (updated_at, id)",
    // what waits for an agent
    "CREATE INDEX idx_chat_conversation_status ON chat_conversation (status, updated_at, id)",
    // a user's list
    "CREATE INDEX idx_chat_participant_user ON chat_participant (user_id, conversation_id)",
    // history
    "CREATE UNIQUE INDEX idx_chat_message_seq ON chat_message (conversation_id, seq)",
    // resume and changes
    "CREATE INDEX idx_chat_message_rev ON chat_message (conversation_id, rev)",
    // idempotent send
    "CREATE UNIQUE INDEX idx_chat_message_client ON chat_message (conversation_id, sender_id, client_id) \
     WHERE client_id IS NOT NULL",
    // one reply of the bot per message
    "CREATE UNIQUE INDEX idx_chat_message_answer ON chat_message (in_reply_to, sender_id) \
     WHERE in_reply_to IS NOT NULL",
    // who carries a file; also what deleting a file checks
    "CREATE INDEX idx_chat_message_attachment ON chat_message (attachment_id) WHERE attachment_id IS NOT NULL",
    // orphaned uploads
    "CREATE INDEX idx_chat_attachment_orphan ON chat_attachment (is_attached, created_at)",
];

/// Full text on SQLite: FTS5 keyed by a row number of our own, because VACUUM renumbers implicit ones.
const SEARCH_SQLITE: &[&str] = &[
    "CREATE TABLE chat_message_doc (doc INTEGER PRIMARY KEY, message_id BLOB NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE chat_message_fts USING fts5(text, tokenize = 'unicode61 remove_diacritics 2')",
    "CREATE TRIGGER chat_message_fts_insert AFTER INSERT ON chat_message BEGIN \
       INSERT INTO chat_message_doc (message_id) VALUES (new.id); \
       INSERT INTO chat_message_fts (rowid, text) \
         SELECT doc, new.text FROM chat_message_doc WHERE message_id = new.id; \
     END",
    "CREATE TRIGGER chat_message_fts_update AFTER UPDATE OF text ON chat_message WHEN new.text <> old.text BEGIN \
       UPDATE chat_message_fts SET text = new.text \
         WHERE rowid = (SELECT doc FROM chat_message_doc WHERE message_id = new.id); \
     END",
    "CREATE TRIGGER chat_message_fts_delete AFTER DELETE ON chat_message BEGIN \
       DELETE FROM chat_message_fts WHERE rowid = (SELECT doc FROM chat_message_doc WHERE message_id = old.id); \
       DELETE FROM chat_message_doc WHERE message_id = old.id; \
     END",
];

/// The words of a message as a tsvector; `column` is `words`, which holds them apart, lower-cased. The application
/// makes them: Postgres' own parser would cost two thirds of an insert, and cuts numbers and addresses its own way.
pub fn search_vector(column: &str) -> String {
    format!("array_to_tsvector(string_to_array({column}, ' '))")
}

fn conversations() -> TableCreateStatement {
    Table::create()
        .table(Conversation::Table)
        .col(uuid(Conversation::Id).primary_key())
        .col(string_len(Conversation::Kind, 16))
        .col(string_len_null(Conversation::Alias, 40).unique_key())
        .col(string_len(Conversation::Title, 200))
        .col(text(Conversation::TitleKey))
        .col(text_null(Conversation::Description))
        .col(json_binary_null(Conversation::Metadata))
        .col(string_len(Conversation::Status, 16))
        .col(boolean(Conversation::BotOn))
        .col(boolean(Conversation::IsArchived))
        .col(big_integer_null(Conversation::CreatedBy))
        .col(string_len_null(Conversation::BegunBy, 64).unique_key())
        .col(big_integer(Conversation::LastSeq))
        .col(big_integer(Conversation::LastRev))
        .col(timestamp_with_time_zone(Conversation::CreatedAt))
        .col(timestamp_with_time_zone(Conversation::UpdatedAt))
        .foreign_key(
            ForeignKey::create()
                .name("fk_chat_conversation_creator")
                .from(Conversation::Table, Conversation::CreatedBy)
                .to(User::Table, User::Id),
        )
        .to_owned()
}

fn participants() -> TableCreateStatement {
    Table::create()
        .table(Participant::Table)
        .col(uuid(Participant::ConversationId))
        .col(big_integer(Participant::UserId))
        .col(string_len(Participant::Role, 16))
        .col(timestamp_with_time_zone(Participant::JoinedAt))
        .col(big_integer(Participant::LastReadSeq))
        .col(timestamp_with_time_zone_null(Participant::LastReadAt))
        .col(big_integer(Participant::LastDeliveredSeq))
        .primary_key(
            Index::create()
                .col(Participant::ConversationId)
                .col(Participant::UserId),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_chat_participant_conversation")
                .from(Participant::Table, Participant::ConversationId)
                .to(Conversation::Table, Conversation::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_chat_participant_user")
                .from(Participant::Table, Participant::UserId)
                .to(User::Table, User::Id),
        )
        .to_owned()
}

fn messages() -> TableCreateStatement {
    Table::create()
        .table(Message::Table)
        .col(uuid(Message::Id).primary_key())
        .col(uuid(Message::ConversationId))
        .col(big_integer(Message::Seq))
        .col(big_integer(Message::Rev))
        .col(big_integer(Message::CreatedRev))
        .col(big_integer(Message::SenderId))
        .col(string_len(Message::Type, 8))
        .col(text(Message::Text))
        .col(text(Message::Words))
        .col(string_len_null(Message::ClientId, 128))
        .col(uuid_null(Message::ReplyTo))
        .col(uuid_null(Message::InReplyTo))
        .col(uuid_null(Message::AttachmentId))
        .col(boolean(Message::IsEdited))
        .col(boolean(Message::IsDeleted))
        .col(json_binary_null(Message::Meta))
        .col(timestamp_with_time_zone(Message::CreatedAt))
        .col(timestamp_with_time_zone(Message::UpdatedAt))
        .foreign_key(
            ForeignKey::create()
                .name("fk_chat_message_conversation")
                .from(Message::Table, Message::ConversationId)
                .to(Conversation::Table, Conversation::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_chat_message_sender")
                .from(Message::Table, Message::SenderId)
                .to(User::Table, User::Id),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_chat_message_attachment")
                .from(Message::Table, Message::AttachmentId)
                .to(Attachment::Table, Attachment::Id),
        )
        .to_owned()
}

fn reactions() -> TableCreateStatement {
    Table::create()
        .table(Reaction::Table)
        .col(uuid(Reaction::MessageId))
        .col(big_integer(Reaction::UserId))
        .col(string_len(Reaction::Emoji, 64))
        .col(timestamp_with_time_zone(Reaction::CreatedAt))
        .primary_key(
            Index::create()
                .col(Reaction::MessageId)
                .col(Reaction::UserId)
                .col(Reaction::Emoji),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_chat_reaction_message")
                .from(Reaction::Table, Reaction::MessageId)
                .to(Message::Table, Message::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_chat_reaction_user")
                .from(Reaction::Table, Reaction::UserId)
                .to(User::Table, User::Id),
        )
        .to_owned()
}

fn attachments() -> TableCreateStatement {
    Table::create()
        .table(Attachment::Table)
        .col(uuid(Attachment::Id).primary_key())
        .col(big_integer(Attachment::UploaderId))
        .col(uuid_null(Attachment::ConversationId))
        .col(boolean(Attachment::IsAttached))
        .col(string_len(Attachment::FileName, 255))
        .col(big_integer(Attachment::FileSize))
        .col(string_len(Attachment::ContentType, 100))
        .col(string_len(Attachment::State, 16))
        .col(text_null(Attachment::Reason))
        .col(integer_null(Attachment::Width))
        .col(integer_null(Attachment::Height))
        .col(string_len(Attachment::Key, 255))
        .col(string_len_null(Attachment::ThumbnailKey, 255))
        .col(string_len_null(Attachment::ThumbnailType, 100))
        .col(timestamp_with_time_zone(Attachment::CreatedAt))
        .col(timestamp_with_time_zone(Attachment::UpdatedAt))
        .foreign_key(
            ForeignKey::create()
                .name("fk_chat_attachment_uploader")
                .from(Attachment::Table, Attachment::UploaderId)
                .to(User::Table, User::Id),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_chat_attachment_conversation")
                .from(Attachment::Table, Attachment::ConversationId)
                .to(Conversation::Table, Conversation::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

#[derive(DeriveIden)]
pub enum Conversation {
    #[sea_orm(iden = "chat_conversation")]
    Table,
    Id,
    Kind,
    Alias,
    Title,
    TitleKey,
    Description,
    Metadata,
    Status,
    BotOn,
    IsArchived,
    CreatedBy,
    BegunBy,
    LastSeq,
    LastRev,
    CreatedAt,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum Participant {
    #[sea_orm(iden = "chat_participant")]
    Table,
    ConversationId,
    UserId,
    Role,
    JoinedAt,
    LastReadSeq,
    LastReadAt,
    LastDeliveredSeq,
}

#[derive(DeriveIden)]
enum Message {
    #[sea_orm(iden = "chat_message")]
    Table,
    Id,
    ConversationId,
    Seq,
    Rev,
    CreatedRev,
    SenderId,
    Type,
    Text,
    Words,
    ClientId,
    ReplyTo,
    InReplyTo,
    AttachmentId,
    IsEdited,
    IsDeleted,
    Meta,
    CreatedAt,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum Reaction {
    #[sea_orm(iden = "chat_reaction")]
    Table,
    MessageId,
    UserId,
    Emoji,
    CreatedAt,
}

#[derive(DeriveIden)]
enum Attachment {
    #[sea_orm(iden = "chat_attachment")]
    Table,
    Id,
    UploaderId,
    ConversationId,
    IsAttached,
    FileName,
    FileSize,
    ContentType,
    State,
    Reason,
    Width,
    Height,
    Key,
    ThumbnailKey,
    ThumbnailType,
    CreatedAt,
    UpdatedAt,
}
