//! `basilect dap`: the debugger of editors.

use std::io::BufReader;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};

use anyhow::{Context, ensure};
use clap::Args;

use crate::Exit;
use crate::debug;
use crate::debug::wire::Output;

/// Sessions at the same time with --listen.
const SESSIONS_MAX: usize = 16;

/// Speak the debug adapter protocol on standard input and output.
#[derive(Debug, Args)]
#[command(after_help = "What to debug comes from the editor: `launch` with the bot, or `attach` \
with a recorded conversation.\ndocs/debugging.md tells how.")]
pub struct Options {
    /// Serve editors that connect to this address instead, such as 127.0.0.1:7358; each connection
    /// is one session
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// In a terminal that the debugger has opened: talk with the bot that it debugs
    #[arg(long, value_name = "ADDRESS", hide = true, conflicts_with = "listen")]
    terminal: Option<SocketAddr>,
}

impl Options {
    /// Serves until the editor disconnects; with an address, until the process ends.
    pub fn run(self) -> anyhow::Result<Exit> {
        if let Some(address) = self.terminal {
            debug::terminal::attach(address)?;
            return Ok(Exit::Success);
        }
        let Some(address) = self.listen else {
            let output = Output::new(Box::new(std::io::stdout()));
            debug::serve(BufReader::new(std::io::stdin()), output)?;
            return Ok(Exit::Success);
        };
        ensure!(
            address.ip().is_loopback(),
            "{address} can be reached from other computers, and who debugs can read files here; \
             write 127.0.0.1 and a port"
        );
        let listener = TcpListener::bind(address).with_context(|| address.to_string())?;
        eprintln!("debuggers can connect to {}", listener.local_addr()?);
        let open = std::sync::Arc::new(());
        for connection in listener.incoming() {
            let connection = connection?;
            if std::sync::Arc::strong_count(&open) > SESSIONS_MAX {
                continue;
            }
            let place = open.clone();
            std::thread::spawn(move || {
                let _place = place;
                if let Err(error) = serve(&connection) {
                    eprintln!("a session broke off: {error:#}");
                }
                // Whoever reads it in this process, too, learns that it is over.
                let _ = connection.shutdown(Shutdown::Both);
            });
        }
        Ok(Exit::Success)
    }
}

fn serve(connection: &TcpStream) -> anyhow::Result<()> {
    let reader = BufReader::new(connection.try_clone()?);
    debug::serve(reader, Output::new(Box::new(connection.try_clone()?)))
}
