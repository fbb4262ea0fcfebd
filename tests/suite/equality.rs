//! All ways of running a program agree, bit for bit.
//!
//! Random programs are run straight, in slices, through bytes at every stop, with a collector that
//! never rests, compiled with every step written out, and as machine code ([`ways`]). Results,
//! errors with their places, host calls, variables, fuel and snapshots must be the same. Scripts
//! come from [`script`] and [`numbered`]: templates ([`words`]) whose gaps are filled at random
//! ([`fill`]); and from [`computing`], for machine code. What differs is told as a script that is
//! as small as can be ([`source`]).
//!
//! `BASILECT_PROGRAMS=1000000` runs more of them, `BASILECT_SEED` others. `BASILECT_CHECKED=1`
//! watches every access of machine code to memory ([`planted`]).

mod broken;
mod computing;
mod fill;
mod mutants;
mod numbered;
mod planted;
mod script;
mod source;
mod ways;
mod words;

use basilect_compiler::diagnostics::Severity;
use basilect_compiler::lower::{compile_both_ways, compile_script};
use basilect_compiler::source::SourceFile;
use basilect_stdlib::Limits;
use basilect_tests::process::TemporaryFolder;
use basilect_vm::Program;
use basilect_vm::program::Op;
use basilect_vm::program::verify::verify;
use source::Node;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Once};
use std::time::Instant;
use ways::{Case, FROM_FOLDER, WAYS};

/// Programs of a usual run.
const PROGRAMS: u64 = 20_000;
/// Fuel of a program: none needs more, unless it runs in circles.
const FUEL: u64 = 60_000;

/// A generated script.
fn nodes_of(seed: u64) -> Vec<Node> {
    match seed % 8 {
        3 | 7 => numbered::program(seed),
        1 | 5 => computing::script(seed),
        _ => script::script(seed),
    }
}

/// A script as programs to run, if it can be compiled: with the usual limits, and with tight ones.
fn cases_of(seed: u64, nodes: &[Node]) -> Result<[Case; 2], String> {
    let file = SourceFile::new("main.bas", source::text(nodes));
    let programs = compile_both_ways(&file).ok_or_else(|| complaint(&file))?;
    for program in &programs {
        verify(program).map_err(|rejected| rejected.to_string())?;
        if Program::from_bytes(&program.to_bytes()).as_ref() != Ok(program) {
            return Err("the program is another one after it was written and read".to_string());
        }
    }
    let [program, plain] = programs.map(Arc::new);
    let tight = Case { seed: seed + 1, program, plain: None, limits: tight_limits(seed) };
    let limits = Limits { fuel_per_turn: FUEL, ..Limits::DEFAULT };
    Ok([Case { seed, plain: Some(plain), limits, ..tight.clone() }, tight])
}

/// Why a script cannot be compiled.
fn complaint(file: &SourceFile) -> String {
    let (_, diagnostics) = compile_script(file);
    let wrong = diagnostics.into_iter().find(|found| found.severity == Severity::Error);
    let told = wrong.map(|found| {
        let (line, _) = file.position(found.span.start);
        format!("line {line}: {}: {}", found.message, file.slice(file.line(line)))
    });
    told.unwrap_or_default()
}

/// Limits that most programs meet: of fuel, or of everything else.
fn tight_limits(seed: u64) -> Limits {
    let usual = Limits { fuel_per_turn: FUEL, ..Limits::DEFAULT };
    if seed.is_multiple_of(2) {
        return Limits { fuel_per_turn: 100 + seed.wrapping_mul(37) % 2_000, ..usual };
    }
    Limits {
        heap_bytes: 2_000 + (seed.wrapping_mul(97) % 30_000) as usize,
        call_depth: 3 + (seed % 20) as usize,
        text_bytes: 200,
        list_elements: 50,
        host_calls_per_turn: 10,
        host_call_bytes: 400,
        ..usual
    }
}

/// The first difference between the ways of running a script.
fn difference(cases: &[Case]) -> Option<String> {
    cases.iter().find_map(ways::difference)
}

/// What a run of many programs has seen.
#[derive(Default)]
struct Seen {
    programs: u64,
    /// How often each instruction stands in the programs, by its number.
    ops: Vec<u64>,
    /// The seed of a program that differs.
    failure: Option<u64>,
}

/// Says which program it was when a machine or the compiler panics.
struct Tell(u64);

impl Drop for Tell {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("BASILECT_SEED={} BASILECT_PROGRAMS=1", self.0);
            println!("{}", source::text(&nodes_of(self.0)));
        }
    }
}

/// Programs are compiled from now on. With `BASILECT_CHECKED`, their machine code tells of every
/// access to memory.
fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        basilect_native::install();
        if std::env::var_os("BASILECT_CHECKED").is_some() {
            basilect_native::checked::turn_on();
        }
    });
}

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn every_way_of_running_agrees() {
    let (first, count) = (number("BASILECT_SEED", 0), number("BASILECT_PROGRAMS", PROGRAMS));
    let ops = vec![0; Op::ALL.len()];
    let (next, seen) = (AtomicU64::new(0), Mutex::new(Seen { ops, ..Seen::default() }));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| work(first, count, &next, &seen));
        }
    });
    let seen = seen.into_inner().expect("no thread failed");
    if let Some(seed) = seen.failure {
        panic!("{}", told(seed));
    }
    println!("{} programs agree in {} ways ({:?})", seen.programs, WAYS.len(), began.elapsed());
    let counted = Op::ALL.iter().zip(&seen.ops);
    let missing: Vec<&Op> = counted.filter(|(_, count)| **count == 0).map(|(op, _)| op).collect();
    assert!(count < PROGRAMS || missing.is_empty(), "no program holds {missing:?}");
}

/// Scripts that were not the same in every way once.
const ONCE: &[&str] = &[
    // A slice ended behind a division by zero that was passed over: the bytes were refused.
    "10 FOR I = 1 TO 9\n20 A = A + 1 / 0\n30 NEXT",
    // Raised again by its handler, it went on inside of a statement that had lost its values.
    "10 ON ERROR GOTO 40\n20 D(3) = 2 + 1 / 0\n30 END\n40 PRINT 1; 2; 3\n50 ON ERROR GOTO 0",
    // A variable that procedures share did not keep the first value of a loop that never runs.
    "n = 1\nFOR i = 5 TO n\nNEXT\nTALK i\nCALL show\nSUB show\nTALK i\nEND SUB",
    // A subroutine could move the counter of a loop only if procedures share it.
    "FOR i = 1 TO 9\nGOSUB more\nTALK i\nNEXT\nEXIT\nmore:\ni = i + 2\nRETURN",
    // The last unit of fuel was enough for an element only where the list had a place for it.
    "l = []\nDO\nAPPEND l, 1\nTALK 1\nLOOP",
];

/// Scripts in which things are not as machine code expects them, after they were for long.
const SURPRISES: &[&str] = &[
    // A product leaves its range in a call, after a parameter was set.
    "FUNCTION f(p, q)\np = p + 1\nq = q * q\nRETURN p\nEND FUNCTION\nFOR i = 1 TO 60\n\
     t = t + f(i, i * 100000000) MOD 1000\nNEXT\nTALK t",
    // Three calls deep, a parameter is a float for once.
    "FUNCTION h(p)\np = p - 1\nRETURN p * 3\nEND FUNCTION\nFUNCTION g(p)\nq = p + h(p + 1)\n\
     RETURN q - 2\nEND FUNCTION\nFUNCTION f(p)\nRETURN g(p) + g(p + 2)\nEND FUNCTION\n\
     FOR i = 1 TO 90\nx = i\nIF i = 80 THEN x = 0.25\nt = t + f(x)\nNEXT\nTALK t",
    // A recursion deeper than machine code nests, and than any may be.
    "FUNCTION d(n)\nIF n = 0 THEN RETURN 0\nRETURN d(n - 1) + 1\nEND FUNCTION\n\
     FOR i = 1 TO 30\nt = t + d(i)\nNEXT\nTALK d(300)\nTRY\nTALK d(5000)\nCATCH e\n\
     TALK e.message\nEND TRY\nTALK t",
    // A list grows while a loop looks at it.
    "l = [1, 2, 3]\nFOR i = 0 TO 200\nl[UBOUND(l)] = l[UBOUND(l)] + 1\n\
     IF i MOD 50 = 49 THEN PUSH l, i\nt = t + l[0]\nNEXT\nl[UBOUND(l) + 1] = 5\nTALK l\nTALK t",
    // It grows in a function that the loop calls, and the loop goes on with the new elements.
    "l = [1]\nFUNCTION more(v, n)\nIF n MOD 9 = 0 THEN PUSH v, n\nRETURN v[0]\nEND FUNCTION\n\
     FOR i = 0 TO 90\nt = t + more(l, i) + l[UBOUND(l)]\nl[0] = i\nNEXT\nTALK t\nTALK l",
    // Elements, fields and shared variables change their kind.
    "s = 0\nSUB add(v)\ns = s + v\nEND SUB\nm = #{ a: 1, b: 2 }\nl = [1, 2]\nFOR i = 1 TO 120\n\
     CALL add(l[i MOD 2])\nm.a = m.a + m.b\nIF i = 100 THEN l[1] = 0.5\n\
     IF i = 110 THEN m.b = \"7\"\nNEXT\nTALK s\nTALK m\nTALK l",
    // Maps of other kinds, without the field, with another letter case, and no map at all.
    "all = [#{ a: 1, b: 2 }, #{ b: 3, a: 4 }, #{ A: 5 }, #{ c: 6 }, NULL]\nFOR i = 0 TO 150\n\
     IF i < 70 THEN\no = all[0]\nELSE\no = all[i MOD 5]\nEND IF\nn = o.a ?? 1\nt = t + n\n\
     IF i MOD 5 < 2 THEN o.b = i\nNEXT\nTALK t\nTALK all",
    // Texts short and long, numbers as texts, and what is no text.
    "w = [\"a\", \"b\", \"a text that is too long for a value\", \"7\", 7, NULL, \"\"]\n\
     FOR i = 0 TO 140\nx = w[i MOD IIF(i < 60, 2, 7)]\nIF x = \"a\" THEN n = n + 1\n\
     IF x = \"7\" THEN n = n + 10\nIF x <> \"\" THEN n = n + 100\nIF x THEN n = n + 1000\nNEXT\n\
     TALK n",
    // Characters of texts short, long, of several bytes, outside of them, and of what is no text.
    "w = [\"a text that is too long for a value\", \"another one, which is longer\", \"ação é \
     texto que não cabe\", \"short\", \"\", NULL, 12345, TRUE]\nFOR i = 1 TO 200\n\
     x = w[IIF(i < 80, i MOD 2, i MOD 8)]\nc = MID(x, i MOD IIF(i < 60, 20, 45), 1)\n\
     n = n + INSTR(\" aeiou\", c)\nIF c = \"t\" THEN n = n + 1000\ns = s + c\nNEXT\nTALK n\nTALK s",
    // Places in texts short, long and empty, of characters of one byte and of several.
    "w = [\"abcdefghijklmn\", \"xyz\", \"\", \"é, è, ê\", \"a text that is too long for a value\", \
     NULL, 7]\nc = [\"c\", \"z\", \"\", \"è\", \"to\", 7, NULL, CHR(0), CHR(200)]\n\
     FOR i = 0 TO 300\nk = k + INSTR(w[IIF(i < 90, i MOD 2, i MOD 7)], \
     c[IIF(i < 110, i MOD 2, i MOD 9)])\nNEXT\nTALK k",
    // Parts of texts, of every length, within them and past their ends.
    "w = [\"abcdefghijklmnopqrstuvwxyz, 0123456789\", \"another one, which is longer than that\", \
     \"ação é texto que não cabe\", \"short\", \"\", NULL, 1234567, TRUE]\nFOR i = 0 TO 400\n\
     x = w[IIF(i < 200, i MOD 2, i MOD 8)]\nk = i MOD IIF(i < 150, 15, 19) - IIF(i > 300, 1, 0)\n\
     p = MID(x, i MOD 45, k)\nn = n + INSTR(x, p) * LEN(p)\ns = s + p\n\
     IF i MOD 40 = 39 THEN TALK s\nIF i MOD 40 = 39 THEN s = \"\"\nNEXT\nTALK n",
    // Characters from a place on, near and far, and among characters that are constant.
    "w = [\"name: value, other: 12.50; the end of it\", \"{ a: [1, 2, 3], b: true } and so on\", \
     \"é, è, ê: not of one byte each, but two\", \"a:b\", \"\", NULL, 7]\n\
     c = [\":\", \",\", \"\", \"è\", \"to\", 7, NULL, CHR(0), CHR(200)]\nFOR i = 0 TO 500\n\
     x = w[IIF(i < 150, i MOD 2, i MOD 7)]\ny = c[IIF(i < 200, i MOD 2, i MOD 9)]\n\
     p = INSTR(i MOD 40 - IIF(i > 300, 2, 0), x, y)\n\
     k = k + p + INSTR(\"0123456789-+.eE\", MID(x, p + 1, 1))\n\
     k = k + INSTR(\"0123456789-+.eE:\", y) * 3 + INSTR(\":é\", y) + INSTR(\"\", y)\n\
     IF i MOD 50 = 0 THEN TALK k\nNEXT",
    // Maps that grow to many fields, are spelled in other ways, and lose fields again.
    "m = #{}\nFUNCTION into(o, k, v)\no[k] = v\nRETURN LEN(o)\nEND FUNCTION\nFOR i = 1 TO 400\n\
     k = IIF(i MOD 7 = 0, \"K\", \"k\") + (i * 37 MOD IIF(i < 200, 6, 90))\nm[k] = i\n\
     n = n + into(m, \"a key that is longer \" + i MOD 5, i)\n\
     IF i MOD 61 = 60 THEN REMOVE m, k\nt = t + m[\"k\" + i MOD 9]\nNEXT\nTALK n\nTALK t\nTALK m",
    // Long keys, which are paid for, looked for, set, removed and thrown.
    "m = #{}\nlong = REPEAT(\"key \", 20)\nFOR i = 1 TO 200\nk = long + i MOD 11\n\
     m[k] = i\nt = t + m[k] + (m[long + i] ?? 1)\nIF k IN m THEN n = n + 1\n\
     IF i MOD 9 = 8 THEN REMOVE m, k\nTRY\nIF i MOD 50 = 49 THEN THROW m\nCATCH e\n\
     TALK LEN(e)\nEND TRY\nIF \"x\" IN [1, \"y\", long, NULL] THEN n = n + 1\nNEXT\nTALK t\n\
     TALK n\nTALK m",
    // Quotients that are whole sometimes, roots and floors at the ends of their range.
    "FOR i = 1 TO 90\na = a + (i * 7) / 7\nb = b + i / 3\nc = c + SQR(i + 0.5) + SQR(i)\n\
     d = d + INT(i * 0.7) + INT(-0.5)\nIF i > 80 THEN d = d + INT(i * 1E17)\n\
     e = e + ABS(40.5 - i) + ABS(0.5 * i - 20)\nNEXT\nTALK a\nTALK b\nTALK c\nTALK d\nTALK e",
    // Loops over floats, with a step that is not known, and up to the last integer.
    "FUNCTION loops(a, b, c)\nFOR i = a TO b STEP c\nn = n + 1\nIF n > 40 THEN EXIT FOR\nNEXT\n\
     RETURN i\nEND FUNCTION\nFOR k = 1 TO 30\nt = t + loops(0, 5, 1) + loops(5, 0, -1)\nNEXT\n\
     TALK loops(0, 2, 0.25)\nTALK loops(9223372036854775800, 9223372036854775807, 1)\n\
     TALK loops(1, 9, -3)\nTRY\nTALK loops(1, 2, 0)\nCATCH e\nTALK e.message\nEND TRY\nTALK t",
    // Infinite results in the middle of a run, and after it.
    "FUNCTION f(p, q)\np = p * q\nr = p + 1.5\ns = r * 0.0 + q\nRETURN s - p / q\nEND FUNCTION\n\
     x = 1.5\nON ERROR RESUME NEXT\nFOR i = 1 TO 120\nx = x * 1.5\n\
     t = t + f(x, 2.5)\nIF i > 100 THEN x = x * 1E300 * 1E300\nNEXT\nTALK t\nTALK x\nTALK ERR",
    // An error in a call is handled where it was called.
    "FUNCTION part(n)\nRETURN 100 \\ (n - 60)\nEND FUNCTION\nFUNCTION all(n)\nRETURN part(n) + 1\n\
     END FUNCTION\nFOR i = 1 TO 80\nTRY\nt = t + all(i)\nCATCH e\nTALK e.line\nEND TRY\nNEXT\n\
     TALK t",
    // Small functions that compute, with arguments of another kind, without depth, out of range.
    "FUNCTION mix(a, b)\nc = a + b\nRETURN c * 0.5 - a * 2 / (b + 0.25)\nEND FUNCTION\n\
     FUNCTION deep(n)\nIF n = 0 THEN RETURN mix(1, 2)\n\
     RETURN deep(n - 1) + mix(n, n + 1) * mix(n + 1, n)\nEND FUNCTION\nFOR i = 1 TO 90\n\
     t = t + mix(i, i + 1) - mix(i + 0.5, i) + mix(mix(i, 2), 3)\n\
     IF i > 80 THEN t = t + mix(\"3\", i) + mix(i, 9223372036854775807)\nNEXT\nTALK t\n\
     TALK deep(30)\nTRY\nTALK deep(5000)\nCATCH e\nTALK e.message\nEND TRY\nFOR i = 1 TO 50\n\
     TRY\nt = t + mix(i * 1E300 * IIF(i > 30, 1E8, 1), 40 - i)\nCATCH e\nTALK e.line\nEND TRY\n\
     NEXT\nTALK t",
    // Lists of flags get other values, grow, are looked at as a whole, and have other names.
    "w = NEW ARRAY(1500)\nother = w\nFOR i = 0 TO 1400\nw[i] = i MOD 3 = 0\n\
     IF w[i MOD 700] THEN t = t + 1\nIF i = 900 THEN w[7] = \"x\"\nNEXT\nTALK t\n\
     TALK other[7]\nTALK other[8]\nw[UBOUND(w) + 1] = TRUE\nTALK LEN(other)",
    "w = NEW ARRAY(2000)\nFOR i = 0 TO 300\nw[i * 5] = TRUE\nIF i MOD 100 = 50 THEN\n\
     IF TRUE IN w THEN t = t + 1\nEND IF\nIF w[i] = NULL THEN n = n + 1\nw[i] = NULL\nNEXT\n\
     TALK t\nTALK n\nFOR EACH f IN w\nIF f THEN k = k + 1\nNEXT\nTALK k",
    "FUNCTION mark(v, at)\nv[at] = TRUE\nRETURN v[at - 1]\nEND FUNCTION\na = NEW ARRAY(1100)\n\
     b = [NULL, FALSE, TRUE, 4]\nFOR i = 1 TO 300\n\
     x = mark(IIF(i < 200, a, b), IIF(i < 200, i, 2))\nIF x THEN t = t + 1\nNEXT\nTALK t\n\
     FOR i = 0 TO 1100\nTRY\na[i] = FALSE\nx = a[i * 2]\nCATCH e\nn = n + 1\nEND TRY\nNEXT\n\
     TALK n\nTALK LEN(a)",
    "a = NEW ARRAY(1200)\nFOR i = 0 TO 900\na[i] = TRUE\n\
     n = n + INSTR(IIF(i = 700, a, \"abc\"), \"b\")\nIF a[i] THEN t = t + 1\na[i] = FALSE\nNEXT\n\
     TALK n\nTALK t\nTALK a[700]\nTALK LEN(a)",
    // PUSH in loops: lists with room and without, several names, and lists at their limit.
    "a = []\nb = a\nFOR i = 1 TO 400\nPUSH a, i * 2\nIF i MOD 7 = 0 THEN PUSH b, \"x\" + i\n\
     t = t + LEN(b)\nIF a[0] = 2 THEN n = n + 1\nNEXT\nTALK t\nTALK n\nTALK a[UBOUND(a)]\n\
     w = NEW ARRAY(1030)\nFOR i = 1 TO 50\nPUSH w, TRUE\nw[i] = TRUE\nNEXT\nTALK LEN(w)",
    // Subroutines in a loop, and one that changes its counter.
    "FOR i = 1 TO 60\nGOSUB more\nt = t + i\nNEXT\nTALK t\nEXIT\nmore:\n\
     IF i MOD 7 = 0 THEN i = i + 1\nn = n + 0.5\nRETURN",
];

#[test]
fn surprises_agree() {
    for script in SURPRISES {
        for seed in 0..12 {
            let cases = cases_of(seed, &[Node::line(*script)]).expect("it can be compiled");
            assert_eq!(difference(&cases), None, "{script}");
        }
    }
}

/// Calls nest deep although each of them keeps many numbers at once.
#[test]
fn calls_with_large_frames_agree() {
    let names: Vec<String> = (0..90).map(|number| format!("v{number}")).collect();
    let set = |(number, name): (usize, &String)| format!("{name} = n * {number} + 0.5\n");
    let script = format!(
        "FUNCTION f(n)\n{}IF n > 0 THEN x = f(n - 1)\nRETURN ({}) MOD 1000 + x\nEND FUNCTION\n\
         FOR i = 1 TO 3\nt = t + f(i)\nNEXT\nTALK f(150)\nTALK t",
        names.iter().enumerate().map(set).collect::<String>(),
        names.join(" + ")
    );
    for seed in 0..2 {
        let cases = cases_of(seed, &[Node::line(&script)]).expect("it can be compiled");
        assert_eq!(difference(&cases), None);
    }
}

/// The environment variable that names the folder in which another process keeps machine code.
const FOLDER: &str = "BASILECT_TEST_CODE_FOLDER";

/// Machine code that one process has made and kept does in another one what it did in the first.
#[test]
fn code_of_another_process_agrees() {
    const CASES: u64 = 150;
    let own = TemporaryFolder::new("code").expect("a folder");
    let given = std::env::var_os(FOLDER).map(PathBuf::from);
    let folder = given.clone().unwrap_or_else(|| own.path().to_path_buf());
    if given.is_none() {
        let test = std::env::current_exe().expect("a path");
        let name = "equality::code_of_another_process_agrees";
        let other = Command::new(test).args([name, "--exact"]).env(FOLDER, &folder).output();
        let other = other.expect("it starts");
        assert!(other.status.success(), "{}", String::from_utf8_lossy(&other.stdout));
    }
    basilect_native::keep_in(&folder, 64 << 20);
    for seed in 0..CASES {
        let [usual, _] = cases_of(seed, &nodes_of(seed)).expect("it can be compiled");
        assert_eq!(ways::difference_among(&usual, FROM_FOLDER), None, "seed {seed}");
    }
    let figures = basilect_native::figures();
    println!("{figures:?}");
    match given {
        Some(_) => assert_eq!((figures.compiled, figures.kept), (CASES, CASES)),
        None => assert_eq!((figures.compiled, figures.remembered), (0, 2 * CASES)),
    }
}

/// Memory that holds machine code cannot be written, and what can be written does not run.
#[cfg(target_os = "linux")]
#[test]
fn no_memory_can_be_written_and_run() {
    let script = "FOR i = 1 TO 1000\nt = t + i * 0.5\nNEXT\nTALK t";
    let cases = cases_of(0, &[Node::line(script)]).expect("it can be compiled");
    let code = || {
        let maps = std::fs::read_to_string("/proc/self/maps").expect("this system has it");
        let rights = |line: &str| line.split(' ').nth(1).map(str::to_string);
        let named = |line: &&str| line.split_whitespace().count() > 5;
        let all: Vec<String> = maps.lines().filter_map(rights).collect();
        let wrong = all.iter().find(|rights| rights.contains('w') && rights.contains('x'));
        assert_eq!(wrong, None, "{maps}");
        let unnamed = maps.lines().filter(|line| !named(line)).filter_map(rights);
        unnamed.filter(|rights| rights.contains('x')).count()
    };
    basilect_native::install();
    let program = Arc::new(Program::clone(&cases[0].program));
    let before = code();
    let ahead = basilect_native::ahead::compile(&program, 100).expect("it is compiled");
    ahead.hand_to(&program);
    assert_eq!(code(), before + 1);
    drop(program);
    assert_eq!(difference(&cases), None);
    code();
}

#[test]
fn what_differed_once_agrees() {
    for script in ONCE {
        for seed in 0..40 {
            let cases = cases_of(seed, &[Node::line(*script)]).expect("it can be compiled");
            assert_eq!(difference(&cases), None, "{script}");
        }
    }
}

fn work(first: u64, count: u64, next: &AtomicU64, seen: &Mutex<Seen>) {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= count || seen.lock().expect("no thread failed").failure.is_some() {
            return;
        }
        let seed = first + number;
        let tell = Tell(seed);
        let cases = cases_of(seed, &nodes_of(seed));
        let found = cases.as_ref().map_or_else(|wrong| Some(wrong.clone()), |c| difference(c));
        drop(tell);
        let mut seen = seen.lock().expect("no thread failed");
        seen.programs += 1;
        seen.failure = seen.failure.or(found.map(|_| seed));
        for instr in cases.iter().flat_map(|cases| &cases[0].program.code) {
            seen.ops[instr.op as usize] += 1;
        }
    }
}

/// A program that differs, made as small as can be.
fn told(seed: u64) -> String {
    let found = |nodes: &[Node]| cases_of(seed, nodes).map(|cases| difference(&cases));
    let differs = |nodes: &[Node]| matches!(found(nodes), Ok(Some(_)));
    let nodes = nodes_of(seed);
    let small = if differs(&nodes) { source::shrunk(nodes, &differs) } else { nodes };
    let what = match found(&small) {
        Ok(found) => found.unwrap_or_else(|| "it differs no more".to_string()),
        Err(wrong) => wrong,
    };
    format!("BASILECT_SEED={seed} BASILECT_PROGRAMS=1\n{}\n{what}", source::text(&small))
}
