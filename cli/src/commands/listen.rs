//! The address that a server listens on.

use std::net::{SocketAddr, ToSocketAddrs};

use clap::Args;

/// Where to listen.
#[derive(Clone, Copy, Debug, Args)]
pub struct ListenOptions {
    /// Where to listen: HOST:PORT, or a port of this machine alone
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8080",
        env = "BASILECT_LISTEN",
        value_parser = address
    )]
    listen: SocketAddr,
}

impl ListenOptions {
    /// The address.
    pub fn address(self) -> SocketAddr {
        self.listen
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(port) = text.trim_start_matches(':').parse::<u16>() {
        return Ok(([127, 0, 0, 1], port).into());
    }
    let found = text.to_socket_addrs().ok().and_then(|mut found| found.next());
    found.ok_or_else(|| "write HOST:PORT, such as 127.0.0.1:8080, or 0.0.0.0:8080".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_not_open_to_the_world() {
        for text in ["8080", ":8080", "127.0.0.1:8080"] {
            assert_eq!(address(text), Ok(([127, 0, 0, 1], 8080).into()), "{text}");
        }
        assert!(address("[::1]:80").is_ok() && address("localhost:80").is_ok());
        for text in ["", "here", "127.0.0.1", "1.2.3.4:99999"] {
            assert!(address(text).is_err(), "{text}");
        }
    }
}
