//! One function in one version as Cranelift's intermediate language.

use std::collections::BTreeMap;
use std::mem::offset_of;

use basilect_stdlib::{Kind, Value as Constant};
use basilect_vm::program::Op;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    AbiParam, AliasRegionData, Block, FuncRef, InstBuilder, MemFlagsData, SigRef, Signature,
    SourceLoc, Value, types,
};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::{FunctionBuilder, Switch, Variable};

use crate::context::Context;
use crate::flow::{Flow, apply, close};
use crate::known::{Known, Slot};
use crate::plan::{How, Unit, Version};
use crate::run::Run;
use crate::seen::Seen;

/// What code answers in place of a value's tag when it was left. Their lowest byte is that of no
/// value.
pub mod status {
    /// The interpreter goes on.
    pub const HERE: i64 = 0xf0;
    /// The same, since something was not as expected.
    pub const MISSED: i64 = 0xf1;
    /// No fuel is left.
    pub const PAUSE: i64 = 0xf2;
    /// The machine has left the loop.
    pub const OUT: i64 = 0xf3;
}

/// Bytes of a value.
pub(crate) const VALUE: i32 = 16;

/// The signature of a function in a version: context, registers, depth, fuel, then the entry or
/// the parameters whose kinds are known. It answers a value and the fuel that is left.
pub fn signature(unit: &Unit<'_>) -> Signature {
    let mut signature = Signature::new(CallConv::Tail);
    signature.params.extend([types::I64; 4].map(AbiParam::new));
    match unit.version {
        Version::Entered => signature.params.push(AbiParam::new(types::I64)),
        Version::Called => {
            let params =
                (0..unit.function.params).filter_map(|r| payload(unit.param(unit.number, r)));
            signature.params.extend(params.map(AbiParam::new));
        }
    }
    signature.returns.extend([types::I64; 3].map(AbiParam::new));
    signature
}

/// The type of what is in a variable.
pub(crate) fn payload(known: Known) -> Option<types::Type> {
    match known {
        Known::Any | Known::Null => None,
        Known::Num => Some(types::F64),
        _ => Some(types::I64),
    }
}

/// A way out of the code that is still to be written.
pub(crate) struct Exit {
    pub(crate) block: Block,
    pub(crate) state: Vec<Slot>,
    pub(crate) pc: u32,
    pub(crate) charge: i64,
    pub(crate) status: i64,
    pub(crate) old: BTreeMap<u8, (Value, Value)>,
}

/// Kinds of memory that never overlap.
#[derive(Clone, Copy)]
pub(crate) struct Regions {
    pub window: MemFlagsData,
    pub table: MemFlagsData,
    pub heap: MemFlagsData,
}

impl Regions {
    fn new(b: &mut FunctionBuilder<'_>) -> Regions {
        Regions {
            window: region(b, 0, "registers"),
            table: region(b, 1, "tables"),
            heap: region(b, 2, "elements"),
        }
    }
}

/// The signatures of what the context offers.
#[derive(Clone, Copy)]
pub(crate) struct Helpers {
    pub run: SigRef,
    pub jumps: SigRef,
    pub enter: SigRef,
    pub leave: SigRef,
}

impl Helpers {
    fn new(b: &mut FunctionBuilder<'_>) -> Helpers {
        let mut leave = helper_signature(1);
        leave.returns.clear();
        Helpers {
            run: b.import_signature(helper_signature(4)),
            jumps: b.import_signature(helper_signature(3)),
            enter: b.import_signature(helper_signature(2)),
            leave: b.import_signature(leave),
        }
    }
}

/// See the module.
pub struct Emit<'a, 'f> {
    pub(crate) b: FunctionBuilder<'f>,
    pub(crate) unit: Unit<'a>,
    pub(crate) flow: &'a Flow,
    pub(crate) state: Vec<Slot>,
    pub(crate) ints: Vec<Variable>,
    pub(crate) nums: Vec<Variable>,
    /// Of lists: where the elements are, how many, and of what has flags where those are.
    pub(crate) elements: Vec<[Variable; 3]>,
    pub(crate) left: Variable,
    /// Instructions since `left` was brought up to date.
    pub(crate) count: i64,
    pub(crate) context: Value,
    pub(crate) window: Value,
    pub(crate) depth: Value,
    /// Whether a function can be called without a frame: `depth` and the registers allow it.
    pub(crate) room: Option<Value>,
    pub(crate) blocks: BTreeMap<u32, Block>,
    pub(crate) tail: Block,
    pub(crate) exits: Vec<Exit>,
    pub(crate) before: Option<Block>,
    pub(crate) run: Option<Run>,
    pub(crate) seen: Seen,
    /// Values of registers at an exit that are not those of the variables.
    pub(crate) old: BTreeMap<u8, (Value, Value)>,
    pub(crate) regions: Regions,
    pub(crate) pc: u32,
    pub(crate) callees: &'a BTreeMap<u32, FuncRef>,
    pub(crate) helpers: Helpers,
}

impl<'a, 'f> Emit<'a, 'f> {
    /// Writes the function. `callees` are the other functions that it may call.
    pub fn function(
        mut b: FunctionBuilder<'f>,
        unit: &'a Unit<'a>,
        flow: &'a Flow,
        callees: &'a BTreeMap<u32, FuncRef>,
    ) -> FunctionBuilder<'f> {
        let registers = unit.function.registers as usize;
        let ints = (0..registers).map(|_| b.declare_var(types::I64)).collect();
        let nums = (0..registers).map(|_| b.declare_var(types::F64)).collect();
        let elements =
            (0..registers).map(|_| [types::I64; 3].map(|ty| b.declare_var(ty))).collect();
        let left = b.declare_var(types::I64);
        let regions = Regions::new(&mut b);
        let entry = b.create_block();
        b.append_block_params_for_function_params(entry);
        b.switch_to_block(entry);
        b.seal_block(entry);
        let params = b.block_params(entry).to_vec();
        let &[context, window, depth, fuel, ..] = params.as_slice() else { return b };
        b.def_var(left, fuel);
        let tail = b.create_block();
        for ty in [types::I64; 3] {
            b.append_block_param(tail, ty);
        }
        let helpers = Helpers::new(&mut b);
        let blocks = flow.blocks.keys().map(|&pc| (pc, b.create_block())).collect();
        let mut emit = Emit {
            b,
            unit: *unit,
            flow,
            state: vec![Slot::ANY; registers],
            ints,
            nums,
            elements,
            left,
            count: 0,
            context,
            window,
            depth,
            room: None,
            blocks,
            tail,
            exits: Vec::new(),
            before: None,
            run: None,
            seen: Seen::default(),
            old: BTreeMap::new(),
            regions,
            pc: unit.function.start,
            callees,
            helpers,
        };
        if unit.callees().iter().any(|callee| unit.light.contains(callee)) {
            emit.room = Some(emit.has_room());
        }
        match unit.version {
            Version::Called => emit.begin_called(&params),
            Version::Entered => emit.begin_entered(&params),
        }
        for &first in flow.blocks.keys() {
            emit.block(first);
        }
        emit.write_exits();
        emit.write_tail();
        emit.b.seal_all_blocks();
        emit.b
    }

    fn begin_called(&mut self, params: &[Value]) {
        let mut given = params.iter().skip(4).copied();
        for r in 0..self.unit.function.registers {
            let known = if r < self.unit.function.params {
                self.unit.param(self.unit.number, r)
            } else {
                Known::Null
            };
            if payload(known).is_some()
                && let Some(value) = given.next()
            {
                self.define(r, known, value);
            }
            self.set_slot(r, Slot::new(known, true));
        }
        let left = self.b.use_var(self.left);
        let paused = self.exit(self.unit.function.start, status::PAUSE);
        let go = self.b.create_block();
        let over = self.b.ins().icmp_imm_s(IntCC::SignedLessThanOrEqual, left, 0);
        self.b.ins().brif(over, paused, &[], go, &[]);
        self.continue_in(go);
        self.goto(self.unit.function.start);
    }
    fn begin_entered(&mut self, params: &[Value]) {
        let Some(&which) = params.get(4) else { return };
        let mut switch = Switch::new();
        let mut pads = Vec::new();
        for (index, &pc) in self.flow.entries.iter().enumerate() {
            let pad = self.b.create_block();
            switch.set_entry(index as u128, pad);
            pads.push((pc, pad));
        }
        let nowhere = self.exit(self.unit.function.start, status::HERE);
        switch.emit(&mut self.b, which, nowhere);
        for (pc, pad) in pads {
            self.continue_in(pad);
            self.state.fill(Slot::ANY);
            let Some(wanted) = self.flow.blocks.get(&pc).cloned() else { continue };
            let missed = self.exit(pc, status::MISSED);
            for (r, slot) in wanted.iter().enumerate() {
                self.check_register(r as u8, slot.known, missed);
            }
            self.goto(pc);
        }
    }
    /// Makes sure that a register in memory is what it is known to be.
    fn check_register(&mut self, r: u8, known: Known, otherwise: Block) {
        let Some(kind) = known.kind() else { return };
        let (tag, bits) = self.load_register(r);
        self.check(tag, kind, otherwise);
        if let Known::Whole(value) = known {
            let same = self.b.ins().icmp_imm_s(IntCC::Equal, bits, value);
            self.go_on_if(same, otherwise);
        }
        self.define(r, known, bits);
        self.set_slot(r, Slot::new(known, false));
    }
    /// Goes on where a tag is that of a kind.
    pub(crate) fn check(&mut self, tag: Value, kind: Kind, otherwise: Block) {
        let same = self.b.ins().icmp_imm_s(IntCC::Equal, tag, kind as i64);
        self.go_on_if(same, otherwise);
    }
    /// Goes on in a block to which all that leads there has been written.
    pub(crate) fn continue_in(&mut self, block: Block) {
        self.b.switch_to_block(block);
        self.b.seal_block(block);
    }
    pub(crate) fn go_on_if(&mut self, holds: Value, otherwise: Block) {
        let next = self.b.create_block();
        self.b.ins().brif(holds, next, &[], otherwise, &[]);
        self.continue_in(next);
    }
    pub(crate) fn go_on_unless(&mut self, holds: Value, otherwise: Block) {
        let next = self.b.create_block();
        self.b.ins().brif(holds, otherwise, &[], next, &[]);
        self.continue_in(next);
    }

    fn block(&mut self, first: u32) {
        let (Some(&block), Some(state)) = (self.blocks.get(&first), self.flow.blocks.get(&first))
        else {
            return;
        };
        self.b.switch_to_block(block);
        self.state.clone_from(state);
        self.count = 0;
        self.seen.forget();
        let mut pc = first;
        loop {
            self.pc = pc;
            self.before = None;
            self.begin_run();
            self.b.set_srcloc(SourceLoc::new(pc));
            let open = self.instruction(pc);
            pc += 1;
            if self.run.as_ref().is_some_and(|run| run.end == pc) {
                self.end_run();
            }
            if !open {
                return;
            }
            if self.blocks.contains_key(&pc) || pc >= self.unit.function.end {
                self.goto(pc);
                return;
            }
        }
    }

    // ---- instructions

    /// Writes an instruction; whether the next one follows it.
    pub(crate) fn instruction(&mut self, pc: u32) -> bool {
        let i = self.unit.instr(pc);
        let plan = self.unit.plan(pc, &self.state);
        let expected = plan.sets.first().map_or(Known::Any, |set| set.1);
        match plan.how {
            How::Constant(value) => {
                let (tag, bits) = self.constant(value);
                match Known::of(value) {
                    Known::Any => self.give_any(i.a, (tag, bits), Known::Any),
                    Known::Num => {
                        let number = self.b.ins().f64const(value.as_f64());
                        self.give(i.a, Known::Num, number);
                    }
                    known => self.give(i.a, known, bits),
                }
            }
            How::Move => match expected {
                Known::Any => {
                    let words = self.words(i.b);
                    self.give_any(i.a, words, Known::Any);
                }
                known => {
                    let value = self.variable(i.b as u8, known);
                    self.give(i.a, known, value);
                }
            },
            How::EnvGet => self.get_shared(i, expected),
            How::EnvSet => self.set_shared(i),
            How::IntMath => self.int_math(i),
            How::NumMath => self.num_math(i),
            How::Divided | How::Quotient => self.divide(i, matches!(plan.how, How::Divided)),
            How::IntDivision => self.int_division(i),
            How::Root | How::Absolute | How::Floor => self.rounding(i, plan.how),
            How::IntCompare | How::NumCompare | How::TextCompare(_) => {
                return self.comparison(i, plan.how);
            }
            How::Jump => {
                self.count += 1;
                self.jump(i.target());
                return false;
            }
            How::Truth => {
                let holds = self.truth(i);
                self.branch(holds, &mut |_| {});
            }
            How::Nullness => {
                let (tag, _) = self.words(u16::from(i.a));
                let condition = if i.op == Op::JumpIfNull { IntCC::Equal } else { IntCC::NotEqual };
                let holds = self.b.ins().icmp_imm_s(condition, tag, 0);
                self.branch(holds, &mut |_| {});
            }
            How::ForPrep => self.for_prep(i),
            How::ForLoop | How::NumLoop => self.for_loop(i, matches!(plan.how, How::NumLoop)),
            How::IterNext => self.iter_next(i, plan.sets.get(1).map_or(Known::Any, |set| set.1)),
            How::ListGet => self.list_get(i, expected),
            How::ListSet => self.list_set(i),
            How::Push => self.push(i),
            How::FlagGet => self.flag_get(i, expected),
            How::FlagSet => self.flag_set(i),
            How::FieldGet => self.get_field(i, expected),
            How::FieldSet => self.set_field(i),
            How::Character | How::Part | How::Among | How::Find => self.look_at_text(i, plan.how),
            How::Join => self.join_texts(i, &plan.sets),
            How::Inline => self.inline(i, expected),
            How::Call => self.call(i, expected),
            How::FrameCall => self.frame_call(i, expected),
            How::Return => {
                self.count += 1;
                let (tag, bits) = match i.op {
                    Op::Return => self.words(u16::from(i.a)),
                    _ => self.constant(Constant::NULL),
                };
                let bits = self.as_bits(bits);
                if self.unit.version == Version::Entered {
                    let next = self.b.ins().iconst(types::I64, i64::from(pc) + 1);
                    let returned = offset_of!(Context<'_, '_>, returned) as i32;
                    let (context, flags) = (self.context, self.regions.table);
                    self.b.ins().store(flags, next, context, returned);
                }
                let left = self.fuel();
                self.b.ins().return_(&[tag, bits, left]);
                return false;
            }
            How::Machine => self.by_machine(pc, &plan.sets),
            How::MachineJump => self.jump_by_machine(pc, &plan.sets, &plan.jump_sets),
            How::Unseen => {
                let missed = self.missed();
                self.b.ins().jump(missed, &[]);
                return false;
            }
            How::Leave => {
                let here = self.exit(pc, status::HERE);
                self.b.ins().jump(here, &[]);
                return false;
            }
        }
        self.count += 1;
        debug_assert!({
            let mut expected = self.state.clone();
            apply(&mut expected, &plan.sets, true);
            expected.iter().zip(&self.state).all(|(a, b)| a.known == b.known)
        });
        true
    }
    /// Forgets what was looked up: something may have changed it.
    pub(crate) fn forget(&mut self) {
        close(&mut self.state);
        self.seen.forget();
    }
    /// An `i64` or `f64` as it is in memory.
    pub(crate) fn as_bits(&mut self, value: Value) -> Value {
        match self.b.func.dfg.value_type(value) {
            types::F64 => self.b.ins().bitcast(types::I64, MemFlagsData::new(), value),
            _ => value,
        }
    }
}

fn region(b: &mut FunctionBuilder<'_>, number: u32, name: &'static str) -> MemFlagsData {
    let data = AliasRegionData { user_id: number, description: name.into() };
    let region = b.func.dfg.alias_regions.insert(data);
    MemFlagsData::trusted().with_alias_region(Some(region))
}

pub(crate) fn helper_signature(params: usize) -> Signature {
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params.extend((0..params).map(|_| AbiParam::new(types::I64)));
    signature.returns.push(AbiParam::new(types::I64));
    signature
}
