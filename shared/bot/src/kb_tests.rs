//! Tests of the search.

use std::sync::LazyLock;

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::example_articles;

static EXAMPLES: LazyLock<KnowledgeBase> = LazyLock::new(build_examples);

fn examples() -> &'static KnowledgeBase {
    &EXAMPLES
}

fn build_examples() -> KnowledgeBase {
    KnowledgeBase::build(example_articles().into_iter().map(|file| file.article).collect())
}

fn found(knowledge: &KnowledgeBase, text: &str, locale: Option<&str>) -> Found {
    let query = Query {
        text,
        language: Language::detect(text),
        locale,
        ..Query::default()
    };
    knowledge.search(&query, 3)
}

fn article(title: &str, body: &str, locale: &str) -> Article {
    Article {
        title: title.to_owned(),
        body: body.to_owned(),
        locale: locale.to_owned(),
        ..Article::default()
    }
}

fn best_url(query: &str) -> Option<String> {
    let found = found(examples(), query, None);
    found.passages.into_iter().next()?.url
}

#[test]
fn every_heading_finds_its_own_passage() {
    let knowledge = examples();
    for article in example_articles().into_iter().map(|file| file.article) {
        for section in crate::passages::sections(&article.body) {
            let Some(heading) = section.heading else {
                continue;
            };
            let found = found(knowledge, &heading, None);
            assert_eq!(found.zone(), Zone::Answer, "{heading}");
            let first = found
                .passages
                .first()
                .and_then(|passage| passage.heading.as_deref());
            assert_eq!(first, Some(heading.as_str()), "of {}", article.title);
        }
    }
}

#[test]
fn every_example_question_finds_its_article() {
    let knowledge = examples();
    for article in example_articles().into_iter().map(|file| file.article) {
        for question in &article.questions {
            let found = found(knowledge, question, None);
            assert_eq!(found.zone(), Zone::Answer, "{question}");
            assert_eq!(found.passages[0].title, article.title, "{question}");
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
    assert_eq!(best_url(query).as_deref(), Some(url));
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
    assert_eq!(best_url(query).as_deref(), Some(url));
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
fn an_unrelated_question_is_not_answered(#[case] query: &str) {
    let found = found(examples(), query, None);
    assert_ne!(found.zone(), Zone::Answer, "{found:?}");
}

#[test]
fn articles_in_the_questions_language_come_first_then_the_users_then_english_ones_then_any() {
    let knowledge = KnowledgeBase::build(vec![
        article("Status", "The status of a voucher.", "en"),
        article("Status", "Der Status eines Gutscheins.", "de-DE"),
    ]);
    let first = |text: &str, locale| found(&knowledge, text, locale).passages[0].locale.clone();
    assert_eq!(first("Wie ist der Status?", Some("en")), "de");
    assert_eq!(first("status", Some("de")), "de");
    assert_eq!(first("status", None), "en");
    assert_eq!(first("status", Some("ja")), "en");
    let german = KnowledgeBase::build(vec![article("Status", "Der Status.", "de")]);
    assert_eq!(
        found(&german, "What is the status?", None).passages[0].locale,
        "de"
    );
}

#[test]
fn an_article_without_headings_or_address_is_found_too() {
    let knowledge = KnowledgeBase::build(vec![article(
        "Zebra crossing",
        "Zebras may cross at any time.",
        "en",
    )]);
    let found = found(&knowledge, "zebras", None).passages;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].heading.as_ref(), found[0].url.as_ref()), (None, None));
    assert_eq!(found[0].full_title(), "Zebra crossing");
}

#[test]
fn an_empty_knowledge_base_finds_nothing() {
    let empty = KnowledgeBase::build(Vec::new());
    assert!(empty.is_empty());
    assert_eq!(found(&empty, "order", None), Found::default());
    let blank = KnowledgeBase::build(vec![article("", "", "")]);
    assert!(blank.is_empty() && found(&blank, "order", Some("en")).passages.is_empty());
}

#[test]
fn the_same_search_gives_the_same_order_every_time() {
    let first = found(examples(), "order", None);
    assert_eq!(first.passages.len(), 3);
    for _ in 0..3 {
        assert_eq!(found(&build_examples(), "order", None), first);
    }
}

#[test]
fn a_misspelled_word_finds_what_was_meant() {
    let knowledge = KnowledgeBase::build(vec![
        article("Zebra crossing", "Zebras may cross at any time.", "en"),
        article("Giraffe house", "Giraffes are fed at noon.", "en"),
    ]);
    let found = found(&knowledge, "girafe hosue", None);
    assert_eq!(found.passages[0].title, "Giraffe house");
    assert!(found.evidence.respelled > 0.9, "{:?}", found.evidence);
}

#[test]
fn the_question_before_helps_only_where_it_is_given() {
    let knowledge = examples();
    let query = Query {
        text: "and to France?",
        before: Some("How much does shipping cost?"),
        ..Query::default()
    };
    assert_eq!(
        knowledge.search(&query, 1).passages[0].url.as_deref(),
        Some("/help/shipping")
    );
}

#[test]
fn an_article_is_found_by_its_example_questions() {
    let mut tides = article("Tides", "The sea rises and falls.", "en");
    tides.questions = vec!["When can I walk to the island?".to_owned()];
    let others =
        ["Boats", "Harbour", "Beach"].map(|title| article(title, "About the island and the sea.", "en"));
    let knowledge = KnowledgeBase::build(others.into_iter().chain([tides]).collect());
    for question in ["when can i walk to the island", "can I walk to the island?"] {
        let found = found(&knowledge, question, None);
        assert_eq!(found.passages[0].title, "Tides", "{question}");
        assert_eq!(found.zone(), Zone::Answer, "{question}: {:?}", found.evidence);
    }
}

#[test]
fn a_heading_that_two_passages_have_is_not_offered() {
    let knowledge = KnowledgeBase::build(vec![
        article("Cats", "Intro.\n\n## Food\n\nFish.\n\n## Sleep\n\nLong.", "en"),
        article("Dogs", "Intro.\n\n## Food\n\nBones.", "en"),
    ]);
    let cats = found(&knowledge, "cats", None).passages.remove(0);
    assert_eq!(knowledge.related(&cats, 3), ["Sleep"]);
}

#[test]
fn follow_ups_are_other_headings_of_the_same_article_first() {
    let knowledge = examples();
    let best = found(knowledge, "where is my order", None).passages.remove(0);
    let related = knowledge.related(&best, 3);
    assert_eq!(related.len(), 3);
    assert!(related.contains(&"What do the order statuses mean?".to_owned()));
    assert!(!related.contains(&"Where is my order?".to_owned()));
}

#[test]
fn a_passage_is_found_by_its_meaning_where_no_word_is_the_same() {
    let articles = [
        ("Trees", "Oaks and elms.", [1.0, 0.0, 0.0]),
        ("Fish", "Carps and eels.", [0.0, 1.0, 0.0]),
        ("Birds", "Larks.", [0.0, 0.0, 1.0]),
    ];
    let with = articles.map(|(title, body, vector)| (article(title, body, "en"), vec![vector.to_vec(); 2]));
    let knowledge = KnowledgeBase::build_with_vectors(with.to_vec());
    let query = |vector: &'static [f32]| Query {
        text: "what swims",
        vector: Some(vector),
        ..Query::default()
    };
    assert_eq!(
        knowledge.search(&query(&[0.1, 0.99, 0.0]), 1).passages[0].title,
        "Fish"
    );
    assert!(
        knowledge.search(&query(&[0.1, 0.99]), 1).passages.is_empty(),
        "of another model"
    );
    let without = articles.map(|(title, body, _)| (article(title, body, "en"), Vec::new()));
    let words_only = KnowledgeBase::build_with_vectors(without.to_vec());
    assert!(
        words_only
            .search(&query(&[0.1, 0.99, 0.0]), 1)
            .passages
            .is_empty()
    );
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
        let found = found(&knowledge, &query, locale.as_deref());
        prop_assert!((0.0..=1.0).contains(&found.confidence));
        for passage in found.passages {
            knowledge.related(&passage, 3);
        }
    }
}
