//! Who works for the company, and the accounts that admins keep.

use super::params::{Number, PathText, given};
use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::crm::rest::{
    CreateUserBody, RoleName, StaffObject, UpdateUserBody, UserObject, UserPage,
};
use crate::docs::Tag;
use crate::problem::Problem;
use kernel::error::Error;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};
use shared::core::Core;
use shared::entity::UserId;
use shared::users::{self, Cursor};

pub(super) struct UsersApi(pub Core);

#[derive(ApiResponse)]
enum Created {
    /// The account.
    #[oai(status = 201)]
    Created(Json<UserObject>),
}

#[OpenApi(prefix_path = "/api", tag = "Tag::Users")]
impl UsersApi {
    /// Who works for the company
    ///
    /// The agents and admins who can sign in, by name; agents and admins.
    #[oai(path = "/staff", method = "get", operation_id = "list_staff")]
    async fn staff(&self, caller: Bearer) -> Result<Json<Vec<StaffObject>>, Problem> {
        let members = users::staff(&self.0, &caller.0).await?;
        Ok(Json(members.into_iter().map(Into::into).collect()))
    }

    /// List the accounts
    ///
    /// Visitors too, newest first; admins only.
    #[oai(path = "/users", method = "get", operation_id = "list_users")]
    async fn list(
        &self,
        caller: Bearer,
        /// A part of the username, the full name or the e-mail address.
        search: Query<Option<String>>,
        /// Only those with this role.
        role: Query<Option<RoleName>>,
        /// `next` or `previous` of another page.
        cursor: Query<Option<String>>,
        /// How many; 50 unless given, 100 at most.
        limit: Query<Option<Number<1, 100>>>,
    ) -> Result<Json<UserPage>, Problem> {
        let query = users::Query {
            search: given(search.0),
            role: role.0.map(Into::into),
            cursor: given(cursor.0)
                .map(|cursor| Cursor::decode(&cursor))
                .transpose()?,
            limit: limit.0.map_or(50, Number::unsigned),
        };
        Ok(Json(users::browse(&self.0, &caller.0, &query).await?.into()))
    }

    /// Create an account
    ///
    /// Of any role; admins only. Its password is the admin's to tell.
    #[oai(path = "/users", method = "post", operation_id = "create_user")]
    async fn create(&self, caller: Bearer, body: Body<CreateUserBody>) -> Result<Created, Problem> {
        let made = users::add(&self.0, &caller.0, body.0.into()).await?;
        Ok(Created::Created(Json(made.into())))
    }

    /// Change an account
    ///
    /// What is absent stays; admins only. Nobody demotes or disables themselves, and one admin who can sign in stays.
    /// Whoever is disabled or gets another password is signed out everywhere; after other changes the person's sockets
    /// close with 4012, to come back with the new role.
    #[oai(path = "/users/:id", method = "patch", operation_id = "update_user")]
    async fn update(
        &self,
        caller: Bearer,
        /// The account's id.
        id: Path<PathText>,
        body: Body<UpdateUserBody>,
    ) -> Result<Json<UserObject>, Problem> {
        let id = account(&caller, &id.0)?;
        let changed = users::change(&self.0, &caller.0, id, body.0.into()).await?;
        Ok(Json(changed.into()))
    }
}

/// Whoever may not know any account is told so before whether there is this one.
fn account(caller: &Bearer, id: &PathText) -> Result<UserId, Error> {
    shared::policy::admin(&caller.0)?;
    let id = id.0.parse().map(UserId);
    id.map_err(|_| Error::NotFound("User".into()))
}
