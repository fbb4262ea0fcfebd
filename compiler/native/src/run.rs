//! Runs: straight pieces of code that compute with numbers and can be begun again.
//!
//! Within a run nothing is written to memory. When something is not as expected, the code is left
//! at the run's beginning, where all is as it was, and the interpreter finds out what it is. So
//! registers that are set more than once are stored once, and a float that is not a number need not
//! be noticed at once: whatever is computed from it is no number either.

use std::collections::{BTreeMap, BTreeSet};

use basilect_vm::program::{Instr, Op};
use cranelift_codegen::ir::{Block, Value};

use crate::flow::apply;
use crate::inline::Inlined;
use crate::known::{self, Known, Slot};
use crate::plan::{How, Plan, Unit};

/// The most instructions of a run: the interpreter may have to do all of them again.
const MOST: usize = 60;

/// A run that is being written.
pub struct Run {
    /// Its first instruction.
    pub first: u32,
    /// One past its last one.
    pub end: u32,
    /// Instructions whose results are found out to be no numbers by later ones.
    pub unchecked: BTreeSet<u32>,
    /// What was known at its beginning, and how much fuel was not charged yet.
    pub state: Vec<Slot>,
    pub charge: i64,
    /// Where the code is left.
    pub exit: Option<Block>,
    /// Registers that it sets.
    pub sets: BTreeSet<u8>,
    /// Tag and payload, at the beginning, of those that were not in memory.
    pub old: BTreeMap<u8, (Value, Value)>,
}

impl Run {
    /// The run that begins at an instruction, if there is one. `is_leader` tells where blocks
    /// begin.
    pub fn at(
        unit: &Unit<'_>,
        first: u32,
        state: &[Slot],
        is_leader: impl Fn(u32) -> bool,
    ) -> Option<Run> {
        let mut known = state.to_vec();
        let mut steps: Vec<(Instr, Plan)> = Vec::new();
        let mut pc = first;
        let mut inlined = 0;
        let mut numbers = BTreeSet::new();
        while steps.len() + inlined < MOST
            && pc < unit.function.end
            && (pc == first || !is_leader(pc))
        {
            let plan = unit.plan(pc, &known);
            if !fits(unit, pc, &plan) {
                break;
            }
            if let How::Inline = plan.how {
                let call = unit.inlined(unit.instr(pc), &known);
                if call.as_ref().is_some_and(Inlined::ends_with_a_number) {
                    numbers.insert(steps.len());
                }
                inlined += call.map_or(0, |inlined| inlined.instructions());
            }
            apply(&mut known, &plan.sets, false);
            steps.push((unit.instr(pc), plan));
            pc += 1;
        }
        let found = |&at: &usize| {
            is_found_out(&steps, at) || numbers.contains(&at) && is_carried(&steps, at)
        };
        let unchecked = (0..steps.len()).filter(found).map(|at| first + at as u32).collect();
        let sets = steps.iter().flat_map(|(i, _)| known::writes(i)).collect();
        (steps.len() > 1).then(|| Run {
            first,
            end: pc,
            unchecked,
            state: state.to_vec(),
            charge: 0,
            exit: None,
            sets,
            old: BTreeMap::new(),
        })
    }
}

/// Whether an instruction only computes, so that it can be done again.
fn fits(unit: &Unit<'_>, pc: u32, plan: &Plan) -> bool {
    let given = plan.sets.first().is_some_and(|set| set.1 != Known::Any);
    match plan.how {
        How::Constant(_) | How::Move | How::EnvGet | How::ListGet | How::FlagGet => given,
        How::FieldGet => given && unit.order.entry_at(pc).is_some(),
        How::IntMath | How::NumMath | How::Divided | How::Quotient | How::IntDivision => true,
        How::Root | How::Absolute | How::Floor | How::Inline => true,
        How::IntCompare | How::NumCompare => !unit.instr(pc).op.jumps(),
        _ => false,
    }
}

/// Whether something later in the run is no number if the result of a step is none, and is checked.
pub(crate) fn is_found_out(steps: &[(Instr, Plan)], at: usize) -> bool {
    let computed = matches!(steps.get(at), Some((_, Plan { how: How::NumMath, .. })));
    computed && is_carried(steps, at)
}

/// Whether something later is no number if what a step gives is none, and is checked.
fn is_carried(steps: &[(Instr, Plan)], at: usize) -> bool {
    let Some((i, _)) = steps.get(at) else { return false };
    let register = u16::from(i.a);
    for (later, plan) in steps.iter().skip(at + 1) {
        let carries = match plan.how {
            How::NumMath if later.op == Op::Div => later.b == register && later.c != register,
            How::NumMath => later.b == register || later.c == register,
            How::Root | How::Floor => u16::from(later.a) == register,
            _ => false,
        };
        if carries {
            return true;
        }
        if known::writes(later).contains(&i.a) {
            return false;
        }
    }
    false
}
