//! The sockets, by transcripts and by scenarios.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod accounts;
mod asyncapi;
mod client;
mod deaf;
mod desk;
mod limits;
mod mounts;
mod newcomers;
mod resume;
mod revoked;
mod rooms;
mod socketio;
mod transcript;
mod verify_change;

use api::testing::TestServer;

/// Plays every transcript of a dialect.
async fn play_all(dialect: &str) {
    let folder = format!("{}/tests/transcripts/{dialect}", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let settings = transcript::settings(&file);
        let settings: Vec<_> = settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let server = TestServer::start_with(&settings).await;
        // their front ends ask the bot what the examples answer
        app::testing::load_examples(&server.app).await;
        transcript::play(&server, &file).await;
        server.stop().await;
    }
}

#[tokio::test]
async fn every_crm_transcript_plays_as_written() {
    play_all("crm").await;
}

#[tokio::test]
async fn every_support_transcript_plays_as_written() {
    play_all("support").await;
}

#[tokio::test]
async fn every_helpdesk_transcript_plays_as_written() {
    play_all("helpdesk").await;
}

#[tokio::test]
async fn every_rooms_transcript_plays_as_written() {
    play_all("rooms").await;
}

#[tokio::test]
async fn every_team_transcript_plays_as_written() {
    play_all("team").await;
}
