//! Every bound, met by a program that wants more.

use basilect_stdlib::{Data, Limits, TrapCode};
use basilect_vm::Outcome;
use basilect_vm::program::Op;

use crate::asm::{Asm, Way, done, machine, run_one, run_with};

fn small() -> Limits {
    Limits { fuel_per_turn: 200_000, heap_bytes: 64 << 10, ..Limits::DEFAULT }
}

fn code_with(asm: Asm, limits: &Limits) -> TrapCode {
    let program = asm.build();
    let trap = run_one(&program, limits, &[], Way::Straight).end.unwrap_err();
    let restored = run_one(&program, limits, &[], Way::Stressed).end.unwrap_err();
    assert_eq!(trap.code, restored.code);
    trap.code
}

/// DO: body: LOOP
fn forever(before: impl FnOnce(&mut Asm), body: impl FnOnce(&mut Asm)) -> Asm {
    let mut asm = Asm::new();
    asm.function("main", 0, 10).line();
    before(&mut asm);
    asm.at("loop");
    body(&mut asm);
    asm.jump(Op::Jump, 0, 0, "loop");
    asm
}

#[test]
fn fuel() {
    let run =
        run_with(&forever(|_| (), |_| ()).build(), &Limits { fuel_per_turn: 1000, ..small() }, &[]);
    assert_eq!((run.trap().code, run.fuel), (TrapCode::OutOfFuel, 1000));
}

#[test]
fn fuel_cannot_be_caught() {
    let asm = forever(|a| done(a.op(Op::OnError, 0, 2, 0)), |_| ());
    assert_eq!(code_with(asm, &small()), TrapCode::OutOfFuel);
}

#[test]
fn errors_in_a_circle_use_fuel() {
    let mut asm = Asm::new();
    asm.function("main", 0, 3).line().at("again").jump(Op::TryBegin, 1, 0, "again");
    asm.op(Op::Throw, 0, 0, 0);
    assert_eq!(code_with(asm, &small()), TrapCode::OutOfFuel);
}

#[test]
fn a_doubling_text_meets_the_text_limit() {
    let asm = || forever(|a| done(a.set_text(0, "ab")), |a| done(a.op(Op::Concat, 0, 0, 0)));
    let limits = Limits { text_bytes: 1000, ..small() };
    assert_eq!(code_with(asm(), &limits), TrapCode::LimitReached);
    assert_eq!(code_with(asm(), &small()), TrapCode::OutOfMemory);
}

#[test]
fn a_growing_list_meets_the_element_limit() {
    let grow = || {
        forever(
            |a| done(a.op(Op::NewList, 0, 0, 0)),
            |a| {
                let length = a.name("length");
                a.op(Op::GetField, 1, 0, length).op(Op::SetIndex, 0, 1, 1);
            },
        )
    };
    let limits = Limits { list_elements: 100, ..small() };
    assert_eq!(code_with(grow(), &limits), TrapCode::LimitReached);
    assert_eq!(code_with(grow(), &small()), TrapCode::OutOfMemory);
}

#[test]
fn a_growing_map_meets_the_memory_limit() {
    let asm = forever(
        |a| done(a.op(Op::NewMap, 0, 0, 0).set_int(1, 0)),
        |a| {
            let one = a.int(1);
            a.op(Op::Add, 1, 1, one).op(Op::SetIndex, 0, 1, 1);
        },
    );
    assert_eq!(code_with(asm, &small()), TrapCode::OutOfMemory);
}

#[test]
fn nested_lists_meet_the_memory_limit_and_are_collected_without_recursion() {
    let asm = forever(|_| (), |a| done(a.op(Op::NewList, 0, 0, 1)));
    assert_eq!(code_with(asm, &small()), TrapCode::OutOfMemory);
}

#[test]
fn garbage_does_not_count() {
    let asm = forever(
        |a| done(a.set_text(1, "0123456789")),
        |a| {
            a.op(Op::Concat, 0, 1, 1).op(Op::NewList, 2, 0, 2).op(Op::NewMap, 3, 0, 0);
        },
    );
    assert_eq!(code_with(asm, &small()), TrapCode::OutOfFuel);
}

#[test]
fn deep_recursion() {
    let recurse = |registers| {
        let mut asm = Asm::new();
        asm.function("main", 0, 2).line().op(Op::Call, 0, 1, 0).op(Op::Return, 0, 0, 0);
        asm.function("down", 0, registers).line();
        asm.op(Op::Call, 0, 1, 0).op(Op::Return, 0, 0, 0);
        asm
    };
    assert_eq!(code_with(recurse(1), &small()), TrapCode::TooDeep);
    assert_eq!(code_with(recurse(250), &small()), TrapCode::TooDeep);
    let asm = forever(|_| (), |a| done(a.jump(Op::GoSub, 0, 0, "loop")));
    assert_eq!(code_with(asm, &small()), TrapCode::TooDeep);
}

#[test]
fn open_tries() {
    let asm = forever(|_| (), |a| done(a.jump(Op::TryBegin, 1, 0, "end").at("end")));
    assert!(matches!(code_with(asm, &small()), TrapCode::OutOfFuel | TrapCode::LimitReached));
}

#[test]
fn arrays_of_any_size_asked() {
    let mut asm = Asm::new();
    asm.function("main", 0, 5).line().set_int(0, 9999).set_int(1, 9999).set_int(2, 9999);
    asm.op(Op::NewArray, 0, 0, 3).op(Op::Return, 0, 0, 0);
    assert_eq!(code_with(asm, &small()), TrapCode::LimitReached);
}

/// A list that contains itself.
fn circle() -> Asm {
    let mut asm = Asm::new();
    asm.function("main", 0, 5).line();
    let zero = asm.int(0);
    asm.op(Op::NewList, 0, 0, 0).op(Op::SetIndex, 0, zero, 0);
    asm
}

#[test]
fn a_value_that_contains_itself_is_refused_and_can_be_caught() {
    let mut asm = circle();
    asm.jump(Op::TryBegin, 1, 0, "catch").op(Op::Move, 2, 0, 0).talk(2);
    asm.at("catch").set_int(0, 1).op(Op::Return, 0, 0, 0);
    let run = run_with(&asm.build(), &small(), &[]);
    assert_eq!((run.calls.len(), run.end), (0, Ok(Data::Int(1))));
    let mut asm = circle();
    asm.op(Op::Return, 0, 0, 0);
    let run = run_with(&asm.build(), &small(), &[]);
    assert_eq!((run.trap().code, run.trap().line), (TrapCode::LimitReached, 1));
}

#[test]
fn a_tree_that_shares_itself_exponentially_is_refused() {
    let mut asm = Asm::new();
    asm.function("main", 0, 5).line().set_int(0, 1);
    for _ in 0..40 {
        asm.op(Op::Move, 1, 0, 0).op(Op::NewList, 0, 0, 2);
    }
    asm.talk(0).op(Op::Return, 0, 0, 0);
    assert_eq!(code_with(asm, &small()), TrapCode::LimitReached);
}

#[test]
fn host_calls_of_a_turn() {
    let asm = forever(|a| done(a.set_text(0, "hi")), |a| done(a.op(Op::Move, 1, 0, 0).talk(1)));
    let limits = Limits { host_calls_per_turn: 5, ..small() };
    let run = run_with(&asm.build(), &limits, &[]);
    assert_eq!((run.calls.len(), run.trap().code), (5, TrapCode::LimitReached));
}

#[test]
fn a_new_turn_counts_from_zero() {
    let asm = forever(|_| (), |a| done(a.hear(0)));
    let limits = Limits { host_calls_per_turn: 2, fuel_per_turn: 20, ..small() };
    let mut machine = machine(&asm.build(), limits);
    for _ in 0..50 {
        machine.begin_turn();
        assert!(matches!(machine.run(u64::MAX), Outcome::Host(_)));
        machine.resume(Ok(Data::Null)).unwrap();
    }
}

#[test]
fn answers_are_limited() {
    let mut asm = Asm::new();
    asm.function("main", 0, 5).line().jump(Op::TryBegin, 1, 0, "catch").hear(0);
    asm.op(Op::TryEnd, 0, 0, 0).op(Op::Return, 0, 0, 0);
    asm.at("catch").set_int(0, -1).op(Op::Return, 0, 0, 0);
    let program = asm.build();
    let mut deep = Data::Null;
    for _ in 0..100 {
        deep = Data::List(vec![deep]);
    }
    let limits = Limits { text_bytes: 100, ..small() };
    for answer in [deep, Data::text("x".repeat(101))] {
        assert_eq!(*run_with(&program, &limits, &[Ok(answer)]).result(), Data::Int(-1));
    }
    let big = Data::List(vec![Data::text("x".repeat(100)); 1000]);
    let run = run_one(&program, &limits, &[Ok(big)], Way::Straight);
    assert_eq!(run.trap().code, TrapCode::OutOfMemory);
}

/// Repeating a text is one instruction, however long it is: in a brief run it is not begun, and
/// what the snapshot from before goes on to do is what would have come without the attempt.
#[test]
fn a_brief_run_begins_nothing_long() {
    let mut asm = Asm::new();
    asm.function("main", 0, 4).line().set_text(0, "abc").set_int(1, 1_000);
    asm.pure("REPEAT", 0, 2).op(Op::Return, 0, 0, 0);
    let program = asm.build();
    let mut straight = machine(&program, small());
    let expected = straight.run(u64::MAX);
    assert!(matches!(expected, Outcome::Done(_)), "{expected:?}");
    let mut brief = machine(&program, small());
    let before = brief.snapshot();
    assert_eq!(brief.run_briefly(20, 40), None);
    let mut again = basilect_vm::Machine::restore(program, &before, small()).unwrap();
    assert_eq!(again.run_briefly(20, u64::MAX), Some(expected));
    assert_eq!(again.fuel_used(), straight.fuel_used());
}
