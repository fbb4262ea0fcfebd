//! Whole programs, and the collection that the hostile tests spoil.

use std::sync::Arc;

use basilect_stdlib::{Data, Fault, Limits, TrapCode};
use basilect_vm::Program;
use basilect_vm::program::{Instr, Op, Place};

use crate::asm::{Asm, machine, run_with};
use crate::calls::fib;

/// Builds lists, maps and texts in loops and calls.
fn mixture() -> Asm {
    let mut asm = Asm::new();
    asm.input("limit", Place::Register(9));
    asm.function("main", 0, 20).line().op(Op::NewMap, 0, 0, 0).op(Op::EnvSet, 0, 1, 0);
    asm.set_text(1, "").set_int(2, 1).set_int(3, 40).set_int(4, 1);
    asm.jump(Op::ForPrep, 2, 5, "done").at("body").line();
    let (comma, five) = (asm.text(", "), asm.int(5));
    asm.op(Op::Concat, 1, 1, 5).op(Op::Concat, 1, 1, comma).op(Op::Mod, 6, 5, five);
    asm.op(Op::Move, 7, 5, 0).op(Op::Call, 6, 1, 2).jump(Op::ForLoop, 2, 5, "body");
    asm.at("done").line().op(Op::IterPrep, 10, 0, 0).set_int(12, 0);
    asm.at("next").jump(Op::IterNext, 10, 13, "over").op(Op::GetIndex, 14, 0, 13);
    let length = asm.name("length");
    asm.op(Op::GetField, 14, 14, length).op(Op::Add, 12, 12, 14).jump(Op::Jump, 0, 0, "next");
    asm.at("over").line().op(Op::Move, 15, 1, 0).talk(15).hear(16);
    asm.op(Op::NewList, 0, 12, 1).op(Op::Return, 0, 0, 0);
    asm.function("file", 2, 8).line().op(Op::EnvGet, 2, 1, 0);
    asm.jump(Op::TryBegin, 3, 0, "new").op(Op::GetIndex, 4, 2, 0);
    asm.jump(Op::JumpIfNotNull, 4, 0, "have").set_text(5, "none").op(Op::Throw, 5, 0, 0);
    asm.at("have").op(Op::TryEnd, 0, 0, 0).jump(Op::Jump, 0, 0, "put");
    asm.at("new").line().op(Op::NewList, 4, 0, 0).op(Op::SetIndex, 2, 0, 4).at("put").line();
    let length = asm.name("length");
    asm.op(Op::GetField, 6, 4, length).op(Op::SetIndex, 4, 6, 1).op(Op::ReturnNull, 0, 0, 0);
    asm
}

/// ON ERROR, RESUME, GOSUB and a failing host call.
fn trouble() -> Asm {
    let mut asm = Asm::new();
    asm.function("main", 0, 12).line().set_int(1, 0).jump(Op::OnError, 0, 1, "handler");
    let (ten, one) = (asm.int(10), asm.int(1));
    asm.line().op(Op::IntDiv, 2, ten, 1).line().jump(Op::GoSub, 0, 0, "sub");
    asm.line().hear(3).line().op(Op::OnError, 0, 2, 0).line().op(Op::Call, 4, 1, 0);
    asm.line().op(Op::ErrorGet, 5, 0, 0).op(Op::ErrorGet, 6, 1, 0).op(Op::ErrorGet, 7, 4, 0);
    asm.op(Op::NewList, 0, 2, 6).op(Op::Return, 0, 0, 0);
    asm.at("sub").line().op(Op::Add, 2, 2, one).op(Op::GoSubReturn, 0, 0, 0);
    asm.at("handler").line().op(Op::Add, 1, 1, one).jump(Op::Resume, 0, 0, "sub");
    asm.function("bad", 0, 4).line().set_text(0, "bad").op(Op::Throw, 0, 0, 0);
    asm
}

/// Two scripts, arrays, methods of nothing.
fn scripts() -> Asm {
    let mut asm = Asm::new();
    asm.function("main", 0, 8).line().set_int(1, 3).set_int(2, 2);
    asm.instr(Instr { op: Op::NewArray, a: 0, b: 1, c: 2, d: 0 });
    let (one, nine) = (asm.int(1), asm.int(9));
    asm.op(Op::GetIndex, 3, 0, one).op(Op::SetIndex, 3, one, nine);
    asm.op(Op::Move, 4, 0, 0).op(Op::CallScript, 4, 1, 1).set_text(5, "other");
    asm.op(Op::Move, 6, 4, 0).op(Op::CallScriptByName, 5, 0, 1).op(Op::NewList, 0, 4, 2);
    asm.op(Op::Return, 0, 0, 0);
    asm.script("other", 1);
    asm.input("rows", Place::Env(0));
    asm.function("main", 0, 4).line().op(Op::EnvGet, 0, 0, 0).op(Op::NewList, 0, 0, 1);
    asm.op(Op::ExitScript, 0, 0, 0);
    asm
}

type Answers = Vec<Result<Data, Fault>>;

/// Every program with its answers.
pub fn samples() -> Vec<(&'static str, Arc<Program>, Answers)> {
    let away = Fault::new(TrapCode::Unavailable, "away");
    vec![
        ("fib", fib(7).build(), vec![]),
        ("mixture", mixture().build(), vec![Ok(Data::Null), Ok(Data::text("sim"))]),
        ("trouble", trouble().build(), vec![Err(away), Ok(Data::Int(5))]),
        ("scripts", scripts().build(), vec![]),
    ]
}

#[test]
fn all_ways_of_running_agree() {
    for (name, program, answers) in samples() {
        let run = run_with(&program, &Limits::DEFAULT, &answers);
        assert!(run.end.is_ok(), "{name}: {run:?}");
    }
}

#[test]
fn results_are_as_expected() {
    let samples = samples();
    let result = |n: usize| {
        let (_, program, answers) = &samples[n];
        run_with(program, &Limits::DEFAULT, answers).end.unwrap()
    };
    assert_eq!(result(0), Data::Int(13));
    assert_eq!(result(1), Data::List(vec![Data::Int(40)]));
    let Data::List(list) = result(2) else { panic!() };
    assert_eq!(list[..2], [Data::Int(11), Data::Int(5)]);
    assert_eq!(list[3..5], [Data::Int(70), Data::text("bad")]);
    let Data::List(list) = result(3) else { panic!() };
    assert_eq!(list.len(), 2);
}

#[test]
fn out_of_fuel_at_any_budget_happens_at_the_same_place_in_every_way() {
    for (_, program, answers) in samples() {
        let whole = run_with(&program, &Limits::DEFAULT, &answers).fuel;
        for budget in (1..whole).step_by(1 + whole as usize / 12) {
            let limits = Limits { fuel_per_turn: budget, ..Limits::DEFAULT };
            let run = run_with(&program, &limits, &answers);
            assert!(run.end.is_err_and(|t| t.code == TrapCode::OutOfFuel) || run.fuel >= budget);
        }
    }
}

#[test]
fn the_listing_reads_well() {
    let listing = fib(7).build().disassemble();
    let want = "\
main (start) params=0 registers=4
    0    1  SmallInt         r0 7
    1       Call             r0+1 fib
    2       Return           r0
fib (start) params=1 registers=4
    3    2  JumpNotLt        r0 2 -> 5
    4       Return           r0
    5       Sub              r1 r0 1
    6       Call             r1+1 fib
    7       Sub              r2 r0 2
    8       Call             r2+1 fib
    9       Add              r1 r1 r2
   10       Return           r1
";
    assert_eq!(listing, want);
}

#[test]
fn building_a_text_in_a_loop_takes_linear_time_and_memory() {
    let mut asm = Asm::new();
    asm.function("main", 0, 8).line().set_text(0, "").set_int(2, 1).set_int(4, 1);
    let (many, x, length) = (asm.int(300_000), asm.text("x"), asm.name("length"));
    asm.load(3, many).jump(Op::ForPrep, 2, 5, "end").at("body").op(Op::Concat, 0, 0, x);
    asm.jump(Op::ForLoop, 2, 5, "body").at("end").op(Op::GetField, 0, 0, length);
    asm.op(Op::Return, 0, 0, 0);
    let limits = Limits { heap_bytes: 4 << 20, ..Limits::DEFAULT };
    let mut machine = machine(&asm.build(), limits);
    let outcome = machine.run(u64::MAX);
    assert_eq!(outcome, basilect_vm::Outcome::Done(Data::Int(300_000)));
    assert!(machine.fuel_used() < 1_000_000, "{}", machine.fuel_used());
}
