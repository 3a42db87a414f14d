//! The help centre: the published articles as pages for everybody, made by the server, without a script.
//!
//! A page is public and the same for everybody who reads its language, so that it may be kept for a minute. What a stranger may
//! make the server do is bounded: lists are cut into pages, an article is rendered once, searches and votes are charged.

mod article;
mod frame;
mod home;
mod images;
mod language;
mod sitemap;
mod style;
mod vote;
mod words;

use crate::bearer::client_address;
use crate::origin::Origins;
use crate::pages::{Asset, negotiated};
use crate::problem::Problem;
use crate::routes::Page;
use app::App;
use askama::Template;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use entity::ArticleId;
use frame::Frame;
use kernel::error::Error;
use markup::article::Article;
use moka::sync::Cache;
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Request, Response, Result, endpoint};
use std::net::IpAddr;
use std::sync::Arc;

/// Bytes of rendered articles that are kept.
const RENDERED: u64 = 16 * 1024 * 1024;
/// Kept for a minute, and shown for ten more while the newest is fetched.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=60, stale-while-revalidate=600");

/// By what a page differs.
const VARIES: HeaderValue = HeaderValue::from_static("accept-encoding, accept-language");

/// What the pages are made with.
struct Help {
    app: App,
    /// The server's own pages alone may vote.
    origins: Origins,
    rendered: Cache<Rendering, Arc<Article>>,
    sitemaps: Cache<sitemap::Of, Arc<Asset>>,
}

/// One state of an article's text.
type Rendering = (ArticleId, i32, DateTime<Utc>);

/// `/help` with the topics and the search, a page for each article, its votes, the articles' images, the style, and the map for search engines.
pub fn pages(app: &App) -> Vec<Page> {
    let help = Arc::new(Help::new(app));
    let read = |path, answer| Page::read(path, endpoint::make(on(&help, answer)));
    vec![
        read("/help", |help, request| Box::pin(home::answer(help, request))),
        read("/help/style.css", |_, request| Box::pin(style::answer(request))),
        read("/help/sitemap.xml", |help, request| {
            Box::pin(sitemap::answer(help, request))
        }),
        read("/help/:slug", |help, request| {
            Box::pin(article::answer(help, request))
        }),
        read("/help/images/:name", |help, request| {
            Box::pin(images::answer(help, request))
        }),
        // the article of this slug can be voted on like any other
        Page::posted(
            "/help/images/vote",
            endpoint::make(on(&help, |help, request| {
                Box::pin(vote::answer_of(help, request, "images".to_owned()))
            })),
        ),
        Page::posted(
            "/help/:slug/vote",
            endpoint::make(on(&help, |help, request| Box::pin(vote::answer(help, request)))),
        ),
    ]
}

/// How a page is answered.
type Answering = std::pin::Pin<Box<dyn Future<Output = Result<Response>> + Send>>;

fn on(
    help: &Arc<Help>,
    answer: fn(Arc<Help>, Request) -> Answering,
) -> impl Fn(Request) -> Answering + Send + Sync + 'static {
    let help = help.clone();
    move |request| answer(help.clone(), request)
}

impl Help {
    fn new(app: &App) -> Self {
        let weigher = |_: &Rendering, article: &Arc<Article>| {
            u32::try_from(article.html.len() + 100 * article.headings.len()).unwrap_or(u32::MAX)
        };
        Self {
            app: app.clone(),
            origins: Origins::own(&app.settings),
            rendered: Cache::builder().weigher(weigher).max_capacity(RENDERED).build(),
            sitemaps: Cache::new(4),
        }
    }

    fn address_of(&self, request: &Request) -> IpAddr {
        client_address(request, &self.app.settings.trusted_proxies)
    }
}

/// A page with its frame.
trait Framed: Template {
    fn frame(&self) -> &Frame;
}

/// A page, which may be kept for a while and depends on the reader's languages.
fn page(request: &Request, page: &impl Framed) -> Result<Response> {
    let asset = Asset::plain("page.html", rendered(page)?);
    let mut response = kept(request, &asset);
    let headers = response.headers_mut();
    headers.insert(header::VARY, VARIES);
    if let Ok(language) = page.frame().lang.parse() {
        headers.insert(header::CONTENT_LANGUAGE, language);
    }
    Ok(response)
}

/// What may be kept for a while.
fn kept(request: &Request, asset: &Asset) -> Response {
    let mut response = negotiated(asset, request.headers());
    response.headers_mut().insert(header::CACHE_CONTROL, KEPT);
    response
}

fn rendered(page: &impl Template) -> Result<Bytes, Problem> {
    let html = page.render().map_err(Error::internal)?;
    Ok(html.into())
}

/// A page that says why there is not the one that was asked for.
#[derive(Template)]
#[template(path = "help/refusal.html")]
struct Refusal {
    frame: Frame,
    text: &'static str,
}

/// The page of what is not there.
async fn missing(help: &Help, request: &Request) -> Result<Response> {
    let mut frame = Frame::of(help, request).await.map_err(Problem::from)?;
    let words = frame.words;
    frame.title = words.missing.to_owned();
    frame.is_indexed = false;
    refusal(StatusCode::NOT_FOUND, frame, words.missing_text)
}

fn refusal(status: StatusCode, frame: Frame, text: &'static str) -> Result<Response> {
    let body = rendered(&Refusal { frame, text })?;
    Ok(Response::builder()
        .status(status)
        .content_type("text/html; charset=utf-8")
        .body(body))
}
