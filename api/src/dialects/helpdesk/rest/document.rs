//! Documents that become knowledge, on the wire.

use crate::wire::time::Timestamp;
use assist::documents::{Kept, Stats};
use poem_openapi::Object;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a document became.
#[derive(Object, Clone, Debug)]
#[oai(rename = "DocumentUploaded")]
pub struct UploadedObject {
    pub message: String,
    pub document_id: Uuid,
    pub filename: String,
    /// Its first heading, else its file's name.
    pub title: String,
    /// `markdown`, `text` or `html`.
    pub file_type: String,
    pub file_size: u64,
    #[oai(nullable)]
    pub category: Option<String>,
    /// Articles of the knowledge base that it became.
    pub chunks: u64,
    /// The same.
    pub chunks_created: u64,
    /// The same.
    pub vectors_stored: u64,
    pub article_ids: Vec<Uuid>,
    /// Articles of an earlier document of this file's name, which are gone.
    pub chunks_replaced: u64,
    pub uploaded_by: String,
    pub uploaded_at: Timestamp,
}

/// A document that was read, and by whom and when it was sent.
pub struct Sent {
    pub title: String,
    pub form: &'static str,
    pub bytes: u64,
    pub category: Option<String>,
    pub by: String,
    pub at: Timestamp,
}

impl UploadedObject {
    /// What was kept of what was sent.
    pub fn new(kept: Kept, sent: Sent) -> Self {
        let chunks = kept.articles.len() as u64;
        Self {
            message: "Document uploaded successfully".into(),
            document_id: kept.id.0,
            filename: kept.file_name,
            title: sent.title,
            file_type: sent.form.into(),
            file_size: sent.bytes,
            category: sent.category,
            chunks,
            chunks_created: chunks,
            vectors_stored: chunks,
            article_ids: kept.articles.into_iter().map(|id| id.0).collect(),
            chunks_replaced: kept.replaced,
            uploaded_by: sent.by,
            uploaded_at: sent.at,
        }
    }
}

/// What the bot knows.
#[derive(Object, Clone, Debug)]
#[oai(rename = "KnowledgeStats")]
pub struct StatsObject {
    /// Documents that were uploaded.
    pub total_documents: u64,
    /// All articles: uploaded, written, and the examples that came with the server.
    pub total_articles: u64,
    /// Articles that documents became.
    pub total_chunks: u64,
    /// What the bot searches: all articles.
    pub total_vectors: u64,
    pub example_articles: u64,
    /// Text of uploaded and written articles, in megabytes.
    pub total_size_mb: f64,
    #[oai(nullable)]
    pub last_updated: Option<Timestamp>,
    /// Documents by the end of their file's name.
    pub by_type: BTreeMap<String, u64>,
    /// Documents by category.
    pub categories: BTreeMap<String, u64>,
}

impl From<Stats> for StatsObject {
    fn from(stats: Stats) -> Self {
        Self {
            total_documents: stats.documents,
            total_articles: stats.articles,
            total_chunks: stats.parts,
            total_vectors: stats.articles,
            example_articles: stats.examples,
            total_size_mb: (stats.characters as f64 / 10_000.0).round() / 100.0,
            last_updated: stats.newest.map(Into::into),
            by_type: stats.by_type,
            categories: stats.by_category,
        }
    }
}
