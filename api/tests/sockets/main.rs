//! The sockets, by transcripts and by scenarios.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod asyncapi;
mod client;
mod limits;
mod resume;
mod transcript;

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
        let server = TestServer::start().await;
        transcript::play(&server, &file).await;
        server.stop().await;
    }
}

#[tokio::test]
async fn every_crm_transcript_plays_as_written() {
    play_all("crm").await;
}
