//! What the help desk's front end reads.

use super::*;

#[tokio::test]
async fn health_is_in_its_words() {
    let server = TestServer::start().await;
    let answer = send(server.client.get(server.url("/as/helpdesk/health"))).await;
    assert_eq!(
        answer.body,
        json!({"status": "healthy", "service": "helpdesk-api"})
    );
}

#[tokio::test]
async fn who_am_i_without_a_token_is_forbidden() {
    let server = TestServer::start().await;
    let path = |mount: &str| server.url(&format!("{mount}/auth/me"));
    let answer = send(server.client.get(path("/as/helpdesk"))).await;
    assert_eq!(answer.status, 403, "{answer:?}");
    assert_eq!(send(server.client.get(path(""))).await.status, 401);
    let bad = send(server.client.get(path("/as/helpdesk")).bearer_auth("bad")).await;
    assert_eq!(bad.status, 401);
}
