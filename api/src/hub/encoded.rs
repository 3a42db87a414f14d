//! An event is encoded once per dialect and class of viewer, never per socket.

use crate::client::Client;
use app::App;
use kernel::event::Event;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// One event in every form that some socket wants, each made once.
pub(super) struct Encoded<'a> {
    event: &'a Event,
    app: &'a App,
    forms: Vec<(&'static str, u8, Option<Utf8Bytes>)>,
}

impl<'a> Encoded<'a> {
    pub(super) fn new(event: &'a Event, app: &'a App) -> Self {
        Self {
            event,
            app,
            forms: Vec::new(),
        }
    }

    /// The form for a client's dialect and class of viewer; none where it does not show such an event. All clients
    /// that are asked for are in the event's conversation, or all in inboxes.
    pub(super) fn form(&mut self, client: &Client) -> Option<Utf8Bytes> {
        let (serializer, class) = (client.serializer, client.class);
        let of = (serializer.name(), class);
        let known = self.forms.iter().find(|(name, class, _)| (*name, *class) == of);
        if let Some((.., form)) = known {
            return form.clone();
        }
        let form = serializer.encode(self.event, class, client.alias.as_deref(), self.app);
        metrics::counter!("switchboard_events_encoded_total", "dialect" => of.0).increment(1);
        self.forms.push((of.0, class, form.clone()));
        form
    }
}
