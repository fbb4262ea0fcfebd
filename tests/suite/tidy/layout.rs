//! Crates, modules, dependencies: what may know of what.

use super::tree::{File, Tree, line_at, repository, words};
use super::{expect_caught, expect_none};
use std::collections::BTreeSet;

/// Each crate and the crates of ours that it may depend on. Nothing points back.
const DIRECTION: &[(&str, &[&str])] = &[
    ("stdlib", &[]),
    ("vm", &["stdlib"]),
    ("compiler", &["stdlib", "vm"]),
    ("compiler/native", &["stdlib", "vm"]),
    ("runtime/gpu", &[]),
    ("runtime", &["stdlib", "vm", "compiler", "gpu"]),
    // The studio is a page of the server whose editor speaks with the language server.
    ("server", &["stdlib", "vm", "compiler", "runtime", "lsp"]),
    ("lsp", &["stdlib", "vm", "compiler"]),
    ("cli", &["stdlib", "vm", "compiler", "native", "runtime", "server", "lsp"]),
    ("xtask", &[]),
    ("fuzz", &["stdlib", "vm", "compiler", "native"]),
    ("tests", &["stdlib", "vm", "compiler", "native", "runtime", "server", "lsp", "cli"]),
];

/// Crates that never touch the outside.
const PURE: &[&str] = &["stdlib", "vm", "compiler"];
/// What they may not name.
const OUTSIDE: &[&str] =
    &["std::fs", "std::net", "std::env", "std::process", "SystemTime::now", "Instant::now"];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc", "manager"];

/// Ports without a contract, and why. The list may only shrink.
const WITHOUT_CONTRACT: &[(&str, &str)] = &[
    ("clock", "it promises nothing that a test could see break"),
    ("models", "a model's answers differ; its wire format is tested where it is spoken"),
];

/// A crate depends only on what stands before it.
fn backward_dependencies(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for manifest in tree.files().filter(|file| file.path.ends_with("/Cargo.toml")) {
        let folder = manifest.path.trim_end_matches("/Cargo.toml");
        let Some((_, allowed)) = DIRECTION.iter().find(|(name, _)| *name == folder) else {
            found.push(format!("{}: a crate that no rule knows", manifest.path));
            continue;
        };
        let ours = manifest.text.lines().filter_map(|line| line.strip_prefix("basilect-"));
        for other in ours.filter_map(|line| line.split([' ', '.', '=']).next()) {
            if !allowed.contains(&other) {
                found.push(format!("{}: may not depend on {other}", manifest.path));
            }
        }
    }
    found
}

/// Every Rust file is reached from a crate's root by `mod`.
fn orphans(tree: &Tree) -> Vec<String> {
    let mut reached: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<&File> = tree.rust().filter(|file| is_root(&file.path)).collect();
    while let Some(file) = open.pop() {
        if reached.insert(file.path.clone()) {
            open.extend(modules(file).iter().filter_map(|path| tree.file(path)));
        }
    }
    let orphans = tree.rust().filter(|file| !reached.contains(&file.path));
    orphans.map(|file| format!("{}: no `mod` reaches it", file.path)).collect()
}

/// Whether cargo compiles this file by itself.
fn is_root(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let parent = folder.rsplit('/').next().unwrap_or_default();
    let root_name = ["lib.rs", "main.rs", "build.rs"].contains(&name);
    let inside = folder.contains("/src/") || folder.contains("/suite/");
    let alone =
        ["bin", "benches", "examples", "tests", "fuzz_targets"].contains(&parent) && !inside;
    (root_name && !inside) || alone || folder.ends_with("/src/bin")
}

/// The paths at which the modules that `file` declares may lie.
fn modules(file: &File) -> Vec<String> {
    let code = file.code();
    let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
    let base = match name {
        "lib.rs" | "main.rs" | "mod.rs" | "build.rs" => folder.to_string(),
        name => format!("{folder}/{}", name.trim_end_matches(".rs")),
    };
    let mut found = Vec::new();
    for at in words(code, "mod") {
        let Some((name, _)) = code[at + 3..].split_once(';') else { continue };
        let name = name.trim();
        if let Some(path) = path_attribute(&file.text[..at]) {
            found.push(joined(folder, path));
        } else if !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            found.extend([format!("{base}/{name}.rs"), format!("{base}/{name}/mod.rs")]);
        }
    }
    found
}

/// The path in `#[path = "…"]`, when that is the line above a declaration.
fn path_attribute(before: &str) -> Option<&str> {
    let line = before.rsplit_once('\n')?.0.lines().next_back()?;
    line.trim().strip_prefix("#[path = \"")?.strip_suffix("\"]")
}

/// `folder/path` without steps upwards.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Every dependency and every lint of the workspace says why it is there.
fn unexplained_settings(tree: &Tree) -> Vec<String> {
    let Some(manifest) = tree.file("Cargo.toml") else { return Vec::new() };
    let (mut explained, mut found) = (false, Vec::new());
    for (number, line) in manifest.text.lines().enumerate() {
        if line.starts_with('[') {
            explained =
                line.starts_with("[workspace.dependencies") || line.starts_with("[workspace.lints");
        }
        let word = line.starts_with(|c: char| c.is_ascii_alphabetic());
        let setting = word && line.contains(" = ") && !line.starts_with("basilect-");
        if explained && setting && !line.contains(" # ") {
            let name = line.split(' ').next().unwrap_or_default();
            found.push(format!("Cargo.toml:{}: {name} does not say why", number + 1));
        }
    }
    found
}

/// The pure crates name nothing of the outside, and their lints forbid it.
fn impure(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for name in PURE {
        let lints = tree.file(&format!("{name}/clippy.toml")).map_or("", |file| &file.text);
        let missing = OUTSIDE.iter().filter(|o| !lints.contains(o.trim_end_matches("::now")));
        found.extend(missing.map(|outside| format!("{name}/clippy.toml: does not name {outside}")));
        let sources = format!("{name}/src/");
        for file in tree.rust().filter(|file| file.path.starts_with(&sources)) {
            found.extend(outside_uses(file));
        }
    }
    found
}

fn outside_uses(file: &File) -> Vec<String> {
    if file.path.ends_with("/tests.rs") || file.path.contains("/tests/") {
        return Vec::new();
    }
    let code = file.product_code();
    let uses = OUTSIDE.iter().flat_map(|outside| words(code, outside).map(move |at| (at, outside)));
    uses.map(|(at, what)| format!("{}:{}: {what}", file.path, line_at(code, at))).collect()
}

/// No file is named after nothing in particular.
fn empty_names(tree: &Tree) -> Vec<String> {
    let empty = |file: &&File| {
        let mut parts = file.path.trim_end_matches(".rs").split('/');
        parts.any(|part| EMPTY_NAMES.contains(&part))
    };
    tree.rust().filter(empty).map(|file| format!("{}: an empty name", file.path)).collect()
}

/// Every port (a trait under `runtime/src/ports`) has a contract that its implementations run.
fn ports_without_contract(tree: &Tree, exceptions: &[(&str, &str)]) -> Vec<String> {
    let mut found = Vec::new();
    for file in tree.rust().filter(|file| file.path.starts_with("runtime/src/ports/")) {
        let name = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        let contract = format!("fn {name}_contract");
        let has_contract = tree.rust().any(|other| other.code().contains(&contract));
        let excepted = exceptions.iter().any(|(port, _)| *port == name);
        let is_port = file.product_code().contains("\npub trait ");
        match (is_port, has_contract, excepted) {
            (true, false, false) => found.push(format!("{}: no `{contract}`", file.path)),
            (_, true, true) => found.push(format!("{name}: needs no exception any more")),
            _ => {}
        }
    }
    found
}

#[test]
fn crates_depend_in_one_direction() {
    expect_none(backward_dependencies(repository()));
}

#[test]
fn a_backward_dependency_is_caught() {
    let manifest = "[dependencies]\nbasilect-stdlib = { workspace = true }\nbasilect-runtime = 1\n";
    let tree = Tree::of(&[("vm/Cargo.toml", manifest)]);
    expect_caught(&backward_dependencies(&tree), "vm/Cargo.toml: may not depend on runtime");
    expect_caught(&backward_dependencies(&Tree::of(&[("extra/Cargo.toml", "")])), "no rule");
}

#[test]
fn every_file_belongs_to_a_crate() {
    expect_none(orphans(repository()));
}

#[test]
fn an_orphan_is_caught() {
    let tree = Tree::of(&[
        ("vm/src/lib.rs", "pub(crate) mod a;\n// mod lost;\nmod inline { mod b; }"),
        ("vm/src/a.rs", "mod c;\nmod d;"),
        ("vm/src/a/c.rs", ""),
        ("vm/src/lost.rs", ""),
        ("vm/src/a/d/mod.rs", "#[path = \"../../e/mod.rs\"]\nmod e;"),
        ("vm/src/e/mod.rs", "pub mod f;"),
        ("vm/src/e/f.rs", ""),
        ("vm/tests/alone.rs", ""),
        ("tests/suite/main.rs", "mod d;"),
        ("tests/suite/d/mod.rs", ""),
    ]);
    expect_caught(&orphans(&tree), "vm/src/lost.rs");
}

#[test]
fn every_dependency_says_why() {
    expect_none(unexplained_settings(repository()));
}

#[test]
fn an_unexplained_dependency_is_caught() {
    let manifest = "[workspace.dependencies]\n# --- ours\nbasilect-vm = { path = \"vm\" }\n\
                    axum = \"0.8\" # routes\nbytes = \"1\"\n[profile.dev]\ndebug = true\n";
    let tree = Tree::of(&[("Cargo.toml", manifest)]);
    expect_caught(&unexplained_settings(&tree), "Cargo.toml:5: bytes");
}

#[test]
fn pure_crates_stay_pure() {
    expect_none(impure(repository()));
}

#[test]
fn an_impure_call_is_caught() {
    let lints = OUTSIDE.join("\n");
    let code = "fn a() { std::fs::read(p) }\n#[cfg(test)]\nmod t { use std::env; }\n";
    let mut files: Vec<(String, &str)> =
        PURE.iter().map(|name| (format!("{name}/clippy.toml"), lints.as_str())).collect();
    files.push(("vm/src/a.rs".to_string(), code));
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    expect_caught(&impure(&Tree::of(&files)), "vm/src/a.rs:1: std::fs");
    assert_eq!(impure(&Tree::of(&[])).len(), PURE.len() * OUTSIDE.len());
}

#[test]
fn files_are_named_after_what_they_hold() {
    expect_none(empty_names(repository()));
}

#[test]
fn an_empty_name_is_caught() {
    let tree = Tree::of(&[("vm/src/utils.rs", ""), ("vm/src/heap/list.rs", "")]);
    expect_caught(&empty_names(&tree), "vm/src/utils.rs");
}

#[test]
fn every_port_has_a_contract() {
    expect_none(ports_without_contract(repository(), WITHOUT_CONTRACT));
}

#[test]
fn a_port_without_contract_is_caught() {
    let tree = Tree::of(&[
        ("runtime/src/ports/store.rs", "//! It.\npub trait Store {}"),
        ("runtime/src/ports/blobs.rs", "//! It.\npub trait Blobs {}"),
        ("runtime/src/ports/blobs_contract.rs", "pub async fn blobs_contract() {}"),
    ]);
    expect_caught(&ports_without_contract(&tree, &[]), "store.rs");
    let exceptions = [("store", ""), ("blobs", "")];
    expect_caught(&ports_without_contract(&tree, &exceptions), "blobs: needs no exception");
}
