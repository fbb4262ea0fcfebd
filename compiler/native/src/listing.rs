//! Machine code to read.

use cranelift_codegen::CompiledCode;
use cranelift_codegen::isa::TargetIsa;

/// One compiled function.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Its number in the program.
    pub function: u32,
    /// Whether it is the one that other machine code calls, without a frame.
    pub called: bool,
    /// Bytes of machine code.
    pub bytes: usize,
    /// Instructions in order: that of the program which they belong to, if they belong to one, and
    /// how they are written.
    pub lines: Vec<(Option<u32>, String)>,
}

/// The instructions of a function, with those of the program that they belong to.
pub fn lines(isa: &dyn TargetIsa, code: &CompiledCode) -> Option<Vec<(Option<u32>, String)>> {
    let places = code.buffer.get_srclocs_sorted();
    let mut disassembler = isa.to_capstone().ok()?;
    // Tables of addresses stand between the instructions.
    disassembler.set_skipdata(true).ok()?;
    let instructions = disassembler.disasm_all(code.code_buffer(), 0).ok()?;
    // What moves values about belongs to the instruction before it.
    let mut last = None;
    let lines = instructions.iter().map(|instruction| {
        let at = instruction.address() as u32;
        let before = places.partition_point(|place| place.start <= at);
        let place = before.checked_sub(1).and_then(|place| places.get(place));
        let place = place.filter(|place| at < place.end && !place.loc.is_default());
        let name = instruction.mnemonic().unwrap_or_default();
        let operands = instruction.op_str().unwrap_or_default();
        let text = format!("{at:5x}: {name:<8} {operands}").trim_end().to_string();
        last = place.map(|place| place.loc.bits()).or(last);
        (last, text)
    });
    Some(lines.collect())
}
