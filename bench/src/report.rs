//! What was measured: a JSON line and a line for people each, and the table of all.

use anyhow::Context;
use serde_json::{Map, Value, json};
use std::path::Path;

/// What a figure is held against.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    AtLeast(f64),
    AtMost(f64),
}

impl Target {
    fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(bound) => value >= bound,
            Self::AtMost(bound) => value <= bound,
        }
    }

    fn text(self, unit: &str) -> String {
        match self {
            Self::AtLeast(bound) => format!("≥ {} {unit}", number(bound)),
            Self::AtMost(bound) => format!("≤ {} {unit}", number(bound)),
        }
    }
}

/// A line of the table.
#[derive(Clone, Debug)]
struct Row {
    what: String,
    value: f64,
    unit: &'static str,
    target: Option<Target>,
}

/// One measurement.
#[derive(Clone, Debug)]
pub struct Measurement {
    name: String,
    rows: Vec<Row>,
    figures: Map<String, Value>,
    faults: Vec<String>,
}

impl Measurement {
    /// A measurement of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            rows: Vec::new(),
            figures: Map::new(),
            faults: Vec::new(),
        }
    }

    /// A figure that the table shows.
    pub fn row(&mut self, what: impl Into<String>, value: f64, unit: &'static str, target: Option<Target>) {
        self.rows.push(Row {
            what: what.into(),
            value,
            unit,
            target,
        });
    }

    /// A figure for the JSON only.
    pub fn figure(&mut self, name: &str, value: impl Into<Value>) {
        self.figures.insert(name.into(), round(value.into()));
    }

    /// Something that must be zero.
    pub fn none(&mut self, what: &str, count: u64) {
        self.figure(what, count);
        if count > 0 {
            self.faults.push(format!("{count} {what}"));
        }
    }

    /// Two counts that must be equal.
    pub fn equal(&mut self, what: &str, count: u64, to: (&str, u64)) {
        self.figure(what, count);
        self.figure(to.0, to.1);
        if count != to.1 {
            self.faults.push(format!("{what} {count}, {} {}", to.0, to.1));
        }
    }

    fn json(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            let met = row.target.map(|target| target.is_met(row.value));
            let target = row.target.map(|target| target.text(row.unit));
            json!({"what": row.what, "value": round(row.value.into()), "unit": row.unit, "target": target, "met": met})
        });
        json!({
            "bench": self.name,
            "rows": rows.collect::<Vec<_>>(),
            "figures": self.figures,
            "faults": self.faults,
        })
    }

    fn text(&self) -> String {
        let rows = self.rows.iter().map(|row| {
            let verdict = match row.target {
                None => String::new(),
                Some(target) if target.is_met(row.value) => {
                    format!(" (target {}: met)", target.text(row.unit))
                }
                Some(target) => format!(" (target {}: MISSED)", target.text(row.unit)),
            };
            format!("{} {} {}{verdict}", row.what, number(row.value), row.unit)
        });
        let faults = self.faults.iter().map(|fault| format!("FAULT: {fault}"));
        format!(
            "{}: {}",
            self.name,
            rows.chain(faults).collect::<Vec<_>>().join("; ")
        )
    }
}

/// All measurements of a run.
#[derive(Default)]
pub struct Report(Vec<Measurement>);

impl Report {
    /// Adds one: its JSON goes to standard output, its line for people to standard error.
    pub fn add(&mut self, measurement: Measurement) {
        println!("{}", measurement.json());
        eprintln!("{}", measurement.text());
        self.0.push(measurement);
    }

    /// Whether nothing was lost, doubled or unequal.
    pub fn is_sound(&self) -> bool {
        self.0.iter().all(|measurement| measurement.faults.is_empty())
    }

    /// Writes `results.json` and `table.md`.
    pub fn save(&self, folder: &Path) -> anyhow::Result<()> {
        let all: Vec<_> = self.0.iter().map(Measurement::json).collect();
        let write = |name: &str, text: String| {
            let path = folder.join(name);
            std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
        };
        write("results.json", format!("{:#}\n", Value::Array(all)))?;
        write("table.md", self.table())
    }

    fn table(&self) -> String {
        let mut table = String::from("| measurement | figure | target |\n|---|---:|---:|\n");
        for row in self.0.iter().flat_map(|measurement| &measurement.rows) {
            let target = row.target.map(|target| target.text(row.unit)).unwrap_or_default();
            table += &format!(
                "| {} | {} {} | {} |\n",
                row.what,
                number(row.value),
                row.unit,
                target.trim_end()
            );
        }
        table
    }
}

/// Three significant digits, or all before the point, with commas.
pub fn number(value: f64) -> String {
    let text = match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    };
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let digits = whole.len();
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (digits - at) % 3 == 0 && digit.is_ascii_digit() && !out.ends_with('-') {
            out.push(',');
        }
        out.push(digit);
    }
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() {
        out
    } else {
        format!("{out}.{rest}")
    }
}

fn round(value: Value) -> Value {
    match value.as_f64() {
        Some(float) if value.is_f64() => json!((float * 1000.0).round() / 1000.0),
        _ => value,
    }
}

/// The middle of some values, in any order; 0 of none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The value below which this share of them lies, in milliseconds; the values are in microseconds.
pub fn quantile_ms(micros: &mut [u32], share: f64) -> f64 {
    if micros.is_empty() {
        return 0.0;
    }
    let at = ((micros.len() - 1) as f64 * share).round() as usize;
    let (_, value, _) = micros.select_nth_unstable(at);
    f64::from(*value) / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        let shown = [0.0, 0.123, 9.5, 12.34, 123.4, 1234.5, 1_234_567.0, -1234.0].map(number);
        assert_eq!(
            shown,
            ["0", "0.12", "9.5", "12.3", "123", "1,234", "1,234,567", "-1,234"]
        );
    }

    #[test]
    fn a_fault_makes_the_report_unsound_and_a_missed_target_does_not() {
        let mut missed = Measurement::new("a");
        missed.row("x", 1.0, "", Some(Target::AtLeast(2.0)));
        missed.none("lost", 0);
        missed.equal("stored", 5, ("sent", 5));
        let mut report = Report::default();
        report.add(missed.clone());
        assert!(report.is_sound());
        assert!(missed.text().contains("MISSED"));
        missed.equal("stored", 4, ("sent", 5));
        report.add(missed);
        assert!(!report.is_sound());
    }

    #[test]
    fn quantiles_and_medians() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(quantile_ms(&mut [5000, 1000, 3000], 0.5), 3.0);
        assert_eq!(quantile_ms(&mut [], 0.5), 0.0);
    }
}
