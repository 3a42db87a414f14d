//! The REST API of the `crm` dialect and sign-in, driven over HTTP against a whole server.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod analytics;
mod articles;
mod auth;
mod beside;
mod bot;
mod conversations;
mod credentials;
mod desk;
mod documents;
mod errors;
mod figures;
mod files;
mod headers;
mod help;
mod homes;
mod internal;
mod job_queues;
mod limits;
mod messages;
mod mounts;
mod notifications;
mod origins;
mod outages;
mod panel;
mod people;
mod push;
mod rooms;
mod slow;
mod summaries;
mod support_rest;
mod team;
mod tickets;
mod uploads;
mod webhooks;

use api::testing::{Person, TestServer};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;

/// What a request came back with.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

/// Sends a request and reads its answer, which is JSON or nothing.
pub async fn send(request: RequestBuilder) -> Answer {
    let response = request
        .send()
        .await
        .unwrap_or_else(|error| panic!("no answer: {error:?}"));
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response
        .text()
        .await
        .unwrap_or_else(|error| panic!("no body: {error:?}"));
    let body = if text.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}"))
    };
    Answer {
        status,
        headers,
        body,
    }
}

/// Somebody at a server.
pub struct Client<'a> {
    pub server: &'a TestServer,
    pub person: Person,
}

impl Client<'_> {
    /// A request with this person's token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.server.client.request(method, self.server.url(path));
        request.bearer_auth(&self.person.token)
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PUT, path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    /// Says something to the company; the conversation's id.
    pub async fn say(&self, text: &str) -> String {
        let answer = self
            .post("/api/user-response/", serde_json::json!({"message": text}))
            .await;
        assert_eq!(answer.status, 201, "{answer:?}");
        text_of(&answer.body["conversation_id"])
    }
}

/// A new customer at a server.
pub async fn user<'a>(server: &'a TestServer, name: &str) -> Client<'a> {
    Client {
        server,
        person: server.user(name).await,
    }
}

/// Somebody without an account.
pub async fn visitor(server: &TestServer) -> Client<'_> {
    let pair = accounts::tokens::visit(&server.app, None).await.unwrap();
    Client {
        server,
        person: Person {
            actor: accounts::tokens::authenticate(&server.app, &pair.access)
                .await
                .unwrap(),
            token: pair.access,
            refresh: pair.refresh,
        },
    }
}

/// Somebody of another role.
pub async fn person<'a>(server: &'a TestServer, name: &str, role: entity::user::Role) -> Client<'a> {
    Client {
        server,
        person: server.person(name, role, None).await,
    }
}

/// An agent of a department.
pub async fn agent<'a>(
    server: &'a TestServer,
    name: &str,
    department: entity::user::Department,
) -> Client<'a> {
    let role = entity::user::Role::Agent;
    Client {
        server,
        person: server.person(name, role, Some(department)).await,
    }
}

/// A JSON string's text.
pub fn text_of(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no string: {value}"))
        .to_owned()
}
