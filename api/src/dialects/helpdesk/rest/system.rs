//! How the installation is, on the wire.

use crate::wire::time::Timestamp;
use desk::figures::Figures;
use poem_openapi::Object;
use poem_openapi::types::Any;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A part of the installation.
#[derive(Object, Clone, Debug)]
#[oai(rename = "SystemComponent")]
pub struct ComponentObject {
    /// `healthy` or `unhealthy`.
    pub status: String,
    /// Depends on the part.
    pub details: Any<Value>,
}

impl ComponentObject {
    /// One that is well, or not.
    pub fn new(healthy: bool, details: Value) -> Self {
        Self {
            status: health(healthy).into(),
            details: Any(details),
        }
    }

    pub fn is_healthy(&self) -> bool {
        self.status == health(true)
    }
}

fn health(healthy: bool) -> &'static str {
    if healthy { "healthy" } else { "unhealthy" }
}

/// How many parts are well.
#[derive(Object, Clone, Debug)]
#[oai(rename = "SystemSummary")]
pub struct SummaryObject {
    pub total_components: u64,
    pub healthy_components: u64,
    pub unhealthy_components: u64,
    /// Always 0: a part that cannot be asked is unhealthy.
    pub error_components: u64,
}

/// How the installation is.
#[derive(Object, Clone, Debug)]
#[oai(rename = "SystemStatus")]
pub struct SystemObject {
    pub message: String,
    /// The username of who asked.
    pub requested_by: String,
    pub timestamp: Timestamp,
    /// `unhealthy` where a part is.
    pub overall_health: String,
    pub version: String,
    /// `embedded` or `production`.
    pub profile: String,
    /// `database`, `files`, `redis` where there is one, `scheduler`, `ai_services`, `webhooks`.
    pub components: BTreeMap<String, ComponentObject>,
    pub summary: SummaryObject,
    /// Conversations, sockets, jobs, as of now.
    pub counts: Any<Value>,
}

impl SystemObject {
    /// All parts together.
    pub fn new(
        requested_by: &str,
        timestamp: Timestamp,
        production: bool,
        components: BTreeMap<String, ComponentObject>,
        figures: &Figures,
    ) -> Self {
        let total = components.len() as u64;
        let healthy = components.values().filter(|part| part.is_healthy()).count() as u64;
        Self {
            message: "System management status retrieved".into(),
            requested_by: requested_by.to_owned(),
            timestamp,
            overall_health: health(healthy == total).into(),
            version: env!("CARGO_PKG_VERSION").into(),
            profile: if production { "production" } else { "embedded" }.into(),
            components,
            summary: SummaryObject {
                total_components: total,
                healthy_components: healthy,
                unhealthy_components: total - healthy,
                error_components: 0,
            },
            counts: Any(counts(figures)),
        }
    }
}

fn counts(figures: &Figures) -> Value {
    json!({
        "connections": figures.connections,
        "rooms": figures.rooms,
        "agents_online": figures.agents_online,
        "open_conversations": figures.conversations.open,
        "pending_conversations": figures.conversations.pending,
        "snoozed_conversations": figures.conversations.snoozed,
        "resolved_conversations": figures.conversations.resolved,
        "unassigned_conversations": figures.unassigned,
        "messages_last_day": figures.last_day.messages,
        "bot_replies_last_day": figures.last_day.bot_replies,
        "handoffs_last_day": figures.last_day.handoffs,
        "pending_jobs": figures.jobs.pending,
        "running_jobs": figures.jobs.running,
        "dead_jobs": figures.jobs.dead,
    })
}
