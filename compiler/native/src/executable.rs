//! An executable that carries a program: a launcher, then what it carries.
//!
//! The layout: the launcher (the executable of this process without what only debuggers read),
//! what it carries, and a trailer of fixed size that tells how long that is and its SHA-256. The
//! system loads only the launcher, which looks for a trailer at its own end when it starts.
//! Whoever can change the file can change all of it, so that the check sum finds damage and not
//! intent.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "executables are files")]

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use basilect_vm::bytes::{Broken, Reader, Writer};
use object::elf::{FileHeader64, PT_LOAD};
use object::read::elf::{FileHeader, ProgramHeader};
use object::{Endianness, pod};
use sha2::{Digest, Sha256};

use crate::ahead::Ahead;
use crate::tier;

/// What a file that carries something ends with.
const MAGIC: &[u8; 16] = b"basilect carries";
/// Bytes of the trailer: the check sum, the length, the magic.
const TRAILER: usize = 32 + 8 + 16;

/// What an executable carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// A name for it, for people.
    pub name: String,
    /// What it is to the launcher: a package.
    pub package: Vec<u8>,
    /// Machine code of its program.
    code: Vec<u8>,
}

impl Carried {
    /// Something to be carried.
    pub fn new(name: String, package: Vec<u8>, code: Ahead) -> Carried {
        Carried { name, package, code: code.bytes }
    }
    /// What the executable of this process carries, if it carries something. From now on its
    /// program runs the machine code that was made ahead, from its first instruction; code that
    /// cannot run on this processor is made anew like that of any program.
    ///
    /// # Errors
    /// It carries something, but was damaged or cannot be read.
    pub fn found() -> io::Result<Option<Carried>> {
        // Without a way to the own file nothing is carried.
        let opened = std::env::current_exe().and_then(File::open);
        let Ok(mut file) = opened else { return Ok(None) };
        let mut carried = Carried::in_file(&mut file)?;
        if let Some(carried) = &mut carried {
            // SAFETY: the code is part of the file that runs as this process. Whoever could put it
            // there could put anything there.
            unsafe { tier::carry(std::mem::take(&mut carried.code)) };
        }
        Ok(carried)
    }
    fn in_file(file: &mut File) -> io::Result<Option<Carried>> {
        let Some((length, sum)) = trailer(file) else { return Ok(None) };
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "it is damaged");
        let end = file.seek(SeekFrom::End(-(TRAILER as i64)))?;
        file.seek(SeekFrom::Start(end.checked_sub(length).ok_or_else(damaged)?))?;
        let mut bytes = Vec::new();
        file.take(length).read_to_end(&mut bytes)?;
        if Sha256::digest(&bytes).as_slice() != sum {
            return Err(damaged());
        }
        Carried::read(&bytes).map(Some).map_err(|_| damaged())
    }
    fn read(bytes: &[u8]) -> Result<Carried, Broken> {
        let mut r = Reader::new(bytes);
        let name = r.text()?.to_string();
        let (package, code) = (r.bytes()?.to_vec(), r.bytes()?.to_vec());
        r.finish()?;
        Ok(Carried { name, package, code })
    }
    fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.text(&self.name);
        w.bytes(&self.package);
        w.bytes(&self.code);
        w.out
    }
    /// Writes an executable that carries this, with the executable of this process as launcher;
    /// how many bytes it has.
    ///
    /// # Errors
    /// The executable of this process cannot be read or is no ELF file, or `output` cannot be
    /// written.
    pub fn write(&self, output: &Path) -> io::Result<u64> {
        let launcher = bare(&std::fs::read(std::env::current_exe()?)?)?;
        let carried = self.to_bytes();
        let mut file = executable_near(output)?;
        file.write_all(&launcher)?;
        file.write_all(&carried)?;
        file.write_all(&Sha256::digest(&carried))?;
        file.write_all(&(carried.len() as u64).to_le_bytes())?;
        file.write_all(MAGIC)?;
        file.persist(output).map_err(|error| error.error)?;
        Ok((launcher.len() + carried.len() + TRAILER) as u64)
    }
}

/// How long what a file carries is, and its check sum.
fn trailer(file: &mut File) -> Option<(u64, [u8; 32])> {
    let mut trailer = [0; TRAILER];
    file.seek(SeekFrom::End(-(TRAILER as i64))).ok()?;
    file.read_exact(&mut trailer).ok()?;
    let (sum, rest) = trailer.split_first_chunk::<32>()?;
    let (length, magic) = rest.split_first_chunk::<8>()?;
    (magic == MAGIC).then_some((u64::from_le_bytes(*length), *sum))
}

/// The part of an ELF file that the system loads: what only debuggers and linkers read is left out.
fn bare(file: &[u8]) -> io::Result<Vec<u8>> {
    let elf = || -> Result<Option<Vec<u8>>, object::read::Error> {
        let mut header = *FileHeader64::<Endianness>::parse(file)?;
        let endian = header.endian()?;
        let segments = header.program_headers(endian, file)?;
        let loaded = segments.iter().filter(|segment| segment.p_type(endian) == PT_LOAD);
        let ranges = loaded.map(|segment| segment.file_range(endian));
        let end = ranges.map(|(offset, size)| offset.saturating_add(size)).max().unwrap_or(0);
        header.e_shoff.set(endian, 0);
        header.e_shnum.set(endian, 0);
        header.e_shstrndx.set(endian, 0);
        let first = pod::bytes_of(&header);
        let loaded = file.get(first.len()..usize::try_from(end).unwrap_or(usize::MAX));
        Ok(loaded.map(|loaded| [first, loaded].concat()))
    };
    elf().ok().flatten().ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidData, "this program is no ELF file with segments")
    })
}

/// A file that takes the place of `output` when it is complete, and may be run.
fn executable_near(output: &Path) -> io::Result<tempfile::NamedTempFile> {
    let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The system takes away what the person does not give to others.
        builder.permissions(std::fs::Permissions::from_mode(0o777));
    }
    builder.tempfile_in(folder.unwrap_or(Path::new(".")))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn carried() -> Carried {
        Carried { name: "a.bas".into(), package: vec![1; 9], code: vec![2; 5] }
    }

    #[test]
    fn what_is_carried_is_read_back_or_damaged() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("program");
        let size = carried().write(&path).expect("written");
        let found = |path: &Path| Carried::in_file(&mut File::open(path).expect("a file"));
        assert_eq!(found(&path).expect("whole"), Some(carried()));
        let whole = std::fs::read(&path).expect("a file");
        assert_eq!(whole.len() as u64, size);
        let own = std::fs::read(std::env::current_exe().expect("a path")).expect("a file");
        assert!(whole.len() < own.len() && whole[..16] == own[..16]);
        assert!(found(&std::env::current_exe().expect("a path")).expect("a file").is_none());
        // What is carried and its trailer, with one bit turned over at each place.
        let first = whole.len() - TRAILER - carried().to_bytes().len();
        let rest = whole.split_at(first).1;
        for at in 0..rest.len() {
            let mut bytes = rest.to_vec();
            bytes[at] ^= 1;
            std::fs::write(&path, &bytes).expect("written");
            assert!(!matches!(found(&path), Ok(Some(_))), "byte {at} is another");
            std::fs::write(&path, &rest[at + 1..]).expect("written");
            assert!(!matches!(found(&path), Ok(Some(_))), "{at} bytes are missing");
        }
    }

    #[test]
    fn a_launcher_is_an_elf_file() {
        let own = std::fs::read(std::env::current_exe().expect("a path")).expect("a file");
        assert!(bare(b"#!/bin/sh\n").is_err() && bare(b"").is_err() && bare(&own[..99]).is_err());
    }
}
