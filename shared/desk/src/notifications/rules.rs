//! Who is notified of what, and in which words: one table.

use entity::conversation;
use entity::notification::{Kind, Priority};
use serde_json::{Value, json};

/// A group of people whom something concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Every admin who is not disabled.
    Admins,
    /// The agents who work on the ticket's department; all agents where it has none.
    Team,
    /// Whose conversation or ticket it is.
    Owner,
    /// Who of the company has it.
    Assignee,
    /// Those whom the draft names; see [`super::NotificationDraft::named`].
    Named,
}

use Audience::{Admins, Assignee, Named, Owner, Team};

/// One row of the table.
pub struct Rule {
    pub kind: Kind,
    pub audience: &'static [Audience],
    pub priority: Priority,
    pub title: &'static str,
    /// Whether the person who caused it is notified too.
    pub tells_author: bool,
}

const fn rule(
    kind: Kind,
    audience: &'static [Audience],
    priority: Priority,
    title: &'static str,
    tells_author: bool,
) -> Rule {
    Rule {
        kind,
        audience,
        priority,
        title,
        tells_author,
    }
}

/// Who is notified of what.
pub const TABLE: &[Rule] = &[
    rule(
        Kind::TicketCreated,
        &[Admins, Team],
        Priority::High,
        "New Support Ticket",
        false,
    ),
    rule(
        Kind::TicketAssigned,
        &[Assignee],
        Priority::Medium,
        "Support Ticket Assigned",
        false,
    ),
    rule(
        Kind::TicketUpdated,
        &[Owner],
        Priority::Medium,
        "Support Ticket Updated",
        false,
    ),
    rule(
        Kind::TicketResolved,
        &[Owner],
        Priority::Low,
        "Support Ticket Resolved",
        false,
    ),
    rule(
        Kind::TicketDeleted,
        &[Owner],
        Priority::Low,
        "Support Ticket Deleted",
        false,
    ),
    rule(
        Kind::MessageReceived,
        &[Owner, Assignee],
        Priority::Medium,
        "New Message",
        false,
    ),
    rule(
        Kind::MisuseDetected,
        &[Admins],
        Priority::High,
        "Misuse Detected",
        true,
    ),
    rule(
        Kind::SystemAlert,
        &[Admins],
        Priority::Urgent,
        "System Alert",
        true,
    ),
    rule(
        Kind::Mentioned,
        &[Named],
        Priority::Medium,
        "You were mentioned",
        false,
    ),
    rule(
        Kind::HandoffRequested,
        &[Admins, Team],
        Priority::High,
        "Somebody asks for a person",
        false,
    ),
    rule(
        Kind::ConversationAssigned,
        &[Assignee],
        Priority::Medium,
        "Conversation Assigned",
        false,
    ),
    rule(
        Kind::ConversationWoke,
        &[Assignee],
        Priority::Medium,
        "Snooze Over",
        false,
    ),
    rule(
        Kind::ConversationResolved,
        &[Owner],
        Priority::Low,
        "Conversation Resolved",
        false,
    ),
];

/// The table's row for this kind.
pub fn of(kind: Kind) -> &'static Rule {
    // every kind has one, which a test proves
    TABLE.iter().find(|rule| rule.kind == kind).unwrap_or(&TABLE[0])
}

/// What a notification about a customer's conversation says; without an author nobody did it.
pub fn conversation_words(kind: Kind, title: &str, author: Option<&str>) -> String {
    let author = author.unwrap_or("Somebody");
    match kind {
        Kind::Mentioned => format!("{author} mentioned you in a note on “{title}”"),
        Kind::HandoffRequested => format!("{author} wants to talk to a person in “{title}”"),
        Kind::ConversationAssigned => format!("{author} gave you the conversation “{title}”"),
        Kind::ConversationWoke => format!("The conversation “{title}” is open again"),
        Kind::ConversationResolved => format!("{author} resolved the conversation “{title}”"),
        _ => format!("{author} wrote in “{title}”"),
    }
}

/// A customer's conversation as its notifications hold it.
pub fn conversation_data(row: &conversation::Model) -> Value {
    json!({
        "conversation_id": row.id.0,
        "ticket_id": row.alias,
        "user_id": row.created_by.map(|id| id.0),
        "title": row.title,
        "kind": row.kind,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;

    #[test]
    fn every_kind_has_exactly_one_row() {
        for kind in Kind::iter() {
            assert_eq!(
                TABLE.iter().filter(|rule| rule.kind == kind).count(),
                1,
                "{kind:?}"
            );
        }
    }
}
