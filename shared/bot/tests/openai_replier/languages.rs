//! An answer is checked in the language of the articles, and translated after that.

use rstest::rstest;

use crate::stub::{Behaviour, Question, Stub};

const CHECKED: &str = "You can return unused items within 30 days of delivery.";
const GERMAN: &str = "Sie können unbenutzte Artikel innerhalb von 30 Tagen nach der Lieferung zurückgeben.";

/// The model's answer to [`german`], which is supported.
async fn english() -> Behaviour {
    let number = german().number_of("How do I return an item?").await;
    Behaviour::says(&[&format!("{CHECKED} [{number}]")])
}

fn german() -> Question {
    Question::new("Wie kann ich einen Artikel zurückgeben, den ich nicht mehr haben will?")
}

#[tokio::test]
async fn an_answer_from_english_articles_is_translated_from_its_checked_text_alone_and_not_streamed_before() {
    let stub = Stub::scripted(vec![english().await, Behaviour::says(&[GERMAN])]).await;
    let (answer, deltas) = german().put(&stub).await;
    assert_eq!(answer.text, GERMAN);
    assert!(deltas.is_empty(), "{deltas:?}");
    assert_eq!(answer.sources[0].title, "Returns and refunds");
    assert_eq!(
        (answer.trace.language.as_deref(), answer.trace.fallback),
        (Some("de"), None)
    );
    let (rules, material) = stub.asked(1);
    assert!(rules.ends_with("Translate into German."));
    assert_eq!(material, format!("<text>\n{CHECKED}\n</text>"));
}

#[rstest]
#[case::states_more(Behaviour::says(&["Sie können Artikel innerhalb von 90 Tagen kostenlos zurückgeben."]))]
#[case::is_another_language(Behaviour::says(&["You can return the items that you have not used within 30 days."]))]
#[case::leaks(Behaviour::says(&["Das steht im <text> für Sie."]))]
#[case::is_an_error(Behaviour::Answer("HTTP/1.1 500 Oops\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_owned()))]
#[tokio::test]
async fn where_the_translation_fails_the_checked_text_stays_and_says_what_it_is(
    #[case] translation: Behaviour,
) {
    let stub = Stub::scripted(vec![english().await, translation]).await;
    let (answer, deltas) = german().put(&stub).await;
    assert!(deltas.is_empty());
    assert!(
        answer.text.ends_with(&format!("\n\n{CHECKED}")),
        "{}",
        answer.text
    );
    assert!(answer.text.contains("Englisch"), "{}", answer.text);
    assert_eq!(answer.trace.model.as_deref(), Some("stub"));
}

#[tokio::test]
async fn an_answer_in_another_language_than_the_articles_is_supported_by_nothing() {
    let stub = Stub::start(Behaviour::says(&[&format!("{GERMAN} [1]")])).await;
    let question = german();
    let (answer, deltas) = question.put(&stub).await;
    assert!(deltas.is_empty());
    assert_eq!(stub.count(), 1);
    question
        .assert_fell_back(
            &answer,
            "the model's reply said what the passages that it cited do not say",
        )
        .await;
}

#[tokio::test]
async fn an_answer_for_a_language_that_the_bot_does_not_speak_stays_as_the_articles_have_it() {
    let mut question = Question::new("How do I return an item?");
    question.ask.locale = Some("it-CH".to_owned());
    let number = question.number_of("How do I return an item?").await;
    let stub = Stub::start(Behaviour::says(&[&format!("{CHECKED} [{number}]")])).await;
    let (answer, deltas) = question.put(&stub).await;
    assert_eq!(
        (answer.text.as_str(), deltas.concat().as_str(), stub.count()),
        (CHECKED, CHECKED, 1)
    );
}
