//! A method that a path does not take is refused with those that it does (RFC 9110: `Allow`).

use crate::routes::not_allowed;
use poem::endpoint::{BoxEndpoint, make_sync};
use poem::http::Method;
use poem::{EndpointExt, Response};
use poem_openapi::OpenApi;
use poem_openapi::registry::{MetaApi, Registry};
use std::collections::HashMap;

/// An API whose paths answer every method.
pub(super) struct Allowing<T>(pub T);

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

impl<T: OpenApi> OpenApi for Allowing<T> {
    fn meta() -> Vec<MetaApi> {
        T::meta()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(self, routes: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {
        self.0.add_routes(routes);
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
}

fn refuse(allowed: String) -> BoxEndpoint<'static> {
    make_sync(move |_| Err::<Response, _>(not_allowed(&allowed))).boxed()
}
