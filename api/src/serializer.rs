//! How a dialect's clients see what happens. It is all that the hub knows of a dialect.

use app::App;
use chat::conversations::Conversation;
use kernel::event::Event;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// The wire form of events in one dialect.
pub trait Serializer: Send + Sync + 'static {
    /// The dialect's name, also in metrics. Unique: what is encoded for one name is sent to all its clients.
    fn name(&self) -> &'static str;

    /// Whether the person whose doing an event was sees it too.
    fn echoes(&self, _event: &Event) -> bool {
        true
    }

    /// An event as this class of viewers sees it; none where they do not. `alias` is the conversation's other name
    /// (`TKT-…`, `chat-…`), where it has one.
    fn encode(&self, event: &Event, class: u8, alias: Option<&str>, app: &App) -> Option<Utf8Bytes>;

    /// Whether its clients take the bot's answers to what they said by REST from there: such an answer is not sent to the
    /// sockets of that sign-in.
    fn takes_answers_by_rest(&self) -> bool {
        false
    }

    /// A conversation that changed, as one viewer sees it; none where its clients do not.
    fn conversation_changed(&self, _conversation: Conversation, _core: &App) -> Option<Utf8Bytes> {
        None
    }
}
