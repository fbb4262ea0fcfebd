//! `basilect lsp`: the language server for editors.

use std::net::SocketAddr;

use anyhow::ensure;
use basilect_lsp::socket::{self, Doorkeeper};
use basilect_server::studio::language::product;
use clap::Args;

use crate::Exit;

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
