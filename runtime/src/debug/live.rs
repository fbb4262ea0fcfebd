//! A conversation that runs here, under a debugger: its scripts halt where somebody wants to look.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use async_trait::async_trait;
use basilect_compiler::package::Package;
use basilect_stdlib::limits::DebugLimits;
use basilect_stdlib::{Data, Fault, HostCall, Limits, TrapCode};
use basilect_vm::machine::watched::{Watched, Watcher};
use basilect_vm::{Machine, Outcome};
use tokio::sync::{Notify, mpsc};

use super::breakpoints::Breakpoints;
use super::code::Code;
use super::playback::{Outside, Playback, refused};
use super::travel::{Landed, Step as Stride, fits};
use super::view::{Reference, StackView, put};
use crate::conversation::Step;
use crate::conversation::driver::{Driver, Run};
use crate::ports::models::{ChatAnswer, ChatRequest, ModelError};

/// What happens in a conversation under a debugger.
#[derive(Clone, Debug, PartialEq)]
pub enum LiveEvent {
    /// A script halts.
    Halted(Landed),
    /// An item of the log, as JSON.
    Said(String),
    /// A breakpoint writes something.
    Logged(String),
    /// A keyword reaches outside and waits for whoever debugs to answer in its place.
    Asks(String),
    /// What was recorded could not be played to its end.
    Differs(String),
}

/// See the module.
pub struct Live {
    code: OnceLock<Arc<Code>>,
    limits: Limits,
    inner: Mutex<Inner>,
    interrupt: AtomicBool,
    go: Notify,
    events: mpsc::UnboundedSender<LiveEvent>,
    answers: tokio::sync::Mutex<mpsc::UnboundedReceiver<Result<Data, Fault>>>,
    answer: mpsc::UnboundedSender<Result<Data, Fault>>,
}

struct Inner {
    breakpoints: Breakpoints,
    stride: Stride,
    depth: usize,
    halted: Option<Halted>,
    going: bool,
    playback: Option<Playback>,
    outside: Outside,
    asking: bool,
}

/// The scripts that stand.
struct Halted {
    /// Outermost first; the last one halts.
    machines: Vec<Machine>,
    landed: Landed,
    /// The error that is about to be raised.
    fault: Option<Fault>,
    /// Whether they wait for a person, and cannot be changed.
    waiting: bool,
}

impl Live {
    /// For conversations with one bot, which [`Live::set_code`] tells; what happens comes out of
    /// the receiver.
    pub fn new(
        limits: Limits,
        playback: Option<Playback>,
        outside: Outside,
    ) -> (Arc<Live>, mpsc::UnboundedReceiver<LiveEvent>) {
        let (events, receiver) = mpsc::unbounded_channel();
        let (answer, answers) = mpsc::unbounded_channel();
        let inner = Inner {
            breakpoints: Breakpoints::default(),
            stride: Stride::Continue,
            depth: 0,
            halted: None,
            going: false,
            playback,
            outside,
            asking: false,
        };
        let live = Live {
            code: OnceLock::new(),
            limits,
            inner: Mutex::new(inner),
            interrupt: AtomicBool::new(false),
            go: Notify::new(),
            events,
            answers: tokio::sync::Mutex::new(answers),
            answer,
        };
        (Arc::new(live), receiver)
    }
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn tell(&self, event: LiveEvent) {
        // Nobody listens any more when the session ends.
        let _ = self.events.send(event);
    }
    /// Tells which bot it is, once it is deployed: with the very program that its scripts run.
    pub fn set_code(&self, code: Arc<Code>) {
        // The first bot stays.
        let _ = self.code.set(code);
    }
    /// The package.
    pub fn code(&self) -> &Arc<Code> {
        self.code.get_or_init(|| Arc::new(Code::new(Package::default())))
    }
    /// Sets the breakpoints anew.
    pub fn set_breakpoints(&self, mut breakpoints: Breakpoints) {
        let mut inner = self.lock();
        breakpoints.go_on_from(&inner.breakpoints);
        inner.breakpoints = breakpoints;
    }
    /// The breakpoints at which it halts.
    pub fn breakpoint_ids(&self) -> Vec<i64> {
        self.lock().breakpoints.ids()
    }
    /// Whether a script halts here, to be looked at.
    pub fn is_halted(&self) -> bool {
        self.lock().halted.is_some()
    }
    /// The error that is about to be raised, and whether the program handles it.
    pub fn fault(&self) -> Option<(Fault, bool)> {
        let inner = self.lock();
        let halted = inner.halted.as_ref()?;
        let caught = matches!(halted.landed, Landed::Error(true));
        halted.fault.clone().map(|fault| (fault, caught))
    }
    /// Looks at the scripts that halt.
    pub fn look<T>(&self, look: impl FnOnce(&StackView<'_>) -> T) -> Option<T> {
        let inner = self.lock();
        let halted = inner.halted.as_ref()?;
        let machines = halted.machines.iter().map(|machine| (machine, &**self.code())).collect();
        Some(look(&StackView::new(machines)))
    }
    /// Changes a variable of the script that halts.
    pub fn set(&self, reference: &Reference, data: &Data) -> Result<(), Fault> {
        let other = |text| Fault::new(TrapCode::BadControl, text);
        let mut inner = self.lock();
        let halted = inner.halted.as_mut().ok_or_else(|| other("no script halts"))?;
        if halted.waiting {
            return Err(other("while the script waits for an answer, nothing can be changed"));
        }
        let (top, below) = halted.machines.split_last_mut().ok_or_else(|| other("no script"))?;
        let before = below.iter().map(Machine::call_count).sum();
        put(top, before, reference, data)
    }
    /// Lets the script that halts go on at another line of its procedure. Whether it has one.
    pub fn go_to_line(&self, line: u32) -> bool {
        let mut inner = self.lock();
        let halted = inner.halted.as_mut().filter(|halted| !halted.waiting);
        halted.and_then(|h| h.machines.last_mut()).is_some_and(|m| m.go_to_line(line))
    }
    /// Lets a call of the script that halts begin anew, and runs to its first statement; calls are
    /// counted from the outermost of all scripts. What it did outside is not undone.
    pub fn restart_call(&self, call: usize) -> Result<(), &'static str> {
        let mut inner = self.lock();
        let halted = inner.halted.as_mut().ok_or("no script halts here")?;
        if halted.waiting {
            return Err("while the script waits for an answer, no call can begin anew");
        }
        let (top, below) = halted.machines.split_last_mut().ok_or("no script halts here")?;
        let before: usize = below.iter().map(Machine::call_count).sum();
        let own = call.checked_sub(before);
        let own = own.ok_or("this call waits for the script above it, which has to end first")?;
        if top.calls(own, 1).first().is_none_or(|call| call.main) {
            return Err("a script begins anew with `restart`; here, a SUB or FUNCTION can");
        }
        if !top.restart_call(own) {
            return Err("the script stands in the middle of something; step on first");
        }
        halted.fault = None;
        drop(inner);
        self.go(Stride::Into);
        Ok(())
    }
    /// Shows scripts that wait for a person, until somebody lets them go on.
    pub fn show_waiting(&self, frames: &[Vec<u8>]) {
        let program = &self.code().program;
        let read =
            |bytes: &Vec<u8>| Machine::restore(program.clone(), bytes, self.limits.clone()).ok();
        let machines: Vec<Machine> = frames.iter().filter_map(read).collect();
        let landed = Landed::Interrupted;
        let mut inner = self.lock();
        if inner.halted.is_none() {
            inner.halted = Some(Halted { machines, landed, fault: None, waiting: true });
        }
    }
    /// Lets the script go on, until it has gone so far.
    pub fn go(&self, stride: Stride) {
        self.interrupt.store(false, Ordering::Relaxed);
        let mut inner = self.lock();
        let depth = |halted: &Halted| halted.machines.iter().map(Machine::depth).sum();
        inner.depth = inner.halted.as_ref().map_or(usize::MAX, depth);
        inner.stride = stride;
        let waiting = inner.halted.take_if(|halted| halted.waiting).is_some();
        if !waiting && inner.halted.is_some() {
            inner.going = true;
            self.go.notify_one();
        }
    }
    /// Halts before the next statement.
    pub fn interrupt(&self) {
        self.interrupt.store(true, Ordering::Relaxed);
    }
    /// Lets everything go on to its end; nothing halts any more.
    pub fn release(&self) {
        self.set_breakpoints(Breakpoints::default());
        self.go(Stride::Continue);
        if self.lock().asking {
            let _ = self.answer.send(Err(refused("this keyword")));
        }
    }
    /// Whether a keyword waits for an answer in place of its service.
    pub fn asks(&self) -> bool {
        self.lock().asking
    }
    /// Answers it.
    pub fn reply(&self, answer: Result<Data, Fault>) {
        // The keyword that asked may be gone with its conversation.
        let _ = self.answer.send(answer);
    }
    /// Whether what is recorded has been played to its end.
    pub fn is_free(&self) -> bool {
        self.lock().playback.as_ref().is_none_or(|playback| !playback.holds())
    }

    /// Halts until somebody lets the script go on.
    async fn halt(&self, halted: Halted) -> Machine {
        let landed = halted.landed;
        {
            let mut inner = self.lock();
            inner.halted = Some(halted);
            inner.going = false;
        }
        self.tell_messages();
        self.tell(LiveEvent::Halted(landed));
        loop {
            self.go.notified().await;
            let mut inner = self.lock();
            if std::mem::take(&mut inner.going)
                && let Some(machine) = inner.halted.take().and_then(|mut h| h.machines.pop())
            {
                return machine;
            }
        }
    }
    fn tell_messages(&self) {
        let messages = self.lock().breakpoints.messages();
        messages.into_iter().for_each(|message| self.tell(LiveEvent::Logged(message)));
    }
    fn restored(&self, below: &[Vec<u8>]) -> Vec<Machine> {
        let program = &self.code().program;
        let read =
            |bytes: &Vec<u8>| Machine::restore(program.clone(), bytes, self.limits.clone()).ok();
        below.iter().filter_map(read).collect()
    }
    async fn ask(&self, what: String) -> Result<Data, Fault> {
        self.lock().asking = true;
        self.tell(LiveEvent::Asks(what.clone()));
        let mut answers = self.answers.lock().await;
        let answer = answers.recv().await.unwrap_or_else(|| Err(refused(&what)));
        self.lock().asking = false;
        answer
    }
}

#[async_trait]
impl Driver for Live {
    async fn run(&self, run: Run) -> (Machine, Outcome) {
        let Run { mut machine, program, below, fuel } = run;
        if !self.is_free() || !Arc::ptr_eq(&program, &self.code().program) {
            let outcome = machine.run(fuel);
            return (machine, outcome);
        }
        let mut below = self.restored(&below);
        loop {
            let depth = below.iter().map(Machine::depth).sum();
            let mut watch = Watch { live: self, below: depth, landed: None, fault: None };
            let watched = machine.run_watched(fuel, &mut watch);
            let (landed, fault) = (watch.landed, watch.fault);
            self.tell_messages();
            match (watched, landed) {
                (Watched::Stopped(outcome), _) => {
                    // Whoever debugs gets a chance to interrupt.
                    tokio::task::yield_now().await;
                    return (machine, outcome);
                }
                (Watched::Halted, Some(landed)) => {
                    let mut machines = std::mem::take(&mut below);
                    machines.push(machine);
                    let halted = Halted { machines, landed, fault, waiting: false };
                    machine = self.halt_and_keep(halted, &mut below).await;
                }
                (Watched::Halted, None) => return (machine, Outcome::OutOfFuelSlice),
            }
        }
    }
    fn said(&self, item: &str) {
        self.tell(LiveEvent::Said(item.to_string()));
    }
    fn recorded(&self, step: &Step) {
        let mut inner = self.lock();
        let Some(playback) = &mut inner.playback else { return };
        let before = playback.difference().is_some();
        playback.recorded(step);
        if let (false, Some(text)) = (before, playback.difference()) {
            let text = text.to_string();
            drop(inner);
            self.tell(LiveEvent::Differs(text));
        }
    }
    fn now(&self) -> Option<i64> {
        let inner = self.lock();
        inner.playback.as_ref().map(Playback::now)
    }
    fn seed(&self) -> Option<u64> {
        self.lock().playback.as_ref().and_then(Playback::seed)
    }
    async fn answer(&self, call: &HostCall, args: &[Data]) -> Option<Result<Data, Fault>> {
        let (answer, outside) = {
            let mut inner = self.lock();
            let outside = inner.outside;
            (inner.playback.as_mut()?.answer(call, args)?, outside)
        };
        match (answer, outside) {
            (Ok(answer), _) => Some(answer),
            (Err(_), Outside::Allow) => None,
            (Err(_), Outside::Refuse) => Some(Err(refused(call.words()))),
            (Err(what), Outside::Ask) => Some(self.ask(what).await),
        }
    }
    fn amend(
        &self,
        words: &str,
        args: &[Data],
        answer: &Result<Data, Fault>,
    ) -> Option<Result<Data, Fault>> {
        self.lock().playback.as_ref().and_then(|playback| playback.amend(words, args, answer))
    }
    fn has_model(&self) -> Option<bool> {
        let inner = self.lock();
        inner.playback.as_ref().filter(|playback| playback.has_model()).map(|_| true)
    }
    async fn chat(&self, _: &ChatRequest) -> Option<Result<ChatAnswer, ModelError>> {
        let (answer, outside) = {
            let mut inner = self.lock();
            let outside = inner.outside;
            (inner.playback.as_mut()?.model_answer(), outside)
        };
        let refused = || ModelError::Unavailable("models are not asked here".into());
        match (answer, outside) {
            (Some(answer), _) => Some(Ok(answer)),
            (None, Outside::Allow) => None,
            (None, Outside::Refuse) => Some(Err(refused())),
            (None, Outside::Ask) => {
                let answer = self.ask("the answer of the language model".into()).await;
                let text = answer.map(|data| basilect_stdlib::pure::text::display_data(&data));
                let answer = |text| ChatAnswer { text, ..ChatAnswer::default() };
                Some(text.map(answer).map_err(|_| refused()))
            }
        }
    }
}

impl Live {
    /// Halts, and keeps the scripts below for the next time.
    async fn halt_and_keep(&self, halted: Halted, below: &mut Vec<Machine>) -> Machine {
        let copies = halted.machines.split_last().map_or(&[][..], |(_, below)| below);
        let kept: Vec<Vec<u8>> = copies.iter().map(Machine::snapshot).collect();
        let machine = self.halt(halted).await;
        *below = self.restored(&kept);
        machine
    }
    /// What an expression gives in a call of the scripts that halt.
    pub fn evaluate(&self, frame: usize, text: &str) -> Result<Data, String> {
        self.look(|stack| stack.evaluate(frame, text, &DebugLimits::DEFAULT))
            .unwrap_or_else(|| Err("no script halts here".into()))
    }
}

/// Decides where a script halts.
struct Watch<'a> {
    live: &'a Live,
    below: usize,
    landed: Option<Landed>,
    fault: Option<Fault>,
}

impl Watcher for Watch<'_> {
    fn statement(&mut self, machine: &Machine) -> bool {
        let inner = self.live.lock();
        let depth = self.below + machine.depth();
        self.landed = if inner.breakpoints.halts(machine, self.live.code(), false) {
            Some(Landed::Breakpoint)
        } else if fits(inner.stride, depth, inner.depth) {
            Some(Landed::Step)
        } else if self.live.interrupt.load(Ordering::Relaxed) {
            Some(Landed::Interrupted)
        } else {
            None
        };
        self.landed.is_some()
    }
    fn error(&mut self, _: &Machine, fault: &Fault, caught: bool) -> bool {
        let halts = self.live.lock().breakpoints.halts_at_error(caught);
        self.landed = halts.then_some(Landed::Error(caught));
        self.fault = halts.then(|| fault.clone());
        halts
    }
}
