//! Computing an expression that somebody writes while scripts stand: on copies of the variables
//! that it names, with little fuel, and without anything outside.

use basilect_compiler::names::fold;
use basilect_compiler::symbols::Expression;
use basilect_stdlib::limits::DebugLimits;
use basilect_stdlib::pure::Env;
use basilect_stdlib::{Data, Limits};
use basilect_vm::program::Op;
use basilect_vm::{Machine, Outcome};

use super::code::Code;
use super::view::{Reference, StackView};

impl StackView<'_> {
    /// The variable of this name that a call sees.
    pub fn named(&self, frame: usize, name: &str) -> Option<Reference> {
        let wanted = fold(name.trim());
        let groups = self.places(frame);
        let mut all = groups.into_iter().flat_map(|(_, variables)| variables);
        all.find(|(name, _)| fold(name) == wanted).map(|(_, reference)| reference)
    }

    /// What an expression gives in a call. The error is a sentence for whoever wrote it.
    pub fn evaluate(&self, frame: usize, text: &str, limits: &DebugLimits) -> Result<Data, String> {
        let bytes = limits.expression_bytes;
        if let Some(reference) = self.named(frame, text) {
            return self.data(&reference, bytes).map_err(|fault| fault.message);
        }
        let (machine, code, inner) = self.find(frame).ok_or("nothing runs here")?;
        let call = machine.calls(inner, 1).pop().ok_or("nothing runs here")?;
        let groups = self.places(frame);
        let known: Vec<String> =
            groups.iter().flat_map(|(_, v)| v.iter().map(|(name, _)| name.clone())).collect();
        let expression = code.expression(&call.script, &known, text)?;
        let mut args = Vec::new();
        for name in &expression.given {
            args.push(self.value_of(frame, name, bytes)?);
        }
        let mut shared = Vec::new();
        if calls_others(&expression) {
            for (name, slot) in &expression.shared {
                if let Ok(value) = self.value_of(frame, name, bytes) {
                    shared.push((*slot, value));
                }
            }
        }
        run(&expression, (&args, &shared), limits, machine.env().clone())
    }
    fn value_of(&self, frame: usize, name: &str, bytes: usize) -> Result<Data, String> {
        let reference = self.named(frame, name).ok_or("there is no such variable here")?;
        self.data(&reference, bytes).map_err(|fault| format!("{name}: {}", fault.message))
    }
}

/// What an expression without variables gives, as one of a script of the package.
pub fn constant(code: &Code, text: &str, limits: &DebugLimits) -> Result<Data, String> {
    let script = code.program.scripts.iter().find(|script| !script.classic);
    let path = script.map(|script| script.path.as_str()).ok_or("there is no script here")?;
    let expression = code.expression(path, &[], text)?;
    run(&expression, (&[], &[]), limits, Env::new(0, "UTC", 0))
}

/// Whether an expression may read shared variables: by itself, or by calling procedures.
fn calls_others(expression: &Expression) -> bool {
    let program = &expression.program;
    let function = program.functions.get(expression.function as usize);
    let code = function.and_then(|f| program.code.get(f.start as usize..f.end as usize));
    let reads = |op| matches!(op, Op::Call | Op::CallScript | Op::CallScriptByName | Op::EnvGet);
    code.unwrap_or(&[]).iter().any(|i| reads(i.op))
}

fn run(
    expression: &Expression,
    given: (&[Data], &[(u16, Data)]),
    most: &DebugLimits,
    env: Env,
) -> Result<Data, String> {
    let limits = Limits {
        fuel_per_turn: most.expression_fuel,
        heap_bytes: most.expression_bytes.saturating_mul(2),
        host_call_bytes: most.expression_bytes,
        text_bytes: most.expression_bytes,
        list_elements: 50_000_000,
        ..Limits::DEFAULT
    };
    let program = expression.program.clone();
    let machine = Machine::of_function(program, expression.function, given, limits.clone(), env);
    let mut machine = machine.map_err(|fault| fault.message)?;
    loop {
        match machine.run(limits.fuel_per_slice) {
            Outcome::Done(value) => return Ok(value),
            Outcome::Trap(trap) => return Err(trap.message),
            Outcome::OutOfFuelSlice => {}
            Outcome::Host(call) => {
                let words = call.words();
                return Err(format!(
                    "{words} does something outside the script; an expression here may only \
                     compute"
                ));
            }
        }
    }
}
