//! `basilect new`: a bot to begin with.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use basilect_server::bootstrap::taken_name;
use clap::Args;

use crate::{Exit, terminal};

/// Begin a bot: a folder with a dialog, settings, a theme and a test.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 made; 2 the name cannot be used, or the folder is there \
                        already.")]
pub struct Options {
    /// Name of the bot: small letters, digits and dashes
    name: String,
    /// Where to make it (default: here)
    #[arg(long, value_name = "FOLDER")]
    into: Option<PathBuf>,
}

/// The files of a new bot; `__NAME__` and `__TITLE__` are put in.
const FILES: [(&str, &str); 5] = [
    ("__NAME__.gbdialog/start.bas", include_str!("new/start.bas")),
    ("__NAME__.gbdialog/opening-hours.bas", include_str!("new/opening-hours.bas")),
    ("__NAME__.gbdialog/tests/hello.chat", include_str!("new/hello.chat")),
    ("__NAME__.gbot/config.csv", include_str!("new/config.csv")),
    ("__NAME__.gbtheme/__NAME__.css", include_str!("new/theme.css")),
];

impl Options {
    /// Writes the files.
    pub fn run(self) -> anyhow::Result<Exit> {
        let name = self.name.strip_suffix(".gbai").unwrap_or(&self.name);
        ensure!(
            usable(name),
            "`{name}` cannot be the name of a bot: use small letters, digits and dashes"
        );
        if let Some(taken) = taken_name(name) {
            bail!(taken);
        }
        let mut folder = PathBuf::from(format!("{name}.gbai"));
        if let Some(into) = &self.into {
            folder = into.join(folder);
        }
        ensure!(!folder.exists(), "{} exists already", folder.display());
        for (path, text) in FILES {
            let path = folder.join(path.replace("__NAME__", name));
            let text = text.replace("__NAME__", name).replace("__TITLE__", &title(name));
            write(&path, &text).with_context(|| path.display().to_string())?;
        }
        terminal::out(&welcome(&folder))?;
        Ok(Exit::Success)
    }
}

/// Whether this can be a folder, an address and an identifier.
fn usable(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.len() <= 63 && name.chars().all(fits)
}

/// `corner-shop` is `Corner Shop` for people.
fn title(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(word).collect::<Vec<_>>().join(" ").trim().to_string()
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}

fn welcome(folder: &Path) -> String {
    let path = folder.display();
    format!(
        "{path} is ready. Try:\n\n  \
           basilect run {path}      talk with it here\n  \
           basilect test {path}     run its test\n  \
           basilect serve {path}    talk with it in the browser\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_addresses() {
        for name in ["shop", "corner-shop", "a1"] {
            assert!(usable(name), "{name}");
        }
        for name in ["", "Shop", "1a", "a b", "../x", "a_b", "ä"] {
            assert!(!usable(name), "{name}");
        }
        assert_eq!(title("corner-shop"), "Corner Shop");
    }
}
