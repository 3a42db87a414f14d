//! What Socket.IO clients are sent: an event's name and its one argument.

use chrono::{DateTime, SecondsFormat, Utc};
use entity::notification::{self, Kind, Priority};
use entity::user::Role;
use kernel::actor::Actor;
use serde::Serialize;
use serde_json::{Value, json};

/// An event for a client.
#[derive(Clone)]
pub(super) struct Frame {
    pub name: &'static str,
    pub body: Value,
    /// What it weighs, roughly.
    pub bytes: usize,
}

/// What the protocol puts around a body: the namespace, the event's name, brackets.
const AROUND: usize = 64;

impl Frame {
    fn new(name: &'static str, body: impl Serialize) -> Self {
        let body = serde_json::to_value(body).unwrap_or_default();
        Self {
            name,
            bytes: body.to_string().len() + AROUND,
            body,
        }
    }

    /// Signing in succeeded.
    pub fn connected(actor: &Actor) -> Self {
        let body =
            json!({"message": "Successfully connected", "userId": actor.id.0, "role": role(actor.role)});
        Self::new("connected", body)
    }

    /// Something went wrong; the client is told in a sentence.
    pub fn error(message: &str) -> Self {
        Self::new("error", json!({"message": message}))
    }

    /// Somebody is told of something.
    pub fn notified(notification: &notification::Model) -> Self {
        let (name, kind) = words(notification.kind);
        let body = NotificationBody {
            id: notification.id.to_string(),
            kind,
            title: &notification.title,
            message: &notification.message,
            data: &notification.data,
            priority: notification.priority,
            timestamp: time(notification.created_at),
        };
        Self::new(name, body)
    }
}

#[derive(Serialize)]
struct NotificationBody<'a> {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'a str,
    message: &'a str,
    data: &'a Value,
    priority: Priority,
    timestamp: String,
}

/// The event that a kind is sent as, and its `type`. The dialect has no event for an assignment: the ticket changed.
fn words(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::TicketCreated => ("support:ticket:created", "support_ticket_created"),
        Kind::TicketUpdated | Kind::TicketAssigned => ("support:ticket:updated", "support_ticket_updated"),
        Kind::TicketResolved => ("support:ticket:resolved", "support_ticket_resolved"),
        Kind::TicketDeleted => ("support:ticket:deleted", "support_ticket_deleted"),
        Kind::MessageReceived => ("notification", "message_received"),
        Kind::MisuseDetected => ("notification", "misuse_detected"),
        Kind::SystemAlert => ("notification", "system_alert"),
        Kind::Mentioned => ("notification", "mentioned"),
        Kind::HandoffRequested => ("notification", "handoff_requested"),
        Kind::ConversationAssigned => ("notification", "conversation_assigned"),
        Kind::ConversationWoke => ("notification", "conversation_woke"),
        Kind::ConversationResolved => ("notification", "conversation_resolved"),
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Driver => "driver",
        Role::Agent => "agent",
        Role::Admin => "admin",
        Role::Bot => "bot",
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The `since` of `notifications:sync`: RFC 3339; none where there is none.
pub(super) fn since(request: &Value) -> Result<Option<DateTime<Utc>>, &'static str> {
    match request.get("since") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => match DateTime::parse_from_rfc3339(text) {
            Ok(at) => Ok(Some(at.to_utc())),
            Err(_) => Err(SINCE),
        },
        Some(_) => Err(SINCE),
    }
}

const SINCE: &str = "since must be a time such as 2026-01-31T12:00:00Z";

#[cfg(test)]
mod tests {
    use super::*;
    use entity::{NotificationId, UserId};
    use uuid::Uuid;

    #[test]
    fn a_ticket_s_notification_has_the_guide_s_form() {
        let at = DateTime::from_timestamp(1_736_676_601, 800_000_000).unwrap();
        let row = notification::Model {
            id: NotificationId(Uuid::nil()),
            user_id: UserId(2),
            kind: Kind::TicketCreated,
            title: "New Support Ticket".into(),
            message: "User john_driver created a new support ticket".into(),
            data: json!({"support_id": 123}),
            priority: Priority::High,
            conversation_id: None,
            cause: "x".into(),
            read_at: None,
            created_at: at,
        };
        let frame = Frame::notified(&row);
        assert_eq!(frame.name, "support:ticket:created");
        let expected = json!({
            "id": Uuid::nil().to_string(), "type": "support_ticket_created", "title": "New Support Ticket",
            "message": "User john_driver created a new support ticket", "data": {"support_id": 123},
            "priority": "high", "timestamp": "2025-01-12T10:10:01.800000Z",
        });
        assert_eq!(frame.body, expected);
    }

    #[test]
    fn since_is_a_time_or_absent() {
        assert_eq!(since(&Value::Null), Ok(None));
        assert_eq!(since(&json!({"since": null})), Ok(None));
        assert!(
            since(&json!({"since": "2026-01-31T12:00:00.5+01:00"}))
                .unwrap()
                .is_some()
        );
        for bad in [
            json!({"since": 5}),
            json!({"since": "yesterday"}),
            json!({"since": ""}),
        ] {
            assert!(since(&bad).is_err(), "{bad}");
        }
    }
}
