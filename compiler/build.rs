//! Makes the parser's tables from the grammar, runs them with a loop of our own, and lets the
//! tests see which rules are used.
#![allow(clippy::disallowed_methods, reason = "a build script reads and writes files")]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{env, fs, io, process};

fn main() {
    println!("cargo:rerun-if-changed=src/grammar.lalrpop");
    println!("cargo:rerun-if-changed=build.rs");
    let made = lalrpop::Configuration::new()
        .emit_rerun_directives(false)
        .use_cargo_dir_conventions()
        .force_build(true)
        .process();
    if let Err(error) = made {
        eprintln!("the grammar cannot be turned into a parser: {error}");
        process::exit(1);
    }
    if let Err(error) = trace() {
        eprintln!("the parser cannot be read: {error}");
        process::exit(1);
    }
}

/// The loop that runs the tables, in the place of lalrpop's.
const DRIVE: &str = "crate::parser::drive::drive(";

/// The generated parser names a rule in a comment before the code that applies it. In unit tests,
/// and only there, that code also reports the rule; `rules.rs` lists all of them.
fn trace() -> io::Result<()> {
    let folder = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let path = folder.join("grammar.rs");
    let (mut parser, mut rules) = (String::new(), BTreeSet::new());
    for line in fs::read_to_string(&path)?.lines() {
        parser.push_str(&line.replace("__state_machine::Parser::drive(", DRIVE));
        parser.push('\n');
        if let Some(rule) = rule(line) {
            parser.push_str(&format!("#[cfg(test)]\ncrate::grammar::used::note({rule:?});\n"));
            rules.insert(rule);
        }
    }
    let list: String = rules.iter().map(|rule| format!("    {rule:?},\n")).collect();
    fs::write(folder.join("rules.rs"), format!("&[\n{list}]\n"))?;
    fs::write(path, parser)
}

/// `// Expr = Open, Operand => ActionFn(7);`
fn rule(line: &str) -> Option<String> {
    let (rule, action) = line.trim().strip_prefix("// ")?.rsplit_once(" => ActionFn(")?;
    let (name, _) = rule.split_once(" =")?;
    // Optional parts and groups are written out in the rules that have them.
    let written_out = name.ends_with(['?', '*', ')']) || name.starts_with('@');
    (action.ends_with(");") && !written_out).then(|| rule.trim().to_string())
}
