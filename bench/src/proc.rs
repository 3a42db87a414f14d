//! CPU and memory of processes, from /proc.

use anyhow::{Context, bail};
use std::fs;

/// `USER_HZ` of every Linux that we run on.
const TICKS_PER_SECOND: f64 = 100.0;

struct Stat {
    parent: u32,
    /// Of the process itself.
    own: u64,
    /// Of its children that have ended.
    ended: u64,
}

fn stat(pid: &str) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // the name in brackets may hold anything
    let (_, rest) = text.rsplit_once(") ")?;
    let fields: Vec<u64> = rest
        .split_ascii_whitespace()
        .map(|field| field.parse().unwrap_or_default())
        .collect();
    let field = |at: usize| fields.get(at).copied().unwrap_or_default();
    Some(Stat {
        parent: field(1) as u32,
        own: field(11) + field(12),
        ended: field(13) + field(14),
    })
}

/// CPU seconds that a process has used, its children not counted.
pub fn cpu(pid: u32) -> anyhow::Result<f64> {
    let stat = stat(&pid.to_string()).with_context(|| format!("process {pid} has ended"))?;
    Ok(stat.own as f64 / TICKS_PER_SECOND)
}

/// CPU seconds of a process and its children, those that have ended too: Postgres is its postmaster's children.
pub fn family_cpu(pid: u32) -> f64 {
    let own = stat(&pid.to_string())
        .map(|stat| stat.own + stat.ended)
        .unwrap_or_default();
    let children = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            name.parse::<u32>().ok()?;
            stat(&name)
                .filter(|stat| stat.parent == pid)
                .map(|stat| stat.own + stat.ended)
        });
    (own + children.sum::<u64>()) as f64 / TICKS_PER_SECOND
}

/// Who started a process.
pub fn parent(pid: u32) -> Option<u32> {
    stat(&pid.to_string()).map(|stat| stat.parent)
}

/// CPU seconds that the whole machine has been busy, and that others have taken from it.
pub fn machine() -> f64 {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let first = text.lines().next().unwrap_or_default();
    let fields: Vec<u64> = first
        .split_ascii_whitespace()
        .skip(1)
        .map(|field| field.parse().unwrap_or_default())
        .collect();
    // user, nice, system, irq, softirq, steal
    let busy = [0, 1, 2, 5, 6, 7]
        .iter()
        .filter_map(|at| fields.get(*at))
        .sum::<u64>();
    busy as f64 / TICKS_PER_SECOND
}

/// Memory that a process holds now, in KiB.
pub fn rss_kib(pid: u32) -> anyhow::Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).with_context(|| format!("process {pid}"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line
        .and_then(|line| line.split_ascii_whitespace().next())
        .and_then(|number| number.parse().ok());
    number.with_context(|| format!("no VmRSS of process {pid}"))
}

/// Fails where this process, and so those that it starts, may not open so many files.
pub fn need_files(count: usize) -> anyhow::Result<()> {
    let text = fs::read_to_string("/proc/self/limits").context("no limits")?;
    let line = text.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = line
        .and_then(|line| line.split_ascii_whitespace().next())
        .unwrap_or_default();
    if soft != "unlimited" && soft.parse::<usize>().unwrap_or_default() < count {
        bail!(
            "only {soft} open files are allowed, {count} are needed: `ulimit -n {count}`, or `make bench`, which does it"
        );
    }
    Ok(())
}

/// The machine's and some processes' CPU over a time.
pub struct Meter {
    began: std::time::Instant,
    server: u32,
    postgres: Option<u32>,
    before: Reading,
}

/// CPU seconds.
pub struct Reading {
    pub seconds: f64,
    pub server: f64,
    pub postgres: f64,
    pub client: f64,
    pub machine: f64,
}

impl Meter {
    /// Begins now.
    pub fn start(server: u32, postgres: Option<u32>) -> anyhow::Result<Self> {
        let before = read(server, postgres)?;
        Ok(Self {
            began: std::time::Instant::now(),
            server,
            postgres,
            before,
        })
    }

    /// What was used since the beginning.
    pub fn stop(self) -> anyhow::Result<Reading> {
        let seconds = self.began.elapsed().as_secs_f64();
        let (now, before) = (read(self.server, self.postgres)?, self.before);
        Ok(Reading {
            seconds,
            server: now.server - before.server,
            postgres: now.postgres - before.postgres,
            client: now.client - before.client,
            machine: now.machine - before.machine,
        })
    }
}

fn read(server: u32, postgres: Option<u32>) -> anyhow::Result<Reading> {
    Ok(Reading {
        seconds: 0.0,
        server: cpu(server)?,
        postgres: postgres.map(family_cpu).unwrap_or_default(),
        client: cpu(std::process::id())?,
        machine: machine(),
    })
}
