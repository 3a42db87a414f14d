//! The help centre's pages, as anybody reads them.

mod catalogue;
mod images;
mod votes;

use super::{Answer, Client, person, text_of};
use api::testing::TestServer;
use entity::user::Role;
use reqwest::header::HeaderMap;
use reqwest::{StatusCode, redirect};
use serde_json::{Value, json};

/// A page as it came.
#[derive(Debug)]
struct Shown {
    status: StatusCode,
    headers: HeaderMap,
    html: String,
}

impl Shown {
    #[track_caller]
    fn has(&self, part: &str) -> &Self {
        assert!(self.html.contains(part), "no {part} in {}", self.html);
        self
    }

    #[track_caller]
    fn lacks(&self, part: &str) -> &Self {
        assert!(!self.html.contains(part), "{part} in {}", self.html);
        self
    }

    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }
}

fn stranger() -> reqwest::Client {
    let client = reqwest::Client::builder().redirect(redirect::Policy::none());
    client.build().unwrap()
}

async fn asked(request: reqwest::RequestBuilder) -> Shown {
    let response = request.send().await.unwrap();
    Shown {
        status: response.status(),
        headers: response.headers().clone(),
        html: response.text().await.unwrap(),
    }
}

async fn read(server: &TestServer, path: &str) -> Shown {
    asked(stranger().get(server.url(path))).await
}

async fn read_with(server: &TestServer, path: &str, headers: &[(&str, &str)]) -> Shown {
    let request = stranger().get(server.url(path));
    let request = headers
        .iter()
        .fold(request, |request, (name, value)| request.header(*name, *value));
    asked(request).await
}

async fn write(who: &Client<'_>, article: Value) -> Answer {
    let added = who.post("/api/bot/articles", article).await;
    assert_eq!(added.status, 201, "{added:?}");
    added
}

async fn keeper(server: &TestServer) -> Client<'_> {
    person(server, "keeper", Role::Agent).await
}

#[tokio::test]
async fn an_empty_help_centre_says_so_and_offers_a_person() {
    let server = TestServer::start().await;
    let home = read(&server, "/help").await;
    assert_eq!(home.status, 200);
    home.has("There are no articles here yet.")
        .has("Chat with us")
        .has("<html lang=\"en\" dir=\"ltr\">");
    let found = read(&server, "/help?q=refund").await;
    assert_eq!(found.status, 200);
    found
        .has("No article was found for “refund”")
        .has("Chat with us")
        .has("content=\"noindex\"");
    let arabic = read_with(&server, "/help", &[("accept-language", "ar")]).await;
    arabic.has("<html lang=\"ar\" dir=\"rtl\">").has("مركز المساعدة");
}

#[tokio::test]
async fn where_strangers_cannot_chat_no_page_offers_it() {
    let server = TestServer::start_with(&[("VISITORS", "off")]).await;
    read(&server, "/help")
        .await
        .has("There are no articles here yet.")
        .lacks("Chat with us")
        .lacks("<script");
}

#[tokio::test]
async fn articles_stand_under_their_categories_and_the_search_finds_them() {
    let server = TestServer::start().await;
    let keeper = keeper(&server).await;
    for (title, category) in [
        ("Opening hours", Some("About us")),
        ("Where is my order?", Some("Orders & parcels")),
        ("Zeppelin rides", None),
    ] {
        let body = format!("{title}: all about it. Zeppelins are another matter.");
        write(
            &keeper,
            json!({"title": title, "body": body, "category": category}),
        )
        .await;
    }
    let home = read(&server, "/help/").await;
    assert_eq!(home.status, 200, "with a slash at its end");
    home.has("<h2>About us</h2>")
        .has("<h2>Orders &#38; parcels</h2>")
        .has("<h2>Other articles</h2>")
        .has("<a href=\"/help/where-is-my-order\">Where is my order?</a>");
    read(&server, "/help?category=orders%20%26%20PARCELS")
        .await
        .has("<h1>Orders &#38; parcels</h1>")
        .has("/help/where-is-my-order")
        .lacks("/help/zeppelin-rides");
    read(&server, "/help?category=")
        .await
        .has("/help/zeppelin-rides")
        .lacks("/help/where-is-my-order");
    assert_eq!(read(&server, "/help?category=nothing").await.status, 404);
    read(&server, "/help?q=opening+hours")
        .await
        .has("<a href=\"/help/opening-hours\">Opening hours</a>")
        .has("value=\"opening hours\"");
}

#[tokio::test]
async fn an_article_s_page_has_its_text_its_place_and_what_is_like_it() {
    let server = TestServer::start().await;
    let keeper = keeper(&server).await;
    let body = "The beginning\nof it.\n\n## One\n\na\n\n## Two\n\nb\n\n### Three\n\n[there](https://b.example/) [here](/help/y)";
    write(
        &keeper,
        json!({"title": "X", "body": body, "category": "C", "tags": ["t"]}),
    )
    .await;
    write(&keeper, json!({"title": "Y", "body": "y", "category": "c"})).await;
    write(&keeper, json!({"title": "Z", "body": "z", "tags": ["T"]})).await;
    write(&keeper, json!({"title": "Other", "body": "z"})).await;
    let page = read(&server, "/help/x").await;
    assert_eq!(page.status, 200);
    page.has("<title>X – Help centre</title>")
        .has("<h1>X</h1>")
        .has("<p>The beginning\nof it.</p>")
        .has("<h2 id=\"one\">One</h2>")
        .has("<a href=\"#three\">Three</a>")
        .has("<a href=\"https://b.example/\" rel=\"noopener nofollow\">there</a>")
        .has("<a href=\"/help/y\">here</a>")
        .has("<a href=\"/help?category=C\">C</a>")
        .has("Related articles")
        .has("<a href=\"/help/y\">Y</a>")
        .has("<a href=\"/help/z\">Z</a>")
        .lacks("/help/other")
        .has("Was this helpful?")
        .has("<meta name=\"description\" content=\"The beginning of it.")
        .has("<meta property=\"og:type\" content=\"article\">")
        .has("<time datetime=\"");
    let canonical = format!("<link rel=\"canonical\" href=\"{}\">", server.url("/help/x"));
    page.has(&canonical);
    read(&server, "/help/y").await.lacks("id=\"_contents\"");
}

#[tokio::test]
async fn nothing_that_an_article_says_runs_or_breaks_out() {
    let server = TestServer::start().await;
    let keeper = keeper(&server).await;
    let hostile = "\"><script>alert(1)</script><img src=x onerror=alert(2)>";
    let body = format!(
        "{hostile}\n\n## {hostile}\n\n## a\n\n## b\n\n[x](javascript:alert(3)) ![x](javascript:alert(4)) ![p](https://evil.example/p.png)\n\n<iframe src=//evil.example></iframe>"
    );
    let article = json!({"title": hostile, "body": body, "category": hostile, "slug": "hostile"});
    write(&keeper, article).await;
    let query = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    for path in [
        "/help",
        "/help/hostile",
        "/help?q=alert",
        &format!("/help?q={query}"),
        &format!("/help?category={query}&lang={query}&page={query}"),
        "/help/sitemap.xml",
    ] {
        let page = read(&server, path).await;
        page.lacks("<script>alert")
            .lacks("<img")
            .lacks("<iframe")
            .lacks("href=\"javascript")
            .lacks("style=");
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'self'") && !policy.contains("unsafe"),
            "{path} {policy}"
        );
    }
}

#[tokio::test]
async fn drafts_strange_slugs_and_articles_that_are_elsewhere_are_not_there() {
    let server = TestServer::start().await;
    let keeper = keeper(&server).await;
    write(
        &keeper,
        json!({"title": "Secret plan", "body": "secret", "status": "draft"}),
    )
    .await;
    let elsewhere = json!({"title": "Elsewhere", "body": "tulips", "url": "https://docs.example/a"});
    write(&keeper, elsewhere).await;
    let added = write(&keeper, json!({"title": "Public", "body": "said"})).await;
    let path = format!("/api/bot/articles/{}/draft", text_of(&added.body["id"]));
    let draft = json!({"title": "Changed title", "body": "changed"});
    assert_eq!(keeper.put(&path, draft).await.status, 200);
    read(&server, "/help/public").await.has("said").lacks("hanged");
    for path in ["/help", "/help/sitemap.xml", "/help?q=secret+plan"] {
        read(&server, path)
            .await
            .lacks("Secret plan")
            .lacks("secret-plan")
            .lacks("Changed");
    }
    for path in [
        "/help/secret-plan",
        "/help/elsewhere",
        "/help/nothing",
        "/help/%00",
        "/help/%ff%fe",
        "/help/..%2f..%2fetc",
        "/help/PUBLIC",
    ] {
        let page = read(&server, path).await;
        assert_eq!(page.status, 404, "{path}");
        page.has("Page not found").has("type=\"search\"").has("noindex");
        assert!(!page.header("cache-control").contains("public"), "{path}");
    }
    read(&server, "/help?q=tulips")
        .await
        .has("<a href=\"https://docs.example/a\" rel=\"noopener nofollow\">Elsewhere</a>")
        .has("docs.example");
    let id = text_of(&added.body["id"]);
    assert_eq!(
        keeper.delete(&format!("/api/bot/articles/{id}")).await.status,
        204
    );
    assert_eq!(read(&server, "/help/public").await.status, 404);
    read(&server, "/help").await.lacks("/help/public");
}

#[tokio::test]
async fn a_page_is_there_in_the_reader_s_language_and_names_the_others() {
    let server = TestServer::start_with(&[("PUBLIC_URL", "https://help.example.com")]).await;
    let keeper = keeper(&server).await;
    let english = write(
        &keeper,
        json!({"title": "Opening hours", "body": "Nine to five."}),
    )
    .await;
    let of = &english.body["id"];
    for (title, locale) in [("Öffnungszeiten", "de"), ("ساعات العمل", "ar")] {
        let article = json!({"title": title, "body": "9–5", "locale": locale, "translation_of": of});
        write(&keeper, article).await;
    }
    write(
        &keeper,
        json!({"title": "Nur deutsch", "body": "x", "locale": "de"}),
    )
    .await;
    let german = read_with(&server, "/help", &[("accept-language", "de-CH, en;q=0.5")]).await;
    german
        .has("<html lang=\"de\" dir=\"ltr\">")
        .has("Öffnungszeiten")
        .has("Nur deutsch")
        .lacks("Opening hours")
        .has("<link rel=\"alternate\" hreflang=\"ar\" href=\"https://help.example.com/help?lang=ar\">");
    assert!(german.header("vary").contains("accept-language"), "{german:?}");
    assert_eq!(german.header("content-language"), "de");
    read_with(&server, "/help?lang=en", &[("accept-language", "de")])
        .await
        .has("Opening hours");
    read_with(&server, "/help?lang=xx", &[])
        .await
        .has("Opening hours");
    let slug = "%C3%B6ffnungszeiten";
    let page = read(&server, &format!("/help/{slug}")).await;
    assert_eq!(page.status, 200, "{page:?}");
    page.has("<html lang=\"de\" dir=\"ltr\">")
        .has("<link rel=\"alternate\" hreflang=\"en\" href=\"https://help.example.com/help/opening-hours\">")
        .has(&format!(
            "<link rel=\"canonical\" href=\"https://help.example.com/help/{slug}\">"
        ))
        .has("War das hilfreich?")
        .has("hreflang=\"en\">English</a>");
    let arabic = format!("/help/{}", "ساعات-العمل");
    read(&server, &arabic).await.has("<html lang=\"ar\" dir=\"rtl\">");
    read(&server, "/help/nur-deutsch").await.lacks("hreflang");
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let server = TestServer::start().await;
    let keeper = keeper(&server).await;
    let added = write(&keeper, json!({"title": "X", "body": "one"})).await;
    for path in ["/help", "/help/x", "/help/style.css", "/help/sitemap.xml"] {
        let page = read(&server, path).await;
        let tag = page.header("etag").to_owned();
        assert!(
            page.header("cache-control").starts_with("public, max-age=60"),
            "{path} {page:?}"
        );
        let again = read_with(&server, path, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status.as_u16(), again.html.as_str()), (304, ""), "{path}");
        assert_eq!(again.header("etag"), tag);
        let packed = read_with(&server, path, &[("accept-encoding", "gzip")]).await;
        assert_eq!(packed.status, 200, "{path}");
    }
    let tag = read(&server, "/help/x").await.header("etag").to_owned();
    let path = format!("/api/bot/articles/{}", text_of(&added.body["id"]));
    let changed = keeper.put(&path, json!({"title": "X2", "body": "two"})).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let page = read_with(&server, "/help/x", &[("if-none-match", &tag)]).await;
    assert_eq!(page.status, 200);
    page.has("two").has("<h1>X2</h1>");
    read(&server, "/help").await.has("X2");
}

#[tokio::test]
async fn the_pages_are_read_and_nothing_else() {
    let server = TestServer::start().await;
    let keeper = keeper(&server).await;
    write(&keeper, json!({"title": "X", "body": "one"})).await;
    for path in ["/help", "/help/x", "/help/style.css", "/help/sitemap.xml"] {
        let head = asked(stranger().head(server.url(path))).await;
        assert_eq!((head.status.as_u16(), head.html.as_str()), (200, ""), "{path}");
        assert!(!head.header("etag").is_empty(), "{path}");
        let post = asked(stranger().post(server.url(path))).await;
        assert_eq!(
            (post.status.as_u16(), post.header("allow")),
            (405, "GET"),
            "{path}"
        );
    }
    let vote = read(&server, "/help/x/vote").await;
    assert_eq!((vote.status.as_u16(), vote.header("allow")), (405, "POST"));
    assert_eq!(read(&server, "/help/x/y").await.status, 404);
    assert_eq!(
        asked(stranger().head(server.url("/help/nothing"))).await.status,
        404
    );
}

#[tokio::test]
async fn searching_faster_than_people_do_is_refused_with_a_page() {
    let server = TestServer::start_with(&[("RATE_LIMITS", "on")]).await;
    // all at once: where searches take long, one after the other is not too fast
    let searches = (0..200).map(|turn| {
        let path = format!("/help?q=word{turn}");
        let server = &server;
        async move { read(server, &path).await }
    });
    let pages = futures_util::future::join_all(searches).await;
    let refused = pages.into_iter().find(|page| page.status == 429);
    let page = refused.expect("a refusal");
    page.has("Too many requests").has("<html lang=\"en\"");
    assert!(page.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(read(&server, "/help").await.status, 200, "reading goes on");
}

#[tokio::test]
async fn a_name_that_is_not_the_server_s_stands_on_no_page() {
    let public = [("PUBLIC_URL", "https://help.example.com")];
    let server = TestServer::start_with(if app::testing::production() { &public } else { &[] }).await;
    let page = read_with(&server, "/help", &[("host", "evil.example")]).await;
    // in production the proxy decides which names come in
    let status = if app::testing::production() { 200 } else { 421 };
    assert_eq!(page.status, status);
    page.lacks("evil.example");
}
