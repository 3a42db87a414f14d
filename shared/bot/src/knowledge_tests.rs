//! Tests of the replies that come from the knowledge base.

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::{Article, Source, Turn, example_articles};

fn replier() -> KnowledgeReplier {
    KnowledgeReplier::new(Arc::new(KnowledgeBase::build(examples())))
}

fn examples() -> Vec<Article> {
    example_articles().into_iter().map(|file| file.article).collect()
}

fn ask(text: &str) -> Ask {
    Ask {
        text: text.to_owned(),
        ..Ask::default()
    }
}

async fn reply(ask: Ask) -> Answer {
    let answer = replier().reply(&ask, &|_| panic!("does not stream")).await;
    answer.unwrap()
}

async fn reply_to(text: &str) -> Answer {
    reply(ask(text)).await
}

async fn reply_in(text: &str, locale: &str) -> Answer {
    reply(Ask {
        locale: Some(locale.to_owned()),
        ..ask(text)
    })
    .await
}

fn url(answer: &Answer) -> Option<&str> {
    answer.sources.first()?.url.as_deref()
}

#[rstest]
#[case("Hello")]
#[case("Hello, bot!")]
#[case("Hello via WebSocket")]
#[case("Hello from Python!")]
#[case("Hello from browser!")]
#[tokio::test]
async fn hello_is_greeted_in_english_in_the_name_of_the_crm(#[case] text: &str) {
    let answer = reply_to(text).await;
    assert!(
        answer.text.contains("Hello!") && answer.text.contains("CRM"),
        "{answer:?}"
    );
    assert_eq!(answer.prompts.len(), 5);
    assert_eq!(answer.trace.intent, "greeting");
}

#[rstest]
#[case("Guten Tag", None, "Hallo!")]
#[case("Bonjour", None, "Bonjour !")]
#[case("Hola", None, "¡Hola!")]
#[case("مرحبا", None, "مرحبًا!")]
#[case("hi", Some("de-AT"), "Hallo!")]
#[case("hi", Some("xx"), "Hello!")]
#[tokio::test]
async fn a_greeting_is_returned_in_the_locale_or_in_its_own_language(
    #[case] text: &str,
    #[case] locale: Option<&str>,
    #[case] expected: &str,
) {
    let locale = locale.map(str::to_owned);
    let answer = reply(Ask { locale, ..ask(text) }).await;
    assert!(answer.text.starts_with(expected), "{answer:?}");
    assert!(answer.text.contains("CRM"));
}

#[rstest]
#[case("Product Search", "/help/products")]
#[case("Order Status", "/help/orders")]
#[case("Delivery Tracking", "/help/tracking")]
#[case("Account Help", "/help/account")]
#[case("General Support", "/help/contact")]
#[tokio::test]
async fn every_seeded_quick_prompt_is_answered_on_topic(#[case] prompt: &str, #[case] expected: &str) {
    let answer = reply_to(prompt).await;
    assert_eq!(url(&answer), Some(expected));
    assert!(answer.text.contains(&format!("]({expected})")));
    assert!(!answer.prompts.is_empty() && !answer.handoff);
}

#[tokio::test]
async fn every_prompt_that_a_reply_offers_is_understood_in_every_language() {
    let expected = [
        "/help/products",
        "/help/orders",
        "/help/tracking",
        "/help/account",
        "/help/contact",
    ];
    for language in Language::ALL {
        let code = language.code();
        let phrases = Phrases::of(language);
        for (topic, expected) in phrases.topics.into_iter().zip(expected) {
            let answer = reply_in(topic, code).await;
            assert_eq!(url(&answer), Some(expected), "{code}: {topic}");
            let unlabelled = reply_to(topic).await;
            assert_eq!(url(&unlabelled), Some(expected), "{topic}");
        }
        assert!(reply_in(phrases.ask_for_person, code).await.handoff, "{code}");
    }
}

#[tokio::test]
async fn every_follow_up_of_every_article_is_answered() {
    for article in examples() {
        for prompt in reply_to(&article.title).await.prompts {
            let answer = reply_to(&prompt).await;
            assert_eq!(answer.trace.intent, "answer", "{prompt}");
            assert!(answer.text.contains(&prompt), "{prompt}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn a_question_after_a_greeting_is_answered_after_a_short_hello() {
    let answer = reply_to("hi, where is my order?").await;
    assert!(
        answer.text.starts_with("Hello!\n\n**Where is my order?**"),
        "{}",
        answer.text
    );
    assert!(!answer.text.contains("assistant"));
    assert_eq!(url(&answer), Some("/help/orders"));
}

#[tokio::test]
async fn the_question_is_found_in_a_long_story() {
    let story = "Hello, I bought a pair of hiking boots for my brother's birthday last week and paid with the voucher \
                 that grandmother gave me. He turns forty on Saturday and everybody is coming. So where is my order?";
    assert_eq!(url(&reply_to(story).await), Some("/help/orders"));
}

#[tokio::test]
async fn a_question_in_german_gets_the_english_article_with_an_explanation() {
    let answer = reply_to("Wo ist meine Bestellung?").await;
    assert!(
        answer
            .text
            .starts_with("Diesen Hilfeartikel gibt es nur auf Englisch:"),
        "{}",
        answer.text
    );
    assert_eq!(url(&answer), Some("/help/orders"));
}

#[rstest]
#[case("what is the capital of Mongolia")]
#[case("asdfgh")]
#[case("Hi, what is the capital of Mongolia?")]
#[case("why?")]
#[tokio::test]
async fn an_unrelated_question_gets_an_honest_answer_and_the_offer_of_a_person(#[case] text: &str) {
    let answer = reply_to(text).await;
    assert!(answer.text.contains("I don't know"), "{answer:?}");
    assert!(answer.text.contains("person"));
    assert_eq!(answer.trace.intent, "unknown");
    assert!(answer.sources.is_empty() && !answer.handoff);
}

#[tokio::test]
async fn a_wish_for_a_person_is_a_handoff_that_promises_no_time() {
    let answer = reply_to("I want to talk to a person about my order").await;
    assert!(answer.handoff);
    assert!(answer.text.contains("asked a person") && answer.text.contains("do not know how soon"));
    assert!(answer.text.contains("Until an agent takes over"));
    assert!(
        reply_to("Ich möchte mit einem Menschen sprechen")
            .await
            .text
            .contains("Menschen gebeten")
    );
}

#[tokio::test]
async fn a_yes_is_a_wish_for_a_person_only_if_one_was_offered() {
    let offer = reply_to("asdfgh").await.text;
    let after = |text: &str, role| Ask {
        history: vec![
            Turn {
                role,
                text: text.to_owned(),
            },
            Turn {
                role: TurnRole::User,
                text: "yes please".to_owned(),
            },
        ],
        ..ask("Yes, please!")
    };
    assert!(reply(after(&offer, TurnRole::Bot)).await.handoff);
    assert!(!reply(after("You're welcome!", TurnRole::Bot)).await.handoff);
    assert!(!reply(after(&offer, TurnRole::Agent)).await.handoff);
}

#[tokio::test]
async fn without_articles_the_bot_says_so_and_offers_a_person() {
    let replier = KnowledgeReplier::new(Arc::new(KnowledgeBase::build(Vec::new())));
    for text in ["where is my order?", "help"] {
        let answer = replier.reply(&ask(text), &|_| {}).await.unwrap();
        assert!(
            answer.text.contains("no help articles") && answer.text.contains("person"),
            "{answer:?}"
        );
        assert_eq!(answer.prompts, ["Talk to a person"]);
    }
}

#[tokio::test]
async fn where_several_articles_may_be_meant_their_titles_are_offered_and_found() {
    let article = |title: &str, body: &str| Article {
        title: title.to_owned(),
        body: body.to_owned(),
        locale: "en".to_owned(),
        ..Article::default()
    };
    let replier = KnowledgeReplier::new(Arc::new(KnowledgeBase::build(vec![
        article("Feeding cats", "Cats eat fish twice a day."),
        article("Feeding dogs", "Dogs eat bones twice a day."),
        article("Opening hours", "We are open from eight to six."),
    ])));
    let answer = replier.reply(&ask("feeding hamsters"), &|_| {}).await.unwrap();
    assert_eq!(answer.trace.intent, "offer", "{answer:?}");
    assert!(answer.sources.is_empty() && answer.text.contains("Did you mean"));
    assert_eq!(
        answer.prompts,
        ["Feeding cats", "Feeding dogs", "Talk to a person"]
    );
    for prompt in &answer.prompts[..2] {
        let chosen = replier.reply(&ask(prompt), &|_| {}).await.unwrap();
        assert_eq!(&chosen.sources[0].title, prompt);
    }
}

#[tokio::test]
async fn anger_is_met_with_sympathy_and_the_offer_of_a_person() {
    let answer = reply_to("This is the worst service ever").await;
    assert_eq!(answer.trace.intent, "complaint");
    assert!(answer.text.contains("sorry") && answer.text.contains("person") && !answer.handoff);
    let about = reply_to("My parcel arrived damaged, this is ridiculous").await;
    assert!(about.text.starts_with("I am sorry"), "{about:?}");
    assert_eq!(url(&about), Some("/help/warranty"));
}

#[tokio::test]
async fn a_follow_up_is_understood_with_the_question_before_it() {
    let turn = |role, text: &str| Turn {
        role,
        text: text.to_owned(),
    };
    let history = vec![
        turn(TurnRole::User, "How much does shipping cost?"),
        turn(TurnRole::Bot, "It costs 4.90."),
    ];
    let after = |text: &str| {
        reply(Ask {
            history: history.clone(),
            ..ask(text)
        })
    };
    assert_eq!(url(&after("and to France?").await), Some("/help/shipping"));
    assert!(after("and who won the football match?").await.sources.is_empty());
}

#[tokio::test]
async fn an_undecided_message_is_answered_in_the_language_spoken_before() {
    let answer = reply(Ask {
        history: vec![Turn {
            role: TurnRole::User,
            text: "Bonjour, où est ma commande ?".to_owned(),
        }],
        locale: Some("en".to_owned()),
        ..ask("ok")
    })
    .await;
    assert_eq!(answer.trace.language.as_deref(), Some("fr"));
}

#[tokio::test]
async fn an_answer_in_any_other_language_than_the_question_says_so() {
    let replier = KnowledgeReplier::new(Arc::new(KnowledgeBase::build(vec![Article {
        title: "Gutscheine".to_owned(),
        body: "Gutscheine gelten ein Jahr.".to_owned(),
        locale: "de".to_owned(),
        ..Article::default()
    }])));
    let answer = replier
        .reply(&ask("Do you have a voucher?"), &|_| {})
        .await
        .unwrap();
    assert!(answer.text.contains("only in German"), "{answer:?}");
}

#[tokio::test]
async fn help_lists_the_topics_and_a_way_to_a_person() {
    let answer = reply_to("help").await;
    assert!(answer.text.contains("\n- Order Status"));
    assert_eq!(answer.prompts.len(), 6);
    assert_eq!(answer.trace.intent, "help");
}

#[rstest]
#[case("")]
#[case("?!…")]
#[case("👋🏽🎉")]
#[case("\u{0}\u{7}\u{200f}")]
#[tokio::test]
async fn a_message_without_words_gets_the_topics(#[case] text: &str) {
    assert_eq!(reply_to(text).await.trace.intent, "unclear");
}

#[tokio::test]
async fn a_replaced_knowledge_base_answers_the_next_question() {
    let replier = replier();
    let zebras = KnowledgeBase::build(vec![Article {
        title: "Zebras [x]".to_owned(),
        body: "Zebras are striped.".to_owned(),
        url: Some("https://example.com/a (b)".to_owned()),
        locale: "en".to_owned(),
        ..Article::default()
    }]);
    replier.replace(Arc::new(zebras), None);
    let answer = replier.reply(&ask("zebras?"), &|_| {}).await.unwrap();
    assert_eq!(
        answer.text,
        "Zebras are striped.\n\n[Zebras \\[x\\]](<https://example.com/a (b)>)"
    );
    assert_eq!(answer.trace.passages.len(), 1);
}

#[tokio::test]
async fn an_answer_survives_its_way_through_json_and_leaves_out_what_is_absent() {
    let answer = reply_to("Order Status").await;
    let json = serde_json::to_value(&answer).unwrap();
    assert!(json["trace"].get("model").is_none());
    assert_eq!(serde_json::from_value::<Answer>(json).unwrap(), answer);
    let source = Source {
        title: "T".to_owned(),
        url: None,
    };
    assert_eq!(serde_json::to_string(&source).unwrap(), r#"{"title":"T"}"#);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_message_can_break_the_bot(
        text in prop_oneof![
            any::<String>(),
            "\\PC{0,4000}",
            "[\\p{Arabic}\\p{Hebrew}\u{200e}\u{200f} ]{0,200}",
            "((hi|ok|talk|person|order|,|\\.|\\?|thanks|for|'| )){0,60}",
            "[\\x00-\\x1f🎉👩‍👩‍👧 ]{0,100}",
        ],
        locale in proptest::option::of(any::<String>()),
        earlier in any::<String>(),
    ) {
        let ask = Ask {
            locale,
            history: vec![Turn { role: TurnRole::Bot, text: earlier }],
            ..ask(&text)
        };
        let replier = shared_replier();
        let answer = match replier.consider(&ask) {
            Outcome::Settled(answer) => answer,
            Outcome::Open(question) => replier.answer(&question),
        };
        prop_assert!(!answer.text.trim().is_empty());
        prop_assert!(answer.text.chars().count() <= 4_000);
    }
}

fn shared_replier() -> &'static KnowledgeReplier {
    static REPLIER: std::sync::LazyLock<KnowledgeReplier> = std::sync::LazyLock::new(replier);
    &REPLIER
}
