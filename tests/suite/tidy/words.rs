//! What must be tested, and what things are called.

use super::tree::{File, Tree, line_at, repository, root, words};
use super::{expect_caught, expect_none};
use basilect_stdlib::Limits;

/// Keywords without a golden test; the list may only shrink.
const UNCOVERED_KEYWORDS: &str = "tests/language/uncovered.txt";
/// Limits without a hostile script; the list may only shrink.
const UNCOVERED_LIMITS: &str = "tests/hostile/uncovered.txt";

/// Words for things that have one already: what is written, and the word of the glossary.
const SYNONYMS: &[(&str, &str)] = &[
    ("chatbot", "bot"),
    ("chat bot", "bot"),
    ("end user", "person"),
    ("end-user", "person"),
    ("chatter", "person"),
    ("chat session", "conversation"),
    ("dialogue session", "conversation"),
    ("virtual machine", "machine"),
    ("save state", "snapshot"),
    ("saved state", "snapshot"),
    ("event sourcing log", "journal"),
    ("super user", "administrator"),
    ("sysadmin", "administrator"),
];

/// A keyword by its canonical words and the other spellings of it.
type Spellings<'a> = (&'a str, &'a [&'a str]);

/// Every keyword stands in a golden test.
fn untested_keywords(tree: &Tree, keywords: &[Spellings<'_>]) -> Vec<String> {
    let source: String = golden_sources(tree).collect();
    let tested = |keyword: &str| {
        keywords.iter().find(|(name, _)| *name == keyword).map(|(name, aliases)| {
            std::iter::once(name).chain(*aliases).any(|word| words(&source, word).next().is_some())
        })
    };
    let names = keywords.iter().map(|(name, _)| *name);
    ratchet(names, &tree.list(UNCOVERED_KEYWORDS), UNCOVERED_KEYWORDS, tested)
}

/// The scripts inside the golden tests: upper case, underscores as spaces, no literal text.
fn golden_sources(tree: &Tree) -> impl Iterator<Item = String> {
    let golden = |file: &&File| file.path.starts_with("tests/language/") && file.is("md");
    tree.files().filter(golden).flat_map(|file| {
        let blocks = file.text.split("```basic").skip(1);
        blocks.map(|block| spoken(block.split("```").next().unwrap_or_default()))
    })
}

fn spoken(script: &str) -> String {
    let (mut plain, mut in_text, mut in_value) = (String::new(), false, false);
    let mut chars = script.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if !in_value => in_text = !in_text,
            '$' if in_text && chars.peek() == Some(&'{') => in_value = true,
            '}' => in_value = false,
            '\n' => (in_text, in_value) = (false, false),
            _ => {}
        }
        let shown = if in_text && !in_value { ' ' } else { c };
        plain.push(if shown == '_' { ' ' } else { shown.to_ascii_uppercase() });
    }
    plain
}

/// Every limit is named by the header of a hostile script.
fn untested_limits(tree: &Tree, limits: &[String]) -> Vec<String> {
    let hostile = |file: &&File| file.path.starts_with("tests/hostile/") && file.is("bas");
    let headers: String = tree.files().filter(hostile).map(header).collect();
    let tested = |limit: &str| {
        let known = limits.iter().any(|name| name == limit);
        known.then(|| words(&headers, limit).next().is_some())
    };
    let names = limits.iter().map(String::as_str);
    ratchet(names, &tree.list(UNCOVERED_LIMITS), UNCOVERED_LIMITS, tested)
}

/// The comment that a script opens with.
fn header(file: &File) -> String {
    let comment = |line: &&str| line.starts_with('\'') || line.starts_with("REM");
    file.text.lines().take_while(comment).map(|line| format!("{line}\n")).collect()
}

/// Compares what is `tested` (`None`: no such thing) with the list of what is not.
fn ratchet<'a>(
    names: impl Iterator<Item = &'a str>,
    listed: &[&str],
    list: &str,
    tested: impl Fn(&str) -> Option<bool>,
) -> Vec<String> {
    let missing = names.filter(|name| tested(name) == Some(false) && !listed.contains(name));
    let mut found: Vec<String> = missing.map(|name| format!("{name}: has no test")).collect();
    found.extend(listed.iter().filter_map(|name| match tested(name) {
        Some(false) => None,
        Some(true) => Some(format!("{name}: has a test now; take it off {list}")),
        None => Some(format!("{name}: does not exist; take it off {list}")),
    }));
    found
}

/// With REGEN=1, takes off a list what needs not stand there any more. It never adds.
fn shrink(list: &str, violations: &[String]) {
    if std::env::var_os("REGEN").is_none() {
        return;
    }
    let off = format!("; take it off {list}");
    let done: Vec<&str> = violations
        .iter()
        .filter_map(|violation| violation.strip_suffix(&off)?.split_once(": "))
        .map(|(name, _)| name)
        .collect();
    let text = repository().file(list).map_or("", |file| &file.text);
    let kept = text.lines().filter(|line| !done.contains(line));
    let kept: String = kept.map(|line| format!("{line}\n")).collect();
    std::fs::write(root().join(list), kept).expect("the list can be written");
}

/// One thing has one word, in code and in documentation.
fn synonyms(tree: &Tree) -> Vec<String> {
    let ours = |file: &&File| {
        let prose = file.is("md") && !file.path.starts_with("examples/");
        (file.is("rs") || prose) && !file.path.starts_with("tests/suite/tidy")
    };
    let mut found = Vec::new();
    for file in tree.files().filter(ours) {
        let text = file.text.to_ascii_lowercase();
        for (wrong, right) in SYNONYMS {
            found.extend(words(&text, wrong).map(|at| {
                format!("{}:{}: say {right}, not {wrong}", file.path, line_at(&text, at))
            }));
        }
    }
    found
}

#[test]
fn every_keyword_has_a_golden_test() {
    let keywords: Vec<Spellings<'_>> =
        basilect_stdlib::words::all().map(|keyword| (keyword.name, keyword.aliases)).collect();
    let violations = untested_keywords(repository(), &keywords);
    shrink(UNCOVERED_KEYWORDS, &violations);
    expect_none(violations);
}

#[test]
fn an_untested_keyword_is_caught() {
    let golden = "## Saying\n```basic\nsend_mail \"NOW ${len(x)}\"\n' hello\n```\nHEAR it\n";
    let tree = |list| Tree::of(&[("tests/language/a.md", golden), (UNCOVERED_KEYWORDS, list)]);
    let keywords: &[Spellings<'_>] = &[("SEND EMAIL", &["SEND MAIL"]), ("LEN", &[]), ("NOW", &[])];
    expect_caught(&untested_keywords(&tree("# none\n"), keywords), "NOW: has no test");
    assert!(untested_keywords(&tree("NOW\n"), keywords).is_empty());
    expect_caught(&untested_keywords(&tree("NOW\nLEN\n"), keywords), "LEN: has a test now");
    expect_caught(&untested_keywords(&tree("NOW\nOLD\n"), keywords), "OLD: does not exist");
}

#[test]
fn every_limit_has_a_hostile_script() {
    let limits = serde_json::to_value(Limits::DEFAULT).expect("limits are plain numbers");
    let limits: Vec<String> =
        limits.as_object().expect("a struct").keys().map(String::from).collect();
    let violations = untested_limits(repository(), &limits);
    shrink(UNCOVERED_LIMITS, &violations);
    expect_none(violations);
}

#[test]
fn an_untested_limit_is_caught() {
    let script = "' stops at call_depth\nSUB a\n' heap_bytes is not in the header\n";
    let tree = Tree::of(&[("tests/hostile/recursion.bas", script)]);
    let limits = ["call_depth".to_string(), "heap_bytes".to_string()];
    expect_caught(&untested_limits(&tree, &limits), "heap_bytes: has no test");
}

#[test]
fn one_thing_has_one_word() {
    expect_none(synonyms(repository()));
}

#[test]
fn a_synonym_is_caught() {
    let tree = Tree::of(&[
        ("vm/src/a.rs", "//! What an end user sees.\n"),
        ("examples/README.md", "An end user may read this.\n"),
    ]);
    expect_caught(&synonyms(&tree), "a.rs:1: say person");
}
