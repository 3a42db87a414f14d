//! Sign-in: one implementation under three mounts, which differ in how they show ids and roles. Each has the errors of the
//! dialect that it belongs to.

mod codes;
mod mounts;
mod openapi;
mod rest;
mod routes;

use crate::costs::{Cost, REQUEST};
use crate::dialects::{crm, helpdesk, support};
use crate::problem::ErrorForm;
use crate::surface::{NOTHING, Surface};
use poem::http::StatusCode;
use routes::Mounted;
use std::marker::PhantomData;

/// Its mounts.
pub static SURFACES: [&Surface; 3] = [&ROOT, &API, &API_V1];

/// The help desk's.
static ROOT: Surface = Surface {
    name: "auth",
    prefixes: &["/auth"],
    error_form: &helpdesk::ERROR_FORM,
    apis: &[&Mounted::<mounts::Root>(PhantomData)],
    errors: openapi::POSSIBLE_ERRORS,
    costs: ROOT_COSTS,
    ..NOTHING
};

/// The native one.
static API: Surface = Surface {
    name: "api_auth",
    prefixes: &["/api/auth"],
    error_form: &ErrorForm {
        invalid: StatusCode::UNPROCESSABLE_ENTITY,
        ..crm::ERROR_FORM
    },
    apis: &[&Mounted::<mounts::Api>(PhantomData)],
    errors: openapi::POSSIBLE_ERRORS,
    costs: API_COSTS,
    ..NOTHING
};

/// The `support` dialect's.
static API_V1: Surface = Surface {
    name: "api_v1_auth",
    prefixes: &["/api/v1/auth"],
    error_form: &ErrorForm {
        invalid: StatusCode::UNPROCESSABLE_ENTITY,
        ..support::ERROR_FORM
    },
    apis: &[&Mounted::<mounts::ApiV1>(PhantomData)],
    errors: openapi::POSSIBLE_ERRORS,
    costs: API_V1_COSTS,
    ..NOTHING
};

// failures, newcomers, new accounts and mailed codes are counted by address, `limits::admit…` and `limits::may_login`

const ROOT_COSTS: &[(&str, Cost)] = &[
    ("POST /auth/login", REQUEST),
    ("POST /auth/logout", REQUEST),
    ("GET /auth/me", REQUEST),
    ("POST /auth/refresh", REQUEST),
    ("POST /auth/register", REQUEST),
    ("POST /auth/visitor", REQUEST),
    ("POST /auth/forget-password", REQUEST),
    ("POST /auth/forgot-password", REQUEST),
    ("POST /auth/resend-verification", REQUEST),
    ("POST /auth/reset-password", REQUEST),
    ("GET /auth/verify-email", REQUEST),
];

const API_COSTS: &[(&str, Cost)] = &[
    ("POST /api/auth/login", REQUEST),
    ("POST /api/auth/logout", REQUEST),
    ("GET /api/auth/me", REQUEST),
    ("POST /api/auth/refresh", REQUEST),
    ("POST /api/auth/register", REQUEST),
    ("POST /api/auth/visitor", REQUEST),
    ("POST /api/auth/forget-password", REQUEST),
    ("POST /api/auth/forgot-password", REQUEST),
    ("POST /api/auth/resend-verification", REQUEST),
    ("POST /api/auth/reset-password", REQUEST),
    ("GET /api/auth/verify-email", REQUEST),
];

const API_V1_COSTS: &[(&str, Cost)] = &[
    ("POST /api/v1/auth/login", REQUEST),
    ("POST /api/v1/auth/logout", REQUEST),
    ("GET /api/v1/auth/me", REQUEST),
    ("POST /api/v1/auth/refresh", REQUEST),
    ("POST /api/v1/auth/register", REQUEST),
    ("POST /api/v1/auth/visitor", REQUEST),
    ("POST /api/v1/auth/forget-password", REQUEST),
    ("POST /api/v1/auth/forgot-password", REQUEST),
    ("POST /api/v1/auth/resend-verification", REQUEST),
    ("POST /api/v1/auth/reset-password", REQUEST),
    ("GET /api/v1/auth/verify-email", REQUEST),
];
