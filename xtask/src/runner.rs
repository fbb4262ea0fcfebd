//! One command: watched while it works, counted, and shown in full only when it fails.

use crate::tally::{Format, Tally};
use anyhow::{Context, Result};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, PipeReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often a command that takes long says what it is doing.
const SIGN_OF_LIFE: Duration = Duration::from_secs(60);
/// How many lines of a failed command are shown.
const SHOWN_LINES: usize = 400;

/// What came of a command.
pub struct Ran {
    /// Whether it succeeded.
    pub ok: bool,
    /// The tests it reported.
    pub tally: Tally,
    /// The end of its output.
    pub tail: VecDeque<String>,
}

/// Writes a line to standard output; this binary's only voice.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A reader that has gone away (`| head`) is no reason to stop the tests.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Runs `command`, shows its output as it comes when `verbose`, and counts its tests.
pub fn run(mut command: Command, format: Format, verbose: bool) -> Result<Ran> {
    let name = command.get_program().to_string_lossy().into_owned();
    let (reader, writer) = std::io::pipe().context("no pipe")?;
    command.stdin(Stdio::null()).stderr(writer.try_clone()?).stdout(writer);
    let mut child = command.spawn().with_context(|| format!("cannot start {name}"))?;
    // The command holds the pipe's other end; without this the output would never end.
    drop(command);
    let (tally, tail) = watch(reader, format, verbose);
    let ok = child.wait()?.success();
    Ok(Ran { ok, tally, tail })
}

/// Runs `command` without showing anything; its output is the error when it fails.
pub fn quiet(command: Command) -> Result<()> {
    let what = format!("{command:?}");
    let ran = run(command, Format::Nothing, false)?;
    if ran.ok {
        return Ok(());
    }
    let tail: Vec<String> = ran.tail.into_iter().rev().take(30).collect();
    let tail: Vec<String> = tail.into_iter().rev().collect();
    anyhow::bail!("{what} failed:\n{}", tail.join("\n"))
}

fn watch(reader: PipeReader, format: Format, verbose: bool) -> (Tally, VecDeque<String>) {
    let (mut tally, mut tail) = (Tally::default(), VecDeque::new());
    let (start, mut last_sign) = (Instant::now(), Instant::now());
    for line in BufReader::new(reader).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).trim_end().to_string();
        tally.read(format, &line);
        if verbose {
            say(&line);
        } else if last_sign.elapsed() > SIGN_OF_LIFE && !line.is_empty() {
            say(&format!("    {:>4} s  {}", start.elapsed().as_secs(), line.trim()));
            last_sign = Instant::now();
        }
        if tail.len() == SHOWN_LINES {
            tail.pop_front();
        }
        tail.push_back(line);
    }
    (tally, tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn both_outputs_are_read_and_counted() {
        let script = "echo '2 passed, 0 failed'; echo '1 passed, 1 failed' >&2; exit 1";
        let ran = run(shell(script), Format::Plain, false).expect("a shell");
        assert!(!ran.ok);
        assert_eq!((ran.tally.passed, ran.tally.failed, ran.tail.len()), (3, 1, 2));
    }

    #[test]
    fn only_the_end_of_a_long_output_is_kept() {
        let ran = run(shell("seq 1000"), Format::Nothing, false).expect("a shell");
        assert_eq!(ran.tail.len(), SHOWN_LINES);
        assert_eq!(ran.tail.back().map(String::as_str), Some("1000"));
    }

    #[test]
    fn a_quiet_command_explains_its_failure() {
        let error = quiet(shell("echo no such table; exit 3")).expect_err("it fails");
        assert!(error.to_string().contains("no such table"));
        assert!(quiet(shell("exit 0")).is_ok());
    }
}
