//! What each piece of a file is, for colouring: the words of the language from the lexer, the names
//! of the author from the analysis.

use std::collections::HashMap;

use basilect_compiler::analysis::{Entity, Mention, Role};
use basilect_compiler::highlight::Kind;
use basilect_compiler::source::Span;
use lsp_types::{
    SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensDelta,
    SemanticTokensDeltaParams, SemanticTokensEdit, SemanticTokensFullDeltaResult,
    SemanticTokensLegend, SemanticTokensParams, SemanticTokensRangeParams,
    SemanticTokensRangeResult, SemanticTokensResult,
};

use super::lines;
use crate::workspace::{Here, Sort, Workspace};

const TYPES: [SemanticTokenType; 10] = [
    SemanticTokenType::COMMENT,
    SemanticTokenType::STRING,
    SemanticTokenType::NUMBER,
    SemanticTokenType::KEYWORD,
    SemanticTokenType::FUNCTION,
    SemanticTokenType::VARIABLE,
    SemanticTokenType::PARAMETER,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::STRUCT,
    SemanticTokenType::MACRO,
];

const COMMENT: u32 = 0;
const STRING: u32 = 1;
const NUMBER: u32 = 2;
const KEYWORD: u32 = 3;
const FUNCTION: u32 = 4;
const VARIABLE: u32 = 5;
const PARAMETER: u32 = 6;
const PROPERTY: u32 = 7;
const STRUCT: u32 = 8;
const LABEL: u32 = 9;

/// Bits of the modifiers, in the order of the legend.
const DECLARATION: u32 = 1;
const MODIFICATION: u32 = 2;
const LIBRARY: u32 = 4;

/// The words for the numbers in tokens.
pub fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TYPES.to_vec(),
        token_modifiers: vec![
            SemanticTokenModifier::DECLARATION,
            SemanticTokenModifier::MODIFICATION,
            SemanticTokenModifier::DEFAULT_LIBRARY,
        ],
    }
}

/// The tokens that editors have, so that only what changed is sent.
#[derive(Debug, Default)]
pub struct Sent {
    next: u64,
    by_file: HashMap<String, (String, Vec<SemanticToken>)>,
}

/// The most files whose tokens are kept.
const KEPT: usize = 64;

impl Sent {
    fn keep(&mut self, uri: &str, tokens: &[SemanticToken]) -> String {
        self.next += 1;
        let id = self.next.to_string();
        if self.by_file.len() >= KEPT && !self.by_file.contains_key(uri) {
            self.by_file.clear();
        }
        self.by_file.insert(uri.to_string(), (id.clone(), tokens.to_vec()));
        id
    }
}

/// Answers `textDocument/semanticTokens/full`.
pub fn full(workspace: &Workspace, params: &SemanticTokensParams) -> Option<SemanticTokensResult> {
    let here = workspace.here(&params.text_document.uri)?;
    let data = encoded(&here, here.document().whole());
    let id = workspace.sent.borrow_mut().keep(here.file.uri.as_str(), &data);
    Some(SemanticTokensResult::Tokens(SemanticTokens { result_id: Some(id), data }))
}

/// Answers `textDocument/semanticTokens/full/delta`.
pub fn delta(
    workspace: &Workspace,
    params: &SemanticTokensDeltaParams,
) -> Option<SemanticTokensFullDeltaResult> {
    let here = workspace.here(&params.text_document.uri)?;
    let data = encoded(&here, here.document().whole());
    let uri = here.file.uri.as_str();
    let mut sent = workspace.sent.borrow_mut();
    let known = sent.by_file.remove(uri).filter(|(id, _)| *id == params.previous_result_id);
    let id = sent.keep(uri, &data);
    Some(match known {
        Some((_, before)) => SemanticTokensFullDeltaResult::TokensDelta(SemanticTokensDelta {
            result_id: Some(id),
            edits: difference(&before, &data),
        }),
        None => SemanticTokensFullDeltaResult::Tokens(SemanticTokens { result_id: Some(id), data }),
    })
}

/// Answers `textDocument/semanticTokens/range`.
pub fn range(
    workspace: &Workspace,
    params: &SemanticTokensRangeParams,
) -> Option<SemanticTokensRangeResult> {
    let here = workspace.here(&params.text_document.uri)?;
    let data = encoded(&here, here.document().span(params.range));
    Some(SemanticTokensRangeResult::Tokens(SemanticTokens { result_id: None, data }))
}

/// What lies between the tokens at the beginning and at the end that are the same.
fn difference(before: &[SemanticToken], after: &[SemanticToken]) -> Vec<SemanticTokensEdit> {
    let same = |(a, b): &(&SemanticToken, &SemanticToken)| a == b;
    let head = before.iter().zip(after).take_while(same).count();
    let most = before.len().min(after.len()) - head;
    let tail = before.iter().rev().zip(after.iter().rev()).take(most).take_while(same).count();
    let new = after.get(head..after.len() - tail).unwrap_or_default();
    let gone = before.len() - tail - head;
    if new.is_empty() && gone == 0 {
        return Vec::new();
    }
    // The protocol counts numbers, of which a token has five.
    vec![SemanticTokensEdit {
        start: head as u32 * 5,
        delete_count: gone as u32 * 5,
        data: Some(new.to_vec()),
    }]
}

/// A coloured piece: place, type, modifiers.
type Token = (Span, u32, u32);

/// The pieces of a file, in order; none lies in another.
fn tokens(here: &Here<'_>) -> Vec<Token> {
    match here.file.sort {
        Sort::Script => of_script(here),
        Sort::Config => {
            let of = |line: lines::SettingLine| [(line.key, PROPERTY, 0), (line.value, STRING, 0)];
            lines::settings(here.document()).into_iter().flat_map(of).collect()
        }
        Sort::Chat => {
            let of = |line: lines::ChatLine| [(line.head, KEYWORD, 0), (line.rest, STRING, 0)];
            lines::chat(here.document()).into_iter().flat_map(of).collect()
        }
        Sort::Rows | Sort::Other => Vec::new(),
    }
}

fn of_script(here: &Here<'_>) -> Vec<Token> {
    let mut names: Vec<Token> = Vec::new();
    for mention in here.index().mentions.iter().filter(|m| m.exact && m.span.start < m.span.end) {
        if names.last().is_none_or(|(last, ..)| last.end <= mention.span.start) {
            names.push(of_name(here, mention));
        }
    }
    let mut all: Vec<Token> = Vec::with_capacity(names.len() * 2);
    let mut next = names.iter().peekable();
    for piece in here.file.pieces().iter() {
        let (ty, modifiers) = of_piece(piece.kind);
        let mut start = piece.span.start;
        while next.peek().is_some_and(|(name, ..)| name.end <= start) {
            all.extend(next.next());
        }
        // Names inside a text are cut out of it.
        while let Some(name) = next.next_if(|(name, ..)| name.start < piece.span.end) {
            all.push((Span::new(start, name.0.start.max(start)), ty, modifiers));
            all.push(*name);
            start = name.0.end;
        }
        all.push((Span::new(start, piece.span.end.max(start)), ty, modifiers));
    }
    all.extend(next);
    all.retain(|(span, ..)| span.start < span.end);
    with_other_names(here.document().text(), all)
}

/// Names that the analysis says nothing of stand between the tokens. They too get a colour, so that
/// an editor does not show what a grammar guesses from how they look.
fn with_other_names(text: &str, known: Vec<Token>) -> Vec<Token> {
    let mut all = Vec::with_capacity(known.len());
    let mut at = 0;
    for token in known {
        names_between(text, at, token.0.start, &mut all);
        at = token.0.end.max(at);
        all.push(token);
    }
    names_between(text, at, text.len() as u32, &mut all);
    all
}

fn names_between(text: &str, from: u32, to: u32, found: &mut Vec<Token>) {
    let between = text.get(from as usize..to as usize).unwrap_or("");
    let letter = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = between;
    while let Some(start) = rest.find(letter) {
        let (before, word) = rest.split_at(start);
        let length = word.find(|c| !letter(c)).unwrap_or(word.len());
        let at = from + (between.len() - word.len()) as u32;
        let ty = if before.ends_with('.') { PROPERTY } else { VARIABLE };
        found.push((Span::new(at, at + length as u32), ty, 0));
        rest = word.get(length..).unwrap_or("");
    }
}

fn of_piece(kind: Kind) -> (u32, u32) {
    match kind {
        Kind::Comment => (COMMENT, 0),
        Kind::Text => (STRING, 0),
        Kind::Number => (NUMBER, 0),
        Kind::Interpolation => (LABEL, 0),
        Kind::Constant | Kind::Word | Kind::Lead => (KEYWORD, 0),
        Kind::Keyword(_) => (KEYWORD, LIBRARY),
        Kind::Function(_) => (FUNCTION, LIBRARY),
        Kind::Label => (LABEL, 0),
    }
}

fn of_name(here: &Here<'_>, mention: &Mention) -> Token {
    let ty = match &mention.entity {
        Entity::Variable(..) if here.index().params.contains(&mention.entity) => PARAMETER,
        Entity::Variable(..) => VARIABLE,
        Entity::Procedure(_) | Entity::Script(_) => FUNCTION,
        Entity::Label(..) => LABEL,
        Entity::Table(_) | Entity::Knowledge(_) => STRUCT,
        Entity::Column(..) | Entity::Setting(_) => PROPERTY,
    };
    let modifiers = match mention.role {
        Role::Declares => DECLARATION,
        Role::Writes => MODIFICATION,
        Role::Reads => 0,
    };
    (mention.span, ty, modifiers)
}

/// The tokens inside a span, as the protocol counts them: none goes over the end of a line.
fn encoded(here: &Here<'_>, within: Span) -> Vec<SemanticToken> {
    let document = here.document();
    let mut found = Vec::new();
    let (mut line, mut column) = (0, 0);
    let inside = |(span, ..): &Token| span.end > within.start && span.start < within.end;
    for (span, token_type, token_modifiers_bitset) in tokens(here).into_iter().filter(inside) {
        for at in document.line_of(span.start)..=document.line_of(span.end) {
            let whole = document.line_span(at);
            let part = Span::new(span.start.max(whole.start), span.end.min(whole.end));
            if part.start >= part.end {
                continue;
            }
            let start = document.position(part.start);
            let length = document.units(document.file.slice(part));
            let delta_line = start.line - line;
            let delta_start = start.character - if delta_line == 0 { column } else { 0 };
            (line, column) = (start.line, start.character);
            found.push(SemanticToken {
                delta_line,
                delta_start,
                length,
                token_type,
                token_modifiers_bitset,
            });
        }
    }
    found
}
