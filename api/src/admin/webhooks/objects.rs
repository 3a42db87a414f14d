//! Webhooks on the wire: endpoints and the log of their deliveries.

use crate::wire::time::Timestamp;
use entity::{webhook_delivery, webhook_endpoint};
use outreach::webhooks::{CreateEndpoint, Listed, UpdateEndpoint};
use poem_openapi::types::Example;
use poem_openapi::{Enum, Object};
use serde::Deserialize;
use uuid::Uuid;

/// An endpoint to register.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "CreateWebhook", example)]
pub struct CreateWebhookBody {
    /// Where events are posted: `http` or `https`, on the public Internet.
    #[oai(validator(min_length = 1, max_length = 2048))]
    pub url: String,
    /// `message.created`, `message.updated`, `conversation.created`, `conversation.updated`, `ticket.created`,
    /// `ticket.updated`, `attachment.ready`; one at least.
    #[oai(validator(min_items = 1))]
    pub events: Vec<String>,
    #[oai(nullable, validator(max_length = 500))]
    pub description: Option<String>,
}

impl Example for CreateWebhookBody {
    fn example() -> Self {
        Self {
            url: "https://example.com/hooks/switchboard".into(),
            events: vec!["message.created".into(), "ticket.created".into()],
            description: Some("The CRM".into()),
        }
    }
}

impl From<CreateWebhookBody> for CreateEndpoint {
    fn from(body: CreateWebhookBody) -> Self {
        Self {
            url: body.url,
            events: body.events,
            description: body.description.filter(|text| !text.is_empty()),
        }
    }
}

/// What changes; what is absent stays.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "UpdateWebhook", example)]
pub struct UpdateWebhookBody {
    #[oai(nullable, validator(min_length = 1, max_length = 2048))]
    pub url: Option<String>,
    /// All that it wants from now on.
    #[oai(nullable, validator(min_items = 1))]
    pub events: Option<Vec<String>>,
    /// Empty: none.
    #[oai(nullable, validator(max_length = 500))]
    pub description: Option<String>,
    /// Disabling gives up what is not yet delivered.
    #[oai(nullable)]
    pub enabled: Option<bool>,
}

impl Example for UpdateWebhookBody {
    fn example() -> Self {
        Self {
            url: None,
            events: None,
            description: None,
            enabled: Some(true),
        }
    }
}

impl From<UpdateWebhookBody> for UpdateEndpoint {
    fn from(body: UpdateWebhookBody) -> Self {
        Self {
            url: body.url,
            events: body.events,
            description: body.description,
            enabled: body.enabled,
        }
    }
}

/// A webhook endpoint.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Webhook")]
pub struct WebhookObject {
    pub id: Uuid,
    pub url: String,
    /// What it wants to hear of.
    pub events: Vec<String>,
    #[oai(nullable)]
    pub description: Option<String>,
    pub enabled: bool,
    /// Why it was disabled, where that was not an admin's doing.
    #[oai(nullable)]
    pub disabled_reason: Option<String>,
    /// Since when nothing could be delivered; after five days it is disabled.
    #[oai(nullable)]
    pub failing_since: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl From<webhook_endpoint::Model> for WebhookObject {
    fn from(row: webhook_endpoint::Model) -> Self {
        Self {
            id: row.id.0,
            url: row.url,
            events: serde_json::from_value(row.events).unwrap_or_default(),
            description: row.description,
            enabled: row.is_enabled,
            disabled_reason: row.disabled_reason,
            failing_since: row.failing_since.map(Into::into),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// A new endpoint with its secret, which is shown this once.
#[derive(Object, Clone)]
#[oai(rename = "CreatedWebhook")]
pub struct CreatedWebhookObject {
    pub id: Uuid,
    pub url: String,
    pub events: Vec<String>,
    #[oai(nullable)]
    pub description: Option<String>,
    pub enabled: bool,
    /// `whsec_…`: what its deliveries are signed with (Standard Webhooks 1.0).
    pub secret: String,
    pub created_at: Timestamp,
}

impl From<webhook_endpoint::Model> for CreatedWebhookObject {
    fn from(row: webhook_endpoint::Model) -> Self {
        let secret = row.secret.expose().to_owned();
        let shown = WebhookObject::from(row);
        Self {
            id: shown.id,
            url: shown.url,
            events: shown.events,
            description: shown.description,
            enabled: shown.enabled,
            secret,
            created_at: shown.created_at,
        }
    }
}

/// All endpoints, newest first.
#[derive(Object, Clone, Debug)]
pub struct WebhookPage {
    pub count: u64,
    /// Always null: there is one page.
    #[oai(nullable)]
    pub next: Option<String>,
    /// Always null: there is one page.
    #[oai(nullable)]
    pub previous: Option<String>,
    pub results: Vec<WebhookObject>,
}

impl From<Vec<webhook_endpoint::Model>> for WebhookPage {
    fn from(rows: Vec<webhook_endpoint::Model>) -> Self {
        Self {
            count: rows.len() as u64,
            next: None,
            previous: None,
            results: rows.into_iter().map(Into::into).collect(),
        }
    }
}

/// Where a delivery stands.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename_all = "lowercase")]
pub enum DeliveryState {
    /// Not yet tried.
    Pending,
    /// The endpoint took it.
    Ok,
    /// To be tried again at `next_attempt_at`.
    Failed,
    /// Given up; it can be replayed.
    Dead,
}

impl From<webhook_delivery::Status> for DeliveryState {
    fn from(status: webhook_delivery::Status) -> Self {
        match status {
            webhook_delivery::Status::Pending => Self::Pending,
            webhook_delivery::Status::Ok => Self::Ok,
            webhook_delivery::Status::Failed => Self::Failed,
            webhook_delivery::Status::Dead => Self::Dead,
        }
    }
}

/// One attempt of a delivery.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "WebhookAttempt")]
pub struct AttemptObject {
    /// RFC 3339, UTC.
    pub at: String,
    /// What the endpoint answered; none where no answer came.
    #[oai(nullable)]
    pub status_code: Option<u16>,
    /// What went wrong, in words.
    #[oai(nullable)]
    pub error: Option<String>,
    pub duration_ms: u64,
}

/// One event's delivery to one endpoint.
#[derive(Object, Clone, Debug)]
#[oai(rename = "WebhookDelivery")]
pub struct DeliveryObject {
    pub id: Uuid,
    /// The `webhook-id` header: the same for every attempt.
    pub event_id: String,
    pub event_type: String,
    pub status: DeliveryState,
    /// Oldest first.
    pub attempts: Vec<AttemptObject>,
    #[oai(nullable)]
    pub next_attempt_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

impl From<webhook_delivery::Model> for DeliveryObject {
    fn from(row: webhook_delivery::Model) -> Self {
        Self {
            id: row.id.0,
            event_id: row.event_id,
            event_type: row.event_type,
            status: row.status.into(),
            attempts: serde_json::from_value(row.attempts).unwrap_or_default(),
            next_attempt_at: row.next_attempt_at.map(Into::into),
            created_at: row.created_at.into(),
        }
    }
}

/// A page of an endpoint's deliveries, newest first.
#[derive(Object, Clone, Debug)]
#[oai(rename = "WebhookDeliveryPage")]
pub struct DeliveryPage {
    /// How many there are on all pages.
    pub count: u64,
    /// The `cursor` of the next page.
    #[oai(nullable)]
    pub next: Option<String>,
    /// The `cursor` of the page before.
    #[oai(nullable)]
    pub previous: Option<String>,
    pub results: Vec<DeliveryObject>,
}

impl From<Listed> for DeliveryPage {
    fn from(listed: Listed) -> Self {
        Self {
            count: listed.count,
            next: listed.next.map(|cursor| cursor.encode()),
            previous: listed.previous.map(|cursor| cursor.encode()),
            results: listed.rows.into_iter().map(Into::into).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::webhook_event::EventType;

    #[test]
    fn the_description_names_every_event() {
        use poem_openapi::registry::Registry;
        use poem_openapi::types::Type;
        let mut registry = Registry::new();
        CreateWebhookBody::register(&mut registry);
        let schema = &registry.schemas["CreateWebhook"];
        let (_, events) = schema
            .properties
            .iter()
            .find(|(name, _)| *name == "events")
            .unwrap();
        let described = serde_json::to_string(&events).unwrap_or_default();
        for kind in EventType::ALL {
            assert!(described.contains(kind.word()), "{kind}: {described}");
        }
    }
}
