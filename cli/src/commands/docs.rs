//! `basilect docs`: the manual as web pages, or what it says of one word.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use crate::{Exit, manual, terminal};

/// Write the manual as web pages, or show what it says of a word.
#[derive(Debug, Args)]
#[command(after_help = "The pages need no server and no network: open index.html.\n\n\
Exit codes: 0 written or shown; 1 the manual does not know the word; 2 a file cannot be written.")]
pub struct Options {
    /// A keyword, a function, a statement or a code to tell of, instead of writing pages
    words: Vec<String>,
    /// The folder to write to
    #[arg(short, long, alias = "output", value_name = "FOLDER", default_value = "manual")]
    out: PathBuf,
    /// Show the first page in the browser
    #[arg(long)]
    open: bool,
}

impl Options {
    /// Writes all pages, or tells of the words.
    pub fn run(self) -> anyhow::Result<Exit> {
        match self.words.is_empty() {
            true => self.write(),
            false => tell(&self.words.join(" ")),
        }
    }

    fn write(&self) -> anyhow::Result<Exit> {
        let files = manual::files();
        for (name, bytes) in &files {
            let path = self.out.join(name);
            write(&path, bytes).with_context(|| path.display().to_string())?;
        }
        let pages = files.iter().filter(|(name, _)| name.ends_with(".html")).count();
        let index = self.out.join("index.html");
        terminal::line(&format!("{pages} pages; begin at {}", index.display()))?;
        if self.open {
            let shown = index.display();
            open::that_detached(&index).with_context(|| format!("{shown} cannot be opened"))?;
        }
        Ok(Exit::Success)
    }
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, bytes)
}

/// Shows what the manual says of words.
pub fn tell(wanted: &str) -> anyhow::Result<Exit> {
    match manual::terminal::about(wanted) {
        Some(text) => {
            terminal::line(text.trim_end())?;
            Ok(Exit::Success)
        }
        None => {
            let near = manual::terminal::close_to(wanted);
            let near = near.map(|near| format!("; did you mean `{near}`?"));
            let near = near.unwrap_or_else(|| "; `basilect explain` lists all codes".into());
            eprintln!("there is no code and no keyword `{wanted}`{near}");
            Ok(Exit::Findings)
        }
    }
}
