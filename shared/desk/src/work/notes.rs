//! Notes: what agents and admins write to each other about a conversation. Nobody else ever sees one: they are no
//! messages, and are in no search, resume or webhook.

use super::{Note, on_desk};
use crate::notifications::{self, NotificationDraft};
use accounts::users;
use chat::Chat;
use chat::access;
use chat::policy;
use chat::scope::Scope;
use entity::user::{self, Role};
use entity::{ConversationId, NoteId, UserId, conversation, conversation_note};
use kernel::actor::Actor;
use kernel::error::{Error, Result, check_text};
use kernel::event::Event;
use kernel::person::Person;
use kernel::roles;
use platform::db::Transaction;
use platform::limits::Spend;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

const MAX_TEXT: usize = 4000;
/// What a list holds.
const MAX_LISTED: u64 = 200;
/// People whom one note may name; further ones are only text.
const MAX_MENTIONS: usize = 50;

/// The newest 200 notes about a conversation, oldest first.
pub async fn notes(chat: &Chat, actor: &Actor, id: ConversationId) -> Result<Vec<Note>> {
    on_desk(chat, actor, id).await?;
    let mut rows = conversation_note::Entity::of(id)
        .order_by_desc(conversation_note::Column::Id)
        .limit(MAX_LISTED)
        .all(&*chat.db)
        .await?;
    rows.reverse();
    let authors = users::people(&*chat.db, rows.iter().map(|row| row.author_id)).await?;
    let notes = rows.into_iter().map(|row| {
        let author = authors.get(&row.author_id).cloned();
        let author = author.unwrap_or_else(|| users::unknown(row.author_id));
        view(row, author)
    });
    Ok(notes.collect())
}

/// Writes one. Those whom it names as `@username` and who may see the conversation are notified.
pub async fn add_note(chat: &Chat, actor: &Actor, id: ConversationId, text: &str) -> Result<Note> {
    let scope = on_desk(chat, actor, id).await?;
    check(text)?;
    chat.limits.spend(actor, Spend::Message)?;
    let named = named(chat, &scope, text).await?;
    let text = chat.markdown.render(text.to_owned()).await;
    let now = chat.clock.now();
    let row = conversation_note::Model {
        id: NoteId(Uuid::now_v7()),
        conversation_id: id,
        author_id: actor.id,
        text: text.text().to_owned(),
        html: Some(text.html().to_owned()),
        mentions: names(&named),
        created_at: now,
        updated_at: now,
    };
    let tx = chat.db.begin().await?;
    conversation_note::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&*tx)
        .await?;
    let notified = notify(chat, &tx, actor, &row, &named).await?;
    tx.commit().await?;
    notifications::announce(chat, notified);
    let note = view(row, Person::from(actor));
    chat.bus.publish_one(Event::NoteAdded {
        note: Arc::new(note.clone()),
    });
    Ok(note)
}

/// Changes one; its author. Who is named now and was not before is notified.
pub async fn edit_note(chat: &Chat, actor: &Actor, id: NoteId, text: &str) -> Result<Note> {
    let (mut row, scope) = find(chat, actor, id).await?;
    if row.author_id != actor.id {
        return Err(Error::Forbidden("You can only edit your own notes".into()));
    }
    check(text)?;
    chat.limits.spend(actor, Spend::Message)?;
    let named = named(chat, &scope, text).await?;
    let text = chat.markdown.render(text.to_owned()).await;
    text.text().clone_into(&mut row.text);
    row.html = Some(text.html().to_owned());
    row.mentions = names(&named);
    row.updated_at = chat.clock.now();
    let tx = chat.db.begin().await?;
    let change = row.clone().into_active_model().reset_all();
    change.update(&*tx).await.map_err(|error| match error {
        // deleted meanwhile
        DbErr::RecordNotUpdated => unknown(),
        other => other.into(),
    })?;
    let notified = notify(chat, &tx, actor, &row, &named).await?;
    tx.commit().await?;
    notifications::announce(chat, notified);
    let note = view(row, Person::from(actor));
    chat.bus.publish_one(Event::NoteChanged {
        note: Arc::new(note.clone()),
    });
    Ok(note)
}

/// Deletes one; its author, or an admin.
pub async fn delete_note(chat: &Chat, actor: &Actor, id: NoteId) -> Result<()> {
    let (row, _) = find(chat, actor, id).await?;
    if row.author_id != actor.id && !actor.is_admin() {
        return Err(Error::Forbidden("You can only delete your own notes".into()));
    }
    conversation_note::Entity::delete_by_id(id)
        .exec(&*chat.db)
        .await?;
    chat.bus.publish_one(Event::NoteDeleted {
        conversation: row.conversation_id,
        note: id,
    });
    Ok(())
}

/// The note, for an agent or admin who sees its conversation; to others of them it does not exist.
async fn find(chat: &Chat, actor: &Actor, id: NoteId) -> Result<(conversation_note::Model, Arc<Scope>)> {
    roles::staff(actor)?;
    let row = conversation_note::Entity::find_by_id(id)
        .one(&*chat.db)
        .await?
        .ok_or_else(unknown)?;
    match access::authorize(chat, actor, row.conversation_id).await {
        Ok(scope) => Ok((row, scope)),
        Err(Error::NotFound(_)) => Err(unknown()),
        Err(other) => Err(other),
    }
}

fn unknown() -> Error {
    Error::NotFound("Note".into())
}

fn check(text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::invalid("text", "This field may not be blank."));
    }
    check_text("text", text, 1, MAX_TEXT)
}

fn view(row: conversation_note::Model, author: Person) -> Note {
    Note {
        id: row.id,
        conversation: row.conversation_id,
        author,
        text: row.text,
        html: row.html.unwrap_or_default(),
        mentions: serde_json::from_value(row.mentions).unwrap_or_default(),
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

fn names(named: &[user::Model]) -> serde_json::Value {
    named.iter().map(|user| user.username.as_str()).collect()
}

/// The staff whom a text names and who may see the conversation, by name.
async fn named(chat: &Chat, scope: &Scope, text: &str) -> Result<Vec<user::Model>> {
    let words = mentioned(text);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = user::Entity::find()
        .filter(user::Column::UsernameKey.is_in(words))
        .filter(user::Column::Role.is_in([Role::Agent, Role::Admin]))
        .filter(user::Column::DisabledAt.is_null())
        .order_by_asc(user::Column::UsernameKey)
        .all(&*chat.db)
        .await?;
    found.retain(|user| policy::can_see(&Actor::of(user), scope));
    Ok(found)
}

/// What follows an `@`, lower-cased: as it stands, and without the punctuation of the sentence around it.
fn mentioned(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut before = ' ';
    let mut count = 0;
    for (at, c) in text.char_indices() {
        // an address holds an @ too
        let begins = c == '@' && !before.is_alphanumeric();
        before = c;
        if !begins || count == MAX_MENTIONS {
            continue;
        }
        let word = text[at + 1..]
            .split(char::is_whitespace)
            .next()
            .unwrap_or_default();
        let word = word.to_lowercase();
        let bare = word.trim_end_matches(|c: char| c.is_ascii_punctuation() && c != '_');
        if !bare.is_empty() {
            count += 1;
            words.insert(bare.to_owned());
            words.insert(word);
        }
    }
    words
}

async fn notify(
    chat: &Chat,
    tx: &Transaction,
    actor: &Actor,
    note: &conversation_note::Model,
    named: &[user::Model],
) -> Result<notifications::Stored> {
    let people: Vec<UserId> = named.iter().map(|user| user.id).collect();
    if people.is_empty() {
        return Ok(notifications::Stored::default());
    }
    let row = conversation::Entity::find_by_id(note.conversation_id)
        .one(&**tx)
        .await?
        .ok_or_else(Error::no_conversation)?;
    let draft = NotificationDraft::of_note(&row, actor, note, people);
    notifications::store(chat, tx, &draft).await
}

#[cfg(test)]
mod tests {
    use super::mentioned;

    #[test]
    fn a_name_after_an_at_is_a_mention_whatever_stands_around_it() {
        for (text, expected) in [
            ("@Ann look", vec!["ann"]),
            ("(cc @ann.)", vec!["ann", "ann.)"]),
            ("@ann, @bob!", vec!["ann", "ann,", "bob", "bob!"]),
            ("@j.doe", vec!["j.doe"]),
            ("**@ann_**", vec!["ann_", "ann_**"]),
            ("mail ann@example.com", vec![]),
            ("@ @@ @.", vec![]),
            ("line\n@ÄNNE", vec!["änne"]),
        ] {
            let expected: Vec<String> = expected.into_iter().map(String::from).collect();
            assert_eq!(
                mentioned(text).into_iter().collect::<Vec<_>>(),
                expected,
                "{text}"
            );
        }
    }
}
