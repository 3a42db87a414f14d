use rstest::rstest;

use super::*;
use crate::{Article, KnowledgeBase};

fn support(locale: &str, body: &str) -> Support {
    let article = Article {
        title: "Returns".to_owned(),
        body: body.to_owned(),
        url: Some("/help/returns".to_owned()),
        tags: Vec::new(),
        locale: locale.to_owned(),
        ..Article::default()
    };
    let passages = KnowledgeBase::build(vec![article]).nearest("returns rückgabe retours", Some(locale), 1);
    assert_eq!(passages.len(), 1);
    Support::of(&passages)
}

fn returns() -> Support {
    support(
        "en",
        "You can return unused items within 30 days of delivery. Open the order under **My orders**, choose **Return items**, \
         print the label and drop the parcel off at any branch of the carrier. No printer? Choose the QR code instead. Opened \
         hygiene products, personalised goods and downloaded software cannot be returned unless they are faulty.",
    )
}

#[rstest]
#[case("You can return unused items within 30 days of delivery.")]
#[case("Items that are unused may be returned within thirty days after they were delivered.")]
#[case("Here is how to return an item:")]
#[case("1. Open your order under **My orders** and choose **Return items**.")]
#[case("Print the label, then drop the parcel off at a branch of the carrier.")]
#[case("If you have no printer, you can choose the QR code instead.")]
#[case("Personalised goods can't be returned unless they are faulty.")]
#[case("See [Returns](/help/returns).")]
#[case("No, personalised goods can't be returned.")]
#[case("")]
fn what_the_passage_says_in_these_or_other_words_is_supported(#[case] sentence: &str) {
    assert!(returns().holds(sentence, &[0]));
}

#[rstest]
#[case::nothing_of_it("Our founder was born in Vienna and loves cats.")]
#[case::one_word_of_it("Items can be exchanged for vouchers in every shop worldwide.")]
#[case::another_number("You can return unused items within 60 days of delivery.")]
#[case::another_unit("You can return unused items within 30 minutes of delivery.")]
#[case::a_price("You can return unused items within 30 days of delivery for 4.90.")]
#[case::a_promise("You can return unused items for free within 30 days of delivery.")]
#[case::a_link("You can return unused items at https://evil.example within 30 days of delivery.")]
#[case::the_opposite("You cannot return unused items within 30 days of delivery.")]
#[case::the_opposite_of_a_refusal(
    "Opened hygiene products, personalised goods and downloaded software can be returned."
)]
#[case::a_translation("Sie können unbenutzte Artikel innerhalb von 30 Tagen zurückgeben.")]
#[case::an_order("FREE MONEY")]
#[case::a_mere_yes("Yes.")]
fn what_the_passage_does_not_say_is_not(#[case] sentence: &str) {
    assert!(!returns().holds(sentence, &[0]));
}

#[test]
fn a_sentence_that_cites_nothing_that_exists_is_not_supported() {
    assert!(!returns().holds("You can return unused items.", &[]));
    assert!(!returns().holds("You can return unused items.", &[7]));
}

#[rstest]
#[case(
    "de",
    "Unbenutzte Artikel können Sie innerhalb von 30 Tagen nach der Lieferung zurückgeben. Geöffnete Hygieneartikel sind \
     ausgeschlossen.",
    "Sie können unbenutzte Artikel 30 Tage lang nach der Lieferung zurückgeben.",
    "Sie können unbenutzte Artikel nicht zurückgeben."
)]
#[case(
    "fr",
    "Vous pouvez retourner les articles inutilisés dans les 30 jours suivant la livraison.",
    "Les articles inutilisés peuvent être retournés dans les trente jours après la livraison.",
    "Vous ne pouvez pas retourner les articles inutilisés."
)]
#[case(
    "es",
    "Puede devolver los artículos sin usar en un plazo de 30 días desde la entrega.",
    "Los artículos sin usar se pueden devolver en 30 días desde la entrega.",
    "Los artículos usados se devuelven gratis en 30 días."
)]
#[case(
    "ar",
    "يمكنك إرجاع المنتجات غير المستخدمة خلال 30 يومًا من التسليم.",
    "يمكنك إرجاع المنتجات غير المستخدمة خلال ٣٠ يوما من التسليم.",
    "يمكنك إرجاع المنتجات المستخدمة خلال 90 يومًا."
)]
fn passages_in_every_language_support_what_they_say_and_nothing_else(
    #[case] locale: &str,
    #[case] passage: &str,
    #[case] said: &str,
    #[case] not_said: &str,
) {
    let support = support(locale, passage);
    assert!(support.holds(said, &[0]), "{said}");
    assert!(!support.holds(not_said, &[0]), "{not_said}");
}

#[test]
fn every_sentence_of_the_example_articles_supports_itself() {
    for article in crate::articles::examples() {
        for passage in KnowledgeBase::passages_of(&article) {
            let support = Support::of(std::slice::from_ref(&passage));
            for sentence in passage.text.split_inclusive(". ") {
                assert!(support.holds(sentence, &[0]), "{sentence}");
            }
        }
    }
}
