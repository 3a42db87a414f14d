//! The wire form of the `crm` dialect: what its requests and answers hold, as JSON and as OpenAPI schemas.

mod answers;
mod attachment;
mod bot;
mod canned_reply;
mod conversation;
mod desk;
mod insight;
mod message;
mod operations;
mod requests;
mod user;
mod webhook;

use crate::wire::time;

pub use answers::{MarkObject, ReactionsObject, SentObject, SuccessObject};
pub use attachment::{AttachmentObject, AttachmentStatus};
pub use bot::{ArticleObject, ArticlePage, BotReplyObject, PendingObject, PromptObject, SourceObject};
pub use canned_reply::{CannedReplyObject, WriteCannedReplyBody};
pub use conversation::{
    BotSwitch, ConversationKind, ConversationObject, ConversationPage, ConversationStatus, ParticipantObject,
    PersonObject,
};
pub use desk::{
    AssignBody, ConversationCountsObject, LabelObject, NamedUserObject, NoteObject, PriorityWord,
    TicketObject, UpdateLabelBody, ViewWord, WriteLabelBody, WriteNoteBody, label_ids,
};
pub use insight::{AskBody, CustomerObject, SuggestedAnswerObject, TracedAnswerObject, TriedAnswerObject};
pub use message::{
    ChangesObject, DeliveryStatus, MessageObject, MetaObject, SearchHit, SearchPage, SenderAs, messages,
};
pub use operations::{FiguresObject, JobObject, JobPage, JobState};
pub use requests::{
    AddParticipants, ConversationBody, CreateConversationBody, EditBody, NamedPerson, ReadBody, TypingBody,
    UpdateConversationBody, UserResponseBody, WriteArticleBody,
};
pub use time::Timestamp;
pub use user::{CreateUserBody, RoleName, StaffObject, UpdateUserBody, UserObject, UserPage};
pub use webhook::{
    CreateWebhookBody, CreatedWebhookObject, DeliveryObject, DeliveryPage, UpdateWebhookBody, WebhookObject,
    WebhookPage,
};
