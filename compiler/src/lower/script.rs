//! One script: its functions, its hidden variables, the blocks that run apart.

use super::Input;
use super::fold::{Known, known};
use super::function::{Lower, Place, Target, spilled_of};
use super::pool::Pool;
use crate::ast::{
    Classic, DataItem, Expr, ExprKind, Ident, Listing, Param, Procedure, Script, Stmt, StmtKind,
};
use crate::diagnostics::{Diagnostic, codes};
use crate::hashed::HashMap;
use crate::hashed::IndexMap;
use crate::names::{Names, Surroundings, fold, folded};
use crate::package::triggers;
use crate::source::SourceFile;
use crate::types::Bindings;
use basilect_vm::program::instr::Op;
use basilect_vm::program::{Place as InputPlace, Script as ProgramScript};
use std::rc::Rc;

/// A script on its way into the program.
pub(crate) struct Unit<'a> {
    /// Its name in the program.
    pub name: String,
    pub file: &'a SourceFile,
    pub script: &'a Script,
    /// Its statements of some kinds.
    pub notable: Rc<Vec<&'a Stmt>>,
    /// The arguments of its keywords.
    pub bindings: Bindings<'a>,
    pub names: Names,
    pub around: &'a Surroundings,
    /// Index of every script of the program.
    pub scripts: &'a HashMap<String, u16>,
    /// Function index and number of parameters of each procedure.
    pub procedures: IndexMap<String, (u32, usize)>,
    /// Blocks that become scripts of their own.
    pub extras: Vec<Extra<'a>>,
    /// Variables that the script does not see.
    pub hidden: Hidden,
    pub data: Vec<DataItem>,
    /// For RESTORE: how much DATA stands before each label.
    pub data_at: HashMap<String, usize>,
    pub option_base: u16,
    /// For each scope, and for the end, how many variables of the scopes before it found no
    /// register.
    spilled: Vec<u32>,
}

/// Environment slots of variables that the script does not see.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hidden {
    /// The list of DATA, and the place of the next item.
    pub data: Option<(u16, u16)>,
    /// The line that PRINT has begun.
    pub print: Option<u16>,
    /// All slots in use.
    pub slots: u16,
}

/// A block that runs apart from its script: on an event, or later.
#[derive(Clone, Debug)]
pub(crate) struct Extra<'a> {
    /// `start#event-1`, `start#later-1`
    pub name: String,
    /// First byte of its statement.
    pub start: u32,
    /// Its scope.
    pub scope: usize,
    /// Whether an event starts it; else it runs later, with what it was given.
    pub event: bool,
    pub body: &'a [Stmt],
}

impl<'a> Unit<'a> {
    /// A script before anything of it is lowered.
    pub(super) fn new(
        input: Input<'a>,
        extras: Vec<Extra<'a>>,
        around: &'a Surroundings,
        scripts: &'a HashMap<String, u16>,
    ) -> Unit<'a> {
        let Input { name, file, script, notable, bindings, names } = input;
        let mut spilled = vec![0];
        for scope in 0..names.scope_count() {
            let before = spilled.last().copied().unwrap_or(0);
            spilled.push(before + u32::from(spilled_of(&names, scope)));
        }
        Unit {
            name,
            file,
            script,
            notable,
            bindings,
            names,
            around,
            scripts,
            procedures: IndexMap::default(),
            extras,
            hidden: Hidden::default(),
            data: Vec::new(),
            data_at: HashMap::default(),
            option_base: 0,
            spilled,
        }
    }
    /// A procedure's function and number of parameters.
    pub(super) fn procedure(&self, name: &str) -> Option<(u32, usize)> {
        self.procedures.get(name).copied()
    }
    /// The index of a script of the program; names may be written with `_` for `-`.
    pub(super) fn script_index(&self, name: &str) -> Option<u16> {
        let name = super::call::script_name(name);
        self.scripts.get(&name).or_else(|| self.scripts.get(&name.replace('_', "-"))).copied()
    }
    /// The block whose statement begins at this byte.
    pub(super) fn extra_at(&self, start: u32) -> Option<&Extra<'_>> {
        self.extras.iter().find(|extra| extra.start == start)
    }
    /// The first environment slot for variables of `scope` that found no register.
    pub(super) fn spill_base(&self, scope: usize) -> u16 {
        let before = self.spilled.get(scope).copied().unwrap_or(0);
        (u32::from(self.hidden.slots) + before).min(u32::from(u16::MAX)) as u16
    }
    fn env_slots(&self) -> u16 {
        let scopes = self.names.scope_count();
        self.spill_base(scopes)
    }
}

/// The blocks of a script that run apart, in the order of the text.
pub(crate) fn extras<'a>(input: &Input<'a>) -> Vec<Extra<'a>> {
    let Input { name, notable, names, .. } = input;
    let mut extras = Vec::new();
    let (mut events, mut laters) = (0, 0);
    for stmt in notable.iter().copied() {
        let (kind, number, start, body) = match &stmt.kind {
            StmtKind::EventBlock { command, body } => {
                events += 1;
                ("event", events, command.words.start, body)
            }
            StmtKind::Deferred { body, .. } => {
                laters += 1;
                ("later", laters, stmt.span.start, body)
            }
            _ => continue,
        };
        let scope = names.starts.get(&start).copied().unwrap_or(0);
        let name = format!("{name}#{kind}-{number}");
        let event = kind == "event";
        extras.push(Extra { name, start: stmt.span.start, scope, event, body });
    }
    extras
}

/// The statements that the stages ask for beside walking over the whole script: those that
/// declare, jump, loop or run apart, and assignments, in the order of the text.
pub(crate) fn notable(script: &Script) -> Vec<&Stmt> {
    use StmtKind::*;
    let mut notable = Vec::new();
    each_stmt(&script.body, &mut |stmt| {
        if !matches!(
            stmt.kind,
            Command(_) | Call(_) | CallNamed { .. } | If { .. } | Return(_) | Exit(_) | Broken
        ) {
            notable.push(stmt);
        }
    });
    notable
}

/// Visits every statement, inner ones included.
pub(crate) fn each_stmt<'a>(body: &'a [Stmt], visit: &mut dyn FnMut(&'a Stmt)) {
    for stmt in body {
        visit(stmt);
        each_body(stmt, &mut |inner| each_stmt(inner, visit));
    }
}

/// Visits the lists of statements that stand directly in one.
pub(crate) fn each_body<'a>(stmt: &'a Stmt, visit: &mut dyn FnMut(&'a [Stmt])) {
    match &stmt.kind {
        StmtKind::If { arms, otherwise } => {
            arms.iter().for_each(|(_, body)| visit(body));
            otherwise.as_deref().into_iter().for_each(visit);
        }
        StmtKind::Select { cases, otherwise, .. } => {
            cases.iter().for_each(|case| visit(&case.body));
            otherwise.as_deref().into_iter().for_each(visit);
        }
        StmtKind::Try { body, catch, finally, .. } => {
            visit(body);
            catch.as_deref().into_iter().for_each(&mut *visit);
            finally.as_deref().into_iter().for_each(visit);
        }
        StmtKind::For { body, .. }
        | StmtKind::ForEach { body, .. }
        | StmtKind::Loop { body, .. }
        | StmtKind::EventBlock { body, .. }
        | StmtKind::Deferred { body, .. } => visit(body),
        StmtKind::Procedure(procedure) => visit(&procedure.body),
        _ => {}
    }
}

/// What the script needs beside its own variables.
pub(crate) fn prepare(unit: &mut Unit<'_>) {
    if unit.script.is_classic() {
        return classic_data(unit);
    }
    let mut data = Vec::new();
    let mut at = HashMap::default();
    let (mut reads, mut buffers) = (false, false);
    unit.notable.iter().for_each(|stmt| match &stmt.kind {
        StmtKind::Label(label) => {
            at.entry(fold(&label.name)).or_insert(data.len());
        }
        StmtKind::Classic(Classic::Data(items)) => data.extend(items.iter().cloned()),
        StmtKind::Classic(Classic::Read(_)) => reads = true,
        StmtKind::Classic(Classic::Print { items, .. }) => {
            let open = |end: &crate::ast::PrintEnd| *end != crate::ast::PrintEnd::Line;
            buffers |= items.last().is_some_and(|(_, end)| open(end));
        }
        StmtKind::Pragma(text) if is_base_one(text) => unit.option_base = 1,
        _ => {}
    });
    let mut slots = unit.names.shared.len() as u16;
    let mut slot = || {
        slots += 1;
        slots - 1
    };
    let data_slots = reads.then(|| (slot(), slot()));
    let print = buffers.then(slot);
    unit.hidden = Hidden { data: data_slots, print, slots };
    (unit.data, unit.data_at) = (data, at);
}

/// The DATA of a classic program, and how much of it stands before each line.
fn classic_data(unit: &mut Unit<'_>) {
    let mut data = Vec::new();
    let mut at = HashMap::default();
    unit.notable.iter().for_each(|stmt| match &stmt.kind {
        StmtKind::Label(label) => {
            at.entry(fold(&label.name)).or_insert(data.len());
        }
        StmtKind::Classic(Classic::Data(items)) => data.extend(items.iter().cloned()),
        _ => {}
    });
    (unit.data, unit.data_at) = (data, at);
}

fn is_base_one(pragma: &str) -> bool {
    pragma.to_uppercase().split_whitespace().eq(["OPTION", "BASE", "1"])
}

/// Reserves the functions of a script's procedures.
pub(crate) fn reserve(unit: &mut Unit<'_>, pool: &mut Pool) {
    for (name, params) in &unit.names.procedures {
        unit.procedures.insert(name.clone(), (pool.reserve_function(), *params));
    }
}

/// Lowers all functions of a script and gives its entries in the program.
pub(crate) fn lower<'a>(
    unit: &Unit<'a>,
    pool: &mut Pool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<ProgramScript> {
    let mut entries = vec![main(unit, pool, diagnostics)];
    for extra in &unit.extras {
        entries.push(extra_main(unit, extra, pool, diagnostics));
    }
    let own = unit.scripts.get(&unit.name).copied().unwrap_or(0);
    unit.notable.iter().for_each(|stmt| match &stmt.kind {
        StmtKind::Procedure(procedure) => {
            lower_procedure(unit, procedure, own, pool, diagnostics);
        }
        StmtKind::Classic(Classic::DefFn { name, params, body }) if !unit.script.is_classic() => {
            lower_def_fn(unit, name, params, body, own, pool, diagnostics);
        }
        _ => {}
    });
    entries
}

fn main<'a>(unit: &Unit<'a>, pool: &mut Pool, diagnostics: &mut Vec<Diagnostic>) -> ProgramScript {
    let index = pool.reserve_function();
    let script = unit.scripts.get(&unit.name).copied().unwrap_or(0);
    let mut lower = Lower::new(unit, pool, diagnostics, 0, &[]);
    lower.main = true;
    lower.results = results(unit);
    let inputs = inputs(&lower, &unit.names.inputs);
    begin(&mut lower, &unit.script.body);
    lower.settings(&unit.names.inputs);
    lower.load_data();
    lower.start_print();
    if let Some(listing) = &unit.script.listing {
        return classic_main(lower, listing, index, script);
    }
    for stmt in &unit.script.body {
        if let StmtKind::Param(param) = &stmt.kind {
            lower.param_default(param);
        }
    }
    lower.stmts(&unit.script.body);
    lower.flush_print();
    finish(lower, index, script, &unit.name, 0);
    entry(unit, unit.name.clone(), index, inputs)
}

fn classic_main<'a>(
    mut lower: Lower<'a, '_>,
    listing: &'a Listing,
    index: u32,
    script: u16,
) -> ProgramScript {
    let unit = lower.unit;
    lower.program(listing, &unit.script.body);
    finish(lower, index, script, &unit.name, 0);
    let mut entry = entry(unit, unit.name.clone(), index, Vec::new());
    entry.numbers.clone_from(&listing.numbers);
    entry
}

fn extra_main<'a>(
    unit: &Unit<'a>,
    extra: &Extra<'a>,
    pool: &mut Pool,
    diagnostics: &mut Vec<Diagnostic>,
) -> ProgramScript {
    let index = pool.reserve_function();
    let script = unit.scripts.get(&extra.name).copied().unwrap_or(0);
    let mut lower = Lower::new(unit, pool, diagnostics, extra.scope, &[]);
    lower.main = true;
    let inputs = inputs(&lower, unit.names.captured(extra.scope));
    begin(&mut lower, extra.body);
    if extra.event {
        lower.constants(&unit.script.body);
    }
    lower.stmts(extra.body);
    finish(lower, index, script, &extra.name, 0);
    entry(unit, extra.name.clone(), index, inputs)
}

fn entry(
    unit: &Unit<'_>,
    name: String,
    main: u32,
    inputs: Vec<(String, InputPlace)>,
) -> ProgramScript {
    ProgramScript {
        name,
        path: unit.file.path.clone(),
        main,
        env_slots: unit.env_slots(),
        inputs,
        classic: unit.script.is_classic(),
        numbers: Vec::new(),
    }
}

/// A setting as a constant of the program.
fn known_setting(data: &basilect_stdlib::Data) -> Option<Known> {
    use basilect_stdlib::Data;
    match data {
        Data::Bool(value) => Some(Known::Bool(*value)),
        Data::Int(value) => Some(Known::Int(*value)),
        Data::Num(value) => Some(Known::Num(*value)),
        Data::Text(value) => Some(Known::Text(value.as_str().into())),
        _ => None,
    }
}

/// Where the variables that the outside may set live.
fn inputs(lower: &Lower<'_, '_>, names: &[String]) -> Vec<(String, InputPlace)> {
    let place = |name: &String| {
        let place = match lower.place(name)? {
            Place::Register(register) => InputPlace::Register(register),
            Place::Slot(slot) => InputPlace::Env(slot),
        };
        Some((name.clone(), place))
    };
    names.iter().filter_map(place).collect()
}

/// The variables whose values answer a web request.
fn results(unit: &Unit<'_>) -> Vec<String> {
    let is_hook = unit.script.body.iter().any(triggers::is_web_hook);
    let shared = unit.names.shared.keys().map(String::as_str);
    let all = unit.names.locals(0).map(|(name, _)| name).chain(shared);
    all.filter(|name| is_hook && name.starts_with("result_")).map(str::to_string).collect()
}

fn lower_procedure<'a>(
    unit: &Unit<'a>,
    procedure: &'a Procedure,
    script: u16,
    pool: &mut Pool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some((index, _)) = unit.procedure(&folded(&procedure.name.name)) else { return };
    let scope = unit.names.starts.get(&procedure.name.span.start).copied().unwrap_or(0);
    let params: Vec<&Ident> = procedure.params.iter().map(|param| &param.name).collect();
    let mut lower = Lower::new(unit, pool, diagnostics, scope, &params);
    begin(&mut lower, &procedure.body);
    let line = lower.line_of(procedure.name.span);
    lower.code.line(line);
    procedure.params.iter().for_each(|param| lower.param_default(param));
    lower.stmts(&procedure.body);
    finish(lower, index, script, &procedure.name.name, procedure.params.len());
}

fn lower_def_fn<'a>(
    unit: &Unit<'a>,
    name: &'a Ident,
    params: &'a [Ident],
    body: &'a Expr,
    script: u16,
    pool: &mut Pool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some((index, _)) = unit.procedure(&folded(&name.name)) else { return };
    let scope = unit.names.starts.get(&name.span.start).copied().unwrap_or(0);
    let params: Vec<&Ident> = params.iter().collect();
    let mut lower = Lower::new(unit, pool, diagnostics, scope, &params);
    let line = lower.line_of(name.span);
    lower.code.line(line);
    lower.code.statement();
    let value = lower.value(body);
    lower.code.push(Op::Return, value, 0, 0);
    finish(lower, index, script, &name.name, params.len());
}

/// Prepares the labels of a function.
fn begin<'a>(lower: &mut Lower<'a, '_>, body: &'a [Stmt]) {
    collect_labels(lower, body, 0);
    let line = body.first().map_or(1, |stmt| lower.line_of(stmt.span));
    lower.code.line(line);
    lower.code.statement();
}

fn collect_labels<'a>(lower: &mut Lower<'a, '_>, body: &'a [Stmt], handlers: usize) {
    for stmt in body {
        match &stmt.kind {
            StmtKind::Label(label) => {
                let target = Target { label: lower.code.label(), handlers };
                lower.targets.entry(fold(&label.name)).or_insert(target);
            }
            StmtKind::GoSub(_) | StmtKind::OnBranch { gosub: true, .. } => {
                lower.has_gosub = true;
            }
            StmtKind::Try { body, catch, finally, .. } => {
                let outer = handlers + usize::from(finally.is_some());
                collect_labels(lower, body, outer + usize::from(has_handler(catch, finally)));
                collect_labels(lower, catch.as_deref().unwrap_or(&[]), outer);
                collect_labels(lower, finally.as_deref().unwrap_or(&[]), handlers);
            }
            StmtKind::Procedure(_) | StmtKind::EventBlock { .. } | StmtKind::Deferred { .. } => {}
            _ => each_body(stmt, &mut |inner| collect_labels(lower, inner, handlers)),
        }
    }
}

/// Whether a TRY has a handler of its own beside that of FINALLY.
fn has_handler(catch: &Option<Vec<Stmt>>, finally: &Option<Vec<Stmt>>) -> bool {
    catch.is_some() || finally.is_none()
}

fn finish(mut lower: Lower<'_, '_>, index: u32, script: u16, name: &str, params: usize) {
    lower.code.statement();
    lower.return_nothing();
    if let Some(line) = lower.code.overflow {
        let message = "this line needs too many values at once";
        let help = "store parts of it in variables first";
        let span = lower.unit.file.line(line);
        lower.report(Diagnostic::error(codes::TOO_WIDE, span, message).help(help));
    }
    let variables = lower.variables();
    let Lower { code, pool, .. } = lower;
    let mut finished = code.finish();
    let function = &mut finished.function;
    function.name = name.to_string();
    function.script = u32::from(script);
    function.params = params.min(usize::from(u8::MAX)) as u8;
    function.variables = variables;
    pool.define(index, finished);
}

impl<'a> Lower<'a, '_> {
    /// A setting that nobody has set before the start (a script that is CALLed) gets its value.
    fn settings(&mut self, inputs: &[String]) {
        for name in inputs {
            let value = self.unit.around.values.get(name).and_then(known_setting);
            if let (Some(value), Some(place)) = (value, self.place(name)) {
                self.unless_given(place, |lower, register| lower.load_known(register, &value));
            }
        }
    }

    /// A parameter that was not given gets its DEFAULT.
    fn param_default(&mut self, param: &'a Param) {
        if let (Some(default), Some(place)) = (&param.default, self.place(&param.name.name)) {
            self.unless_given(place, |lower, register| lower.into(register, default));
        }
    }

    /// Gives a variable that is still null a value.
    fn unless_given(&mut self, place: Place, value: impl FnOnce(&mut Self, u8)) {
        let mark = self.code.mark();
        let register = match place {
            Place::Register(register) => register,
            Place::Slot(_) => self.code.temp(),
        };
        self.load(register, place);
        let given = self.code.label();
        self.code.jump(Op::JumpIfNotNull, register, 0, given);
        value(self, register);
        self.save(place, register);
        self.code.place(given);
        self.code.release(mark);
    }

    /// The script level does not run before an event's block, so what it sets to a value known
    /// beforehand is set again.
    fn constants(&mut self, body: &'a [Stmt]) {
        for stmt in body {
            let (name, value) = match &stmt.kind {
                StmtKind::Const { name, value } => (&name.name, value),
                StmtKind::Assign { target, value } => match &target.kind {
                    ExprKind::Name(name) => (name, value),
                    _ => continue,
                },
                _ => continue,
            };
            let (Some(place), Some(value)) = (self.place(name), known(value)) else { continue };
            if self.unit.names.is_set_once(name) {
                self.set_known(place, &value);
            }
        }
    }

    fn set_known(&mut self, place: Place, value: &super::fold::Known) {
        let mark = self.code.mark();
        let register = match place {
            Place::Register(register) => register,
            Place::Slot(_) => self.code.temp(),
        };
        self.load_known(register, value);
        self.save(place, register);
        self.code.release(mark);
    }

    fn start_print(&mut self) {
        let Some(slot) = self.unit.hidden.print else { return };
        let mark = self.code.mark();
        let line = self.code.temp();
        self.load_text(line, "");
        self.code.push(Op::EnvSet, line, slot, 0);
        self.code.release(mark);
    }
}
