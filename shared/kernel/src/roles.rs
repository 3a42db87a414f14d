//! What takes a role alone; what depends on a conversation is `chat::policy`.

use crate::actor::Actor;
use crate::error::{Error, Result};

/// Refuses visitors, who talk to the company only.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn member(actor: &Actor) -> Result<()> {
    if actor.is_visitor {
        Err(Error::Forbidden("Visitors talk to the company only".into()))
    } else {
        Ok(())
    }
}

/// Refuses everybody but agents and admins.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn staff(actor: &Actor) -> Result<()> {
    if actor.is_staff() {
        Ok(())
    } else {
        Err(Error::Forbidden("Agents and admins only".into()))
    }
}

/// Refuses everybody but admins.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn admin(actor: &Actor) -> Result<()> {
    if actor.is_admin() {
        Ok(())
    } else {
        Err(Error::Forbidden("Admins only".into()))
    }
}
