//! What machine code finds in memory while it runs, and what it calls.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use basilect_stdlib::Value;
use basilect_vm::native::{Call, Slow, View};

/// The deepest that calls may nest before they get frames; it bounds the native stack in use.
pub const DEPTH: usize = 200;

/// Handed to all machine code. Addresses hold until something of the machine runs, which renews
/// them.
#[repr(C)]
pub struct Context<'a, 'm> {
    /// Fuel that is left, where the machine is asked for something.
    pub left: i64,
    /// Where the lists of the memory are.
    pub lists: *const Option<Vec<Value>>,
    /// How many places for lists there are.
    pub places: u64,
    /// The script's shared variables.
    pub shared: *mut Value,
    /// Where registers may begin at the latest.
    pub last: *const Value,
    /// How many calls are in [`Context::calls`].
    pub unwound: u64,
    /// Where the code was left, innermost first.
    pub calls: *mut Call,
    /// Runs an instruction: 0 the next one follows, 1 it goes to its target, 2 it left the loop.
    pub run: unsafe extern "C" fn(*mut Context<'_, '_>, *mut Value, u64, i64) -> u64,
    /// Tries the short rule of an instruction: 0 there is none, 1 done.
    pub short: unsafe extern "C" fn(*mut Context<'_, '_>, *mut Value, u64, i64) -> u64,
    /// Tries the short rule of a conditional jump: 0 it does not jump, 1 it does, 2 there is none.
    pub jumps: unsafe extern "C" fn(*mut Context<'_, '_>, *mut Value, u64) -> u64,
    /// The machine.
    pub view: &'a mut View<'m>,
    /// What the machine panicked with; it goes on when the code is left.
    pub panic: Option<Box<dyn Any + Send>>,
}

impl Context<'_, '_> {
    /// Does something of the machine. Machine code cannot be unwound, so that a panic waits.
    fn guarded(&mut self, otherwise: u64, f: impl FnOnce(&mut Self) -> u64) -> u64 {
        catch_unwind(AssertUnwindSafe(|| f(self))).unwrap_or_else(|panic| {
            self.panic = Some(panic);
            otherwise
        })
    }
    /// Takes the addresses anew.
    pub fn renew(&mut self) {
        let (lists, places) = self.view.lists();
        (self.lists, self.places) = (lists, places as u64);
        self.shared = self.view.shared().0;
    }
}

/// What [`Context::run`] calls.
///
/// # Safety
/// `context` is that of the code which runs, and `window` the registers of its innermost frame.
pub unsafe extern "C" fn run(
    context: *mut Context<'_, '_>,
    window: *mut Value,
    pc: u64,
    left: i64,
) -> u64 {
    // SAFETY: machine code holds the only pointer to the context while it runs, and waits.
    let context = unsafe { &mut *context };
    // SAFETY: a window has this many values behind it, which nothing else refers to meanwhile.
    let registers = unsafe { &mut *window.cast::<[Value; View::WINDOW]>() };
    context.left = left;
    context.guarded(2, |context| {
        if let Some(jumps) = context.view.jumps(registers, pc as usize) {
            return u64::from(jumps);
        }
        if context.view.fast(registers, pc as usize, &mut context.left) {
            return 0;
        }
        let slow = context.view.slow(pc as u32, context.left);
        context.left = context.view.left();
        context.renew();
        match slow {
            Slow::Next => 0,
            Slow::Jumped => 1,
            Slow::Out => 2,
        }
    })
}

/// What [`Context::short`] calls.
///
/// # Safety
/// As [`run`]; `window` may be the registers of a call that has no frame.
pub unsafe extern "C" fn short(
    context: *mut Context<'_, '_>,
    window: *mut Value,
    pc: u64,
    left: i64,
) -> u64 {
    // SAFETY: see `run`.
    let context = unsafe { &mut *context };
    // SAFETY: see `run`.
    let registers = unsafe { &mut *window.cast::<[Value; View::WINDOW]>() };
    context.left = left;
    context.guarded(0, |context| {
        u64::from(context.view.fast(registers, pc as usize, &mut context.left))
    })
}

/// What [`Context::jumps`] calls.
///
/// # Safety
/// As [`short`].
pub unsafe extern "C" fn jumps(context: *mut Context<'_, '_>, window: *mut Value, pc: u64) -> u64 {
    // SAFETY: see `run`.
    let context = unsafe { &mut *context };
    // SAFETY: see `run`.
    let registers = unsafe { &*window.cast::<[Value; View::WINDOW]>() };
    context.guarded(2, |context| context.view.jumps(registers, pc as usize).map_or(2, u64::from))
}
