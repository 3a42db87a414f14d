//! One group: a transaction that locks its conversations in id order, numbers its drafts, and stores them.

use super::activity::Activity;
use super::{Change, Draft, NewMessage, Outcome, WriterDeps};
use crate::message_view::attach_details;
use chrono::{DateTime, Utc};
use entity::{AttachmentId, ConversationId, MessageId, UserId};
use entity::{attachment, message};
use kernel::attachment::Attachment;
use kernel::error::{Error, Result};
use kernel::event::Event;
use kernel::fact::Fact;
use kernel::message::Message;
use kernel::person::Person;
use platform::db::Transaction;
use platform::job_store::{self, Enqueued, Lease};
use sea_orm::DbErr;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

mod counters;
mod locked;
mod notice;
mod rules;
mod sql;

pub(super) use counters::store_activity;
pub use locked::{LockedConversation, MessageRule};
pub use notice::append;

/// What a committed group leaves to be done.
pub(super) struct Written {
    /// One per draft, in order.
    pub outcomes: Vec<Result<Outcome>>,
    pub events: Vec<Arc<Event>>,
    pub jobs: Vec<Enqueued>,
}

/// A draft's result before the group is committed: changed messages are read back at the end.
enum Fate {
    Done(Result<Outcome>),
    Stored(Box<Message>),
    Changed(MessageId),
}

pub(super) struct Group {
    tx: Transaction,
    now: DateTime<Utc>,
    heads: HashMap<ConversationId, LockedConversation>,
    /// Existing messages that drafts repeat, change or reply to.
    known: HashMap<MessageId, message::Model>,
    by_client: HashMap<(ConversationId, UserId, String), MessageId>,
    by_question: HashMap<(MessageId, UserId), MessageId>,
    files: HashMap<AttachmentId, attachment::Model>,
    inserts: Vec<message::Model>,
    updates: HashSet<MessageId>,
    reactions: Vec<(MessageId, UserId, String, bool)>,
    attached: HashMap<AttachmentId, ConversationId>,
    /// Files of deleted messages.
    detached: BTreeSet<AttachmentId>,
    /// People of the company who answered a customer: they take part from then on.
    joined: BTreeSet<(ConversationId, UserId)>,
    /// The new messages, as the features follow them.
    stored: Vec<Fact>,
    completed: Vec<Lease>,
    message_rule: Arc<dyn MessageRule>,
}

impl Group {
    /// Stores the drafts and commits. An error means that nothing was stored.
    pub(super) async fn commit(
        deps: &WriterDeps,
        activity: &mut Activity,
        drafts: &[&Draft],
    ) -> Result<Written, DbErr> {
        let handlers = deps.features.handlers(&deps.platform.db).await?;
        let mut group = Self::open(deps, drafts).await?;
        for (id, head) in &mut group.heads {
            head.is_due = activity.is_due(*id, group.now);
        }
        let mut fates = Vec::with_capacity(drafts.len());
        for draft in drafts {
            fates.push(group.apply(draft)?);
        }
        group.store().await?;
        let changed = group.changed().await?;
        let jobs = handlers.jobs_for(&group.facts(), group.now)?;
        let jobs = job_store::add(&*group.tx, jobs).await?;
        job_store::done(&*group.tx, &group.completed, group.now).await?;
        let repeated = group.repeated(&fates).await?;
        let switched: Vec<_> = group
            .heads
            .iter()
            .filter(|(_, head)| head.switched)
            .map(|(id, _)| *id)
            .collect();
        let moved = group.heads.iter().filter(|(_, head)| head.active);
        let moved: Vec<_> = moved.map(|(id, head)| (*id, head.is_due)).collect();
        group.tx.commit().await?;
        activity.committed(&moved, group.now);

        let mut written = Written {
            outcomes: Vec::with_capacity(fates.len()),
            events: Vec::new(),
            jobs,
        };
        for (fate, draft) in fates.into_iter().zip(drafts) {
            let outcome = match fate {
                Fate::Done(Ok(Outcome::Repeated(message))) => {
                    let full = repeated.get(&message.id).cloned().unwrap_or(message);
                    Ok(Outcome::Repeated(full))
                }
                Fate::Done(outcome) => outcome,
                Fate::Stored(message) => Ok(Outcome::Stored(Arc::new(*message))),
                Fate::Changed(id) => match changed.get(&id) {
                    Some(message) => Ok(Outcome::Stored(message.clone())),
                    None => Err(Error::no_message()),
                },
            };
            written.events.extend(
                outcome
                    .as_ref()
                    .ok()
                    .and_then(|outcome| outcome.event(draft))
                    .map(Arc::new),
            );
            written.outcomes.push(outcome);
        }
        // a message that changed twice is published once, in its last state, in the order of that state's rev
        written
            .events
            .sort_by_key(|event| (event.conversation(), event.rev()));
        let switched = switched
            .into_iter()
            .map(|conversation| Arc::new(Event::ConversationChanged { conversation }));
        written.events.extend(switched);
        Ok(written)
    }

    async fn open(deps: &WriterDeps, drafts: &[&Draft]) -> Result<Self, DbErr> {
        let tx = deps.platform.db.begin().await?;
        let mut heads = sql::lock(&tx, drafts).await?;
        sql::tickets(&tx, drafts, &mut heads).await?;
        let known = sql::known(&tx, drafts).await?;
        let files = sql::files(&tx, drafts).await?;
        let mut group = Self {
            tx,
            now: deps.platform.clock.now(),
            heads,
            by_client: HashMap::new(),
            by_question: HashMap::new(),
            files,
            known: HashMap::new(),
            inserts: Vec::new(),
            updates: HashSet::new(),
            reactions: Vec::new(),
            attached: HashMap::new(),
            detached: BTreeSet::new(),
            joined: BTreeSet::new(),
            stored: Vec::new(),
            completed: Vec::new(),
            message_rule: deps.message_rule.clone(),
        };
        for row in known {
            group.remember(&row);
            group.known.insert(row.id, row);
        }
        Ok(group)
    }

    fn remember(&mut self, row: &message::Model) {
        if let Some(client_id) = &row.client_id {
            self.by_client
                .insert((row.conversation_id, row.sender_id, client_id.clone()), row.id);
        }
        if let Some(question) = row.in_reply_to {
            self.by_question.insert((question, row.sender_id), row.id);
        }
    }

    fn apply(&mut self, draft: &Draft) -> Result<Fate, DbErr> {
        match draft {
            Draft::New(new) => self.add(new),
            Draft::Change {
                conversation,
                message,
                by,
                change,
            } => Ok(self
                .change(*conversation, *message, by, change)
                .unwrap_or_else(|error| Fate::Done(Err(error)))),
        }
    }

    fn add(&mut self, new: &NewMessage) -> Result<Fate, DbErr> {
        self.completed.extend(new.completes);
        if let Some(earlier) = self.repeats(new) {
            return Ok(Fate::Done(Ok(Outcome::Repeated(Arc::new(Message::bare(
                earlier,
                new.sender.clone(),
            ))))));
        }
        if let Err(error) = self.admissible(new) {
            return Ok(Fate::Done(Err(error)));
        }
        let Some(head) = self.heads.get_mut(&new.conversation) else {
            return Ok(Fate::Done(Err(Error::no_conversation())));
        };
        if new.in_reply_to.is_some() && !head.bot_on {
            return Ok(Fate::Done(Ok(Outcome::Withheld)));
        }
        head.seq += 1;
        head.rev += 1;
        head.moved = true;
        head.active = true;
        let row = rules::row(new, head, self.now);
        self.message_rule.on_message(new, head);
        self.stored.push(Fact::MessageStored {
            message: row.id,
            seq: row.seq,
            voice: row.voice,
            conversation: head.state(new.conversation),
            reply_after: new.reply_after,
        });
        if new.joins {
            self.joined.insert((new.conversation, new.sender.id));
            head.switched = true;
        }
        let mut message = Message::bare(row.clone(), new.sender.clone());
        if let Some(id) = new.attachment {
            self.attached.insert(id, new.conversation);
            message.attachment = self.files.get(&id).cloned().map(Attachment::from);
        }
        self.remember(&row);
        self.inserts.push(row);
        Ok(Fate::Stored(Box::new(message)))
    }

    /// The message that this draft was before, if it was.
    fn repeats(&self, new: &NewMessage) -> Option<message::Model> {
        let by_client = new
            .client_id
            .as_ref()
            .and_then(|id| self.by_client.get(&(new.conversation, new.sender.id, id.clone())));
        let by_question = new
            .in_reply_to
            .and_then(|id| self.by_question.get(&(id, new.sender.id)));
        let id = by_client.or(by_question)?;
        self.row(*id).cloned()
    }

    fn row(&self, id: MessageId) -> Option<&message::Model> {
        self.known
            .get(&id)
            .or_else(|| self.inserts.iter().find(|row| row.id == id))
    }

    /// What a message refers to must be there and belong here.
    fn admissible(&self, new: &NewMessage) -> Result<()> {
        if let Some(id) = new.reply_to {
            let here = |row: &message::Model| row.conversation_id == new.conversation;
            if !self.row(id).is_some_and(here) {
                return Err(Error::invalid(
                    "reply_to",
                    "Message not found in this conversation",
                ));
            }
        }
        if let Some(id) = new.attachment {
            let usable = self.files.get(&id).is_some_and(|file| {
                file.uploader_id == new.sender.id
                    && file.conversation_id.is_none_or(|place| place == new.conversation)
                    && self
                        .attached
                        .get(&id)
                        .is_none_or(|place| *place == new.conversation)
            });
            if !usable {
                return Err(Error::invalid("attachment_id", "Attachment not found"));
            }
            if self
                .files
                .get(&id)
                .is_some_and(|file| file.state == attachment::State::Rejected)
            {
                return Err(Error::invalid("attachment_id", "Attachment was rejected"));
            }
        }
        Ok(())
    }

    fn change(
        &mut self,
        id: ConversationId,
        target: MessageId,
        by: &Person,
        change: &Change,
    ) -> Result<Fate> {
        let head = self.heads.get_mut(&id).ok_or_else(Error::no_conversation)?;
        let row = self
            .known
            .get_mut(&target)
            .filter(|row| row.conversation_id == id)
            .ok_or_else(Error::no_message)?;
        rules::permit(row, by, change)?;
        head.rev += 1;
        head.moved = true;
        if matches!(change, Change::Edit(_) | Change::Delete) {
            head.active = true;
            // nobody could tell it from the newest message's time
            head.is_due = true;
        }
        row.rev = head.rev;
        match change {
            Change::Edit(text) => {
                text.text().clone_into(&mut row.text);
                row.html = Some(text.html().to_owned());
                row.is_edited = true;
                row.updated_at = self.now;
            }
            Change::Delete => {
                row.text.clear();
                row.html = Some(String::new());
                row.is_deleted = true;
                row.meta = None;
                self.detached.extend(row.attachment_id.take());
                row.updated_at = self.now;
            }
            Change::React { emoji, remove } => self.reactions.push((target, by.id, emoji.clone(), *remove)),
            Change::Refresh => {}
            Change::Rate(feedback) => rules::rate(row, *feedback),
        }
        self.updates.insert(target);
        Ok(Fate::Changed(target))
    }

    async fn store(&mut self) -> Result<(), DbErr> {
        counters::store(&self.tx, &self.heads, self.now).await?;
        sql::work(&self.tx, &self.heads, self.now).await?;
        sql::insert(&self.tx, &self.inserts).await?;
        for id in &self.updates {
            if let Some(row) = self.known.get(id) {
                sql::update(&self.tx, row).await?;
            }
        }
        for (message, user, emoji, remove) in &self.reactions {
            sql::react(&self.tx, *message, *user, emoji, *remove, self.now).await?;
        }
        sql::attach(&self.tx, &self.attached, self.now).await?;
        sql::detach(&self.tx, &self.detached, self.now).await?;
        sql::join(&self.tx, &self.joined, self.now).await
    }

    /// What it stores.
    fn facts(&self) -> Vec<Fact> {
        let changed = self.updates.iter().filter_map(|id| {
            let row = self.known.get(id)?;
            Some(Fact::MessageChanged {
                message: row.id,
                rev: row.rev,
            })
        });
        let heads = self.heads.iter();
        let switched = heads.clone().filter(|(_, head)| head.switched);
        let switched = switched.map(|(id, _)| Fact::ConversationChanged { conversation: *id });
        let reopened = heads.filter(|(_, head)| head.reopened);
        let reopened = reopened.map(|(id, _)| Fact::TicketChanged { conversation: *id });
        let stored = self.stored.iter().cloned();
        stored.chain(changed).chain(switched).chain(reopened).collect()
    }

    /// The changed messages as clients see them now.
    async fn changed(&self) -> Result<HashMap<MessageId, Arc<Message>>, DbErr> {
        let rows = self
            .updates
            .iter()
            .filter_map(|id| self.known.get(id).cloned())
            .collect();
        self.views(rows).await
    }

    /// The repeated messages as clients see them now.
    async fn repeated(&self, fates: &[Fate]) -> Result<HashMap<MessageId, Arc<Message>>, DbErr> {
        let rows = fates.iter().filter_map(|fate| match fate {
            Fate::Done(Ok(Outcome::Repeated(message))) => self.row(message.id).cloned(),
            _ => None,
        });
        self.views(rows.collect()).await
    }

    async fn views(&self, rows: Vec<message::Model>) -> Result<HashMap<MessageId, Arc<Message>>, DbErr> {
        let messages = attach_details(&*self.tx, rows).await?;
        Ok(messages
            .into_iter()
            .map(|message| (message.id, Arc::new(message)))
            .collect())
    }
}
