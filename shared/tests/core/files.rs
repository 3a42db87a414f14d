//! Files: nothing is stored or handed out with its metadata, links end with the right to see, and store and table agree.

use crate::attachments::{attach, link, work};
use crate::messages::delete;
use crate::support::*;
use crate::writer::picture;
use bytes::Bytes;
use kernel::clock::Clock;
use sea_orm::ConnectionTrait;
use shared::attachments::{Reconciled, Upload, get, purge_orphans, reconcile_files, upload};
use shared::core::Core;
use shared::entity::AttachmentId;
use shared::entity::attachment::State;
use shared::entity::user::Role;
use shared::participants;
use shared::testing::{Place, TestCore, person};
use shared::users::Named;
use std::time::Duration;
use uuid::Uuid;

const AGE: chrono::Duration = chrono::Duration::hours(24);
const LONG: Duration = Duration::from_secs(60);

fn original(id: AttachmentId) -> String {
    format!("{}/original", id.0.simple())
}

#[tokio::test]
async fn where_a_photo_was_taken_never_reaches_the_store() {
    let core = TestCore::new().await;
    let alice = core.user("alice").await;
    let photo: &[u8] = include_bytes!("../../../tests/fixtures/gps.jpg");
    let secret = b"GPS-AND-CAMERA-OF-THE-AUTHOR";
    let tells = |bytes: &[u8]| bytes.windows(secret.len()).any(|window| window == secret);
    assert!(tells(photo));
    let command = Upload {
        file_name: "me.jpg".into(),
        bytes: photo.into(),
        conversation: None,
    };
    let file = upload(&core, &alice, command).await.unwrap();
    // no job has run
    let stored = core.files.get(&original(file.id)).await.unwrap();
    assert!(!tells(&stored));
    assert_eq!(file.file_size, stored.len() as i64);
    let signed = link(&core, file.id, None, Some(alice.id));
    assert_eq!(code(signed.open(&core).await), "not_found", "not checked yet");
    work(&core, file.id).await;
    assert_eq!(
        signed.open(&core).await.unwrap().bytes,
        stored,
        "the worker found nothing to remove"
    );
}

#[tokio::test]
async fn a_readers_link_ends_with_their_part_in_the_conversation() {
    let core = TestCore::new().await;
    let (alice, bob) = (core.user("alice").await, core.user("bob").await);
    let admin = core.person("boss", Role::Admin, None).await;
    let place = group(&core, &alice, &[&bob]).await;
    let file = upload(&core, &alice, picture("x.gif")).await.unwrap().id;
    work(&core, file).await;
    let message = attach(&core, &alice, place, file).await.unwrap().message.id;
    let [for_bob, for_alice, for_admin, for_stranger] =
        [bob.id, alice.id, admin.id, core.user("eve").await.id]
            .map(|reader| link(&core, file, Some(message), Some(reader)));
    for good in [&for_bob, &for_alice, &for_admin] {
        assert!(good.open(&core).await.is_ok());
    }
    assert_eq!(code(for_stranger.open(&core).await), "forbidden");
    assert_eq!(
        code(link(&core, file, None, None).open(&core).await),
        "forbidden",
        "bound to nothing"
    );
    let elsewhere = say(&core, &alice, place, "another message").await.id;
    assert_eq!(
        code(link(&core, file, Some(elsewhere), Some(bob.id)).open(&core).await),
        "forbidden"
    );

    participants::remove(&core, &alice, place, &Named::Id(bob.id))
        .await
        .unwrap();
    assert_eq!(code(for_bob.open(&core).await), "forbidden");
    let renewed = link(&core, file, None, Some(bob.id));
    assert_eq!(code(renewed.open(&core).await), "forbidden");
    assert!(for_alice.open(&core).await.is_ok());
    assert!(for_admin.open(&core).await.is_ok());
    let disable = shared::users::UpdateUser {
        is_disabled: Some(true),
        ..Default::default()
    };
    shared::users::change(&core, &admin, alice.id, disable)
        .await
        .unwrap();
    assert_eq!(code(for_alice.open(&core).await), "forbidden");
}

#[tokio::test]
async fn a_frames_link_ends_when_anybody_leaves_and_every_link_with_its_message() {
    let place = Place::new().await;
    let clock = Clock::fixed(Clock::System.now());
    let core = place.core(clock.clone(), &[]).await;
    let alice = person(&core, "alice", Role::User, None).await;
    let bob = person(&core, "bob", Role::User, None).await;
    let id = group(&core, &alice, &[&bob]).await;
    let file = upload(&core, &alice, picture("x.gif")).await.unwrap().id;
    work(&core, file).await;
    let message = attach(&core, &alice, id, file).await.unwrap().message.id;
    let before = link(&core, file, Some(message), None);
    assert!(before.open(&core).await.is_ok());
    clock.advance(chrono::Duration::seconds(2));
    participants::remove(&core, &alice, id, &Named::Id(bob.id))
        .await
        .unwrap();
    assert_eq!(code(before.open(&core).await), "forbidden");
    clock.advance(chrono::Duration::seconds(2));
    let after = link(&core, file, Some(message), None);
    assert!(after.open(&core).await.is_ok(), "those who stayed");
    let renewed = link(&core, file, None, Some(alice.id));
    assert!(renewed.open(&core).await.is_ok());
    let read = link(&core, file, Some(message), Some(alice.id));
    delete(&core, &alice, message).await.unwrap();
    for dead in [&after, &read] {
        assert_eq!(code(dead.open(&core).await), "forbidden");
    }
}

/// What a server that crashed, a database that was put back, and a store that lost a file leave.
async fn store_and_table_agree_again(core: &Core, clock: &Clock) {
    let alice = person(core, "alice", Role::User, None).await;
    let id = group(core, &alice, &[]).await;
    let (mut kept, mut lost) = (Vec::new(), Vec::new());
    for n in 0..4 {
        let file = upload(core, &alice, picture("x.gif")).await.unwrap().id;
        work(core, file).await;
        attach(core, &alice, id, file).await.unwrap();
        if n == 1 {
            core.files.delete(&original(file)).await.unwrap();
            core.files
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
        core.files.put(key, Bytes::from_static(b"x")).await.unwrap();
    }
    let young = reconcile_files(core, AGE, LONG).await.unwrap();
    assert_eq!((young.strays, young.missing, young.complete), (0, 0, true));

    clock.advance(AGE + chrono::Duration::hours(1));
    // in the making: its row is there, and was there before its bytes
    let new = upload(core, &alice, picture("x.gif")).await.unwrap().id;
    let found = reconcile_files(core, AGE, LONG).await.unwrap();
    let expected = Reconciled {
        seen: 6 + 2 + 1,
        strays: 2,
        missing: 1,
        unfinished: found.unfinished,
        complete: true,
    };
    assert_eq!(found, expected);
    for key in &strays {
        assert!(!core.files.exists(key).await.unwrap(), "{key}");
    }
    for key in others
        .into_iter()
        .map(str::to_owned)
        .chain(kept.iter().map(|id| original(*id)))
    {
        assert!(core.files.exists(&key).await.unwrap(), "{key}");
    }
    assert!(core.files.exists(&original(new)).await.unwrap());
    let reported = get(core, &alice, lost[0]).await.unwrap();
    assert_eq!(reported.state, State::Ready, "it is reported and left alone");
    let again = reconcile_files(core, AGE, Duration::ZERO).await.unwrap();
    assert_eq!((again.strays, again.missing), (0, 1));
}

#[tokio::test]
async fn files_without_a_row_are_deleted_and_rows_without_a_file_reported_in_a_directory() {
    let place = Place::new().await;
    let clock = Clock::fixed(Clock::System.now());
    let core = place.core(clock.clone(), &[]).await;
    store_and_table_agree_again(&core, &clock).await;
}

#[tokio::test]
async fn files_without_a_row_are_deleted_and_rows_without_a_file_reported_in_a_bucket() {
    let place = Place::new().await;
    let stub = platform::testing_s3::serve_s3(place.dir.path(), "bucket").await;
    let clock = Clock::fixed(Clock::System.now());
    let core = place.core_on_s3(clock.clone(), &stub, "bucket").await;
    store_and_table_agree_again(&core, &clock).await;
}

#[tokio::test]
async fn a_store_of_another_installation_is_left_alone() {
    let place = Place::new().await;
    let clock = Clock::fixed(Clock::System.now());
    let core = place.core(clock.clone(), &[]).await;
    let keys: Vec<_> = (0..60).map(|_| original(AttachmentId(Uuid::now_v7()))).collect();
    for key in &keys {
        core.files.put(key, Bytes::from_static(b"x")).await.unwrap();
    }
    clock.advance(AGE + chrono::Duration::hours(1));
    let found = reconcile_files(&core, AGE, LONG).await.unwrap();
    assert_eq!((found.seen, found.strays), (60, 0));
    assert!(core.files.exists(&keys[0]).await.unwrap());
}

#[tokio::test]
async fn an_upload_whose_row_cannot_be_written_leaves_nothing_in_the_store() {
    let core = TestCore::new().await;
    let alice = core.user("alice").await;
    let rename = |from: &str, to: &str| format!("ALTER TABLE {from} RENAME TO {to}");
    core.db
        .execute_unprepared(&rename("chat_attachment", "away"))
        .await
        .unwrap();
    assert_ne!(code(upload(&core, &alice, picture("x.gif")).await), "ok");
    assert!(core.files.page("", 10).await.unwrap().files.is_empty());
    core.db
        .execute_unprepared(&rename("away", "chat_attachment"))
        .await
        .unwrap();
    assert!(upload(&core, &alice, picture("x.gif")).await.is_ok());
}

#[tokio::test]
async fn an_orphan_keeps_its_row_until_its_bytes_are_gone() {
    let place = Place::new().await;
    let stub = platform::testing_s3::serve_s3(place.dir.path(), "bucket").await;
    let clock = Clock::fixed(Clock::System.now());
    let core = place.core_on_s3(clock.clone(), &stub, "bucket").await;
    let alice = person(&core, "alice", Role::User, None).await;
    let id = group(&core, &alice, &[]).await;
    let file = upload(&core, &alice, picture("x.gif")).await.unwrap().id;
    clock.advance(AGE + chrono::Duration::hours(1));
    drop(stub);
    assert_eq!(code(purge_orphans(&core, AGE).await), "unavailable");
    let left = get(&core, &alice, file).await.unwrap();
    assert_eq!(left.state, State::Rejected, "no message can take it any more");
    assert_eq!(code(attach(&core, &alice, id, file).await), "validation_error");
}
