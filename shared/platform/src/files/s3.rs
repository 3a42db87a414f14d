//! The S3 client: time limits, a checked endpoint, and errors in a few words.

use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::{BackoffConfig, ClientConfigKey, Error, RetryConfig};

use super::{Result, config};

/// How long to wait for what; object_store's own time-outs and retries would go on for three minutes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// One attempt to connect.
    pub(super) connect: Duration,
    /// One request, its body included; below the deadline, so that the error says what was waited for.
    pub(super) request: Duration,
    /// The whole operation, retries included.
    pub(super) deadline: Duration,
}

impl Patience {
    /// Three attempts to connect fit into the deadline, and so do 10 MiB at 10 Mbit/s.
    pub(super) const NORMAL: Self = Self {
        connect: Duration::from_secs(2),
        request: Duration::from_secs(9),
        deadline: Duration::from_millis(9_500),
    };
    /// After the first attempt; none is begun later than [`Self::RETRY_UNTIL`] after it.
    const RETRIES: usize = 2;
    const RETRY_UNTIL: Duration = Duration::from_secs(6);

    /// Adds the time-outs and retries, and what every bucket needs, to a client's settings.
    pub(super) fn apply(self, builder: AmazonS3Builder) -> AmazonS3Builder {
        let millis = |duration: Duration| format!("{}ms", duration.as_millis());
        // One key at a time: `with_client_options` would throw away what came from the environment.
        let client = AmazonS3ConfigKey::Client;
        builder
            .with_config(client(ClientConfigKey::Timeout), millis(self.request))
            .with_config(client(ClientConfigKey::ConnectTimeout), millis(self.connect))
            .with_virtual_hosted_style_request(false)
            // Some S3-compatible servers lack the bulk request, and we delete one at a time.
            .with_disable_bulk_delete(true)
            .with_retry(RetryConfig {
                backoff: BackoffConfig { max_backoff: Duration::from_secs(1), ..Default::default() },
                max_retries: Self::RETRIES,
                retry_timeout: Self::RETRY_UNTIL,
            })
    }
}

/// The endpoint, unless it could only fail later and less clearly.
pub(super) fn checked_endpoint(builder: &AmazonS3Builder) -> Result<Option<String>> {
    let setting = |key| builder.get_config_value(&key);
    let endpoint = setting(AmazonS3ConfigKey::S3Endpoint).or_else(|| setting(AmazonS3ConfigKey::Endpoint));
    let Some(endpoint) = endpoint else {
        return Ok(None);
    };
    let allows_http = setting(AmazonS3ConfigKey::Client(ClientConfigKey::AllowHttp));
    if endpoint.starts_with("http://") && allows_http.as_deref() != Some("true") {
        return Err(config(
            "AWS_ENDPOINT_URL is plain http://; set AWS_ALLOW_HTTP=true if that is meant",
        ));
    }
    if !endpoint.starts_with("http://") && !endpoint.starts_with("https://") {
        return Err(config("AWS_ENDPOINT_URL must begin with https:// or http://"));
    }
    if endpoint.contains('@') {
        return Err(config(
            "AWS_ENDPOINT_URL must not hold a password; use AWS_ACCESS_KEY_ID",
        ));
    }
    Ok(Some(endpoint))
}

/// The cause of an error in a few words, for an administrator.
///
/// S3's own code is looked for, because object_store sorts the errors of some requests (listing) into no kind.
pub(super) fn reason(error: &Error) -> String {
    let cause = root_cause(error);
    let code = cause
        .split_once("<Code>")
        .and_then(|(_, rest)| rest.split_once("</Code>"));
    match (error, code.map(|(code, _)| code)) {
        (_, Some("NoSuchBucket")) | (Error::NotFound { .. }, _) => {
            "the bucket or directory does not exist".to_owned()
        }
        (Error::PermissionDenied { .. } | Error::Unauthenticated { .. }, _)
        | (_, Some("AccessDenied" | "InvalidAccessKeyId" | "SignatureDoesNotMatch")) => {
            "access denied; check the access key, its secret, and what the key may do".to_owned()
        }
        _ => cause,
    }
}

/// A 404 for a file; a missing bucket is an error even where a missing file is not.
pub(super) fn is_missing_file(error: &Error) -> bool {
    matches!(error, Error::NotFound { .. }) && !error.to_string().contains("NoSuchBucket")
}

/// The innermost cause: "Connection refused" says more than the five layers around it.
pub(super) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string().chars().take(300).collect()
}
