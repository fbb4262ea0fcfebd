//! What the comparison would notice: programs with one changed instruction, machines that lose
//! fuel or know another time.

use super::ways::{self, Case, WAYS, Way};
use super::{cases_of, script, source};
use basilect_tests::random::Random;
use basilect_vm::program::verify::verify;
use basilect_vm::program::{Instr, Op};
use basilect_vm::{Machine, Program};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many programs are changed. Many changes make no difference: they stand where the program
/// does not come, or their values are not looked at.
const MUTANTS: u64 = 2_000;

/// Instructions that take each other's place, and the name of the change.
const SWAPS: &[(&str, Op, Op)] = &[
    ("sum", Op::Add, Op::Sub),
    ("product", Op::Mul, Op::Div),
    ("remainder", Op::Mod, Op::IntDiv),
    ("less", Op::Lt, Op::Le),
    ("equal", Op::Eq, Op::Ne),
    ("jump when less", Op::JumpLt, Op::JumpLe),
    ("jump unless less", Op::JumpNotLt, Op::JumpNotLe),
    ("jump when equal", Op::JumpEq, Op::JumpNe),
    ("jump when true", Op::JumpIf, Op::JumpIfNot),
    ("result", Op::Return, Op::ReturnNull),
    ("test of texts", Op::Contains, Op::Like),
];

fn case_of(seed: u64, nodes: &[source::Node]) -> Option<Case> {
    cases_of(seed, nodes).ok().map(|[case, _]| case)
}

/// The name of a change, and the instruction changed by it.
fn changed(instr: Instr) -> Option<(&'static str, Instr)> {
    for &(name, one, two) in SWAPS {
        let other = [(one, two), (two, one)].into_iter().find(|(from, _)| *from == instr.op);
        if let Some((_, op)) = other {
            return Some((name, Instr { op, ..instr }));
        }
    }
    match instr.op {
        Op::SmallInt => Some(("integer", Instr { b: instr.b.wrapping_add(1), ..instr })),
        Op::Bool => Some(("truth value", Instr { b: 1 - instr.b, ..instr })),
        Op::Const => Some(("constant", Instr { op: Op::SmallInt, ..instr })),
        _ => None,
    }
}

/// The program with one instruction changed, if it can be.
fn mutant(program: &Program, at: usize) -> Option<(&'static str, Program)> {
    let (name, instr) = changed(program.code[at])?;
    let mut mutant = program.clone();
    mutant.code[at] = instr;
    verify(&mutant).is_ok().then_some((name, mutant))
}

/// What two programs do differently. They are not the same program: bytes and fuel do not count.
fn noticed(case: &Case, mutant: Program) -> bool {
    let way = Way { plain: true, ..WAYS[0] };
    let other = Case { plain: Some(Arc::new(mutant)), ..case.clone() };
    let (one, two) = (ways::run(case, &WAYS[0], 0), ways::run(&other, &way, 0));
    ways::compare(&one, &two, &way).is_some()
}

/// A mutant of the kind that comes first behind a random place.
fn mutant_of(case: &Case, kind: &str, seed: u64) -> Option<Program> {
    let size = case.program.code.len();
    let first = Random::new(seed).below(size as u64) as usize;
    let mut places = (0..size).map(|at| (at + first) % size);
    let fitting = |at| mutant(&case.program, at).filter(|(name, _)| *name == kind);
    places.find_map(fitting).map(|(_, mutant)| mutant)
}

#[test]
fn a_changed_instruction_is_noticed() {
    let kinds = SWAPS.iter().map(|swap| swap.0).chain(["integer", "truth value", "constant"]);
    let mut counts: BTreeMap<&str, (u32, u32)> = kinds.map(|kind| (kind, (0, 0))).collect();
    for seed in 0..MUTANTS {
        let case = case_of(seed, &script::script(seed)).expect("it can be compiled");
        let nth = seed as usize % counts.len();
        let (kind, (all, found)) = counts.iter_mut().nth(nth).expect("a kind of change");
        if let Some(mutant) = mutant_of(&case, kind, seed) {
            *all += 1;
            *found += u32::from(noticed(&case, mutant));
        }
    }
    println!("changes and how many were noticed: {counts:?}");
    let sum = counts.values().fold((0, 0), |sum, more| (sum.0 + more.0, sum.1 + more.1));
    assert!(sum.1 * 4 > sum.0, "of {} changes {} were noticed", sum.0, sum.1);
    for (kind, (all, found)) in counts {
        assert!(found > 0, "{kind}: none of {all} changes was noticed");
    }
}

/// Ways that are wrong in what only fuel and bytes show.
#[test]
fn lost_fuel_and_another_state_are_noticed() {
    let wrong: [(&str, fn(&mut Machine)); 2] = [
        ("other fuel", |machine| machine.begin_turn()),
        ("other bytes", |machine| machine.set_now(0)),
    ];
    let case = (0..).map(|seed| case_of(seed, &script::script(seed)).expect("it can be compiled"));
    let mut talkative = case.filter(|case| ways::run(case, &WAYS[0], 0).stops.len() > 4);
    let case = talkative.next().expect("most are");
    let right = ways::run(&case, &WAYS[0], 0);
    for (what, prepare) in wrong {
        let way = Way { prepare, renewed: true, ..WAYS[0] };
        let told = ways::compare(&right, &ways::run(&case, &way, 0), &way).unwrap_or_default();
        assert!(told.contains(what), "{what}: {told}");
    }
}

/// A program that differs is told as the few statements that make the difference.
#[test]
fn what_differs_is_made_small() {
    let wrong = |nodes: &[source::Node]| {
        let Some(case) = case_of(1, nodes) else { return false };
        let mut mutant = (*case.program).clone();
        for instr in mutant.code.iter_mut().filter(|instr| instr.op == Op::Pow) {
            instr.op = Op::Mul;
        }
        noticed(&case, mutant)
    };
    let scripts = (0..).map(script::script);
    let nodes = scripts.into_iter().find(|nodes| wrong(nodes)).expect("powers are frequent");
    let (before, small) = (source::text(&nodes), source::text(&source::shrunk(nodes, &wrong)));
    assert!(small.contains('^') && small.lines().count() <= 6, "{before}\nbecame\n{small}");
}
