//! The services that the runtime stands on, each a trait with one contract that every
//! implementation passes.

pub mod blobs;
#[cfg(test)]
mod blobs_contract;
pub mod clock;
pub mod models;
pub mod store;
