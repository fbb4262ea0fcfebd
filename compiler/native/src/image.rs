//! Machine code as bytes: what it is for, how it is entered, and the code.

use std::collections::BTreeMap;

use basilect_vm::Program;
use basilect_vm::bytes::{Broken, Reader, Writer};
use basilect_vm::native::{Facts, Order};
use basilect_vm::program::Op;
use sha2::{Digest, Sha256};

use crate::context::DEPTH;

/// What the bytes begin with.
const MAGIC: &[u8; 8] = b"bslcode1";

/// A SHA-256.
pub type Hash = [u8; 32];

/// What code is for: it is of use where all of this is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// What made it: [`crate::target::generator`].
    pub generator: String,
    /// What the processor must be able to do: [`crate::target::features`].
    pub features: Vec<String>,
    /// The program.
    pub program: Hash,
}

/// Machine code of a program, wherever it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    pub purpose: Purpose,
    /// Of what it was made, beside the program: [`recipe`].
    pub recipe: Hash,
    /// What was seen of the program when it was made.
    pub facts: Facts,
    /// Where the function is that calls code.
    pub enter: u32,
    /// By instruction.
    pub entries: BTreeMap<u32, Entry>,
    /// How deep calls may nest on the native stack.
    pub depth: u32,
    pub code: Vec<u8>,
}

/// Where code can be entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where its function begins.
    pub place: u32,
    /// Its number in the function.
    pub number: u32,
    /// Shared variables that the function and what it calls may use: so many must there be.
    pub shared: u32,
}

impl Image {
    /// Writes it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.out.extend_from_slice(MAGIC);
        w.text(&self.purpose.generator);
        w.len(self.purpose.features.len());
        self.purpose.features.iter().for_each(|feature| w.text(feature));
        w.out.extend_from_slice(&self.purpose.program);
        w.out.extend_from_slice(&self.recipe);
        self.facts.write(&mut w);
        w.u32(self.enter);
        w.u32(self.depth);
        w.len(self.entries.len());
        for (&pc, entry) in &self.entries {
            [pc, entry.place, entry.number, entry.shared].iter().for_each(|&n| w.u32(n));
        }
        w.bytes(&self.code);
        w.out
    }
    /// Reads code that is for a program and can run here. What the bytes say is compared with the
    /// program; that the code itself is what this program made, no reader can tell.
    ///
    /// # Errors
    /// The bytes are broken, or the code is for something else.
    pub fn read(bytes: &[u8], program: &Program, here: &Purpose) -> Result<Image, Broken> {
        let mut r = Reader::new(bytes);
        let purpose = read_purpose(&mut r)?;
        let features = purpose.features.iter().all(|feature| here.features.contains(feature));
        if purpose.generator != here.generator || !features || purpose.program != here.program {
            return Err(Broken("the code is for something else"));
        }
        let recipe = hash(&mut r)?;
        let facts = Facts::read(&mut r, program)?;
        let (enter, depth) = (r.u32()?, r.u32()?);
        let mut entries = BTreeMap::new();
        for _ in 0..r.count(16)? {
            let pc = r.u32()?;
            let entry = Entry { place: r.u32()?, number: r.u32()?, shared: r.u32()? };
            entries.insert(pc, entry);
        }
        let code = r.bytes()?.to_vec();
        r.finish()?;
        let image = Image { purpose, recipe, facts, enter, entries, depth, code };
        if image.fits(program) { Ok(image) } else { Err(Broken("the code has no such place")) }
    }
    /// Whether all places that are named are there.
    fn fits(&self, program: &Program) -> bool {
        let inside = |place: u32| (place as usize) < self.code.len();
        let entry = |(&pc, entry): (&u32, &Entry)| {
            (pc as usize) < program.code.len() && inside(entry.place)
        };
        inside(self.enter) && self.depth as usize <= DEPTH && self.entries.iter().all(entry)
    }
}

/// What bytes that [`Image::to_bytes`] wrote are for.
fn read_purpose(r: &mut Reader<'_>) -> Result<Purpose, Broken> {
    if r.take(MAGIC.len())? != MAGIC {
        return Err(Broken("this is no code"));
    }
    let generator = r.text()?.to_string();
    let mut features = Vec::new();
    for _ in 0..r.count(1)? {
        features.push(r.text()?.to_string());
    }
    Ok(Purpose { generator, features, program: hash(r)? })
}

fn hash(r: &mut Reader<'_>) -> Result<Hash, Broken> {
    let bytes = r.take(size_of::<Hash>())?;
    bytes.first_chunk().copied().ok_or(Broken("the bytes end too early"))
}

/// The program that bytes are for, if they are code at all.
pub fn program_of(bytes: &[u8]) -> Option<Hash> {
    read_purpose(&mut Reader::new(bytes)).ok().map(|purpose| purpose.program)
}

/// What code is made of beside the program: what was seen of it, and where it found its fields.
pub fn recipe(order: &Order) -> Hash {
    let mut w = Writer::default();
    order.facts().write(&mut w);
    for (pc, i) in (0..).zip(&order.program().code) {
        if matches!(i.op, Op::GetField | Op::SetField) {
            w.u64(order.entry_at(pc).map_or(0, |entry| entry as u64 + 1));
        }
    }
    Sha256::digest(&w.out).into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use basilect_vm::program::{Function, Instr};

    use super::*;
    use crate::code::{self, Scope};
    use crate::target::{Processor, isa};

    /// A program that counts, its code, and what this process can run of it.
    fn made() -> (Arc<Program>, Image, Purpose) {
        let code = vec![
            Instr::new(Op::SmallInt, 0, 0, 0),
            Instr::new(Op::Add, 0, 0, 0),
            Instr::new(Op::Return, 0, 0, 0),
        ];
        let function = Function { registers: 1, end: 3, ..Function::default() };
        let program = Program { code, functions: vec![function], ..Program::default() };
        let program = Arc::new(program);
        let order = Order::of(&program);
        let image = code::compile(&order, Scope::All).expect("it is compiled");
        let here = code::purpose(&order, &*isa(Processor::This).expect("known"));
        (program, image, here)
    }

    #[test]
    fn code_is_read_back_where_it_is_for_the_same() {
        let (program, image, here) = made();
        let read = |image: &Image, here| Image::read(&image.to_bytes(), &program, here);
        assert_eq!(read(&image, &here).as_ref(), Ok(&image));
        assert_eq!(program_of(&image.to_bytes()), Some(here.program));
        let less = Purpose { features: vec!["has_sse3".into()], ..here.clone() };
        let other = [
            Purpose { generator: format!("{} ", here.generator), ..here.clone() },
            Purpose { program: [7; 32], ..here.clone() },
            less,
        ];
        for (number, other) in other.iter().enumerate() {
            let usual = !image.purpose.features.is_empty();
            let refused = read(&image, other).is_err();
            assert!(refused || number == 2 && !usual, "{number}");
        }
    }

    #[test]
    fn code_names_only_places_that_are_there() {
        let (program, image, here) = made();
        let refused = |image: Image| {
            assert!(Image::read(&image.to_bytes(), &program, &here).is_err());
        };
        let end = image.code.len() as u32;
        let (&pc, &entry) = image.entries.first_key_value().expect("an entry");
        refused(Image { enter: end, ..image.clone() });
        refused(Image { depth: DEPTH as u32 + 1, ..image.clone() });
        refused(Image { entries: [(pc, Entry { place: end, ..entry })].into(), ..image.clone() });
        refused(Image { entries: [(3, entry)].into(), ..image.clone() });
        refused(Image { code: Vec::new(), ..image });
    }

    #[test]
    fn broken_bytes_are_refused_or_say_the_same_of_the_program() {
        let (program, image, here) = made();
        let whole = image.to_bytes();
        for at in 0..whole.len() {
            assert!(Image::read(&whole[..at], &program, &here).is_err(), "{at} bytes");
            let mut bytes = whole.clone();
            bytes[at] ^= 0xff;
            if let Ok(other) = Image::read(&bytes, &program, &here) {
                assert!(other.fits(&program) && other != image, "byte {at}");
            }
        }
    }
}
