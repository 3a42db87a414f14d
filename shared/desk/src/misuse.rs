//! Reports of misuse: stored with what caused them, looked at by admins.

use crate::notifications::{self, NotificationDraft, Stored};
use chat::Chat;
use entity::misuse_report::{self, Column, Severity};
use entity::{ConversationId, MessageId, ReportId, UserId, user};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::roles;
use markup::moderation::{Finding, Weight};
use platform::Platform;
use platform::db::Transaction;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Characters of a text that a report keeps.
const SAMPLE: usize = 500;
/// Characters of a ticket's name.
const MAX_TICKET: usize = 40;
/// Characters of the word for what was found.
const MAX_KIND: usize = 50;
/// Characters of what an admin says about a report.
pub const MAX_NOTE: usize = 2000;

/// Something that admins should look at.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// Whose doing it was.
    pub user: UserId,
    /// The ticket's `TKT-…`.
    pub ticket: Option<&'a str>,
    /// Where it was.
    pub conversation: Option<ConversationId>,
    /// Which message it was.
    pub message: Option<MessageId>,
    /// A word for it.
    pub kind: &'a str,
    /// How bad it is.
    pub severity: Severity,
    /// The text.
    pub text: &'a str,
    /// Names what happened: it is reported once.
    pub cause: String,
}

impl<'a> Draft<'a> {
    /// What the content check found in a text of this person's.
    pub fn found(user: UserId, finding: Finding, text: &'a str, cause: String) -> Self {
        Self {
            user,
            ticket: None,
            conversation: None,
            message: None,
            kind: finding.kind,
            severity: match finding.weight {
                Weight::Low => Severity::Low,
                Weight::Medium => Severity::Medium,
                Weight::High => Severity::High,
            },
            text,
            cause,
        }
    }

    /// The same in a ticket.
    pub fn in_ticket(self, name: &'a str, conversation: ConversationId) -> Self {
        Self {
            ticket: Some(name),
            conversation: Some(conversation),
            ..self
        }
    }

    /// The same in a message.
    pub fn in_message(self, message: MessageId) -> Self {
        Self {
            message: Some(message),
            ..self
        }
    }
}

/// Stores a report in the transaction of its cause. Answers whether there was none of the same cause.
pub async fn store(platform: &Platform, tx: &Transaction, draft: &Draft<'_>) -> Result<bool> {
    let row = misuse_report::ActiveModel {
        id: Set(ReportId(Uuid::now_v7())),
        user_id: Set(draft.user),
        ticket_id: Set(draft.ticket.map(|name| cut(name, MAX_TICKET))),
        conversation_id: Set(draft.conversation),
        message_id: Set(draft.message),
        kind: Set(cut(draft.kind, MAX_KIND)),
        severity: Set(draft.severity),
        found: Set(cut(draft.text, SAMPLE)),
        cause: Set(cut(&draft.cause, 160)),
        created_at: Set(platform.clock.now()),
        reviewed_at: Set(None),
        reviewed_by: Set(None),
        note: Set(None),
    };
    let stored = misuse_report::Entity::insert(row)
        .on_conflict(OnConflict::column(Column::Cause).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(stored > 0)
}

/// Its beginning, without what Postgres cannot store.
fn cut(text: &str, max: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(max).collect()
}

/// A report with the names that it needs.
#[derive(Clone, Debug)]
pub struct Report {
    /// What is stored.
    pub row: misuse_report::Model,
    /// Whom it is about.
    pub user: Option<user::Model>,
    /// The username of the admin who looked at it.
    pub reviewer: Option<String>,
}

/// Which reports, newest first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query {
    /// Only those that somebody has, or nobody has, looked at.
    pub reviewed: Option<bool>,
    /// Only those about this person.
    pub user: Option<UserId>,
    /// How many of the newest are skipped.
    pub offset: u64,
    /// 1–100.
    pub limit: u64,
}

/// A page of reports.
#[derive(Clone, Debug)]
pub struct Listed {
    /// This page of them, newest first.
    pub reports: Vec<Report>,
    /// How many there are on all pages.
    pub total: u64,
    /// How many of all reports nobody has looked at, whatever was asked for.
    pub open: u64,
}

/// Reports; admins only.
pub async fn list(chat: &Chat, actor: &Actor, query: &Query) -> Result<Listed> {
    roles::admin(actor)?;
    let mut select = match query.user {
        Some(id) => misuse_report::Entity::of(id),
        None => misuse_report::Entity::find(),
    };
    select = match query.reviewed {
        Some(true) => select.filter(Column::ReviewedAt.is_not_null()),
        Some(false) => select.filter(Column::ReviewedAt.is_null()),
        None => select,
    };
    let total = count(chat, select.clone()).await?;
    let rows = select
        .order_by_desc(Column::Id)
        .offset(query.offset)
        .limit(query.limit.clamp(1, 100))
        .all(&*chat.db)
        .await?;
    Ok(Listed {
        reports: with_names(chat, rows).await?,
        total,
        open: open(chat).await?,
    })
}

async fn count(chat: &Chat, select: Select<misuse_report::Entity>) -> Result<u64> {
    Ok(select.select_only().column(Column::Id).count(&*chat.db).await?)
}

/// How many nobody has looked at.
pub(crate) async fn open(chat: &Chat) -> Result<u64> {
    count(
        chat,
        misuse_report::Entity::find().filter(Column::ReviewedAt.is_null()),
    )
    .await
}

/// One report; admins only.
pub async fn get(chat: &Chat, actor: &Actor, id: ReportId) -> Result<Report> {
    roles::admin(actor)?;
    let row = misuse_report::Entity::find_by_id(id).one(&*chat.db).await?;
    let row = row.ok_or_else(unknown)?;
    with_names(chat, vec![row]).await?.pop().ok_or_else(unknown)
}

/// The one answer for a report that there is not.
pub fn unknown() -> Error {
    Error::NotFound("Misuse report".into())
}

/// Says that the actor has looked at a report, and what they did about it; admins only. Who looked first is kept, and what
/// they said unless something is said now.
pub async fn review(chat: &Chat, actor: &Actor, id: ReportId, note: Option<String>) -> Result<Report> {
    roles::admin(actor)?;
    check_text("action_taken", note.as_deref().unwrap_or_default(), 0, MAX_NOTE)?;
    let tx = chat.db.begin().await?;
    let row = misuse_report::Entity::find_by_id(id)
        .lock_exclusive()
        .one(&*tx)
        .await?;
    let row = row.ok_or_else(unknown)?;
    let is_new = row.reviewed_at.is_none();
    let mut changed = row.into_active_model();
    if is_new {
        changed.reviewed_at = Set(Some(chat.clock.now()));
        changed.reviewed_by = Set(Some(actor.id));
    }
    if note.is_some() {
        changed.note = Set(note);
    }
    if changed.is_changed() {
        misuse_report::Entity::update(changed).exec(&*tx).await?;
    }
    tx.commit().await?;
    get(chat, actor, id).await
}

async fn with_names(chat: &Chat, rows: Vec<misuse_report::Model>) -> Result<Vec<Report>> {
    let people: BTreeSet<UserId> = rows
        .iter()
        .flat_map(|row| [Some(row.user_id), row.reviewed_by])
        .flatten()
        .collect();
    let people: HashMap<UserId, user::Model> = if people.is_empty() {
        HashMap::new()
    } else {
        let found = user::Entity::find().filter(user::Column::Id.is_in(people));
        let found = found.all(&*chat.db).await?;
        found.into_iter().map(|user| (user.id, user)).collect()
    };
    let reports = rows.into_iter().map(|row| Report {
        user: people.get(&row.user_id).cloned(),
        reviewer: row
            .reviewed_by
            .and_then(|id| people.get(&id))
            .map(|user| user.username.clone()),
        row,
    });
    Ok(reports.collect())
}

/// What another process of the operator's found out about somebody.
#[derive(Clone, Debug)]
pub struct ExternalReport {
    /// The id or the username of whose doing it was.
    pub user: String,
    /// The ticket's `TKT-…`.
    pub ticket: String,
    /// A word for it; `misuse` where there is none.
    pub kind: Option<String>,
    /// How bad it is; medium unless said.
    pub severity: Option<Severity>,
    /// What was found.
    pub text: Option<String>,
    /// When, in that process's words: the same again is the same report.
    pub at: Option<String>,
}

/// Stores a report of another process's, and notifies the admins, where it names somebody whom we know. Answers whether it
/// was stored.
pub async fn store_external(chat: &Chat, report: &ExternalReport) -> Result<bool> {
    let Some(person) = known(chat, &report.user).await? else {
        return Ok(false);
    };
    let kind = cut(report.kind.as_deref().unwrap_or_default().trim(), MAX_KIND);
    let kind = if kind.is_empty() { "misuse" } else { kind.as_str() };
    let ticket = cut(&report.ticket, MAX_TICKET);
    let at = match &report.at {
        Some(at) => cut(at, 40),
        None => chat.clock.now().to_rfc3339(),
    };
    let cause = format!("external:{}:{ticket}:{at}:{}", person.id, cut(kind, 20));
    let draft = Draft {
        user: person.id,
        ticket: Some(&ticket),
        conversation: None,
        message: None,
        kind,
        severity: report.severity.unwrap_or(Severity::Medium),
        text: report.text.as_deref().unwrap_or_default(),
        cause,
    };
    let tx = chat.db.begin().await?;
    let mut notified = Stored::default();
    let is_new = store(chat, &tx, &draft).await?;
    if is_new {
        notified = notifications::store(chat, &tx, &notice(&person, &draft)).await?;
    }
    tx.commit().await?;
    notifications::announce(chat, notified);
    Ok(is_new)
}

/// The admins' notification of such a report.
fn notice(person: &user::Model, draft: &Draft<'_>) -> NotificationDraft {
    let data = json!({
        "user_id": person.id.0,
        "username": person.username,
        "ticket_id": draft.ticket,
        "misuse_type": draft.kind,
    });
    let words = format!("{} was reported for misuse ({})", person.username, draft.kind);
    NotificationDraft::of_misuse(draft.cause.clone(), words, data)
}

/// The account of this id or name.
async fn known(chat: &Chat, named: &str) -> Result<Option<user::Model>> {
    if named.contains('\0') {
        return Ok(None);
    }
    let select = match named.parse() {
        Ok(id) => user::Entity::find_by_id(UserId(id)),
        Err(_) => user::Entity::named(named),
    };
    Ok(select.one(&*chat.db).await?)
}
