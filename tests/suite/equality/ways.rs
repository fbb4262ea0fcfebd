//! The ways in which a program runs, what each of them does, and where they differ.

use basilect_stdlib::pure::Env;
use basilect_stdlib::{Data, Fault, Limits, TrapCode};
use basilect_tests::random::Random;
use basilect_vm::machine::inspect::Spot;
use basilect_vm::machine::watched::{Watched, Watcher};
use basilect_vm::{Engine, Machine, Outcome, Program, SnapshotError};
use std::sync::Arc;

/// 2026-03-02T09:30:15Z, a Monday.
const NOW_MS: i64 = 1_772_443_815_000;
/// More host calls than this are not looked at.
const CALLS: usize = 200;
/// About how many slices a program is cut into.
const SLICES: u64 = 16;

/// A program that is run in every way.
#[derive(Clone)]
pub struct Case {
    /// From which answers and slices follow.
    pub seed: u64,
    /// The program as it is compiled.
    pub program: Arc<Program>,
    /// The same with every step written out; `None` where limits are so tight that this shows.
    pub plain: Option<Arc<Program>>,
    pub limits: Limits,
}

/// A way of running programs. Another engine is one more entry of [`WAYS`].
pub struct Way {
    pub name: &'static str,
    /// Whether it runs the program with every step written out: it does the same, but uses other
    /// fuel and has other bytes.
    pub plain: bool,
    /// Whether it stops after random amounts of fuel.
    pub sliced: bool,
    /// Whether the machine is written to bytes at every stop, and another one goes on.
    pub renewed: bool,
    /// Whether it has the program for itself: what is derived from a program is shared.
    pub apart: bool,
    /// Whether its machine code is made before the program runs, of what a rehearsal shows, and
    /// goes through bytes.
    pub ahead: bool,
    /// Whether it takes long: after the first programs, each runs in one of these ways.
    pub in_turn: bool,
    /// What is set on every machine before it runs.
    pub prepare: fn(&mut Machine),
    /// Runs the machine to its next stop, at the latest after an amount of fuel.
    pub drive: fn(&mut Machine, &Limits, u64) -> Outcome,
}

/// Straight: what all others are compared with.
const STRAIGHT: Way = Way {
    name: "straight",
    plain: false,
    sliced: false,
    renewed: false,
    apart: false,
    ahead: false,
    in_turn: false,
    prepare: |machine| machine.set_engine(Engine::Interpreter),
    drive: |machine, _, slice| machine.run(slice),
};

/// As machine code, made without knowing more than the program says.
const COMPILED: Way = Way {
    name: "compiled",
    apart: true,
    in_turn: true,
    prepare: |machine| machine.set_engine(Engine::Native(0)),
    ..STRAIGHT
};

/// All ways. The first one says what is right; of those that are sliced, the first one says how a
/// machine looks at the end of a slice.
pub const WAYS: &[Way] = &[
    STRAIGHT,
    Way { name: "in slices", sliced: true, ..STRAIGHT },
    Way { name: "in slices, through bytes", sliced: true, renewed: true, ..STRAIGHT },
    Way {
        name: "collecting at every allocation",
        prepare: |machine| {
            machine.set_engine(Engine::Interpreter);
            machine.set_collector_stress(true);
        },
        ..STRAIGHT
    },
    Way { name: "briefly", sliced: true, drive: briefly, ..STRAIGHT },
    Way {
        name: "looked at before every statement, in slices",
        sliced: true,
        in_turn: true,
        drive: looked,
        ..STRAIGHT
    },
    Way {
        name: "halted at many statements, through bytes",
        in_turn: true,
        drive: halted,
        ..STRAIGHT
    },
    Way { name: "every step written out", plain: true, ..STRAIGHT },
    Way { name: "compiled", ..COMPILED },
    Way { name: "compiled, in slices, through bytes", sliced: true, renewed: true, ..COMPILED },
    Way {
        name: "watched, then compiled",
        prepare: |machine| machine.set_engine(Engine::Native(300)),
        ..COMPILED
    },
    Way {
        name: "watched, then compiled, in slices, collecting at every allocation",
        sliced: true,
        prepare: |machine| {
            machine.set_engine(Engine::Native(100));
            machine.set_collector_stress(true);
        },
        ..COMPILED
    },
    Way {
        name: "watched, then compiled and interpreted by turns, through bytes",
        sliced: true,
        renewed: true,
        prepare: |machine| machine.set_engine(Engine::Native(200)),
        drive: by_turns,
        ..COMPILED
    },
    Way { name: "compiled ahead", ahead: true, ..COMPILED },
    Way {
        name: "compiled ahead, in slices, through bytes, and interpreted by turns",
        sliced: true,
        renewed: true,
        ahead: true,
        drive: by_turns,
        ..COMPILED
    },
];

/// Ways in which machine code may come from a folder where another process has put it.
pub const FROM_FOLDER: &[Way] = &[
    Way { name: "compiled, from a folder", ..COMPILED },
    Way {
        name: "compiled, from a folder, and interpreted by turns, through bytes",
        sliced: true,
        renewed: true,
        drive: |machine, _, slice| turn(machine, slice, Engine::Native(0)),
        ..COMPILED
    },
];

/// Fuel of rehearsals.
const REHEARSED: u64 = 2_000;

/// Some slices run one way and some the other.
fn by_turns(machine: &mut Machine, _: &Limits, slice: u64) -> Outcome {
    turn(machine, slice, Engine::Native(200))
}

fn turn(machine: &mut Machine, slice: u64, engine: Engine) -> Outcome {
    let interpreted = machine.fuel_used() % 3 == 1;
    machine.set_engine(if interpreted { Engine::Interpreter } else { engine });
    machine.run(slice)
}

/// Tries with little fuel first; what a single instruction takes too long for is done again.
fn briefly(machine: &mut Machine, limits: &Limits, slice: u64) -> Outcome {
    let bytes = machine.snapshot();
    machine.run_briefly(slice, 1).unwrap_or_else(|| {
        *machine = restored(machine, &bytes, limits).expect("what was written is read");
        machine.run(slice)
    })
}

/// Somebody who looks at everything, and halts the machine at some statements and all errors.
struct Looking {
    statements: u64,
    halts: bool,
}

impl Watcher for Looking {
    fn statement(&mut self, machine: &Machine) -> bool {
        self.statements += 1;
        if self.statements > 20 && !self.statements.is_multiple_of(64) {
            return false;
        }
        for frame in 0..machine.call_count().min(3) {
            for variable in machine.variables_of(frame) {
                let spot = Spot { frame, place: variable.place, path: Vec::new() };
                machine.show(&spot, &variable.name).expect("a variable is there");
                machine.show_items(&spot, 0, 3);
            }
        }
        assert_eq!(machine.calls(0, usize::MAX).len(), machine.call_count());
        self.halts && self.statements.is_multiple_of(4)
    }
    fn error(&mut self, _: &Machine, _: &Fault, _: bool) -> bool {
        self.halts
    }
}

fn looked(machine: &mut Machine, _: &Limits, slice: u64) -> Outcome {
    match machine.run_watched(slice, &mut Looking { statements: 0, halts: false }) {
        Watched::Stopped(outcome) => outcome,
        Watched::Halted => unreachable!("nobody halts it"),
    }
}

/// Halts, and goes on with another machine where this one can be written down.
fn halted(machine: &mut Machine, limits: &Limits, slice: u64) -> Outcome {
    let mut looking = Looking { statements: 0, halts: true };
    loop {
        match machine.run_watched(slice, &mut looking) {
            Watched::Stopped(outcome) => return outcome,
            Watched::Halted if machine.is_at_stop() => {
                *machine = restored(machine, &machine.snapshot(), limits).expect("read back");
                machine.announce();
            }
            Watched::Halted => {}
        }
    }
}

fn restored(machine: &Machine, bytes: &[u8], limits: &Limits) -> Result<Machine, SnapshotError> {
    Machine::restore(Arc::clone(machine.program()), bytes, limits.clone())
}

/// Where a machine stopped.
#[derive(Debug, PartialEq)]
pub struct Stop {
    /// Why, with everything that the host or the debugger sees.
    pub what: String,
    /// Fuel used so far.
    pub fuel: u64,
    /// The machine as bytes.
    pub bytes: Vec<u8>,
}

/// Everything that a program did.
#[derive(Default)]
pub struct Course {
    /// Host calls, and the end.
    pub stops: Vec<Stop>,
    /// Ends of slices.
    pub slices: Vec<Stop>,
    /// The error with which it ended.
    pub error: Option<TrapCode>,
}

impl Course {
    fn fuel(&self) -> u64 {
        self.stops.last().map_or(0, |stop| stop.fuel)
    }
}

/// Runs a program in one way. `fuel` is what it needs, if that is known.
pub fn run(case: &Case, way: &Way, fuel: u64) -> Course {
    let program = match (&case.plain, way.plain) {
        (Some(plain), true) => plain,
        _ => &case.program,
    };
    let program = match way.apart {
        true => &Arc::new(Program::clone(program)),
        false => program,
    };
    if way.ahead {
        let ahead = basilect_native::ahead::compile(program, REHEARSED).expect("it is compiled");
        ahead.hand_to(program);
    }
    let env = Env::new(NOW_MS, "UTC", case.seed);
    let limits = case.limits.clone();
    let machine = Machine::new(Arc::clone(program), "main", limits, env).expect("it has a main");
    let mut random = Random::new(case.seed ^ 0x511c);
    let largest = fuel / SLICES * 2 + 1;
    let mut slice = || if way.sliced { 1 + random.below(largest) } else { u64::MAX };
    let mut runner = Runner { case, way, machine, course: Course::default() };
    (way.prepare)(&mut runner.machine);
    while runner.step(slice()) {}
    runner.course
}

struct Runner<'c> {
    case: &'c Case,
    way: &'c Way,
    machine: Machine,
    course: Course,
}

impl Runner<'_> {
    /// Runs to the next stop; whether it goes on.
    fn step(&mut self, slice: u64) -> bool {
        match (self.way.drive)(&mut self.machine, &self.case.limits, slice) {
            Outcome::OutOfFuelSlice => {
                let stop = self.stop(String::from("slice"));
                self.course.slices.push(stop);
                self.renew()
            }
            Outcome::Host(_) => self.host(),
            outcome => {
                if let Outcome::Trap(trap) = &outcome {
                    self.course.error = Some(trap.code);
                }
                let stop = self.stop(format!("{outcome:?}"));
                self.course.stops.push(stop);
                false
            }
        }
    }
    fn host(&mut self) -> bool {
        let pending = self.machine.pending().expect("a host call waits");
        let what = format!("{} {:?}", pending.words, pending.args);
        let number = self.course.stops.len();
        let answer = answer(self.case.seed, number, &pending.words);
        let stop = self.stop(format!("{what} {:?}", self.machine.variables()));
        self.course.stops.push(stop);
        if !self.renew() {
            return false;
        }
        self.machine.set_now(NOW_MS + number as i64 * 1_500);
        self.machine.resume(answer).expect("a host call waits");
        number < CALLS
    }
    fn stop(&self, what: String) -> Stop {
        let what = format!("{what} at {:?}", self.machine.position());
        Stop { what, fuel: self.machine.fuel_used(), bytes: self.machine.snapshot() }
    }
    /// Goes on with another machine, which is read from the bytes of this one; whether it can be.
    fn renew(&mut self) -> bool {
        if !self.way.renewed {
            return true;
        }
        match restored(&self.machine, &self.machine.snapshot(), &self.case.limits) {
            Ok(machine) => {
                self.machine = machine;
                (self.way.prepare)(&mut self.machine);
                true
            }
            Err(error) => {
                let stop = self.stop(format!("bytes that cannot be read back: {error}"));
                self.course.stops.push(stop);
                false
            }
        }
    }
}

/// What the host answers to its call of this number.
fn answer(seed: u64, number: usize, words: &str) -> Result<Data, Fault> {
    let mut random = Random::new(seed ^ (number as u64 + 1).wrapping_mul(0x9e37_79b9));
    if random.below(60) == 0 {
        return Err(Fault::new(TrapCode::Unavailable, "the service does not answer"));
    }
    let person = words == "HEAR";
    Ok(match random.below(if person { 6 } else { 12 }) {
        0 => Data::Int(random.below(9) as i64 - 3),
        1 | 2 => Data::text(["5", "-2.5", "1, 2, x", "99999", "yes", ""][random.below(6) as usize]),
        3..6 if person => {
            Data::text(["abc", "7", "a, b", "0", "Olá", "-1"][random.below(6) as usize])
        }
        3 => Data::Num(random.fraction()),
        4 => Data::List(vec![Data::Int(1), Data::text("two"), Data::Null]),
        5 => Data::map([("a", Data::Int(3)), ("k1", Data::List(vec![Data::Bool(true)]))]),
        _ => Data::Null,
    })
}

/// Whether a program runs in a way: of those that take long, the first programs run in each, and
/// the others in one.
fn is_due(seed: u64, way: &Way) -> bool {
    const ALL: u64 = 500;
    let long: Vec<&Way> = WAYS.iter().filter(|way| way.in_turn).collect();
    let turn = (seed % long.len().max(1) as u64) as usize;
    !way.in_turn || seed < ALL || long.get(turn).is_some_and(|due| due.name == way.name)
}

/// The first difference between the ways, told in words.
pub fn difference(case: &Case) -> Option<String> {
    difference_among(case, &WAYS[1..])
}

/// The first difference between running straight and these ways.
pub fn difference_among(case: &Case, ways: &[Way]) -> Option<String> {
    super::install();
    let straight = run(case, &STRAIGHT, 0);
    let mut sliced: Option<Course> = None;
    for way in ways {
        if way.plain && case.plain.is_none() || !is_due(case.seed, way) {
            continue;
        }
        let course = run(case, way, straight.fuel());
        let found = compare(&straight, &course, way)
            .or_else(|| slices(sliced.as_ref().filter(|_| way.sliced)?, &course));
        if let Some(found) = found {
            return Some(format!("{}: {found}", way.name));
        }
        if way.sliced {
            sliced.get_or_insert(course);
        }
    }
    None
}

/// The first difference between what is right and what another way did.
pub fn compare(right: &Course, other: &Course, way: &Way) -> Option<String> {
    let ended = |code: TrapCode| right.error == Some(code) || other.error == Some(code);
    // When memory is full depends on when garbage was collected last; how long fuel lasts depends
    // on the instructions.
    if ended(TrapCode::OutOfMemory) || way.plain && ended(TrapCode::OutOfFuel) {
        let common = right.stops.len().min(other.stops.len()).saturating_sub(1);
        return between(&right.stops[..common], &other.stops[..common], !way.plain);
    }
    between(&right.stops, &other.stops, !way.plain)
}

/// The first difference at the ends of slices.
fn slices(right: &Course, other: &Course) -> Option<String> {
    let full = Some(TrapCode::OutOfMemory);
    let most = if right.error == full || other.error == full { 0 } else { usize::MAX };
    let least = |course: &Course| course.slices.len().min(most);
    between(&right.slices[..least(right)], &other.slices[..least(other)], true)
}

fn between(right: &[Stop], other: &[Stop], exactly: bool) -> Option<String> {
    for (number, (one, two)) in right.iter().zip(other).enumerate() {
        let place =
            |what: &str| format!("stop {number} has {what}\n  {}\n  {}", one.what, two.what);
        if one.what != two.what {
            return Some(place("other effects"));
        }
        if exactly && one.fuel != two.fuel {
            return Some(place(&format!("other fuel, {} and {}", one.fuel, two.fuel)));
        }
        if exactly && one.bytes != two.bytes {
            return Some(place("other bytes"));
        }
    }
    let (one, two) = (right.len(), other.len());
    (one != two).then(|| format!("there are {one} and {two} stops"))
}
