//! How a source file looks: columns, lengths, its first line, what it may not hold.

use super::tree::{File, Tree, line_at, repository, words};
use super::{expect_caught, expect_none};

const COLUMNS: usize = 100;
const FUNCTION_LINES: usize = 70;
const TYPICAL_FUNCTION_LINES: usize = 8;
const FILE_LINES: usize = 800;

/// How far below its exception a length may fall before the exception must follow.
const SLACK_LINES: usize = 10;

/// An exception to a length: where, which function (empty for the file), how long, and why.
type Long = (&'static str, &'static str, usize, &'static str);

/// Functions over 70 lines. Only a `match` that is a table may be one.
const LONG_FUNCTIONS: &[Long] = &[
    ("compiler/src/parser/tests/dump.rs", "stmt", 114, "one arm for each kind of statement"),
    ("vm/src/machine/cycle.rs", "cycle", 135, "the loop: an arm for each step, and no calls"),
    ("compiler/native/src/emit.rs", "instruction", 106, "an arm for each way to do one"),
];
/// Files over 800 lines. Only tables and data may be one.
const LONG_FILES: &[Long] = &[];

/// Markers of work that was left for later, written so that this file does not hold them.
const UNFINISHED: &[&str] =
    &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX"), concat!("HA", "CK")];
/// Macros of work that was left for later.
const UNFINISHED_CODE: &[&str] = &["todo!", "unimplemented!"];
/// Where `unsafe` may stand, each with its reason.
const UNSAFE: &[&str] = &["compiler/native/", "runtime/gpu/"];

/// No line is wider than 100 columns, except where a single word is.
fn wide_lines(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for file in tree.rust() {
        for (number, line) in file.text.lines().enumerate() {
            let one_word = line.split_whitespace().any(|word| word.len() > 80);
            if line.chars().count() > COLUMNS && !one_word {
                found.push(format!("{}:{}: over {COLUMNS} columns", file.path, number + 1));
            }
        }
    }
    found
}

/// A function: its name, its line, and how many lines it has.
struct Function {
    name: String,
    line: usize,
    lines: usize,
}

fn functions(file: &File) -> Vec<Function> {
    let code = file.code();
    words(code, "fn").filter_map(|at| function(code, at)).collect()
}

fn function(code: &str, at: usize) -> Option<Function> {
    let rest = &code[at + 2..];
    let name = rest.trim_start().split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    let open = rest.find(['{', ';'])?;
    if name.is_empty() || rest.as_bytes()[open] == b';' {
        return None;
    }
    let end = at + 2 + open + block_length(&rest[open..]);
    let (line, last) = (line_at(code, at), line_at(code, end));
    Some(Function { name: name.to_string(), line, lines: last - line + 1 })
}

/// The offset of the brace that closes the one that `code` begins with.
fn block_length(code: &str) -> usize {
    let mut depth = 0;
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    code.len()
}

/// No function is longer than 70 lines.
fn long_functions(tree: &Tree, exceptions: &[Long]) -> Vec<String> {
    let mut found = Vec::new();
    let mut used = vec![false; exceptions.len()];
    for file in tree.rust() {
        for function in functions(file).iter().filter(|f| f.lines > FUNCTION_LINES) {
            let known = exceptions.iter().position(|e| e.0 == file.path && e.1 == function.name);
            let place = format!("{}:{}: fn {}", file.path, function.line, function.name);
            found.extend(judge(&place, function.lines, known, exceptions, &mut used));
        }
    }
    found.extend(unused(exceptions, &used));
    found
}

/// Half of all functions have no more lines than this.
fn typical_length(tree: &Tree) -> usize {
    let mut lengths: Vec<usize> =
        tree.rust().flat_map(functions).map(|function| function.lines).collect();
    lengths.sort_unstable();
    lengths.get(lengths.len() / 2).copied().unwrap_or(0)
}

/// No file is longer than 800 lines.
fn long_files(tree: &Tree, exceptions: &[Long]) -> Vec<String> {
    let mut found = Vec::new();
    let mut used = vec![false; exceptions.len()];
    for file in tree.rust() {
        let lines = file.text.lines().count();
        if lines > FILE_LINES {
            let known = exceptions.iter().position(|e| e.0 == file.path);
            found.extend(judge(&file.path, lines, known, exceptions, &mut used));
        }
    }
    found.extend(unused(exceptions, &used));
    found
}

/// What is wrong with something long, given the exception made for it.
fn judge(
    place: &str,
    lines: usize,
    known: Option<usize>,
    exceptions: &[Long],
    used: &mut [bool],
) -> Option<String> {
    let Some(known) = known else { return Some(format!("{place}: {lines} lines")) };
    used[known] = true;
    let allowed = exceptions[known].2;
    match allowed.checked_sub(lines) {
        None => Some(format!("{place}: {lines} lines, allowed {allowed}")),
        Some(slack) if slack > SLACK_LINES => {
            Some(format!("{place}: lower its exception to {lines} lines"))
        }
        Some(_) => None,
    }
}

fn unused(exceptions: &[Long], used: &[bool]) -> Vec<String> {
    let unused = exceptions.iter().zip(used).filter(|(_, used)| !**used);
    unused.map(|(e, _)| format!("{} {}: needs no exception any more", e.0, e.1)).collect()
}

/// Every module says first what it is.
fn silent_modules(tree: &Tree) -> Vec<String> {
    let silent = tree.rust().filter(|file| !file.text.starts_with("//!"));
    silent.map(|file| format!("{}: does not open with `//!`", file.path)).collect()
}

/// Nothing is left for later.
fn unfinished(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for file in tree.files().filter(|file| !["md", "bas", "chat", "txt"].iter().any(|e| file.is(e)))
    {
        for marker in UNFINISHED {
            found.extend(words(&file.text, marker).map(|at| place(file, at, marker)));
        }
        for call in UNFINISHED_CODE.iter().filter(|_| file.is("rs")) {
            found.extend(file.code().match_indices(call).map(|(at, _)| place(file, at, call)));
        }
    }
    found
}

fn place(file: &File, at: usize, what: &str) -> String {
    format!("{}:{}: {what}", file.path, line_at(&file.text, at))
}

/// `unsafe` stands only where it is allowed, and each has its reason above it.
fn unargued_unsafe(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for file in tree.rust() {
        let allowed = UNSAFE.iter().any(|folder| file.path.starts_with(folder));
        for at in words(file.code(), "unsafe") {
            let line = line_at(file.code(), at);
            if !allowed {
                found.push(format!("{}:{line}: unsafe is not allowed here", file.path));
            } else if !has_reason(file, line) {
                found.push(format!("{}:{line}: unsafe without a SAFETY comment", file.path));
            }
        }
    }
    found
}

/// Whether the line, or the comment and attributes right above it, argue why it is sound.
fn has_reason(file: &File, line: usize) -> bool {
    let lines: Vec<&str> = file.text.lines().take(line).collect();
    let above = lines.iter().rev().skip(1).map(|line| line.trim());
    let comment = above.take_while(|line| line.starts_with("//") || line.starts_with("#["));
    let argued = |line: &str| line.contains("SAFETY") || line.contains("# Safety");
    lines.last().is_some_and(|line| argued(line)) || comment.into_iter().any(argued)
}

#[test]
fn lines_fit_in_100_columns() {
    expect_none(wide_lines(repository()));
}

#[test]
fn a_wide_line_is_caught() {
    let wide = format!("//! {}\n//! https://{}", "word ".repeat(20), "x".repeat(100));
    expect_caught(&wide_lines(&Tree::of(&[("vm/src/a.rs", &wide)])), "a.rs:1");
}

#[test]
fn functions_fit_on_a_screen() {
    expect_none(long_functions(repository(), LONG_FUNCTIONS));
}

#[test]
fn a_long_function_is_caught() {
    let text = format!("fn short() {{}}\nfn long() {{\n{}}}\n", "    // }\n".repeat(69));
    let tree = Tree::of(&[("vm/src/a.rs", &text)]);
    expect_caught(&long_functions(&tree, &[]), "fn long: 71 lines");
    assert!(long_functions(&tree, &[("vm/src/a.rs", "long", 71, "a table")]).is_empty());
    let shrunk = &[("vm/src/a.rs", "long", 90, "a table")];
    expect_caught(&long_functions(&tree, shrunk), "lower its exception to 71");
    let gone = &[("vm/src/a.rs", "long", 71, ""), ("vm/src/a.rs", "short", 80, "")];
    expect_caught(&long_functions(&tree, gone), "short: needs no exception");
}

#[test]
fn most_functions_are_short() {
    let typical = typical_length(repository());
    assert!(typical <= TYPICAL_FUNCTION_LINES, "half of all functions have over {typical} lines");
    let body = "    // work\n".repeat(9);
    let text = format!("fn a() {{}}\nfn b() {{\n{body}}}\nfn c() {{\n{body}}}\n");
    assert_eq!(typical_length(&Tree::of(&[("vm/src/a.rs", &text)])), 11);
}

#[test]
fn files_stay_readable() {
    expect_none(long_files(repository(), LONG_FILES));
}

#[test]
fn a_long_file_is_caught() {
    let tree = Tree::of(&[("vm/src/a.rs", &"\n".repeat(801)), ("vm/src/b.rs", "")]);
    expect_caught(&long_files(&tree, &[]), "a.rs: 801 lines");
}

#[test]
fn modules_say_what_they_are() {
    expect_none(silent_modules(repository()));
}

#[test]
fn a_silent_module_is_caught() {
    let tree = Tree::of(&[("vm/src/a.rs", "use std::fmt;\n"), ("vm/src/b.rs", "//! Why.\n")]);
    expect_caught(&silent_modules(&tree), "a.rs");
}

#[test]
fn nothing_is_left_for_later() {
    expect_none(unfinished(repository()));
}

#[test]
fn work_left_for_later_is_caught() {
    let marker = format!("//! {}: more.\n", concat!("TO", "DO"));
    expect_caught(&unfinished(&Tree::of(&[("vm/src/a.rs", &marker)])), "a.rs:1");
    let code = "fn a() {\n    unimplemented!()\n}\n// todo! in prose\n";
    expect_caught(&unfinished(&Tree::of(&[("vm/src/a.rs", code)])), "a.rs:2");
}

#[test]
fn unsafe_is_rare_and_argued() {
    expect_none(unargued_unsafe(repository()));
}

#[test]
fn unargued_unsafe_is_caught() {
    let code = "fn a() {\n    // SAFETY: x is not null.\n    unsafe { b() }\n}\n";
    let silent = "fn a() {\n    // It is fast.\n    unsafe { b() }\n}\n";
    expect_caught(&unargued_unsafe(&Tree::of(&[("vm/src/a.rs", code)])), "not allowed");
    assert!(unargued_unsafe(&Tree::of(&[("compiler/native/src/a.rs", code)])).is_empty());
    let tree = Tree::of(&[("compiler/native/src/a.rs", silent)]);
    expect_caught(&unargued_unsafe(&tree), "a.rs:3: unsafe without");
}
