//! What is done with a place when its test has ended.

use super::template;
use entity::job;
use sea_orm::{ColumnTrait, ConnectionTrait, Database, EntityTrait, QueryFilter};
use std::path::Path;

/// Removes the place's database on its server; says before which jobs were given up in it, where the test wants to know.
pub async fn end(database: Option<(String, String)>, file: &Path, looks: bool) -> Vec<String> {
    let Some((server, name)) = database else {
        // a test may have kept its rows elsewhere
        let url = format!("sqlite://{}?mode=ro", file.display());
        return if looks && file.exists() {
            dead_jobs(&url).await
        } else {
            Vec::new()
        };
    };
    let dead = if looks {
        dead_jobs(&template::on(&server, &name)).await
    } else {
        Vec::new()
    };
    if let Ok(admin) = Database::connect(server).await {
        let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        let _ = admin.execute_unprepared(&sql).await;
    }
    dead
}

/// None where the database has gone, or never had its schema.
async fn dead_jobs(url: &str) -> Vec<String> {
    let Ok(db) = Database::connect(url).await else {
        return Vec::new();
    };
    let dead = job::Entity::find().filter(job::Column::State.eq(job::State::Dead));
    let dead = dead.all(&db).await.unwrap_or_default();
    let _ = db.close().await;
    let told = dead.into_iter().map(|row| {
        let why = row.last_error.unwrap_or_default();
        format!("{}: {why}", row.kind)
    });
    told.collect()
}
