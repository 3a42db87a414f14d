//! Where the work on a conversation stands: its status, priority and labels, and when it wakes.

use super::{DeskTransaction, workable};
use crate::notifications::NotificationDraft;
use crate::tickets;
use chat::Chat;
use chat::policy;
use chat::scope::Scope;
use chrono::{DateTime, Duration, SubsecRound, Utc};
use entity::conversation::{self, Priority, Status};
use entity::notification::Kind as Cause;
use entity::ticket::Status as TicketStatus;
use entity::{ConversationId, LabelId, conversation_label, label};
use kernel::actor::Actor;
use kernel::error::{Error, Result};
use kernel::roles;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeSet;

/// Change the work on a conversation; what is absent stays. Agents and admins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeWork {
    /// Where the work is to stand. A ticket's follows the ticket's own rules.
    pub status: Option<Status>,
    /// With [`Status::Snoozed`] and only then: in the future, at most 366 days ahead.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// How soon the company should look at it; only the staff sees it.
    pub priority: Option<Priority>,
    /// All of them from now on, at most [`MAX_LABELS`].
    pub labels: Option<Vec<LabelId>>,
}

/// Labels of one conversation.
pub const MAX_LABELS: usize = 20;
/// How far ahead a conversation may be put off.
const MAX_SNOOZE: Duration = Duration::days(366);
/// Conversations that one look wakes; the next is two seconds later.
const WAKE_LIMIT: u64 = 100;

impl ChangeWork {
    /// The first field that is given.
    fn given(&self) -> Option<&'static str> {
        let given = [
            ("status", self.status.is_some()),
            ("snoozed_until", self.snoozed_until.is_some()),
            ("priority", self.priority.is_some()),
            ("label_ids", self.labels.is_some()),
        ];
        given.into_iter().find(|(_, given)| *given).map(|(name, _)| name)
    }
}

/// Refuses what may not be, before anything is held.
pub async fn check(chat: &Chat, actor: &Actor, scope: &Scope, change: &ChangeWork) -> Result<()> {
    let Some(field) = change.given() else {
        return Ok(());
    };
    roles::staff(actor)?;
    workable(scope, field)?;
    check_snooze(change, chat.clock.now())?;
    let Some(labels) = &change.labels else {
        return Ok(());
    };
    let wanted: BTreeSet<LabelId> = labels.iter().copied().collect();
    if wanted.len() > MAX_LABELS {
        let problem = format!("Must name at most {MAX_LABELS} labels");
        return Err(Error::invalid("label_ids", problem));
    }
    let known: Vec<LabelId> = label::Entity::find()
        .select_only()
        .column(label::Column::Id)
        .filter(label::Column::Id.is_in(wanted.iter().copied()))
        .into_tuple()
        .all(&*chat.db)
        .await?;
    match wanted.iter().find(|id| !known.contains(id)) {
        Some(unknown) => Err(Error::invalid(
            "label_ids",
            format!("There is no label {unknown}"),
        )),
        None => Ok(()),
    }
}

fn check_snooze(change: &ChangeWork, now: DateTime<Utc>) -> Result<()> {
    let problem = match (change.status, change.snoozed_until) {
        (Some(Status::Snoozed), None) => "Say until when, with status `snoozed`",
        (Some(Status::Snoozed), Some(until)) if until <= now => "Must be in the future",
        (Some(Status::Snoozed), Some(until)) if until > now + MAX_SNOOZE => "Must be at most 366 days ahead",
        (Some(Status::Snoozed), Some(_)) | (_, None) => return Ok(()),
        (_, Some(_)) => "Only with status `snoozed`",
    };
    Err(Error::invalid("snoozed_until", problem))
}

impl DeskTransaction<'_> {
    /// Gives it another title; a ticket's is the ticket's.
    pub async fn rename(&mut self, actor: &Actor, title: String) -> Result<()> {
        self.row.title_key = title.to_lowercase();
        self.row.title.clone_from(&title);
        self.change_ticket(actor, |ticket| {
            ticket.title_key = title.to_lowercase();
            ticket.title = title;
            Ok(())
        })
        .await
    }

    /// Lets the bot answer, or no longer, if that is the actor's to say.
    pub async fn switch_bot(&mut self, actor: &Actor, on: bool) -> Result<()> {
        // under the lock: whoever claims it at the same moment is seen
        let scope = Scope::load(&*self.tx, self.row.id).await?;
        let scope = scope.ok_or_else(Error::no_conversation)?;
        policy::switch_bot(actor, &scope, &self.row)?;
        self.row.bot_on = on;
        Ok(())
    }

    /// Applies a change that was checked.
    pub async fn change(&mut self, actor: &Actor, change: ChangeWork) -> Result<()> {
        if let Some(priority) = change.priority {
            self.row.priority = priority;
        }
        if let Some(labels) = change.labels {
            self.label(labels.into_iter().collect()).await?;
        }
        match change.status {
            Some(status) => self.go_to(actor, status, change.snoozed_until).await,
            None => Ok(()),
        }
    }

    async fn go_to(&mut self, actor: &Actor, to: Status, until: Option<DateTime<Utc>>) -> Result<()> {
        let before = self.row.status;
        self.change_ticket(actor, |ticket| {
            let next = match (to == Status::Resolved, tickets::is_over(ticket.status)) {
                (true, false) => TicketStatus::Resolved,
                (false, true) => TicketStatus::Assigned,
                _ => return Ok(()),
            };
            tickets::go_to_status(ticket, actor, next, false)
        })
        .await?;
        self.row.status = to;
        // what the databases can hold
        self.row.snoozed_until = until.map(|until| until.trunc_subsecs(6));
        if to == Status::Resolved && before != Status::Resolved {
            self.say("The conversation was resolved.").await?;
            // a ticket's owner is notified by the ticket's own rules
            if self.ticket.is_none() {
                let draft =
                    NotificationDraft::of_conversation(Cause::ConversationResolved, &self.row, Some(actor));
                self.notify(&draft).await?;
            }
        }
        Ok(())
    }

    /// Replaces its labels.
    async fn label(&mut self, wanted: BTreeSet<LabelId>) -> Result<()> {
        let id = self.row.id;
        let put = conversation_label::Entity::of(id).all(&*self.tx).await?;
        let put: BTreeSet<LabelId> = put.into_iter().map(|row| row.label_id).collect();
        let gone: Vec<LabelId> = put.difference(&wanted).copied().collect();
        if !gone.is_empty() {
            conversation_label::Entity::delete_many()
                .filter(conversation_label::Column::ConversationId.eq(id))
                .filter(conversation_label::Column::LabelId.is_in(gone))
                .exec(&*self.tx)
                .await?;
            self.touched = true;
        }
        let rows: Vec<_> = wanted
            .difference(&put)
            .map(|label| conversation_label::ActiveModel {
                conversation_id: Set(id),
                label_id: Set(*label),
            })
            .collect();
        if !rows.is_empty() {
            conversation_label::Entity::insert_many(rows)
                .exec_without_returning(&*self.tx)
                .await?;
            self.touched = true;
        }
        Ok(())
    }
}

/// Opens snoozed conversations whose time has come, and notifies who has them. Any number of processes may: each
/// looks again under the lock. Answers how many there were.
pub async fn wake(chat: &Chat) -> Result<usize> {
    let due: Vec<ConversationId> = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id)
        .filter(conversation::Column::SnoozedUntil.lte(chat.clock.now()))
        .order_by_asc(conversation::Column::SnoozedUntil)
        .limit(WAKE_LIMIT)
        .into_tuple()
        .all(&*chat.db)
        .await?;
    let mut woken = 0;
    for id in due {
        match wake_one(chat, id).await {
            Ok(woke) => woken += usize::from(woke),
            // deleted meanwhile
            Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(woken)
}

async fn wake_one(chat: &Chat, id: ConversationId) -> Result<bool> {
    let mut transaction = DeskTransaction::open(chat, id).await?;
    let is_due = transaction
        .row
        .snoozed_until
        .is_some_and(|at| at <= chat.clock.now());
    if !is_due {
        return Ok(false);
    }
    transaction.row.status = Status::Open;
    transaction.row.snoozed_until = None;
    let draft = NotificationDraft::of_conversation(Cause::ConversationWoke, &transaction.row, None);
    transaction.notify(&draft).await?;
    transaction.finish().await?;
    Ok(true)
}
