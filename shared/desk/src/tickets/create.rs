//! Opening a ticket.

use super::notices;
use super::{Ticket, rules};
use crate::misuse;
use crate::notifications::{self};
use crate::stations;
use accounts::users::{self, Named};
use chat::Chat;
use chat::conversations::{self, NewConversation};
use entity::conversation::Kind;
use entity::notification::Kind as Cause;
use entity::ticket::{self, Status, Urgency};
use entity::{StationId, UserId, station, user};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::event::Event;
use kernel::fact::Fact;
use markup::moderation;
use platform::job_store;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

/// Open a ticket.
#[derive(Clone, Debug)]
pub struct CreateTicket {
    /// 1–200 characters; the beginning of the description where absent.
    pub title: Option<String>,
    /// 1–2000 characters.
    pub description: String,
    /// How soon it matters.
    pub urgency: Urgency,
    /// 1–50 characters; `other` where absent.
    pub topic: Option<String>,
    /// The station that it is about; none: it is about no station.
    pub station: Option<StationId>,
    /// 1–5; none: nobody has rated it yet.
    pub rating: Option<i32>,
    /// Whose it is, the actor's unless given; only agents and admins may open one for somebody else.
    pub owner: Option<UserId>,
    /// Whether it goes to a department by its words; else every agent sees it.
    pub sorted: bool,
}

const MAX_TITLE: usize = 200;
const MAX_DESCRIPTION: usize = 2000;
const MAX_TOPIC: usize = 50;

/// Opens a ticket. Its conversation, its row and its notifications are stored together.
pub async fn create(chat: &Chat, actor: &Actor, mut command: CreateTicket) -> Result<Ticket> {
    command.title = command.title.as_deref().map(kernel::names::clean_title);
    check(&command)?;
    let owner = owner(chat, actor, command.owner).await?;
    let station = match command.station {
        Some(id) => Some(stations::get(chat, id).await?),
        None => None,
    };
    let now = chat.clock.now();
    let title = command
        .title
        .clone()
        .unwrap_or_else(|| beginning(&command.description));
    let name = rules::name(now);
    let text = format!("{title}\n{}", command.description);
    let finding = match chat.settings.misuse_check {
        true => moderation::find(&text),
        false => None,
    };
    let handlers = chat.features.handlers(&chat.db).await?;
    let tx = chat.db.begin().await?;
    let conversation = conversations::insert(
        &*tx,
        NewConversation {
            kind: Kind::Ticket,
            alias: Some(name.clone()),
            title: title.clone(),
            description: Some(command.description.clone()),
            metadata: None,
            owner: Some(owner.id),
            members: Vec::new(),
            begun_by: None,
        },
        now,
    )
    .await?;
    let row = ticket::ActiveModel {
        conversation_id: Set(conversation.id),
        ticket_id: Set(name),
        user_id: Set(owner.id),
        title_key: Set(title.to_lowercase()),
        title: Set(title),
        description: Set(command.description),
        urgency: Set(command.urgency),
        status: Set(Status::Open),
        department: Set(command.sorted.then(|| rules::department(&text))),
        topic: Set(command.topic.unwrap_or_else(|| "other".into())),
        assignee_id: Set(None),
        station_id: Set(station.as_ref().map(|station: &station::Model| station.id)),
        rating: Set(command.rating),
        feedback: Set(None),
        is_flagged: Set(finding.is_some()),
        created_at: Set(now),
        updated_at: Set(now),
        resolved_at: Set(None),
        closed_at: Set(None),
        ..Default::default()
    };
    let ticket = Ticket {
        row: row.insert(&*tx).await?,
        owner,
        assignee: None,
        station,
    };
    let opened = notices::changed(Cause::TicketCreated, &ticket, None, actor);
    let mut notified = notifications::store(chat, &tx, &opened).await?;
    if let Some(finding) = finding {
        let cause = format!("ticket:{}", conversation.id);
        let report = misuse::Draft::found(ticket.row.user_id, finding, &text, cause);
        let report = report.in_ticket(&ticket.row.ticket_id, conversation.id);
        misuse::store(chat, &tx, &report).await?;
        let notice = notices::changed(Cause::MisuseDetected, &ticket, None, actor);
        notified.merge(notifications::store(chat, &tx, &notice).await?);
    }
    let opened = Fact::TicketCreated {
        conversation: conversation.id,
    };
    let jobs = job_store::add(&*tx, handlers.jobs_for(&[opened], now)?).await?;
    tx.commit().await?;
    chat.bus.publish_one(Event::ConversationChanged {
        conversation: conversation.id,
    });
    chat.push_jobs(jobs);
    notifications::announce(chat, notified);
    Ok(ticket)
}

fn check(command: &CreateTicket) -> Result<()> {
    if let Some(title) = &command.title {
        required("title", title, MAX_TITLE)?;
    }
    if let Some(topic) = &command.topic {
        required("type", topic, MAX_TOPIC)?;
    }
    rules::check_rating(command.rating)?;
    required("description", &command.description, MAX_DESCRIPTION)
}

/// A text that says something, within its limit.
pub(super) fn required(field: &str, text: &str, max: usize) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::invalid(field, "This field may not be blank."));
    }
    check_text(field, text, 1, max)
}

pub(super) fn check_changes(title: Option<&str>, description: Option<&str>) -> Result<()> {
    if let Some(title) = title {
        required("title", title, MAX_TITLE)?;
    }
    description.map_or(Ok(()), |text| required("description", text, MAX_DESCRIPTION))
}

/// A customer opens tickets for nobody else: others do not exist to them.
async fn owner(chat: &Chat, actor: &Actor, named: Option<UserId>) -> Result<user::Model> {
    match named {
        Some(id) if id != actor.id => {
            if !actor.is_staff() {
                return Err(Error::NotFound("User".into()));
            }
            let found = users::resolve(chat, actor, &[Named::Id(id)]).await;
            let found = found.map_err(|error| match error {
                Error::NotFound(_) => Error::NotFound("User".into()),
                other => other,
            })?;
            found
                .into_iter()
                .next()
                .ok_or_else(|| Error::NotFound("User".into()))
        }
        _ => users::me(chat, actor).await,
    }
}

/// What a ticket without a title is called.
fn beginning(description: &str) -> String {
    let line = description.lines().find(|line| !line.trim().is_empty());
    let line = line.unwrap_or(description).trim();
    if line.chars().count() <= 80 {
        return line.to_owned();
    }
    let cut: String = line.chars().take(79).collect();
    format!("{}…", cut.trim_end())
}
