//! Rooms of members over WebSockets, one sender a room: what the api process delivers, and at what cost.

use crate::Services;
use crate::place::{Kind, Place, within};
use crate::proc::{Meter, Reading};
use crate::report::{Measurement, Report, quantile_ms};
use crate::room::{Member, Room, Tally, add};
use crate::seed::{self, Rooms};
use crate::server::Server;
use crate::socket::{self, Socket};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::sleep;

#[derive(clap::Args, Clone)]
pub struct Options {
    #[arg(long, default_value_t = 50)]
    rooms: usize,
    /// Members of a room, each with one socket.
    #[arg(long, default_value_t = 20)]
    members: usize,
    /// Messages in flight per room: until every member has them.
    #[arg(long, default_value_t = 4)]
    window: usize,
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    #[arg(long, default_value_t = 3)]
    warmup: u64,
}

/// How long late deliveries are waited for, and how long a silence ends the waiting.
const DRAIN: Duration = Duration::from_secs(10);
const QUIET: Duration = Duration::from_secs(3);
const STALL: Duration = Duration::from_secs(5);

impl Options {
    /// The longest that it may take.
    pub fn limit(&self) -> Duration {
        Duration::from_secs(self.seconds + self.warmup + 120 + (self.rooms * self.members) as u64 / 20)
    }
}

/// Measures.
pub async fn run(options: Options, services: &Services, report: &mut Report) -> anyhow::Result<()> {
    crate::proc::need_files(options.rooms * options.members + 100)?;
    let measured = within(services, Kind::Production, async |place| {
        let app = place.app().await?;
        let rooms = seed::rooms(&app, options.rooms, options.members).await?;
        app.shutdown.cancel();
        app.db.close().await?;
        drop(app);
        let vars = place.vars(&[("WORKER", "external".into())]);
        let server = Server::start(&services.api()?, vars, &services.out.join("fanout.log")).await?;
        let measured = measure(&options, place, &server, &rooms).await;
        server.stop().await?;
        measured
    });
    report.add(measured.await?);
    Ok(())
}

struct Load {
    tally: Rc<Tally>,
    rooms: Vec<Rc<Room>>,
    senders: Vec<JoinHandle<()>>,
    members: usize,
}

async fn measure(
    options: &Options,
    place: &Place,
    server: &Server,
    rooms: &Rooms,
) -> anyhow::Result<Measurement> {
    let load = begin(options, server, rooms).await?;
    let tally = load.tally.clone();
    sleep(Duration::from_secs(options.warmup)).await;
    let meter = Meter::start(server.pid, place.postgres_pid().await?)?;
    tally.measuring.set(true);
    sleep(Duration::from_secs(options.seconds)).await;
    tally.measuring.set(false);
    let cpu = meter.stop()?;
    let rss = server.rss_mb()?;
    let sent = load.end().await;
    let stored = place.stored().await?;
    Ok(result(options, &tally, &cpu, rss, (sent, stored)))
}

/// Connects everybody and begins to send.
async fn begin(options: &Options, server: &Server, rooms: &Rooms) -> anyhow::Result<Load> {
    let address = server.address;
    let sockets = stream::iter(rooms.tokens.iter().enumerate()).map(|(at, token)| async move {
        Socket::join(address, &rooms.ids[at / options.members].to_string(), token).await
    });
    let sockets: Vec<Socket> = sockets.buffered(64).try_collect().await?;
    let load = Load {
        tally: Rc::new(Tally::new()),
        rooms: (0..options.rooms)
            .map(|_| Rc::new(Room::new(options.members, options.window)))
            .collect(),
        senders: Vec::new(),
        members: options.members,
    };
    let mut writers = Vec::new();
    for (at, socket) in sockets.into_iter().enumerate() {
        let room = load.rooms[at / options.members].clone();
        if at % options.members == 0 {
            writers.push((room.clone(), socket.writer.clone()));
        }
        spawn_local(receive(socket, room, load.tally.clone()));
    }
    let senders = writers
        .into_iter()
        .map(|(room, writer)| spawn_local(send(writer, room, load.tally.clone())));
    Ok(Load {
        senders: senders.collect(),
        ..load
    })
}

async fn receive(mut socket: Socket, room: Rc<Room>, tally: Rc<Tally>) {
    let mut member = Member::default();
    let ended = socket
        .listen(&mut |frame| room.hear(&mut member, frame, &tally))
        .await;
    if let Err(error) = ended
        && !tally.stopping.get()
    {
        add(&tally.closed, 1);
        tally.reason.borrow_mut().get_or_insert_with(|| error.to_string());
    }
}

async fn send(writer: Rc<OwnedWriteHalf>, room: Rc<Room>, tally: Rc<Tally>) {
    while !tally.stopping.get() {
        match tokio::time::timeout(STALL, room.permits.acquire()).await {
            Ok(Ok(permit)) => permit.forget(),
            Ok(Err(_)) => return,
            Err(_) => {
                add(&tally.stalls, 1);
                continue;
            }
        }
        if tally.stopping.get() || socket::send(&writer, &room.next_frame(&tally)).await.is_err() {
            return;
        }
    }
}

impl Load {
    /// Stops sending and waits for what is late. Answers how many messages were sent.
    async fn end(self) -> u64 {
        self.tally.stopping.set(true);
        let sent: u64 = self.rooms.iter().map(|room| u64::from(room.sent.get())).sum();
        let (began, mut moved, mut last) = (Instant::now(), Instant::now(), 0);
        while last < sent * self.members as u64 && began.elapsed() < DRAIN && moved.elapsed() < QUIET {
            sleep(Duration::from_millis(50)).await;
            let now = self.tally.delivered.get();
            if now != last {
                (last, moved) = (now, Instant::now());
            }
        }
        self.senders.iter().for_each(JoinHandle::abort);
        sent
    }
}

fn result(
    options: &Options,
    tally: &Tally,
    cpu: &Reading,
    rss: f64,
    (sent, stored): (u64, u64),
) -> Measurement {
    let mut out = Measurement::new(format!("fanout {}x{}", options.rooms, options.members));
    let (deliveries, complete) = (tally.deliveries.get() as f64, tally.complete.get() as f64);
    let what = format!(
        "{} rooms × {}, {} in flight",
        options.rooms, options.members, options.window
    );
    out.row(
        format!("{what}: messages stored and delivered to all"),
        complete / cpu.seconds,
        "/s",
        None,
    );
    out.row(
        format!("{what}: deliveries"),
        deliveries / cpu.seconds,
        "/s",
        None,
    );
    out.row(
        format!("{what}: deliveries per server CPU-second"),
        deliveries / cpu.server,
        "",
        None,
    );
    let latencies = &mut *tally.latencies.borrow_mut();
    out.row(
        format!("{what}: median latency"),
        quantile_ms(latencies, 0.5),
        "ms",
        None,
    );
    out.row(
        format!("{what}: 99th percentile of latency"),
        quantile_ms(latencies, 0.99),
        "ms",
        None,
    );
    for (name, value) in [
        ("seconds", cpu.seconds),
        ("server_cpu_s", cpu.server),
        ("postgres_cpu_s", cpu.postgres),
        ("client_cpu_s", cpu.client),
        ("machine_busy_s", cpu.machine),
        ("server_us_per_message", cpu.server * 1e6 / complete.max(1.0)),
        ("server_rss_mb", rss),
    ] {
        out.figure(name, value);
    }
    if let Some(reason) = &*tally.reason.borrow() {
        out.figure("first_close", reason.clone());
    }
    let lost = (sent * options.members as u64).saturating_sub(tally.delivered.get());
    out.none("deliveries lost", lost);
    out.none("deliveries doubled", tally.doubled.get());
    out.none("deliveries misplaced", tally.misplaced.get());
    out.none("sockets closed", tally.closed.get());
    out.none("stalls", tally.stalls.get());
    out.equal("rows stored", stored, ("messages sent", sent));
    out
}
