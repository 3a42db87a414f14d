//! The writer alone: concurrent senders on the core, without sockets. One commit serves many of them.

use crate::Services;
use crate::place::{Kind, Place, within};
use crate::proc::Meter;
use crate::report::{Measurement, Report, Target, quantile_ms};
use crate::seed;
use anyhow::Context;
use app::App;
use chat::messages::{self, SendMessage};
use entity::ConversationId;
use kernel::actor::Actor;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::sleep;

#[derive(clap::Args, Clone)]
pub struct Options {
    /// Concurrent senders, each waiting for its message before the next; the first count is what the others are held against.
    #[arg(long, value_delimiter = ',', default_value = "1,10,50,200")]
    senders: Vec<usize>,
    /// Seconds each.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

const ROOMS: usize = 50;
const WARM: Duration = Duration::from_secs(1);
/// The senders that the target is about.
const MANY: usize = 200;
const TEXT: &str = "Hello, I still cannot see my order in the account page, could somebody please have a look at it? \
                    Thank you, Ann.";

impl Options {
    /// The longest that it may take.
    pub fn limit(&self) -> Duration {
        Duration::from_secs(60 + self.senders.len() as u64 * (self.seconds + 15))
    }
}

/// Measures.
pub async fn run(options: Options, services: &Services, report: &mut Report) -> anyhow::Result<()> {
    let most = options.senders.iter().copied().max().context("no senders")?;
    within(services, Kind::Postgres, async |place| {
        let app = place.app().await?;
        let people = seed::people(&app, ROOMS * most.div_ceil(ROOMS)).await?;
        let rooms = seed::groups(&app, &people, most.div_ceil(ROOMS)).await?;
        // senders in the order in which they spread over the rooms
        let seats = |at: usize| (rooms[at % ROOMS], at % ROOMS * most.div_ceil(ROOMS) + at / ROOMS);
        let seats: Vec<_> = (0..most)
            .map(seats)
            .map(|(room, at)| (room, Actor::of(&people[at])))
            .collect();
        let mut first = None;
        for senders in &options.senders {
            let (rate, mut out) = measure(&options, place, &app, &seats[..*senders]).await?;
            match first {
                None => first = Some(rate),
                Some(first) => {
                    let target = (*senders >= MANY).then_some(Target::AtLeast(10.0));
                    out.row(
                        format!("the same, against {} sender", options.senders[0]),
                        rate / first,
                        "×",
                        target,
                    );
                }
            }
            report.add(out);
        }
        app.shutdown.cancel();
        app.db.close().await?;
        Ok(())
    })
    .await
}

#[derive(Default)]
struct Tally {
    sent: AtomicU64,
    refused: AtomicU64,
    stop: AtomicBool,
}

async fn measure(
    options: &Options,
    place: &Place,
    app: &App,
    seats: &[(ConversationId, Actor)],
) -> anyhow::Result<(f64, Measurement)> {
    let before = place.stored().await?;
    let tally = Arc::new(Tally::default());
    let mut tasks = JoinSet::new();
    for (room, actor) in seats {
        tasks.spawn(send(app.clone(), *room, actor.clone(), tally.clone()));
    }
    sleep(WARM).await;
    let meter = Meter::start(std::process::id(), place.postgres_pid().await?)?;
    let from = tally.sent.load(Relaxed);
    sleep(Duration::from_secs(options.seconds)).await;
    let count = (tally.sent.load(Relaxed) - from) as f64;
    let cpu = meter.stop()?;
    tally.stop.store(true, Relaxed);
    let mut latencies: Vec<u32> = tasks.join_all().await.into_iter().flatten().collect();
    let rate = count / cpu.seconds;

    let mut out = Measurement::new(format!("writer {}", seats.len()));
    let what = format!("messages stored, {} concurrent senders on Postgres", seats.len());
    out.row(what, rate, "/s", None);
    for (name, value) in [
        ("p50_ms", quantile_ms(&mut latencies, 0.5)),
        ("p99_ms", quantile_ms(&mut latencies, 0.99)),
        ("own_us_per_message", cpu.server * 1e6 / count.max(1.0)),
        ("postgres_us_per_message", cpu.postgres * 1e6 / count.max(1.0)),
        ("machine_busy_s", cpu.machine),
    ] {
        out.figure(name, value);
    }
    out.none("messages refused", tally.refused.load(Relaxed));
    out.equal(
        "rows stored",
        place.stored().await? - before,
        ("messages sent", tally.sent.load(Relaxed)),
    );
    Ok((rate, out))
}

/// Sends one message after the other; answers how long each took, in microseconds.
async fn send(app: App, room: ConversationId, actor: Actor, tally: Arc<Tally>) -> Vec<u32> {
    let mut latencies = Vec::new();
    while !tally.stop.load(Relaxed) {
        let message = SendMessage {
            text: TEXT.to_owned(),
            ..Default::default()
        };
        let began = Instant::now();
        match messages::send(&app, &actor, room, message).await {
            Ok(_) => {
                tally.sent.fetch_add(1, Relaxed);
                latencies.push(began.elapsed().as_micros() as u32);
            }
            Err(error) => {
                if tally.refused.fetch_add(1, Relaxed) == 0 {
                    eprintln!("refused: {error}");
                }
                sleep(Duration::from_millis(10)).await;
            }
        }
    }
    latencies
}
