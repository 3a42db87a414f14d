use rstest::rstest;

use super::*;

#[rstest]
#[case::as_it_is("You have 30 days.", "You have 30 days.")]
#[case::in_words("You have thirty days.", "You have 30 days.")]
#[case::with_a_hyphen("A 30-day window.", "You have 30 days.")]
#[case::with_a_word_between("Within 3 working days.", "It takes 3 days.")]
#[case::in_another_language("Innerhalb von 30 Tagen.", "You have 30 days.")]
#[case::in_arabic_digits("خلال ٣٠ يومًا", "You have 30 days.")]
#[case::without_its_unit("Up to 30.", "You have 30 days.")]
#[case::out_of_a_range("At most 5 days.", "It takes 3–5 days.")]
#[case::a_price_with_its_sign_on_the_other_side("It costs 49.90 €.", "It costs €49.9.")]
#[case::thousands("1,000 or 1.000 items", "1000 items")]
#[case::decimals_with_a_comma("1.234,50", "1,234.5")]
#[case::a_time("Until 14:00.", "Orders before 14:00.")]
#[case::a_number_of_a_list("1. Open it.\n2) Close it.", "Open it. Close it.")]
#[case::a_link("See [this](/help/orders).", "[Orders](/help/orders)")]
#[case::a_link_in_text("See https://shop.example/a?b=1&amp;c=2.", "<https://shop.example/a?b=1&c=2>")]
#[case::an_address("Write to Help@Shop.example!", "Mail: help@shop.example")]
#[case::an_invitation("Feel free to look there.", "Look there.")]
#[case::a_day("On Mondays.", "Montags")]
fn what_is_stated_in_other_words_is_known(#[case] text: &str, #[case] known: &str) {
    let (facts, known) = (Facts::of(text), Facts::of(known));
    assert!(facts.are_in(&known), "{facts:?} in {known:?}");
}

#[rstest]
#[case::another_number("You have 60 days.", "You have 30 days.")]
#[case::another_number_in_words("You have ninety days.", "You have 30 days.")]
#[case::another_unit("You have 30 minutes.", "You have 30 days.")]
#[case::a_price_out_of_days("It costs $30.", "You have 30 days.")]
#[case::another_price("It costs 4999 €.", "It costs 49.99 €.")]
#[case::another_time("Until 14:30.", "Before 14:00, within 30 days.")]
#[case::a_turned_date("On 2026-12-05.", "On 2026-05-12.")]
#[case::full_width_digits("Ｙou have ９９ days.", "You have 30 days.")]
#[case::a_digit_of_another_script("You have ९ days.", "You have 30 days.")]
#[case::an_order_number("Your order is SO-12345.", "The number starts with SO-.")]
#[case::a_link("See https://evil.example/a.", "See https://shop.example/a.")]
#[case::a_longer_host("See https://shop.example.evil.test.", "See https://shop.example.")]
#[case::a_link_with_more("https://shop.example/a?session=1", "https://shop.example/a")]
#[case::a_relative_link("[Orders](/help/evil)", "[Orders](/help/orders)")]
#[case::a_script("[Orders](javascript:alert)", "[Orders](/help/orders)")]
#[case::an_image("![x](https://evil.example/x.png)", "x")]
#[case::a_link_without_a_scheme("//evil.example/x", "x")]
#[case::a_tag("<a href=\"//evil.example\">x</a>", "x")]
#[case::a_domain("Go to evil.example now.", "Go to shop.example now.")]
#[case::a_domain_of_lookalikes("Go to shоp.example now.", "Go to shop.example now.")]
#[case::an_address("Write to help@evil.example.", "Write to help@shop.example.")]
#[case::a_day("On Tuesday.", "On Monday.")]
#[case::a_promise("Shipping is free.", "Shipping costs money.")]
#[case::a_promise_in_another_language("Der Versand ist kostenlos.", "Shipping costs money.")]
fn what_is_stated_nowhere_is_not(#[case] text: &str, #[case] known: &str) {
    let (facts, known) = (Facts::of(text), Facts::of(known));
    assert!(!facts.are_in(&known), "{facts:?} in {known:?}");
}

#[test]
fn an_abbreviation_is_no_link() {
    assert_eq!(
        Facts::of("e.g. this, i.e. that, z.B. jenes, U.S."),
        Facts::default()
    );
}

proptest::proptest! {
    #[test]
    fn every_text_is_read_and_states_what_it_states(text in proptest::prelude::any::<String>()) {
        let facts = Facts::of(&text);
        proptest::prop_assert!(facts.are_in(&facts));
    }
}
