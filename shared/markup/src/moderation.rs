//! Words that somebody should look at: profanity and spam, by the lists of the `rustrict` crate. Nothing is refused for them.

use rustrict::{CensorStr, Type};

/// Whether somebody should look at this text.
pub fn is_suspect(text: &str) -> bool {
    // a mild finding is as often an order number as a bad word
    let bad = (Type::PROFANE | Type::OFFENSIVE | Type::SEXUAL | Type::MEAN) & Type::MODERATE_OR_HIGHER;
    text.is(bad) || text.is(Type::SPAM & Type::SEVERE)
}

#[cfg(test)]
mod tests {
    use super::is_suspect;

    #[test]
    fn profanity_is_found_and_an_ordinary_complaint_is_not() {
        for text in ["what the fuck is this", "you are a piece of shit", "f u c k you"] {
            assert!(is_suspect(text), "{text}");
        }
        for text in [
            "Battery swap machine not working",
            "I am very angry: my order #12345 is late for the third time!",
            "Scunthorpe and Essex orders were assessed",
            "Hello",
            "",
        ] {
            assert!(
                !is_suspect(text),
                "{text}: {:?}",
                rustrict::Censor::from_str(text).analyze()
            );
        }
    }
}
