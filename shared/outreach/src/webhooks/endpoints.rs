//! Endpoints: where admins have events sent.

use crate::Outreach;
use base64::Engine;
use entity::EndpointId;
use entity::webhook_endpoint::{self, Column};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::event::Event;
use kernel::roles;
use kernel::webhook_event::EventType;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryOrder, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

/// Register an endpoint.
#[derive(Clone, Debug)]
pub struct CreateEndpoint {
    /// `http` or `https`, at most 2048 characters, and on the public Internet.
    pub url: String,
    /// Names of event types, at least one.
    pub events: Vec<String>,
    /// At most 500 characters.
    pub description: Option<String>,
}

/// Change an endpoint; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct UpdateEndpoint {
    /// `http` or `https`, at most 2048 characters, and on the public Internet.
    pub url: Option<String>,
    /// Names of event types, at least one: all of them from now on.
    pub events: Option<Vec<String>>,
    /// Empty: none.
    pub description: Option<String>,
    /// Disabling gives up what is not yet delivered.
    pub enabled: Option<bool>,
}

const MAX_DESCRIPTION: usize = 500;
/// Endpoints of one installation at most: an event is delivered to each of them.
const MAX_ENDPOINTS: u64 = 100;

/// Registers an endpoint; admins only. The row's secret is to be shown this once.
pub async fn create(
    outreach: &Outreach,
    actor: &Actor,
    command: CreateEndpoint,
) -> Result<webhook_endpoint::Model> {
    roles::admin(actor)?;
    let events = check_events(&command.events)?;
    check_description(command.description.as_deref())?;
    let url = check_url(outreach, &command.url).await?;
    if webhook_endpoint::Entity::find().count(&*outreach.db).await? >= MAX_ENDPOINTS {
        return Err(Error::Conflict {
            code: "too_many_webhooks",
            field: None,
            detail: format!("There are {MAX_ENDPOINTS} webhooks, as many as there may be"),
        });
    }
    let now = outreach.clock.now();
    let row = webhook_endpoint::Model {
        id: EndpointId(Uuid::now_v7()),
        url,
        events,
        description: command.description,
        is_enabled: true,
        disabled_reason: None,
        secret: new_secret().into(),
        failing_since: None,
        created_by: Some(actor.id),
        created_at: now,
        updated_at: now,
    };
    webhook_endpoint::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&*outreach.db)
        .await?;
    outreach.bus.publish_one(Event::WebhooksChanged);
    Ok(row)
}

/// All endpoints, newest first; admins only.
pub async fn list(outreach: &Outreach, actor: &Actor) -> Result<Vec<webhook_endpoint::Model>> {
    roles::admin(actor)?;
    let rows = webhook_endpoint::Entity::find()
        .order_by_desc(Column::Id)
        .limit(MAX_ENDPOINTS)
        .all(&*outreach.db)
        .await?;
    Ok(rows)
}

/// One endpoint; admins only.
pub async fn get(outreach: &Outreach, actor: &Actor, id: EndpointId) -> Result<webhook_endpoint::Model> {
    roles::admin(actor)?;
    webhook_endpoint::Entity::find_by_id(id)
        .one(&*outreach.db)
        .await?
        .ok_or_else(unknown)
}

/// Changes an endpoint; admins only. One that is enabled again begins anew.
pub async fn update(
    outreach: &Outreach,
    actor: &Actor,
    id: EndpointId,
    command: UpdateEndpoint,
) -> Result<webhook_endpoint::Model> {
    get(outreach, actor, id).await?;
    let events = command.events.as_deref().map(check_events).transpose()?;
    check_description(command.description.as_deref())?;
    let url = match &command.url {
        Some(url) => Some(check_url(outreach, url).await?),
        None => None,
    };
    let now = outreach.clock.now();
    let tx = outreach.db.begin().await?;
    // the endpoint first, then its deliveries: whoever takes both takes them in this order
    let before = webhook_endpoint::Entity::find_by_id(id)
        .lock_exclusive()
        .one(&*tx)
        .await?
        .ok_or_else(unknown)?;
    let mut row = before.clone();
    if let Some(url) = url {
        row.url = url;
        row.failing_since = None;
    }
    row.events = events.unwrap_or(row.events);
    if let Some(text) = command.description {
        row.description = Some(text).filter(|text| !text.is_empty());
    }
    if let Some(enabled) = command.enabled {
        row.is_enabled = enabled;
        row.disabled_reason = None;
        row.failing_since = None;
    }
    row.updated_at = now;
    let active = row.clone().into_active_model().reset_all();
    active.update(&*tx).await?;
    if before.is_enabled && !row.is_enabled {
        super::deliver::give_up(&tx, id, now).await?;
    }
    tx.commit().await?;
    outreach.bus.publish_one(Event::WebhooksChanged);
    Ok(row)
}

/// Deletes an endpoint with its log; admins only.
pub async fn delete(outreach: &Outreach, actor: &Actor, id: EndpointId) -> Result<()> {
    get(outreach, actor, id).await?;
    webhook_endpoint::Entity::delete_by_id(id)
        .exec(&*outreach.db)
        .await?;
    outreach.bus.publish_one(Event::WebhooksChanged);
    Ok(())
}

/// The one answer for endpoints that do not exist.
pub(super) fn unknown() -> Error {
    Error::NotFound("Webhook".into())
}

/// The form of the address, and where it leads now.
async fn check_url(outreach: &Outreach, url: &str) -> Result<String> {
    let checked = outreach.outbound.check(url).await;
    let url = checked.map_err(|error| Error::invalid("url", error.to_string()))?;
    Ok(url.into())
}

/// The wanted types, each once, in one order.
fn check_events(words: &[String]) -> Result<Value> {
    if words.is_empty() {
        return Err(Error::invalid("events", "Must name at least one event"));
    }
    for word in words {
        if word.parse::<EventType>().is_err() {
            let shown: String = word.chars().take(40).collect();
            let known = EventType::ALL.map(EventType::word).join(", ");
            return Err(Error::invalid(
                "events",
                format!("`{shown}` is no event; there are {known}"),
            ));
        }
    }
    let wanted = EventType::ALL.into_iter().map(EventType::word);
    Ok(wanted
        .filter(|known| words.iter().any(|word| word == known))
        .collect())
}

fn check_description(text: Option<&str>) -> Result<()> {
    check_text("description", text.unwrap_or_default(), 0, MAX_DESCRIPTION)
}

/// `whsec_` and 32 random bytes in base64.
fn new_secret() -> String {
    let mut bytes = [0u8; 32];
    rand::fill(&mut bytes);
    format!(
        "whsec_{}",
        base64::engine::general_purpose::STANDARD.encode(bytes)
    )
}
