//! What the rooms' front end reads.

use super::super::text_of;
use super::*;

#[tokio::test]
async fn a_room_is_made_and_read_under_the_mount() {
    let server = TestServer::start_with(&[("ROOMS_ACCESS", "open")]).await;
    let body = json!({"name": "Lobby", "created_by": "alice"});
    let made = anonymous(&server, Method::POST, "/as/rooms/api/chats", body).await;
    assert_eq!(made.status, 201, "{made:?}");
    let id = text_of(&made.body["id"]);
    let found = server
        .client
        .get(server.url(&format!("/as/rooms/api/chats/{id}")));
    let found = send(found).await;
    assert_eq!(found.body["chat"]["name"], "Lobby");
    assert_eq!(found.body["participants"][0]["participant_id"], "alice");
}
