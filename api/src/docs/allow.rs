//! A method that a path does not take is refused with those that it does (RFC 9110: `Allow`).

use crate::routes::{Endpoints, not_allowed};
use poem::endpoint::{BoxEndpoint, make_sync};
use poem::http::Method;
use poem::{EndpointExt, Response};

fn methods() -> impl Iterator<Item = Method> {
    let query = Method::from_bytes(b"QUERY").ok();
    METHODS.into_iter().chain(query)
}

const METHODS: [Method; 7] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
    Method::TRACE,
];

/// Makes each path answer every method.
pub(super) fn refuse_other_methods(routes: &mut Endpoints) {
    for endpoints in routes.values_mut() {
        let mut allowed: Vec<_> = endpoints.keys().map(Method::to_string).collect();
        allowed.sort_unstable();
        for method in methods() {
            endpoints
                .entry(method)
                .or_insert_with(|| refuse(allowed.join(", ")));
        }
    }
}

fn refuse(allowed: String) -> BoxEndpoint<'static> {
    make_sync(move |_| Err::<Response, _>(not_allowed(&allowed))).boxed()
}
