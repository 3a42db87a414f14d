//! Figures as charts draw them: labels, and a number for each.

use super::analytics::{answer, average, rounded, team, words};
use crate::wire::time::Timestamp;
use desk::analytics::{AgentFigures, Overview, Period, Point, Spread, TicketCounts, percent};
use entity::ticket::{Status, Urgency};
use entity::user::Department;
use poem_openapi::{Enum, Object};
use std::collections::BTreeMap;

/// One row of numbers.
#[derive(Object, Clone, Debug)]
pub struct ChartObject {
    pub labels: Vec<String>,
    /// A number for each label.
    pub data: Vec<f64>,
    /// `doughnut`, `pie` or `line`.
    pub chart_type: String,
    /// A colour for each label; none of a line.
    pub colors: Vec<String>,
    /// What the numbers are.
    pub label: String,
}

impl ChartObject {
    fn line(label: &str, points: &[Point]) -> Self {
        Self {
            labels: points.iter().map(|point| point.day.to_string()).collect(),
            data: points.iter().map(|point| rounded(point.value)).collect(),
            chart_type: "line".into(),
            colors: Vec::new(),
            label: label.into(),
        }
    }

    fn slices(label: &str, chart_type: &str, slices: &[(&str, u64, &str)]) -> Self {
        Self {
            labels: slices.iter().map(|(name, ..)| (*name).to_owned()).collect(),
            data: slices.iter().map(|(_, number, _)| *number as f64).collect(),
            chart_type: chart_type.into(),
            colors: slices.iter().map(|(_, _, color)| (*color).to_owned()).collect(),
            label: label.into(),
        }
    }
}

/// One row of several.
#[derive(Object, Clone, Debug)]
pub struct DatasetObject {
    pub label: String,
    pub data: Vec<u64>,
    #[oai(rename = "backgroundColor")]
    pub background_color: String,
}

/// Several rows of numbers.
#[derive(Object, Clone, Debug)]
pub struct BarsObject {
    pub labels: Vec<String>,
    pub datasets: Vec<DatasetObject>,
    /// Always `bar`.
    pub chart_type: String,
}

/// Somebody's tickets.
#[derive(Object, Clone, Debug)]
pub struct TopAgentObject {
    pub agent_id: String,
    pub agent_name: String,
    pub assigned_tickets: u64,
    pub resolved_tickets: u64,
    pub closed_tickets: u64,
    /// Resolved or closed, in per cent.
    pub resolution_rate: f64,
}

/// Those with the most tickets.
#[derive(Object, Clone, Debug)]
pub struct TopAgentsObject {
    /// Ten at most.
    pub top_agents: Vec<TopAgentObject>,
    /// Always `table`.
    pub chart_type: String,
}

/// Everything that is drawn.
#[derive(Object, Clone, Debug)]
pub struct Charts {
    pub status_distribution: ChartObject,
    pub department_workload: BarsObject,
    pub urgency_distribution: ChartObject,
    pub daily_creation_trend: ChartObject,
    pub agent_performance: TopAgentsObject,
}

const OPEN: &str = "#d9534f";
const ASSIGNED: &str = "#3a9fbf";
const RESOLVED: &str = "#4caf7d";
const CLOSED: &str = "#8a94a6";
const ALL: &str = "#3f6ad8";
const URGENT: &str = "#c0392b";
const USUAL: &str = "#e69f28";
const CALM: &str = "#2e9e5b";

impl Charts {
    /// Of these figures.
    pub fn new(counts: &TicketCounts, opened: &[Point], agents: &[AgentFigures]) -> Self {
        let statuses = [
            ("Open", counts.status(Status::Open), OPEN),
            ("Assigned", counts.status(Status::Assigned), ASSIGNED),
            ("Resolved", counts.status(Status::Resolved), RESOLVED),
            ("Closed", counts.status(Status::Closed), CLOSED),
        ];
        let of = |urgency| counts.of(|cell| cell.urgency == urgency);
        let urgencies = [
            ("High", of(Urgency::High), URGENT),
            ("Medium", of(Urgency::Medium), USUAL),
            ("Low", of(Urgency::Low), CALM),
        ];
        Self {
            status_distribution: ChartObject::slices("Tickets by status", "doughnut", &statuses),
            department_workload: workload(counts),
            urgency_distribution: ChartObject::slices("Tickets by urgency", "pie", &urgencies),
            daily_creation_trend: ChartObject::line("Daily Ticket Creation", opened),
            agent_performance: TopAgentsObject {
                top_agents: agents.iter().take(10).map(top_agent).collect(),
                chart_type: "table".into(),
            },
        }
    }
}

fn workload(counts: &TicketCounts) -> BarsObject {
    let departments: Vec<Option<Department>> = [Some(Department::It), Some(Department::Hr), None]
        .into_iter()
        .filter(|of| of.is_some() || counts.of(|cell| cell.department.is_none()) > 0)
        .collect();
    let row = |label: &str, status: Option<Status>, color: &str| {
        let data = departments.iter().map(|department| {
            counts.of(|cell| cell.department == *department && status.is_none_or(|of| of == cell.status))
        });
        DatasetObject {
            label: label.into(),
            data: data.collect(),
            background_color: color.into(),
        }
    };
    BarsObject {
        datasets: vec![
            row("Total", None, ALL),
            row("Open", Some(Status::Open), OPEN),
            row("Assigned", Some(Status::Assigned), ASSIGNED),
            row("Resolved", Some(Status::Resolved), RESOLVED),
        ],
        labels: departments.into_iter().map(|of| team(of).to_owned()).collect(),
        chart_type: "bar".into(),
    }
}

fn top_agent(agent: &AgentFigures) -> TopAgentObject {
    TopAgentObject {
        agent_id: agent.id.to_string(),
        agent_name: agent.username.clone(),
        assigned_tickets: agent.assigned,
        resolved_tickets: agent.resolved,
        closed_tickets: agent.closed,
        resolution_rate: percent(agent.resolved + agent.closed, agent.assigned),
    }
}

/// The figures that are looked at first.
#[derive(Object, Clone, Debug)]
pub struct KpiObject {
    pub total_tickets: u64,
    pub open_tickets: u64,
    /// Resolved or closed, in per cent.
    pub resolution_rate: f64,
    pub avg_resolution_time_hours: f64,
    pub avg_first_answer_hours: f64,
    pub tickets_with_feedback: u64,
    /// Open or assigned.
    pub backlog_size: u64,
}

impl KpiObject {
    /// Of these figures.
    pub fn new(overview: &Overview, resolution: Option<Spread>) -> Self {
        let tickets = &overview.tickets;
        Self {
            total_tickets: tickets.total(),
            open_tickets: tickets.status(Status::Open),
            resolution_rate: percent(tickets.over(), tickets.total()),
            avg_resolution_time_hours: average(resolution),
            avg_first_answer_hours: average(overview.answer),
            tickets_with_feedback: tickets.with_feedback,
            backlog_size: tickets.total() - tickets.over(),
        }
    }
}

/// What is counted by day.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename = "SeriesMetric", rename_all = "lowercase")]
pub enum MetricWord {
    /// Tickets that were opened.
    Tickets,
    /// Messages in every conversation.
    Messages,
    /// Tickets that were resolved.
    Resolved,
}

impl MetricWord {
    /// Its place among the trends, and what its numbers are.
    pub fn trend(self) -> (&'static str, &'static str) {
        match self {
            Self::Tickets => ("ticket_creation", "Ticket Creation Trend"),
            Self::Messages => ("messages", "Messages"),
            Self::Resolved => ("ticket_resolution", "Ticket Resolution Trend"),
        }
    }
}

/// A day and what there was on it.
#[derive(Object, Clone, Debug)]
pub struct PointObject {
    /// `YYYY-MM-DD`, in UTC.
    pub date: String,
    /// 0 where there was nothing.
    pub value: f64,
}

/// What there was by day.
#[derive(Object, Clone, Debug)]
pub struct SeriesObject {
    /// The days in words.
    pub period: String,
    /// Always `daily`.
    pub granularity: String,
    pub generated_at: Timestamp,
    pub metric: MetricWord,
    /// A point for each day, oldest first, today last.
    pub points: Vec<PointObject>,
    /// The same as charts draw it: `ticket_creation`, `ticket_resolution`, `messages`; and where no metric was asked for
    /// `response_times` in hours and `user_activity`.
    pub trends: BTreeMap<String, ChartObject>,
}

impl SeriesObject {
    /// Of one metric's points, and of all trends.
    pub fn new(period: Period, now: Timestamp, metric: MetricWord, points: &[Point]) -> Self {
        let (name, label) = metric.trend();
        Self {
            period: words(period),
            granularity: "daily".into(),
            generated_at: now,
            metric,
            points: points
                .iter()
                .map(|point| PointObject {
                    date: point.day.to_string(),
                    value: point.value,
                })
                .collect(),
            trends: BTreeMap::from([(name.to_owned(), ChartObject::line(label, points))]),
        }
    }

    /// With one trend more.
    pub fn with(mut self, name: &str, label: &str, points: &[Point]) -> Self {
        self.trends
            .insert(name.to_owned(), ChartObject::line(label, points));
        self
    }
}

answer!(
    /// What there was by day.
    SeriesAnswer, time_series_analytics: SeriesObject, "Time-series analytics retrieved successfully"
);
