//! All settings, from the environment (`NAME` or, for a file that holds the value, `NAME_FILE`).

use crate::queue_name::QueueName;
use p256::pkcs8::DecodePrivateKey;
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

mod connection;
mod rate;
mod site;
pub use connection::ConnectionUrl;
pub use rate::Rate;
pub use site::{AllowedOrigin, Site, split_authority};

/// A setting that is missing or malformed; the message names it and never its value where it is a secret.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{name}: {problem}")]
pub struct SettingError {
    /// The setting's name.
    pub name: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Who may make an account by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Anybody may register.
    Open,
    /// Only admins make accounts.
    Closed,
}

/// Who may become a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visitors {
    /// Anybody, and holders of a signed token.
    Anonymous,
    /// Holders of a token signed with `VISITOR_JWT_SECRET`.
    Signed,
    /// Nobody: whoever chats has an account.
    Off,
}

/// Who may use the rooms of the `rooms` dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomsAccess {
    /// Whoever names a `user_id`, without a token; rooms only.
    Open,
    /// Holders of a token whose username equals `user_id`.
    Token,
}

/// Where jobs run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkerMode {
    /// In the api process.
    Embedded,
    /// In `worker` processes.
    External,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Pretty,
    /// One JSON object a line.
    Json,
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
    /// In this process, or in others.
    pub worker: WorkerMode,
    /// The queues that this process works on, each with how many jobs it runs concurrently.
    pub worker_queues: Vec<(QueueName, usize)>,
    /// The model that phrases the bot's answers; none: it quotes the knowledge base.
    pub llm: Option<Llm>,
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

/// Jobs of one queue that one process runs concurrently at most.
const MAX_SLOTS: usize = 256;
/// Shorter secrets are refused.
pub const MIN_SECRET_BYTES: usize = 32;

/// Secrets out of tutorials: refused whatever their length.
const WELL_KNOWN: &[&str] = &[
    "secret",
    "changeme",
    "change-me",
    "change_me",
    "your-secret",
    "your_secret",
    "password",
    "example",
    "insecure",
    "a-string-secret",
];

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
        let data_dir = PathBuf::from(vars.get("DATA_DIR")?.unwrap_or_else(|| "./data".into()));
        let database_url = vars
            .get("DATABASE_URL")?
            .unwrap_or_else(|| format!("sqlite://{}/switchboard.db?mode=rwc", data_dir.display()));
        let redis_url = vars.get("REDIS_URL")?;
        let bind = vars.list::<SocketAddr>("BIND", "a list of addresses such as 127.0.0.1:8000")?;
        let bind = if bind.is_empty() {
            vec![SocketAddr::from(([127, 0, 0, 1], 8000))]
        } else {
            bind
        };
        check_scheme(
            "DATABASE_URL",
            &database_url,
            &["sqlite:", "postgres:", "postgresql:"],
        )?;
        if let Some(url) = &redis_url {
            check_scheme("REDIS_URL", url, &["redis:", "rediss:", "unix:"])?;
        }
        let storage_url = vars
            .get("STORAGE_URL")?
            .unwrap_or_else(|| format!("file://{}/files", data_dir.display()));
        check_scheme("STORAGE_URL", &storage_url, &["file:", "s3:"])?;
        let production = !database_url.starts_with("sqlite:")
            || redis_url.is_some()
            || bind.iter().any(|address| !address.ip().is_loopback());
        let jwt_secret = vars.secret("JWT_SECRET")?;
        if production && jwt_secret.is_none() {
            return Err(error(
                "JWT_SECRET",
                "must be set outside the embedded profile; `api secret` makes one",
            ));
        }
        let visitor_jwt_secret = vars.secret("VISITOR_JWT_SECRET")?;
        let visitors = match (production, visitor_jwt_secret.is_some()) {
            (false, _) => Visitors::Anonymous,
            (true, true) => Visitors::Signed,
            (true, false) => Visitors::Off,
        };
        let max_sockets_per_address = vars.number("MAX_SOCKETS_PER_ADDRESS", 2000)?;
        Ok(Self {
            worker: vars.choice(
                "WORKER",
                &[
                    ("embedded", WorkerMode::Embedded),
                    ("external", WorkerMode::External),
                ],
                if redis_url.is_some() {
                    WorkerMode::External
                } else {
                    WorkerMode::Embedded
                },
            )?,
            worker_queues: vars.queues("WORKER_QUEUES")?,
            llm: vars.llm()?,
            log_format: vars.choice(
                "LOG_FORMAT",
                &[("pretty", LogFormat::Pretty), ("json", LogFormat::Json)],
                LogFormat::Pretty,
            )?,
            registration: vars.choice(
                "REGISTRATION",
                &[("open", Registration::Open), ("closed", Registration::Closed)],
                if production {
                    Registration::Closed
                } else {
                    Registration::Open
                },
            )?,
            visitors: vars.choice(
                "VISITORS",
                &[
                    ("anonymous", Visitors::Anonymous),
                    ("signed", Visitors::Signed),
                    ("off", Visitors::Off),
                ],
                visitors,
            )?,
            rooms_access: vars.choice(
                "ROOMS_ACCESS",
                &[("open", RoomsAccess::Open), ("token", RoomsAccess::Token)],
                if production {
                    RoomsAccess::Token
                } else {
                    RoomsAccess::Open
                },
            )?,
            webhook_retry_schedule: vars
                .pauses("WEBHOOK_RETRY_SCHEDULE", "5s,5m,30m,2h,5h,10h,14h,20h,24h")?,
            webhook_allow_nets: vars.nets("WEBHOOK_ALLOW_NETS", production)?,
            internal_webhook_secret: vars.get("INTERNAL_WEBHOOK_SECRET")?.map(SecretString::from),
            vapid_private_key: vars.vapid_key()?,
            misuse_check: vars.switch("MISUSE_CHECK", false)?,
            migrate: vars.switch("MIGRATE", true)?,
            widget_dir: vars.get("WIDGET_DIR")?.map(PathBuf::from),
            redis_prefix: vars.get("REDIS_PREFIX")?.unwrap_or_else(|| "switchboard:".into()),
            public_url: vars.public_url()?,
            allowed_origins: vars.list(
                "ALLOWED_ORIGINS",
                "a list of origins such as https://shop.example, or *",
            )?,
            trusted_proxies: vars.list("TRUSTED_PROXIES", "a list of IP addresses")?,
            rate_limits: vars.switch("RATE_LIMITS", true)?,
            rate_user_messages: vars.rate("RATE_USER_MESSAGES", "30/s:60")?,
            rate_visitor_messages: vars.rate("RATE_VISITOR_MESSAGES", "5/s:20")?,
            rate_address_requests: vars.rate("RATE_ADDRESS_REQUESTS", "200/s:400")?,
            rate_address_newcomers: vars.rate("RATE_ADDRESS_NEWCOMERS", "10/m:30")?,
            rate_address_messages: vars.rate("RATE_ADDRESS_MESSAGES", "20/s:100")?,
            rate_visitor_replies: vars.rate("RATE_VISITOR_REPLIES", "10/s:50")?,
            max_sockets_per_user: vars.number("MAX_SOCKETS_PER_USER", 200)?,
            max_sockets_per_address,
            max_connections_per_address: vars.number(
                "MAX_CONNECTIONS_PER_ADDRESS",
                room_beside(max_sockets_per_address),
            )?,
            demo_password: vars.get("DEMO_PASSWORD")?.map(SecretString::from),
            bind,
            data_dir,
            database_url: database_url.into(),
            redis_url: redis_url.map(ConnectionUrl::from),
            storage_url: storage_url.into(),
            jwt_secret,
            visitor_jwt_secret,
            production,
        })
    }
}

/// Connections that an address may hold where so many may be sockets: people behind one address also load pages.
fn room_beside(sockets: usize) -> usize {
    match sockets {
        0 => 0,
        sockets => sockets.saturating_add(500),
    }
}

fn error(name: &str, problem: impl Into<String>) -> SettingError {
    SettingError {
        name: name.into(),
        problem: problem.into(),
    }
}

fn check_scheme(name: &str, url: &str, schemes: &[&str]) -> Result<(), SettingError> {
    if schemes.iter().any(|scheme| url.starts_with(scheme)) {
        return Ok(());
    }
    // the value may carry a password: it is not shown
    Err(error(
        name,
        format!("must begin with one of {}", schemes.join(" ")),
    ))
}

/// The variables, with `NAME_FILE` looked through.
struct Vars(HashMap<String, String>);

impl Vars {
    fn get(&self, name: &str) -> Result<Option<String>, SettingError> {
        let direct = self.0.get(name).filter(|value| !value.is_empty());
        let file = self
            .0
            .get(&format!("{name}_FILE"))
            .filter(|path| !path.is_empty());
        match (direct, file) {
            (Some(_), Some(_)) => Err(error(name, format!("set {name} or {name}_FILE, not both"))),
            (Some(value), None) => Ok(Some(value.clone())),
            (None, Some(path)) => match std::fs::read_to_string(path) {
                Ok(text) => Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned())),
                Err(problem) => Err(error(
                    &format!("{name}_FILE"),
                    format!("cannot read {path}: {problem}"),
                )),
            },
            (None, None) => Ok(None),
        }
    }

    fn secret(&self, name: &str) -> Result<Option<SecretString>, SettingError> {
        let Some(value) = self.get(name)? else {
            return Ok(None);
        };
        check_secret(name, &value)?;
        Ok(Some(SecretString::from(value)))
    }

    fn list<T: FromStr>(&self, name: &str, what: &str) -> Result<Vec<T>, SettingError> {
        let text = self.get(name)?.unwrap_or_default();
        text.split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(|item| {
                item.parse()
                    .map_err(|_| error(name, format!("`{item}` does not fit: expected {what}")))
            })
            .collect()
    }

    fn choice<T: Copy>(&self, name: &str, choices: &[(&str, T)], default: T) -> Result<T, SettingError> {
        let Some(value) = self.get(name)? else {
            return Ok(default);
        };
        choices
            .iter()
            .find(|(word, _)| *word == value)
            .map(|(_, choice)| *choice)
            .ok_or_else(|| {
                let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
                error(
                    name,
                    format!("`{value}` does not fit: expected one of {}", words.join(", ")),
                )
            })
    }

    fn switch(&self, name: &str, default: bool) -> Result<bool, SettingError> {
        self.choice(name, &[("on", true), ("off", false)], default)
    }

    fn number(&self, name: &str, default: usize) -> Result<usize, SettingError> {
        let Some(value) = self.get(name)? else {
            return Ok(default);
        };
        value
            .parse()
            .map_err(|_| error(name, format!("`{value}` does not fit: expected a whole number")))
    }

    /// `chat=8,media=2`: the queues that are named, each once, with 1–256 slots.
    fn queues(&self, name: &str) -> Result<Vec<(QueueName, usize)>, SettingError> {
        let Some(text) = self.get(name)? else {
            return Ok(QueueName::ALL.map(|queue| (queue, queue.default_slots())).into());
        };
        let mut queues: Vec<(QueueName, usize)> = Vec::new();
        for item in text.split(',').map(str::trim) {
            let problem = |what: String| error(name, format!("`{item}` does not fit: {what}"));
            let (word, slots) = item
                .split_once('=')
                .ok_or_else(|| problem("expected QUEUE=SLOTS, such as chat=8".into()))?;
            let queue = QueueName::of(word.trim()).ok_or_else(|| {
                let words = QueueName::ALL.map(QueueName::word).join(", ");
                problem(format!("expected one of the queues {words}"))
            })?;
            let slots = slots.trim().parse().ok();
            let slots = slots
                .filter(|slots| (1..=MAX_SLOTS).contains(slots))
                .ok_or_else(|| {
                    problem(format!(
                        "expected 1 to {MAX_SLOTS} slots; leave a queue out to give it none here"
                    ))
                })?;
            if queues.iter().any(|(known, _)| *known == queue) {
                return Err(problem(format!("the queue {queue} is named twice")));
            }
            queues.push((queue, slots));
        }
        Ok(queues)
    }

    fn rate(&self, name: &str, default: &str) -> Result<Rate, SettingError> {
        let value = self.get(name)?.unwrap_or_else(|| default.into());
        value
            .parse()
            .map_err(|problem: String| error(name, format!("`{value}` does not fit: {problem}")))
    }

    fn pauses(&self, name: &str, default: &str) -> Result<Vec<Duration>, SettingError> {
        let text = self.get(name)?.unwrap_or_else(|| default.into());
        let pauses = text.split(',').map(str::trim).map(|item| {
            pause(item).ok_or_else(|| {
                error(
                    name,
                    format!("`{item}` does not fit: expected a pause such as 5s, 5m or 2h"),
                )
            })
        });
        pauses.collect()
    }

    /// CIDRs; on the embedded profile this machine's own addresses unless set.
    fn nets(&self, name: &str, production: bool) -> Result<Vec<ipnet::IpNet>, SettingError> {
        let loopback = ["127.0.0.0/8", "::1/128"]
            .iter()
            .filter_map(|net| net.parse().ok());
        match self.get(name)? {
            None if production => Ok(Vec::new()),
            None => Ok(loopback.collect()),
            Some(text) if text == "none" => Ok(Vec::new()),
            Some(_) => self.list(name, "a list of networks such as 10.0.0.0/8, or none"),
        }
    }

    fn public_url(&self) -> Result<Option<String>, SettingError> {
        let name = "PUBLIC_URL";
        let Some(url) = self.get(name)? else {
            return Ok(None);
        };
        let site = Site::of_url(&url).filter(|site| matches!(site.scheme(), "http" | "https"));
        if site.is_none() {
            return Err(error(
                name,
                format!("`{url}` does not fit: expected an address such as https://chat.example.com"),
            ));
        }
        Ok(Some(url.trim_end_matches('/').to_owned()))
    }

    fn vapid_key(&self) -> Result<Option<SecretString>, SettingError> {
        let name = "VAPID_PRIVATE_KEY";
        let Some(pem) = self.get(name)? else {
            return Ok(None);
        };
        if p256::SecretKey::from_pkcs8_pem(pem.trim()).is_err() {
            return Err(error(name, "must be a P-256 key in PKCS #8 PEM"));
        }
        Ok(Some(SecretString::from(pem)))
    }

    fn llm(&self) -> Result<Option<Llm>, SettingError> {
        let Some(base_url) = self.get("LLM_BASE_URL")? else {
            return Ok(None);
        };
        check_scheme("LLM_BASE_URL", &base_url, &["http://", "https://"])?;
        let model = self
            .get("LLM_MODEL")?
            .ok_or_else(|| error("LLM_MODEL", "must be set where LLM_BASE_URL is"))?;
        Ok(Some(Llm {
            base_url,
            model,
            api_key: self.get("LLM_API_KEY")?.map(SecretString::from),
        }))
    }
}

/// Refuses what is short or out of a tutorial, without showing it.
fn check_secret(name: &str, value: &str) -> Result<(), SettingError> {
    if value.len() < MIN_SECRET_BYTES {
        return Err(error(
            name,
            format!("must be at least {MIN_SECRET_BYTES} bytes, has {}", value.len()),
        ));
    }
    let lower = value.to_lowercase();
    let distinct = value.bytes().collect::<std::collections::HashSet<_>>().len();
    if distinct < 8 || WELL_KNOWN.iter().any(|word| lower.starts_with(word)) {
        return Err(error(
            name,
            "is well-known or too simple; `api secret` makes a good one",
        ));
    }
    Ok(())
}

/// `5s`, `5m`, `2h`: a whole number and its unit; a day at most.
fn pause(text: &str) -> Option<Duration> {
    let (count, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    let seconds = count.parse::<u64>().ok()?.checked_mul(unit)?;
    (seconds <= 86_400).then(|| Duration::from_secs(seconds))
}

/// The bytes of a secret.
pub fn secret_bytes(secret: &SecretString) -> &[u8] {
    secret.expose_secret().as_bytes()
}

#[cfg(test)]
mod tests;
