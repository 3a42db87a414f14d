//! Messages: editing, deleting, reacting, searching.

use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::crm::openapi::Tag;
use crate::dialects::crm::rest::{
    EditBody, HelpfulBody, MessageObject, ReactionsObject, SearchPage, SenderAs,
};
use crate::problem::Problem;
use crate::wire::params::{Done, Number, PathText, given};
use app::App;
use chat::conversations;
use chat::messages::{self, DeleteMessage, EditMessage, Place, RateMessage, React, TextLimit};
use chat::search;
use kernel::actor::Actor;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;

pub(super) struct MessagesApi(pub App);

#[OpenApi(prefix_path = "/api/chat", tag = "Tag::Messages")]
impl MessagesApi {
    /// Edit a message
    ///
    /// Its author only.
    #[oai(path = "/messages/:id", method = "patch", operation_id = "edit_message")]
    async fn edit(
        &self,
        caller: Bearer,
        /// The message's id.
        id: Path<PathText>,
        body: Body<EditBody>,
    ) -> Result<Json<MessageObject>, Problem> {
        let command = EditMessage {
            message: id.0.message()?,
            text: body.0.text,
            limit: TextLimit::default(),
        };
        let message = messages::edit(&self.0, &caller.0, Place::Anywhere, command).await?;
        Ok(Json(MessageObject::new(
            &message,
            &self.0,
            SenderAs::Id,
            Some(caller.0.id),
        )))
    }

    /// Delete a message
    ///
    /// Its author, or an admin. It keeps its place, empty.
    #[oai(path = "/messages/:id", method = "delete", operation_id = "delete_message")]
    async fn delete(
        &self,
        caller: Bearer,
        /// The message's id.
        id: Path<PathText>,
    ) -> Result<Done, Problem> {
        let command = DeleteMessage {
            message: id.0.message()?,
        };
        messages::delete(&self.0, &caller.0, Place::Anywhere, command).await?;
        Ok(Done::NoContent)
    }

    /// React to a message
    ///
    /// Twice is once.
    #[oai(
        path = "/messages/:id/reactions/:emoji",
        method = "put",
        operation_id = "add_reaction"
    )]
    async fn react(
        &self,
        caller: Bearer,
        /// The message's id.
        id: Path<PathText>,
        /// The emoji, at most 64 bytes.
        emoji: Path<PathText>,
    ) -> Result<Json<ReactionsObject>, Problem> {
        react(&self.0, &caller.0, &id.0, emoji.0, false).await
    }

    /// Take a reaction back
    ///
    /// One that is not there is taken back all the same.
    #[oai(
        path = "/messages/:id/reactions/:emoji",
        method = "delete",
        operation_id = "remove_reaction"
    )]
    async fn take_back(
        &self,
        caller: Bearer,
        /// The message's id.
        id: Path<PathText>,
        /// The emoji, at most 64 bytes.
        emoji: Path<PathText>,
    ) -> Result<Json<ReactionsObject>, Problem> {
        react(&self.0, &caller.0, &id.0, emoji.0, true).await
    }

    /// Say whether an answer of the bot's helped
    ///
    /// Only whom it answers; the newest word stands.
    #[oai(path = "/messages/:id/helpful", method = "put", operation_id = "rate_answer")]
    async fn rate(
        &self,
        caller: Bearer,
        /// The message's id.
        id: Path<PathText>,
        body: Body<HelpfulBody>,
    ) -> Result<Done, Problem> {
        let command = RateMessage {
            message: id.0.message()?,
            feedback: body.0.into(),
        };
        messages::rate_answer(&self.0, &caller.0, command).await?;
        Ok(Done::NoContent)
    }

    /// Search messages
    ///
    /// In the conversations that the caller may see, newest first. Every word must occur; the last may be a beginning.
    #[oai(path = "/search", method = "get", operation_id = "search_messages")]
    async fn search(
        &self,
        caller: Bearer,
        /// The words, 1–200 characters.
        q: Query<String>,
        /// Only in this conversation.
        conversation_id: Query<Option<String>>,
        /// `next` of another page.
        cursor: Query<Option<String>>,
        /// How many; 20 unless given, 100 at most.
        limit: Query<Option<Number<1, 100>>>,
    ) -> Result<Json<SearchPage>, Problem> {
        let conversation = match given(conversation_id.0) {
            Some(id) => Some(conversations::resolve(&self.0, &id).await?),
            None => None,
        };
        let query = search::Query {
            text: q.0,
            conversation,
            before: given(cursor.0)
                .map(|cursor| search::decode_cursor(&cursor))
                .transpose()?,
            limit: limit.0.map_or(20, Number::unsigned),
        };
        let hits = search::search(&self.0, &caller.0, query).await?;
        Ok(Json(SearchPage::new(hits, &self.0, caller.0.id)))
    }
}

async fn react(
    app: &App,
    actor: &Actor,
    id: &PathText,
    emoji: PathText,
    remove: bool,
) -> Result<Json<ReactionsObject>, Problem> {
    let command = React {
        message: id.message()?,
        emoji: emoji.0,
        remove,
    };
    let message = messages::react(app, actor, Place::Anywhere, command).await?;
    Ok(Json(ReactionsObject::from(&*message)))
}
