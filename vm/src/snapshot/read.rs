//! Reading what may have been damaged or forged.

use std::sync::Arc;

use basilect_stdlib::pure::Env;
use basilect_stdlib::pure::classic::Teletype;
use basilect_stdlib::{Fault, Limits, TrapCode, Value};

use super::{SnapshotError, VERSION, data, phase};
use crate::bytes::{Broken, Reader};
use crate::heap::ImageReader;
use crate::machine::{
    Frame, Handler, LastError, Machine, NO_ENV, NO_PC, Pending, Phase, flag, stored_code,
};
use crate::program::{Function, Instr, Op, Program};

impl Machine {
    /// The machine that [`Machine::snapshot`] wrote, under limits that may be tighter.
    pub fn restore(
        program: Arc<Program>,
        bytes: &[u8],
        limits: Limits,
    ) -> Result<Machine, SnapshotError> {
        let mut r = Reader::new(bytes);
        if r.u8()? != VERSION {
            return Err(SnapshotError::OtherVersion);
        }
        if r.take(32)? != crate::program::Links::hash_of(&program) {
            return Err(SnapshotError::OtherProgram);
        }
        let env = Env::new(r.signed()?, r.text()?, r.u64()?);
        let mut machine = Machine::bare(program, limits, env);
        machine.memory.fuel_used = r.var()?;
        machine.host_calls = r.var()?;
        machine.phase = read_phase(&mut r)?;
        machine.last_error = read_last_error(&mut r)?.map(Box::new);
        machine.read_frames(&mut r)?;
        if r.remaining() > 0 {
            machine.env.teletype = read_teletype(&mut r, machine.memory.limits())?.into();
        }
        r.finish()?;
        machine.check_stop()?;
        Ok(machine)
    }

    fn read_frames(&mut self, r: &mut Reader<'_>) -> Result<(), Broken> {
        let image = ImageReader::load(r, &mut self.memory)?;
        let count = r.count(9)?;
        for _ in 0..count {
            self.read_frame(r, &image)?;
        }
        let limits = self.memory.limits();
        if self.state.frames.len() + self.state.gosubs.len() > limits.call_depth {
            return Err(Broken("more calls than allowed"));
        }
        self.state.stack.resize(self.state.top() + crate::machine::WINDOW, Value::NULL);
        Ok(())
    }
    fn read_frame(&mut self, r: &mut Reader<'_>, image: &ImageReader) -> Result<(), Broken> {
        let program = Arc::clone(&self.program);
        let number = r.var32()?;
        let function = program.functions.get(number as usize);
        let function = function.ok_or(Broken("a frame of no function"))?;
        let frame = Frame {
            function: number,
            pc: read_place(r, function)?,
            base: self.state.stack.len() as u32,
            env: self.read_env(r, image, function)?,
            ret: r.u8()?,
            flags: r.u8()?,
            on_error: read_place(r, function)?,
            failed: read_place(r, function)?,
            gosubs: self.state.gosubs.len() as u32,
            handlers: self.state.handlers.len() as u32,
            registers: function.registers,
        };
        if frame.flags & !flag::ALL != 0 {
            return Err(Broken("flags of no known meaning"));
        }
        self.read_gosubs(r, function)?;
        self.read_handlers(r, function, &frame)?;
        if self.state.stack.len() + frame.registers as usize > self.memory.limits().stack_values {
            return Err(Broken("more registers than allowed"));
        }
        for _ in 0..frame.registers {
            let value = image.value(r)?;
            self.state.stack.push(value);
        }
        check_frame(&program, function, &frame)?;
        self.state.frames.push(frame);
        Ok(())
    }
    fn read_env(
        &self,
        r: &mut Reader<'_>,
        image: &ImageReader,
        function: &Function,
    ) -> Result<u32, Broken> {
        let script = self.program.scripts.get(function.script as usize);
        let slots = script.map_or(0, |s| s.env_slots as usize);
        let env = match r.var32()?.checked_sub(1) {
            Some(number) => image.check_list(number)?,
            None => NO_ENV,
        };
        let last = slots.checked_sub(1);
        if last.is_none_or(|last| self.memory.list_get(env, last).is_some()) {
            return Ok(env);
        }
        Err(Broken("a frame without its shared variables"))
    }
    fn read_gosubs(&mut self, r: &mut Reader<'_>, function: &Function) -> Result<(), Broken> {
        for _ in 0..r.count(1)? {
            let pc = read_place(r, function)?;
            if self.before(pc).map(|i| i.op) != Some(Op::GoSub) {
                return Err(Broken("a return address without GOSUB"));
            }
            self.state.gosubs.push(pc);
        }
        Ok(())
    }
    fn read_handlers(
        &mut self,
        r: &mut Reader<'_>,
        function: &Function,
        frame: &Frame,
    ) -> Result<(), Broken> {
        for _ in 0..r.count(3)? {
            let (target, register) = (read_place(r, function)?, r.u8()?);
            let gosubs = frame.gosubs.saturating_add(r.var32()?);
            let begins =
                |i: &Instr| i.op == Op::TryBegin && i.target() == target && i.a == register;
            if !code_of(&self.program, function).iter().any(begins) {
                return Err(Broken("a handler without TRY"));
            }
            if gosubs as usize > self.state.gosubs.len() {
                return Err(Broken("a handler past the GOSUBs"));
            }
            self.state.handlers.push(Handler { target, register, gosubs });
        }
        Ok(())
    }

    /// Whether the machine stands where a snapshot of it can be read back.
    pub fn is_at_stop(&self) -> bool {
        self.check_stop().is_ok()
    }
    /// The instruction before `pc`.
    fn before(&self, pc: u32) -> Option<Instr> {
        self.program.code.get(pc.checked_sub(1)? as usize).copied()
    }
    /// Whether the frames fit together and the innermost one stands where a machine may stop.
    fn check_stop(&self) -> Result<(), Broken> {
        let frames = &self.state.frames;
        for pair in frames.windows(2) {
            let [caller, callee] = pair else { continue };
            self.check_call(caller, callee)?;
        }
        match (&self.phase, frames.last()) {
            (Phase::Ended, None) => Ok(()),
            (Phase::Ended, Some(_)) | (_, None) => Err(Broken("an end that is none")),
            (Phase::Ready, Some(top)) => self.check_leader(top),
            (Phase::Waiting(pending), Some(top)) => {
                let call = self.before(top.pc).filter(|i| i.op == Op::CallHost);
                let call = call.ok_or(Broken("an answer without a call"))?;
                let words = self.program.keywords.get(call.b as usize);
                if words.is_some_and(|words| **words == *pending.words)
                    && call.a == pending.register
                {
                    return Ok(());
                }
                Err(Broken("an answer to another call"))
            }
            (Phase::Failing(_), Some(top)) => match self.before(top.pc).map(|i| i.op) {
                Some(Op::CallHost) => Ok(()),
                _ => Err(Broken("an answer without a call")),
            },
        }
    }
    fn check_call(&self, caller: &Frame, callee: &Frame) -> Result<(), Broken> {
        let call = self.before(caller.pc);
        let fits = call.is_some_and(|i| match i.op {
            Op::Call => u32::from(i.b) == callee.function && !callee.has(flag::MAIN),
            Op::CallScript | Op::CallScriptByName => {
                callee.has(flag::MAIN)
                    && self.program.scripts.iter().any(|s| s.main == callee.function)
            }
            _ => false,
        });
        if fits && call.is_some_and(|i| i.a == callee.ret) {
            return Ok(());
        }
        Err(Broken("a frame that nothing called"))
    }
    /// A machine that is ready to run stands where a slice can end: at the start of a function or
    /// statement, at a jump's target, or behind a call.
    fn check_leader(&self, top: &Frame) -> Result<(), Broken> {
        let function = self.program.functions.get(top.function as usize);
        let function = function.ok_or(Broken("a frame of no function"))?;
        let code = code_of(&self.program, function);
        let behind = self.before(top.pc).filter(|_| top.pc > function.start);
        let leads = top.pc == function.start
            || behind.is_some_and(|i| i.op.comes_back())
            || function.statements.binary_search(&top.pc).is_ok()
            || code.iter().any(|i| i.op.has_target() && i.target() == top.pc);
        if leads { Ok(()) } else { Err(Broken("a place where no machine stops")) }
    }
}

fn code_of<'a>(program: &'a Program, function: &Function) -> &'a [Instr] {
    program.code.get(function.start as usize..function.end as usize).unwrap_or(&[])
}

/// A place in the code of a function, or none.
fn read_place(r: &mut Reader<'_>, function: &Function) -> Result<u32, Broken> {
    let Some(offset) = r.var32()?.checked_sub(1) else { return Ok(NO_PC) };
    let pc = function.start.checked_add(offset).filter(|&pc| pc < function.end);
    pc.ok_or(Broken("a place outside the function"))
}

fn check_frame(program: &Program, function: &Function, frame: &Frame) -> Result<(), Broken> {
    if frame.pc == NO_PC {
        return Err(Broken("a frame without place"));
    }
    if frame.has(flag::HANDLING) != (frame.failed != NO_PC) {
        return Err(Broken("an error that is handled without having failed"));
    }
    let arms = |i: &Instr| i.op == Op::OnError && i.b == 1 && i.target() == frame.on_error;
    let armed = frame.on_error != NO_PC;
    if armed != frame.has(flag::ON_GOTO) || armed && !code_of(program, function).iter().any(arms) {
        return Err(Broken("an ON ERROR that the code does not hold"));
    }
    Ok(())
}

fn read_phase(r: &mut Reader<'_>) -> Result<Phase, Broken> {
    Ok(match r.u8()? {
        phase::READY => Phase::Ready,
        phase::ENDED => Phase::Ended,
        phase::FAILING => {
            let code = read_code(r)?;
            Phase::Failing(Fault::new(code, r.text()?))
        }
        phase::WAITING => {
            let (words, register) = (r.text()?.to_string(), r.u8()?);
            let count = r.count(1)?;
            let args = (0..count).map(|_| data::read(r, 0)).collect::<Result<_, _>>()?;
            Phase::Waiting(Pending { words: words.into(), args, register })
        }
        _ => return Err(Broken("a state of no known kind")),
    })
}

fn read_teletype(r: &mut Reader<'_>, limits: &Limits) -> Result<Teletype, Broken> {
    let text = r.text()?.to_string();
    let (column, width) = (r.var32()? as usize, r.var32()? as usize);
    if text.len() > limits.teletype_bytes || column > text.len() || width > 255 {
        return Err(Broken("a teletype that holds too much"));
    }
    let (last_random, entropy) = (f64::from_bits(r.u64()?), r.u64()?);
    Ok(Teletype { text, column, width, last_random, entropy, looks: r.var32()? })
}

fn read_code(r: &mut Reader<'_>) -> Result<TrapCode, Broken> {
    stored_code(r.var()?).ok_or(Broken("an error of no known kind"))
}

fn read_last_error(r: &mut Reader<'_>) -> Result<Option<LastError>, Broken> {
    match r.u8()? {
        0 => Ok(None),
        1 => Ok(Some(LastError {
            number: r.var()?.try_into().map_err(|_| Broken("an error of no number"))?,
            message: r.text()?.to_string(),
            script: r.text()?.to_string(),
            line: r.var32()?,
        })),
        _ => Err(Broken("a flag is neither set nor clear")),
    }
}
