//! Reading what an address says.

use super::{MAX_URL, OutboundError, OutboundHttp, explain};
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use reqwest::{Response, Url};

/// How often an answer may point elsewhere.
const REDIRECTS: usize = 5;

/// What an address says.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// Where it was found, after redirects.
    pub url: Url,
    /// The HTTP status.
    pub status: u16,
    /// As the server claims, in lower case and without parameters; empty where it claims nothing.
    pub content_type: String,
    /// Its bytes.
    pub body: Vec<u8>,
}

impl Fetched {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl OutboundHttp {
    /// Reads what an address says, at most so many bytes. A redirect is followed a few times, to a public address only; all of
    /// it takes at most the client's limit.
    ///
    /// # Errors
    ///
    /// An address that is not public or answers not in time, too many redirects, an answer that is too large.
    pub async fn get(&self, url: &str, accept: &'static str, most: usize) -> Result<Fetched, OutboundError> {
        let exchange = self.follow(self.parse(url)?, accept, most);
        tokio::time::timeout(self.limit, exchange)
            .await
            .unwrap_or(Err(OutboundError::TimedOut(self.limit)))
    }

    async fn follow(
        &self,
        mut url: Url,
        accept: &'static str,
        most: usize,
    ) -> Result<Fetched, OutboundError> {
        for _ in 0..=REDIRECTS {
            let request = self.client()?.get(url.clone()).header(ACCEPT, accept);
            let response = request.send().await.map_err(|error| explain(&error))?;
            let Some(next) = elsewhere(&url, &response)? else {
                return whole(url, response, most).await;
            };
            url = self.parse(next.as_str())?;
        }
        Err(OutboundError::Failed(format!("More than {REDIRECTS} redirects")))
    }
}

/// Where a redirect points.
fn elsewhere(url: &Url, response: &Response) -> Result<Option<Url>, OutboundError> {
    if !response.status().is_redirection() {
        return Ok(None);
    }
    let Some(location) = response.headers().get(LOCATION) else {
        return Ok(None);
    };
    let location = location
        .to_str()
        .ok()
        .filter(|location| location.len() <= MAX_URL);
    let next = location.and_then(|location| url.join(location).ok());
    next.map(Some)
        .ok_or(OutboundError::Url("A redirect points to no address"))
}

async fn whole(url: Url, mut response: Response, most: usize) -> Result<Fetched, OutboundError> {
    let claimed = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let claimed = claimed
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    let (status, content_type) = (response.status().as_u16(), claimed.trim().to_lowercase());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| explain(&error))? {
        if body.len() + chunk.len() > most {
            return Err(OutboundError::Failed(format!(
                "The answer has more than {most} bytes"
            )));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Fetched {
        url,
        status,
        content_type,
        body,
    })
}
