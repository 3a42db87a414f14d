//! Articles from a web site: a page, and the pages of a sitemap.

use super::asked;
use app::App;
use app::testing::TestApp;
use assist::knowledge::import::site::{self, Limits};
use assist::knowledge::import::{self, Imported, Options};
use assist::knowledge::{self, ListArticles};
use entity::article::Status;
use entity::user::Role;
use kernel::actor::Actor;
use kernel::error::Error;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const PUBLISH: Options = Options {
    status: Some(Status::Published),
    update: true,
};
const LIMITS: Limits = Limits {
    pages: 4,
    within: Duration::from_secs(20),
};

/// A web site on this machine, and what was asked of it.
struct WebSite {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

/// Serves these answers by path: a content type and a body, or `>` and where to go. `{here}` stands for its own address; of
/// `never` nothing is answered.
async fn serve(answers: &[(&str, &str, &str)]) -> WebSite {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let answers: HashMap<String, String> = answers
        .iter()
        .map(|(path, kind, body)| {
            let body = body.replace("{here}", &url);
            let answer = match *kind {
                ">" => format!("HTTP/1.1 302 Found\r\nlocation: {body}\r\ncontent-length: 0\r\n"),
                _ => format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n",
                    body.len()
                ),
            };
            let body = if *kind == ">" { "" } else { &body };
            (
                (*path).to_owned(),
                format!("{answer}connection: close\r\n\r\n{body}"),
            )
        })
        .collect();
    let (answers, seen) = (Arc::new(answers), asked.clone());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (answers, seen) = (answers.clone(), seen.clone());
            tokio::spawn(async move {
                let mut request = vec![0; 8192];
                let read = socket.read(&mut request).await.unwrap_or_default();
                let request = String::from_utf8_lossy(&request[..read]).into_owned();
                let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                seen.lock().unwrap().push(path.clone());
                if path == "/never" {
                    std::future::pending::<()>().await;
                }
                let missing = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                let answer = answers.get(&path).map_or(missing, String::as_str);
                // who asked may have gone
                let _ = socket.write_all(answer.as_bytes()).await;
            });
        }
    });
    WebSite { url, asked }
}

async fn open() -> (TestApp, Actor) {
    let app = TestApp::builder()
        .setting("WEBHOOK_ALLOW_NETS", "127.0.0.1/32")
        .start()
        .await;
    let ann = app.person("ann", Role::Agent, None).await;
    (app, ann)
}

async fn take(app: &App, who: &Actor, url: &str, limits: Limits) -> Result<Imported, String> {
    match site::read(&app.assist, url, limits).await {
        Ok(batch) => Ok(import::import(&app.assist, who, batch, PUBLISH).await.unwrap()),
        Err(Error::Invalid(errors)) => {
            assert_eq!(errors[0].field, "url");
            Err(errors[0].message.clone())
        }
        Err(error) => panic!("{error:?}"),
    }
}

fn list(kind: &str, addresses: &[&str]) -> String {
    let inner: String = addresses
        .iter()
        .map(|address| format!("<url><loc>{address}</loc></url>"))
        .collect();
    format!("<?xml version=\"1.0\"?><{kind}>{inner}</{kind}>")
}

const PAGE: &str = "<html lang=en><head><title>Parking – Zeppelins</title></head><body><nav>Home</nav><main>\
    <h1>Zeppelin parking</h1><p>Park your zeppelin at <b>mast one</b>.</p><script>alert(1)</script></main></body></html>";

#[tokio::test]
async fn a_page_becomes_an_article_of_its_main_part() {
    let (app, ann) = open().await;
    let web = serve(&[
        ("/help/zeppelin-parking.html", "text/html; charset=utf-8", PAGE),
        ("/moved", ">", "/help/zeppelin-parking.html"),
        (
            "/notes.md",
            "text/markdown",
            "---\ntitle: Notes\nstatus: draft\n---\nText.",
        ),
        ("/empty", "text/html", "<html><body><nav>Home</nav></body></html>"),
        ("/data", "application/json", "{}"),
        ("/round", ">", "{here}/round"),
        ("/inwards", ">", "http://169.254.169.254/latest"),
    ])
    .await;
    let page = format!("{}/moved", web.url);
    assert_eq!(take(&app, &ann, &page, LIMITS).await.unwrap().added, 1);
    let row = knowledge::page(&app.assist, "zeppelin-parking").await.unwrap();
    assert_eq!(
        (row.title.as_str(), row.body.as_str()),
        ("Zeppelin parking", "Park your zeppelin at mast one.")
    );
    assert_eq!((row.locale.as_str(), row.url), ("en", None));
    assert!(
        asked(&app, "Where do I park my zeppelin?")
            .await
            .contains("mast one")
    );
    let notes = take(&app, &ann, &format!("{}/notes.md", web.url), LIMITS).await;
    assert_eq!(notes.unwrap().added, 1);
    for (path, why) in [
        ("/empty", "Holds no text"),
        (
            "/data",
            "Is neither a page nor Markdown, but \"application/json\"",
        ),
        ("/missing", "Answers with the status 404"),
        ("/round", "More than 5 redirects"),
        ("/inwards", "169.254.169.254 is not a public address"),
    ] {
        let refused = take(&app, &ann, &format!("{}{path}", web.url), LIMITS).await;
        assert_eq!(refused, Err(why.to_owned()), "{path}");
    }
}

#[tokio::test]
async fn an_address_that_is_not_public_is_not_asked() {
    let app = TestApp::builder()
        .setting("WEBHOOK_ALLOW_NETS", "none")
        .start()
        .await;
    let ann = app.person("ann", Role::Agent, None).await;
    let web = serve(&[("/", "text/html", PAGE)]).await;
    for (url, why) in [
        (web.url.as_str(), "127.0.0.1 is not a public address"),
        ("http://localhost/", "127.0.0.1 is not a public address"),
        ("http://10.0.0.1/sitemap.xml", "10.0.0.1 is not a public address"),
        ("ftp://example.com/", "Must begin with http:// or https://"),
        ("no address", "Must be an absolute URL"),
    ] {
        assert_eq!(take(&app, &ann, url, LIMITS).await, Err(why.to_owned()), "{url}");
    }
    assert!(web.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_sitemap_s_pages_are_taken_from_the_same_host_only_and_not_more_than_the_limit() {
    let (app, ann) = open().await;
    let pages = [
        "{here}/a/intro.html",
        "{here}/a/intro.html#part",
        "{here}/b/intro.html",
        "http://10.0.0.1/inside",
        "{here}/missing?a=1&amp;b=2",
        "{here}/c",
        "{here}/d",
    ];
    let index = [
        "{here}/pages.xml",
        "{here}/index.xml",
        "{here}/broken.xml",
        "http://127.0.0.2/x.xml",
    ];
    let (pages, index) = (list("urlset", &pages), list("sitemapindex", &index));
    let web = serve(&[
        ("/index.xml", "application/xml", &index),
        ("/pages.xml", "text/xml", &pages),
        ("/broken.xml", "text/xml", "<urlset><url>"),
        ("/a/intro.html", "text/html", PAGE),
        ("/b/intro.html", "text/html", PAGE),
    ])
    .await;
    let imported = take(&app, &ann, &format!("{}/index.xml", web.url), LIMITS)
        .await
        .unwrap();
    assert_eq!(imported.added, 2);
    let mut rows = knowledge::list(&app.assist, &ann, ListArticles::default())
        .await
        .unwrap()
        .rows;
    rows.sort_by(|a, b| a.slug.cmp(&b.slug));
    let slugs: Vec<_> = rows.iter().map(|row| row.slug.as_str()).collect();
    assert_eq!(slugs, ["b-intro", "intro"]);
    let told = |file: &str| {
        let file = file.replace("{here}", &web.url);
        let found = imported.problems.iter().find(|problem| problem.file == file);
        found
            .unwrap_or_else(|| panic!("{file}: {:?}", imported.problems))
            .message
            .clone()
    };
    assert_eq!(
        told("{here}/index.xml"),
        "Is a sitemap of sitemaps within one: not read"
    );
    assert_eq!(told("{here}/broken.xml"), "Ends in the middle");
    assert_eq!(
        told("http://127.0.0.2/x.xml"),
        "127.0.0.2 is not a public address"
    );
    assert_eq!(told("http://10.0.0.1/inside"), "10.0.0.1 is not a public address");
    assert_eq!(told("{here}/missing?a=1&b=2"), "Answers with the status 404");
    let many = imported
        .problems
        .iter()
        .find(|problem| problem.message.contains("the first 4"));
    assert_eq!(many.unwrap().message, "Names 6 pages; the first 4 are read");
    let asked = web.asked.lock().unwrap().clone();
    assert!(
        !asked.iter().any(|path| path == "/c" || path == "/d"),
        "{asked:?}"
    );
}

#[tokio::test]
async fn an_import_that_takes_too_long_keeps_what_it_has() {
    let (app, ann) = open().await;
    let pages = list("urlset", &["{here}/a.html", "{here}/never"]);
    let web = serve(&[
        ("/sitemap.xml", "text/xml", &pages),
        ("/a.html", "text/html", PAGE),
    ])
    .await;
    let short = Limits {
        pages: 4,
        within: Duration::from_secs(2),
    };
    let imported = take(&app, &ann, &format!("{}/sitemap.xml", web.url), short)
        .await
        .unwrap();
    assert_eq!((imported.added, imported.problems.len()), (1, 1));
    assert_eq!(
        imported.problems[0].message,
        "Not read: all of it took more than 2 s"
    );
    assert_eq!(imported.problems[0].file, format!("{}/never", web.url));
}

#[tokio::test]
async fn a_sitemap_that_is_none_says_so() {
    let (app, ann) = open().await;
    let web = serve(&[
        (
            "/rss.xml",
            "text/xml",
            "<?xml version=\"1.0\"?><rss><loc>x</loc></rss>",
        ),
        ("/empty.xml", "text/xml", "<urlset></urlset>"),
    ])
    .await;
    let none = take(&app, &ann, &format!("{}/rss.xml", web.url), LIMITS).await;
    assert_eq!(none, Err("Is no sitemap".to_owned()));
    let empty = take(&app, &ann, &format!("{}/empty.xml", web.url), LIMITS)
        .await
        .unwrap();
    assert_eq!((empty.added, empty.problems.len()), (0, 0));
}
