//! What a package says of itself: the server reads it without running anything.

use super::tables::TableEntry;
use super::triggers;
use crate::ast::{Command, Expr, Param, Script, Stmt, StmtKind};
use crate::lower::fold::{Known, known};
use crate::lower::script::each_stmt;
use crate::source::Span;
use crate::types::{Bindings, Bound};
use basilect_stdlib::keyword::Capability;
use basilect_stdlib::{Data, Keyword};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The contents of a package.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// What people call the bot.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// How it looks.
    pub theme: Theme,
    /// All settings of `config.csv`.
    pub settings: IndexMap<String, String>,
    /// The variables that `param-*` settings give to all scripts.
    pub params: IndexMap<String, Data>,
    /// The scripts in the order of their names.
    pub scripts: Vec<ScriptEntry>,
    /// The tables that the bot declares.
    pub tables: Vec<TableEntry>,
    /// When which script runs by itself.
    pub schedules: Vec<Schedule>,
    /// Which script answers which web request.
    pub webhooks: Vec<Webhook>,
    /// Which script runs on which event.
    pub events: Vec<EventTrigger>,
    /// The file with the system prompt.
    pub system_prompt: Option<String>,
    /// Collections of documents, each with its files.
    pub knowledge: IndexMap<String, Vec<String>>,
    /// CSV files that scripts read as tables.
    pub data: Vec<String>,
    /// Scripts that turned out to be prompts.
    pub prompts: Vec<String>,
}

/// How a bot looks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Theme {
    /// First colour (`theme-color1`).
    pub color1: Option<String>,
    /// Second colour (`theme-color2`).
    pub color2: Option<String>,
    /// The logo: a file of the package or an address.
    pub logo: Option<String>,
    /// Style sheets of the package.
    pub styles: Vec<String>,
    /// All files of the theme.
    pub files: Vec<String>,
}

/// One script.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScriptEntry {
    /// Its name in the program.
    pub name: String,
    /// Its file.
    pub path: String,
    /// What it does, for the model.
    pub description: Option<String>,
    /// Its parameters.
    pub params: Vec<ParamEntry>,
    /// Whether it waits for the person.
    pub suspends: bool,
    /// What the bot must have been granted for it, in lower case.
    pub capabilities: BTreeSet<String>,
}

/// One parameter of a script.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ParamEntry {
    /// Its name as written.
    pub name: String,
    /// Its type as written, in upper case.
    pub ty: String,
    /// Its type in JSON schema.
    pub json_type: String,
    /// Its format in JSON schema.
    pub format: Option<String>,
    /// Whether a call must give it.
    pub required: bool,
    /// The values it may have.
    pub choices: Vec<String>,
    /// An example.
    pub example: Option<String>,
    /// What it is when a call does not give it, where that is known beforehand.
    pub default: Option<Data>,
    /// What it means; also how a person is asked for it.
    pub description: Option<String>,
}

/// One schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// The script that runs.
    pub script: String,
    /// When: a cron expression or words.
    pub when: String,
    /// What the script gets as its first parameter.
    pub argument: Option<String>,
}

/// One web hook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Webhook {
    /// The last part of its address.
    pub name: String,
    /// The script that answers.
    pub script: String,
}

/// One event that starts a script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventTrigger {
    /// The keyword that declares it: `ON FORM SUBMIT`, `ON INSERT OF`.
    pub kind: String,
    /// The script that runs: the script itself, or the block (`start#event-1`).
    pub script: String,
    /// The fields of the keyword: `form`, `table`, `address` …
    pub filter: IndexMap<String, String>,
}

/// What one script contributes.
#[derive(Debug, Default)]
pub(super) struct Declared {
    pub schedules: Vec<Schedule>,
    pub webhooks: Vec<Webhook>,
    pub events: Vec<EventTrigger>,
}

/// The entry of a script.
pub(crate) fn script_entry<'a>(
    name: &str,
    path: &str,
    script: &'a Script,
    bindings: &Bindings<'a>,
) -> ScriptEntry {
    let mut entry = ScriptEntry { name: name.into(), path: path.into(), ..ScriptEntry::default() };
    for stmt in &script.body {
        match &stmt.kind {
            StmtKind::Description(text) => entry.description = Some(text.clone()),
            StmtKind::Param(param) => entry.params.push(param_entry(param)),
            _ => {}
        }
    }
    let mut uses = Uses::default();
    crate::names::walk::walk(&script.body, bindings, &mut uses);
    entry.suspends = uses.waits;
    entry.capabilities = uses.capabilities;
    entry
}

fn param_entry(param: &Param) -> ParamEntry {
    let (json_type, format) = json_type(&param.ty);
    ParamEntry {
        name: param.name.name.to_string(),
        ty: param.ty.clone(),
        json_type: json_type.to_string(),
        format: format.map(str::to_string),
        required: !param.optional && param.default.is_none(),
        choices: param.choices.clone(),
        example: param.example.clone(),
        default: param.default.as_ref().and_then(constant),
        description: param.description.clone(),
    }
}

/// Type and format of JSON schema for a type of PARAM.
pub(super) fn json_type(ty: &str) -> (&'static str, Option<&'static str>) {
    match ty {
        "INTEGER" | "INT" | "LONG" => ("integer", None),
        "NUMBER" | "FLOAT" | "DOUBLE" | "DECIMAL" => ("number", None),
        "BOOLEAN" | "BOOL" => ("boolean", None),
        "ARRAY" | "LIST" => ("array", None),
        "OBJECT" | "MAP" => ("object", None),
        "DATE" => ("string", Some("date")),
        "DATETIME" | "TIMESTAMP" => ("string", Some("date-time")),
        "EMAIL" => ("string", Some("email")),
        "URL" | "LINK" => ("string", Some("uri")),
        _ => ("string", None),
    }
}

fn constant(value: &Expr) -> Option<Data> {
    Some(match known(value)? {
        Known::Null => Data::Null,
        Known::Bool(value) => Data::Bool(value),
        Known::Int(value) => Data::Int(value),
        Known::Num(value) => Data::Num(value),
        Known::Text(value) => Data::Text(value.into()),
    })
}

/// The schedules, web hooks and events that a script declares.
pub(super) fn declared(name: &str, script: &Script) -> Declared {
    let mut out = Declared::default();
    for stmt in &script.body {
        if let StmtKind::Command(command) = &stmt.kind {
            out.command(name, command);
        }
    }
    out.event_blocks(name, script);
    if let Some(form) = name.strip_prefix("on_form_submit_") {
        let filter = [("form".to_string(), form.to_string())].into_iter().collect();
        let kind = "ON FORM SUBMIT".to_string();
        out.events.push(EventTrigger { kind, script: name.to_string(), filter });
    }
    out
}

impl Declared {
    fn command(&mut self, name: &str, command: &Command) {
        let Some(fields) = triggers::constants(command) else { return };
        let script = name.to_string();
        match command.keyword.name {
            "SET SCHEDULE" if triggers::is_declaration(command) => {
                self.schedules.extend(schedule(script, &fields));
            }
            "WEBHOOK" => {
                self.webhooks.extend(fields.get("name").map(|name| {
                    let name = name.trim_matches('/').to_string();
                    Webhook { name, script }
                }));
            }
            kind if kind.starts_with("ON ") => self.event(kind, script, &fields),
            _ => {}
        }
    }

    fn event(&mut self, kind: &str, script: String, fields: &IndexMap<&str, String>) {
        let filter = fields.iter().map(|(k, v)| ((*k).to_string(), v.clone())).collect();
        self.events.push(EventTrigger { kind: kind.to_string(), script, filter });
    }

    fn event_blocks(&mut self, name: &str, script: &Script) {
        let mut number = 0;
        each_stmt(&script.body, &mut |stmt: &Stmt| {
            let StmtKind::EventBlock { command, .. } = &stmt.kind else { return };
            number += 1;
            if let Some(fields) = triggers::constants(command) {
                self.event(command.keyword.name, format!("{name}#event-{number}"), &fields);
            }
        });
    }
}

fn schedule(own: String, fields: &IndexMap<&str, String>) -> Option<Schedule> {
    let get = |name: &str| fields.get(name).cloned();
    let when = match (get("when"), get("count"), get("unit")) {
        (Some(when), ..) => when,
        (None, Some(count), Some(unit)) => format!("every {count} {}", unit.to_lowercase()),
        (None, None, Some(unit)) => format!("every {}", unit.to_lowercase()),
        _ => return None,
    };
    let script = get("script").map_or(own, |path| crate::lower::call::script_name(&path));
    Some(Schedule { script, when, argument: get("argument") })
}

/// What keywords a script uses.
#[derive(Default)]
struct Uses {
    waits: bool,
    capabilities: BTreeSet<String>,
}

impl<'a> crate::names::walk::Watch<'a> for Uses {
    fn command(&mut self, command: &'a Command, _bound: Option<&Bound<'a>>) {
        let keyword = command.keyword;
        self.waits |= crate::names::waits_for_person(keyword);
        self.needs(keyword);
    }
    fn host_call(&mut self, keyword: &'static Keyword, _: Option<&Bound<'a>>, _: Span) {
        self.needs(keyword);
    }
}

impl Uses {
    fn needs(&mut self, keyword: &Keyword) {
        if keyword.capability != Capability::None {
            self.capabilities.insert(format!("{:?}", keyword.capability).to_lowercase());
        }
    }
}
