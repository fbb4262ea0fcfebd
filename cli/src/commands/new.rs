//! `basilect new`: a bot to begin with.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use basilect_server::templates::{self, TEMPLATES};
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
    /// What to begin with
    #[arg(long, value_name = "TEMPLATE", default_value = "welcome", value_parser = names())]
    template: String,
}

/// The names of the templates.
fn names() -> Vec<&'static str> {
    TEMPLATES.iter().map(|template| template.name).collect()
}

impl Options {
    /// Writes the files.
    pub fn run(self) -> anyhow::Result<Exit> {
        let name = self.name.strip_suffix(".gbai").unwrap_or(&self.name);
        if let Some(refused) = templates::refused_name(name) {
            bail!(refused);
        }
        let template = templates::find(&self.template).context("there is no such template")?;
        let mut folder = PathBuf::from(format!("{name}.gbai"));
        if let Some(into) = &self.into {
            folder = into.join(folder);
        }
        ensure!(!folder.exists(), "{} exists already", folder.display());
        for (path, text) in template.files(name) {
            let path = folder.join(path);
            write(&path, &text).with_context(|| path.display().to_string())?;
        }
        terminal::out(&welcome(&folder))?;
        Ok(Exit::Success)
    }
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, bytes)
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
