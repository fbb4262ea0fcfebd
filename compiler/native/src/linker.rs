//! Functions side by side in one piece of code that runs wherever it lies.
//!
//! Functions reach each other by distance, and everything else through the context, so that
//! nothing in the code is an address. A place that would need one is refused.

use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::ir::{ExternalName, Function};
use cranelift_codegen::{CompiledCode, FinalizedMachReloc, FinalizedRelocTarget};

/// A function of the code that is being put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id(pub u32);

/// A place in the code at which the distance to a function is wanted.
struct Wanted {
    at: usize,
    kind: Reloc,
    target: Id,
    addend: i64,
}

/// See the module.
#[derive(Default)]
pub struct Linker {
    code: Vec<u8>,
    places: Vec<Option<usize>>,
    wanted: Vec<Wanted>,
}

impl Linker {
    /// A function that is put in with [`Linker::add`].
    pub fn declare(&mut self) -> Id {
        self.places.push(None);
        Id(self.places.len() as u32 - 1)
    }
    /// Puts a compiled function in; its external names are the numbers of functions.
    ///
    /// # Errors
    /// It refers to something that is no function of this code.
    pub fn add(
        &mut self,
        id: Id,
        function: &Function,
        code: &CompiledCode,
        align: u64,
    ) -> Result<(), String> {
        let align = align.max(u64::from(code.buffer.alignment)).max(1) as usize;
        self.code.resize(self.code.len().next_multiple_of(align), 0);
        let first = self.code.len();
        self.code.extend_from_slice(code.code_buffer());
        let place = self.places.get_mut(id.0 as usize).ok_or("no such function")?;
        *place = Some(first);
        for reloc in code.buffer.relocs() {
            let target = target(function, reloc)?;
            let at = first + reloc.offset as usize;
            self.wanted.push(Wanted { at, kind: reloc.kind, target, addend: reloc.addend });
        }
        Ok(())
    }
    /// Where a function is.
    pub fn place(&self, id: Id) -> Option<usize> {
        self.places.get(id.0 as usize).copied().flatten()
    }
    /// The code with all distances written into it.
    ///
    /// # Errors
    /// A function is missing, or a distance is of a kind that this does not write.
    pub fn link(mut self) -> Result<Vec<u8>, String> {
        for wanted in std::mem::take(&mut self.wanted) {
            let to = self.place(wanted.target).ok_or("a function is missing")?;
            let distance = to as i64 + wanted.addend - wanted.at as i64;
            let written = self.write(&wanted, distance);
            written.ok_or_else(|| format!("cannot link {:?} over {distance}", wanted.kind))?;
        }
        Ok(self.code)
    }
    fn write(&mut self, wanted: &Wanted, distance: i64) -> Option<()> {
        let near = i32::try_from(distance).ok()?;
        match wanted.kind {
            Reloc::X86PCRel4 | Reloc::X86CallPCRel4 => self.put(wanted.at, near as u32),
            // The low 26 bits of the instruction are the distance in words.
            Reloc::Arm64Call if near % 4 == 0 && (-(1 << 27)..1 << 27).contains(&near) => {
                let word = self.get(wanted.at)?;
                self.put(wanted.at, word | (near >> 2) as u32 & 0x03ff_ffff)
            }
            // Two instructions: the upper 20 bits, then the lower 12, which have a sign.
            Reloc::RiscvCallPlt => {
                let upper = near.wrapping_add(0x800) as u32 & 0xffff_f000;
                let lower = (near as u32).wrapping_sub(upper) & 0xfff;
                let words = (self.get(wanted.at)?, self.get(wanted.at + 4)?);
                self.put(wanted.at, words.0 | upper)?;
                self.put(wanted.at + 4, words.1 | lower << 20)
            }
            _ => None,
        }
    }
    fn get(&self, at: usize) -> Option<u32> {
        let bytes = self.code.get(at..)?.first_chunk::<4>()?;
        Some(u32::from_le_bytes(*bytes))
    }
    fn put(&mut self, at: usize, word: u32) -> Option<()> {
        let bytes = self.code.get_mut(at..)?.first_chunk_mut::<4>()?;
        *bytes = word.to_le_bytes();
        Some(())
    }
}

fn target(function: &Function, reloc: &FinalizedMachReloc) -> Result<Id, String> {
    match &reloc.target {
        FinalizedRelocTarget::ExternalName(ExternalName::User(name)) => {
            let name = function.params.user_named_funcs().get(*name);
            name.map(|name| Id(name.index)).ok_or_else(|| "a function without a name".into())
        }
        other => Err(format!("code may not refer to {other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linked(kind: Reloc, at: usize, to: usize, code: Vec<u8>) -> Result<Vec<u8>, String> {
        let wanted = vec![Wanted { at, kind, target: Id(0), addend: 0 }];
        Linker { code, places: vec![Some(to)], wanted }.link()
    }

    #[test]
    fn distances_are_written_as_each_processor_wants_them() {
        let code = linked(Reloc::X86CallPCRel4, 8, 4, vec![0; 16]).expect("linked");
        assert_eq!(code[8..12], (-4i32).to_le_bytes());
        // bl -8
        let bl = 0x9400_0000u32.to_le_bytes();
        let code = [[0; 8].as_slice(), &bl].concat();
        let code = linked(Reloc::Arm64Call, 8, 0, code).expect("linked");
        assert_eq!(code[8..12], 0x97ff_fffeu32.to_le_bytes());
        // auipc ra, 0x1; jalr ra, ra, -4
        let pair = [0x0000_0097u32, 0x0000_80e7].map(u32::to_le_bytes).concat();
        let code = linked(Reloc::RiscvCallPlt, 0, 0xffc, pair).expect("linked");
        assert_eq!(code[..4], 0x0000_1097u32.to_le_bytes());
        assert_eq!(code[4..8], 0xffc0_80e7u32.to_le_bytes());
    }

    #[test]
    fn what_would_need_an_address_is_refused() {
        assert!(linked(Reloc::Abs8, 0, 8, vec![0; 16]).is_err());
        assert!(linked(Reloc::X86CallPCRel4, 14, 8, vec![0; 16]).is_err());
        let missing = Linker { places: vec![None], ..Linker::default() };
        let wanted = Wanted { at: 0, kind: Reloc::X86PCRel4, target: Id(0), addend: 0 };
        assert!(Linker { wanted: vec![wanted], ..missing }.link().is_err());
    }
}
