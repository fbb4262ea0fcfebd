//! `basilect lsp`: the language server for editors.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::ensure;
use basilect_compiler::source::{SourceFile, Span};
use basilect_lsp::product::{Product, Setting};
use basilect_lsp::socket::{self, Doorkeeper};
use basilect_runtime::bots::{catalogue, configuration};
use clap::Args;

use crate::Exit;
use crate::transcript;

/// Speak the language server protocol on standard input and output, or over WebSockets.
#[derive(Debug, Args)]
pub struct Options {
    /// Accepted because editors like to pass it; it is so without --listen
    #[arg(long, hide = true, conflicts_with = "listen")]
    stdio: bool,
    /// Serve editors that connect to this address with a WebSocket, such as 127.0.0.1:7357
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// With --listen: let web pages of this origin connect too, such as https://studio.example
    #[arg(long, value_name = "ORIGIN", requires = "listen")]
    origin: Vec<String>,
    /// With --listen: let other computers connect; who can, reads the bots that the server sees
    #[arg(long, requires = "listen")]
    remote: bool,
}

impl Options {
    /// Serves until the editor says goodbye; with an address, until the process ends.
    pub fn run(self) -> anyhow::Result<Exit> {
        let Some(address) = self.listen else {
            basilect_lsp::serve_stdio(product()).map_err(|error| anyhow::anyhow!("{error}"))?;
            return Ok(Exit::Success);
        };
        ensure!(
            self.remote || address.ip().is_loopback(),
            "{address} can be reached from other computers; write 127.0.0.1, or add --remote"
        );
        let door = Doorkeeper { origins: self.origin, remote: self.remote };
        let ready = |address| eprintln!("editors can connect to ws://{address}");
        let runtime = tokio::runtime::Runtime::new()?;
        let served = runtime.block_on(socket::listen(address, door, product(), ready));
        served.map_err(|error| anyhow::anyhow!("{address}: {error}"))?;
        Ok(Exit::Success)
    }
}

/// What the language server cannot know from the compiler.
fn product() -> Product {
    let setting = |setting: &catalogue::Setting| Setting {
        names: setting.names.iter().map(|name| (*name).to_string()).collect(),
        what: setting.what.to_string(),
        default: setting.default.to_string(),
        wanted: setting.form.as_ref().map(|form| form.wanted.to_string()),
    };
    Product {
        settings: catalogue::SETTINGS.iter().map(setting).collect(),
        check_settings: |path, text| {
            let found = configuration::check(path, text.as_bytes());
            found.into_iter().map(|(_, diagnostic)| diagnostic).collect()
        },
        check_transcript: unreadable_line,
    }
}

/// The first line of a transcript that cannot be read.
fn unreadable_line(text: &str) -> Vec<(Span, String)> {
    let Err(wrong) = transcript::parse(Path::new("test.chat"), text) else { return Vec::new() };
    let line = u32::try_from(wrong.line).unwrap_or(u32::MAX);
    let message = format!("{}\ndocs/transcripts.md lists the lines of a test", wrong.why);
    vec![(SourceFile::new("test.chat", text).line(line), message)]
}
