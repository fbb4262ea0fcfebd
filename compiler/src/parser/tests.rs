use super::*;

fn parse_ok(text: &str) -> Script {
    let file = SourceFile::new("t.bas", text);
    let (script, diagnostics) = parse(&file);
    let shown: Vec<String> =
        diagnostics.iter().map(|d| crate::diagnostics::render::line(&file, d)).collect();
    assert!(shown.is_empty(), "{shown:#?}\n{text}");
    script
}

#[test]
fn the_simplest_script() {
    assert_eq!(parse_ok("TALK \"Hello\"\nx = 1 + 2 * 3\n").body.len(), 2);
}

#[test]
fn examples_parse() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples");
    let mut folders = vec![std::path::PathBuf::from(root)];
    let mut failures = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "bas") {
                let text = std::fs::read_to_string(&path).expect("a script");
                let file = SourceFile::new(path.display().to_string(), text);
                let (_, diagnostics) = parse(&file);
                failures.extend(diagnostics.iter().map(|d| crate::diagnostics::render::text(&file, d, false)));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
