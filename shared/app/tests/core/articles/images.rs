//! The images of articles: who adds them, what is kept of them, and when they go.

use super::{add as add_article, article};
use crate::support::*;
use app::App;
use app::testing::{Place, TestApp, person, run_job};
use assist::knowledge::images::{Image, MAX_BYTES, MAX_IMAGES, add, open, purge_unnamed};
use assist::knowledge::{self, Content};
use bytes::Bytes;
use chat::attachments::reconcile_files;
use chrono::Duration;
use entity::article_image;
use entity::user::Role;
use image::{DynamicImage, ImageFormat, RgbImage};
use kernel::actor::Actor;
use kernel::clock::Clock;
use kernel::error::Error;
use platform::job::Job;
use platform::job_store;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use std::io::Cursor;
use uuid::Uuid;

const DAY: Duration = Duration::hours(24);

/// A picture of this format.
pub fn picture(format: ImageFormat) -> Bytes {
    let mut bytes = Cursor::new(Vec::new());
    let image = DynamicImage::from(RgbImage::from_pixel(30, 20, image::Rgb([200, 30, 30])));
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner().into()
}

async fn added(app: &App, who: &Actor) -> Image {
    add(&app.assist, who, picture(ImageFormat::Png)).await.unwrap()
}

async fn count(app: &App) -> u64 {
    article_image::Entity::find().count(&*app.db).await.unwrap()
}

/// What is said of which field.
fn said<T>(result: Result<T, Error>) -> (String, String) {
    match result.map(|_| ()).unwrap_err() {
        Error::Invalid(errors) => (errors[0].field.clone(), errors[0].message.clone()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_image_is_kept_by_its_bytes_and_shown_to_everybody() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    for (format, extension, content_type) in [
        (ImageFormat::Png, "png", "image/png"),
        (ImageFormat::Jpeg, "jpg", "image/jpeg"),
        (ImageFormat::Gif, "gif", "image/gif"),
        (ImageFormat::WebP, "webp", "image/webp"),
    ] {
        let image = add(&app.assist, &ann, picture(format)).await.unwrap();
        assert_eq!((image.width, image.height), (Some(30), Some(20)));
        let (id, ending) = image.name.split_once('.').unwrap();
        assert_eq!(ending, extension);
        assert_eq!(Uuid::parse_str(id).unwrap().to_string(), id);
        let opened = open(&app.assist, &image.name).await.unwrap();
        assert_eq!(opened.content_type, content_type);
        assert_eq!(media::sniff(&opened.bytes).unwrap().content_type(), content_type);
        let upper = image.name.to_uppercase();
        let simple = image.name.replace('-', "");
        let other = format!("{id}.{}", if extension == "png" { "gif" } else { "png" });
        let path = format!("../help/{}", image.name);
        for wrong in [id, &upper, &simple, &other, &path, "..", "", "x.png", "\0.png"] {
            assert_eq!(code(open(&app.assist, wrong).await), "not_found", "{wrong:?}");
        }
    }
}

#[tokio::test]
async fn images_are_added_by_agents_and_admins_alone() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let refused = add(&app.assist, &alice, picture(ImageFormat::Png)).await;
    assert_eq!(code(refused), "forbidden");
    let boss = app.person("boss", Role::Admin, None).await;
    added(&app, &boss).await;
    assert_eq!(count(&app).await, 1);
}

#[tokio::test]
async fn where_a_picture_was_taken_is_not_kept() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let photo: &[u8] = include_bytes!("../../../../../tests/fixtures/gps.jpg");
    let secret = b"GPS-AND-CAMERA-OF-THE-AUTHOR";
    let tells = |bytes: &[u8]| bytes.windows(secret.len()).any(|window| window == secret);
    assert!(tells(photo));
    let image = add(&app.assist, &ann, photo.into()).await.unwrap();
    let kept = open(&app.assist, &image.name).await.unwrap().bytes;
    assert!(!tells(&kept));
    let row = article_image::Entity::find()
        .one(&*app.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.file_size, kept.len() as i64);
}

#[tokio::test]
async fn what_is_no_image_is_refused_with_the_field_and_the_limit_and_leaves_nothing() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let large = Bytes::from(vec![0; MAX_BYTES + 1]);
    let pdf: &[u8] = include_bytes!("../../../../../tests/fixtures/page.pdf");
    let cut: &[u8] = include_bytes!("../../../../../tests/fixtures/truncated.png");
    let wide: &[u8] = include_bytes!("../../../../../tests/fixtures/wide-50000.png");
    let kinds = "Must be a JPEG, PNG, GIF or WebP image";
    for (bytes, expected) in [
        (Bytes::new(), "File is empty"),
        (large, "Must be at most 5 MiB"),
        (Bytes::from_static(b"<svg onload=alert(1)>"), kinds),
        (pdf.into(), kinds),
        (cut.into(), "Cannot be shown: image is incomplete"),
        (
            wide.into(),
            "Cannot be shown: image is larger than 8192 x 8192 pixels",
        ),
    ] {
        let (field, message) = said(add(&app.assist, &ann, bytes).await);
        assert_eq!((field.as_str(), message.as_str()), ("file", expected));
    }
    assert_eq!(count(&app).await, 0);
    assert!(app.files.page("", 10).await.unwrap().files.is_empty());
}

#[tokio::test]
async fn there_are_a_thousand_images_at_most() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let (id, now) = if app.db.is_sqlite() {
        ("randomblob(16)", "'2026-01-01T00:00:00+00:00'")
    } else {
        ("gen_random_uuid()", "timestamptz '2026-01-01T00:00:00Z'")
    };
    let sql = format!(
        "INSERT INTO bot_article_image (id, key, content_type, file_size, created_by, created_at) \
         WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {}) \
         SELECT {id}, 'help/' || i, 'image/png', 1, {}, {now} FROM s",
        MAX_IMAGES - 1,
        ann.id,
    );
    app.db.execute_unprepared(&sql).await.unwrap();
    added(&app, &ann).await;
    let refused = add(&app.assist, &ann, picture(ImageFormat::Png)).await;
    let Err(Error::Conflict { code, field, detail }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!((code, field), ("too_many_images", Some("file")));
    assert!(detail.contains("1000 images at most"), "{detail}");
    let first = purge_unnamed(&app.assist, DAY).await.unwrap();
    let second = purge_unnamed(&app.assist, DAY).await.unwrap();
    assert_eq!((first, second), (500, 499), "at most 500 a run");
    added(&app, &ann).await;
}

#[tokio::test]
async fn a_store_that_is_away_leaves_no_row_and_shows_nothing() {
    let place = Place::new().await;
    let stub = platform::testing_s3::serve_s3(place.dir.path(), "bucket").await;
    let app = place.core_on_s3(Clock::System, &stub, "bucket").await;
    let ann = person(&app, "ann", Role::Agent, None).await;
    let image = added(&app, &ann).await;
    assert!(open(&app.assist, &image.name).await.is_ok());
    drop(stub);
    let refused = add(&app.assist, &ann, picture(ImageFormat::Png)).await;
    assert_eq!(code(refused), "unavailable");
    assert_eq!(count(&app).await, 1, "the first alone");
    assert_eq!(code(open(&app.assist, &image.name).await), "unavailable");
    assert_eq!(
        code(open(&app.assist, &format!("{}.png", Uuid::now_v7())).await),
        "not_found",
        "nobody asks the store for what is not there"
    );
}

/// Runs the hourly job.
async fn keep_house(app: &App) {
    job_store::enqueue(app, &Job::PurgeOrphans).await.unwrap();
    assert!(run_job(app, newest_job(app, "purge_orphans").await).await);
}

#[tokio::test]
async fn an_image_goes_after_a_day_where_no_text_no_draft_and_no_version_names_it() {
    let app = TestApp::builder().fixed_clock().start().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let mut images = Vec::new();
    for _ in 0..5 {
        images.push(added(&app, &ann).await.name);
    }
    let [text, draft, version, relative, nobodys] = [0, 1, 2, 3, 4].map(|n: usize| images[n].clone());
    let shows = |name: &str| format!("See \"this\":\n\n![a \\ b](/help/images/{name} \"t\")");
    let row = add_article(&app, &ann, article("One", &shows(&version)))
        .await
        .unwrap();
    let said_now = article("One", &shows(&text));
    knowledge::replace(&app.assist, &ann, row.id, said_now)
        .await
        .unwrap();
    let content = Content {
        title: "One".into(),
        body: shows(&draft),
        tags: Vec::new(),
        category: None,
        questions: Vec::new(),
    };
    knowledge::save_draft(&app.assist, &ann, row.id, content)
        .await
        .unwrap();
    let beside = article("Two", &format!("![x](images/{relative})"));
    let other = add_article(&app, &ann, beside).await.unwrap();
    add_article(&app, &ann, article("Three", "images/ and images/none.png"))
        .await
        .unwrap();

    keep_house(&app).await;
    assert_eq!(count(&app).await, 5, "they are young");
    app.clock.advance(DAY + Duration::seconds(1));
    let young = added(&app, &ann).await.name;
    keep_house(&app).await;
    for (name, expected) in [
        (&text, "ok"),
        (&draft, "ok"),
        (&version, "ok"),
        (&relative, "ok"),
        (&young, "ok"),
        (&nobodys, "not_found"),
    ] {
        assert_eq!(code(open(&app.assist, name).await), expected, "{name}");
    }
    assert!(!app.files.exists(&format!("help/{nobodys}")).await.unwrap());
    knowledge::remove(&app.assist, &ann, other.id).await.unwrap();
    keep_house(&app).await;
    assert_eq!(
        code(open(&app.assist, &relative).await),
        "not_found",
        "its article is gone"
    );
}

#[tokio::test]
async fn an_image_keeps_its_row_until_its_bytes_are_gone() {
    let place = Place::new().await;
    let stub = platform::testing_s3::serve_s3(place.dir.path(), "bucket").await;
    let clock = Clock::fixed(Clock::System.now());
    let app = place.core_on_s3(clock.clone(), &stub, "bucket").await;
    let ann = person(&app, "ann", Role::Agent, None).await;
    added(&app, &ann).await;
    clock.advance(DAY + Duration::seconds(1));
    drop(stub);
    assert_eq!(code(purge_unnamed(&app.assist, DAY).await), "unavailable");
    assert_eq!(count(&app).await, 1);
}

#[tokio::test]
async fn who_compares_attachments_with_the_store_leaves_images_alone() {
    let app = TestApp::builder().fixed_clock().start().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let image = added(&app, &ann).await;
    app.clock.advance(DAY + DAY);
    let long = std::time::Duration::from_secs(60);
    let found = reconcile_files(&app, DAY, long).await.unwrap();
    assert_eq!((found.seen, found.strays, found.missing), (0, 0, 0));
    assert!(open(&app.assist, &image.name).await.is_ok());
}
