//! For operators: is it alive, is it ready, what does it do.

use crate::app::App;
use crate::routes::Page;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use poem::http::StatusCode;
use poem::web::Json;
use poem::{IntoResponse, Response, endpoint};
use serde_json::{Value, json};
use shared::jobs;
use std::sync::OnceLock;

/// Probes are not limited: a busy server must not look dead.
pub fn is_probe(path: &str) -> bool {
    matches!(path, "/livez" | "/readyz" | "/health" | "/metrics")
}

/// `/livez` the process answers; `/readyz` and `/health` its parts answer; `/metrics` in Prometheus' format.
pub fn pages(app: &App) -> Vec<Page> {
    let recorder = recorder();
    let (ready, health, measured) = (app.clone(), app.clone(), app.clone());
    vec![
        Page::read("/livez", endpoint::make_sync(|_| "ok")),
        Page::read(
            "/readyz",
            endpoint::make(move |_| {
                let app = ready.clone();
                async move { readiness(&app).await }
            }),
        ),
        Page::read(
            "/health",
            endpoint::make(move |_| {
                let app = health.clone();
                async move { readiness(&app).await }
            }),
        ),
        Page::read(
            "/metrics",
            endpoint::make(move |_| {
                let app = measured.clone();
                async move { metrics_page(&app, recorder).await }
            }),
        ),
    ]
}

async fn readiness(app: &App) -> Response {
    let mut parts = serde_json::Map::new();
    let mut ready = !app.hub.is_draining();
    for (name, result) in app.core.check().await {
        ready &= result.is_ok();
        let state = result.map_or_else(|error| error.to_string(), |()| "ok".into());
        parts.insert(name.into(), Value::String(state));
    }
    if let Some(worker) = &app.worker {
        let connected = worker.is_connected();
        ready &= connected;
        let state = if connected {
            "ok"
        } else {
            "The worker does not hear its queue"
        };
        parts.insert("worker".into(), state.into());
    }
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({
        "status": if ready { "ok" } else { "unavailable" },
        "version": env!("CARGO_PKG_VERSION"),
        "draining": app.hub.is_draining(),
        "parts": parts,
    });
    Json(body).with_status(status).into_response()
}

async fn metrics_page(app: &App, recorder: &PrometheusHandle) -> Response {
    if let Err(error) = jobs::measure(&app.core).await {
        tracing::warn!(%error, "the jobs were not counted");
    }
    Response::builder()
        .content_type("text/plain; version=0.0.4")
        .body(recorder.render())
}

/// The process's one recorder; the first caller installs it.
fn recorder() -> &'static PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let built = PrometheusBuilder::new()
            .set_buckets(&[0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 50.0, 250.0])
            .map(PrometheusBuilder::build_recorder);
        let recorder = built.unwrap_or_else(|_| PrometheusBuilder::new().build_recorder());
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("figures are recorded elsewhere");
        }
        handle
    })
}

/// Keeps the recorder's memory bounded between scrapes.
pub fn tidy() {
    recorder().run_upkeep();
}
