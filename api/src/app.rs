//! What the server is made of, as every handler reaches it.

use crate::hub::Hub;
use app::App;
use std::sync::Arc;

/// What every handler can reach.
#[derive(Clone)]
pub struct ServerState {
    pub app: App,
    pub hub: Arc<Hub>,
    /// Whether the embedded worker is connected to its queues; none where workers run elsewhere.
    pub worker: Option<worker::Health>,
}
