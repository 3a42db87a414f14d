//! Web Push: browsers subscribe, and are told of notifications while no page is open.

use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::helpdesk::openapi::Tag;
use crate::problem::Problem;
use app::App;
use outreach::push::{self, Subscribe};
use poem_openapi::payload::Json;
use poem_openapi::types::Example;
use poem_openapi::{ApiResponse, Object, OpenApi};
use serde::Deserialize;

pub(super) struct PushApi(pub App);

/// A browser's `PushSubscription`, as its `toJSON` gives it.
#[derive(Object, Deserialize)]
#[oai(rename = "PushSubscription", example)]
struct SubscriptionBody {
    /// The push service's address for this browser.
    #[oai(validator(max_length = 2048))]
    endpoint: String,
    keys: KeysBody,
}

/// The browser's keys.
#[derive(Object, Deserialize)]
#[oai(rename = "PushKeys")]
struct KeysBody {
    /// A P-256 point, base64url.
    p256dh: String,
    /// 16 bytes, base64url.
    auth: String,
}

impl Example for SubscriptionBody {
    fn example() -> Self {
        Self {
            endpoint: "https://updates.push.services.example/wpush/v2/gAAAAAB".into(),
            keys: KeysBody {
                p256dh:
                    "BLn9b-VR0ca83knDNZ32dCHGyjJp-1riX9ZTN40MqV8K_LpQmLqxC_DoHvqvFXO_nGdAB4W9dogZb_sM-uV4JbY"
                        .into(),
                auth: "_ordMnz7uTCmrpBTeUV4Bw".into(),
            },
        }
    }
}

/// The browser to forget.
#[derive(Object, Deserialize)]
#[oai(rename = "PushEndpoint")]
struct EndpointBody {
    /// As it was subscribed.
    #[oai(validator(max_length = 2048))]
    endpoint: String,
}

/// The server's public key.
#[derive(Object, Clone, Debug)]
#[oai(rename = "PushKey")]
struct KeyObject {
    /// What `pushManager.subscribe` takes as `applicationServerKey`: a P-256 point, base64url.
    public_key: String,
}

/// A browser that is remembered.
#[derive(Object)]
#[oai(rename = "PushSubscribed")]
struct SubscribedObject {
    id: String,
    endpoint: String,
}

#[derive(ApiResponse)]
enum Subscribed {
    /// The browser is remembered.
    #[oai(status = 201)]
    Created(Json<SubscribedObject>),
}

#[derive(ApiResponse)]
enum Forgotten {
    /// The browser is forgotten, or was not known.
    #[oai(status = 204)]
    NoContent,
}

#[OpenApi(prefix_path = "/notifications/push", tag = "Tag::Notifications")]
impl PushApi {
    /// The key to subscribe with
    ///
    /// 409 `push_off` where the server has no key.
    #[oai(path = "/public-key", method = "get", operation_id = "push_public_key")]
    async fn public_key(&self, _caller: Bearer) -> Result<Json<KeyObject>, Problem> {
        let public_key = push::public_key(&self.0.outreach)?.to_owned();
        Ok(Json(KeyObject { public_key }))
    }

    /// Subscribe a browser
    ///
    /// The body is the browser's `PushSubscription`. The caller's notifications are sent to it, encrypted for it, until it
    /// is unsubscribed or its push service says that it is gone. An endpoint belongs to whoever subscribed with it last;
    /// a person has at most 20.
    #[oai(path = "/", method = "post", operation_id = "push_subscribe")]
    async fn subscribe(&self, caller: Bearer, body: Body<SubscriptionBody>) -> Result<Subscribed, Problem> {
        let SubscriptionBody { endpoint, keys } = body.0;
        let KeysBody { p256dh, auth } = keys;
        let subscribe = Subscribe {
            endpoint: endpoint.into(),
            p256dh,
            auth: auth.into(),
        };
        let row = push::subscribe(&self.0.outreach, &caller.0, subscribe).await?;
        Ok(Subscribed::Created(Json(SubscribedObject {
            id: row.id.to_string(),
            endpoint: row.endpoint.into(),
        })))
    }

    /// Unsubscribe a browser
    ///
    /// One that is not the caller's, or not known, is left alone.
    #[oai(path = "/", method = "delete", operation_id = "push_unsubscribe")]
    async fn unsubscribe(&self, caller: Bearer, body: Body<EndpointBody>) -> Result<Forgotten, Problem> {
        push::unsubscribe(&self.0.outreach, &caller.0, &body.0.endpoint).await?;
        Ok(Forgotten::NoContent)
    }
}
