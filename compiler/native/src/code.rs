//! A compiled program: from orders to code that runs wherever it lies.

use std::collections::{BTreeMap, BTreeSet};

use basilect_vm::Program;
use basilect_vm::native::Order;
use basilect_vm::program::{Function, Op};
use cranelift_codegen::Context;
use cranelift_codegen::ir::{AbiParam, InstBuilder, MemFlagsData, Signature, types};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_module::{FuncId, Module, ModuleError};

use crate::context::DEPTH;
use crate::emit::{Emit, signature};
use crate::flow::Flow;
use crate::image::{Entry, Image, Purpose, recipe};
use crate::light::light;
use crate::linker::Linker;
use crate::listing::{self, Listing};
use crate::plan::{Unit, Version};
use crate::target::{Processor, features, generator, isa};

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

/// Which functions are compiled, and for which processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those that ran while the program was watched, or all if it was not; for this processor.
    Seen,
    /// All, for any usual processor: nobody knows yet what will run, and where.
    All,
}

struct Compiler<'a> {
    order: &'a Order,
    linker: Linker,
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

/// Compiles functions of a program, which must be verified.
pub fn compile(order: &Order, scope: Scope) -> Result<Image, Failure> {
    compile_all(order, scope, None).map(|(image, _)| image)
}

/// The same, to read.
pub fn list(order: &Order) -> Result<Vec<Listing>, Failure> {
    compile_all(order, Scope::Seen, Some(Vec::new())).map(|(_, listings)| listings)
}

/// What code for a program is for, on a processor.
pub fn purpose(order: &Order, isa: &dyn TargetIsa) -> Purpose {
    let (generator, features) = (generator(isa), features(isa));
    Purpose { generator, features, program: order.hash() }
}

fn compile_all(
    order: &Order,
    scope: Scope,
    listings: Option<Vec<Listing>>,
) -> Result<(Image, Vec<Listing>), Failure> {
    let candidates = candidates(order, scope);
    let processor = if scope == Scope::All { Processor::Usual } else { Processor::This };
    let mut compiler = Compiler {
        order,
        linker: Linker::new(isa(processor)?),
        light: light(order, &candidates),
        called: BTreeMap::new(),
        entered: BTreeMap::new(),
        entries: Vec::new(),
        builder: FunctionBuilderContext::new(),
        frame: 0,
        listings,
    };
    let enter = compiler.all(&candidates)?;
    let listings = compiler.listings.take().unwrap_or_default();
    Ok((compiler.finish(enter)?, listings))
}

fn failed(error: ModuleError) -> Failure {
    error.to_string()
}

/// Whether any of a function was seen running.
fn ran(order: &Order, function: &Function) -> bool {
    (function.start..function.end).any(|pc| order.facts().results(pc) != 0)
}

fn candidates(order: &Order, scope: Scope) -> BTreeSet<u32> {
    let program = order.program();
    let all = scope == Scope::All || !order.facts().any();
    let mut left = MOST_IN_ALL;
    let mut candidates = BTreeSet::new();
    for (number, function) in program.functions.iter().enumerate() {
        let size = function.end - function.start;
        if size <= MOST_INSTRUCTIONS.min(left) && (all || ran(order, function)) {
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
            let watched = ran(order, function);
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
        for (number, id) in self.entered.clone() {
            let unit = unit(number, Version::Entered)?;
            let flow = Flow::of(&unit);
            self.function(&unit, &flow, id)?;
            self.entries.push((number, id, flow.entries));
        }
        // What is called without a frame: only what some code calls, after that.
        loop {
            let missing = self.linker.missing();
            for (number, id) in self.called.clone() {
                if !missing.contains(&id) {
                    continue;
                }
                let unit = unit(number, Version::Called)?;
                self.function(&unit, &Flow::of(&unit), id)?;
            }
            if missing.is_empty() {
                return self.enter();
            }
        }
    }
    fn declare(&mut self, signature: &Signature) -> Result<FuncId, Failure> {
        self.linker.declare_anonymous_function(signature).map_err(failed)
    }
    fn function(&mut self, unit: &Unit<'_>, flow: &Flow, id: FuncId) -> Result<(), Failure> {
        let mut context = Context::new();
        context.func.signature = signature(unit);
        let mut callees = BTreeMap::new();
        for callee in unit.callees() {
            let id = self.called.get(&callee).or_else(|| self.entered.get(&callee));
            if let Some(&id) = id {
                callees.insert(callee, self.linker.declare_func_in_func(id, &mut context.func));
            }
        }
        let config = self.linker.target_config();
        let builder = FunctionBuilder::new(&mut context.func, &mut self.builder);
        Emit::function(builder, unit, flow, &callees).finalize(config);
        self.linker.define_function(id, &mut context).map_err(failed)?;
        let code = context.compiled_code().ok_or("no code")?;
        let layout = code.buffer.frame_layout().ok_or("no frame")?;
        self.frame = self.frame.max(layout.frame_to_fp_offset as usize);
        if let Some(listings) = &mut self.listings {
            listings.push(Listing {
                function: unit.number,
                called: unit.version == Version::Called,
                bytes: code.code_buffer().len(),
                lines: listing::lines(self.linker.isa(), code).unwrap_or_default(),
            });
        }
        Ok(())
    }
    /// What calls code from outside: from the convention of the system to that of the code.
    fn enter(&mut self) -> Result<FuncId, Failure> {
        let mut context = Context::new();
        context.func.signature.call_conv = self.linker.isa().default_call_conv();
        context.func.signature.params.extend([types::I64; 7].map(AbiParam::new));
        let id = self.declare(&context.func.signature)?;
        let config = self.linker.target_config();
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
        self.linker.define_function(id, &mut context).map_err(failed)?;
        Ok(id)
    }
    fn finish(self, enter: FuncId) -> Result<Image, Failure> {
        let place = |id: FuncId| self.linker.place(id).ok_or("a function is missing");
        let shared = shared(self.order.program());
        let mut entries = BTreeMap::new();
        for (function, id, pcs) in &self.entries {
            let place = place(*id)? as u32;
            let shared = shared.get(*function as usize).copied().unwrap_or(usize::MAX) as u32;
            let entry = |number: usize| Entry { place, number: number as u32, shared };
            entries.extend(pcs.iter().enumerate().map(|(number, &pc)| (pc, entry(number))));
        }
        Ok(Image {
            purpose: purpose(self.order, self.linker.isa()),
            recipe: recipe(self.order),
            facts: self.order.facts().clone(),
            enter: place(enter)? as u32,
            entries,
            depth: DEPTH.min(STACK / (self.frame + CALL)) as u32,
            code: self.linker.link()?,
        })
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
