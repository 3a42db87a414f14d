//! What follows what is stored: the table of facts and features, and the jobs that each makes of each.

use app::testing::TestApp;
use entity::conversation::Kind;
use entity::message::Voice;
use entity::user::Role;
use entity::{AttachmentId, ConversationId, MessageId, UserId};
use kernel::fact::{ConversationState, Fact};
use kernel::webhook_event::EventType;
use outreach::webhooks::{self, CreateEndpoint};
use platform::job::Job;
use std::fmt::Write;
use std::time::Duration;
use uuid::Uuid;

/// A change of what follows what is seen here, in review.
const TABLE: &str = "\
user in support, bot on                  bot: reply_as_bot; webhooks: fan_out_events
user in support, bot off, assigned       bot: suggest_reply; notifications: deliver_notification; webhooks: fan_out_events
user in support, bot off, nobody has it  bot: suggest_reply; webhooks: fan_out_events
agent in support, assigned               notifications: deliver_notification; webhooks: fan_out_events
bot in support, bot on                   webhooks: fan_out_events
system in support, assigned              webhooks: fan_out_events
user in a ticket                         bot: suggest_reply; notifications: deliver_notification; webhooks: fan_out_events
user in a ticket, bot on                 bot: reply_as_bot, suggest_reply; notifications: deliver_notification; webhooks: fan_out_events
agent in a ticket                        notifications: deliver_notification; webhooks: fan_out_events
system in a ticket                       webhooks: fan_out_events
user in a group                          webhooks: fan_out_events
user in a room, bot on                   bot: reply_as_bot; webhooks: fan_out_events
message changed                          webhooks: fan_out_events
conversation created                     webhooks: fan_out_events
conversation changed                     webhooks: fan_out_events
ticket created                           webhooks: fan_out_events
ticket changed                           webhooks: fan_out_events
attachment ready                         webhooks: fan_out_events
";

/// A message of this voice in a conversation of this kind.
fn said(voice: Voice, kind: Kind, bot_on: bool, assigned: bool) -> Fact {
    Fact::MessageStored {
        message: MessageId(Uuid::now_v7()),
        seq: 1,
        voice,
        conversation: ConversationState {
            id: ConversationId(Uuid::now_v7()),
            kind,
            bot_on,
            assignee: assigned.then_some(UserId(7)),
        },
        reply_after: Duration::from_secs(3),
    }
}

fn facts() -> Vec<(&'static str, Fact)> {
    let conversation = ConversationId(Uuid::now_v7());
    let message = MessageId(Uuid::now_v7());
    vec![
        (
            "user in support, bot on",
            said(Voice::User, Kind::Support, true, false),
        ),
        (
            "user in support, bot off, assigned",
            said(Voice::User, Kind::Support, false, true),
        ),
        (
            "user in support, bot off, nobody has it",
            said(Voice::User, Kind::Support, false, false),
        ),
        (
            "agent in support, assigned",
            said(Voice::Agent, Kind::Support, false, true),
        ),
        (
            "bot in support, bot on",
            said(Voice::Bot, Kind::Support, true, false),
        ),
        (
            "system in support, assigned",
            said(Voice::System, Kind::Support, false, true),
        ),
        ("user in a ticket", said(Voice::User, Kind::Ticket, false, false)),
        (
            "user in a ticket, bot on",
            said(Voice::User, Kind::Ticket, true, false),
        ),
        ("agent in a ticket", said(Voice::Agent, Kind::Ticket, false, true)),
        (
            "system in a ticket",
            said(Voice::System, Kind::Ticket, false, true),
        ),
        ("user in a group", said(Voice::User, Kind::Group, false, false)),
        (
            "user in a room, bot on",
            said(Voice::User, Kind::Room, true, false),
        ),
        ("message changed", Fact::MessageChanged { message, rev: 2 }),
        ("conversation created", Fact::ConversationCreated { conversation }),
        ("conversation changed", Fact::ConversationChanged { conversation }),
        ("ticket created", Fact::TicketCreated { conversation }),
        ("ticket changed", Fact::TicketChanged { conversation }),
        (
            "attachment ready",
            Fact::AttachmentReady {
                attachment: AttachmentId(Uuid::now_v7()),
            },
        ),
    ]
}

/// A core with an endpoint that wants everything.
async fn app() -> TestApp {
    let app = TestApp::builder()
        .setting("WEBHOOK_ALLOW_NETS", "127.0.0.0/8")
        .start()
        .await;
    let admin = app.person("admin", Role::Admin, None).await;
    let endpoint = CreateEndpoint {
        url: "http://127.0.0.1:9/".into(),
        events: EventType::ALL.map(|kind| kind.word().to_owned()).into(),
        description: None,
    };
    webhooks::create(&app.outreach, &admin, endpoint).await.unwrap();
    app
}

#[tokio::test]
async fn what_follows_what_is_this_table() {
    let app = app().await;
    let mut table = String::new();
    for (name, fact) in facts() {
        let mut features = Vec::new();
        for feature in app.features.iter() {
            let handler = feature.handler(&app.db).await.unwrap();
            let jobs = handler.jobs_for(std::slice::from_ref(&fact), app.clock.now());
            let kinds: Vec<_> = jobs.iter().map(|new| new.job.kind()).collect();
            if !kinds.is_empty() {
                features.push(format!("{}: {}", feature.name(), kinds.join(", ")));
            }
        }
        writeln!(table, "{name:<40} {}", features.join("; ")).unwrap();
    }
    assert_eq!(table, TABLE, "\n{table}");
}

#[tokio::test]
async fn a_transaction_makes_one_job_for_all_endpoints_and_the_bot_waits_where_it_is_to() {
    let app = app().await;
    let facts: Vec<_> = facts().into_iter().map(|(_, fact)| fact).collect();
    let mut fanned_out = Vec::new();
    let mut waits = Vec::new();
    for feature in app.features.iter() {
        let handler = feature.handler(&app.db).await.unwrap();
        for new in handler.jobs_for(&facts, app.clock.now()) {
            match new.job {
                Job::FanOutEvents { events, .. } => fanned_out.push(events.len()),
                Job::ReplyAsBot { .. } => waits.push(new.after),
                _ => assert_eq!(new.after, Duration::ZERO),
            }
        }
    }
    assert_eq!(fanned_out, [facts.len()]);
    assert_eq!(waits, [Duration::from_secs(3); 3]);
}
