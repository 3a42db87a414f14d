//! Who is asking.

use chrono::{DateTime, Utc};
use entity::user::{self, Department, Role};
use entity::{SessionId, UserId};
use std::net::IpAddr;
use std::sync::Arc;

/// The authenticated person (or the bot) on whose behalf a function runs.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The account's id; 0 for somebody without one.
    pub id: UserId,
    /// Unique, whatever the case.
    pub username: Arc<str>,
    /// What others see: the full name, else the username.
    pub name: Arc<str>,
    /// What the account may do, at most five seconds old.
    pub role: Role,
    /// An agent's team; none: the agent works for every team.
    pub department: Option<Department>,
    /// Came with a visitor token: reaches only their own conversations.
    pub is_visitor: bool,
    /// Gave a name without a token, where rooms are open: reaches rooms only.
    pub is_unproven: bool,
    /// Nobody vouches for who they are: an anonymous visitor, or a guest of open rooms.
    pub is_unsigned: bool,
    /// Where the request or the socket comes from; none for the bot and the command line.
    pub address: Option<IpAddr>,
    /// The sign-in behind the token; none for the bot and the command line.
    pub session: Option<SessionId>,
    /// When the token runs out; none for the bot and the command line.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Actor {
    /// The account itself, without a token: the bot, the command line, tests.
    pub fn of(user: &user::Model) -> Self {
        Self {
            id: user.id,
            username: user.username.as_str().into(),
            name: user.full_name.as_deref().unwrap_or(&user.username).into(),
            role: user.role,
            department: user.department,
            is_visitor: user.visitor_sub.is_some(),
            is_unproven: false,
            is_unsigned: user.is_anonymous(),
            address: None,
            session: None,
            expires_at: None,
        }
    }

    /// The same person as they come from an address.
    pub fn at(self, address: IpAddr) -> Self {
        Self {
            address: Some(address),
            ..self
        }
    }

    /// The address that answers for them: of somebody whom nobody vouches for, whatever they do counts as their address's.
    pub fn answering_address(&self) -> Option<IpAddr> {
        self.address.filter(|_| self.is_unsigned)
    }

    /// The account of whoever names it without a token: a plain user, whatever its role, and in rooms only.
    pub fn unproven(user: &user::Model) -> Self {
        Self {
            role: Role::User,
            department: None,
            is_unproven: true,
            is_unsigned: true,
            ..Self::of(user)
        }
    }

    /// Somebody without an account: takes part in nothing.
    pub fn stranger(name: &str) -> Self {
        Self {
            // the database gives positive ones
            id: UserId(0),
            username: name.into(),
            name: name.into(),
            role: Role::User,
            department: None,
            is_visitor: false,
            is_unproven: true,
            is_unsigned: true,
            address: None,
            session: None,
            expires_at: None,
        }
    }

    /// Whether this is the person's username, whatever the case.
    pub fn is_named(&self, name: &str) -> bool {
        self.username.to_lowercase() == name.to_lowercase()
    }

    /// Works for the company: an agent or an admin.
    pub fn is_staff(&self) -> bool {
        matches!(self.role, Role::Agent | Role::Admin)
    }

    /// Administers everything.
    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }
}
