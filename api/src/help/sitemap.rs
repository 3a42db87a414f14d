//! What there is, for search engines (sitemaps.org, with the languages as Google reads them).

use super::frame::article_path;
use super::{Help, kept, rendered};
use crate::pages::Asset;
use crate::problem::Problem;
use askama::Template;
use assist::knowledge::{self, Catalogue};
use kernel::error::Error;
use poem::http::StatusCode;
use poem::{Request, Response, Result};
use std::sync::Arc;

/// Which map: of which state of the articles, and under which address.
pub(super) type Of = (u64, String);

/// A page in the map.
struct Place {
    address: String,
    /// A day, `2026-11-30`.
    changed: Option<String>,
    /// Language and address of each language that it is there in; empty where that is one.
    versions: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "help/sitemap.xml")]
struct Sitemap {
    places: Vec<Place>,
}

pub(super) async fn answer(help: Arc<Help>, request: Request) -> Result<Response> {
    let Some(site) = help.origins.address(&request) else {
        let detail = "The Host header names no host, and PUBLIC_URL is not set";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "host_unknown", detail).into());
    };
    let catalogue = knowledge::catalogue(&help.app.assist).await;
    let catalogue = catalogue.map_err(Problem::from)?;
    let of = (catalogue.version(), site.to_string());
    let known = help.sitemaps.get(&of);
    let asset = match known {
        Some(asset) => asset,
        None => {
            let base = of.1.clone();
            // some megabytes at the most
            let making = tokio::task::spawn_blocking(move || make(&catalogue, &base));
            let made = making
                .await
                .map_err(|error| Problem::from(Error::internal(error)))?;
            let asset = Arc::new(made?);
            help.sitemaps.insert(of, asset.clone());
            asset
        }
    };
    Ok(kept(&request, &asset))
}

fn make(catalogue: &Catalogue, base: &str) -> Result<Asset, Problem> {
    let mut places: Vec<Place> = catalogue
        .all()
        .map(|link| {
            let address = |slug: &str| format!("{base}{}", article_path(slug));
            let mut versions: Vec<(String, String)> = catalogue
                .translations(link)
                .into_iter()
                .map(|other| (other.locale.clone(), address(&other.slug)))
                .collect();
            if !versions.is_empty() {
                versions.push((link.locale.clone(), address(&link.slug)));
                versions.sort();
            }
            Place {
                address: address(&link.slug),
                changed: Some(link.updated_at.format("%Y-%m-%d").to_string()),
                versions,
            }
        })
        .collect();
    places.sort_by(|a, b| a.address.cmp(&b.address));
    let home = Place {
        address: format!("{base}/help"),
        changed: None,
        versions: Vec::new(),
    };
    places.insert(0, home);
    let asset = Asset::plain("sitemap.xml", rendered(&Sitemap { places })?);
    // made here, where it holds nobody up
    asset.gzip();
    Ok(asset)
}
