//! Blobs: files that people send and scripts make, under names of our own choosing.

use std::path::{Path, PathBuf};

use async_trait::async_trait;

use crate::error::{Error, Result};

/// A place for files. Keys are `folder/name` in `[a-z0-9-_./]` without `..`: they are made by the
/// runtime, never taken from a person.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Keeps `bytes` under `key`.
    async fn put(&self, key: &str, bytes: &[u8]) -> Result<()>;
    /// The bytes under `key`.
    async fn get(&self, key: &str) -> Result<Vec<u8>>;
    /// Forgets `key`; nothing happens when it is not there.
    async fn delete(&self, key: &str) -> Result<()>;
}

/// Blobs as files below one folder. A file appears under its name only when it is complete.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Blobs below `root`, which is made when it is missing.
    pub fn new(root: impl Into<PathBuf>) -> Folder {
        Folder { root: root.into() }
    }
    fn path(&self, key: &str) -> Result<PathBuf> {
        if !valid_key(key) {
            return Err(Error::invalid("bad_key", "this is not a file of this server"));
        }
        Ok(self.root.join(key))
    }
}

/// Whether `key` is one that the runtime could have made.
fn valid_key(key: &str) -> bool {
    !key.is_empty()
        && key.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b))
}

fn unavailable(error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::NotFound => Error::NotFound("the file"),
        _ => Error::Unavailable(error.to_string()),
    }
}

async fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    // No key begins with a point, so an unfinished file is in nobody's way.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = path.with_file_name(format!(".{name}.part"));
    tokio::fs::write(&part, bytes).await?;
    tokio::fs::File::open(&part).await?.sync_all().await?;
    tokio::fs::rename(&part, path).await
}

#[async_trait]
impl Blobs for Folder {
    async fn put(&self, key: &str, bytes: &[u8]) -> Result<()> {
        write_whole(&self.path(key)?, bytes).await.map_err(unavailable)
    }
    async fn get(&self, key: &str) -> Result<Vec<u8>> {
        tokio::fs::read(self.path(key)?).await.map_err(unavailable)
    }
    async fn delete(&self, key: &str) -> Result<()> {
        match tokio::fs::remove_file(self.path(key)?).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unavailable(error)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_cannot_leave_the_folder() {
        for key in ["../x", "a/../b", "/etc/passwd", "a//b", "a/.hidden", "", "a\\b", "a\0b"] {
            assert!(!valid_key(key), "{key:?}");
        }
        assert!(valid_key("uploads/0a1b/report.pdf"));
    }
}
