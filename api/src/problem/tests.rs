use super::*;
use std::time::Duration;

async fn body(problem: Problem, path: &str) -> (Response, Value) {
    let mut response = shape(problem.into(), path, "r-1");
    let text = response.take_body().into_string().await.unwrap();
    (response, serde_json::from_str(&text).unwrap())
}

#[tokio::test]
async fn each_dialect_adds_its_own_members() {
    let problem = || Problem::invalid("message", "This field is required.");
    let (response, crm) = body(problem(), "/api/user-response").await;
    assert_eq!(response.content_type(), Some("application/problem+json"));
    let expected = json!({
        "type": "about:blank", "title": "Bad Request", "status": 400, "detail": "This field is required.",
        "code": "validation_error", "request_id": "r-1",
        "errors": [{"field": "message", "message": "This field is required."}],
        "error": "This field is required.", "message": ["This field is required."],
    });
    assert_eq!(crm, expected);
    let (_, rooms) = body(problem(), "/api/chats/chat-1").await;
    assert_eq!(rooms["status"], 422);
    assert!(rooms.get("error").is_none());
    let (_, support) = body(problem(), "/api/v1/support").await;
    assert_eq!(
        (&support["message"], &support["statusCode"]),
        (&json!("This field is required."), &json!(400))
    );
    for path in ["/auth/login", "/api/auth/login", "/api/v1/auth/login", "/tickets"] {
        assert_eq!(body(problem(), path).await.0.status(), 422, "{path}");
    }
    assert_eq!(body(problem(), "/api/chat/typing").await.0.status(), 400);
}

#[tokio::test]
async fn a_field_never_replaces_a_member_of_the_problem() {
    let (_, problem) = body(Problem::invalid("title", "Too long"), "/api/bot/articles").await;
    assert_eq!(problem["title"], "Bad Request");
    assert_eq!(problem["errors"][0]["field"], "title");
}

#[tokio::test]
async fn the_headers_say_when_and_how_to_try_again() {
    let limited = Error::RateLimited {
        retry_after: Duration::from_millis(1500),
    };
    let (response, _) = body(limited.into(), "/api").await;
    assert_eq!(response.header("retry-after"), Some("2"));
    let (response, problem) = body(Error::Unauthorized(AuthFailure::Expired).into(), "/api").await;
    assert_eq!(response.header("www-authenticate"), Some("Bearer"));
    assert_eq!(problem["code"], "token_expired");
}

#[tokio::test]
async fn nothing_internal_is_shown() {
    let secret = std::io::Error::other("password=hunter2");
    for error in [
        poem::Error::from(Problem::from(Error::internal(std::io::Error::other("hunter2")))),
        poem::error::InternalServerError(secret),
    ] {
        let mut response = shape(error, "/api/chat/search", "r-2");
        assert_eq!(response.status(), 500);
        let text = response.take_body().into_string().await.unwrap();
        assert!(
            !text.contains("hunter2") && text.contains("internal_error"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn errors_of_the_framework_take_the_same_form() {
    let cases: [(poem::Error, u16, &str); 4] = [
        (NotFoundError.into(), 404, "not_found"),
        (MethodNotAllowedError.into(), 405, "method_not_allowed"),
        (ReadBodyError::PayloadTooLarge.into(), 413, "payload_too_large"),
        (AuthorizationError.into(), 401, "not_authenticated"),
    ];
    for (error, status, code) in cases {
        let mut response = shape(error, "/api/x", "r");
        assert_eq!(response.status(), status);
        let text = response.take_body().into_string().await.unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["code"], code);
    }
}
