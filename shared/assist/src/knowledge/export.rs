//! All articles as files, which import again to the same. Versions, votes and changes that are not published stay here.

use super::content::Content;
use super::import::files::Pack;
use crate::Assist;
use bot::front_matter::FrontMatter;
use entity::ArticleId;
use entity::article::{self, Column, Status};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::roles;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use uuid::Uuid;

/// Articles that are read at once.
const AT_ONCE: u64 = 200;

/// An article's file.
#[derive(Clone, Debug)]
pub struct ArticleFile {
    /// `<locale>/<slug>.md`.
    pub name: String,
    /// What is in it.
    pub article: FrontMatter,
}

/// A ZIP of all articles, drafts too; agents and admins.
pub async fn export(assist: &Assist, actor: &Actor) -> Result<Vec<u8>> {
    roles::staff(actor)?;
    let mut pack = Pack::default();
    let mut reading = Reading::begin(assist).await?;
    while let Some(files) = reading.next(assist).await? {
        let packing = tokio::task::spawn_blocking(move || {
            for file in files {
                pack.add(&file.name, &file.article)?;
            }
            Ok::<_, Error>(pack)
        });
        pack = packing.await.map_err(Error::internal)??;
    }
    pack.finish()
}

/// All articles, some at a time, in the order of their making.
pub struct Reading {
    /// The slug of the article of each group of translations that the others name.
    bases: HashMap<Uuid, (ArticleId, String)>,
    after: Option<ArticleId>,
}

impl Reading {
    /// From the first.
    ///
    /// # Errors
    ///
    /// The database does not answer.
    pub async fn begin(assist: &Assist) -> Result<Self> {
        let rows: Vec<(ArticleId, String, Option<Uuid>)> = article::Entity::find()
            .select_only()
            .columns([Column::Id, Column::Slug, Column::Translations])
            .filter(Column::Translations.is_not_null())
            .order_by_asc(Column::Id)
            .into_tuple()
            .all(&*assist.db)
            .await?;
        let mut bases: HashMap<Uuid, (ArticleId, String)> = HashMap::new();
        for (id, slug, group) in rows {
            if let Some(group) = group {
                bases.entry(group).or_insert((id, slug));
            }
        }
        Ok(Self { bases, after: None })
    }

    /// The next ones; none: there are no more.
    ///
    /// # Errors
    ///
    /// The database does not answer.
    pub async fn next(&mut self, assist: &Assist) -> Result<Option<Vec<ArticleFile>>> {
        let after = self.after.map(|after| Column::Id.gt(after));
        let rows = article::Entity::find()
            .filter(sea_orm::Condition::all().add_option(after))
            .order_by_asc(Column::Id)
            .limit(AT_ONCE)
            .all(&*assist.db)
            .await?;
        let Some(last) = rows.last() else {
            return Ok(None);
        };
        self.after = Some(last.id);
        Ok(Some(rows.into_iter().map(|row| self.file(row)).collect()))
    }

    fn file(&self, row: article::Model) -> ArticleFile {
        let content = Content::of(&row);
        let base = row.translations.and_then(|group| self.bases.get(&group));
        let base = base.filter(|(id, _)| *id != row.id);
        ArticleFile {
            name: format!("{}/{}.md", row.locale, row.slug),
            article: FrontMatter {
                title: Some(content.title),
                slug: Some(row.slug),
                url: row.url,
                category: content.category,
                tags: content.tags,
                locale: Some(row.locale),
                is_draft: Some(row.status == Status::Draft),
                questions: content.questions,
                translation_of: base.map(|(_, slug)| slug.clone()),
                body: content.body,
            },
        }
    }
}
