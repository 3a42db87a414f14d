//! Who did the work, on the wire.

use super::analytics::{DurationStatistics, answer, average, rounded, team, words};
use super::people::{RoleWord, role};
use crate::wire::time::Timestamp;
use desk::analytics::{AgentFigures, Performance, Period, percent};
use poem_openapi::Object;
use std::collections::BTreeMap;

answer!(
    /// Who did the work.
    PerformanceAnswer, performance_metrics: PerformanceObject, "Performance metrics retrieved successfully"
);

/// What somebody of the company did.
#[derive(Object, Clone, Debug)]
pub struct AgentObject {
    pub id: String,
    pub username: String,
    pub name: String,
    pub role: RoleWord,
    #[oai(nullable)]
    pub department: Option<String>,
    /// Tickets opened in these days that they have.
    pub assigned_tickets: u64,
    /// The same.
    pub tickets_handled: u64,
    pub resolved_tickets: u64,
    pub closed_tickets: u64,
    /// Resolved or closed, in per cent.
    pub resolution_rate: f64,
    /// How long their tickets waited for the first answer, in hours.
    pub avg_first_answer_hours: f64,
    /// How long their tickets took, in hours.
    pub avg_resolution_time: f64,
}

/// What a department did.
#[derive(Object, Clone, Debug)]
pub struct DepartmentObject {
    /// `IT`, `HR`, or `Unassigned`.
    pub name: String,
    pub total_tickets: u64,
    pub resolved_tickets: u64,
    /// In per cent.
    pub resolution_rate: f64,
    pub avg_first_answer_hours: f64,
    pub avg_resolution_time: f64,
    pub resolution_times: DurationStatistics,
}

/// The agents.
#[derive(Object, Clone, Debug)]
pub struct AgentsObject {
    /// Those with the most tickets first, 100 at most.
    pub agents: Vec<AgentObject>,
}

/// The departments.
#[derive(Object, Clone, Debug)]
pub struct DepartmentsObject {
    pub departments: Vec<DepartmentObject>,
}

/// What owners of tickets think.
#[derive(Object, Clone, Debug)]
pub struct SatisfactionObject {
    /// 1–5; 0 where nobody said.
    pub overall_satisfaction: f64,
    pub total_feedback: u64,
    /// `1_star` to `5_star`.
    pub satisfaction_distribution: BTreeMap<String, u64>,
}

/// Who did the work of some days.
#[derive(Object, Clone, Debug)]
pub struct PerformanceObject {
    /// The days in words.
    pub period: String,
    pub generated_at: Timestamp,
    pub agent_performance: AgentsObject,
    pub department_efficiency: DepartmentsObject,
    pub customer_satisfaction: SatisfactionObject,
    /// Times are not of the newest 5,000 tickets only, but of all.
    pub is_complete: bool,
}

impl PerformanceObject {
    /// All of it.
    pub fn new(period: Period, now: Timestamp, done: Performance) -> Self {
        let departments = done.teams.into_iter().map(|of| DepartmentObject {
            name: team(of.department).into(),
            total_tickets: of.tickets,
            resolved_tickets: of.over,
            resolution_rate: percent(of.over, of.tickets),
            avg_first_answer_hours: average(of.answer),
            avg_resolution_time: average(of.resolution),
            resolution_times: of.resolution.into(),
        });
        Self {
            period: words(period),
            generated_at: now,
            agent_performance: AgentsObject {
                agents: done.agents.into_iter().map(agent).collect(),
            },
            department_efficiency: DepartmentsObject {
                departments: departments.collect(),
            },
            customer_satisfaction: satisfaction(done.ratings),
            is_complete: done.is_complete,
        }
    }
}

fn agent(of: AgentFigures) -> AgentObject {
    AgentObject {
        id: of.id.to_string(),
        role: role(of.role, of.department),
        department: of.department.map(|of| team(Some(of)).to_owned()),
        assigned_tickets: of.assigned,
        tickets_handled: of.assigned,
        resolved_tickets: of.resolved,
        closed_tickets: of.closed,
        resolution_rate: percent(of.resolved + of.closed, of.assigned),
        avg_first_answer_hours: average(of.answer),
        avg_resolution_time: average(of.resolution),
        username: of.username,
        name: of.name,
    }
}

fn satisfaction(ratings: [u64; 5]) -> SatisfactionObject {
    let total: u64 = ratings.iter().sum();
    let points: u64 = (1..).zip(ratings).map(|(points, number)| points * number).sum();
    let stars = (1..).zip(ratings);
    SatisfactionObject {
        overall_satisfaction: if total == 0 {
            0.0
        } else {
            rounded(points as f64 / total as f64)
        },
        total_feedback: total,
        satisfaction_distribution: stars
            .map(|(points, number)| (format!("{points}_star"), number))
            .collect(),
    }
}
