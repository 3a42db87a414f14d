//! The figures of some days, for admins.

use crate::bearer::Bearer;
use crate::dialects::helpdesk::openapi::Tag;
use crate::dialects::helpdesk::rest::{
    Charts, DashboardAnswer, DashboardObject, FlaggedUsersAnswer, FlaggedUsersObject, KpiObject, MetricWord,
    OverviewAnswer, OverviewStatistics, PerformanceAnswer, PerformanceObject, ResolutionAnswer, SeriesAnswer,
    SeriesObject, TopicsAnswer, TopicsObject, words,
};
use crate::problem::Problem;
use crate::wire::params::Number;
use crate::wire::time::Timestamp;
use app::App;
use assist::topics;
use desk::analytics::{self, Metric, Period};
use kernel::roles;
use poem_openapi::OpenApi;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;

pub(super) struct AnalyticsApi(pub App);

/// A number of days that is looked back at.
type Days = Query<Option<Number<1, { analytics::MAX_DAYS as i64 }>>>;

#[OpenApi(prefix_path = "/admin/analytics", tag = "Tag::Panel")]
impl AnalyticsApi {
    /// How some days were
    ///
    /// Tickets that were opened, by status, department and urgency; people; messages and the bot; reports of misuse; how long
    /// tickets waited and took. Admins only.
    #[oai(path = "/overview", method = "get", operation_id = "analytics_overview")]
    async fn overview(
        &self,
        caller: Bearer,
        /// How many days; 30 unless given, 365 at most.
        days: Days,
    ) -> Result<Json<OverviewAnswer>, Problem> {
        let period = self.period(days, 30);
        let overview = analytics::overview(&self.0, &caller.0, period).await?;
        let times = analytics::resolution_times(&self.0, &caller.0, period).await?;
        let figures = OverviewStatistics::new(period, self.now(), &overview, times);
        Ok(Json(OverviewAnswer::new(&caller.0.username, figures)))
    }

    /// What people write about
    ///
    /// Questions that the bot could not answer, and the labels of conversations; the most frequent first. Admins only.
    #[oai(path = "/trending-topics", method = "get", operation_id = "trending_topics")]
    async fn topics(
        &self,
        caller: Bearer,
        /// How many days; 30 unless given, 365 at most.
        days: Days,
        /// How many topics; 10 unless given, 50 at most.
        limit: Query<Option<Number<1, 50>>>,
    ) -> Result<Json<TopicsAnswer>, Problem> {
        roles::admin(&caller.0)?;
        let period = self.period(days, 30);
        let limit = limit.0.map_or(10, Number::unsigned);
        let limit = usize::try_from(limit).unwrap_or_default();
        let found = topics::unanswered(&self.0.assist, &caller.0, period, limit).await?;
        let labels = analytics::labels(&self.0, &caller.0, period, limit).await?;
        let topics = TopicsObject::new(period, self.now(), found, labels, limit);
        Ok(Json(TopicsAnswer::new(&caller.0.username, topics)))
    }

    /// Who was reported for misuse
    ///
    /// Those with the most reports first. Admins only.
    #[oai(path = "/flagged-users", method = "get", operation_id = "flagged_users")]
    async fn flagged(
        &self,
        caller: Bearer,
        /// How many days; 30 unless given, 365 at most.
        days: Days,
    ) -> Result<Json<FlaggedUsersAnswer>, Problem> {
        let period = self.period(days, 30);
        let flagged = analytics::flagged_users(&self.0, &caller.0, period).await?;
        let flagged = FlaggedUsersObject::new(period, self.now(), flagged);
        Ok(Json(FlaggedUsersAnswer::new(&caller.0.username, flagged)))
    }

    /// How long tickets took
    ///
    /// Those that were resolved in these days: mean, median and 95th percentile in hours, by department and urgency. Admins
    /// only.
    #[oai(path = "/resolution-times", method = "get", operation_id = "resolution_times")]
    async fn resolution(
        &self,
        caller: Bearer,
        /// How many days; 30 unless given, 365 at most.
        days: Days,
    ) -> Result<Json<ResolutionAnswer>, Problem> {
        let period = self.period(days, 30);
        let times = analytics::resolution_times(&self.0, &caller.0, period).await?;
        Ok(Json(ResolutionAnswer::new(&caller.0.username, period, times)))
    }

    /// What the first page of a panel shows
    ///
    /// The overview, charts of it, and the figures that are looked at first. Admins only.
    #[oai(
        path = "/dashboard-metrics",
        method = "get",
        operation_id = "dashboard_metrics"
    )]
    async fn dashboard(
        &self,
        caller: Bearer,
        /// How many days; 7 unless given, 365 at most.
        days: Days,
    ) -> Result<Json<DashboardAnswer>, Problem> {
        let (app, who) = (&self.0, &caller.0);
        let period = self.period(days, 7);
        let overview = analytics::overview(app, who, period).await?;
        let times = analytics::resolution_times(app, who, period).await?;
        let opened = analytics::series(app, who, Metric::Tickets, period.days).await?;
        let done = analytics::performance(app, who, period).await?;
        let dashboard = DashboardObject {
            period: words(period),
            generated_at: self.now(),
            charts: Charts::new(&overview.tickets, &opened, &done.agents),
            kpis: KpiObject::new(&overview, times.overall),
            overview: OverviewStatistics::new(period, self.now(), &overview, times),
        };
        Ok(Json(DashboardAnswer::new(&who.username, dashboard)))
    }

    /// What there was by day
    ///
    /// Days of UTC, today the last; where there was nothing 0. Admins only.
    #[oai(path = "/time-series", method = "get", operation_id = "time_series")]
    async fn series(
        &self,
        caller: Bearer,
        /// What is counted; tickets unless given, and the other trends too.
        metric: Query<Option<MetricWord>>,
        /// How many days; 30 unless given, 365 at most.
        days: Days,
    ) -> Result<Json<SeriesAnswer>, Problem> {
        let (app, who) = (&self.0, &caller.0);
        let period = self.period(days, 30);
        let asked = metric.0.unwrap_or(MetricWord::Tickets);
        let points = analytics::series(app, who, asked.into(), period.days).await?;
        let mut series = SeriesObject::new(period, self.now(), asked, &points);
        if metric.0.is_none() {
            for other in [MetricWord::Resolved, MetricWord::Messages] {
                let points = analytics::series(app, who, other.into(), period.days).await?;
                let (name, label) = other.trend();
                series = series.with(name, label, &points);
            }
            let owners = analytics::series(app, who, Metric::Owners, period.days).await?;
            let waits = analytics::answer_days(app, who, period.days).await?;
            series = series
                .with("user_activity", "People who opened a ticket", &owners)
                .with("response_times", "Average First Answer (hours)", &waits);
        }
        Ok(Json(SeriesAnswer::new(&who.username, series)))
    }

    /// Who did the work
    ///
    /// Tickets that were opened in these days, by who has them and by department, how long they waited and took, and what
    /// their owners thought. Admins only.
    #[oai(
        path = "/performance-metrics",
        method = "get",
        operation_id = "performance_metrics"
    )]
    async fn performance(
        &self,
        caller: Bearer,
        /// How many days; 30 unless given, 365 at most.
        days: Days,
    ) -> Result<Json<PerformanceAnswer>, Problem> {
        let period = self.period(days, 30);
        let done = analytics::performance(&self.0, &caller.0, period).await?;
        let done = PerformanceObject::new(period, self.now(), done);
        Ok(Json(PerformanceAnswer::new(&caller.0.username, done)))
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now().into()
    }

    fn period(&self, days: Days, usual: u16) -> Period {
        let days = days.0.map(Number::unsigned);
        let days = days.map_or(usual, |days| u16::try_from(days).unwrap_or(analytics::MAX_DAYS));
        Period::last(days, self.0.clock.now())
    }
}

impl From<MetricWord> for Metric {
    fn from(word: MetricWord) -> Self {
        match word {
            MetricWord::Tickets => Self::Tickets,
            MetricWord::Messages => Self::Messages,
            MetricWord::Resolved => Self::Resolved,
        }
    }
}
