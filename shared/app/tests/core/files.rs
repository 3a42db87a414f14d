//! Files: nothing is stored or handed out with its metadata, links end with the right to see, and store and table agree.

use crate::attachments::{attach, link, work};
use crate::messages::delete;
use crate::support::*;
use crate::writer::picture;
use accounts::users::Named;
use app::App;
use app::testing::{Place, TestApp, person};
use bytes::Bytes;
use chat::attachments::{Reconciled, Upload, get, purge_orphans, reconcile_files, upload};
use chat::participants;
use entity::AttachmentId;
use entity::attachment::State;
use entity::user::Role;
use kernel::clock::Clock;
use sea_orm::ConnectionTrait;
use std::time::Duration;
use uuid::Uuid;

const AGE: chrono::Duration = chrono::Duration::hours(24);
const LONG: Duration = Duration::from_secs(60);

fn original(id: AttachmentId) -> String {
    format!("{}/original", id.0.simple())
}

#[tokio::test]
async fn where_a_photo_was_taken_never_reaches_the_store() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let photo: &[u8] = include_bytes!("../../../../tests/fixtures/gps.jpg");
    let secret = b"GPS-AND-CAMERA-OF-THE-AUTHOR";
    let tells = |bytes: &[u8]| bytes.windows(secret.len()).any(|window| window == secret);
    assert!(tells(photo));
    let command = Upload {
        file_name: "me.jpg".into(),
        bytes: photo.into(),
        conversation: None,
    };
    let file = upload(&app, &alice, command).await.unwrap();
    // no job has run
    let stored = app.files.get(&original(file.id)).await.unwrap();
    assert!(!tells(&stored));
    assert_eq!(file.file_size, stored.len() as i64);
    let signed = link(&app, file.id, None, Some(alice.id));
    assert_eq!(code(signed.open(&app).await), "not_found", "not checked yet");
    work(&app, file.id).await;
    assert_eq!(
        signed.open(&app).await.unwrap().bytes,
        stored,
        "the worker found nothing to remove"
    );
}

#[tokio::test]
async fn a_readers_link_ends_with_their_part_in_the_conversation() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.user("alice").await, app.user("bob").await);
    let admin = app.person("boss", Role::Admin, None).await;
    let place = group(&app, &alice, &[&bob]).await;
    let file = upload(&app, &alice, picture("x.gif")).await.unwrap().id;
    work(&app, file).await;
    let message = attach(&app, &alice, place, file).await.unwrap().message.id;
    let [for_bob, for_alice, for_admin, for_stranger] =
        [bob.id, alice.id, admin.id, app.user("eve").await.id]
            .map(|reader| link(&app, file, Some(message), Some(reader)));
    for good in [&for_bob, &for_alice, &for_admin] {
        assert!(good.open(&app).await.is_ok());
    }
    assert_eq!(code(for_stranger.open(&app).await), "forbidden");
    assert_eq!(
        code(link(&app, file, None, None).open(&app).await),
        "forbidden",
        "bound to nothing"
    );
    let elsewhere = say(&app, &alice, place, "another message").await.id;
    assert_eq!(
        code(link(&app, file, Some(elsewhere), Some(bob.id)).open(&app).await),
        "forbidden"
    );

    participants::remove(&app, &alice, place, &Named::Id(bob.id))
        .await
        .unwrap();
    assert_eq!(code(for_bob.open(&app).await), "forbidden");
    let renewed = link(&app, file, None, Some(bob.id));
    assert_eq!(code(renewed.open(&app).await), "forbidden");
    assert!(for_alice.open(&app).await.is_ok());
    assert!(for_admin.open(&app).await.is_ok());
    let disable = accounts::users::UpdateUser {
        is_disabled: Some(true),
        ..Default::default()
    };
    accounts::users::change(&app, &admin, alice.id, disable)
        .await
        .unwrap();
    assert_eq!(code(for_alice.open(&app).await), "forbidden");
}

#[tokio::test]
async fn a_frames_link_ends_when_anybody_leaves_and_every_link_with_its_message() {
    let app = TestApp::builder().fixed_clock().start().await;
    let alice = person(&app, "alice", Role::User, None).await;
    let bob = person(&app, "bob", Role::User, None).await;
    let id = group(&app, &alice, &[&bob]).await;
    let file = upload(&app, &alice, picture("x.gif")).await.unwrap().id;
    work(&app, file).await;
    let message = attach(&app, &alice, id, file).await.unwrap().message.id;
    let before = link(&app, file, Some(message), None);
    assert!(before.open(&app).await.is_ok());
    app.clock.advance(chrono::Duration::seconds(2));
    participants::remove(&app, &alice, id, &Named::Id(bob.id))
        .await
        .unwrap();
    assert_eq!(code(before.open(&app).await), "forbidden");
    app.clock.advance(chrono::Duration::seconds(2));
    let after = link(&app, file, Some(message), None);
    assert!(after.open(&app).await.is_ok(), "those who stayed");
    let renewed = link(&app, file, None, Some(alice.id));
    assert!(renewed.open(&app).await.is_ok());
    let read = link(&app, file, Some(message), Some(alice.id));
    delete(&app, &alice, message).await.unwrap();
    for dead in [&after, &read] {
        assert_eq!(code(dead.open(&app).await), "forbidden");
    }
}

/// What a server that crashed, a database that was put back, and a store that lost a file leave.
async fn store_and_table_agree_again(app: &App, clock: &Clock) {
    let alice = person(app, "alice", Role::User, None).await;
    let id = group(app, &alice, &[]).await;
    let (mut kept, mut lost) = (Vec::new(), Vec::new());
    for n in 0..4 {
        let file = upload(app, &alice, picture("x.gif")).await.unwrap().id;
        work(app, file).await;
        attach(app, &alice, id, file).await.unwrap();
        if n == 1 {
            app.files.delete(&original(file)).await.unwrap();
            app.files
                .delete(&format!("{}/thumbnail", file.0.simple()))
                .await
                .unwrap();
            lost.push(file);
        } else {
            kept.push(file);
        }
    }
    let stray = AttachmentId(Uuid::now_v7());
    let strays = [original(stray), format!("{}/thumbnail", stray.0.simple())];
    let others = ["theirs/original", "0192f0c1/x"];
    for key in strays.iter().map(String::as_str).chain(others) {
        app.files.put(key, Bytes::from_static(b"x")).await.unwrap();
    }
    let young = reconcile_files(app, AGE, LONG).await.unwrap();
    assert_eq!((young.strays, young.missing, young.complete), (0, 0, true));

    clock.advance(AGE + chrono::Duration::hours(1));
    // in the making: its row is there, and was there before its bytes
    let new = upload(app, &alice, picture("x.gif")).await.unwrap().id;
    let found = reconcile_files(app, AGE, LONG).await.unwrap();
    let expected = Reconciled {
        seen: 6 + 2 + 1,
        strays: 2,
        missing: 1,
        unfinished: found.unfinished,
        complete: true,
    };
    assert_eq!(found, expected);
    for key in &strays {
        assert!(!app.files.exists(key).await.unwrap(), "{key}");
    }
    for key in others
        .into_iter()
        .map(str::to_owned)
        .chain(kept.iter().map(|id| original(*id)))
    {
        assert!(app.files.exists(&key).await.unwrap(), "{key}");
    }
    assert!(app.files.exists(&original(new)).await.unwrap());
    let reported = get(app, &alice, lost[0]).await.unwrap();
    assert_eq!(reported.state, State::Ready, "it is reported and left alone");
    let again = reconcile_files(app, AGE, Duration::ZERO).await.unwrap();
    assert_eq!((again.strays, again.missing), (0, 1));
}

#[tokio::test]
async fn files_without_a_row_are_deleted_and_rows_without_a_file_reported_in_a_directory() {
    let app = TestApp::builder().fixed_clock().start().await;
    store_and_table_agree_again(&app, &app.clock).await;
}

#[tokio::test]
async fn files_without_a_row_are_deleted_and_rows_without_a_file_reported_in_a_bucket() {
    let place = Place::new().await;
    let stub = platform::testing_s3::serve_s3(place.dir.path(), "bucket").await;
    let clock = Clock::fixed(Clock::System.now());
    let app = place.core_on_s3(clock.clone(), &stub, "bucket").await;
    store_and_table_agree_again(&app, &clock).await;
}

#[tokio::test]
async fn a_store_of_another_installation_is_left_alone() {
    let app = TestApp::builder().fixed_clock().start().await;
    let keys: Vec<_> = (0..60).map(|_| original(AttachmentId(Uuid::now_v7()))).collect();
    for key in &keys {
        app.files.put(key, Bytes::from_static(b"x")).await.unwrap();
    }
    app.clock.advance(AGE + chrono::Duration::hours(1));
    let found = reconcile_files(&app, AGE, LONG).await.unwrap();
    assert_eq!((found.seen, found.strays), (60, 0));
    assert!(app.files.exists(&keys[0]).await.unwrap());
}

#[tokio::test]
async fn an_upload_whose_row_cannot_be_written_leaves_nothing_in_the_store() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let rename = |from: &str, to: &str| format!("ALTER TABLE {from} RENAME TO {to}");
    app.db
        .execute_unprepared(&rename("chat_attachment", "away"))
        .await
        .unwrap();
    assert_ne!(code(upload(&app, &alice, picture("x.gif")).await), "ok");
    assert!(app.files.page("", 10).await.unwrap().files.is_empty());
    app.db
        .execute_unprepared(&rename("away", "chat_attachment"))
        .await
        .unwrap();
    assert!(upload(&app, &alice, picture("x.gif")).await.is_ok());
}

#[tokio::test]
async fn an_orphan_keeps_its_row_until_its_bytes_are_gone() {
    let place = Place::new().await;
    let stub = platform::testing_s3::serve_s3(place.dir.path(), "bucket").await;
    let clock = Clock::fixed(Clock::System.now());
    let app = place.core_on_s3(clock.clone(), &stub, "bucket").await;
    let alice = person(&app, "alice", Role::User, None).await;
    let id = group(&app, &alice, &[]).await;
    let file = upload(&app, &alice, picture("x.gif")).await.unwrap().id;
    clock.advance(AGE + chrono::Duration::hours(1));
    drop(stub);
    assert_eq!(code(purge_orphans(&app, AGE).await), "unavailable");
    let left = get(&app, &alice, file).await.unwrap();
    assert_eq!(left.state, State::Rejected, "no message can take it any more");
    assert_eq!(code(attach(&app, &alice, id, file).await), "validation_error");
}
