//! A person as others name them.

use crate::actor::Actor;
use entity::UserId;
use entity::user::{Department, Role};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A person as events name them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The account's id.
    pub id: UserId,
    /// Unique, whatever the case.
    pub username: Arc<str>,
    /// What others see.
    pub name: Arc<str>,
    /// What the account may do, when the event was made.
    pub role: Role,
    /// An agent's team.
    #[serde(default)]
    pub department: Option<Department>,
}

impl From<&Actor> for Person {
    fn from(actor: &Actor) -> Self {
        Self {
            id: actor.id,
            username: actor.username.clone(),
            name: actor.name.clone(),
            role: actor.role,
            department: actor.department,
        }
    }
}
