//! Where a bot spends its time, as a table of lines: `basilect run --profile`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::OnceLock;
use std::time::Instant;

use basilect_vm::machine::profile::{self, Line};

/// Lines shown.
const ROWS: usize = 25;
/// Lines with less of all fuel and all time than this are not.
const LEAST_PERCENT: f64 = 0.5;
/// Columns for the text of a line.
const TEXT_COLUMNS: usize = 60;

/// Measures all programs from now on.
pub fn start() {
    profile::start(nanos);
}

fn nanos() -> u64 {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    BEGAN.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

/// The table of what was measured; `place` shows a path of the package as the person knows it, and
/// is where its text is read.
pub fn report(place: &dyn Fn(&str) -> String) -> String {
    table(&profile::lines(), place)
}

fn table(lines: &[Line], place: &dyn Fn(&str) -> String) -> String {
    let sum = |of: fn(&Line) -> u64| lines.iter().map(of).sum::<u64>();
    let (fuel, nanos) = (sum(|line| line.fuel), sum(|line| line.nanos));
    let mut out = format!("\n{} units of fuel, {}\n", grouped(fuel), time(nanos));
    if lines.is_empty() {
        return out;
    }
    let percent = |part: u64, all: u64| 100.0 * part as f64 / all.max(1) as f64;
    let shown = lines.iter().filter(|line| {
        percent(line.fuel, fuel) >= LEAST_PERCENT || percent(line.nanos, nanos) >= LEAST_PERCENT
    });
    let mut texts = Texts::default();
    out.push_str("\n   fuel    time    memory  instructions  line\n");
    for line in shown.clone().take(ROWS) {
        let path = place(&line.path);
        let text = texts.line(&path, line.line);
        // Writing to a text cannot fail.
        let _ = writeln!(
            out,
            "{:5.1} % {:5.1} % {:>9} {:>13}  {path}:{}  {text}",
            percent(line.fuel, fuel),
            percent(line.nanos, nanos),
            bytes(line.bytes),
            grouped(line.runs),
            line.line,
        );
    }
    let more = lines.len() - shown.count().min(ROWS);
    if more > 0 {
        let _ = writeln!(out, "and {more} more {}", if more == 1 { "line" } else { "lines" });
    }
    out
}

/// The texts of scripts, read when they are first asked for.
#[derive(Default)]
struct Texts(BTreeMap<String, String>);

impl Texts {
    fn line(&mut self, path: &str, line: u32) -> String {
        let text = self.0.entry(path.to_owned()).or_insert_with(|| {
            // A built bot has no texts beside it: its lines are shown by number.
            std::fs::read_to_string(path).unwrap_or_default()
        });
        let line = text.lines().nth(line.saturating_sub(1) as usize).unwrap_or("").trim();
        match line.char_indices().nth(TEXT_COLUMNS) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line.to_owned(),
        }
    }
}

/// A number with a mark at each thousand.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn bytes(bytes: u64) -> String {
    match bytes {
        0 => "-".into(),
        1..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KB", bytes >> 10),
        _ => format!("{} MB", bytes >> 20),
    }
}

fn time(nanos: u64) -> String {
    match nanos {
        0..1_000_000 => format!("{} µs", nanos / 1_000),
        1_000_000..1_000_000_000 => format!("{} ms", nanos / 1_000_000),
        _ => format!("{:.1} s", nanos as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!((grouped(7), grouped(1_234_567)), ("7".into(), "1,234,567".into()));
        assert_eq!(
            (bytes(0), bytes(900), bytes(5 << 20)),
            ("-".into(), "900 B".into(), "5 MB".into())
        );
        assert_eq!((time(1_500), time(2_000_000)), ("1 µs".into(), "2 ms".into()));
    }

    #[test]
    fn lines_that_use_little_are_counted_only() {
        let line =
            |line, fuel| Line { path: "a.bas".into(), line, runs: 1, fuel, ..Line::default() };
        let shown = table(&[line(3, 990), line(1, 8), line(2, 2)], &|path| format!("x/{path}"));
        assert!(shown.contains("1,000 units of fuel"), "{shown}");
        assert!(shown.contains("x/a.bas:3") && shown.contains("x/a.bas:1"), "{shown}");
        assert!(!shown.contains("x/a.bas:2") && shown.contains("and 1 more line"), "{shown}");
    }
}
