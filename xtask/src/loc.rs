//! The size of the tree: lines of code, comment and test of each crate.

use crate::runner::say;
use anyhow::Result;
use std::path::{Path, PathBuf};

const CRATES: &[&str] =
    &["stdlib", "vm", "compiler", "runtime", "server", "lsp", "cli", "xtask", "tests"];

/// The lines of one crate.
#[derive(Default)]
struct Count {
    files: usize,
    code: usize,
    comments: usize,
    tests: usize,
}

/// Prints a table.
pub fn report() -> Result<()> {
    say("crate       files     code comments    tests");
    let mut total = Count::default();
    for name in CRATES {
        let mut count = Count::default();
        for file in rust_files(Path::new(name))? {
            count.read(&file, &std::fs::read_to_string(&file)?);
        }
        say(&count.line(name));
        total.add(&count);
    }
    say(&total.line("together"));
    Ok(())
}

impl Count {
    /// Counts a file. What follows `#[cfg(test)]` is test code, and so is all of a test file.
    fn read(&mut self, path: &Path, text: &str) {
        let mut in_tests = path.ends_with("tests.rs") || path.starts_with("tests");
        self.files += 1;
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            in_tests |= line == "#[cfg(test)]";
            match (line.starts_with("//"), in_tests) {
                (_, true) => self.tests += 1,
                (true, _) => self.comments += 1,
                (false, _) => self.code += 1,
            }
        }
    }

    fn add(&mut self, other: &Count) {
        self.files += other.files;
        self.code += other.code;
        self.comments += other.comments;
        self.tests += other.tests;
    }

    fn line(&self, name: &str) -> String {
        let Count { files, code, comments, tests } = self;
        format!("{name:<10} {files:>6} {code:>8} {comments:>8} {tests:>8}")
    }
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && !path.ends_with("target") && !path.ends_with("node_modules") {
            found.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_begin_at_their_attribute() {
        let mut count = Count::default();
        let text = "//! Why.\n\nfn a() {}\n#[cfg(test)]\nmod tests {\n    // more\n}\n";
        count.read(Path::new("vm/src/a.rs"), text);
        assert_eq!((count.code, count.comments, count.tests), (1, 1, 4));
    }
}
