//! The codes of diagnostics and run-time errors: each is given somewhere, explained, shown in a
//! golden test, and its page tells the truth.

use std::collections::BTreeSet;

use basilect_compiler::diagnostics::codes::{self, Code};
use basilect_compiler::diagnostics::explain::{self, Page, Sample};
use basilect_compiler::package::Built;
use basilect_compiler::source::Provider;
use basilect_runtime::bots::configuration;
use basilect_runtime::conversation::state::Waiting;
use basilect_runtime::conversation::{Event, Step};
use basilect_stdlib::Limits;
use basilect_tests::bots::Files;
use basilect_tests::local::Local;

use crate::tidy::tree::{Tree, line_at, repository};

/// Where codes are made.
const TABLE: &str = "compiler/src/diagnostics/codes.rs";
/// Files in which a code stands as text, because it is compared with what came.
const TESTS: &[&str] = &["tests/", "compiler/src/package/tests.rs", "compiler/src/parser/tests"];

/// Whether a text is a code: a letter and four digits.
fn is_code(text: &str) -> bool {
    text.len() == 5
        && text.starts_with(['B', 'R'])
        && text.bytes().skip(1).all(|byte| byte.is_ascii_digit())
}

/// Codes that are written out instead of taken from the table.
fn written_out(tree: &Tree) -> Vec<String> {
    let ours = |path: &str| path != TABLE && !TESTS.iter().any(|folder| path.starts_with(folder));
    let mut found = Vec::new();
    for file in tree.rust().filter(|file| ours(&file.path)) {
        let end = file.product_code().len();
        let text = file.text.get(..end).unwrap_or(&file.text);
        let comment = |at: usize| {
            let line = text[..at].rfind('\n').map_or(0, |start| start + 1);
            text[line..at].trim_start().starts_with("//")
        };
        let quoted = text.match_indices('"').filter(|(at, _)| {
            text.get(at + 1..at + 6).is_some_and(is_code) && text[at + 6..].starts_with('"')
        });
        let places = quoted.filter(|(at, _)| !comment(*at)).map(|(at, _)| line_at(text, at));
        found.extend(places.map(|line| format!("{}:{line}", file.path)));
    }
    found
}

/// Codes that nothing gives.
fn unused(tree: &Tree) -> Vec<String> {
    let code: String = tree.rust().filter(|f| f.path != TABLE).map(|f| f.code()).collect();
    let given = |c: &Code| code.contains(&format!("codes::{}", c.name()));
    let diagnostics = codes::all().filter(|code| code.text().starts_with('B'));
    diagnostics.filter(|code| !given(code)).map(|code| code.to_string()).collect()
}

#[test]
fn codes_come_from_the_table() {
    assert_eq!(written_out(repository()), Vec::<String>::new());
    let tree = Tree::of(&[("lsp/src/a.rs", "// as in \"B0102\"\nlet a = \"B0101\";\n")]);
    assert_eq!(written_out(&tree), ["lsp/src/a.rs:2"], "a planted one is found");
}

#[test]
fn every_code_is_given_somewhere() {
    assert_eq!(unused(repository()), Vec::<String>::new());
    let empty = Tree::of(&[("lsp/src/a.rs", "codes::UNEXPECTED")]);
    let missing = unused(&empty);
    assert!(missing.len() > 40 && !missing.contains(&"B0101".to_string()), "planted: {missing:?}");
}

#[test]
fn every_code_has_a_golden_test() {
    let golden = |path: &str| path.starts_with("tests/language/") && path.ends_with(".md");
    let files = repository().files().filter(|file| golden(&file.path));
    let blocks = files.flat_map(|file| file.text.split("```diagnostics\n").skip(1));
    let expected: String = blocks.map(|block| block.split("```").next().unwrap_or("")).collect();
    let shown: BTreeSet<&str> = expected.split_whitespace().filter(|word| is_code(word)).collect();
    let mut missing = Vec::new();
    for code in codes::all().filter(|code| code.text().starts_with('B')) {
        let made = made(code).is_some();
        if made == shown.contains(code.text()) {
            missing.push(code.text());
        }
    }
    assert!(missing.is_empty(), "shown in no document, or needlessly made here: {missing:?}");
    // B9999 stands for a code that does not exist.
    let known = |text: &&&str| codes::Code::find(text).is_none() && **text != "B9999";
    assert_eq!(shown.iter().find(known), None, "codes that do not exist");
}

/// The files of an example.
fn files(samples: &[Sample]) -> Files {
    let own = samples.iter().filter(|sample| sample.language != "in");
    let path = |sample: &Sample| sample.path.unwrap_or("shop.gbdialog/start.bas").to_string();
    Files(own.map(|sample| (path(sample), sample.text.clone().into_bytes())).collect())
}

/// The bot that an example which is too long to print stands for, and a part of the message.
fn made(code: Code) -> Option<(Box<dyn Provider>, &'static str)> {
    let (source, message): (String, _) = match code {
        codes::TOO_DEEP => {
            let (open, close) = ("(".repeat(300), ")".repeat(300));
            (format!("total = {open}1{close}\nTALK total\n"), "nested too deeply")
        }
        codes::TOO_LARGE => {
            let names = "\"Ada\", ".repeat(200_000);
            (format!("names = [{names}]\nTALK names[0]\n"), "too large for a script")
        }
        codes::TOO_MANY => ("x = = 1\n".repeat(1_000), "x = = 1"),
        codes::TOO_WIDE => {
            let (open, close) = ("MAX(1, 2, ".repeat(150), ")".repeat(150));
            (format!("TALK {open}3{close}\n"), "too many values at once")
        }
        codes::MESSAGE_TOO_LONG => {
            (format!("TALK \"{}\"\n", "hello ".repeat(1_000)), "this message has 6000 characters")
        }
        codes::NOT_UTF8 => return Some((bytes("start.bas", b"TALK \"Ol\xe1\"\n"), "UTF-8")),
        codes::SETTINGS_NOT_UTF8 => {
            let provider = bytes("config.csv", b"name,value\nbot-name,Caf\xe9\n");
            return Some((provider, "UTF-8"));
        }
        codes::TOO_MANY_PROCEDURES => return Some((procedures(), "too many")),
        codes::UNREADABLE_FILE => return Some((Box::new(Locked), "cannot be read")),
        codes::BOT_TOO_LARGE => return Some((documents(), "too large for a package")),
        _ => return None,
    };
    let path = "shop.gbdialog/start.bas".to_string();
    Some((Box::new(Files(vec![(path, source.into_bytes())])), message))
}

fn bytes(name: &str, bytes: &[u8]) -> Box<dyn Provider> {
    let script = ("shop.gbdialog/other.bas".to_string(), b"TALK \"Hello\"\n".to_vec());
    Box::new(Files(vec![script, (name.to_string(), bytes.to_vec())]))
}

/// More procedures than a program can call, in scripts of a size that is allowed.
fn procedures() -> Box<dyn Provider> {
    let part = |script: usize| {
        let subs =
            (0..14_000).map(|n| format!("SUB p{script}x{n}\nTALK {n}\nEND SUB\np{script}x{n}()\n"));
        (format!("shop.gbdialog/part{script}.bas"), subs.collect::<String>().into_bytes())
    };
    Box::new(Files((0..5).map(part).collect()))
}

/// More files than a package holds.
fn documents() -> Box<dyn Provider> {
    let document = |n: usize| (format!("shop.gbkb/faq/{n}.md"), b"# Hello\n".to_vec());
    let script = ("shop.gbdialog/start.bas".to_string(), b"TALK \"Hello\"\n".to_vec());
    Box::new(Files((0..10_001).map(document).chain([script]).collect()))
}

/// A script that the system does not let us read.
struct Locked;

impl Provider for Locked {
    fn list(&self) -> Vec<String> {
        vec!["shop.gbdialog/start.bas".into()]
    }
    fn read(&self, _path: &str) -> Result<Vec<u8>, String> {
        Err("permission denied".into())
    }
}

fn given(built: &Built) -> Vec<String> {
    let line = |(file, d): &(std::sync::Arc<_>, _)| told(file, d);
    built.diagnostics.iter().map(line).collect()
}

fn told(
    file: &basilect_compiler::source::SourceFile,
    found: &basilect_compiler::diagnostics::Diagnostic,
) -> String {
    basilect_compiler::diagnostics::render::line(file, found)
}

/// What is not true on a page about a diagnostic.
fn untrue(page: &Page) -> Vec<String> {
    let code = page.code;
    let shortened = page.wrong.iter().any(|sample| sample.shortened);
    let made = made(code);
    if shortened != made.is_some() {
        return vec![format!(
            "{code}: made by the test: {}, shortened: {shortened}",
            made.is_some()
        )];
    }
    let (wrong, message) = match made {
        Some((provider, message)) => (configuration::build(provider.as_ref(), "shop"), message),
        None => (files(&page.wrong).build(), ""),
    };
    let mut untrue = Vec::new();
    let codes: BTreeSet<Code> = wrong.diagnostics.iter().map(|(_, d)| d.code).collect();
    // Too many errors are first of all errors.
    let only = code == codes::TOO_MANY || codes.len() == 1;
    let says = wrong.diagnostics.iter().any(|(_, d)| d.message.contains(message));
    if !codes.contains(&code) || !only || !(says || code == codes::TOO_MANY) {
        untrue.push(format!("{code}: the wrong example gives {:#?}", given(&wrong)));
    }
    let right = files(&page.right).build();
    if !right.diagnostics.is_empty() || right.package.is_none() {
        untrue.push(format!("{code}: the right example gives {:#?}", given(&right)));
    }
    untrue
}

#[test]
fn examples_of_diagnostics_give_what_their_pages_say() {
    let pages = codes::all().filter(|code| code.text().starts_with('B')).map(explain::page);
    let untrue: Vec<String> = pages.flat_map(|page| untrue(&page)).collect();
    assert!(untrue.is_empty(), "{} of them:\n{}", untrue.len(), untrue.join("\n"));
}

/// The code with which an example stops when it runs, or why it does not.
async fn stops(samples: &[Sample]) -> anyhow::Result<Option<Code>> {
    let built = files(samples).build();
    let Some(package) = built.package.clone() else { anyhow::bail!("{:#?}", given(&built)) };
    let local = Local::start(package, Limits::DEFAULT).await?;
    let id = local.open(&Event::Start).await?;
    let answers = samples.iter().find(|sample| sample.language == "in");
    for (number, answer) in answers.iter().flat_map(|sample| sample.text.lines()).enumerate() {
        if matches!(local.state(&id).await?.waiting, Waiting::Answer(_)) {
            local.say(&id, &format!("answer {number}"), answer).await?;
        }
    }
    let failed = local.steps(&id).await?.into_iter().find_map(|step| match step {
        Step::Failed { code, .. } => code,
        _ => None,
    });
    Ok(failed.map(codes::of_trap))
}

#[tokio::test(flavor = "multi_thread")]
async fn examples_of_run_time_errors_stop_as_their_pages_say() {
    let mut untrue = Vec::new();
    for code in codes::all().filter(|code| code.text().starts_with('R')) {
        let page = explain::page(code);
        let shown = page.wrong.iter().any(|sample| !sample.shortened);
        for (samples, expected) in [(&page.wrong, shown.then_some(code)), (&page.right, None)] {
            if samples.iter().all(|sample| sample.shortened) {
                continue;
            }
            match stops(samples).await {
                Ok(came) if came == expected => {}
                other => untrue.push(format!("{code}: {other:?} in place of {expected:?}")),
            }
        }
    }
    assert!(untrue.is_empty(), "{} of them:\n{}", untrue.len(), untrue.join("\n"));
}
