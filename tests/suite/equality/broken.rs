//! Programs whose instructions are changed at random, as somebody might change a package before it
//! is uploaded: what the verifier lets through does the same interpreted and as machine code, and
//! harms nothing.
//!
//! `BASILECT_BROKEN=1000000` tries more of them, `BASILECT_SEED` others.

use super::ways::{self, Case, WAYS};
use super::{cases_of, install, nodes_of, number};
use basilect_stdlib::Limits;
use basilect_tests::random::Random;
use basilect_vm::Program;
use basilect_vm::program::verify::verify;
use basilect_vm::program::{Instr, Op};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Programs of a usual run.
const BROKEN: u64 = 3_000;
/// Programs that are made of one generated script.
const OF_ONE: u64 = 30;
/// A long run tells after so many that it goes on.
const TOLD: u64 = 100_000;
/// Fuel of a program.
const FUEL: u64 = 8_000;

/// An operand that is about as large as those that mean something.
fn operand(random: &mut Random, old: u16) -> u16 {
    match random.below(6) {
        0 => old.wrapping_add(1),
        1 => old.wrapping_sub(1),
        2 => random.below(24) as u16,
        3 => 256 + random.below(12) as u16,
        4 => random.below(300) as u16,
        _ => old,
    }
}

fn broken(random: &mut Random, instr: Instr) -> Instr {
    let op = match random.below(3) {
        0 => Op::ALL[random.below(Op::ALL.len() as u64) as usize],
        _ => instr.op,
    };
    let a = operand(random, u16::from(instr.a)) as u8;
    let (b, c) = (operand(random, instr.b), operand(random, instr.c));
    Instr { op, a, b, c, d: instr.d }
}

/// A program with some instructions changed that the verifier accepts, if there soon is one.
fn variant(program: &Program, random: &mut Random) -> Option<Program> {
    let mut variant = program.clone();
    for _ in 0..1 + random.below(6) {
        let at = random.below(variant.code.len() as u64) as usize;
        for _ in 0..8 {
            let before = variant.code[at];
            variant.code[at] = broken(random, before);
            if verify(&variant).is_ok() {
                break;
            }
            variant.code[at] = before;
        }
    }
    (variant.code != program.code).then_some(variant)
}

/// Tries the variants of one script; the first difference, and how many ran.
fn tried(seed: u64) -> (Option<String>, u64, u64) {
    let Ok([case, _]) = cases_of(seed, &nodes_of(seed)) else { return (None, 0, 0) };
    let mut random = Random::new(seed ^ 0xb0_0c);
    let (mut ran, mut ended) = (0, 0);
    for number in 0..OF_ONE {
        let Some(program) = variant(&case.program, &mut random) else { continue };
        let limits = Limits { fuel_per_turn: FUEL, ..Limits::DEFAULT };
        let case = Case { seed: number, program: Arc::new(program), plain: None, limits };
        let right = ways::run(&case, &WAYS[0], 0);
        // Bytes of a program that nobody compiled may be refused when they are read back.
        let compiled: Vec<_> = WAYS.iter().filter(|way| way.apart && !way.renewed).collect();
        let way = compiled[number as usize % compiled.len()];
        let fuel = right.stops.last().map_or(0, |stop| stop.fuel);
        let other = ways::run(&case, way, fuel);
        ran += 1;
        ended += u64::from(right.error.is_none());
        if let Some(difference) = ways::compare(&right, &other, way) {
            let listing = case.program.disassemble();
            let told = format!("script {seed}, variant {number}, {}: {difference}", way.name);
            return (Some(format!("{told}\n{listing}")), ran, ended);
        }
    }
    (None, ran, ended)
}

/// Programs with which something was wrong once.
const FOUND: [u64; 2] = [
    // A step that becomes nothing in a loop counted up in machine code.
    51_000_349, 51_000_433,
];

#[test]
fn what_was_found_in_broken_programs_is_mended() {
    install();
    for seed in FOUND {
        let (difference, ..) = tried(seed);
        assert!(difference.is_none(), "{}", difference.unwrap_or_default());
    }
}

#[test]
fn broken_programs_do_no_harm() {
    install();
    let (first, most) = (number("BASILECT_SEED", 0), number("BASILECT_BROKEN", BROKEN));
    let next = AtomicU64::new(0);
    let sums: BTreeMap<&str, AtomicU64> = ["ran", "ended"].map(|n| (n, AtomicU64::new(0))).into();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while sums["ran"].load(Ordering::Relaxed) < most {
                    let seed = first + next.fetch_add(1, Ordering::Relaxed);
                    let (difference, ran, ended) = tried(seed);
                    assert!(difference.is_none(), "{}", difference.unwrap_or_default());
                    let before = sums["ran"].fetch_add(ran, Ordering::Relaxed);
                    if before / TOLD != (before + ran) / TOLD {
                        println!("{} broken programs so far", before + ran);
                    }
                    sums["ended"].fetch_add(ended, Ordering::Relaxed);
                }
            });
        }
    });
    let [ended, ran] = ["ended", "ran"].map(|name| sums[name].load(Ordering::Relaxed));
    println!("{ran} broken programs agree, {ended} of them without an error");
    assert!(ended * 5 > ran, "most variants must get somewhere: {ended} of {ran}");
}
