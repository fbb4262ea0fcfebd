//! Pure functions of the vocabulary, called by name and as methods.

use basilect_stdlib::{Data, Limits, TrapCode};
use basilect_vm::program::Op;

use crate::asm::{Asm, Run, run_with};

fn result_of(limits: &Limits, body: impl FnOnce(&mut Asm)) -> Run {
    let mut asm = Asm::new();
    asm.function("main", 0, 20).line();
    body(&mut asm);
    asm.op(Op::Return, 0, 0, 0);
    run_with(&asm.build(), limits, &[])
}

fn value(body: impl FnOnce(&mut Asm)) -> Data {
    result_of(&Limits::DEFAULT, body).end.unwrap()
}

fn code(body: impl FnOnce(&mut Asm)) -> TrapCode {
    result_of(&Limits::DEFAULT, body).end.unwrap_err().code
}

#[test]
fn by_name_and_as_method() {
    let call = value(|a| {
        a.set_text(0, "ação").pure("UCASE", 0, 1);
    });
    assert_eq!(call, Data::text("AÇÃO"));
    let method = value(|a| {
        a.set_text(0, "a,b").set_text(1, ",").method("split", 0, 1).method("length", 0, 0);
    });
    assert_eq!(method, Data::Int(2));
}

#[test]
fn a_method_that_changes_its_list_changes_the_list() {
    let list = value(|a| {
        a.op(Op::NewList, 5, 0, 0).op(Op::Move, 6, 5, 0).set_int(7, 4).method("PUSH", 6, 1);
        a.op(Op::Move, 0, 5, 0);
    });
    assert_eq!(list, Data::List(vec![Data::Int(4)]));
}

#[test]
fn unknown_methods_and_wrong_numbers_of_arguments() {
    assert_eq!(code(|a| crate::asm::done(a.method("frobnicate", 0, 0))), TrapCode::NotFound);
    let many = |a: &mut Asm| {
        a.set_text(0, "x").method("ucase", 0, 3);
    };
    assert_eq!(code(many), TrapCode::BadArgument);
}

#[test]
fn parts_of_a_moment_are_fields() {
    let mut asm = Asm::new();
    asm.function("main", 0, 4).line().hear(0);
    let (year, weekday) = (asm.name("year"), asm.name("formatted"));
    asm.op(Op::GetField, 1, 0, year).op(Op::GetField, 2, 0, weekday).op(Op::NewList, 0, 1, 2);
    asm.op(Op::Return, 0, 0, 0);
    let answer = Ok(Data::Date(19_000));
    let run = run_with(&asm.build(), &Limits::DEFAULT, &[answer]);
    let Data::List(parts) = run.result() else { panic!("{run:?}") };
    assert_eq!(parts[0], Data::Int(2022));
    assert!(matches!(&parts[1], Data::Text(text) if !text.is_empty()));
}

#[test]
fn random_numbers_belong_to_the_state() {
    let numbers = value(|a| {
        a.pure("RND", 0, 0).pure("RND", 1, 0).op(Op::NewList, 0, 0, 2);
    });
    let Data::List(numbers) = numbers else { panic!("{numbers:?}") };
    assert_ne!(numbers[0], numbers[1]);
}

#[test]
fn a_function_that_makes_much_is_collected_or_refused() {
    let work = |a: &mut Asm| {
        a.set_text(0, "a b c d e f g h").set_int(1, 1).set_int(2, 300).set_int(3, 1);
        a.jump(Op::ForPrep, 1, 4, "end").at("body").op(Op::Move, 5, 0, 0).set_text(6, " ");
        a.method("split", 5, 1).set_text(6, "-").method("join", 5, 1);
        a.jump(Op::ForLoop, 1, 4, "body").at("end").op(Op::Move, 0, 5, 0);
    };
    let limits = Limits { heap_bytes: 16 << 10, ..Limits::DEFAULT };
    assert_eq!(*result_of(&limits, work).result(), Data::text("a-b-c-d-e-f-g-h"));
    let tiny = Limits { heap_bytes: 1 << 8, ..Limits::DEFAULT };
    assert_eq!(result_of(&tiny, work).trap().code, TrapCode::OutOfMemory);
}
