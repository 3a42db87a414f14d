//! Where sign-in is mounted, and what differs there.

use entity::UserId;
use entity::user::{Department, Role};
use poem::http::StatusCode;
use poem_openapi::types::{ParseFromJSON, ToJSON, Type};

/// One of the mounts.
pub(super) trait Mount: Send + Sync + 'static {
    const PREFIX: &'static str;
    /// What a registration answers.
    const REGISTERED: StatusCode;
    /// How its clients take a user's id.
    type Id: Type + ToJSON + ParseFromJSON;

    fn id(user: UserId) -> Self::Id;

    fn role(role: Role, department: Option<Department>) -> &'static str;

    /// The calls' operation ids: unique among the mounts.
    const OPERATIONS: [&'static str; 11];
}

/// `/auth`: the help desk's, which tells its agents' teams apart.
pub(super) struct Root;
/// `/api/auth`: the native one.
pub(super) struct Api;
/// `/api/v1/auth`: ids are numbers, drivers are shown as such.
pub(super) struct ApiV1;

impl Mount for Root {
    const PREFIX: &'static str = "/auth";
    const OPERATIONS: [&'static str; 11] = [
        "auth_register",
        "auth_login",
        "auth_refresh",
        "auth_logout",
        "auth_me",
        "auth_visitor",
        "auth_verify_email",
        "auth_resend_verification",
        "auth_forgot_password",
        "auth_forget_password",
        "auth_reset_password",
    ];
    const REGISTERED: StatusCode = StatusCode::OK;
    type Id = String;

    fn id(user: UserId) -> String {
        user.to_string()
    }

    fn role(role: Role, department: Option<Department>) -> &'static str {
        match (role, department) {
            (Role::Agent, Some(Department::It)) => "it_agent",
            (Role::Agent, Some(Department::Hr)) => "hr_agent",
            _ => Api::role(role, department),
        }
    }
}

impl Mount for Api {
    const PREFIX: &'static str = "/api/auth";
    const OPERATIONS: [&'static str; 11] = [
        "api_auth_register",
        "api_auth_login",
        "api_auth_refresh",
        "api_auth_logout",
        "api_auth_me",
        "api_auth_visitor",
        "api_auth_verify_email",
        "api_auth_resend_verification",
        "api_auth_forgot_password",
        "api_auth_forget_password",
        "api_auth_reset_password",
    ];
    const REGISTERED: StatusCode = StatusCode::CREATED;
    type Id = String;

    fn id(user: UserId) -> String {
        user.to_string()
    }

    fn role(role: Role, _: Option<Department>) -> &'static str {
        match role {
            Role::User | Role::Driver => "user",
            Role::Agent => "agent",
            Role::Admin => "admin",
            Role::Bot => "bot",
        }
    }
}

impl Mount for ApiV1 {
    const PREFIX: &'static str = "/api/v1/auth";
    const OPERATIONS: [&'static str; 11] = [
        "api_v1_auth_register",
        "api_v1_auth_login",
        "api_v1_auth_refresh",
        "api_v1_auth_logout",
        "api_v1_auth_me",
        "api_v1_auth_visitor",
        "api_v1_auth_verify_email",
        "api_v1_auth_resend_verification",
        "api_v1_auth_forgot_password",
        "api_v1_auth_forget_password",
        "api_v1_auth_reset_password",
    ];
    const REGISTERED: StatusCode = StatusCode::CREATED;
    type Id = i64;

    fn id(user: UserId) -> i64 {
        user.0
    }

    fn role(role: Role, department: Option<Department>) -> &'static str {
        match role {
            Role::Driver => "driver",
            _ => Api::role(role, department),
        }
    }
}
