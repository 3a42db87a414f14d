//! Canned replies: texts that agents and admins keep for all of them, each under a shortcut.

use chat::Chat;
use chat::messages;
use entity::CannedReplyId;
use entity::canned_reply::{self, Column};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::roles;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, SqlErr,
};

/// A canned reply to be kept.
#[derive(Clone, Debug)]
pub struct WriteCannedReply {
    /// 1–40 of `a-z`, `0-9`, `_` and `-`; no other has it.
    pub shortcut: String,
    /// Markdown, 1–4000 characters.
    pub text: String,
}

/// As many as one installation keeps: a list that is shown whole.
pub const MAX_CANNED_REPLIES: u64 = 500;
/// A shortcut holds at most this many characters.
const MAX_SHORTCUT: usize = 40;

/// Those whose shortcut or text contains `search`, whatever the case, by shortcut; agents and admins.
pub async fn list(chat: &Chat, actor: &Actor, search: Option<&str>) -> Result<Vec<canned_reply::Model>> {
    roles::staff(actor)?;
    let wanted = search.unwrap_or_default();
    check_text("search", wanted, 0, 200)?;
    let wanted = wanted.trim().to_lowercase();
    let mut rows = canned_reply::Entity::find().all(&*chat.db).await?;
    // few, and here: SQLite folds ASCII only, and Postgres sorts by its locale
    rows.retain(|row| row.shortcut.contains(&wanted) || row.text.to_lowercase().contains(&wanted));
    rows.sort_by(|a, b| a.shortcut.cmp(&b.shortcut));
    Ok(rows)
}

/// Keeps one more; agents and admins.
pub async fn add(chat: &Chat, actor: &Actor, command: WriteCannedReply) -> Result<canned_reply::Model> {
    roles::staff(actor)?;
    check(&command)?;
    if canned_reply::Entity::find().count(&*chat.db).await? >= MAX_CANNED_REPLIES {
        return Err(Error::Conflict {
            code: "too_many_canned_replies",
            field: None,
            detail: format!("There are {MAX_CANNED_REPLIES} canned replies, as many as there may be"),
        });
    }
    refuse_taken(chat, &command.shortcut, None).await?;
    let now = chat.clock.now();
    let row = canned_reply::ActiveModel {
        shortcut: Set(command.shortcut),
        text: Set(command.text),
        created_by: Set(actor.id),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    row.insert(&*chat.db).await.map_err(explain)
}

/// Replaces one; agents and admins.
pub async fn replace(
    chat: &Chat,
    actor: &Actor,
    id: CannedReplyId,
    command: WriteCannedReply,
) -> Result<canned_reply::Model> {
    roles::staff(actor)?;
    check(&command)?;
    refuse_taken(chat, &command.shortcut, Some(id)).await?;
    let row = canned_reply::ActiveModel {
        id: Set(id),
        shortcut: Set(command.shortcut),
        text: Set(command.text),
        updated_at: Set(chat.clock.now()),
        ..Default::default()
    };
    row.update(&*chat.db).await.map_err(explain)
}

/// Deletes one; agents and admins.
pub async fn remove(chat: &Chat, actor: &Actor, id: CannedReplyId) -> Result<()> {
    roles::staff(actor)?;
    let deleted = canned_reply::Entity::delete_by_id(id).exec(&*chat.db).await?;
    if deleted.rows_affected == 0 {
        Err(missing())
    } else {
        Ok(())
    }
}

/// The one answer for those that do not exist.
fn missing() -> Error {
    Error::NotFound("Canned reply".into())
}

fn check(command: &WriteCannedReply) -> Result<()> {
    check_text("shortcut", &command.shortcut, 1, MAX_SHORTCUT)?;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    if !command.shortcut.chars().all(allowed) {
        return Err(Error::invalid(
            "shortcut",
            "May hold only lower-case letters a-z, digits, _ and -",
        ));
    }
    if command.text.trim().is_empty() {
        return Err(Error::invalid("text", "This field may not be blank."));
    }
    check_text("text", &command.text, 1, messages::MAX_TEXT)
}

async fn refuse_taken(chat: &Chat, shortcut: &str, but: Option<CannedReplyId>) -> Result<()> {
    let holder = canned_reply::Entity::find()
        .filter(Column::Shortcut.eq(shortcut))
        .one(&*chat.db)
        .await?;
    match holder {
        Some(row) if Some(row.id) != but => Err(taken()),
        _ => Ok(()),
    }
}

fn taken() -> Error {
    Error::Conflict {
        code: "shortcut_taken",
        field: Some("shortcut"),
        detail: "Another canned reply has this shortcut".into(),
    }
}

fn explain(error: DbErr) -> Error {
    match (&error, error.sql_err()) {
        (DbErr::RecordNotUpdated, _) => missing(),
        // a concurrent one took the shortcut
        (_, Some(SqlErr::UniqueConstraintViolation(_))) => taken(),
        _ => error.into(),
    }
}
