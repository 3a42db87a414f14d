//! Everybody's accounts as team chat's administration lists them: one bare list, with who is there.

use super::openapi::Tag;
use super::users::RoleName;
use crate::bearer::Bearer;
use crate::problem::Problem;
use crate::wire::params::{Count, Number};
use crate::wire::time::Timestamp;
use app::App;
use desk::staff::{self, SeenPerson};
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

pub(super) struct PeopleApi(pub App);

#[OpenApi(prefix_path = "/admin", tag = "Tag::Users")]
impl PeopleApi {
    /// List people
    ///
    /// Accounts without visitors, newest first, and who of them is there; admins only.
    #[oai(path = "/users", method = "get", operation_id = "list_people")]
    async fn list(
        &self,
        caller: Bearer,
        /// How many; 100 unless given, which is the most.
        limit: Query<Option<Number<1, 100>>>,
        /// How many to skip.
        offset: Query<Option<Count>>,
    ) -> Result<Json<Vec<SeenObject>>, Problem> {
        let limit = limit.0.map_or(100, Number::unsigned);
        let offset = offset.0.map_or(0, Number::unsigned);
        let found = staff::people(&self.0, &caller.0, limit, offset).await?;
        Ok(Json(found.into_iter().map(Into::into).collect()))
    }
}

/// An account, and whether its person is there.
#[derive(Object, Clone, Debug)]
#[oai(rename = "SeenUser")]
pub struct SeenObject {
    pub id: String,
    pub username: String,
    #[oai(nullable)]
    pub email: Option<String>,
    #[oai(nullable)]
    pub full_name: Option<String>,
    pub role: RoleName,
    /// Can sign in.
    pub is_active: bool,
    /// Has a page or an app open.
    pub is_online: bool,
    /// Now for those who are there, else when they last signed in or renewed their session; null: not for a month.
    #[oai(nullable)]
    pub last_seen: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl From<SeenPerson> for SeenObject {
    fn from(person: SeenPerson) -> Self {
        let row = person.row;
        Self {
            id: row.id.to_string(),
            username: row.username,
            email: row.email,
            full_name: row.full_name,
            role: row.role.into(),
            is_active: row.disabled_at.is_none(),
            is_online: person.is_online,
            last_seen: person.last_seen.map(Into::into),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}
