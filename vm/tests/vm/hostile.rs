//! Programs that nobody should have written.

use std::sync::Arc;

use basilect_stdlib::{Data, Limits};
use basilect_vm::program::verify::verify;
use basilect_vm::program::{Const, Function, Instr, Op, Place, Program, Script};
use basilect_vm::{Machine, Outcome};

use crate::asm::{Asm, env};
use crate::programs::samples;

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
    pub fn byte(&mut self) -> u8 {
        self.next() as u8
    }
}

fn tight() -> Limits {
    Limits {
        fuel_per_turn: 3000,
        heap_bytes: 256 << 10,
        call_depth: 50,
        list_elements: 1000,
        text_bytes: 4096,
        ..Limits::DEFAULT
    }
}

/// Runs a program that may be anything.
fn exercise(program: Program) {
    let program = Arc::new(program);
    let Ok(mut machine) = Machine::new(Arc::clone(&program), "start", tight(), env()) else {
        return;
    };
    for round in 0..6 {
        match machine.run(700) {
            Outcome::Host(_) => machine.resume(Ok(Data::Int(round))).unwrap(),
            Outcome::OutOfFuelSlice => {}
            Outcome::Done(_) | Outcome::Trap(_) => return,
        }
        let bytes = machine.snapshot();
        if let Ok(restored) = Machine::restore(Arc::clone(&program), &bytes, tight()) {
            machine = restored;
        }
    }
}

#[test]
fn programs_survive_writing_and_reading() {
    for (name, program, _) in samples() {
        let bytes = program.to_bytes();
        let read = Program::from_bytes(&bytes).unwrap();
        assert_eq!(read, *program, "{name}");
        assert_eq!(read.to_bytes(), bytes);
        assert_eq!(read.hash(), program.hash());
    }
}

#[test]
fn every_truncation_and_flip_of_a_program_is_noticed() {
    let bytes = samples()[0].1.to_bytes();
    for end in 0..bytes.len() {
        assert!(Program::from_bytes(&bytes[..end]).is_err());
    }
    for at in 0..bytes.len() {
        let mut copy = bytes.clone();
        copy[at] ^= 1 << (at % 8);
        assert!(Program::from_bytes(&copy).is_err(), "flip at {at}");
    }
}

/// Writes the checksum anew, so that damage reaches the reader behind it.
fn reseal(bytes: &mut [u8]) {
    use sha2::Digest;
    let end = bytes.len() - 8;
    let digest = sha2::Sha256::digest(&bytes[..end]);
    bytes[end..].copy_from_slice(&digest[..8]);
}

#[test]
fn mutated_program_bytes_never_panic() {
    let samples = samples();
    let mut random = Random(1);
    let (mut read, mut verified) = (0, 0);
    for round in 0..20_000 {
        let mut bytes = samples[round % samples.len()].1.to_bytes();
        for _ in 0..random.below(4) + 1 {
            let at = 12 + random.below(bytes.len() - 20);
            bytes[at] = random.byte();
        }
        reseal(&mut bytes);
        let Ok(program) = Program::from_bytes(&bytes) else { continue };
        read += 1;
        if verify(&program).is_ok() {
            verified += 1;
            program.disassemble();
            exercise(program);
        }
    }
    assert!(read > 2000 && verified > 500, "{read} read, {verified} verified");
}

#[test]
fn programs_that_nobody_verified_never_panic() {
    let samples = samples();
    let mut random = Random(2);
    for round in 0..20_000 {
        let mut program = Program::clone(&samples[round % samples.len()].1);
        for _ in 0..random.below(3) + 1 {
            let at = random.below(program.code.len());
            let op = Op::ALL[random.below(Op::ALL.len())];
            let i = &mut program.code[at];
            match random.below(4) {
                0 => i.op = op,
                1 => i.a = random.byte(),
                2 => i.b = random.next() as u16 & 0x1ff,
                _ => i.c = random.next() as u16 & 0x1ff,
            }
        }
        program.disassemble();
        exercise(program);
    }
}

/// A correct program to spoil.
fn plain() -> Program {
    let mut asm = Asm::new();
    asm.input("x", Place::Register(1));
    asm.function("main", 0, 4).line().set_int(0, 1).jump(Op::JumpIf, 0, 0, "end");
    asm.at("end").op(Op::Return, 0, 0, 0);
    asm.program.consts = vec![Const::Int(1), Const::Text("t".into())];
    asm.build_unverified()
}

fn refused(what: &str, spoil: impl FnOnce(&mut Program)) {
    let mut program = plain();
    assert!(verify(&program).is_ok());
    spoil(&mut program);
    assert!(verify(&program).is_err(), "{what} must be refused");
}

#[test]
fn the_verifier_refuses_wrong_tables() {
    refused("too many registers", |p| p.functions[0].registers = 251);
    refused("parameters of main", |p| p.functions[0].params = 1);
    refused("code behind the end", |p| p.functions[0].end = 9);
    refused("code outside functions", |p| p.code.push(Instr::new(Op::Stop, 0, 0, 0)));
    refused("a script without main", |p| p.scripts[0].main = 7);
    refused("an input in no register", |p| p.scripts[0].inputs[0].1 = Place::Register(4));
    refused("an input in no slot", |p| p.scripts[0].inputs[0].1 = Place::Env(4));
    refused("a foreign statement", |p| p.functions[0].statements = vec![5]);
    refused("unsorted lines", |p| p.functions[0].lines = vec![(2, 1), (0, 2)]);
    refused("a variable nowhere", |p| p.functions[0].variables = vec![(9, "v".into())]);
    refused("a function of no script", |p| p.functions[0].script = 3);
    refused("a main of another script", |p| {
        p.scripts.push(Script { name: "b".into(), ..Script::default() });
    });
    refused("an empty function", |p| {
        p.functions.push(Function { start: 3, end: 3, ..Function::default() });
    });
}

#[test]
fn the_verifier_refuses_wrong_operands() {
    let first = |i: Instr| move |p: &mut Program| p.code[0] = i;
    let op = |op, a, b, c| Instr::new(op, a, b, c);
    for i in [
        op(Op::Move, 4, 0, 0),
        op(Op::Move, 0, 4, 0),
        op(Op::Move, 0, 256, 0),
        op(Op::Const, 0, 2, 0),
        op(Op::Bool, 0, 2, 0),
        op(Op::EnvGet, 0, 4, 0),
        op(Op::EnvSet, 0, 4, 0),
        op(Op::Add, 0, 258, 0),
        op(Op::Add, 0, 0, 4),
        op(Op::Neg, 0, 255, 0),
        Instr { op: Op::Bits, a: 0, b: 0, c: 0, d: 5 },
        op(Op::ConcatRange, 0, 1, 4),
        op(Op::NewList, 0, 4, 1),
        op(Op::NewArray, 0, 0, 0),
        Instr { op: Op::NewArray, a: 0, b: 0, c: 1, d: 3 << 8 },
        op(Op::GetField, 0, 1, 0),
        op(Op::SetField, 0, 0, 1),
        op(Op::GetIndex, 0, 257, 0),
        op(Op::SetIndex, 0, 0, 300),
        Instr::jump(Op::Jump, 0, 0, 3),
        Instr::jump(Op::JumpLt, 0, 300, 1),
        Instr::jump(Op::ForPrep, 2, 0, 1),
        Instr::jump(Op::IterNext, 3, 0, 1),
        Instr::jump(Op::TryBegin, 4, 0, 1),
        Instr::jump(Op::OnError, 0, 1, 70_000),
        op(Op::OnError, 0, 4, 0),
        op(Op::Resume, 0, 3, 0),
        op(Op::ErrorGet, 0, 5, 0),
        op(Op::Call, 0, 1, 0),
        op(Op::Call, 0, 0, 1),
        op(Op::CallScript, 0, 1, 0),
        op(Op::CallScriptByName, 1, 0, 3),
        op(Op::CallPure, 0, 0, 0),
        op(Op::CallHost, 0, 0, 0),
        op(Op::CallMethod, 0, 0, 0),
        op(Op::CallMethod, 1, 1, 3),
    ] {
        refused(&format!("{i:?}"), first(i));
    }
    refused("falling off the end", |p| p.code[2] = op(Op::Null, 0, 0, 0));
}

#[test]
fn unknown_words_are_listed() {
    let mut program = plain();
    program.keywords = vec!["TALK".into(), "FROBNICATE".into()];
    program.pures = vec!["NO SUCH FUNCTION".into()];
    let unknown = verify(&program).unwrap();
    assert_eq!(unknown.keywords, ["FROBNICATE"]);
    assert_eq!(unknown.pures, ["NO SUCH FUNCTION"]);
}
