//! One change of the work on a conversation: everything that belongs to it commits together, and is published
//! afterwards.

use crate::notifications::{self, NotificationDraft};
use crate::tickets;
use chat::Chat;
use chat::facts::Handlers;
use chat::writer;
use entity::conversation::{self, Kind};
use entity::{ConversationId, job, ticket};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::event::Event;
use kernel::fact::{ConversationState, Fact};
use kernel::message::Message;
use kernel::person::Person;
use platform::db::Transaction;
use platform::job_store;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QuerySelect};
use std::sync::Arc;
use std::time::Duration;

/// A conversation under its row lock. Dropped without [`Self::finish`], it is rolled back.
pub struct DeskTransaction<'a> {
    pub(super) chat: &'a Chat,
    pub(super) tx: Transaction,
    before: conversation::Model,
    /// The conversation as it will be stored; changed in place until [`Self::finish`].
    pub row: conversation::Model,
    /// The ticket that the conversation is, under its lock too; none: it is no ticket.
    pub(super) ticket: Option<ticket::Model>,
    /// Something changed that is not in the row.
    pub(super) touched: bool,
    messages: Vec<Message>,
    notified: notifications::Stored,
    jobs: Vec<job::ActiveModel>,
    /// The features' handlers, loaded before the lock was taken.
    handlers: Handlers,
}

impl<'a> DeskTransaction<'a> {
    /// Takes the conversation's row lock, and a ticket's after it.
    pub async fn open(chat: &'a Chat, id: ConversationId) -> Result<Self> {
        let handlers = chat.features.handlers(&chat.db).await?;
        let tx = chat.db.begin().await?;
        let row = conversation::Entity::find_by_id(id)
            .lock_exclusive()
            .one(&*tx)
            .await?
            .ok_or_else(Error::no_conversation)?;
        let ticket = match row.kind {
            Kind::Ticket => ticket::Entity::of(id).lock_exclusive().one(&*tx).await?,
            _ => None,
        };
        Ok(Self {
            chat,
            tx,
            before: row.clone(),
            row,
            ticket,
            touched: false,
            messages: Vec::new(),
            notified: notifications::Stored::default(),
            jobs: Vec::new(),
            handlers,
        })
    }

    /// Adds a message of the server's own.
    pub(super) async fn say(&mut self, text: &str) -> Result<()> {
        let sender = Person::from(self.chat.bot.account()?);
        let now = self.chat.clock.now();
        let message = writer::append(&self.tx, &mut self.row, sender, text, now).await?;
        self.messages.push(message);
        Ok(())
    }

    /// Stores notifications for those whom it concerns; delivered after the commit.
    pub(super) async fn notify(&mut self, draft: &NotificationDraft) -> Result<()> {
        let stored = notifications::store(self.chat, &self.tx, draft).await?;
        self.notified.merge(stored);
        Ok(())
    }

    /// Changes the ticket by its own rules; the conversation follows it.
    pub(super) async fn change_ticket(
        &mut self,
        actor: &Actor,
        change: impl FnOnce(&mut ticket::Model) -> Result<()>,
    ) -> Result<()> {
        let Some(before) = self.ticket.clone() else {
            return Ok(());
        };
        let mut ticket = before.clone();
        change(&mut ticket)?;
        if ticket == before {
            return Ok(());
        }
        let transaction = tickets::Locked {
            tx: &self.tx,
            handlers: &self.handlers,
        };
        let kept = tickets::keep(self.chat, transaction, actor, &before, ticket, &mut self.row).await?;
        self.notified.merge(kept.notified);
        self.jobs.extend(kept.jobs);
        self.ticket = Some(kept.ticket.row);
        Ok(())
    }

    /// Stores, commits and publishes; does nothing where nothing changed.
    pub async fn finish(mut self) -> Result<()> {
        if self.row == self.before && !self.touched {
            return Ok(());
        }
        let id = self.row.id;
        self.row.updated_at = self.chat.clock.now();
        let row = self.row.clone().into_active_model().reset_all();
        row.update(&*self.tx).await?;
        let jobs = self.handlers.jobs_for(&self.facts(), self.row.updated_at)?;
        self.jobs.extend(jobs);
        let jobs = job_store::add(&*self.tx, self.jobs).await?;
        self.tx.commit().await?;
        self.chat.scopes.forget(id);
        for message in self.messages {
            let message = Arc::new(message);
            self.chat.bus.publish_one(Event::MessageSent { message });
        }
        self.chat
            .bus
            .publish_one(Event::ConversationChanged { conversation: id });
        self.chat.push_jobs(jobs);
        notifications::announce(self.chat, self.notified);
        Ok(())
    }

    /// The facts of what it stores.
    fn facts(&self) -> Vec<Fact> {
        let conversation = ConversationState {
            id: self.row.id,
            kind: self.row.kind,
            bot_on: self.row.bot_on,
            assignee: self.row.assignee_id,
        };
        let said = self.messages.iter().map(|message| Fact::MessageStored {
            message: message.id,
            seq: message.seq,
            voice: message.voice,
            conversation,
            reply_after: Duration::ZERO,
        });
        let changed = Fact::ConversationChanged {
            conversation: self.row.id,
        };
        said.chain([changed]).collect()
    }
}
