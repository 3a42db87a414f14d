//! The REST objects of the `helpdesk` dialect: what its requests and answers hold, as JSON and as OpenAPI schemas.

mod ai;
mod message;
mod notification;
mod people;
mod ticket;
mod webhook;

pub use ai::{AnswerObject, QueryBody, SuggestBody, SuggestionObject};
pub use message::{
    ChatMessage, FeedbackBody, FeedbackWord, MessageBody, MessageEnvelope, MessageKind, MessagePage,
};
pub use notification::{
    NotificationDone, NotificationPage, NotificationsDone, UnreadCounts, notification_page,
};
pub use people::role;
pub use ticket::{CreateTicketBody, DepartmentWord, StatusWord, TicketObject, TicketPage, UpdateTicketBody};
pub use webhook::{HealthObject, MessageSentBody, MisuseBody, ProcessedObject, TicketCreatedBody};
