//! Articles from files.

use super::{asked, nearly_full};
use crate::support::*;
use app::App;
use app::testing::TestApp;
use assist::knowledge;
use assist::knowledge::import::{self, Imported, Options, files};
use entity::article::{self, Status};
use entity::user::Role;
use kernel::actor::Actor;
use sea_orm::{EntityTrait, QueryOrder};
use std::io::{Cursor, Write};

const PARKING: &str = "---\ntitle: Zeppelin parking\ncategory: Parking\ntags: zeppelin, mast\nquestions:\n\
    - Where do I park my zeppelin?\n---\n\nPark your zeppelin at mast one.\n";
pub(super) const PUBLISH: Options = Options {
    status: Some(Status::Published),
    update: true,
};

/// A ZIP of these files.
pub(super) fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(super) async fn take(app: &App, who: &Actor, name: &str, bytes: &[u8], options: Options) -> Imported {
    let batch = files::read(name, bytes).unwrap();
    import::import(&app.assist, who, batch, options).await.unwrap()
}

/// What an import did, and its problems as `file:line field`.
pub(super) fn summary(imported: &Imported) -> (u64, u64, u64, Vec<String>) {
    let problems = imported.problems.iter().map(|problem| {
        let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("{}{line} {}", problem.file, problem.field)
    });
    (
        imported.added,
        imported.updated,
        imported.skipped,
        problems.collect(),
    )
}

/// All articles, newest first.
pub(super) async fn all(app: &App) -> Vec<article::Model> {
    let newest_first = article::Entity::find().order_by_desc(article::Column::Id);
    newest_first.all(&*app.db).await.unwrap()
}

#[tokio::test]
async fn a_markdown_file_becomes_a_draft_unless_it_or_its_importer_says_otherwise() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let first = take(
        &app,
        &ann,
        "zeppelin-parking.md",
        PARKING.as_bytes(),
        Options::default(),
    )
    .await;
    assert_eq!(summary(&first), (1, 0, 0, vec![]));
    let row = all(&app).await.remove(0);
    assert_eq!(
        (row.slug.as_str(), row.status),
        ("zeppelin-parking", Status::Draft)
    );
    assert_eq!(
        (row.title.as_str(), row.category.as_deref()),
        ("Zeppelin parking", Some("Parking"))
    );
    assert_eq!(
        (row.tags, row.created_by),
        (serde_json::json!(["zeppelin", "mast"]), ann.id)
    );
    // without a word about it, what is there stays
    let again = take(
        &app,
        &ann,
        "zeppelin-parking.md",
        b"# Other\n\ntext",
        Options::default(),
    )
    .await;
    assert_eq!(summary(&again), (0, 0, 1, vec![]));
    let published = take(&app, &ann, "zeppelin-parking.md", PARKING.as_bytes(), PUBLISH).await;
    assert_eq!(summary(&published), (0, 1, 0, vec![]));
    assert!(
        asked(&app, "Where do I park my zeppelin?")
            .await
            .contains("mast one")
    );
    let same = take(&app, &ann, "zeppelin-parking.md", PARKING.as_bytes(), PUBLISH).await;
    assert_eq!(summary(&same), (0, 0, 1, vec![]), "it says the same already");
    let update = Options {
        status: None,
        update: true,
    };
    let other = PARKING.replace("one", "two");
    let changed = take(&app, &ann, "zeppelin-parking.md", other.as_bytes(), update).await;
    assert_eq!(summary(&changed), (0, 1, 0, vec![]));
    let row = all(&app).await.remove(0);
    assert_eq!(
        (row.version, row.status),
        (2, Status::Published),
        "a published one stays published"
    );
    assert_eq!(
        knowledge::versions(&app.assist, &ann, row.id)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn of_a_zip_the_good_files_are_taken_and_each_bad_one_is_named() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let long: String = (0..32_000).map(|n| format!("{n:05} ")).collect();
    let zeros = "0".repeat(1024 * 1024);
    let bytes = zip(&[
        ("help/parking.md", PARKING),
        ("help/plain.markdown", "# A heading\n\nIts text."),
        ("help/", ""),
        ("__MACOSX/help/._parking.md", "x"),
        ("help/.hidden.md", "x"),
        ("help/picture.png", "x"),
        ("help/long.md", &long),
        ("help/bomb.md", &zeros),
        ("help/empty.md", "---\ntitle: Empty\n---\n"),
        ("help/status.md", "---\ntitle: a\nstatus: secret\n---\nx"),
        ("help/open.md", "---\ntitle: a\n"),
        ("help/locale.md", "---\nlocale: no tag\n---\nx"),
        ("help/url.md", "---\nurl: javascript:alert(1)\n---\nx"),
        ("other/parking.md", "Another of this name."),
        ("../../etc/passwd.md", "A name is only a name."),
        ("help/???.md", "x"),
        ("help/lost.md", "---\ntranslation_of: nowhere\n---\nx"),
    ]);
    let imported = take(&app, &ann, "help.ZIP", &bytes, Options::default()).await;
    let mut slugs: Vec<_> = all(&app).await.into_iter().map(|row| row.slug).collect();
    slugs.sort_unstable();
    assert_eq!(slugs, ["lost", "parking", "passwd", "plain"]);
    let (added, updated, skipped, mut problems) = summary(&imported);
    problems.sort_unstable();
    assert_eq!((added, updated, skipped), (4, 0, 0));
    assert_eq!(
        problems,
        [
            "help/???.md slug",
            "help/bomb.md file",
            "help/empty.md body",
            "help/locale.md locale",
            "help/long.md body",
            "help/lost.md translation_of",
            "help/open.md:1 front matter",
            "help/picture.png file",
            "help/status.md:3 status",
            "help/url.md url",
            "other/parking.md slug",
        ]
    );
    let told = imported
        .problems
        .iter()
        .find(|problem| problem.file == "help/long.md")
        .unwrap();
    assert_eq!(told.message, "Must be at most 20000 characters, has 191999");
}

#[tokio::test]
async fn a_csv_says_what_its_columns_say_and_each_bad_row_is_named_by_its_line() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let table = "\u{feff}Title,body,slug,tags,questions,status,author\r\n\
        Parking,\"Park at \"\"mast one\"\".\r\n\r\nOr two.\",parking,\"a, b\",\"Where?\r\nWhen?\",published,Eve\r\n\
        \r\n\
        Hours,Nine to five,,,,,\r\n\
        Short,row\r\n\
        ,no title,,,,,\r\n\
        Bad,state,,,,secret,\r\n\
        Bad,slug,A B,,,,\r\n\
        Hours,Again,,,,,";
    let imported = take(&app, &ann, "help.csv", table.as_bytes(), Options::default()).await;
    assert_eq!(
        summary(&imported),
        (
            2,
            0,
            0,
            vec![
                "help.csv:1 author".to_owned(),
                "help.csv:8 file".into(),
                "help.csv:9 title".into(),
                "help.csv:10 status".into(),
                "help.csv:11 slug".into(),
                "help.csv:12 slug".into(),
            ]
        )
    );
    let rows = all(&app).await;
    let parking = rows.iter().find(|row| row.slug == "parking").unwrap();
    assert_eq!(parking.body, "Park at \"mast one\".\n\nOr two.");
    assert_eq!(parking.tags, serde_json::json!(["a", "b"]));
    assert_eq!(parking.questions, serde_json::json!(["Where?", "When?"]));
    assert_eq!(parking.status, Status::Published);
    assert!(
        rows.iter()
            .any(|row| row.slug == "hours" && row.status == Status::Draft)
    );
    let semicolons = "title;body\nA, b;Text";
    let imported = take(&app, &ann, "x.csv", semicolons.as_bytes(), Options::default()).await;
    assert_eq!(summary(&imported), (1, 0, 0, vec![]));
}

#[test]
fn a_file_that_cannot_be_read_at_all_says_why() {
    let many: Vec<String> = (0..=files::MAX_ENTRIES).map(|n| format!("{n}.md")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "")).collect();
    let rows = format!("title,body\n{}", "a,b\n".repeat(files::MAX_ENTRIES + 1));
    let wide = format!("title,body{}\n", ",x".repeat(200));
    for (name, bytes, why) in [
        (
            "a.txt",
            b"x".to_vec(),
            "Must be Markdown (.md), a ZIP of it (.zip) or a table (.csv)",
        ),
        ("a", b"x".to_vec(), "Must be Markdown"),
        ("a.md", vec![b'x'; files::MAX_FILE + 1], "Must be at most 20 MiB"),
        ("a.zip", b"PK nonsense".to_vec(), "Is no ZIP that can be read"),
        ("a.zip", zip(&[("a.txt", "x")]), "Holds no Markdown file"),
        ("a.zip", zip(&many), "Must hold at most 10000 files"),
        ("a.csv", vec![0xff, 0xfe], "UTF-8"),
        ("a.csv", Vec::new(), "Has no column title"),
        (
            "a.csv",
            b"title,text\na,b".to_vec(),
            "Has no column body: its first line must name the columns, of title, body",
        ),
        (
            "a.csv",
            b"title,body,title\na,b,c".to_vec(),
            "Has the column title twice",
        ),
        ("a.csv", rows.into_bytes(), "Must have at most 10000 rows"),
        ("a.csv", wide.into_bytes(), "at most 100 values"),
    ] {
        match files::read(name, &bytes) {
            Err(kernel::error::Error::Invalid(errors)) => {
                assert_eq!(errors[0].field, "file");
                assert!(errors[0].message.contains(why), "{name}: {}", errors[0].message);
            }
            other => panic!("{name}, {why}: {other:?}"),
        }
    }
    let latin = files::read("a.md", &[0xe9, b'\n']).unwrap();
    assert!(latin.is_empty());
}

#[tokio::test]
async fn a_folder_is_read_with_its_folders_and_without_what_is_hidden() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let folder = app.place.dir.path().join("articles");
    for (name, text) in [
        ("b.md", "# B\n\nText of b."),
        ("sub/deep/a.md", PARKING),
        ("sub/notes.txt", "not an article"),
        (".git/c.md", "hidden"),
    ] {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let batch = files::folder(&folder).unwrap();
    assert_eq!(batch.len(), 2);
    let imported = import::import(&app.assist, &ann, batch, Options::default())
        .await
        .unwrap();
    assert_eq!(summary(&imported), (2, 0, 0, vec![]));
    assert!(files::folder(&folder.join("nowhere")).is_err());
    let empty = folder.join("empty");
    std::fs::create_dir(&empty).unwrap();
    assert_eq!(detail(files::folder(&empty)), "Holds no Markdown file (.md)");
}

#[tokio::test]
async fn what_does_not_fit_any_more_is_told_and_the_rest_is_stored() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    nearly_full(&app, &ann, 2).await;
    let files = [
        ("a.md", "# A\n\na"),
        ("b.md", "# B\n\nb"),
        ("c.md", "# C\n\nc"),
        ("number-1.md", "# D\n\nd"),
    ];
    let imported = take(&app, &ann, "x.zip", &zip(&files), PUBLISH).await;
    assert_eq!(summary(&imported), (2, 1, 0, vec!["c.md file".to_owned()]));
    assert_eq!(
        imported.problems[0].message,
        "There may be 10000 articles at most"
    );
}

#[tokio::test]
async fn a_slug_in_another_language_is_not_replaced_by_one_in_this() {
    let app = TestApp::new().await;
    let ann = app.person("ann", Role::Agent, None).await;
    let german = "---\nlocale: de\n---\n# Zeiten\n\nNeun bis fünf.";
    take(&app, &ann, "hours.md", german.as_bytes(), PUBLISH).await;
    let english = take(&app, &ann, "hours.md", b"# Hours\n\nNine to five.", PUBLISH).await;
    assert_eq!(summary(&english), (0, 0, 0, vec!["hours.md slug".to_owned()]));
    assert_eq!(
        english.problems[0].message,
        "An article in the language de has this slug"
    );
    assert_eq!(all(&app).await[0].title, "Zeiten");
}
