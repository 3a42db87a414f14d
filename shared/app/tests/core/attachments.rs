//! Attachments: uploaded, checked, sent, handed out, cleared away; in a directory and in S3.

use crate::messages::delete;
use crate::support::*;
use crate::writer::picture;
use app::App;
use app::testing::{Place, TestApp, person};
use chat::attachments::{
    self, Attachment, FileBytes, Lasting, Link, Opened, Upload, get, open, process, purge_orphans, upload,
};
use chat::messages::{self, SendMessage};
use entity::attachment::State;
use entity::job::State as JobState;
use entity::user::Role;
use entity::{AttachmentId, ConversationId, MessageId, UserId};
use image::{DynamicImage, ImageFormat, RgbImage};
use kernel::actor::Actor;
use kernel::clock::Clock;
use kernel::event::{Change, Event};
use std::io::Cursor;
use uuid::Uuid;

fn photo(width: u32, height: u32) -> Upload {
    let mut bytes = Cursor::new(Vec::new());
    let image = DynamicImage::from(RgbImage::from_pixel(width, height, image::Rgb([200, 30, 30])));
    image.write_to(&mut bytes, ImageFormat::Png).unwrap();
    Upload {
        file_name: "../..//My photo.png".into(),
        bytes: bytes.into_inner().into(),
        conversation: None,
    }
}

pub async fn attach(
    app: &App,
    who: &Actor,
    id: ConversationId,
    file: AttachmentId,
) -> kernel::error::Result<messages::Sent> {
    let command = SendMessage {
        attachment: Some(file),
        ..SendMessage::default()
    };
    messages::send(app, who, id, command).await
}

pub async fn work(app: &App, file: AttachmentId) {
    process(app, newest_lease(app, "process_attachment").await, file)
        .await
        .expect("processed");
}

/// A signed link, taken apart.
pub struct Signed {
    pub bound: Link,
    pub exp: i64,
    pub sig: String,
}

impl Signed {
    pub async fn open(&self, app: &App) -> kernel::error::Result<FileBytes> {
        match open(app, &self.bound, false, self.exp, &self.sig).await? {
            Opened::File(file) => Ok(file),
            Opened::Processing => Err(kernel::error::Error::NotFound("Checked file".into())),
        }
    }
}

/// A link to a file for somebody who sees it in a message, or for its uploader.
pub fn link(app: &App, file: AttachmentId, message: Option<MessageId>, reader: Option<UserId>) -> Signed {
    let bound = Link {
        file,
        message,
        reader,
        lasting: Lasting::Minutes,
    };
    let query = bound.query(app);
    let value = |name: &str| {
        let pair = query.split('&').find_map(|pair| pair.strip_prefix(name));
        pair.unwrap().to_owned()
    };
    Signed {
        bound,
        exp: value("exp=").parse().unwrap(),
        sig: value("sig="),
    }
}

async fn an_upload_becomes_ready(app: &App) {
    let alice = person(app, "alice", Role::User, None).await;
    let bob = person(app, "bob", Role::User, None).await;
    let id = group(app, &alice, &[&bob]).await;
    let sent = photo(800, 600);
    let size = sent.bytes.len() as i64;
    let file = upload(app, &alice, sent.clone()).await.unwrap();
    assert_eq!(
        (file.state, file.file_size, file.content_type.as_str()),
        (State::Processing, size, "image/png")
    );
    assert!(
        !file.file_name.contains('/') && file.file_name.ends_with(".png"),
        "{}",
        file.file_name
    );
    assert_eq!(code(get(app, &bob, file.id).await), "not_found", "not sent yet");
    let message = attach(app, &alice, id, file.id).await.unwrap().message;
    assert_eq!(
        (message.rev, message.attachment.as_ref().map(|file| file.state)),
        (1, Some(State::Processing))
    );

    let mut events = listen(app);
    work(app, file.id).await;
    let event = heard(&mut events, "the finished file", |event| event.rev().is_some()).await;
    let Event::MessageChanged {
        message,
        change: Change::AttachmentProcessed,
    } = &*event
    else {
        panic!("{event:?}")
    };
    let seen = message.attachment.as_ref().unwrap();
    assert_eq!(
        (message.rev, message.is_edited, seen.state),
        (2, false, State::Ready)
    );
    assert_eq!(
        (seen.width, seen.height, seen.has_thumbnail),
        (Some(800), Some(600), true)
    );
    assert_eq!(&get(app, &bob, file.id).await.unwrap(), seen);
    assert_eq!(jobs(app, "process_attachment").await[0].state, JobState::Done);

    let signed = link(app, file.id, Some(message.id), Some(bob.id));
    let original = signed.open(app).await.unwrap();
    assert_eq!(
        (original.bytes, original.content_type.as_str()),
        (sent.bytes, "image/png")
    );
    let thumbnail = open(app, &signed.bound, true, signed.exp, &signed.sig)
        .await
        .unwrap();
    let Opened::File(thumbnail) = thumbnail else {
        panic!()
    };
    let small = image::load_from_memory(&thumbnail.bytes).unwrap();
    assert!(small.width() <= 320 && small.height() <= 320);
    // a worker that died after its work does it again
    work(app, file.id).await;
    assert_eq!(get(app, &bob, file.id).await.unwrap().state, State::Ready);
}

#[tokio::test]
async fn an_upload_becomes_ready_with_its_thumbnail_and_its_message_is_seen_anew() {
    let app = TestApp::new().await;
    an_upload_becomes_ready(&app).await;
}

#[tokio::test]
async fn the_same_in_a_bucket() {
    let place = Place::new().await;
    let stub = platform::testing_s3::serve_s3(place.dir.path(), "bucket").await;
    let app = place.core_on_s3(Clock::System, &stub, "bucket").await;
    an_upload_becomes_ready(&app).await;
    let stored = std::fs::read_dir(place.dir.path().join("bucket"))
        .unwrap()
        .count();
    assert!(stored > 0, "it is in the bucket");
    drop(stub);
    let alice = app.bot.account().unwrap().clone();
    assert_eq!(code(upload(&app, &alice, picture("x.gif")).await), "unavailable");
    assert_eq!(
        jobs(&app, "process_attachment").await.len(),
        1,
        "nothing was stored"
    );
}

#[tokio::test]
async fn what_is_no_allowed_file_is_refused_whatever_its_name_says() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let file = |bytes: &[u8]| Upload {
        file_name: "cat.png".into(),
        bytes: bytes.to_vec().into(),
        conversation: None,
    };
    let big = vec![0u8; 10 * 1024 * 1024 + 1];
    for (bytes, expected) in [
        (&b""[..], "validation_error"),
        (b"<html><script>alert(1)</script>", "file_type_not_allowed"),
        (b"MZ\x90\x00", "file_type_not_allowed"),
        (b"\x89PNG", "file_type_not_allowed"),
        (&big, "file_too_large"),
    ] {
        assert_eq!(code(upload(&app, &alice, file(bytes)).await), expected);
    }
    let nowhere = Upload {
        conversation: Some(ConversationId(Uuid::now_v7())),
        ..picture("x.gif")
    };
    assert_eq!(
        detail(upload(&app, &alice, nowhere).await),
        "Conversation not found"
    );
    app.assert_enqueued("process_attachment", 0).await;
}

/// The checksum of a PNG's chunk.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    })
}

#[tokio::test]
async fn a_file_that_cannot_be_decoded_is_rejected_with_a_reason_and_never_handed_out() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = group(&app, &alice, &[]).await;
    let mut corrupt = photo(64, 64).bytes.to_vec();
    // the pixels' chunk, whole as a container: its checksum is right
    let length = u32::from_be_bytes(corrupt[33..37].try_into().unwrap()) as usize;
    assert_eq!(&corrupt[37..41], b"IDAT");
    corrupt[43..41 + length].fill(0xAA);
    let checksum = crc(&corrupt[37..41 + length]);
    corrupt[41 + length..45 + length].copy_from_slice(&checksum.to_be_bytes());
    let file = Upload {
        file_name: "x".into(),
        bytes: corrupt.into(),
        conversation: None,
    };
    let file = upload(&app, &alice, file).await.unwrap();
    assert_eq!(file.state, State::Processing, "only decoding shows it");
    let message = attach(&app, &alice, id, file.id).await.unwrap().message;
    let signed = link(&app, file.id, Some(message.id), Some(alice.id));
    assert_eq!(
        detail(signed.open(&app).await.map(|_| ())),
        "Checked file not found"
    );
    work(&app, file.id).await;
    let seen = get(&app, &alice, file.id).await.unwrap();
    assert_eq!(seen.state, State::Rejected);
    assert!(seen.reason.is_some_and(|reason| reason.starts_with("image ")));
    let listed = history(&app, &alice, id).await;
    let listed = listed.iter().find(|listed| listed.id == message.id).unwrap();
    assert_eq!(
        listed.attachment.as_ref().map(|file| file.state),
        Some(State::Rejected)
    );
    assert!(listed.rev > listed.created_rev);
    assert_eq!(detail(signed.open(&app).await.map(|_| ())), "File not found");
    assert_eq!(code(attach(&app, &alice, id, file.id).await), "validation_error");
    let key = format!("{}/original", file.id.0.simple());
    assert!(!app.files.exists(&key).await.unwrap(), "nobody needs its bytes");
}

#[tokio::test]
async fn a_file_whose_container_is_broken_is_rejected_at_once_and_never_stored() {
    let app = TestApp::new().await;
    let alice = app.user("alice").await;
    let id = group(&app, &alice, &[]).await;
    let mut truncated = photo(64, 64).bytes.to_vec();
    truncated.truncate(truncated.len() / 2);
    let mut huge = photo(8, 8).bytes.to_vec();
    huge[16..20].copy_from_slice(&50_000u32.to_be_bytes());
    let checksum = crc(&huge[12..29]);
    huge[29..33].copy_from_slice(&checksum.to_be_bytes());
    for (bytes, reason) in [
        (truncated, "image is incomplete"),
        (huge, "image is larger than 8192 x 8192 pixels"),
        (b"%PDF-1.7 and no more".to_vec(), "PDF is damaged or incomplete"),
    ] {
        let file = Upload {
            file_name: "x".into(),
            bytes: bytes.into(),
            conversation: None,
        };
        let file = upload(&app, &alice, file).await.unwrap();
        assert_eq!(
            (file.state, file.reason.as_deref()),
            (State::Rejected, Some(reason))
        );
        assert_eq!(get(&app, &alice, file.id).await.unwrap(), file);
        let signed = link(&app, file.id, None, Some(alice.id));
        assert_eq!(code(signed.open(&app).await), "not_found");
        assert_eq!(code(attach(&app, &alice, id, file.id).await), "validation_error");
    }
    app.assert_enqueued("process_attachment", 0).await;
    assert!(app.files.page("", 10).await.unwrap().files.is_empty());
}

#[tokio::test]
async fn a_file_is_its_uploaders_until_it_is_sent_and_then_the_conversations() {
    let app = TestApp::new().await;
    let (alice, bob, stranger) = (
        app.user("alice").await,
        app.user("bob").await,
        app.user("eve").await,
    );
    let id = group(&app, &alice, &[&bob]).await;
    let elsewhere = group(&app, &alice, &[]).await;
    let file = upload(&app, &alice, picture("x.gif")).await.unwrap();
    assert_eq!(code(attach(&app, &bob, id, file.id).await), "validation_error");
    assert!(attach(&app, &alice, id, file.id).await.is_ok());
    assert_eq!(
        code(attach(&app, &alice, elsewhere, file.id).await),
        "validation_error",
        "it stays there"
    );
    assert!(
        attach(&app, &alice, id, file.id).await.is_ok(),
        "twice in one place is fine"
    );
    let shown: Vec<Option<Attachment>> = history(&app, &bob, id)
        .await
        .into_iter()
        .map(|m| m.attachment)
        .collect();
    assert!(
        shown.len() == 2
            && shown
                .iter()
                .all(|shown| shown.as_ref().map(|f| f.id) == Some(file.id))
    );
    assert!(get(&app, &bob, file.id).await.is_ok());
    let foreign = detail(get(&app, &stranger, file.id).await);
    assert_eq!(
        foreign,
        detail(get(&app, &stranger, AttachmentId(Uuid::now_v7())).await)
    );

    work(&app, file.id).await;
    let Signed { bound, exp, sig } = link(&app, file.id, None, Some(alice.id));
    assert!(open(&app, &bound, false, exp, &sig).await.is_ok());
    let other = upload(&app, &alice, picture("y.gif")).await.unwrap();
    for (file, exp, sig) in [
        (other.id, exp, sig.clone()),
        (file.id, exp + 1, sig.clone()),
        (file.id, exp, "00".into()),
        (file.id, exp, "x".into()),
    ] {
        let bound = Link { file, ..bound };
        assert_eq!(code(open(&app, &bound, false, exp, &sig).await), "forbidden");
    }
}

#[tokio::test]
async fn uploads_that_no_message_carries_are_cleared_away_with_their_bytes() {
    let app = TestApp::builder().fixed_clock().start().await;
    let alice = person(&app, "alice", Role::User, None).await;
    let bob = person(&app, "bob", Role::User, None).await;
    let id = group(&app, &alice, &[&bob]).await;
    let mut files = Vec::new();
    for name in ["orphan", "sent", "deleted", "sent twice"] {
        let file = upload(&app, &alice, picture(name)).await.unwrap();
        work(&app, file.id).await;
        files.push(file.id);
    }
    attach(&app, &alice, id, files[1]).await.unwrap();
    let taken_back = attach(&app, &alice, id, files[2]).await.unwrap().message.id;
    let once = attach(&app, &alice, id, files[3]).await.unwrap().message.id;
    attach(&app, &alice, id, files[3]).await.unwrap();
    assert!(
        delete(&app, &alice, taken_back)
            .await
            .unwrap()
            .attachment
            .is_none()
    );
    assert_eq!(
        code(get(&app, &bob, files[2]).await),
        "not_found",
        "a deleted message's file is nobody's"
    );
    delete(&app, &alice, once).await.unwrap();
    assert!(
        get(&app, &bob, files[3]).await.is_ok(),
        "another message carries it"
    );

    let age = chrono::Duration::hours(24);
    assert_eq!(purge_orphans(&app, age).await.unwrap(), 0, "they are young");
    app.clock.advance(age + chrono::Duration::seconds(1));
    let links: Vec<_> = files
        .iter()
        .map(|file| link(&app, *file, None, Some(alice.id)))
        .collect();
    assert_eq!(purge_orphans(&app, age).await.unwrap(), 2);
    assert_eq!(purge_orphans(&app, age).await.unwrap(), 0);
    for (n, (file, signed)) in files.iter().zip(links).enumerate() {
        let expected = if n == 0 || n == 2 { "not_found" } else { "ok" };
        assert_eq!(code(get(&app, &alice, *file).await), expected, "{n}");
        assert_eq!(code(signed.open(&app).await), expected);
        for part in ["original", "thumbnail"] {
            let key = format!("{}/{part}", file.0.simple());
            assert_eq!(
                app.files.exists(&key).await.unwrap(),
                expected == "ok",
                "{n} {part}"
            );
        }
    }
    // its job comes late
    attachments::process(&app, newest_lease(&app, "process_attachment").await, files[0])
        .await
        .unwrap();
    assert_eq!(history(&app, &bob, id).await.len(), 4);
}
