//! A program of its own, so that nothing else moves its memory.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use accounts::users::Passwords;
use secrecy::SecretString;

fn resident_mib() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = pages.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096 / (1024 * 1024)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn a_flood_of_registrations_and_sign_ins_takes_the_memory_of_two() {
    let passwords = std::sync::Arc::new(Passwords::start().unwrap());
    let before = resident_mib();
    for _ in 0..2 {
        let flood = (0..120).map(|n| {
            let passwords = passwords.clone();
            tokio::spawn(async move {
                let secret = SecretString::from(format!("password {n}"));
                if n % 2 == 0 {
                    passwords.hash(secret).await.unwrap();
                } else {
                    let turn = passwords.turn().await.unwrap();
                    turn.verify(secret, None).await.unwrap();
                }
            })
        });
        for one in futures_util::future::join_all(flood).await {
            one.unwrap();
        }
        let grown = resident_mib() - before;
        println!("resident memory grew by {grown} MiB");
        assert!(grown < 60, "{grown} MiB");
    }
}
