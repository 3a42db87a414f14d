//! "Was this helpful?"

use super::frame::article_path;
use super::{Help, missing};
use crate::body::read_up_to;
use crate::costs;
use crate::problem::Problem;
use crate::upgrade::url_pairs;
use assist::knowledge;
use kernel::error::Error;
use poem::http::{StatusCode, header};
use poem::{Request, Response, Result};
use std::sync::Arc;

/// Bytes of a vote.
const LONGEST: usize = 1024;

/// Counts the reader's vote, once a day, and leads back to the article. A page of another site cannot cast one, whatever
/// `ALLOWED_ORIGINS` lists: the vote is the reader's, not that page's.
pub(super) async fn answer(help: Arc<Help>, request: Request) -> Result<Response> {
    let slug = request.path_params::<String>().unwrap_or_default();
    answer_of(help, request, slug).await
}

/// The same where the article's slug is known.
pub(super) async fn answer_of(help: Arc<Help>, request: Request, slug: String) -> Result<Response> {
    help.origins.admit(&request)?;
    let article = match knowledge::page(&help.app.assist, &slug).await {
        Ok(article) => article,
        Err(Error::NotFound(_)) => return missing(&help, &request).await,
        Err(error) => return Err(Problem::from(error).into()),
    };
    let address = help.address_of(&request);
    let charged = costs::charge(&help.app, &request, address, costs::CHANGE).await;
    charged.map_err(Problem::from)?;
    let (request, mut body) = request.split();
    let body = read_up_to(LONGEST, &request, &mut body).await?;
    let is_helpful = read(&String::from_utf8_lossy(&body))?;
    if help.app.limits.take_vote(address, article.id.0).await {
        let counted = knowledge::vote(&help.app.assist, &slug, is_helpful).await;
        counted.map_err(Problem::from)?;
    }
    let back = format!("{}?thanks=1#_helpful", article_path(&article.slug));
    Ok(Response::builder()
        .status(StatusCode::SEE_OTHER)
        .header(header::LOCATION, back)
        .finish())
}

fn read(form: &str) -> Result<bool, Problem> {
    let vote = url_pairs(form).find(|(name, _)| name == "helpful");
    match vote.as_ref().map(|(_, value)| value.as_str()) {
        Some("yes") => Ok(true),
        Some("no") => Ok(false),
        _ => Err(Problem::invalid("helpful", "Must be yes or no")),
    }
}
