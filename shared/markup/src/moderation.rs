//! Words that somebody should look at: profanity and spam, by the lists of the `rustrict` crate. Nothing is refused for them.

use rustrict::{Censor, Type};

/// What was found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `abusive_language`, `sexual_content` or `spam_content`.
    pub kind: &'static str,
    /// How bad it is.
    pub weight: Weight,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// A nuisance.
    Low,
    /// Nobody should have to read it.
    Medium,
    /// The worst that the lists know.
    High,
}

/// What somebody should look at in this text; none: nothing.
pub fn find(text: &str) -> Option<Finding> {
    let found = Censor::from_str(text).analyze();
    let bad = Type::PROFANE | Type::OFFENSIVE | Type::SEXUAL | Type::MEAN;
    // a mild finding is as often an order number as a bad word
    if found.is(bad & Type::MODERATE_OR_HIGHER) {
        // most swear words count as sexual too
        let abusive = found.is((Type::PROFANE | Type::OFFENSIVE | Type::MEAN) & Type::MODERATE_OR_HIGHER);
        let severe = found.is(bad & Type::SEVERE);
        return Some(Finding {
            kind: if abusive {
                "abusive_language"
            } else {
                "sexual_content"
            },
            weight: if severe { Weight::High } else { Weight::Medium },
        });
    }
    found.is(Type::SPAM & Type::SEVERE).then_some(Finding {
        kind: "spam_content",
        weight: Weight::Low,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profanity_is_found_and_an_ordinary_complaint_is_not() {
        for text in ["what the fuck is this", "you are a piece of shit", "f u c k you"] {
            let found = find(text).map(|finding| finding.kind);
            assert_eq!(found, Some("abusive_language"), "{text}");
        }
        for text in [
            "Battery swap machine not working",
            "I am very angry: my order #12345 is late for the third time!",
            "Scunthorpe and Essex orders were assessed",
            "Hello",
            "",
        ] {
            assert_eq!(find(text), None, "{text}: {:?}", Censor::from_str(text).analyze());
        }
    }
}
