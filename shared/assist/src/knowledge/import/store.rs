//! Storing what an import found: in batches, each in one transaction.

use super::super::content::{Content, Place};
use super::super::{drafts, explain, translations_with};
use super::{Batch, Found, Imported, Options, Problem, slug};
use crate::Assist;
use crate::knowledge::MAX_ARTICLES;
use entity::article::{self, Column, Status};
use entity::{ArticleId, UserId};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::roles;
use platform::db::Transaction;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Articles of one transaction: others write between two.
const AT_ONCE: usize = 100;
/// How often a batch is tried whose slugs somebody else takes at the same moment.
const TRIES: usize = 3;

/// An article within its limits.
struct Ready {
    file: String,
    line: Option<u32>,
    slug: String,
    place: Place,
    content: Content,
    translation_of: Option<String>,
}

/// What one transaction did.
#[derive(Default)]
struct Stored {
    imported: Imported,
    /// By the slug of the article that each says in another language.
    translations: Vec<Translation>,
}

struct Translation {
    id: ArticleId,
    of: String,
    file: String,
    line: Option<u32>,
}

/// Stores what was found; agents and admins.
///
/// # Errors
///
/// A fault of ours; what was stored before it is kept. What is wrong with an article is told, and the others are stored.
pub async fn import(assist: &Assist, actor: &Actor, batch: Batch, options: Options) -> Result<Imported> {
    roles::staff(actor)?;
    store(assist, actor.id, batch, options).await
}

/// The same where nobody asks for it; this person counts as the author.
///
/// # Errors
///
/// As of [`import`].
pub async fn store(assist: &Assist, author: UserId, mut batch: Batch, options: Options) -> Result<Imported> {
    let ready = ready(&mut batch)?;
    let mut all = Stored::default();
    for some in ready.chunks(AT_ONCE) {
        let stored = tried(assist, author, some, options).await?;
        let imported = stored.imported;
        all.imported.added += imported.added;
        all.imported.updated += imported.updated;
        all.imported.skipped += imported.skipped;
        for problem in imported.problems {
            batch.refuse(&problem.file, problem.line, &problem.field, problem.message);
        }
        all.translations.extend(stored.translations);
    }
    for some in all.translations.chunks(AT_ONCE) {
        link(assist, &mut batch, some).await?;
    }
    crate::knowledge::embed_written(assist).await;
    all.imported.problems = batch.problems;
    if batch.untold > 0 {
        all.imported.problems.push(Problem {
            file: String::new(),
            line: None,
            field: "file".into(),
            message: format!("There are {} more problems", batch.untold),
        });
    }
    Ok(all.imported)
}

/// What is within its limits, each with a slug that no other of them has; of the rest it is told why.
fn ready(batch: &mut Batch) -> Result<Vec<Ready>> {
    let mut slugs: HashMap<String, String> = HashMap::new();
    let mut ready = Vec::new();
    for found in std::mem::take(&mut batch.found) {
        let Found {
            file,
            line,
            article,
            translation_of,
        } = found;
        let (mut place, content) = match article.checked() {
            Ok(checked) => checked,
            Err(error) => {
                batch.refuse_error(&file, line, error)?;
                continue;
            }
        };
        let slug = match place.slug.take() {
            Some(slug) => slug,
            None => slug::of_title(&content.title),
        };
        if slug.is_empty() {
            let message = "Must be given: neither the title nor the file's name has letters";
            batch.refuse(&file, line, "slug", message);
            continue;
        }
        let here = line.map_or_else(|| file.clone(), |line| format!("line {line}"));
        if let Some(other) = slugs.get(&slug) {
            let message = format!("Is that of {other} too: each article needs its own");
            batch.refuse(&file, line, "slug", message);
            continue;
        }
        slugs.insert(slug.clone(), here);
        ready.push(Ready {
            file,
            line,
            slug,
            place,
            content,
            translation_of,
        });
    }
    Ok(ready)
}

/// Stores some; where somebody else takes a slug of theirs meanwhile, again.
async fn tried(assist: &Assist, author: UserId, some: &[Ready], options: Options) -> Result<Stored> {
    let mut tries = 1;
    loop {
        match stored(assist, author, some, options).await {
            Err(Error::Conflict { .. }) if tries < TRIES => tries += 1,
            done => return done,
        }
    }
}

async fn stored(assist: &Assist, author: UserId, some: &[Ready], options: Options) -> Result<Stored> {
    let tx = assist.db.begin().await?;
    let there = article::Entity::find()
        .filter(Column::Slug.is_in(some.iter().map(|ready| ready.slug.as_str())))
        .all(&*tx)
        .await?;
    let mut there: HashMap<String, article::Model> =
        there.into_iter().map(|row| (row.slug.clone(), row)).collect();
    let mut room = MAX_ARTICLES.saturating_sub(article::Entity::find().count(&*tx).await?);
    let mut done = Stored::default();
    let mut new = Vec::new();
    for ready in some {
        let id = match there.remove(&ready.slug) {
            None if room == 0 => {
                let message = format!("There may be {MAX_ARTICLES} articles at most");
                done.refuse(ready, "file", message);
                continue;
            }
            None => {
                room -= 1;
                done.imported.added += 1;
                let row = row(ready, options, author, assist);
                let id = row.id;
                new.push(article::ActiveModel::from(row));
                id
            }
            Some(before) if before.locale != ready.place.locale => {
                let message = format!("An article in the language {} has this slug", before.locale);
                done.refuse(ready, "slug", message);
                continue;
            }
            Some(_) if !options.update => {
                done.imported.skipped += 1;
                continue;
            }
            Some(before) => {
                if replaced(assist, author, &tx, &before, ready, options).await? {
                    done.imported.updated += 1;
                } else {
                    done.imported.skipped += 1;
                }
                before.id
            }
        };
        if let Some(of) = &ready.translation_of {
            done.translations.push(Translation {
                id,
                of: of.clone(),
                file: ready.file.clone(),
                line: ready.line,
            });
        }
    }
    if !new.is_empty() {
        let insert = article::Entity::insert_many(new).exec_without_returning(&*tx);
        insert.await.map_err(explain)?;
    }
    tx.commit().await?;
    Ok(done)
}

impl Stored {
    fn refuse(&mut self, ready: &Ready, field: &str, message: String) {
        self.imported.problems.push(Problem {
            file: ready.file.clone(),
            line: ready.line,
            field: field.to_owned(),
            message,
        });
    }
}

fn row(ready: &Ready, options: Options, author: UserId, assist: &Assist) -> article::Model {
    let id = ArticleId(Uuid::now_v7());
    article::Model {
        url: ready.place.url.clone(),
        locale: ready.place.locale.clone(),
        slug: ready.slug.clone(),
        status: ready.place.status.or(options.status).unwrap_or(Status::Draft),
        ..ready.content.clone().row(id, author, assist.clock.now())
    }
}

/// Puts a text in an article's place, unless it says the same already.
async fn replaced(
    assist: &Assist,
    author: UserId,
    tx: &Transaction,
    before: &article::Model,
    ready: &Ready,
    options: Options,
) -> Result<bool> {
    let status = ready.place.status.or(options.status).unwrap_or(before.status);
    let is_same =
        Content::of(before) == ready.content && before.url == ready.place.url && before.status == status;
    if is_same {
        return Ok(false);
    }
    let changed = article::ActiveModel {
        url: Set(ready.place.url.clone()),
        status: Set(status),
        ..drafts::shown(assist, author, tx, before, ready.content.clone()).await?
    };
    changed.update(&**tx).await.map_err(explain)?;
    Ok(true)
}

/// Puts translations together.
async fn link(assist: &Assist, batch: &mut Batch, some: &[Translation]) -> Result<()> {
    let tx = assist.db.begin().await?;
    let there: Vec<(String, ArticleId)> = article::Entity::find()
        .select_only()
        .columns([Column::Slug, Column::Id])
        .filter(Column::Slug.is_in(some.iter().map(|one| one.of.as_str())))
        .into_tuple()
        .all(&*tx)
        .await?;
    let there: HashMap<String, ArticleId> = there.into_iter().collect();
    for one in some {
        let Some(of) = there.get(&one.of).filter(|of| **of != one.id) else {
            batch.refuse(
                &one.file,
                one.line,
                "translation_of",
                "No other article has this slug",
            );
            continue;
        };
        let translations = translations_with(&tx, *of).await?;
        let row = article::ActiveModel {
            id: Set(one.id),
            translations: Set(Some(translations)),
            ..Default::default()
        };
        row.update(&*tx).await?;
    }
    tx.commit().await?;
    Ok(())
}
