//! The caller's notifications, as the CRM's own front end lists them.

use crate::bearer::Bearer;
use crate::body::Body;
use crate::dialects::crm::openapi::Tag;
use crate::dialects::crm::rest::{ChangeNotificationBody, NotificationList, NotificationObject};
use crate::problem::Problem;
use crate::wire::params::{Number, PathText};
use app::App;
use desk::notifications;
use entity::NotificationId;
use kernel::error::Error;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;

pub(super) struct NotificationsApi(pub App);

#[OpenApi(prefix_path = "/api/notifications", tag = "Tag::People")]
impl NotificationsApi {
    /// List notifications
    ///
    /// The caller's own, newest first.
    #[oai(path = "/", method = "get", operation_id = "list_own_notifications")]
    async fn list(
        &self,
        caller: Bearer,
        /// `next` or `previous` of another page.
        cursor: Query<Option<Number<0, 1_000_000_000>>>,
        /// How many a page; 20 unless given, 100 at most.
        limit: Query<Option<Number<1, 100>>>,
        /// Only those that are unread.
        unread_only: Query<Option<bool>>,
    ) -> Result<Json<NotificationList>, Problem> {
        let offset = cursor.0.map_or(0, Number::unsigned);
        let limit = limit.0.map_or(20, Number::unsigned);
        let unread_only = unread_only.0.unwrap_or_default();
        let listed = notifications::list(&self.0, &caller.0, unread_only, offset, limit).await?;
        Ok(Json(NotificationList::new(listed, offset, limit)))
    }

    /// Mark a notification as read
    ///
    /// The caller's own; what is read stays so.
    #[oai(path = "/:id", method = "patch", operation_id = "change_notification")]
    async fn change(
        &self,
        caller: Bearer,
        /// The notification's id.
        id: Path<PathText>,
        body: Body<ChangeNotificationBody>,
    ) -> Result<Json<NotificationObject>, Problem> {
        let unknown = || Error::NotFound("Notification".into());
        let id: NotificationId = id.0.0.parse().map_err(|_| unknown())?;
        match body.0.is_read() {
            Some(true) => notifications::mark_read(&self.0, &caller.0, id).await?,
            Some(false) => return Err(Problem::invalid("read", "What is read stays so")),
            None => return Err(Problem::invalid("read", "This field is required.")),
        }
        let row = notifications::get(&self.0, &caller.0, id).await?;
        Ok(Json(row.into()))
    }
}
