//! How long a script that says one word takes over the library alone: read, checked, compiled,
//! verified and run, for the first time in a process and after that. Run with `--release`.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]
#![allow(clippy::disallowed_types, reason = "it measures time")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use basilect_compiler::lower::compile_script;
use basilect_compiler::source::SourceFile;
use basilect_stdlib::pure::Env;
use basilect_stdlib::{Data, Limits};
use basilect_vm::program::verify::verify;
use basilect_vm::{Machine, Outcome};

/// How often it runs after the first time; the median counts.
const ROUNDS: usize = 1_001;

/// What the script says, and how long it took from its text to its end.
fn hello() -> (String, Duration) {
    let began = Instant::now();
    let (program, diagnostics) = compile_script(&SourceFile::new("hello.bas", "TALK \"hello\"\n"));
    let program = Arc::new(program.unwrap_or_else(|| panic!("{diagnostics:?}")));
    verify(&program).unwrap_or_else(|rejected| panic!("{rejected}"));
    let env = Env::new(0, "UTC", 1);
    let machine = Machine::new(program, "hello", Limits::DEFAULT, env);
    let mut machine = machine.unwrap_or_else(|fault| panic!("{}", fault.message));
    let mut said = String::new();
    loop {
        match machine.run(Limits::DEFAULT.fuel_per_slice) {
            Outcome::OutOfFuelSlice => {}
            Outcome::Host(_) => {
                let asked = machine.pending().map(|pending| pending.args.to_vec());
                said.push_str(&format!("{:?}", asked.unwrap_or_default()));
                let answered = machine.resume(Ok(Data::Null));
                answered.unwrap_or_else(|fault| panic!("{}", fault.message));
            }
            Outcome::Done(_) => return (said, began.elapsed()),
            Outcome::Trap(trap) => panic!("{trap}"),
        }
    }
}

fn main() {
    let (said, first) = hello();
    let mut times: Vec<Duration> = (0..ROUNDS).map(|_| hello().1).collect();
    times.sort_unstable();
    println!("said {said}");
    println!("hello, the first time    {first:>10.1?}");
    println!("hello, after that        {:>10.1?}", times[ROUNDS / 2]);
}
