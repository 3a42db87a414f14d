//! Mails to a real server on loopback, and to files.

use super::*;
use crate::testing_smtp::SmtpSink;
use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

fn settings(pairs: &[(&str, &str)]) -> Settings {
    let vars: HashMap<String, String> = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Settings::from_vars(vars).unwrap()
}

fn mailer(sink: &SmtpSink) -> Mailer {
    let from = ("MAIL_FROM", "Support <support@example.com>");
    Mailer::open(&settings(&[("SMTP_URL", &sink.url), from])).unwrap()
}

fn mail(to: &str) -> Mail {
    Mail {
        to: to.into(),
        subject: "Your code".into(),
        text: "Enter this:\n\n    0123abcd\n.\nÄ\n".into(),
        at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
    }
}

#[tokio::test]
async fn a_mail_is_handed_over_as_it_was_made() {
    let mut sink = SmtpSink::start().await;
    mailer(&sink).send(&mail("alice@example.com")).await.unwrap();
    let got = sink.next().await;
    assert_eq!(got.to, "<alice@example.com>");
    for line in [
        "From: Support <support@example.com>",
        "To: alice@example.com",
        "Subject: Your code",
        "Auto-Submitted: auto-generated",
        "Date: Fri, 15 Jan 2027 08:00:00 +0000",
        "    0123abcd",
    ] {
        assert!(got.data.contains(&format!("{line}\r\n")), "{line}\n{}", got.data);
    }
    assert!(!sink.has_more());
}

#[tokio::test]
async fn nothing_in_an_address_or_a_subject_becomes_a_header() {
    let mut sink = SmtpSink::start().await;
    let mailer = mailer(&sink);
    for address in [
        "alice@example.com\r\nBcc: eve@example.com",
        "alice@example.com>\r\nRCPT TO:<eve@example.com",
        "alice@example.com, eve@example.com",
        "Alice <alice@example.com>",
        "alice",
    ] {
        let refused = mailer.send(&mail(address)).await;
        assert!(
            matches!(refused, Err(MailError::Refused(_))),
            "{address}: {refused:?}"
        );
    }
    let odd = Mail {
        subject: "Hello\r\nBcc: eve@example.com".into(),
        ..mail("alice@example.com")
    };
    mailer.send(&odd).await.unwrap();
    let got = sink.next().await;
    assert_eq!(got.to, "<alice@example.com>");
    let names = got.data.split("\r\n\r\n").next().unwrap().lines();
    assert!(
        !names.into_iter().any(|line| line.starts_with("Bcc")),
        "{}",
        got.data
    );
    assert!(!sink.has_more());
}

#[tokio::test]
async fn a_server_that_refuses_for_now_for_good_or_says_nothing_is_told_apart() {
    let sink = SmtpSink::start().await;
    let mailer = mailer(&sink).within(Duration::from_millis(300));
    sink.answer(451);
    let now = mailer.send(&mail("alice@example.com")).await;
    assert!(
        matches!(&now, Err(MailError::Failed(why)) if why.contains("451")),
        "{now:?}"
    );
    sink.answer(550);
    let ever = mailer.send(&mail("alice@example.com")).await;
    assert!(matches!(ever, Err(MailError::Refused(_))), "{ever:?}");
    sink.answer(535);
    let sign_in = mailer.send(&mail("alice@example.com")).await;
    assert!(matches!(sign_in, Err(MailError::Failed(_))), "{sign_in:?}");
    sink.answer(0);
    let began = Instant::now();
    let silent = mailer.send(&mail("alice@example.com")).await;
    assert_eq!(silent, Err(MailError::TimedOut(Duration::from_millis(300))));
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    drop(sink);
    let gone = mailer.send(&mail("alice@example.com")).await;
    assert!(matches!(gone, Err(MailError::Failed(_))), "{gone:?}");
}

#[tokio::test]
async fn without_a_server_mails_are_private_files_in_the_outbox() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().display().to_string();
    let mailer = Mailer::open(&settings(&[
        ("DATA_DIR", &data),
        ("PUBLIC_URL", "https://chat.example.com"),
    ]));
    let mailer = mailer.unwrap();
    assert_eq!(mailer.sweep().await.unwrap(), 0, "there is none yet");
    mailer.send(&mail("alice@example.com")).await.unwrap();
    mailer.send(&mail("bob@example.com")).await.unwrap();
    let outbox = directory.path().join("outbox");
    assert_eq!(outbox.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    let mut files: Vec<_> = std::fs::read_dir(&outbox)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    assert_eq!(files.len(), 2);
    for (file, to) in files.iter().zip(["alice@example.com", "bob@example.com"]) {
        assert_eq!(file.extension().unwrap(), "eml");
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let text = std::fs::read_to_string(file).unwrap();
        assert!(text.contains(&format!("To: {to}\r\n")), "{text}");
        assert!(text.contains("From: switchboard@chat.example.com\r\n"), "{text}");
    }
    let old = SystemTime::now() - KEPT - Duration::from_secs(60);
    let file = std::fs::File::options().write(true).open(&files[0]).unwrap();
    file.set_modified(old).unwrap();
    assert_eq!(mailer.sweep().await.unwrap(), 1);
    assert!(!files[0].exists() && files[1].exists());
}
