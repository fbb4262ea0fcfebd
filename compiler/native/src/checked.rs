//! Machine code that tells of every access to memory before it happens, for tests.
//!
//! No tool looks into code that is made while a program runs. So a call of [`touch`] is put before
//! each read and each write, which does two things with the bytes: it reads them itself, in code
//! that a sanitizer of the compiler watches, and it asks the machine whether they are its own. What
//! is not ends the process.
//!
//! [`plant`] spoils code on purpose, to see that this is noticed.

use std::hint::black_box;
use std::mem::offset_of;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

use basilect_vm::native::Call;
use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    Function, Inst, InstBuilder, InstructionData, MemFlagsData, Opcode, SigRef, Value, types,
};
use cranelift_codegen::isa::CallConv;

use crate::context::{Context, DEPTH};
use crate::emit::helper_signature;

/// Is told of an access: the context, the first byte, how many bytes.
// SAFETY: checked machine code calls it with its own context.
pub type Touch = unsafe extern "C" fn(*mut Context<'_, '_>, *const u8, u64) -> u64;

/// What can be spoilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// The index of an element may be one too large.
    Elements,
    /// Registers of a call may lie behind the last one that there is.
    Registers,
}

static ON: AtomicBool = AtomicBool::new(false);
static SEEN: AtomicU64 = AtomicU64::new(0);
static PLANTED: AtomicU8 = AtomicU8::new(0);

/// From now on, code that is made tells of its accesses.
pub fn turn_on() {
    ON.store(true, Ordering::Relaxed);
}
/// How many accesses were told of so far.
pub fn seen() -> u64 {
    SEEN.load(Ordering::Relaxed)
}
/// From now on, code that is made has this defect.
pub fn plant(defect: Defect) {
    PLANTED.store(1 + defect as u8, Ordering::Relaxed);
}
/// What tells code that is made now from other code, where code is kept.
pub(crate) fn mark() -> (bool, u8) {
    (ON.load(Ordering::Relaxed), PLANTED.load(Ordering::Relaxed))
}

/// Puts the calls into a function, if they are wanted.
pub(crate) fn instrument(function: &mut Function) {
    let (on, planted) = mark();
    if !on || function.signature.call_conv != CallConv::Tail {
        return;
    }
    let Some(entry) = function.layout.entry_block() else { return };
    let Some(&context) = function.dfg.block_params(entry).first() else { return };
    let signature = function.import_signature(helper_signature(3));
    let mut cursor = FuncCursor::new(function);
    while cursor.next_block().is_some() {
        while let Some(inst) = cursor.next_inst() {
            spoil(&mut cursor, inst, planted);
            tell(&mut cursor, inst, context, signature);
        }
    }
}

/// Puts a call before an instruction that reads or writes memory other than the context itself.
fn tell(cursor: &mut FuncCursor<'_>, inst: Inst, context: Value, signature: SigRef) {
    let Some((at, offset, size)) = access(cursor.func, inst) else { return };
    if at == context {
        return;
    }
    cursor.set_srcloc(cursor.func.srcloc(inst));
    let at = cursor.ins().iadd_imm_s(at, i64::from(offset));
    let size = cursor.ins().iconst(types::I64, i64::from(size));
    let place = offset_of!(Context<'_, '_>, touch) as i32;
    let touch = cursor.ins().load(types::I64, MemFlagsData::trusted(), context, place);
    cursor.ins().call_indirect(signature, touch, &[context, at, size]);
}

/// Address, offset and size of what an instruction reads or writes.
fn access(function: &Function, inst: Inst) -> Option<(Value, i32, u32)> {
    let (at, offset, value) = match function.dfg.insts[inst] {
        InstructionData::Load { arg, offset, .. } => (arg, offset, function.dfg.first_result(inst)),
        InstructionData::Store { args: [value, at], offset, .. } => (at, offset, value),
        _ => return None,
    };
    let size = match function.dfg.insts[inst].opcode() {
        Opcode::Uload8 | Opcode::Sload8 | Opcode::Istore8 => 1,
        Opcode::Uload16 | Opcode::Sload16 | Opcode::Istore16 => 2,
        Opcode::Uload32 | Opcode::Sload32 | Opcode::Istore32 => 4,
        _ => function.dfg.value_type(value).bytes(),
    };
    Some((at, offset.into(), size))
}

/// Changes a comparison of two values that are not known, where the planted defect is about such.
fn spoil(cursor: &mut FuncCursor<'_>, inst: Inst, planted: u8) {
    let (wanted, instead) = match planted {
        1 => (IntCC::UnsignedLessThan, IntCC::UnsignedLessThanOrEqual),
        2 => (IntCC::UnsignedGreaterThan, IntCC::Equal),
        _ => return,
    };
    let dfg = &mut cursor.func.dfg;
    let InstructionData::IntCompare { args, .. } = dfg.insts[inst] else { return };
    let fixed = args.into_iter().any(|arg| {
        let made = dfg.value_def(arg).inst();
        made.is_some_and(|inst| dfg.insts[inst].opcode() == Opcode::Iconst)
    });
    if let InstructionData::IntCompare { cond, .. } = &mut dfg.insts[inst]
        && *cond == wanted
        && !fixed
    {
        *cond = instead;
    }
}

/// What [`Context::touch`] calls.
///
/// # Safety
/// `context` is that of the code which runs.
pub unsafe extern "C" fn touch(context: *mut Context<'_, '_>, at: *const u8, size: u64) -> u64 {
    // SAFETY: machine code holds the only pointer to the context while it runs, and waits.
    let context = unsafe { &*context };
    SEEN.fetch_add(1, Ordering::Relaxed);
    // SAFETY: the code which waits reads or writes these bytes next. If they are not there, this is
    // the place to find out.
    unsafe { read(at, size) };
    let calls = context.calls.cast_const().cast::<u8>();
    let end = calls.wrapping_add((DEPTH + 1) * size_of::<Call>());
    let call = calls <= at && at.wrapping_add(size as usize) <= end;
    assert!(
        call || context.view.owns(at, size as usize),
        "machine code is about to touch {size} bytes at {at:?}, which the machine does not have"
    );
    0
}

/// Reads bytes, in a way that the compiler does not take out.
///
/// # Safety
/// They are there.
unsafe fn read(at: *const u8, size: u64) {
    // SAFETY: as the caller promises.
    let word = unsafe {
        match size {
            1 => u128::from(at.read_volatile()),
            2 => at.cast::<u16>().read_unaligned().into(),
            4 => at.cast::<u32>().read_unaligned().into(),
            8 => at.cast::<u64>().read_unaligned().into(),
            _ => at.cast::<u128>().read_unaligned(),
        }
    };
    black_box(word);
}
