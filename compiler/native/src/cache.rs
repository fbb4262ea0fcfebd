//! A folder that keeps machine code from one run to the next.
//!
//! What is read from it runs as this process, so the folder and its key must belong to the user of
//! this process, and nobody else may write there; each entry carries a code (HMAC-SHA-256) over
//! its name and its bytes, by a key that only that user can read. So an entry that is broken, cut,
//! put under another name, or written by somebody else is no entry. Such a one is replaced when
//! the code was made again.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "what is kept lies in files, and goes in the order of its use"
)]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, SystemTime};

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::image::{Hash, Purpose};

/// The largest entry, in bytes: larger code is made again.
const MOST_ENTRY: u64 = 32 << 20;
/// Bytes of the key, and of the code that an entry ends with.
const KEY: usize = 32;
/// A folder is looked through again when a process has written one of so many parts of its bytes.
const STEPS: u64 = 16;
/// What the names of entries end with.
const ENDING: &str = "code";
/// What is half written for longer than this was left behind.
const LEFT_BEHIND: Duration = Duration::from_secs(3_600);

/// See the module.
pub struct Cache {
    folder: PathBuf,
    key: [u8; KEY],
    most_bytes: u64,
    /// Bytes that may be written until the folder is looked through again.
    room: AtomicU64,
}

impl Cache {
    /// Opens the folder, which is made if it is not there, with its key. It is to hold about
    /// `most_bytes` at most: each process that writes there may add a sixteenth.
    ///
    /// # Errors
    /// The folder or the key cannot be made or read, or others may write there.
    pub fn open(folder: &Path, most_bytes: u64) -> io::Result<Cache> {
        own::make_folder(folder)?;
        own::check(&fs::metadata(folder)?, true)?;
        let (folder, key) = (folder.to_path_buf(), key(folder)?);
        Ok(Cache { folder, key, most_bytes, room: AtomicU64::new(0) })
    }
    /// The entry of this name, if it is as it was written.
    pub fn load(&self, name: &str) -> Option<Vec<u8>> {
        let path = self.path(name);
        let file = File::open(&path).ok().filter(is_file)?;
        let mut bytes = Vec::new();
        (&file).take(MOST_ENTRY + 1).read_to_end(&mut bytes).ok()?;
        let (body, code) = bytes.split_at_checked(bytes.len().checked_sub(KEY)?)?;
        if self.sealed(name, body).verify_slice(code).is_err() {
            tracing::warn!(file = %path.display(), "kept machine code is damaged and not used");
            return None;
        }
        // Used now: entries that nobody uses go first.
        let _ = file.set_modified(SystemTime::now());
        bytes.truncate(bytes.len() - KEY);
        Some(bytes)
    }
    /// Keeps an entry, and makes room for it.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn store(&self, name: &str, body: &[u8]) -> io::Result<()> {
        let size = (body.len() + KEY) as u64;
        if size > MOST_ENTRY.min(self.most_bytes) {
            return Ok(());
        }
        if self.room.load(Relaxed) < size {
            self.make_room(name, self.most_bytes - size)?;
            // Other processes write there, too, so that what is left now may not be for long.
            self.room.store(self.most_bytes / STEPS + size, Relaxed);
        }
        self.room.fetch_sub(size.min(self.room.load(Relaxed)), Relaxed);
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(body)?;
        file.write_all(&self.sealed(name, body).finalize().into_bytes())?;
        file.persist(self.path(name)).map_err(|error| error.error)?;
        Ok(())
    }
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name).with_extension(ENDING)
    }
    fn sealed(&self, name: &str, body: &[u8]) -> Hmac<Sha256> {
        let mut seal = keyed(&self.key);
        seal.update(name.as_bytes());
        seal.update(&[0]);
        seal.update(body);
        seal
    }
    /// Removes the entries that were used longest ago, until the others have `most` bytes. The one
    /// of this name is about to be replaced and does not count.
    fn make_room(&self, name: &str, most: u64) -> io::Result<()> {
        let replaced = self.path(name);
        let mut entries = Vec::new();
        for entry in fs::read_dir(&self.folder)?.flatten() {
            let (path, Ok(about)) = (entry.path(), entry.metadata()) else { continue };
            let used = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            if path.extension().is_some_and(|ending| ending == ENDING) {
                entries.push((used, about.len(), path));
            } else if is_left_behind(&path, used) {
                let _ = fs::remove_file(path);
            }
        }
        entries.retain(|(_, _, path)| *path != replaced);
        entries.sort();
        let mut size: u64 = entries.iter().map(|(_, size, _)| size).sum();
        for (_, bytes, path) in entries {
            if size <= most {
                break;
            }
            size -= bytes;
            // Another process may have been faster.
            let _ = fs::remove_file(path);
        }
        Ok(())
    }
}

/// The name under which code is kept: code for anything else has another one.
pub fn name(purpose: &Purpose) -> String {
    let mut hash = Sha256::new();
    for part in [&purpose.generator, &purpose.features.join(" ")] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update(purpose.program);
    let hash: Hash = hash.finalize().into();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[allow(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn keyed(key: &[u8; KEY]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("any length is a key")
}

fn is_file(file: &File) -> bool {
    file.metadata().is_ok_and(|about| about.is_file())
}

/// Whether a file was being written by a process that is gone.
fn is_left_behind(path: &Path, used: SystemTime) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(".tmp") && used.elapsed().is_ok_and(|age| age > LEFT_BEHIND)
}

/// The key of a folder, made when it is first wanted.
fn key(folder: &Path) -> io::Result<[u8; KEY]> {
    let path = folder.join("key");
    match read_key(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        found => return found,
    }
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    let mut key = [0; KEY];
    getrandom::fill(&mut key).map_err(|error| io::Error::other(error.to_string()))?;
    file.write_all(&key)?;
    match file.persist_noclobber(&path) {
        Ok(_) => Ok(key),
        // Another process was faster.
        Err(_) => read_key(&path),
    }
}

fn read_key(path: &Path) -> io::Result<[u8; KEY]> {
    let file = OpenOptions::new().read(true).open(path)?;
    own::check(&file.metadata()?, false)?;
    let mut bytes = Vec::new();
    file.take(KEY as u64 + 1).read_to_end(&mut bytes)?;
    let key = <[u8; KEY]>::try_from(bytes);
    key.map_err(|_| io::Error::other("the key of the cache is damaged; remove it"))
}

/// Whether folders and files are those of the user who runs this process.
#[cfg(unix)]
mod own {
    use std::fs::{DirBuilder, Metadata};
    use std::io;
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};
    use std::path::Path;

    /// Makes a folder that is only for this user.
    pub fn make_folder(folder: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)
    }
    /// Refuses what belongs to others, or what others may write; a file also where they may read.
    pub fn check(about: &Metadata, is_folder: bool) -> io::Result<()> {
        let refused = |why: &str| Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        if about.uid() != rustix::process::geteuid().as_raw() {
            return refused("it belongs to another user");
        }
        let forbidden = if is_folder { 0o022 } else { 0o077 };
        if about.is_dir() != is_folder || !is_folder && !about.is_file() {
            return refused("it is something else");
        }
        if about.mode() & forbidden != 0 {
            return refused("other users may change or read it");
        }
        Ok(())
    }
}

/// On other systems who may write a folder is not found out, so that no code is kept.
#[cfg(not(unix))]
mod own {
    use std::fs::Metadata;
    use std::io;
    use std::path::Path;

    pub fn make_folder(_: &Path) -> io::Result<()> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "no code is kept on this system"))
    }
    pub fn check(_: &Metadata, _: bool) -> io::Result<()> {
        make_folder(Path::new(""))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn cache(most_bytes: u64) -> (tempfile::TempDir, Cache) {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::open(&folder.path().join("code"), most_bytes).expect("a cache");
        (folder, cache)
    }
    fn allow(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
    }

    #[test]
    fn an_entry_is_what_was_written_or_nothing() {
        let (_folder, cache) = cache(1 << 20);
        cache.store("a", b"some machine code").expect("written");
        let whole = fs::read(cache.path("a")).expect("an entry");
        assert_eq!(cache.load("a").as_deref(), Some(b"some machine code".as_slice()));
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut bytes = whole.clone();
                bytes[at] ^= 1 << bit;
                fs::write(cache.path("a"), &bytes).expect("written");
                assert_eq!(cache.load("a"), None, "bit {bit} of byte {at}");
            }
            fs::write(cache.path("a"), &whole[..at]).expect("written");
            assert_eq!(cache.load("a"), None, "{at} bytes");
        }
        fs::write(cache.path("a"), [whole.as_slice(), b"x"].concat()).expect("written");
        assert_eq!(cache.load("a"), None);
        cache.store("a", b"other code").expect("written");
        assert_eq!(cache.load("a").as_deref(), Some(b"other code".as_slice()));
    }

    #[test]
    fn an_entry_counts_under_its_own_name_and_in_its_own_folder_only() {
        let (_first, cache) = cache(1 << 20);
        let (_second, other) = self::cache(1 << 20);
        cache.store("a", b"of a").expect("written");
        cache.store("b", b"of b").expect("written");
        fs::rename(cache.path("a"), cache.path("b")).expect("swapped");
        assert_eq!(cache.load("b"), None);
        fs::copy(cache.path("b"), other.path("a")).expect("copied");
        assert_eq!(other.load("a"), None);
        // The same folder, opened again.
        cache.store("a", b"of a").expect("written");
        let again = Cache::open(&cache.folder, 1 << 20).expect("a cache");
        assert_eq!(again.load("a").as_deref(), Some(b"of a".as_slice()));
    }

    #[test]
    fn no_folder_and_no_key_is_used_that_others_may_change() {
        let (_folder, cache) = cache(1 << 20);
        let key = cache.folder.join("key");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(&cache.folder), mode(&key)), (0o700, 0o600));
        for (path, wrong, right) in
            [(&cache.folder, 0o770, 0o700), (&cache.folder, 0o707, 0o755), (&key, 0o640, 0o600)]
        {
            allow(path, wrong);
            assert!(Cache::open(&cache.folder, 1).is_err(), "{} {wrong:o}", path.display());
            allow(path, right);
            assert!(Cache::open(&cache.folder, 1).is_ok());
        }
        fs::write(&key, b"short").expect("written");
        assert!(Cache::open(&cache.folder, 1).is_err());
        let file = cache.folder.join("file");
        fs::write(&file, b"").expect("written");
        assert!(Cache::open(&file, 1).is_err());
    }

    #[test]
    fn entries_that_were_used_longest_ago_make_room() {
        let (_folder, cache) = cache(1_000);
        for (age, name) in [(300, "old"), (200, "used"), (100, "new")] {
            cache.store(name, &[7; 200]).expect("written");
            let file = OpenOptions::new().append(true).open(cache.path(name)).expect("there");
            let then = SystemTime::now() - Duration::from_secs(age);
            file.set_modified(then).expect("a time");
        }
        assert!(cache.load("used").is_some());
        cache.store("more", &[7; 600]).expect("written");
        let kept = ["old", "used", "new", "more"].map(|name| cache.load(name).is_some());
        assert_eq!(kept, [false, true, false, true]);
        cache.store("huge", &[7; 1_000]).expect("ignored");
        assert!(cache.load("huge").is_none() && cache.load("more").is_some());
        let left = cache.folder.join(".tmp1");
        let file = File::create(&left).expect("a file");
        file.set_modified(SystemTime::now() - LEFT_BEHIND * 2).expect("a time");
        cache.store("more", &[8; 600]).expect("written");
        assert!(!left.exists());
        for number in 0..100 {
            cache.store(&format!("n{number}"), &[9; 100]).expect("written");
        }
        let sizes = fs::read_dir(&cache.folder).expect("a folder").flatten();
        let size: u64 = sizes.map(|entry| entry.metadata().expect("a file").len()).sum();
        assert!(size <= 1_000 + 1_000 / STEPS + KEY as u64, "{size} bytes");
    }
}
