//! One connection to Redis, made when it is first needed and made anew when it breaks.

use redis::RedisResult;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use std::time::Duration;
use tokio::sync::OnceCell;

/// A connection that many tasks share. Every call is over within a few seconds, whatever Redis does.
pub(crate) struct RedisLink {
    client: redis::Client,
    connection: OnceCell<ConnectionManager>,
}

const PATIENCE: Duration = Duration::from_secs(2);

impl RedisLink {
    /// Checks the URL; connects later.
    pub fn open(url: &str) -> RedisResult<Self> {
        Ok(Self {
            client: redis::Client::open(url)?,
            connection: OnceCell::new(),
        })
    }

    /// The connection.
    pub async fn get(&self) -> RedisResult<ConnectionManager> {
        let connect = || {
            let config = ConnectionManagerConfig::new()
                .set_connection_timeout(Some(PATIENCE))
                .set_response_timeout(Some(PATIENCE))
                .set_number_of_retries(1);
            self.client.get_connection_manager_with_config(config)
        };
        self.connection.get_or_try_init(connect).await.cloned()
    }

    /// The client, for a connection of another kind.
    pub fn client(&self) -> &redis::Client {
        &self.client
    }
}
