//! What a command shows, and how: colours only for people, progress only when it takes a while.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that takes longer than this shows how far it is.
const PATIENCE: Duration = Duration::from_secs(1);

/// Writes to standard output; an error (nobody reads any more) ends the command.
pub fn out(text: &str) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// Writes a line to standard output.
pub fn line(text: &str) -> std::io::Result<()> {
    out(&format!("{text}\n"))
}

/// Colours, or nothing.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    on: bool,
}

impl Paint {
    /// For standard output.
    pub fn stdout() -> Paint {
        Paint { on: wanted(std::io::stdout().is_terminal()) }
    }
    /// For standard error.
    pub fn stderr() -> Paint {
        Paint { on: wanted(std::io::stderr().is_terminal()) }
    }
    /// No colours.
    #[cfg(test)]
    pub fn plain() -> Paint {
        Paint { on: false }
    }
    /// Whether there are colours.
    pub fn on(self) -> bool {
        self.on
    }
    fn with(self, code: &str, text: &str) -> String {
        match self.on {
            true => format!("\x1b[{code}m{text}\x1b[0m"),
            false => text.to_string(),
        }
    }
    /// For what matters most.
    pub fn bold(self, text: &str) -> String {
        self.with("1", text)
    }
    /// For what matters less.
    pub fn dim(self, text: &str) -> String {
        self.with("2", text)
    }
    /// For errors.
    pub fn red(self, text: &str) -> String {
        self.with("1;31", text)
    }
    /// For success.
    pub fn green(self, text: &str) -> String {
        self.with("1;32", text)
    }
    /// For what can be chosen.
    pub fn cyan(self, text: &str) -> String {
        self.with("36", text)
    }
}

/// The columns of the terminal behind standard output or standard error; what a page of text has
/// where it is none.
pub fn columns() -> usize {
    use basilect_compiler::diagnostics::render::COLUMNS;
    let of = |terminal: console::Term| terminal.size_checked().map(|(_, columns)| columns.into());
    of(console::Term::stdout()).or_else(|| of(console::Term::stderr())).unwrap_or(COLUMNS)
}

/// `NO_COLOR` and simple terminals have the last word.
fn wanted(terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    terminal && !dumb && !set("NO_COLOR")
}

/// A bar that appears on a terminal when the work takes longer than a second.
pub fn progress(total: usize, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::hidden());
    if !std::io::stderr().is_terminal() {
        return bar;
    }
    let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(what);
    let late = bar.downgrade();
    std::thread::spawn(move || {
        std::thread::sleep(PATIENCE);
        if let Some(bar) = late.upgrade().filter(|bar| !bar.is_finished()) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    });
    bar
}

/// `1 error`, `2 errors`.
pub fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_terminal_there_are_no_colours() {
        assert!(!wanted(false));
        assert_eq!(Paint { on: false }.red("x"), "x");
        assert_eq!(Paint { on: true }.red("x"), "\x1b[1;31mx\x1b[0m");
    }

    #[test]
    fn numbers_agree_with_their_nouns() {
        assert_eq!(count(1, "error"), "1 error");
        assert_eq!(count(0, "error"), "0 errors");
    }
}
