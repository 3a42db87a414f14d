//! Who may see a conversation: the rule on loaded facts and its forms for the database are one rule, and every list, count
//! and search follows it.

use crate::support::*;
use app::App;
use app::testing::TestApp;
use chat::access;
use chat::conversations::{self, CreateConversation};
use chat::policy;
use chat::rooms::{self, CreateRoom};
use chat::scope;
use chat::search;
use desk::tickets::{self, CreateTicket};
use entity::conversation::{self, Kind};
use entity::participant::{self, Part};
use entity::ticket;
use entity::user::{self, Department, Role};
use entity::{ConversationId, UserId};
use kernel::actor::Actor;
use sea_orm::{EntityTrait, IntoActiveModel, QueryFilter};
use std::collections::BTreeSet;

const DEPARTMENTS: [Option<Department>; 3] = [None, Some(Department::It), Some(Department::Hr)];

/// One of every kind, tickets of every department, made by the owner.
async fn one_of_each(app: &App, owner: &Actor) -> Vec<(ConversationId, Kind, Option<Department>)> {
    let admin = app::testing::person(app, &format!("for-{}", owner.username), Role::Admin, None).await;
    let mut made = vec![(support(app, owner).await, Kind::Support, None)];
    let direct = CreateConversation {
        participants: vec![accounts::users::Named::Id(admin.id)],
        ..CreateConversation::default()
    };
    let direct = conversations::create(app, owner, direct).await.unwrap();
    made.push((direct.row.id, direct.row.kind, None));
    made.push((group(app, owner, &[]).await, Kind::Group, None));
    let room = CreateRoom {
        name: "room".into(),
        ..CreateRoom::default()
    };
    made.push((
        rooms::create(app, Some(owner), room).await.unwrap().id,
        Kind::Room,
        None,
    ));
    for department in DEPARTMENTS {
        let command = CreateTicket {
            title: None,
            description: match department {
                Some(Department::Hr) => "My salary and my vacation".into(),
                _ => "My laptop and my printer".into(),
            },
            urgency: ticket::Urgency::Low,
            topic: None,
            rating: None,
            station: None,
            owner: None,
            sorted: department.is_some(),
        };
        let ticket = tickets::create(app, owner, command).await.unwrap();
        assert_eq!(ticket.row.department, department);
        made.push((ticket.row.conversation_id, Kind::Ticket, department));
    }
    for (id, ..) in &made {
        say(app, owner, *id, "kumquat").await;
    }
    made
}

/// Everybody whom the rule tells apart, believed and not.
async fn everybody(app: &App) -> Vec<Actor> {
    let mut accounts = Vec::new();
    for role in [Role::User, Role::Driver, Role::Agent, Role::Admin] {
        for department in DEPARTMENTS {
            if department.is_some() && role != Role::Agent {
                continue;
            }
            let name = format!("{role:?}-{department:?}")
                .to_lowercase()
                .replace(['(', ')'], "");
            let actor = app::testing::person(app, &name, role, department).await;
            accounts.push(
                user::Entity::find_by_id(actor.id)
                    .one(&*app.db)
                    .await
                    .unwrap()
                    .unwrap(),
            );
        }
    }
    let believed = accounts.iter().map(Actor::of);
    let unproven = accounts.iter().map(Actor::unproven);
    let mut people: Vec<_> = believed.chain(unproven).collect();
    people.push(app.bot.account().unwrap().clone());
    people.push(Actor::stranger("nobody"));
    people
}

/// Lets somebody take part, behind the core's back.
async fn join(app: &App, id: ConversationId, user: UserId, part: Part) {
    let row = participant::Model {
        conversation_id: id,
        user_id: user,
        role: part,
        joined_at: app.clock.now(),
        added_by: None,
        joined_seq: 0,
        last_read_seq: 0,
        last_read_at: None,
        last_delivered_seq: 0,
    };
    participant::Entity::insert(row.into_active_model())
        .exec_without_returning(&*app.db)
        .await
        .unwrap();
}

async fn allowed(app: &App, actor: &Actor, ids: &[ConversationId]) -> BTreeSet<ConversationId> {
    let mut seen = BTreeSet::new();
    for id in ids {
        let scope = scope::scope(app, *id).await.unwrap();
        if policy::can_see(actor, &scope) {
            seen.insert(*id);
        }
        assert_eq!(
            policy::can_see(actor, &scope),
            access::authorize(app, actor, *id).await.is_ok()
        );
    }
    seen
}

async fn listed(app: &App, actor: &Actor) -> BTreeSet<ConversationId> {
    let query = conversations::Query {
        limit: 100,
        ..conversations::Query::default()
    };
    let page = conversations::list(app, actor, query).await.unwrap();
    assert_eq!(page.count, page.rows.len() as u64);
    page.rows.iter().map(|found| found.row.id).collect()
}

async fn found(app: &App, actor: &Actor) -> BTreeSet<ConversationId> {
    let query = search::Query {
        text: "kumquat".into(),
        conversation: None,
        before: None,
        limit: 100,
    };
    let hits = search::search(app, actor, query).await.unwrap();
    assert_eq!(hits.count, hits.hits.len() as u64);
    hits.hits
        .iter()
        .map(|(message, _)| message.conversation)
        .collect()
}

#[tokio::test]
async fn the_rule_and_its_conditions_agree_for_every_role_kind_part_and_department() {
    let app = TestApp::new().await;
    let owner = app.user("owner").await;
    let other = app.user("other").await;
    let apart = one_of_each(&app, &owner).await;
    let people = everybody(&app).await;
    let together = one_of_each(&app, &other).await;
    let mut accounts: Vec<UserId> = people
        .iter()
        .map(|actor| actor.id)
        .filter(|id| id.0 > 0)
        .collect();
    accounts.dedup();
    accounts.sort();
    accounts.dedup();
    for (at, (id, ..)) in together.iter().enumerate() {
        for (n, user) in accounts.iter().enumerate() {
            let parts = [Part::Member, Part::Agent, Part::Owner];
            join(&app, *id, *user, parts[(at + n) % parts.len()]).await;
        }
        app.bus
            .publish_one(kernel::event::Event::ConversationChanged { conversation: *id });
    }
    let all: Vec<ConversationId> = apart.iter().chain(&together).map(|(id, ..)| *id).collect();
    let (mut seen, mut unseen) = (0, 0);
    for actor in &people {
        let who = format!(
            "{:?} of {:?}, {}",
            actor.role,
            actor.department,
            if actor.is_unproven { "unproven" } else { "believed" }
        );
        let allowed = allowed(&app, actor, &all).await;
        let condition: BTreeSet<ConversationId> = conversation::Entity::find()
            .filter(policy::visible_to(actor))
            .all(&*app.db)
            .await
            .unwrap()
            .iter()
            .map(|row| row.id)
            .collect();
        assert_eq!(condition, allowed, "{who}: the condition");
        assert_eq!(listed(&app, actor).await, allowed, "{who}: the list");
        assert_eq!(found(&app, actor).await, allowed, "{who}: the search");
        let tickets: BTreeSet<ConversationId> = ticket::Entity::find()
            .filter(policy::visible_tickets(actor))
            .all(&*app.db)
            .await
            .unwrap()
            .iter()
            .map(|row| row.conversation_id)
            .collect();
        let kinds = apart.iter().chain(&together);
        let is_ticket: BTreeSet<ConversationId> = kinds
            .filter(|(_, kind, _)| *kind == Kind::Ticket)
            .map(|(id, ..)| *id)
            .collect();
        let of_tickets: BTreeSet<_> = allowed.intersection(&is_ticket).copied().collect();
        assert_eq!(tickets, of_tickets, "{who}: the condition of tickets");
        let query = tickets::Query {
            limit: 100,
            ..tickets::Query::default()
        };
        let (rows, count) = tickets::list(&app, actor, &query).await.unwrap();
        assert_eq!(count, rows.len() as u64);
        let listed: BTreeSet<_> = rows.iter().map(|row| row.row.conversation_id).collect();
        assert_eq!(listed, of_tickets, "{who}: the list of tickets");
        seen += allowed.len();
        unseen += all.len() - allowed.len();
    }
    assert!(seen > 50 && unseen > 50, "{seen} seen, {unseen} not");
    for (id, kind, department) in &apart {
        let scope = scope::scope(&app, *id).await.unwrap();
        let told: BTreeSet<UserId> = user::Entity::find()
            .filter(policy::serving(*department))
            .all(&*app.db)
            .await
            .unwrap()
            .iter()
            .map(|row| row.id)
            .collect();
        let agents = people.iter().filter(|actor| actor.role == Role::Agent);
        let able: BTreeSet<UserId> = agents
            .filter(|actor| policy::can_see(actor, &scope))
            .map(|actor| actor.id)
            .collect();
        if matches!(kind, Kind::Support | Kind::Ticket) {
            assert_eq!(told, able, "who serves {kind:?} of {department:?}");
        }
    }
}

#[tokio::test]
async fn an_agent_finds_the_words_of_the_tickets_that_they_serve() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let it = app.person("ita", Role::Agent, Some(Department::It)).await;
    let hr = app.person("hra", Role::Agent, Some(Department::Hr)).await;
    let wanted = crate::tickets::wanted("My laptop is broken");
    let ticket = tickets::create(&app, &alice, wanted).await.unwrap();
    say(&app, &alice, ticket.row.conversation_id, "The kumquat fell on it").await;
    let ids = BTreeSet::from([ticket.row.conversation_id]);
    assert_eq!(found(&app, &it).await, ids);
    assert_eq!(found(&app, &hr).await, BTreeSet::new());
}

#[tokio::test]
async fn who_left_a_ticket_is_told_nothing_more_of_it() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let agent = app.person("agent", Role::Agent, None).await;
    let ticket = tickets::create(&app, &alice, crate::tickets::wanted("It smokes"))
        .await
        .unwrap();
    let id = ticket.row.conversation_id;
    let own = accounts::users::Named::Id(alice.id);
    chat::participants::remove(&app, &alice, id, &own).await.unwrap();
    say(&app, &agent, id, "What we say now is not for who left").await;
    let change = tickets::UpdateTicket {
        status: Some(ticket::Status::Assigned),
        ..tickets::UpdateTicket::default()
    };
    let which = tickets::Which::Number(ticket.row.id);
    tickets::update(&app, &agent, &which, change).await.unwrap();
    crate::tickets::run_jobs(&app).await;
    let told = desk::notifications::list(&app, &alice, false, 0, 100)
        .await
        .unwrap();
    assert_eq!(told.total, 0, "{told:?}");
    let (mine, _) = tickets::list(
        &app,
        &alice,
        &tickets::Query {
            limit: 10,
            ..Default::default()
        },
    )
    .await
    .unwrap();
    assert!(mine.is_empty());
}
