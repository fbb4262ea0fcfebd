//! Functions, scripts, GOSUB, the host.

use basilect_stdlib::{Data, Limits, TrapCode};
use basilect_vm::program::{Op, Place};
use basilect_vm::{Machine, Outcome};

use crate::asm::{Asm, env, machine, run, run_with};

/// fib(n) by recursion.
pub fn fib(n: i16) -> Asm {
    let mut asm = Asm::new();
    asm.function("main", 0, 4).line();
    asm.set_int(0, n).op(Op::Call, 0, 1, 1).op(Op::Return, 0, 0, 0);
    asm.function("fib", 1, 4).line();
    let (one, two) = (asm.int(1), asm.int(2));
    asm.jump(Op::JumpNotLt, 0, two, "deep").op(Op::Return, 0, 0, 0);
    asm.at("deep").op(Op::Sub, 1, 0, one).op(Op::Call, 1, 1, 1);
    asm.op(Op::Sub, 2, 0, two).op(Op::Call, 2, 1, 1);
    asm.op(Op::Add, 1, 1, 2).op(Op::Return, 1, 0, 0);
    asm
}

#[test]
fn recursion() {
    assert_eq!(*run(fib(10)).result(), Data::Int(55));
}

#[test]
fn a_call_keeps_the_callers_registers_and_clears_its_own() {
    let mut asm = Asm::new();
    asm.function("main", 0, 6).line();
    asm.set_int(0, 1).set_int(4, 44).set_int(1, 7).op(Op::Call, 1, 1, 1);
    asm.op(Op::Call, 2, 1, 1).op(Op::NewList, 0, 1, 4).op(Op::Return, 0, 0, 0);
    asm.function("sub", 2, 8).line();
    asm.op(Op::NewList, 2, 0, 2).set_int(3, 9).set_int(5, 9).op(Op::Return, 2, 0, 0);
    let pair = |v| Data::List(vec![v, Data::Null]);
    let want = vec![pair(Data::Int(7)), pair(Data::Null), Data::Null, Data::Int(44)];
    assert_eq!(*run(asm).result(), Data::List(want));
}

#[test]
fn return_without_value_is_null() {
    let mut asm = Asm::new();
    asm.function("main", 0, 2).line();
    asm.set_int(0, 1).op(Op::Call, 0, 1, 0).op(Op::Return, 0, 0, 0);
    asm.function("sub", 0, 0).op(Op::ReturnNull, 0, 0, 0);
    assert_eq!(*run(asm).result(), Data::Null);
}

/// start calls `other`, whose main stores its input in the environment and calls a SUB.
fn two_scripts(by_name: bool) -> Asm {
    let mut asm = Asm::new();
    asm.function("main", 0, 4).line();
    asm.set_int(3, 33).op(Op::EnvSet, 3, 0, 0);
    if by_name {
        asm.set_text(0, "Other_Script.bas").set_int(1, 5).op(Op::CallScriptByName, 0, 0, 1);
    } else {
        asm.set_int(0, 5).op(Op::CallScript, 0, 1, 1);
    }
    asm.op(Op::EnvGet, 1, 0, 0).op(Op::NewList, 0, 0, 2).op(Op::Return, 0, 0, 0);
    asm.script("other-script", 2);
    asm.input("amount", Place::Env(0));
    asm.function("main", 0, 2).line();
    asm.op(Op::Call, 0, 2, 0).set_int(0, 99).op(Op::Return, 0, 0, 0);
    asm.function("inner", 0, 2).line();
    asm.op(Op::EnvGet, 0, 0, 0).op(Op::Add, 0, 0, 0).op(Op::ExitScript, 0, 0, 0);
    asm
}

#[test]
fn scripts_have_their_own_environment_and_exit_leaves_all_of_them() {
    for by_name in [false, true] {
        let want = Data::List(vec![Data::Int(10), Data::Int(33)]);
        assert_eq!(*run(two_scripts(by_name)).result(), want);
    }
}

#[test]
fn a_script_that_is_missing_is_an_error() {
    let mut asm = Asm::new();
    asm.function("main", 0, 2).line();
    asm.set_text(0, "nowhere").op(Op::CallScriptByName, 0, 0, 0).op(Op::Return, 0, 0, 0);
    assert_eq!(run(asm).trap().code, TrapCode::NotFound);
}

#[test]
fn stop_ends_everything() {
    let mut asm = Asm::new();
    asm.function("main", 0, 2).op(Op::Call, 0, 1, 0).set_text(0, "no").talk(0);
    asm.op(Op::Return, 0, 0, 0);
    asm.function("sub", 0, 0).op(Op::Stop, 0, 0, 0);
    let run = run(asm);
    assert_eq!((run.calls.len(), run.end), (0, Ok(Data::Null)));
}

#[test]
fn gosub_returns_behind_itself() {
    let mut asm = Asm::new();
    asm.function("main", 0, 3).line();
    let one = asm.int(1);
    asm.set_int(0, 0).jump(Op::GoSub, 0, 0, "add").jump(Op::GoSub, 0, 0, "twice");
    asm.op(Op::Return, 0, 0, 0);
    asm.at("twice").jump(Op::GoSub, 0, 0, "add").at("add").op(Op::Add, 0, 0, one);
    asm.op(Op::GoSubReturn, 0, 0, 0);
    assert_eq!(*run(asm).result(), Data::Int(3));
}

#[test]
fn gosub_addresses_can_be_dropped_and_a_plain_return_leaves() {
    let mut asm = Asm::new();
    asm.function("main", 0, 3).line();
    asm.jump(Op::GoSub, 0, 0, "drop").set_text(0, "not reached").talk(0);
    asm.at("drop").op(Op::GoSubPop, 0, 0, 0).op(Op::GoSubReturn, 0, 0, 0);
    let done = run(asm);
    assert_eq!((done.calls.len(), done.end), (0, Ok(Data::Null)));
    let mut asm = Asm::new();
    asm.function("main", 0, 3).line().op(Op::GoSubPop, 0, 0, 0).op(Op::Stop, 0, 0, 0);
    assert_eq!(run(asm).trap().code, TrapCode::BadControl);
}

#[test]
fn host_calls_carry_arguments_and_bring_answers() {
    let mut asm = Asm::new();
    asm.function("main", 0, 3).line();
    asm.set_text(0, "Name?").talk(0).hear(1).set_text(0, "Hello ");
    asm.op(Op::Concat, 0, 0, 1).talk(0).op(Op::Return, 1, 0, 0);
    let answers = [Ok(Data::Null), Ok(Data::text("Ana"))];
    let run = run_with(&asm.build(), &Limits::DEFAULT, &answers);
    assert_eq!(*run.result(), Data::text("Ana"));
    assert_eq!(run.calls.len(), 3);
    assert!(run.calls[2].contains("Hello Ana"), "{:?}", run.calls);
}

#[test]
fn a_waiting_machine_repeats_its_call_and_refuses_a_second_answer() {
    let mut asm = Asm::new();
    asm.function("main", 0, 3).line().hear(0).op(Op::Return, 0, 0, 0);
    let mut machine = machine(&asm.build(), Limits::DEFAULT);
    assert!(machine.resume(Ok(Data::Null)).is_err());
    let first = machine.run(1000);
    assert!(matches!(first, Outcome::Host(_)));
    assert_eq!(first, machine.run(1000));
    assert_eq!(machine.pending().unwrap().words, "HEAR");
    machine.resume(Ok(Data::Int(4))).unwrap();
    assert!(machine.resume(Ok(Data::Int(5))).is_err());
    assert_eq!(machine.run(1000), Outcome::Done(Data::Int(4)));
    assert!(machine.ended());
    assert_eq!(machine.run(1000), Outcome::Done(Data::Null));
}

#[test]
fn inputs_are_set_before_the_first_run() {
    let mut asm = Asm::new();
    asm.input("email", Place::Register(1));
    asm.input("city", Place::Env(2));
    asm.function("main", 0, 3).line();
    asm.program.functions[0].variables.push((1, "email".into()));
    asm.op(Op::EnvGet, 2, 2, 0).op(Op::NewList, 0, 1, 2).hear(1).op(Op::Return, 0, 0, 0);
    let mut machine = machine(&asm.build(), Limits::DEFAULT);
    assert_eq!(machine.set_input("EMAIL", &Data::text("a@b")), Ok(true));
    assert_eq!(machine.set_input("City", &Data::text("Rio")), Ok(true));
    assert_eq!(machine.set_input("unknown", &Data::Null), Ok(false));
    assert_eq!(
        machine.variables(),
        [("email".to_string(), Data::text("a@b")), ("city".to_string(), Data::text("Rio"))]
    );
    machine.run(1000);
    assert!(machine.set_input("email", &Data::Null).is_err());
    machine.resume(Ok(Data::Null)).unwrap();
    let want = Data::List(vec![Data::text("a@b"), Data::text("Rio")]);
    assert_eq!(machine.run(1000), Outcome::Done(want));
}

#[test]
fn scripts_start_by_any_spelling_of_their_name() {
    let program = two_scripts(false).build();
    for name in ["other-script", "Other Script", "x/other_script.BAS"] {
        assert!(Machine::new(program.clone(), name, Limits::DEFAULT, env()).is_ok(), "{name}");
    }
    assert!(Machine::new(program, "third", Limits::DEFAULT, env()).is_err());
}
