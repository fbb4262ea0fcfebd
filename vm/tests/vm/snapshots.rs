//! Machines as bytes.

use std::sync::Arc;

use basilect_stdlib::{Data, Limits};
use basilect_vm::program::Op;
use basilect_vm::{Machine, Outcome, SnapshotError};

use crate::asm::{Asm, done, machine, reload};
use crate::calls::fib;
use crate::hostile::Random;

/// A dialog that has asked three questions and remembers the answers in a map.
fn dialog() -> Asm {
    let mut asm = Asm::new();
    asm.function("main", 0, 10).line().op(Op::NewMap, 0, 0, 0).op(Op::EnvSet, 0, 0, 0);
    for question in ["name", "email", "city"] {
        asm.line().set_text(1, question).talk(1).hear(2);
        let name = asm.name(question);
        asm.op(Op::SetField, 0, name, 2);
    }
    asm.line().op(Op::Call, 3, 1, 0).op(Op::Return, 0, 0, 0);
    asm.function("confirm", 0, 6).line().jump(Op::TryBegin, 0, 0, "end").op(Op::EnvGet, 1, 0, 0);
    asm.jump(Op::OnError, 0, 1, "end").jump(Op::GoSub, 0, 0, "ask").at("end");
    asm.op(Op::Return, 1, 0, 0).at("ask").hear(2).op(Op::GoSubReturn, 0, 0, 0);
    asm
}

/// Runs to the `n`th host call, answering with texts.
fn waiting(n: usize) -> (Machine, Arc<basilect_vm::Program>) {
    let program = dialog().build();
    let mut machine = machine(&program, Limits::DEFAULT);
    for call in 0..n {
        assert!(matches!(machine.run(u64::MAX), Outcome::Host(_)));
        if call + 1 < n {
            machine.resume(Ok(Data::text(format!("answer number {call}")))).unwrap();
        }
    }
    (machine, program)
}

#[test]
fn a_dialog_is_small() {
    let (machine, _) = waiting(7);
    let bytes = machine.snapshot();
    assert!(bytes.len() < 250, "{} bytes", bytes.len());
}

#[test]
fn before_the_first_run_and_after_the_last() {
    let program = fib(3).build();
    let mut machine = machine(&program, Limits::DEFAULT);
    let mut restored = reload(&machine, &program, &Limits::DEFAULT);
    assert_eq!(restored.run(u64::MAX), Outcome::Done(Data::Int(2)));
    assert_eq!(machine.run(u64::MAX), Outcome::Done(Data::Int(2)));
    let mut ended = reload(&restored, &program, &Limits::DEFAULT);
    assert_eq!(ended.run(u64::MAX), Outcome::Done(Data::Null));
}

#[test]
fn garbage_and_history_leave_no_trace() {
    let build = |garbage: bool| {
        let mut asm = Asm::new();
        asm.function("main", 0, 6).line().set_text(1, "ab");
        if garbage {
            asm.op(Op::Concat, 2, 1, 1).op(Op::NewList, 3, 1, 2).op(Op::NewMap, 4, 0, 0);
        } else {
            asm.op(Op::Null, 2, 0, 0).op(Op::Null, 3, 0, 0).op(Op::Null, 4, 0, 0);
        }
        asm.op(Op::Null, 2, 0, 0).op(Op::Null, 3, 0, 0).op(Op::Null, 4, 0, 0);
        asm.op(Op::Concat, 2, 1, 1).op(Op::NewList, 3, 2, 1).hear(0).op(Op::Return, 0, 0, 0);
        let program = asm.build();
        let mut machine = machine(&program, Limits::DEFAULT);
        machine.run(u64::MAX);
        machine.snapshot().split_off(33)
    };
    assert_eq!(build(true), build(false));
}

#[test]
fn progressive_texts_share_their_bytes() {
    let mut asm = Asm::new();
    asm.function("main", 0, 8).line().op(Op::NewList, 0, 0, 0).set_text(1, "");
    asm.set_int(2, 1).set_int(3, 2000).set_int(4, 1).jump(Op::ForPrep, 2, 5, "end").at("body");
    let (x, length) = (asm.text("x"), asm.name("length"));
    asm.op(Op::Concat, 1, 1, x).op(Op::GetField, 6, 0, length).op(Op::SetIndex, 0, 6, 1);
    asm.jump(Op::ForLoop, 2, 5, "body").at("end").hear(7).op(Op::Return, 1, 0, 0);
    let program = asm.build();
    let mut machine = machine(&program, Limits::DEFAULT);
    machine.run(u64::MAX);
    let bytes = machine.snapshot();
    assert!(bytes.len() < 20_000, "{} bytes for 2,000 prefixes of one text", bytes.len());
    let mut restored = reload(&machine, &program, &Limits::DEFAULT);
    restored.resume(Ok(Data::Null)).unwrap();
    assert_eq!(restored.run(u64::MAX), Outcome::Done(Data::text("x".repeat(2000))));
}

#[test]
fn deep_and_circular_structures_are_written_without_recursion() {
    let mut asm = Asm::new();
    asm.function("main", 0, 8).line().op(Op::NewList, 0, 0, 0);
    let zero = asm.int(0);
    asm.op(Op::SetIndex, 0, zero, 0).set_int(2, 1).set_int(3, 20_000).set_int(4, 1);
    asm.jump(Op::ForPrep, 2, 5, "end").at("body").op(Op::NewList, 0, 0, 1);
    asm.jump(Op::ForLoop, 2, 5, "body").at("end").hear(7).op(Op::Return, 7, 0, 0);
    let program = asm.build();
    let mut machine = machine(&program, Limits::DEFAULT);
    assert!(matches!(machine.run(u64::MAX), Outcome::Host(_)));
    reload(&machine, &program, &Limits::DEFAULT);
}

#[test]
fn what_just_fits_fits_again() {
    // The memory holds this list, but not twice: a list of the next power of two is too large.
    let limits = Limits { heap_bytes: 20_000 * 18, ..Limits::DEFAULT };
    let mut asm = Asm::new();
    asm.function("main", 0, 8).line().set_int(0, 1).set_int(1, 20_000).pure("RANGE", 0, 2);
    asm.hear(5).set_text(1, ",").method("length", 0, 0).op(Op::Return, 0, 0, 0);
    let program = asm.build();
    let mut machine = machine(&program, limits.clone());
    let stopped = machine.run(u64::MAX);
    assert!(matches!(stopped, Outcome::Host(_)), "{stopped:?}");
    let mut restored = reload(&machine, &program, &limits);
    restored.resume(Ok(Data::Null)).unwrap();
    assert_eq!(restored.run(u64::MAX), Outcome::Done(Data::Int(20_000)));
}

#[test]
fn other_programs_and_versions_are_refused() {
    let (machine, program) = waiting(3);
    let bytes = machine.snapshot();
    let other = fib(3).build();
    let restore = |program: &Arc<_>, bytes: &[u8]| {
        Machine::restore(Arc::clone(program), bytes, Limits::DEFAULT).err()
    };
    assert_eq!(restore(&other, &bytes), Some(SnapshotError::OtherProgram));
    let mut newer = bytes.clone();
    newer[0] = 9;
    assert_eq!(restore(&program, &newer), Some(SnapshotError::OtherVersion));
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(restore(&program, &longer).is_some());
    assert_eq!(restore(&program, &bytes), None);
}

#[test]
fn tighter_limits_are_applied() {
    let (machine, program) = waiting(7);
    let bytes = machine.snapshot();
    for limits in [
        Limits { heap_bytes: 300, ..Limits::DEFAULT },
        Limits { call_depth: 1, ..Limits::DEFAULT },
        Limits { stack_values: 12, ..Limits::DEFAULT },
        Limits { text_bytes: 5, ..Limits::DEFAULT },
        Limits { list_elements: 2, ..Limits::DEFAULT },
    ] {
        assert!(Machine::restore(Arc::clone(&program), &bytes, limits).is_err());
    }
}

#[test]
fn every_truncation_is_refused() {
    let (machine, program) = waiting(7);
    let bytes = machine.snapshot();
    for end in 0..bytes.len() {
        let cut = Machine::restore(Arc::clone(&program), &bytes[..end], Limits::DEFAULT);
        assert!(cut.is_err(), "cut at {end}");
    }
}

/// Runs a machine of doubtful origin; whatever it does, it must not panic.
fn exercise(mut machine: Machine) {
    for _ in 0..20 {
        match machine.run(500) {
            Outcome::Host(_) => machine.resume(Ok(Data::text("x"))).unwrap(),
            Outcome::OutOfFuelSlice => {}
            Outcome::Done(_) | Outcome::Trap(_) => break,
        }
        machine.variables();
        machine.position();
        machine.snapshot();
    }
}

#[test]
fn damaged_snapshots_do_no_harm() {
    let limits = Limits { fuel_per_turn: 5000, heap_bytes: 1 << 20, ..Limits::DEFAULT };
    let mut random = Random(42);
    let mut accepted = 0;
    for calls in 1..=7 {
        let (machine, program) = waiting(calls);
        let bytes = machine.snapshot();
        for _ in 0..3000 {
            let mut copy = bytes.clone();
            for _ in 0..random.below(3) + 1 {
                let at = 33 + random.below(bytes.len() - 33);
                copy[at] = random.byte();
            }
            if let Ok(machine) = Machine::restore(Arc::clone(&program), &copy, limits.clone()) {
                accepted += 1;
                exercise(machine);
            }
        }
    }
    assert!(accepted > 100, "the damage must reach the machine: {accepted}");
    done(&mut Asm::new());
}
