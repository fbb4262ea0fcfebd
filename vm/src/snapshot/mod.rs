//! A machine as bytes, and back: at a host call, at the end of a slice, before the first run.
//!
//! The bytes hold where the program stands and what it can still reach, nothing of the process.
//! Equal states give equal bytes. They are bound to the program by its hash. The reader trusts
//! nothing: whatever it accepts is a machine that runs on without harm.

mod data;
mod read;
mod write;

use crate::bytes::Broken;

/// Version of the format; other versions are refused.
const VERSION: u8 = 1;

/// Why bytes are no snapshot of this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SnapshotError {
    /// They are damaged, or from a machine with larger limits; the text says what.
    Broken(&'static str),
    /// They belong to another program.
    OtherProgram,
    /// They are of another version of the format.
    OtherVersion,
}

impl From<Broken> for SnapshotError {
    fn from(broken: Broken) -> SnapshotError {
        SnapshotError::Broken(broken.0)
    }
}

impl std::fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            SnapshotError::Broken(what) => what,
            SnapshotError::OtherProgram => "the snapshot belongs to another program",
            SnapshotError::OtherVersion => "the snapshot is of another version",
        })
    }
}

impl std::error::Error for SnapshotError {}

/// Numbers of the phases. Stored: never renumber.
mod phase {
    pub const READY: u8 = 0;
    pub const FAILING: u8 = 1;
    pub const WAITING: u8 = 2;
    pub const ENDED: u8 = 3;
}
