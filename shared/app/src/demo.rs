//! The demo people of the embedded profile: made on first start, one password for all.

use crate::App;
use accounts::users;
use assist::knowledge;
use desk::stations::{self, CreateStation};
use entity::station::Status;
use entity::user::{self, Department, Role};
use kernel::error::Result;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};

/// Name, e-mail address, role and team of each.
pub const PEOPLE: &[(&str, Option<&str>, Role, Option<Department>)] = &[
    ("alice", None, Role::User, None),
    ("bob", None, Role::User, None),
    ("charlie", None, Role::User, None),
    ("user1", None, Role::User, None),
    ("driver", Some("driver@example.com"), Role::Driver, None),
    ("itagent", None, Role::Agent, Some(Department::It)),
    ("hragent", None, Role::Agent, Some(Department::Hr)),
    ("admin", Some("admin@example.com"), Role::Admin, None),
];

/// Makes the people who are missing. Returns everybody's password.
pub async fn ensure(app: &App) -> Result<SecretString> {
    let path = app.settings.data_dir.join("demo-password");
    let given = app
        .settings
        .demo_password
        .as_ref()
        .map(|password| password.expose_secret().to_owned());
    let before = std::fs::read_to_string(&path)
        .map(|text| text.trim_end().to_owned())
        .ok();
    if given.is_some() && given != before && before.is_some() {
        // a new password was given: it replaces the kept one
        std::fs::remove_file(&path).map_err(kernel::error::Error::internal)?;
    }
    let random = || kernel::secrets::random_hex(8);
    let password = SecretString::from(kernel::secrets::keep(&path, || given.unwrap_or_else(random))?);
    let changed = before.as_deref() != Some(password.expose_secret());
    let names = PEOPLE.iter().map(|(name, ..)| *name);
    let there = user::Entity::find()
        .filter(user::Column::UsernameKey.is_in(names))
        .all(&*app.db)
        .await?;
    if there.len() < PEOPLE.len() || changed {
        make(app, &password).await?;
    }
    // once: whoever removes the examples does not want them back
    if there.is_empty() {
        let author = user::Entity::find().filter(user::Column::UsernameKey.eq("admin"));
        if let Some(author) = author.one(&*app.db).await? {
            knowledge::seed_examples(&app.assist, author.id).await?;
        }
    }
    if stations::list(app).await?.is_empty() {
        let command = CreateStation {
            name: "Central Station".into(),
            address: Some("1 Main Street".into()),
            status: Status::Active,
            latitude: None,
            longitude: None,
        };
        stations::add(app, command).await?;
    }
    Ok(password)
}

async fn make(app: &App, password: &SecretString) -> Result<()> {
    let hash = app.passwords.hash(password.clone()).await?;
    let now = app.clock.now();
    for (name, email, role, department) in PEOPLE {
        let row = user::ActiveModel {
            email: Set(email.map(str::to_owned)),
            department: Set(*department),
            password_hash: Set(Some(hash.as_str().into())),
            ..users::new_row(name, *role, now)
        };
        user::Entity::insert(row)
            .on_conflict(
                OnConflict::column(user::Column::UsernameKey)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&*app.db)
            .await?;
    }
    user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(hash))
        .filter(user::Column::UsernameKey.is_in(PEOPLE.iter().map(|(name, ..)| *name)))
        .exec(&*app.db)
        .await?;
    Ok(())
}
