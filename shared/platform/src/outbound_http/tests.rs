use super::*;
use rstest::rstest;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

fn outside(nets: &[&str]) -> OutboundHttp {
    OutboundHttp {
        guard: Guard {
            allowed: nets.iter().map(|net| net.parse().unwrap()).collect(),
        },
        clock: Clock::System,
        limit: LIMIT,
        client: Arc::default(),
    }
}

#[rstest]
#[case::loopback("http://127.0.0.1/")]
#[case::loopback_elsewhere("http://127.9.9.9:8080/x")]
#[case::loopback_as_one_number("http://2130706433/")]
#[case::loopback_as_hex("http://0x7f000001/")]
#[case::loopback_as_octal("http://0177.0.0.1/")]
#[case::loopback_short("http://127.1/")]
#[case::loopback_with_a_dot("http://127.0.0.1./")]
#[case::loopback_in_full_width("http://１２７.０.０.１/")]
#[case::loopback_encoded("http://%31%32%37.0.0.1/")]
#[case::unspecified("http://0.0.0.0/")]
#[case::zero("http://0/")]
#[case::private_10("https://10.1.2.3/")]
#[case::private_172("https://172.16.0.1/")]
#[case::private_172_end("https://172.31.255.255/")]
#[case::private_192("https://192.168.1.1/")]
#[case::shared("https://100.64.0.1/")]
#[case::shared_metadata("https://100.100.100.200/")]
#[case::metadata("http://169.254.169.254/latest/meta-data/")]
#[case::link_local("http://169.254.0.1/")]
#[case::host_agent("http://168.63.129.16/")]
#[case::assignments("http://192.0.0.192/")]
#[case::documentation_1("http://192.0.2.1/")]
#[case::documentation_2("http://198.51.100.1/")]
#[case::documentation_3("http://203.0.113.1/")]
#[case::relay("http://192.88.99.1/")]
#[case::benchmark("http://198.19.0.1/")]
#[case::multicast("http://224.0.0.1/")]
#[case::reserved("http://240.0.0.1/")]
#[case::broadcast("http://255.255.255.255/")]
#[case::v6_loopback("http://[::1]/")]
#[case::v6_unspecified("http://[::]/")]
#[case::v6_mapped("http://[::ffff:127.0.0.1]/")]
#[case::v6_mapped_hex("http://[::ffff:7f00:1]/")]
#[case::v6_mapped_metadata("http://[::ffff:169.254.169.254]/")]
#[case::v6_mapped_public("http://[::ffff:8.8.8.8]/")]
#[case::v6_compatible("http://[::127.0.0.1]/")]
#[case::v6_nat64("http://[64:ff9b::7f00:1]/")]
#[case::v6_nat64_metadata("http://[64:ff9b::a9fe:a9fe]/")]
#[case::v6_nat64_local("http://[64:ff9b:1::a00:1]/")]
#[case::v6_6to4("http://[2002:7f00:1::]/")]
#[case::v6_teredo("http://[2001:0:53aa:64c:0:fbff:80ff:fffe]/")]
#[case::v6_benchmark("http://[2001:2::1]/")]
#[case::v6_documentation("http://[2001:db8::1]/")]
#[case::v6_documentation_new("http://[3fff::1]/")]
#[case::v6_unique_local("http://[fd00:ec2::254]/")]
#[case::v6_link_local("http://[fe80::1]/")]
#[case::v6_site_local("http://[fec0::1]/")]
#[case::v6_multicast("http://[ff02::1]/")]
#[case::v6_discard("http://[100::1]/")]
fn an_address_that_is_not_public_is_refused(#[case] url: &str) {
    let refused = outside(&[]).parse(url);
    assert!(
        matches!(refused, Err(OutboundError::Refused(_))),
        "{url}: {refused:?}"
    );
}

#[rstest]
#[case("https://8.8.8.8/")]
#[case("https://172.32.0.1/hook")]
#[case("http://100.128.0.1:8080/")]
#[case("https://[2606:4700::1111]/")]
#[case("https://example.com/hook?token=x#y")]
fn a_public_address_passes(#[case] url: &str) {
    assert!(outside(&[]).parse(url).is_ok(), "{url}");
}

#[rstest]
#[case("ftp://example.com/", "Must begin with http:// or https://")]
#[case("file:///etc/passwd", "Must begin with http:// or https://")]
#[case("/hook", "Must be an absolute URL")]
#[case("", "Must be an absolute URL")]
#[case("http://", "Must be an absolute URL")]
#[case("http://a\0b/", "Must be an absolute URL")]
#[case("http://[fe80::1%25eth0]/", "Must be an absolute URL")]
#[case("http://1.2.3.256/", "Must be an absolute URL")]
#[case("https://me@example.com/", "Must not contain a user name or password")]
#[case("https://:pw@example.com/", "Must not contain a user name or password")]
#[case("https://example.com@127.0.0.1/", "Must not contain a user name or password")]
fn a_url_of_another_form_is_refused(#[case] url: &str, #[case] problem: &'static str) {
    assert_eq!(outside(&[]).parse(url), Err(OutboundError::Url(problem)), "{url}");
}

#[test]
fn a_url_that_is_too_long_is_refused() {
    let url = format!("https://example.com/{}", "x".repeat(MAX_URL));
    let problem = OutboundError::Url("Must be at most 2048 characters");
    assert_eq!(outside(&[]).parse(&url), Err(problem));
}

#[test]
fn networks_that_are_allowed_pass_in_either_notation() {
    let outside = outside(&["127.0.0.0/8", "fd00::/8"]);
    for url in [
        "http://127.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fd00::1]/",
    ] {
        assert!(outside.parse(url).is_ok(), "{url}");
    }
    for url in ["http://10.0.0.1/", "http://[::1]/", "http://[fc00::1]/"] {
        assert!(outside.parse(url).is_err(), "{url}");
    }
}

#[rstest]
#[case("http://localhost:9/")]
#[case("http://localhost.:9/")]
#[case("http://LOCALHOST:9/")]
#[case("http://some.localhost:9/")]
#[tokio::test]
async fn a_name_of_this_machine_is_refused_when_checked_and_when_used(#[case] url: &str) {
    let outside = outside(&[]);
    let checked = outside.check(url).await;
    assert!(matches!(checked, Err(OutboundError::Refused(_))), "{checked:?}");
    let posted = outside.post(url, HeaderMap::new(), Vec::new()).await;
    assert!(matches!(posted, Err(OutboundError::Refused(_))), "{posted:?}");
}

#[tokio::test]
async fn a_name_without_an_address_passes_the_check_and_fails_the_request() {
    let url = "http://nowhere.invalid/";
    let outside = outside(&[]);
    assert!(outside.check(url).await.is_ok());
    let posted = outside.post(url, HeaderMap::new(), Vec::new()).await;
    assert_eq!(posted.map(|_| ()), Err(OutboundError::Unresolved));
}

/// A server on loopback that does `answer` with each connection, whose request was read; and how many there were.
async fn server<F, A>(answer: A) -> (String, Arc<AtomicUsize>)
where
    A: Fn(TcpStream) -> F + Clone + Send + 'static,
    F: Future<Output = std::io::Result<()>> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = socket.read(&mut request).await;
                // the client goes away when it has seen enough
                let _ = answer(socket).await;
            });
        }
    });
    (format!("http://{address}/"), count)
}

async fn post(outside: &OutboundHttp, url: &str) -> Result<Answer, OutboundError> {
    outside.post(url, HeaderMap::new(), b"{}".to_vec()).await
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (target, reached) = server(|mut socket| async move {
        socket
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            .await
    })
    .await;
    let (url, _) = server(move |mut socket| {
        let answer =
            format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: {target}\r\ncontent-length: 0\r\n\r\n");
        async move { socket.write_all(answer.as_bytes()).await }
    })
    .await;
    let answer = post(&outside(&["127.0.0.0/8"]), &url).await.unwrap();
    assert_eq!(answer.status, 307);
    assert!(!answer.is_success());
    assert_eq!(reached.load(Ordering::SeqCst), 0);
}

#[rstest]
#[case::of_200_megabytes("content-length: 209715200\r\n")]
#[case::without_an_end("connection: close\r\n")]
#[tokio::test]
async fn a_huge_answer_is_cut(#[case] header: &'static str) {
    let (url, _) = server(move |mut socket| async move {
        socket
            .write_all(format!("HTTP/1.1 200 OK\r\n{header}\r\n").as_bytes())
            .await?;
        loop {
            socket.write_all(&[b'x'; 8192]).await?;
        }
    })
    .await;
    let answer = post(&outside(&["127.0.0.0/8"]), &url).await.unwrap();
    assert_eq!((answer.status, answer.body.len()), (200, MAX_ANSWER));
}

#[tokio::test]
async fn a_slow_answer_times_out() {
    let outside = outside(&["127.0.0.0/8"]).within(Duration::from_millis(200));
    let (silent, _) = server(|socket| async move {
        std::future::pending::<()>().await;
        drop(socket);
        Ok(())
    })
    .await;
    let late = post(&outside, &silent).await.map(|_| ());
    assert_eq!(late, Err(OutboundError::TimedOut(Duration::from_millis(200))));
    let (half, _) = server(|mut socket| async move {
        socket
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")
            .await?;
        std::future::pending().await
    })
    .await;
    let late = post(&outside, &half).await.map(|_| ());
    assert_eq!(late, Err(OutboundError::TimedOut(Duration::from_millis(200))));
}

#[tokio::test]
async fn a_dead_address_says_why_without_the_url() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/secret", listener.local_addr().unwrap());
    drop(listener);
    let Err(OutboundError::Failed(why)) = post(&outside(&["127.0.0.0/8"]), &url).await else {
        panic!("nobody listens")
    };
    assert!(why.contains("refused") && !why.contains("secret"), "{why}");
}

#[rstest]
#[case("120", Some(120))]
#[case(" 0 ", Some(0))]
#[case("Fri, 20 Nov 2026 12:01:00 GMT", Some(60))]
#[case("Fri, 20 Nov 2026 11:00:00 GMT", None)]
#[case("-5", None)]
#[case("soon", None)]
fn retry_after_is_seconds_or_a_date(#[case] value: &str, #[case] seconds: Option<u64>) {
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    assert_eq!(pause(value, now), seconds.map(Duration::from_secs));
}

async fn get(outside: &OutboundHttp, url: &str) -> Result<Fetched, OutboundError> {
    outside.get(url, "*/*", 1000).await
}

/// A server that answers every request with a redirect.
async fn redirecting(location: String) -> (String, Arc<AtomicUsize>) {
    server(move |mut socket| {
        let answer = format!(
            "HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        );
        async move { socket.write_all(answer.as_bytes()).await }
    })
    .await
}

#[tokio::test]
async fn what_is_read_is_followed_a_few_redirects_far() {
    let (target, _) = server(|mut socket| async move {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: Text/HTML; charset=utf-8\r\ncontent-length: 4\r\n\r\n";
        socket.write_all(format!("{head}page").as_bytes()).await
    })
    .await;
    let (url, _) = redirecting(format!("{target}there")).await;
    let found = get(&outside(&["127.0.0.0/8"]), &url).await.unwrap();
    assert_eq!(found.url.as_str(), format!("{target}there"));
    assert!(found.is_success());
    assert_eq!(
        (found.content_type.as_str(), &found.body[..]),
        ("text/html", &b"page"[..])
    );
    let (round, asked) = redirecting("/again".into()).await;
    let endless = get(&outside(&["127.0.0.0/8"]), &round).await.map(|_| ());
    assert_eq!(
        endless,
        Err(OutboundError::Failed("More than 5 redirects".into()))
    );
    assert_eq!(asked.load(Ordering::SeqCst), 6);
}

#[rstest]
#[case("http://10.0.0.1/")]
#[case("http://169.254.169.254/latest/meta-data/")]
#[case("http://[::1]:80/")]
#[tokio::test]
async fn a_redirect_that_points_inwards_is_refused(#[case] location: &str) {
    let (url, _) = redirecting(location.into()).await;
    let found = get(&outside(&["127.0.0.1/32"]), &url).await;
    assert!(matches!(found, Err(OutboundError::Refused(_))), "{found:?}");
    let other = outside(&["127.0.0.1/32"])
        .get("file:///etc/passwd", "*/*", 9)
        .await;
    assert!(matches!(other, Err(OutboundError::Url(_))));
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_read_in_part() {
    let (url, _) = server(|mut socket| async move {
        socket
            .write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
            .await?;
        loop {
            socket.write_all(&[b'x'; 8192]).await?;
        }
    })
    .await;
    let found = get(&outside(&["127.0.0.0/8"]), &url).await.map(|_| ());
    assert_eq!(
        found,
        Err(OutboundError::Failed(
            "The answer has more than 1000 bytes".into()
        ))
    );
}
