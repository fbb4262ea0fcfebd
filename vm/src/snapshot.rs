//! Snapshots.
/// An error.
pub struct SnapshotError;
