//! The content check of tickets and their messages: profanity and spam, by the lists of the `rustrict` crate. Off unless
//! `MISUSE_CHECK=on`. It refuses nothing: what it finds is marked, and admins are told.

use crate::core::Core;
use rustrict::{CensorStr, Type};

/// Whether somebody should look at this text; never where the check is off.
pub fn is_suspect(core: &Core, text: &str) -> bool {
    core.settings.misuse_check && finds(text)
}

fn finds(text: &str) -> bool {
    // a mild finding is as often an order number as a bad word
    let bad = (Type::PROFANE | Type::OFFENSIVE | Type::SEXUAL | Type::MEAN) & Type::MODERATE_OR_HIGHER;
    text.is(bad) || text.is(Type::SPAM & Type::SEVERE)
}

#[cfg(test)]
mod tests {
    use super::finds;

    #[test]
    fn profanity_is_found_and_an_ordinary_complaint_is_not() {
        for text in ["what the fuck is this", "you are a piece of shit", "f u c k you"] {
            assert!(finds(text), "{text}");
        }
        for text in [
            "Battery swap machine not working",
            "I am very angry: my order #12345 is late for the third time!",
            "Scunthorpe and Essex orders were assessed",
            "Hello",
            "",
        ] {
            assert!(
                !finds(text),
                "{text}: {:?}",
                rustrict::Censor::from_str(text).analyze()
            );
        }
    }
}
