//! Reports of misuse on the wire.

use super::analytics::SeverityWord;
use crate::wire::time::Timestamp;
use desk::misuse::{Listed, Report};
use poem_openapi::Object;
use serde::Deserialize;
use uuid::Uuid;

/// What an admin did about a report.
#[derive(Object, Deserialize, Clone, Debug, Default)]
#[oai(rename = "ReviewReport")]
#[serde(default)]
pub struct ReviewBody {
    #[oai(nullable, validator(max_length = 2000))]
    pub action_taken: Option<String>,
    /// More about it; kept below it.
    #[oai(nullable, validator(max_length = 2000))]
    pub notes: Option<String>,
}

impl ReviewBody {
    /// What is kept of it; `asked` was said in the query.
    pub fn note(self, asked: Option<String>) -> Option<String> {
        let said = [self.action_taken.or(asked), self.notes];
        let said: Vec<String> = said.into_iter().flatten().collect();
        let said = said.join("\n").trim().to_owned();
        (!said.is_empty()).then_some(said)
    }
}

/// What a report is grounded on.
#[derive(Object, Clone, Debug)]
#[oai(rename = "MisuseEvidence")]
pub struct EvidenceObject {
    pub content_samples: Vec<String>,
}

/// Something that somebody should look at.
#[derive(Object, Clone, Debug)]
#[oai(rename = "MisuseReportObject")]
pub struct ReportObject {
    pub id: Uuid,
    /// The same.
    pub report_id: Uuid,
    /// Whom it is about.
    pub user_id: String,
    pub username: String,
    /// The same.
    pub user_name: String,
    /// The ticket's `TKT-…`; it may be gone.
    #[oai(nullable)]
    pub ticket_id: Option<String>,
    #[oai(nullable)]
    pub conversation_id: Option<Uuid>,
    #[oai(nullable)]
    pub message_id: Option<Uuid>,
    /// `abusive_language`, `sexual_content`, `spam_content`, or the word of who reported it.
    pub misuse_type: String,
    pub severity_level: SeverityWord,
    pub detection_date: Timestamp,
    /// The text, 500 characters at most.
    pub content_samples: Vec<String>,
    pub evidence_data: EvidenceObject,
    /// What the admin who looked at it did.
    #[oai(nullable)]
    pub action_taken: Option<String>,
    pub admin_reviewed: bool,
    #[oai(nullable)]
    pub reviewed_at: Option<Timestamp>,
    /// That admin's username.
    #[oai(nullable)]
    pub reviewed_by: Option<String>,
}

impl From<Report> for ReportObject {
    fn from(report: Report) -> Self {
        let Report { row, user, reviewer } = report;
        let username = user.map(|user| user.username).unwrap_or_default();
        let samples: Vec<String> = Some(row.found)
            .filter(|text| !text.is_empty())
            .into_iter()
            .collect();
        Self {
            id: row.id.0,
            report_id: row.id.0,
            user_id: row.user_id.to_string(),
            user_name: username.clone(),
            username,
            ticket_id: row.ticket_id,
            conversation_id: row.conversation_id.map(|id| id.0),
            message_id: row.message_id.map(|id| id.0),
            misuse_type: row.kind,
            severity_level: row.severity.into(),
            detection_date: row.created_at.into(),
            content_samples: samples.clone(),
            evidence_data: EvidenceObject {
                content_samples: samples,
            },
            action_taken: row.note,
            admin_reviewed: row.reviewed_at.is_some(),
            reviewed_at: row.reviewed_at.map(Into::into),
            reviewed_by: reviewer,
        }
    }
}

/// A page of reports, newest first.
#[derive(Object, Clone, Debug)]
#[oai(rename = "MisuseReportPage")]
pub struct ReportPage {
    pub reports: Vec<ReportObject>,
    /// How many there are on all pages.
    pub total_count: u64,
    /// How many of all reports nobody has looked at.
    pub unreviewed_count: u64,
    /// From 1.
    pub page: u64,
    pub limit: u64,
    pub total_pages: u64,
}

impl ReportPage {
    /// The page of this number.
    pub fn new(listed: Listed, page: u64, limit: u64) -> Self {
        Self {
            reports: listed.reports.into_iter().map(Into::into).collect(),
            total_count: listed.total,
            unreviewed_count: listed.open,
            page,
            limit,
            total_pages: listed.total.div_ceil(limit.max(1)),
        }
    }
}

/// A report that somebody has looked at.
#[derive(Object, Clone, Debug)]
#[oai(rename = "MisuseReportReviewed")]
pub struct ReviewedObject {
    pub message: String,
    pub report_id: Uuid,
    /// The username of the admin who looked first.
    #[oai(nullable)]
    pub reviewed_by: Option<String>,
    #[oai(nullable)]
    pub reviewed_at: Option<Timestamp>,
    #[oai(nullable)]
    pub action_taken: Option<String>,
    pub report: ReportObject,
}

impl From<Report> for ReviewedObject {
    fn from(report: Report) -> Self {
        let report = ReportObject::from(report);
        Self {
            message: "Misuse report marked as reviewed".into(),
            report_id: report.id,
            reviewed_by: report.reviewed_by.clone(),
            reviewed_at: report.reviewed_at,
            action_taken: report.action_taken.clone(),
            report,
        }
    }
}
