//! Tickets: who sees which, what may follow what, who is told.

use crate::support::*;
use accounts::users::Named;
use app::App;
use app::testing::TestApp;
use chat::access;
use chat::conversations;
use chat::messages;
use desk::notifications;
use desk::stations;
use desk::tickets::{self, CreateTicket, Deleters, Query, Ticket, UpdateTicket, Which};
use entity::notification::{Kind, Priority};
use entity::ticket::{Status, Urgency};
use entity::user::{Department, Role};
use entity::{StationId, SupportId};
use kernel::actor::Actor;
use kernel::error::Error;
use rstest::rstest;

struct Desk {
    app: TestApp,
    owner: Actor,
    other: Actor,
    it: Actor,
    hr: Actor,
    admin: Actor,
}

async fn desk() -> Desk {
    let app = TestApp::new().await;
    let agent = |name, department| app::testing::person(&app, name, Role::Agent, Some(department));
    Desk {
        owner: app.user("owner").await,
        other: app.user("other").await,
        it: agent("ita", Department::It).await,
        hr: agent("hra", Department::Hr).await,
        admin: app::testing::person(&app, "root", Role::Admin, None).await,
        app,
    }
}

pub fn wanted(description: &str) -> CreateTicket {
    CreateTicket {
        title: None,
        description: description.into(),
        urgency: Urgency::Medium,
        topic: None,
        rating: None,
        station: None,
        owner: None,
        sorted: true,
    }
}

async fn open(app: &App, owner: &Actor, description: &str) -> Ticket {
    tickets::create(app, owner, wanted(description)).await.unwrap()
}

fn number(ticket: &Ticket) -> Which {
    Which::Number(ticket.row.id)
}

fn to(status: Status) -> UpdateTicket {
    UpdateTicket {
        status: Some(status),
        ..UpdateTicket::default()
    }
}

/// What a worker does with every notification job that waits.
pub async fn run_jobs(app: &App) {
    app::testing::run_jobs(app, "deliver_notification").await;
}

async fn told(app: &App, who: &Actor) -> Vec<Kind> {
    let listed = notifications::list(app, who, false, 0, 100).await.unwrap();
    let mut kinds: Vec<_> = listed.notifications.iter().map(|row| row.kind).collect();
    kinds.reverse();
    kinds
}

#[tokio::test]
async fn a_number_a_name_and_a_uuid_name_the_same_ticket() {
    let desk = desk().await;
    let ticket = open(&desk.app, &desk.owner, "The printer is broken").await;
    for which in [
        number(&ticket),
        Which::Name(ticket.row.ticket_id.clone()),
        Which::Name(ticket.row.conversation_id.to_string()),
    ] {
        let found = tickets::get(&desk.app, &desk.owner, &which).await.unwrap();
        assert_eq!(found.row, ticket.row, "{which}");
    }
    let by_name = conversations::resolve(&desk.app, &ticket.row.ticket_id)
        .await
        .unwrap();
    assert_eq!(by_name, ticket.row.conversation_id);
}

#[tokio::test]
async fn a_foreign_ticket_is_unknown_to_a_customer_and_refused_to_another_departments_agent() {
    let desk = desk().await;
    let ticket = open(&desk.app, &desk.owner, "My laptop crashed").await;
    let foreign = tickets::get(&desk.app, &desk.other, &number(&ticket))
        .await
        .unwrap_err();
    let unknown = tickets::get(&desk.app, &desk.other, &Which::Number(SupportId(9999)))
        .await
        .unwrap_err();
    assert_eq!(foreign.to_string(), format!("Ticket {} not found", ticket.row.id));
    assert_eq!(unknown.to_string(), "Ticket 9999 not found");
    let refused = tickets::get(&desk.app, &desk.hr, &number(&ticket))
        .await
        .unwrap_err();
    assert!(matches!(refused, Error::Forbidden(_)), "{refused:?}");
    for who in [&desk.it, &desk.admin, &desk.owner] {
        tickets::get(&desk.app, who, &number(&ticket)).await.unwrap();
        access::authorize(&desk.app, who, ticket.row.conversation_id)
            .await
            .unwrap();
    }
    for who in [&desk.other, &desk.hr] {
        let error = access::authorize(&desk.app, who, ticket.row.conversation_id)
            .await
            .unwrap_err();
        assert!(matches!(error, Error::NotFound(_)), "{error:?}");
    }
}

#[tokio::test]
async fn lists_hold_what_each_may_see_and_nothing_else() {
    let desk = desk().await;
    let laptop = open(&desk.app, &desk.owner, "My laptop crashed").await;
    let salary = open(&desk.app, &desk.other, "My salary is late, and my vacation").await;
    let shared = tickets::create(
        &desk.app,
        &desk.owner,
        CreateTicket {
            sorted: false,
            ..wanted("Battery swap machine not working")
        },
    )
    .await
    .unwrap();
    let ids = |found: (Vec<Ticket>, u64)| {
        assert_eq!(found.0.len() as u64, found.1);
        found.0.iter().map(|ticket| ticket.row.id).collect::<Vec<_>>()
    };
    let all = Query {
        limit: 100,
        ..Query::default()
    };
    for (who, expected) in [
        (&desk.owner, vec![shared.row.id, laptop.row.id]),
        (&desk.other, vec![salary.row.id]),
        (&desk.it, vec![shared.row.id, laptop.row.id]),
        (&desk.hr, vec![shared.row.id, salary.row.id]),
        (&desk.admin, vec![shared.row.id, salary.row.id, laptop.row.id]),
    ] {
        let found = tickets::list(&desk.app, who, &all).await.unwrap();
        assert_eq!(ids(found), expected, "{}", who.username);
        let listed = conversations::list(
            &desk.app,
            who,
            conversations::Query {
                limit: 100,
                ..Default::default()
            },
        )
        .await
        .unwrap();
        assert_eq!(
            listed.count as usize,
            expected.len(),
            "{}'s conversations",
            who.username
        );
    }
    let search = Query {
        search: Some("LAPTOP".into()),
        ..all.clone()
    };
    assert_eq!(
        ids(tickets::list(&desk.app, &desk.admin, &search).await.unwrap()),
        [laptop.row.id]
    );
    let of_hr = Query {
        department: Some(Department::Hr),
        ..all
    };
    assert_eq!(
        ids(tickets::list(&desk.app, &desk.admin, &of_hr).await.unwrap()),
        [salary.row.id]
    );
}

#[tokio::test]
async fn a_transition_that_the_table_does_not_hold_is_refused_and_changes_nothing() {
    let desk = desk().await;
    let ticket = open(&desk.app, &desk.owner, "The printer is broken").await;
    let which = number(&ticket);
    let error = tickets::update(&desk.app, &desk.it, &which, to(Status::Closed))
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "Invalid status transition from open to closed");
    assert_eq!(error.code(), "invalid_transition");
    for status in [Status::Assigned, Status::Resolved, Status::Closed] {
        let changed = tickets::update(&desk.app, &desk.it, &which, to(status))
            .await
            .unwrap();
        assert_eq!(changed.row.status, status);
        assert_eq!(changed.row.assignee_id, Some(desk.it.id), "who took it up has it");
        assert_eq!(changed.row.closed_at.is_some(), status == Status::Closed);
    }
    let error = tickets::update(&desk.app, &desk.admin, &which, to(Status::Open))
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "Invalid status transition from closed to open");
    let now = tickets::get(&desk.app, &desk.admin, &which).await.unwrap();
    assert_eq!(now.row.status, Status::Closed);
}

#[tokio::test]
async fn support_closes_in_one_step_and_tells_the_owner_once() {
    let desk = desk().await;
    let ticket = open(&desk.app, &desk.owner, "Battery swap machine not working").await;
    let close = UpdateTicket {
        closes_directly: true,
        ..to(Status::Closed)
    };
    let closed = tickets::update(&desk.app, &desk.admin, &number(&ticket), close)
        .await
        .unwrap();
    assert_eq!(closed.row.status, Status::Closed);
    assert_eq!(told(&desk.app, &desk.owner).await, [Kind::TicketResolved]);
}

#[tokio::test]
async fn a_customer_changes_what_they_wrote_and_nothing_else() {
    let desk = desk().await;
    let ticket = open(&desk.app, &desk.owner, "The printer is broken").await;
    let which = number(&ticket);
    let own = UpdateTicket {
        title: Some("Printer on floor 2".into()),
        ..UpdateTicket::default()
    };
    let changed = tickets::update(&desk.app, &desk.owner, &which, own)
        .await
        .unwrap();
    assert_eq!(changed.row.title, "Printer on floor 2");
    let conversation = conversations::get(&desk.app, &desk.owner, ticket.row.conversation_id).await;
    assert_eq!(conversation.unwrap().row.title, "Printer on floor 2");
    for command in [
        to(Status::Resolved),
        UpdateTicket {
            department: Some(Department::Hr),
            ..UpdateTicket::default()
        },
        UpdateTicket {
            assignee: Some(Some(Named::Name("ita".into()))),
            ..UpdateTicket::default()
        },
        UpdateTicket {
            description: Some("x".into()),
            closes_directly: true,
            ..UpdateTicket::default()
        },
    ] {
        let error = tickets::update(&desk.app, &desk.owner, &which, command)
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Forbidden(_)), "{error:?}");
    }
    let error = tickets::delete(&desk.app, &desk.owner, &which, Deleters::Staff)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Forbidden(_)), "{error:?}");
}

#[tokio::test]
async fn only_a_closed_ticket_is_rated_and_only_by_its_user() {
    let desk = desk().await;
    let ticket = open(&desk.app, &desk.owner, "The printer is broken").await;
    let which = number(&ticket);
    let early = tickets::rate(&desk.app, &desk.owner, &which, 5)
        .await
        .unwrap_err();
    assert_eq!(early.to_string(), "Only a closed ticket can be rated");
    let close = UpdateTicket {
        closes_directly: true,
        ..to(Status::Closed)
    };
    tickets::update(&desk.app, &desk.it, &which, close).await.unwrap();
    for rating in [0, 6] {
        let error = tickets::rate(&desk.app, &desk.owner, &which, rating)
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), "Must be 1 to 5");
    }
    let error = tickets::rate(&desk.app, &desk.it, &which, 5).await.unwrap_err();
    assert!(matches!(error, Error::Forbidden(_)), "{error:?}");
    let rated = tickets::rate(&desk.app, &desk.owner, &which, 4).await.unwrap();
    assert_eq!(rated.row.rating, Some(4));
    open(&desk.app, &desk.owner, "Another printer").await;
    let figures = tickets::statistics(&desk.app, &desk.admin).await.unwrap();
    assert_eq!((figures.total, figures.open, figures.closed), (2, 1, 1));
    assert_eq!((figures.rated, figures.average_rating), (1, Some(4.0)));
}

#[tokio::test]
async fn each_is_told_what_the_table_says() {
    let desk = desk().await;
    let ticket = open(&desk.app, &desk.owner, "My laptop crashed").await;
    let which = number(&ticket);
    assert_eq!(told(&desk.app, &desk.admin).await, [Kind::TicketCreated]);
    assert_eq!(told(&desk.app, &desk.it).await, [Kind::TicketCreated]);
    assert!(told(&desk.app, &desk.hr).await.is_empty());
    tickets::update(&desk.app, &desk.admin, &which, {
        UpdateTicket {
            assignee: Some(Some(Named::Name("ita".into()))),
            ..UpdateTicket::default()
        }
    })
    .await
    .unwrap();
    assert_eq!(
        told(&desk.app, &desk.it).await,
        [Kind::TicketCreated, Kind::TicketAssigned]
    );
    tickets::update(&desk.app, &desk.it, &which, to(Status::Resolved))
        .await
        .unwrap();
    tickets::delete(&desk.app, &desk.admin, &which, Deleters::Admins)
        .await
        .unwrap();
    assert_eq!(
        told(&desk.app, &desk.owner).await,
        [Kind::TicketUpdated, Kind::TicketResolved, Kind::TicketDeleted]
    );
    assert_eq!(
        told(&desk.app, &desk.admin).await,
        [Kind::TicketCreated],
        "not of their own doing"
    );
    let created = notifications::list(&desk.app, &desk.it, false, 1, 1)
        .await
        .unwrap();
    let created = &created.notifications[0];
    assert_eq!(created.title, "New Support Ticket");
    assert_eq!(created.message, "User owner created a new support ticket");
    assert_eq!(created.priority, Priority::High);
    assert_eq!(created.data["support_id"], ticket.row.id.0);
    assert_eq!(created.data["status"], "open");
}

#[tokio::test]
async fn a_message_is_told_to_owner_and_assignee_once_and_never_to_its_sender() {
    let desk = desk().await;
    let ticket = open(&desk.app, &desk.owner, "My laptop crashed").await;
    tickets::update(&desk.app, &desk.it, &number(&ticket), to(Status::Assigned))
        .await
        .unwrap();
    let id = ticket.row.conversation_id;
    messages::send(&desk.app, &desk.owner, id, text("Any news?"))
        .await
        .unwrap();
    messages::send(&desk.app, &desk.admin, id, text("We are on it"))
        .await
        .unwrap();
    run_jobs(&desk.app).await;
    let received = |kinds: Vec<Kind>| {
        kinds
            .iter()
            .filter(|kind| **kind == Kind::MessageReceived)
            .count()
    };
    assert_eq!(received(told(&desk.app, &desk.owner).await), 1);
    assert_eq!(received(told(&desk.app, &desk.it).await), 2);
    assert_eq!(received(told(&desk.app, &desk.admin).await), 0);
}

#[tokio::test]
async fn a_deleted_ticket_is_gone_and_its_conversation_with_it() {
    let desk = desk().await;
    let ticket = open(&desk.app, &desk.owner, "My laptop crashed").await;
    let id = ticket.row.conversation_id;
    messages::send(&desk.app, &desk.owner, id, text("Any news?"))
        .await
        .unwrap();
    let refused = tickets::delete(&desk.app, &desk.it, &number(&ticket), Deleters::Admins).await;
    assert!(matches!(refused.unwrap_err(), Error::Forbidden(_)));
    tickets::delete(&desk.app, &desk.it, &number(&ticket), Deleters::Staff)
        .await
        .unwrap();
    assert!(
        tickets::get(&desk.app, &desk.owner, &number(&ticket))
            .await
            .is_err()
    );
    assert!(conversations::get(&desk.app, &desk.owner, id).await.is_err());
    run_jobs(&desk.app).await;
}

#[rstest]
#[case(Some(""), "x", "title")]
#[case(None, "  ", "description")]
#[tokio::test]
async fn blank_and_over_long_texts_name_the_field_and_store_nothing(
    #[case] title: Option<&str>,
    #[case] description: &str,
    #[case] field: &str,
) {
    let desk = desk().await;
    for (title, description) in [
        (title.map(str::to_owned), description.to_owned()),
        (
            title.map(|_| "x".repeat(201)),
            title.map_or("x".repeat(2001), |_| "x".into()),
        ),
    ] {
        let command = CreateTicket {
            title,
            ..wanted(&description)
        };
        let Err(Error::Invalid(errors)) = tickets::create(&desk.app, &desk.owner, command).await else {
            panic!("it was stored");
        };
        assert_eq!(errors[0].field, field);
    }
    let all = Query {
        limit: 1,
        ..Query::default()
    };
    assert_eq!(tickets::list(&desk.app, &desk.admin, &all).await.unwrap().1, 0);
}

#[tokio::test]
async fn a_customer_opens_tickets_for_nobody_else_and_at_stations_that_exist() {
    let desk = desk().await;
    let for_other = CreateTicket {
        owner: Some(desk.other.id),
        ..wanted("The printer is broken")
    };
    let error = tickets::create(&desk.app, &desk.owner, for_other.clone())
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "User not found");
    let made = tickets::create(&desk.app, &desk.it, for_other).await.unwrap();
    assert_eq!(made.row.user_id, desk.other.id);
    let nowhere = CreateTicket {
        station: Some(StationId(77)),
        ..wanted("The printer is broken")
    };
    let error = tickets::create(&desk.app, &desk.owner, nowhere)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "Station not found");
    let command = stations::CreateStation {
        name: "North".into(),
        address: None,
        status: entity::station::Status::Active,
        latitude: None,
        longitude: None,
    };
    let error = stations::create(&desk.app, &desk.it, command.clone())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Forbidden(_)));
    let station = stations::create(&desk.app, &desk.admin, command).await.unwrap();
    let here = CreateTicket {
        station: Some(station.id),
        ..wanted("The printer is broken")
    };
    let made = tickets::create(&desk.app, &desk.owner, here).await.unwrap();
    assert_eq!(made.station.unwrap().name, "North");
}

#[tokio::test]
async fn a_notification_is_read_and_deleted_by_its_person_only() {
    let desk = desk().await;
    open(&desk.app, &desk.owner, "My laptop crashed").await;
    open(&desk.app, &desk.owner, "My laptop crashed again").await;
    let mine = notifications::list(&desk.app, &desk.it, true, 0, 10)
        .await
        .unwrap();
    assert_eq!((mine.total, mine.unread), (2, 2));
    let id = mine.notifications[0].id;
    for result in [
        notifications::mark_read(&desk.app, &desk.admin, id).await,
        notifications::delete(&desk.app, &desk.admin, id).await,
    ] {
        assert_eq!(result.unwrap_err().to_string(), "Notification not found");
    }
    notifications::mark_read(&desk.app, &desk.it, id).await.unwrap();
    assert_eq!(notifications::counts(&desk.app, &desk.it).await.unwrap(), (1, 2));
    let missed = notifications::unread_since(&desk.app, &desk.it, None, 10)
        .await
        .unwrap();
    assert_eq!(missed.len(), 1);
    assert_eq!(
        notifications::mark_all_read(&desk.app, &desk.it).await.unwrap(),
        1
    );
    notifications::delete(&desk.app, &desk.it, id).await.unwrap();
    assert_eq!(notifications::counts(&desk.app, &desk.it).await.unwrap(), (0, 1));
}

#[tokio::test]
async fn suspect_content_is_marked_and_admins_are_told_where_the_check_is_on() {
    let app = TestApp::builder().setting("MISUSE_CHECK", "on").start().await;
    let owner = app::testing::person(&app, "owner", Role::User, None).await;
    let admin = app::testing::person(&app, "root", Role::Admin, None).await;
    let ticket = open(&app, &owner, "what the fuck is this").await;
    assert!(ticket.row.is_flagged);
    let polite = open(&app, &owner, "My laptop crashed").await;
    assert!(!polite.row.is_flagged);
    let id = polite.row.conversation_id;
    messages::send(&app, &owner, id, text("you piece of shit"))
        .await
        .unwrap();
    run_jobs(&app).await;
    let now = tickets::get(&app, &owner, &number(&polite)).await.unwrap();
    assert!(now.row.is_flagged);
    let misuse = told(&app, &admin)
        .await
        .into_iter()
        .filter(|kind| *kind == Kind::MisuseDetected);
    assert_eq!(misuse.count(), 2);
}
