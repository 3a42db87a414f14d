//! The same for notifications over Socket.IO: the list that is held and what comes is the list that is fetched.

use super::stage::{Action, Kind, Stage, Talk};
use super::surface::difference;
use super::{Mode, PATIENCE, surface};
use crate::socketio::client::Ws;
use api::testing::Person;
use serde_json::{Value, json};
use std::time::Instant;

struct Listener<'a> {
    person: &'a Person,
    state: Value,
    ws: Option<Ws>,
}

/// The members that the events and the list have in common.
fn form(notification: &Value, at: &str) -> Value {
    json!({
        "title": notification["title"],
        "message": notification["message"],
        "data": notification["data"],
        "created_at": notification[at],
    })
}

async fn fetch(stage: &Stage, person: &Person) -> Value {
    let page = surface::get(stage, person, "/notifications?limit=100").await;
    let list = page["notifications"].as_array().expect("a list");
    let pairs = list.iter().map(|one| {
        let id = one["id"].as_str().expect("an id").to_owned();
        (id, form(one, "created_at"))
    });
    Value::Object(pairs.collect())
}

impl Listener<'_> {
    async fn join(&mut self, stage: &Stage) {
        self.ws = Some(Ws::join(&stage.server, &self.person.token).await);
    }

    /// Asks for everything that is unread: a notification that commits late may be older than the newest that is held.
    async fn sync(&mut self) {
        let ws = self.ws.as_mut().expect("a socket");
        ws.send(r#"42/notifications,["notifications:sync"]"#).await;
    }

    fn take(&mut self, body: &Value) {
        let id = body["id"].as_str().expect("an id").to_owned();
        self.state[id] = form(body, "timestamp");
    }

    /// Reads events until what is held is what is fetched.
    async fn agree(&mut self, stage: &Stage) -> Result<(), String> {
        let begun = Instant::now();
        loop {
            // refused with an event behind those that wait
            let mark = json!(["notifications:read", {"id": "nobody's"}]);
            self.ws
                .as_mut()
                .expect("a socket")
                .send(format!("42/notifications,{mark}"))
                .await;
            loop {
                let (name, body) = self.ws.as_mut().expect("a socket").event().await;
                if name == "error" {
                    break;
                }
                self.take(&body);
            }
            match difference(&self.state, &fetch(stage, self.person).await, "") {
                None => return Ok(()),
                Some(why) if begun.elapsed() > PATIENCE => return Err(why),
                Some(_) => {}
            }
        }
    }
}

async fn happen(stage: &Stage, talk: &Talk, listeners: &mut [Listener<'_>], action: Action, mode: Mode) {
    let app = &stage.server.app;
    if mode == Mode::Joining {
        let joined = listeners.iter_mut().map(|listener| listener.join(stage));
        tokio::join!(
            futures_util::future::join_all(joined),
            stage.act(app, talk, action)
        );
    } else {
        for listener in listeners.iter_mut() {
            listener.join(stage).await;
            // what is told of between the two is in both
            listener.state = fetch(stage, listener.person).await;
        }
        let app = if mode == Mode::Lost { &stage.elsewhere } else { app };
        stage.act(app, talk, action).await;
    }
    if mode != Mode::Live {
        for listener in listeners {
            listener.sync().await;
        }
    }
}

/// Carries an action out before the eyes of a customer, an agent and an admin.
async fn verify_change(stage: &Stage, action: Action, mode: Mode) {
    let talk = stage.talk(Kind::Ticket).await;
    let mut listeners = Vec::new();
    for person in [&stage.alice, &stage.ann, &stage.bea, &stage.root] {
        let state = fetch(stage, person).await;
        listeners.push(Listener {
            person,
            state,
            ws: None,
        });
    }
    let before: Vec<Value> = listeners.iter().map(|listener| listener.state.clone()).collect();
    happen(stage, &talk, &mut listeners, action, mode).await;
    let mut changed = false;
    for (listener, before) in listeners.iter_mut().zip(before) {
        let agreed = listener.agree(stage).await;
        let name = &listener.person.actor.username;
        agreed.unwrap_or_else(|why| panic!("support, {name} is told of {action:?}, {mode:?}: {why}"));
        changed |= listener.state != before;
    }
    assert!(changed, "nobody is told of {action:?}");
}

#[tokio::test]
async fn support_clients_hear_of_every_notification() {
    let stage = Stage::set().await;
    for mode in [Mode::Live, Mode::Lost, Mode::Joining] {
        for action in [Action::Resolve, Action::Assign, Action::Note] {
            verify_change(&stage, action, mode).await;
        }
    }
}
