//! `basilect serve`: bots with their chat pages.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use basilect_server::bootstrap::{Mounted, StartError};
use basilect_server::{Config, Server};
use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;

use super::engine::EngineOptions;
use super::listen::ListenOptions;
use super::model::ModelOptions;
use crate::terminal::{self, Paint};
use crate::{Exit, sources};

/// Serve bots with their chat pages.
#[derive(Debug, Args)]
#[command(after_help = "RUST_LOG chooses what is logged (default: info).\n\
A lost administration token: remove admin-token.sha256 from the data folder; the next start makes \
a new one.\n\n\
Exit codes: 0 stopped as asked; 2 it could not start.")]
pub struct Options {
    /// Bots' folders, or folders that hold bots (default: examples if it exists, else here)
    folders: Vec<PathBuf>,
    #[command(flatten)]
    listen: ListenOptions,
    /// Where to keep what must not be lost
    #[arg(long, value_name = "FOLDER", default_value = "data", env = "BASILECT_DATA")]
    data: PathBuf,
    /// A PostgreSQL database instead of the embedded one
    #[arg(long, value_name = "URL", env = "BASILECT_DATABASE", hide_env_values = true)]
    database: Option<String>,
    #[command(flatten)]
    engine: EngineOptions,
    #[command(flatten)]
    model: ModelOptions,
    /// The administration token (default: made at the first start and shown once)
    #[arg(long, value_name = "TOKEN", env = "BASILECT_ADMIN_TOKEN", hide_env_values = true)]
    admin_token: Option<String>,
    /// Connections at most
    #[arg(long, value_name = "NUMBER", default_value_t = 50_000, env = "BASILECT_CONNECTIONS")]
    connections: usize,
    /// Do not take up changes in the bots' folders
    #[arg(long, env = "BASILECT_NO_WATCH")]
    no_watch: bool,
    /// Stop when standard input ends, as it does when the program that started this one is gone
    #[arg(long)]
    until_input_ends: bool,
    /// How the log is written
    #[arg(long, value_enum, default_value_t, env = "BASILECT_LOG_FORMAT")]
    log_format: LogFormat,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum LogFormat {
    /// Lines for people
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

impl Options {
    /// Serves until it is told to stop.
    pub fn run(self) -> anyhow::Result<Exit> {
        log(self.log_format);
        self.engine.install(Some(self.data.join("code")));
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(self.serve())
    }

    async fn serve(self) -> anyhow::Result<Exit> {
        for path in &self.folders {
            ensure!(
                !sources::has_extension(path, "bot"),
                "{}: serve takes folders; a package goes to a running server with \
                 `basilect deploy`",
                path.display()
            );
        }
        let server = Server::start(&self.config()).await.map_err(advised)?;
        terminal::out(&banner(&server, Paint::stdout()))?;
        tokio::select! {
            asked = asked_to_stop() => asked?,
            () = input_ended(), if self.until_input_ends => {}
        }
        server.stop().await;
        Ok(Exit::Success)
    }

    fn config(&self) -> Config {
        Config {
            folders: folders(&self.folders),
            database: self.database.clone(),
            model: self.model.endpoint(),
            admin_token: self.admin_token.clone(),
            watch: !self.no_watch,
            manual: Some(crate::manual::files),
            connections_max: self.connections,
            ..Config::embedded(self.listen.address(), &self.data)
        }
    }
}

/// What the person can do about it.
fn advised(error: StartError) -> anyhow::Error {
    let taken = |e: &std::io::Error| e.kind() == std::io::ErrorKind::AddrInUse;
    match &error {
        StartError::Listen { error: cause, .. } if taken(cause) => {
            let advice = "another program listens there: stop it, or choose with --listen";
            anyhow::anyhow!("{error}; {advice}")
        }
        _ => error.into(),
    }
}

fn folders(given: &[PathBuf]) -> Vec<PathBuf> {
    let examples = Path::new("examples");
    match given {
        [] if examples.is_dir() => vec![examples.into()],
        [] => vec![".".into()],
        given => given.to_vec(),
    }
}

fn log(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let colour = Paint::stderr().on();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.with_ansi(colour).init(),
        LogFormat::Json => log.json().init(),
    }
}

fn banner(server: &Server, paint: Paint) -> String {
    let address = format!("http://{}/", server.address);
    let mut text = format!("\nBasilect is serving at {}\n\n", paint.bold(&address));
    for bot in &server.bots {
        text.push_str(&bot_line(bot, &address, paint));
    }
    if server.bots.is_empty() {
        text.push_str("  no bots yet: begin one with `basilect new NAME`, or deploy one\n");
    }
    if let Some(token) = &server.fresh_token {
        text.push_str(&format!(
            "\nThe administration token, shown only this once:\n  {}\n\
             Bots are written in the studio, which it opens: {address}studio\n",
            paint.bold(token)
        ));
    }
    text.push_str(&paint.dim("\nCtrl-C stops the server; nothing is lost.\n"));
    text
}

fn bot_line(bot: &Mounted, address: &str, paint: Paint) -> String {
    let name = &bot.folder.name;
    match &bot.outcome {
        Ok(_) => format!("  {} {name:<16} {address}{name}\n", paint.green("✓")),
        Err(errors) => {
            let first = errors.lines().next().unwrap_or("it has errors");
            let more = match errors.lines().count() {
                0 | 1 => String::new(),
                count => format!(" (and {} more: see `basilect check`)", count - 1),
            };
            format!("  {} {name:<16} {first}{more}\n", paint.red("✗"))
        }
    }
}

/// Returns when standard input ends. What comes before that is not read by anybody.
async fn input_ended() {
    let (tell, told) = tokio::sync::oneshot::channel();
    // A thread of its own: one of the runtime's would have to end before the server can.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        tell.send(())
    });
    let _ = told.await;
}

/// Returns at Ctrl-C, or when the system asks the process to end.
async fn asked_to_stop() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_folders_are_served_as_they_are() {
        assert_eq!(folders(&["a".into()]), [PathBuf::from("a")]);
        assert_eq!(folders(&[]).len(), 1);
    }
}
