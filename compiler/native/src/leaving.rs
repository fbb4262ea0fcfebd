//! Going on with another block, and leaving the code.

use std::collections::BTreeMap;
use std::mem::offset_of;

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, SourceLoc, Value, types};

use crate::context::Context;
use crate::emit::{Emit, Exit, status};
use crate::known::{Known, Open};

impl Emit<'_, '_> {
    /// A block that leaves the code before this instruction.
    pub(crate) fn missed(&mut self) -> Block {
        if let Some(run) = &self.run {
            return run.exit.unwrap_or_else(|| self.leave_run());
        }
        if let Some(block) = self.before {
            return block;
        }
        let block = self.exit(self.pc, status::MISSED);
        self.before = Some(block);
        block
    }
    /// A block that leaves the code at the beginning of the run.
    pub(crate) fn leave_run(&mut self) -> Block {
        let Some(run) = &self.run else { return self.tail };
        let (pc, charge, status) = (run.first, run.charge, status::MISSED);
        let (state, old) = (run.state.clone(), run.old.clone());
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        self.exits.push(Exit { block, state, pc, charge, status, old });
        if let Some(run) = &mut self.run {
            run.exit = Some(block);
        }
        block
    }
    /// The same after it.
    pub(crate) fn exit_after(&mut self, status: i64) -> Block {
        self.count += 1;
        let block = self.exit(self.pc + 1, status);
        self.count -= 1;
        block
    }
    pub(crate) fn exit(&mut self, pc: u32, status: i64) -> Block {
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        let state = self.state.clone();
        self.exits.push(Exit {
            block,
            state,
            pc,
            charge: self.count,
            status,
            old: BTreeMap::new(),
        });
        block
    }
    pub(crate) fn write_exits(&mut self) {
        for exit in std::mem::take(&mut self.exits) {
            self.continue_in(exit.block);
            self.state = exit.state;
            self.count = exit.charge;
            self.old = exit.old;
            self.b.set_srcloc(SourceLoc::new(exit.pc));
            let status = self.b.ins().iconst(types::I64, exit.status);
            self.leave_at(exit.pc, status);
        }
    }
    /// Leaves the code; the next instruction is that at `pc`.
    pub(crate) fn leave_at(&mut self, pc: u32, status: Value) {
        self.flush_all();
        let place = i64::from(self.unit.number) | i64::from(pc) << 32;
        let place = self.b.ins().iconst(types::I64, place);
        let left = self.fuel();
        let args = [left, place, status].map(BlockArg::Value);
        self.b.ins().jump(self.tail, &args);
    }
    /// Notes where the code was left, and returns.
    pub(crate) fn write_tail(&mut self) {
        self.continue_in(self.tail);
        self.b.set_cold_block(self.tail);
        let &[left, place, status] = self.b.block_params(self.tail) else { return };
        let (context, flags) = (self.context, self.regions.table);
        let unwound = offset_of!(Context<'_, '_>, unwound) as i32;
        let count = self.b.ins().load(types::I64, flags, context, unwound);
        let calls = offset_of!(Context<'_, '_>, calls) as i32;
        let calls = self.b.ins().load(types::I64, flags, context, calls);
        let at = self.b.ins().imul_imm_s(count, 16);
        let at = self.b.ins().iadd(calls, at);
        self.b.ins().store(flags, place, at, 0);
        self.b.ins().store(flags, self.window, at, 8);
        let count = self.b.ins().iadd_imm_s(count, 1);
        self.b.ins().store(flags, count, context, unwound);
        let none = self.b.ins().iconst(types::I64, 0);
        self.b.ins().return_(&[status, none, left]);
    }
    /// The fuel that is left after what was run so far.
    pub(crate) fn fuel(&mut self) -> Value {
        let left = self.b.use_var(self.left);
        if self.count == 0 { left } else { self.b.ins().iadd_imm_s(left, -self.count) }
    }
    /// The same after this instruction.
    pub(crate) fn fuel_after(&mut self) -> Value {
        let left = self.b.use_var(self.left);
        self.b.ins().iadd_imm_s(left, -1 - self.count)
    }
    pub(crate) fn set_fuel(&mut self, left: Value) {
        self.b.def_var(self.left, left);
        self.count = 0;
    }
    /// Goes to the block at `pc`, with registers as they are known there.
    pub(crate) fn goto(&mut self, pc: u32) {
        let Some((block, state)) = self.blocks.get(&pc).zip(self.flow.blocks.get(&pc)) else {
            // Code does not run past a function's end.
            let nowhere = self.exit(pc, status::HERE);
            self.b.ins().jump(nowhere, &[]);
            return;
        };
        let (block, state) = (*block, state.clone());
        for (r, slot) in state.iter().enumerate() {
            if slot.known == Known::Any || !slot.dirty {
                self.flush(&[r as u8]);
            }
        }
        let left = self.fuel();
        self.set_fuel(left);
        let wanted = (0..).zip(state.iter().map(|slot| slot.open));
        let wanted = wanted.filter(|&(r, open)| open != Open::No && self.slot(r).open != open);
        let wanted: Vec<(u8, Open)> = wanted.collect();
        if !wanted.is_empty() {
            let missed = self.exit(pc, status::MISSED);
            wanted.into_iter().for_each(|(r, open)| self.open(r, open, missed));
        }
        self.b.ins().jump(block, &[]);
    }
    /// The same for a jump, which looks at the fuel when it goes back.
    pub(crate) fn jump(&mut self, pc: u32) {
        if pc <= self.pc {
            let left = self.fuel();
            self.set_fuel(left);
            let paused = self.exit(pc, status::PAUSE);
            let over = self.b.ins().icmp_imm_s(IntCC::SignedLessThanOrEqual, left, 0);
            self.go_on_unless(over, paused);
        }
        self.goto(pc);
    }
    /// Goes to the target when a condition holds, otherwise to the next instruction. `jump_sets`
    /// and `sets` are known then.
    pub(crate) fn branch(&mut self, holds: Value, to_target: &mut dyn FnMut(&mut Self)) {
        let (taken, next) = (self.b.create_block(), self.b.create_block());
        self.b.ins().brif(holds, taken, &[], next, &[]);
        self.continue_in(taken);
        let (state, count) = (self.state.clone(), self.count);
        self.count += 1;
        to_target(self);
        self.jump(self.unit.instr(self.pc).target());
        self.state = state;
        self.count = count;
        self.continue_in(next);
    }
}
