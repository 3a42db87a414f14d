//! What the admins' panel asks the database.

use super::*;
use assist::topics;
use desk::analytics::{self, Metric, Period};
use desk::misuse;

#[tokio::test]
async fn no_figure_of_the_panel_reads_a_whole_table() {
    let app = TestApp::builder().setting("MISUSE_CHECK", "on").start().await;
    let alice = app.user("alice").await;
    let admin = app.person("boss", Role::Admin, None).await;
    let made = tickets::create(&app, &alice, crate::tickets::wanted("what the fuck is this")).await;
    assert!(made.unwrap().row.is_flagged);
    more_people(&app).await;
    fill(&app).await;
    let period = Period::last(30, app.clock.now());
    for reviewed in [None, Some(true), Some(false)] {
        for user in [None, Some(alice.id)] {
            let query = misuse::Query {
                reviewed,
                user,
                offset: 0,
                limit: 20,
            };
            let listed = check(&app, &format!("{query:?}"), misuse::list(&app, &admin, &query)).await;
            if user.is_none() {
                let id = listed.reports[0].row.id;
                check(&app, "a report", misuse::get(&app, &admin, id)).await;
                check(&app, "review", misuse::review(&app, &admin, id, None)).await;
            }
        }
    }
    check(&app, "overview", analytics::overview(&app, &admin, period)).await;
    check(&app, "times", analytics::resolution_times(&app, &admin, period)).await;
    check(&app, "performance", analytics::performance(&app, &admin, period)).await;
    check(&app, "flagged", analytics::flagged_users(&app, &admin, period)).await;
    check(&app, "labels", analytics::labels(&app, &admin, period, 10)).await;
    check(&app, "waits", analytics::answer_days(&app, &admin, 30)).await;
    for metric in [
        Metric::Tickets,
        Metric::Resolved,
        Metric::Messages,
        Metric::Owners,
    ] {
        check(
            &app,
            &format!("{metric:?}"),
            analytics::series(&app, &admin, metric, 3),
        )
        .await;
    }
    check(
        &app,
        "topics",
        topics::unanswered(&app.assist, &admin, period, 10),
    )
    .await;
}

/// So many that twenty of them are few.
async fn more_people(app: &App) {
    let now = if app.db.is_sqlite() {
        "'2026-01-01T00:00:00+00:00'"
    } else {
        "now()"
    };
    let sql = format!(
        "INSERT INTO accounts_user (username, username_key, role, created_at, updated_at) \
         WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 2000) \
         SELECT 'more' || i, 'more' || i, 'user', {now}, {now} FROM s"
    );
    app.db.execute_unprepared(&sql).await.unwrap();
}
