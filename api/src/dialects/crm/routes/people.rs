//! Who takes part in a conversation, how far they have read, and who is typing.

use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::crm::openapi::Tag;
use crate::dialects::crm::rest::{
    AddParticipants, FoundPerson, MarkObject, NamedPerson, PersonObject, ReadBody, SuccessObject, TypingBody,
};
use crate::problem::Problem;
use crate::wire::params::{Done, Number, PathText};
use accounts::users;
use app::App;
use chat::conversations;
use chat::participants;
use chat::receipts::{self, UpTo};
use entity::MessageId;
use kernel::error::Error;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;

pub(super) struct PeopleApi(pub App);

#[OpenApi(prefix_path = "/api/chat", tag = "Tag::People")]
impl PeopleApi {
    /// Add people
    ///
    /// Returns those who were not there yet. The first who does not exist is named in a 404, and nobody is added; a visitor
    /// exists for agents and admins only. Who of the company takes part in a customer's conversation is the company's to say.
    /// Whoever is added to a talk of two reads only what comes after.
    #[oai(
        path = "/conversations/:id/participants",
        method = "post",
        operation_id = "add_participants"
    )]
    async fn add(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
        body: Body<AddParticipants>,
    ) -> Result<Json<Vec<PersonObject>>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let named: Vec<_> = body.0.participant_ids.into_iter().map(Into::into).collect();
        let added = participants::add(&self.0, &caller.0, id, &named).await?;
        Ok(Json(added.into_iter().map(Into::into).collect()))
    }

    /// Remove a person
    ///
    /// Their sockets in the conversation close. Everybody may remove themselves and whom they added, but a customer never who
    /// serves them; agents and admins may remove anybody.
    #[oai(
        path = "/conversations/:id/participants/:user",
        method = "delete",
        operation_id = "remove_participant"
    )]
    async fn remove(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
        /// The person's id or username.
        user: Path<PathText>,
    ) -> Result<Done, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let who = NamedPerson::new(user.0.0).into();
        participants::remove(&self.0, &caller.0, id, &who).await?;
        Ok(Done::NoContent)
    }

    /// Mark a conversation as read
    ///
    /// Up to a `seq`, or up to the newest of some messages. The mark never goes back.
    #[oai(
        path = "/conversations/:id/read",
        method = "post",
        operation_id = "read_conversation"
    )]
    async fn read(
        &self,
        caller: Bearer,
        /// The conversation's id.
        id: Path<PathText>,
        body: Body<ReadBody>,
    ) -> Result<Json<MarkObject>, Problem> {
        let id = id.0.conversation(&self.0).await?;
        let seq = receipts::mark_read(&self.0, &caller.0, id, up_to(body.0)?).await?;
        Ok(Json(MarkObject::new(seq)))
    }

    /// Mark a message as read
    ///
    /// And with it everything before it.
    #[oai(path = "/messages/:id/read", method = "post", operation_id = "read_message")]
    async fn read_message(
        &self,
        caller: Bearer,
        /// The message's id.
        id: Path<PathText>,
    ) -> Result<Json<SuccessObject>, Problem> {
        receipts::mark_message_read(&self.0, &caller.0, id.0.message()?).await?;
        Ok(Json(SuccessObject::default()))
    }

    /// Say that the caller is typing
    ///
    /// Or no longer is. Everybody in the conversation hears of it; nothing is stored.
    #[oai(path = "/typing", method = "post", operation_id = "typing")]
    async fn typing(&self, caller: Bearer, body: Body<TypingBody>) -> Result<Json<SuccessObject>, Problem> {
        let id = conversations::resolve(&self.0, &body.0.conversation_id).await?;
        conversations::type_in(&self.0, &caller.0, id, body.0.is_typing).await?;
        Ok(Json(SuccessObject::default()))
    }
}

pub(super) struct SearchApi(pub App);

#[OpenApi(prefix_path = "/api/users", tag = "Tag::People")]
impl SearchApi {
    /// Find people
    ///
    /// Others by a part of their username, by username: those whom the caller may begin a conversation with. Visitors, who talk
    /// to the company only, are refused, and found by agents and admins alone.
    #[oai(path = "/search", method = "get", operation_id = "search_people")]
    async fn search(
        &self,
        caller: Bearer,
        /// The part, whatever its case; nobody is found for an empty one.
        q: Query<Option<String>>,
        /// How many; 20 unless given, 50 at most.
        limit: Query<Option<Number<1, 50>>>,
    ) -> Result<Json<Vec<FoundPerson>>, Problem> {
        let limit = limit.0.map_or(20, Number::unsigned);
        let found = users::search(&self.0, &caller.0, &q.0.unwrap_or_default(), limit).await?;
        Ok(Json(found.into_iter().map(Into::into).collect()))
    }
}

fn up_to(body: ReadBody) -> Result<UpTo, Error> {
    match (body.seq, body.message_ids) {
        (Some(seq), _) => Ok(UpTo::Seq(seq)),
        (None, Some(ids)) => Ok(UpTo::Messages(
            ids.iter().map(|id| message(id)).collect::<Result<_, _>>()?,
        )),
        (None, None) => Err(Error::invalid("seq", "Give seq or message_ids")),
    }
}

fn message(id: &str) -> Result<MessageId, Error> {
    let unknown = || Error::invalid("message_ids", "Message not found in this conversation");
    id.parse().map_err(|_| unknown())
}
