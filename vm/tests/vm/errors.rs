//! TRY, ON ERROR, RESUME, THROW, ERR.

use basilect_stdlib::{Data, Fault, Limits, TrapCode};
use basilect_vm::program::Op;

use crate::asm::{Asm, run, run_with};

/// R[0] = 1 / 0.
fn divide(asm: &mut Asm) -> &mut Asm {
    let (one, zero) = (asm.int(1), asm.int(0));
    asm.op(Op::IntDiv, 0, one, zero)
}

#[test]
fn an_error_that_nobody_handles_tells_its_place_and_trace() {
    let mut asm = Asm::new();
    asm.function("main", 0, 3).line().line().op(Op::Call, 0, 1, 0).op(Op::Return, 0, 0, 0);
    asm.function("inner", 0, 3).line();
    divide(&mut asm).op(Op::Return, 0, 0, 0);
    let run = run(asm);
    let trap = run.trap();
    assert_eq!((trap.code, trap.line), (TrapCode::DivisionByZero, 3));
    assert_eq!(trap.script, "start.bas");
    let place = |name: &str, line| (name.to_string(), "start.bas".to_string(), line);
    assert_eq!(trap.trace, [place("inner", 3), place("main", 2)]);
}

#[test]
fn try_catches_across_calls() {
    let mut asm = Asm::new();
    asm.function("main", 0, 4).line();
    asm.set_int(2, 22).jump(Op::TryBegin, 1, 0, "catch").op(Op::Call, 0, 1, 0);
    asm.op(Op::TryEnd, 0, 0, 0).set_text(0, "not reached").talk(0);
    asm.at("catch").op(Op::NewList, 0, 1, 2).op(Op::Return, 0, 0, 0);
    asm.function("middle", 0, 3).line();
    asm.jump(Op::TryBegin, 0, 0, "own").op(Op::TryEnd, 0, 0, 0).at("own");
    asm.op(Op::Call, 0, 2, 0).op(Op::Return, 0, 0, 0);
    asm.function("inner", 0, 3).line();
    divide(&mut asm).op(Op::Return, 0, 0, 0);
    let run = run(asm);
    let Data::List(list) = run.result() else { panic!("{run:?}") };
    assert_eq!(list[0].get("code"), Some(&Data::Int(11)));
    assert_eq!(list[0].get("line"), Some(&Data::Int(3)));
    assert_eq!(list[0].get("script"), Some(&Data::text("start.bas")));
    assert_eq!(list[1], Data::Int(22));
}

#[test]
fn an_error_in_a_catch_goes_to_the_next_try() {
    let mut asm = Asm::new();
    asm.function("main", 0, 4).line();
    asm.jump(Op::TryBegin, 1, 0, "outer").jump(Op::TryBegin, 2, 0, "inner");
    divide(&mut asm).at("inner").line().set_text(0, "again").op(Op::Throw, 0, 0, 0);
    let message = asm.name("message");
    asm.at("outer").op(Op::GetField, 0, 1, message).op(Op::Return, 0, 0, 0);
    assert_eq!(*run(asm).result(), Data::text("again"));
}

#[test]
fn throw_of_an_error_map_keeps_its_code() {
    let mut asm = Asm::new();
    asm.function("main", 0, 4).line().jump(Op::TryBegin, 1, 0, "catch");
    divide(&mut asm).at("catch").line().op(Op::Throw, 1, 0, 0);
    let run_ = run(asm);
    assert_eq!((run_.trap().code, run_.trap().line), (TrapCode::DivisionByZero, 1));
    let mut asm = Asm::new();
    asm.function("main", 0, 4).line().set_text(0, "no stock").op(Op::Throw, 0, 0, 0);
    let run = run(asm);
    assert_eq!((run.trap().code, run.trap().message.as_str()), (TrapCode::Thrown, "no stock"));
}

#[test]
fn on_error_resume_next_goes_on_with_the_next_statement() {
    let mut asm = Asm::new();
    asm.function("main", 0, 8).line().op(Op::OnError, 0, 2, 0).line();
    divide(&mut asm).set_text(0, "same statement").talk(0).line();
    asm.op(Op::ErrorGet, 1, 0, 0).op(Op::ErrorGet, 2, 2, 0).op(Op::ErrorGet, 3, 3, 0);
    asm.op(Op::ErrorClear, 0, 0, 0).op(Op::ErrorGet, 4, 0, 0).op(Op::ErrorGet, 5, 3, 0);
    asm.op(Op::NewList, 0, 1, 5).op(Op::Return, 0, 0, 0);
    let run = run(asm);
    assert!(run.calls.is_empty());
    let (yes, no) = (Data::Bool(true), Data::Bool(false));
    let want = vec![Data::Int(11), Data::Int(2), yes, Data::Int(0), no];
    assert_eq!(*run.result(), Data::List(want));
}

#[test]
fn resume_next_covers_what_the_frame_calls_and_the_last_statement() {
    let mut asm = Asm::new();
    asm.function("main", 0, 4).line().op(Op::OnError, 0, 2, 0).line().op(Op::Call, 0, 1, 0);
    asm.line().set_int(1, 5).line().op(Op::Throw, 1, 0, 0);
    asm.function("sub", 0, 3).line();
    divide(&mut asm).op(Op::Return, 0, 0, 0);
    assert_eq!(*run(asm).result(), Data::Null);
}

/// Fails once in the second statement; the handler repairs R[1] and resumes in a way.
fn resuming(way: u16) -> Asm {
    let mut asm = Asm::new();
    asm.function("main", 0, 4).line().set_int(1, 0);
    asm.jump(Op::OnError, 0, 1, "handler").line();
    let ten = asm.int(10);
    asm.op(Op::IntDiv, 0, ten, 1).line().op(Op::Add, 0, 0, 0).at("end").line();
    asm.op(Op::Return, 0, 0, 0).at("handler").line().set_int(1, 2);
    asm.jump(Op::Resume, 0, way, "end");
    asm
}

#[test]
fn resume_repeats_skips_or_goes_elsewhere() {
    assert_eq!(*run(resuming(0)).result(), Data::Int(10));
    assert!(matches!(run(resuming(1)).result(), Data::Int(0) | Data::Null));
    assert_eq!(*run(resuming(2)).result(), Data::Null);
}

#[test]
fn an_error_inside_the_handler_is_not_handled_there() {
    let mut asm = Asm::new();
    asm.function("main", 0, 4).line().jump(Op::OnError, 0, 1, "handler").line();
    divide(&mut asm).at("handler").line();
    divide(&mut asm).op(Op::Return, 0, 0, 0);
    assert_eq!(run(asm).trap().line, 3);
}

#[test]
fn on_error_off_and_resume_without_error() {
    let mut asm = Asm::new();
    asm.function("main", 0, 4).line().op(Op::OnError, 0, 2, 0).op(Op::OnError, 0, 0, 0);
    divide(&mut asm).op(Op::Return, 0, 0, 0);
    assert_eq!(run(asm).trap().code, TrapCode::DivisionByZero);
    let mut asm = Asm::new();
    asm.function("main", 0, 4).line().op(Op::Resume, 0, 0, 0);
    assert_eq!(run(asm).trap().code, TrapCode::BadControl);
}

#[test]
fn a_failing_host_call_can_be_caught() {
    let mut asm = Asm::new();
    asm.function("main", 0, 4).line().jump(Op::TryBegin, 1, 0, "catch").hear(0);
    let message = asm.name("message");
    asm.at("catch").op(Op::GetField, 0, 1, message).op(Op::Return, 0, 0, 0);
    let fault = Fault::new(TrapCode::Unavailable, "the service is away");
    let run = run_with(&asm.build(), &Limits::DEFAULT, &[Err(fault)]);
    assert_eq!(*run.result(), Data::text("the service is away"));
}

#[test]
fn a_failing_host_call_that_nobody_catches_is_a_trap_at_its_line() {
    let mut asm = Asm::new();
    asm.function("main", 0, 4).line().line().hear(0).line().op(Op::Return, 0, 0, 0);
    let fault = Fault::new(TrapCode::Denied, "no");
    let run = run_with(&asm.build(), &Limits::DEFAULT, &[Err(fault)]);
    assert_eq!((run.trap().code, run.trap().line), (TrapCode::Denied, 2));
}

#[test]
fn gosub_addresses_of_abandoned_frames_are_gone() {
    let mut asm = Asm::new();
    asm.function("main", 0, 4).line().jump(Op::TryBegin, 1, 0, "catch").op(Op::Call, 0, 1, 0);
    asm.at("catch").set_int(0, 1).op(Op::GoSubReturn, 0, 0, 0);
    asm.function("sub", 0, 3).line().jump(Op::GoSub, 0, 0, "fail").at("fail");
    divide(&mut asm).op(Op::Return, 0, 0, 0);
    assert_eq!(*run(asm).result(), Data::Null);
}
