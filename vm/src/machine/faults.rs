//! Errors of the program: who handles them, RESUME, and what ERR tells.

use basilect_stdlib::pure::display;
use basilect_stdlib::{Data, Fault, Kind, TrapCode, Value};

use super::{Exit, Frame, LastError, Machine, NO_PC, Trap, bug, flag};
use crate::heap::{Scope, out_of_fuel};
use crate::program::Instr;

/// Lines of a trace: endless recursion need not be told in full.
const TRACE: usize = 50;

/// What an error costs beside the work that failed: its message is made and its place is looked up.
const RAISE_FUEL: u64 = 100;

/// The code with this number; `THROW` of a map carries it.
fn code_of(number: i64) -> Option<TrapCode> {
    const CODES: [TrapCode; 22] = [
        TrapCode::NextWithoutFor,
        TrapCode::ReturnWithoutGosub,
        TrapCode::OutOfData,
        TrapCode::BadArgument,
        TrapCode::Overflow,
        TrapCode::BadIndex,
        TrapCode::DuplicateDefinition,
        TrapCode::DivisionByZero,
        TrapCode::TypeMismatch,
        TrapCode::BadControl,
        TrapCode::NotFound,
        TrapCode::BadData,
        TrapCode::BadAnswer,
        TrapCode::Thrown,
        TrapCode::Denied,
        TrapCode::NotConfigured,
        TrapCode::Unavailable,
        TrapCode::OutOfFuel,
        TrapCode::OutOfMemory,
        TrapCode::TooDeep,
        TrapCode::LimitReached,
        TrapCode::Bug,
    ];
    CODES.into_iter().find(|code| *code as i64 == number)
}

/// The code with this number, for readers of snapshots.
pub(crate) fn stored_code(number: u64) -> Option<TrapCode> {
    i64::try_from(number).ok().and_then(code_of)
}

/// How a program goes on after an error.
pub(super) enum After {
    /// Behind the instruction that failed, where no machine stops.
    Here,
    /// Where the error is handled.
    Handler,
    /// By leaving the last frame.
    Left(Exit),
}

/// Who handles an error.
enum Handling {
    Try,
    Goto,
    Next,
}

impl Machine {
    /// Script path and line of the instruction before `pc`.
    pub(super) fn place(&self, frame: &Frame, pc: u32) -> (String, u32) {
        let Some(function) = self.program.functions.get(frame.function as usize) else {
            return Default::default();
        };
        let script = self.program.scripts.get(function.script as usize);
        let line = function.line_at(pc.saturating_sub(1).max(function.start));
        (script.map_or_else(String::new, |s| s.path.clone()), line)
    }

    /// Raises an error where the innermost frame stands.
    pub(super) fn raise(&mut self, fault: Fault) -> Result<After, Box<Trap>> {
        let origin = self.origin.take().map(|origin| *origin);
        let most = self.memory.limits().fuel_per_turn;
        self.memory.fuel_used = self.memory.fuel_used.saturating_add(RAISE_FUEL).min(most);
        if self.memory.fuel_used >= most {
            return Err(self.trap(&out_of_fuel()));
        }
        let handler = if fault.code.catchable() { self.find_handler() } else { None };
        if handler.is_none() && self.given.is_none() && self.goes_on_after(&fault) {
            return Ok(After::Here);
        }
        let given = self.given.take();
        let Some((depth, handling)) = handler else {
            return Err(self.trap_at(&fault, origin));
        };
        let trap = self.remember(&fault, origin, given);
        self.unwind_to(depth);
        let handled = match handling {
            Handling::Try => self.catch(),
            Handling::Goto => self.on_error_goto(),
            Handling::Next => Ok(self.resume_next()),
        };
        match handled {
            Ok(exit) => Ok(exit.map_or(After::Handler, After::Left)),
            Err(Fault { code, message }) => Err(Box::new(Trap { code, message, ..trap })),
        }
    }

    /// Drops the frames above `depth` with what they left behind.
    fn unwind_to(&mut self, depth: usize) {
        if let Some(above) = self.state.frames.get(depth + 1) {
            self.state.gosubs.truncate(above.gosubs as usize);
            self.state.handlers.truncate(above.handlers as usize);
        }
        self.state.frames.truncate(depth + 1);
    }
    fn trap_at(&mut self, fault: &Fault, origin: Option<(String, u32)>) -> Box<Trap> {
        let mut trap = self.trap(fault);
        if let Some((script, line)) = origin {
            trap.script = script;
            trap.line = line;
        }
        trap
    }
    fn trap(&mut self, fault: &Fault) -> Box<Trap> {
        let mut trace = self.state.frames.iter().rev().take(TRACE).map(|frame| {
            let (script, line) = self.place(frame, frame.pc);
            let function = self.program.functions.get(frame.function as usize);
            (function.map_or_else(String::new, |f| f.name.clone()), script, line)
        });
        let trace: Vec<_> = trace.by_ref().collect();
        let (script, line) = trace.first().map_or_else(Default::default, |t| (t.1.clone(), t.2));
        let message = match self.line_number() {
            Some(number) => format!("line {number}: {}", fault.message),
            None => fault.message.clone(),
        };
        let unsaid = self.env.teletype.rest();
        Box::new(Trap { code: fault.code, message, script, line, trace, unsaid })
    }
    fn remember(
        &mut self,
        fault: &Fault,
        origin: Option<(String, u32)>,
        given: Option<u32>,
    ) -> Trap {
        let place = self.state.frames.last().map(|f| self.place(f, f.pc));
        let (script, line) = origin.or(place).unwrap_or_default();
        let (code, message, trace) = (fault.code, fault.message.clone(), Vec::new());
        let error = LastError {
            number: given.unwrap_or(code as u32),
            message: message.clone(),
            script: script.clone(),
            line: self.line_number().unwrap_or(line),
        };
        self.last_error = Some(Box::new(error));
        Trap { code, message, script, line, trace, unsaid: None }
    }

    /// Whether something in the program handles this error.
    pub(super) fn is_handled(&self, fault: &Fault) -> bool {
        fault.code.catchable() && self.find_handler().is_some()
    }
    /// The innermost frame that handles errors, and how.
    fn find_handler(&self) -> Option<(usize, Handling)> {
        let mut end = self.state.handlers.len();
        for (depth, frame) in self.state.frames.iter().enumerate().rev() {
            if end > frame.handlers as usize {
                return Some((depth, Handling::Try));
            }
            end = frame.handlers as usize;
            if frame.has(flag::HANDLING) {
                continue;
            }
            if frame.has(flag::ON_GOTO) {
                return Some((depth, Handling::Goto));
            }
            if frame.has(flag::ON_NEXT) {
                return Some((depth, Handling::Next));
            }
        }
        None
    }
    fn catch(&mut self) -> Result<Option<Exit>, Fault> {
        let handler = self.state.handlers.pop().ok_or_else(|| bug("no handler"))?;
        self.state.gosubs.truncate(handler.gosubs as usize);
        let map = self.error_map()?;
        self.state.set_register(handler.register, map);
        self.go_to(handler.target);
        Ok(None)
    }
    fn go_to(&mut self, pc: u32) {
        if let Some(frame) = self.state.frames.last_mut() {
            frame.pc = pc;
        }
    }
    fn on_error_goto(&mut self) -> Result<Option<Exit>, Fault> {
        let frame = self.state.frames.last_mut().ok_or_else(|| bug("no frame"))?;
        frame.failed = frame.pc.saturating_sub(1);
        frame.flags |= flag::HANDLING;
        frame.pc = frame.on_error;
        Ok(None)
    }
    fn resume_next(&mut self) -> Option<Exit> {
        let failed = self.state.frames.last().map_or(0, |f| f.pc.saturating_sub(1));
        match self.statement_after(failed) {
            Some(next) => {
                self.go_to(next);
                None
            }
            None => self.leave_frame(Value::NULL).map(Exit::Done),
        }
    }
    fn statements(&self) -> &[u32] {
        let function = self.state.frames.last().map(|f| f.function as usize);
        let function = function.and_then(|f| self.program.functions.get(f));
        function.map_or(&[], |f| f.statements.as_slice())
    }
    fn statement_after(&self, pc: u32) -> Option<u32> {
        let statements = self.statements();
        statements.get(statements.partition_point(|&s| s <= pc)).copied()
    }
    fn statement_of(&self, pc: u32) -> Option<u32> {
        let statements = self.statements();
        statements.get(statements.partition_point(|&s| s <= pc).checked_sub(1)?).copied()
    }

    /// `OnError`.
    pub(super) fn on_error(&mut self, i: Instr) -> Result<(), Fault> {
        let classic = self.is_classic();
        let Some(frame) = self.state.frames.last_mut() else { return Ok(()) };
        let handled = classic && i.b == 0 && frame.has(flag::HANDLING);
        frame.flags &= !(flag::ON_GOTO | flag::ON_NEXT | flag::HANDLING);
        if handled {
            frame.pc = frame.failed.saturating_add(1);
        }
        frame.on_error = NO_PC;
        frame.failed = NO_PC;
        match i.b {
            1 => {
                frame.flags |= flag::ON_GOTO;
                frame.on_error = i.target();
            }
            2 => frame.flags |= flag::ON_NEXT,
            _ => {}
        }
        if handled { Err(self.unhandled()) } else { Ok(()) }
    }
    /// `Resume`.
    pub(super) fn resume_at(&mut self, i: Instr) -> Result<Option<Exit>, Fault> {
        let frame = self.state.frames.last_mut().ok_or_else(|| bug("no frame"))?;
        if !frame.has(flag::HANDLING) {
            return Err(Fault::new(TrapCode::BadControl, "RESUME without an error"));
        }
        let failed = frame.failed;
        frame.flags &= !flag::HANDLING;
        frame.failed = NO_PC;
        let target = match i.b {
            0 => self.statement_of(failed),
            1 => self.statement_after(failed),
            _ => Some(i.target()),
        };
        match target {
            Some(target) => self.jump(target),
            None => Ok(self.leave_frame(Value::NULL).map(Exit::Done)),
        }
    }

    /// `Throw`: the error that a value describes. The map of an error that was caught keeps the
    /// code and the place that it tells.
    pub(super) fn thrown(&mut self, value: Value) -> Fault {
        if self.is_classic() && value.number().is_some() {
            return self.numbered_error(value);
        }
        if value.kind() != Kind::Map {
            return Fault::new(TrapCode::Thrown, self.shown_text(value));
        }
        let message = self.memory.named_field(value, "message").unwrap_or(value);
        let code = self.memory.named_field(value, "code").filter(|c| c.kind() == Kind::Int);
        self.origin = self.told_place(value).map(Box::new);
        let code = code.and_then(|c| code_of(c.as_i64())).filter(|c| c.catchable());
        Fault::new(code.unwrap_or(TrapCode::Thrown), self.shown_text(message))
    }
    fn told_place(&self, error: Value) -> Option<(String, u32)> {
        let line = self.memory.named_field(error, "line").filter(|l| l.kind() == Kind::Int)?;
        let script = self.memory.named_field(error, "script").filter(|s| s.kind() == Kind::Text)?;
        let known = self.program.scripts.iter().any(|s| s.path == self.memory.text(&script));
        let line = u32::try_from(line.as_i64()).ok()?;
        known.then(|| (self.memory.text(&script).to_string(), line))
    }
    /// A value as a sentence, shortened when it is very long.
    fn shown_text(&self, value: Value) -> String {
        match self.shown(value) {
            Data::Text(text) => text.chars().take(1000).collect(),
            data => display::display_data_in(&data, &self.env.zone).chars().take(1000).collect(),
        }
    }

    /// `ErrorGet`.
    pub(super) fn error_get(&mut self, what: u16) -> Result<Value, Fault> {
        let error = self.last_error.as_deref();
        Ok(match what {
            0 => Value::int(error.map_or(0, |e| i64::from(e.number))),
            1 => {
                let text = error.map_or_else(String::new, |e| e.message.clone());
                Scope::new(&mut self.memory, &self.state).make_text(&text)?
            }
            2 => Value::int(error.map_or(0, |e| i64::from(e.line))),
            3 => Value::bool(error.is_some()),
            _ if error.is_none() => Value::NULL,
            _ => self.error_map()?,
        })
    }
    /// The last error as a map.
    fn error_map(&mut self) -> Result<Value, Fault> {
        let Some(error) = &self.last_error else { return Ok(Value::NULL) };
        let data = Data::map([
            ("code", Data::Int(i64::from(error.number))),
            ("message", Data::text(error.message.clone())),
            ("line", Data::Int(i64::from(error.line))),
            ("script", Data::text(error.script.clone())),
        ]);
        Scope::new(&mut self.memory, &self.state).import(&data)
    }
}
