//! The REST objects of the `crm` dialect: what its requests and answers hold, as JSON and as OpenAPI schemas.

mod answers;
mod attachment;
mod bot;
mod conversation;
mod desk;
mod message;
mod notification;
mod requests;

pub use answers::{MarkObject, ReactionsObject, SentObject, SuccessObject};
pub use attachment::AttachmentObject;
pub use bot::{BotReplyObject, PendingObject, PromptObject};
pub use conversation::{
    BotSwitch, ConversationKind, ConversationObject, ConversationPage, ConversationStatus, FoundPerson,
    PersonObject,
};
pub use desk::{LabelObject, NoteObject, PriorityWord, ViewWord, label_ids};
pub use message::{ChangesObject, MessageObject, SearchPage, SenderAs, SourceObject, messages};
pub use notification::{ChangeNotificationBody, NotificationList, NotificationObject};
pub use requests::{
    AddParticipants, ConversationBody, CreateConversationBody, EditBody, HelpfulBody, NamedPerson, ReadBody,
    TypingBody, UpdateConversationBody, UserResponseBody,
};
