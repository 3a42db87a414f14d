//! The rules of a ticket's life: which status may follow which, whose department a text is about, its name.

use chrono::{DateTime, Utc};
use entity::conversation;
use entity::ticket::{self, Status};
use entity::user::Department;
use kernel::error::{Error, Result};
use rand::RngExt;

/// Which status may follow which; nothing follows `closed`.
const TRANSITIONS: &[(Status, &[Status])] = &[
    (Status::Open, &[Status::Assigned, Status::Resolved]),
    (Status::Assigned, &[Status::Resolved, Status::Open]),
    (Status::Resolved, &[Status::Closed, Status::Assigned]),
    (Status::Closed, &[]),
];

/// Whether a ticket may go from one status to another; to stay is no transition.
pub fn may_follow(from: Status, to: Status) -> bool {
    let next = TRANSITIONS.iter().find(|(status, _)| *status == from);
    from == to || next.is_some_and(|(_, next)| next.contains(&to))
}

/// A status as errors name it.
pub fn word(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::Assigned => "assigned",
        Status::Resolved => "resolved",
        Status::Closed => "closed",
    }
}

/// Refuses what is no rating.
pub fn check_rating(rating: Option<i32>) -> Result<()> {
    match rating {
        Some(rating) if !(1..=5).contains(&rating) => Err(Error::invalid("rating", "Must be 1 to 5")),
        _ => Ok(()),
    }
}

/// Whether the work on a ticket is over.
pub fn is_over(status: Status) -> bool {
    matches!(status, Status::Resolved | Status::Closed)
}

/// What becomes of a ticket whose user writes again: what was resolved is worked on again, what is closed stays so.
pub fn reopened(ticket: &ticket::Model) -> Option<Status> {
    match (ticket.status, ticket.assignee_id) {
        (Status::Resolved, Some(_)) => Some(Status::Assigned),
        (Status::Resolved, None) => Some(Status::Open),
        (Status::Open | Status::Assigned | Status::Closed, _) => None,
    }
}

/// Where the work on a ticket's conversation stands now that the ticket changed: over when the ticket's is, no longer
/// waiting for somebody once somebody has it, else where it was.
pub(super) fn reflect(before: &ticket::Model, ticket: &ticket::Model, row: &mut conversation::Model) {
    use conversation::Status as Work;
    let taken = ticket.assignee_id.is_some() && ticket.assignee_id != before.assignee_id;
    row.status = match row.status {
        _ if is_over(ticket.status) => Work::Resolved,
        Work::Resolved => Work::Open,
        Work::Pending if taken => Work::Open,
        other => other,
    };
    if row.status != Work::Snoozed {
        row.snoozed_until = None;
    }
    row.assignee_id = ticket.assignee_id;
    row.title.clone_from(&ticket.title);
    row.title_key.clone_from(&ticket.title_key);
    row.description = Some(ticket.description.clone());
}

/// Words about people and pay; all else is for the IT department.
const HR: &[&str] = &[
    "absence",
    "benefit",
    "benefits",
    "bonus",
    "career",
    "colleague",
    "contract",
    "employment",
    "harassment",
    "hiring",
    "holiday",
    "holidays",
    "hr",
    "insurance",
    "leave",
    "manager",
    "maternity",
    "onboarding",
    "overtime",
    "parental",
    "paternity",
    "pay",
    "payroll",
    "payslip",
    "pension",
    "personnel",
    "policy",
    "promotion",
    "recruitment",
    "resignation",
    "retirement",
    "salary",
    "sick",
    "sickness",
    "timesheet",
    "training",
    "vacation",
    "wage",
    "wages",
];

/// Words about machines; they weigh against those about people.
const IT: &[&str] = &[
    "access", "account", "app", "backup", "battery", "bug", "charger", "computer", "crash", "device", "disk",
    "email", "error", "firewall", "hardware", "install", "internet", "keyboard", "laptop", "license",
    "login", "machine", "malware", "monitor", "mouse", "network", "password", "phone", "printer", "reset",
    "router", "screen", "server", "slow", "software", "system", "update", "virus", "vpn", "website", "wifi",
    "windows",
];

/// Which department a ticket's words are about: the one with more of its words, else IT.
pub fn department(text: &str) -> Department {
    let text = text.to_lowercase();
    let count = |list: &[&str]| {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| list.binary_search(word).is_ok())
            .count()
    };
    if count(HR) > count(IT) {
        Department::Hr
    } else {
        Department::It
    }
}

/// `TKT-<unix seconds>-<6 A-Z0-9>`.
pub(super) fn name(now: DateTime<Utc>) -> String {
    const LETTERS: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut random = rand::rng();
    let tail: String = (0..6)
        .map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())]))
        .collect();
    format!("TKT-{}-{tail}", now.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_transitions_is_the_contracts() {
        use Status::{Assigned, Closed, Open, Resolved};
        let allowed = [
            (Open, Assigned),
            (Open, Resolved),
            (Assigned, Resolved),
            (Assigned, Open),
            (Resolved, Closed),
            (Resolved, Assigned),
        ];
        for from in [Open, Assigned, Resolved, Closed] {
            for to in [Open, Assigned, Resolved, Closed] {
                let expected = from == to || allowed.contains(&(from, to));
                assert_eq!(may_follow(from, to), expected, "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn a_ticket_goes_to_the_department_that_its_words_are_about() {
        for (text, department_of) in [
            ("My laptop does not start", Department::It),
            ("Vacation days are missing on my payslip", Department::Hr),
            (
                "I cannot log in to the payroll system: password error",
                Department::It,
            ),
            ("Something else entirely", Department::It),
            ("SALARY", Department::Hr),
            ("the paywall", Department::It),
        ] {
            assert_eq!(department(text), department_of, "{text}");
        }
    }

    #[test]
    fn the_lists_of_words_are_sorted_for_the_search() {
        assert!(HR.is_sorted() && IT.is_sorted());
    }

    #[test]
    fn a_name_has_the_contracts_form() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let name = name(now);
        let tail = name.strip_prefix("TKT-1700000000-").unwrap();
        assert_eq!(tail.len(), 6);
        assert!(tail.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()));
    }
}
