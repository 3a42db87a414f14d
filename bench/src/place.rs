//! A place of its own for one measurement: a directory, and a database and a Redis prefix where they are wanted.

use crate::Services;
use crate::proc;
use anyhow::Context;
use app::App;
use kernel::clock::Clock;
use kernel::settings::Settings;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use std::collections::HashMap;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// Where a server runs.
pub struct Place {
    pub dir: TempDir,
    database: Option<OwnDatabase>,
    redis: Option<(String, String)>,
    secret: String,
}

struct OwnDatabase {
    server: String,
    name: String,
    url: String,
}

/// What a measurement runs on besides the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// SQLite, nothing else.
    Embedded,
    /// Postgres.
    Postgres,
    /// Postgres and Redis.
    Production,
}

/// Makes a place, works in it, and removes it whatever came of the work.
pub async fn within<T>(
    services: &Services,
    kind: Kind,
    work: impl AsyncFnOnce(&Place) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let place = Place::new(services, kind).await?;
    let done = work(&place).await;
    let removed = place.remove().await;
    let done = done?;
    removed?;
    Ok(done)
}

impl Place {
    async fn new(services: &Services, kind: Kind) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir().context("cannot make a directory")?;
        let name = format!("bench_{}", uuid::Uuid::new_v4().simple());
        let redis = match kind {
            Kind::Production => Some((services.redis()?.to_owned(), format!("{name}:"))),
            Kind::Embedded | Kind::Postgres => None,
        };
        let database = match kind {
            Kind::Embedded => None,
            Kind::Postgres | Kind::Production => Some(create(services.postgres()?, name).await?),
        };
        Ok(Self {
            dir,
            database,
            redis,
            secret: kernel::secrets::random_hex(32),
        })
    }

    /// The settings as the environment of a process.
    pub fn vars(&self, changes: &[(&str, String)]) -> HashMap<String, String> {
        let mut vars = HashMap::from([
            ("DATA_DIR".to_owned(), self.dir.path().display().to_string()),
            ("JWT_SECRET".to_owned(), self.secret.clone()),
            ("RATE_LIMITS".to_owned(), "off".to_owned()),
            ("MAX_SOCKETS_PER_USER".to_owned(), "0".to_owned()),
            ("MAX_SOCKETS_PER_ADDRESS".to_owned(), "0".to_owned()),
            ("RUST_LOG".to_owned(), "warn".to_owned()),
        ]);
        if let Some(database) = &self.database {
            vars.insert("DATABASE_URL".into(), database.url.clone());
        }
        if let Some((url, prefix)) = &self.redis {
            vars.insert("REDIS_URL".into(), url.clone());
            vars.insert("REDIS_PREFIX".into(), prefix.clone());
        }
        vars.extend(
            changes
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone())),
        );
        vars
    }

    /// A core in this place, in this process, without Redis.
    pub async fn app(&self) -> anyhow::Result<App> {
        let mut vars = self.vars(&[]);
        vars.remove("REDIS_URL");
        App::open(
            Settings::from_vars(vars)?,
            Clock::System,
            CancellationToken::new(),
        )
        .await
        .context("cannot open the core")
    }

    /// The database's address, as psql takes it too.
    pub fn database_url(&self) -> anyhow::Result<&str> {
        self.database
            .as_ref()
            .map(|database| database.url.as_str())
            .context("there is no Postgres here")
    }

    /// How many messages are stored.
    pub async fn stored(&self) -> anyhow::Result<u64> {
        let db = connect(self.database_url()?).await?;
        let count = scalar(&db, "SELECT count(*) FROM chat_message").await?;
        db.close().await?;
        Ok(count.unsigned_abs())
    }

    /// The process that Postgres began as.
    pub async fn postgres_pid(&self) -> anyhow::Result<Option<u32>> {
        let db = connect(self.database_url()?).await?;
        let pid = scalar(&db, "SELECT pg_backend_pid()::bigint").await?;
        let postmaster = u32::try_from(pid).ok().and_then(proc::parent);
        db.close().await?;
        Ok(postmaster)
    }

    async fn remove(self) -> anyhow::Result<()> {
        if let Some(database) = &self.database {
            let server = connect(&database.server).await?;
            server
                .execute_unprepared(&format!("DROP DATABASE {} WITH (FORCE)", database.name))
                .await?;
            server.close().await?;
        }
        if let Some((url, prefix)) = &self.redis {
            forget(url, prefix).await.context("cannot tidy Redis")?;
        }
        Ok(())
    }
}

async fn connect(url: &str) -> anyhow::Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options)
        .await
        .context("cannot connect to Postgres")
}

async fn scalar(db: &DatabaseConnection, sql: &str) -> anyhow::Result<i64> {
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await?
        .context("no row")?;
    Ok(row.try_get_by_index(0)?)
}

async fn create(server: &str, name: String) -> anyhow::Result<OwnDatabase> {
    let admin = connect(server).await?;
    admin
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .context("cannot make a database")?;
    admin.close().await?;
    let (address, options) = server.split_once('?').unwrap_or((server, ""));
    let (base, _) = address
        .rsplit_once('/')
        .context("no database in the address of Postgres")?;
    // no TLS on loopback
    let options = if options.is_empty() {
        "sslmode=disable"
    } else {
        options
    };
    Ok(OwnDatabase {
        server: server.to_owned(),
        url: format!("{base}/{name}?{options}"),
        name,
    })
}

/// Removes what this place's servers have left in Redis.
async fn forget(url: &str, prefix: &str) -> redis::RedisResult<()> {
    let mut connection = redis::Client::open(url)?
        .get_multiplexed_async_connection()
        .await?;
    let mut cursor = 0u64;
    loop {
        let mut scan = redis::cmd("SCAN");
        scan.arg(cursor)
            .arg("MATCH")
            .arg(format!("{prefix}*"))
            .arg("COUNT")
            .arg(1000);
        let (next, keys): (u64, Vec<String>) = scan.query_async(&mut connection).await?;
        if !keys.is_empty() {
            redis::cmd("UNLINK")
                .arg(keys)
                .query_async::<()>(&mut connection)
                .await?;
        }
        if next == 0 {
            return Ok(());
        }
        cursor = next;
    }
}
