//! All surfaces together. Whatever goes by surfaces looks them up here.

use crate::costs::Cost;
use crate::mounted::{Mount, at_root, below};
use crate::problem::ErrorForm;
use crate::surface::Surface;
use crate::{admin, auth, dialects};
use poem::http::Method;

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Surface> {
    let others = auth::SURFACES.into_iter().chain([&admin::SURFACE]);
    dialects::SURFACES.into_iter().chain(others)
}

/// Whose a path is: that of the longest prefix which it has.
pub fn at(path: &str) -> Option<&'static Surface> {
    let matching = all().flat_map(|surface| {
        let prefixes = surface.prefixes.iter();
        prefixes.filter_map(move |prefix| Some((parts_under(path, prefix)?, surface)))
    });
    matching
        .max_by_key(|(parts, _)| *parts)
        .map(|(_, surface)| surface)
}

/// The mounts of all dialects.
pub fn mounts() -> impl Iterator<Item = &'static Mount> {
    all().filter_map(|surface| surface.mount)
}

/// The form of a path's errors. Under a mount it is the mount's, with the root's status for failed validation.
pub fn error_form(path: &str) -> ErrorForm {
    let root = at(at_root(path)).map_or(ErrorForm::PLAIN, |surface| *surface.error_form);
    let mount = mounts().find(|mount| below(path, mount.path).is_some());
    mount.map_or(root, |mount| mount.form_of(&root))
}

/// How many parts a prefix has, if the path is the prefix or below it: `/api/chats` is not below `/api/chat`.
fn parts_under(path: &str, prefix: &str) -> Option<usize> {
    let mut parts = path.split('/');
    let mut wanted = prefix.split('/');
    let matches = |want: &str| {
        parts
            .next()
            .is_some_and(|part| want.starts_with('{') || want == part)
    };
    wanted.all(matches).then(|| prefix.matches('/').count())
}

/// An operation of some surface's REST.
pub struct Described {
    pub surface: &'static Surface,
    pub method: Method,
    pub path: String,
}

impl Described {
    /// What it costs, as its surface says; none where that has no row for it, which a test does not let happen.
    pub fn cost(&self) -> Option<Cost> {
        let name = format!("{} {}", self.method, self.path);
        let row = self.surface.costs.iter().find(|(of, _)| *of == name);
        row.map(|(_, cost)| *cost)
    }
}

/// Where else an operation of this path is served: under its other name, and under mounts under both.
pub fn aliases(path: &str) -> Vec<String> {
    let aliases = all().flat_map(|surface| surface.apis.iter().filter_map(|api| api.alias()));
    let aliases = aliases.filter_map(|(from, to)| Some(format!("{to}{}", below(path, from)?)));
    let mut found: Vec<String> = aliases.collect();
    let names: Vec<String> = found.iter().cloned().chain([path.to_owned()]).collect();
    for mount in mounts() {
        let shared = names.iter().filter(|name| mount.has(name));
        found.extend(shared.map(|name| format!("{}{name}", mount.path)));
    }
    found
}

/// Every operation that the API's document has.
pub fn operations() -> impl Iterator<Item = Described> {
    let apis = all().flat_map(|surface| surface.apis.iter().map(move |api| (surface, api.meta())));
    let paths = apis.flat_map(|(surface, metas)| {
        let paths = metas.into_iter().flat_map(|meta| meta.paths);
        paths.map(move |path| (surface, path))
    });
    paths.flat_map(|(surface, path)| {
        let methods = path.operations.into_iter().map(|operation| operation.method);
        methods.map(move |method| Described {
            surface,
            method,
            path: path.path.clone(),
        })
    })
}

#[cfg(test)]
mod tests;
