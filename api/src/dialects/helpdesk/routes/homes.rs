//! The first pages of users, agents and admins.

use crate::bearer::Bearer;
use crate::dialects::helpdesk::openapi::Tag;
use crate::dialects::helpdesk::rest::{HomeObject, SelfServeBot, UserInfo};
use crate::problem::Problem;
use accounts::users;
use app::App;
use assist::knowledge;
use entity::user::Role;
use poem_openapi::OpenApi;
use poem_openapi::payload::Json;

pub(super) struct HomesApi(pub App);

const USERS: &[&str] = &[
    "Open tickets, follow and rate them",
    "Chat with those who work on your tickets",
    "Ask the bot, which answers at once from the help articles",
    "Be notified of what happens to your tickets",
];
const AGENTS: &[&str] = &[
    "See and answer your department's tickets, take them up and resolve them",
    "Chat with the people who opened them",
    "Have the bot draft answers from the help articles",
    "Keep the help articles that the bot answers from",
];
const ADMINS: &[&str] = &[
    "See, change and delete the tickets of every department",
    "Look at reports of misuse",
    "Follow the figures of tickets, agents and the bot",
    "Upload documents that the bot answers from",
    "See how the installation is",
];

#[OpenApi(tag = "Tag::Homes")]
impl HomesApi {
    /// The users' first page
    ///
    /// Who they are, what they can do, and how to ask the bot. To agents and admins it says that it is not theirs, with 200.
    #[oai(path = "/user/home", method = "get", operation_id = "user_home")]
    async fn user(&self, caller: Bearer) -> Result<Json<HomeObject>, Problem> {
        if caller.0.is_staff() {
            return Ok(Json(HomeObject::denied("User")));
        }
        let who = self.who(&caller).await?;
        let prompts = knowledge::prompts(&self.0.assist).await?;
        Ok(Json(HomeObject {
            user: Some(who.username.clone()),
            self_serve_bot: Some(SelfServeBot::new(prompts)),
            ..HomeObject::new("User", who, USERS)
        }))
    }

    /// The agents' first page
    ///
    /// To others, admins too, it says that it is not theirs, with 200.
    #[oai(path = "/agent/home", method = "get", operation_id = "agent_home")]
    async fn agent(&self, caller: Bearer) -> Result<Json<HomeObject>, Problem> {
        if caller.0.role != Role::Agent {
            return Ok(Json(HomeObject::denied("Agent")));
        }
        let who = self.who(&caller).await?;
        Ok(Json(HomeObject {
            agent: Some(who.username.clone()),
            department: caller.0.department.map(Into::into),
            ..HomeObject::new("Agent", who, AGENTS)
        }))
    }

    /// The admins' first page
    ///
    /// To others it says that it is not theirs, with 200.
    #[oai(path = "/admin/home", method = "get", operation_id = "admin_home")]
    async fn admin(&self, caller: Bearer) -> Result<Json<HomeObject>, Problem> {
        if !caller.0.is_admin() {
            return Ok(Json(HomeObject::denied("Admin")));
        }
        let who = self.who(&caller).await?;
        Ok(Json(HomeObject {
            admin: Some(who.username.clone()),
            ..HomeObject::new("Admin", who, ADMINS)
        }))
    }

    async fn who(&self, caller: &Bearer) -> Result<UserInfo, Problem> {
        Ok(users::me(&self.0, &caller.0).await?.into())
    }
}
