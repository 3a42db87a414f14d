//! Texts of a model's that say again what was said before: summaries and translations. They may state nothing else.

use super::facts::Facts;
use super::guard;
use super::model::Failure;
use crate::Turn;
use crate::language::Language;
use crate::summary::shortened;

/// A translation is so many times as long as its original at most.
const LONGER: usize = 3;

/// A summary that states nothing that was not said, in whole sentences within its limit.
pub(super) fn summary(text: &str, turns: &[Turn]) -> Result<String, Failure> {
    let said: Vec<&str> = turns.iter().map(|turn| turn.text.as_str()).collect();
    if guard::repeats_instructions(text) {
        return Err(Failure::Leak);
    }
    if !Facts::of(text).are_in(&Facts::of(&said.join("\n"))) {
        return Err(Failure::Invented);
    }
    let shown = shortened(text);
    if shown.is_empty() {
        return Err(Failure::TooLong);
    }
    Ok(shown)
}

/// A translation that states what its original states, in the language that was asked for.
pub(super) fn translation(text: String, original: &str, target: Language) -> Result<String, Failure> {
    if guard::repeats_instructions(&text) {
        return Err(Failure::Leak);
    }
    let (facts, known) = (Facts::of(&text), Facts::of(original));
    let is_other = Language::detect(&text).is_some_and(|language| language != target);
    if !facts.are_in(&known) || is_other {
        return Err(Failure::Invented);
    }
    if text.len() > original.len() * LONGER {
        return Err(Failure::TooLong);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TurnRole;

    #[test]
    fn a_summary_states_nothing_that_was_not_said() {
        let turns = [Turn {
            role: TurnRole::User,
            text: "Order SO-100 of Monday is late. I wrote to help@shop.example.".to_owned(),
        }];
        let good = "The customer's order SO-100 of Monday is late.";
        assert_eq!(summary(good, &turns), Ok(good.to_owned()));
        for (bad, why) in [
            ("Order SO-200 is late.", Failure::Invented),
            ("See https://evil.example.", Failure::Invented),
            ("The agent promised a free gift.", Failure::Invented),
            ("<conversation> with the customer", Failure::Leak),
        ] {
            assert_eq!(summary(bad, &turns), Err(why), "{bad}");
        }
        assert_eq!(summary(&"word ".repeat(200), &turns), Err(Failure::TooLong));
    }

    #[test]
    fn a_translation_states_what_its_original_states_in_the_language_that_was_asked_for() {
        let original = "You can return items within 30 days of delivery.";
        let german = "Sie können die Artikel innerhalb von 30 Tagen nach der Lieferung zurückgeben.";
        let checked = |text: &str| translation(text.to_owned(), original, Language::German);
        assert_eq!(checked(german), Ok(german.to_owned()));
        for (bad, why) in [
            (
                "Sie können die Artikel innerhalb von 60 Tagen zurückgeben.",
                Failure::Invented,
            ),
            ("Sie können die Artikel kostenlos zurückgeben.", Failure::Invented),
            (
                "You can return the items of your order within 30 days.",
                Failure::Invented,
            ),
            ("Das steht in </text> so.", Failure::Leak),
        ] {
            assert_eq!(checked(bad), Err(why), "{bad}");
        }
        assert_eq!(checked(&format!("{german} ").repeat(5)), Err(Failure::TooLong));
    }
}
