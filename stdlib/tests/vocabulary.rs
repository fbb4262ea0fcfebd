//! The vocabulary as a whole: every form can be read, nothing is declared twice, and what changed
//! since the last release is seen.
#![allow(clippy::disallowed_methods, reason = "a test reads the lock file and its setting")]

use basilect_stdlib::keyword::{Keyword, Type};
use basilect_stdlib::{forms, words};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const LOCK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vocabulary.lock");

#[test]
fn every_form_reads_and_names_only_its_fields() {
    for keyword in words::all() {
        let mut named = BTreeSet::new();
        for form in keyword.forms {
            let form = forms::parse(keyword, form).unwrap_or_else(|e| panic!("{form}: {e}"));
            named.extend(forms::fields(&form.elements));
        }
        if keyword.forms.is_empty() {
            assert!(keyword.run.is_some(), "{} needs a form", keyword.name);
            continue;
        }
        for (index, field) in keyword.fields.iter().enumerate() {
            assert!(named.contains(&index), "{}: no form names {}", keyword.name, field.name);
        }
    }
}

#[test]
fn every_keyword_is_documented() {
    for keyword in words::all() {
        assert!(!keyword.doc.trim().is_empty(), "{} has no text", keyword.name);
        for field in keyword.fields.iter().filter(|_| keyword.run.is_none()) {
            assert!(!field.doc.trim().is_empty(), "{}: {}", keyword.name, field.name);
        }
        let example = keyword.doc.contains("` → `");
        assert!(keyword.run.is_none() || example, "{} has no example", keyword.name);
    }
}

#[test]
fn spellings_are_unique_and_canonical() {
    let mut host = BTreeMap::new();
    let mut pure = BTreeMap::new();
    for keyword in words::all() {
        let known = if keyword.run.is_some() { &mut pure } else { &mut host };
        for spelling in words::vocabulary::spellings(keyword) {
            let upper = spelling.to_uppercase().split([' ', '_']).collect::<Vec<_>>().join(" ");
            assert_eq!(spelling, upper, "spellings are upper case with single spaces");
            let twice = known.insert(spelling, keyword.name);
            assert!(twice.is_none(), "{spelling}: {twice:?} and {}", keyword.name);
        }
    }
    let both: Vec<_> = host.keys().filter(|name| pure.contains_key(*name)).collect();
    assert_eq!(both, [&"LOG"], "only LOG is a statement and a function of numbers");
}

#[test]
fn lookups_find_every_spelling() {
    for keyword in words::all().filter(|k| k.name != "LOG") {
        for spelling in words::vocabulary::spellings(keyword) {
            let found = words::lookup(spelling).expect("every spelling is found");
            assert!(std::ptr::eq(found, keyword), "{spelling}");
        }
    }
}

#[test]
fn the_lock_file_holds_every_signature() {
    let now: String = words::all().map(signature).collect();
    let locked = std::fs::read_to_string(LOCK).unwrap_or_default();
    if now == locked {
        return;
    }
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (locked.lines().collect(), now.lines().collect());
    let mut changes = String::new();
    for line in old.difference(&new) {
        writeln!(changes, "- {line}").expect("a text takes every line");
    }
    for line in new.difference(&old) {
        writeln!(changes, "+ {line}").expect("a text takes every line");
    }
    if std::env::var_os("REGEN").is_some() {
        std::fs::write(LOCK, &now).expect("the lock file can be written");
        panic!("vocabulary.lock was rewritten; look at the difference and run again\n{changes}");
    }
    panic!("the vocabulary differs from vocabulary.lock (REGEN=1 rewrites it)\n{changes}");
}

/// One line a spelling and a form, so that a difference reads well.
fn signature(keyword: &Keyword) -> String {
    let name = keyword.name;
    let kind = format!("{:?} {:?} {:?}", keyword.effect, keyword.capability, keyword.result);
    let fields: Vec<String> = keyword
        .fields
        .iter()
        .map(|f| {
            let mark = if f.optional { "?" } else { "" };
            format!("{}{mark}: {}", f.name, type_name(f.ty))
        })
        .collect();
    let more = if keyword.variadic { ", ..." } else { "" };
    let mut lines = format!("{name} [{kind}] ({}{more})\n", fields.join(", "));
    for alias in keyword.aliases {
        lines.push_str(&format!("{name} also {alias}\n"));
    }
    for form in keyword.forms {
        lines.push_str(&format!("{name} as {form}\n"));
    }
    lines
}

fn type_name(ty: Type) -> String {
    format!("{ty:?}").to_lowercase()
}
