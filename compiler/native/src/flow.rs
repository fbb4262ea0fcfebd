//! The blocks of a function, and what is known of its registers at the beginning of each.

use std::collections::{BTreeMap, BTreeSet};

use basilect_vm::program::{Instr, Op};

use crate::known::{self, Known, Open, Slot};
use crate::plan::{How, Unit, Version, leaves};

/// Registers as a set.
type Registers = [u64; 4];

/// See the module.
pub struct Flow {
    /// First instructions of the blocks that can be reached, with what is known there.
    pub blocks: BTreeMap<u32, Vec<Slot>>,
    /// Where the machine may enter, in order.
    pub entries: Vec<u32>,
    /// Where what is computed waits in variables until memory needs it.
    lazy: Lazy,
}

impl Flow {
    /// Whether what an instruction computes waits in a variable until memory needs it.
    pub fn is_lazy(&self, pc: u32) -> bool {
        self.lazy.holds(pc)
    }
    pub fn of(unit: &Unit<'_>) -> Flow {
        let entries = match unit.version {
            Version::Entered => entries(unit),
            Version::Called => BTreeSet::new(),
        };
        let leaders = leaders(unit, &entries);
        let live = live(unit, &leaders);
        let lazy = Lazy::of(unit);
        let mut solver = Solver {
            unit,
            leaders: &leaders,
            entries: &entries,
            live: &live,
            lazy: &lazy,
            loops: loops(unit),
            known: BTreeMap::new(),
        };
        solver.solve();
        let blocks = solver.known;
        Flow { blocks, entries: entries.into_iter().collect(), lazy }
    }
}

/// Whether the interpreter does an instruction.
fn is_left(unit: &Unit<'_>, i: &Instr) -> bool {
    leaves(i.op) && !(i.op == Op::Call && unit.light.contains(&u32::from(i.b)))
}

/// Where a machine may go on: at the beginning, at the head of loops, after what the interpreter
/// does, and where errors are handled.
fn entries(unit: &Unit<'_>) -> BTreeSet<u32> {
    let mut entries = BTreeSet::from([unit.function.start]);
    for pc in unit.function.start..unit.function.end {
        let i = unit.instr(pc);
        let handler = matches!(i.op, Op::TryBegin | Op::GoSub)
            || i.op == Op::OnError && i.b == 1
            || i.op == Op::Resume && i.b == 2;
        if handler
            || i.op.has_target() && i.op != Op::OnError && i.op != Op::Resume && i.target() <= pc
        {
            entries.insert(i.target());
        }
        if is_left(unit, &i) && pc + 1 < unit.function.end {
            entries.insert(pc + 1);
        }
    }
    entries
}

fn leaders(unit: &Unit<'_>, entries: &BTreeSet<u32>) -> BTreeSet<u32> {
    let mut leaders = entries.clone();
    leaders.insert(unit.function.start);
    for pc in unit.function.start..unit.function.end {
        let i = unit.instr(pc);
        if i.op.has_target() {
            if !matches!(i.op, Op::OnError | Op::Resume | Op::TryBegin | Op::GoSub) {
                leaders.insert(i.target());
            }
            leaders.insert(pc + 1);
        }
    }
    leaders.retain(|pc| (unit.function.start..unit.function.end).contains(pc));
    leaders
}

/// Where control goes from the end of a block.
fn successors(i: &Instr, pc: u32, end: u32) -> Vec<u32> {
    let mut next = Vec::new();
    if i.op.has_target() && !matches!(i.op, Op::OnError | Op::Resume) {
        next.push(i.target());
    }
    let stays = matches!(
        i.op,
        Op::Jump | Op::Return | Op::ReturnNull | Op::ExitScript | Op::Stop | Op::Throw
    );
    if !stays && pc + 1 < end {
        next.push(pc + 1);
    }
    next
}

/// The registers whose values are still read, at the beginning of each block.
fn live(unit: &Unit<'_>, leaders: &BTreeSet<u32>) -> BTreeMap<u32, Registers> {
    let mut live: BTreeMap<u32, Registers> = leaders.iter().map(|&pc| (pc, [0; 4])).collect();
    loop {
        let mut changed = false;
        for &first in leaders.iter().rev() {
            let end = leaders.range(first + 1..).next().copied().unwrap_or(unit.function.end);
            let mut registers = [0; 4];
            for pc in (first..end).rev() {
                let i = unit.instr(pc);
                if pc + 1 == end || i.op.has_target() {
                    for next in successors(&i, pc, unit.function.end) {
                        let at = live.get(&next).copied().unwrap_or([0; 4]);
                        registers.iter_mut().zip(at).for_each(|(to, from)| *to |= from);
                    }
                }
                known::writes(&i).into_iter().for_each(|r| set(&mut registers, r, false));
                known::reads(&i).into_iter().for_each(|r| set(&mut registers, r, true));
            }
            if let Some(known) = live.get_mut(&first).filter(|known| **known != registers) {
                *known = registers;
                changed = true;
            }
        }
        if !changed {
            return live;
        }
    }
}

fn set(registers: &mut Registers, r: u8, to: bool) {
    let (word, bit) = (r as usize / 64, 1 << (r % 64));
    if let Some(word) = registers.get_mut(word) {
        *word = if to { *word | bit } else { *word & !bit };
    }
}
fn has(registers: &Registers, r: usize) -> bool {
    registers.get(r / 64).is_some_and(|word| word >> (r % 64) & 1 == 1)
}

/// Carries what is known along the edges until nothing changes.
struct Solver<'a> {
    unit: &'a Unit<'a>,
    leaders: &'a BTreeSet<u32>,
    entries: &'a BTreeSet<u32>,
    live: &'a BTreeMap<u32, Registers>,
    lazy: &'a Lazy,
    loops: BTreeMap<u32, BTreeMap<u8, Open>>,
    known: BTreeMap<u32, Vec<Slot>>,
}

impl Solver<'_> {
    fn solve(&mut self) {
        let start = self.unit.function.start;
        let mut work: BTreeSet<u32> = BTreeSet::new();
        let at_start = match self.unit.version {
            Version::Called => called(self.unit),
            Version::Entered => entered(self.unit),
        };
        self.join(start, &at_start, &mut work);
        loop {
            while let Some(first) = work.pop_first() {
                self.block(first, &mut work);
            }
            // What nothing leads to is entered by the machine alone.
            let alone = self.entries.iter().find(|pc| !self.known.contains_key(pc));
            let Some(&pc) = alone else { return };
            let seen = self.arrival(pc).into_iter().map(|slot| slot.unwrap_or(Slot::ANY));
            self.join(pc, &seen.collect::<Vec<_>>(), &mut work);
        }
    }
    fn block(&mut self, first: u32, work: &mut BTreeSet<u32>) {
        let Some(mut state) = self.known.get(&first).cloned() else { return };
        let end = self.leaders.range(first + 1..).next().copied();
        let end = end.unwrap_or(self.unit.function.end);
        for pc in first..end {
            let i = self.unit.instr(pc);
            let plan = self.unit.plan(pc, &state);
            if matches!(plan.how, How::Unseen) {
                break;
            }
            let clean = !(self.lazy.holds(pc) && computes(plan.how));
            if closes(plan.how) {
                close(&mut state);
            }
            if i.op.has_target() && !matches!(plan.how, How::Leave) && i.op != Op::TryBegin {
                let mut there = state.clone();
                apply(&mut there, &plan.jump_sets, clean);
                self.join(i.target(), &there, work);
            }
            apply(&mut state, &plan.sets, clean);
            let falls = successors(&i, pc, self.unit.function.end).contains(&(pc + 1));
            if pc + 1 == end && falls {
                self.join(end, &state, work);
            }
        }
    }
    /// What is expected where the machine enters.
    fn arrival(&self, pc: u32) -> Vec<Option<Slot>> {
        let kinds = (0..self.unit.function.registers).map(|r| self.unit.arrival(pc, r));
        kinds.map(|known| known.map(|known| Slot::new(known, false))).collect()
    }
    fn join(&mut self, pc: u32, state: &[Slot], work: &mut BTreeSet<u32>) {
        let mut state = state.to_vec();
        if self.entries.contains(&pc)
            && let Some(live) = self.live.get(&pc)
        {
            let seen = self.arrival(pc);
            state = state.iter().zip(seen).map(|(a, b)| b.map_or(*a, |b| a.met(b))).collect();
            let dead = state.iter_mut().enumerate().filter(|(r, _)| !has(live, *r));
            dead.for_each(|(_, slot)| *slot = Slot::ANY);
        }
        if !self.lazy.holds(pc) {
            state.iter_mut().for_each(|slot| *slot = slot.in_memory());
        }
        let mut joined: Vec<Slot> = match self.known.get(&pc) {
            Some(known) => known.iter().zip(&state).map(|(a, b)| a.or(*b)).collect(),
            None => state,
        };
        for (&r, &open) in self.loops.get(&pc).into_iter().flatten() {
            if let Some(slot) = joined.get_mut(r as usize) {
                slot.open = if slot.known == Known::List { open } else { Open::No };
            }
        }
        if self.known.get(&pc) != Some(&joined) {
            self.known.insert(pc, joined);
            work.insert(pc);
        }
    }
}

/// What is known when a function is called by machine code: parameters have the kinds that are
/// expected and are not in memory yet, nor are the others, which are null.
fn called(unit: &Unit<'_>) -> Vec<Slot> {
    let registers = 0..unit.function.registers;
    let slots = registers.map(|r| match r < unit.function.params {
        true => Slot::new(unit.param(unit.number, r), true),
        false => Slot::new(Known::Null, true),
    });
    slots.collect()
}

/// What is checked when the machine enters a function at its beginning.
fn entered(unit: &Unit<'_>) -> Vec<Slot> {
    let registers = 0..unit.function.registers;
    let slots = registers.map(|r| match r < unit.function.params {
        true => Slot::new(unit.param(unit.number, r), false),
        false => Slot::ANY,
    });
    slots.collect()
}

/// Where what is computed waits in variables until memory needs it: in functions that are called
/// without a frame, and in loops that hold no others. Elsewhere it does not pay, since wherever
/// code is left all that waits is written.
enum Lazy {
    Everywhere,
    /// First instructions of loops, with their last ones.
    In(BTreeMap<u32, u32>),
}

impl Lazy {
    fn of(unit: &Unit<'_>) -> Lazy {
        if unit.version == Version::Called {
            return Lazy::Everywhere;
        }
        let mut loops: BTreeMap<u32, u32> = BTreeMap::new();
        for end in unit.function.start..unit.function.end {
            let i = unit.instr(end);
            if goes_back(&i, end) {
                loops.insert(i.target(), end);
            }
        }
        let all = loops.clone();
        loops.retain(|first, last| all.range(*first..=*last).nth(1).is_none());
        Lazy::In(loops)
    }
    fn holds(&self, pc: u32) -> bool {
        match self {
            Lazy::Everywhere => true,
            Lazy::In(loops) => loops.range(..=pc).next_back().is_some_and(|(_, &last)| pc <= last),
        }
    }
}

/// Whether an instruction may end a round of a loop.
fn goes_back(i: &Instr, pc: u32) -> bool {
    (i.op.jumps() || i.op == Op::ForLoop) && i.target() <= pc
}

/// Whether what an instruction gives can wait in a variable.
fn computes(how: How) -> bool {
    matches!(
        how,
        How::Constant(_)
            | How::Move
            | How::IntMath
            | How::NumMath
            | How::Divided
            | How::Quotient
            | How::IntDivision
            | How::IntCompare
            | How::NumCompare
            | How::TextCompare(_)
            | How::ForPrep
            | How::ForLoop
            | How::NumLoop
            | How::Root
            | How::Absolute
            | How::Floor
            | How::Inline
            | How::Call
    )
}

/// Whether an instruction may change where the elements of lists are.
/// MID, INSTR and fields are not among them, although the machine may collect garbage for them:
/// that moves no elements of a list that a register holds.
fn closes(how: How) -> bool {
    let runs = matches!(how, How::Machine | How::MachineJump | How::Leave);
    runs || matches!(how, How::Call | How::FrameCall | How::Push)
}

/// Forgets where the elements of lists are.
pub fn close(state: &mut [Slot]) {
    state.iter_mut().for_each(|slot| slot.open = Open::No);
}

/// The lists whose elements are read or set in the loop that begins at an instruction: there it is
/// looked up once where they are.
fn loops(unit: &Unit<'_>) -> BTreeMap<u32, BTreeMap<u8, Open>> {
    let mut loops: BTreeMap<u32, BTreeMap<u8, Open>> = BTreeMap::new();
    for end in unit.function.start..unit.function.end {
        let i = unit.instr(end);
        if !goes_back(&i, end) {
            continue;
        }
        let lists = (i.target()..end).filter_map(|pc| match unit.instr(pc) {
            i if i.op == Op::GetIndex => Some((i.b as u8, unit.open(pc)?)),
            i if i.op == Op::SetIndex => Some((i.a, unit.open(pc)?)),
            i if i.op == Op::IterNext => Some((i.a, Open::Values)),
            _ => None,
        });
        let loops = loops.entry(i.target()).or_default();
        for (list, open) in lists {
            // A register that holds lists of both kinds is looked up where it is used.
            let known = *loops.entry(list).or_insert(open);
            loops.insert(list, if known == open { open } else { Open::No });
        }
    }
    loops
}

/// What is known after an instruction on one way out of it.
pub fn apply(state: &mut [Slot], sets: &[(u8, Known)], clean: bool) {
    for &(register, known) in sets {
        if let Some(slot) = state.get_mut(register as usize) {
            *slot = Slot::new(known, !clean);
        }
    }
}
