//! The figures of some days.

use crate::support::*;
use crate::tickets::wanted;
use app::App;
use app::testing::TestApp;
use assist::replies::reply;
use assist::topics::unanswered;
use chrono::{DateTime, Duration, Utc};
use desk::analytics::{self, Metric, Period, Spread};
use desk::misuse::{self, ExternalReport};
use desk::tickets::{self, Ticket, UpdateTicket, Which};
use entity::misuse_report::Severity;
use entity::ticket::{self, Status, Urgency};
use entity::user::{Department, Role};
use entity::{conversation_label, label};
use kernel::actor::Actor;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

const IT: &str = "My laptop and the network are broken";
const HR: &str = "A question about my payroll and vacation";

async fn open(app: &App, owner: &Actor, description: &str) -> Ticket {
    tickets::create(app, owner, wanted(description)).await.unwrap()
}

/// Opened so long ago.
async fn opened(app: &App, ticket: &Ticket, at: DateTime<Utc>) {
    set(app, ticket, ticket::Column::CreatedAt, at).await;
}

async fn set(app: &App, ticket: &Ticket, column: ticket::Column, at: DateTime<Utc>) {
    ticket::Entity::update_many()
        .col_expr(column, Expr::value(at))
        .filter(ticket::Column::Id.eq(ticket.row.id))
        .exec(&*app.db)
        .await
        .unwrap();
}

async fn go(app: &App, who: &Actor, ticket: &Ticket, status: Status) -> Ticket {
    let change = UpdateTicket {
        status: Some(status),
        ..UpdateTicket::default()
    };
    let which = Which::Number(ticket.row.id);
    tickets::update(app, who, &which, change).await.unwrap()
}

fn month(app: &App) -> Period {
    Period::last(30, app.clock.now())
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() < 0.001
}

#[test]
fn a_spread_is_the_mean_the_median_and_the_nearest_rank() {
    assert_eq!(Spread::of([]), None);
    let one = Spread::of([7200]).unwrap();
    assert_eq!((one.count, one.average, one.median, one.p95), (1, 2.0, 2.0, 2.0));
    let even = Spread::of([4, 1, 3, 2].map(|hours| hours * 3600)).unwrap();
    assert_eq!((even.average, even.median, even.p95), (2.5, 2.5, 4.0));
    let many = Spread::of((1..=100).map(|hours| hours * 3600)).unwrap();
    assert_eq!(
        (many.median, many.p95, many.least, many.most),
        (50.5, 95.0, 1.0, 100.0)
    );
    // a clock that was set back
    assert_eq!(Spread::of([-5]).map(|spread| spread.average), Some(0.0));
}

#[tokio::test]
async fn how_long_tickets_took_is_told_by_department_and_urgency_of_those_resolved_in_these_days() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let admin = app.person("root", Role::Admin, None).await;
    let none = analytics::resolution_times(&app, &admin, month(&app))
        .await
        .unwrap();
    assert_eq!((none.overall, none.is_complete), (None, true));
    let now = app.clock.now();
    for hours in 1..=4 {
        let one = open(&app, &alice, IT).await;
        go(&app, &admin, &one, Status::Resolved).await;
        opened(&app, &one, now - Duration::hours(50)).await;
        let resolved = now - Duration::hours(50 - hours);
        set(&app, &one, ticket::Column::ResolvedAt, resolved).await;
    }
    let slow = open(&app, &alice, HR).await;
    go(&app, &admin, &slow, Status::Resolved).await;
    opened(&app, &slow, now - Duration::hours(100)).await;
    set(&app, &slow, ticket::Column::ResolvedAt, now).await;
    let old = open(&app, &alice, IT).await;
    go(&app, &admin, &old, Status::Resolved).await;
    set(&app, &old, ticket::Column::ResolvedAt, now - Duration::days(40)).await;
    open(&app, &alice, IT).await;
    let times = analytics::resolution_times(&app, &admin, month(&app))
        .await
        .unwrap();
    let all = times.overall.unwrap();
    assert_eq!(all.count, 5);
    assert!(
        close(all.average, 22.0) && close(all.median, 3.0) && close(all.p95, 100.0),
        "{all:?}"
    );
    let teams: Vec<_> = times
        .by_department
        .iter()
        .map(|(of, spread)| (*of, spread.count))
        .collect();
    assert_eq!(teams, [(Some(Department::It), 4), (Some(Department::Hr), 1)]);
    assert!(close(times.by_department[0].1.median, 2.5));
    assert_eq!(times.by_urgency.len(), 1);
    assert_eq!(times.by_urgency[0].0, Urgency::Medium);
}

#[tokio::test]
async fn a_ticket_s_resolution_is_when_it_was_first_over_and_none_while_it_is_not() {
    let app = TestApp::builder().fixed_clock().start().await;
    let alice = app.user("alice").await;
    let admin = app.person("root", Role::Admin, None).await;
    let one = open(&app, &alice, IT).await;
    assert_eq!(one.row.resolved_at, None);
    app.clock.advance(Duration::hours(3));
    let resolved = go(&app, &admin, &one, Status::Resolved).await;
    let at = resolved.row.resolved_at.unwrap();
    assert_eq!((at - one.row.created_at).num_hours(), 3);
    app.clock.advance(Duration::hours(1));
    let closed = go(&app, &admin, &one, Status::Closed).await;
    assert_eq!(closed.row.resolved_at, Some(at));
    let other = open(&app, &alice, IT).await;
    go(&app, &admin, &other, Status::Resolved).await;
    say(&app, &alice, other.row.conversation_id, "It is broken again").await;
    let reopened = tickets::of(&app, &admin, other.row.conversation_id)
        .await
        .unwrap();
    assert_eq!(
        (reopened.row.status, reopened.row.resolved_at),
        (Status::Open, None)
    );
}

#[tokio::test]
async fn an_overview_counts_tickets_people_messages_and_the_bot() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let ian = app.person("ian", Role::Agent, Some(Department::It)).await;
    let admin = app.person("root", Role::Admin, None).await;
    let first = open(&app, &alice, IT).await;
    opened(&app, &first, app.clock.now() - Duration::hours(2)).await;
    say(&app, &alice, first.row.conversation_id, "Hello?").await;
    say(&app, &ian, first.row.conversation_id, "Yes?").await;
    say(&app, &ian, first.row.conversation_id, "Which printer?").await;
    open(&app, &alice, HR).await;
    let third = open(&app, &bob, IT).await;
    go(&app, &admin, &third, Status::Resolved).await;
    let old = open(&app, &bob, IT).await;
    opened(&app, &old, app.clock.now() - Duration::days(31)).await;
    let talk = support(&app, &alice).await;
    let question = say(&app, &alice, talk, "I want to talk to a person").await;
    reply(
        &app.assist,
        newest_lease(&app, "reply_as_bot").await,
        talk,
        question.id,
    )
    .await
    .unwrap();
    let found = analytics::overview(&app, &admin, month(&app)).await.unwrap();
    let tickets = &found.tickets;
    assert_eq!((tickets.total(), tickets.owners, tickets.over()), (3, 2, 1));
    assert_eq!(tickets.status(Status::Open), 2);
    assert_eq!(tickets.of(|cell| cell.department == Some(Department::Hr)), 1);
    assert!(found.people.contains(&(Role::User, 2)) && found.people.contains(&(Role::Agent, 1)));
    assert_eq!((found.bot_answers, found.handoffs), (1, 1));
    assert!(found.messages >= 5, "{}", found.messages);
    let waits = found.answer.unwrap();
    assert_eq!(waits.count, 1);
    assert!(waits.average > 1.99 && waits.average < 2.1, "{waits:?}");
    assert!(found.is_complete);
}

#[tokio::test]
async fn who_did_the_work_is_told_with_how_long_it_took_them() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let ian = app.person("ian", Role::Agent, Some(Department::It)).await;
    let admin = app.person("root", Role::Admin, None).await;
    for status in [Status::Assigned, Status::Resolved, Status::Closed] {
        let one = open(&app, &alice, IT).await;
        go(&app, &ian, &one, Status::Assigned).await;
        if status != Status::Assigned {
            go(&app, &ian, &one, Status::Resolved).await;
            opened(&app, &one, app.clock.now() - Duration::hours(4)).await;
        }
        if status == Status::Closed {
            go(&app, &ian, &one, Status::Closed).await;
            tickets::rate(&app, &alice, &Which::Number(one.row.id), 4)
                .await
                .unwrap();
        }
    }
    open(&app, &alice, HR).await;
    let done = analytics::performance(&app, &admin, month(&app)).await.unwrap();
    let [agent] = &done.agents[..] else {
        panic!("{:?}", done.agents)
    };
    assert_eq!(
        (
            agent.username.as_str(),
            agent.assigned,
            agent.resolved,
            agent.closed
        ),
        ("ian", 3, 1, 1)
    );
    let took = agent.resolution.unwrap();
    assert!(took.count == 2 && took.average > 3.9, "{took:?}");
    assert_eq!(agent.answer, None);
    assert_eq!(done.ratings, [0, 0, 0, 1, 0]);
    let teams: Vec<_> = done
        .teams
        .iter()
        .map(|of| (of.department, of.tickets, of.over))
        .collect();
    assert_eq!(
        teams,
        [(Some(Department::It), 3, 2), (Some(Department::Hr), 1, 0)]
    );
}

#[tokio::test]
async fn a_series_has_a_point_for_each_day_and_zero_where_there_was_nothing() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let admin = app.person("root", Role::Admin, None).await;
    let now = app.clock.now();
    let midnight = now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    // the first moment of a day and the last one before it
    for at in [
        midnight - Duration::days(2),
        midnight - Duration::days(2) - Duration::microseconds(1),
        midnight - Duration::days(2) + Duration::hours(3),
    ] {
        let one = open(&app, &alice, IT).await;
        opened(&app, &one, at).await;
    }
    let today = open(&app, &alice, IT).await;
    opened(&app, &today, midnight).await;
    go(&app, &admin, &today, Status::Resolved).await;
    say(&app, &alice, today.row.conversation_id, "Hello").await;
    let series = |metric| analytics::series(&app, &admin, metric, 5);
    let points = series(Metric::Tickets).await.unwrap();
    let values: Vec<_> = points.iter().map(|point| point.value).collect();
    assert_eq!(values, [0.0, 1.0, 2.0, 0.0, 1.0]);
    assert_eq!(points[4].day, now.date_naive());
    let last = |points: Vec<analytics::Point>| points.last().map(|point| point.value);
    // the ticket is open again since its owner wrote
    assert_eq!(last(series(Metric::Resolved).await.unwrap()), Some(0.0));
    assert!(last(series(Metric::Messages).await.unwrap()) >= Some(1.0));
    assert_eq!(last(series(Metric::Owners).await.unwrap()), Some(1.0));
    let waits = analytics::answer_days(&app, &admin, 5).await.unwrap();
    assert!(waits.iter().all(|point| point.value == 0.0) && waits.len() == 5);
    assert_eq!(
        analytics::series(&app, &admin, Metric::Tickets, 0)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn people_who_were_reported_are_told_with_how_often_and_of_what() {
    let app = TestApp::new().await;
    app.user("alice").await;
    app.user("bob").await;
    let admin = app.person("root", Role::Admin, None).await;
    for (who, kind, severity, at) in [
        ("alice", "spam", Severity::Low, "1"),
        ("alice", "abuse", Severity::High, "2"),
        ("alice", "abuse", Severity::High, "3"),
        ("bob", "spam", Severity::Low, "4"),
    ] {
        let told = ExternalReport {
            user: who.into(),
            ticket: "TKT-1-AAAAAA".into(),
            kind: Some(kind.into()),
            severity: Some(severity),
            text: None,
            at: Some(at.into()),
        };
        assert!(misuse::store_external(&app, &told).await.unwrap());
    }
    let query = misuse::Query {
        limit: 1,
        ..misuse::Query::default()
    };
    let newest = misuse::list(&app, &admin, &query)
        .await
        .unwrap()
        .reports
        .remove(0);
    misuse::review(&app, &admin, newest.row.id, None).await.unwrap();
    let found = analytics::flagged_users(&app, &admin, month(&app)).await.unwrap();
    assert_eq!(found.total, 2);
    let users: Vec<_> = found
        .users
        .iter()
        .map(|of| (of.row.username.as_str(), of.reports, of.open, of.kinds.join(" ")))
        .collect();
    assert_eq!(
        users,
        [
            ("alice", 3, 3, "abuse spam".to_owned()),
            ("bob", 1, 0, "spam".to_owned())
        ]
    );
    assert!(found.users[0].newest <= newest.row.created_at);
    let spam = found.kinds.iter().find(|of| of.kind == "spam").unwrap();
    assert_eq!((spam.reports, spam.people), (2, 2));
    let counts = analytics::overview(&app, &admin, month(&app))
        .await
        .unwrap()
        .misuse;
    assert_eq!(
        (counts.high, counts.medium, counts.low, counts.open),
        (2, 0, 2, 3)
    );
}

#[tokio::test]
async fn topics_are_what_the_bot_could_not_answer_and_what_conversations_are_labelled_with() {
    let app = TestApp::new().await;
    app::testing::load_examples(&app).await;
    let alice = app.user("alice").await;
    let admin = app.person("root", Role::Admin, None).await;
    let mut talks = Vec::new();
    for words in [
        "zxqv blorple wumpus?",
        "How do I reset my password?",
        "Zxqv  blorple WUMPUS",
        "frobnicate the gnarf",
    ] {
        let talk = support(&app, &alice).await;
        let question = say(&app, &alice, talk, words).await;
        let job = newest_lease(&app, "reply_as_bot").await;
        reply(&app.assist, job, talk, question.id).await.unwrap();
        talks.push(talk);
    }
    let found = unanswered(&app.assist, &admin, month(&app), 10).await.unwrap();
    assert_eq!((found.looked_at, found.unknown), (4, 3));
    let questions: Vec<_> = found
        .questions
        .iter()
        .map(|of| (of.text.as_str(), of.count))
        .collect();
    assert_eq!(
        questions,
        [("Zxqv blorple WUMPUS", 2), ("frobnicate the gnarf", 1)]
    );
    assert_eq!(found.questions[0].conversations, [talks[2], talks[0]]);
    let one = unanswered(&app.assist, &admin, month(&app), 1).await.unwrap();
    assert_eq!(one.questions.len(), 1);
    for (name, on) in [("billing", 3), ("returns", 1)] {
        let row = label::ActiveModel {
            name: Set(name.into()),
            name_key: Set(name.into()),
            color: Set("#000000".into()),
            ..Default::default()
        };
        let id = row.insert(&*app.db).await.unwrap().id;
        for talk in &talks[..on] {
            let row = conversation_label::ActiveModel {
                conversation_id: Set(*talk),
                label_id: Set(id),
            };
            conversation_label::Entity::insert(row)
                .exec_without_returning(&*app.db)
                .await
                .unwrap();
        }
    }
    let labels = analytics::labels(&app, &admin, month(&app), 10).await.unwrap();
    let labels: Vec<_> = labels
        .iter()
        .map(|of| (of.name.as_str(), of.conversations))
        .collect();
    assert_eq!(labels, [("billing", 3), ("returns", 1)]);
}

#[tokio::test]
async fn figures_are_for_admins_only() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let agent = app.person("ann", Role::Agent, None).await;
    let period = month(&app);
    for who in [&alice, &agent] {
        let codes = [
            code(analytics::overview(&app, who, period).await),
            code(analytics::resolution_times(&app, who, period).await),
            code(analytics::performance(&app, who, period).await),
            code(analytics::flagged_users(&app, who, period).await),
            code(analytics::labels(&app, who, period, 1).await),
            code(analytics::series(&app, who, Metric::Tickets, 1).await),
            code(analytics::answer_days(&app, who, 1).await),
        ];
        assert_eq!(codes, ["forbidden"; 7], "{}", who.username);
    }
}
