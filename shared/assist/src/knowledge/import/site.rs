//! A web site's pages as articles: one page, or those that a sitemap names. All through the guarded client.

use super::sitemap::{self, Sitemap};
use super::{Batch, slug};
use crate::Assist;
use bot::Language;
use bot::front_matter::FrontMatter;
use futures_util::{FutureExt, StreamExt, stream};
use kernel::error::{Error, Result};
use platform::outbound_http::{Fetched, OutboundError};
use std::collections::HashSet;
use std::time::Duration;
use tokio::time::Instant;

/// Bytes of a page.
const MAX_PAGE: usize = 2 * 1024 * 1024;
/// Bytes of a sitemap.
const MAX_SITEMAP: usize = 10 * 1024 * 1024;
/// Lists of a sitemap that names lists.
const MAX_LISTS: usize = 50;
/// Pages that are fetched at once: no more than a browser would.
const AT_ONCE: usize = 4;
const ACCEPT: &str = "text/html, application/xhtml+xml, text/markdown, application/xml;q=0.9, */*;q=0.1";

/// How much of a site is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Pages at most; the first of a longer list are read.
    pub pages: usize,
    /// How long all of it may take; what is not there by then is left out.
    pub within: Duration,
}

/// While somebody waits for the answer.
pub const WHILE_SOMEBODY_WAITS: Limits = Limits {
    pages: 50,
    within: Duration::from_secs(30),
};
/// From the command line.
pub const BY_HAND: Limits = Limits {
    pages: 500,
    within: Duration::from_secs(15 * 60),
};

/// Where pages must be, and until when they are read.
struct Site<'a> {
    assist: &'a Assist,
    /// Host and port.
    place: (String, Option<u16>),
    limits: Limits,
    end: Instant,
}

/// Reads a page, or the pages of its site that a sitemap names; a sitemap of sitemaps once.
///
/// # Errors
///
/// The address itself is not public, or says nothing that can be read. What is wrong with one page of several is told with the
/// others.
pub async fn read(assist: &Assist, url: &str, limits: Limits) -> Result<Batch> {
    let end = Instant::now() + limits.within;
    let refused = |message: String| Error::invalid("url", message);
    let first = fetch(assist, url, MAX_SITEMAP, end, limits)
        .await
        .map_err(refused)?;
    let site = Site {
        assist,
        place: place(&first),
        limits,
        end,
    };
    let mut batch = Batch::default();
    let text = String::from_utf8_lossy(&first.body);
    if !sitemap::is_likely(&first.content_type, &text) {
        site.take(&mut batch, &mut HashSet::new(), url, first).await?;
        return match batch.problems.pop() {
            Some(problem) => Err(refused(problem.message)),
            None => Ok(batch),
        };
    }
    let pages = match sitemap::parse(&text).map_err(refused)? {
        Sitemap::Pages(pages) => pages,
        Sitemap::Lists(lists) => site.lists(&mut batch, lists).await,
    };
    site.pages(&mut batch, url, pages).await?;
    Ok(batch)
}

/// What an address says, or why it says nothing.
async fn fetch(
    assist: &Assist,
    url: &str,
    most: usize,
    end: Instant,
    limits: Limits,
) -> Result<Fetched, String> {
    let found = tokio::time::timeout_at(end, assist.outbound.get(url, ACCEPT, most)).await;
    let Ok(found) = found else {
        return Err(format!(
            "Not read: all of it took more than {} s",
            limits.within.as_secs()
        ));
    };
    let found = found.map_err(|error: OutboundError| error.to_string())?;
    if !found.is_success() {
        return Err(format!("Answers with the status {}", found.status));
    }
    Ok(found)
}

fn place(found: &Fetched) -> (String, Option<u16>) {
    let host = found.url.host_str().unwrap_or_default();
    (host.to_owned(), found.url.port_or_known_default())
}

impl Site<'_> {
    async fn fetch(&self, url: &str, most: usize) -> Result<Fetched, String> {
        let address = self
            .assist
            .outbound
            .parse(url)
            .map_err(|error| error.to_string())?;
        let host = address.host_str().unwrap_or_default();
        if (host, address.port_or_known_default()) != (self.place.0.as_str(), self.place.1) {
            return Err(format!("Is not on {}, where the import began", self.place.0));
        }
        let found = fetch(self.assist, url, most, self.end, self.limits).await?;
        if place(&found) != self.place {
            return Err(format!(
                "Leads away from {}, where the import began",
                self.place.0
            ));
        }
        Ok(found)
    }

    async fn fetch_page(&self, page: String) -> (String, Result<Fetched, String>) {
        let found = self.fetch(&page, MAX_PAGE).await;
        (page, found)
    }

    /// The pages of lists; a list of lists among them is left out, so that no loop is followed.
    async fn lists(&self, batch: &mut Batch, mut lists: Vec<String>) -> Vec<String> {
        if lists.len() > MAX_LISTS {
            let message = format!("Names more than {MAX_LISTS} sitemaps; the first are read");
            batch.refuse(&self.place.0, None, "url", message);
            lists.truncate(MAX_LISTS);
        }
        let mut pages = Vec::new();
        for list in lists {
            let read = match self.fetch(&list, MAX_SITEMAP).await {
                Ok(found) => sitemap::parse(&String::from_utf8_lossy(&found.body)),
                Err(why) => Err(why),
            };
            match read {
                Ok(Sitemap::Pages(some)) => pages.extend(some),
                Ok(Sitemap::Lists(_)) => {
                    batch.refuse(
                        &list,
                        None,
                        "url",
                        "Is a sitemap of sitemaps within one: not read",
                    );
                }
                Err(why) => batch.refuse(&list, None, "url", why),
            }
            // more are not read
            if pages.len() > self.limits.pages * 2 {
                break;
            }
        }
        pages
    }

    async fn pages(&self, batch: &mut Batch, list: &str, pages: Vec<String>) -> Result<()> {
        let mut seen = HashSet::new();
        let mut pages: Vec<String> = pages
            .into_iter()
            .map(|page| page.split('#').next().unwrap_or_default().to_owned())
            .filter(|page| seen.insert(page.clone()))
            .collect();
        if pages.len() > self.limits.pages {
            let message = format!(
                "Names {} pages; the first {} are read",
                pages.len(),
                self.limits.pages
            );
            batch.refuse(list, None, "url", message);
            pages.truncate(self.limits.pages);
        }
        let mut slugs = HashSet::new();
        let fetches: Vec<_> = pages
            .into_iter()
            .map(|page| self.fetch_page(page).boxed())
            .collect();
        let mut found = stream::iter(fetches).buffered(AT_ONCE);
        while let Some((page, found)) = found.next().await {
            match found {
                Ok(found) => self.take(batch, &mut slugs, &page, found).await?,
                Err(why) => batch.refuse(&page, None, "url", why),
            }
        }
        Ok(())
    }

    async fn take(
        &self,
        batch: &mut Batch,
        slugs: &mut HashSet<String>,
        page: &str,
        found: Fetched,
    ) -> Result<()> {
        let slug = free_slug(&found, slugs);
        match found.content_type.as_str() {
            "text/html" | "application/xhtml+xml" => {
                // a page takes a while to parse
                let html = String::from_utf8_lossy(&found.body).into_owned();
                let read = tokio::task::spawn_blocking(move || bot::documents::read_page(&html)).await;
                let read = read.map_err(Error::internal)?;
                if read.text.is_empty() {
                    batch.refuse(page, None, "body", "Holds no text");
                    return Ok(());
                }
                let title = read.title.map(|title| title.chars().take(200).collect());
                let claimed = read.locale.filter(|locale| is_tag(locale));
                let locale = claimed.or_else(|| {
                    let opening: String = read.text.chars().take(2000).collect();
                    Language::detect(&opening).map(|language| language.code().to_owned())
                });
                let said = FrontMatter {
                    title,
                    locale,
                    body: read.text,
                    ..FrontMatter::default()
                };
                batch.take(page, None, said, slug);
            }
            "text/markdown" | "text/x-markdown" | "text/plain" => {
                batch.take_markdown(page, &String::from_utf8_lossy(&found.body));
            }
            other => {
                let message = format!("Is neither a page nor Markdown, but {other:?}");
                batch.refuse(page, None, "url", message);
            }
        }
        Ok(())
    }
}

/// A language tag as articles have them.
fn is_tag(locale: &str) -> bool {
    (2..=16).contains(&locale.len()) && locale.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// A slug of a page's address: the last part of its path, or where another page has that all of it.
fn free_slug(found: &Fetched, slugs: &mut HashSet<String>) -> String {
    let path = found.url.path();
    let whole = path
        .rsplit_once('.')
        .filter(|(_, end)| !end.contains('/'))
        .map_or(path, |(stem, _)| stem);
    let whole = percent_encoding::percent_decode_str(whole).decode_utf8_lossy();
    let last = whole.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let short = slug::of_title(last);
    let slug = if slugs.contains(&short) {
        slug::of_title(&whole)
    } else {
        short
    };
    slugs.insert(slug.clone());
    slug
}
