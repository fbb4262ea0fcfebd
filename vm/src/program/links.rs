//! What machines derive from a program, once for all of them: its hash, its constants as values,
//! the functions that it calls, and guesses at where fields stand in maps.
//!
//! A snapshot carries the hash of its program, and hashing a large program costs more than writing
//! a small snapshot. Programs behind an `Arc` do not change, so each is looked at once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use basilect_stdlib::keyword::Keyword;
use basilect_stdlib::{Kind, Limits, Value};

use super::{Const, Instr, Op, Program};
use crate::heap::CONST_BIT;
use crate::machine::watched::Stops;
use crate::machine::{Quick, Step, Warmth, find_function, pushes, quick};

/// See the module.
pub(crate) struct Links {
    /// The code as the loop reads it.
    pub steps: Vec<Step>,
    /// The constants; texts that are too long for a value are handles.
    pub consts: Vec<Value>,
    /// The constants that are texts and stand in their values, by these words.
    shorts: BTreeMap<(u64, u64), u32>,
    /// The pure functions, where this release knows them.
    pub pures: Vec<Option<Pure>>,
    /// The functions that are called as methods, by the constant that names them.
    pub methods: BTreeMap<u16, Pure>,
    /// For each function its first instruction and how many registers it uses.
    pub functions: Vec<(u32, u8)>,
    /// For each instruction, where it last found its field. All machines write here as they like:
    /// a guess is looked at before it is used.
    guesses: Vec<AtomicU8>,
    /// For each instruction, how often its field was elsewhere than before, up to a few.
    moves: Vec<AtomicU8>,
    hash: OnceLock<[u8; 32]>,
    /// Where machines may be halted, once somebody watches one.
    stops: OnceLock<Stops>,
    /// The limits of the first machine: mostly those of all.
    limits: OnceLock<Arc<Limits>>,
    /// Machine code, and whether it is worth making.
    pub warmth: Warmth,
}

/// A pure function with how many arguments it takes.
#[derive(Clone, Copy)]
pub(crate) struct Pure {
    pub keyword: &'static Keyword,
    pub least: usize,
    pub most: usize,
    /// A shorter way to what it mostly answers.
    pub quick: Option<Quick>,
}

impl Pure {
    fn named(name: &str) -> Option<Pure> {
        let keyword = find_function(name)?;
        let (least, most) = keyword.arity();
        Some(Pure { keyword, least, most: most.unwrap_or(usize::MAX), quick: quick(keyword) })
    }
}

/// A field that was elsewhere so often is in maps of several kinds.
const MOVES: u8 = 8;

/// By address. An entry's `Weak` keeps the address from being used again while it is here.
static KNOWN: Mutex<BTreeMap<usize, (Weak<Program>, Arc<Links>)>> = Mutex::new(BTreeMap::new());

impl Links {
    /// Those of a program, derived when it is first asked for.
    pub fn of(program: &Arc<Program>) -> Arc<Links> {
        let address = Arc::as_ptr(program) as usize;
        let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, links)) = known().get(&address) {
            return Arc::clone(links);
        }
        // Others are not kept waiting by a large program; of two that derive the same one stays.
        let links = Arc::new(Links::new(program));
        let mut known = known();
        known.retain(|_, (program, _)| program.strong_count() > 0);
        let entry = known.entry(address).or_insert_with(|| (Arc::downgrade(program), links));
        Arc::clone(&entry.1)
    }
    /// [`Program::hash`], remembered.
    pub fn hash_of(program: &Arc<Program>) -> [u8; 32] {
        *Links::of(program).hash.get_or_init(|| program.hash())
    }
    /// These limits, in the place where other machines of the program have them if they are the
    /// same.
    pub fn limits(&self, limits: Limits) -> Arc<Limits> {
        let first = self.limits.get_or_init(|| Arc::new(limits.clone()));
        if **first == limits { Arc::clone(first) } else { Arc::new(limits) }
    }
    /// Where a machine may be halted.
    pub fn stops(&self, program: &Program) -> &Stops {
        self.stops.get_or_init(|| Stops::of(program))
    }
    fn new(program: &Program) -> Links {
        let pures: Vec<Option<Pure>> = program.pures.iter().map(|n| Pure::named(n)).collect();
        let methods = methods(program);
        let consts: Vec<Value> = program.consts.iter().enumerate().map(constant).collect();
        let shorts = consts.iter().enumerate().rev().filter(|(_, value)| value.is_short_text());
        Links {
            shorts: shorts.map(|(i, v)| ((v.tag(), v.bits()), i as u32)).collect(),
            steps: program.code.iter().map(|i| step(i, &consts, &pures, &methods)).collect(),
            consts,
            pures,
            methods,
            functions: program.functions.iter().map(|f| (f.start, f.registers)).collect(),
            guesses: program.code.iter().map(|_| AtomicU8::new(0)).collect(),
            moves: program.code.iter().map(|_| AtomicU8::new(0)).collect(),
            hash: OnceLock::new(),
            stops: OnceLock::new(),
            limits: OnceLock::new(),
            warmth: Warmth::default(),
        }
    }
    /// The number of the constant that is this text, if it is short and a constant.
    pub fn constant_of(&self, value: Value) -> Option<u32> {
        self.shorts.get(&(value.tag(), value.bits())).copied()
    }
    /// Where the instruction before `pc` may find its field.
    #[inline]
    pub fn guess(&self, pc: usize) -> usize {
        self.guesses.get(pc).map_or(0, |g| g.load(Ordering::Relaxed) as usize)
    }
    /// Whether the instruction before `pc` finds its field at the same place mostly.
    pub fn is_steady(&self, pc: usize) -> bool {
        self.moves.get(pc).is_some_and(|moves| moves.load(Ordering::Relaxed) < MOVES)
    }
    /// The instruction before `pc` found its field here.
    pub fn found(&self, pc: usize, at: usize) {
        if let (Some(guess), Ok(at)) = (self.guesses.get(pc), u8::try_from(at)) {
            guess.store(at, Ordering::Relaxed);
            if let Some(moves) = self.moves.get(pc) {
                let often = moves.load(Ordering::Relaxed);
                moves.store(often.saturating_add(1), Ordering::Relaxed);
            }
        }
    }
}

fn step(
    i: &Instr,
    consts: &[Value],
    pures: &[Option<Pure>],
    methods: &BTreeMap<u16, Pure>,
) -> Step {
    let called = match (i.op, i.c) {
        (Op::CallPure, 2) => pures.get(i.b as usize).and_then(Option::as_ref),
        (Op::CallMethod, 1) => methods.get(&i.b),
        _ => None,
    };
    match called {
        Some(pure) if pushes(pure.keyword) => Step::push(i),
        _ => Step::new(i, consts),
    }
}

fn methods(program: &Program) -> BTreeMap<u16, Pure> {
    let mut methods = BTreeMap::new();
    for call in program.code.iter().filter(|i| i.op == Op::CallMethod) {
        if let Some(Const::Text(name)) = program.consts.get(call.b as usize)
            && let Some(pure) = Pure::named(name)
        {
            methods.insert(call.b, pure);
        }
    }
    methods
}

fn constant((index, constant): (usize, &Const)) -> Value {
    match constant {
        Const::Int(i) => Value::int(*i),
        Const::Num(n) => Value::num(*n),
        Const::Text(text) => Value::short_text(text)
            .unwrap_or_else(|| Value::handle(Kind::Text, index as u32 | CONST_BIT)),
    }
}
