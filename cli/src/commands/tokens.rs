//! `basilect tokens`: what the compiler takes each piece of a script for.

use std::path::PathBuf;

use anyhow::{Context, bail};
use basilect_compiler::highlight::{Kind, Piece, highlight, highlight_words};
use basilect_compiler::source::SourceFile;
use basilect_stdlib::Limits;
use clap::Args;
use serde_json::json;

use crate::{Exit, sources, terminal};

/// Show what the compiler takes each piece of a script for.
#[derive(Debug, Args)]
#[command(after_help = "\
Kinds: comment, text, interpolation (the marks of `${…}`), number, constant, word (of the\n\
language's own statements), lead (a word that belongs to a keyword), keyword, function, label.\n\
Names of the author, brackets and operators are not listed.\n\n\
Exit codes: 0 shown; 2 a file cannot be read.")]
pub struct Options {
    /// Scripts
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// One JSON object a line: file, line, column, start and end in bytes, kind, text, keyword
    #[arg(long)]
    json: bool,
    /// As if no procedures were declared: all that the grammar of an editor can know
    #[arg(long)]
    words: bool,
}

impl Options {
    /// Reads each file and lists its pieces.
    pub fn run(self) -> anyhow::Result<Exit> {
        for path in &self.files {
            let shown = path.display().to_string();
            let limit = Limits::DEFAULT.source_bytes;
            let bytes = sources::read(path, limit).with_context(|| shown.clone())?;
            if bytes.len() > limit {
                bail!("{shown}: a script has at most {limit} bytes");
            }
            let text = String::from_utf8(bytes).with_context(|| format!("{shown}: not UTF-8"))?;
            self.list(&SourceFile::new(shown, text))?;
        }
        Ok(Exit::Success)
    }

    fn list(&self, file: &SourceFile) -> std::io::Result<()> {
        let row = if self.json { json_row } else { plain_row };
        let read = if self.words { highlight_words } else { highlight };
        let rows: Vec<String> = read(&file.text).iter().map(|piece| row(file, piece)).collect();
        terminal::out(&rows.concat())
    }
}

fn plain_row(file: &SourceFile, piece: &Piece) -> String {
    let (line, column) = file.position(piece.span.start);
    let text = format!("{:?}", file.slice(piece.span));
    format!("{}:{line}:{column}: {:<13} {text}\n", file.path, name(piece.kind))
}

fn json_row(file: &SourceFile, piece: &Piece) -> String {
    let (line, column) = file.position(piece.span.start);
    let keyword = match piece.kind {
        Kind::Keyword(keyword) | Kind::Function(keyword) => Some(keyword.name),
        _ => None,
    };
    let row = json!({
        "file": file.path,
        "line": line,
        "column": column,
        "start": piece.span.start,
        "end": piece.span.end,
        "kind": name(piece.kind),
        "text": file.slice(piece.span),
        "keyword": keyword,
    });
    format!("{row}\n")
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Comment => "comment",
        Kind::Text => "text",
        Kind::Interpolation => "interpolation",
        Kind::Number => "number",
        Kind::Constant => "constant",
        Kind::Word => "word",
        Kind::Lead => "lead",
        Kind::Keyword(_) => "keyword",
        Kind::Function(_) => "function",
        Kind::Label => "label",
    }
}
