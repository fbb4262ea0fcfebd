//! Damaged scripts: the compiler says something about them or makes a correct program, but never
//! fails itself.

use super::document::Document;
use super::{documents, host};
use basilect_compiler::lower::compile_script;
use basilect_compiler::source::SourceFile;

/// How many damaged scripts are tried; the seed is fixed, so a failure can be repeated.
const MUTANTS: u64 = 1_000;

fn sources() -> Vec<String> {
    let texts = documents().into_iter().map(|path| std::fs::read_to_string(path).expect("a file"));
    let sections = texts.flat_map(|text| Document::read(&text).sections);
    sections.filter_map(|section| section.block("basic")).collect()
}

#[test]
fn damaged_scripts_do_no_harm() {
    let sources = sources();
    let mut random = 0x5eed_u64;
    for number in 0..MUTANTS {
        let source = &sources[next(&mut random) as usize % sources.len()];
        let other = &sources[next(&mut random) as usize % sources.len()];
        let mutant = damage(source, other, &mut random);
        let file = SourceFile::new("mutant.bas", mutant.as_str());
        let (program, _) = compile_script(&file);
        colours_do_not_overlap(&mutant);
        if let Some(program) = program {
            let verified = basilect_vm::program::verify::verify(&program);
            assert!(verified.is_ok(), "mutant {number}: {verified:?}\n{mutant}");
            if number % 8 == 0 {
                host::run(program, "a\nb\nc");
            }
        }
    }
}

/// What is coloured in a damaged script stands in order and inside of it.
fn colours_do_not_overlap(script: &str) {
    let mut end = 0;
    for piece in basilect_compiler::highlight::highlight(script) {
        let text = script.get(piece.span.start as usize..piece.span.end as usize);
        assert!(piece.span.start >= end && text.is_some(), "{piece:?} in\n{script}");
        end = piece.span.end;
    }
}

#[test]
fn deep_and_long_scripts_are_refused_or_compiled() {
    let deep = format!("x = {}1{}", "(".repeat(5_000), ")".repeat(5_000));
    let chain = format!("x = 1{}\nTALK x", " + x".repeat(5_000));
    let blocks = "IF TRUE THEN\n".repeat(2_000) + &"END IF\n".repeat(2_000);
    let many = (0..5_000).map(|n| format!("v{n} = {n}\n")).collect::<String>();
    let list = format!("x = [{}1]\nTALK x", "1, ".repeat(20_000));
    let args = format!("TALK x({}1)", "1, ".repeat(2_000));
    let nested = "a = [".repeat(3_000) + &"]".repeat(3_000);
    for source in [deep, chain, blocks, many, list, args, nested] {
        let (program, diagnostics) = compile_script(&SourceFile::new("long.bas", source.as_str()));
        colours_do_not_overlap(&source);
        match program {
            Some(program) => {
                basilect_vm::program::verify::verify(&program).expect("a correct program");
            }
            None => assert!(!diagnostics.is_empty()),
        }
    }
}

/// SplitMix64.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Swaps, drops, doubles or borrows words and lines.
fn damage(source: &str, other: &str, random: &mut u64) -> String {
    let mut lines: Vec<String> = source.lines().map(str::to_string).collect();
    let others: Vec<&str> = other.lines().collect();
    for _ in 0..1 + next(random) % 4 {
        if lines.is_empty() {
            break;
        }
        let at = next(random) as usize % lines.len();
        match next(random) % 6 {
            0 => {
                lines.remove(at);
            }
            1 => lines.insert(at, others[next(random) as usize % others.len()].to_string()),
            2 => {
                let to = next(random) as usize % lines.len();
                lines.swap(at, to);
            }
            3 => lines[at] = drop_word(&lines[at], random),
            4 => lines[at] = swap_words(&lines[at], random),
            _ => lines[at] = cut(&lines[at], random),
        }
    }
    lines.join("\n")
}

fn drop_word(line: &str, random: &mut u64) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let dropped = next(random) as usize % words.len();
    let kept = words.iter().enumerate().filter(|(at, _)| *at != dropped).map(|(_, word)| *word);
    kept.collect::<Vec<_>>().join(" ")
}

fn swap_words(line: &str, random: &mut u64) -> String {
    let mut words: Vec<&str> = line.split(' ').collect();
    let (a, b) = (next(random) as usize % words.len(), next(random) as usize % words.len());
    words.swap(a, b);
    words.join(" ")
}

fn cut(line: &str, random: &mut u64) -> String {
    let end = next(random) as usize % (line.len() + 1);
    let end = (0..=end).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
    line[..end].to_string()
}
