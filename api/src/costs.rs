//! What an operation may cost, as `platform::limits` counts it. Each surface has a row for every operation of its own
//! (`costs.rs` in its folder); a page costs its request.

use crate::bearer;
use app::App;
use kernel::error::Result;
use platform::limits::Spend;
use poem::Request;
use std::net::IpAddr;
use std::num::NonZeroU32;

/// What a request costs, besides one request of its address (`RATE_ADDRESS_REQUESTS`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// Nothing more: reading a little, and what has a limit of its own kind, such as signing in.
    Request,
    /// Counted where it is carried out, once it is known to be allowed: a socket's frame comes there too.
    OnAction(Spend),
    /// Counted when the request comes in: so many of the bearer's, or of the address's where there is no good token.
    OnRequest(Spend, NonZeroU32),
}

/// What any frame of any socket costs, whatever it says. A message, an edit, a deletion or a reaction costs a message
/// besides, where it is carried out.
pub const FRAME: Spend = Spend::Signal;

/// What asking a Socket.IO session for everything missed costs.
pub const SYNC: Spend = Spend::Search;

/// Nothing besides the request.
pub const REQUEST: Cost = Cost::Request;
/// A message's, or what is like one.
pub const MESSAGE: Cost = Cost::OnAction(Spend::Message);
/// How far somebody has read.
pub const RECEIPT: Cost = Cost::OnAction(Spend::Signal);
/// What nobody keeps, or what marks something as seen.
pub const EPHEMERAL: Cost = on_request(Spend::Signal, 1);
/// A list, or a search.
pub const SEARCH: Cost = on_request(Spend::Search, 1);
/// Figures over everything.
pub const SURVEY: Cost = on_request(Spend::Search, 5);
/// A new conversation.
pub const CONVERSATION: Cost = on_request(Spend::Conversation, 1);
/// A new ticket.
pub const TICKET: Cost = on_request(Spend::Ticket, 1);
/// A change of something.
pub const CHANGE: Cost = on_request(Spend::Change, 1);
/// A change that notifies many, or that asks for a person.
pub const CALL: Cost = on_request(Spend::Change, 5);
/// A question to the bot, when it comes in.
pub const ASK: Cost = on_request(Spend::Model, 1);

/// A question to the bot, where it is asked.
pub const MODEL: Cost = Cost::OnAction(Spend::Model);

const fn on_request(what: Spend, units: u32) -> Cost {
    match NonZeroU32::new(units) {
        Some(units) => Cost::OnRequest(what, units),
        None => Cost::Request,
    }
}

/// Charges a request that comes in: its bearer, or where there is no good token its address. Too fast is
/// `Error::RateLimited`.
pub async fn charge(app: &App, request: &Request, address: IpAddr, cost: Cost) -> Result<()> {
    let Cost::OnRequest(what, units) = cost else {
        return Ok(());
    };
    match bearer::actor(request).await {
        Some(actor) => app.limits.spend_units(&actor, what, units),
        None => app.limits.spend_at(address, what, units),
    }
}
