//! Who works for the company, and the accounts that admins keep.

use super::openapi::Tag;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::problem::Problem;
use crate::wire::params::{Number, PathText, given};
use crate::wire::time::Timestamp;
use accounts::users::{self, ChangeContact, Cursor, Listed, Register, UpdateUser};
use app::App;
use desk::staff;
use desk::staff::StaffMember;
use entity::UserId;
use entity::user::{self, Department, Role};
use kernel::error::Error;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::{Example, MaybeUndefined, Password};
use poem_openapi::{ApiResponse, Enum, Object, OpenApi};
use secrecy::SecretString;
use serde::Deserialize;

pub(super) struct UsersApi(pub App);

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
        let members = staff::list(&self.0, &caller.0).await?;
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

/// Refuses whoever may not see any account before it is looked up: the refusal does not say whether it is there.
fn account(caller: &Bearer, id: &PathText) -> Result<UserId, Error> {
    kernel::roles::admin(&caller.0)?;
    let id = id.0.parse().map(UserId);
    id.map_err(|_| Error::NotFound("User".into()))
}

/// What an account may do.
#[derive(Enum, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename = "UserRole", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum RoleName {
    User,
    /// A user of the `support` dialect.
    Driver,
    Agent,
    Admin,
    Bot,
}

/// An agent's team.
#[derive(Enum, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename = "UserDepartment")]
pub enum DepartmentName {
    #[oai(rename = "IT")]
    #[serde(rename = "IT")]
    It,
    #[oai(rename = "HR")]
    #[serde(rename = "HR")]
    Hr,
}

/// Somebody who works for the company.
#[derive(Object, Clone, Debug)]
#[oai(rename = "StaffMember")]
pub struct StaffObject {
    /// The user's id.
    pub id: String,
    pub username: String,
    /// What to show: the full name, else the username.
    pub name: String,
    pub role: RoleName,
    #[oai(nullable)]
    pub department: Option<DepartmentName>,
    /// Has a page or an app open.
    pub is_online: bool,
}

impl From<StaffMember> for StaffObject {
    fn from(member: StaffMember) -> Self {
        let row = member.row;
        Self {
            id: row.id.to_string(),
            name: users::shown(&row).to_owned(),
            username: row.username,
            role: row.role.into(),
            department: row.department.map(Into::into),
            is_online: member.is_online,
        }
    }
}

/// An account as admins see it.
#[derive(Object, Clone, Debug)]
#[oai(rename = "User")]
pub struct UserObject {
    pub id: String,
    pub username: String,
    #[oai(nullable)]
    pub full_name: Option<String>,
    #[oai(nullable)]
    pub email: Option<String>,
    pub role: RoleName,
    #[oai(nullable)]
    pub department: Option<DepartmentName>,
    /// Cannot sign in.
    pub is_disabled: bool,
    /// Came through the widget without an account.
    pub is_visitor: bool,
    pub created_at: Timestamp,
}

impl From<user::Model> for UserObject {
    fn from(row: user::Model) -> Self {
        Self {
            id: row.id.to_string(),
            username: row.username,
            full_name: row.full_name,
            email: row.email,
            role: row.role.into(),
            department: row.department.map(Into::into),
            is_disabled: row.disabled_at.is_some(),
            is_visitor: row.visitor_sub.is_some(),
            created_at: row.created_at.into(),
        }
    }
}

/// A page of accounts, newest first.
#[derive(Object, Clone, Debug)]
pub struct UserPage {
    /// How many there are on all pages.
    pub count: u64,
    /// The `cursor` of the next page.
    #[oai(nullable)]
    pub next: Option<String>,
    /// The `cursor` of the page before.
    #[oai(nullable)]
    pub previous: Option<String>,
    pub results: Vec<UserObject>,
}

impl From<Listed> for UserPage {
    fn from(listed: Listed) -> Self {
        Self {
            count: listed.count,
            next: listed.next.map(|cursor| cursor.encode()),
            previous: listed.previous.map(|cursor| cursor.encode()),
            results: listed.rows.into_iter().map(Into::into).collect(),
        }
    }
}

/// An account to be made.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "CreateUser", example)]
pub struct CreateUserBody {
    /// 3–50 characters without white space or slashes, at least one of them not a digit.
    #[oai(validator(min_length = 3, max_length = 50, pattern = r"^[^\s/\\]*[^\s/\\0-9][^\s/\\]*$"))]
    pub username: String,
    /// 8–128 characters.
    #[oai(validator(min_length = 8, max_length = 128))]
    #[serde(deserialize_with = "password")]
    pub password: Password,
    pub role: RoleName,
    #[oai(
        nullable,
        validator(max_length = 254, pattern = r"^[^@\s]+@[^@\s.][^@\s]*\.[^@\s.]+$")
    )]
    pub email: Option<String>,
    #[oai(nullable, validator(max_length = 200))]
    pub full_name: Option<String>,
    /// Agents only.
    #[oai(nullable)]
    pub department: Option<DepartmentName>,
}

impl Example for CreateUserBody {
    fn example() -> Self {
        Self {
            username: "itagent".into(),
            password: Password("testpass123".into()),
            role: RoleName::Agent,
            email: Some("itagent@example.com".into()),
            full_name: Some("Ida Torres".into()),
            department: Some(DepartmentName::It),
        }
    }
}

impl From<CreateUserBody> for Register {
    fn from(body: CreateUserBody) -> Self {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        Self {
            username: body.username,
            password: SecretString::from(body.password.0),
            email: given(body.email),
            phone: None,
            full_name: given(body.full_name),
            role: Some(body.role.into()),
            department: body.department.map(Into::into),
        }
    }
}

/// What changes; what is absent stays.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "UpdateUser", example)]
pub struct UpdateUserBody {
    #[oai(nullable)]
    pub role: Option<RoleName>,
    /// Agents only; null: none.
    #[oai(nullable)]
    #[serde(default)]
    pub department: MaybeUndefined<DepartmentName>,
    /// Null or empty: none.
    #[oai(nullable, validator(max_length = 200))]
    #[serde(default)]
    pub full_name: MaybeUndefined<String>,
    /// Whoever is disabled is signed out and cannot sign in.
    #[oai(nullable)]
    pub is_disabled: Option<bool>,
    /// 8–128 characters; the person's other sessions end.
    #[oai(nullable, validator(min_length = 8, max_length = 128))]
    #[serde(default, deserialize_with = "new_password")]
    pub password: Option<Password>,
}

impl Example for UpdateUserBody {
    fn example() -> Self {
        Self {
            role: Some(RoleName::Agent),
            department: MaybeUndefined::Value(DepartmentName::Hr),
            full_name: MaybeUndefined::Undefined,
            is_disabled: None,
            password: None,
        }
    }
}

impl From<UpdateUserBody> for UpdateUser {
    fn from(body: UpdateUserBody) -> Self {
        let department: Option<Option<DepartmentName>> = body.department.into();
        Self {
            role: body.role.map(Into::into),
            department: department.map(|department| department.map(Into::into)),
            full_name: body.full_name.into(),
            is_disabled: body.is_disabled,
            password: body.password.map(|password| SecretString::from(password.0)),
            contact: ChangeContact::default(),
        }
    }
}

fn password<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Password, D::Error> {
    String::deserialize(deserializer).map(Password)
}

fn new_password<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Password>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(Password))
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        match role {
            Role::User => Self::User,
            Role::Driver => Self::Driver,
            Role::Agent => Self::Agent,
            Role::Admin => Self::Admin,
            Role::Bot => Self::Bot,
        }
    }
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::User => Self::User,
            RoleName::Driver => Self::Driver,
            RoleName::Agent => Self::Agent,
            RoleName::Admin => Self::Admin,
            RoleName::Bot => Self::Bot,
        }
    }
}

impl From<Department> for DepartmentName {
    fn from(department: Department) -> Self {
        match department {
            Department::It => Self::It,
            Department::Hr => Self::Hr,
        }
    }
}

impl From<DepartmentName> for Department {
    fn from(name: DepartmentName) -> Self {
        match name {
            DepartmentName::It => Self::It,
            DepartmentName::Hr => Self::Hr,
        }
    }
}
