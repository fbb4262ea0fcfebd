//! Bots for tests: as folders of the disk, or as packages in memory.

use std::path::{Path, PathBuf};

use basilect_compiler::diagnostics::Severity;
use basilect_compiler::package::{self, Built, Package};
use basilect_compiler::source::Provider;
use basilect_runtime::bots::configuration;
use basilect_server::bootstrap::{self, BotFolder};

/// Writes a bot of these scripts (name without ending, source) below `folder`.
pub fn write(folder: &Path, name: &str, scripts: &[(&str, &str)]) -> anyhow::Result<PathBuf> {
    let bot = folder.join(format!("{name}.gbai"));
    for (path, source) in files(name, scripts) {
        let path = bot.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(&bot))?;
        std::fs::write(path, source)?;
    }
    Ok(bot)
}

/// Compiles a bot of these scripts; the error holds the diagnostics.
pub fn compile(name: &str, scripts: &[(&str, &str)]) -> anyhow::Result<Package> {
    let built = package::build(&Files(files(name, scripts)), name);
    let errors = built.diagnostics.iter().filter(|(_, d)| d.severity == Severity::Error);
    let errors: Vec<String> = errors.map(|(_, d)| format!("{} {}", d.code, d.message)).collect();
    built.package.ok_or_else(|| anyhow::anyhow!("{name}: {}", errors.join("\n")))
}

/// Compiles the bot in a folder.
pub fn compile_folder(path: &Path) -> anyhow::Result<Package> {
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let folder = BotFolder { name, path: path.to_path_buf() };
    bootstrap::build(&folder).map_err(anyhow::Error::msg)
}

fn files(name: &str, scripts: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
    let path = |script: &str| format!("{name}.gbdialog/{script}.bas");
    scripts.iter().map(|(script, source)| (path(script), source.as_bytes().to_vec())).collect()
}

/// Files that exist only here: path in the bot's folder, contents.
pub struct Files(pub Vec<(String, Vec<u8>)>);

impl Files {
    /// The bot of these files with its settings checked, as the command line builds it.
    pub fn build(&self) -> Built {
        configuration::build(self, "shop")
    }
}

impl Provider for Files {
    fn list(&self) -> Vec<String> {
        self.0.iter().map(|(path, _)| path.clone()).collect()
    }
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let found = self.0.iter().find(|(other, _)| other == path);
        found.map(|(_, bytes)| bytes.clone()).ok_or_else(|| format!("no {path}"))
    }
}
