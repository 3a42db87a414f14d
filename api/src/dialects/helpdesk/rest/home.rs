//! The first page that somebody sees: who they are, and what they can do.

use super::guide::SelfServeBot;
use super::people::{RoleWord, UserInfo};
use crate::dialects::helpdesk::rest::DepartmentWord;
use poem_openapi::Object;

/// What somebody can do here, or why this page is not theirs.
#[derive(Object, Clone, Debug, Default)]
#[oai(rename = "HelpdeskHome", skip_serializing_if_is_none)]
pub struct HomeObject {
    pub message: Option<String>,
    /// The username, on the users' page.
    pub user: Option<String>,
    /// The username, on the agents' page.
    pub agent: Option<String>,
    /// The username, on the admins' page.
    pub admin: Option<String>,
    pub role: Option<RoleWord>,
    /// An agent's.
    pub department: Option<DepartmentWord>,
    /// What this role can do, each in a sentence.
    pub features: Option<Vec<String>>,
    /// How to ask the bot.
    pub self_serve_bot: Option<SelfServeBot>,
    /// Who it is.
    pub who: Option<UserInfo>,
    /// Instead of all else: the page is another role's.
    pub error: Option<String>,
}

impl HomeObject {
    /// Another role's page.
    pub fn denied(role: &str) -> Self {
        Self {
            error: Some(format!("Access denied. {role} role required.")),
            ..Self::default()
        }
    }

    /// A page with its title and what can be done from it.
    pub fn new(title: &str, who: UserInfo, features: &[&str]) -> Self {
        Self {
            message: Some(format!("Welcome to the {title} Home Page")),
            role: Some(who.role),
            features: Some(features.iter().map(|text| (*text).to_owned()).collect()),
            who: Some(who),
            ..Self::default()
        }
    }
}
