//! Plays a transcript: who says what, and who sees what, in order.
//!
//! A line is one of
//!
//! - `# …` a comment;
//! - `user alice`, `agent ann`, `admin root`: an account;
//! - `group chat alice bob`, `alone chat alice`: a conversation of these people, the first of whom makes it;
//! - `ignore user_joined presence`: frame types that are passed over from here on;
//! - `open alice /ws/chat/$chat`, with the person's token added; `open2 name alice path` a second socket;
//! - `alice> {…}` the socket sends; `alice< {…}` the socket's next frame;
//! - `alice! 4003` the server closes it; `close alice` the client does.
//!
//! An expected frame is what must at least be there. `"$x"` takes a value the first time and is that value
//! from then on; `"*"` is anything. Every frame that is received must be one of AsyncAPI's.

use crate::client::Socket;
use api::testing::{Person, TestServer};
use serde_json::Value;
use shared::conversations::{self, CreateConversation};
use shared::entity::user::Role;
use shared::users::Named;
use std::collections::{HashMap, HashSet};
use std::path::Path;

struct Stage<'a> {
    server: &'a TestServer,
    people: HashMap<String, Person>,
    sockets: HashMap<String, Socket>,
    names: HashMap<String, Value>,
    ignored: HashSet<String>,
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
    };
    for (number, line) in text.lines().enumerate() {
        let place = format!("{}:{}", file.file_name().unwrap().display(), number + 1);
        if !line.trim().is_empty() && !line.starts_with('#') {
            stage.line(line, &place).await;
        }
    }
}

impl Stage<'_> {
    async fn line(&mut self, line: &str, place: &str) {
        let (head, rest) = line.split_once(' ').unwrap_or((line, ""));
        let words: Vec<&str> = rest.split_whitespace().collect();
        match head {
            "user" => self.person(words[0], Role::User).await,
            "agent" => self.person(words[0], Role::Agent).await,
            "admin" => self.person(words[0], Role::Admin).await,
            "group" => self.conversation(words[0], &words[1..], true).await,
            "alone" => self.conversation(words[0], &words[1..], false).await,
            "ignore" => self.ignored.extend(words.iter().map(|word| (*word).to_owned())),
            "open" => self.open(words[0], words[0], words[1]).await,
            "open2" => self.open(words[0], words[1], words[2]).await,
            "close" => drop(self.sockets.remove(words[0])),
            _ if head.ends_with('>') => {
                let frame = self.fill(rest);
                self.socket(head, place).send(frame).await;
            }
            _ if head.ends_with('<') => self.expect(head, rest, place).await,
            _ if head.ends_with('!') => {
                let code = self.socket(head, place).closed().await;
                assert_eq!(code.to_string(), rest, "{place}: the close code");
            }
            _ => panic!("{place}: what is `{line}`?"),
        }
    }

    async fn person(&mut self, name: &str, role: Role) {
        let person = self.server.person(name, role, None).await;
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
        let made = conversations::create(&self.server.core, &self.people[people[0]].actor, command)
            .await
            .unwrap();
        self.names.insert(name.to_owned(), made.row.id.to_string().into());
    }

    async fn open(&mut self, socket: &str, person: &str, path: &str) {
        let path = self.fill(path);
        let mark = if path.contains('?') { '&' } else { '?' };
        let token = self
            .people
            .get(person)
            .map_or("none", |person| person.token.as_str());
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
        let frame = loop {
            let frame = self.socket(head, place).next().await;
            let kind = frame["type"].as_str().unwrap_or_default();
            if !self.ignored.contains(kind) || expected["type"] == kind {
                break frame;
            }
        };
        if let Err(why) = self.fits(&expected, &frame, "") {
            panic!("{place}: {why}\nexpected {expected}\ngot      {frame}");
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
