use super::*;

async fn body(problem: Problem) -> (Response, Value) {
    let mut response = shape(problem.into(), &ErrorForm::PLAIN, "r-1");
    let text = response.take_body().into_string().await.unwrap();
    (response, serde_json::from_str(&text).unwrap())
}

#[tokio::test]
async fn the_headers_say_when_and_how_to_try_again() {
    let limited = Error::RateLimited {
        retry_after: Duration::from_millis(1500),
    };
    let (response, _) = body(limited.into()).await;
    assert_eq!(response.header("retry-after"), Some("2"));
    let (response, problem) = body(Error::Unauthorized(AuthFailure::Expired).into()).await;
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
        let mut response = shape(error, &ErrorForm::PLAIN, "r-2");
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
        let mut response = shape(error, &ErrorForm::PLAIN, "r");
        assert_eq!(response.status(), status);
        let text = response.take_body().into_string().await.unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["code"], code);
    }
}
