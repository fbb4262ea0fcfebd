//! A recorded conversation that becomes a live one: up to some step everything gets its recorded
//! answer, from there it goes on by itself.
//!
//! The turns run as they always do, so that what the conversation keeps (its log, buttons, tools,
//! contexts) is what it was. Keywords that concern the conversation alone are carried out, and get
//! their recorded answers on the way; all that reaches outside is answered and never carried out.

use std::time::Instant;

use basilect_stdlib::keyword::{Effect, Keyword};
use basilect_stdlib::words::{chat, http, knowledge, models, observe, schedule};
use basilect_stdlib::{Data, Fault, HostCall, TrapCode};
use serde_json::{Value, json};

use super::player::alike;
use crate::bots::script_key;
use crate::conversation::Step;
use crate::ports::models::{ChatAnswer, ToolCall};

/// See the module.
pub struct Playback {
    steps: Vec<Step>,
    /// Steps before this one are played as they are recorded.
    until: usize,
    /// The step that comes next.
    next: usize,
    /// What the call at `until` is answered.
    answer: Option<Result<Data, Fault>>,
    /// Recorded calls after `until` whose answers were given again.
    used: Vec<usize>,
    /// Where the conversation did not do what is recorded.
    difference: Option<String>,
    /// The time of the last step.
    now: i64,
    /// When the conversation began to go on by itself: time goes on from the recorded one.
    free_since: Option<Instant>,
}

/// What a keyword that reaches outside gets where nothing is recorded for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outside {
    /// Whoever debugs is asked for the answer.
    #[default]
    Ask,
    /// An error.
    Refuse,
    /// It is carried out.
    Allow,
}

impl Playback {
    /// Plays the steps before `until`; the call that is there gets `answer`, if one is given.
    pub fn new(steps: Vec<Step>, until: usize, answer: Option<Result<Data, Fault>>) -> Playback {
        // The answer of a model to a keyword is recorded before the keyword's own.
        let is_model = |at: &usize| matches!(steps.get(*at), Some(Step::Model { .. }));
        let until = (0..until).rev().take_while(is_model).last().unwrap_or(until);
        let mut playback = Playback {
            steps,
            until,
            next: 0,
            answer,
            used: Vec::new(),
            difference: None,
            now: 0,
            free_since: None,
        };
        playback.keep_time();
        playback
    }
    /// Whether everything that is to be played has been.
    pub fn is_over(&self) -> bool {
        self.next >= self.until
    }
    /// Whether there is still something to play, or an answer to give.
    pub fn holds(&self) -> bool {
        !self.is_over() || self.answer.is_some()
    }
    /// Where the conversation did not do what is recorded.
    pub fn difference(&self) -> Option<&str> {
        self.difference.as_deref()
    }
    /// The time at which the next step happened, while there is one to play; then it goes on.
    pub fn now(&self) -> i64 {
        let since = self.free_since.map_or(0, |since| since.elapsed().as_millis());
        self.now.saturating_add(i64::try_from(since).unwrap_or(i64::MAX))
    }
    /// The seed of the script that begins next.
    pub fn seed(&self) -> Option<u64> {
        match self.steps.get(self.next).filter(|_| !self.is_over()) {
            Some(Step::Begin { seed, .. }) => Some(*seed),
            _ => None,
        }
    }
    /// Whether a model has answered anywhere.
    pub fn has_model(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Model { .. }))
    }

    /// A step was made.
    pub fn recorded(&mut self, step: &Step) {
        if self.is_over() {
            return;
        }
        if !matches!(step, Step::Model { .. }) {
            self.skip_models();
        }
        match self.steps.get(self.next) {
            Some(recorded) if same(recorded, step) => {
                self.next += 1;
                self.keep_time();
            }
            recorded => {
                let recorded = recorded.map_or_else(|| "the end".into(), told);
                let text = format!("recorded is {recorded}, and now comes {}", told(step));
                self.difference.get_or_insert(text);
                self.until = self.next;
            }
        }
    }
    /// The answer of a model to a keyword is recorded before the keyword's own.
    fn skip_models(&mut self) {
        while self.next < self.until
            && matches!(self.steps.get(self.next), Some(Step::Model { .. }))
        {
            self.next += 1;
        }
    }
    fn keep_time(&mut self) {
        let later = self.steps.get(self.next..).unwrap_or(&[]).iter();
        let times = later.map(|step| match step {
            Step::Event { now, .. } | Step::Begin { now, .. } | Step::Call { now, .. } => {
                Some(*now)
            }
            _ => None,
        });
        if let Some(now) = times.take(2).flatten().next() {
            self.now = now;
        }
        if self.is_over() {
            self.free_since.get_or_insert_with(Instant::now);
        }
    }

    /// The recorded answer to a call that comes next.
    fn next_answer(&self, words: &str, args: &[Data]) -> Option<Result<Data, Fault>> {
        let mut rest = self.steps.get(self.next..self.until).unwrap_or(&[]).iter();
        let next = rest.find(|step| !matches!(step, Step::Model { .. }));
        match next {
            Some(Step::Call { words: w, args: a, answer, .. }) if w == words && alike(a, args) => {
                Some(answer.clone())
            }
            _ => None,
        }
    }
    /// What a keyword is answered instead of being carried out; none where it is to be carried
    /// out, and an error in a sentence where nothing is recorded for it.
    pub fn answer(
        &mut self,
        call: &HostCall,
        args: &[Data],
    ) -> Option<Result<Result<Data, Fault>, String>> {
        let words = call.words();
        if !self.is_over() {
            if is_own(call) {
                return None;
            }
            let recorded = self.next_answer(words, args);
            return Some(recorded.ok_or_else(|| format!("{words} is not what is recorded")));
        }
        if let Some(answer) = self.answer.take() {
            return Some(Ok(answer));
        }
        if is_own(call) {
            return None;
        }
        Some(self.later_answer(words, args).ok_or_else(|| told_call(words, args)))
    }
    /// What a keyword that was carried out is said to have answered.
    pub fn amend(
        &self,
        words: &str,
        args: &[Data],
        answer: &Result<Data, Fault>,
    ) -> Option<Result<Data, Fault>> {
        match self.is_over() {
            true if *answer == Ok(Data::Null) => self.known(words, args),
            true => None,
            false => self.next_answer(words, args),
        }
    }
    /// What a reading keyword was answered before: what the bot remembers of a person was written
    /// down in other conversations, too, and is not here.
    fn known(&self, words: &str, args: &[Data]) -> Option<Result<Data, Fault>> {
        let reads = |keyword: &Keyword| keyword.effect == Effect::Read;
        basilect_stdlib::words::lookup(words).filter(|keyword| reads(keyword))?;
        let before = self.steps.get(..self.until)?.iter().rev();
        let fits = |step: &&Step| match step {
            Step::Call { words: w, args: a, .. } => w == words && alike(a, args),
            _ => false,
        };
        match before.into_iter().find(fits)? {
            Step::Call { answer, .. } => Some(answer.clone()),
            _ => None,
        }
    }
    /// An answer that is recorded further on, and was not given yet.
    fn later_answer(&mut self, words: &str, args: &[Data]) -> Option<Result<Data, Fault>> {
        let all = self.steps.iter().enumerate();
        let fits = |(at, step): &(usize, &Step)| match step {
            Step::Call { words: w, args: a, .. } => {
                *at >= self.until && !self.used.contains(at) && w == words && alike(a, args)
            }
            _ => false,
        };
        let (at, step) = all.into_iter().find(fits)?;
        let Step::Call { answer, .. } = step else { return None };
        let answer = answer.clone();
        self.used.push(at);
        Some(answer)
    }
    /// What the model answered next; none where nothing is recorded.
    pub fn model_answer(&mut self) -> Option<ChatAnswer> {
        let start = if self.is_over() { self.until } else { self.next };
        let found = (start..self.steps.len()).find(|at| {
            matches!(self.steps.get(*at), Some(Step::Model { .. })) && !self.used.contains(at)
        })?;
        if self.is_over() {
            self.used.push(found);
        } else if found != self.next {
            return None;
        }
        let Some(Step::Model { model, text, tools, usage, .. }) = self.steps.get(found) else {
            return None;
        };
        let rest = self.steps.get(found + 1..).unwrap_or(&[]);
        let calls = tool_calls(tools, rest);
        let (model, text, usage) = (model.clone(), text.clone(), *usage);
        Some(ChatAnswer { text, tool_calls: calls, usage, model })
    }
}

/// The calls of tools with the arguments that their scripts began with.
fn tool_calls(tools: &[String], rest: &[Step]) -> Vec<ToolCall> {
    let mut depth = 0;
    let mut begins = Vec::new();
    for step in rest {
        match step {
            Step::Begin { script, inputs, .. } => {
                if depth == 0 {
                    begins.push((script_key(script), inputs));
                }
                depth += 1;
            }
            Step::Done { .. } | Step::Failed { .. } => depth -= 1,
            Step::Model { .. } if depth == 0 => break,
            _ => {}
        }
    }
    let mut begins = begins.into_iter().peekable();
    let call = |(number, name): (usize, &String)| {
        let found = begins.next_if(|(script, _)| *script == script_key(name));
        let arguments = found.map_or_else(
            || json!({}),
            |(_, inputs)| {
                let fields = inputs.iter().map(|(key, value)| {
                    (key.clone(), basilect_stdlib::pure::json::to_json(value, "UTC"))
                });
                Value::Object(fields.collect())
            },
        );
        ToolCall {
            id: format!("recorded-{number}"),
            name: name.clone(),
            arguments: arguments.to_string(),
        }
    };
    tools.iter().enumerate().map(call).collect()
}

/// Whether a keyword concerns its conversation alone: what it keeps and says here.
pub fn is_own(call: &HostCall) -> bool {
    match call {
        HostCall::Chat(call) => match call {
            chat::Call::TalkTo(_) | chat::Call::SendToSession(_) => false,
            chat::Call::SendMessage(send) => send.recipient.is_none(),
            chat::Call::SendFile(send) => send.recipient.is_none(),
            _ => true,
        },
        HostCall::Suggestions(_) | HostCall::Memory(_) | HostCall::Tools(_) => true,
        HostCall::Models(call) => matches!(call, models::Call::UseModel(_)),
        HostCall::Http(call) => match call {
            http::Call::SetHeader(_) | http::Call::ClearHeaders(_) => true,
            http::Call::Get(get) => !get.source.contains('/'),
            _ => false,
        },
        HostCall::Knowledge(call) => {
            matches!(call, knowledge::Call::UseKb(_) | knowledge::Call::ClearKb(_))
        }
        HostCall::Observe(call) => {
            matches!(call, observe::Call::Log(_) | observe::Call::LogActivity(_))
        }
        HostCall::Schedule(call) => matches!(call, schedule::Call::Wait(_)),
        _ => false,
    }
}

/// The error that a keyword gets which is not carried out.
pub fn refused(words: &str) -> Fault {
    let text = format!(
        "{words} reaches outside, nothing is recorded for it, and a conversation that goes on from \
         a recording carries nothing out"
    );
    Fault::new(TrapCode::Denied, text)
}

/// Whether the same happened.
fn same(recorded: &Step, step: &Step) -> bool {
    match (recorded, step) {
        (Step::Event { event: a, .. }, Step::Event { event: b, .. }) => a == b,
        (Step::Begin { script: a, .. }, Step::Begin { script: b, .. }) => a == b,
        (Step::Call { words: a, args: x, .. }, Step::Call { words: b, args: y, .. }) => {
            a == b && alike(x, y)
        }
        (Step::Done { .. }, Step::Done { .. }) | (Step::Model { .. }, Step::Model { .. }) => true,
        (Step::Failed { line: a, .. }, Step::Failed { line: b, .. }) => a == b,
        _ => false,
    }
}

/// A step in a few words.
fn told(step: &Step) -> String {
    match step {
        Step::Event { .. } => "a new turn".into(),
        Step::Begin { script, .. } => format!("the start of {script}"),
        Step::Call { words, args, .. } => told_call(words, args),
        Step::Done { .. } => "the end of a script".into(),
        Step::Failed { line, .. } => format!("an error in line {line}"),
        Step::Model { .. } => "the answer of a model".into(),
    }
}

fn told_call(words: &str, args: &[Data]) -> String {
    super::player::keyword(words, args)
}
