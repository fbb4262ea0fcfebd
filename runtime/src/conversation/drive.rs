//! Running what is on top: a script, a model's answer, or the asking of PARAMs.

use basilect_compiler::diagnostics::codes;
use basilect_stdlib::keyword::{Effect, Keyword};
use basilect_stdlib::pure::Env;
use basilect_stdlib::{Data, Fault, HostCall, TrapCode};
use basilect_vm::{Machine, Outcome, Trap};
use indexmap::IndexMap;

use super::event::Step;
use super::items;
use super::state::{Frame, ScriptFrame, State, Suggestion, Waiting};
use super::turn::Turn;
use crate::bots::{Bot, script_key};
use crate::error::{Error, Result};

/// How many scripts, forms and model answers may be on top of one another.
const FRAMES_MAX: usize = 16;

/// What the host did with a keyword.
pub(crate) enum Served {
    /// The keyword is done; the machine goes on with this answer.
    Answer(std::result::Result<Data, Fault>),
    /// The conversation waits; the answer comes with a later event.
    Wait(Waiting),
}

impl Served {
    /// Done, without a result.
    pub(crate) fn nothing() -> Served {
        Served::Answer(Ok(Data::Null))
    }
    /// Done, with a result.
    pub(crate) fn value(data: Data) -> Served {
        Served::Answer(Ok(data))
    }
    /// The script made a mistake that it may catch.
    pub(crate) fn fault(code: TrapCode, message: impl Into<String>) -> Served {
        Served::Answer(Err(Fault::new(code, message)))
    }
}

/// Whether the conversation can go on now.
enum Flow {
    Continue,
    Wait,
}

impl Turn<'_> {
    /// Runs until nothing is left to run or the conversation waits.
    pub(super) async fn drive(&mut self) -> Result<()> {
        loop {
            if !matches!(self.state.waiting, Waiting::Nothing) {
                return Ok(());
            }
            match self.state.frames.last() {
                None => return Ok(()),
                Some(Frame::Script(_)) => {
                    if let Flow::Wait = self.run_machine().await? {
                        return Ok(());
                    }
                }
                Some(Frame::Model(_)) => self.model_step().await?,
                Some(Frame::Form(_)) => self.form_step()?,
            }
        }
    }

    /// Begins a script on top of what runs.
    pub(super) fn push_script(
        &mut self,
        script: &str,
        inputs: IndexMap<String, Data>,
    ) -> Result<()> {
        if self.state.frames.len() >= FRAMES_MAX {
            self.tell_error("too many scripts are running inside one another");
            return Ok(());
        }
        self.suspend_top()?;
        let driven = self.driver().and_then(|driver| driver.seed());
        let seed = driven.unwrap_or_else(|| self.services().clock.seed());
        let env = Env::new(self.now(), self.bot.settings.zone(), seed);
        let inputs = self.bot.settings.with_params(inputs);
        self.record(Step::Begin {
            script: script.to_string(),
            program: self.bot.hash.clone(),
            inputs: inputs.clone(),
            zone: env.zone.to_string(),
            seed: env.random,
            now: env.now_ms,
        });
        let limits = self.services().limits.clone();
        let machine = Machine::new(self.bot.program.clone(), script, limits, env)
            .and_then(|mut machine| set_inputs(&mut machine, &inputs).map(|()| machine))
            .map_err(|fault| Error::Bug(format!("{script}: {fault}")))?;
        self.machine = Some(machine);
        let frame = ScriptFrame { script: script.to_string(), ..ScriptFrame::default() };
        self.state.frames.push(Frame::Script(frame));
        Ok(())
    }

    /// Writes down the script on top, and the question that it waits with, before another begins.
    pub(super) fn suspend_top(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.state.waiting);
        let machine = self.machine.take();
        if let Some(Frame::Script(frame)) = self.state.frames.last_mut() {
            if let Some(machine) = machine {
                frame.machine = machine.snapshot();
            }
            if let Waiting::Answer(question) = waiting {
                frame.question = Some(question);
            }
        }
        Ok(())
    }

    /// Takes away the script on top; what it lay on goes on waiting for its answer.
    fn pop_script(&mut self) -> Option<ScriptFrame> {
        self.machine = None;
        let popped = self.state.frames.pop();
        if let Some(Frame::Script(below)) = self.state.frames.last_mut()
            && let Some(question) = below.question.take()
        {
            self.state.waiting = Waiting::Answer(question);
        }
        match popped {
            Some(Frame::Script(frame)) => Some(frame),
            _ => None,
        }
    }

    /// The machine of the script on top, read back from its frame when it is not in memory.
    pub(super) fn top_machine(&mut self) -> Result<&mut Machine> {
        if self.machine.is_none() {
            let Some(Frame::Script(frame)) = self.state.frames.last() else {
                return Err(Error::Bug("no script is running".into()));
            };
            let (program, limits) = (self.bot.program.clone(), self.services().limits.clone());
            let mut machine = Machine::restore(program, &frame.machine, limits)
                .map_err(|e| Error::Bug(format!("unreadable snapshot: {e}")))?;
            machine.begin_turn();
            self.machine = Some(machine);
        }
        self.machine.as_mut().ok_or_else(|| Error::Bug("no machine".into()))
    }

    /// Answers the keyword that the machine on top waits with, and records it.
    pub(super) fn answer_machine(
        &mut self,
        answer: std::result::Result<Data, Fault>,
    ) -> Result<()> {
        let (now, repeated) = (self.now(), std::mem::take(&mut self.again));
        let machine = self.top_machine()?;
        let (words, args) = match machine.pending() {
            Some(pending) => (pending.words.to_string(), pending.args.to_vec()),
            None => return Err(Error::Bug("an answer that nothing waits for".into())),
        };
        machine.set_now(now);
        let step = Step::Call { words, args, answer: answer.clone(), now, repeated };
        machine.resume(answer).map_err(|fault| Error::Bug(fault.to_string()))?;
        self.record(step);
        Ok(())
    }

    async fn run_machine(&mut self) -> Result<Flow> {
        if self.again {
            return self.serve_again().await;
        }
        let outcome = self.run_slice().await?;
        match outcome {
            Outcome::Host(call) => self.serve_call(call).await,
            Outcome::Done(value) => self.script_done(value),
            Outcome::Trap(trap) => self.script_failed(trap),
            Outcome::OutOfFuelSlice => self.next_slice().await,
        }
    }

    /// After a crash in the middle of a keyword: the same keyword once more.
    async fn serve_again(&mut self) -> Result<Flow> {
        let pending = self.top_machine()?.pending();
        let call = match pending {
            Some(pending) => pending.call(),
            None => {
                self.again = false;
                return Ok(Flow::Continue);
            }
        };
        let call = call.map_err(|fault| Error::Bug(fault.to_string()))?;
        self.serve_call(call).await
    }

    /// What a script is told that keeps too much to wait with.
    fn too_large_to_wait(&mut self, call: &HostCall) -> Result<Option<Fault>> {
        let suspends = |keyword: &Keyword| keyword.effect == Effect::Suspend;
        let limit = self.services().limits.snapshot_bytes;
        let machine = self.top_machine()?;
        if machine.heap_bytes() <= limit
            || !basilect_stdlib::words::lookup(call.words()).is_some_and(suspends)
            || machine.snapshot().len() <= limit
        {
            return Ok(None);
        }
        let text = format!(
            "the conversation keeps too much to wait with at {}: {limit} bytes are allowed; set \
             large lists and texts to NULL when they are no longer needed",
            call.words()
        );
        Ok(Some(Fault::new(TrapCode::LimitReached, text)))
    }

    async fn serve_call(&mut self, call: HostCall) -> Result<Flow> {
        if let Some(fault) = self.too_large_to_wait(&call)? {
            self.answer_machine(Err(fault))?;
            return Ok(Flow::Continue);
        }
        match self.serve_or_be_driven(call).await? {
            Served::Answer(answer) => {
                self.answer_machine(answer)?;
                Ok(Flow::Continue)
            }
            Served::Wait(waiting) => {
                self.again = false;
                self.state.waiting = waiting;
                Ok(Flow::Wait)
            }
        }
    }

    async fn serve_or_be_driven(&mut self, call: HostCall) -> Result<Served> {
        let Some(driver) = self.driver() else { return self.serve(call).await };
        let args = self.top_machine()?.pending().map(|p| p.args.clone()).unwrap_or_default();
        if let Some(answer) = driver.answer(&call, &args).await {
            return Ok(Served::Answer(answer));
        }
        let words = call.words();
        match self.serve(call).await? {
            Served::Answer(answer) => {
                let amended = driver.amend(words, &args, &answer);
                Ok(Served::Answer(amended.unwrap_or(answer)))
            }
            waits => Ok(waits),
        }
    }

    /// Lets others run. Rows written so far are committed, so that a long computation holds no
    /// transaction open.
    async fn next_slice(&mut self) -> Result<Flow> {
        if self.transaction.is_some() || self.shown_while_running() {
            self.checkpoint().await?;
        }
        self.wait_for_place().await;
        Ok(Flow::Continue)
    }

    /// Whoever runs a program at a terminal sees what it says while it goes on.
    fn shown_while_running(&self) -> bool {
        self.row.channel == "terminal" && !self.out.items.is_empty()
    }

    fn script_done(&mut self, value: Data) -> Result<Flow> {
        self.record(Step::Done { value: value.clone() });
        let popped = self.pop_script();
        let said = popped.map(|frame| frame.said).unwrap_or_default();
        match self.state.frames.last() {
            Some(Frame::Model(_)) => self.tool_answered(tool_answer(&value, said)),
            Some(_) => {}
            None => self.push_item(items::end()),
        }
        Ok(Flow::Continue)
    }

    fn script_failed(&mut self, trap: Trap) -> Result<Flow> {
        tracing::warn!(
            conversation = %self.row.id, bot = %self.bot.name, trace = %self.trace,
            script = %trap.script, line = trap.line, code = ?trap.code, message = %trap.message,
            "a script failed"
        );
        self.record(Step::Failed {
            message: trap.message.clone(),
            script: trap.script.clone(),
            line: trap.line,
            code: Some(trap.code),
        });
        if let Some(unsaid) = &trap.unsaid {
            self.say_verbatim(unsaid);
        }
        self.pop_script();
        let code = codes::of_trap(trap.code);
        let place = format!("{}:{}: {code} {}", trap.script, trap.line, trap.message);
        match self.state.frames.last() {
            Some(Frame::Model(_)) => self.tool_answered(format!("The tool failed: {place}")),
            _ => self.tell_script_error(&place),
        }
        Ok(Flow::Continue)
    }

    /// The author, at a terminal, sees the place; other people see a reference to quote.
    fn tell_script_error(&mut self, place: &str) {
        match self.row.channel.as_str() {
            "terminal" => self.tell_error(place),
            _ => self.tell_error("Something went wrong in this bot. Please try again."),
        }
    }

    pub(super) fn tell_error(&mut self, text: &str) {
        let trace = self.trace.clone();
        self.push_item(items::error(text, &trace));
    }

    /// Shows the suggestions when they have changed.
    pub(super) fn show_suggestions(&mut self) {
        if std::mem::take(&mut self.state.suggestions_changed) {
            self.push_item(items::suggestions(&self.state.suggestions.clone()));
        }
    }

    /// A script that an event names: a button, a schedule, a webhook.
    pub(super) fn run_script_of_event(
        &mut self,
        script: &str,
        inputs: IndexMap<String, Data>,
    ) -> Result<()> {
        match self.bot.script(script).map(str::to_string) {
            Some(script) => self.begin_form(&script, inputs),
            None => {
                self.tell_error(&format!("There is no script {script}."));
                Ok(())
            }
        }
    }

    /// The suggestion that says `text` by running a script.
    pub(super) fn suggested_tool(&self, text: &str) -> Option<String> {
        suggested_tool(&self.state, text)
    }
}

fn suggested_tool(state: &State, text: &str) -> Option<String> {
    let fits = |s: &&Suggestion| s.say.eq_ignore_ascii_case(text.trim());
    state.suggestions.iter().find(fits).and_then(|s| s.tool.clone())
}

fn set_inputs(
    machine: &mut Machine,
    inputs: &IndexMap<String, Data>,
) -> std::result::Result<(), Fault> {
    for (name, value) in inputs {
        machine.set_input(name, value)?;
    }
    Ok(())
}

/// What a model learns of a tool: its value, or else what it said.
fn tool_answer(value: &Data, said: String) -> String {
    match value {
        Data::Null if !said.is_empty() => said,
        Data::Null => "done".into(),
        value => basilect_stdlib::pure::text::display_data(value),
    }
}

/// The tool that a message names exactly.
pub(super) fn tool_named(bot: &Bot, text: &str) -> Option<String> {
    let wanted = script_key(text);
    bot.tools().find(|tool| script_key(&tool.name) == wanted).map(|tool| tool.name.clone())
}
