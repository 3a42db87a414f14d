//! What a client made of the state that it fetched and of the frames since is the state that it fetches afterwards: in each
//! dialect, for each class of viewer, whatever happens; also where an event was lost, and where the socket was opened in the
//! middle of it.

mod crm;
mod notifications;
mod stage;
mod surface;

use crate::client::Socket;
use api::testing::Person;
use chat::conversations;
use serde_json::Value;
use stage::{Action, Kind, Stage, Talk};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use surface::{Surface, difference};

/// What a state that is not yet right is given to become so.
const PATIENCE: Duration = Duration::from_secs(10);

/// When the viewer's socket is opened, and what becomes of the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// The socket is open.
    Live,
    /// The event reaches nobody; what happens next does.
    Lost,
    /// The socket is opened while it happens.
    Joining,
}

/// A viewer's client.
struct Viewer<'a> {
    person: &'a Person,
    state: Value,
    since: i64,
    socket: Option<Socket>,
}

/// A dialect's sockets in one kind of conversation.
struct Run {
    surface: Surface,
    kind: Kind,
    stage: Stage,
    /// The types of the frames that left something behind.
    seen: BTreeSet<String>,
    failures: Vec<String>,
}

impl Run {
    async fn new(surface: Surface, kind: Kind) -> Self {
        Self {
            surface,
            kind,
            stage: Stage::set().await,
            seen: BTreeSet::new(),
            failures: Vec::new(),
        }
    }

    /// Carries an action out before the eyes of a customer, an agent and an admin.
    async fn verify_change(&mut self, action: Action, mode: Mode) {
        let (surface, kind) = (self.surface, self.kind);
        let talk = self.stage.talk(kind).await;
        let since = conversations::head(&self.stage.server.app, talk.id)
            .await
            .unwrap();
        let mut viewers = Vec::new();
        for person in [&self.stage.alice, &self.stage.ann, &self.stage.root] {
            let state = surface.fetch(&self.stage, kind, &talk, person).await;
            viewers.push(Viewer {
                person,
                state,
                since,
                socket: None,
            });
        }
        let before: Vec<Value> = viewers.iter().map(|viewer| viewer.state.clone()).collect();
        self.happen(&talk, &mut viewers, action, mode).await;
        let mut changed = false;
        for (viewer, before) in viewers.iter_mut().zip(before) {
            let name = viewer.person.actor.username.clone();
            match viewer.agree(surface, &self.stage, kind, &talk).await {
                Ok(seen) => self.seen.extend(seen),
                Err(why) => {
                    let why = format!("{surface:?} {kind:?}, {name} sees {action:?}, {mode:?}: {why}");
                    eprintln!("{why}");
                    self.failures.push(why);
                }
            }
            changed |= viewer.state != before;
        }
        assert!(changed, "{action:?} is nothing that {surface:?} shows");
    }

    async fn happen(&self, talk: &Talk, viewers: &mut [Viewer<'_>], action: Action, mode: Mode) {
        let stage = &self.stage;
        let app = &stage.server.app;
        if mode == Mode::Joining {
            let opened = viewers
                .iter_mut()
                .map(|viewer| viewer.open(self.surface, stage, talk));
            tokio::join!(
                futures_util::future::join_all(opened),
                stage.act(app, talk, action)
            );
            for viewer in viewers {
                let fetched = self.surface.fetch(stage, self.kind, talk, viewer.person).await;
                self.surface.rejoin(&mut viewer.state, &fetched);
            }
            return;
        }
        for viewer in viewers {
            viewer.open(self.surface, stage, talk).await;
        }
        match mode {
            Mode::Lost => {
                stage.act(&stage.elsewhere, talk, action).await;
                stage.act(app, talk, Action::Send).await;
                stage.act(app, talk, Action::RenameAgain).await;
            }
            _ => stage.act(app, talk, action).await,
        }
    }
}

impl Viewer<'_> {
    /// Opens the socket; it is subscribed when this returns.
    async fn open(&mut self, surface: Surface, stage: &Stage, talk: &Talk) {
        let url = stage.server.ws(&surface.path(talk, self.person, self.since));
        let mut socket = Socket::open(&url).await;
        let greeting = socket.next().await;
        assert!(!Surface::is_kept(&greeting), "{greeting}");
        self.socket = Some(socket);
    }

    /// Reads frames until the state is the one that is fetched; the types of those that left something behind.
    async fn agree(
        &mut self,
        surface: Surface,
        stage: &Stage,
        kind: Kind,
        talk: &Talk,
    ) -> Result<BTreeSet<String>, String> {
        let socket = self.socket.as_mut().expect("a socket");
        let begun = Instant::now();
        let mut seen = BTreeSet::new();
        loop {
            socket.send(r#"{"type":"ping"}"#).await;
            loop {
                let frame = socket.next().await;
                if frame["type"] == "pong" {
                    break;
                }
                surface.apply(&mut self.state, &frame);
                if Surface::is_kept(&frame) {
                    seen.insert(frame["type"].as_str().unwrap_or_default().to_owned());
                }
            }
            let fetched = surface.fetch(stage, kind, talk, self.person).await;
            match difference(&self.state, &fetched, "") {
                None => return Ok(seen),
                Some(why) if begun.elapsed() > PATIENCE => return Err(why),
                Some(_) => {}
            }
        }
    }
}

const MESSAGES: &[Action] = &[
    Action::Send,
    Action::Answer,
    Action::Edit,
    Action::Delete,
    Action::React,
    Action::TakeBack,
    Action::Rate,
];
const RECEIPTS: &[Action] = &[Action::Read, Action::AgentReads];
const CONVERSATION: &[Action] = &[Action::Rename, Action::Archive];
const PEOPLE: &[Action] = &[Action::Add, Action::Remove];
const WORK: &[Action] = &[Action::Resolve, Action::Assign, Action::Prioritise, Action::Label];
const NOTES: &[Action] = &[Action::Note, Action::EditNote, Action::DeleteNote];

/// Verifies actions in a mode or more, and that every frame type that leaves something behind was among what came.
async fn verify(surface: Surface, kind: Kind, runs: &[(&[Mode], &[&[Action]])], frames: &[&str]) {
    let mut run = Run::new(surface, kind).await;
    for (modes, groups) in runs {
        for mode in *modes {
            for action in groups.iter().flat_map(|group| group.iter()) {
                run.verify_change(*action, *mode).await;
            }
        }
    }
    assert!(run.failures.is_empty(), "{:#?}", run.failures);
    assert_eq!(run.seen.iter().map(String::as_str).collect::<Vec<_>>(), frames);
}

use Mode::{Joining, Live, Lost};

#[tokio::test]
async fn crm_clients_of_a_customers_conversation_see_every_change() {
    let runs: &[(&[Mode], &[&[Action]])] = &[
        (&[Live, Joining], &[MESSAGES, RECEIPTS, CONVERSATION, WORK, NOTES]),
        (&[Lost], &[MESSAGES, CONVERSATION, WORK]),
    ];
    let frames = [
        "conversation:changed",
        "message:changed",
        "message:new",
        "note:changed",
        "note:deleted",
        "note:new",
        "read",
    ];
    verify(Surface::Crm, Kind::Desk, runs, &frames).await;
}

#[tokio::test]
async fn crm_clients_of_a_group_see_every_change() {
    let runs: &[(&[Mode], &[&[Action]])] = &[
        (&[Live, Joining], &[MESSAGES, RECEIPTS, CONVERSATION, PEOPLE]),
        (&[Lost], &[MESSAGES, CONVERSATION, PEOPLE]),
    ];
    let frames = ["conversation:changed", "message:changed", "message:new", "read"];
    verify(Surface::Crm, Kind::Group, runs, &frames).await;
}

#[tokio::test]
async fn crm_clients_of_a_ticket_see_every_change() {
    let runs: &[(&[Mode], &[&[Action]])] = &[
        (&[Live, Joining], &[MESSAGES, RECEIPTS, CONVERSATION, WORK, NOTES]),
        (&[Lost], &[MESSAGES, CONVERSATION, WORK]),
    ];
    let frames = [
        "conversation:changed",
        "message:changed",
        "message:new",
        "note:changed",
        "note:deleted",
        "note:new",
        "read",
    ];
    verify(Surface::Crm, Kind::Ticket, runs, &frames).await;
}

/// An inbox resumes nothing: its list is read again.
#[tokio::test]
async fn inboxes_see_what_lists_show() {
    let said: &[Action] = &[Action::Send, Action::Answer];
    let runs: &[(&[Mode], &[&[Action]])] = &[(&[Live, Joining], &[said, CONVERSATION, WORK, NOTES])];
    let frames = [
        "conversation:changed",
        "message:new",
        "note:changed",
        "note:deleted",
        "note:new",
    ];
    verify(Surface::Inbox, Kind::Desk, runs, &frames).await;
    let runs: &[(&[Mode], &[&[Action]])] = &[(&[Live, Joining], &[said, CONVERSATION, PEOPLE])];
    verify(Surface::Inbox, Kind::Group, runs, &frames[..2]).await;
}

#[tokio::test]
async fn team_clients_see_every_change_of_a_message() {
    let said: &[Action] = &MESSAGES[..6];
    let runs: &[(&[Mode], &[&[Action]])] = &[(&[Live, Lost, Joining], &[said])];
    for kind in [Kind::Group, Kind::Desk] {
        verify(
            Surface::Team,
            kind,
            runs,
            &["delete", "edit", "message", "reaction"],
        )
        .await;
    }
}

#[tokio::test]
async fn helpdesk_clients_see_every_change_of_a_message() {
    let said: &[Action] = &[
        Action::Send,
        Action::Answer,
        Action::Edit,
        Action::Delete,
        Action::Rate,
    ];
    let runs: &[(&[Mode], &[&[Action]])] = &[(&[Live, Lost, Joining], &[said])];
    let frames = ["message_deleted", "message_updated", "new_message"];
    verify(Surface::Helpdesk, Kind::Ticket, runs, &frames).await;
}

#[tokio::test]
async fn rooms_clients_see_every_message() {
    let said: &[Action] = &[Action::Send, Action::Answer];
    let runs: &[(&[Mode], &[&[Action]])] = &[(&[Live, Lost, Joining], &[said])];
    verify(Surface::Rooms, Kind::Room, runs, &["message"]).await;
}
