//! How fast the machine is: calls, loops, texts and lists; turns of a dialog, and many machines
//! that wait. Run with `--release`; `waiting` as argument leaves the first out.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program for the terminal")]
#![allow(clippy::disallowed_types, reason = "it measures time")]
#![allow(clippy::disallowed_methods, reason = "it asks the system how much memory it holds")]

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/vm/asm.rs"]
mod asm;

use std::sync::Arc;
use std::time::Instant;

use asm::Asm;
use basilect_stdlib::Limits;
use basilect_vm::Outcome;
use basilect_vm::program::Op;

fn fib(n: i16) -> Asm {
    let mut asm = Asm::new();
    asm.function("main", 0, 4).set_int(0, n).op(Op::Call, 0, 1, 1).op(Op::Return, 0, 0, 0);
    asm.function("fib", 1, 4);
    let (one, two) = (asm.int(1), asm.int(2));
    asm.jump(Op::JumpNotLt, 0, two, "deep").op(Op::Return, 0, 0, 0);
    asm.at("deep").op(Op::Sub, 1, 0, one).op(Op::Call, 1, 1, 1);
    asm.op(Op::Sub, 2, 0, two).op(Op::Call, 2, 1, 1);
    asm.op(Op::Add, 1, 1, 2).op(Op::Return, 1, 0, 0);
    asm
}

/// FOR i = 1 TO n: body.
fn counted(n: i64, before: impl Fn(&mut Asm), body: impl Fn(&mut Asm)) -> Asm {
    let mut asm = Asm::new();
    asm.function("main", 0, 10).set_int(2, 1).set_int(4, 1);
    before(&mut asm);
    let limit = asm.int(n);
    asm.load(3, limit).jump(Op::ForPrep, 2, 5, "end").at("body");
    body(&mut asm);
    asm.jump(Op::ForLoop, 2, 5, "body").at("end").op(Op::ReturnNull, 0, 0, 0);
    asm
}

fn measure(name: &str, asm: Asm) {
    let program = asm.build();
    let limits = Limits { fuel_per_turn: u64::MAX, ..Limits::DEFAULT };
    let best = (0..3).map(|_| {
        let mut machine = asm::machine(&program, limits.clone());
        let start = Instant::now();
        let outcome = machine.run(u64::MAX);
        let time = start.elapsed();
        assert!(matches!(outcome, Outcome::Done(_)), "{outcome:?}");
        (time, machine.fuel_used())
    });
    let (time, fuel) = best.min().unwrap();
    let each = time.as_nanos() as f64 / fuel as f64;
    println!("{name:<24} {time:>10.1?}  {each:.2} ns for one of {fuel} units of fuel");
}

fn main() {
    // First of all, so that what others gave back does not count for less.
    instances();
    turn();
    if std::env::args().nth(1).as_deref() != Some("waiting") {
        programs();
    }
}

fn programs() {
    measure("fib(30)", fib(30));
    measure("empty loop, 10M", counted(10_000_000, |_| (), |_| ()));
    let numbers = |a: &mut Asm| {
        let zero = a.num(0.0);
        a.load(0, zero);
    };
    let sum = |a: &mut Asm| {
        let (half, seven) = (a.num(0.5), a.int(7));
        a.op(Op::Mul, 6, 5, half).op(Op::Add, 0, 0, 6);
        a.op(Op::Mod, 6, 5, seven).op(Op::Sub, 0, 0, 6);
    };
    measure("mixed arithmetic, 10M", counted(10_000_000, numbers, sum));
    let empty = |a: &mut Asm| {
        a.set_text(0, "");
    };
    let append = |a: &mut Asm| {
        let x = a.text("x");
        a.op(Op::Concat, 0, 0, x);
    };
    measure("append to a text, 1M", counted(1_000_000, empty, append));
    let list = |a: &mut Asm| {
        a.op(Op::NewList, 0, 0, 0).set_int(6, 0);
    };
    let push = |a: &mut Asm| {
        let one = a.int(1);
        a.op(Op::SetIndex, 0, 6, 5).op(Op::GetIndex, 7, 0, 6).op(Op::Add, 6, 6, one);
    };
    measure("append to a list, 500k", counted(500_000, list, push));
}

/// Bytes of memory that the process holds.
fn held() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let resident = pages.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok());
    resident.unwrap_or(0) * 4096
}

/// Many machines that wait for an answer at once.
fn instances() {
    const COUNT: usize = 10_000;
    let mut asm = Asm::new();
    asm.function("main", 0, 10).op(Op::NewMap, 0, 0, 0).at("loop").hear(1);
    let name = asm.name("answer");
    asm.op(Op::SetField, 0, name, 1).jump(Op::Jump, 0, 0, "loop");
    let program = asm.build();
    let before = held();
    let mut waiting: Vec<_> = (0..COUNT)
        .map(|_| {
            let mut machine = asm::machine(&program, Limits::DEFAULT);
            machine.run(u64::MAX);
            machine.rest();
            machine
        })
        .collect();
    println!("one that rests           {:>10} bytes", (held() - before) / COUNT);
    let start = Instant::now();
    let made: Vec<_> = (0..COUNT).map(|_| asm::machine(&program, Limits::DEFAULT)).collect();
    let each = start.elapsed() / COUNT as u32;
    drop(made);
    println!("make a machine           {each:>10.1?}");
    for round in ["after a rest", "again"] {
        let start = Instant::now();
        for machine in &mut waiting {
            machine.begin_turn();
            machine.resume(Ok(basilect_stdlib::Data::text("Ana"))).unwrap();
            machine.run(u64::MAX);
        }
        let each = start.elapsed() / COUNT as u32;
        println!("answer one {round:<14} {each:>9.1?}");
    }
    let start = Instant::now();
    for machine in &mut waiting {
        machine.begin_turn();
        machine.resume(Ok(basilect_stdlib::Data::text("Ana"))).unwrap();
    }
    let resumed = start.elapsed() / COUNT as u32;
    let start = Instant::now();
    waiting.iter_mut().for_each(|machine| drop(machine.run(u64::MAX)));
    let run = start.elapsed() / COUNT as u32;
    println!("  of that, resuming it   {resumed:>10.1?}, to the next HEAR {run:.1?}");
}

/// Restoring, answering and writing a small dialog.
fn turn() {
    let mut asm = Asm::new();
    asm.function("main", 0, 10).op(Op::NewMap, 0, 0, 0).at("loop").hear(1);
    let name = asm.name("answer");
    asm.op(Op::SetField, 0, name, 1).jump(Op::Jump, 0, 0, "loop");
    let program = asm.build();
    let mut machine = asm::machine(&program, Limits::DEFAULT);
    machine.run(u64::MAX);
    let mut bytes = machine.snapshot();
    let start = Instant::now();
    const TURNS: u32 = 20_000;
    for _ in 0..TURNS {
        let limits = Limits::DEFAULT;
        let program = Arc::clone(&program);
        let mut machine = basilect_vm::Machine::restore(program, &bytes, limits).unwrap();
        machine.begin_turn();
        machine.resume(Ok(basilect_stdlib::Data::text("Ana"))).unwrap();
        machine.run(u64::MAX);
        bytes = machine.snapshot();
    }
    println!(
        "restore, answer, write   {:>10.1?}  ({} bytes)",
        start.elapsed() / TURNS,
        bytes.len()
    );
}
