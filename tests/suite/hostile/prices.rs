//! What functions and instructions cost: each gets values that are as large as a script can make
//! them, and as odd. None may end the process, and none may take much longer than its fuel stands
//! for.

use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use basilect_compiler::lower::compile_script;
use basilect_compiler::source::SourceFile;
use basilect_stdlib::keyword::{Keyword, Type};
use basilect_stdlib::pure::Env;
use basilect_stdlib::{Data, Limits, words};
use basilect_tests::local::MONDAY;
use basilect_tests::random::Random;
use basilect_vm::program::Op;
use basilect_vm::program::verify::verify;
use basilect_vm::{Engine, Machine, Outcome, Program};

/// How long a call may take beyond what its fuel stands for.
const LATE: Duration = Duration::from_millis(200);
/// What a unit of fuel stands for.
const UNIT: Duration = Duration::from_nanos(5);
/// The stack of the server's threads.
const STACK: usize = 2 << 20;

const TEXTS: [&str; 17] = [
    r#"REPEAT("ab, c;1. ", 20000)"#,
    r#"REPEAT("a", 500000)"#,
    r#"REPEAT("1,", 100000)"#,
    r#"REPEAT("[", 50000)"#,
    r#"REPEAT("<b>x</b> &amp; ", 10000)"#,
    r#"REPEAT("{{a}} ", 20000)"#,
    r#"REPEAT("é", 60000)"#,
    r#"REPEAT("a: - b" + CHR(10), 10000)"#,
    r#"REPEAT("%d", 20000)"#,
    r#"REPEAT("?", 300)"#,
    r#"REPEAT("9", 300)"#,
    r#"REPEAT("a.", 100000) + "b""#,
    "TOJSON(RANGE(1, 50000))",
    "JOIN(RANGE(1, 50000), CHR(10))",
    r#""(a+)+$""#,
    r#""2024-02-03""#,
    r#""name""#,
];
const LISTS: [&str; 7] = [
    "RANGE(1, 100000)",
    r#"SPLIT(REPEAT("ab ", 30000), " ")"#,
    "maps",
    "shared",
    "pairs",
    "same",
    "[1, 2, 3]",
];
const INTS: [&str; 6] = ["1", "1000000", "-5", "1000", "999999999999", "0"];
const NUMS: [&str; 5] = ["1.5", "1000000", "-0.1", "3", "1e300"];
const MAPS: [&str; 5] = [
    "wide",
    "itself",
    r#"{ "a": 1 }"#,
    r#"{ "x": shared, "name": maps }"#,
    r#"{ "name": REPEAT("{{name}} ", 20000) }"#,
];
/// How the names above are made.
const MADE: [(&str, &str); 6] = [
    (
        "maps",
        r#"FOR q = 1 TO 4000
PUSH maps, { "a": q MOD 7, "name": "n" + q }
NEXT q"#,
    ),
    ("shared", "FOR q = 1 TO 18\nshared = [shared, shared]\nNEXT q"),
    ("pairs", "FOR q = 1 TO 30000\nPUSH pairs, [q, \"v\"]\nNEXT q"),
    ("wide", "FOR q = 1 TO 6000\nwide[\"k\" + q] = q\nNEXT q"),
    ("itself", "itself.a = itself"),
    ("same", "ring = {}\nring.a = ring\nFOR q = 1 TO 4000\nPUSH same, ring\nNEXT q"),
];

fn one(random: &mut Random, of: &[&'static str]) -> &'static str {
    of[random.below(of.len() as u64) as usize]
}

/// An expression for an argument of a type.
fn argument(random: &mut Random, ty: Type) -> &'static str {
    match ty {
        Type::Int => one(random, &INTS),
        Type::Num => one(random, &NUMS),
        Type::Bool => one(random, &["TRUE", "FALSE"]),
        Type::List => one(random, &LISTS),
        Type::Map => one(random, &MAPS),
        Type::Date => one(random, &["NOW()", r#""2024-02-03""#, r#"REPEAT("a", 500000)"#]),
        Type::Text | Type::Symbol | Type::Word | Type::Question => one(random, &TEXTS),
        _ => match random.below(4) {
            0 => one(random, &LISTS),
            1 => one(random, &MAPS),
            2 => one(random, &INTS),
            _ => one(random, &TEXTS),
        },
    }
}

/// A call with its arguments.
struct Called {
    keyword: &'static Keyword,
    args: Vec<&'static str>,
}

impl Called {
    fn new(keyword: &'static Keyword, random: &mut Random) -> Called {
        let (least, most) = keyword.arity();
        let most = most.unwrap_or(least.max(3));
        let count = least + random.below((most - least + 1) as u64) as usize;
        let ty = |at: usize| keyword.fields.get(at).map_or(Type::Any, |field| field.ty);
        Called { keyword, args: (0..count).map(|at| argument(random, ty(at))).collect() }
    }

    /// A program that makes the arguments, says a word, and calls.
    fn program(&self) -> Program {
        let mut source = String::new();
        for (name, how) in MADE {
            if self.args.iter().any(|arg| arg.contains(name)) {
                let first = if name == "wide" || name == "itself" { "{}" } else { "[]" };
                let first = if name == "shared" { "[1, \"x\"]" } else { first };
                writeln!(source, "{name} = {first}\n{how}").unwrap();
            }
        }
        for (at, arg) in self.args.iter().enumerate() {
            writeln!(source, "v{at} = {arg}").unwrap();
        }
        let names: Vec<String> = (0..self.args.len()).map(|at| format!("v{at}")).collect();
        let names = if names.is_empty() { "1".to_string() } else { names.join(", ") };
        // Not every function can be written as a call; this one is called in its place.
        writeln!(source, "TALK \"go\"\nr = COALESCE({names})").unwrap();
        let (program, problems) = compile_script(&SourceFile::new("main.bas", source));
        let mut program = program.unwrap_or_else(|| panic!("{problems:?}"));
        let place = program.pures.iter().position(|name| name == "COALESCE").unwrap();
        program.pures[place] = self.keyword.name.to_string();
        for i in &mut program.code {
            if i.op == Op::CallPure && usize::from(i.b) == place {
                i.c = self.args.len() as u16;
            }
        }
        verify(&program).unwrap();
        program
    }

    /// How long the call took, and its fuel; nothing where the arguments alone are too much.
    fn run(&self) -> Option<(Duration, u64)> {
        timed(Arc::new(self.program()), self.keyword.name)
    }
}

/// How long a program takes after its first word, and its fuel; nothing where it says none.
fn timed(program: Arc<Program>, what: &str) -> Option<(Duration, u64)> {
    let (limits, env) = (Limits::DEFAULT, Env::new(MONDAY, "UTC", 1));
    let mut machine = Machine::new(program, "main", limits.clone(), env).unwrap();
    machine.set_engine(Engine::Interpreter);
    while machine.run(limits.fuel_per_slice) == Outcome::OutOfFuelSlice {}
    machine.pending()?;
    machine.resume(Ok(Data::Null)).unwrap();
    machine.begin_turn();
    let (before, began) = (machine.fuel_used(), Instant::now());
    while machine.run(limits.fuel_per_slice) == Outcome::OutOfFuelSlice {}
    let bytes = machine.heap_bytes();
    let most = limits.heap_bytes + super::HEAP_BEYOND;
    assert!(bytes <= most, "{what}: {bytes} bytes");
    Some((began.elapsed(), machine.fuel_used().saturating_sub(before)))
}

/// The time that fuel stands for.
fn paid(fuel: u64) -> Duration {
    UNIT.saturating_mul(u32::try_from(fuel).unwrap_or(u32::MAX))
}

/// Calls every function so often; for each the longest time beyond its fuel.
fn all(rounds: u64) -> Vec<(Duration, String)> {
    let mut random = Random::new(7);
    let mut latest = Vec::new();
    for keyword in words::all().filter(|keyword| keyword.run.is_some()) {
        let calls = (0..rounds).filter_map(|_| {
            let call = Called::new(keyword, &mut random);
            let (time, fuel) = call.run()?;
            let late = time.saturating_sub(paid(fuel));
            let args = call.args.join(", ");
            Some((late, format!("{}({args}): {time:.2?} for {fuel} fuel", keyword.name)))
        });
        latest.extend(calls.max());
    }
    latest.sort_unstable();
    latest
}

/// As the server runs turns.
fn on_a_small_stack<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(STACK).spawn(f).unwrap().join().unwrap()
}

/// What stands for itself or between two values, with values that are as large as they can be.
const INSTRUCTIONS: [&str; 40] = [
    "x = a = b",
    "x = a < b",
    "x = e[399000]",
    "x = e.length",
    "x = l = RANGE(1, 100000)",
    "x = deep = other",
    "x = m = m",
    "x = a + 1",
    "x = d + 0",
    "x = d = 5",
    "x = -d",
    "x = NOT a",
    "x = a XOR b",
    "x = a IN l",
    "x = \"zz\" IN l",
    "x = 1.5 IN l",
    "x = a IN m",
    "x = a IN deep",
    "x = a CONTAINS b",
    "x = a STARTS WITH b",
    "IF a THEN x = 1",
    "x = l + 1",
    "x = a & \"\"",
    "x = l[d]",
    "x = m[d]",
    "x = wide[a]",
    "x = l.zzz",
    "x = deep.zzz",
    "x = d MOD 7",
    "x = d ^ 2",
    "FOR EACH c IN e\nEXIT FOR\nNEXT",
    "FOR EACH c IN l\nEXIT FOR\nNEXT",
    "FOR EACH c IN m\nEXIT FOR\nNEXT",
    "x = a ?? b",
    "x = [a, b, e]",
    "x = \"${a}\"",
    "SELECT CASE a\nCASE b\nx = 1\nEND SELECT",
    "x = NEW ARRAY(100000)",
    "m[a] = NULL",
    "wide[a + i MOD 7] = 1",
];
/// What they are.
const VALUES: &str = r#"a = REPEAT("a", 900000)
b = REPEAT("a", 900000)
e = REPEAT("é", 400000)
d = REPEAT("9", 900000)
l = RANGE(1, 100000)
deep = [1, "x"]
other = [1, "x"]
FOR q = 1 TO 16
deep = [deep, deep]
other = [other, other]
NEXT q
m = #{}
FOR q = 1 TO 3000
m["k" + q] = q
NEXT q
wide = #{}
FOR q = 1 TO 4
wide[a + q] = q
NEXT q"#;
/// How often each is done.
const TIMES: u32 = 40;

/// For each instruction the time beyond its fuel.
fn all_instructions() -> Vec<(Duration, String)> {
    let mut latest = Vec::new();
    for instruction in INSTRUCTIONS {
        let again = format!("FOR i = 1 TO {TIMES}\nTRY\n{instruction}\nCATCH z\nEND TRY\nNEXT i");
        let source = format!("{VALUES}\nTALK \"go\"\n{again}\n");
        let (program, problems) = compile_script(&SourceFile::new("main.bas", source));
        let program = program.unwrap_or_else(|| panic!("{instruction}: {problems:?}"));
        let (time, fuel) = timed(Arc::new(program), instruction).expect("the values fit");
        let late = time.saturating_sub(paid(fuel)) / TIMES;
        latest.push((late, format!("{instruction}: {time:.2?} for {fuel} fuel, {TIMES} times")));
    }
    latest.sort_unstable();
    latest
}

#[test]
fn no_function_ends_the_process() {
    let called = on_a_small_stack(|| all(2)).len();
    assert!(called > 400, "{called} functions");
    // What functions make for a while is bounded as well: by the limit of one machine.
    #[cfg(target_os = "linux")]
    assert!(most_memory() < 512 << 20, "the process had {} bytes", most_memory());
}

/// The most bytes that this process has had in memory.
#[cfg(target_os = "linux")]
fn most_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() << 10
}

/// Tells the worst; none may be later than is allowed.
fn judge(latest: &[(Duration, String)]) {
    for (late, call) in latest.iter().rev().take(12) {
        println!("{late:>9.2?} beyond its fuel: {call}");
    }
    let (late, call) = latest.last().unwrap();
    assert!(*late <= LATE, "{call}: {late:?} beyond its fuel");
}

#[test]
#[ignore = "a measurement: cargo xtask bench"]
fn bench_prices_of_functions() {
    judge(&on_a_small_stack(|| all(20)));
}

#[test]
#[ignore = "a measurement: cargo xtask bench"]
fn bench_prices_of_instructions() {
    judge(&on_a_small_stack(all_instructions));
}
