//! The job plane as operators see it: every queue on the page of jobs, and in the metrics from the start.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::person;
use api::testing::TestServer;
use entity::user::Role;
use platform::job::Job;
use platform::job_store;

#[tokio::test(flavor = "multi_thread")]
async fn every_queue_is_in_the_metrics_from_the_start_and_a_death_is_counted_by_kind() {
    let server = TestServer::start().await;
    server.place.let_jobs_die();
    let root = person(&server, "root", Role::Admin).await;
    let metrics = async || {
        let response = server.client.get(server.url("/metrics")).send().await.unwrap();
        response.text().await.unwrap()
    };
    let first = metrics().await;
    for queue in ["chat", "model", "media", "delivery", "maintenance"] {
        for line in [
            format!("switchboard_job_queue_oldest_seconds{{queue=\"{queue}\"}} "),
            format!("switchboard_job_queue{{queue=\"{queue}\",state=\"pending\"}} "),
            format!("switchboard_job_slots{{queue=\"{queue}\"}} "),
            format!("switchboard_job_slots_busy{{queue=\"{queue}\"}} "),
        ] {
            assert!(first.contains(&line), "{line}\n{first}");
        }
    }
    assert!(
        first.contains("switchboard_jobs_dead_total{kind=\"sweep\"} "),
        "{first}"
    );
    assert!(first.contains("switchboard_jobs_unknown "));

    let now = server.app.clock.now();
    let row = job_store::intent(&Job::Sweep, now, now).unwrap();
    let id = job_store::add(&*server.app.db, vec![row]).await.unwrap()[0].id;
    job_store::bury(&server.app, id, "it is no use").await.unwrap();
    let list = root.get("/api/jobs?state=dead").await;
    let queues = list.body["queues"].as_array().unwrap();
    let names: Vec<_> = queues
        .iter()
        .map(|queue| queue["queue"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["chat", "model", "media", "delivery", "maintenance"]);
    assert_eq!(queues[4]["dead"], 1, "{queues:?}");
    assert_eq!(queues[4]["oldest_seconds"], 0);
    let job = &list.body["results"][0];
    assert_eq!(
        (&job["queue"], &job["starts"], &job["failures"]),
        (&"maintenance".into(), &0.into(), &0.into())
    );
    let told = root.get("/notifications").await;
    let told = told.body["notifications"].to_string();
    assert!(told.contains("system_alert") && told.contains("sweep"), "{told}");
}
