//! Documents that admins upload: each becomes articles of the bot's.

use crate::Assist;
use crate::knowledge::{self, Content};
use bot::documents::{Document, Part};
use chrono::{DateTime, Utc};
use entity::article::{self, Column};
use entity::{ArticleId, DocumentId};
use kernel::actor::Actor;
use kernel::error::{Result, check_text};
use kernel::roles;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Characters of a file's name that are kept.
const MAX_NAME: usize = 200;

/// What a document became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The document's id.
    pub id: DocumentId,
    /// Its file's name, as it is kept.
    pub file_name: String,
    /// The ids of its articles, in its order.
    pub articles: Vec<ArticleId>,
    /// Articles that an earlier document of this file's name had become, and that these replace.
    pub replaced: u64,
}

/// Keeps a document that was read: the bot answers from it from its next reply on, and no more from an earlier one of the same
/// file. Admins only.
pub async fn keep(
    assist: &Assist,
    actor: &Actor,
    file_name: &str,
    category: Option<String>,
    document: Document,
) -> Result<Kept> {
    roles::admin(actor)?;
    check_text("category", category.as_deref().unwrap_or_default(), 0, 50)?;
    let name = kept_name(file_name);
    let (id, now) = (DocumentId(Uuid::now_v7()), assist.clock.now());
    let parts: Vec<(ArticleId, Part)> = document
        .parts
        .into_iter()
        .map(|part| (ArticleId(Uuid::now_v7()), part))
        .collect();
    let tx = assist.db.begin().await?;
    let replaced = article::Entity::delete_many()
        .filter(Column::FileName.eq(name.as_str()))
        .exec(&*tx)
        .await?
        .rows_affected;
    knowledge::refuse_too_many(&tx, parts.len() as u64).await?;
    let titles = parts.iter().map(|(id, part)| (*id, part.title.as_str()));
    let slugs = knowledge::free_slugs(&*tx, titles).await?;
    let rows: Vec<article::Model> = parts
        .into_iter()
        .zip(slugs)
        .map(|((part_id, part), slug)| {
            let content = Content {
                title: part.title,
                body: part.body,
                tags: category.iter().cloned().collect(),
                category: category.clone(),
                questions: Vec::new(),
            };
            article::Model {
                slug,
                locale: document.locale.into(),
                document_id: Some(id),
                file_name: Some(name.clone()),
                ..content.row(part_id, actor.id, now)
            }
        })
        .collect();
    let articles = rows.iter().map(|row| row.id).collect();
    article::Entity::insert_many(rows.into_iter().map(article::ActiveModel::from))
        .exec_without_returning(&*tx)
        .await
        .map_err(knowledge::explain)?;
    tx.commit().await?;
    knowledge::embed_written(assist).await;
    Ok(Kept {
        id,
        file_name: name,
        articles,
        replaced,
    })
}

/// A file's name without its folders and without what is not seen.
fn kept_name(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let name: String = kernel::names::clean_title(name).chars().take(MAX_NAME).collect();
    if name.is_empty() { "document".into() } else { name }
}

/// What the bot knows beside what it was shipped with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Documents that were uploaded.
    pub documents: u64,
    /// The articles that they became.
    pub parts: u64,
    /// All articles, those that were written one by one among them.
    pub articles: u64,
    /// The examples among them.
    pub examples: u64,
    /// Characters of all articles.
    pub characters: u64,
    /// When an article was last added or changed.
    pub newest: Option<DateTime<Utc>>,
    /// Documents by the end of their file's name.
    pub by_type: BTreeMap<String, u64>,
    /// Documents by category; those without one are not in it.
    pub by_category: BTreeMap<String, u64>,
}

/// What the bot knows; admins only.
pub async fn stats(assist: &Assist, actor: &Actor) -> Result<Stats> {
    roles::admin(actor)?;
    type Row = (
        Option<DocumentId>,
        Option<String>,
        Value,
        i32,
        DateTime<Utc>,
        bool,
    );
    let rows: Vec<Row> = article::Entity::find()
        .select_only()
        .columns([Column::DocumentId, Column::FileName, Column::Tags])
        .expr_as(Expr::cust("length(body)"), "characters")
        .columns([Column::UpdatedAt, Column::IsExample])
        .into_tuple()
        .all(&*assist.db)
        .await?;
    let mut stats = Stats {
        articles: rows.len() as u64,
        ..Stats::default()
    };
    let mut seen = BTreeSet::new();
    for (document, file_name, tags, characters, changed, is_example) in rows {
        stats.examples += u64::from(is_example);
        stats.characters += u64::from(characters.unsigned_abs());
        stats.newest = stats.newest.max(Some(changed));
        let Some(document) = document else { continue };
        stats.parts += 1;
        if seen.insert(document) {
            stats.documents += 1;
            let end = file_name.as_deref().and_then(|name| name.rsplit_once('.'));
            let end = end.map_or_else(String::new, |(_, end)| end.to_lowercase());
            *stats.by_type.entry(end).or_default() += 1;
            if let Some(category) = tags.get(0).and_then(Value::as_str) {
                *stats.by_category.entry(category.to_owned()).or_default() += 1;
            }
        }
    }
    Ok(stats)
}
