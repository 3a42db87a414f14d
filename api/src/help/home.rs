//! The first page: what there is by category, one category, or what a search found.

use super::frame::{Asked, Frame, article_path};
use super::{Framed, Help, page, refusal};
use crate::costs;
use crate::problem::Problem;
use askama::Template;
use assist::knowledge::{self, HelpCategory, HelpLink, Hit};
use kernel::error::Error;
use poem::http::{StatusCode, header};
use poem::{Request, Response, Result};
use std::sync::Arc;

/// Categories on one page.
const CATEGORIES: usize = 24;
/// Articles of each that are shown there.
const SHOWN: usize = 8;
/// Articles on a category's own page.
const ARTICLES: usize = 100;
/// Characters of a passage that a search shows.
const EXCERPT: usize = 200;

/// Some of a list.
struct Pages {
    /// 1 for the first.
    page: usize,
    last: usize,
    previous: Option<String>,
    next: Option<String>,
}

impl Pages {
    /// Where the page begins in a list, and what leads to the others. A page after the last is the last.
    fn of(frame: &Frame, asked: usize, count: usize, size: usize, category: Option<&str>) -> (usize, Self) {
        let last = count.div_ceil(size).max(1);
        let page = asked.clamp(1, last);
        let link = |page: usize| (1..=last).contains(&page).then(|| place(frame, category, page));
        let pages = Self {
            page,
            last,
            previous: link(page - 1),
            next: link(page + 1),
        };
        ((page - 1) * size, pages)
    }
}

/// The path of a page of a list.
fn place(frame: &Frame, category: Option<&str>, page: usize) -> String {
    let number = page.to_string();
    let category = category.map(|name| ("category", name));
    let page = (page > 1).then_some(("page", number.as_str()));
    let pairs: Vec<_> = category.into_iter().chain(page).collect();
    frame.listed(&pairs)
}

/// A category on the first page.
struct Group {
    name: String,
    articles: Vec<Item>,
    /// Where all of them are, and how many they are, if these are not all.
    all: Option<(String, usize)>,
}

/// An article in a list.
struct Item {
    title: String,
    href: String,
}

impl Item {
    fn of(link: &HelpLink) -> Self {
        Self {
            title: link.title.clone(),
            href: article_path(&link.slug),
        }
    }
}

#[derive(Template)]
#[template(path = "help/home.html")]
struct Home {
    frame: Frame,
    groups: Vec<Group>,
    pages: Pages,
}

#[derive(Template)]
#[template(path = "help/category.html")]
struct Category {
    frame: Frame,
    articles: Vec<Item>,
    pages: Pages,
}

/// What a search found, as it is shown.
struct Found {
    title: String,
    heading: Option<String>,
    href: String,
    /// The other site that it is on.
    site: Option<String>,
    excerpt: String,
    lang: String,
}

#[derive(Template)]
#[template(path = "help/results.html")]
struct Results {
    frame: Frame,
    hits: Vec<Found>,
}

impl Framed for Home {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}

impl Framed for Category {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}

impl Framed for Results {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}

pub(super) async fn answer(help: Arc<Help>, request: Request) -> Result<Response> {
    let asked = Asked::of(&request);
    let frame = Frame::of(&help, &request).await.map_err(Problem::from)?;
    if let Some(query) = asked.query {
        return results(&help, &request, frame, query).await;
    }
    match asked.category {
        Some(name) => category(&help, &request, frame, &name, asked.page).await,
        None => page(&request, &home(frame, asked.page)),
    }
}

fn home(mut frame: Frame, asked: usize) -> Home {
    let catalogue = frame.catalogue.clone();
    let categories = catalogue.categories(&frame.lang);
    let (begin, pages) = Pages::of(&frame, asked, categories.len(), CATEGORIES, None);
    let has_one = categories.len() == 1;
    let shown = categories.iter().skip(begin).take(CATEGORIES);
    let groups = shown.map(|category| group(&frame, category, has_one)).collect();
    frame.path = Some(place(&frame, None, pages.page));
    Home { frame, groups, pages }
}

fn group(frame: &Frame, category: &HelpCategory, is_the_only_one: bool) -> Group {
    let most = if is_the_only_one { ARTICLES } else { SHOWN };
    let count = category.articles.len();
    let wanted = category.name.as_deref().unwrap_or_default();
    Group {
        name: name(frame, category),
        articles: category
            .articles
            .iter()
            .take(most)
            .map(|link| Item::of(link))
            .collect(),
        all: (count > most).then(|| (place(frame, Some(wanted), 1), count)),
    }
}

/// What a category is called; what has none is called other articles only where there are some.
fn name(frame: &Frame, category: &HelpCategory) -> String {
    let others = || {
        if frame.catalogue.categories(&frame.lang).len() > 1 {
            frame.words.others
        } else {
            frame.words.all_articles
        }
    };
    category.name.clone().unwrap_or_else(|| others().to_owned())
}

async fn category(
    help: &Help,
    request: &Request,
    mut frame: Frame,
    wanted: &str,
    asked: usize,
) -> Result<Response> {
    let catalogue = frame.catalogue.clone();
    let wanted = Some(wanted).filter(|name| !name.is_empty());
    let Some(category) = catalogue.category(&frame.lang, wanted) else {
        return super::missing(help, request).await;
    };
    let known = category.name.as_deref().unwrap_or_default();
    let (begin, pages) = Pages::of(&frame, asked, category.articles.len(), ARTICLES, Some(known));
    let articles = category.articles.iter().skip(begin).take(ARTICLES);
    let articles = articles.map(|link| Item::of(link)).collect();
    frame.title = name(&frame, category);
    frame.description = frame.whole_title();
    frame.path = Some(place(&frame, Some(known), pages.page));
    // another language has other categories
    page(
        request,
        &Category {
            frame,
            articles,
            pages,
        },
    )
}

async fn results(help: &Help, request: &Request, mut frame: Frame, query: String) -> Result<Response> {
    frame.is_indexed = false;
    frame.title = format!("{} “{query}”", frame.words.results);
    frame.query = query;
    let charged = costs::charge(&help.app, request, help.address_of(request), costs::SEARCH).await;
    if let Err(Error::RateLimited { retry_after }) = charged {
        let text = frame.words.too_fast_text;
        frame.title = frame.words.too_fast.to_owned();
        let mut response = refusal(StatusCode::TOO_MANY_REQUESTS, frame, text)?;
        let seconds = retry_after.as_secs_f64().ceil().max(1.0) as u64;
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        return Ok(response);
    }
    charged.map_err(Problem::from)?;
    let hits = knowledge::search(&help.app.assist, &frame.query, &frame.lang).await;
    let hits = hits.map_err(Problem::from)?;
    let hits = hits.into_iter().map(found).collect();
    page(request, &Results { frame, hits })
}

fn found(hit: Hit) -> Found {
    let site = hit.address.split_once("://").map(|(_, rest)| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        host.to_owned()
    });
    let href = match hit.address.strip_prefix("/help/") {
        Some(slug) => article_path(slug),
        None => hit.address,
    };
    Found {
        title: hit.title,
        heading: hit.heading,
        href,
        site,
        excerpt: markup::article::excerpt(&hit.text, EXCERPT),
        lang: hit.locale,
    }
}
