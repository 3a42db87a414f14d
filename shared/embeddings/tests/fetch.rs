//! Models brought from a local server that has them, has half of one, or is not there.

// The lint's exception for tests does not reach the helper functions of an integration test.
#![allow(clippy::unwrap_used)]

use embeddings::{EmbedError, fetch_model};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that has these files of the model `owner/tiny`, each holding its own name.
async fn serve(files: &'static [&'static str]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(socket.read_u8().await.unwrap());
            }
            let head = String::from_utf8(head).unwrap();
            let path = head.split(' ').nth(1).unwrap();
            let file = path.strip_prefix("/owner/tiny/resolve/main/").unwrap_or_default();
            let answer = if files.contains(&file) {
                format!(
                    "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{file}",
                    file.len()
                )
            } else {
                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned()
            };
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    address
}

#[tokio::test]
async fn a_model_is_brought_whole_and_is_found_then() {
    let address = serve(&[
        "config.json",
        "tokenizer.json",
        "model.safetensors",
        "1_Pooling/config.json",
    ])
    .await;
    let folder = tempfile::tempdir().unwrap();
    let place = fetch_model(&address, "owner/tiny", folder.path()).await.unwrap();
    assert_eq!(place, folder.path().join("tiny"));
    let pooling = std::fs::read_to_string(place.join("1_Pooling/config.json")).unwrap();
    assert_eq!(pooling, "1_Pooling/config.json");
    assert!(!place.join("modules.json").exists());
    assert_eq!(embeddings::find_model(folder.path()).unwrap(), Some(place));
}

#[tokio::test]
async fn a_model_that_lacks_a_file_leaves_nothing() {
    let address = serve(&["config.json", "tokenizer.json"]).await;
    let folder = tempfile::tempdir().unwrap();
    let error = fetch_model(&address, "owner/tiny", folder.path())
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "model.safetensors: owner/tiny has none");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_so() {
    let folder = tempfile::tempdir().unwrap();
    let error = fetch_model("http://127.0.0.1:1", "owner/tiny", folder.path())
        .await
        .unwrap_err();
    assert!(matches!(error, EmbedError::Unreachable), "{error}");
}
