//! tests
mod bench;
mod hostile;
mod kill;
mod language;
mod server;
mod snapshots;
mod tidy;
