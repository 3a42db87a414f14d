//! A surface: one of the forms in which the server answers, with all that is its own. What holds for a surface is said in
//! its folder; whatever goes by all surfaces finds them by `surfaces.rs`.

use crate::app::ServerState;
use crate::costs::Cost;
use crate::dialect::SocketPath;
use crate::mounted::Mount;
use crate::problem::ErrorForm;
use crate::routes::{Endpoints, Page};
use app::App;
use poem_openapi::OpenApi;
use poem_openapi::registry::{MetaApi, Registry};

/// A dialect, or what else has paths and objects of its own.
pub struct Surface {
    pub name: &'static str,
    /// Paths whose errors have its form, each with all below it; a part in braces is any part. Of several surfaces the
    /// longest prefix counts.
    pub prefixes: &'static [&'static str],
    pub error_form: &'static ErrorForm,
    /// Its REST.
    pub apis: &'static [&'static dyn Api],
    pub errors: PossibleErrors,
    /// What each operation of its REST costs, as `METHOD /path`.
    pub costs: &'static [(&'static str, Cost)],
    pub sockets: &'static [SocketPath],
    /// What it answers besides.
    pub pages: fn(&ServerState) -> Vec<Page>,
    /// The same by itself, as its own front ends know it.
    pub mount: Option<&'static Mount>,
}

/// A surface without anything.
pub const NOTHING: Surface = Surface {
    name: "",
    prefixes: &[],
    error_form: &ErrorForm::PLAIN,
    apis: &[],
    errors: PossibleErrors::NONE,
    costs: &[],
    sockets: &[],
    pages: |_| Vec::new(),
    mount: None,
};

/// Which of the errors that any operation may have a surface's really have: what poem-openapi cannot say. Each list is of
/// operation ids.
pub struct PossibleErrors {
    /// May be refused to somebody who is known.
    pub forbidden: &'static [&'static str],
    /// May contradict what is stored.
    pub conflicting: &'static [&'static str],
    /// May name something unknown although no part of the path does.
    pub missing: &'static [&'static str],
    /// Refuse a part of their path as malformed, or what it names as of the wrong kind; elsewhere that is an unknown thing.
    pub checked_path: &'static [&'static str],
    /// Refuse, with 400, what a parameter holds although it is well-formed, where malformed input is 422.
    pub refused: &'static [&'static str],
    /// Refuse who asks although they take no token.
    pub sign_in: &'static [&'static str],
}

impl PossibleErrors {
    /// None but those that every operation has.
    pub const NONE: Self = Self {
        forbidden: &[],
        conflicting: &[],
        missing: &[],
        checked_path: &[],
        refused: &[],
        sign_in: &[],
    };
}

/// Some operations, as poem-openapi describes them.
pub trait Api: Sync {
    /// Their description.
    fn meta(&self) -> Vec<MetaApi>;

    /// Adds what they hold to the document.
    fn register(&self, registry: &mut Registry);

    /// Adds what answers them.
    fn add_routes(&self, app: &App, routes: &mut Endpoints);

    /// The prefix of operations that are described elsewhere, and the one under which they are served here too.
    fn alias(&self) -> Option<(&'static str, &'static str)> {
        None
    }
}

/// The operations of a type.
pub struct Operations<T>(pub fn(App) -> T);

impl<T: OpenApi> Api for Operations<T> {
    fn meta(&self) -> Vec<MetaApi> {
        T::meta()
    }

    fn register(&self, registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(&self, app: &App, routes: &mut Endpoints) {
        (self.0)(app.clone()).add_routes(routes);
    }
}

/// The same operations under another prefix, which the document mentions only.
pub struct Alias<T> {
    pub of: Operations<T>,
    pub from: &'static str,
    pub to: &'static str,
}

impl<T: OpenApi> Api for Alias<T> {
    fn meta(&self) -> Vec<MetaApi> {
        Vec::new()
    }

    fn register(&self, _: &mut Registry) {}

    fn add_routes(&self, app: &App, routes: &mut Endpoints) {
        let mut own = Endpoints::new();
        self.of.add_routes(app, &mut own);
        let renamed = own.into_iter().filter_map(|(path, endpoints)| {
            let rest = path.strip_prefix(self.from)?;
            Some((format!("{}{rest}", self.to), endpoints))
        });
        routes.extend(renamed);
    }

    fn alias(&self) -> Option<(&'static str, &'static str)> {
        Some((self.from, self.to))
    }
}
