//! One wrong line gives one error: every script that lies in this repository, with one slip in one
//! line, as fingers make it.

use super::fuzz::Dice;
use crate::diagnostics::mend::mend;
use crate::diagnostics::{Severity, render};
use crate::lexer::scan::{Raw, RawToken, Scanner};
use crate::lower::compile_script;
use crate::source::SourceFile;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Slips tried for each kind of slip and script.
const TRIES: usize = 2;
/// Of a hundred slips, so many give at most one error.
const SHARE: f64 = 99.0;
/// Of a hundred scripts that have no errors after fixing, so many are as before the slip.
const RESTORED: f64 = 90.0;
/// No slip gives more errors.
const MOST: usize = 4;

/// The scripts of the examples, the tests of the dialect and the golden documents that have no
/// errors.
fn scripts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    for folder in ["examples", "tests/dialect", "tests/language", "tests/format"] {
        gather(&root.join(folder), &mut found);
    }
    found.retain(|text| errors(text).is_empty());
    found
}

fn gather(folder: &Path, scripts: &mut Vec<String>) {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            gather(&path, scripts);
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        match path.extension().and_then(|end| end.to_str()) {
            Some("bas") => scripts.push(text),
            Some("md") => {
                let blocks = text.split("```basic\n").skip(1);
                let blocks = blocks.filter_map(|block| block.split("```").next());
                scripts.extend(blocks.map(str::to_owned));
            }
            _ => {}
        }
    }
}

/// The errors of a script, a line each.
fn errors(text: &str) -> Vec<String> {
    let file = SourceFile::new("slip.bas", text);
    let (_, found) = compile_script(&file);
    let errors = found.iter().filter(|d| d.severity == Severity::Error);
    errors.map(|d| render::line(&file, d)).collect()
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Slip {
    Delete,
    Swap,
    Double,
    Unquote,
    Misspell,
}

const SLIPS: [Slip; 5] = [Slip::Delete, Slip::Swap, Slip::Double, Slip::Unquote, Slip::Misspell];

/// The line with a slip; `None` where there is nothing to slip on.
fn slipped(line: &str, slip: Slip, dice: &mut Dice) -> Option<String> {
    let (mut tokens, mut complaints) = (Vec::new(), Vec::new());
    Scanner::new(line, 0).scan_line(&mut tokens, &mut complaints);
    if tokens.is_empty() || !complaints.is_empty() {
        return None;
    }
    let text = |token: &RawToken| &line[token.span.start as usize..token.span.end as usize];
    let range = |token: &RawToken| token.span.start as usize..token.span.end as usize;
    let mut out = line.to_owned();
    let token = tokens[dice.below(tokens.len())];
    match slip {
        Slip::Delete => out.replace_range(range(&token), ""),
        Slip::Double => {
            let twice = format!("{0} {0}", text(&token));
            out.replace_range(range(&token), &twice);
        }
        Slip::Swap => {
            let pair = tokens.windows(2).nth(dice.below(tokens.len() - 1))?;
            let (first, second) = (text(&pair[0]).to_owned(), text(&pair[1]).to_owned());
            out.replace_range(range(&pair[1]), &first);
            out.replace_range(range(&pair[0]), &second);
        }
        Slip::Unquote => {
            let marks = tokens.iter().filter(|t| is_mark(t.kind)).collect::<Vec<_>>();
            match marks.get(dice.below(marks.len() + 1)) {
                Some(mark) if mark.kind == Raw::Text => {
                    let end = if dice.below(2) == 0 { mark.span.start } else { mark.span.end - 1 };
                    out.get(end as usize..end as usize + 1)?;
                    out.replace_range(end as usize..end as usize + 1, "");
                }
                Some(mark) => out.replace_range(range(mark), ""),
                None => is_closer(text(&tokens[0])).then(|| out.clear())?,
            }
        }
        Slip::Misspell => {
            let words = tokens.iter().filter(|t| t.kind == Raw::Word && text(t).len() > 3);
            let words = words.collect::<Vec<_>>();
            let word = words.get(dice.below(words.len()))?;
            let wrong = misspelt(text(word), dice)?;
            out.replace_range(range(word), &wrong);
        }
    }
    (out != line).then_some(out)
}

fn is_mark(kind: Raw) -> bool {
    use Raw::*;
    matches!(
        kind,
        Text | ParenOpen | ParenClose | BracketOpen | BracketClose | BraceOpen | BraceClose
    )
}

fn is_closer(word: &str) -> bool {
    ["END", "NEXT", "WEND", "LOOP", "ENDIF", "UNTIL"].contains(&word.to_uppercase().as_str())
}

/// A word with a letter doubled, left out, or swapped with the next one.
fn misspelt(word: &str, dice: &mut Dice) -> Option<String> {
    let mut letters: Vec<char> = word.chars().collect();
    let at = 1 + dice.below(letters.len() - 2);
    match dice.below(3) {
        0 => {
            let letter = letters[at];
            letters.insert(at, letter);
        }
        1 => drop(letters.remove(at)),
        _ => letters.swap(at, at + 1),
    }
    Some(letters.into_iter().collect())
}

/// A script with a slip.
struct Slipped {
    slip: Slip,
    before: String,
    after: String,
    /// What was done to which line.
    told: String,
}

fn spread(text: &str) -> u64 {
    // FNV-1a: any spread of texts over numbers will do.
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum: u64, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

/// Every script with some slips of each kind.
fn all_slips() -> Vec<Slipped> {
    let scripts = scripts();
    assert!(scripts.len() > 300, "only {} scripts", scripts.len());
    let mut found = Vec::new();
    for script in &scripts {
        // What one script suffers does not depend on the others.
        let mut dice = Dice(spread(script) | 1);
        let lines: Vec<&str> = script.lines().collect();
        for slip in SLIPS.iter().flat_map(|slip| [*slip; TRIES]) {
            let at = dice.below(lines.len());
            let Some(line) = lines.get(at).and_then(|line| slipped(line, slip, &mut dice)) else {
                continue;
            };
            let told = format!("{slip:?} {}: {}\n  -> {line}", at + 1, lines[at]);
            let mut damaged = lines.clone();
            damaged[at] = &line;
            let (before, after) = (lines.join("\n"), damaged.join("\n"));
            found.push(Slipped { slip, before, after, told });
        }
    }
    found
}

#[test]
fn one_wrong_line_gives_one_error() {
    let mut counts: Vec<(Slip, usize)> = Vec::new();
    let mut worst: Vec<(usize, String)> = Vec::new();
    for Slipped { slip, after, told, .. } in all_slips() {
        let found = errors(&after);
        counts.push((slip, found.len()));
        if found.len() > 1 {
            worst.push((found.len(), format!("{told}\n    {}", found.join("\n    "))));
        }
    }
    worst.sort_by(|a, b| b.cmp(a));
    if std::env::var_os("SLIPS").is_some() {
        worst.iter().for_each(|(_, shown)| println!("{shown}\n"));
    }
    for slip in SLIPS {
        let own = counts.iter().filter(|(kind, _)| *kind == slip).map(|(_, count)| *count);
        let own: Vec<usize> = own.collect();
        let good = own.iter().filter(|count| **count < 2).count();
        println!("{slip:?}: {good} of {} give at most one error", own.len());
    }
    let good = counts.iter().filter(|(_, count)| *count < 2).count();
    let share = 100.0 * good as f64 / counts.len() as f64;
    println!("{share:.2} % of {} slips give at most one error", counts.len());
    let most = worst.first().map_or("", |(_, shown)| shown);
    assert!(share >= SHARE, "{share:.2} %; the worst:\n{most}");
    assert!(worst.first().is_none_or(|(count, _)| *count <= MOST), "{most}");
}

/// A script with its sure fixes made, if there are any.
fn fixed(text: &str) -> Option<String> {
    let mended = mend(
        |texts| {
            let file = texts.get("slip.bas").map_or(text, String::as_str);
            let file = Arc::new(SourceFile::new("slip.bas", file));
            let (_, found) = compile_script(&file);
            found.into_iter().map(|found| (Arc::clone(&file), found)).collect()
        },
        false,
    );
    if std::env::var_os("SLIPS").is_some() && !mended.refused.is_empty() {
        println!("refused: {}\n", errors(text).join("\n  "));
    }
    mended.texts.get("slip.bas").cloned()
}

/// A script without what makes no difference.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<String>().to_lowercase()
}

#[test]
fn fixes_give_back_what_was_there() {
    let (mut tried, mut clean, mut restored) = (0, 0, 0);
    for Slipped { before, after, told, .. } in all_slips().into_iter().step_by(2) {
        let errors_after = errors(&after).len();
        let Some(mended) = fixed(&after).filter(|_| errors_after > 0) else { continue };
        tried += 1;
        let unread = |text: &str| {
            let (_, found) = super::parse(&SourceFile::new("slip.bas", text));
            found.iter().filter(|d| d.severity == Severity::Error).count()
        };
        assert!(unread(&mended) <= unread(&after), "{told}\nmore errors:\n{mended}");
        if !errors(&mended).is_empty() {
            continue;
        }
        clean += 1;
        let same = plain(&fixed(&before).unwrap_or(before)) == plain(&mended);
        restored += usize::from(same);
        if !same && std::env::var_os("SLIPS").is_some() {
            let line = mended.lines().zip(after.lines()).find(|(a, b)| a != b);
            println!("{told}\n  => {}\n", line.map_or("", |(line, _)| line));
        }
    }
    let share = 100.0 * restored as f64 / clean.max(1) as f64;
    println!("of {tried} wrong scripts with a fix {clean} are right then, {share:.1} % as before");
    assert!(clean > 150 && share >= RESTORED, "{clean}, {share:.1} %");
}
