//! The language server: what an editor asks about bots, answered by the compiler's analysis.
//!
//! A tour, in reading order:
//!
//! * [`document`]: a text, and how editors count in it.
//! * [`workspace`]: bots and their files, unsaved texts over the disk's, and what is known of each;
//!   its first words say how analysis is incremental.
//! * [`features`]: what an editor may ask, one file each: they take the workspace as it is and
//!   give an answer.
//! * `server`: the loop of one editor: messages in, answers and diagnostics out.
//! * [`link`]: a server behind two channels of texts.
//! * [`socket`]: editors that come over a WebSocket.
//! * [`product`]: what the product knows that the compiler does not.
//!
//! [`serve`] takes a pair of channels, so whoever has messages can have a server: standard input
//! and output, a socket, a test. It runs no scripts and writes no files.
#![forbid(unsafe_code)]

pub mod document;
pub mod features;
pub mod link;
pub mod product;
mod server;
pub mod socket;
pub mod workspace;

pub use lsp_server::{Connection, Message};
pub use product::Product;
pub use server::{Failure, serve};

/// Serves one editor on standard input and output until it says goodbye.
pub fn serve_stdio(product: Product) -> Result<(), Failure> {
    let (connection, threads) = Connection::stdio();
    serve(&connection, product)?;
    // The writer ends when nobody can send any more.
    drop(connection);
    threads.join()?;
    Ok(())
}
