//! Reports of misuse: stored with their causes, once, and looked at by admins.

use crate::support::*;
use crate::tickets::{run_jobs, wanted};
use app::App;
use app::testing::TestApp;
use desk::misuse::{self, ExternalReport, Query, Report};
use desk::notifications;
use desk::tickets::{self, Deleters, Which};
use entity::misuse_report::Severity;
use entity::notification::Kind;
use entity::user::{Department, Role};
use entity::{ReportId, UserId};
use kernel::actor::Actor;
use uuid::Uuid;

const RUDE: &str = "what the fuck is this";

fn all() -> Query {
    Query {
        limit: 20,
        ..Query::default()
    }
}

async fn reports(app: &App, admin: &Actor, query: Query) -> Vec<Report> {
    misuse::list(app, admin, &query).await.unwrap().reports
}

fn told(user: &str) -> ExternalReport {
    ExternalReport {
        user: user.into(),
        ticket: "TKT-1-AAAAAA".into(),
        kind: Some("harassment".into()),
        severity: Some(Severity::High),
        text: Some("he wrote so".into()),
        at: Some("2026-11-30T09:00:00Z".into()),
    }
}

#[tokio::test]
async fn what_the_check_finds_in_a_ticket_and_its_messages_is_reported_once_and_outlives_the_ticket() {
    let app = TestApp::builder().setting("MISUSE_CHECK", "on").start().await;
    let alice = app.user("alice").await;
    let admin = app.person("root", Role::Admin, None).await;
    let polite = tickets::create(&app, &alice, wanted("My laptop is slow"))
        .await
        .unwrap();
    assert!(reports(&app, &admin, all()).await.is_empty());
    let rude = tickets::create(&app, &alice, wanted(RUDE)).await.unwrap();
    let found = reports(&app, &admin, all()).await;
    let row = &found[0].row;
    assert_eq!(
        (
            found.len(),
            row.user_id,
            row.ticket_id.as_deref(),
            row.kind.as_str(),
            row.message_id
        ),
        (1, alice.id, Some(&*rude.row.ticket_id), "abusive_language", None)
    );
    assert!(row.found.contains(RUDE) && row.reviewed_at.is_none());
    assert_eq!(row.conversation_id, Some(rude.row.conversation_id));
    let long = format!("{RUDE} {}", "and so on ".repeat(100));
    let said = say(&app, &alice, polite.row.conversation_id, &long).await;
    run_jobs(&app).await;
    // as by a job whose worker died before it could say that it was done
    let finding = markup::moderation::find(RUDE).unwrap();
    let cause = format!("message:{}", said.id);
    let tx = app.db.begin().await.unwrap();
    let again = misuse::Draft::found(alice.id, finding, RUDE, cause);
    assert!(!misuse::store(&app, &tx, &again).await.unwrap());
    tx.commit().await.unwrap();
    let found = reports(&app, &admin, all()).await;
    assert_eq!(found.len(), 2);
    let row = &found[0].row;
    assert_eq!((row.message_id, row.found.chars().count()), (Some(said.id), 500));
    let which = Which::Number(polite.row.id);
    tickets::delete(&app, &admin, &which, Deleters::Admins)
        .await
        .unwrap();
    assert_eq!(reports(&app, &admin, all()).await.len(), 2);
}

#[tokio::test]
async fn without_the_check_nothing_is_reported() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let admin = app.person("root", Role::Admin, None).await;
    let rude = tickets::create(&app, &alice, wanted(RUDE)).await.unwrap();
    say(&app, &alice, rude.row.conversation_id, RUDE).await;
    run_jobs(&app).await;
    assert!(reports(&app, &admin, all()).await.is_empty());
}

#[tokio::test]
async fn another_process_s_report_of_somebody_we_know_is_stored_once_and_admins_are_told() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let admin = app.person("root", Role::Admin, None).await;
    for nobody in ["nobody", "987654", "a\0b", ""] {
        assert!(
            !misuse::store_external(&app, &told(nobody)).await.unwrap(),
            "{nobody}"
        );
    }
    assert!(
        misuse::store_external(&app, &told(&alice.id.to_string()))
            .await
            .unwrap()
    );
    assert!(
        !misuse::store_external(&app, &told("ALICE")).await.unwrap(),
        "the same again"
    );
    let found = reports(&app, &admin, all()).await;
    let row = &found[0].row;
    assert_eq!(
        (found.len(), row.kind.as_str(), row.severity, row.found.as_str()),
        (1, "harassment", Severity::High, "he wrote so")
    );
    let bare = ExternalReport {
        kind: Some(" ".into()),
        severity: None,
        text: Some("a\0b".into()),
        at: None,
        ..told("alice")
    };
    assert!(misuse::store_external(&app, &bare).await.unwrap());
    let row = reports(&app, &admin, all()).await.remove(0).row;
    assert_eq!(
        (row.kind.as_str(), row.severity, row.found.as_str()),
        ("misuse", Severity::Medium, "ab")
    );
    let listed = notifications::list(&app, &admin, false, 0, 10).await.unwrap();
    let kinds: Vec<_> = listed.notifications.iter().map(|row| row.kind).collect();
    assert_eq!(kinds, [Kind::MisuseDetected; 2]);
}

#[tokio::test]
async fn a_report_is_looked_at_once_and_what_was_done_may_be_said_again() {
    let app = TestApp::new().await;
    app.user("alice").await;
    let root = app.person("root", Role::Admin, None).await;
    let vice = app.person("vice", Role::Admin, None).await;
    misuse::store_external(&app, &told("alice")).await.unwrap();
    let id = reports(&app, &root, all()).await[0].row.id;
    let first = misuse::review(&app, &root, id, None).await.unwrap();
    assert_eq!(first.reviewer.as_deref(), Some("root"));
    assert_eq!(first.row.note, None);
    let second = misuse::review(&app, &vice, id, Some("warned".into()))
        .await
        .unwrap();
    assert_eq!(second.row.reviewed_at, first.row.reviewed_at);
    assert_eq!(second.reviewer.as_deref(), Some("root"));
    let third = misuse::review(&app, &vice, id, None).await.unwrap();
    assert_eq!(third.row.note.as_deref(), Some("warned"));
    let too_long = Some("x".repeat(misuse::MAX_NOTE + 1));
    assert_eq!(
        code(misuse::review(&app, &root, id, too_long).await),
        "validation_error"
    );
    let nowhere = ReportId(Uuid::now_v7());
    assert_eq!(
        code(misuse::review(&app, &root, nowhere, None).await),
        "not_found"
    );
    assert_eq!(code(misuse::get(&app, &root, nowhere).await), "not_found");
}

#[tokio::test]
async fn reports_are_listed_newest_first_by_page_person_and_state_to_admins_only() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let agent = app.person("ann", Role::Agent, Some(Department::It)).await;
    let admin = app.person("root", Role::Admin, None).await;
    for n in 0..5 {
        let who = if n % 2 == 0 { "alice" } else { "bob" };
        let one = ExternalReport {
            at: Some(format!("moment {n}")),
            ..told(who)
        };
        assert!(misuse::store_external(&app, &one).await.unwrap());
    }
    let newest = reports(&app, &admin, all()).await;
    assert!(newest.windows(2).all(|pair| pair[0].row.id > pair[1].row.id));
    misuse::review(&app, &admin, newest[0].row.id, None)
        .await
        .unwrap();
    let page = Query {
        offset: 2,
        limit: 2,
        ..Query::default()
    };
    let listed = misuse::list(&app, &admin, &page).await.unwrap();
    assert_eq!((listed.reports.len(), listed.total, listed.open), (2, 5, 4));
    assert_eq!(listed.reports[0].row.id, newest[2].row.id);
    let of = |user: Option<UserId>, reviewed| Query {
        user,
        reviewed,
        ..all()
    };
    for (query, count) in [
        (of(Some(alice.id), None), 3),
        (of(Some(bob.id), None), 2),
        (of(None, Some(true)), 1),
        (of(None, Some(false)), 4),
        (of(Some(alice.id), Some(false)), 2),
        (of(Some(UserId(0)), None), 0),
    ] {
        let listed = misuse::list(&app, &admin, &query).await.unwrap();
        assert_eq!(
            (listed.reports.len() as u64, listed.total),
            (count, count),
            "{query:?}"
        );
    }
    let id = newest[0].row.id;
    for who in [&alice, &agent] {
        assert_eq!(code(misuse::list(&app, who, &all()).await), "forbidden");
        assert_eq!(code(misuse::get(&app, who, id).await), "forbidden");
        assert_eq!(code(misuse::review(&app, who, id, None).await), "forbidden");
    }
}
