//! Tests of the reading of messages.

use rstest::rstest;

use super::*;

fn understood(text: &str) -> Reading {
    read(text, &|_| false)
}

fn intent(text: &str) -> Option<Intent> {
    understood(text).intent()
}

#[rstest]
#[case("Hello", Language::English)]
#[case("Hello, bot!", Language::English)]
#[case("hi there", Language::English)]
#[case("Hello everyone!", Language::English)]
#[case("Good morning :)", Language::English)]
#[case("Guten Tag", Language::German)]
#[case("Grüß Gott!", Language::German)]
#[case("Bonjour à tous", Language::French)]
#[case("¡Buenos días!", Language::Spanish)]
#[case("السلام عليكم", Language::Arabic)]
#[case("أهلاً", Language::Arabic)]
#[case("heyyy", Language::English)]
#[case("good mornin", Language::English)]
#[case("hi how r u", Language::English)]
#[case("holaaa", Language::Spanish)]
fn a_greeting_is_recognised_with_its_language(#[case] text: &str, #[case] language: Language) {
    assert_eq!(understood(text).social, Some((Intent::Greeting, language)));
    assert_eq!(intent(text), Some(Intent::Greeting));
}

#[rstest]
#[case("shipping")]
#[case("this")]
#[case("Which hello kitty mug is in stock?")]
#[case("Thailand")]
#[case("Order Status")]
#[case("Account Help")]
#[case("General Support")]
#[case("Can I pay later?")]
#[case("🎉")]
#[case("")]
fn other_words_are_not_mistaken_for_an_intent(#[case] text: &str) {
    assert_eq!(intent(text), None);
}

#[rstest]
#[case("hi, where is my order?", "where is my order")]
#[case("Hello! Where is my order?", "where is my order")]
#[case("hi where is my order", "where is my order")]
#[case("Hola, ¿dónde está mi pedido?", "donde esta mi pedido")]
#[case("thanks, and where is my refund?", "and where is my refund")]
#[case(
    "Thank you for the info but where is my order",
    "the info but where is my order"
)]
fn a_question_after_a_pleasantry_is_what_the_message_is_about(#[case] text: &str, #[case] question: &str) {
    let reading = understood(text);
    assert_eq!(reading.intent(), None);
    assert_eq!(reading.questions.len(), 1);
    assert_eq!(reading.questions[0].words.join(" "), question);
}

#[rstest]
#[case("Thanks!", Intent::Thanks)]
#[case("Thank you for your quick reply.", Intent::Thanks)]
#[case("ok, thanks, bye", Intent::Goodbye)]
#[case("No, thank you", Intent::Thanks)]
#[case("Vielen Dank für die Antwort", Intent::Thanks)]
#[case("Merci beaucoup", Intent::Thanks)]
#[case("Muchas gracias por su ayuda", Intent::Thanks)]
#[case("شكرا جزيلا", Intent::Thanks)]
#[case("Auf Wiedersehen!", Intent::Goodbye)]
#[case("Au revoir", Intent::Goodbye)]
#[case("Adiós", Intent::Goodbye)]
#[case("مع السلامة", Intent::Goodbye)]
#[case("See you later", Intent::Goodbye)]
#[case("help", Intent::Help)]
#[case("Hello, can you help me?", Intent::Help)]
#[case("Hilfe!", Intent::Help)]
#[case("مساعدة", Intent::Help)]
#[case("Are you a bot?", Intent::Identity)]
#[case("Am I talking to a real person?", Intent::Identity)]
#[case("Are you a bot or a human?", Intent::Identity)]
#[case("ok", Intent::Acknowledge)]
#[case("thank u so much", Intent::Thanks)]
#[case("thnaks", Intent::Thanks)]
#[case("see ya tomorrow", Intent::Goodbye)]
#[case("k", Intent::Acknowledge)]
#[case("good to know", Intent::Acknowledge)]
#[case("can you tell me if your a bot", Intent::Identity)]
#[case("Am I talking to a bot?", Intent::Identity)]
#[case("This is ridiculous!", Intent::Complaint)]
#[case("your service is terrible", Intent::Complaint)]
#[case("Das ist eine Frechheit", Intent::Complaint)]
#[case("C'est inadmissible", Intent::Complaint)]
#[case("Es un servicio pésimo", Intent::Complaint)]
#[case("خدمة سيئة جدا", Intent::Complaint)]
fn a_message_that_is_nothing_else_has_its_intent(#[case] text: &str, #[case] expected: Intent) {
    assert_eq!(intent(text), Some(expected));
}

#[rstest]
#[case("I want to talk to a person")]
#[case("talk to an agent")]
#[case("Can I speak with a real human please?")]
#[case("My order is broken. Please connect me to a support agent!")]
#[case("I don't want a bot, I want a human")]
#[case("No, I want to talk to someone about my refund")]
#[case("human")]
#[case("Agent please")]
#[case("Ich möchte mit einem Mitarbeiter sprechen")]
#[case("Kann ich bitte mit jemandem reden?")]
#[case("Je voudrais parler à quelqu'un")]
#[case("Parler à un conseiller")]
#[case("Quiero hablar con una persona")]
#[case("أريد التحدث مع شخص")]
#[case("موظف")]
#[case("transfer me")]
#[case("put me through to your manager")]
#[case("can somebody call me back")]
#[case("I don't want to talk to a machine")]
#[case("can i speak 2 a real humn pls")]
#[case("Können Sie mich bitte anrufen?")]
#[case("Stellen Sie mich durch")]
#[case("Ich möchte Ihren Vorgesetzten sprechen")]
#[case("Passez-moi un responsable")]
#[case("Rappelez-moi s'il vous plaît")]
#[case("Pásame con una persona real")]
#[case("Llámame por favor")]
#[case("اتصل بي من فضلك")]
fn a_wish_for_a_person_is_recognised(#[case] text: &str) {
    assert_eq!(intent(text), Some(Intent::Human));
}

#[rstest]
#[case("I don't want to talk to a person")]
#[case("Ich möchte nicht mit einem Menschen sprechen")]
#[case("How do I change the contact person on my account?")]
#[case("I need someone to sign for the parcel")]
#[case("Does every person need an account?")]
#[case("Your agent wants to reach me by phone, why?")]
#[case("Is there a human resources product?")]
#[case("How do I contact support?")]
#[case("What are your opening hours?")]
#[case("When can I talk to a person?")]
#[case("please don't call me about my order")]
#[case("Can I pay by bank transfer?")]
#[case("Wann kann ich mit jemandem sprechen?")]
fn a_mention_of_a_person_is_no_wish_for_one(#[case] text: &str) {
    assert_eq!(intent(text), None);
}

#[test]
fn consent_is_recognised_only_on_its_own() {
    assert!(understood("Yes, please!").yes);
    assert!(understood("Ja").yes);
    assert!(!understood("Yes, where is my order?").yes);
    assert!(!understood("").yes);
}

#[test]
fn anger_about_something_leaves_the_question_open() {
    let reading = understood("My parcel is late, this is ridiculous");
    assert!(reading.complains);
    assert_eq!(reading.intent(), None);
    assert!(!understood("Where is my parcel?").complains);
}

#[test]
fn a_word_that_the_articles_have_is_no_slip_of_another() {
    assert_eq!(read("thnaks", &|word| word == "thnaks").intent(), None);
}
