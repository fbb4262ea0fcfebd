//! What machine code finds in memory while it runs, and what it calls.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use basilect_stdlib::Value;
use basilect_vm::native::{Buffer, Call, List, Map, Place, Slow, Text, View};

/// The deepest that calls may nest before they get frames; it bounds the native stack in use.
pub const DEPTH: usize = 200;

/// Runs the instruction at a place, on registers, with the fuel that is left after it.
// SAFETY: machine code calls it with its own context and the registers of its innermost frame.
pub type Run = unsafe extern "C" fn(*mut Context<'_, '_>, *mut Value, u64, i64) -> u64;
/// Tells of the jump at a place, on registers.
// SAFETY: as above; the registers may be those of a call without a frame.
pub type Jumps = unsafe extern "C" fn(*mut Context<'_, '_>, *mut Value, u64) -> u64;
/// Enters the function that the instruction at a place calls.
// SAFETY: as above.
pub type Enter = unsafe extern "C" fn(*mut Context<'_, '_>, u64) -> *mut Value;
/// Leaves the innermost frame.
// SAFETY: as above.
pub type Leave = unsafe extern "C" fn(*mut Context<'_, '_>);

/// Handed to all machine code. Addresses hold until something of the machine runs, which renews
/// them.
#[repr(C)]
pub struct Context<'a, 'm> {
    /// Fuel that is left, where the machine is asked for something.
    pub left: i64,
    /// Where the lists of the memory are.
    pub lists: *const Place<List>,
    /// How many places for lists there are.
    pub list_places: u64,
    /// Where the maps of the memory are.
    pub maps: *const Place<Map>,
    /// How many places for maps there are.
    pub map_places: u64,
    /// Where the texts of the memory are.
    pub texts: *const Place<Text>,
    /// How many places for texts there are.
    pub text_places: u64,
    /// Where the bytes of texts are.
    pub buffers: *const Place<Buffer>,
    /// How many places for them there are.
    pub buffer_places: u64,
    /// How many elements a list may have.
    pub most_elements: u64,
    /// The script's shared variables.
    pub shared: *mut Value,
    /// Where registers may begin at the latest.
    pub last: *const Value,
    /// One past the instruction that returned to the machine.
    pub returned: u64,
    /// How many calls are in [`Context::calls`].
    pub unwound: u64,
    /// Where the code was left, innermost first.
    pub calls: *mut Call,
    /// Runs an instruction: 0 the next one follows, 2 it left the loop.
    pub run: Run,
    /// Runs a conditional jump: 0 the next one follows, 1 it goes to its target, 2 it left the
    /// loop.
    pub ask: Run,
    /// Tries the short rule of an instruction: 0 there is none, 1 done.
    pub short: Run,
    /// Tries the short rule of a conditional jump: 0 it does not jump, 1 it does, 2 there is none.
    pub jumps: Jumps,
    /// Tries the short rule of an instruction that joins texts: 0 there is none, 1 done.
    pub join: Jumps,
    /// Enters the function that an instruction calls: its registers, or null where the interpreter
    /// must do it.
    pub enter: Enter,
    /// Leaves the innermost frame.
    pub leave: Leave,
    /// Is told of accesses to memory.
    #[cfg(feature = "checked")]
    pub touch: crate::checked::Touch,
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
    /// Runs the instruction at `pc` by the full rules.
    fn slow(&mut self, pc: u64) -> u64 {
        let slow = self.view.slow(pc as u32, self.left);
        self.left = self.view.left();
        self.renew();
        match slow {
            Slow::Next => 0,
            Slow::Jumped => 1,
            Slow::Out => 2,
        }
    }
    /// Takes the addresses anew.
    pub fn renew(&mut self) {
        let (lists, places) = self.view.lists();
        (self.lists, self.list_places) = (lists, places as u64);
        let (maps, places) = self.view.maps();
        (self.maps, self.map_places) = (maps, places as u64);
        let (texts, places) = self.view.texts();
        (self.texts, self.text_places) = (texts, places as u64);
        let (buffers, places) = self.view.buffers();
        (self.buffers, self.buffer_places) = (buffers, places as u64);
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
        match context.view.fast(registers, pc as usize, &mut context.left) {
            true => 0,
            false => context.slow(pc),
        }
    })
}

/// What [`Context::ask`] calls.
///
/// # Safety
/// As [`run`].
pub unsafe extern "C" fn ask(
    context: *mut Context<'_, '_>,
    window: *mut Value,
    pc: u64,
    left: i64,
) -> u64 {
    // SAFETY: see `run`.
    let context = unsafe { &mut *context };
    // SAFETY: see `run`.
    let registers = unsafe { &*window.cast::<[Value; View::WINDOW]>() };
    context.left = left;
    context.guarded(2, |context| match context.view.jumps(registers, pc as usize) {
        Some(jumps) => u64::from(jumps),
        None => context.slow(pc),
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

/// What [`Context::join`] calls.
///
/// # Safety
/// As [`short`].
pub unsafe extern "C" fn join(context: *mut Context<'_, '_>, window: *mut Value, pc: u64) -> u64 {
    // SAFETY: see `run`.
    let context = unsafe { &mut *context };
    // SAFETY: see `run`.
    let registers = unsafe { &mut *window.cast::<[Value; View::WINDOW]>() };
    context.guarded(0, |context| u64::from(context.view.join(registers, pc as usize)))
}

/// What [`Context::enter`] calls.
///
/// # Safety
/// As [`run`].
pub unsafe extern "C" fn enter(context: *mut Context<'_, '_>, pc: u64) -> *mut Value {
    // SAFETY: see `run`.
    let context = unsafe { &mut *context };
    let mut window = std::ptr::null_mut();
    context.guarded(0, |context| {
        window = context.view.enter(pc as u32).unwrap_or(std::ptr::null_mut());
        1
    });
    window
}

/// What [`Context::leave`] calls.
///
/// # Safety
/// As [`run`].
pub unsafe extern "C" fn leave(context: *mut Context<'_, '_>) {
    // SAFETY: see `run`.
    let context = unsafe { &mut *context };
    context.guarded(0, |context| {
        context.view.leave();
        1
    });
}
