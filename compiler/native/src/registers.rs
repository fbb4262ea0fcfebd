//! Registers: what is in variables and what is in memory.

use basilect_stdlib::{Kind, Value as Constant};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};

use crate::emit::{Emit, VALUE, payload, status};
use crate::known::{Known, Open, Operand, Slot};
use crate::plan::Version;
use crate::run::Run;

impl Emit<'_, '_> {
    /// Whether nothing may be written to memory now.
    pub(crate) fn in_run(&self) -> bool {
        self.run.is_some()
    }
    pub(crate) fn begin_run(&mut self) {
        if self.run.is_none() {
            let blocks = &self.blocks;
            let run = Run::at(&self.unit, self.pc, &self.state, |pc| blocks.contains_key(&pc));
            let Some(mut run) = run else { return };
            run.charge = self.count;
            for &r in &run.sets {
                if self.slot(r).dirty {
                    run.old.insert(r, self.words(u16::from(r)));
                }
            }
            self.run = Some(run);
        }
    }
    pub(crate) fn end_run(&mut self) {
        self.run = None;
        if !self.is_lazy() {
            self.flush_all();
        }
    }
    /// Whether what this instruction computes waits in a variable.
    fn is_lazy(&self) -> bool {
        // Of what is called without a frame, all does, also where it is written in the caller.
        self.unit.version == Version::Called || self.flow.is_lazy(self.pc)
    }
    /// Whether a result need not be checked here: later results tell.
    pub(crate) fn is_found_out(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.unchecked.contains(&self.pc))
    }

    /// The register's payload, in the variable of its kind.
    pub(crate) fn define(&mut self, r: u8, known: Known, bits: Value) {
        let r = r as usize;
        match payload(known) {
            Some(types::F64) => {
                let number = match self.b.func.dfg.value_type(bits) {
                    types::F64 => bits,
                    _ => self.b.ins().bitcast(types::F64, MemFlagsData::new(), bits),
                };
                if let Some(&variable) = self.nums.get(r) {
                    self.b.def_var(variable, number);
                }
            }
            Some(_) => {
                if let Some(&variable) = self.ints.get(r) {
                    self.b.def_var(variable, bits);
                }
            }
            None => {}
        }
    }
    pub(crate) fn set_slot(&mut self, r: u8, slot: Slot) {
        if let Some(place) = self.state.get_mut(r as usize) {
            *place = slot;
        }
    }
    pub(crate) fn slot(&self, r: u8) -> Slot {
        self.state.get(r as usize).copied().unwrap_or(Slot::ANY)
    }
    /// Tag and payload of a register in memory.
    pub(crate) fn load_register(&mut self, r: u8) -> (Value, Value) {
        let (window, flags, at) = (self.window, self.regions.window, i32::from(r) * VALUE);
        let tag = self.b.ins().load(types::I64, flags, window, at);
        let bits = self.b.ins().load(types::I64, flags, window, at + 8);
        (tag, bits)
    }
    pub(crate) fn store_register(&mut self, r: u8, tag: Option<Value>, bits: Value) {
        let (window, flags, at) = (self.window, self.regions.window, i32::from(r) * VALUE);
        if let Some(tag) = tag {
            self.b.ins().store(flags, tag, window, at);
        }
        self.b.ins().store(flags, bits, window, at + 8);
    }
    /// Payload of a register whose kind is known.
    pub(crate) fn variable(&mut self, r: u8, known: Known) -> Value {
        let variables = if known == Known::Num { &self.nums } else { &self.ints };
        match (known, variables.get(r as usize).copied()) {
            (Known::Whole(value), _) => self.b.ins().iconst(types::I64, value),
            (Known::Null, _) | (_, None) => self.b.ins().iconst(types::I64, 0),
            (_, Some(variable)) => self.b.use_var(variable),
        }
    }
    /// Payload of an operand whose kind is known: an `f64` for a float, otherwise an `i64`.
    pub(crate) fn payload(&mut self, x: u16) -> Value {
        match self.unit.operand(x) {
            Operand::Register(r) => self.variable(r, self.slot(r).known),
            Operand::Constant(value) if value.kind() == Kind::Num => {
                self.b.ins().f64const(value.as_f64())
            }
            Operand::Constant(value) => self.b.ins().iconst(types::I64, value.as_i64()),
        }
    }
    /// Tag and payload of an operand, as they are in memory.
    pub(crate) fn words(&mut self, x: u16) -> (Value, Value) {
        match self.unit.operand(x) {
            Operand::Constant(value) => self.constant(value),
            Operand::Register(r) => self.words_of(r, self.slot(r).known),
        }
    }
    pub(crate) fn words_of(&mut self, r: u8, known: Known) -> (Value, Value) {
        match known.kind() {
            Some(kind) => {
                let bits = self.variable(r, known);
                let tag = self.b.ins().iconst(types::I64, kind as i64);
                (tag, bits)
            }
            None => self.load_register(r),
        }
    }
    pub(crate) fn constant(&mut self, value: Constant) -> (Value, Value) {
        let tag = self.b.ins().iconst(types::I64, value.tag() as i64);
        (tag, self.b.ins().iconst(types::I64, value.bits() as i64))
    }
    /// R[r] = a value of a known kind, computed by this instruction. In loops it waits in its
    /// variable until memory needs it.
    pub(crate) fn give(&mut self, r: u8, known: Known, value: Value) {
        let stored = self.slot(r).stored;
        self.define(r, known, value);
        self.set_slot(r, Slot { known, dirty: true, stored, open: Open::No });
        if self.run.is_none() && !self.is_lazy() {
            self.flush(&[r]);
        }
    }
    /// R[r] = a value of any kind; it is expected to be of one.
    pub(crate) fn give_any(&mut self, r: u8, (tag, bits): (Value, Value), expected: Known) {
        if self.in_run()
            && let Some(kind) = expected.kind()
        {
            let missed = self.missed();
            self.check(tag, kind, missed);
            let stored = self.slot(r).stored;
            self.define(r, expected, bits);
            let open = Open::No;
            return self.set_slot(r, Slot { known: expected, dirty: true, stored, open });
        }
        self.store_register(r, Some(tag), bits);
        self.set_slot(r, Slot::ANY);
        let Some(kind) = expected.kind() else { return };
        let missed = self.exit_after(status::MISSED);
        self.check(tag, kind, missed);
        self.define(r, expected, bits);
        self.set_slot(r, Slot::new(expected, false));
    }
    /// Brings memory up to date for these registers.
    pub(crate) fn flush(&mut self, registers: &[u8]) {
        for &r in registers {
            let slot = self.slot(r);
            if slot.dirty {
                let old = self.old.get(&r).copied();
                let (tag, bits) = old.unwrap_or_else(|| self.words(u16::from(r)));
                let tag = (slot.stored != slot.known.kind()).then_some(tag);
                self.store_register(r, tag, bits);
                self.set_slot(r, slot.in_memory());
            }
        }
    }
    /// Goes on as it was before a way on which only memory was brought up to date. What is there
    /// now depends on the way taken.
    pub(crate) fn join_with(&mut self, before: Vec<Slot>) {
        self.state = before;
        for slot in self.state.iter_mut().filter(|slot| slot.dirty) {
            slot.stored = slot.stored.filter(|&kind| slot.known.kind() == Some(kind));
        }
    }
    pub(crate) fn flush_all(&mut self) {
        let all: Vec<u8> = (0..self.unit.function.registers).collect();
        self.flush(&all);
    }
}
