//! What the fuzz targets share: compiling, formatting and fixing a text, and running a program
//! between tight limits.
//!
//! A target fails by a panic, by taking over a second, or by taking over 256 MB; `cargo xtask fuzz`
//! sets both bounds.

use basilect_compiler::diagnostics::codes::Code;
use basilect_compiler::diagnostics::mend::mend;
use basilect_compiler::diagnostics::{Diagnostic, Severity, render};
use basilect_compiler::format::{self, Refusal};
use basilect_compiler::lower::compile_script;
use basilect_compiler::source::SourceFile;
use basilect_stdlib::pure::Env;
use basilect_stdlib::{Data, Fault, Limits, TrapCode};
use basilect_vm::program::verify::verify;
use basilect_vm::{Engine, Machine, Outcome, Program};
use std::sync::{Arc, OnceLock};

/// Host calls that a run may make.
const CALLS: usize = 200;

/// Limits that let a run end soon.
pub fn limits() -> Limits {
    Limits { fuel_per_turn: 400_000, heap_bytes: 4 << 20, ..Limits::DEFAULT }
}

/// A fixed time and seed, so that an input always does the same.
pub fn env() -> Env {
    Env::new(1_772_443_815_000, "America/Sao_Paulo", 7)
}

/// Compiles a text, shows what there is to say of it, and verifies the program.
pub fn compile(text: &str) -> Option<Program> {
    let file = SourceFile::new("fuzz.bas", text);
    let (program, diagnostics) = compile_script(&file);
    for diagnostic in diagnostics.iter().take(20) {
        assert!(diagnostic.span.end as usize <= text.len(), "{diagnostic:?}");
        render::text(&file, diagnostic, false);
    }
    assert!(program.is_some() || !diagnostics.is_empty(), "refused without a word");
    let program = program?;
    verify(&program).expect("what the compiler makes is correct");
    Some(program)
}

/// The codes of the errors of a text, in order.
fn errors(diagnostics: &[Diagnostic]) -> Vec<Code> {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error);
    let mut codes: Vec<Code> = errors.map(|d| d.code).collect();
    codes.sort();
    codes
}

/// Formats a text: it can still be read, has errors of names and types only if it had some, and
/// comes out the same when it is formatted again.
pub fn format(text: &str) {
    let write = |text: &str| {
        let file = SourceFile::new("fuzz.bas", text);
        format::format(&file, &format::Options::default())
    };
    let once = match write(text) {
        Ok(once) => once,
        Err(Refusal::Bug(what)) => panic!("formatted, {what}"),
        Err(Refusal::Errors(_) | Refusal::Prose) => return,
    };
    let found = |text: &str| errors(&compile_script(&SourceFile::new("fuzz.bas", text)).1);
    // Of several errors in a line one is told, and lines are broken elsewhere now.
    assert_eq!(found(text).is_empty(), found(&once).is_empty(), "other errors:\n{once}");
    match write(&once) {
        Ok(twice) => assert_eq!(once, twice, "not the same again"),
        Err(_) => panic!("refused when it is formatted again:\n{once}"),
    }
}

/// Makes all fixes of a text, the doubtful ones as well: no more of it is unread than before.
pub fn fix(text: &str) {
    let file = SourceFile::new("fuzz.bas", text);
    let unread = |file: &SourceFile| errors(&basilect_compiler::parser::parse(file).1).len();
    for doubtful in [false, true] {
        let mended = mend(
            |texts| {
                let text = texts.get("fuzz.bas").map_or(text, String::as_str);
                let file = Arc::new(SourceFile::new("fuzz.bas", text));
                let (_, found) = compile_script(&file);
                found.into_iter().map(|found| (Arc::clone(&file), found)).collect()
            },
            doubtful,
        );
        if let Some(new) = mended.texts.get("fuzz.bas") {
            assert!(unread(&SourceFile::new("fuzz.bas", new.as_str())) <= unread(&file), "{new}");
        }
    }
}

/// Runs a program to its end or to its limits, and snapshots it at every stop.
pub fn run(program: Arc<Program>) {
    if let Some(machine) = start(&program) {
        drive(machine);
    }
}

/// Runs a program interpreted and as machine code: both end the same, with the same fuel.
pub fn run_both_ways(program: Arc<Program>) {
    basilect_native::install();
    let end = |engine| {
        // What is derived from a program is shared: each engine gets one of its own.
        let mut machine = start(&Arc::new(Program::clone(&program)))?;
        machine.set_engine(engine);
        for number in 0..CALLS {
            match machine.run(10_000) {
                Outcome::OutOfFuelSlice => {}
                Outcome::Host(_) => machine.resume(answer(number)).ok()?,
                outcome => return Some((format!("{outcome:?}"), machine.fuel_used())),
            }
        }
        None
    };
    let interpreted = end(Engine::Interpreter);
    for engine in [Engine::Native(0), Engine::Native(50)] {
        let compiled = end(engine);
        let full = |end: &Option<(String, u64)>| {
            end.as_ref().is_some_and(|(outcome, _)| outcome.contains("OutOfMemory"))
        };
        // When memory is full depends on when garbage was collected.
        if !full(&interpreted) && !full(&compiled) {
            assert_eq!(compiled, interpreted, "{engine:?}");
        }
    }
}

/// Answers every request with something, until the machine ends.
pub fn drive(mut machine: Machine) {
    for number in 0..CALLS {
        match machine.run(100_000) {
            Outcome::OutOfFuelSlice => {}
            Outcome::Done(_) | Outcome::Trap(_) => return,
            Outcome::Host(_) => {
                let bytes = machine.snapshot();
                let program = Arc::clone(machine.program());
                machine = Machine::restore(program, &bytes, limits()).expect("an own snapshot");
                if machine.resume(answer(number)).is_err() {
                    return;
                }
            }
        }
    }
}

fn answer(number: usize) -> Result<Data, Fault> {
    match number % 5 {
        0 => Ok(Data::Text("42".into())),
        1 => Ok(Data::Int(7)),
        2 => Ok(Data::List(vec![Data::Null, Data::Bool(true), Data::Text("é😀".into())])),
        3 => Err(Fault::new(TrapCode::NotFound, "not there")),
        _ => Ok(Data::Null),
    }
}

/// Bytes of a snapshot that name its version and program: an input without them is only refused.
pub const SNAPSHOT_HEAD: usize = 33;

/// Scripts whose snapshots are damaged: frames, handlers, loops, lists and maps.
const SOURCES: [&str; 3] = [
    "list = [1, 2, {a: 3}]\nFOR EACH item IN list\n    HEAR x\n    list.PUSH(x)\nNEXT\n",
    "FUNCTION f(n)\n    IF n = 0 THEN\n        HEAR x\n        RETURN x\n    END IF\n    \
     RETURN f(n - 1) + 1\nEND FUNCTION\nTRY\n    y = f(5)\nCATCH e\n    TALK e\nEND TRY\nTALK y\n",
    "10 DIM A(5)\n20 GOSUB 100\n30 PRINT A(1): END\n100 INPUT A(1)\n110 RETURN\n",
];

/// Those scripts as programs, each with the snapshot of a machine that has not begun.
pub fn snapshot_programs() -> &'static Vec<(Arc<Program>, Vec<u8>)> {
    static PROGRAMS: OnceLock<Vec<(Arc<Program>, Vec<u8>)>> = OnceLock::new();
    PROGRAMS.get_or_init(|| SOURCES.iter().map(|source| begun(source)).collect())
}

fn begun(source: &str) -> (Arc<Program>, Vec<u8>) {
    let program = Arc::new(compile(source).expect("a good script"));
    let fresh = start(&program).expect("a machine").snapshot();
    (program, fresh)
}

/// A machine at the first line of a program.
pub fn start(program: &Arc<Program>) -> Option<Machine> {
    let script = program.scripts.first()?.name.clone();
    Machine::new(Arc::clone(program), &script, limits(), env()).ok()
}

/// The snapshots that a run makes at its stops.
pub fn snapshots(program: &Arc<Program>) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let Some(mut machine) = start(program) else { return found };
    for number in 0..CALLS {
        match machine.run(1_000) {
            Outcome::Done(_) | Outcome::Trap(_) => break,
            Outcome::OutOfFuelSlice => found.push(machine.snapshot()),
            Outcome::Host(_) => {
                found.push(machine.snapshot());
                if machine.resume(answer(number)).is_err() {
                    break;
                }
            }
        }
    }
    found
}
