//! Reading what the test runners report about themselves.

use std::fmt;

/// How a command reports its tests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Format {
    /// It runs no tests.
    Nothing,
    /// `Summary [ 0.2s] 5 tests run: 4 passed (1 slow), 1 failed, 2 skipped`
    Nextest,
    /// `test result: ok. 4 passed; 1 failed; 2 ignored; …`
    Libtest,
    /// `# pass 4`, `# fail 1`, `# skipped 2`
    Node,
    /// `4 passed, 1 failed, 2 skipped`
    Plain,
}

/// How many tests passed, failed, and were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Passed.
    pub passed: u32,
    /// Failed, timed out or did not start.
    pub failed: u32,
    /// Left out.
    pub skipped: u32,
}

impl Tally {
    /// Takes in one line of output.
    pub fn read(&mut self, format: Format, line: &str) {
        let line = without_colour(line);
        let line = line.trim();
        match format {
            Format::Nothing => {}
            Format::Nextest => self.read_nextest(line),
            Format::Libtest => self.read_libtest(line),
            Format::Node => self.read_node(line),
            Format::Plain => self.read_plain(line),
        }
    }

    /// Adds another tally.
    pub fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        *self == Tally::default()
    }

    fn read_nextest(&mut self, line: &str) {
        if !line.starts_with("Summary [") {
            return;
        }
        if let Some((_, counts)) = line.split_once(" run: ") {
            self.count_all(counts.split(','));
        }
    }

    fn read_libtest(&mut self, line: &str) {
        let Some(rest) = line.strip_prefix("test result: ") else { return };
        if let Some((_, counts)) = rest.split_once(". ") {
            self.count_all(counts.split(';'));
        }
    }

    fn read_node(&mut self, line: &str) {
        let Some(rest) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")) else {
            return;
        };
        let Some((word, number)) = rest.split_once(' ') else { return };
        if let Ok(number) = number.parse() {
            self.count(number, word);
        }
    }

    fn read_plain(&mut self, line: &str) {
        let parts: Vec<&str> = line.split(", ").collect();
        let counts = parts.iter().map(|part| counted(part)).collect::<Option<Vec<_>>>();
        let Some(counts) = counts else { return };
        if counts.iter().any(|(_, word)| *word == "passed") {
            counts.into_iter().for_each(|(number, word)| self.count(number, word));
        }
    }

    fn count_all<'a>(&mut self, parts: impl Iterator<Item = &'a str>) {
        for (number, word) in parts.filter_map(counted) {
            self.count(number, word);
        }
    }

    fn count(&mut self, number: u32, word: &str) {
        match word {
            "passed" | "pass" => self.passed += number,
            "failed" | "fail" | "timed" | "exec" | "cancelled" => self.failed += number,
            "skipped" | "ignored" | "todo" => self.skipped += number,
            _ => {}
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        match self.skipped {
            0 => Ok(()),
            skipped => write!(f, ", {skipped} skipped"),
        }
    }
}

/// `4 passed (1 slow)` is 4 of `passed`.
fn counted(part: &str) -> Option<(u32, &str)> {
    let mut words = part.split_whitespace();
    let number = words.next()?.parse().ok()?;
    Some((number, words.next()?))
}

/// The line without the escape sequences that colour it.
fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => drop(chars.by_ref().find(char::is_ascii_alphabetic)),
            c => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(format: Format, lines: &[&str]) -> (u32, u32, u32) {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| tally.read(format, line));
        (tally.passed, tally.failed, tally.skipped)
    }

    #[test]
    fn nextest_is_read_with_and_without_colour() {
        let line = "     Summary [   1.2s] 9 tests run: 5 passed (2 slow), 3 failed, \
                    1 timed out, 4 skipped";
        assert_eq!(tally(Format::Nextest, &[line]), (5, 4, 4));
        let line = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.0s] \u{1b}[1m1\u{1b}[0m test run: \
                    \u{1b}[1m1\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m skipped";
        assert_eq!(tally(Format::Nextest, &[line]), (1, 0, 0));
        let line = "Summary [ 0.1s] 3/5 tests run: 2 passed, 1 failed, 0 skipped";
        assert_eq!(tally(Format::Nextest, &[line]), (2, 1, 0));
    }

    #[test]
    fn the_results_of_several_test_binaries_add_up() {
        let lines = [
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; in 0.1s",
            "test result: FAILED. 2 passed; 2 failed; 0 ignored; 0 measured; 7 filtered out",
        ];
        assert_eq!(tally(Format::Libtest, &lines), (5, 2, 1));
    }

    #[test]
    fn node_reports_a_number_a_line() {
        let lines = ["ℹ tests 4", "ℹ pass 2", "# fail 1", "# cancelled 1", "ℹ skipped 3"];
        assert_eq!(tally(Format::Node, &lines), (2, 2, 3));
    }

    #[test]
    fn a_plain_line_stands_alone() {
        assert_eq!(tally(Format::Plain, &["12 passed, 1 failed, 2 skipped"]), (12, 1, 2));
        assert_eq!(tally(Format::Plain, &["shop: 3 passed, 0 failed"]), (0, 0, 0));
        let mut shown = Tally { passed: 3, failed: 0, skipped: 0 };
        assert_eq!(shown.to_string(), "3 passed, 0 failed");
        shown.skipped = 1;
        assert_eq!(shown.to_string(), "3 passed, 0 failed, 1 skipped");
    }
}
