//! Computing an expression that somebody writes while scripts stand: on copies of the variables
//! that it names, with little fuel, and without anything outside.

use std::sync::Arc;

use basilect_compiler::names::fold;
use basilect_compiler::symbols::{Expression, Way};
use basilect_stdlib::limits::DebugLimits;
use basilect_stdlib::pure::Env;
use basilect_stdlib::{Data, Fault, Limits};
use basilect_vm::machine::inspect::Spot;
use basilect_vm::machine::watched::{Watched, Watcher};
use basilect_vm::program::Op;
use basilect_vm::{Machine, Outcome, Program};

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
        let env = machine.env().clone();
        let Way::Function { function, given, shared } = &expression.way else {
            let values = known
                .iter()
                .filter_map(|name| Some((name.clone(), self.value_of(frame, name, bytes).ok()?)));
            return run_line(&expression, &values.collect::<Vec<_>>(), limits, env);
        };
        let mut args = Vec::new();
        for name in given {
            args.push(self.value_of(frame, name, bytes)?);
        }
        let mut values = Vec::new();
        if calls_others(&expression.program, *function) {
            for (name, slot) in shared {
                if let Ok(value) = self.value_of(frame, name, bytes) {
                    values.push((*slot, value));
                }
            }
        }
        run(&expression.program, *function, (&args, &values), limits, env)
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
    let Way::Function { function, .. } = expression.way else {
        return Err("write a value".into());
    };
    run(&expression.program, function, (&[], &[]), limits, Env::new(0, "UTC", 0))
}

/// Whether an expression may read shared variables: by itself, or by calling procedures.
fn calls_others(program: &Program, function: u32) -> bool {
    let function = program.functions.get(function as usize);
    let code = function.and_then(|f| program.code.get(f.start as usize..f.end as usize));
    let reads = |op| matches!(op, Op::Call | Op::CallScript | Op::CallScriptByName | Op::EnvGet);
    code.unwrap_or(&[]).iter().any(|i| reads(i.op))
}

/// The limits of an expression.
fn limits_of(most: &DebugLimits) -> Limits {
    Limits {
        fuel_per_turn: most.expression_fuel,
        heap_bytes: most.expression_bytes.saturating_mul(2),
        host_call_bytes: most.expression_bytes,
        text_bytes: most.expression_bytes,
        list_elements: 50_000_000,
        ..Limits::DEFAULT
    }
}

fn outside(words: &str) -> String {
    format!("{words} does something outside the script; an expression here may only compute")
}

/// Lets a program with line numbers compute one line, with the values of its variables.
fn run_line(
    expression: &Expression,
    values: &[(String, Data)],
    most: &DebugLimits,
    env: Env,
) -> Result<Data, String> {
    let Way::Line { script, line, variable } = &expression.way else {
        return Err("this is no line".into());
    };
    let limits = limits_of(most);
    let machine = Machine::new(expression.program.clone(), script, limits.clone(), env);
    let mut machine = machine.map_err(|fault| fault.message)?;
    let mut next = NextStatement;
    next.run(&mut machine, &limits)?;
    let places = machine.variables_of(0);
    let spot = |name: &str| {
        let found = places.iter().find(|known| fold(&known.name) == fold(name));
        found.map(|known| Spot { frame: 0, place: known.place, path: Vec::new() })
    };
    for (name, value) in values {
        if let Some(spot) = spot(name) {
            machine.put(&spot, value).map_err(|fault| fault.message)?;
        }
    }
    if !machine.go_to_line(*line) {
        return Err("this line cannot be reached".into());
    }
    next.run(&mut machine, &limits)?;
    let result = spot(variable).ok_or("the value is lost")?;
    machine.data_at(&result, most.expression_bytes).map_err(|fault| fault.message)
}

/// Halts before the next statement, and at errors.
struct NextStatement;

impl Watcher for NextStatement {
    fn statement(&mut self, _: &Machine) -> bool {
        true
    }
    fn error(&mut self, _: &Machine, _: &Fault, _: bool) -> bool {
        true
    }
}

impl NextStatement {
    fn run(&mut self, machine: &mut Machine, limits: &Limits) -> Result<(), String> {
        loop {
            match machine.run_watched(limits.fuel_per_slice, self) {
                Watched::Halted => {
                    return machine.failing().map_or(Ok(()), |fault| Err(fault.message));
                }
                Watched::Stopped(Outcome::OutOfFuelSlice) => {}
                Watched::Stopped(Outcome::Host(call)) => return Err(outside(call.words())),
                Watched::Stopped(Outcome::Trap(trap)) => return Err(trap.message),
                Watched::Stopped(Outcome::Done(_)) => return Err("the program ended".into()),
            }
        }
    }
}

fn run(
    program: &Arc<Program>,
    function: u32,
    given: (&[Data], &[(u16, Data)]),
    most: &DebugLimits,
    env: Env,
) -> Result<Data, String> {
    let limits = limits_of(most);
    let machine = Machine::of_function(program.clone(), function, given, limits.clone(), env);
    let mut machine = machine.map_err(|fault| fault.message)?;
    loop {
        match machine.run(limits.fuel_per_slice) {
            Outcome::Done(value) => return Ok(value),
            Outcome::Trap(trap) => return Err(trap.message),
            Outcome::OutOfFuelSlice => {}
            Outcome::Host(call) => return Err(outside(call.words())),
        }
    }
}
