//! A person as others name them.

use crate::actor::Actor;
use entity::UserId;
use entity::user::{Department, Role};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A person as events name them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: UserId,
    pub username: Arc<str>,
    /// What others see.
    pub name: Arc<str>,
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
