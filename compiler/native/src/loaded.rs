//! Machine code in memory that can run, and how it is entered.

use std::collections::BTreeMap;
use std::ffi::c_void;

use basilect_stdlib::Value;
use basilect_vm::native::{Call, Code, Left, View};
use memmap2::{Mmap, MmapMut};
use wasmtime_internal_jit_icache_coherence as processor_cache;

use crate::context::{self, Context, DEPTH};
use crate::emit::status;
use crate::image::{Entry, Image};

/// What the code gives back.
#[repr(C)]
#[derive(Default)]
struct Answer {
    tag: u64,
    bits: u64,
    left: i64,
}

impl Answer {
    fn value(&self) -> Value {
        // SAFETY: code returns what was in registers: the words of a value.
        unsafe { std::mem::transmute::<[u64; 2], Value>([self.tag, self.bits]) }
    }
}

/// Calls code: context, registers, depth, fuel, entry, address, where the answer goes.
// SAFETY: `Loaded::run` calls it with what the code was made for.
type Enter = unsafe extern "C" fn(Own<'_, '_>, *mut Value, u64, i64, u64, *const u8, *mut Answer);
type Own<'a, 'm> = *mut Context<'a, 'm>;

/// Machine code of a program that can run. Its memory was written, then made executable, and is
/// never both.
pub struct Loaded {
    /// Unmapped when this is dropped: no code runs then, because whoever runs it holds this.
    memory: Mmap,
    enter: Enter,
    entries: BTreeMap<u32, Entry>,
    depth: usize,
}

impl Loaded {
    /// Brings code into memory.
    ///
    /// # Errors
    /// The system gives no memory for it.
    ///
    /// # Safety
    /// The code was made by this build of this program, for the program that it is used with.
    pub unsafe fn new(image: &Image) -> Result<Loaded, String> {
        let failed = |error: std::io::Error| format!("no memory for machine code: {error}");
        let mut memory = MmapMut::map_anon(image.code.len().max(1)).map_err(failed)?;
        memory.get_mut(..image.code.len()).ok_or("too short")?.copy_from_slice(&image.code);
        let start = memory.as_ptr().cast::<c_void>();
        // SAFETY: the memory is mapped, and nothing runs in it yet.
        unsafe { processor_cache::clear_cache(start, memory.len()) }.map_err(|e| e.to_string())?;
        let memory = memory.make_exec().map_err(failed)?;
        processor_cache::pipeline_flush_mt().map_err(|error| error.to_string())?;
        let enter = memory.as_ptr().wrapping_add(image.enter as usize);
        Ok(Loaded {
            // SAFETY: this function of the code has this signature, as the caller promises.
            enter: unsafe { std::mem::transmute::<*const u8, Enter>(enter) },
            memory,
            entries: image.entries.clone(),
            depth: image.depth as usize,
        })
    }
}

impl Code for Loaded {
    fn entries(&self) -> Vec<u32> {
        self.entries.keys().copied().collect()
    }
    fn run(&self, view: &mut View<'_>, pc: u32) -> Left {
        let Some(&entry) = self.entries.get(&pc) else { return Left::Missed };
        let window = view.registers();
        let last = view.last_registers();
        let (shared, variables) = view.shared();
        if window.is_null() || variables < entry.shared as usize {
            return Left::Missed;
        }
        let (depth, fuel) = (view.depth().min(self.depth) as u64, view.left());
        let ((lists, list_places), (maps, map_places)) = (view.lists(), view.maps());
        let ((texts, text_places), (buffers, buffer_places)) = (view.texts(), view.buffers());
        let mut calls = [const { std::mem::MaybeUninit::<Call>::uninit() }; DEPTH + 1];
        let mut answer = Answer::default();
        let mut context = Context {
            left: fuel,
            lists,
            list_places: list_places as u64,
            maps,
            map_places: map_places as u64,
            texts,
            text_places: text_places as u64,
            buffers,
            buffer_places: buffer_places as u64,
            most_elements: view.most_elements() as u64,
            shared,
            last,
            returned: 0,
            unwound: 0,
            calls: calls.as_mut_ptr().cast(),
            run: context::run,
            ask: context::ask,
            short: context::short,
            enter: context::enter,
            leave: context::leave,
            jumps: context::jumps,
            join: context::join,
            #[cfg(feature = "checked")]
            touch: crate::checked::touch,
            view,
            panic: None,
        };
        let address = self.memory.as_ptr().wrapping_add(entry.place as usize);
        let number = entry.number.into();
        // SAFETY: the code was made from a program that was verified; registers, tables and shared
        // variables are where the context says, and as large as the code expects.
        unsafe {
            (self.enter)(&raw mut context, window, depth, fuel, number, address, &raw mut answer);
        }
        if let Some(panic) = context.panic.take() {
            std::panic::resume_unwind(panic);
        }
        let left = match (answer.tag & 0xff) as i64 {
            status::OUT => return Left::Out,
            status::HERE => Left::Here,
            status::MISSED => Left::Missed,
            status::PAUSE => Left::Pause,
            _ => {
                context.view.set_left(answer.left);
                context.view.set_pc(context.returned as u32);
                return Left::Return(answer.value());
            }
        };
        let unwound = (context.unwound as usize).min(DEPTH + 1);
        // SAFETY: the code has written so many.
        let calls = unsafe { std::slice::from_raw_parts(context.calls, unwound) };
        context.view.set_left(answer.left);
        context.view.settle(calls);
        left
    }
}
