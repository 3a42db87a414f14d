//! The REST objects of the `helpdesk` dialect: what its requests and answers hold, as JSON and as OpenAPI schemas.

mod ai;
mod analytics;
mod charts;
mod document;
mod guide;
mod home;
mod message;
mod misuse;
mod notification;
mod people;
mod performance;
mod system;
mod ticket;
mod topics;
mod webhook;

pub use ai::{AnswerObject, QueryBody, SuggestBody, SuggestionObject};
pub use analytics::{
    DashboardAnswer, DashboardObject, OverviewAnswer, OverviewStatistics, ResolutionAnswer, words,
};
pub use charts::{Charts, KpiObject, MetricWord, SeriesAnswer, SeriesObject};
pub use document::{Sent, StatsObject, UploadedObject};
pub use guide::{InfoObject, SelfServeBot, ToolsObject};
pub use home::HomeObject;
pub use message::{
    ChatMessage, FeedbackBody, FeedbackWord, MessageBody, MessageEnvelope, MessageKind, MessagePage,
};
pub use misuse::{ReportObject, ReportPage, ReviewBody, ReviewedObject};
pub use notification::{
    NotificationDone, NotificationPage, NotificationsDone, UnreadCounts, notification_page,
};
pub use people::{UserInfo, role};
pub use performance::{PerformanceAnswer, PerformanceObject};
pub use system::{ComponentObject, SystemObject};
pub use ticket::{CreateTicketBody, DepartmentWord, StatusWord, TicketObject, TicketPage, UpdateTicketBody};
pub use topics::{FlaggedUsersAnswer, FlaggedUsersObject, TopicsAnswer, TopicsObject};
pub use webhook::{HealthObject, MessageSentBody, MisuseBody, ProcessedObject, TicketCreatedBody};
