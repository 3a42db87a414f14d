//! All settings, from the environment (`NAME` or, for a file that holds the value, `NAME_FILE`).

use crate::queue_name::QueueName;
use secrecy::SecretString;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use vars::{Vars, error};

mod addresses;
mod choices;
mod connection;
mod embeddings;
mod mail;
mod queues;
mod rate;
mod secret;
mod site;
mod vapid;
mod vars;
pub use choices::{LogFormat, Registration, RoomsAccess, Visitors, WorkerMode};
pub use connection::ConnectionUrl;
pub use embeddings::Embeddings;
pub use rate::Rate;
pub use secret::{MIN_SECRET_BYTES, secret_bytes};
pub use site::{AllowedOrigin, Site, split_authority};
pub use vapid::VapidKey;

/// A setting that is missing or malformed; the message names it and never its value where it is a secret.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{name}: {problem}")]
pub struct SettingError {
    /// The setting's name.
    pub name: String,
    /// What is wrong with it.
    pub problem: String,
}

/// An OpenAI-compatible language model.
#[derive(Clone, Debug)]
pub struct Llm {
    /// `LLM_BASE_URL`: the address up to and without `/chat/completions`.
    pub base_url: String,
    /// `LLM_MODEL`: its name there.
    pub model: String,
    /// `LLM_API_KEY`; none where the server wants none.
    pub api_key: Option<SecretString>,
    /// `LLM_DAILY_BUDGET`: calls a day of the whole server; none: as many as it takes.
    pub daily_budget: Option<u32>,
    /// `LLM_VISITOR_BUDGET`: calls a day for one person who is no staff; none: as many as it takes.
    pub visitor_budget: Option<u32>,
}

/// Everything that can be set. See `.env.example`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Addresses to listen on, at least one.
    pub bind: Vec<SocketAddr>,
    /// What the embedded profile keeps: database, files, secrets.
    pub data_dir: PathBuf,
    /// SQLite or Postgres, by its scheme.
    pub database_url: ConnectionUrl,
    /// Carries events, presence, limits and jobs between processes; none: all of that stays in this one.
    pub redis_url: Option<ConnectionUrl>,
    /// Begins every key and channel in Redis, so that installations can share one.
    pub redis_prefix: String,
    /// Where uploads are kept: `file:` or `s3:`.
    pub storage_url: ConnectionUrl,
    /// None on the embedded profile: made on first start and kept in the data directory.
    pub jwt_secret: Option<SecretString>,
    /// Shared with the CRM that signs visitor tokens; none: signed tokens are refused.
    pub visitor_jwt_secret: Option<SecretString>,
    /// A build of `widget/` that is served instead of the one in the binary, for those who change it.
    pub widget_dir: Option<PathBuf>,
    /// The origin that clients reach the server at, for absolute links; none: links are paths.
    pub public_url: Option<String>,
    /// The mail server that mails are handed to; none: they are files in the data directory's `outbox`.
    pub smtp_url: Option<ConnectionUrl>,
    /// Whom mails are from: an address, or `Name <address>`. None: `switchboard` at the host of `PUBLIC_URL`.
    pub mail_from: Option<String>,
    /// In this process, or in others.
    pub worker: WorkerMode,
    /// The queues that this process works on, each with how many jobs it runs concurrently.
    pub worker_queues: Vec<(QueueName, usize)>,
    /// The model that phrases the bot's answers; none: it quotes the knowledge base.
    pub llm: Option<Llm>,
    /// The model that finds articles by meaning.
    pub embeddings: Embeddings,
    /// For people, or for machines.
    pub log_format: LogFormat,
    /// Who may make an account.
    pub registration: Registration,
    /// Who may chat without an account.
    pub visitors: Visitors,
    /// Whether the `rooms` dialect asks for a token.
    pub rooms_access: RoomsAccess,
    /// Pauses between the attempts of a webhook delivery.
    pub webhook_retry_schedule: Vec<Duration>,
    /// Networks that webhooks and pushes may reach although they are not public.
    pub webhook_allow_nets: Vec<ipnet::IpNet>,
    /// Signs what other processes send to `/internal/webhook/`; none: loopback only.
    pub internal_webhook_secret: Option<SecretString>,
    /// Signs Web Push (P-256, PKCS #8 PEM). None on the embedded profile: made on first start; elsewhere: no push.
    pub vapid_private_key: Option<SecretString>,
    /// Whether tickets and messages are checked for profanity and spam.
    pub misuse_check: bool,
    /// Whether migrations are applied at start.
    pub migrate: bool,
    /// Origins whose pages may read answers, open sockets and write without a token, beside the server's own.
    pub allowed_origins: Vec<AllowedOrigin>,
    /// Addresses whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Whether the rates below hold, and the api's costs. Limits on failed sign-ins always do.
    pub rate_limits: bool,
    /// Messages of one user.
    pub rate_user_messages: Rate,
    /// Messages of one visitor.
    pub rate_visitor_messages: Rate,
    /// Requests of one address, or IPv6 network (/64).
    pub rate_address_requests: Rate,
    /// New visitors and accounts of one address.
    pub rate_address_newcomers: Rate,
    /// Messages of all anonymous visitors of one address.
    pub rate_address_messages: Rate,
    /// The bot's replies to all anonymous visitors.
    pub rate_visitor_replies: Rate,
    /// 0: no cap.
    pub max_sockets_per_user: usize,
    /// 0: no cap.
    pub max_sockets_per_address: usize,
    /// Connections, sockets among them, of one address or IPv6 network (/64); 0: no cap.
    pub max_connections_per_address: usize,
    /// The demo people's password on the embedded profile; none: a random one is made and kept.
    pub demo_password: Option<SecretString>,
    /// Postgres, Redis or a non-loopback address is in play: secrets must be given, there are no demo people.
    pub production: bool,
}

impl Settings {
    /// Whether browsers can subscribe to Web Push: there is a key, or the embedded profile makes one.
    pub fn has_web_push(&self) -> bool {
        self.vapid_private_key.is_some() || !self.production
    }

    /// Reads the process's environment.
    pub fn from_env() -> Result<Self, SettingError> {
        Self::from_vars(std::env::vars().collect())
    }

    /// Reads the given variables; what is empty counts as unset.
    pub fn from_vars(vars: HashMap<String, String>) -> Result<Self, SettingError> {
        let vars = Vars(vars);
        let stores = Stores::read(&vars)?;
        let profile = Profile::read(&vars, &stores)?;
        let max_sockets_per_address = vars.number("MAX_SOCKETS_PER_ADDRESS", 2000)?;
        let room = room_beside(max_sockets_per_address);
        let smtp_url = vars.url("SMTP_URL", &["smtp://", "smtps://"])?;
        Ok(Self {
            worker: vars.choice("WORKER", profile.worker)?,
            worker_queues: vars.queues("WORKER_QUEUES")?,
            llm: Llm::read(&vars)?,
            embeddings: Embeddings::read(&vars, &stores.data_dir)?,
            log_format: vars.choice("LOG_FORMAT", LogFormat::Pretty)?,
            registration: vars.choice("REGISTRATION", profile.registration)?,
            visitors: vars.choice("VISITORS", profile.visitors)?,
            rooms_access: vars.choice("ROOMS_ACCESS", profile.rooms_access)?,
            webhook_retry_schedule: vars
                .pauses("WEBHOOK_RETRY_SCHEDULE", "5s,5m,30m,2h,5h,10h,14h,20h,24h")?,
            webhook_allow_nets: vars.nets("WEBHOOK_ALLOW_NETS", profile.production)?,
            internal_webhook_secret: vars.get("INTERNAL_WEBHOOK_SECRET")?.map(SecretString::from),
            vapid_private_key: vars.vapid_key("VAPID_PRIVATE_KEY")?,
            misuse_check: vars.choice("MISUSE_CHECK", false)?,
            migrate: vars.choice("MIGRATE", true)?,
            widget_dir: vars.get("WIDGET_DIR")?.map(PathBuf::from),
            redis_prefix: vars.get("REDIS_PREFIX")?.unwrap_or_else(|| "switchboard:".into()),
            public_url: vars.public_url("PUBLIC_URL")?,
            mail_from: vars.sender("MAIL_FROM", smtp_url.is_some())?,
            smtp_url: smtp_url.map(ConnectionUrl::from),
            allowed_origins: vars.list(
                "ALLOWED_ORIGINS",
                "a list of origins such as https://shop.example, or *",
            )?,
            trusted_proxies: vars.list("TRUSTED_PROXIES", "a list of IP addresses")?,
            rate_limits: vars.choice("RATE_LIMITS", true)?,
            rate_user_messages: vars.rate("RATE_USER_MESSAGES", "30/s:60")?,
            rate_visitor_messages: vars.rate("RATE_VISITOR_MESSAGES", "5/s:20")?,
            rate_address_requests: vars.rate("RATE_ADDRESS_REQUESTS", "200/s:400")?,
            rate_address_newcomers: vars.rate("RATE_ADDRESS_NEWCOMERS", "10/m:30")?,
            rate_address_messages: vars.rate("RATE_ADDRESS_MESSAGES", "20/s:100")?,
            rate_visitor_replies: vars.rate("RATE_VISITOR_REPLIES", "10/s:50")?,
            max_sockets_per_user: vars.number("MAX_SOCKETS_PER_USER", 200)?,
            max_sockets_per_address,
            max_connections_per_address: vars.number("MAX_CONNECTIONS_PER_ADDRESS", room)?,
            demo_password: vars.get("DEMO_PASSWORD")?.map(SecretString::from),
            bind: stores.bind,
            data_dir: stores.data_dir,
            database_url: stores.database_url.into(),
            redis_url: stores.redis_url.map(ConnectionUrl::from),
            storage_url: stores.storage_url.into(),
            jwt_secret: profile.jwt_secret,
            visitor_jwt_secret: profile.visitor_jwt_secret,
            production: profile.production,
        })
    }
}

/// Where the server listens and keeps its data.
struct Stores {
    bind: Vec<SocketAddr>,
    data_dir: PathBuf,
    database_url: String,
    redis_url: Option<String>,
    storage_url: String,
}

impl Stores {
    fn read(vars: &Vars) -> Result<Self, SettingError> {
        let data_dir = vars.get("DATA_DIR")?.unwrap_or_else(|| "./data".into());
        let database_url = vars.url("DATABASE_URL", &["sqlite:", "postgres:", "postgresql:"])?;
        let redis_url = vars.url("REDIS_URL", &["redis:", "rediss:", "unix:"])?;
        let storage_url = vars.url("STORAGE_URL", &["file:", "s3:"])?;
        Ok(Self {
            bind: vars.bind("BIND")?,
            database_url: database_url
                .unwrap_or_else(|| format!("sqlite://{data_dir}/switchboard.db?mode=rwc")),
            redis_url,
            storage_url: storage_url.unwrap_or_else(|| format!("file://{data_dir}/files")),
            data_dir: data_dir.into(),
        })
    }
}

/// What follows from where the server stands: its secrets, and what is open to whom unless it is set.
struct Profile {
    production: bool,
    jwt_secret: Option<SecretString>,
    visitor_jwt_secret: Option<SecretString>,
    worker: WorkerMode,
    registration: Registration,
    visitors: Visitors,
    rooms_access: RoomsAccess,
}

impl Profile {
    fn read(vars: &Vars, stores: &Stores) -> Result<Self, SettingError> {
        let production = !stores.database_url.starts_with("sqlite:")
            || stores.redis_url.is_some()
            || stores.bind.iter().any(|address| !address.ip().is_loopback());
        let jwt_secret = vars.secret("JWT_SECRET")?;
        if production && jwt_secret.is_none() {
            return Err(error(
                "JWT_SECRET",
                "must be set outside the embedded profile; `api secret` makes one",
            ));
        }
        let visitor_jwt_secret = vars.secret("VISITOR_JWT_SECRET")?;
        let worker = match stores.redis_url {
            Some(_) => WorkerMode::External,
            None => WorkerMode::Embedded,
        };
        let (registration, rooms_access, visitors) = match (production, &visitor_jwt_secret) {
            (false, _) => (Registration::Open, RoomsAccess::Open, Visitors::Anonymous),
            (true, Some(_)) => (Registration::Closed, RoomsAccess::Token, Visitors::Signed),
            (true, None) => (Registration::Closed, RoomsAccess::Token, Visitors::Off),
        };
        Ok(Self {
            production,
            jwt_secret,
            visitor_jwt_secret,
            worker,
            registration,
            visitors,
            rooms_access,
        })
    }
}

impl Llm {
    fn read(vars: &Vars) -> Result<Option<Self>, SettingError> {
        let Some(base_url) = vars.url("LLM_BASE_URL", &["http://", "https://"])? else {
            return Ok(None);
        };
        let model = vars
            .get("LLM_MODEL")?
            .ok_or_else(|| error("LLM_MODEL", "must be set where LLM_BASE_URL is"))?;
        Ok(Some(Self {
            base_url,
            model,
            api_key: vars.get("LLM_API_KEY")?.map(SecretString::from),
            daily_budget: vars.count("LLM_DAILY_BUDGET")?,
            visitor_budget: vars.count("LLM_VISITOR_BUDGET")?,
        }))
    }
}

/// Connections that an address may hold where so many may be sockets: people behind one address also load pages.
fn room_beside(sockets: usize) -> usize {
    match sockets {
        0 => 0,
        sockets => sockets.saturating_add(500),
    }
}

#[cfg(test)]
mod tests;
