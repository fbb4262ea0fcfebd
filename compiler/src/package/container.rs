//! A package as one file: a zip archive that is the same bytes for the same contents, with its
//! hash inside.
//!
//! Whoever uploads a package may have made it by hand. So names cannot leave the package, sizes
//! are bounded before anything is unpacked, the hash is compared and the program verified.

use super::{Manifest, Package};
use basilect_vm::Program;
use indexmap::IndexMap;
use sha2::{Digest, Sha256};
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// The most bytes that a package file may have.
pub const PACKAGE_BYTES: usize = 100 << 20;
/// The most bytes that all its files may have when unpacked.
pub const UNPACKED_BYTES: u64 = 256 << 20;
/// The most files it may hold.
pub const FILES: usize = 10_000;

const MANIFEST: &str = "manifest.json";
const PROGRAM: &str = "program.bin";
const NAME: &str = "name";
const VERSION: &str = "version";
const FOLDER: &str = "files/";

/// Why a file is no package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageError(pub String);

impl std::fmt::Display for PackageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PackageError {}

fn error(message: impl Into<String>) -> PackageError {
    PackageError(message.into())
}

/// All entries by name, without the version.
fn entries(package: &Package) -> Result<Vec<(String, Vec<u8>)>, PackageError> {
    let manifest = serde_json::to_vec(&package.manifest).map_err(|e| error(e.to_string()))?;
    let mut entries = vec![
        (MANIFEST.to_string(), manifest),
        (NAME.to_string(), package.name.clone().into_bytes()),
        (PROGRAM.to_string(), package.program.to_bytes()),
    ];
    let files = package.files.iter().map(|(path, data)| (format!("{FOLDER}{path}"), data.clone()));
    entries.extend(files);
    entries.sort();
    Ok(entries)
}

/// SHA-256 over names and contents, in hexadecimal; the container's own bytes do not count, so
/// that another compressor gives the same version.
fn hash(entries: &[(String, Vec<u8>)]) -> String {
    let mut hasher = Sha256::new();
    for (name, data) in entries {
        for part in [name.as_bytes(), data] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn version(package: &Package) -> Result<String, PackageError> {
    Ok(hash(&entries(package)?))
}

/// Files with fewer bytes are stored as they are: compressing them takes longer than it is worth.
const COMPRESSED_BYTES_MIN: usize = 4096;

pub(super) fn write(package: &Package) -> Result<Vec<u8>, PackageError> {
    let entries = entries(package)?;
    let version = hash(&entries);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let version = (VERSION.to_string(), version.into_bytes());
    for (name, data) in entries.iter().chain([&version]) {
        let failed = |e: &dyn std::fmt::Display| error(format!("{name}: {e}"));
        let method = match data.len() {
            0..COMPRESSED_BYTES_MIN => CompressionMethod::Stored,
            _ => CompressionMethod::Deflated,
        };
        let options = options.compression_method(method);
        zip.start_file(name.as_str(), options).map_err(|e| failed(&e))?;
        zip.write_all(data).map_err(|e| failed(&e))?;
    }
    Ok(zip.finish().map_err(|e| error(e.to_string()))?.into_inner())
}

pub(super) fn read(bytes: &[u8]) -> Result<Package, PackageError> {
    if bytes.len() > PACKAGE_BYTES {
        return Err(error("the package is too large"));
    }
    let mut found = unpack(bytes)?;
    let stated = found.swap_remove(VERSION).ok_or_else(|| error("the package has no version"))?;
    let mut entries: Vec<(String, Vec<u8>)> = found.into_iter().collect();
    entries.sort();
    if hash(&entries).as_bytes() != stated {
        return Err(error("the package is damaged: its contents do not match its version"));
    }
    assemble(entries)
}

fn unpack(bytes: &[u8]) -> Result<IndexMap<String, Vec<u8>>, PackageError> {
    let broken = |e: &dyn std::fmt::Display| error(format!("this is no package: {e}"));
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken(&e))?;
    if zip.len() > FILES {
        return Err(error("the package holds too many files"));
    }
    let mut found = IndexMap::new();
    let mut left = UNPACKED_BYTES;
    for index in 0..zip.len() {
        let file = zip.by_index(index).map_err(|e| broken(&e))?;
        let name = file.name().to_string();
        if !is_safe(&name) {
            return Err(error(format!("the package holds a file with a forbidden name: {name}")));
        }
        let mut data = Vec::new();
        file.take(left + 1).read_to_end(&mut data).map_err(|e| broken(&e))?;
        left = left
            .checked_sub(data.len() as u64)
            .ok_or_else(|| error("the package is too large when unpacked"))?;
        if found.insert(name, data).is_some() {
            return Err(error("the package holds a file twice"));
        }
    }
    Ok(found)
}

/// Whether a name stays inside the package.
pub(super) fn is_safe(name: &str) -> bool {
    let plain = |segment: &str| !segment.is_empty() && segment != "." && segment != "..";
    let forbidden = |c: char| c == '\\' || c == ':' || c.is_control();
    name.len() < 1024 && !name.contains(forbidden) && name.split('/').all(plain)
}

fn assemble(entries: Vec<(String, Vec<u8>)>) -> Result<Package, PackageError> {
    let mut package = Package::default();
    for (name, data) in entries {
        match name.as_str() {
            MANIFEST => {
                package.manifest = serde_json::from_slice::<Manifest>(&data)
                    .map_err(|e| error(format!("the manifest cannot be read: {e}")))?;
            }
            PROGRAM => {
                package.program = Program::from_bytes(&data)
                    .map_err(|e| error(format!("the program cannot be read: {}", e.0)))?;
            }
            NAME => {
                package.name = String::from_utf8(data).map_err(|_| error("a strange name"))?;
            }
            _ => {
                let path = name.strip_prefix(FOLDER);
                let path = path.ok_or_else(|| error(format!("{name} has no place here")))?;
                package.files.insert(path.to_string(), data);
            }
        }
    }
    if !is_safe(&package.name) || package.name.contains('/') {
        return Err(error("the package has no proper name"));
    }
    basilect_vm::program::verify::verify(&package.program)
        .map_err(|rejected| error(format!("the program is wrong: {rejected}")))?;
    Ok(package)
}
