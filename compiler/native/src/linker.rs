//! Functions side by side in one piece of code that runs wherever it lies.
//!
//! Functions reach each other by distance, and everything else through the context, so that
//! nothing in the code is an address. A place that would need one is refused.

use std::collections::BTreeSet;

use cranelift_codegen::Context;
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::Signature;
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_module::{
    DataDescription, DataId, FuncId, Linkage, Module, ModuleDeclarations, ModuleError, ModuleReloc,
    ModuleRelocTarget, ModuleResult,
};

/// A place in the code at which the distance to a function is wanted.
struct Wanted {
    at: usize,
    kind: Reloc,
    target: FuncId,
    addend: i64,
}

/// See the module. It has functions without names, and no data.
pub struct Linker {
    isa: OwnedTargetIsa,
    declarations: ModuleDeclarations,
    code: Code,
}

#[derive(Default)]
struct Code {
    bytes: Vec<u8>,
    /// Where functions are, by their numbers.
    places: Vec<Option<usize>>,
    wanted: Vec<Wanted>,
}

impl Linker {
    /// For code of a processor.
    pub fn new(isa: OwnedTargetIsa) -> Linker {
        Linker { isa, declarations: ModuleDeclarations::default(), code: Code::default() }
    }
    /// The functions that code calls and that have not been written yet.
    pub fn missing(&self) -> BTreeSet<FuncId> {
        let targets = self.code.wanted.iter().map(|wanted| wanted.target);
        targets.filter(|&id| self.place(id).is_none()).collect()
    }
    /// Where a function is.
    pub fn place(&self, id: FuncId) -> Option<usize> {
        self.code.place(id)
    }
    /// The code with all distances written into it.
    ///
    /// # Errors
    /// A function is missing, or a distance is of a kind that this does not write.
    pub fn link(self) -> Result<Vec<u8>, String> {
        self.code.link()
    }
}

/// What this kind of module does not have.
#[expect(clippy::result_large_err, reason = "the interface of modules")]
fn without<T>(what: &str) -> ModuleResult<T> {
    Err(ModuleError::IncompatibleDeclaration(format!("machine code has no {what}")))
}

impl Module for Linker {
    fn isa(&self) -> &dyn TargetIsa {
        &*self.isa
    }
    fn declarations(&self) -> &ModuleDeclarations {
        &self.declarations
    }
    fn declare_anonymous_function(&mut self, signature: &Signature) -> ModuleResult<FuncId> {
        self.code.places.push(None);
        self.declarations.declare_anonymous_function(signature)
    }
    fn define_function_with_control_plane(
        &mut self,
        id: FuncId,
        context: &mut Context,
        plane: &mut ControlPlane,
    ) -> ModuleResult<()> {
        #[cfg(feature = "checked")]
        crate::checked::instrument(&mut context.func);
        let code = context.compile(&*self.isa, plane)?;
        let align = u64::from(code.buffer.alignment).max(self.isa.symbol_alignment());
        let align = align.max(u64::from(self.isa.function_alignment().minimum));
        let bytes = code.code_buffer().to_vec();
        let relocs = code.buffer.relocs().to_vec();
        let reloc = |reloc| ModuleReloc::from_mach_reloc(reloc, &context.func, id);
        let relocs: Vec<ModuleReloc> = relocs.iter().map(reloc).collect();
        self.define_function_bytes(id, align, &bytes, &relocs)
    }
    fn define_function_bytes(
        &mut self,
        id: FuncId,
        align: u64,
        bytes: &[u8],
        relocs: &[ModuleReloc],
    ) -> ModuleResult<()> {
        let added = self.code.add(id, align, bytes, relocs);
        added.map_err(ModuleError::IncompatibleDeclaration)
    }

    fn declare_function(&mut self, name: &str, _: Linkage, _: &Signature) -> ModuleResult<FuncId> {
        without(&format!("function with the name {name}"))
    }
    fn declare_data(&mut self, _: &str, _: Linkage, _: bool, _: bool) -> ModuleResult<DataId> {
        without("data")
    }
    fn declare_anonymous_data(&mut self, _: bool, _: bool) -> ModuleResult<DataId> {
        without("data")
    }
    fn define_data(&mut self, _: DataId, _: &DataDescription) -> ModuleResult<()> {
        without("data")
    }
}

impl Code {
    fn add(
        &mut self,
        id: FuncId,
        align: u64,
        bytes: &[u8],
        relocs: &[ModuleReloc],
    ) -> Result<(), String> {
        self.bytes.resize(self.bytes.len().next_multiple_of(align.max(1) as usize), 0);
        let first = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        let place = self.places.get_mut(id.as_u32() as usize).ok_or("no such function")?;
        *place = Some(first);
        for reloc in relocs {
            let target = match reloc.name {
                ModuleRelocTarget::User { namespace: 0, index } => FuncId::from_u32(index),
                _ => return Err(format!("machine code may not refer to {}", reloc.name)),
            };
            let at = first + reloc.offset as usize;
            self.wanted.push(Wanted { at, kind: reloc.kind, target, addend: reloc.addend });
        }
        Ok(())
    }
    fn place(&self, id: FuncId) -> Option<usize> {
        self.places.get(id.as_u32() as usize).copied().flatten()
    }
    fn link(mut self) -> Result<Vec<u8>, String> {
        for wanted in std::mem::take(&mut self.wanted) {
            let to = self.place(wanted.target).ok_or("a function is missing")?;
            let distance = to as i64 + wanted.addend - wanted.at as i64;
            let written = self.write(&wanted, distance);
            written.ok_or_else(|| format!("cannot link {:?} over {distance}", wanted.kind))?;
        }
        Ok(self.bytes)
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
        let bytes = self.bytes.get(at..)?.first_chunk::<4>()?;
        Some(u32::from_le_bytes(*bytes))
    }
    fn put(&mut self, at: usize, word: u32) -> Option<()> {
        let bytes = self.bytes.get_mut(at..)?.first_chunk_mut::<4>()?;
        *bytes = word.to_le_bytes();
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first() -> FuncId {
        FuncId::from_u32(0)
    }

    fn linked(kind: Reloc, at: usize, to: usize, bytes: Vec<u8>) -> Result<Vec<u8>, String> {
        let wanted = vec![Wanted { at, kind, target: first(), addend: 0 }];
        Code { bytes, places: vec![Some(to)], wanted }.link()
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
        let wanted = Wanted { at: 0, kind: Reloc::X86PCRel4, target: first(), addend: 0 };
        let missing = Code { bytes: vec![0; 8], places: vec![None], wanted: vec![wanted] };
        assert!(missing.link().is_err());
    }
}
