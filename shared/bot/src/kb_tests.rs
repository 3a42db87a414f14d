//! Tests of the search.

use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn shipped() -> KnowledgeBase {
    KnowledgeBase::build(crate::articles::examples())
}

fn article(title: &str, body: &str, locale: &str) -> Article {
    Article {
        title: title.to_owned(),
        body: body.to_owned(),
        url: None,
        tags: Vec::new(),
        locale: locale.to_owned(),
        questions: Vec::new(),
    }
}

fn best_url(query: &str, locale: Option<&str>) -> Option<String> {
    shipped().search(query, locale, 1).pop()?.url
}

#[test]
fn every_heading_finds_its_own_passage() {
    let knowledge = shipped();
    for article in crate::articles::examples() {
        for section in sections(&article.body) {
            let Some(heading) = section.heading else {
                continue;
            };
            let found = knowledge.search(&heading, None, 1);
            assert_eq!(
                found.first().and_then(|p| p.heading.as_deref()),
                Some(heading.as_str()),
                "of {}",
                article.title
            );
        }
    }
}

#[rstest]
#[case("where is my order", "/help/orders")]
#[case("what's the status of order SO-10423?", "/help/orders")]
#[case("I want to cancel my order", "/help/changing-orders")]
#[case("track my package", "/help/tracking")]
#[case("my parcel was stolen, it says delivered", "/help/tracking")]
#[case("how much is shipping to France", "/help/shipping")]
#[case("I'd like my money back", "/help/returns")]
#[case("can I send this jacket back and get a refund", "/help/returns")]
#[case("is the blue jacket in stock?", "/help/products")]
#[case("the toaster arrived broken", "/help/warranty")]
#[case("forgot my password", "/help/password")]
#[case("can't log in to my account", "/help/account")]
#[case("I need an invoice for my company", "/help/billing")]
#[case("do you accept PayPal", "/help/billing")]
#[case("delete all my personal data", "/help/privacy")]
#[case("opening hours", "/help/contact")]
#[case("can I upload a screenshot here", "/help/chat")]
fn an_everyday_question_finds_its_article(#[case] query: &str, #[case] url: &str) {
    assert_eq!(best_url(query, None).as_deref(), Some(url));
}

#[rstest]
#[case("Wo ist meine Bestellung?", "/help/orders")]
#[case("Ich habe mein Passwort vergessen", "/help/password")]
#[case("Où est mon colis ?", "/help/tracking")]
#[case("Je voudrais un remboursement", "/help/returns")]
#[case("¿Dónde está mi pedido?", "/help/orders")]
#[case("Necesito una factura", "/help/billing")]
#[case("أين طلبي؟", "/help/orders")]
#[case("كيف يمكنني إرجاع المنتج", "/help/returns")]
fn a_question_in_another_language_finds_the_english_article(#[case] query: &str, #[case] url: &str) {
    assert_eq!(best_url(query, None).as_deref(), Some(url));
}

#[rstest]
#[case("what is the capital of Mongolia")]
#[case("asdfgh")]
#[case("who won the football match last night?")]
#[case("write me a poem about the sea")]
#[case("how do I cook rice in ten minutes")]
#[case("what time is it in Tokyo")]
#[case("Tell me a joke")]
#[case("In what order were the planets formed?")]
#[case("Was ist die Hauptstadt der Mongolei?")]
#[case("12345")]
#[case("the of and")]
#[case("!?…")]
#[case("")]
fn an_unrelated_question_finds_nothing(#[case] query: &str) {
    let found = shipped().search(query, None, 3);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn articles_in_the_users_language_come_before_english_ones_and_any_before_none() {
    let knowledge = KnowledgeBase::build(vec![
        article("Voucher", "Vouchers are valid for a year.", "en"),
        article("Gutscheine", "Voucher und Gutscheine gelten ein Jahr.", "de-DE"),
    ]);
    let first = |query, locale| {
        let found = knowledge.search(query, locale, 1);
        found.first().map(|passage| passage.title.clone())
    };
    assert_eq!(first("voucher", Some("de")).as_deref(), Some("Gutscheine"));
    assert_eq!(first("voucher", None).as_deref(), Some("Voucher"));
    assert_eq!(first("gutscheine", None).as_deref(), Some("Gutscheine"));
    assert_eq!(first("voucher", Some("ja")).as_deref(), Some("Voucher"));
}

#[test]
fn an_article_without_headings_or_address_is_found_too() {
    let knowledge = KnowledgeBase::build(vec![article(
        "Zebra crossing",
        "Zebras may cross at any time.",
        "en",
    )]);
    let found = knowledge.search("zebras", None, 5);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].heading.as_ref(), found[0].url.as_ref()), (None, None));
    assert_eq!(found[0].full_title(), "Zebra crossing");
}

#[test]
fn an_empty_knowledge_base_finds_nothing() {
    assert!(
        KnowledgeBase::build(Vec::new())
            .search("order", None, 3)
            .is_empty()
    );
    let blank = KnowledgeBase::build(vec![article("", "", "")]);
    assert!(blank.search("order", Some("en"), 3).is_empty());
}

#[test]
fn the_same_search_gives_the_same_order_every_time() {
    let first = shipped().search("order", None, 10);
    assert_eq!(first.len(), 10);
    for _ in 0..5 {
        assert_eq!(shipped().search("order", None, 10), first);
    }
}

#[test]
fn follow_ups_are_other_headings_of_the_same_article_first() {
    let knowledge = shipped();
    let best = knowledge.search("where is my order", None, 1).remove(0);
    let related = knowledge.related(&best, 3);
    assert_eq!(related.len(), 3);
    assert!(related.contains(&"What do the order statuses mean?".to_owned()));
    assert!(!related.contains(&"Where is my order?".to_owned()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_article_and_no_query_can_break_the_search(
        title in "\\PC{0,40}",
        body in "(\\PC|\n|#|`|>|\\*){0,400}",
        query in any::<String>(),
        locale in proptest::option::of("\\PC{0,8}"),
    ) {
        let knowledge = KnowledgeBase::build(vec![article(&title, &body, locale.as_deref().unwrap_or("en"))]);
        for passage in knowledge.search(&query, locale.as_deref(), 3) {
            knowledge.related(&passage, 3);
        }
        knowledge.nearest(&query, locale.as_deref(), 3);
    }
}
