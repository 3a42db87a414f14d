//! Idle sockets: what one costs the server in memory.

use crate::Services;
use crate::place::{Kind, within};
use crate::proc;
use crate::report::{Measurement, Report, Target};
use crate::seed::{self, Rooms};
use crate::server::Server;
use crate::socket::Socket;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::task::spawn_local;
use tokio::time::sleep;

#[derive(clap::Args, Clone)]
pub struct Options {
    /// Each of its own person.
    #[arg(long, default_value_t = 5000)]
    sockets: usize,
    #[arg(long, default_value_t = 10)]
    per_room: usize,
    /// Seconds to hold them.
    #[arg(long, default_value_t = 8)]
    hold: u64,
}

impl Options {
    /// The longest that it may take.
    pub fn limit(&self) -> Duration {
        Duration::from_secs(120 + self.hold + self.sockets as u64 / 20)
    }
}

/// Measures.
pub async fn run(options: Options, services: &Services, report: &mut Report) -> anyhow::Result<()> {
    proc::need_files(options.sockets + 200)?;
    let measured = within(services, Kind::Production, async |place| {
        let app = place.app().await?;
        let rooms = seed::rooms(&app, options.sockets.div_ceil(options.per_room), options.per_room).await?;
        app.shutdown.cancel();
        app.db.close().await?;
        drop(app);
        let vars = place.vars(&[("WORKER", "external".into())]);
        let server = Server::start(&services.api()?, vars, &services.out.join("idle.log")).await?;
        let measured = measure(&options, &server, &rooms).await;
        server.stop().await?;
        measured
    });
    report.add(measured.await?);
    Ok(())
}

async fn measure(options: &Options, server: &Server, rooms: &Rooms) -> anyhow::Result<Measurement> {
    sleep(Duration::from_secs(2)).await;
    let (before, cpu, began) = (server.rss_mb()?, proc::cpu(server.pid)?, Instant::now());
    let address = server.address;
    let sockets =
        stream::iter(rooms.tokens.iter().enumerate().take(options.sockets)).map(|(at, token)| async move {
            Socket::join(address, &rooms.ids[at / options.per_room].to_string(), token).await
        });
    let sockets: Vec<Socket> = sockets.buffer_unordered(64).try_collect().await?;
    let (connecting, cpu) = (began.elapsed().as_secs_f64(), proc::cpu(server.pid)? - cpu);
    let opened = sockets.len();
    let at_once = server.rss_mb()?;
    let lost = Rc::new(Cell::new(0));
    for mut socket in sockets {
        let lost = lost.clone();
        spawn_local(async move {
            // what they hear is that others came
            let _ = socket.listen(&mut |_| {}).await;
            lost.set(lost.get() + 1);
        });
    }
    sleep(Duration::from_secs(options.hold)).await;
    let after = server.rss_mb()?;
    let mut out = Measurement::new(format!("idle {opened}"));
    let each = |after: f64| (after - before) * 1024.0 / opened as f64;
    out.row(
        format!("memory of one of {opened} idle sockets"),
        each(after),
        "KB",
        Some(Target::AtMost(10.0)),
    );
    out.row(
        "sockets opened per server CPU-second",
        opened as f64 / cpu,
        "",
        None,
    );
    for (name, value) in [
        ("rss_before_mb", before),
        ("rss_mb", after),
        ("kb_each_right_after_joining", each(at_once)),
        ("opened_per_s", opened as f64 / connecting),
        ("join_cpu_s", cpu),
    ] {
        out.figure(name, value);
    }
    out.none("sockets lost", lost.get());
    Ok(out)
}
