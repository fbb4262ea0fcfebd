//! Files that are no scripts, or hostile ones: `check`, `fmt` and `run` say what is wrong with
//! which file, and end soon.

use std::path::Path;
use std::time::{Duration, Instant};

use basilect_tests::process::TemporaryFolder;

use super::cli::basilect;

/// A guard against hanging, not a measurement.
const PATIENCE: Duration = Duration::from_secs(60);
/// What a command says of one wrong file at most, in bytes.
const TALK_BYTES: usize = 40_000;

/// What the three commands say of a file: its exit code and everything that was printed.
struct Told {
    code: i32,
    said: String,
}

fn tell(folder: &Path, command: &str, name: &str) -> Told {
    let began = Instant::now();
    let ran = basilect(folder, &[command, name], "");
    let took = began.elapsed();
    assert!(took < PATIENCE, "{command} {name}: {took:?}");
    let said = format!("{}{}", ran.out, ran.err);
    assert!(said.len() < TALK_BYTES, "{command} {name} says {} bytes", said.len());
    assert!(!said.contains("panicked"), "{command} {name}: {said}");
    Told { code: ran.code, said }
}

/// Checks what `check`, `fmt` and `run` say of a file: all name it and say `words`, and exit with
/// one of `codes` each.
fn expect(name: &str, bytes: &[u8], words: &str, codes: [i32; 3]) {
    let folder = TemporaryFolder::new("bad").expect("a folder");
    std::fs::write(folder.path().join(name), bytes).expect("written");
    for (command, code) in ["check", "fmt", "run"].into_iter().zip(codes) {
        let told = tell(folder.path(), command, name);
        assert_eq!(told.code, code, "{command} {name}: {}", told.said);
        if code != 0 || !words.is_empty() {
            let named = told.said.contains(name);
            assert!(named && told.said.contains(words), "{command} {name}: {}", told.said);
        }
        let after = std::fs::read(folder.path().join(name)).expect("still there");
        assert!(command != "fmt" || code == 0 || after == bytes, "{command} {name}: it changed");
    }
}

/// A text in UTF-16, with or without its mark.
fn utf16(text: &str, mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn other_encodings_are_named_with_the_remedy() {
    let text = "TALK \"Olá\"\r\nTALK 2\r\n";
    for (mark, name) in [(true, "marked.bas"), (false, "plain.bas")] {
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let written = utf16(text, mark, bytes);
            expect(name, &written, "written in UTF-16, not in UTF-8", [1, 0, 1]);
            expect(name, &written, "ave it again with the encoding UTF-8", [1, 0, 1]);
        }
    }
    expect("latin.bas", b"TALK 1\nTALK \"Ol\xe1\"\n", "not written in UTF-8", [1, 0, 1]);
    let folder = TemporaryFolder::new("bad").expect("a folder");
    std::fs::write(folder.path().join("l.bas"), b"TALK 1\nTALK \"Ol\xe1\"\n").expect("written");
    let told = tell(folder.path(), "check", "l.bas");
    assert!(told.said.contains("l.bas:2:9"), "the place: {}", told.said);
    expect("mark.bas", "\u{feff}TALK 1\n".as_bytes(), "", [0, 0, 0]);
}

#[test]
fn what_is_no_text_is_refused() {
    expect("zero.bas", b"TALK 1\n\0\0\n", "it is not a text", [1, 0, 1]);
    let all: Vec<u8> = (0..=255).cycle().take(50_000).collect();
    expect("bytes.bas", &all, "it is not a text", [1, 0, 1]);
    expect("empty.bas", b"", "", [0, 0, 0]);
    expect("blank.bas", b"\n\r\n \t\n", "", [0, 0, 0]);
}

#[test]
fn files_that_end_too_early_are_errors_with_a_place() {
    expect("if.bas", b"IF 1 = 1 THEN\n    TALK 1", "if.bas:1:1", [1, 2, 1]);
    expect("quote.bas", b"TALK \"a", "quote.bas:1:6", [1, 2, 1]);
    expect("bracket.bas", b"x = [1, 2,", "bracket.bas:1:", [1, 2, 1]);
    expect("block.bas", b"BEGIN TALK\nHello", "block.bas:1:1", [1, 2, 1]);
    expect("table.bas", b"TABLE t\n  id integer", "table.bas:1:1", [1, 2, 1]);
}

#[test]
fn deep_and_long_scripts_are_told_briefly() {
    let many = |piece: &str| piece.repeat(10_000);
    let deep = |open: &str, close: &str| format!("x = {}1{}\nTALK x\n", many(open), many(close));
    let folded = |open: &str, close: &str| deep(open, close).into_bytes();
    expect("paren.bas", &folded("(", ")"), "nested too deeply", [1, 2, 1]);
    expect("list.bas", &folded("[", "]"), "nested too deeply", [1, 2, 1]);
    expect("open.bas", format!("x = {}", many("(")).as_bytes(), "open.bas:1:", [1, 2, 1]);
    let ifs = format!("{}{}", many("IF 1 = 1 THEN\n"), many("END IF\n"));
    expect("ifs.bas", ifs.as_bytes(), "nested too deeply", [1, 2, 1]);
    expect("dollars.bas", format!("x = \"{}\"\n", many("${")).as_bytes(), "", [0, 0, 0]);
    let line = format!("TALK LEN(\"{}\" * * 1)\n", "ab ".repeat(300_000));
    expect("wide.bas", line.as_bytes(), "wide.bas:1:9000", [1, 2, 1]);
}

#[test]
fn of_many_errors_some_are_told_and_the_rest_is_counted() {
    let lines = "x = = 1\n".repeat(1_000);
    expect("many.bas", lines.as_bytes(), "more", [1, 2, 1]);
    let most = "x = = 1\n".repeat(130_000);
    expect("most.bas", most.as_bytes(), "more", [1, 2, 1]);
    let million = "x = = 1\n".repeat(1_000_000);
    expect("million.bas", million.as_bytes(), "too large for a script", [1, 2, 1]);
}

#[test]
fn a_file_of_a_hundred_megabytes_is_refused_without_reading_it() {
    let folder = TemporaryFolder::new("bad").expect("a folder");
    let file = std::fs::File::create(folder.path().join("huge.bas")).expect("created");
    file.set_len(100_000_000).expect("a long file");
    for (command, code) in [("check", 1), ("fmt", 2), ("run", 1)] {
        let told = tell(folder.path(), command, "huge.bas");
        assert_eq!(told.code, code, "{}", told.said);
        assert!(told.said.contains("huge.bas") && told.said.contains("too large"), "{}", told.said);
    }
    let told = tell(folder.path(), "check", "huge.bas");
    assert!(told.said.contains("may have 1 MB"), "the limit: {}", told.said);
}

#[test]
fn what_is_no_file_is_told() {
    let folder = TemporaryFolder::new("bad").expect("a folder");
    std::fs::create_dir(folder.path().join("folder.bas")).expect("created");
    #[cfg(unix)]
    {
        let link = |to: &str, name: &str| {
            std::os::unix::fs::symlink(to, folder.path().join(name)).expect("a link");
        };
        link("loop.bas", "loop.bas");
        link("nowhere.bas", "broken.bas");
        std::fs::create_dir_all(folder.path().join("round.gbai/round.gbdialog")).expect("created");
        std::fs::write(folder.path().join("round.gbai/start.bas"), "TALK 1\n").expect("written");
        link("..", "round.gbai/round.gbdialog/up");
        for command in ["check", "fmt", "run"] {
            assert_eq!(tell(folder.path(), command, "loop.bas").code, 2);
            assert_eq!(tell(folder.path(), command, "broken.bas").code, 2);
            assert_eq!(tell(folder.path(), command, "round.gbai").code, 0);
        }
    }
    for command in ["check", "fmt", "run"] {
        for name in ["folder.bas", "missing.bas"] {
            let told = tell(folder.path(), command, name);
            assert!(told.code == 2 && told.said.contains(name), "{command}: {}", told.said);
        }
    }
}

/// A file without any permission; who may read everything reads it all the same.
#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TemporaryFolder::new("bad").expect("a folder");
    let path = folder.path().join("secret.bas");
    std::fs::write(&path, "TALK 1\n").expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("changed");
    let readable = std::fs::read(&path).is_ok();
    for (command, code) in [("check", 1), ("fmt", 2), ("run", 1)] {
        let told = tell(folder.path(), command, "secret.bas");
        let wanted = if readable { 0 } else { code };
        let named = readable || told.said.contains("secret.bas");
        assert!(told.code == wanted && named, "{}", told.said);
    }
}
