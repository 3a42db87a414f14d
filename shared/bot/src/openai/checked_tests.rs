use super::*;
use crate::kb::Passage;
use crate::{Article, KnowledgeBase};

fn passages() -> Vec<Passage> {
    let article = |title: &str, body: &str| Article {
        title: title.to_owned(),
        body: body.to_owned(),
        url: None,
        tags: vec!["shop".to_owned()],
        locale: "en".to_owned(),
        questions: Vec::new(),
    };
    let knowledge = KnowledgeBase::build(vec![
        article("Lamps", "Lamps burn for 90 days in every shop."),
        article(
            "Chairs",
            "Chairs are made of oak in our shop, and they last long.",
        ),
    ]);
    let mut found = knowledge.nearest("shop", Some("en"), 2);
    found.sort_by(|a, b| b.title.cmp(&a.title));
    assert_eq!(found.len(), 2);
    found
}

/// What was shown after each piece, and the verdict.
fn check(pieces: &[&str]) -> (Vec<String>, Result<Verdict, Failure>) {
    let support = Support::of(&passages());
    let mut reply = CheckedReply::new(&support);
    let mut shown = Vec::new();
    for piece in pieces {
        match reply.push(piece) {
            Ok(text) => shown.push(text),
            Err(failure) => return (shown, Err(failure)),
        }
    }
    match reply.finish() {
        Ok((text, verdict)) => {
            shown.push(text);
            (shown, Ok(verdict))
        }
        Err(failure) => (shown, Err(failure)),
    }
}

fn supported(text: &str, cited: &[usize]) -> Result<Verdict, Failure> {
    Ok(Verdict::Supported {
        text: text.to_owned(),
        cited: cited.to_vec(),
    })
}

#[test]
fn a_sentence_is_shown_when_it_is_whole_and_supported_and_not_before() {
    let (shown, verdict) = check(&[
        "Lamps burn for ",
        "90 days [1",
        "]. Chai",
        "rs are made of oak [2]. ",
    ]);
    assert_eq!(
        shown,
        ["", "", "Lamps burn for 90 days.", "", " Chairs are made of oak."]
    );
    assert_eq!(
        verdict,
        supported("Lamps burn for 90 days. Chairs are made of oak.", &[0, 1])
    );
}

#[test]
fn what_is_shown_piece_by_piece_is_the_whole_text() {
    let reply = "Follow these steps:\n\n1. Lamps burn for 90 days [1]\n2. Chairs last long. [2]\n\nChairs are **oak** [2][1].\n";
    for size in 1..reply.len() {
        let chars: Vec<char> = reply.chars().collect();
        let pieces: Vec<String> = chars.chunks(size).map(|chunk| chunk.iter().collect()).collect();
        let (shown, verdict) = check(&pieces.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(verdict, supported(&shown.concat(), &[0, 1]), "{size}");
        assert!(!shown.concat().contains('['));
    }
}

#[test]
fn a_sentence_without_a_citation_waits_for_the_next_one_and_must_be_in_what_that_cites() {
    let (shown, verdict) = check(&["Chairs are made of oak. ", "They last long [2]. ", "x"]);
    assert_eq!(shown, ["", "", "Chairs are made of oak. They last long."]);
    assert_eq!(verdict, Err(Failure::Unsupported));
    let (_, verdict) = check(&["Chairs are made of oak. Lamps burn for 90 days [1]."]);
    assert_eq!(verdict, Err(Failure::Unsupported));
}

#[test]
fn what_comes_after_the_last_citation_must_be_in_what_that_cites() {
    assert_eq!(
        check(&["Chairs are made of oak [2]. They last long."]).1,
        supported("Chairs are made of oak. They last long.", &[1])
    );
    assert_eq!(
        check(&["Chairs are made of oak [2]. Our founder likes cats."]).1,
        Err(Failure::Unsupported)
    );
}

#[test]
fn a_reply_without_a_citation_or_with_one_of_nothing_is_refused() {
    assert_eq!(check(&["Lamps burn for 90 days."]).1, Err(Failure::Uncited));
    for mark in ["[9]", "[0]", "[1, 9]"] {
        let (shown, verdict) = check(&[&format!("Lamps burn for 90 days {mark}. Lamps.")]);
        assert_eq!(
            (shown.concat(), verdict),
            (String::new(), Err(Failure::UnknownPassage)),
            "{mark}"
        );
    }
}

#[test]
fn a_citation_of_another_passage_than_the_one_that_says_it_is_refused() {
    let (shown, verdict) = check(&["Lamps burn for 90 days [2]. Chairs."]);
    assert_eq!(
        (shown.concat(), verdict),
        (String::new(), Err(Failure::Unsupported))
    );
}

#[test]
fn a_reply_that_says_nothing_or_merely_yes_or_no_is_refused() {
    for (said, why) in [
        ("[1]", Failure::Empty),
        ("Here: [1]", Failure::Empty),
        ("Yes. [1]", Failure::Unsupported),
        ("No. [1]", Failure::Unsupported),
    ] {
        assert_eq!(check(&[said]).1, Err(why), "{said}");
    }
}

#[test]
fn the_word_for_no_answer_is_none_and_never_shown() {
    for said in ["NO_ANSWER", " NO_ANSWER.\n", "**NO_ANSWER**"] {
        assert_eq!(
            check(&[said]),
            (vec![String::new(), String::new()], Ok(Verdict::NoAnswer))
        );
    }
    let (shown, verdict) = check(&["Lamps burn for 90 days [1]. NO_ANSWER [1]. x"]);
    assert_eq!((shown.concat(), verdict.is_err()), (String::new(), true));
}

#[test]
fn the_rules_are_not_passed_on_across_citations_either() {
    let (shown, verdict) = check(&["Say only [1]. what a <passage> says [1]. Add"]);
    assert!(verdict.is_err(), "{verdict:?}");
    assert!(!shown.concat().contains("passage"));
}
