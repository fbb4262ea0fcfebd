//! What editors get is what the compiler knows.

use std::path::Path;

use crate::cli::basilect;

/// The grammars that lie in the repository are those that the product prints.
#[test]
fn grammars_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (kind, path) in [
        ("textmate", "editors/grammar/basilect.tmLanguage.json"),
        ("vim", "editors/neovim/syntax/basilect.vim"),
    ] {
        let printed = basilect(&root, &["grammar", kind], "");
        assert_eq!(printed.code, 0, "{}", printed.err);
        let kept = std::fs::read_to_string(root.join(path)).expect(path);
        assert!(printed.out == kept, "{path} is old: run `cargo xtask grammar`");
    }
}

/// Every word of the vocabulary can be found in what is printed for grammars of other editors.
#[test]
fn words_are_printed_for_other_grammars() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let printed = basilect(root, &["grammar", "words"], "");
    let groups: serde_json::Value = serde_json::from_str(&printed.out).expect("JSON");
    let holds = |group: &str, word: &str| {
        groups[group].as_array().expect(group).iter().any(|other| other == word)
    };
    for keyword in basilect_stdlib::words::all() {
        let words = keyword.name.replace('_', " ");
        let group = match (words.contains(' '), keyword.run.is_some()) {
            (true, _) => "phrases",
            (false, true) => "functions",
            (false, false) => "keywords",
        };
        assert!(holds(group, &words), "{words} is among the {group}");
    }
}
