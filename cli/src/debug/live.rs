//! A conversation that runs here, in a session: the debug console is where its person types.

use std::collections::VecDeque;
use std::sync::Arc;

use anyhow::Context;
use basilect_compiler::package::Package;
use basilect_runtime::conversation::state::{Frame, Question, State, Waiting};
use basilect_runtime::conversation::{Event, Say, Step};
use basilect_runtime::debug::live::{Live, LiveEvent};
use basilect_runtime::debug::playback::{Outside, Playback};
use basilect_runtime::debug::{Code, Codes, Stride};
use basilect_runtime::llm::Endpoint;
use basilect_runtime::local::Local;
use basilect_runtime::ports::clock::{Clock, SimulatedClock, SystemClock};
use basilect_runtime::transcript::{Act, Transcript};
use basilect_stdlib::{Data, Fault, Limits};
use serde_json::Value;
use tokio::sync::mpsc;

use super::target::Happened;
use crate::author::author_limits;

/// How a conversation begins.
pub struct Begin {
    /// The bot.
    pub package: Package,
    /// The script to run instead of the start script.
    pub script: Option<String>,
    /// A test whose person speaks here.
    pub transcript: Option<Transcript>,
    /// The model of bots that configure none.
    pub model: Option<Endpoint>,
    /// Whether to halt at the first statement.
    pub stop_on_entry: bool,
}

/// Where a recorded conversation goes on in another way.
pub struct Fork {
    /// Its package there.
    pub package: Package,
    /// All its steps.
    pub steps: Vec<Step>,
    /// The step from which on it goes another way.
    pub until: usize,
    /// What the person says instead.
    pub says: Option<String>,
    /// What a keyword is answered instead.
    pub answer: Option<Result<Data, Fault>>,
    /// What keywords get that reach outside.
    pub outside: Outside,
    /// The model of bots that configure none.
    pub model: Option<Endpoint>,
}

/// Something that can be chosen by its number.
struct Choice {
    say: String,
    tool: Option<String>,
}

/// See the module.
pub struct LiveTarget {
    /// The driver.
    pub live: Arc<Live>,
    local: Local,
    id: String,
    events: mpsc::UnboundedReceiver<LiveEvent>,
    first: Option<Event>,
    /// What the person of a test still does.
    acts: VecDeque<Act>,
    clock: Option<Arc<SimulatedClock>>,
    /// Whether the end of the script is the end of the session.
    once: bool,
    running: bool,
    wake_at: Option<i64>,
    said: u32,
    choices: Vec<Choice>,
    failed: bool,
    /// What happened and was not told yet.
    pending: VecDeque<LiveEvent>,
}

impl LiveTarget {
    /// A conversation that has not begun.
    pub async fn new(begin: Begin) -> anyhow::Result<LiveTarget> {
        let Begin { mut package, script, transcript, model, stop_on_entry } = begin;
        let (mut acts, mut sim, mut once) = (VecDeque::new(), None, script.is_some());
        let mut first = match script {
            Some(script) => Event::Run { script, inputs: Default::default() },
            None => Event::Start,
        };
        if let Some(transcript) = transcript {
            if let Some(zone) = &transcript.zone {
                package.manifest.settings.insert("time-zone".into(), zone.clone());
            }
            if let Some(script) = transcript.script {
                first = Event::Run { script, inputs: Default::default() };
            }
            sim = Some(SimulatedClock::new(transcript.now_ms, transcript.seed));
            acts = transcript.steps.into_iter().map(|(_, step)| step).collect();
            once = true;
        }
        let limits = if sim.is_some() { Limits::DEFAULT } else { author_limits() };
        let clock: Arc<dyn Clock> = match &sim {
            Some(sim) => sim.clone(),
            None => Arc::new(SystemClock),
        };
        let (live, events) = Live::new(limits.clone(), None, Outside::Allow);
        if stop_on_entry {
            live.go(Stride::Into);
        }
        let known = package.clone();
        let local = Local::driven(package, clock, model, limits, live.clone()).await?;
        live.set_code(Arc::new(code_of(&local, known)?));
        let opened = local.conversations.open_silently(&local.bot, "terminal", None).await?;
        Ok(LiveTarget {
            live,
            local,
            id: opened.conversation,
            events,
            first: Some(first),
            acts,
            clock: sim,
            once,
            running: false,
            wake_at: None,
            said: 0,
            choices: Vec::new(),
            failed: false,
            pending: VecDeque::new(),
        })
    }

    /// A recorded conversation that goes on here in another way. What came before is played.
    pub async fn fork(fork: Fork) -> anyhow::Result<LiveTarget> {
        let Fork { package, steps, until, says, answer, outside, model } = fork;
        let limits = Limits::DEFAULT;
        let playback = Playback::new(steps.clone(), until, answer);
        let (live, events) = Live::new(limits.clone(), Some(playback), outside);
        if says.is_none() {
            live.go(Stride::Into);
        }
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let known = package.clone();
        let local = Local::driven(package, clock, model, limits, live.clone()).await?;
        live.set_code(Arc::new(code_of(&local, known)?));
        let opened = local.conversations.open_silently(&local.bot, "terminal", None).await?;
        let mut target = LiveTarget {
            live,
            local,
            id: opened.conversation,
            events,
            first: None,
            acts: VecDeque::new(),
            clock: None,
            once: false,
            running: true,
            wake_at: None,
            said: 0,
            choices: Vec::new(),
            failed: false,
            pending: VecDeque::new(),
        };
        target.play(steps.get(..until).unwrap_or(&[]), says.is_some()).await?;
        if let Some(text) = says {
            target.live.go(Stride::Into);
            target.say(&text).await?;
        }
        Ok(target)
    }
    /// Lets happen again what happened. The last of it goes on by itself, unless it has to come to
    /// its `end` as well.
    async fn play(&mut self, steps: &[Step], end: bool) -> anyhow::Result<()> {
        let of_event = |step: &Step| match step {
            Step::Event { event, .. } => Some(event.clone()),
            _ => None,
        };
        let happened: Vec<Event> = steps.iter().filter_map(of_event).collect();
        let count = happened.len();
        for (number, event) in happened.into_iter().enumerate() {
            self.post(event).await?;
            let last = number + 1 == count && !end;
            while self.local.conversations.working() > 0 && !(last && self.live.is_free()) {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
            self.pass_over()?;
        }
        Ok(())
    }
    /// What was said before is not said again.
    fn pass_over(&mut self) -> anyhow::Result<()> {
        while let Ok(event) = self.events.try_recv() {
            match event {
                LiveEvent::Differs(text) => {
                    anyhow::bail!("the conversation cannot be played up to here: {text}")
                }
                LiveEvent::Said(item) => drop(self.offered(&item)),
                event => self.pending.push_back(event),
            }
        }
        Ok(())
    }

    /// The packages.
    pub fn codes(&self) -> Codes {
        Codes::of_code(self.live.code().clone())
    }
    /// Begins.
    pub async fn start(&mut self) -> anyhow::Result<()> {
        match self.first.take() {
            Some(event) => self.post(event).await,
            None => Ok(()),
        }
    }
    async fn post(&mut self, event: Event) -> anyhow::Result<()> {
        self.said += 1;
        let native_id = format!("debug:{}", self.said);
        let conversations = &self.local.conversations;
        match event {
            Event::Say { text, files } => {
                let say = Say { id: native_id, text, files, tool: None };
                conversations.say(&self.id, say).await?;
            }
            Event::Timer { at } => conversations.post_timer(&self.id, at).await?,
            event => {
                conversations.post(&self.id, &native_id, &event, None).await?;
            }
        }
        self.running = true;
        Ok(())
    }
    /// The person says something, or chooses by a number.
    pub async fn say(&mut self, typed: &str) -> anyhow::Result<()> {
        let state = self.local.state(&self.id).await?;
        let number = typed.trim().parse::<usize>().ok().filter(|_| !numbers_are_answers(&state));
        let choice = number.and_then(|number| self.choices.get(number.checked_sub(1)?));
        let (text, tool) = match choice {
            Some(choice) => (choice.say.clone(), choice.tool.clone()),
            None => (typed.to_string(), None),
        };
        self.said += 1;
        let say = Say { id: format!("debug:{}", self.said), text, tool, ..Say::default() };
        self.local.conversations.say(&self.id, say).await?;
        self.choices.clear();
        self.running = true;
        Ok(())
    }
    /// Halts; at once where the conversation waits for its person.
    pub async fn pause(&mut self) -> Result<bool, String> {
        if self.running {
            self.live.interrupt();
            return Ok(false);
        }
        let state = self.local.state(&self.id).await.map_err(|error| error.to_string())?;
        let machine = |frame: &Frame| match frame {
            Frame::Script(script) => Some(script.machine.clone()),
            Frame::Model(_) | Frame::Form(_) => None,
        };
        let frames: Vec<Vec<u8>> = state.frames.iter().filter_map(machine).collect();
        if frames.is_empty() {
            return Err("no script runs now; say something in the debug console".into());
        }
        self.live.show_waiting(&frames);
        Ok(true)
    }

    /// The next thing that happens.
    pub async fn next(&mut self) -> Vec<Happened> {
        if let Some(event) = self.pending.pop_front() {
            return self.event(event);
        }
        let clock = self.local.conversations.services().clock.clone();
        let (wake_at, waits) = (self.wake_at.unwrap_or(i64::MAX), self.wake_at.is_some());
        let settles = self.running && !self.live.is_halted() && !self.live.asks();
        tokio::select! {
            biased;
            Some(event) = self.events.recv() => self.event(event),
            () = self.local.conversations.settle(), if settles => {
                let settled = self.settled().await;
                settled.unwrap_or_else(|error| vec![Happened::Output("stderr", error.to_string())])
            }
            () = clock.sleep_until(wake_at), if waits => {
                self.wake_at = None;
                match self.post(Event::Timer { at: wake_at }).await {
                    Ok(()) => Vec::new(),
                    Err(error) => vec![Happened::Output("stderr", error.to_string())],
                }
            }
        }
    }
    fn event(&mut self, event: LiveEvent) -> Vec<Happened> {
        match event {
            LiveEvent::Halted(landed) => vec![Happened::Halted(landed)],
            LiveEvent::Said(item) => self.item(&item),
            LiveEvent::Logged(text) => vec![Happened::Output("console", text)],
            LiveEvent::Asks(what) => vec![Happened::Output(
                "console",
                format!(
                    "{what} reaches outside and is not carried out. Type what it shall answer (a \
                     value such as NULL, 3 or \"text\"), or ERROR and a message:"
                ),
            )],
            LiveEvent::Differs(text) => vec![Happened::Output(
                "stderr",
                format!("the conversation goes another way than it did: {text}"),
            )],
        }
    }
    fn item(&mut self, item: &str) -> Vec<Happened> {
        let offered = self.offered(item);
        let item: Value = serde_json::from_str(item).unwrap_or_default();
        let text = |field: &str| item[field].as_str().unwrap_or_default().to_string();
        let shown = match item["kind"].as_str().unwrap_or_default() {
            "text" => Some(("stdout", text("text"))),
            "image" | "audio" | "video" | "file" => {
                let caption = item["caption"].as_str().map(|caption| format!("{caption}\n"));
                let caption = caption.unwrap_or_default();
                Some(("stdout", format!("{caption}{} {}", text("name"), text("url"))))
            }
            "error" => {
                self.failed = true;
                Some(("stderr", text("text")))
            }
            _ => None,
        };
        shown.into_iter().chain(offered).map(|(kind, text)| Happened::Output(kind, text)).collect()
    }
    /// What can be chosen now, if the item says so.
    fn offered(&mut self, item: &str) -> Option<(&'static str, String)> {
        let item: Value = serde_json::from_str(item).unwrap_or_default();
        let options = item["options"].as_array().filter(|options| !options.is_empty())?;
        let text =
            |option: &Value, field: &str| option[field].as_str().unwrap_or_default().to_string();
        let choice = |option: &Value| Choice {
            say: text(option, "say"),
            tool: option["tool"].as_str().map(str::to_string),
        };
        self.choices = options.iter().map(choice).collect();
        let lines = options.iter().enumerate();
        let lines = lines.map(|(at, option)| format!("  {}. {}", at + 1, text(option, "text")));
        Some(("console", lines.collect::<Vec<_>>().join("\n")))
    }

    /// Nothing goes on by itself any more.
    async fn settled(&mut self) -> anyhow::Result<Vec<Happened>> {
        self.running = false;
        let state = self.local.state(&self.id).await?;
        if let Waiting::Until(at) = state.waiting {
            match &self.clock {
                Some(clock) => {
                    clock.advance((at - clock.now_ms()).max(0));
                    self.post(Event::Timer { at }).await?;
                }
                None => self.wake_at = Some(at),
            }
            return Ok(Vec::new());
        }
        if let Some(happened) = self.act().await? {
            return Ok(happened);
        }
        let over = state.idle() && self.once;
        Ok(match (&state.waiting, over) {
            (_, true) => vec![Happened::Over(i64::from(self.failed) * 2)],
            (Waiting::Answer(question), _) => vec![Happened::Output("console", asked(question))],
            _ => vec![Happened::Output(
                "console",
                "no script runs now; what you type here is said to the bot".into(),
            )],
        })
    }
    /// What the person of a test does next; nothing where there is no more.
    async fn act(&mut self) -> anyhow::Result<Option<Vec<Happened>>> {
        while let Some(act) = self.acts.pop_front() {
            match act {
                Act::Person(text) => {
                    self.say_as_written(&text).await?;
                    return Ok(Some(vec![Happened::Output("stdout", format!("> {text}"))]));
                }
                Act::Tool(script, inputs) => {
                    let shown = format!("> tool {script}");
                    self.post(Event::Run { script, inputs }).await?;
                    return Ok(Some(vec![Happened::Output("stdout", shown)]));
                }
                Act::Advance(ms) => {
                    if let Some(clock) = &self.clock {
                        clock.advance(ms);
                    }
                }
                _ => {}
            }
        }
        Ok(None)
    }
    async fn say_as_written(&mut self, text: &str) -> anyhow::Result<()> {
        self.choices.clear();
        self.post(Event::Say { text: text.to_string(), files: Vec::new() }).await
    }
}

/// What is known of the bot that is deployed.
fn code_of(local: &Local, package: Package) -> anyhow::Result<Code> {
    let bot = local.conversations.services().bots.current(&local.bot);
    let bot = bot.context("the bot is not deployed")?;
    Ok(Code::of_program(bot.program.clone(), package))
}

fn asked(question: &Question) -> String {
    let kind = match question.kind.as_str() {
        "" => "an answer".to_string(),
        kind => format!("an answer ({})", kind.to_lowercase()),
    };
    format!("the bot waits for {kind}: type it here")
}

/// Whether a number typed now is an answer, and not the number of a choice.
fn numbers_are_answers(state: &State) -> bool {
    let Waiting::Answer(question) = &state.waiting else { return false };
    !matches!(question.kind.as_str(), "" | "MENU" | "BOOLEAN")
}
