//! The tables that are moved, and how one is read and stored whatever it holds.

use super::secrets::{CodeRow, EndpointRow, SubscriptionRow, TokenRow, UserRow};
use anyhow::Context;
use async_trait::async_trait;
use chat::search;
use entity::{
    account_token, article, article_image, article_version, attachment, canned_reply, conversation,
    conversation_label, conversation_note, job, label, message, misuse_report, notification, participant,
    prompt, push_subscription, reaction, refresh_token, session, station, ticket, user, webhook_delivery,
    webhook_endpoint,
};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use platform::db::Running;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityName, EntityTrait,
    IntoActiveModel, Iterable, PrimaryKeyToColumn, QueryFilter, QueryOrder,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::marker::PhantomData;

/// A table whose rows can be read as JSON and stored again.
#[async_trait]
pub(super) trait Table: Send + Sync {
    fn name(&self) -> &str;

    /// Its rows by their keys.
    async fn read<'a>(&self, db: &'a Running) -> anyhow::Result<BoxStream<'a, anyhow::Result<Value>>>;

    /// Stores rows, keys included.
    async fn store(&self, db: &Running, rows: Vec<Value>) -> anyhow::Result<()>;
}

struct Rows<E: EntityTrait, R> {
    entity: E,
    /// How a row is written: as itself, or, where it holds a secret, as what names the secret on purpose.
    written: PhantomData<fn() -> R>,
    only: Condition,
    /// What depends on the database is made anew.
    adapt: fn(&mut E::Model, DbBackend),
}

fn rows<E: EntityTrait>(entity: E) -> Box<Rows<E, E::Model>> {
    rows_as(entity)
}

fn rows_as<E: EntityTrait, R>(entity: E) -> Box<Rows<E, R>> {
    Box::new(Rows {
        entity,
        written: PhantomData,
        only: Condition::all(),
        adapt: |_, _| {},
    })
}

/// Tables that are not moved: what is made of others anew.
pub const LEFT_OUT: &[&str] = &["bot_article_vectors"];

/// Tables whose rows name files: `key`, and `thumbnail_key` where there is one.
pub(super) const WITH_FILES: &[&str] = &["chat_attachment", "bot_article_image"];

/// Every table that is moved, those that others refer to first.
pub(super) fn all() -> Vec<Box<dyn Table>> {
    let mut messages = rows(message::Entity);
    messages.adapt = |row, backend| {
        row.words = match backend {
            DbBackend::Postgres => search::indexed(&row.text),
            _ => String::new(),
        };
    };
    let mut jobs = rows(job::Entity);
    jobs.only = Condition::all().add(job::Column::State.ne(job::State::Done));
    vec![
        rows_as::<_, UserRow>(user::Entity),
        rows(session::Entity),
        rows_as::<_, TokenRow>(refresh_token::Entity),
        rows_as::<_, CodeRow>(account_token::Entity),
        rows(station::Entity),
        rows(conversation::Entity),
        rows(participant::Entity),
        rows(attachment::Entity),
        messages,
        rows(reaction::Entity),
        rows(ticket::Entity),
        rows(misuse_report::Entity),
        rows(label::Entity),
        rows(conversation_label::Entity),
        rows(conversation_note::Entity),
        rows(canned_reply::Entity),
        rows(notification::Entity),
        rows_as::<_, SubscriptionRow>(push_subscription::Entity),
        rows_as::<_, EndpointRow>(webhook_endpoint::Entity),
        rows(webhook_delivery::Entity),
        rows(prompt::Entity),
        rows(article::Entity),
        rows(article_version::Entity),
        rows(article_image::Entity),
        jobs,
    ]
}

/// Their names, in order.
pub fn names() -> Vec<String> {
    all().iter().map(|table| table.name().to_owned()).collect()
}

#[async_trait]
impl<E, R> Table for Rows<E, R>
where
    E: EntityTrait,
    R: From<E::Model> + Into<E::Model> + Serialize + DeserializeOwned,
    E::Model: IntoActiveModel<E::ActiveModel> + Send + Sync,
    E::ActiveModel: Send,
{
    fn name(&self) -> &str {
        EntityName::table_name(&self.entity)
    }

    async fn read<'a>(&self, db: &'a Running) -> anyhow::Result<BoxStream<'a, anyhow::Result<Value>>> {
        let mut select = E::find().filter(self.only.clone());
        for key in E::PrimaryKey::iter() {
            select = select.order_by_asc(key.into_column());
        }
        let (adapt, backend) = (self.adapt, ConnectionTrait::get_database_backend(db));
        let found = select.stream(db).await?;
        Ok(found
            .map(move |row| {
                let mut row = row?;
                adapt(&mut row, backend);
                Ok(serde_json::to_value(R::from(row))?)
            })
            .boxed())
    }

    async fn store(&self, db: &Running, rows: Vec<Value>) -> anyhow::Result<()> {
        let mut models = Vec::with_capacity(rows.len());
        for row in rows {
            let row: R = serde_json::from_value(row).with_context(|| format!("a row of {}", self.name()))?;
            let mut model: E::Model = row.into();
            (self.adapt)(&mut model, ConnectionTrait::get_database_backend(db));
            models.push(model.into_active_model().reset_all());
        }
        E::insert_many(models).exec_without_returning(db).await?;
        Ok(())
    }
}
