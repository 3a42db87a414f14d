//! `/as/rooms`: the dialect as its own front end knows it. Its REST is the root's.

use super::socket;
use crate::mounted::Mount;
use crate::problem::ErrorForm;
use entity::user::Role;

/// All of it.
pub static MOUNT: Mount = Mount {
    path: "/as/rooms",
    error_form: &ErrorForm {
        name: "Rooms",
        content_type: "application/json",
        ..super::error::ERROR_FORM
    },
    shares: &["/api/auth", "/api/chats"],
    differences: &[],
    sockets: &socket::MOUNTED_SOCKETS,
    pages: |_| Vec::new(),
    newcomers: Role::User,
};
