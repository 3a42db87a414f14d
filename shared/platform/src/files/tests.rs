//! The same behaviour from a directory and from a real S3 endpoint, and clear errors from dead ones.

use std::time::Duration;

use bytes::Bytes;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use rstest::rstest;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::s3::Patience;
use super::{Files, FilesError, MAX_KEY_BYTES};
use crate::testing_s3::{S3Stub, serve_s3};

const BUCKET: &str = "uploads";

async fn s3(root: &TempDir, prefix: &str) -> (Files, S3Stub) {
    let stub = serve_s3(root.path(), BUCKET).await;
    (client(&stub, BUCKET, prefix, &stub.secret_key), stub)
}

fn client(stub: &S3Stub, bucket: &str, prefix: &str, secret: &str) -> Files {
    Files::s3(
        bucket,
        prefix,
        &stub.endpoint,
        &stub.access_key,
        secret,
        "us-east-1",
    )
    .unwrap()
}

fn local(root: &TempDir) -> Files {
    Files::open(&format!("file://{}/files", root.path().display())).unwrap()
}

fn reason(error: &FilesError) -> String {
    match error {
        FilesError::Unavailable { reason, .. } => reason.clone(),
        other => panic!("expected Unavailable, got {other:?}"),
    }
}

async fn keys(files: &Files, prefix: &str) -> Vec<String> {
    let mut page = files.page("", 100).await.unwrap();
    let mut keys = Vec::new();
    loop {
        keys.extend(page.files.into_iter().map(|file| file.key));
        let Some(next) = page.next else { break };
        page = files.page(&next, 100).await.unwrap();
    }
    assert!(keys.is_sorted());
    keys.retain(|key| key.starts_with(prefix));
    keys
}

/// What every backend must do.
async fn behaves(files: &Files) {
    files.check().await.unwrap();
    assert_eq!(keys(files, "").await, Vec::<String>::new());
    assert!(!files.exists("ab/one").await.unwrap());
    assert!(matches!(files.get("ab/one").await, Err(FilesError::NotFound(key)) if key == "ab/one"));
    files.delete("ab/one").await.unwrap();

    files.put("ab/one", Bytes::from_static(b"first")).await.unwrap();
    files.put("ab/one", Bytes::from_static(b"second")).await.unwrap();
    files.put("abc/two.jpg", Bytes::new()).await.unwrap();
    assert_eq!(files.get("ab/one").await.unwrap(), "second");
    assert_eq!(files.get("abc/two.jpg").await.unwrap(), "");
    assert!(files.exists("ab/one").await.unwrap());

    assert_eq!(keys(files, "").await, ["ab/one", "abc/two.jpg"]);
    let first = files.page("", 1).await.unwrap();
    assert_eq!(first.files[0].key, "ab/one");
    assert!(first.files[0].modified.timestamp() > 1_700_000_000);
    let second = files.page(&first.next.unwrap(), 1).await.unwrap();
    assert_eq!((second.files.len(), &*second.files[0].key), (1, "abc/two.jpg"));
    let none = files.page("abc/two.jpg", 1).await.unwrap();
    assert_eq!((none.files.len(), none.next), (0, None));

    files.delete("ab/one").await.unwrap();
    assert!(matches!(files.get("ab/one").await, Err(FilesError::NotFound(_))));
    files.check().await.unwrap();
    assert_eq!(keys(files, "").await, ["abc/two.jpg"]);

    let large = Bytes::from(vec![7; 10 * 1024 * 1024]);
    files.put("large", large.clone()).await.unwrap();
    assert!(files.get("large").await.unwrap() == large);
}

#[tokio::test]
async fn a_directory_stores_files() {
    let root = TempDir::new().unwrap();
    behaves(&local(&root)).await;
}

#[tokio::test]
async fn a_bucket_stores_files() {
    let root = TempDir::new().unwrap();
    let (files, _stub) = s3(&root, "").await;
    behaves(&files).await;
}

#[tokio::test]
async fn a_prefix_in_a_bucket_is_a_world_of_its_own() {
    let root = TempDir::new().unwrap();
    let (files, stub) = s3(&root, "team/chat/").await;
    behaves(&files).await;
    let whole = client(&stub, BUCKET, "", &stub.secret_key);
    assert_eq!(
        keys(&whole, "").await,
        ["team/chat/abc/two.jpg", "team/chat/large"]
    );
}

#[cfg(unix)]
#[tokio::test]
async fn the_directory_is_made_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let root = TempDir::new().unwrap();
    local(&root).put("ab/one", Bytes::new()).await.unwrap();
    let mode = std::fs::metadata(root.path().join("files"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[tokio::test]
async fn files_of_others_in_the_directory_are_not_listed() {
    let root = TempDir::new().unwrap();
    let files = local(&root);
    std::fs::write(root.path().join("files/not ours.txt"), "x").unwrap();
    std::fs::write(root.path().join("files/.hidden"), "x").unwrap();
    assert_eq!(keys(&files, "").await, Vec::<String>::new());
}

#[tokio::test]
async fn what_crashed_writes_left_is_deleted_once_it_is_old() {
    let root = TempDir::new().unwrap();
    let files = local(&root);
    files.put("ab/whole", Bytes::from_static(b"x")).await.unwrap();
    for left in ["ab/half#1", "cd/half#12", "ab/theirs#x"] {
        let path = root.path().join("files").join(left);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "x").unwrap();
    }
    let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
    assert_eq!(files.tidy(now - chrono::Duration::hours(1)).await.unwrap(), 0);
    let later = now + chrono::Duration::hours(1);
    assert_eq!(files.tidy(later).await.unwrap(), 3, "two files and a directory");
    assert_eq!(files.tidy(later).await.unwrap(), 0);
    assert!(files.exists("ab/whole").await.unwrap());
    assert!(root.path().join("files/ab/theirs#x").exists() && !root.path().join("files/cd").exists());
}

#[rstest]
#[case("")]
#[case("/etc/passwd")]
#[case("../secret")]
#[case("ab/../../secret")]
#[case("ab/./c")]
#[case("ab//c")]
#[case("ab/")]
#[case(".hidden")]
#[case("ab\\c")]
#[case("ab/c#1")]
#[case("ab/c%2e%2e")]
#[case("ab/c d")]
#[case("ab/\0")]
#[case("ключ")]
#[tokio::test]
async fn a_key_that_could_mean_something_else_is_refused(#[case] key: &str) {
    let root = TempDir::new().unwrap();
    let files = local(&root);
    let invalid = |error| matches!(error, FilesError::InvalidKey(_));
    assert!(invalid(files.put(key, Bytes::new()).await.unwrap_err()));
    assert!(invalid(files.get(key).await.unwrap_err()));
    assert!(invalid(files.delete(key).await.unwrap_err()));
    assert!(invalid(files.exists(key).await.unwrap_err()));
    assert!(matches!(
        files.put(&"k".repeat(MAX_KEY_BYTES + 1), Bytes::new()).await,
        Err(FilesError::InvalidKey(_))
    ));
}

#[rstest]
#[case("ftp://example.com", "must begin with file:// or s3://")]
#[case("/var/files", "must begin with file:// or s3://")]
#[case("file://", "names no directory")]
#[case("file:///dev/null/files", "cannot be used")]
#[case("s3://", "must be s3://bucket")]
#[case("s3://user:pass@bucket", "must be s3://bucket")]
#[case("s3://bucket/../other", "prefix")]
fn a_storage_url_that_cannot_work_is_refused_at_once(#[case] url: &str, #[case] expected: &str) {
    let error = Files::open(url).unwrap_err();
    assert!(matches!(error, FilesError::Config(_)));
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn an_endpoint_that_cannot_work_is_refused_at_once() {
    let open = |endpoint: &str| {
        let builder = AmazonS3Builder::new().with_config(AmazonS3ConfigKey::Endpoint, endpoint);
        Files::bucket("bucket", "", builder, Patience::NORMAL)
            .map(drop)
            .map_err(|error| error.to_string())
    };
    assert!(
        open("http://127.0.0.1:9000")
            .unwrap_err()
            .contains("AWS_ALLOW_HTTP")
    );
    assert!(open("127.0.0.1:9000").unwrap_err().contains("must begin with"));
    assert!(
        open("https://key:hunter2@host")
            .unwrap_err()
            .contains("must not hold a password")
    );
}

#[tokio::test]
async fn a_wrong_secret_and_a_missing_bucket_are_told_apart() {
    let root = TempDir::new().unwrap();
    let (_, stub) = s3(&root, "").await;

    let wrong = client(&stub, BUCKET, "", "not the secret");
    assert!(reason(&wrong.check().await.unwrap_err()).contains("access denied"));
    assert!(reason(&wrong.put("a", Bytes::new()).await.unwrap_err()).contains("access denied"));

    let missing = client(&stub, "elsewhere", "", &stub.secret_key);
    assert!(reason(&missing.check().await.unwrap_err()).contains("does not exist"));
}

#[tokio::test]
async fn a_directory_that_is_gone_is_not_ready() {
    let root = TempDir::new().unwrap();
    let files = local(&root);
    std::fs::remove_dir_all(root.path().join("files")).unwrap();
    assert!(reason(&files.check().await.unwrap_err()).contains("No such file"));
}

#[tokio::test]
async fn a_stopped_endpoint_gives_a_clear_error_soon() {
    let root = TempDir::new().unwrap();
    let (files, stub) = s3(&root, "").await;
    files.check().await.unwrap();
    let endpoint = stub.endpoint.clone();
    drop(stub);

    let start = Instant::now();
    let error = files.check().await.unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(10));
    assert!(
        error.to_string().contains(&endpoint) && error.to_string().contains("refused"),
        "{error}"
    );
    assert!(reason(&files.put("a", Bytes::new()).await.unwrap_err()).contains("refused"));
}

#[tokio::test]
async fn an_endpoint_that_never_answers_gives_a_clear_error_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let builder = AmazonS3Builder::new()
        .with_endpoint(format!("http://{}", listener.local_addr().unwrap()))
        .with_allow_http(true)
        .with_access_key_id("key")
        .with_secret_access_key("secret");
    let patience = Patience {
        connect: Duration::from_millis(100),
        request: Duration::from_millis(200),
        deadline: Duration::from_millis(300),
    };
    let files = Files::bucket(BUCKET, "", builder, patience).unwrap();
    for action in 0..5 {
        let start = Instant::now();
        let error = match action {
            0 => files.check().await.unwrap_err(),
            1 => files.put("a", Bytes::from_static(b"x")).await.unwrap_err(),
            2 => files.get("a").await.unwrap_err(),
            3 => files.delete("a").await.unwrap_err(),
            _ => files.page("", 10).await.map(drop).unwrap_err(),
        };
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "{action} took {:?}",
            start.elapsed()
        );
        let reason = reason(&error);
        assert!(
            reason.contains("no answer") || reason.contains("timed out"),
            "{action}: {reason}"
        );
    }
}

#[test]
fn normal_patience_ends_before_ten_seconds() {
    let Patience {
        connect,
        request,
        deadline,
    } = Patience::NORMAL;
    assert!(connect * 3 < request && request < deadline && deadline < Duration::from_secs(10));
}

#[test]
fn neither_the_handle_nor_its_errors_show_the_secret() {
    let open = |endpoint| Files::s3(BUCKET, "", endpoint, "key", "hunter2", "us-east-1");
    let shown = format!("{:?}", open("http://127.0.0.1:1").unwrap());
    assert!(shown.contains(BUCKET) && !shown.contains("hunter2"));
    assert!(!format!("{:?}", open("nonsense").unwrap_err()).contains("hunter2"));
}
