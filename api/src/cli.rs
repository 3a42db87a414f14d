//! The command line of `api`.

mod articles;
mod model;

use crate::server::Server;
use accounts::users::{self, Register};
use anyhow::{Context, bail};
use app::App;
use app::archive::{self, Moved};
use app::demo;
use articles::ArticlesCommand;
use clap::{Args, Parser, Subcommand, ValueEnum};
use entity::user::{self, Department, Role};
use kernel::clock::Clock;
use kernel::error::explained;
use kernel::settings::Settings;
use model::ModelCommand;
use platform::db::Db;
use platform::files::Files;
use secrecy::{ExposeSecret, SecretString};
use std::io::Read;
use std::path::{Path, PathBuf};
use tokio_util::sync::CancellationToken;

/// Switchboard: a customer-support and CRM chat server. Everything is set by the environment; see `.env.example`.
#[derive(Parser)]
#[command(version, about)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server (the default).
    Serve,
    /// Create, list and administer accounts.
    #[command(subcommand)]
    User(UserCommand),
    /// Import and export the articles of the help centre.
    #[command(subcommand)]
    Articles(ArticlesCommand),
    /// Bring a model that finds articles by meaning.
    #[command(subcommand)]
    Model(ModelCommand),
    /// Print a random secret, fit for `JWT_SECRET`.
    Secret,
    /// Apply what is missing of the database's schema.
    Migrate,
    /// Check the settings and that everything they name answers.
    Doctor,
    /// Write everything that is kept to a new directory, from one moment, beside a running server. Changes nothing.
    Export {
        /// Made by this; must not exist. It will hold password hashes: keep it private.
        directory: PathBuf,
    },
    /// Read an export into an empty database and file store, of either profile.
    Import {
        /// What `export` made.
        directory: PathBuf,
    },
}

#[derive(Subcommand)]
enum UserCommand {
    /// Create an account.
    Create(NewUser),
    /// List the accounts.
    List,
    /// Give an account another role.
    SetRole(NewRole),
    /// Disable an account and end its sessions.
    Disable {
        #[arg(long)]
        username: String,
    },
}

#[derive(Args)]
struct NewUser {
    #[arg(long)]
    username: String,
    #[arg(long, value_enum, default_value = "user")]
    role: RoleName,
    /// Visible to other people of this machine: prefer --password-stdin.
    #[arg(long, conflicts_with = "password_stdin")]
    password: Option<String>,
    /// Read the password from standard input.
    #[arg(long)]
    password_stdin: bool,
    #[arg(long)]
    email: Option<String>,
    #[arg(long, value_enum, ignore_case = true)]
    department: Option<DepartmentName>,
}

#[derive(Args)]
struct NewRole {
    #[arg(long)]
    username: String,
    #[arg(long, value_enum)]
    role: RoleName,
    #[arg(long, value_enum, ignore_case = true)]
    department: Option<DepartmentName>,
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleName {
    User,
    Driver,
    Agent,
    Admin,
}

#[derive(Clone, Copy, ValueEnum)]
enum DepartmentName {
    #[value(name = "IT")]
    It,
    #[value(name = "HR")]
    Hr,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::User => Self::User,
            RoleName::Driver => Self::Driver,
            RoleName::Agent => Self::Agent,
            RoleName::Admin => Self::Admin,
        }
    }
}

impl From<DepartmentName> for Department {
    fn from(name: DepartmentName) -> Self {
        match name {
            DepartmentName::It => Self::It,
            DepartmentName::Hr => Self::Hr,
        }
    }
}

/// Does what the arguments say.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve().await,
        Command::User(command) => administer(command).await,
        Command::Articles(command) => articles::run(command).await,
        Command::Model(command) => model::run(command).await,
        Command::Secret => {
            println!("{}", kernel::secrets::random_hex(32));
            Ok(())
        }
        Command::Migrate => migrate().await,
        Command::Doctor => doctor().await,
        Command::Export { directory } => export(&directory).await,
        Command::Import { directory } => import(&directory).await,
    }
}

async fn open(settings: Settings) -> anyhow::Result<App> {
    App::open(settings, Clock::System, CancellationToken::new())
        .await
        .map_err(explained)
}

async fn serve() -> anyhow::Result<()> {
    let settings = Settings::from_env()?;
    platform::bootstrap::start(&settings)?;
    let app = App::start(settings, Clock::System, CancellationToken::new())
        .await
        .map_err(explained)?;
    let settings = &app.settings;
    let exposed = settings.bind.iter().any(|address| !address.ip().is_loopback());
    if exposed && app.db.is_sqlite() && !users::has_admin(&app).await.map_err(explained)? {
        bail!(
            "BIND: an address that others can reach needs an admin: `api user create --role admin …` first"
        );
    }
    let demo = if settings.production {
        None
    } else {
        Some(demo::ensure(&app).await.map_err(explained)?)
    };
    let server = Server::start(app.clone()).await?;
    announce(&server, demo.as_ref());
    platform::bootstrap::stop_signal().await?;
    tracing::info!("stopping");
    server.stop().await;
    Ok(())
}

fn announce(server: &Server, demo: Option<&SecretString>) {
    for address in &server.addresses {
        tracing::info!(%address, "Switchboard listens");
    }
    let (Some(password), Some(address)) = (demo, server.addresses.first()) else {
        return;
    };
    let names: Vec<_> = demo::PEOPLE.iter().map(|(name, ..)| *name).collect();
    println!(
        "\n  Switchboard runs on http://{address}\n  The chat widget      http://{address}/chat-test\n  \
         Agents' console      http://{address}/console\n  API documentation    http://{address}/docs\n  \
         Demo people          {}\n  Their password       {}\n",
        names.join(", "),
        password.expose_secret()
    );
}

async fn administer(command: UserCommand) -> anyhow::Result<()> {
    let app = open(Settings::from_env()?).await?;
    match command {
        UserCommand::Create(new) => {
            let user = create(&app, new).await?;
            println!("{} {} {}", user.id, user.username, role(&user));
        }
        UserCommand::List => {
            for user in users::list(&app, None).await.map_err(explained)? {
                let state = if user.disabled_at.is_some() {
                    "disabled"
                } else {
                    "active"
                };
                println!(
                    "{}\t{}\t{}\t{}\t{state}",
                    user.id,
                    user.username,
                    role(&user),
                    user.email.unwrap_or_default()
                );
            }
        }
        UserCommand::SetRole(new) => {
            let department = new.department.map(Into::into);
            let user = users::set_role(&app, &new.username, new.role.into(), department)
                .await
                .map_err(explained)?;
            println!("{} {} {}", user.id, user.username, role(&user));
        }
        UserCommand::Disable { username } => {
            let user = users::disable(&app, &username).await.map_err(explained)?;
            println!("{} {} disabled", user.id, user.username);
        }
    }
    app.bus.flush().await;
    Ok(())
}

fn role(user: &user::Model) -> String {
    let role = format!("{:?}", user.role).to_lowercase();
    match user.department {
        Some(department) => format!("{role} ({department:?})"),
        None => role,
    }
}

async fn create(app: &App, new: NewUser) -> anyhow::Result<user::Model> {
    let (password, made) = match (new.password, new.password_stdin) {
        (Some(password), _) => (password, false),
        (None, true) => {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .context("cannot read the password")?;
            (text.trim_end_matches(['\n', '\r']).to_owned(), false)
        }
        (None, false) => (kernel::secrets::random_hex(8), true),
    };
    if made {
        println!("password: {password}");
    }
    let command = Register {
        username: new.username,
        password: SecretString::from(password),
        email: new.email,
        phone: None,
        full_name: None,
        role: Some(new.role.into()),
        department: new.department.map(Into::into),
    };
    users::create(app, command).await.map_err(explained)
}

async fn migrate() -> anyhow::Result<()> {
    migrated(&Settings::from_env()?).await?;
    println!("the schema is current");
    Ok(())
}

async fn migrated(settings: &Settings) -> anyhow::Result<Db> {
    if settings.database_url.starts_with("sqlite:") {
        kernel::secrets::private_dir(&settings.data_dir).map_err(explained)?;
    }
    let db = Db::connect(&settings.database_url).await?;
    db.migrate().await?;
    Ok(db)
}

async fn export(directory: &Path) -> anyhow::Result<()> {
    let settings = Settings::from_env()?;
    let db = Db::connect_read_only(&settings.database_url)
        .await
        .map_err(explained)?;
    let files = Files::open(&settings.storage_url)?;
    let moved = archive::export(&db, &files, directory).await?;
    report("exported", &moved);
    Ok(())
}

async fn import(directory: &Path) -> anyhow::Result<()> {
    let settings = Settings::from_env()?;
    let db = migrated(&settings).await?;
    let files = Files::open(&settings.storage_url)?;
    let moved = archive::import(&db, &files, directory).await?;
    report("imported", &moved);
    Ok(())
}

fn report(done: &str, moved: &Moved) {
    for (table, rows) in &moved.rows {
        println!("{rows:>10}  {table}");
    }
    println!("{:>10}  files", moved.files);
    for key in &moved.missing {
        println!("missing in the file store: {key}");
    }
    println!("{done}");
}

async fn doctor() -> anyhow::Result<()> {
    let mut settings = Settings::from_env()?;
    settings.migrate = false;
    println!(
        "ok    settings ({})",
        if settings.production {
            "production"
        } else {
            "embedded"
        }
    );
    let db = Db::connect(&settings.database_url).await?;
    if !db.is_current().await? {
        bail!("the database's schema is not current: `api migrate`");
    }
    println!("ok    schema");
    let app = open(settings).await?;
    let mut bad = 0;
    for (part, result) in app.check().await {
        match result {
            Ok(()) => println!("ok    {part}"),
            Err(error) => {
                bad += 1;
                println!("FAIL  {part}: {error}");
            }
        }
    }
    match assist::check_model(&app.settings.embeddings).await {
        Ok(Some(model)) => println!("ok    embeddings ({model})"),
        Ok(None) => {}
        Err(error) => {
            bad += 1;
            println!("FAIL  embeddings: {error}");
        }
    }
    if bad > 0 {
        bail!("{bad} parts do not answer")
    } else {
        Ok(())
    }
}
