//! The calls of sign-in.

use super::codes::{ForgotBody, MessageObject, ResendBody, ResetBody};
use super::mounts::Mount;
use super::openapi::Tag;
use super::rest::{
    AccountObject, LoginBody, LogoutBody, RefreshBody, RegisterBody, Registered, RegisteredObject,
    SessionObject, SignedOutObject, VisitorBody,
};
use crate::bearer::{Bearer, OptionalBearer, client_address};
use crate::body::{Body, JsonOrForm};
use crate::mounted;
use crate::problem::Problem;
use crate::routes::Endpoints;
use crate::surface::Api;
use accounts::credentials;
use accounts::tokens;
use accounts::users::{self, Register};
use app::App;
use kernel::actor::Actor;
use kernel::error::{AuthFailure, Error};
use platform::limits::Caller;
use poem::Request;
use poem_openapi::OpenApi;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::registry::{MetaApi, Registry};
use std::marker::PhantomData;
use std::net::IpAddr;

/// Sign-in under one mount.
struct AuthApi<M> {
    app: App,
    mount: PhantomData<M>,
}

impl<M> AuthApi<M> {
    fn address(&self, request: &Request) -> IpAddr {
        client_address(request, &self.app.settings.trusted_proxies)
    }
}

#[OpenApi(prefix_path = M::PREFIX, tag = "Tag::Auth")]
impl<M: Mount> AuthApi<M> {
    /// Register an account
    ///
    /// For oneself, or with an admin's token for somebody else and in any role.
    #[oai(path = "/register", method = "post")]
    async fn register(
        &self,
        request: &Request,
        caller: OptionalBearer,
        body: Body<RegisterBody>,
    ) -> Result<Registered<M>, Problem> {
        if !caller.0.as_ref().is_some_and(Actor::is_admin) {
            self.app.limits.admit_account(self.address(request))?;
        }
        let mut command: Register = body.0.into();
        if let Some(mount) = mounted::mount(request) {
            command.role.get_or_insert(mount.newcomers);
        }
        let user = users::register(&self.app, caller.0.as_ref(), command).await?;
        Ok(Registered(RegisteredObject::new::<M>(&user)))
    }

    /// Sign in
    ///
    /// With a username, an e-mail address or a telephone number. After 10 failures of an account from one address, or 50 of
    /// an address, in 15 minutes: 429. After 100 of an account from everywhere, whoever did not sign in from there before
    /// gets 429 with a `challenge`, and signs in with its `proof`.
    #[oai(path = "/login", method = "post")]
    async fn login(
        &self,
        request: &Request,
        body: JsonOrForm<LoginBody>,
    ) -> Result<Json<SessionObject<M::Id>>, Problem> {
        let (who, password, proof) = body.0.split();
        let who = who.ok_or_else(|| Problem::invalid("username", "This field is required."))?;
        let caller = Caller {
            address: self.address(request),
            proof: proof.as_deref(),
        };
        let pair = users::login(&self.app, &who, password, caller).await?;
        Ok(Json(SessionObject::new::<M>(pair)))
    }

    /// Renew a session
    ///
    /// Spends the refresh token and gives a new pair. A token that was spent before gives the same refresh token again for a
    /// minute, while that one has not been used: the answer can be lost. Any other use of a spent token ends the session:
    /// somebody stole it.
    #[oai(path = "/refresh", method = "post")]
    async fn refresh(&self, body: Body<RefreshBody>) -> Result<Json<SessionObject<M::Id>>, Problem> {
        let pair = tokens::refresh(&self.app, &body.0.refresh_token).await?;
        Ok(Json(SessionObject::new::<M>(pair)))
    }

    /// Sign out
    ///
    /// Ends the session: its sockets close, and its tokens stop working within five seconds. A refresh token alone ends its
    /// own session; one that is unknown ends none, and is answered alike.
    #[oai(path = "/logout", method = "post")]
    async fn logout(
        &self,
        caller: OptionalBearer,
        body: Body<LogoutBody>,
    ) -> Result<Json<SignedOutObject>, Problem> {
        let token = body.0.refresh_token.filter(|token| !token.is_empty());
        match (&caller.0, token) {
            (Some(actor), token) => tokens::logout(&self.app, actor, token.as_deref()).await?,
            (None, Some(token)) => tokens::logout_by_token(&self.app, &token).await?,
            (None, None) => return Err(Error::Unauthorized(AuthFailure::Missing).into()),
        }
        Ok(Json(SignedOutObject::default()))
    }

    /// Confirm an e-mail address
    ///
    /// With the code that was mailed to it: at registration, when the address changed, and when it was asked for.
    #[oai(path = "/verify-email", method = "get")]
    async fn verify_email(
        &self,
        /// The code.
        token: Query<String>,
    ) -> Result<Json<MessageObject>, Problem> {
        credentials::confirm_address(&self.app, &token.0).await?;
        Ok(Json(MessageObject::new("Email verified successfully")))
    }

    /// Have another code mailed to confirm an e-mail address with
    ///
    /// To the address that is given, else to that of the token's account. The answer never says whether an account has the
    /// address, nor whether it is confirmed already; an account is mailed one in five minutes.
    #[oai(path = "/resend-verification", method = "post")]
    async fn resend_verification(
        &self,
        request: &Request,
        caller: OptionalBearer,
        body: Body<ResendBody>,
    ) -> Result<Json<MessageObject>, Problem> {
        let email = body.0.email.filter(|email| !email.is_empty());
        let address = self.address(request);
        credentials::resend_confirmation(&self.app, caller.0.as_ref(), email.as_deref(), address).await?;
        Ok(Json(MessageObject::new(
            "If an account has this address and it is not confirmed yet, a code was mailed to it",
        )))
    }

    /// Have a code mailed to choose another password with
    ///
    /// The answer never says whether an account has the address; an account is mailed one in five minutes.
    #[oai(path = "/forgot-password", method = "post")]
    async fn forgot_password(
        &self,
        request: &Request,
        body: Body<ForgotBody>,
    ) -> Result<Json<MessageObject>, Problem> {
        credentials::forgot_password(&self.app, &body.0.email, self.address(request)).await?;
        Ok(Json(MessageObject::new(
            "If an account has this address, a code to choose another password was mailed to it",
        )))
    }

    /// Have a code mailed to choose another password with
    ///
    /// The same as `forgot-password`, as the `support` dialect's clients call it.
    #[oai(path = "/forget-password", method = "post")]
    async fn forget_password(
        &self,
        request: &Request,
        body: Body<ForgotBody>,
    ) -> Result<Json<MessageObject>, Problem> {
        self.forgot_password(request, body).await
    }

    /// Choose another password
    ///
    /// With a code that was mailed within the last hour; good once. Every session of the account ends.
    #[oai(path = "/reset-password", method = "post")]
    async fn reset_password(
        &self,
        request: &Request,
        body: Body<ResetBody>,
    ) -> Result<Json<MessageObject>, Problem> {
        let (code, password) = body.0.split();
        let password = password.ok_or_else(|| Problem::invalid("new_password", "This field is required."))?;
        credentials::reset_password(&self.app, &code, password, self.address(request)).await?;
        Ok(Json(MessageObject::new("Password has been reset successfully")))
    }

    /// Who am I?
    ///
    /// The account behind the token.
    #[oai(path = "/me", method = "get")]
    async fn me(&self, caller: Bearer) -> Result<Json<AccountObject<M::Id>>, Problem> {
        let user = users::me(&self.app, &caller.0).await?;
        Ok(Json(AccountObject::new::<M>(&user)))
    }

    /// Become a visitor
    ///
    /// For sites that embed the widget: a session without an account, which reaches that visitor's own conversations
    /// only. Anonymous, or whom the site's signed token names. An address that has brought many anonymous visitors lately
    /// gets 429 with a `challenge`, and goes on with its `proof`.
    #[oai(path = "/visitor", method = "post")]
    async fn visitor(
        &self,
        request: &Request,
        body: Body<VisitorBody>,
    ) -> Result<Json<SessionObject<M::Id>>, Problem> {
        let token = body.0.token.filter(|token| !token.is_empty());
        let caller = Caller {
            address: self.address(request),
            proof: body.0.proof.as_deref(),
        };
        let pair = tokens::welcome(&self.app, token.as_deref(), caller).await?;
        Ok(Json(SessionObject::new::<M>(pair)))
    }
}

/// The implementation under one mount, with operation ids of its own.
pub(super) struct Mounted<M>(pub PhantomData<M>);

impl<M: Mount> Api for Mounted<M> {
    fn meta(&self) -> Vec<MetaApi> {
        let mut apis = AuthApi::<M>::meta();
        for path in apis.iter_mut().flat_map(|api| &mut api.paths) {
            let call = path.path.rsplit('/').next().unwrap_or_default();
            let end = format!("auth_{}", call.replace('-', "_"));
            let id = M::OPERATIONS.into_iter().find(|id| id.ends_with(&end));
            for operation in &mut path.operations {
                operation.operation_id = id;
            }
        }
        apis
    }

    fn register(&self, registry: &mut Registry) {
        <AuthApi<M> as OpenApi>::register(registry);
    }

    fn add_routes(&self, app: &App, routes: &mut Endpoints) {
        let api = AuthApi {
            app: app.clone(),
            mount: self.0,
        };
        api.add_routes(routes);
    }
}
