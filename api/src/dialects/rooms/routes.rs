//! The REST side of the `rooms` dialect: each handler turns a request into a command and the result into an answer.

use super::error::about;
use super::rest::{
    self, AddParticipantsBody, ChatObject, CreateChatBody, DetailsObject, MessageObject, ParticipantObject,
    StatsObject, SyncObject,
};
use crate::bearer::OptionalBearer;
use crate::body::Body;
use crate::dialects::rooms::openapi::Tag;
use crate::problem::Problem;
use crate::wire::params::{Count, Done, Number, PathText, given};
use app::App;
use chat::rooms;
use kernel::error::Error;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

/// All of it.
pub fn apis(app: App) -> impl OpenApi {
    RoomsApi(app)
}

struct RoomsApi(App);

#[derive(ApiResponse)]
enum Made {
    /// The chat.
    #[oai(status = 201)]
    Created(Json<ChatObject>),
}

#[derive(ApiResponse)]
enum Added {
    /// Those newly added.
    #[oai(status = 201)]
    Created(Json<Vec<ParticipantObject>>),
}

#[OpenApi(prefix_path = "/api/chats", tag = "Tag::Rooms")]
impl RoomsApi {
    /// Make a chat
    ///
    /// Its creator takes part in it. Without a token `created_by` is believed where rooms are open, and an unknown name
    /// becomes a guest.
    #[oai(path = "/", method = "post", operation_id = "create_chat")]
    async fn create(&self, caller: OptionalBearer, body: Body<CreateChatBody>) -> Result<Made, Problem> {
        let made = rooms::create(&self.0, caller.0.as_ref(), body.0.into()).await?;
        Ok(Made::Created(Json(made.into())))
    }

    /// Count the connections
    ///
    /// The sockets of chats, on all instances.
    #[oai(path = "/ws/stats", method = "get", operation_id = "chat_stats")]
    async fn stats(&self, caller: OptionalBearer) -> Result<Json<StatsObject>, Problem> {
        let totals = rooms::totals(&self.0, caller.0.as_ref()).await?;
        Ok(Json(totals.into()))
    }

    /// A person's chats
    ///
    /// Those that they take part in, newest activity first. With a token, one's own; staff may ask for anybody's.
    #[oai(
        path = "/participant/:id",
        method = "get",
        operation_id = "list_participant_chats"
    )]
    async fn of_participant(
        &self,
        caller: OptionalBearer,
        /// The username.
        id: Path<PathText>,
        /// How many; 100 unless given, 200 at most.
        limit: Query<Option<Number<1, 200>>>,
        /// How many of the newest to skip.
        offset: Query<Option<Count>>,
    ) -> Result<Json<Vec<ChatObject>>, Problem> {
        let (offset, limit) = (
            offset.0.map_or(0, Number::unsigned),
            limit.0.map_or(100, Number::unsigned),
        );
        let found = rooms::list(&self.0, caller.0.as_ref(), &id.0.0, offset, limit).await?;
        Ok(Json(found.into_iter().map(Into::into).collect()))
    }

    /// A chat
    ///
    /// And its people.
    #[oai(path = "/:id", method = "get", operation_id = "get_chat")]
    async fn get(
        &self,
        caller: OptionalBearer,
        /// The chat's id.
        id: Path<PathText>,
    ) -> Result<Json<DetailsObject>, Problem> {
        let chat = id.0.0;
        let found = rooms::get(&self.0, caller.0.as_ref(), &chat).await;
        Ok(Json(found.map_err(about(&chat))?.into()))
    }

    /// Delete a chat
    ///
    /// With all that was said in it; its sockets close with 4004.
    #[oai(path = "/:id", method = "delete", operation_id = "delete_chat")]
    async fn delete(
        &self,
        caller: OptionalBearer,
        /// The chat's id.
        id: Path<PathText>,
    ) -> Result<Done, Problem> {
        let chat = id.0.0;
        let deleted = rooms::delete(&self.0, caller.0.as_ref(), &chat).await;
        deleted.map_err(about(&chat))?;
        Ok(Done::NoContent)
    }

    /// Add people
    ///
    /// By username; returns those who were not there yet. Where rooms are open an unknown name becomes a guest; elsewhere
    /// the first one is named in a 404, and nobody is added.
    #[oai(
        path = "/:id/participants",
        method = "post",
        operation_id = "add_chat_participants"
    )]
    async fn add(
        &self,
        caller: OptionalBearer,
        /// The chat's id.
        id: Path<PathText>,
        body: Body<AddParticipantsBody>,
    ) -> Result<Added, Problem> {
        let chat = id.0.0;
        let added = rooms::add(&self.0, caller.0.as_ref(), &chat, &body.0.participant_ids).await;
        let (row, people) = added.map_err(about(&chat))?;
        Ok(Added::Created(Json(rest::participants(&row, people))))
    }

    /// Remove a person
    ///
    /// Their sockets in the chat close with 4003. With a token, everybody may remove themselves and whom they added; agents
    /// and admins may remove anybody.
    #[oai(
        path = "/:id/participants/:participant",
        method = "delete",
        operation_id = "remove_chat_participant"
    )]
    async fn remove(
        &self,
        caller: OptionalBearer,
        /// The chat's id.
        id: Path<PathText>,
        /// The username.
        participant: Path<PathText>,
    ) -> Result<Done, Problem> {
        let chat = id.0.0;
        let removed = rooms::remove(&self.0, caller.0.as_ref(), &chat, &participant.0.0).await;
        removed.map_err(about(&chat))?;
        Ok(Done::NoContent)
    }

    /// A chat's messages
    ///
    /// From the oldest, in their present state.
    #[oai(path = "/:id/messages", method = "get", operation_id = "list_chat_messages")]
    async fn messages(
        &self,
        caller: OptionalBearer,
        /// The chat's id.
        id: Path<PathText>,
        /// How many; 50 unless given, 200 at most.
        limit: Query<Option<Number<1, 200>>>,
        /// How many of the oldest to skip.
        offset: Query<Option<Count>>,
    ) -> Result<Json<Vec<MessageObject>>, Problem> {
        let (chat, caller) = (id.0.0, caller.0.as_ref());
        let (offset, limit) = (
            offset.0.map_or(0, Number::unsigned),
            limit.0.map_or(50, Number::unsigned),
        );
        let page = rooms::messages(&self.0, caller, &chat, offset, limit).await;
        let (name, page) = page.map_err(about(&chat))?;
        Ok(Json(rest::messages(&name, &page)))
    }

    /// What somebody has not read
    ///
    /// Messages of others beyond the person's reading mark, which the socket frame `read` moves; asking moves nothing.
    #[oai(path = "/:id/sync", method = "get", operation_id = "sync_chat")]
    async fn sync(
        &self,
        caller: OptionalBearer,
        /// The chat's id.
        id: Path<PathText>,
        /// The username; with a token, the caller's unless given.
        user_id: Query<Option<String>>,
        /// How many; 100 unless given, 200 at most.
        limit: Query<Option<Number<1, 200>>>,
        /// Of the page before.
        last_evaluated_key: Query<Option<String>>,
    ) -> Result<Json<SyncObject>, Problem> {
        let (chat, caller) = (id.0.0, caller.0.as_ref());
        let own = || caller.map(|actor| actor.username.to_string());
        let who = given(user_id.0).or_else(own);
        let who = who.ok_or_else(|| Error::invalid("user_id", "This field is required."))?;
        let (key, limit) = (given(last_evaluated_key.0), limit.0.map_or(100, Number::unsigned));
        let unread = rooms::sync(&self.0, caller, &chat, &who, key.as_deref(), limit).await;
        Ok(Json(unread.map_err(about(&chat))?.into()))
    }
}
