//! Where sign-in is mounted, and what differs there.

use super::routes::AuthApi;
use poem::endpoint::BoxEndpoint;
use poem::http::{Method, StatusCode};
use poem_openapi::OpenApi;
use poem_openapi::registry::{MetaApi, Registry};
use poem_openapi::types::{ParseFromJSON, ToJSON, Type};
use shared::core::Core;
use shared::entity::UserId;
use shared::entity::user::{Department, Role};
use std::collections::HashMap;
use std::marker::PhantomData;

/// One of the mounts.
pub(super) trait Mount: Send + Sync + 'static {
    const PREFIX: &'static str;
    /// What a registration answers.
    const REGISTERED: StatusCode;
    /// How its clients take a user's id.
    type Id: Type + ToJSON + ParseFromJSON;

    fn id(user: UserId) -> Self::Id;

    fn role(role: Role, department: Option<Department>) -> &'static str;

    /// A call's operation id: unique among the mounts.
    fn operation(call: &str) -> Option<&'static str>;
}

/// `/auth`: the help desk's, which tells its agents' teams apart.
pub(super) struct Root;
/// `/api/auth`: the native one.
pub(super) struct Api;
/// `/api/v1/auth`: ids are numbers, drivers are shown as such.
pub(super) struct ApiV1;

macro_rules! operations {
    ($prefix:literal, $call:expr) => {
        match $call {
            "register" => Some(concat!($prefix, "register")),
            "login" => Some(concat!($prefix, "login")),
            "refresh" => Some(concat!($prefix, "refresh")),
            "logout" => Some(concat!($prefix, "logout")),
            "me" => Some(concat!($prefix, "me")),
            "visitor" => Some(concat!($prefix, "visitor")),
            _ => None,
        }
    };
}

impl Mount for Root {
    const PREFIX: &'static str = "/auth";
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

    fn operation(call: &str) -> Option<&'static str> {
        operations!("auth_", call)
    }
}

impl Mount for Api {
    const PREFIX: &'static str = "/api/auth";
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

    fn operation(call: &str) -> Option<&'static str> {
        operations!("api_auth_", call)
    }
}

impl Mount for ApiV1 {
    const PREFIX: &'static str = "/api/v1/auth";
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

    fn operation(call: &str) -> Option<&'static str> {
        operations!("api_v1_auth_", call)
    }
}

/// The implementation under one mount, with operation ids of its own.
pub(super) struct Mounted<M>(AuthApi<M>);

impl<M: Mount> Mounted<M> {
    pub(super) fn new(core: Core) -> Self {
        Self(AuthApi {
            core,
            mount: PhantomData,
        })
    }
}

impl<M: Mount> OpenApi for Mounted<M> {
    fn meta() -> Vec<MetaApi> {
        let mut apis = AuthApi::<M>::meta();
        for path in apis.iter_mut().flat_map(|api| &mut api.paths) {
            let call = path.path.rsplit('/').next().unwrap_or_default().to_owned();
            for operation in &mut path.operations {
                operation.operation_id = M::operation(&call);
            }
        }
        apis
    }

    fn register(registry: &mut Registry) {
        AuthApi::<M>::register(registry);
    }

    fn add_routes(self, routes: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {
        self.0.add_routes(routes);
    }
}
