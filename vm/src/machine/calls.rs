//! Entering and leaving functions, scripts, builtins and the host.

use std::borrow::Cow;

use basilect_stdlib::keyword::Keyword;
use basilect_stdlib::pure::Call;
use basilect_stdlib::{Fault, HostCall, Kind, TrapCode, Value};

use super::state::WINDOW;
use super::{Exit, Frame, Machine, NO_ENV, NO_PC, Pending, Phase, bug, flag};
use crate::heap::{Scope, limit_reached};
use crate::program::{Instr, Place, Program};

/// The script of this name: without folder and ending, in any letter case; `-`, `_` and space are
/// alike.
pub(super) fn find_script(program: &Program, name: &str) -> Result<u32, Fault> {
    let wanted = plain_name(name);
    let found = program.scripts.iter().position(|s| plain_name(&s.name) == wanted);
    found.map(|i| i as u32).ok_or_else(|| {
        Fault::new(TrapCode::NotFound, format!("there is no script called \"{name}\""))
    })
}

fn plain_name(name: &str) -> String {
    let file = name.trim().rsplit(['/', '\\']).next().unwrap_or(name).to_lowercase();
    file.strip_suffix(".bas").unwrap_or(&file).replace(['_', ' '], "-")
}

fn wrong_count(keyword: &Keyword, count: usize) -> Fault {
    Fault::argument(format!("{} cannot be called with {count} arguments", keyword.name))
}

fn too_deep(what: &str) -> Fault {
    Fault::new(TrapCode::TooDeep, format!("too many nested calls ({what}); is there no end?"))
}

impl Machine {
    /// `Call`: the arguments are copied behind the caller's registers, so that a call disturbs
    /// none of them.
    #[inline]
    pub(super) fn call(&mut self, i: Instr) -> Result<Option<Exit>, Fault> {
        let env = self.state.frames.last().map_or(NO_ENV, |f| f.env);
        self.enter(u32::from(i.b), i.a as usize, i.c as usize, Seat { env, ret: i.a, flags: 0 })?;
        self.check_fuel()
    }

    fn enter(&mut self, function: u32, first: usize, args: usize, seat: Seat) -> Result<(), Fault> {
        let callee = self.links.functions.get(function as usize).copied();
        let (start, registers) = callee.ok_or_else(|| bug("a call to no function"))?;
        let registers = registers as usize;
        let base = self.state.top();
        self.check_depth(base + registers)?;
        // Before it runs for the first time, a machine takes no more than it uses.
        let room = base + if self.stop_at == 0 { registers } else { WINDOW };
        if self.state.stack.len() < room {
            self.state.stack.resize(room, Value::NULL);
        }
        let from = self.state.frames.last().map_or(0, |f| f.base as usize) + first;
        let args = args.min(registers);
        for at in 0..args {
            let value = self.state.get(from + at);
            self.state.set(base + at, value);
        }
        if let Some(rest) = self.state.stack.get_mut(base + args..base + registers) {
            rest.fill(Value::NULL);
        }
        self.state.frames.push(Frame {
            function,
            pc: start,
            base: base as u32,
            env: seat.env,
            gosubs: self.state.gosubs.len() as u32,
            handlers: self.state.handlers.len() as u32,
            on_error: NO_PC,
            failed: NO_PC,
            registers: registers as u8,
            ret: seat.ret,
            flags: seat.flags,
        });
        Ok(())
    }
    #[inline]
    fn check_depth(&self, top: usize) -> Result<(), Fault> {
        let limits = self.memory.limits();
        if self.state.frames.len() + self.state.gosubs.len() >= limits.call_depth {
            return Err(too_deep(&format!("at most {}", limits.call_depth)));
        }
        if top > limits.stack_values {
            return Err(too_deep(&format!("at most {} values", limits.stack_values)));
        }
        Ok(())
    }

    /// Leaves the innermost frame. The last one stays and the value is answered: a result that
    /// cannot be handed over is an error of that frame.
    #[inline]
    pub(super) fn leave_frame(&mut self, value: Value) -> Option<Value> {
        if self.state.frames.len() <= 1 {
            return Some(value);
        }
        let frame = self.state.frames.pop()?;
        self.state.gosubs.truncate(frame.gosubs as usize);
        self.state.handlers.truncate(frame.handlers as usize);
        self.state.set_register(frame.ret, value);
        None
    }
    /// `ExitScript`: leaves every frame of the script that runs.
    pub(super) fn exit_script(&mut self, value: Value) -> Option<Exit> {
        loop {
            let main = self.state.frames.last().is_none_or(|f| f.has(flag::MAIN));
            let done = self.leave_frame(value);
            if done.is_some() || main {
                return done.map(Exit::Done);
            }
        }
    }

    /// Enters a script's main with `args` registers from `first` on for its first inputs.
    pub(super) fn enter_script(
        &mut self,
        script: u32,
        first: usize,
        args: usize,
        ret: u8,
    ) -> Result<(), Fault> {
        let program = std::sync::Arc::clone(&self.program);
        let entry = program.scripts.get(script as usize).ok_or_else(|| bug("no such script"))?;
        let given: Vec<Value> = self.state.registers(first, args).to_vec();
        let env = self.new_env(entry.env_slots as usize)?;
        self.enter(entry.main, 0, 0, Seat { env, ret, flags: flag::MAIN })?;
        for (value, (_, place)) in given.into_iter().zip(&entry.inputs) {
            match *place {
                Place::Register(r) => self.state.set_register(r, value),
                Place::Env(slot) => {
                    self.memory.list_put(env, slot as usize, value);
                }
            }
        }
        Ok(())
    }
    fn new_env(&mut self, slots: usize) -> Result<u32, Fault> {
        if slots == 0 {
            return Ok(NO_ENV);
        }
        let mut scope = Scope::new(&mut self.memory, &self.state);
        Ok(scope.make_list(vec![Value::NULL; slots])?.as_handle())
    }
    /// `CallScriptByName`.
    pub(super) fn call_by_name(&mut self, i: Instr) -> Result<(), Fault> {
        let name = self.state.register(i.a);
        if name.kind() != Kind::Text {
            return Err(Fault::new(TrapCode::TypeMismatch, "CALL needs the name of a script"));
        }
        let script = find_script(&self.program, self.memory.text(&name))?;
        self.enter_script(script, i.a as usize + 1, i.c as usize, i.a)
    }

    /// `CallPure`.
    pub(super) fn call_pure(&mut self, i: Instr) -> Result<(), Fault> {
        let Some(Some(pure)) = self.links.pures.get(i.b as usize).copied() else {
            let name = self.program.pures.get(i.b as usize).map_or("?", String::as_str);
            let text = format!("this server does not know the function {name}");
            return Err(Fault::new(TrapCode::NotFound, text));
        };
        let count = i.c as usize;
        if count < pure.least || count > pure.most {
            return Err(wrong_count(pure.keyword, count));
        }
        self.run_pure(pure.keyword, i.a, count)
    }
    /// `CallMethod`.
    pub(super) fn call_method(&mut self, i: Instr) -> Result<(), Fault> {
        let Some(method) = self.links.methods.get(&i.b) else {
            let name = self.links.consts.get(i.b as usize).copied().unwrap_or(Value::NULL);
            let text = format!("there is no function called {}", self.memory.text(&name));
            return Err(Fault::new(TrapCode::NotFound, text));
        };
        let (keyword, count) = (method.keyword, i.c as usize + 1);
        if count < method.least || count > method.most {
            return Err(wrong_count(keyword, count));
        }
        self.run_pure(keyword, i.a, count)
    }
    /// Calls a pure function with `count` arguments from register `a` on.
    pub(super) fn apply(
        &mut self,
        keyword: &'static Keyword,
        a: u8,
        count: usize,
    ) -> Result<(), Fault> {
        let (least, most) = keyword.arity();
        if count < least || most.is_some_and(|most| count > most) {
            return Err(wrong_count(keyword, count));
        }
        self.run_pure(keyword, a, count)
    }
    fn run_pure(&mut self, keyword: &'static Keyword, a: u8, count: usize) -> Result<(), Fault> {
        let Some(run) = keyword.run else { return Err(bug("a function without code")) };
        let mut scope = Scope::new(&mut self.memory, &self.state);
        let args = self.state.registers(a as usize, count);
        let value = run(&mut Call { heap: &mut scope, args, env: &mut self.env })?;
        self.state.set_register(a, value);
        Ok(())
    }

    /// `CallHost`: stops with the request.
    pub(super) fn call_host(&mut self, i: Instr) -> Result<Exit, Fault> {
        let limits = self.memory.limits();
        let (calls, bytes) = (limits.host_calls_per_turn as u64, limits.host_call_bytes);
        if self.host_calls >= calls {
            let text = format!("a turn may use at most {calls} keywords of the outside");
            return Err(limit_reached(text));
        }
        let args = self.export_args(i, bytes)?;
        let words = self.program.keywords.get(i.b as usize);
        let words = words.ok_or_else(|| bug("no such keyword"))?;
        let call = Box::new(HostCall::decode(words, args.iter().cloned())?);
        self.host_calls += 1;
        // Known words are those of the request: no copy is needed for as long as it waits.
        let words = Cow::Borrowed(call.words());
        self.phase = Phase::Waiting(Pending { words, args: args.into(), register: i.a });
        Ok(Exit::Host(call))
    }
    fn export_args(&mut self, i: Instr, bytes: usize) -> Result<Vec<basilect_stdlib::Data>, Fault> {
        let mut left = bytes;
        let mut args = Vec::with_capacity(i.c as usize);
        for &value in self.state.registers(i.a as usize, i.c as usize) {
            let (data, used) = self.memory.export(value, left)?;
            left -= used.min(left);
            args.push(data);
        }
        self.memory.charge((bytes - left) as u64 / 64)?;
        Ok(args)
    }

    /// `GoSub`.
    pub(super) fn gosub(&mut self, target: u32) -> Result<Option<Exit>, Fault> {
        self.check_depth(0).map_err(|fault| {
            let most = self.memory.limits().call_depth;
            Fault { message: format!("too many GOSUBs without RETURN: at most {most}"), ..fault }
        })?;
        let here = self.state.frames.last().map_or(NO_PC, |f| f.pc);
        self.state.gosubs.push(here);
        self.jump(target)
    }
    /// `GoSubReturn`.
    pub(super) fn gosub_return(&mut self, i: Instr) -> Result<Option<Exit>, Fault> {
        if !self.state.has_gosub() {
            if i.b == 1 {
                let text = "RETURN without GOSUB";
                return Err(Fault::new(TrapCode::ReturnWithoutGosub, text));
            }
            return Ok(self.leave_frame(Value::NULL).map(Exit::Done));
        }
        let target = self.state.gosubs.pop().unwrap_or(NO_PC);
        self.jump(target)
    }
    /// `GoSubPop`.
    pub(super) fn gosub_pop(&mut self, i: Instr) -> Result<Option<Exit>, Fault> {
        if i.b == 1 {
            let first = self.state.frames.last().map_or(0, |f| f.gosubs as usize);
            self.state.gosubs.truncate(first);
            return Ok(None);
        }
        if !self.state.has_gosub() {
            return Err(Fault::new(TrapCode::BadControl, "there is no GOSUB to forget"));
        }
        self.state.gosubs.pop();
        Ok(None)
    }
}

/// How a new frame is set up.
struct Seat {
    env: u32,
    ret: u8,
    flags: u8,
}
