//! Every name of a script with what it means: variables, procedures, labels, and what it names of
//! its bot: scripts, tables, columns, settings, knowledge.

use super::kinds::{self, Assigned, Known};
use super::{Parsed, fold};
use crate::ast::{Command, Expr, ExprKind, Ident, MapKey, Stmt, StmtKind};
use crate::classic;
use crate::hashed::HashMap;
use crate::lower::call::script_name;
use crate::names::walk::{Block, MAX_DEPTH, Watch, Write, walk};
use crate::names::{self, Names, Part, Surroundings};
use crate::source::{SourceFile, Span};
use crate::types::{Bindings, Bound, Slot};
use basilect_stdlib::Keyword;
use std::collections::{BTreeMap, BTreeSet};

/// Something that has a name. All names are in small letters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Entity {
    /// A variable or parameter, with the scope that it belongs to: 0 is the script.
    Variable(usize, String),
    /// A SUB or FUNCTION of the script.
    Procedure(String),
    /// A label, with the scope that it stands in.
    Label(usize, String),
    /// A script of the bot.
    Script(String),
    /// A table.
    Table(String),
    /// A column of a table.
    Column(String, String),
    /// A setting of `config.csv`.
    Setting(String),
    /// A collection of documents.
    Knowledge(String),
}

impl Entity {
    /// Its name, in small letters.
    pub fn name(&self) -> &str {
        match self {
            Entity::Variable(_, name) | Entity::Label(_, name) | Entity::Column(_, name) => name,
            Entity::Procedure(name) | Entity::Script(name) | Entity::Table(name) => name,
            Entity::Setting(name) | Entity::Knowledge(name) => name,
        }
    }
    /// Whether other files of the bot can name it too.
    pub fn is_of_bot(&self) -> bool {
        !matches!(self, Entity::Variable(..) | Entity::Procedure(_) | Entity::Label(..))
    }
}

/// What happens to it at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It is made: PARAM, SUB, DIM, CONST, TABLE, a label.
    Declares,
    /// It receives a value.
    Writes,
    /// It is read, called, jumped to.
    Reads,
}

/// A place where something is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Where: the name alone, without quotes.
    pub span: Span,
    /// What.
    pub entity: Entity,
    /// How.
    pub role: Role,
    /// Whether the text at `span` is the name and nothing else, so that it can be replaced.
    pub exact: bool,
}

/// A SUB, FUNCTION or block with names of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Its number in [`Entity`].
    pub id: usize,
    /// From its first word to the next statement of the script.
    pub span: Span,
    /// The procedure, in small letters.
    pub procedure: Option<String>,
}

/// All names of a script.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// In the order of the text.
    pub mentions: Vec<Mention>,
    /// Procedures and blocks, in the order of the text.
    pub scopes: Vec<Scope>,
    /// What is known of the values of variables.
    pub known: BTreeMap<Entity, Known>,
    /// Parameters of the script and of its procedures.
    pub params: BTreeSet<Entity>,
    /// Which procedure (`None`: the script itself) calls which procedure or script, and where.
    pub calls: Vec<(Option<String>, Entity, Span)>,
    /// Literal texts, without their quotes.
    pub texts: Vec<Span>,
}

impl Index {
    /// What is named at a byte.
    pub fn at(&self, offset: u32) -> Option<&Mention> {
        let here = |m: &&Mention| m.span.start <= offset && offset <= m.span.end;
        let after = self.mentions.partition_point(|mention| mention.span.start <= offset);
        let near = || self.mentions.get(..after).unwrap_or_default().iter().rev().take(6);
        near().filter(here).find(|mention| mention.exact).or_else(|| near().find(here))
    }
    /// Where it is named.
    pub fn of<'i, 'e: 'i>(
        &'i self,
        entity: &'e Entity,
    ) -> impl Iterator<Item = &'i Mention> + use<'i, 'e> {
        self.mentions.iter().filter(move |mention| mention.entity == *entity)
    }
    /// Where it comes from: its declarations, or the first place that gives it a value.
    pub fn definitions<'i>(&'i self, entity: &Entity) -> Vec<&'i Mention> {
        let with = |role| move |m: &&Mention| m.role == role && m.entity == *entity;
        let declared: Vec<_> = self.mentions.iter().filter(with(Role::Declares)).collect();
        match declared.is_empty() {
            true => self.mentions.iter().find(with(Role::Writes)).into_iter().collect(),
            false => declared,
        }
    }
    /// The scope that a byte lies in.
    pub fn scope_at(&self, offset: u32) -> Option<&Scope> {
        // They stand side by side.
        let after = self.scopes.partition_point(|scope| scope.span.start <= offset);
        let last = after.checked_sub(1).and_then(|at| self.scopes.get(at));
        last.filter(|scope| offset < scope.span.end)
    }
}

/// The names of a script, given those of its bot.
pub fn index(parsed: &Parsed, around: &Surroundings) -> Index {
    let Parsed { file, script, .. } = parsed;
    let (names, bindings, _) = names::analyse(script, around);
    let scopes = scopes(&script.body, &names, file.text.len() as u32);
    let mut indexer = Indexer {
        file,
        names: &names,
        out: Index { scopes, ..Index::default() },
        open: vec![(0, None)],
        parents: HashMap::default(),
        assigned: Vec::new(),
        fields: Vec::new(),
        classic: script.listing.is_some(),
    };
    walk(&script.body, &bindings, &mut indexer);
    indexer.finish(&bindings)
}

/// The blocks with names of their own that stand at the script level.
fn scopes(body: &[Stmt], names: &Names, end: u32) -> Vec<Scope> {
    let nexts = body.iter().skip(1).map(|stmt| stmt.span.start).chain(std::iter::once(end));
    let mut found = Vec::new();
    for (stmt, next) in body.iter().zip(nexts) {
        let (start, procedure) = match &stmt.kind {
            StmtKind::Procedure(p) => (p.name.span.start, Some(fold(&p.name.name))),
            StmtKind::EventBlock { command, .. } => (command.words.start, None),
            StmtKind::Deferred { .. } => (stmt.span.start, None),
            _ => continue,
        };
        if let Some(id) = names.starts.get(&start) {
            let span = Span::new(stmt.span.start, next.max(stmt.span.end));
            found.push(Scope { id: *id, span, procedure });
        }
    }
    found
}

/// Listens to the walk.
struct Indexer<'a, 'n> {
    file: &'a SourceFile,
    names: &'n Names,
    out: Index,
    /// The scopes that are open, with their procedures.
    open: Vec<(usize, Option<String>)>,
    parents: HashMap<usize, usize>,
    assigned: Vec<(Entity, Assigned<'a>, usize)>,
    /// `name.field`: the scope, the variable, the field.
    fields: Vec<(usize, &'a str, &'a Ident)>,
    /// Whether the script is a classic program, which has functions of its own.
    classic: bool,
}

impl<'a> Indexer<'a, '_> {
    fn here(&self) -> usize {
        self.open.last().map_or(0, |(scope, _)| *scope)
    }

    /// The variable, or procedure, that a name means in a scope.
    fn variable(&self, scope: usize, name: &str) -> Entity {
        let name = fold(name);
        let mut at = scope;
        // A block that runs by itself receives what the scope around it has.
        while at != 0 && self.names.captured(at).contains(&name) {
            at = self.parents.get(&at).copied().unwrap_or(0);
        }
        match self.names.home(at, &name) {
            Some(names::Home::Local) => Entity::Variable(at, name),
            Some(names::Home::Shared(_)) => Entity::Variable(0, name),
            None if self.names.is_procedure(&name) => Entity::Procedure(name),
            None => Entity::Variable(at, name),
        }
    }

    fn mention(&mut self, span: Span, entity: Entity, role: Role) {
        let written = self.file.slice(span);
        let exact = fold(written) == entity.name();
        self.out.mentions.push(Mention { span, entity, role, exact });
    }

    fn read_name(&mut self, name: &str, span: Span) {
        let entity = self.variable(self.here(), name);
        let function = names::bare_function(name).is_some() || names::error_name(name).is_some();
        let written = self.names.home(self.here(), name).is_some();
        if written || !function {
            self.mention(span, entity, Role::Reads);
        }
    }

    fn declare(&mut self, ident: &Ident) -> Entity {
        let entity = self.variable(self.here(), &ident.name);
        self.mention(ident.span, entity.clone(), Role::Declares);
        entity
    }

    fn param(&mut self, param: &crate::ast::Param) {
        let entity = self.declare(&param.name);
        self.out.params.insert(entity.clone());
        // One without a type counts as a text for models; here it may be anything.
        let rest = self.file.text.get(param.name.span.end as usize..).unwrap_or_default();
        let typed = rest.trim_start().get(..2).is_some_and(|word| word.eq_ignore_ascii_case("AS"));
        let ty = if typed { param.ty.clone() } else { String::new() };
        self.assigned.push((entity, Assigned::Type(ty), self.here()));
    }

    fn call_entity(&mut self, entity: Entity, span: Span) {
        let caller = self.open.last().and_then(|(_, procedure)| procedure.clone());
        self.out.calls.push((caller, entity.clone(), span));
        self.mention(span, entity, Role::Reads);
    }

    /// The inside of a literal text, where it stands as it is written.
    fn inside(&self, value: &Expr) -> Option<(&'a str, Span)> {
        if !matches!(value.kind, ExprKind::Text(_)) {
            return None;
        }
        let span = inside_quotes(self.file.slice(value.span), value.span);
        Some((self.file.slice(span), span))
    }

    fn script(&mut self, value: &Expr) {
        if let Some((text, span)) = self.inside(value)
            && !text.starts_with('/')
        {
            let start = text.rfind(['/', '\\']).map_or(0, |at| at as u32 + 1);
            let name = script_name(text);
            let start = span.start + start;
            let end = (start + name.len() as u32).min(span.end);
            self.call_entity(Entity::Script(name), Span::new(start, end));
        }
    }

    /// The table that a field of a keyword names.
    fn table_of(&self, bound: &Bound<'a>) -> Option<(String, Span)> {
        let Slot::Value(value) = bound.slot("table") else { return None };
        let (text, span) = match &value.kind {
            ExprKind::Name(name) if self.names.is_unset(name) => {
                (self.file.slice(value.span), value.span)
            }
            _ => self.inside(value)?,
        };
        let index = bound.keyword.name == "CREATE INDEX";
        let (text, span) = if index { behind_on(text, span)? } else { (text, span) };
        Some((kinds::table_name(text), span))
    }

    fn bound(&mut self, bound: &Bound<'a>) {
        let table = self.table_of(bound);
        if let Some((name, span)) = &table {
            self.mention(*span, Entity::Table(name.clone()), Role::Reads);
        }
        for (field, slot) in bound.keyword.fields.iter().zip(&bound.slots) {
            match (field.name, slot) {
                ("condition", Slot::Value(value)) => self.columns(table.as_ref(), value, MAX_DEPTH),
                (_, Slot::Pairs(pairs)) => {
                    let role =
                        if bound.keyword.name == "FIND" { Role::Reads } else { Role::Writes };
                    for pair in pairs {
                        match pair.span == pair.value.span {
                            true => self.named_after(table.as_ref(), pair.value),
                            false => self.column(table.as_ref(), pair.span, role),
                        }
                    }
                }
                (_, Slot::Value(Expr { kind: ExprKind::Map(entries), .. })) => {
                    let named = entries.iter().filter_map(|(key, _)| match key {
                        MapKey::Fixed(name) => Some(name.span),
                        MapKey::Computed(_) => None,
                    });
                    for span in named {
                        let span = inside_quotes(self.file.slice(span), span);
                        self.column(table.as_ref(), span, Role::Writes);
                    }
                }
                ("order" | "column", Slot::Value(value)) => match self.inside(value) {
                    Some((_, span)) => self.column(table.as_ref(), span, Role::Reads),
                    None if matches!(value.kind, ExprKind::Name(_)) => {
                        self.column(table.as_ref(), value.span, Role::Reads);
                    }
                    None => {}
                },
                _ => {}
            }
        }
        self.of_bot(bound);
    }

    /// Scripts, knowledge and settings that a keyword names.
    fn of_bot(&mut self, bound: &Bound<'a>) {
        let field = match bound.keyword.name {
            "ADD TOOL" | "REMOVE TOOL" | "ADD SUGGESTION TOOL" => "tool",
            "SET SCHEDULE" | "SCHEDULE IN" => "script",
            "USE KB" | "CLEAR KB" | "KB COLLECTION STATS" => "name",
            "GET" => "source",
            _ => return,
        };
        let Slot::Value(value) = bound.slot(field) else { return };
        if matches!(field, "tool" | "script") {
            return self.script(value);
        }
        let Some((text, span)) = self.inside(value) else { return };
        let text = text.to_lowercase();
        if field == "name" {
            self.mention(span, Entity::Knowledge(text), Role::Reads);
        } else if let Some(name) = text.strip_prefix("param.") {
            let span = Span::new(span.end - name.len() as u32, span.end);
            self.mention(span, Entity::Setting(kinds::setting_name(name)), Role::Reads);
        }
    }

    /// A variable that gives its own name to a column: neither can be renamed without the other.
    fn named_after(&mut self, table: Option<&(String, Span)>, value: &Expr) {
        let ExprKind::Name(name) = &value.kind else { return };
        let variable = self.variable(self.here(), name);
        let column = table.map(|(table, _)| Entity::Column(table.clone(), fold(name)));
        for entity in [Some(variable), column].into_iter().flatten() {
            let (span, role) = (value.span, Role::Reads);
            self.out.mentions.push(Mention { span, entity, role, exact: false });
        }
    }

    fn column(&mut self, table: Option<&(String, Span)>, span: Span, role: Role) {
        let Some((table, _)) = table else { return };
        let name = fold(self.file.slice(span));
        let word = |c: char| c.is_alphanumeric() || c == '_';
        if !name.is_empty() && name.chars().all(word) {
            self.mention(span, Entity::Column(table.clone(), name), role);
        }
    }

    /// The columns on the left sides of a condition, so many levels deep.
    fn columns(&mut self, table: Option<&(String, Span)>, condition: &Expr, levels: usize) {
        let Some(levels) = levels.checked_sub(1) else { return };
        let (parts, left) = match names::condition_part(condition) {
            Part::Both(left, right) => (vec![left, right], None),
            Part::Not(inner) => (vec![inner], None),
            Part::Compare { .. } => (Vec::new(), left_side(condition)),
            Part::Computed { .. } | Part::Other => (Vec::new(), None),
        };
        parts.into_iter().for_each(|part| self.columns(table, part, levels));
        match left.map(|left| (&left.kind, left.span)) {
            Some((ExprKind::Name(_), span)) => self.column(table, span, Role::Reads),
            Some((ExprKind::Text(_), span)) => {
                let span = inside_quotes(self.file.slice(span), span);
                self.column(table, span, Role::Reads);
            }
            _ => {}
        }
    }

    fn table(&mut self, table: &crate::ast::Table) {
        let name = fold(&table.name.name);
        self.mention(table.name.span, Entity::Table(name.clone()), Role::Declares);
        let entry = crate::package::tables::read(table, &mut Vec::new());
        let mut left: Vec<String> = entry.columns.iter().map(|c| fold(&c.name)).collect();
        for (_, span) in &table.lines {
            let line = self.file.slice(*span);
            let found = words(line).find_map(|(at, word)| {
                let index = left.iter().position(|column| *column == fold(word))?;
                Some((at, word, index))
            });
            if let Some((at, word, index)) = found {
                let start = span.start + at as u32;
                let place = Span::new(start, start + word.len() as u32);
                let column = Entity::Column(name.clone(), left.remove(index));
                self.mention(place, column, Role::Declares);
            }
        }
    }

    fn assign(&mut self, target: &Expr, assigned: Assigned<'a>) {
        if let ExprKind::Name(name) = &target.kind {
            let entity = self.variable(self.here(), name);
            self.assigned.push((entity, assigned, self.here()));
        }
    }

    fn finish(mut self, bindings: &Bindings<'a>) -> Index {
        let assigned = std::mem::take(&mut self.assigned);
        let mut known =
            kinds::infer(&assigned, bindings, &|scope, name| self.variable(scope, name));
        for (scope, name, field) in std::mem::take(&mut self.fields) {
            let entity = self.variable(scope, name);
            let of = known.entry(entity).or_default();
            of.fields.entry(fold(&field.name)).or_insert_with(|| field.name.to_string());
            if let Some(table) = of.table.clone() {
                let column = Entity::Column(table, fold(&field.name));
                self.mention(field.span, column, Role::Reads);
            }
        }
        self.out.known = known;
        self.counted();
        let out = &mut self.out.mentions;
        out.sort_by(|a, b| {
            let place = |m: &Mention| (m.span.start, m.span.end, !m.exact, m.role);
            place(a).cmp(&place(b)).then_with(|| a.entity.cmp(&b.entity))
        });
        // A place where the name can be replaced means one thing; what declares it comes first.
        out.dedup_by(|later, first| {
            later.span == first.span
                && (later.exact && first.exact || later.entity == first.entity && !first.exact)
        });
        self.out
    }

    /// The variables after NEXT, which the tree does not keep.
    fn counted(&mut self) {
        let mut start = 0;
        for line in self.file.text.split_inclusive('\n') {
            for (at, name) in after_next(line) {
                let at = start + at as u32;
                let span = Span::new(at, at + name.len() as u32);
                let scope = self.out.scope_at(at).map_or(0, |scope| scope.id);
                if self.names.home(scope, name).is_some() && !self.names.is_unset(name) {
                    let entity = self.variable(scope, name);
                    self.mention(span, entity, Role::Reads);
                }
            }
            start += line.len() as u32;
        }
    }
}

impl<'a> Watch<'a> for Indexer<'a, '_> {
    fn read(&mut self, name: &'a str, span: Span) {
        self.read_name(name, span);
    }

    fn word(&mut self, name: &'a str, span: Span) {
        if !self.names.is_unset(name) && self.names.home(self.here(), name).is_some() {
            self.read_name(name, span);
        }
    }

    fn mention(&mut self, name: &'a str, span: Span) {
        let known = self.names.home(self.here(), name).is_some() && !self.names.is_unset(name);
        if known {
            let entity = self.variable(self.here(), name);
            self.out.mentions.push(Mention { span, entity, role: Role::Reads, exact: false });
        }
    }

    fn write(&mut self, name: &'a str, span: Span, how: Write) {
        let entity = self.variable(self.here(), name);
        let role = match how {
            Write::Dim | Write::Array | Write::Const => Role::Declares,
            Write::Assign | Write::Loop | Write::Element | Write::Answer => Role::Writes,
        };
        if matches!(how, Write::Array | Write::Element) {
            self.assigned.push((entity.clone(), Assigned::List, self.here()));
        }
        self.mention(span, entity, role);
    }

    fn call(&mut self, name: &'a str, span: Span, _args: usize) {
        let element = self.names.is_indexed(name);
        let function = || classic::functions::find(&name.to_ascii_uppercase()).is_some();
        if self.classic && !element && function() {
            return;
        }
        if self.names.is_procedure(name) && !element {
            self.call_entity(Entity::Procedure(fold(name)), span);
        } else if element || names::vocabulary(name).is_none() {
            let entity = self.variable(self.here(), name);
            self.mention(span, entity, Role::Reads);
        }
    }

    fn call_named(&mut self, name: &'a str, span: Span, _args: usize) {
        let entity = match self.names.is_procedure(name) {
            true => Entity::Procedure(fold(name)),
            false => Entity::Script(script_name(name)),
        };
        // `CALL tax(5)` as a value: the name stands at the end of the span.
        let written = self.file.slice(span);
        let tail = written.len().saturating_sub(name.len()) as u32;
        self.call_entity(entity, Span::new(span.start + tail, span.end));
    }

    fn host_call(&mut self, _: &'static Keyword, bound: Option<&Bound<'a>>, _: Span) {
        if let Some(bound) = bound {
            self.bound(bound);
        }
    }

    fn command(&mut self, _: &'a Command, bound: Option<&Bound<'a>>) {
        let Some(bound) = bound else { return };
        self.bound(bound);
        let target = bound.typed().find_map(|(ty, slot)| match slot {
            Slot::Value(value) if ty == basilect_stdlib::keyword::Type::Target => Some(*value),
            _ => None,
        });
        if let Some(target) = target {
            self.assign(target, Assigned::answer(bound));
        }
    }

    fn def_fn(&mut self, name: &'a Ident, params: &'a [Ident]) {
        self.mention(name.span, Entity::Procedure(fold(&name.name)), Role::Declares);
        self.open_scope(name.span.start, Some(fold(&name.name)));
        for param in params {
            let entity = self.declare(param);
            self.out.params.insert(entity);
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        if let ExprKind::Field { of, name, .. } = &expr.kind
            && let ExprKind::Name(variable) = &of.kind
        {
            self.fields.push((self.here(), variable, name));
        }
    }

    fn text(&mut self, text: &'a str, span: Span) {
        let inside = inside_quotes(self.file.slice(span), span);
        self.out.texts.push(inside);
        // `ON "message" CALL "handler"` and its like.
        if text.len() <= 128 && self.names.is_procedure(text) {
            self.mention(inside, Entity::Procedure(fold(text)), Role::Reads);
        }
    }

    fn label(&mut self, label: &'a Ident) {
        let entity = Entity::Label(self.here(), fold(&label.name));
        self.mention(label.span, entity, Role::Declares);
    }

    fn jump(&mut self, label: &'a Ident) {
        let entity = Entity::Label(self.here(), fold(&label.name));
        self.mention(label.span, entity, Role::Reads);
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Param(param) => self.param(param),
            StmtKind::Table(table) => self.table(table),
            StmtKind::Assign { target, value } => {
                self.assign(target, Assigned::Value(value));
                if let ExprKind::Field { of, name, .. } = &target.kind
                    && let ExprKind::Name(variable) = &of.kind
                {
                    self.fields.push((self.here(), variable, name));
                }
            }
            StmtKind::With { target, fields } => {
                self.assign(target, Assigned::Fields(fields));
            }
            StmtKind::For { head, .. } => self.assign(&head.var, Assigned::Number),
            StmtKind::ForEach { head, .. } => {
                let entity = self.variable(self.here(), &head.var.name);
                self.assigned.push((entity, Assigned::Item(&head.source), self.here()));
            }
            StmtKind::Const { name, value } => {
                let entity = self.variable(self.here(), &name.name);
                self.assigned.push((entity, Assigned::Value(value), self.here()));
            }
            StmtKind::Dim(items) => {
                for item in items {
                    let entity = self.variable(self.here(), &item.name.name);
                    let ty = item.ty.clone().filter(|_| item.bounds.is_empty());
                    if let Some(ty) = ty {
                        self.assigned.push((entity, Assigned::Type(ty), self.here()));
                    }
                }
            }
            StmtKind::CallNamed { callee, .. } => self.script(callee),
            _ => {}
        }
    }

    fn enter(&mut self, block: Block<'a>) {
        let (start, procedure) = match block {
            Block::Procedure(procedure) => {
                let name = fold(&procedure.name.name);
                let entity = Entity::Procedure(name.clone());
                self.mention(procedure.name.span, entity, Role::Declares);
                (procedure.name.span.start, Some(name))
            }
            Block::Event(command) => (command.words.start, None),
            Block::Later(span) => (span.start, None),
        };
        self.open_scope(start, procedure);
        if let Block::Procedure(procedure) = block {
            procedure.params.iter().for_each(|param| self.param(param));
        }
    }

    fn leave(&mut self) {
        self.open.pop();
    }
}

impl Indexer<'_, '_> {
    fn open_scope(&mut self, start: u32, procedure: Option<String>) {
        let id = self.names.starts.get(&start).copied().unwrap_or(0);
        let (parent, around) = self.open.last().cloned().unwrap_or((0, None));
        self.parents.insert(id, parent);
        self.open.push((id, procedure.or(around)));
    }
}

/// The names after NEXT in a line, where that begins a statement, with their bytes.
fn after_next(line: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, byte) in line.bytes().enumerate().chain([(line.len(), b'\n')]) {
        match byte {
            b'"' => quoted = !quoted,
            b':' | b'\n' | b'\'' if !quoted => {
                let statement = line.get(start..at).unwrap_or_default();
                let mut all = words(statement).skip_while(|(_, w)| w.bytes().all(is_digit));
                if all.next().is_some_and(|(_, word)| word.eq_ignore_ascii_case("NEXT")) {
                    found.extend(all.map(|(at, name)| (start + at, name)));
                }
                start = at + 1;
                if byte == b'\'' {
                    return found;
                }
            }
            _ => {}
        }
    }
    found
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

/// The left side of a comparison.
fn left_side(condition: &Expr) -> Option<&Expr> {
    match &condition.kind {
        ExprKind::Binary(_, left, _) => Some(left),
        ExprKind::IsNull { value, .. } | ExprKind::Between { value, .. } => Some(value),
        _ => None,
    }
}

/// The table of `CREATE INDEX name ON table(column)`, which is kept as it is written.
fn behind_on(text: &str, span: Span) -> Option<(&str, Span)> {
    let on = text.to_ascii_uppercase().find(" ON ")? + " ON ".len();
    let rest = text.get(on..)?;
    let letter = |c: char| c.is_alphanumeric() || c == '_';
    let start = rest.find(letter)?;
    let name = rest.get(start..)?;
    let name = name.get(..name.find(|c| !letter(c)).unwrap_or(name.len()))?;
    let start = span.start + (on + start) as u32;
    Some((name, Span::new(start, start + name.len() as u32)))
}

/// A text without the quotes around it.
fn inside_quotes(written: &str, span: Span) -> Span {
    let quotes = ['"', '\'', '\u{201c}', '\u{201d}'];
    let Some(first) = written.chars().next().filter(|c| quotes.contains(c)) else { return span };
    let start = first.len_utf8();
    let last = written.chars().next_back().filter(|c| quotes.contains(c));
    let end = written.len() - last.map_or(0, char::len_utf8);
    match start <= end {
        true => Span::new(span.start + start as u32, span.start + end as u32),
        false => span,
    }
}

/// The words of a line with their bytes.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.split(move |c: char| !part(c))
        .filter(|word| !word.is_empty())
        .map(move |word| (word.as_ptr().addr() - line.as_ptr().addr(), word))
}
