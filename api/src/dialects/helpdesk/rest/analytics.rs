//! The figures of some days on the wire.

use super::charts::{Charts, KpiObject};
use crate::wire::time::Timestamp;
use desk::analytics::{MisuseCounts, Overview, Period, ResolutionTimes, Spread, TicketCounts, percent};
use entity::misuse_report::Severity;
use entity::ticket::{Status, Urgency};
use entity::user::{Department, Role};
use poem_openapi::{Enum, Object};
use std::collections::BTreeMap;

/// How bad something is.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename = "Severity", rename_all = "lowercase")]
pub enum SeverityWord {
    Low,
    Medium,
    High,
}

impl From<Severity> for SeverityWord {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Low => Self::Low,
            Severity::Medium => Self::Medium,
            Severity::High => Self::High,
        }
    }
}

/// A period in words.
pub fn words(period: Period) -> String {
    format!("Last {} days", period.days)
}

/// With two decimals.
pub fn rounded(hours: f64) -> f64 {
    (hours * 100.0).round() / 100.0
}

/// The mean, where there is one.
pub fn average(spread: Option<Spread>) -> f64 {
    rounded(spread.map_or(0.0, |spread| spread.average))
}

/// How a department is called; tickets without one are everybody's.
pub fn team(department: Option<Department>) -> &'static str {
    match department {
        Some(Department::It) => "IT",
        Some(Department::Hr) => "HR",
        None => "Unassigned",
    }
}

/// The tickets that were opened.
#[derive(Object, Clone, Debug)]
pub struct TicketStatistics {
    pub total_tickets: u64,
    pub open_tickets: u64,
    pub assigned_tickets: u64,
    pub resolved_tickets: u64,
    pub closed_tickets: u64,
    pub it_tickets: u64,
    pub hr_tickets: u64,
    pub high_urgency: u64,
    pub medium_urgency: u64,
    pub low_urgency: u64,
    /// The content check found something.
    pub flagged_tickets: u64,
}

impl From<&TicketCounts> for TicketStatistics {
    fn from(counts: &TicketCounts) -> Self {
        let urgency = |urgency| counts.of(|cell| cell.urgency == urgency);
        let department = |department| counts.of(|cell| cell.department == Some(department));
        Self {
            total_tickets: counts.total(),
            open_tickets: counts.status(Status::Open),
            assigned_tickets: counts.status(Status::Assigned),
            resolved_tickets: counts.status(Status::Resolved),
            closed_tickets: counts.status(Status::Closed),
            it_tickets: department(Department::It),
            hr_tickets: department(Department::Hr),
            high_urgency: urgency(Urgency::High),
            medium_urgency: urgency(Urgency::Medium),
            low_urgency: urgency(Urgency::Low),
            flagged_tickets: counts.of(|cell| cell.is_flagged),
        }
    }
}

/// Accounts, and who of them opened a ticket.
#[derive(Object, Clone, Debug)]
pub struct UserStatistics {
    /// Accounts and visitors, whenever they came.
    pub total_registered_users: u64,
    /// Those who opened a ticket.
    pub active_users: u64,
    /// In per cent.
    pub activity_rate: f64,
    /// Accounts and visitors by role.
    pub by_role: BTreeMap<String, u64>,
}

/// What was said.
#[derive(Object, Clone, Debug)]
pub struct MessageStatistics {
    /// In every conversation, the server's own sentences among them.
    pub total_messages: u64,
    /// With these the bot answered.
    pub bot_answers: u64,
    /// So often a person was asked for.
    pub bot_handoffs: u64,
}

/// The reports of misuse.
#[derive(Object, Clone, Debug)]
pub struct MisuseStatistics {
    pub total_reports: u64,
    /// Nobody has looked at these; whenever they came.
    pub unreviewed_reports: u64,
    pub high_severity: u64,
    pub medium_severity: u64,
    pub low_severity: u64,
}

impl From<MisuseCounts> for MisuseStatistics {
    fn from(counts: MisuseCounts) -> Self {
        Self {
            total_reports: counts.low + counts.medium + counts.high,
            unreviewed_reports: counts.open,
            high_severity: counts.high,
            medium_severity: counts.medium,
            low_severity: counts.low,
        }
    }
}

/// How long something took, in hours; 0 where there was nothing.
#[derive(Object, Clone, Debug, Default)]
pub struct DurationStatistics {
    pub avg_hours: f64,
    /// The same.
    pub avg_resolution_hours: f64,
    pub median_hours: f64,
    /// Of a hundred, ninety-five took no longer.
    pub p95_hours: f64,
    pub min_resolution_hours: f64,
    pub max_resolution_hours: f64,
    /// How many there were.
    pub total_resolved: u64,
}

impl From<Option<Spread>> for DurationStatistics {
    fn from(spread: Option<Spread>) -> Self {
        let Some(spread) = spread else {
            return Self::default();
        };
        Self {
            avg_hours: rounded(spread.average),
            avg_resolution_hours: rounded(spread.average),
            median_hours: rounded(spread.median),
            p95_hours: rounded(spread.p95),
            min_resolution_hours: rounded(spread.least),
            max_resolution_hours: rounded(spread.most),
            total_resolved: spread.count,
        }
    }
}

/// How long tickets took that were resolved.
#[derive(Object, Clone, Debug)]
pub struct ResolutionStatistics {
    pub overall: DurationStatistics,
    /// `IT`, `HR`, `Unassigned`, where there were any.
    pub by_department: BTreeMap<String, DurationStatistics>,
    /// `high`, `medium`, `low`, where there were any.
    pub by_urgency: BTreeMap<String, DurationStatistics>,
    /// Not of the newest 5,000 tickets only, but of all.
    pub is_complete: bool,
}

impl From<ResolutionTimes> for ResolutionStatistics {
    fn from(times: ResolutionTimes) -> Self {
        let departments = times.by_department.into_iter();
        let urgencies = times.by_urgency.into_iter();
        Self {
            overall: times.overall.into(),
            by_department: departments
                .map(|(of, spread)| (team(of).to_owned(), Some(spread).into()))
                .collect(),
            by_urgency: urgencies
                .map(|(of, spread)| (urgency(of).to_owned(), Some(spread).into()))
                .collect(),
            is_complete: times.is_complete,
        }
    }
}

/// An urgency as a word.
pub fn urgency(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Low => "low",
        Urgency::Medium => "medium",
        Urgency::High => "high",
    }
}

/// How some days were.
#[derive(Object, Clone, Debug)]
pub struct OverviewStatistics {
    /// The days in words.
    pub period: String,
    pub days: u16,
    pub generated_at: Timestamp,
    pub ticket_statistics: TicketStatistics,
    pub user_statistics: UserStatistics,
    pub message_statistics: MessageStatistics,
    pub misuse_statistics: MisuseStatistics,
    pub resolution_statistics: ResolutionStatistics,
    /// How long tickets waited for the first answer of somebody of the company.
    pub first_answer_statistics: DurationStatistics,
}

impl OverviewStatistics {
    /// All of it.
    pub fn new(period: Period, now: Timestamp, overview: &Overview, times: ResolutionTimes) -> Self {
        let people = overview.all_people();
        let roles = overview.people.iter();
        Self {
            period: words(period),
            days: period.days,
            generated_at: now,
            ticket_statistics: (&overview.tickets).into(),
            user_statistics: UserStatistics {
                total_registered_users: people,
                active_users: overview.tickets.owners,
                activity_rate: percent(overview.tickets.owners, people),
                by_role: roles
                    .map(|(role, number)| (role_word(*role).to_owned(), *number))
                    .collect(),
            },
            message_statistics: MessageStatistics {
                total_messages: overview.messages,
                bot_answers: overview.bot_answers,
                bot_handoffs: overview.handoffs,
            },
            misuse_statistics: overview.misuse.into(),
            resolution_statistics: times.into(),
            first_answer_statistics: overview.answer.into(),
        }
    }
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Driver => "driver",
        Role::Agent => "agent",
        Role::Admin => "admin",
        Role::Bot => "bot",
    }
}

macro_rules! answer {
    ($(#[$doc:meta])* $name:ident, $field:ident: $held:ty, $message:literal) => {
        $(#[$doc])*
        #[derive(Object, Clone, Debug)]
        pub struct $name {
            pub message: String,
            /// The username of who asked.
            pub requested_by: String,
            pub $field: $held,
        }

        impl $name {
            /// What this admin asked for.
            pub fn new(requested_by: &str, $field: $held) -> Self {
                Self {
                    message: $message.into(),
                    requested_by: requested_by.to_owned(),
                    $field,
                }
            }
        }
    };
}
pub(super) use answer;

answer!(
    /// How some days were.
    OverviewAnswer, analytics: OverviewStatistics, "Analytics overview retrieved successfully"
);
answer!(
    /// What the first page of a panel shows.
    DashboardAnswer, dashboard_metrics: DashboardObject, "Dashboard metrics retrieved successfully"
);

/// How long tickets took.
#[derive(Object, Clone, Debug)]
pub struct ResolutionAnswer {
    pub message: String,
    /// The username of who asked.
    pub requested_by: String,
    /// The days in words.
    pub period: String,
    pub resolution_analytics: ResolutionStatistics,
}

impl ResolutionAnswer {
    /// What this admin asked for.
    pub fn new(requested_by: &str, period: Period, times: ResolutionTimes) -> Self {
        Self {
            message: "Resolution time analytics retrieved successfully".into(),
            requested_by: requested_by.to_owned(),
            period: words(period),
            resolution_analytics: times.into(),
        }
    }
}

/// What the first page of a panel shows.
#[derive(Object, Clone, Debug)]
pub struct DashboardObject {
    /// The days in words.
    pub period: String,
    pub generated_at: Timestamp,
    pub overview: OverviewStatistics,
    pub charts: Charts,
    pub kpis: KpiObject,
}
