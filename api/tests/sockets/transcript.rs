//! Plays a transcript: who says what, and who sees what, in order.
//!
//! A line is one of
//!
//! - `# …` a comment;
//! - `user alice`, `agent ann`, `admin root`: an account;
//! - `agent ian IT`, `agent hanna HR`: an agent of a department;
//! - `ticket t alice words…`: a ticket of alice's: `$t` is its `TKT-…`, `$t_uuid` its conversation, `$t_number` its number;
//! - `set NAME VALUE` a setting of the server, before anything else;
//! - `group chat alice bob`, `alone chat alice`: a conversation of these people, the first of whom makes it;
//! - `room chat alice bob` a room, known by its other name; `remove chat bob`, `delete chat`: what its owner does;
//! - `claim ann chat`: takes a conversation at the desk; `note ann chat words…`: a note about it, which is `$note` from the
//!   first frame that names it so; `edit_note ann note words…`, `delete_note ann note`: what its author does;
//! - `ignore user_joined presence`: frame types that are passed over from here on;
//! - `open alice /ws/chat/$chat`, with the person's token added; `open2 name alice path` a second socket;
//! - `visit alice /api/chats/ws/$chat`, with `user_id` and no token added; `visit2` likewise;
//! - `refused 403 /api/chats/ws/room123` an upgrade that is refused with this status;
//! - `ask alice POST /as/team/api/auth/login {…}`: a request, with alice's token once she has one, which an answer with an
//!   `access_token` gives her; `$password` is everybody's. `alice= 200 {…}`: how it was answered;
//! - `alice> {…}` the socket sends; `alice< {…}` the socket's next frame;
//! - `alice! 4003` or `alice! 4003 reason` the server closes it; `close alice` the client does.
//!
//! An expected frame is what must at least be there. `"$x"` takes a value the first time and is that value
//! from then on; `"*"` is anything. Every frame that is received must be one of AsyncAPI's.

use crate::client::Socket;
use accounts::users::Named;
use api::testing::{Person, TestServer};
use chat::conversations::{self, CreateConversation};
use chat::rooms::{self, CreateRoom};
use desk::tickets::{self, CreateTicket};
use desk::work;
use entity::ticket::Urgency;
use entity::user::{Department, Role};
use kernel::actor::Actor;
use serde_json::Value;
use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt::Debug;
use std::path::Path;
use std::str::FromStr;

struct Stage<'a> {
    server: &'a TestServer,
    people: HashMap<String, Person>,
    sockets: HashMap<String, Socket>,
    names: HashMap<String, Value>,
    ignored: HashSet<String>,
    /// How each one's last request was answered.
    answers: HashMap<String, (u16, Value)>,
    /// Acknowledgements that came before what a transcript has first, by socket: they and a message's event are in no order.
    early: HashMap<String, VecDeque<Value>>,
}

/// The type of `crm`'s acknowledgement.
const ACKNOWLEDGEMENT: &str = "message:ack";

/// The settings that a file wants its server to have.
pub fn settings(file: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(file).unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("set "));
    lines
        .filter_map(|pair| pair.split_once(' '))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Plays a file; a line that does not happen as written fails with its number.
pub async fn play(server: &TestServer, file: &Path) {
    let text = std::fs::read_to_string(file).unwrap();
    let mut stage = Stage {
        server,
        people: HashMap::new(),
        sockets: HashMap::new(),
        names: HashMap::new(),
        ignored: HashSet::new(),
        answers: HashMap::new(),
        early: HashMap::new(),
    };
    stage.names.insert("password".into(), server.password().into());
    for (number, line) in text.lines().enumerate() {
        let place = format!("{}:{}", file.file_name().unwrap().display(), number + 1);
        if !line.trim().is_empty() && !line.starts_with('#') {
            let _line = AtLine(&place);
            stage.line(line, &place).await;
        }
    }
    let left: Vec<_> = stage.early.values().flatten().collect();
    assert!(left.is_empty(), "{}: nothing expects {left:?}", file.display());
}

/// Says at which line a test fails, also where a frame does not come.
struct AtLine<'a>(&'a str);

impl Drop for AtLine<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("it failed at {}", self.0);
        }
    }
}

impl Stage<'_> {
    async fn line(&mut self, line: &str, place: &str) {
        let (head, rest) = line.split_once(' ').unwrap_or((line, ""));
        let words: Vec<&str> = rest.split_whitespace().collect();
        match head {
            "user" => self.person(words[0], Role::User, None).await,
            "agent" => self.person(words[0], Role::Agent, words.get(1).copied()).await,
            "admin" => self.person(words[0], Role::Admin, None).await,
            "ticket" => self.ticket(words[0], words[1], &words[2..].join(" ")).await,
            "group" => self.conversation(words[0], &words[1..], true).await,
            "alone" => self.conversation(words[0], &words[1..], false).await,
            "ignore" => self.ignored.extend(words.iter().map(|word| (*word).to_owned())),
            "open" => self.open(words[0], words[0], words[1]).await,
            "room" => self.room(words[0], &words[1..]).await,
            "remove" => self.remove(words[0], words[1]).await,
            "delete" => self.delete(words[0]).await,
            "set" => {}
            "visit" => self.visit(words[0], words[0], words[1]).await,
            "visit2" => self.visit(words[0], words[1], words[2]).await,
            "refused" => {
                let url = self.server.ws(&self.fill(words[1]));
                let (status, body) = Socket::refused(&url).await;
                assert_eq!(status.to_string(), words[0], "{place}: {body}");
            }
            "open2" => self.open(words[0], words[1], words[2]).await,
            "claim" => self.claim(words[0], words[1]).await,
            "note" => self.note(words[0], words[1], &words[2..].join(" ")).await,
            "edit_note" => self.edit_note(words[0], words[1], &words[2..].join(" ")).await,
            "delete_note" => self.delete_note(words[0], words[1]).await,
            "ask" => self.ask(rest).await,
            "close" => drop(self.sockets.remove(words[0])),
            _ if head.ends_with('>') => {
                let frame = self.fill(rest);
                self.socket(head, place).send(frame).await;
            }
            _ if head.ends_with('<') => self.expect(head, rest, place).await,
            _ if head.ends_with('=') => self.answered(head, rest, place),
            _ if head.ends_with('!') => {
                let wanted = self.fill(rest);
                let (code, reason) = self.socket(head, place).closing().await;
                let got = match wanted.contains(' ') {
                    true => format!("{code} {reason}"),
                    false => code.to_string(),
                };
                assert_eq!(got, wanted, "{place}: the close code");
            }
            _ => panic!("{place}: what is `{line}`?"),
        }
    }

    async fn ask(&mut self, line: &str) {
        let mut parts = line.splitn(4, ' ');
        let mut next = || parts.next().unwrap_or_default();
        let (who, method, path, body) = (next(), next(), self.fill(next()), self.fill(next()));
        let method = method.parse().unwrap();
        let mut request = self.server.client.request(method, self.server.url(&path));
        if let Some(token) = self.names.get(&format!("{who}:token")).and_then(Value::as_str) {
            request = request.bearer_auth(token);
        }
        if !body.is_empty() {
            let body: Value = serde_json::from_str(&body).unwrap_or_else(|error| panic!("{line}: {error}"));
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap_or_default();
        if body["access_token"].is_string() {
            self.names
                .insert(format!("{who}:token"), body["access_token"].clone());
        }
        self.answers.insert(who.to_owned(), (status, body));
    }

    fn answered(&mut self, head: &str, rest: &str, place: &str) {
        let (status, body) = rest.split_once(' ').unwrap_or((rest, "null"));
        let expected: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{place}: {error}"));
        let (got, answer) = self.answers.remove(&head[..head.len() - 1]).expect("an answer");
        assert_eq!(got.to_string(), status, "{place}: {answer}");
        if let Err(why) = self.fits(&expected, &answer, "") {
            panic!("{place}: {why}\nexpected {expected}\ngot      {answer}");
        }
    }

    async fn person(&mut self, name: &str, role: Role, department: Option<&str>) {
        let department = department.map(|word| match word {
            "IT" => Department::It,
            "HR" => Department::Hr,
            other => panic!("what department is {other}?"),
        });
        let person = self.server.person(name, role, department).await;
        self.names
            .insert(name.to_owned(), person.actor.id.to_string().into());
        self.people.insert(name.to_owned(), person);
    }

    async fn conversation(&mut self, name: &str, people: &[&str], is_group: bool) {
        let command = CreateConversation {
            title: Some(name.to_owned()),
            is_group,
            participants: people[1..]
                .iter()
                .map(|name| Named::Name((*name).to_owned()))
                .collect(),
            ..Default::default()
        };
        let made = conversations::create(&self.server.app, &self.people[people[0]].actor, command)
            .await
            .unwrap();
        self.names.insert(name.to_owned(), made.row.id.to_string().into());
    }

    async fn ticket(&mut self, name: &str, owner: &str, words: &str) {
        let command = CreateTicket {
            title: Some(name.to_owned()),
            description: words.to_owned(),
            urgency: Urgency::Medium,
            topic: None,
            rating: None,
            station: None,
            owner: None,
            sorted: true,
        };
        let row = tickets::create(&self.server.app, &self.people[owner].actor, command)
            .await
            .unwrap()
            .row;
        self.names.insert(name.to_owned(), row.ticket_id.into());
        self.names
            .insert(format!("{name}_uuid"), row.conversation_id.to_string().into());
        self.names.insert(format!("{name}_number"), row.id.0.into());
    }

    async fn room(&mut self, name: &str, people: &[&str]) {
        let owner = Some(&self.people[people[0]].actor);
        let command = CreateRoom {
            name: name.to_owned(),
            ..Default::default()
        };
        let made = rooms::create(&self.server.app, owner, command).await.unwrap();
        let alias = made.alias.unwrap();
        let others: Vec<_> = people[1..].iter().map(|name| (*name).to_owned()).collect();
        if !others.is_empty() {
            rooms::add(&self.server.app, owner, &alias, &others)
                .await
                .unwrap();
        }
        self.names.insert(name.to_owned(), alias.into());
        self.names.insert(format!("{name}:owner"), people[0].into());
    }

    /// The room's owner, and the room's other name.
    fn owned(&self, room: &str) -> (&Actor, &str) {
        let owner = self.names[&format!("{room}:owner")].as_str().unwrap();
        (&self.people[owner].actor, self.names[room].as_str().unwrap())
    }

    async fn remove(&self, room: &str, who: &str) {
        let (owner, alias) = self.owned(room);
        rooms::remove(&self.server.app, Some(owner), alias, who)
            .await
            .unwrap();
    }

    async fn delete(&self, room: &str) {
        let (owner, alias) = self.owned(room);
        rooms::delete(&self.server.app, Some(owner), alias).await.unwrap();
    }

    /// The id that has been seen under this name.
    fn id<T: FromStr<Err: Debug>>(&self, name: &str) -> T {
        self.names[name].as_str().unwrap().parse().unwrap()
    }

    async fn claim(&self, who: &str, conversation: &str) {
        let who = &self.people[who].actor;
        work::claim(&self.server.app, who, self.id(conversation))
            .await
            .unwrap();
    }

    async fn note(&self, who: &str, conversation: &str, text: &str) {
        let who = &self.people[who].actor;
        work::add_note(&self.server.app, who, self.id(conversation), text)
            .await
            .unwrap();
    }

    async fn edit_note(&self, who: &str, note: &str, text: &str) {
        let who = &self.people[who].actor;
        work::edit_note(&self.server.app, who, self.id(note), text)
            .await
            .unwrap();
    }

    async fn delete_note(&self, who: &str, note: &str) {
        let who = &self.people[who].actor;
        work::delete_note(&self.server.app, who, self.id(note))
            .await
            .unwrap();
    }

    async fn visit(&mut self, socket: &str, person: &str, path: &str) {
        let url = self.server.ws(&format!("{}?user_id={person}", self.fill(path)));
        self.sockets.insert(socket.to_owned(), Socket::open(&url).await);
    }

    async fn open(&mut self, socket: &str, person: &str, path: &str) {
        let path = self.fill(path);
        let mark = if path.contains('?') { '&' } else { '?' };
        let token = self
            .people
            .get(person)
            .map_or("none", |person| person.token.as_str());
        let own = self.names.get(&format!("{person}:token")).and_then(Value::as_str);
        let token = own.unwrap_or(token);
        let url = self.server.ws(&format!("{path}{mark}token={token}"));
        self.sockets.insert(socket.to_owned(), Socket::open(&url).await);
    }

    fn socket(&mut self, head: &str, place: &str) -> &mut Socket {
        let name = &head[..head.len() - 1];
        self.sockets
            .get_mut(name)
            .unwrap_or_else(|| panic!("{place}: {name} has no socket"))
    }

    async fn expect(&mut self, head: &str, rest: &str, place: &str) {
        let expected: Value = serde_json::from_str(rest).unwrap_or_else(|error| panic!("{place}: {error}"));
        let early = self.early.entry(head.to_owned()).or_default();
        let early = match expected["type"] == ACKNOWLEDGEMENT {
            true => early.pop_front(),
            false => None,
        };
        let frame = match early {
            Some(frame) => frame,
            None => self.next(head, &expected, place).await,
        };
        if let Err(why) = self.fits(&expected, &frame, "") {
            panic!("{place}: {why}\nexpected {expected}\ngot      {frame}");
        }
    }

    /// The next frame that is not ignored; acknowledgements that are not expected yet are kept.
    async fn next(&mut self, head: &str, expected: &Value, place: &str) -> Value {
        loop {
            let frame = self.socket(head, place).next().await;
            let kind = frame["type"].as_str().unwrap_or_default();
            if expected["type"] == kind {
                return frame;
            }
            if self.ignored.contains(kind) {
                continue;
            }
            if kind != ACKNOWLEDGEMENT {
                return frame;
            }
            self.early.entry(head.to_owned()).or_default().push_back(frame);
        }
    }

    fn fits(&mut self, expected: &Value, got: &Value, path: &str) -> Result<(), String> {
        match (expected, got) {
            (Value::String(word), _) if word == "*" => Ok(()),
            (Value::String(word), _) if word.starts_with('$') => {
                let known = self
                    .names
                    .entry(word[1..].to_owned())
                    .or_insert_with(|| got.clone());
                if known == got {
                    Ok(())
                } else {
                    Err(format!("{path}: {word} was {known}"))
                }
            }
            (Value::Object(expected), Value::Object(got)) => {
                for (name, expected) in expected {
                    let path = format!("{path}.{name}");
                    let got = got.get(name).ok_or_else(|| format!("{path} is missing"))?;
                    self.fits(expected, got, &path)?;
                }
                Ok(())
            }
            (Value::Array(expected), Value::Array(got)) if expected.len() == got.len() => {
                for (n, (expected, got)) in expected.iter().zip(got).enumerate() {
                    self.fits(expected, got, &format!("{path}[{n}]"))?;
                }
                Ok(())
            }
            _ if expected == got => Ok(()),
            _ => Err(format!("{path} is {got}")),
        }
    }

    /// Puts known values in place of `$name`.
    fn fill(&self, text: &str) -> String {
        let mut names: Vec<_> = self.names.iter().collect();
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        names.into_iter().fold(text.to_owned(), |text, (name, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            text.replace(&format!("${name}"), &value)
        })
    }
}
