//! The one list of features that follow what is stored. Adding one is adding a line here, and its `follow_ups.rs`.

use assist::replies;
use chat::facts::{Feature, Features};
use outreach::notify;
use outreach::webhooks;
use outreach::webhooks::EndpointCache;
use std::sync::Arc;

/// The features, with what they share with the rest of the application.
pub(crate) fn features(endpoints: EndpointCache, has_model: bool) -> Features {
    let features: [Arc<dyn Feature>; 3] = [
        Arc::new(replies::FollowUps),
        Arc::new(notify::FollowUps),
        Arc::new(webhooks::FollowUps::new(endpoints)),
    ];
    Features::new(features, has_model)
}
