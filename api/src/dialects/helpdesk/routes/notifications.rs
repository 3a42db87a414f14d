//! What the caller was told of.

use crate::bearer::Bearer;
use crate::dialects::helpdesk::openapi::Tag;
use crate::dialects::helpdesk::rest::{
    NotificationDone, NotificationPage, NotificationsDone, UnreadCounts, notification_page,
};
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

#[OpenApi(prefix_path = "/notifications", tag = "Tag::Notifications")]
impl NotificationsApi {
    /// List notifications
    ///
    /// The caller's own, newest first.
    #[oai(path = "/", method = "get", operation_id = "list_notifications")]
    async fn list(
        &self,
        caller: Bearer,
        /// From 1; 1 unless given.
        page: Query<Option<Number<1, 1_000_000_000>>>,
        /// How many a page; 10 unless given, 100 at most.
        limit: Query<Option<Number<1, 100>>>,
        /// Only those that are unread.
        unread_only: Query<Option<bool>>,
    ) -> Result<Json<NotificationPage>, Problem> {
        let page = page.0.map_or(1, Number::unsigned);
        let limit = limit.0.map_or(10, Number::unsigned);
        let unread_only = unread_only.0.unwrap_or_default();
        let listed = notifications::list(&self.0, &caller.0, unread_only, (page - 1) * limit, limit).await?;
        Ok(Json(notification_page(listed, page, limit)))
    }

    /// Count notifications
    ///
    /// The caller's own.
    #[oai(path = "/unread-count", method = "get", operation_id = "count_notifications")]
    async fn count(&self, caller: Bearer) -> Result<Json<UnreadCounts>, Problem> {
        let (unread_count, total_count) = notifications::counts(&self.0, &caller.0).await?;
        Ok(Json(UnreadCounts {
            unread_count,
            total_count,
        }))
    }

    /// Mark all notifications as read
    ///
    /// Answers how many were unread.
    #[oai(path = "/mark-all-read", method = "put", operation_id = "read_notifications")]
    async fn read_all(&self, caller: Bearer) -> Result<Json<NotificationsDone>, Problem> {
        let count = notifications::mark_all_read(&self.0, &caller.0).await?;
        Ok(Json(NotificationsDone {
            message: "All notifications marked as read".into(),
            count,
        }))
    }

    /// Mark a notification as read
    ///
    /// Twice is once.
    #[oai(path = "/:id/read", method = "put", operation_id = "read_notification")]
    async fn read(
        &self,
        caller: Bearer,
        /// The notification's id.
        id: Path<PathText>,
    ) -> Result<Json<NotificationDone>, Problem> {
        let id = named(&id.0)?;
        notifications::mark_read(&self.0, &caller.0, id).await?;
        Ok(Json(NotificationDone::new("Notification marked as read", id)))
    }

    /// Delete a notification
    ///
    /// Only the caller's own record of it.
    #[oai(path = "/:id", method = "delete", operation_id = "delete_notification")]
    async fn delete(
        &self,
        caller: Bearer,
        /// The notification's id.
        id: Path<PathText>,
    ) -> Result<Json<NotificationDone>, Problem> {
        let id = named(&id.0)?;
        notifications::delete(&self.0, &caller.0, id).await?;
        Ok(Json(NotificationDone::new("Notification deleted", id)))
    }
}

fn named(id: &PathText) -> Result<NotificationId, Error> {
    id.0.parse().map_err(|_| Error::NotFound("Notification".into()))
}
