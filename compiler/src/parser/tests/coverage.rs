//! How much of the language the golden documents in `tests/language` show: every rule of the
//! grammar, every kind of statement and expression, every form, spelling and lead word of every
//! keyword, and every function. `cargo xtask coverage` prints what is missing, and `docs/forms.md`
//! says for each form where it is shown.
#![allow(clippy::print_stdout, reason = "what is missing is printed")]

use crate::ast::{Command, Script, Stmt, StmtKind};
use crate::grammar::used;
use crate::names::walk::{Watch, walk};
use crate::source::{SourceFile, Span};
use crate::types::{Bindings, Bound};
use basilect_stdlib::Keyword;
use basilect_stdlib::words::{self, vocabulary};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/language");
/// The source of the tree.
const TREE: &str = concat!(include_str!("../../ast/mod.rs"), include_str!("../../ast/classic.rs"));
/// Kinds of nodes that stand for what could not be read; no script with one runs.
const NEVER_RUN: &[&str] = &["StmtKind::Broken", "ExprKind::Broken"];

/// The enums of the tree, and what stands before their variants where a tree is printed.
const ENUMS: &[(&str, &[&str])] = &[
    ("StmtKind", &["Stmt { kind: "]),
    ("ExprKind", &["Expr { kind: "]),
    ("Classic", &["kind: Classic("]),
    ("PrintItem", &["items: [(", "Join), (", "Zone), ("]),
    ("PrintEnd", &["}), ", "(Empty, "]),
    ("CaseTest", &["tests: [", "}), "]),
    ("ExitKind", &["kind: Exit("]),
    ("OnError", &["kind: OnError("]),
    ("Resume", &["kind: Resume("]),
    ("MapKey", &["Map([(", "}), ("]),
    ("Piece", &["Template([", "}), ", "\"), "]),
    ("UnaryOp", &["kind: Unary("]),
    ("BinaryOp", &["kind: Binary(", "kind: Is(", "Is("]),
];

/// What there is of one kind, and where the documents show it first.
struct Tally {
    what: &'static str,
    wanted: BTreeSet<String>,
    shown: BTreeMap<String, Rc<Place>>,
}
/// A section of a golden document.
struct Place {
    document: String,
    section: String,
}

impl Tally {
    fn new(what: &'static str, wanted: impl IntoIterator<Item = String>) -> Tally {
        Tally { what, wanted: wanted.into_iter().collect(), shown: BTreeMap::new() }
    }
    fn show(&mut self, names: impl IntoIterator<Item = String>, place: &Rc<Place>) {
        for name in names {
            self.shown.entry(name).or_insert_with(|| place.clone());
        }
    }
    fn missing(&self) -> impl Iterator<Item = &String> {
        self.wanted.iter().filter(|name| !self.shown.contains_key(*name))
    }
    /// `289/289 rules of the grammar`, and a line for each that is missing.
    fn print(&self) {
        let missing: Vec<_> = self.missing().collect();
        let all = self.wanted.len();
        println!("{:>5}/{all:<5} {}", all - missing.len(), self.what);
        missing.iter().for_each(|one| println!("              missing: {one}"));
    }
}

/// The scripts of the documents that run: those of sections with an `out` block.
fn scripts() -> Vec<(Rc<Place>, String)> {
    let mut found = Vec::new();
    for path in documents() {
        let document = path.file_stem().map(|name| name.to_string_lossy().into_owned());
        let document = document.unwrap_or_default();
        let text = std::fs::read_to_string(path).expect("a text");
        for section in text.split("\n## ").filter(|section| section.contains("\n```out\n")) {
            let title = section.lines().next().unwrap_or_default().to_string();
            let place = Rc::new(Place { document: document.clone(), section: title });
            found.extend(blocks(section).into_iter().map(|script| (place.clone(), script)));
        }
    }
    found
}
fn documents() -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(FOLDER).expect("the golden documents");
    let paths = entries.map(|entry| entry.expect("a document").path());
    let mut paths: Vec<_> = paths.filter(|p| p.extension().is_some_and(|e| e == "md")).collect();
    paths.sort();
    paths
}
fn blocks(section: &str) -> Vec<String> {
    let fences = section.split("\n```").skip(1).step_by(2);
    let script = |fence: &str| {
        let (kind, text) = fence.split_once('\n')?;
        let is_script = matches!(kind, "basic" | "bot") || kind.starts_with("script ");
        is_script.then(|| text.to_string())
    };
    fences.filter_map(script).collect()
}

/// Notes which keywords a script uses, and how.
struct Uses<'a> {
    file: &'a SourceFile,
    forms: BTreeSet<String>,
    spellings: BTreeSet<String>,
    leads: BTreeSet<String>,
    functions: BTreeSet<String>,
}

impl<'a> Uses<'a> {
    fn of(file: &'a SourceFile, script: &Script) -> Uses<'a> {
        let empty = BTreeSet::new;
        let (forms, spellings, leads, functions) = (empty(), empty(), empty(), empty());
        let mut uses = Uses { file, forms, spellings, leads, functions };
        walk(&script.body, &Bindings::default(), &mut uses);
        uses
    }
    fn bound(&mut self, bound: Option<&Bound<'_>>) {
        if let Some(Bound { keyword, form: Some(form), .. }) = bound {
            self.forms.insert(named(keyword, form));
        }
    }
    fn spelt(&mut self, written: &str) {
        let words = written.to_uppercase().replace('_', " ");
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let found = [words::lookup(&words), words::function(&words)];
        for keyword in found.into_iter().flatten() {
            self.spellings.insert(spelling(keyword, &words));
        }
    }
}

impl<'a> Watch<'a> for Uses<'_> {
    fn command(&mut self, command: &'a Command, bound: Option<&Bound<'a>>) {
        self.bound(bound);
        let written = self.file.slice(command.words).to_uppercase();
        self.spelt(written.strip_prefix("BEGIN ").unwrap_or(&written));
        if command.keyword.run.is_some() && bound.is_some() {
            self.functions.insert(command.keyword.name.to_string());
        }
        for lead in command.args.iter().filter_map(|arg| arg.lead) {
            self.leads.insert(named(command.keyword, lead));
        }
    }
    fn stmt(&mut self, stmt: &'a Stmt) {
        // A block of its own, run by the keyword of that name.
        if matches!(stmt.kind, StmtKind::Workflow { .. }) {
            self.spelt("ORCHESTRATE WORKFLOW");
            let forms = words::lookup("ORCHESTRATE WORKFLOW").map_or(&[][..], |k| k.forms);
            self.forms.extend(forms.iter().map(|form| format!("ORCHESTRATE WORKFLOW: {form}")));
        }
    }
    fn host_call(&mut self, keyword: &'static Keyword, bound: Option<&Bound<'a>>, _: Span) {
        self.bound(bound);
        self.spellings.insert(spelling(keyword, keyword.name));
    }
    fn call(&mut self, name: &'a str, _: Span, _: usize) {
        self.spelt(name.trim_end_matches('$'));
        if let Some(function) = crate::names::function(name) {
            self.functions.insert(function.name.to_string());
        }
    }
    fn read(&mut self, name: &'a str, _: Span) {
        if let Some(function) = crate::names::bare_function(name) {
            self.functions.insert(function.name.to_string());
        }
    }
}

fn named(keyword: &Keyword, what: &str) -> String {
    format!("{}: {what}", keyword.name)
}
fn spelling(keyword: &Keyword, words: &str) -> String {
    let kind = if keyword.run.is_some() { "function" } else { "keyword" };
    format!("{kind} {} as {words}", keyword.name)
}

/// The variants of the tree's enums, read from its source.
fn variants() -> Vec<String> {
    let mut found = Vec::new();
    for (name, _) in ENUMS {
        let start = TREE.find(&format!("pub enum {name} {{\n")).expect("an enum of the tree");
        let body = TREE[start..].split("\n}").next().unwrap_or_default();
        let names = body.lines().skip(1).filter_map(|line| line.strip_prefix("    "));
        let names = names.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
        found.extend(names.map(|line| format!("{name}::{}", first_word(line))));
    }
    found.retain(|variant| !NEVER_RUN.contains(&variant.as_str()));
    found
}
fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    &text[..end]
}
/// The variants that a printed tree holds.
fn variants_in(script: &Script) -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    let printed = format!("{script:?}");
    for (name, before) in ENUMS {
        for prefix in *before {
            let places = printed.match_indices(prefix).map(|(at, _)| at + prefix.len());
            let words = places.map(|at| first_word(&printed[at..]));
            shown.extend(words.map(|word| format!("{name}::{word}")));
        }
    }
    shown
}

/// All tallies over all documents.
fn tallies() -> Vec<Tally> {
    let all = || words::all();
    let forms = all().flat_map(|k| k.forms.iter().map(|form| named(k, form)));
    let spellings = all().flat_map(|k| vocabulary::spellings(k).map(|s| spelling(k, s)));
    // `=` is no word: the forms show it.
    let leads =
        |k| vocabulary::leads(k).iter().map(|lead| lead.words).filter(|words| *words != "=");
    let leads = all().flat_map(|k| leads(k).map(|words| named(k, words)));
    let functions = all().filter(|k| k.run.is_some()).map(|k| k.name.to_string());
    let mut nodes = Tally::new("kinds of statements and expressions", variants());
    let mut forms = Tally::new("forms of keywords", forms);
    let mut spellings = Tally::new("spellings of keywords and functions", spellings);
    let mut leads = Tally::new("lead words of keywords", leads);
    let mut functions = Tally::new("functions", functions);
    let mut rules = Tally::new("rules of the grammar", used::RULES.iter().map(|r| r.to_string()));
    for (place, text) in scripts() {
        let file = SourceFile::new("golden.bas", text);
        let (script, _) = crate::parser::parse(&file);
        rules.show(used::rules().into_iter().map(str::to_string), &place);
        nodes.show(variants_in(&script), &place);
        let uses = Uses::of(&file, &script);
        forms.show(uses.forms, &place);
        spellings.show(uses.spellings, &place);
        leads.show(uses.leads, &place);
        functions.show(uses.functions, &place);
    }
    vec![rules, nodes, forms, spellings, leads, functions]
}

#[test]
fn the_golden_documents_show_the_whole_language() {
    let tallies = tallies();
    tallies.iter().for_each(Tally::print);
    let missing: usize = tallies.iter().map(|tally| tally.missing().count()).sum();
    assert_eq!(missing, 0, "write golden sections for what is missing");
}

/// The document for people, whose last part is made here.
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/forms.md");
/// What stands above the part that is made.
const MADE: &str = "\n## Forms of keywords\n";

/// `older.md#schedule-in`, as sites that show Markdown name it.
fn anchor(place: &Place) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let title: String = place.section.to_lowercase().chars().filter(kept).collect();
    format!("{}.md#{}", place.document, title.replace(' ', "-"))
}
/// The rows of the forms, and of the functions by their first letters.
fn table(tallies: &[Tally]) -> String {
    let tally = |what: &str| tallies.iter().find(|tally| tally.what == what).expect("a tally");
    let mut made = MADE.to_string();
    rows(&mut made, "Form", tally("forms of keywords"), |form| {
        form.split_once(": ").map_or(form, |(_, form)| form)
    });
    made += "\n## Functions\n";
    rows(&mut made, "Function", tally("functions"), |name| name);
    made
}
fn rows(made: &mut String, head: &str, tally: &Tally, shown: impl Fn(&str) -> &str) {
    *made += &format!("\n| {head} | Golden test |\n| --- | --- |\n");
    for (name, place) in tally.shown.iter().filter(|(name, _)| tally.wanted.contains(*name)) {
        let form = shown(name).replace('|', "\\|");
        let (section, anchor) = (&place.section, anchor(place));
        *made += &format!("| `{form}` | [{section}](../tests/language/{anchor}) |\n");
    }
}

#[test]
fn the_table_of_forms_is_true() {
    let written = std::fs::read_to_string(TABLE).expect("the table");
    let (head, made) = written.split_at(written.find(MADE).expect("its made part"));
    let places: BTreeSet<_> = scripts().iter().map(|(place, _)| anchor(place)).collect();
    let links = head.split("](../tests/language/").skip(1).filter_map(|l| l.split(')').next());
    let broken: Vec<_> =
        links.filter(|link| link.contains('#') && !places.contains(*link)).collect();
    assert!(broken.is_empty(), "no such sections: {broken:?}");
    let wanted = table(&tallies());
    if made != wanted && std::env::var_os("REGEN").is_some() {
        std::fs::write(TABLE, format!("{head}{wanted}")).expect("a writable folder");
    }
    assert!(made == wanted, "docs/forms.md is out of date: run with REGEN=1");
}

/// A form, a rule or a function that no document shows is found missing.
#[test]
fn what_is_not_shown_is_missing() {
    let mut tally = Tally::new("functions", ["LEN".to_string(), "UCASE".to_string()]);
    let file = SourceFile::new("one.bas", "TALK LEN(\"a\")");
    let (script, _) = crate::parser::parse(&file);
    let uses = Uses::of(&file, &script);
    tally.show(uses.functions, &Rc::new(Place { document: "one".into(), section: "One".into() }));
    assert_eq!(tally.missing().collect::<Vec<_>>(), ["UCASE"]);
    assert!(uses.forms.contains("TALK: TALK {text}"));
    assert!(!used::rules().is_empty() && used::rules().len() < used::RULES.len());
}
