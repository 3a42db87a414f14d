//! The wire form of sign-in.

use super::mounts::Mount;
use accounts::tokens::Pair;
use accounts::users::Register;
use chrono::SecondsFormat;
use entity::user::{self, Department, Role};
use poem::{IntoResponse, Response};
use poem_openapi::payload::Json;
use poem_openapi::registry::{MetaResponses, Registry};
use poem_openapi::types::{Example, ParseFromJSON, Password, ToJSON, Type};
use poem_openapi::{ApiResponse, Enum, Object};
use secrecy::SecretString;
use serde::Deserialize;

/// A new account.
#[derive(Object, Deserialize)]
#[oai(rename = "Register", example)]
pub(super) struct RegisterBody {
    /// 3–50 characters without white space, slashes or what is not seen, at least one of them not a digit; no telephone
    /// number, no e-mail address but the account's own, and nothing that passes for the company or its people.
    #[oai(validator(min_length = 3, max_length = 50, pattern = r"^[^\s/\\]*[^\s/\\0-9][^\s/\\]*$"))]
    username: String,
    /// 8–128 characters.
    #[oai(validator(min_length = 8, max_length = 128))]
    #[serde(deserialize_with = "password")]
    password: Password,
    #[oai(
        nullable,
        validator(max_length = 254, pattern = r"^[^@\s]+@[^@\s.][^@\s]*\.[^@\s.]+$")
    )]
    email: Option<String>,
    #[oai(
        nullable,
        validator(min_length = 3, max_length = 32, pattern = "^[0-9+() .-]+$")
    )]
    phone: Option<String>,
    #[oai(nullable, validator(max_length = 200))]
    full_name: Option<String>,
    /// `user` unless given; other than `user` and `driver` takes an admin's token.
    #[oai(nullable)]
    role: Option<RoleName>,
}

/// A role as clients name it.
#[derive(Enum, Deserialize, Clone, Copy)]
#[oai(rename = "Role", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
enum RoleName {
    User,
    /// A user of the `support` dialect.
    Driver,
    Agent,
    /// An agent of the IT department.
    ItAgent,
    /// An agent of the HR department.
    HrAgent,
    Admin,
}

impl RoleName {
    fn role(self) -> (Role, Option<Department>) {
        match self {
            Self::User => (Role::User, None),
            Self::Driver => (Role::Driver, None),
            Self::Agent => (Role::Agent, None),
            Self::ItAgent => (Role::Agent, Some(Department::It)),
            Self::HrAgent => (Role::Agent, Some(Department::Hr)),
            Self::Admin => (Role::Admin, None),
        }
    }
}

fn password<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Password, D::Error> {
    String::deserialize(deserializer).map(Password)
}

impl Example for RegisterBody {
    fn example() -> Self {
        Self {
            username: "testuser".into(),
            password: Password("testpass123".into()),
            email: Some("testuser@example.com".into()),
            phone: None,
            full_name: Some("Test User".into()),
            role: Some(RoleName::User),
        }
    }
}

impl From<RegisterBody> for Register {
    fn from(body: RegisterBody) -> Self {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let (role, department) = body.role.map(RoleName::role).unzip();
        Self {
            username: body.username,
            password: SecretString::from(body.password.0),
            email: given(body.email),
            phone: given(body.phone),
            full_name: given(body.full_name),
            role,
            department: department.flatten(),
        }
    }
}

/// Who signs in: one of `username`, `email` and `emailOrPhone`, and the password.
#[derive(Object, Deserialize)]
#[oai(rename = "Login", example)]
pub(super) struct LoginBody {
    #[oai(nullable)]
    username: Option<String>,
    #[oai(nullable)]
    email: Option<String>,
    #[oai(rename = "emailOrPhone", nullable)]
    #[serde(rename = "emailOrPhone")]
    email_or_phone: Option<String>,
    #[oai(validator(min_length = 1, max_length = 128))]
    #[serde(deserialize_with = "password")]
    password: Password,
    /// The solution of a `challenge` that a 429 carried: `<token>:<n0>,<n1>,…`, where for each part `i` of `parts` SHA-256 of
    /// `<last 32 characters of the token>.<i>.<n>` begins with `bits` zero bits. Good once, for two minutes.
    #[oai(nullable, validator(max_length = 200))]
    proof: Option<String>,
}

impl LoginBody {
    /// Who, where anybody is named, the password, and the proof of work where there is one.
    pub(super) fn split(self) -> (Option<String>, SecretString, Option<String>) {
        let names = [self.username, self.email, self.email_or_phone];
        let who = names.into_iter().flatten().find(|name| !name.is_empty());
        (who, SecretString::from(self.password.0), self.proof)
    }
}

impl Example for LoginBody {
    fn example() -> Self {
        Self {
            username: Some("testuser".into()),
            email: None,
            email_or_phone: None,
            password: Password("testpass123".into()),
            proof: None,
        }
    }
}

/// A refresh token.
#[derive(Object, Deserialize)]
#[oai(rename = "Refresh")]
pub(super) struct RefreshBody {
    pub refresh_token: String,
}

/// What to sign out of: the session of the access token, if there is one, and that of this refresh token.
#[derive(Object, Deserialize)]
#[oai(rename = "Logout")]
pub(super) struct LogoutBody {
    #[oai(nullable)]
    pub refresh_token: Option<String>,
}

/// A visitor of a site that embeds the widget.
#[derive(Object, Deserialize)]
#[oai(rename = "Visit")]
pub(super) struct VisitorBody {
    /// A JWT signed by the site with `VISITOR_JWT_SECRET`; without one the visitor is anonymous.
    #[oai(nullable)]
    pub token: Option<String>,
    /// The solution of a `challenge` that a 429 carried: `<token>:<n0>,<n1>,…`, where for each part `i` of `parts` SHA-256 of
    /// `<last 32 characters of the token>.<i>.<n>` begins with `bits` zero bits. Good once, for two minutes.
    #[oai(nullable, validator(max_length = 200))]
    pub proof: Option<String>,
}

/// An account as its owner sees it.
#[derive(Object)]
#[oai(rename = "Account")]
pub(super) struct AccountObject<I: Type + ParseFromJSON + ToJSON> {
    id: I,
    /// The same as `id`.
    user_id: I,
    username: String,
    #[oai(nullable)]
    email: Option<String>,
    role: String,
    #[oai(nullable)]
    department: Option<String>,
    /// What others see.
    display_name: String,
    #[oai(nullable)]
    full_name: Option<String>,
    #[oai(nullable)]
    phone: Option<String>,
    created_at: String,
}

impl<I: Type + ParseFromJSON + ToJSON> AccountObject<I> {
    /// The account as this mount shows it.
    pub(super) fn new<M: Mount<Id = I>>(user: &user::Model) -> Self {
        let department = user.department.map(|department| match department {
            Department::It => "IT",
            Department::Hr => "HR",
        });
        Self {
            id: M::id(user.id),
            user_id: M::id(user.id),
            username: user.username.clone(),
            email: user.email.clone(),
            role: M::role(user.role, user.department).into(),
            department: department.map(Into::into),
            display_name: user.full_name.as_ref().unwrap_or(&user.username).clone(),
            full_name: user.full_name.clone(),
            phone: user.phone.clone(),
            created_at: user.created_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        }
    }
}

/// A new account.
#[derive(Object)]
#[oai(rename = "Registered")]
pub(super) struct RegisteredObject<I: Type + ParseFromJSON + ToJSON> {
    message: String,
    id: I,
    /// The same as `id`.
    user_id: I,
    username: String,
    #[oai(nullable)]
    email: Option<String>,
    role: String,
    created_at: String,
    user: AccountObject<I>,
}

impl<I: Type + ParseFromJSON + ToJSON> RegisteredObject<I> {
    /// The account as this mount shows it.
    pub(super) fn new<M: Mount<Id = I>>(user: &user::Model) -> Self {
        let account = AccountObject::new::<M>(user);
        Self {
            message: "User registered successfully".into(),
            id: M::id(user.id),
            user_id: M::id(user.id),
            username: account.username.clone(),
            email: account.email.clone(),
            role: account.role.clone(),
            created_at: account.created_at.clone(),
            user: account,
        }
    }
}

/// A registration's answer, with the mount's status.
pub(super) struct Registered<M: Mount>(pub RegisteredObject<M::Id>);

impl<M: Mount> IntoResponse for Registered<M> {
    fn into_response(self) -> Response {
        Json(self.0).with_status(M::REGISTERED).into_response()
    }
}

impl<M: Mount> ApiResponse for Registered<M> {
    fn meta() -> MetaResponses {
        let mut meta = <Json<RegisteredObject<M::Id>> as ApiResponse>::meta();
        for response in &mut meta.responses {
            response.status = Some(M::REGISTERED.as_u16());
            response.description = "The account";
        }
        meta
    }

    fn register(registry: &mut Registry) {
        RegisteredObject::<M::Id>::register(registry);
    }
}

/// A session: an access token, and the refresh token that renews it once.
#[derive(Object)]
#[oai(rename = "Session")]
pub(super) struct SessionObject<I: Type + ParseFromJSON + ToJSON> {
    /// Send it as `Authorization: Bearer …`.
    access_token: String,
    /// Good once.
    refresh_token: String,
    /// Always `bearer`.
    token_type: String,
    /// Seconds that the access token is good for.
    expires_in: i64,
    /// The same as `access_token`.
    token: String,
    /// The same as `refresh_token`.
    refresh: String,
    /// The same as `access_token`.
    #[oai(rename = "accessToken")]
    access_token_camel: String,
    role: String,
    username: String,
    user_id: I,
    user: AccountObject<I>,
}

impl<I: Type + ParseFromJSON + ToJSON> SessionObject<I> {
    /// The session as this mount shows it.
    pub(super) fn new<M: Mount<Id = I>>(pair: Pair) -> Self {
        let user = AccountObject::new::<M>(&pair.user);
        Self {
            token: pair.access.clone(),
            access_token_camel: pair.access.clone(),
            access_token: pair.access,
            refresh: pair.refresh.clone(),
            refresh_token: pair.refresh,
            token_type: "bearer".into(),
            expires_in: pair.expires_in,
            role: user.role.clone(),
            username: user.username.clone(),
            user_id: M::id(pair.user.id),
            user,
        }
    }
}

/// Signed out.
#[derive(Object)]
#[oai(rename = "SignedOut")]
pub(super) struct SignedOutObject {
    message: String,
    detail: String,
}

impl Default for SignedOutObject {
    fn default() -> Self {
        Self {
            message: "Logout successful".into(),
            detail: "Signed out".into(),
        }
    }
}
