//! A compiled program: from orders to addresses.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::ManuallyDrop;

use basilect_stdlib::Value;
use basilect_vm::Program;
use basilect_vm::native::{Call, Code, Left, Order, View};
use basilect_vm::program::{Function, Op};
use cranelift_codegen::ir::{AbiParam, InstBuilder, MemFlagsData, Signature, types};
use cranelift_codegen::isa::{CallConv, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId, Module, default_libcall_names};

use crate::context::{self, Context, DEPTH};
use crate::emit::{Emit, signature, status};
use crate::flow::Flow;
use crate::light::light;
use crate::listing::{self, Listing};
use crate::plan::{Unit, Version};

/// Functions with more instructions are interpreted.
const MOST_INSTRUCTIONS: u32 = 3_000;
/// Functions are compiled until their instructions are so many.
const MOST_IN_ALL: u32 = 30_000;

/// Bytes of the native stack that calls may take, whatever a program does: threads have two million
/// at least.
const STACK: usize = 256 << 10;
/// Bytes of a call beside its frame: where it returns to, and what does not fit into registers.
const CALL: usize = 128;

/// What is wrong with code that could not be made: a sentence.
type Failure = String;

/// What the code gives back.
#[repr(C)]
#[derive(Default)]
struct Answer {
    tag: u64,
    bits: u64,
    left: i64,
}

/// Calls code: context, registers, depth, fuel, entry, address, where the answer goes.
// SAFETY: `Compiled::run` calls it with what the code was made for.
type Enter = unsafe extern "C" fn(Own<'_, '_>, *mut Value, u64, i64, u64, *const u8, *mut Answer);
type Own<'a, 'm> = *mut Context<'a, 'm>;

/// Machine code of a program.
pub struct Compiled {
    module: ManuallyDrop<JITModule>,
    enter: Enter,
    /// By instruction.
    entries: BTreeMap<u32, Entry>,
    /// How deep calls may nest on the native stack.
    depth: usize,
}

/// Where code can be entered.
#[derive(Clone, Copy)]
struct Entry {
    address: usize,
    /// Its number in the function.
    number: u64,
    /// Shared variables that the function and what it calls may use: so many must there be.
    shared: usize,
}

// SAFETY: the module is not touched any more until it is dropped, and its code is only read.
unsafe impl Send for Compiled {}
// SAFETY: as above.
unsafe impl Sync for Compiled {}

impl Drop for Compiled {
    fn drop(&mut self) {
        // SAFETY: taken once, here; no code runs, because whoever runs it holds the program's code.
        unsafe { ManuallyDrop::take(&mut self.module).free_memory() };
    }
}

impl Code for Compiled {
    fn entries(&self) -> Vec<u32> {
        self.entries.keys().copied().collect()
    }
    fn run(&self, view: &mut View<'_>, pc: u32) -> Left {
        let Some(&entry) = self.entries.get(&pc) else { return Left::Missed };
        let window = view.registers();
        let last = view.last_registers();
        let (shared, variables) = view.shared();
        if window.is_null() || variables < entry.shared {
            return Left::Missed;
        }
        let depth = view.depth().min(self.depth) as u64;
        let fuel = view.left();
        let ((lists, list_places), (maps, map_places)) = (view.lists(), view.maps());
        let mut calls = [const { std::mem::MaybeUninit::<Call>::uninit() }; DEPTH + 1];
        let mut answer = Answer::default();
        let mut context = Context {
            left: fuel,
            lists,
            list_places: list_places as u64,
            maps,
            map_places: map_places as u64,
            shared,
            last,
            returned: 0,
            unwound: 0,
            calls: calls.as_mut_ptr().cast(),
            run: context::run,
            ask: context::ask,
            short: context::short,
            enter: context::enter,
            leave: context::leave,
            jumps: context::jumps,
            view,
            panic: None,
        };
        // SAFETY: the code was made from a program that was verified; registers, tables and shared
        // variables are where the context says, and as large as the code expects.
        unsafe {
            let (number, address) = (entry.number, entry.address as *const u8);
            (self.enter)(&raw mut context, window, depth, fuel, number, address, &raw mut answer);
        }
        if let Some(panic) = context.panic.take() {
            std::panic::resume_unwind(panic);
        }
        let left = match (answer.tag & 0xff) as i64 {
            status::OUT => return Left::Out,
            status::HERE => Left::Here,
            status::MISSED => Left::Missed,
            status::PAUSE => Left::Pause,
            _ => {
                context.view.set_left(answer.left);
                context.view.set_pc(context.returned as u32);
                // SAFETY: code returns what was in registers: the words of a value.
                return Left::Return(unsafe {
                    std::mem::transmute::<[u64; 2], Value>([answer.tag, answer.bits])
                });
            }
        };
        let unwound = (context.unwound as usize).min(DEPTH + 1);
        // SAFETY: the code has written so many.
        let calls = unsafe { std::slice::from_raw_parts(context.calls, unwound) };
        context.view.set_left(answer.left);
        context.view.settle(calls);
        left
    }
}

/// The machine that the code is for.
fn target() -> Result<OwnedTargetIsa, Failure> {
    let mut flags = settings::builder();
    let set = |flags: &mut settings::Builder, name, value| {
        flags.set(name, value).map_err(|error| format!("{name}: {error}"))
    };
    set(&mut flags, "opt_level", "speed")?;
    set(&mut flags, "enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" })?;
    let builder = cranelift_native::builder().map_err(str::to_owned)?;
    builder.finish(settings::Flags::new(flags)).map_err(|error| error.to_string())
}

struct Compiler<'a> {
    order: &'a Order,
    module: JITModule,
    light: BTreeSet<u32>,
    called: BTreeMap<u32, FuncId>,
    entered: BTreeMap<u32, FuncId>,
    entries: Vec<(u32, FuncId, Vec<u32>)>,
    builder: FunctionBuilderContext,
    /// Bytes of the largest frame.
    frame: usize,
    /// What was made, to read, if that is wanted.
    listings: Option<Vec<Listing>>,
}

/// Compiles the functions of a program that ran while it was watched, or all of a program that was
/// not. The program must be verified.
pub fn compile(order: &Order) -> Result<Compiled, Failure> {
    compile_all(order, None).map(|(compiled, _)| compiled)
}

/// The same, to read.
pub fn list(order: &Order) -> Result<Vec<Listing>, Failure> {
    compile_all(order, Some(Vec::new())).map(|(_, listings)| listings)
}

fn compile_all(
    order: &Order,
    listings: Option<Vec<Listing>>,
) -> Result<(Compiled, Vec<Listing>), Failure> {
    let builder = JITBuilder::with_isa(target()?, default_libcall_names());
    let candidates = candidates(order);
    let mut compiler = Compiler {
        order,
        module: JITModule::new(builder),
        light: light(order, &candidates),
        called: BTreeMap::new(),
        entered: BTreeMap::new(),
        entries: Vec::new(),
        builder: FunctionBuilderContext::new(),
        frame: 0,
        listings,
    };
    match compiler.all(&candidates) {
        Ok(enter) => {
            let listings = compiler.listings.take().unwrap_or_default();
            Ok((compiler.finish(enter), listings))
        }
        Err(failure) => {
            // SAFETY: none of its code runs.
            unsafe { compiler.module.free_memory() };
            Err(failure)
        }
    }
}

fn candidates(order: &Order) -> BTreeSet<u32> {
    let program = order.program();
    let watched = order.facts().any();
    let mut left = MOST_IN_ALL;
    let mut candidates = BTreeSet::new();
    for (number, function) in program.functions.iter().enumerate() {
        let size = function.end - function.start;
        let ran = (function.start..function.end).any(|pc| order.facts().results(pc) != 0);
        if size <= MOST_INSTRUCTIONS.min(left) && (ran || !watched) {
            left -= size;
            candidates.insert(number as u32);
        }
    }
    candidates
}

impl Compiler<'_> {
    fn all(&mut self, candidates: &BTreeSet<u32>) -> Result<FuncId, Failure> {
        let light = self.light.clone();
        let order = self.order;
        let unit = |number: u32, version: Version| {
            let function = order.program().functions.get(number as usize);
            let function = function.ok_or("no such function")?;
            let watched = order.facts().any();
            let (light, compiled) = (&light, candidates);
            Ok::<_, Failure>(Unit { order, number, function, version, light, compiled, watched })
        };
        for &number in &light {
            let id = self.declare(&signature(&unit(number, Version::Called)?))?;
            self.called.insert(number, id);
        }
        for &number in candidates {
            let id = self.declare(&signature(&unit(number, Version::Entered)?))?;
            self.entered.insert(number, id);
        }
        for (number, id) in self.called.clone() {
            let unit = unit(number, Version::Called)?;
            self.function(&unit, &Flow::of(&unit), id)?;
        }
        for (number, id) in self.entered.clone() {
            let unit = unit(number, Version::Entered)?;
            let flow = Flow::of(&unit);
            self.function(&unit, &flow, id)?;
            self.entries.push((number, id, flow.entries));
        }
        let enter = self.enter()?;
        self.module.finalize_definitions().map_err(|error| error.to_string())?;
        Ok(enter)
    }
    fn declare(&mut self, signature: &Signature) -> Result<FuncId, Failure> {
        self.module.declare_anonymous_function(signature).map_err(|error| error.to_string())
    }
    fn function(&mut self, unit: &Unit<'_>, flow: &Flow, id: FuncId) -> Result<(), Failure> {
        let mut context = self.module.make_context();
        context.func.signature = signature(unit);
        let mut callees = BTreeMap::new();
        for callee in unit.callees() {
            let id = self.called.get(&callee).or_else(|| self.entered.get(&callee));
            if let Some(&id) = id {
                callees.insert(callee, self.module.declare_func_in_func(id, &mut context.func));
            }
        }
        let config = self.module.target_config();
        let builder = FunctionBuilder::new(&mut context.func, &mut self.builder);
        Emit::function(builder, unit, flow, &callees).finalize(config);
        let defined = self.module.define_function(id, &mut context);
        defined.map_err(|error| format!("{error:?}"))?;
        let code = context.compiled_code().ok_or("no code")?;
        let layout = code.buffer.frame_layout().ok_or("no frame")?;
        self.frame = self.frame.max(layout.frame_to_fp_offset as usize);
        if let Some(listings) = &mut self.listings {
            listings.push(Listing {
                function: unit.number,
                called: unit.version == Version::Called,
                bytes: code.code_buffer().len(),
                lines: listing::lines(self.module.isa(), code).unwrap_or_default(),
            });
        }
        Ok(())
    }
    /// What calls code from outside: from the convention of the system to that of the code.
    fn enter(&mut self) -> Result<FuncId, Failure> {
        let mut context = self.module.make_context();
        context.func.signature.params.extend([types::I64; 7].map(AbiParam::new));
        let id = self.declare(&context.func.signature)?;
        let config = self.module.target_config();
        let mut b = FunctionBuilder::new(&mut context.func, &mut self.builder);
        let block = b.create_block();
        b.append_block_params_for_function_params(block);
        b.switch_to_block(block);
        if let &[view, window, depth, fuel, entry, address, answer] = b.block_params(block) {
            let mut inner = Signature::new(CallConv::Tail);
            inner.params.extend([types::I64; 5].map(AbiParam::new));
            inner.returns.extend([types::I64; 3].map(AbiParam::new));
            let inner = b.import_signature(inner);
            let args = [view, window, depth, fuel, entry];
            let call = b.ins().call_indirect(inner, address, &args);
            for (place, value) in b.inst_results(call).to_vec().into_iter().enumerate() {
                b.ins().store(MemFlagsData::trusted(), value, answer, place as i32 * 8);
            }
        }
        b.ins().return_(&[]);
        b.seal_all_blocks();
        b.finalize(config);
        self.module.define_function(id, &mut context).map_err(|error| format!("{error:?}"))?;
        Ok(id)
    }
    fn finish(self, enter: FuncId) -> Compiled {
        let mut entries = BTreeMap::new();
        let shared = shared(self.order.program());
        for (function, id, pcs) in &self.entries {
            let address = self.module.get_finalized_function(*id).addr();
            let shared = shared.get(*function as usize).copied().unwrap_or(usize::MAX);
            let entry = |number: usize| Entry { address, number: number as u64, shared };
            entries.extend(pcs.iter().enumerate().map(|(number, &pc)| (pc, entry(number))));
        }
        let enter = self.module.get_finalized_function(enter);
        Compiled {
            // SAFETY: made above with this signature.
            enter: unsafe { std::mem::transmute::<*const u8, Enter>(enter) },
            entries,
            depth: DEPTH.min(STACK / (self.frame + CALL)),
            module: ManuallyDrop::new(self.module),
        }
    }
}

/// For each function, how many shared variables it and what it calls may use. They are those of
/// its script, and scripts have different numbers of them.
fn shared(program: &Program) -> Vec<usize> {
    let code = |function: &Function| {
        let code = program.code.get(function.start as usize..function.end as usize);
        code.unwrap_or(&[]).iter()
    };
    let own = |function: &Function| {
        let used = code(function).filter(|i| matches!(i.op, Op::EnvGet | Op::EnvSet));
        used.map(|i| i.b as usize + 1).max().unwrap_or(0)
    };
    let mut shared: Vec<usize> = program.functions.iter().map(own).collect();
    loop {
        let with_callees = |(function, &own): (&Function, &usize)| {
            let calls = code(function).filter(|i| i.op == Op::Call);
            let callees = calls.filter_map(|i| shared.get(i.b as usize).copied());
            callees.fold(own, usize::max)
        };
        let next: Vec<usize> = program.functions.iter().zip(&shared).map(with_callees).collect();
        if next == shared {
            return shared;
        }
        shared = next;
    }
}

#[cfg(test)]
mod tests {
    use basilect_vm::program::Instr;

    use super::*;

    #[test]
    fn a_function_needs_the_shared_variables_of_what_it_calls_and_no_others() {
        let code = vec![
            Instr::new(Op::Call, 0, 1, 0),
            Instr::new(Op::EnvGet, 0, 3, 0),
            Instr::new(Op::Call, 0, 0, 0),
            Instr::new(Op::EnvSet, 0, 8, 0),
            Instr::new(Op::ReturnNull, 0, 0, 0),
        ];
        let function = |start, end| Function { start, end, ..Function::default() };
        let functions = vec![function(0, 1), function(1, 3), function(3, 4), function(4, 5)];
        let program = Program { code, functions, ..Program::default() };
        assert_eq!(shared(&program), [4, 4, 9, 0]);
    }
}
