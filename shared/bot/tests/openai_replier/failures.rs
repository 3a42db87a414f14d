//! A model that cannot be reached, breaks off, hangs or talks rubbish: the articles answer, and nobody sees a piece of it.

use std::time::Duration;

use crate::stub::{Behaviour, KEY, LONG, ORDER, Question, SHORT, SSE, Stub, assert_fell_back, chunk, reply};

/// A sentence that the examples support, and one that is not finished.
const HALF: [&str; 3] = [
    "Open **My orders** and select the order [1]. ",
    "The tracking ",
    "link",
];
const FIRST: &str = "Open **My orders** and select the order.";

fn status(line: &str, body: &str) -> Behaviour {
    Behaviour::Answer(format!(
        "HTTP/1.1 {line}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    ))
}

#[tokio::test]
async fn a_wish_for_a_person_never_reaches_the_model() {
    let stub = Stub::start(Behaviour::Hang(String::new())).await;
    let (answer, _) = reply(&stub, LONG, "I want to talk to a person").await;
    assert!(answer.handoff);
    assert_eq!(stub.count(), 0);
}

#[tokio::test]
async fn an_internal_error_falls_back_to_the_articles() {
    let body = format!(r#"{{"error":{{"message":"bad key {KEY}"}}}}"#);
    let stub = Stub::start(status("500 Oops", &body)).await;
    let (answer, deltas) = reply(&stub, LONG, ORDER).await;
    assert!(deltas.is_empty());
    assert_fell_back(&answer, "the model's server answered HTTP 500").await;
}

#[tokio::test]
async fn a_refused_key_falls_back_without_being_repeated() {
    let body = format!(
        r#"{{"error":{{"message":"Incorrect API key provided: {KEY}","type":"auth","param":null,"code":null}}}}"#
    );
    let stub = Stub::start(status("401 No", &body)).await;
    let (answer, _) = reply(&stub, LONG, ORDER).await;
    assert_fell_back(&answer, "the model's server answered HTTP 401").await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Stub::start(Behaviour::Hang(String::new())).await;
    let response = format!(
        "HTTP/1.1 307 Elsewhere\r\nlocation: {}/chat/completions\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        elsewhere.base_url
    );
    let stub = Stub::start(Behaviour::Answer(response)).await;
    let (answer, _) = reply(&stub, LONG, ORDER).await;
    assert!(answer.trace.fallback.is_some());
    assert_eq!(elsewhere.count(), 0);
}

#[tokio::test]
async fn a_server_that_is_not_there_falls_back() {
    let (answer, _) = reply(&Stub::absent().await, LONG, ORDER).await;
    assert_fell_back(&answer, "the model's server cannot be reached").await;
}

#[tokio::test]
async fn a_model_that_hangs_before_its_first_byte_is_given_up_after_the_timeout() {
    let stub = Stub::start(Behaviour::Hang(String::new())).await;
    let (answer, deltas) = reply(&stub, SHORT, ORDER).await;
    assert!(deltas.is_empty());
    assert_fell_back(&answer, "the model did not finish in time").await;
}

#[tokio::test]
async fn of_a_model_that_hangs_in_the_middle_of_a_sentence_only_the_checked_one_is_seen() {
    let stub = Stub::start(Behaviour::begins(&HALF)).await;
    let (answer, deltas) = reply(&stub, Duration::from_secs(2), ORDER).await;
    assert_eq!(deltas, [FIRST]);
    assert_fell_back(&answer, "the model did not finish in time").await;
}

#[tokio::test]
async fn a_stream_that_is_cut_mid_way_falls_back() {
    let body = chunk(HALF[0], None) + &chunk(HALF[1], None) + "data: {\"id\":\"c1\",\"obj";
    let stub = Stub::start(Behaviour::Answer(format!("{SSE}{body}"))).await;
    let (answer, deltas) = reply(&stub, LONG, ORDER).await;
    assert_eq!(deltas, [FIRST]);
    assert_fell_back(&answer, "the model's reply was cut off").await;
}

#[tokio::test]
async fn a_reply_that_ran_out_of_tokens_falls_back_although_each_of_its_sentences_is_supported() {
    let body = chunk(HALF[0], Some("length")) + "data: [DONE]\n\n";
    let stub = Stub::start(Behaviour::Answer(format!("{SSE}{body}"))).await;
    let (answer, deltas) = reply(&stub, LONG, ORDER).await;
    assert!(deltas.is_empty());
    assert_fell_back(&answer, "the model's reply was cut off").await;
}

#[tokio::test]
async fn a_chunked_body_that_breaks_off_falls_back() {
    let body = chunk(HALF[1], None);
    let response = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n",
        body.len()
    );
    let stub = Stub::start(Behaviour::Answer(response)).await;
    let (answer, deltas) = reply(&stub, LONG, ORDER).await;
    assert!(deltas.is_empty());
    assert_fell_back(&answer, "the model's reply was cut off").await;
}

#[tokio::test]
async fn events_that_are_not_json_fall_back() {
    for event in ["<html>", "{\"error\":{}}", "{", "null", "[]"] {
        let stub = Stub::start(Behaviour::Answer(format!("{SSE}data: {event}\n\n"))).await;
        let (answer, deltas) = reply(&stub, LONG, ORDER).await;
        assert!(deltas.is_empty());
        assert_fell_back(&answer, "the model's reply could not be read").await;
    }
}

#[tokio::test]
async fn a_body_that_is_not_a_stream_of_events_falls_back() {
    let garbage = "\u{0}garbage: no event\nat all".repeat(50);
    let stub = Stub::start(Behaviour::Answer(format!("{SSE}{garbage}"))).await;
    let (answer, deltas) = reply(&stub, LONG, ORDER).await;
    assert!(deltas.is_empty());
    assert_fell_back(&answer, "the model's reply was cut off").await;
}

#[tokio::test]
async fn a_reply_without_end_is_given_up_and_its_server_hung_up_on() {
    let body = chunk(&"word ".repeat(1_000), None).repeat(5);
    let stub = Stub::start(Behaviour::Hang(format!("{SSE}{body}"))).await;
    let (answer, deltas) = reply(&stub, LONG, ORDER).await;
    assert!(deltas.is_empty());
    assert_fell_back(&answer, "the model's reply was too long").await;
}

#[tokio::test]
async fn ten_megabytes_are_too_much_in_many_events_and_in_one() {
    let many = chunk(&"order ".repeat(200), None).repeat(8_000);
    assert!(many.len() > 10_000_000);
    let one = chunk(&"order ".repeat(1_700_000), None);
    assert!(one.len() > 10_000_000);
    for body in [many, one] {
        let stub = Stub::start(Behaviour::Answer(format!("{SSE}{body}"))).await;
        let (answer, deltas) = reply(&stub, LONG, ORDER).await;
        assert!(deltas.is_empty());
        assert_fell_back(&answer, "the model's reply was too long").await;
    }
}

#[tokio::test]
async fn characters_that_nobody_sees_are_in_no_delta_and_no_answer() {
    let hidden = "\0\u{202e}\u{200b}\u{e0041}";
    let pieces = HALF[0].replace(' ', &format!(" {hidden}"));
    let stub = Stub::start(Behaviour::says(&[&pieces, hidden])).await;
    let (answer, deltas) = Question::new(ORDER).put(&stub).await;
    assert_eq!(answer.text, FIRST);
    assert_eq!(deltas.concat(), FIRST);
    let stub = Stub::start(Behaviour::says(&[hidden])).await;
    let (answer, deltas) = Question::new(ORDER).put(&stub).await;
    assert!(deltas.is_empty());
    assert_fell_back(&answer, "the model's reply was empty").await;
}
