//! Any arguments for the pure functions: `NAME(…)` is compiled and run.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, OnceLock};

fn names() -> &'static Vec<&'static str> {
    static NAMES: OnceLock<Vec<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| {
        basilect_stdlib::words::all().filter(|k| k.run.is_some()).map(|k| k.name).collect()
    })
}

/// A literal of one of the kinds of values.
fn literal(text: &str) -> String {
    let inner: String = text.chars().skip(1).filter(|c| !"\"\\$\n\r".contains(*c)).collect();
    match text.bytes().next().unwrap_or(0) % 8 {
        0 => inner.bytes().fold(0i64, |n, b| n.wrapping_mul(31).wrapping_add(b.into())).to_string(),
        1 => inner
            .parse::<f64>()
            .ok()
            .filter(|n| n.is_finite())
            .map_or("0.5".into(), |n| n.to_string()),
        2 => "NULL".into(),
        3 => format!("[\"{inner}\", 1, {{a: \"{inner}\", b: 2}}]"),
        4 => format!("{{a: \"{inner}\", b: [1, 2]}}"),
        5 => "TRUE".into(),
        _ => format!("\"{inner}\""),
    }
}

fuzz_target!(|text: &str| {
    let mut parts = text.split('\u{1}');
    let choice: usize = parts.next().unwrap_or("").bytes().map(usize::from).sum();
    let name = names()[choice % names().len()].replace(' ', "_");
    let args: Vec<String> = parts.take(5).map(literal).collect();
    let source =
        format!("TRY\n    TALK {name}({})\nCATCH e\n    TALK e\nEND TRY\n", args.join(", "));
    if let Some(program) = basilect_fuzz::compile(&source) {
        basilect_fuzz::run(Arc::new(program));
    }
});
