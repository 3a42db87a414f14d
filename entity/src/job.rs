//! Job intents: `job`. The row is the truth; the transport carries only its id.

use crate::JobId;
use sea_orm::entity::prelude::*;

/// Where a job stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Waits for `run_at` and a worker.
    #[sea_orm(string_value = "pending")]
    Pending,
    /// A worker holds it until `lease_until`.
    #[sea_orm(string_value = "running")]
    Running,
    #[sea_orm(string_value = "done")]
    Done,
    /// Out of tries; kept until an admin replays it.
    #[sea_orm(string_value = "dead")]
    Dead,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    pub kind: String,
    pub payload: Json,
    pub state: State,
    /// The queue whose workers run it. A word, not an enum: a newer release may have more queues.
    pub queue: String,
    /// Runs begun, each counted before it begins. One that neither succeeded nor failed lost its worker.
    pub starts: i32,
    /// Runs that ended with an error.
    pub failures: i32,
    pub run_at: DateTimeUtc,
    pub lease_until: Option<DateTimeUtc>,
    /// When its id was last handed to the transport; none: it is to be handed over as soon as it is due.
    pub pushed_at: Option<DateTimeUtc>,
    /// Of the jobs of one series one runs at a time.
    pub series: Option<String>,
    /// Its place in the series: the lowest unfinished one is next.
    pub series_seq: Option<i64>,
    /// At most one job ever has a given key.
    #[sea_orm(unique)]
    pub unique_key: Option<String>,
    pub last_error: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
