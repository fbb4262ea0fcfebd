//! What machines ask for machine code: it is remembered from before, or made.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use basilect_vm::Program;
use basilect_vm::native::{self, Code, Moment, Order, Tier};
use basilect_vm::program::verify::verify;

use crate::cache::{self, Cache};
use crate::code::{self, Scope};
use crate::image::{self, Image, Purpose};
use crate::layout;
use crate::loaded::Loaded;
use crate::target::{Processor, isa};

/// From now on the programs of this process are compiled when they use much fuel. Without effect
/// where machine code cannot be made: on other processors than Cranelift knows.
pub fn install() {
    if layout::is_known() && cfg!(target_endian = "little") {
        native::install(&Cranelift);
    }
}

/// From now on machine code is kept in a folder, which takes `most_bytes` at most. Only what this
/// user has written there is used; a folder that others may change is not used at all, which the
/// log tells. The first folder stays.
pub fn keep_in(folder: &Path, most_bytes: u64) {
    let _ = FOLDER.set((folder.into(), most_bytes));
}

/// From now on code for programs of little code is made by the thread that runs them, which waits
/// for it. That is for a process that runs one program: interpreting meanwhile would cost more than
/// it gains.
pub fn wait_for_code() {
    WAITS.store(true, Ordering::Relaxed);
}

/// The most instructions of a program whose code is waited for: some 50 ms.
const WAITED_FOR: usize = 600;

/// From now on the program that these bytes are for runs this code from its first instruction.
/// Code that is for another build of this program, or for another processor, is not used.
///
/// # Safety
/// The bytes are what [`crate::ahead::compile`] has made: they are run as they are.
pub unsafe fn carry(bytes: Vec<u8>) {
    let _ = CARRIED.set(bytes);
}

/// How machine code came to be in this process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Programs that were compiled.
    pub compiled: u64,
    /// Programs whose code was made ahead, or was found in the folder.
    pub remembered: u64,
    /// Programs whose code was put into the folder.
    pub kept: u64,
}

/// How machine code came to be so far.
pub fn figures() -> Figures {
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    Figures { compiled: count(&COMPILED), remembered: count(&REMEMBERED), kept: count(&KEPT) }
}

static FOLDER: OnceLock<(PathBuf, u64)> = OnceLock::new();
static CARRIED: OnceLock<Vec<u8>> = OnceLock::new();
static WAITS: AtomicBool = AtomicBool::new(false);
static COMPILED: AtomicU64 = AtomicU64::new(0);
static REMEMBERED: AtomicU64 = AtomicU64::new(0);
static KEPT: AtomicU64 = AtomicU64::new(0);

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// The folder, opened when it is first wanted.
fn cache() -> Option<&'static Cache> {
    static CACHE: OnceLock<Option<Cache>> = OnceLock::new();
    let (folder, most_bytes) = FOLDER.get()?;
    let open = || match Cache::open(folder, *most_bytes) {
        Ok(cache) => Some(cache),
        Err(error) => {
            let folder = folder.display();
            tracing::warn!(%folder, %error, "machine code is not kept in this folder");
            None
        }
    };
    CACHE.get_or_init(open).as_ref()
}

struct Cranelift;

impl Tier for Cranelift {
    fn compile(&self, order: Order) {
        let waits = WAITS.load(Ordering::Relaxed) && order.program().code.len() <= WAITED_FOR;
        if order.at_once() || waits {
            return make(order);
        }
        // Without the thread that makes code nothing is compiled, and everything runs.
        later(Work::Make(order));
    }
    fn recall(&self, program: &Arc<Program>, moment: Moment) {
        match moment {
            Moment::Start => {
                if let Some(bytes) = CARRIED.get() {
                    // SAFETY: `carry` was promised that these are such bytes.
                    unsafe { unpack(program, bytes) };
                }
            }
            Moment::Warming if FOLDER.get().is_some() => {
                later(Work::Remember(Arc::clone(program)));
            }
            Moment::Warming => {}
        }
    }
}

/// What this process can run of a program.
fn here(order: &Order) -> Option<Purpose> {
    isa(Processor::This).ok().map(|isa| code::purpose(order, &*isa))
}

/// Hands over code that was made ahead, if it is for this program.
///
/// # Safety
/// [`crate::ahead::compile`] has made the bytes.
pub unsafe fn unpack(program: &Arc<Program>, bytes: &[u8]) {
    let order = Order::of(program);
    if image::program_of(bytes) != Some(order.hash()) {
        return;
    }
    let Some(here) = here(&order) else { return };
    let Ok(image) = Image::read(bytes, program, &here) else { return };
    // SAFETY: the bytes are code, as the caller promises; this build has made it for this program,
    // as `read` has compared.
    if let Ok(code) = unsafe { Loaded::new(&image) } {
        count(&REMEMBERED);
        order.deliver_kept(Arc::new(code), image.facts, true);
    }
}

/// Code for an order that was kept, if the folder has some.
fn kept(cache: &Cache, order: &Order, here: &Purpose) -> Option<Image> {
    let bytes = cache.load(&cache::name(here))?;
    Image::read(&bytes, order.program(), here).ok()
}

/// Hands over code that was kept. What was seen now counts for nothing where it was made of the
/// same.
fn deliver(order: Order, image: Image) -> Result<(), Order> {
    // SAFETY: this user has put it into the folder, as its code over its bytes shows; this build
    // has made it for this program, as `read` has compared.
    match unsafe { Loaded::new(&image) } {
        Ok(code) => {
            count(&REMEMBERED);
            order.deliver_kept(Arc::new(code), image.facts, false);
            Ok(())
        }
        Err(_) => Err(order),
    }
}

/// Looks for code that was kept.
fn remember(program: &Arc<Program>) {
    let order = Order::of(program);
    if let Some(cache) = cache()
        && let Some(here) = here(&order)
        && let Some(image) = kept(cache, &order, &here)
    {
        let _ = deliver(order, image);
    }
}

fn make(order: Order) {
    if verify(order.program()).is_err() {
        return order.deliver(None);
    }
    let place = cache().zip(here(&order));
    let found = place.as_ref().and_then(|(cache, here)| kept(cache, &order, here));
    let order = match found.filter(|image| image.recipe == image::recipe(&order)) {
        Some(image) => match deliver(order, image) {
            Ok(()) => return,
            Err(order) => order,
        },
        None => order,
    };
    // Should compiling ever panic, the program runs as before.
    let compile = AssertUnwindSafe(|| code::compile(&order, Scope::Seen).ok());
    let Some(image) = catch_unwind(compile).unwrap_or_default() else {
        return order.deliver(None);
    };
    count(&COMPILED);
    // SAFETY: made just now for this program, which was verified.
    let code = unsafe { Loaded::new(&image) };
    order.deliver(code.ok().map(|code| Arc::new(code) as Arc<dyn Code>));
    if let Some((cache, here)) = place {
        match cache.store(&cache::name(&here), &image.to_bytes()) {
            Ok(()) => count(&KEPT),
            Err(error) => tracing::warn!(%error, "machine code cannot be kept"),
        }
    }
}

enum Work {
    Make(Order),
    Remember(Arc<Program>),
}

impl Work {
    fn run(self) {
        match self {
            Work::Make(order) => make(order),
            Work::Remember(program) => remember(&program),
        }
    }
}

/// What nobody waits for is done one after another, by a thread of its own.
fn later(work: Work) {
    static QUEUE: OnceLock<Option<Mutex<Sender<Work>>>> = OnceLock::new();
    let start = || {
        let (sender, receiver) = channel::<Work>();
        let thread = std::thread::Builder::new().name("compiler".into());
        let started = thread.spawn(move || receiver.into_iter().for_each(Work::run));
        started.ok().map(|_| Mutex::new(sender))
    };
    if let Some(queue) = QUEUE.get_or_init(start) {
        let _ = queue.lock().unwrap_or_else(PoisonError::into_inner).send(work);
    }
}
