//! What is shown of scripts that stand: their calls and variables, a page at a time.

use basilect_stdlib::{Data, Fault, TrapCode};
use basilect_vm::Machine;
use basilect_vm::machine::inspect::{Shown, Spot};
use basilect_vm::program::Place;
use serde::{Deserialize, Serialize};

use super::code::Code;

/// Calls that are shown of a moment at once.
const FRAMES_MAX: usize = 50;
/// Variables of a call that are shown at once.
const VARIABLES_MAX: usize = 200;

/// A call in progress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrameView {
    /// Its number over all scripts that run, from 0 for the outermost.
    pub frame: usize,
    /// The SUB or FUNCTION, or the name of the script.
    pub function: String,
    /// Path of the script.
    pub script: String,
    /// The line that runs next, or in which it called the next.
    pub line: u32,
    /// Whether it is a script's main.
    pub main: bool,
    /// Its variables, where they were asked for together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<ScopeView>,
}

/// Some variables of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScopeView {
    /// `Variables`, or `Script` for those that all procedures of the script see.
    pub name: String,
    /// The variables.
    pub variables: Vec<VariableView>,
}

/// A value in a few words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VariableView {
    /// The variable, the field, or the number of the element.
    pub name: String,
    /// What TYPEOF calls it.
    pub kind: String,
    /// The value, shortened.
    pub text: String,
    /// How many elements or fields it has.
    pub items: usize,
    /// Whether these have names.
    pub named: bool,
    /// Where it is, to look into it or to change it.
    pub reference: Reference,
}

/// Where a value is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reference {
    /// The call.
    pub frame: usize,
    /// The variable's register; else it is in a slot that procedures share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<u8>,
    /// That slot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<u16>,
    /// The way into it, by the numbers of elements and fields, from 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<usize>,
}

impl Reference {
    fn new(frame: usize, place: Place, path: Vec<usize>) -> Reference {
        match place {
            Place::Register(r) => Reference { frame, register: Some(r), slot: None, path },
            Place::Env(slot) => Reference { frame, register: None, slot: Some(slot), path },
        }
    }
    /// What lies in it at a number.
    pub fn item(&self, at: usize) -> Reference {
        let path = self.path.iter().copied().chain([at]).collect();
        Reference { path, ..self.clone() }
    }
    fn place(&self) -> Option<Place> {
        self.register.map(Place::Register).or(self.slot.map(Place::Env))
    }
}

/// A moment as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MomentView {
    /// The statement that runs next, from 1.
    pub statement: u64,
    /// The step that comes next.
    pub step: usize,
    /// The calls, innermost first, with their variables.
    pub frames: Vec<FrameView>,
}

/// The scripts that stand, outermost first.
pub struct StackView<'a> {
    machines: Vec<(&'a Machine, &'a Code)>,
}

impl<'a> StackView<'a> {
    /// Of these scripts.
    pub fn new(machines: Vec<(&'a Machine, &'a Code)>) -> StackView<'a> {
        StackView { machines }
    }
    /// How many calls are open.
    pub fn depth(&self) -> usize {
        self.machines.iter().map(|(machine, _)| machine.call_count()).sum()
    }
    /// The calls from one on, innermost first.
    pub fn frames(&self, start: usize, count: usize) -> Vec<FrameView> {
        let depth = self.depth();
        let numbers = (0..depth).rev().skip(start).take(count);
        numbers.filter_map(|frame| self.frame(frame)).collect()
    }
    /// One call.
    pub fn frame(&self, frame: usize) -> Option<FrameView> {
        let (machine, _, inner) = self.find(frame)?;
        let call = machine.calls(inner, 1).pop()?;
        let (function, script, line, main) = (call.function, call.script, call.line, call.main);
        Some(FrameView { frame, function, script, line, main, scopes: Vec::new() })
    }
    /// The machine of a call, and the call's number in it.
    pub(super) fn find(&self, frame: usize) -> Option<(&'a Machine, &'a Code, usize)> {
        let mut before = 0;
        for (machine, code) in &self.machines {
            let count = machine.call_count();
            if frame < before + count {
                return Some((machine, code, frame - before));
            }
            before += count;
        }
        None
    }
    /// The innermost calls with their variables, as many as are shown at once.
    pub fn frames_with_variables(&self) -> Vec<FrameView> {
        let mut frames = self.frames(0, FRAMES_MAX);
        for frame in &mut frames {
            frame.scopes = self.scopes(frame.frame);
            for scope in &mut frame.scopes {
                scope.variables.truncate(VARIABLES_MAX);
            }
        }
        frames
    }

    /// The variables that a call sees.
    pub fn scopes(&self, frame: usize) -> Vec<ScopeView> {
        let groups = self.places(frame);
        let scopes = groups.into_iter().filter(|(_, variables)| !variables.is_empty());
        let view = |(name, variables): (&str, Vec<(String, Reference)>)| ScopeView {
            name: name.to_string(),
            variables: variables.iter().filter_map(|(name, r)| self.variable(name, r)).collect(),
        };
        scopes.map(view).collect()
    }
    /// Names and places of the variables that a call sees: its own, then those of its script.
    pub fn places(&self, frame: usize) -> Vec<(&'static str, Vec<(String, Reference)>)> {
        let Some((machine, code, inner)) = self.find(frame) else { return Vec::new() };
        let Some(call) = machine.calls(inner, 1).pop() else { return Vec::new() };
        let own = machine.variables_of(inner);
        let mut known: Vec<(String, Reference)> = Vec::new();
        let mut script: Vec<(String, Reference)> = Vec::new();
        for variable in own {
            let reference = Reference::new(frame, variable.place, Vec::new());
            match variable.place {
                Place::Register(_) => known.push((variable.name, reference)),
                Place::Env(_) => script.push((variable.name, reference)),
            }
        }
        for (name, slot) in code.symbols().shared(&call.script) {
            let reference = Reference::new(frame, Place::Env(*slot), Vec::new());
            if !script.iter().any(|(_, other)| *other == reference) {
                script.push((name.clone(), reference));
            }
        }
        if !call.main {
            script.extend(self.of_main(machine, inner, frame));
        }
        vec![("Variables", known), ("Script", script)]
    }
    /// The variables of the main that called the procedures up to `inner`.
    fn of_main(&self, machine: &Machine, inner: usize, frame: usize) -> Vec<(String, Reference)> {
        let calls = machine.calls(0, inner);
        let Some(main) = calls.iter().rposition(|call| call.main) else { return Vec::new() };
        let own = machine.variables_of(main).into_iter();
        let own = own.filter(|variable| matches!(variable.place, Place::Register(_)));
        own.map(|v| (v.name, Reference::new(frame - (inner - main), v.place, Vec::new()))).collect()
    }
    /// One variable in a few words.
    pub fn variable(&self, name: &str, reference: &Reference) -> Option<VariableView> {
        let (machine, spot) = self.spot(reference)?;
        machine.show(&spot, name).map(|shown| view(shown, reference.clone()))
    }
    /// What lies in a list or map, `count` from `start` on.
    pub fn items(&self, reference: &Reference, start: usize, count: usize) -> Vec<VariableView> {
        let Some((machine, spot)) = self.spot(reference) else { return Vec::new() };
        let items = machine.show_items(&spot, start, count).into_iter().enumerate();
        items.map(|(at, shown)| view(shown, reference.item(start + at))).collect()
    }
    /// A whole value, if it has no more than so many bytes.
    pub fn data(&self, reference: &Reference, bytes: usize) -> Result<Data, Fault> {
        let gone = || Fault::new(TrapCode::NotFound, "there is no such variable here any more");
        let (machine, spot) = self.spot(reference).ok_or_else(gone)?;
        machine.data_at(&spot, bytes)
    }
    fn spot(&self, reference: &Reference) -> Option<(&'a Machine, Spot)> {
        let (machine, _, frame) = self.find(reference.frame)?;
        Some((machine, Spot { frame, place: reference.place()?, path: reference.path.clone() }))
    }
}

/// Puts a value where a reference of the innermost machine says; `below` are the calls of the
/// machines under it.
pub fn put(
    machine: &mut Machine,
    below: usize,
    reference: &Reference,
    data: &Data,
) -> Result<(), Fault> {
    let other = || {
        let text = "only variables of the script that runs can be changed";
        Fault::new(TrapCode::BadControl, text)
    };
    let frame = reference.frame.checked_sub(below).ok_or_else(other)?;
    let place = reference.place().ok_or_else(other)?;
    machine.put(&Spot { frame, place, path: reference.path.clone() }, data)
}

fn view(shown: Shown, reference: Reference) -> VariableView {
    let Shown { name, kind, text, items, named } = shown;
    VariableView { name, kind: kind.to_string(), text, items, named, reference }
}
