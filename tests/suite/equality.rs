//! All ways of running a program agree, bit for bit.
//!
//! Random programs are run straight, in slices, through bytes at every stop, with a collector that
//! never rests, compiled with every step written out, and as machine code ([`ways`]). Results, errors with their
//! places, host calls, variables, fuel and snapshots must be the same. Scripts come from [`script`]
//! and [`numbered`]: templates ([`words`]) whose gaps are filled at random ([`fill`]). What differs
//! is told as a script that is as small as can be ([`source`]).
//!
//! `BASILECT_PROGRAMS=1000000` runs more of them, `BASILECT_SEED` others.

mod fill;
mod mutants;
mod numbered;
mod script;
mod source;
mod ways;
mod words;

use basilect_compiler::diagnostics::Severity;
use basilect_compiler::lower::{compile_both_ways, compile_script};
use basilect_compiler::source::SourceFile;
use basilect_stdlib::Limits;
use basilect_vm::Program;
use basilect_vm::program::Op;
use basilect_vm::program::verify::verify;
use source::Node;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use ways::{Case, WAYS};

/// Programs of a usual run.
const PROGRAMS: u64 = 20_000;
/// Fuel of a program: none needs more, unless it runs in circles.
const FUEL: u64 = 60_000;

/// A generated script.
fn nodes_of(seed: u64) -> Vec<Node> {
    if seed % 4 == 3 { numbered::program(seed) } else { script::script(seed) }
}

/// A script as programs to run, if it can be compiled: with the usual limits, and with tight ones.
fn cases_of(seed: u64, nodes: &[Node]) -> Result<[Case; 2], String> {
    let file = SourceFile::new("main.bas", source::text(nodes));
    let programs = compile_both_ways(&file).ok_or_else(|| complaint(&file))?;
    for program in &programs {
        verify(program).map_err(|rejected| rejected.to_string())?;
        if Program::from_bytes(&program.to_bytes()).as_ref() != Ok(program) {
            return Err("the program is another one after it was written and read".to_string());
        }
    }
    let [program, plain] = programs.map(Arc::new);
    let tight = Case { seed: seed + 1, program, plain: None, limits: tight_limits(seed) };
    let limits = Limits { fuel_per_turn: FUEL, ..Limits::DEFAULT };
    Ok([Case { seed, plain: Some(plain), limits, ..tight.clone() }, tight])
}

/// Why a script cannot be compiled.
fn complaint(file: &SourceFile) -> String {
    let (_, diagnostics) = compile_script(file);
    let wrong = diagnostics.into_iter().find(|found| found.severity == Severity::Error);
    let told = wrong.map(|found| {
        let (line, _) = file.position(found.span.start);
        format!("line {line}: {}: {}", found.message, file.slice(file.line(line)))
    });
    told.unwrap_or_default()
}

/// Limits that most programs meet: of fuel, or of everything else.
fn tight_limits(seed: u64) -> Limits {
    let usual = Limits { fuel_per_turn: FUEL, ..Limits::DEFAULT };
    if seed.is_multiple_of(2) {
        return Limits { fuel_per_turn: 100 + seed.wrapping_mul(37) % 2_000, ..usual };
    }
    Limits {
        heap_bytes: 2_000 + (seed.wrapping_mul(97) % 30_000) as usize,
        call_depth: 3 + (seed % 20) as usize,
        text_bytes: 200,
        list_elements: 50,
        host_calls_per_turn: 10,
        host_call_bytes: 400,
        ..usual
    }
}

/// The first difference between the ways of running a script.
fn difference(cases: &[Case]) -> Option<String> {
    cases.iter().find_map(ways::difference)
}

/// What a run of many programs has seen.
#[derive(Default)]
struct Seen {
    programs: u64,
    /// How often each instruction stands in the programs, by its number.
    ops: Vec<u64>,
    /// The seed of a program that differs.
    failure: Option<u64>,
}

/// Says which program it was when a machine or the compiler panics.
struct Tell(u64);

impl Drop for Tell {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("BASILECT_SEED={} BASILECT_PROGRAMS=1", self.0);
            println!("{}", source::text(&nodes_of(self.0)));
        }
    }
}

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn every_way_of_running_agrees() {
    let (first, count) = (number("BASILECT_SEED", 0), number("BASILECT_PROGRAMS", PROGRAMS));
    let ops = vec![0; Op::ALL.len()];
    let (next, seen) = (AtomicU64::new(0), Mutex::new(Seen { ops, ..Seen::default() }));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| work(first, count, &next, &seen));
        }
    });
    let seen = seen.into_inner().expect("no thread failed");
    if let Some(seed) = seen.failure {
        panic!("{}", told(seed));
    }
    println!("{} programs agree in {} ways ({:?})", seen.programs, WAYS.len(), began.elapsed());
    let counted = Op::ALL.iter().zip(&seen.ops);
    let missing: Vec<&Op> = counted.filter(|(_, count)| **count == 0).map(|(op, _)| op).collect();
    assert!(count < PROGRAMS || missing.is_empty(), "no program holds {missing:?}");
}

/// Scripts that were not the same in every way once.
const ONCE: &[&str] = &[
    // A slice ended behind a division by zero that was passed over: the bytes were refused.
    "10 FOR I = 1 TO 9\n20 A = A + 1 / 0\n30 NEXT",
    // Raised again by its handler, it went on inside of a statement that had lost its values.
    "10 ON ERROR GOTO 40\n20 D(3) = 2 + 1 / 0\n30 END\n40 PRINT 1; 2; 3\n50 ON ERROR GOTO 0",
    // A variable that procedures share did not keep the first value of a loop that never runs.
    "n = 1\nFOR i = 5 TO n\nNEXT\nTALK i\nCALL show\nSUB show\nTALK i\nEND SUB",
    // A subroutine could move the counter of a loop only if procedures share it.
    "FOR i = 1 TO 9\nGOSUB more\nTALK i\nNEXT\nEXIT\nmore:\ni = i + 2\nRETURN",
    // The last unit of fuel was enough for an element only where the list had a place for it.
    "l = []\nDO\nAPPEND l, 1\nTALK 1\nLOOP",
];

#[test]
fn what_differed_once_agrees() {
    for script in ONCE {
        for seed in 0..40 {
            let cases = cases_of(seed, &[Node::line(*script)]).expect("it can be compiled");
            assert_eq!(difference(&cases), None, "{script}");
        }
    }
}

fn work(first: u64, count: u64, next: &AtomicU64, seen: &Mutex<Seen>) {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= count || seen.lock().expect("no thread failed").failure.is_some() {
            return;
        }
        let seed = first + number;
        let tell = Tell(seed);
        let cases = cases_of(seed, &nodes_of(seed));
        let found = cases.as_ref().map_or_else(|wrong| Some(wrong.clone()), |c| difference(c));
        drop(tell);
        let mut seen = seen.lock().expect("no thread failed");
        seen.programs += 1;
        seen.failure = seen.failure.or(found.map(|_| seed));
        for instr in cases.iter().flat_map(|cases| &cases[0].program.code) {
            seen.ops[instr.op as usize] += 1;
        }
    }
}

/// A program that differs, made as small as can be.
fn told(seed: u64) -> String {
    let found = |nodes: &[Node]| cases_of(seed, nodes).map(|cases| difference(&cases));
    let differs = |nodes: &[Node]| matches!(found(nodes), Ok(Some(_)));
    let nodes = nodes_of(seed);
    let small = if differs(&nodes) { source::shrunk(nodes, &differs) } else { nodes };
    let what = match found(&small) {
        Ok(found) => found.unwrap_or_else(|| "it differs no more".to_string()),
        Err(wrong) => wrong,
    };
    format!("BASILECT_SEED={seed} BASILECT_PROGRAMS=1\n{}\n{what}", source::text(&small))
}
