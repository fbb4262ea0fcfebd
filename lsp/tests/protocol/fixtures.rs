//! Texts with marks, and the answers beside them.
//!
//! A file in `tests/fixtures` holds cases. `=== NAME` begins one, `--- PATH` a file of its bot,
//! `??? REQUEST` a question, whose answer follows. `$0` in a file is where the pointer stands,
//! `$<` and `$>` are the ends of a selection. `REGEN=1` writes the answers anew and fails.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::editor::{Editor, uri_of};
use super::shown;

/// A case of a fixture.
#[derive(Default)]
struct Case {
    name: String,
    /// Path and text, with marks.
    files: Vec<(String, String)>,
    /// Request and answer.
    questions: Vec<(String, String)>,
}

fn read(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut answer = false;
    for line in text.split_inclusive('\n') {
        let head = |mark: &str| line.strip_prefix(mark).map(|rest| rest.trim().to_string());
        if let Some(name) = head("=== ") {
            cases.push(Case { name, ..Case::default() });
        } else if let Some(path) = head("--- ") {
            cases.last_mut().unwrap().files.push((path, String::new()));
            answer = false;
        } else if let Some(request) = head("??? ") {
            cases.last_mut().unwrap().questions.push((request, String::new()));
            answer = true;
        } else if let Some(case) = cases.last_mut() {
            let list = if answer { &mut case.questions } else { &mut case.files };
            list.last_mut().unwrap().1.push_str(line);
        }
    }
    cases
}

fn written(cases: &[Case]) -> String {
    let mut out = String::new();
    for case in cases {
        out.push_str(&format!("=== {}\n", case.name));
        case.files.iter().for_each(|(path, text)| out.push_str(&format!("--- {path}\n{text}")));
        for (request, answer) in &case.questions {
            out.push_str(&format!("??? {request}\n{answer}"));
        }
    }
    out
}

/// A text without its marks, and where they stood.
pub struct Marked {
    pub uri: String,
    pub text: String,
    pub pointer: Option<Value>,
    pub selection: Option<Value>,
}

fn unmarked(uri: String, marked: &str) -> Marked {
    let (mut text, mut found) = (marked.to_string(), [None, None, None]);
    for _ in 0..3 {
        // The first mark first, so that the places before it stay right.
        let marks = ["$0", "$<", "$>"];
        let next = marks.iter().enumerate().filter_map(|(i, mark)| Some((text.find(mark)?, i)));
        let Some((at, index)) = next.min() else { break };
        text.replace_range(at..at + 2, "");
        found[index] = Some(position(&text, at));
    }
    let [pointer, start, end] = found;
    let selection = start.zip(end).map(|(start, end)| json!({ "start": start, "end": end }));
    Marked { uri, text, pointer, selection }
}

fn position(text: &str, at: usize) -> Value {
    let line = text[..at].matches('\n').count();
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    json!({ "line": line, "character": text[start..at].encode_utf16().count() })
}

/// The bot of a case: on the disk and in an editor.
pub struct Stage {
    pub editor: Editor,
    pub root: PathBuf,
    pub files: Vec<Marked>,
}

impl Stage {
    fn new(root: &Path, case: &Case) -> Stage {
        let mut files = Vec::new();
        for (path, marked) in &case.files {
            let whole = root.join(path);
            let marked = unmarked(uri_of(&whole), marked);
            fs::create_dir_all(whole.parent().unwrap()).unwrap();
            fs::write(&whole, &marked.text).unwrap();
            files.push(marked);
        }
        let editor = Editor::start(&[root]);
        for file in files.iter().filter(|file| file.pointer.is_some() || file.selection.is_some()) {
            editor.open(&file.uri, &file.text);
        }
        Stage { editor, root: root.to_path_buf(), files }
    }

    /// The file with the pointer or selection; without any, the first.
    pub fn here(&self) -> &Marked {
        let marked = |file: &&Marked| file.pointer.is_some() || file.selection.is_some();
        self.files.iter().find(marked).unwrap_or(&self.files[0])
    }

    /// The path of an address inside the bot.
    pub fn inside(&self, uri: &str) -> String {
        let root = format!("{}/", uri_of(&self.root));
        uri.strip_prefix(&root).unwrap_or(uri).to_string()
    }

    /// The text at an address.
    pub fn text(&self, uri: &str) -> String {
        let file = self.files.iter().find(|file| file.uri == uri);
        file.map_or(String::new(), |file| file.text.clone())
    }
}

fn answered(case: &Case) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("shop.gbai");
    let mut stage = Stage::new(&root, case);
    let answers = case.questions.iter().map(|(request, _)| {
        let mut answer = shown::answer(&mut stage, request);
        if !answer.is_empty() && !answer.ends_with('\n') {
            answer.push('\n');
        }
        answer
    });
    let answers = answers.collect();
    stage.editor.leave();
    answers
}

#[test]
fn answers_are_those_beside_the_texts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut wrong = Vec::new();
    for path in &paths {
        let mut cases = read(&fs::read_to_string(path).unwrap());
        for case in &mut cases {
            let answers = answered(case);
            for ((request, wanted), answer) in case.questions.iter_mut().zip(answers) {
                if *wanted != answer {
                    let name = &case.name;
                    wrong.push(format!("{name}: {request}\nwanted:\n{wanted}found:\n{answer}"));
                    *wanted = answer;
                }
            }
        }
        if std::env::var_os("REGEN").is_some() {
            fs::write(path, written(&cases)).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(paths.len() > 4, "the fixtures are found");
}
