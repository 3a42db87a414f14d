//! Articles found by meaning: vectors made by a job, kept with the articles, and a model whose failures nobody sees.

use crate::support::*;
use app::App;
use app::testing::{Place, TestApp, person};
use assist::knowledge::{self, WriteArticle};
use assist::replies::answer_question;
use entity::job::State;
use entity::user::Role;
use entity::{article, article_vectors, job};
use kernel::actor::Actor;
use kernel::clock::Clock;
use kernel::error::Error;
use kernel::settings::Embeddings;
use platform::job_store;
use sea_orm::{EntityTrait, PaginatorTrait, QueryOrder};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A question that shares no word with the article that answers it.
const QUESTION: &str = "wo bleibt mein Zaster?";
/// What of a text means money, shipping, a password and opening hours.
const SUBJECTS: [&[&str]; 4] = [&["refund", "zaster"], &["parcel"], &["password"], &["hours"]];

/// An `/embeddings` that knows four subjects and nothing else; it fails while it is told to.
struct Model {
    base_url: String,
    fails: Arc<AtomicBool>,
}

impl Model {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        let fails = Arc::new(AtomicBool::new(false));
        let failing = fails.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, failing.clone()));
            }
        });
        Self { base_url, fails }
    }

    async fn app_at(&self, place: &Place, model: &str) -> App {
        let settings = [
            ("EMBEDDINGS_BASE_URL", &*self.base_url),
            ("EMBEDDINGS_MODEL", model),
        ];
        place.app(Clock::System, &settings).await
    }

    async fn app(&self, model: &str) -> TestApp {
        TestApp::builder()
            .setting("EMBEDDINGS_BASE_URL", &self.base_url)
            .setting("EMBEDDINGS_MODEL", model)
            .start()
            .await
    }
}

async fn serve(socket: TcpStream, fails: Arc<AtomicBool>) -> Option<()> {
    let mut socket = BufReader::new(socket);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            socket
                .read_line(&mut line)
                .await
                .ok()
                .filter(|bytes| *bytes > 0)?;
            if line.trim().is_empty() {
                break;
            }
            if let Some((_, value)) = line
                .split_once(':')
                .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        socket.read_exact(&mut body).await.ok()?;
        let (status, answer) = if fails.load(Ordering::SeqCst) {
            ("503 Service Unavailable", "{}".to_owned())
        } else {
            ("200 OK", embedded(&serde_json::from_slice(&body).unwrap()))
        };
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", answer.len());
        socket
            .write_all(format!("{head}{answer}").as_bytes())
            .await
            .ok()?;
    }
}

fn embedded(asked: &Value) -> String {
    let texts = asked["input"].as_array().unwrap().iter();
    let data = texts.enumerate().map(|(index, text)| {
        let text = text.as_str().unwrap().to_lowercase();
        let of = |words: &[&str]| {
            if words.iter().any(|word| text.contains(word)) {
                1.0
            } else {
                0.05
            }
        };
        json!({"index": index, "embedding": SUBJECTS.map(of)})
    });
    json!({"data": data.collect::<Vec<_>>()}).to_string()
}

/// Articles of the four subjects.
async fn write(app: &App, ann: &Actor) {
    for (title, body) in [
        (
            "Refunds",
            "We send refunds to the card that paid within five days.",
        ),
        (
            "Where parcels are",
            "Each parcel has a number that you can follow.",
        ),
        (
            "Forgotten passwords",
            "Choose another password by the mail that we send.",
        ),
        ("When we are there", "Our hours are from nine to five."),
    ] {
        let command = WriteArticle {
            title: title.into(),
            body: body.into(),
            ..WriteArticle::default()
        };
        knowledge::add(&app.assist, ann, command).await.unwrap();
    }
}

/// The titles of an answer's sources and of what else was looked at.
async fn sources(app: &App, question: &str) -> Vec<String> {
    let answer = answer_question(&app.assist, None, question).await.unwrap();
    answer.sources.into_iter().map(|source| source.title).collect()
}

/// Has the vectors made that are missing, as the worker does every minute, once the model is open.
async fn make_vectors(app: &App, count: usize) {
    settle("the articles have vectors", async || {
        knowledge::embed_missing(&app.assist).await.unwrap();
        app::testing::run_jobs(app, "embed_articles").await;
        let rows = article::Entity::find().all(&*app.db).await.unwrap();
        let version = |id| rows.iter().find(|row| row.id == id).map(|row| row.version);
        let made = stored(app).await;
        made.len() == count
            && made
                .iter()
                .all(|row| version(row.article_id) == Some(row.version))
    })
    .await;
}

#[tokio::test]
async fn a_question_without_a_word_of_its_article_is_answered_from_it_by_meaning() {
    let model = Model::start().await;
    let app = model.app("four-subjects").await;
    let ann = person(&app, "ann", Role::Admin, None).await;
    write(&app, &ann).await;
    assert!(
        sources(&app, QUESTION).await.is_empty(),
        "by words it is not found"
    );
    make_vectors(&app, 4).await;
    settle("the vectors are taken in", async || {
        sources(&app, QUESTION).await == ["Refunds"]
    })
    .await;
    let hits = knowledge::search(&app.assist, QUESTION, "en").await.unwrap();
    assert_eq!(
        hits.first().map(|hit| &*hit.title),
        Some("Refunds"),
        "the help centre's search"
    );
}

#[tokio::test]
async fn vectors_are_made_again_where_an_article_or_the_model_is_another_and_else_not() {
    let model = Model::start().await;
    let place = Place::new().await;
    let one = model.app_at(&place, "one").await;
    let ann = person(&one, "ann", Role::Admin, None).await;
    write(&one, &ann).await;
    make_vectors(&one, 4).await;
    let before = stored(&one).await;
    make_vectors(&one, 4).await;
    assert_eq!(stored(&one).await, before, "nothing was missing");

    let changed = before[0].article_id;
    let command = WriteArticle {
        title: "Refunds and returns".into(),
        body: "We send refunds to the card that paid.".into(),
        ..WriteArticle::default()
    };
    knowledge::replace(&one.assist, &ann, changed, command)
        .await
        .unwrap();
    let all = jobs(&one, "embed_articles").await;
    assert!(
        all.iter().any(|job| job.state == State::Pending),
        "at once: {all:?}"
    );
    make_vectors(&one, 4).await;
    let after = stored(&one).await;
    assert_eq!((after[0].version, &after[1..]), (2, &before[1..]));

    let other = model.app_at(&place, "other").await;
    settle("the other model's vectors are there", async || {
        knowledge::embed_missing(&other.assist).await.unwrap();
        app::testing::run_jobs(&other, "embed_articles").await;
        stored(&other)
            .await
            .iter()
            .all(|row| row.model.starts_with("other@"))
    })
    .await;

    knowledge::remove(&other.assist, &ann, changed).await.unwrap();
    assert_eq!(stored(&other).await.len(), 3, "an article's vectors go with it");
}

#[tokio::test]
async fn where_the_model_fails_questions_are_answered_by_their_words_and_its_job_fails() {
    let model = Model::start().await;
    let app = model.app("four-subjects").await;
    let ann = person(&app, "ann", Role::Admin, None).await;
    write(&app, &ann).await;
    settle("the model is open", async || {
        knowledge::embed_missing(&app.assist).await.unwrap();
        job::Entity::find().count(&*app.db).await.unwrap() > 0
    })
    .await;
    model.fails.store(true, Ordering::SeqCst);
    let waiting = newest_job(&app, "embed_articles").await;
    let claim = job_store::claim(&app, waiting).await.unwrap().unwrap();
    let failed = app::jobs::work(&app, &claim).await;
    assert!(matches!(failed, Err(Error::Internal(_))), "{failed:?}");
    assert!(stored(&app).await.is_empty());
    assert_eq!(sources(&app, "Where is my parcel?").await, ["Where parcels are"]);
    model.fails.store(false, Ordering::SeqCst);
    app::jobs::work(&app, &claim).await.unwrap();
    assert_eq!(stored(&app).await.len(), 4, "tried again");
}

#[tokio::test]
async fn who_checks_the_settings_is_told_the_model_that_works_or_what_is_wrong_with_it() {
    let check = async |setting: Embeddings| {
        assist::check_model(&setting)
            .await
            .map_err(|error| error.to_string())
    };
    let model = Model::start().await;
    let server = |base_url: &str| Embeddings::Server {
        base_url: base_url.into(),
        model: "four-subjects".into(),
        api_key: None,
    };
    let works = check(server(&model.base_url)).await.unwrap().unwrap();
    assert!(works.starts_with("four-subjects@"), "{works}");
    let away = check(server("http://127.0.0.1:1/v1")).await.unwrap_err();
    assert_eq!(away, "the embeddings server cannot be reached");
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        check(Embeddings::Found(folder.path().join("models")))
            .await
            .unwrap(),
        None
    );
    check(Embeddings::Folder(folder.path().into())).await.unwrap_err();
}

async fn stored(app: &App) -> Vec<article_vectors::Model> {
    let rows = article_vectors::Entity::find().order_by_asc(article_vectors::Column::ArticleId);
    rows.all(&*app.db).await.unwrap()
}

/// Waits for a state of the database, which announces itself by no event.
async fn settle(what: &str, state: impl AsyncFn() -> bool) {
    let wait = async {
        while !state().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, wait).await;
    waited.unwrap_or_else(|_| panic!("it never came about: {what}"));
}
