//! The schema's truth: migrations for SQLite and Postgres, applied at start under a lock.

pub use sea_orm_migration::prelude::*;

mod m20261120_000001_people;
mod m20261120_000002_chat;
mod m20261120_000003_bot_and_jobs;
mod m20261120_000004_tickets;
mod m20261120_000005_desk;
mod m20261120_000006_canned_replies;
mod m20261129_000007_job_queues;
mod m20261129_000009_people;
mod m20261129_000010_content;
mod m20261129_000011_unused_visitors;
mod m20261130_000012_people;
mod m20261130_000013_misuse;
mod m20261130_000014_receipt_times;
mod m20261130_000015_articles;
mod m20261130_000016_article_vectors;
mod m20261130_000017_article_images;
mod m20261130_000018_hot_counters;

pub use m20261120_000002_chat::search_vector;

/// Every migration, in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261120_000001_people::Migration),
            Box::new(m20261120_000002_chat::Migration),
            Box::new(m20261120_000003_bot_and_jobs::Migration),
            Box::new(m20261120_000004_tickets::Migration),
            Box::new(m20261120_000005_desk::Migration),
            Box::new(m20261120_000006_canned_replies::Migration),
            Box::new(m20261129_000007_job_queues::Migration),
            Box::new(m20261129_000009_people::Migration),
            Box::new(m20261129_000010_content::Migration),
            Box::new(m20261129_000011_unused_visitors::Migration),
            Box::new(m20261130_000012_people::Migration),
            Box::new(m20261130_000013_misuse::Migration),
            Box::new(m20261130_000014_receipt_times::Migration),
            Box::new(m20261130_000015_articles::Migration),
            Box::new(m20261130_000016_article_vectors::Migration),
            Box::new(m20261130_000017_article_images::Migration),
            Box::new(m20261130_000018_hot_counters::Migration),
        ]
    }
}
