//! For operators: is it alive, is it ready, what does it do.

mod kept;

use crate::app::ServerState;
use crate::routes::Page;
use kept::Kept;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use platform::PART;
use platform::jobs;
use poem::http::StatusCode;
use poem::web::Json;
use poem::{IntoResponse, Request, Response, endpoint};
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};
use tokio::time::timeout;

/// Probes are not limited: a busy server must not look dead.
pub fn is_probe(path: &str) -> bool {
    matches!(path, "/livez" | "/readyz" | "/health" | "/metrics")
}

/// `/livez` the process answers; `/readyz` and `/health` its parts answer; `/metrics` in Prometheus' format.
///
/// They are free of limits, so what they ask for is asked once, for everybody who comes within a second.
pub fn pages(server: &ServerState) -> Vec<Page> {
    let recorder = recorder();
    let parts = Arc::new(Kept::default());
    let ready = |path| {
        let (server, parts) = (server.clone(), parts.clone());
        let answer = move |request: Request| {
            let (server, parts) = (server.clone(), parts.clone());
            async move { readiness(&server, &parts, is_strict(&request)).await }
        };
        Page::read(path, endpoint::make(answer))
    };
    let (measured, counted) = (server.clone(), Arc::new(Kept::default()));
    let metrics = move |_| {
        let (server, counted) = (measured.clone(), counted.clone());
        async move { metrics_page(&server, &counted, recorder).await }
    };
    vec![
        Page::read("/livez", endpoint::make_sync(|_| "ok")),
        ready("/readyz"),
        ready("/health"),
        Page::read("/metrics", endpoint::make(metrics)),
    ]
}

/// The part without which nothing can be answered. Without the others this instance works, but not all of it: events do
/// not cross, files wait, jobs are taken up later.
const NEEDED: &str = "database";

/// What a part said of itself; none where it is well.
type Parts = Vec<(&'static str, Option<String>)>;

fn is_strict(request: &Request) -> bool {
    let query = request.uri().query().unwrap_or_default();
    let mut pairs = crate::upgrade::url_pairs(query);
    pairs.any(|(name, value)| name == "strict" && value == "1")
}

async fn readiness(server: &ServerState, kept: &Arc<Kept<Parts>>, strict: bool) -> Response {
    let app = server.app.clone();
    let check = async move {
        let parts = app.check().await.into_iter();
        parts
            .map(|(name, result)| (name, result.err().map(|error| error.to_string())))
            .collect()
    };
    let mut parts: Parts = kept.get(check).await;
    if let Some(worker) = &server.worker {
        let why = (!worker.is_connected()).then(|| "The worker does not receive from its queues".into());
        parts.push(("worker", why));
    }
    let answers = |name: &str| parts.iter().any(|(part, why)| *part == name && why.is_none());
    let down = parts.iter().filter(|(_, why)| why.is_some());
    let degraded: Vec<_> = down
        .map(|(name, _)| *name)
        .filter(|name| *name != NEEDED)
        .collect();
    let whole = !strict || degraded.is_empty();
    let ready = !server.hub.is_draining() && answers(NEEDED) && whole;
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let states = parts.into_iter().map(|(name, why)| {
        let state = why.unwrap_or_else(|| "ok".into());
        (name.to_owned(), Value::String(state))
    });
    let body = json!({
        "status": if ready { "ok" } else { "unavailable" },
        "version": env!("CARGO_PKG_VERSION"),
        "draining": server.hub.is_draining(),
        "degraded": degraded,
        "parts": states.collect::<serde_json::Map<_, _>>(),
    });
    Json(body).with_status(status).into_response()
}

async fn metrics_page(server: &ServerState, kept: &Arc<Kept<()>>, recorder: &PrometheusHandle) -> Response {
    let app = server.app.clone();
    let count = async move {
        match timeout(PART, jobs::measure(&app)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the jobs were not counted"),
            Err(_) => tracing::warn!("the jobs were not counted within {PART:?}"),
        }
    };
    kept.get(count).await;
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
