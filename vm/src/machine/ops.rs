//! Every instruction that the loop does not finish itself.

use std::cmp::Ordering;

use basilect_stdlib::{Fault, Heap, Kind, TrapCode, Value};

use super::{Exit, Handler, Machine, bug};
use crate::heap::limit_reached;
use crate::program::{Instr, Op};

/// TRYs of one frame that may be in force at once.
const MAX_HANDLERS: usize = 250;

impl Machine {
    /// The value of a register or constant.
    pub(super) fn rk(&self, x: u16) -> Value {
        match x {
            0..256 => self.state.register(x as u8),
            _ => self.links.consts.get(x as usize - 256).copied().unwrap_or(Value::NULL),
        }
    }
    /// Runs one instruction by the full rules; `Some` leaves the loop.
    #[inline(never)]
    pub(super) fn slow(&mut self, i: Instr) -> Result<Option<Exit>, Fault> {
        let done = self.fully(i);
        self.memory.settle();
        done
    }
    #[inline(always)]
    fn fully(&mut self, i: Instr) -> Result<Option<Exit>, Fault> {
        match i.op {
            Op::ForPrep => self.for_prep(i),
            Op::ForLoop => self.for_loop(i),
            Op::IterNext => self.iter_next(i),
            Op::CallHost => self.call_host(i).map(Some),
            Op::ReturnNull => Ok(self.leave_frame(Value::NULL).map(Exit::Done)),
            Op::ExitScript => Ok(self.exit_script(self.state.register(i.a))),
            Op::Stop => Ok(Some(self.stop())),
            Op::GoSub => self.gosub(i.target()),
            Op::GoSubReturn => self.gosub_return(i),
            Op::GoSubPop => self.gosub_pop(i),
            Op::Throw => {
                let error = self.state.register(i.a);
                Err(self.thrown(error))
            }
            Op::Resume => self.resume_at(i),
            _ if i.op.jumps() => match self.condition(i)? {
                true => self.jump(i.target()),
                false => Ok(None),
            },
            _ => self.effect(i).map(|()| None),
        }
    }
    fn stop(&mut self) -> Exit {
        self.state.frames.truncate(1);
        Exit::Done(Value::NULL)
    }
    fn condition(&mut self, i: Instr) -> Result<bool, Fault> {
        let (l, r) = (self.state.register(i.a), self.rk(i.b));
        match i.op {
            Op::JumpIf => Ok(self.truth(l)),
            Op::JumpIfNot => Ok(!self.truth(l)),
            Op::JumpEq => self.equal(l, r),
            Op::JumpNe => self.equal(l, r).map(|t| !t),
            Op::JumpLt => Ok(self.order(l, r)? == Ordering::Less),
            Op::JumpNotLt => Ok(self.order(l, r)? != Ordering::Less),
            Op::JumpLe => Ok(self.order(l, r)? != Ordering::Greater),
            Op::JumpNotLe => Ok(self.order(l, r)? == Ordering::Greater),
            _ => Err(bug("no such condition")),
        }
    }
    /// Instructions that do something else than giving a value.
    fn effect(&mut self, i: Instr) -> Result<(), Fault> {
        match i.op {
            Op::EnvSet => Err(bug("a shared variable that does not exist")),
            Op::IterPrep => self.iter_prep(i),
            Op::GetField => self.get_field(i),
            Op::SetField => self.set_field(i, self.rk(i.c)),
            Op::SetIndex => {
                let (target, index) = (self.state.register(i.a), self.rk(i.b));
                self.set_index(target, index, self.rk(i.c), i)
            }
            Op::CallScript => self.enter_script(u32::from(i.b), i.a as usize, i.c as usize, i.a),
            Op::CallScriptByName => self.call_by_name(i),
            Op::CallPure => self.call_pure(i),
            Op::CallMethod => self.call_method(i),
            Op::TryBegin => self.try_begin(i),
            Op::TryEnd => self.try_end(),
            Op::OnError => self.on_error(i),
            Op::ErrorClear => {
                self.last_error = None;
                Ok(())
            }
            _ => {
                let value = self.value(i)?;
                self.state.set_register(i.a, value);
                Ok(())
            }
        }
    }
    fn try_begin(&mut self, i: Instr) -> Result<(), Fault> {
        let start = self.state.frames.last().map_or(0, |f| f.handlers as usize);
        if self.state.handlers.len() - start >= MAX_HANDLERS {
            return Err(limit_reached(format!("at most {MAX_HANDLERS} TRYs may be open")));
        }
        let gosubs = self.state.gosubs.len() as u32;
        self.state.handlers.push(Handler { target: i.target(), register: i.a, gosubs });
        Ok(())
    }
    fn try_end(&mut self) -> Result<(), Fault> {
        let start = self.state.frames.last().map_or(0, |f| f.handlers as usize);
        if self.state.handlers.len() <= start {
            return Err(Fault::new(TrapCode::BadControl, "END TRY without TRY"));
        }
        self.state.handlers.pop();
        Ok(())
    }

    /// Instructions that give a value.
    fn value(&mut self, i: Instr) -> Result<Value, Fault> {
        let (l, r) = (self.rk(i.b), self.rk(i.c));
        match i.op {
            Op::EnvGet => Err(bug("a shared variable that does not exist")),
            Op::Neg => self.negate(l),
            Op::ConcatRange => self.concat_range(i.b as usize, i.c as usize),
            Op::Bits => self.bits(i.d, l, r),
            Op::BitNot => self.bits(2, l, Value::int(-1)),
            Op::Eq => self.equal(l, r).map(Value::bool),
            Op::Ne => self.equal(l, r).map(|t| Value::bool(!t)),
            Op::Lt => Ok(Value::bool(self.order(l, r)? == Ordering::Less)),
            Op::Le => Ok(Value::bool(self.order(l, r)? != Ordering::Greater)),
            Op::Not => Ok(Value::bool(!self.truth(l))),
            Op::Truth => Ok(Value::bool(self.truth(l))),
            Op::ClassicTruth => Ok(Value::int(-i64::from(self.truth(l)))),
            Op::Contains | Op::StartsWith | Op::EndsWith | Op::Like | Op::In => {
                self.test(i.op, l, r).map(Value::bool)
            }
            Op::IsNull => Ok(Value::bool(self.is_null(l))),
            Op::NewList => {
                let elements = self.state.registers(i.b as usize, i.c as usize).to_vec();
                self.memory.charge(elements.len() as u64 / 8)?;
                self.scope().make_list(elements)
            }
            Op::NewMap => self.scope().new_map(),
            Op::NewArray => self.new_array(i),
            Op::GetIndex => self.get_index(l, r, i),
            Op::ErrorGet => self.error_get(i.b),
            _ => self.binary(i.op, l, r),
        }
    }
    fn is_null(&self, value: Value) -> bool {
        value.is_null() || value.kind() == Kind::Text && self.memory.text(&value).is_empty()
    }
}
