//! Accounts, as the `support` dialect shows them: ids are numbers, drivers are shown as such.

use crate::wire::time::Timestamp;
use accounts::credentials::ChangePassword;
use accounts::users::{ChangeContact, ChangeOwn, UpdateUser, shown};
use entity::user::{self, Department, Role};
use poem_openapi::types::{Example, MaybeUndefined, Password};
use poem_openapi::{Enum, Object};
use secrecy::SecretString;
use serde::Deserialize;

/// A role as it is shown here.
pub fn role_word(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Driver => "driver",
        Role::Agent => "agent",
        Role::Admin => "admin",
        Role::Bot => "bot",
    }
}

/// A role that an account may have.
#[derive(Enum, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[oai(rename = "SupportRole", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum RoleWord {
    User,
    Driver,
    Agent,
    Admin,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::User => Self::User,
            RoleWord::Driver => Self::Driver,
            RoleWord::Agent => Self::Agent,
            RoleWord::Admin => Self::Admin,
        }
    }
}

/// An account as its owner, agents and admins see it.
#[derive(Object, Clone, Debug)]
#[oai(rename = "Profile")]
pub struct ProfileObject {
    pub id: i64,
    /// The same as `id`.
    pub user_id: i64,
    pub username: String,
    #[oai(nullable)]
    pub email: Option<String>,
    /// Whether mail to the address was shown to reach its owner.
    pub email_verified: bool,
    #[oai(nullable)]
    pub phone: Option<String>,
    #[oai(nullable)]
    pub full_name: Option<String>,
    /// What others see.
    pub display_name: String,
    pub role: String,
    #[oai(nullable)]
    pub department: Option<String>,
    /// Always null: no station is anybody's here.
    #[oai(nullable)]
    pub station_id: Option<i64>,
    /// Can sign in.
    pub is_active: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl From<user::Model> for ProfileObject {
    fn from(row: user::Model) -> Self {
        let department = row.department.map(|department| match department {
            Department::It => "IT",
            Department::Hr => "HR",
        });
        Self {
            id: row.id.0,
            user_id: row.id.0,
            display_name: shown(&row).to_owned(),
            username: row.username,
            email: row.email,
            email_verified: row.email_verified_at.is_some(),
            phone: row.phone,
            full_name: row.full_name,
            role: role_word(row.role).into(),
            department: department.map(Into::into),
            station_id: None,
            is_active: row.disabled_at.is_none(),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// What changes; what is absent stays.
#[derive(Object, Deserialize, Clone, Debug, Default)]
#[oai(rename = "UpdateProfile", example)]
#[serde(default)]
pub struct UpdateProfileBody {
    /// Null or empty: none.
    #[oai(nullable, validator(max_length = 200))]
    pub full_name: MaybeUndefined<String>,
    /// Null or empty: none. Another address is not confirmed: a code is mailed to it.
    #[oai(nullable, validator(max_length = 254))]
    pub email: MaybeUndefined<String>,
    /// Null or empty: none.
    #[oai(nullable, validator(max_length = 32))]
    pub phone: MaybeUndefined<String>,
    /// An admin's to give, and of others only.
    #[oai(nullable)]
    pub role: Option<RoleWord>,
    /// The present password: needed to change one's own e-mail address.
    #[oai(nullable, validator(min_length = 1, max_length = 128))]
    #[serde(deserialize_with = "password")]
    pub current_password: Option<Password>,
}

impl Example for UpdateProfileBody {
    fn example() -> Self {
        Self {
            full_name: MaybeUndefined::Value("Dana Driver".into()),
            phone: MaybeUndefined::Value("+49 30 1234".into()),
            ..Self::default()
        }
    }
}

impl UpdateProfileBody {
    fn contact(&self) -> ChangeContact {
        ChangeContact {
            email: given(&self.email),
            phone: given(&self.phone),
        }
    }

    /// The present password, where it is given.
    pub fn password(&self) -> Option<SecretString> {
        let given = self.current_password.clone();
        given.map(|password| SecretString::from(password.0))
    }

    /// As somebody changes their own account, who gives themselves no role.
    pub fn own(&self) -> ChangeOwn {
        ChangeOwn {
            full_name: given(&self.full_name),
            contact: self.contact(),
        }
    }

    /// As an admin changes an account.
    pub fn administered(&self) -> UpdateUser {
        UpdateUser {
            role: self.role.map(Into::into),
            full_name: given(&self.full_name),
            contact: self.contact(),
            ..UpdateUser::default()
        }
    }
}

/// Empty counts as none.
fn given(text: &MaybeUndefined<String>) -> Option<Option<String>> {
    let text: Option<Option<String>> = text.clone().into();
    text.map(|text| text.filter(|text| !text.is_empty()))
}

/// The present password and another one, each under any of its names.
#[derive(Object, Deserialize, Clone, Debug)]
#[oai(rename = "ChangePassword", example)]
pub struct ChangePasswordBody {
    #[oai(
        rename = "currentPassword",
        nullable,
        validator(min_length = 1, max_length = 128)
    )]
    #[serde(rename = "currentPassword", default, deserialize_with = "password")]
    pub current_password_camel: Option<Password>,
    /// The same as `currentPassword`.
    #[oai(nullable, validator(min_length = 1, max_length = 128))]
    #[serde(default, deserialize_with = "password")]
    pub current_password: Option<Password>,
    /// The same as `currentPassword`.
    #[oai(nullable, validator(min_length = 1, max_length = 128))]
    #[serde(default, deserialize_with = "password")]
    pub old_password: Option<Password>,
    /// 8–128 characters.
    #[oai(rename = "newPassword", nullable, validator(min_length = 8, max_length = 128))]
    #[serde(rename = "newPassword", default, deserialize_with = "password")]
    pub new_password_camel: Option<Password>,
    /// The same as `newPassword`.
    #[oai(nullable, validator(min_length = 8, max_length = 128))]
    #[serde(default, deserialize_with = "password")]
    pub new_password: Option<Password>,
    /// The solution of a `challenge` that a 429 carried, as at sign-in.
    #[oai(nullable, validator(max_length = 200))]
    pub proof: Option<String>,
}

impl Example for ChangePasswordBody {
    fn example() -> Self {
        Self {
            current_password_camel: Some(Password("testpass123".into())),
            current_password: None,
            old_password: None,
            new_password_camel: Some(Password("testpass456".into())),
            new_password: None,
            proof: None,
        }
    }
}

impl ChangePasswordBody {
    /// The command, and the proof of work where there is one; the name of what is missing otherwise.
    pub fn split(self) -> Result<(ChangePassword, Option<String>), &'static str> {
        let secret = |password: Password| SecretString::from(password.0);
        let current = self
            .current_password_camel
            .or(self.current_password)
            .or(self.old_password);
        let new = self.new_password_camel.or(self.new_password);
        let command = ChangePassword {
            current: secret(current.ok_or("currentPassword")?),
            new: secret(new.ok_or("newPassword")?),
        };
        Ok((command, self.proof))
    }
}

fn password<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Password>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(Password))
}

/// The password is another now.
#[derive(Object)]
pub struct ChangedPassword {
    pub message: String,
}

impl Default for ChangedPassword {
    fn default() -> Self {
        Self {
            message: "Password changed successfully".into(),
        }
    }
}
