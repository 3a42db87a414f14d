//! What a message means for the work on its conversation.

use crate::tickets;
use chat::writer::{self, LockedConversation, NewMessage};
use entity::conversation::{Kind, Status};
use entity::message::Voice;

/// A customer's message opens again what was resolved or snoozed; an agent's assigns to them what nobody has, and ends the
/// bot's part.
pub struct MessageRule;

impl writer::MessageRule for MessageRule {
    fn on_message(&self, new: &NewMessage, head: &mut LockedConversation) {
        match (new.voice, head.kind) {
            (Voice::User, Kind::Support | Kind::Ticket) => reopen(head),
            (Voice::Agent, Kind::Support) => {
                // a person of the company takes over: the bot does not talk over them
                if head.bot_on {
                    head.bot_on = false;
                    head.switched = true;
                }
                if head.assignee.is_none() {
                    head.assignee = Some(new.sender.id);
                    if matches!(head.status, Status::Pending | Status::Snoozed) {
                        head.status = Status::Open;
                    }
                    head.worked = true;
                    head.switched = true;
                }
            }
            _ => {}
        }
    }
}

fn reopen(head: &mut LockedConversation) {
    let opens = match (head.status, &mut head.ticket) {
        (Status::Snoozed, _) => true,
        (Status::Resolved, None) => head.kind == Kind::Support,
        (Status::Resolved, Some(ticket)) => match tickets::reopened(ticket) {
            Some(status) => {
                ticket.status = status;
                head.reopened = true;
                true
            }
            None => false,
        },
        (Status::Open | Status::Pending, _) => false,
    };
    if opens {
        head.status = Status::Open;
        head.worked = true;
        head.switched = true;
        // nobody would see it
        if head.assignee.is_none() && head.kind == Kind::Support {
            head.bot_on = true;
        }
    }
}
