//! Where the model is and what it is asked with.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};

/// An address that takes requests, and the key for it.
pub(super) struct Endpoint {
    http: Client,
    base_url: String,
}

impl Endpoint {
    pub(super) fn new(
        base_url: &str,
        key: Option<&SecretString>,
        connect_timeout: Duration,
    ) -> Result<Self, &'static str> {
        let base_url = base_url.trim().trim_end_matches('/').to_owned();
        if !reqwest::Url::parse(&base_url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Err("the base URL is not an http or https URL");
        }
        let mut headers = HeaderMap::new();
        if let Some(key) = key.map(ExposeSecret::expose_secret).filter(|key| !key.is_empty()) {
            let mut value = HeaderValue::from_str(&format!("Bearer {key}"))
                .map_err(|_| "the API key contains characters that cannot be sent")?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        // Neither a proxy from the environment nor a redirect may carry the key elsewhere.
        let http = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(connect_timeout)
            .default_headers(headers)
            .build()
            .map_err(|_| "no HTTP client could be made")?;
        Ok(Self { http, base_url })
    }

    pub(super) fn chat(&self) -> RequestBuilder {
        self.http.post(format!("{}/chat/completions", self.base_url))
    }

    pub(super) fn address(&self) -> &str {
        &self.base_url
    }
}
