//! What may be written next: words of the language, statements, and the file's own names.

use std::collections::BTreeMap;

use basilect_compiler::lexer::heads::STATEMENT_WORDS;
use basilect_stdlib::Keyword;
use basilect_stdlib::words;
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, MarkupContent,
    MarkupKind, Position, Range, TextEdit,
};

use super::hover::describe;
use crate::document::{self, Document};

/// What fits at a position. The editor narrows it down while more is typed.
pub fn at(document: &Document, position: Position) -> Vec<CompletionItem> {
    let Some(typed) = typed(document, position) else { return Vec::new() };
    let fits = |label: &str| starts_with(label, &typed.words);
    let mut items: Vec<CompletionItem> = words::all()
        .filter(|keyword| fits(keyword.name))
        .map(|keyword| word(keyword, typed.range))
        .collect();
    let statements = STATEMENT_WORDS.iter().filter(|word| fits(word));
    items.extend(statements.map(|word| plain(word, CompletionItemKind::KEYWORD, typed.range)));
    let last = Range { start: typed.last, end: typed.range.end };
    items.extend(
        names(document, position)
            .into_iter()
            .filter(|name| starts_with(name, typed.words.rsplit(' ').next().unwrap_or_default()))
            .map(|name| plain(&name, CompletionItemKind::VARIABLE, last)),
    );
    items.sort_by(|a, b| {
        (a.kind != Some(CompletionItemKind::VARIABLE), &a.label)
            .cmp(&(b.kind != Some(CompletionItemKind::VARIABLE), &b.label))
    });
    items.dedup_by(|a, b| a.label == b.label);
    items
}

/// What has been typed of a phrase.
struct Typed {
    /// Its words, with single blanks.
    words: String,
    /// From its first word to the position.
    range: Range,
    /// Where its last word begins.
    last: Position,
}

/// The longest run of words before the position that some keyword begins with; an empty one at
/// the beginning of a word.
fn typed(document: &Document, position: Position) -> Option<Typed> {
    let (line, at) = document.line(position)?;
    let before = line.get(..at)?;
    if inside_text(before) {
        return None;
    }
    let all = document::words(before);
    let touching = all.last().is_some_and(|word| word.end() == before.len());
    let words = if touching { all.as_slice() } else { &[] };
    let start_of = |byte: usize| Position {
        character: before.get(..byte).unwrap_or_default().encode_utf16().count() as u32,
        ..position
    };
    let last = start_of(words.last().map_or(at, |word| word.start));
    let candidates = (0..words.len()).filter_map(|from| words.get(from..));
    for run in candidates {
        let phrase = run.iter().map(|word| word.text).collect::<Vec<_>>().join(" ");
        if run.len() == 1 || words::all().any(|k| starts_with(k.name, &phrase)) {
            let start = start_of(run.first().map_or(at, |word| word.start));
            return Some(Typed { words: phrase, range: Range { start, end: position }, last });
        }
    }
    let range = Range { start: position, end: position };
    Some(Typed { words: String::new(), range, last: position })
}

/// Whether the end of `before` lies in a text or a comment.
fn inside_text(before: &str) -> bool {
    let mut quoted = false;
    for letter in before.chars() {
        match letter {
            '"' => quoted = !quoted,
            '\'' if !quoted => return true,
            _ => {}
        }
    }
    quoted
}

fn starts_with(label: &str, typed: &str) -> bool {
    label.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed))
}

fn word(keyword: &'static Keyword, range: Range) -> CompletionItem {
    let kind = match keyword.run {
        Some(_) => CompletionItemKind::FUNCTION,
        None => CompletionItemKind::KEYWORD,
    };
    let documentation = MarkupContent { kind: MarkupKind::Markdown, value: describe(keyword) };
    CompletionItem {
        detail: keyword.forms.first().map(|form| form.to_string()),
        documentation: Some(Documentation::MarkupContent(documentation)),
        ..plain(keyword.name, kind, range)
    }
}

fn plain(label: &str, kind: CompletionItemKind, range: Range) -> CompletionItem {
    let edit = TextEdit { range, new_text: label.to_string() };
    CompletionItem {
        label: label.to_string(),
        kind: Some(kind),
        filter_text: Some(label.to_string()),
        text_edit: Some(CompletionTextEdit::Edit(edit)),
        ..CompletionItem::default()
    }
}

/// The names that the file itself uses, in the spelling that comes first. The word at the position
/// is still being written and does not count.
fn names(document: &Document, position: Position) -> Vec<String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let here = document.line(position).map_or(0, |(_, at)| at);
    for (number, line) in document.file.text.lines().enumerate() {
        for word in document::words(line) {
            let writing = number == position.line as usize && word.end() == here;
            if !writing && is_name(word.text) {
                let name = word.text.to_string();
                found.entry(name.to_lowercase()).or_insert(name);
            }
        }
    }
    found.into_values().collect()
}

/// Whether a word is a name of the author's: neither a number nor a word of the language, which
/// authors write in capitals.
fn is_name(word: &str) -> bool {
    let letters = word.starts_with(|c: char| c.is_alphabetic() || c == '_');
    letters && word.chars().any(char::is_lowercase) && word.len() > 1
}
