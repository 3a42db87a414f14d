//! Webhooks for integrators, kept by admins.

mod objects;

use super::openapi::Tag;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::problem::Problem;
use crate::wire::params::{Done, Number, PathText, given};
use app::App;
use entity::{DeliveryId, EndpointId};
use kernel::error::Error;
use kernel::roles;
use objects::{
    CreateWebhookBody, CreatedWebhookObject, DeliveryObject, DeliveryPage, UpdateWebhookBody, WebhookObject,
    WebhookPage,
};
use outreach::webhooks::{self, Cursor};
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

pub(super) struct WebhooksApi(pub App);

#[derive(ApiResponse)]
enum Registered {
    /// The webhook, with its secret: it is shown this once.
    #[oai(status = 201)]
    Created(Json<CreatedWebhookObject>),
}

#[derive(ApiResponse)]
enum Queued {
    /// It is sent at once; the log says what became of it.
    #[oai(status = 202)]
    Accepted(Json<DeliveryObject>),
}

#[OpenApi(prefix_path = "/api/webhooks", tag = "Tag::Webhooks")]
impl WebhooksApi {
    /// List the webhooks
    ///
    /// All of them, newest first, without their secrets.
    #[oai(path = "/", method = "get", operation_id = "list_webhooks")]
    async fn list(&self, caller: Bearer) -> Result<Json<WebhookPage>, Problem> {
        Ok(Json(webhooks::list(&self.0.outreach, &caller.0).await?.into()))
    }

    /// Register a webhook
    ///
    /// From now on the events that it wants are posted to it, signed by Standard Webhooks 1.0 (`webhook-id`,
    /// `webhook-timestamp`, `webhook-signature`), at least once each and in no certain order. An address that is not on
    /// the public Internet is refused.
    #[oai(path = "/", method = "post", operation_id = "create_webhook")]
    async fn create(&self, caller: Bearer, body: Body<CreateWebhookBody>) -> Result<Registered, Problem> {
        let made = webhooks::create(&self.0.outreach, &caller.0, body.0.into()).await?;
        Ok(Registered::Created(Json(made.into())))
    }

    /// A webhook
    ///
    /// Without its secret.
    #[oai(path = "/:id", method = "get", operation_id = "get_webhook")]
    async fn get(
        &self,
        caller: Bearer,
        /// The webhook's id.
        id: Path<PathText>,
    ) -> Result<Json<WebhookObject>, Problem> {
        let id = endpoint(&caller, &id.0)?;
        Ok(Json(webhooks::get(&self.0.outreach, &caller.0, id).await?.into()))
    }

    /// Change a webhook
    ///
    /// What is absent stays. Disabling it gives up what it was still to get; enabling it begins anew.
    #[oai(path = "/:id", method = "patch", operation_id = "update_webhook")]
    async fn update(
        &self,
        caller: Bearer,
        /// The webhook's id.
        id: Path<PathText>,
        body: Body<UpdateWebhookBody>,
    ) -> Result<Json<WebhookObject>, Problem> {
        let id = endpoint(&caller, &id.0)?;
        let changed = webhooks::update(&self.0.outreach, &caller.0, id, body.0.into()).await?;
        Ok(Json(changed.into()))
    }

    /// Delete a webhook
    ///
    /// With its log.
    #[oai(path = "/:id", method = "delete", operation_id = "delete_webhook")]
    async fn delete(
        &self,
        caller: Bearer,
        /// The webhook's id.
        id: Path<PathText>,
    ) -> Result<Done, Problem> {
        let id = endpoint(&caller, &id.0)?;
        webhooks::delete(&self.0.outreach, &caller.0, id).await?;
        Ok(Done::NoContent)
    }

    /// A webhook's deliveries
    ///
    /// Newest first, each with all its attempts. What was delivered is kept for 30 days.
    #[oai(
        path = "/:id/deliveries",
        method = "get",
        operation_id = "list_webhook_deliveries"
    )]
    async fn deliveries(
        &self,
        caller: Bearer,
        /// The webhook's id.
        id: Path<PathText>,
        /// `next` or `previous` of another page.
        cursor: Query<Option<String>>,
        /// How many; 20 unless given, 100 at most.
        limit: Query<Option<Number<1, 100>>>,
    ) -> Result<Json<DeliveryPage>, Problem> {
        let id = endpoint(&caller, &id.0)?;
        let cursor = given(cursor.0)
            .map(|cursor| Cursor::decode(&cursor))
            .transpose()?;
        let limit = limit.0.map_or(20, Number::unsigned);
        let listed = webhooks::deliveries(&self.0.outreach, &caller.0, id, cursor, limit).await?;
        Ok(Json(listed.into()))
    }

    /// Replay a delivery
    ///
    /// Sends the same event again, with the same `webhook-id` and a new round of tries.
    #[oai(
        path = "/:id/deliveries/:delivery/replay",
        method = "post",
        operation_id = "replay_webhook_delivery"
    )]
    async fn replay(
        &self,
        caller: Bearer,
        /// The webhook's id.
        id: Path<PathText>,
        /// The delivery's id.
        delivery: Path<PathText>,
    ) -> Result<Queued, Problem> {
        let id = endpoint(&caller, &id.0)?;
        let delivery = delivery.0.0.parse::<DeliveryId>();
        let delivery = delivery.map_err(|_| Error::NotFound("Delivery".into()))?;
        let replayed = webhooks::replay(&self.0.outreach, &caller.0, id, delivery).await?;
        Ok(Queued::Accepted(Json(replayed.into())))
    }

    /// Try a webhook out
    ///
    /// Sends it a `webhook.test` event, whatever it wants to hear of.
    #[oai(path = "/:id/test", method = "post", operation_id = "test_webhook")]
    async fn test(
        &self,
        caller: Bearer,
        /// The webhook's id.
        id: Path<PathText>,
    ) -> Result<Queued, Problem> {
        let id = endpoint(&caller, &id.0)?;
        let sent = webhooks::test(&self.0.outreach, &caller.0, id).await?;
        Ok(Queued::Accepted(Json(sent.into())))
    }
}

/// Refuses whoever may not see any webhook before it is looked up: the refusal does not say whether it is there.
fn endpoint(caller: &Bearer, id: &PathText) -> Result<EndpointId, Error> {
    roles::admin(&caller.0)?;
    id.0.parse().map_err(|_| Error::NotFound("Webhook".into()))
}
