//! Accounts: one's own, and everybody's for agents and admins.

use crate::bearer::{Bearer, client_address};
use crate::body::Body;
use crate::dialects::support::error::reworded;
use crate::dialects::support::openapi::Tag;
use crate::dialects::support::rest::{
    ChangePasswordBody, ChangedPassword, ProfileObject, RoleWord, UpdateProfileBody,
};
use crate::problem::Problem;
use crate::wire::params::{Number, PathText, given};
use accounts::credentials;
use accounts::users::{self, Directory};
use app::App;
use entity::UserId;
use kernel::error::Error;
use kernel::roles;
use platform::limits::Caller;
use poem::Request;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

pub(super) struct UsersApi(pub App);

#[derive(ApiResponse)]
enum Listed {
    /// Accounts, newest first.
    #[oai(status = 200)]
    Page(
        Json<Vec<ProfileObject>>,
        /// How many there are on all pages.
        #[oai(header = "X-Total-Count")]
        u64,
    ),
}

#[OpenApi(prefix_path = "/api/v1/users", tag = "Tag::Profiles")]
impl UsersApi {
    /// One's own profile
    ///
    /// The account behind the token.
    #[oai(path = "/me/profile", method = "get", operation_id = "get_profile")]
    async fn profile(&self, caller: Bearer) -> Result<Json<ProfileObject>, Problem> {
        Ok(Json(users::me(&self.0, &caller.0).await?.into()))
    }

    /// List accounts
    ///
    /// Newest first, without visitors. Agents and admins only.
    #[oai(path = "/", method = "get", operation_id = "list_profiles")]
    async fn list(
        &self,
        caller: Bearer,
        /// A part of the username, the full name or the e-mail address.
        search: Query<Option<String>>,
        /// Only those with this role.
        role: Query<Option<RoleWord>>,
        /// Which page; the first is 1.
        page: Query<Option<Number<1, 1_000_000>>>,
        /// How many on a page; 100 unless given, which is the most.
        limit: Query<Option<Number<1, 100>>>,
    ) -> Result<Listed, Problem> {
        let limit = limit.0.map_or(100, Number::unsigned);
        let page = page.0.map_or(1, Number::unsigned);
        let query = Directory {
            search: given(search.0),
            role: role.0.map(Into::into),
            limit,
            offset: page.saturating_sub(1).saturating_mul(limit),
        };
        let (found, count) = users::directory(&self.0, &caller.0, &query).await?;
        let found = found.into_iter().map(Into::into).collect();
        Ok(Listed::Page(Json(found), count))
    }

    /// Change one's password
    ///
    /// The present one is counted as at sign-in where it is wrong. Other sessions end, this one stays.
    #[oai(
        path = "/change-password",
        method = "post",
        operation_id = "change_own_password"
    )]
    async fn change_password(
        &self,
        request: &Request,
        caller: Bearer,
        body: Body<ChangePasswordBody>,
    ) -> Result<Json<ChangedPassword>, Problem> {
        let missing = |field| Problem::invalid(field, "This field is required.");
        let (command, proof) = body.0.split().map_err(missing)?;
        let from = Caller {
            address: client_address(request, &self.0.settings.trusted_proxies),
            proof: proof.as_deref(),
        };
        credentials::change_password(&self.0, &caller.0, command, from).await?;
        Ok(Json(ChangedPassword::default()))
    }

    /// An account
    ///
    /// One's own; agents and admins may name anybody. To others it does not exist.
    #[oai(path = "/:id", method = "get", operation_id = "get_profile_of")]
    async fn get(
        &self,
        caller: Bearer,
        /// The account's number.
        id: Path<PathText>,
    ) -> Result<Json<ProfileObject>, Problem> {
        let found = users::find(&self.0, &caller.0, number(&id.0)?).await;
        Ok(Json(found.map_err(reworded)?.into()))
    }

    /// Change an account
    ///
    /// One's own, or as an admin anybody's, whose role changes too. What is absent stays.
    #[oai(path = "/:id", method = "patch", operation_id = "update_profile")]
    async fn update(
        &self,
        request: &Request,
        caller: Bearer,
        /// The account's number.
        id: Path<PathText>,
        body: Body<UpdateProfileBody>,
    ) -> Result<Json<ProfileObject>, Problem> {
        let id = number(&id.0)?;
        if caller.0.is_admin() {
            let changed = users::change(&self.0, &caller.0, id, body.0.administered()).await?;
            return Ok(Json(changed.into()));
        }
        // whom one may not see does not exist
        users::find(&self.0, &caller.0, id).await?;
        if id != caller.0.id || body.0.role.is_some() {
            roles::admin(&caller.0)?;
        }
        let from = client_address(request, &self.0.settings.trusted_proxies);
        let (command, password) = (body.0.own(), body.0.password());
        let changed = credentials::change_own(&self.0, &caller.0, command, password, from).await?;
        Ok(Json(changed.into()))
    }
}

fn number(id: &PathText) -> Result<UserId, Error> {
    let id = id.0.parse().map(UserId);
    id.map_err(|_| Error::NotFound("User".into()))
}
