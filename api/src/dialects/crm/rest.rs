//! The REST objects of the `crm` dialect: what its requests and answers hold, as JSON and as OpenAPI schemas.

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

pub use answers::{MarkObject, ReactionsObject, SentObject, SuccessObject};
pub use attachment::AttachmentObject;
pub use bot::{ArticleObject, ArticlePage, BotReplyObject, PendingObject, PromptObject};
pub use canned_reply::{CannedReplyObject, WriteCannedReplyBody};
pub use conversation::{
    BotSwitch, ConversationKind, ConversationObject, ConversationPage, ConversationStatus, PersonObject,
};
pub use desk::{
    AssignBody, ConversationCountsObject, LabelObject, NoteObject, PriorityWord, UpdateLabelBody, ViewWord,
    WriteLabelBody, WriteNoteBody, label_ids,
};
pub use insight::{AskBody, CustomerObject, SuggestedAnswerObject, TracedAnswerObject, TriedAnswerObject};
pub use message::{ChangesObject, MessageObject, SearchPage, SenderAs, messages};
pub use operations::{FiguresObject, JobObject, JobPage, JobState};
pub use requests::{
    AddParticipants, ConversationBody, CreateConversationBody, EditBody, NamedPerson, ReadBody, TypingBody,
    UpdateConversationBody, UserResponseBody, WriteArticleBody,
};
pub use user::{CreateUserBody, RoleName, StaffObject, UpdateUserBody, UserObject, UserPage};
pub use webhook::{
    CreateWebhookBody, CreatedWebhookObject, DeliveryObject, DeliveryPage, UpdateWebhookBody, WebhookObject,
    WebhookPage,
};
