//! The labels that there are.

use chat::Chat;
use entity::{LabelId, label};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::roles;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, DbErr, EntityTrait, PaginatorTrait, QueryOrder, SqlErr};

/// A new label.
#[derive(Clone, Debug)]
pub struct WriteLabel {
    /// 1–40 characters, unique whatever the case.
    pub name: String,
    /// `#rrggbb`; grey unless given.
    pub color: Option<String>,
}

/// Change a label; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct UpdateLabel {
    /// 1–40 characters, unique whatever the case.
    pub name: Option<String>,
    /// `#rrggbb`.
    pub color: Option<String>,
}

const MAX_NAME: usize = 40;
const MAX_LABELS: u64 = 500;
const GREY: &str = "#64748b";

/// All of them, by name; agents and admins.
pub async fn labels(chat: &Chat, actor: &Actor) -> Result<Vec<label::Model>> {
    roles::staff(actor)?;
    let found = label::Entity::find()
        .order_by_asc(label::Column::NameKey)
        .all(&*chat.db)
        .await?;
    Ok(found)
}

/// Adds one; agents and admins.
pub async fn create_label(chat: &Chat, actor: &Actor, command: WriteLabel) -> Result<label::Model> {
    roles::staff(actor)?;
    let name = name(&command.name)?;
    let color = color(command.color.as_deref().unwrap_or(GREY))?;
    if label::Entity::find().count(&*chat.db).await? >= MAX_LABELS {
        return Err(Error::invalid(
            "name",
            format!("There are {MAX_LABELS} labels already"),
        ));
    }
    let row = label::ActiveModel {
        name_key: Set(name.to_lowercase()),
        name: Set(name),
        color: Set(color),
        ..Default::default()
    };
    row.insert(&*chat.db).await.map_err(taken)
}

/// Renames or recolours one; agents and admins.
pub async fn update_label(
    chat: &Chat,
    actor: &Actor,
    id: LabelId,
    command: UpdateLabel,
) -> Result<label::Model> {
    roles::staff(actor)?;
    let known = find(chat, id).await?;
    let mut row = label::ActiveModel {
        id: Set(id),
        ..Default::default()
    };
    if let Some(text) = &command.name {
        let name = name(text)?;
        row.name_key = Set(name.to_lowercase());
        row.name = Set(name);
    }
    if let Some(text) = &command.color {
        row.color = Set(color(text)?);
    }
    if !row.name.is_set() && !row.color.is_set() {
        return Ok(known);
    }
    row.update(&*chat.db).await.map_err(|error| match error {
        DbErr::RecordNotUpdated => unknown(),
        other => taken(other),
    })
}

/// Deletes one, and takes it off every conversation; admins.
pub async fn delete_label(chat: &Chat, actor: &Actor, id: LabelId) -> Result<()> {
    roles::admin(actor)?;
    find(chat, id).await?;
    label::Entity::delete_by_id(id).exec(&*chat.db).await?;
    Ok(())
}

async fn find(chat: &Chat, id: LabelId) -> Result<label::Model> {
    label::Entity::find_by_id(id)
        .one(&*chat.db)
        .await?
        .ok_or_else(unknown)
}

fn unknown() -> Error {
    Error::NotFound("Label".into())
}

fn name(text: &str) -> Result<String> {
    let text = text.trim();
    check_text("name", text, 1, MAX_NAME)?;
    Ok(text.to_owned())
}

fn color(text: &str) -> Result<String> {
    let digits = text.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(text.to_lowercase())
    } else {
        Err(Error::invalid("color", "Must be of the form #rrggbb"))
    }
}

fn taken(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::Conflict {
            code: "label_exists",
            field: Some("name"),
            detail: "There is a label of this name".into(),
        },
        _ => error.into(),
    }
}
