//! What a debugger is shown of a machine that stands, and what it may change.
//!
//! Values are shown a page at a time, each in a few words: a list of a million elements costs no
//! more than the elements that somebody looks at. Places are named by numbers, never by addresses,
//! so a place that is gone by the time somebody asks is simply not there.

use basilect_stdlib::pure::Env;
use basilect_stdlib::pure::display;
use basilect_stdlib::pure::logic::kind_name;
use basilect_stdlib::{Data, Fault, Kind, Limits, TrapCode, Value};

use std::sync::Arc;

use super::state::flag;
use super::{Frame, Machine, NO_ENV, NO_PC, SHOWN_BYTES};
use crate::heap::Scope;
use crate::program::{Place, Program};

/// Characters of a value that are shown beside its name.
const BRIEF_CHARS: usize = 160;
/// Elements that are shown of a list or map in one line.
const BRIEF_ITEMS: usize = 6;
/// Nesting that is shown in one line.
const BRIEF_DEPTH: usize = 2;

/// A call in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The SUB or FUNCTION, or the script whose main it is.
    pub function: String,
    /// Path of the script.
    pub script: String,
    /// The line that runs, or in which it called the next.
    pub line: u32,
    /// Whether it is a script's main.
    pub main: bool,
    /// Lines from which GOSUBs have left in this call, outermost first.
    pub gosubs: Vec<u32>,
}

/// A variable of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Where it lives.
    pub place: Place,
}

/// A value in a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The name of the variable, the field, or the number of the element.
    pub name: String,
    /// What TYPEOF calls it.
    pub kind: &'static str,
    /// The value, shortened.
    pub text: String,
    /// How many elements or fields it has.
    pub items: usize,
    /// Whether these have names.
    pub named: bool,
}

/// Where a value is: a variable of a call, and the way from there into lists and maps by the
/// numbers of elements and fields, from 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Spot {
    /// The call, from 0 for the outermost.
    pub frame: usize,
    /// The variable's register, or its slot.
    pub place: Place,
    /// The way into it.
    pub path: Vec<usize>,
}

impl Machine {
    /// How many calls and GOSUBs are open.
    pub fn depth(&self) -> usize {
        self.state.frames.len() + self.state.gosubs.len()
    }
    /// The error that is about to be raised, where a watcher halted the machine at one.
    pub fn failing(&self) -> Option<Fault> {
        match &self.phase {
            super::Phase::Failing(fault) => Some(fault.clone()),
            _ => None,
        }
    }
    /// The instruction that the innermost call runs next.
    pub fn pc(&self) -> u32 {
        self.state.frames.last().map_or(0, |frame| frame.pc)
    }
    /// How many calls are open.
    pub fn call_count(&self) -> usize {
        self.state.frames.len()
    }
    /// The calls in progress from one on, outermost first.
    pub fn calls(&self, start: usize, count: usize) -> Vec<Call> {
        let last = self.state.frames.len().saturating_sub(1);
        let frames = self.state.frames.iter().enumerate().skip(start).take(count);
        frames.filter_map(|(at, frame)| self.call_of(at, frame, at == last)).collect()
    }
    fn call_of(&self, at: usize, frame: &Frame, innermost: bool) -> Option<Call> {
        let function = self.program.functions.get(frame.function as usize)?;
        let script = self.program.scripts.get(function.script as usize)?;
        // A machine that is ready stands before an instruction, any other call behind one.
        let before = innermost && self.phase == super::Phase::Ready;
        let pc = if before { frame.pc } else { frame.pc.saturating_sub(1).max(function.start) };
        let main = script.main == frame.function;
        let end = self.state.frames.get(at + 1).map(|next| next.gosubs as usize);
        let gosubs = frame.gosubs as usize..end.unwrap_or(self.state.gosubs.len());
        let gosubs = self.state.gosubs.get(gosubs).unwrap_or(&[]).iter();
        Some(Call {
            function: if main { script.name.clone() } else { function.name.clone() },
            script: script.path.clone(),
            line: function.line_at(pc),
            main,
            gosubs: gosubs.map(|&pc| function.line_at(pc.saturating_sub(1))).collect(),
        })
    }
    /// Where the machine stands: path of the script, and the line that runs next, or that waits.
    pub fn standing(&self) -> (String, u32) {
        let last = self.call_count().saturating_sub(1);
        self.calls(last, 1).pop().map(|call| (call.script, call.line)).unwrap_or_default()
    }
    /// The function of a call, by its number in the program.
    pub fn function_of(&self, frame: usize) -> Option<u32> {
        self.state.frames.get(frame).map(|frame| frame.function)
    }
    /// The variables of a call that the program names, those in registers first.
    pub fn variables_of(&self, frame: usize) -> Vec<Variable> {
        let Some(frame) = self.state.frames.get(frame) else { return Vec::new() };
        let Some(function) = self.program.functions.get(frame.function as usize) else {
            return Vec::new();
        };
        let own = function.variables.iter().filter(|(_, name)| !name.contains(' ')).map(
            |(register, name)| Variable { name: name.clone(), place: Place::Register(*register) },
        );
        let script = self.program.scripts.get(function.script as usize);
        let inputs = script.map_or(&[][..], |script| script.inputs.as_slice()).iter();
        let shared = inputs.filter_map(|(name, place)| match place {
            Place::Env(_) => Some(Variable { name: name.clone(), place: *place }),
            Place::Register(_) => None,
        });
        own.chain(shared).collect()
    }

    fn value_at(&self, spot: &Spot) -> Option<Value> {
        let frame = self.state.frames.get(spot.frame)?;
        let first = match spot.place {
            Place::Register(r) if r < frame.registers => {
                self.state.get(frame.base as usize + r as usize)
            }
            Place::Register(_) => return None,
            Place::Env(slot) => self.memory.list_get(frame.env, slot as usize)?,
        };
        spot.path.iter().try_fold(first, |value, &at| match value.kind() {
            Kind::List => self.memory.element(value, at),
            Kind::Map => self.memory.entries(value).get(at).map(|entry| entry.value),
            _ => None,
        })
    }
    /// A value in a few words, under this name.
    pub fn show(&self, spot: &Spot, name: &str) -> Option<Shown> {
        self.value_at(spot).map(|value| self.shown_as(name.to_string(), value))
    }
    /// The elements of a list or the fields of a map, `count` from `start` on.
    pub fn show_items(&self, spot: &Spot, start: usize, count: usize) -> Vec<Shown> {
        let Some(value) = self.value_at(spot) else { return Vec::new() };
        match value.kind() {
            Kind::List => {
                let elements = self.memory.list(value).iter().enumerate().skip(start).take(count);
                elements.map(|(at, &v)| self.shown_as(at.to_string(), v)).collect()
            }
            Kind::Map => {
                let entries = self.memory.entries(value).iter().skip(start).take(count);
                let name = |key: &Value| self.memory.text(key).to_string();
                entries.map(|entry| self.shown_as(name(&entry.key), entry.value)).collect()
            }
            _ => Vec::new(),
        }
    }
    /// The whole value, if it has no more than `bytes` bytes.
    pub fn data_at(&self, spot: &Spot, bytes: usize) -> Result<Data, Fault> {
        let value = self.value_at(spot).ok_or_else(gone)?;
        self.memory.export(value, bytes).map(|(data, _)| data)
    }
    /// The value, or the sentence that says why it cannot be shown.
    pub fn data_or_reason(&self, spot: &Spot) -> Data {
        self.data_at(spot, SHOWN_BYTES).unwrap_or_else(|fault| Data::Text(fault.message))
    }
    /// Puts a value into a variable, an element or a field that is there.
    pub fn put(&mut self, spot: &Spot, data: &Data) -> Result<(), Fault> {
        let value = Scope::new(&mut self.memory, &self.state).import(data)?;
        let frame = self.state.frames.get(spot.frame).copied().ok_or_else(gone)?;
        let Some((&last, before)) = spot.path.split_last() else {
            return match spot.place {
                Place::Register(r) if r < frame.registers => {
                    self.state.set(frame.base as usize + r as usize, value);
                    Ok(())
                }
                Place::Env(slot) if self.memory.list_put(frame.env, slot as usize, value) => Ok(()),
                _ => Err(gone()),
            };
        };
        let holder = Spot { path: before.to_vec(), ..spot.clone() };
        let holder = self.value_at(&holder).ok_or_else(gone)?;
        let put = match holder.kind() {
            Kind::List => self.memory.list_put(holder.as_handle(), last, value),
            Kind::Map => self.memory.entry_put(holder, last, value),
            _ => false,
        };
        if put { Ok(()) } else { Err(gone()) }
    }
    /// Lets the innermost call go on at the first statement of a line of its function. Whether it
    /// has one.
    pub fn go_to_line(&mut self, line: u32) -> bool {
        let Some(frame) = self.state.frames.last() else { return false };
        let Some(function) = self.program.functions.get(frame.function as usize) else {
            return false;
        };
        let stops = self.links.stops(&self.program);
        let mut own = function.start..function.end;
        let Some(pc) = own.find(|&pc| stops.has(pc) && function.line_at(pc) == line) else {
            return false;
        };
        if self.phase != super::Phase::Ready {
            return false;
        }
        if let Some(frame) = self.state.frames.last_mut() {
            frame.pc = pc;
        }
        self.announced = true;
        true
    }

    /// Lets a call begin anew, with the values that its parameters have now: calls are counted from
    /// the outermost, and those inside it end. False where the machine cannot be halted there, or
    /// where an error is handled.
    pub fn restart_call(&mut self, call: usize) -> bool {
        let Some(mut frame) = self.state.frames.get(call).copied() else { return false };
        let Some(function) = self.program.functions.get(frame.function as usize) else {
            return false;
        };
        let stops = self.links.stops(&self.program);
        let first = (function.start..function.end).find(|&pc| stops.has(pc));
        let (true, Some(_)) = (self.phase == super::Phase::Ready, first) else { return false };
        frame.pc = function.start;
        (frame.on_error, frame.failed) = (NO_PC, NO_PC);
        frame.flags &= flag::MAIN;
        let base = frame.base as usize;
        let locals = base + usize::from(function.params)..base + usize::from(frame.registers);
        if let Some(locals) = self.state.stack.get_mut(locals) {
            locals.fill(Value::NULL);
        }
        self.state.frames.truncate(call);
        self.state.frames.push(frame);
        self.state.gosubs.truncate(frame.gosubs as usize);
        self.state.handlers.truncate(frame.handlers as usize);
        self.state.wake();
        // What prepares the call is done by the time that its first statement is reached.
        self.announced = false;
        true
    }

    fn shown_as(&self, name: String, value: Value) -> Shown {
        let mut text = String::new();
        self.brief(value, 0, &mut text);
        let items = match value.kind() {
            Kind::List => self.memory.list_len(value),
            Kind::Map => self.memory.entries(value).len(),
            _ => 0,
        };
        let (kind, named) = (kind_name(value.kind()), value.kind() == Kind::Map);
        Shown { name, kind, text: shortened(text), items, named }
    }
    /// Appends a value in a few words.
    fn brief(&self, value: Value, depth: usize, to: &mut String) {
        match value.kind() {
            Kind::Text => {
                let text = self.memory.text(&value);
                let end = text.char_indices().nth(BRIEF_CHARS).map_or(text.len(), |(at, _)| at);
                let shown = text.get(..end).unwrap_or_default();
                quote(shown, to);
                if end < text.len() {
                    to.push('…');
                }
            }
            Kind::List => {
                let list = self.memory.list(value);
                self.several(list.len(), ('[', ']'), depth, to, |at, to| {
                    if let Some(&element) = list.get(at) {
                        self.brief(element, depth + 1, to);
                    }
                });
            }
            Kind::Map => {
                let entries = self.memory.entries(value);
                self.several(entries.len(), ('{', '}'), depth, to, |at, to| {
                    let Some(entry) = entries.get(at) else { return };
                    to.extend(self.memory.text(&entry.key).chars().take(BRIEF_CHARS));
                    to.push_str(": ");
                    self.brief(entry.value, depth + 1, to);
                });
            }
            Kind::Null => to.push_str("NULL"),
            Kind::Bool => to.push_str(if value.as_i64() != 0 { "TRUE" } else { "FALSE" }),
            _ => match self.memory.export(value, SHOWN_BYTES) {
                Ok((data, _)) => to.push_str(&display::display_data_in(&data, &self.env.zone)),
                Err(fault) => to.push_str(&fault.message),
            },
        }
    }
    fn several(
        &self,
        count: usize,
        (open, close): (char, char),
        depth: usize,
        to: &mut String,
        mut item: impl FnMut(usize, &mut String),
    ) {
        to.push(open);
        if depth >= BRIEF_DEPTH && count > 0 {
            to.push('…');
        } else {
            for at in 0..count.min(BRIEF_ITEMS) {
                if at > 0 {
                    to.push_str(", ");
                }
                if to.len() > BRIEF_CHARS * 4 {
                    break;
                }
                item(at, to);
            }
            if count > BRIEF_ITEMS {
                to.push_str(&format!(", … {count} in all"));
            }
        }
        to.push(close);
    }

    /// A machine that calls one function of a program with these arguments, and ends with its
    /// result. `shared` are values of the script's shared variables, by their slots.
    pub fn of_function(
        program: Arc<Program>,
        function: u32,
        (args, shared): (&[Data], &[(u16, Data)]),
        limits: Limits,
        env: Env,
    ) -> Result<Machine, Fault> {
        let mut machine = Machine::bare(Arc::clone(&program), limits, env);
        let called = program.functions.get(function as usize).ok_or_else(gone)?;
        let slots = program.scripts.get(called.script as usize).map_or(0, |s| s.env_slots);
        let env = machine.shared_list(slots, shared)?;
        machine.state.stack.resize(called.registers as usize, Value::NULL);
        machine.state.frames.push(Frame {
            function,
            pc: called.start,
            base: 0,
            env,
            gosubs: 0,
            handlers: 0,
            on_error: NO_PC,
            failed: NO_PC,
            registers: called.registers,
            ret: 0,
            flags: super::flag::MAIN,
        });
        for (at, data) in args.iter().enumerate().take(called.registers as usize) {
            let value = Scope::new(&mut machine.memory, &machine.state).import(data)?;
            machine.state.set(at, value);
        }
        Ok(machine)
    }
    fn shared_list(&mut self, slots: u16, values: &[(u16, Data)]) -> Result<u32, Fault> {
        if slots == 0 {
            return Ok(NO_ENV);
        }
        let mut scope = Scope::new(&mut self.memory, &self.state);
        let list = scope.make_list(vec![Value::NULL; slots as usize])?;
        let env = list.as_handle();
        // What is in the list has to be found if memory is collected meanwhile.
        self.state.frames.push(Frame { env, ..NOBODY });
        for (slot, data) in values {
            let value = Scope::new(&mut self.memory, &self.state).import(data);
            self.memory.list_put(env, *slot as usize, value?);
        }
        self.state.frames.clear();
        Ok(env)
    }
}

/// A frame that only holds the shared variables while they are made.
const NOBODY: Frame = Frame {
    function: 0,
    pc: 0,
    base: 0,
    env: NO_ENV,
    gosubs: 0,
    handlers: 0,
    on_error: NO_PC,
    failed: NO_PC,
    registers: 0,
    ret: 0,
    flags: 0,
};

/// Appends a text as a script would write it, on one line.
fn quote(text: &str, to: &mut String) {
    to.push('"');
    for letter in text.chars() {
        match letter {
            '"' => to.push_str("\"\""),
            '\n' => to.push('⏎'),
            letter if letter.is_control() => to.push('·'),
            letter => to.push(letter),
        }
    }
    to.push('"');
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(BRIEF_CHARS * 2) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

fn gone() -> Fault {
    Fault::new(TrapCode::NotFound, "there is no such variable here any more")
}
