//! What may be written next: by what stands before the position.

use std::collections::{BTreeMap, BTreeSet};

use basilect_compiler::analysis::{Entity, Index};
use basilect_compiler::highlight::{Kind, Piece};
use basilect_compiler::lexer::heads::STATEMENT_WORDS;
use basilect_stdlib::Keyword;
use basilect_stdlib::pure::validate;
use basilect_stdlib::words;
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionParams, CompletionResponse,
    CompletionTextEdit, Documentation, InsertTextFormat, MarkupContent, MarkupKind, Position,
    Range, TextEdit,
};
use serde_json::json;

use super::cursor::{Call, Cursor, leads};
use super::lines;
use crate::document;
use crate::workspace::{Here, Sort, Workspace};

/// The most items of one answer; the editor asks again when more is typed.
const ITEMS: usize = 400;

/// Answers `textDocument/completion`.
pub fn answer(
    workspace: &Workspace,
    params: &CompletionParams,
    snippets: bool,
) -> Option<CompletionResponse> {
    let place = &params.text_document_position;
    let here = workspace.here(&place.text_document.uri)?;
    let mut offer = Offer::new(here, place.position, snippets);
    match here.file.sort {
        Sort::Script => offer.script(),
        Sort::Config => offer.settings(),
        Sort::Chat => offer.transcript(),
        Sort::Rows | Sort::Other => {}
    }
    let is_incomplete = offer.items.len() > ITEMS;
    offer.items.truncate(ITEMS);
    Some(CompletionResponse::List(CompletionList { is_incomplete, items: offer.items }))
}

/// Answers `completionItem/resolve`: the manual comes only for the item that is looked at.
pub fn resolve(workspace: &Workspace, mut item: CompletionItem) -> CompletionItem {
    let data = item.data.clone().unwrap_or_default();
    let said = |key: &str| data.get(key).and_then(|value| value.as_str());
    let value = if let Some(name) = said("keyword") {
        words::all().find(|k| k.name == name).map(basilect_stdlib::manual::hover)
    } else if let Some(name) = said("setting") {
        workspace.product.setting(name).map(super::hover::of_setting)
    } else {
        None
    };
    item.documentation = value
        .map(|value| MarkupContent { kind: MarkupKind::Markdown, value })
        .map(Documentation::MarkupContent)
        .or(item.documentation);
    item
}

/// An offer under construction.
struct Offer<'w> {
    here: Here<'w>,
    cursor: Cursor<'w>,
    position: Position,
    snippets: bool,
    items: Vec<CompletionItem>,
}

impl<'w> Offer<'w> {
    fn new(here: Here<'w>, position: Position, snippets: bool) -> Offer<'w> {
        let cursor = Cursor::new(here.document(), position);
        Offer { here, cursor, position, snippets, items: Vec::new() }
    }

    /// Offers a name where the word stands, if it begins with it.
    fn name(&mut self, label: &str, kind: CompletionItemKind, detail: Option<String>) {
        let typed = self.cursor.word();
        if starts_with(label, typed) {
            let range = self.cursor.range_back(typed.len());
            let item = plain(label, kind, range);
            self.items.push(CompletionItem { detail, ..item });
        }
    }

    /// Offers a text in place of what of a text has been written.
    fn text(&mut self, label: &str, kind: CompletionItemKind, detail: Option<String>) {
        let typed = self.cursor.text.unwrap_or_default();
        if starts_with(label, typed) {
            let item = plain(label, kind, self.cursor.range_back(typed.len()));
            self.items.push(CompletionItem { detail, ..item });
        }
    }

    fn script(&mut self) {
        let cursor = self.cursor;
        if cursor.comment {
            return;
        }
        let call = cursor.call();
        if cursor.text.is_some() {
            return self.inside_text(call.as_ref());
        }
        if let Some(owner) = cursor.owner() {
            return self.fields(owner);
        }
        if let Some(call) = &call {
            self.arguments(call);
        }
        self.names(call.as_ref());
        self.phrases();
        if cursor.at_statement() && self.snippets {
            self.blocks();
        }
        if let Some(call) = call.as_ref().filter(|call| !call.brackets) {
            self.lead_words(call);
        }
    }

    /// Texts that name something of the bot.
    fn inside_text(&mut self, call: Option<&Call<'_>>) {
        let facts = self.here.facts();
        let calls = document::words(self.cursor.code).last().is_some_and(|word| {
            word.text.eq_ignore_ascii_case("CALL") && word.end() + 2 > self.cursor.code.len()
        });
        let field = call.and_then(Call::field_name).unwrap_or_default();
        let keyword = call.and_then(|call| call.keyword).map_or("", |keyword| keyword.name);
        match (keyword, field) {
            _ if calls => self.scripts(),
            (_, "tool" | "script") => self.scripts(),
            (_, "table") => self.tables(),
            ("USE KB" | "CLEAR KB" | "KB COLLECTION STATS", "name") => {
                for name in self.here.bot.knowledge().into_keys() {
                    self.text(&name, CompletionItemKind::FOLDER, Some("knowledge".into()));
                }
            }
            ("GET", "source") => {
                for (name, value) in &facts.around.values {
                    let shown = basilect_stdlib::pure::text::display_data(value);
                    let label = format!("param.{name}");
                    self.text(&label, CompletionItemKind::PROPERTY, Some(shown));
                }
                self.files();
            }
            (_, "order" | "column") => self.columns(call),
            (_, "key") => {
                for key in self.remembered(keyword) {
                    self.text(&key, CompletionItemKind::PROPERTY, Some("remembered".into()));
                }
            }
            (_, "path" | "file" | "source" | "caption" | "attachments") => self.files(),
            _ => {}
        }
    }

    /// The keys that the scripts of the bot use in the memory of this keyword.
    fn remembered(&self, keyword: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for file in self.here.bot.scripts() {
            for two in file.pieces().windows(2) {
                let [Piece { kind: Kind::Keyword(other), .. }, text] = two else { continue };
                let own =
                    text.span.start < self.cursor.offset && self.cursor.offset <= text.span.end;
                let same = memory(other.name) == memory(keyword) && other.field("key").is_some();
                let written = file.document.file.slice(text.span).trim_matches('"');
                let writing = own && file.path == self.here.file.path;
                if same && matches!(text.kind, Kind::Text) && !writing && !written.contains('\n') {
                    found.insert(written.to_string());
                }
            }
        }
        found
    }

    fn scripts(&mut self) {
        for (name, path) in &self.here.facts().scripts {
            let about =
                self.here.bot.files.get(path).and_then(|file| file.parsed().entry("").description);
            let detail = about.unwrap_or_else(|| path.clone());
            self.text(name, CompletionItemKind::FILE, Some(detail));
        }
    }

    fn tables(&mut self) {
        for table in self.here.facts().tables.values() {
            self.text(&table.name, CompletionItemKind::STRUCT, Some(table.path.clone()));
        }
    }

    fn files(&mut self) {
        let shown = |path: &&String| matches!(Sort::of(path), Sort::Other | Sort::Rows);
        for path in self.here.bot.files.keys().filter(shown) {
            let name = path.rsplit('/').next().unwrap_or(path);
            self.text(name, CompletionItemKind::FILE, Some(path.clone()));
        }
    }

    /// The table that the statement names.
    fn table_of(&self, call: &Call<'_>) -> Option<String> {
        let (_, rest) = call.args.split_once('"')?;
        let (name, _) = rest.split_once('"')?;
        Some(basilect_compiler::analysis::kinds::table_name(name))
    }

    fn columns(&mut self, call: Option<&Call<'_>>) {
        let Some(table) = call.and_then(|call| self.table_of(call)) else { return };
        for (name, ty) in self.here.facts().columns(&table) {
            let detail = Some(format!("{ty} of {table}").trim_start().to_string());
            match self.cursor.text {
                Some(_) => self.text(name, CompletionItemKind::FIELD, detail),
                None => self.name(name, CompletionItemKind::FIELD, detail),
            }
        }
    }

    /// What fits the field that is being written.
    fn arguments(&mut self, call: &Call<'_>) {
        let hears = call.keyword.is_some_and(|keyword| keyword.name == "HEAR");
        match call.field_name() {
            Some("condition" | "values" | "order" | "column") => self.columns(Some(call)),
            Some("kind" | "question") if hears => {
                for (names, again) in validate::kinds() {
                    let kind = names.first().copied().unwrap_or_default();
                    self.name(kind, CompletionItemKind::ENUM_MEMBER, Some(again.to_string()));
                }
            }
            _ => {}
        }
    }

    /// Fields of a variable that the script, or its table, has.
    fn fields(&mut self, owner: &str) {
        let index = self.here.index();
        let wanted = basilect_compiler::analysis::fold(owner);
        let scope = index.scope_at(self.cursor.offset).map_or(0, |scope| scope.id);
        let of = |scope| index.known.get(&Entity::Variable(scope, wanted.clone()));
        let Some(known) = of(scope).or_else(|| of(0)) else { return };
        // The word that is being written is a field itself; it counts where it stands elsewhere.
        let typed = self.cursor.word().to_lowercase();
        for (key, name) in &known.fields {
            if *key != typed {
                self.name(name, CompletionItemKind::FIELD, None);
            }
        }
        let table = known.table.as_deref().unwrap_or_default();
        for (name, ty) in self.here.facts().columns(table) {
            if !known.fields.contains_key(&name.to_lowercase()) || *name.to_lowercase() == *typed {
                let detail = format!("{ty} of {table}");
                self.name(name, CompletionItemKind::FIELD, Some(detail.trim_start().into()));
            }
        }
    }

    /// Names of the script and of its settings.
    fn names(&mut self, call: Option<&Call<'_>>) {
        let index = self.here.index();
        // In a line that is not finished they look like names.
        let own = call.and_then(|call| call.keyword).map(leads).unwrap_or_default();
        let scope = index.scope_at(self.cursor.offset).map_or(0, |scope| scope.id);
        let mut found: BTreeMap<String, (String, CompletionItemKind, Option<String>)> =
            BTreeMap::new();
        for mention in &index.mentions {
            let writing = mention.span.end == self.cursor.offset;
            let kind = match &mention.entity {
                Entity::Variable(of, _) if *of == scope || *of == 0 => CompletionItemKind::VARIABLE,
                Entity::Procedure(_) => CompletionItemKind::FUNCTION,
                _ => continue,
            };
            let name = mention.entity.name().to_string();
            let lead = own.iter().any(|lead| lead.eq_ignore_ascii_case(&name));
            let counts = !writing && !lead && mention.exact && name.len() > 1;
            if counts && !found.contains_key(&name) {
                let written = self.here.document().file.slice(mention.span).to_string();
                found.insert(name, (written, kind, detail(index, &mention.entity)));
            }
        }
        for name in &self.here.facts().around.settings {
            let detail = Some("setting".to_string());
            let kind = CompletionItemKind::VARIABLE;
            found.entry(name.clone()).or_insert((name.clone(), kind, detail));
        }
        for (label, kind, detail) in found.into_values() {
            self.name(&label, kind, detail);
        }
    }

    /// Words of the language, of which some may stand before the position already: `SEND M`.
    fn phrases(&mut self) {
        let typed = self.typed();
        let fits = |label: &str| starts_with(label, &typed.words);
        let keywords = words::all().filter(|keyword| fits(keyword.name));
        let keywords: Vec<_> = keywords.map(|k| word(k, typed.range, self.snippets)).collect();
        let statements = STATEMENT_WORDS.iter().filter(|word| fits(word));
        let plain = statements.map(|word| plain(word, CompletionItemKind::KEYWORD, typed.range));
        let mut words: Vec<CompletionItem> = keywords.into_iter().chain(plain).collect();
        words.sort_by(|a, b| a.label.cmp(&b.label));
        words.dedup_by(|a, b| a.label == b.label);
        self.items.extend(words);
    }

    /// The longest run of words before the position that some keyword begins with.
    fn typed(&self) -> Typed {
        let code = self.cursor.code;
        let all = document::words(code);
        let touching = all.last().is_some_and(|word| word.end() == code.len());
        let all = if touching { all.as_slice() } else { &[] };
        for run in (0..all.len()).filter_map(|from| all.get(from..)) {
            let phrase = run.iter().map(|word| word.text).collect::<Vec<_>>().join(" ");
            if run.len() == 1 || words::all().any(|k| starts_with(k.name, &phrase)) {
                let start = run.first().map_or(code.len(), |word| word.start);
                let range = self.cursor.range_back(code.len() - start);
                return Typed { words: phrase, range };
            }
        }
        Typed { words: String::new(), range: Range { start: self.position, end: self.position } }
    }

    /// Statements of several lines, with their ends.
    fn blocks(&mut self) {
        for (label, body) in BLOCKS {
            if starts_with(label, self.cursor.word()) {
                let range = self.cursor.range_back(self.cursor.word().len());
                let edit = TextEdit { range, new_text: (*body).to_string() };
                self.items.push(CompletionItem {
                    label: format!("{label} …"),
                    filter_text: Some((*label).to_string()),
                    kind: Some(CompletionItemKind::SNIPPET),
                    insert_text_format: Some(InsertTextFormat::SNIPPET),
                    text_edit: Some(CompletionTextEdit::Edit(edit)),
                    ..CompletionItem::default()
                });
            }
        }
    }

    fn lead_words(&mut self, call: &Call<'_>) {
        let Some(keyword) = call.keyword else { return };
        for lead in leads(keyword).into_iter().filter(|lead| *lead != "=") {
            self.name(lead, CompletionItemKind::KEYWORD, Some(keyword.name.to_string()));
        }
    }

    /// Names of settings at the beginning of a line.
    fn settings(&mut self) {
        let document = self.here.document();
        let line = document.line_text(self.position.line);
        let before = line.get(..self.column()).unwrap_or(line);
        if before.contains(',') {
            return;
        }
        let range = self.cursor.range_back(before.len());
        let written: Vec<String> =
            lines::settings(document).into_iter().map(|line| line.name).collect();
        for setting in &self.here.workspace.product.settings {
            for name in setting.names.iter().take(1) {
                if starts_with(name, before) && !written.contains(name) {
                    let mut item = plain(name, CompletionItemKind::PROPERTY, range);
                    item.detail = Some(setting.what.clone());
                    item.data = Some(json!({ "setting": name }));
                    self.items.push(with_text(item, range, &format!("{name},")));
                }
            }
        }
        if starts_with("param-", before) {
            let item = plain("param-", CompletionItemKind::PROPERTY, range);
            let detail = Some("a variable of all scripts".to_string());
            self.items.push(CompletionItem { detail, ..item });
        }
    }

    /// The byte of the position in its line.
    fn column(&self) -> usize {
        let start = self.here.document().line_span(self.position.line).start;
        (self.cursor.offset - start.min(self.cursor.offset)) as usize
    }

    fn transcript(&mut self) {
        let document = self.here.document();
        let line = document.line_text(self.position.line);
        let before = line.get(..self.column()).unwrap_or(line);
        let facts = self.here.facts();
        if let Some((word, typed)) = before.split_once(' ') {
            let range = self.cursor.range_back(typed.len());
            let names: Vec<&String> = match word {
                "run" | "tool" => facts.scripts.keys().collect(),
                "table" => facts.tables.values().map(|table| &table.name).collect(),
                _ => Vec::new(),
            };
            let fitting = names.into_iter().filter(|name| starts_with(name, typed));
            self.items.extend(fitting.map(|n| plain(n, CompletionItemKind::FILE, range)));
            return;
        }
        let range = self.cursor.range_back(before.len());
        for (word, body, what) in lines::CHAT_WORDS.iter().filter(|l| starts_with(l.0, before)) {
            let mut item = plain(word, CompletionItemKind::KEYWORD, range);
            item.detail = Some((*what).to_string());
            if self.snippets {
                item = with_text(item, range, body);
                item.insert_text_format = Some(InsertTextFormat::SNIPPET);
            }
            self.items.push(item);
        }
    }
}

/// What has been typed of a phrase.
struct Typed {
    /// Its words, with single blanks.
    words: String,
    /// From its first word to the position.
    range: Range,
}

/// Statements of several lines.
const BLOCKS: &[(&str, &str)] = &[
    ("IF", "IF ${1:condition} THEN\n    $0\nEND IF"),
    ("FOR", "FOR ${1:i} = ${2:1} TO ${3:10}\n    $0\nNEXT ${1:i}"),
    ("FOR EACH", "FOR EACH ${1:item} IN ${2:list}\n    $0\nNEXT ${1:item}"),
    ("WHILE", "WHILE ${1:condition}\n    $0\nWEND"),
    ("DO", "DO WHILE ${1:condition}\n    $0\nLOOP"),
    ("SELECT CASE", "SELECT CASE ${1:value}\n    CASE ${2:1}\n        $0\nEND SELECT"),
    ("SUB", "SUB ${1:name}(${2})\n    $0\nEND SUB"),
    ("FUNCTION", "FUNCTION ${1:name}(${2})\n    RETURN $0\nEND FUNCTION"),
    ("TRY", "TRY\n    $0\nCATCH ${1:problem}\n    TALK ${1:problem}\nEND TRY"),
    ("WITH", "WITH ${1:name}\n    .${2:field} = $0\nEND WITH"),
    ("TABLE", "TABLE ${1:name}\n    ${2:id} integer key\n    $0\nEND TABLE"),
    ("PARAM", "PARAM ${1:name} AS ${2:STRING} LIKE \"${3:example}\" DESCRIPTION \"$0\""),
];

/// What a keyword remembers in: `SET BOT MEMORY` and `GET BOT MEMORY` share it.
fn memory(keyword: &str) -> &str {
    match keyword {
        "REMEMBER" | "RECALL" | "FORGET" => "REMEMBER",
        "CACHE SET" | "CACHE GET" => "CACHE",
        _ => keyword.split_once(' ').map_or(keyword, |(_, rest)| rest),
    }
}

fn starts_with(label: &str, typed: &str) -> bool {
    let (mut label, mut typed) = (label.chars(), typed.chars());
    typed.all(|wanted| {
        label.next().is_some_and(|letter| letter.to_lowercase().eq(wanted.to_lowercase()))
    })
}

/// What is known of a variable's values.
fn detail(index: &Index, entity: &Entity) -> Option<String> {
    let known = index.known.get(entity)?;
    known.phrase().map(|kinds| match &known.asked {
        Some(asked) => format!("{kinds} ({asked})"),
        None => kinds,
    })
}

fn word(keyword: &'static Keyword, range: Range, snippets: bool) -> CompletionItem {
    let function = keyword.run.is_some();
    let kind = if function { CompletionItemKind::FUNCTION } else { CompletionItemKind::KEYWORD };
    let mut item = CompletionItem {
        detail: basilect_stdlib::manual::usage(keyword).into_iter().next(),
        data: Some(json!({ "keyword": keyword.name })),
        ..plain(keyword.name, kind, range)
    };
    if snippets && let Some(body) = snippet(keyword) {
        item = with_text(item, range, &body);
        item.insert_text_format = Some(InsertTextFormat::SNIPPET);
    }
    item
}

/// The shortest way to write a keyword, with its fields to fill in.
fn snippet(keyword: &'static Keyword) -> Option<String> {
    if keyword.run.is_some() {
        let needed = keyword.fields.iter().filter(|field| !field.optional);
        let places: Vec<String> =
            needed.enumerate().map(|(i, field)| format!("${{{}:{}}}", i + 1, field.name)).collect();
        return Some(format!("{}({})", keyword.name, places.join(", ")));
    }
    let form = keyword.forms.last()?;
    let (mut out, mut depth, mut number) = (String::new(), 0, 0);
    let mut letters = form.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ if depth > 0 => {}
            '{' => {
                number += 1;
                let name: String = letters.by_ref().take_while(|c| *c != '}').collect();
                out.push_str(&format!("${{{number}:{}}}", name.trim_end_matches('.')));
            }
            '<' => {
                let word: String = letters.by_ref().take_while(|c| *c != '>').collect();
                out.push_str(word.split(':').next().unwrap_or_default());
            }
            _ => out.push(letter),
        }
    }
    Some(out.trim_end().to_string())
}

fn with_text(item: CompletionItem, range: Range, text: &str) -> CompletionItem {
    let edit = TextEdit { range, new_text: text.to_string() };
    CompletionItem { text_edit: Some(CompletionTextEdit::Edit(edit)), ..item }
}

fn plain(label: &str, kind: CompletionItemKind, range: Range) -> CompletionItem {
    let item = CompletionItem {
        label: label.to_string(),
        kind: Some(kind),
        filter_text: Some(label.to_string()),
        sort_text: Some(format!("{}{label}", rank(kind))),
        ..CompletionItem::default()
    };
    with_text(item, range, label)
}

/// What is the author's comes first, then lead words, then the language.
fn rank(kind: CompletionItemKind) -> u8 {
    match kind {
        CompletionItemKind::FIELD | CompletionItemKind::ENUM_MEMBER => 0,
        CompletionItemKind::VARIABLE => 1,
        CompletionItemKind::FILE | CompletionItemKind::STRUCT | CompletionItemKind::FOLDER => 2,
        _ => 5,
    }
}
