//! Reports of other processes of ours. Messages and tickets that they report are stored already: they are counted, and
//! logged without their words. Misuse is stored.

use crate::dialects::helpdesk::insider::{Insider, Report};
use crate::dialects::helpdesk::openapi::Tag;
use crate::dialects::helpdesk::rest::{
    HealthObject, MessageSentBody, MisuseBody, ProcessedObject, TicketCreatedBody,
};
use crate::problem::Problem;
use app::App;
use desk::misuse;
use poem_openapi::OpenApi;
use poem_openapi::payload::Json;

pub(super) struct InternalApi(pub App);

#[OpenApi(prefix_path = "/internal/webhook", tag = "Tag::Internal")]
impl InternalApi {
    /// A message was sent
    ///
    /// For processes on this machine, or such as sign.
    #[oai(path = "/on_message_sent", method = "post", operation_id = "on_message_sent")]
    async fn message_sent(&self, report: Report<MessageSentBody>) -> Result<Json<ProcessedObject>, Problem> {
        let report = report.0;
        tracing::debug!(
            ticket = report.ticket_id,
            message = report.message_id,
            "a message is reported"
        );
        Ok(self.taken("Message", &format!("ticket {}", report.ticket_id)))
    }

    /// A ticket was opened
    ///
    /// For processes on this machine, or such as sign.
    #[oai(
        path = "/on_ticket_created",
        method = "post",
        operation_id = "on_ticket_created"
    )]
    async fn ticket_created(
        &self,
        report: Report<TicketCreatedBody>,
    ) -> Result<Json<ProcessedObject>, Problem> {
        let report = report.0;
        tracing::debug!(
            ticket = report.ticket_id,
            user = report.user_id,
            "a ticket is reported"
        );
        Ok(self.taken("Ticket created", &format!("ticket {}", report.ticket_id)))
    }

    /// Misuse was found
    ///
    /// Stored as a report for admins, who are notified, where it names somebody whom we know. For processes on this machine,
    /// or such as sign.
    #[oai(
        path = "/on_misuse_detected",
        method = "post",
        operation_id = "on_misuse_detected"
    )]
    async fn misuse_detected(&self, report: Report<MisuseBody>) -> Result<Json<ProcessedObject>, Problem> {
        let report = report.0;
        let user = report.user_id.clone();
        let is_new = misuse::store_external(&self.0, &report.into()).await?;
        tracing::debug!(user, is_new, "misuse is reported");
        Ok(self.taken("Misuse detection", &format!("user {user}")))
    }

    /// Are reports taken?
    ///
    /// For processes on this machine, or such as sign.
    #[oai(path = "/health", method = "get", operation_id = "internal_health")]
    async fn health(&self, _insider: Insider) -> Result<Json<HealthObject>, Problem> {
        Ok(Json(HealthObject {
            status: "healthy".into(),
            service: "webhook-system".into(),
            timestamp: self.0.clock.now().into(),
        }))
    }

    fn taken(&self, what: &str, about: &str) -> Json<ProcessedObject> {
        metrics::counter!("switchboard_internal_reports_total", "what" => what.to_lowercase()).increment(1);
        let message = format!("{what} webhook processed for {about}");
        Json(ProcessedObject::new(message, self.0.clock.now().into()))
    }
}
