//! A real S3 endpoint in this process, for tests: s3s with a directory behind it.

// Only tests use this: a stub that cannot start should fail the test there and then.
#![allow(clippy::expect_used)]

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

/// A running endpoint on a loopback port; it stops, with its connections, when this is dropped.
#[derive(Debug)]
pub struct S3Stub {
    /// The URL to give to a client, without the bucket: `http://127.0.0.1:<port>`.
    pub endpoint: String,
    /// The key that requests must be signed with.
    pub access_key: String,
    /// The secret that goes with it.
    pub secret_key: String,
    server: JoinHandle<()>,
}

impl Drop for S3Stub {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Serves one bucket from below `root`, which must exist; objects are the files in `root/<bucket>`.
///
/// Path-style addresses only. Requests with another key or a wrong signature are refused, as by the real thing.
///
/// # Panics
///
/// If the directory cannot be written or no port can be bound.
pub async fn serve_s3(root: &Path, bucket: &str) -> S3Stub {
    std::fs::create_dir_all(root.join(bucket)).expect("the bucket's directory can be made");
    let (access_key, secret_key) = ("test-access-key".to_owned(), "test-secret-key".to_owned());
    let storage = s3s_fs::FileSystem::new(root).expect("the root directory can be opened");
    let mut builder = S3ServiceBuilder::new(storage);
    builder.set_auth(SimpleAuth::from_single(access_key.clone(), secret_key.clone()));

    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = TcpListener::bind(address)
        .await
        .expect("a loopback port can be bound");
    let address = listener.local_addr().expect("a bound socket has an address");
    S3Stub {
        endpoint: format!("http://{address}"),
        access_key,
        secret_key,
        server: tokio::spawn(accept(listener, builder.build())),
    }
}

/// Serves until it is aborted; the connections live in the set, so they end with it.
async fn accept(listener: TcpListener, service: S3Service) {
    let mut connections = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        let service = service.clone();
        connections.spawn(async move {
            let server = Builder::new(TokioExecutor::new());
            // A client that goes away mid-request is its own affair.
            let _ = server.serve_connection(TokioIo::new(socket), service).await;
        });
    }
}
