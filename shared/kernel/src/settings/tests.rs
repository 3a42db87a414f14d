use super::*;
use std::path::Path;

const GOOD: &str = "0123456789abcdefghijklmnopqrstuvwxyz";

fn vars(pairs: &[(&str, &str)]) -> Result<Settings, SettingError> {
    Settings::from_vars(
        pairs
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect(),
    )
}

fn problem(pairs: &[(&str, &str)]) -> SettingError {
    vars(pairs).expect_err("the settings must be refused")
}

#[test]
fn nothing_set_is_the_embedded_profile() {
    let settings = vars(&[]).unwrap();
    assert!(!settings.production);
    assert_eq!(settings.database_url, "sqlite://./data/switchboard.db?mode=rwc");
    assert_eq!(settings.storage_url, "file://./data/files");
    assert_eq!(settings.bind, ["127.0.0.1:8000".parse().unwrap()]);
    assert_eq!(settings.worker, WorkerMode::Embedded);
    assert_eq!(settings.registration, Registration::Open);
    assert_eq!(settings.visitors, Visitors::Anonymous);
}

#[test]
fn postgres_redis_or_an_open_address_wants_a_secret() {
    for pair in [
        ("DATABASE_URL", "postgres://a:b@localhost/c"),
        ("REDIS_URL", "redis://localhost"),
        ("BIND", "127.0.0.1:1,0.0.0.0:2"),
    ] {
        assert_eq!(problem(&[pair]).name, "JWT_SECRET");
        let settings = vars(&[pair, ("JWT_SECRET", GOOD)]).unwrap();
        assert!(settings.production);
        assert_eq!(settings.registration, Registration::Closed);
        assert_eq!(settings.visitors, Visitors::Off);
    }
}

#[test]
fn a_short_or_well_known_secret_is_refused_without_showing_it() {
    for bad in [
        "short",
        "your-secret-key-change-in-production-please",
        &"a".repeat(64),
        "changemechangemechangemechangeme",
    ] {
        let refused = problem(&[("JWT_SECRET", bad)]);
        assert_eq!(refused.name, "JWT_SECRET");
        assert!(!refused.to_string().contains(bad));
    }
}

#[test]
fn a_database_url_of_an_unknown_kind_is_refused_without_its_password() {
    let refused = problem(&[("DATABASE_URL", "mysql://root:hunter2@db/x")]).to_string();
    assert!(refused.starts_with("DATABASE_URL: must begin with"));
    assert!(!refused.contains("hunter2"));
}

#[test]
fn a_malformed_setting_is_named_with_what_was_expected() {
    for (name, value, expected) in [
        ("BIND", "localhost", "addresses"),
        ("RATE_USER_MESSAGES", "many", "30/s:60"),
        ("RATE_USER_MESSAGES", "0/s:1", "30/s:60"),
        ("MAX_SOCKETS_PER_USER", "-1", "whole number"),
        ("WORKER", "inside", "embedded, external"),
        ("MIGRATE", "yes", "on, off"),
        ("TRUSTED_PROXIES", "example", "IP addresses"),
        (
            "ALLOWED_ORIGINS",
            "https://shop.example/a",
            "https://shop.example",
        ),
        ("ALLOWED_ORIGINS", "null", "https://shop.example"),
        ("PUBLIC_URL", "chat.example.com", "https://chat.example.com"),
        ("STORAGE_URL", "ftp://x", "file: s3:"),
    ] {
        let refused = problem(&[(name, value)]);
        assert_eq!(refused.name, name);
        assert!(refused.problem.contains(expected), "{refused}");
    }
}

#[test]
fn a_secret_may_come_from_a_file_but_not_from_both() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("{GOOD}\n")).unwrap();
    let path = file.path().to_str().unwrap();
    let settings = vars(&[("JWT_SECRET_FILE", path)]).unwrap();
    assert_eq!(secret_bytes(&settings.jwt_secret.unwrap()), GOOD.as_bytes());
    assert_eq!(
        problem(&[("JWT_SECRET_FILE", path), ("JWT_SECRET", GOOD)]).name,
        "JWT_SECRET"
    );
    assert_eq!(
        problem(&[("JWT_SECRET_FILE", "/nowhere")]).name,
        "JWT_SECRET_FILE"
    );
}

#[test]
fn a_model_without_a_name_is_refused() {
    assert_eq!(
        problem(&[("LLM_BASE_URL", "http://localhost:1")]).name,
        "LLM_MODEL"
    );
}

#[test]
fn a_model_s_budgets_are_whole_numbers_and_unlimited_unless_set() {
    let model = [("LLM_BASE_URL", "http://localhost:1"), ("LLM_MODEL", "m")];
    let with = |name: &str, value: &str| vars(&[model[0], model[1], (name, value)]);
    let free = vars(&model).unwrap().llm.unwrap();
    assert_eq!((free.daily_budget, free.visitor_budget), (None, None));
    let limited = with("LLM_DAILY_BUDGET", "500").unwrap().llm.unwrap();
    assert_eq!((limited.daily_budget, limited.visitor_budget), (Some(500), None));
    let limited = with("LLM_VISITOR_BUDGET", "20").unwrap().llm.unwrap();
    assert_eq!((limited.daily_budget, limited.visitor_budget), (None, Some(20)));
    for name in ["LLM_DAILY_BUDGET", "LLM_VISITOR_BUDGET"] {
        for bad in ["0", "-1", "many", "1.5", "5000000000"] {
            let refused = with(name, bad).expect_err(bad);
            assert_eq!(refused.name, name);
            assert!(refused.problem.contains("whole number from 1 on"), "{refused}");
        }
    }
}

#[test]
fn the_model_of_meaning_is_a_server_a_folder_or_what_is_found() {
    let read = |list: &[(&str, &str)]| vars(list).unwrap().embeddings;
    let found = read(&[("DATA_DIR", "/data")]);
    assert!(
        matches!(&found, Embeddings::Found(folder) if folder == Path::new("/data/models")),
        "{found:?}"
    );
    let named = read(&[("EMBEDDINGS_MODEL", "/models/e5")]);
    assert_eq!(named.folder(), Some(Path::new("/models/e5")));
    let server = [
        ("EMBEDDINGS_BASE_URL", "http://localhost:1/v1"),
        ("EMBEDDINGS_MODEL", "bge-m3"),
    ];
    assert!(read(&server).folder().is_none());
    assert_eq!(problem(&server[..1]).name, "EMBEDDINGS_MODEL");
    assert_eq!(
        problem(&[("EMBEDDINGS_BASE_URL", "localhost")]).name,
        "EMBEDDINGS_BASE_URL"
    );
}

/// The names between quotes in capitals, in order.
fn names(source: &str) -> std::collections::BTreeSet<&str> {
    let capital = |name: &&str| {
        name.len() > 3 && name.chars().all(|c| c.is_ascii_uppercase() || c == '_') && !name.starts_with('_')
    };
    source.split('"').skip(1).step_by(2).filter(capital).collect()
}

#[test]
fn every_setting_is_in_the_example_file_and_in_the_readme_and_no_other() {
    let source = concat!(include_str!("../settings.rs"), include_str!("embeddings.rs"));
    let (example, readme) = (
        include_str!("../../../../.env.example"),
        include_str!("../../../../README.md"),
    );
    let read = names(source);
    assert!(read.len() > 20, "{read:?}");
    for name in &read {
        assert!(
            example.contains(&format!("\n#{name}=")),
            "{name} is not in .env.example"
        );
        assert!(
            readme.contains(&format!("`{name}`")),
            "{name} is not in README.md"
        );
    }
    let shown = example
        .lines()
        .filter_map(|line| line.strip_prefix('#')?.split_once('='))
        .map(|(name, _)| name);
    let elsewhere = |name: &&str| {
        ["POSTGRES_PASSWORD", "S3_SECRET_KEY", "API_PORT"].contains(name)
            || name.starts_with("AWS_")
            || name.ends_with("_FILE")
            || name.contains(' ')
            || *name == "RUST_LOG"
    };
    for name in shown.filter(|name| !elsewhere(name)) {
        assert!(read.contains(name), "{name} of .env.example is not a setting");
    }
}

#[test]
fn a_push_key_that_is_none_is_refused_without_showing_it() {
    // the last one is of P-384
    for bad in [
        "nonsense",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n\
        MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDCxcTmZjUp/aLv5uKe8\n\
        iQQNP1trCZQ8t84u/hYAwRD70j61oMnpQ+O65VWvevuXP8ihZANiAAS3MWlmh9aL\n\
        Blm6zp92BZL84qqNkVh8cwCFAacNZmJtqDPNrIZ68kNsDoTLeCHPOeu6OraOAZZn\n\
        W/qWopb6dYkf9H5z/mrUy1MPbYKIIyhl0CYE/btNUIEYWRGFs5DRKgw=\n\
        -----END PRIVATE KEY-----\n",
    ] {
        let refused = problem(&[("VAPID_PRIVATE_KEY", bad)]);
        assert_eq!(refused.name, "VAPID_PRIVATE_KEY");
        assert!(!refused.to_string().contains("AAAA"));
        assert!(!refused.to_string().contains("MIG2"));
    }
}

#[test]
fn a_push_key_is_what_openssl_makes() {
    let pem = "-----BEGIN PRIVATE KEY-----\n\
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgZWb14MoHqClCx9H1\n\
        VzfLXPrdAIYpICfk1WJOnKPykuihRANCAARKg6Q1EGRXS/DnHo19v6FQLrBXWpxD\n\
        E9fqfU53mO+BjNFgji9dOFp/kkmsJmohcl6cNmomyRCprByb6V++Rg4d\n\
        -----END PRIVATE KEY-----\n";
    let point = "044a83a4351064574bf0e71e8d7dbfa1502eb0575a9c4313d7ea7d4e7798ef818c\
        d1608e2f5d385a7f9249ac266a21725e9c366a26c910a9ac1c9be95fbe460e1d";
    assert!(vars(&[("VAPID_PRIVATE_KEY", pem)]).is_ok());
    assert_eq!(hex::encode(VapidKey::from_pem(pem).unwrap().public), point);
}

#[test]
fn a_process_works_on_the_queues_that_it_is_given_with_their_slots() {
    use crate::queue_name::QueueName::{Chat, Delivery, Maintenance, Media, Model};
    let all = [(Chat, 8), (Model, 8), (Media, 2), (Delivery, 8), (Maintenance, 1)];
    assert_eq!(vars(&[]).unwrap().worker_queues, all);
    let some = vars(&[("WORKER_QUEUES", "model=4, chat = 256")]).unwrap();
    assert_eq!(some.worker_queues, [(Model, 4), (Chat, 256)]);
    for (bad, says) in [
        ("chat", "expected QUEUE=SLOTS"),
        ("chat=8,", "expected QUEUE=SLOTS"),
        (
            "mail=8",
            "expected one of the queues chat, model, media, delivery, maintenance",
        ),
        ("chat=0", "expected 1 to 256 slots"),
        ("chat=257", "expected 1 to 256 slots"),
        ("chat=many", "expected 1 to 256 slots"),
        ("chat=1,chat=2", "named twice"),
    ] {
        let refused = problem(&[("WORKER_QUEUES", bad)]);
        assert_eq!(refused.name, "WORKER_QUEUES");
        assert!(refused.problem.contains(says), "{bad}: {refused}");
    }
}

#[test]
fn mails_need_a_sender_where_there_is_a_server_and_its_password_is_not_shown() {
    let url = ("SMTP_URL", "smtps://post:hunter2@mail.example.com");
    assert_eq!(problem(&[url]).name, "MAIL_FROM");
    for bad in ["support", "@example.com", "a@", "a@b\r\nBcc: c@d", "A <a b@c.de>"] {
        assert_eq!(problem(&[url, ("MAIL_FROM", bad)]).name, "MAIL_FROM", "{bad}");
    }
    for good in ["support@example.com", "Support <support@example.com>"] {
        let settings = vars(&[url, ("MAIL_FROM", good)]).unwrap();
        assert_eq!(settings.mail_from.as_deref(), Some(good));
        assert!(!format!("{settings:?}").contains("hunter2"));
    }
    let other = problem(&[("SMTP_URL", "https://hunter2.example.com")]);
    assert_eq!(other.name, "SMTP_URL");
    assert!(!other.to_string().contains("hunter2"));
    assert!(vars(&[]).unwrap().smtp_url.is_none());
}
