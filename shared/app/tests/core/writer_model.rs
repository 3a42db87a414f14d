//! The writer against a model: any interleaving of sends, repeats, edits, deletions and reactions by two people, with
//! lives of the process that end in the middle. What was acknowledged is there, once, and the counters have no gap.

use crate::support::*;
use app::App;
use app::testing::{Place, person};
use chat::messages::{self, DeleteMessage, EditMessage, Page, React, SendMessage};
use entity::user::Role;
use entity::{ConversationId, MessageId};
use kernel::actor::Actor;
use kernel::clock::Clock;
use kernel::error::Error;
use kernel::message::Message;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What somebody does. Sends are named by their `client_id`, messages by the send that made them.
#[derive(Clone, Debug)]
enum Operation {
    Send { key: u8 },
    Edit { key: u8, text: u8 },
    Delete { key: u8 },
    React { key: u8, emoji: u8, remove: bool },
}

/// Operations that are under way together, each of one of two people; then perhaps the process's end.
#[derive(Clone, Debug)]
struct Round {
    together: Vec<(bool, Operation)>,
    ends: bool,
}

/// What was acknowledged, and how many operations the process's ends cut off.
#[derive(Default)]
struct Acknowledged {
    sends: BTreeMap<(bool, u8), (MessageId, i64)>,
    /// Every state that was returned, by message and `rev`.
    states: BTreeMap<(MessageId, i64), State>,
    faults: Vec<String>,
    /// Changes that were acknowledged with a state known already: of several changes of one message in one commit
    /// each is acknowledged with the last.
    merged: usize,
    cut_off: usize,
}

/// What clients see of a message.
#[derive(Clone, Debug, PartialEq)]
struct State {
    seq: i64,
    text: String,
    is_deleted: bool,
    reactions: BTreeMap<String, u32>,
}

impl From<&Message> for State {
    fn from(message: &Message) -> Self {
        Self {
            seq: message.seq,
            text: message.text.clone(),
            is_deleted: message.is_deleted,
            reactions: message.reactions.clone(),
        }
    }
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        4 => (0u8..12).prop_map(|key| Operation::Send { key }),
        2 => (0u8..12, 0u8..4).prop_map(|(key, text)| Operation::Edit { key, text }),
        1 => (0u8..12).prop_map(|key| Operation::Delete { key }),
        2 => (0u8..12, 0u8..2, any::<bool>())
            .prop_map(|(key, emoji, remove)| Operation::React { key, emoji, remove }),
    ]
}

fn rounds() -> impl Strategy<Value = Vec<Round>> {
    let together = prop::collection::vec((any::<bool>(), operation()), 1..12);
    let round = (together, prop::bool::weighted(0.2)).prop_map(|(together, ends)| Round { together, ends });
    prop::collection::vec(round, 1..6)
}

/// One life of the process: a runtime and a core in it. Ending it drops everything that is under way.
struct Life {
    runtime: tokio::runtime::Runtime,
    app: App,
}

impl Life {
    fn begin(place: &Place) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let app = runtime.block_on(place.app(Clock::System, &[]));
        Self { runtime, app }
    }

    fn end(self) {
        self.app.shutdown.cancel();
        self.runtime.shutdown_background();
    }
}

struct World {
    place: Place,
    people: [Actor; 2],
    life: Option<Life>,
}

impl World {
    fn life(&mut self) -> &Life {
        self.life.get_or_insert_with(|| Life::begin(&self.place))
    }

    /// Plays one history in a conversation of its own, and compares.
    fn play(&mut self, rounds: &[Round]) -> Result<(), TestCaseError> {
        let people = self.people.clone();
        let life = self.life();
        let id = life.runtime.block_on(group(&life.app, &people[0], &[&people[1]]));
        let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
        for round in rounds {
            let life = self.life();
            let app = life.app.clone();
            let tasks: Vec<_> = round
                .together
                .iter()
                .map(|(second, operation)| {
                    let (app, actor) = (app.clone(), people[usize::from(*second)].clone());
                    let (operation, second) = (operation.clone(), *second);
                    let (acknowledged, ends) = (acknowledged.clone(), round.ends);
                    life.runtime.spawn(async move {
                        let acknowledged = &acknowledged;
                        act(&app, (&actor, second), id, operation, acknowledged, ends).await;
                    })
                })
                .collect();
            if round.ends {
                // some are done, some are not: whichever the moment catches
                life.runtime.block_on(async {
                    for _ in 0..round.together.len() {
                        tokio::task::yield_now().await;
                    }
                });
                let unfinished = tasks.iter().filter(|task| !task.is_finished()).count();
                acknowledged.lock().unwrap().cut_off += unfinished;
                drop(app);
                self.life.take().expect("a life").end();
            } else {
                life.runtime.block_on(async {
                    let all = futures_util::future::join_all(tasks);
                    let ended = tokio::time::timeout(Duration::from_secs(60), all).await;
                    ended.expect("every operation is answered")
                });
            }
        }
        let life = self.life();
        life.runtime
            .block_on(compare(&life.app, &people[0], id, &acknowledged))
    }
}

/// Does it, and remembers what was acknowledged.
async fn act(
    app: &App,
    (actor, second): (&Actor, bool),
    id: ConversationId,
    operation: Operation,
    acknowledged: &Mutex<Acknowledged>,
    ends: bool,
) {
    let known = |key: u8| {
        let acknowledged = acknowledged.lock().unwrap();
        acknowledged.sends.get(&(second, key)).map(|(id, _)| *id)
    };
    let anywhere = messages::Place::In(id);
    let is_change = !matches!(operation, Operation::Send { .. });
    let changed = match operation {
        Operation::Send { key } => {
            let command = SendMessage {
                client_id: Some(format!("{second}-{key}")),
                ..text(format!("{second} says {key}"))
            };
            match messages::send(app, actor, id, command).await {
                Ok(sent) => {
                    let mut acknowledged = acknowledged.lock().unwrap();
                    let now = (sent.message.id, sent.message.seq);
                    if let Some(before) = acknowledged.sends.insert((second, key), now)
                        && before != now
                    {
                        let fault = format!("{second}-{key} was {before:?} and is {now:?}");
                        acknowledged.faults.push(fault);
                    }
                    drop(acknowledged);
                    Ok(sent.message)
                }
                Err(error) => Err(error),
            }
        }
        Operation::Edit { key, text } => {
            let Some(message) = known(key) else { return };
            let text = format!("edited to {text}");
            messages::edit(
                app,
                actor,
                anywhere,
                EditMessage {
                    message,
                    text,
                    limit: messages::TextLimit::default(),
                },
            )
            .await
        }
        Operation::Delete { key } => {
            let Some(message) = known(key) else { return };
            messages::delete(app, actor, anywhere, DeleteMessage { message }).await
        }
        Operation::React { key, emoji, remove } => {
            let Some(message) = known(key) else { return };
            let emoji = ["👍", "🎉"][usize::from(emoji)].to_owned();
            messages::react(
                app,
                actor,
                anywhere,
                React {
                    message,
                    emoji,
                    remove,
                },
            )
            .await
        }
    };
    let mut acknowledged = acknowledged.lock().unwrap();
    match changed {
        Ok(message) => {
            let state = State::from(&*message);
            let earlier = acknowledged
                .states
                .insert((message.id, message.rev), state.clone());
            acknowledged.merged += usize::from(is_change && earlier.is_some());
            if let Some(earlier) = earlier.filter(|earlier| *earlier != state) {
                let fault = format!("rev {} was {earlier:?} and is {state:?}", message.rev);
                acknowledged.faults.push(fault);
            }
        }
        // a deleted message takes no more changes
        Err(Error::Invalid(_) | Error::Conflict { .. } | Error::NotFound(_) | Error::Forbidden(_)) => {}
        // its life ended before an answer
        Err(Error::Unavailable(_)) if ends => acknowledged.cut_off += 1,
        Err(error) => acknowledged.faults.push(format!("refused: {error}")),
    }
}

/// What is stored against what was acknowledged.
async fn compare(
    app: &App,
    actor: &Actor,
    id: ConversationId,
    acknowledged: &Mutex<Acknowledged>,
) -> Result<(), TestCaseError> {
    let stored = messages::list(app, actor, id, Page::After(0), 200)
        .await
        .map_err(|error| TestCaseError::fail(error.to_string()))?;
    nothing_is_lost(&stored, &acknowledged.lock().unwrap())?;

    // whoever resumes from anywhere gets what lies behind, in order
    let head = head(&stored);
    for since in [0, head / 2, head] {
        let changes = messages::since(app, id, since)
            .await
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        let revs: Vec<_> = changes.messages.iter().map(|message| message.rev).collect();
        let mut expected: Vec<_> = stored.iter().map(|m| m.rev).filter(|rev| *rev > since).collect();
        expected.sort_unstable();
        prop_assert_eq!(revs, expected);
    }
    Ok(())
}

fn head(stored: &[Message]) -> i64 {
    stored.iter().map(|message| message.rev).max().unwrap_or_default()
}

fn nothing_is_lost(stored: &[Message], acknowledged: &Acknowledged) -> Result<(), TestCaseError> {
    prop_assert!(acknowledged.faults.is_empty(), "{:?}", acknowledged.faults);
    let seqs: Vec<_> = stored.iter().map(|message| message.seq).collect();
    prop_assert_eq!(
        seqs,
        (1..=stored.len() as i64).collect::<Vec<_>>(),
        "seq has a gap"
    );

    let by_id: BTreeMap<_, _> = stored.iter().map(|message| (message.id, message)).collect();
    for (key, (id, seq)) in &acknowledged.sends {
        let message = by_id.get(id);
        prop_assert!(
            message.is_some_and(|message| message.seq == *seq),
            "{:?} is lost",
            key
        );
    }
    let keys: BTreeSet<_> = stored.iter().map(|message| &message.client_id).collect();
    prop_assert_eq!(keys.len(), stored.len(), "a repeat was stored twice");

    // each rev belongs to one change; those that were acknowledged to nobody are the ones that an end cut off
    let known: BTreeSet<i64> = acknowledged.states.keys().map(|(_, rev)| *rev).collect();
    let unknown = (1..=head(stored)).filter(|rev| !known.contains(rev)).count();
    prop_assert!(
        unknown <= acknowledged.cut_off + acknowledged.merged,
        "{} revs were acknowledged to nobody, {} operations were cut off, {} were merged",
        unknown,
        acknowledged.cut_off,
        acknowledged.merged
    );
    let newest: BTreeMap<MessageId, i64> = acknowledged.states.keys().copied().collect();
    for (id, rev) in newest {
        let message: &Message = by_id[&id];
        prop_assert!(
            message.rev >= rev,
            "an acknowledged change of seq {} is lost",
            message.seq
        );
        if message.rev == rev {
            prop_assert_eq!(&State::from(message), &acknowledged.states[&(id, rev)]);
        }
    }
    Ok(())
}

#[test]
fn any_history_of_sends_changes_and_ends_keeps_what_was_acknowledged() {
    let setup = tokio::runtime::Runtime::new().expect("a runtime");
    let (place, people) = setup.block_on(async {
        let place = Place::new().await;
        let app = place.app(Clock::System, &[]).await;
        let alice = person(&app, "alice", Role::User, None).await;
        let bob = person(&app, "bob", Role::User, None).await;
        app.shutdown.cancel();
        (place, [alice, bob])
    });
    setup.shutdown_background();
    let mut world = World {
        place,
        people,
        life: None,
    };
    let config = Config {
        cases: 48,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let world = std::cell::RefCell::new(&mut world);
    TestRunner::new(config)
        .run(&rounds(), |rounds| world.borrow_mut().play(&rounds))
        .unwrap_or_else(|failure| panic!("{failure}"));
    if let Some(life) = world.borrow_mut().life.take() {
        life.end();
    }
}
