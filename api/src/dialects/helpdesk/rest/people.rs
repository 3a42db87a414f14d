//! People on the wire.

use entity::user::{self, Department, Role};
use poem_openapi::{Enum, Object};
use serde::Serialize;

/// What a person is to the help desk.
#[derive(Enum, Serialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename = "HelpdeskRole", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum RoleWord {
    User,
    /// Of the IT department.
    ItAgent,
    /// Of the HR department.
    HrAgent,
    /// Of no department: sees every ticket.
    Agent,
    Admin,
    Bot,
}

/// The word for a role, with the team where it is an agent's.
pub fn role(role: Role, department: Option<Department>) -> RoleWord {
    match (role, department) {
        (Role::User | Role::Driver, _) => RoleWord::User,
        (Role::Agent, Some(Department::It)) => RoleWord::ItAgent,
        (Role::Agent, Some(Department::Hr)) => RoleWord::HrAgent,
        (Role::Agent, None) => RoleWord::Agent,
        (Role::Admin, _) => RoleWord::Admin,
        (Role::Bot, _) => RoleWord::Bot,
    }
}

/// Whose a ticket is.
#[derive(Object, Clone, Debug)]
#[oai(rename = "TicketUser")]
pub struct UserInfo {
    /// The user's id.
    pub id: String,
    /// The same.
    pub user_id: String,
    pub username: String,
    #[oai(nullable)]
    pub email: Option<String>,
    #[oai(nullable)]
    pub full_name: Option<String>,
    pub role: RoleWord,
}

impl From<user::Model> for UserInfo {
    fn from(row: user::Model) -> Self {
        Self {
            id: row.id.to_string(),
            user_id: row.id.to_string(),
            role: role(row.role, row.department),
            username: row.username,
            email: row.email,
            full_name: row.full_name,
        }
    }
}
