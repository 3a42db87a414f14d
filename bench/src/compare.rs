//! We and the `ws` peer in turns, under the peers' own load generator, on one Postgres and one Redis.

use crate::peer::Peers;
use crate::place::{Kind, Place, within};
use crate::report::{Measurement, Report, Target, median, number};
use crate::seed::{self, Rooms};
use crate::server::Server;
use crate::{Services, proc};
use anyhow::Context;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(clap::Args, Clone)]
pub struct Options {
    /// The folder with the peers and their load generator; BENCH_CACHE, BENCH_PG and BENCH_REDIS as in its README.
    #[arg(long, default_value = "../shared/bench")]
    peers: PathBuf,
    #[arg(long, default_value_t = 3)]
    repeat: usize,
    #[arg(long, default_value_t = 50)]
    rooms: usize,
    #[arg(long, default_value_t = 20)]
    members: usize,
    #[arg(long, default_value_t = 4)]
    window: usize,
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    #[arg(long, default_value_t = 3)]
    warmup: u64,
    /// Keep-alive clients of the REST scenario; 0 leaves it out.
    #[arg(long, default_value_t = 32)]
    rest: usize,
}

impl Options {
    /// The longest that it may take.
    pub fn limit(&self) -> Duration {
        Duration::from_secs(120 + self.repeat as u64 * 4 * (self.seconds + self.warmup + 40))
    }

    fn load(&self, scenario: &str) -> Vec<String> {
        let mut arguments = vec![scenario.to_owned()];
        let mut add = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
        add("--duration", self.seconds.to_string());
        add("--warmup", self.warmup.to_string());
        if scenario == "fanout" {
            add("--rooms", self.rooms.to_string());
            add("--members", self.members.to_string());
            add("--window", self.window.to_string());
        } else {
            add("--conns", self.rest.to_string());
        }
        arguments
    }
}

/// Rooms and people, as the load generator reads them.
struct Files {
    rooms: PathBuf,
    tokens: PathBuf,
}

impl Files {
    fn write(folder: &Path, name: &str, rooms: &Rooms) -> anyhow::Result<Self> {
        let write = |what: &str, lines: Vec<String>| {
            let path = folder.join(format!("{name}-{what}"));
            std::fs::write(&path, lines.join("\n"))
                .with_context(|| format!("cannot write {}", path.display()))?;
            anyhow::Ok(path)
        };
        Ok(Self {
            rooms: write("rooms", rooms.ids.iter().map(ToString::to_string).collect())?,
            tokens: write("tokens", rooms.tokens.clone())?,
        })
    }

    fn arguments(&self) -> [String; 4] {
        let path = |path: &PathBuf| path.display().to_string();
        [
            "--room-ids-file".into(),
            path(&self.rooms),
            "--tokens-file".into(),
            path(&self.tokens),
        ]
    }
}

/// The reports of one server in one scenario.
#[derive(Default)]
struct Runs(Vec<Value>);

impl Runs {
    fn values(&self, name: &str) -> Vec<f64> {
        self.0
            .iter()
            .map(|run| run[name].as_f64().unwrap_or_default())
            .collect()
    }

    fn median(&self, name: &str) -> f64 {
        median(self.values(name))
    }

    fn sum(&self, names: &[&str]) -> u64 {
        names
            .iter()
            .flat_map(|name| self.values(name))
            .map(|value| value.abs() as u64)
            .sum()
    }

    /// Each run's value, for people.
    fn each(&self, name: &str) -> String {
        self.values(name)
            .into_iter()
            .map(number)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

#[derive(Default)]
struct Results {
    ours: Runs,
    peer: Runs,
    our_rest: Runs,
    peer_rest: Runs,
}

/// Measures.
pub async fn run(options: Options, services: &Services, report: &mut Report) -> anyhow::Result<()> {
    proc::need_files(options.rooms * options.members + 200)?;
    let peers = Peers::find(&options.peers)?;
    let mut services = services.clone();
    (services.postgres, services.redis) = (peers.postgres.clone(), peers.redis.clone());
    let results = within(&services, Kind::Production, async |place| {
        let app = place.app().await?;
        let people = seed::rooms(&app, options.rooms, options.members).await?;
        app.shutdown.cancel();
        app.db.close().await?;
        drop(app);
        let fanout = Files::write(place.dir.path(), "fanout", &people)?;
        // a client of the REST scenario writes where the first member of a room does
        let firsts = people
            .tokens
            .iter()
            .step_by(options.members)
            .take(options.rest)
            .cloned()
            .collect();
        let rest = Files::write(
            place.dir.path(),
            "rest",
            &Rooms {
                ids: people.ids,
                tokens: firsts,
            },
        )?;
        let mut results = Results::default();
        for _ in 0..options.repeat {
            turn(&options, &services, &peers, place, (&fanout, &rest), &mut results).await?;
        }
        Ok(results)
    });
    let results = results.await?;
    report.add(fanout(&options, &results));
    if options.rest > 0 {
        report.add(rest(&options, &results));
    }
    Ok(())
}

/// The peer once, we once.
async fn turn(
    options: &Options,
    services: &Services,
    peers: &Peers,
    place: &Place,
    files: (&Files, &Files),
    results: &mut Results,
) -> anyhow::Result<()> {
    let peer = peers.start(&services.out.join("peer.log")).await?;
    let arguments = [
        options.load("fanout"),
        strings(&["--dialect", "ws", "--label", "ws"]),
    ]
    .concat();
    let load = peers.load(&peer, &peers.postgres, "message", &arguments).await;
    keep(&mut results.peer, load?);
    if options.rest > 0 {
        let more = ["--dialect", "ws", "--label", "ws/rest", "--room-base", "4001"];
        let arguments = [options.load("rest"), strings(&more)].concat();
        let load = peers.load(&peer, &peers.postgres, "message", &arguments).await;
        keep(&mut results.peer_rest, load?);
    }
    peer.stop().await?;

    let vars = place.vars(&[("WORKER", "external".into())]);
    let server = Server::start(&services.api()?, vars, &services.out.join("compare.log")).await?;
    let arguments = [
        options.load("fanout"),
        strings(&FANOUT),
        files.0.arguments().to_vec(),
    ]
    .concat();
    let load = peers
        .load(&server, place.database_url()?, "chat_message", &arguments)
        .await;
    keep(&mut results.ours, load?);
    if options.rest > 0 {
        let arguments = [options.load("rest"), strings(&REST), files.1.arguments().to_vec()].concat();
        let load = peers
            .load(&server, place.database_url()?, "chat_message", &arguments)
            .await;
        keep(&mut results.our_rest, load?);
    }
    server.stop().await
}

const FANOUT: [&str; 12] = [
    "--label",
    "switchboard",
    "--dialect",
    "template",
    "--ws-path",
    "/ws/chat/{room}/?token={token}",
    "--send",
    r#"{"type":"message","text":"{body}"}"#,
    "--deliver-contains",
    r#""type":"message:new""#,
    "--handshake",
    "< connected",
];

const REST: [&str; 8] = [
    "--label",
    "switchboard/rest",
    "--dialect",
    "template",
    "--rest-path",
    "/api/user-response/",
    "--rest-body",
    r#"{"message":"{body}","conversation_id":"{room}"}"#,
];

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn keep(runs: &mut Runs, report: Value) {
    eprintln!("  {report}");
    runs.0.push(report);
}

fn fanout(options: &Options, results: &Results) -> Measurement {
    let mut out = Measurement::new("compare fanout");
    let (ours, peer) = (&results.ours, &results.peer);
    let what = format!("{} rooms × {}", options.rooms, options.members);
    for (text, name, unit, target) in [
        ("messages stored and delivered to all", "msgs_per_s", "/s", 1.5),
        (
            "deliveries per server CPU-second",
            "deliveries_per_cpu_s",
            "",
            2.0,
        ),
    ] {
        out.row(
            format!("{what}, {text}: the ws peer"),
            peer.median(name),
            unit,
            None,
        );
        out.row(
            format!("{what}, {text}: Switchboard"),
            ours.median(name),
            unit,
            None,
        );
        let ratio = ours.median(name) / peer.median(name);
        out.row(
            format!("{what}, {text}: ratio"),
            ratio,
            "×",
            Some(Target::AtLeast(target)),
        );
        out.figure(&format!("{name} of the peer"), peer.each(name));
        out.figure(&format!("{name} of ours"), ours.each(name));
    }
    for name in [
        "p50_ms",
        "p99_ms",
        "server_cpu_s",
        "loadgen_cpu_s",
        "machine_busy_s",
        "rss_peak_mb",
    ] {
        out.figure(&format!("{name} of the peer"), peer.each(name));
        out.figure(&format!("{name} of ours"), ours.each(name));
    }
    faults(&mut out, ours, "sent");
    out.figure("faults of the peer", peer.sum(&FAULTS));
    out
}

fn rest(options: &Options, results: &Results) -> Measurement {
    let mut out = Measurement::new("compare rest");
    let (ours, peer) = (&results.our_rest, &results.peer_rest);
    for (text, name, unit) in [
        ("requests", "req_per_s", "/s"),
        ("requests per server CPU-second", "req_per_cpu_s", ""),
    ] {
        let text = format!("user-response, {} clients: {text}", options.rest);
        out.row(format!("{text}: the ws peer"), peer.median(name), unit, None);
        out.row(format!("{text}: Switchboard"), ours.median(name), unit, None);
        out.row(
            format!("{text}: ratio"),
            ours.median(name) / peer.median(name),
            "×",
            None,
        );
    }
    for name in ["p50_ms", "p99_ms"] {
        out.figure(&format!("{name} of the peer"), peer.each(name));
        out.figure(&format!("{name} of ours"), ours.each(name));
    }
    faults(&mut out, ours, "ok");
    out
}

const FAULTS: [&str; 7] = [
    "lost",
    "duplicates",
    "stalls",
    "closed",
    "send_errors",
    "bad_status",
    "broken",
];

fn faults(out: &mut Measurement, ours: &Runs, sent: &'static str) {
    for name in FAULTS
        .into_iter()
        .filter(|name| ours.0.iter().any(|run| run.get(name).is_some()))
    {
        out.none(name, ours.sum(&[name]));
    }
    out.equal(
        "rows stored",
        ours.sum(&["persisted"]),
        ("messages sent", ours.sum(&[sent])),
    );
}
