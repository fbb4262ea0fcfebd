//! `basilect build`: a bot's folder becomes one file.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::Args;

use crate::{Exit, sources, terminal};

/// Compile a bot into one file: NAME.bot, or a program that runs by itself.
#[derive(Debug, Args)]
#[command(after_help = "\
With --native the file is a program for machines of this kind, which need no Basilect: it talks in \
the\n\
terminal as `basilect run` does, with machine code from the first instruction, and keeps nothing \
when\n\
it ends. Its --help tells its options.\n\n\
Exit codes: 0 built; 1 the bot has errors; 2 a file cannot be read or written.")]
pub struct Options {
    /// The bot's folder; with --native also a .bas script or a .bot file
    path: PathBuf,
    /// Where to write (default: NAME.bot here, or NAME with --native)
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Make a program that carries the bot with its machine code, and needs no Basilect
    #[arg(long)]
    native: bool,
    /// The kind of machine that the program is for: only that of this one
    #[arg(long, value_name = "TRIPLE", requires = "native")]
    target: Option<String>,
}

impl Options {
    /// Compiles and writes.
    pub fn run(self) -> anyhow::Result<Exit> {
        if self.native {
            return self.executable();
        }
        let source = sources::open(&self.path)?;
        let Some(package) = source.package() else { return Ok(Exit::Findings) };
        let output = self.output.unwrap_or_else(|| format!("{}.bot", package.name).into());
        let bytes = package.to_bytes()?;
        std::fs::write(&output, &bytes).with_context(|| output.display().to_string())?;
        let (path, version) = (output.display(), package.version());
        terminal::line(&format!("{path}  {} bytes  {version}", bytes.len()))?;
        Ok(Exit::Success)
    }

    #[cfg(not(all(feature = "native", target_os = "linux")))]
    fn executable(self) -> anyhow::Result<Exit> {
        let _ = (self.target, self.output);
        ensure!(
            cfg!(feature = "native"),
            "this basilect was built without machine code (feature `native`)"
        );
        anyhow::bail!("programs are made on Linux only; run `basilect run` here")
    }

    #[cfg(all(feature = "native", target_os = "linux"))]
    fn executable(self) -> anyhow::Result<Exit> {
        let here = basilect_native::ahead::host();
        if let Some(target) = self.target.as_ref().filter(|target| **target != here) {
            anyhow::bail!(
                "--target {target}: programs are made for the kind of machine that makes them, \
                 {here}; run `basilect build --native` on a machine of the other kind"
            );
        }
        let single = sources::has_extension(&self.path, "bas");
        let package =
            if single { sources::around(&self.path) } else { sources::package(&self.path) };
        let Some(package) = package? else { return Ok(Exit::Findings) };
        let (bytes, version) = (package.to_bytes()?, package.version());
        let program = std::sync::Arc::new(package.program);
        let code = basilect_native::ahead::compile(&program, basilect_native::ahead::FUEL)
            .map_err(anyhow::Error::msg)?;
        let path = self.path.canonicalize().with_context(|| self.path.display().to_string())?;
        let shown = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = path.file_stem().unwrap_or_default();
        let output = self.output.unwrap_or_else(|| name.into());
        ensure!(
            !output.is_dir(),
            "{}: this is a folder; choose another name with --output",
            output.display()
        );
        let carried = basilect_native::Carried::new(shown, bytes, code);
        let size = carried.write(&output).with_context(|| output.display().to_string())?;
        terminal::line(&format!("{}  {size} bytes  {version}", output.display()))?;
        Ok(Exit::Success)
    }
}
