//! Who is there, what was said before, and what may happen next.

use accounts::users::Named;
use api::testing::{Person, TestServer};
use app::App;
use chat::conversations::{self, CreateConversation};
use chat::messages::{self, DeleteMessage, EditMessage, Place, RateMessage, React, SendMessage};
use chat::participants;
use chat::receipts::{self, UpTo};
use chat::rooms::{self, CreateRoom};
use desk::tickets::{self, CreateTicket};
use desk::work::{self, UpdateConversation, WriteLabel};
use entity::conversation::{Priority, Status};
use entity::ticket::Urgency;
use entity::user::{Department, Role};
use entity::{ConversationId, LabelId, MessageId, NoteId};
use kernel::clock::Clock;
use kernel::message::Feedback;

/// What kind of conversation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A customer's with the company, that ann has.
    Desk,
    /// A group of ann's.
    Group,
    /// A ticket, that ann has.
    Ticket,
    /// A room of ann's.
    Room,
}

/// What happens in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The customer writes.
    Send,
    /// The agent writes.
    Answer,
    Edit,
    Delete,
    React,
    TakeBack,
    Rate,
    /// The customer has read everything.
    Read,
    /// The agent has.
    AgentReads,
    Rename,
    RenameAgain,
    Archive,
    Add,
    Remove,
    Resolve,
    Assign,
    Prioritise,
    Label,
    Note,
    EditNote,
    DeleteNote,
}

/// A server with its people, and one more instance whose events reach nobody: what is done there is stored and told to no
/// socket.
pub struct Stage {
    pub server: TestServer,
    pub elsewhere: App,
    pub alice: Person,
    pub ann: Person,
    pub root: Person,
    pub bea: Person,
    carol: Person,
    dan: Person,
    label: LabelId,
}

/// A conversation in which everything has happened once.
pub struct Talk {
    pub id: ConversationId,
    /// Its `TKT-…` or `chat-…`, else its id.
    pub name: String,
    /// Alice's, with an emoji of ann's.
    question: MessageId,
    /// Ann's.
    answer: MessageId,
    /// Alice's.
    slip: MessageId,
    note: Option<NoteId>,
}

fn text(text: &str) -> SendMessage {
    SendMessage {
        text: text.into(),
        ..SendMessage::default()
    }
}

impl Stage {
    pub async fn set() -> Self {
        let server = TestServer::start_with(&[("ROOMS_ACCESS", "token")]).await;
        let changes = [("REDIS_PREFIX", "elsewhere:")];
        let root = server.person("root", Role::Admin, None).await;
        let label = WriteLabel {
            name: "Refund".into(),
            color: None,
        };
        Self {
            elsewhere: server.place.app(Clock::System, &changes).await,
            alice: server.user("alice").await,
            ann: server.person("ann", Role::Agent, Some(Department::It)).await,
            bea: server.person("bea", Role::Agent, Some(Department::It)).await,
            carol: server.user("carol").await,
            dan: server.user("dan").await,
            label: work::create_label(&server.app, &root.actor, label)
                .await
                .unwrap()
                .id,
            root,
            server,
        }
    }

    /// A conversation of this kind.
    pub async fn talk(&self, kind: Kind) -> Talk {
        let (app, alice, ann) = (&self.server.app, &self.alice.actor, &self.ann.actor);
        let (id, name) = self.begin(kind).await;
        let question = messages::send(app, alice, id, text("How?")).await.unwrap();
        let answer = messages::send(app, ann, id, text("So.")).await.unwrap();
        let slip = messages::send(app, alice, id, text("Oops")).await.unwrap();
        let question = question.message.id;
        messages::react(app, ann, Place::In(id), react(question, "👍", false))
            .await
            .unwrap();
        let note = match kind {
            Kind::Desk | Kind::Ticket => Some(work::add_note(app, ann, id, "Ours").await.unwrap().id),
            Kind::Group | Kind::Room => None,
        };
        Talk {
            id,
            name,
            question,
            answer: answer.message.id,
            slip: slip.message.id,
            note,
        }
    }

    async fn begin(&self, kind: Kind) -> (ConversationId, String) {
        let (app, alice, ann) = (&self.server.app, &self.alice.actor, &self.ann.actor);
        match kind {
            Kind::Desk => {
                let made = conversations::create(app, alice, CreateConversation::default()).await;
                let id = made.unwrap().row.id;
                work::claim(app, ann, id).await.unwrap();
                (id, id.to_string())
            }
            Kind::Group => {
                let command = CreateConversation {
                    is_group: true,
                    participants: [alice, &self.carol.actor].map(|who| Named::Id(who.id)).to_vec(),
                    ..CreateConversation::default()
                };
                let id = conversations::create(app, ann, command).await.unwrap().row.id;
                (id, id.to_string())
            }
            Kind::Ticket => {
                let command = CreateTicket {
                    title: Some("The printer".into()),
                    description: "The printer does not print".into(),
                    urgency: Urgency::Medium,
                    topic: None,
                    rating: None,
                    station: None,
                    owner: None,
                    sorted: true,
                };
                let ticket = tickets::create(app, alice, command).await.unwrap().row;
                work::claim(app, ann, ticket.conversation_id).await.unwrap();
                (ticket.conversation_id, ticket.ticket_id)
            }
            Kind::Room => {
                let command = CreateRoom {
                    name: "room".into(),
                    ..CreateRoom::default()
                };
                let row = rooms::create(app, Some(ann), command).await.unwrap();
                let name = row.alias.unwrap();
                let others = [&self.alice, &self.carol].map(|who| who.actor.username.to_string());
                rooms::add(app, Some(ann), &name, &others).await.unwrap();
                (row.id, name)
            }
        }
    }

    /// Carries an action out on one of the instances.
    pub async fn act(&self, app: &App, talk: &Talk, action: Action) {
        let done = match action {
            Action::Send | Action::Answer | Action::Edit | Action::Delete | Action::React => {
                self.say(app, talk, action).await
            }
            Action::TakeBack | Action::Rate | Action::Read | Action::AgentReads => {
                self.say(app, talk, action).await
            }
            Action::Note | Action::EditNote | Action::DeleteNote => self.note(app, talk, action).await,
            Action::Add | Action::Remove | Action::Assign => self.people(app, talk, action).await,
            _ => self.update(app, talk, action).await,
        };
        done.unwrap_or_else(|error| panic!("{action:?}: {error:?}"));
    }

    async fn say(&self, app: &App, talk: &Talk, action: Action) -> kernel::error::Result<()> {
        let (alice, ann, id) = (&self.alice.actor, &self.ann.actor, talk.id);
        let here = Place::In(id);
        match action {
            Action::Send => messages::send(app, alice, id, text("More")).await.map(drop),
            Action::Answer => messages::send(app, ann, id, text("**Wait**")).await.map(drop),
            Action::Edit => {
                let edit = EditMessage {
                    message: talk.question,
                    text: "How, *please*?".into(),
                    limit: messages::TextLimit::default(),
                };
                messages::edit(app, alice, here, edit).await.map(drop)
            }
            Action::Delete => {
                let delete = DeleteMessage { message: talk.slip };
                messages::delete(app, alice, here, delete).await.map(drop)
            }
            Action::React => messages::react(app, ann, here, react(talk.slip, "🙈", false))
                .await
                .map(drop),
            Action::TakeBack => messages::react(app, ann, here, react(talk.question, "👍", true))
                .await
                .map(drop),
            Action::Rate => {
                let rate = RateMessage {
                    message: talk.answer,
                    feedback: Feedback::Up,
                };
                messages::rate(app, alice, here, rate).await.map(drop)
            }
            Action::Read => receipts::mark_read(app, alice, id, UpTo::Messages(vec![talk.slip]))
                .await
                .map(drop),
            _ => receipts::mark_read(app, ann, id, UpTo::Messages(vec![talk.slip]))
                .await
                .map(drop),
        }
    }

    async fn note(&self, app: &App, talk: &Talk, action: Action) -> kernel::error::Result<()> {
        let (ann, note) = (&self.ann.actor, talk.note.expect("a note"));
        match action {
            Action::Note => work::add_note(app, ann, talk.id, "@bea look").await.map(drop),
            Action::EditNote => work::edit_note(app, ann, note, "Ours alone").await.map(drop),
            _ => work::delete_note(app, ann, note).await,
        }
    }

    async fn people(&self, app: &App, talk: &Talk, action: Action) -> kernel::error::Result<()> {
        let (ann, id) = (&self.ann.actor, talk.id);
        match action {
            Action::Add => participants::add(app, ann, id, &[Named::Id(self.dan.actor.id)])
                .await
                .map(drop),
            Action::Remove => participants::remove(app, ann, id, &Named::Id(self.carol.actor.id)).await,
            _ => work::assign(app, ann, id, Some(&Named::Id(self.bea.actor.id)))
                .await
                .map(drop),
        }
    }

    async fn update(&self, app: &App, talk: &Talk, action: Action) -> kernel::error::Result<()> {
        let mut command = UpdateConversation::default();
        let work = &mut command.work;
        match action {
            Action::Resolve => work.status = Some(Status::Resolved),
            Action::Prioritise => work.priority = Some(Priority::Urgent),
            Action::Label => work.labels = Some(vec![self.label]),
            Action::Archive => command.is_archived = Some(true),
            Action::Rename => command.title = Some("Another name".into()),
            _ => command.title = Some("A third name".into()),
        }
        work::update(app, &self.ann.actor, talk.id, command)
            .await
            .map(drop)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.elsewhere.shutdown.cancel();
    }
}

fn react(message: MessageId, emoji: &str, remove: bool) -> React {
    React {
        message,
        emoji: emoji.into(),
        remove,
    }
}
