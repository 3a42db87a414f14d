//! An article's page.

use super::frame::{Asked, Frame, Version, article_path, version};
use super::{Framed, Help, missing, page};
use crate::problem::Problem;
use askama::Template;
use assist::knowledge::{self, Catalogue};
use entity::article::Model;
use kernel::error::Error;
use markup::article::{Article, Heading};
use poem::{Request, Response, Result};
use std::sync::Arc;

/// An article with fewer headings needs no list of them.
const CONTENTS: usize = 3;
/// Headings in that list.
const MOST_CONTENTS: usize = 60;

#[derive(Template)]
#[template(path = "help/article.html")]
struct ArticlePage {
    frame: Frame,
    text: Arc<Article>,
    /// Name and path.
    category: Option<(String, String)>,
    /// A day, `2026-11-30`.
    updated: String,
    contents: Vec<Heading>,
    /// Title and path.
    related: Vec<(String, String)>,
    vote_path: String,
    has_voted: bool,
}

impl Framed for ArticlePage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}

pub(super) async fn answer(help: Arc<Help>, request: Request) -> Result<Response> {
    let slug = request.path_params::<String>().unwrap_or_default();
    let row = match knowledge::page(&help.app.assist, &slug).await {
        Ok(row) => row,
        Err(Error::NotFound(_)) => return missing(&help, &request).await,
        Err(error) => return Err(Problem::from(error).into()),
    };
    let catalogue = knowledge::catalogue(&help.app.assist).await;
    let catalogue = catalogue.map_err(Problem::from)?;
    let text = help.rendered(&row).await;
    page(&request, &shown(&help, &request, catalogue, row, text))
}

impl Help {
    /// The article's text as HTML, made once of each state of it.
    async fn rendered(&self, row: &Model) -> Arc<Article> {
        let state = (row.id, row.version, row.updated_at);
        if let Some(known) = self.rendered.get(&state) {
            return known;
        }
        let made = Arc::new(self.app.assist.markdown.article(&row.body).await);
        self.rendered.insert(state, made.clone());
        made
    }
}

fn shown(
    help: &Help,
    request: &Request,
    catalogue: Arc<Catalogue>,
    row: Model,
    text: Arc<Article>,
) -> ArticlePage {
    let mut frame = Frame::in_language(help, request, catalogue.clone(), &row.locale);
    let link = catalogue.get(&row.slug);
    let path = article_path(&row.slug);
    frame.versions = versions(&catalogue, &row, &path);
    frame.kind = "article";
    frame.title = row.title;
    if !text.summary.is_empty() {
        frame.description.clone_from(&text.summary);
    }
    let related = link.map(|link| catalogue.related(link)).unwrap_or_default();
    let mut contents: Vec<Heading> = Vec::new();
    if text.headings.len() >= CONTENTS {
        let top = text.headings.iter().filter(|heading| heading.level <= 3);
        contents.extend(top.take(MOST_CONTENTS).cloned());
    }
    let vote_path = format!("{path}/vote");
    frame.path = Some(path);
    ArticlePage {
        category: row.category.map(|name| {
            let href = frame.listed(&[("category", &name)]);
            (name, href)
        }),
        updated: row.updated_at.format("%Y-%m-%d").to_string(),
        contents,
        related: related
            .into_iter()
            .map(|link| (link.title.clone(), article_path(&link.slug)))
            .collect(),
        vote_path,
        has_voted: Asked::of(request).has_voted,
        text,
        frame,
    }
}

/// The article in each language that it is there in, by language; empty where that is one.
fn versions(catalogue: &Catalogue, row: &Model, path: &str) -> Vec<Version> {
    let others = catalogue.get(&row.slug).map(|link| catalogue.translations(link));
    let others = others.unwrap_or_default();
    if others.is_empty() {
        return Vec::new();
    }
    let mut versions: Vec<Version> = others
        .into_iter()
        .map(|link| version(&link.locale, article_path(&link.slug)))
        .collect();
    versions.push(version(&row.locale, path.to_owned()));
    versions.sort_by(|a, b| a.lang.cmp(&b.lang));
    versions
}
