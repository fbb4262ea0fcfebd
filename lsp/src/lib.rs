//! The language server: what an editor asks about scripts, answered by the compiler's analysis.
//!
//! What it is *not*: it runs no scripts and reads no files; it knows the documents that the editor
//! has opened, as the editor has them.
//!
//! Reading order: [`document`] (a text and its positions), [`features`] (one file a request),
//! [`server`] (the loop).
#![forbid(unsafe_code)]

pub mod document;
pub mod features;
mod server;

pub use server::{Failure, serve};

/// Serves one editor on standard input and output until it says goodbye.
pub fn serve_stdio() -> Result<(), Failure> {
    let (connection, threads) = lsp_server::Connection::stdio();
    serve(&connection)?;
    // The writer ends when nobody can send any more.
    drop(connection);
    threads.join()?;
    Ok(())
}
