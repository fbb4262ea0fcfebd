//! The services that the runtime stands on, each a trait with one contract that every
//! implementation passes.

pub mod blobs;
#[cfg(test)]
mod blobs_contract;
pub mod clock;
pub mod faulty;
pub mod models;
pub mod store;
#[cfg(test)]
pub(crate) mod store_contract;
