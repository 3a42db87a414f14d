//! The application in a place of its own, for tests.

use super::{Place, jobs, person};
use crate::App;
use entity::job;
use entity::user::{Department, Role};
use kernel::actor::Actor;
use kernel::clock::Clock;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

/// The application, its place and its people's accounts. Its jobs run when a test says so.
pub struct TestApp {
    /// The application under test, open.
    pub app: App,
    /// What the application stands on; cleared away when this is dropped.
    pub place: Place,
}

/// What is particular about a test's application.
pub struct Builder {
    clock: Clock,
    settings: Vec<(String, String)>,
    jobs_may_die: bool,
}

impl Builder {
    /// With this setting.
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// On a clock that stands until the test moves it: `app.clock.advance(…)`.
    pub fn fixed_clock(mut self) -> Self {
        self.clock = Clock::fixed(Clock::System.now());
        self
    }

    /// Jobs that are given up do not fail the test.
    pub fn jobs_may_die(mut self) -> Self {
        self.jobs_may_die = true;
        self
    }

    /// Opens it.
    pub async fn start(self) -> TestApp {
        let place = Place::new().await;
        if self.jobs_may_die {
            place.let_jobs_die();
        }
        let settings = self.settings.iter();
        let settings: Vec<_> = settings.map(|(name, value)| (&**name, &**value)).collect();
        TestApp {
            app: place.app(self.clock, &settings).await,
            place,
        }
    }
}

impl TestApp {
    /// One on the system's clock with the settings of every test's.
    pub async fn new() -> Self {
        Self::builder().start().await
    }

    /// One that is different.
    pub fn builder() -> Builder {
        Builder {
            clock: Clock::System,
            settings: Vec::new(),
            jobs_may_die: false,
        }
    }

    /// An account of this name.
    pub async fn user(&self, name: &str) -> Actor {
        self.person(name, Role::User, None).await
    }

    /// An account of this name, role and team.
    pub async fn person(&self, name: &str, role: Role, department: Option<Department>) -> Actor {
        person(&self.app, name, role, department).await
    }

    /// Runs whatever is due, and what comes of it, until nothing is.
    pub async fn run_jobs(&self) {
        jobs::run_all(&self.app).await;
    }

    /// Fails unless so many jobs of a kind were stored, whatever became of them.
    #[track_caller]
    pub fn assert_enqueued(&self, kind: &str, expected: u64) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        let stored = job::Entity::find().filter(job::Column::Kind.eq(kind));
        async move {
            let found = stored.count(&*self.app.db).await.expect("the jobs");
            assert_eq!(found, expected, "jobs of kind {kind}, at {place}");
        }
    }
}

impl std::ops::Deref for TestApp {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.app.shutdown.cancel();
    }
}
