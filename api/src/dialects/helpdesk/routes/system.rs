//! How the installation is, for admins.

use crate::bearer::Bearer;
use crate::dialects::helpdesk::openapi::Tag;
use crate::dialects::helpdesk::rest::{ComponentObject, SystemObject};
use crate::problem::Problem;
use app::App;
use desk::figures;
use kernel::actor::Actor;
use kernel::error::Result as Outcome;
use kernel::roles;
use kernel::settings::WorkerMode;
use outreach::webhooks;
use platform::jobs;
use poem_openapi::OpenApi;
use poem_openapi::payload::Json;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) struct SystemApi(pub App);

/// A job that waits longer than this although its time has come has nobody who runs it.
const OVERDUE: u64 = 300;

#[OpenApi(prefix_path = "/admin/system-management", tag = "Tag::Panel")]
impl SystemApi {
    /// How the installation is
    ///
    /// Its version, its parts as `/readyz` sees them, its jobs, the bot, the webhooks, and how much there is. Admins only.
    #[oai(path = "/", method = "get", operation_id = "system_management")]
    async fn status(&self, caller: Bearer) -> Result<Json<SystemObject>, Problem> {
        let (app, who) = (&self.0, &caller.0);
        roles::admin(who)?;
        let checks = app.check().await.into_iter();
        let mut components: BTreeMap<String, ComponentObject> = checks
            .map(|(name, result)| (name.to_owned(), part(app, name, result)))
            .collect();
        components.insert("scheduler".into(), scheduler(app, who).await?);
        components.insert("ai_services".into(), bot(app));
        components.insert("webhooks".into(), receivers(app, who).await?);
        let figures = figures::figures(app, who).await?;
        let (now, production) = (app.clock.now().into(), app.settings.production);
        Ok(Json(SystemObject::new(
            &who.username,
            now,
            production,
            components,
            &figures,
        )))
    }
}

fn part(app: &App, name: &str, result: Outcome<()>) -> ComponentObject {
    let error = result.err().map(|error| error.to_string());
    let is_well = error.is_none();
    let mut details = json!({"connected": is_well, "ping_ok": is_well});
    if name == "database" {
        let kind = if app.db.is_sqlite() {
            "SQLite"
        } else {
            "PostgreSQL"
        };
        details["database_name"] = kind.into();
    }
    if let Some(error) = error {
        details["error"] = error.into();
    }
    ComponentObject::new(is_well, details)
}

async fn scheduler(app: &App, who: &Actor) -> Outcome<ComponentObject> {
    let queues = jobs::queues(app, who).await?;
    let is_well = queues.iter().all(|queue| queue.oldest < OVERDUE);
    let listed: Vec<Value> = queues
        .iter()
        .map(|queue| {
            json!({
                "id": queue.queue,
                "name": queue.queue,
                "pending": queue.pending,
                "running": queue.running,
                "dead": queue.dead,
                "oldest_seconds": queue.oldest,
            })
        })
        .collect();
    let pending: u64 = queues.iter().map(|queue| queue.pending + queue.running).sum();
    let details = json!({
        "running": is_well,
        "worker": if app.settings.worker == WorkerMode::Embedded { "embedded" } else { "external" },
        "jobs_count": pending,
        "jobs": listed,
        "misuse_detection_enabled": app.settings.misuse_check,
    });
    Ok(ComponentObject::new(is_well, details))
}

/// The bot answers from its articles whatever becomes of a model.
fn bot(app: &App) -> ComponentObject {
    let details = json!({
        "healthy": true,
        "config_valid": true,
        "vector_store_initialized": true,
        "model": app.settings.llm.as_ref().map(|llm| llm.model.as_str()),
        "services_available": {
            "hsa": app.settings.misuse_check,
            "routing": true,
            "rag": true,
        },
    });
    ComponentObject::new(true, details)
}

/// Somebody else's server that fails is no fault of this one's.
async fn receivers(app: &App, who: &Actor) -> Outcome<ComponentObject> {
    let endpoints = webhooks::list(&app.outreach, who).await?;
    let failing = endpoints.iter().filter(|row| row.failing_since.is_some()).count();
    let details = json!({
        "responding": failing == 0,
        "health_check_passed": failing == 0,
        "endpoints": endpoints.len(),
        "failing_endpoints": failing,
    });
    Ok(ComponentObject::new(true, details))
}
