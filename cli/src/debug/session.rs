//! A session with an editor: requests come in, answers and events go out.

use std::io::BufRead;

use basilect_runtime::debug::Landed;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::lines::Lines;
use super::sources::Places;
use super::target::{Happened, Target};
use super::terminal::Terminal;
use super::values::Handles;
use super::wire::{self, Incoming, Output};
use super::{launch, live, moves};

/// Requests that may wait; an editor that sends more is read no further until there is room.
const QUEUE: usize = 256;
/// The only thread: a conversation does one thing at a time.
pub const THREAD: i64 = 1;

/// Serves one session, until the editor disconnects or is gone.
pub fn serve(input: impl BufRead + Send + 'static, output: Output) -> anyhow::Result<()> {
    let (sender, receiver) = mpsc::channel(QUEUE);
    std::thread::spawn(move || read_all(input, &sender));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(Session::new(output).run(receiver));
    // A script that computes for long is not waited for.
    runtime.shutdown_background();
    Ok(())
}

fn read_all(mut input: impl BufRead, sender: &mpsc::Sender<Incoming>) {
    loop {
        let incoming = wire::read(&mut input);
        let last = matches!(incoming, Incoming::End | Incoming::Broken(_));
        if sender.blocking_send(incoming).is_err() || last {
            return;
        }
    }
}

/// See the module.
pub struct Session {
    pub(super) output: Output,
    pub(super) target: Target,
    pub(super) places: Places,
    pub(super) lines: Lines,
    pub(super) handles: Handles,
    /// What the editor said at launch or attach.
    pub(super) arguments: Value,
    /// Whether the editor has set its breakpoints.
    configured: bool,
    /// Whether it counts lines and columns from 0.
    pub(super) from_zero: bool,
    over: bool,
    /// Whether the editor can open a terminal.
    has_terminals: bool,
    /// Where the person reads and writes, if not in the debug console.
    terminal: Option<Terminal>,
}

impl Session {
    fn new(output: Output) -> Session {
        Session {
            output,
            target: Target::None,
            places: Places::default(),
            lines: Lines::default(),
            handles: Handles::default(),
            arguments: Value::Null,
            configured: false,
            from_zero: false,
            over: false,
            has_terminals: false,
            terminal: None,
        }
    }

    async fn run(mut self, mut input: mpsc::Receiver<Incoming>) {
        while !self.over {
            tokio::select! {
                biased;
                incoming = input.recv() => match incoming {
                    Some(Incoming::Message(message)) => self.message(message).await,
                    Some(Incoming::Malformed(why)) => self.output.say("stderr", &why),
                    Some(Incoming::Broken(why)) => {
                        self.output.say("stderr", &why);
                        break;
                    }
                    Some(Incoming::End) | None => break,
                },
                happened = self.target.next() => {
                    for one in happened {
                        self.happened(one);
                    }
                }
                typed = typed(&mut self.terminal) => self.typed(&typed).await,
            }
        }
        if let Target::Live(live) = &self.target {
            live.live.release();
        }
    }

    async fn message(&mut self, message: Value) {
        if message["type"] != "request" || !message["command"].is_string() {
            return;
        }
        let answer = self.request(&message).await;
        // Some answers must come before what they bring about.
        let (answer, after) = match answer {
            Ok((answer, after)) => (Ok(answer), after),
            Err(text) => (Err(text), After::Nothing),
        };
        self.output.answer(&message, answer);
        self.follow(after);
    }
    fn follow(&mut self, after: After) {
        match after {
            After::Nothing => {}
            After::Initialized => self.output.event("initialized", json!({})),
            After::Stopped(reason, text) => self.stopped(reason, text.as_deref()),
            After::GoesOn => {
                self.handles.clear();
                let body = json!({ "threadId": THREAD, "allThreadsContinued": true });
                self.output.event("continued", body);
            }
            After::Over => {
                self.output.event("terminated", json!({}));
            }
        }
    }

    /// Tells the editor what happened.
    fn happened(&mut self, happened: Happened) {
        match (happened, &self.terminal) {
            (Happened::Output("stdout" | "console", text), Some(terminal)) => {
                terminal.show(&text);
            }
            (happened, _) => self.tell(happened),
        }
    }
    /// What the person types in the terminal is an answer; while a script halts, nobody asks.
    async fn typed(&mut self, text: &str) {
        let told = match &mut self.target {
            Target::Live(live) if !live.live.is_halted() && !live.live.asks() => {
                live.say(text).await.err().map(|error| error.to_string())
            }
            _ => Some("the script halts; answer when it goes on".to_string()),
        };
        if let (Some(told), Some(terminal)) = (told, &self.terminal) {
            terminal.show(&told);
        }
    }
    fn tell(&mut self, happened: Happened) {
        match happened {
            Happened::Output(category, text) => self.output.say(category, &text),
            Happened::Over(code) => {
                self.output.event("exited", json!({ "exitCode": code }));
                self.output.event("terminated", json!({}));
            }
            Happened::Halted(landed) => {
                let (reason, text) = match landed {
                    Landed::Step => ("step", None),
                    Landed::Breakpoint => ("breakpoint", None),
                    Landed::Error(_) => ("exception", self.target.fault().map(|f| f.0.message)),
                    Landed::End => ("pause", self.place()),
                    Landed::Interrupted => ("pause", None),
                };
                self.stopped(reason, text.as_deref());
            }
        }
    }
    /// Where in a recording it stands.
    pub(super) fn place(&self) -> Option<String> {
        match &self.target {
            Target::Recorded(recorded) => recorded.place(),
            _ => None,
        }
    }
    /// Tells the editor that the scripts halt.
    pub(super) fn stopped(&mut self, reason: &str, text: Option<&str>) {
        self.handles.clear();
        let mut body = json!({ "reason": reason, "threadId": THREAD, "allThreadsStopped": true });
        if let Some(text) = text {
            body["text"] = json!(text);
            body["description"] = json!(text);
        } else if let Some(place) = self.place() {
            body["text"] = json!(place);
        }
        if reason == "breakpoint" {
            body["hitBreakpointIds"] = json!(self.target.breakpoint_ids());
        }
        self.output.event("stopped", body);
    }

    async fn request(&mut self, message: &Value) -> Answer {
        let arguments = &message["arguments"];
        match message["command"].as_str().unwrap_or_default() {
            "initialize" => self.initialize(arguments),
            "launch" => self.launch(arguments).await,
            "attach" => self.attach(arguments).await,
            "configurationDone" => self.configured().await,
            "setBreakpoints" => Ok((self.set_breakpoints(arguments), After::Nothing)),
            "setExceptionBreakpoints" => Ok((self.set_errors(arguments), After::Nothing)),
            "disconnect" => {
                self.over = true;
                Ok((Value::Null, After::Nothing))
            }
            "terminate" => {
                if let Target::Live(live) = &self.target {
                    live.live.release();
                }
                self.target = Target::None;
                Ok((Value::Null, After::Over))
            }
            "restart" => self.restart().await,
            command => match self.look_at(command, arguments).await {
                Some(answer) => answer.map(|answer| (answer, After::Nothing)),
                None => self.moved(command, arguments).await,
            },
        }
    }

    fn initialize(&mut self, arguments: &Value) -> Answer {
        self.from_zero = arguments["linesStartAt1"] == false;
        self.has_terminals = arguments["supportsRunInTerminalRequest"] == true;
        let capabilities = json!({
            "supportsConfigurationDoneRequest": true,
            "supportsConditionalBreakpoints": true,
            "supportsHitConditionalBreakpoints": true,
            "supportsLogPoints": true,
            "supportsEvaluateForHovers": true,
            "supportsClipboardContext": true,
            "supportsSetVariable": true,
            "supportsSetExpression": true,
            "supportsStepBack": true,
            "supportsGotoTargetsRequest": true,
            "supportsCompletionsRequest": true,
            "supportsLoadedSourcesRequest": true,
            "supportsBreakpointLocationsRequest": true,
            "supportsExceptionInfoRequest": true,
            "supportsRestartRequest": true,
            "supportsRestartFrame": true,
            "supportsTerminateRequest": true,
            "supportsCancelRequest": true,
            "supportsDelayedStackTraceLoading": true,
            "supportsValueFormattingOptions": false,
            "exceptionBreakpointFilters": [
                {
                    "filter": "uncaught",
                    "label": "Errors that nothing handles",
                    "description": "Halts before an error ends the script",
                    "default": true,
                },
                {
                    "filter": "all",
                    "label": "All errors",
                    "description": "Halts at errors that TRY or ON ERROR handles, too",
                    "default": false,
                },
            ],
        });
        Ok((capabilities, After::Nothing))
    }

    async fn launch(&mut self, arguments: &Value) -> Answer {
        self.begin_with(arguments)?;
        if let Some(kind @ ("integratedTerminal" | "externalTerminal")) =
            arguments["console"].as_str()
        {
            self.open_terminal(kind).await?;
        }
        let started = self.launched().await;
        started.map_err(|error| format!("{error:#}"))?;
        Ok((Value::Null, After::Initialized))
    }
    async fn open_terminal(&mut self, kind: &str) -> Result<(), String> {
        if !self.has_terminals {
            return Err("this editor opens no terminals; leave out `console` and type answers in \
                        the debug console"
                .into());
        }
        let opened = Terminal::open(kind).await.map_err(|error| format!("{error:#}"))?;
        self.output.ask("runInTerminal", opened.1);
        self.terminal = Some(opened.0);
        Ok(())
    }
    async fn launched(&mut self) -> anyhow::Result<()> {
        let (begin, places) = launch::launch(&self.arguments)?;
        let target = live::LiveTarget::new(begin).await?;
        (self.target, self.places) = (Target::Live(Box::new(target)), places);
        self.tell_capabilities();
        Ok(())
    }
    /// What can be done depends on what is debugged: what is recorded can be gone through in both
    /// directions, and what runs here can be changed.
    pub(super) fn tell_capabilities(&self) {
        let recorded = matches!(self.target, Target::Recorded(_));
        let capabilities = json!({
            "supportsStepBack": recorded,
            "supportsSetVariable": !recorded,
            "supportsSetExpression": !recorded,
            "supportsGotoTargetsRequest": !recorded,
        });
        self.output.event("capabilities", json!({ "capabilities": capabilities }));
    }
    async fn attach(&mut self, arguments: &Value) -> Answer {
        self.begin_with(arguments)?;
        let wanted = arguments.clone();
        let attached = tokio::task::spawn_blocking(move || launch::attach(&wanted)).await;
        let attached = attached.map_err(|error| error.to_string())?;
        let (target, places) = attached.map_err(|error| format!("{error:#}"))?;
        if let Some(difference) = target.read(|r| r.difference().map(ToString::to_string)) {
            let text = format!("the scripts do something else than what is recorded: {difference}");
            self.output.say("stderr", &text);
        }
        if target.read(|recording| recording.is_cut()) {
            self.output.say("stderr", "the recording is too long; only its beginning is shown");
        }
        (self.target, self.places) = (Target::Recorded(Box::new(target)), places);
        self.tell_capabilities();
        Ok((Value::Null, After::Initialized))
    }
    fn begin_with(&mut self, arguments: &Value) -> Result<(), String> {
        if !matches!(self.target, Target::None) {
            return Err("this session debugs something already".into());
        }
        self.arguments = arguments.clone();
        Ok(())
    }
    /// The editor has set its breakpoints: it begins.
    async fn configured(&mut self) -> Answer {
        self.configured = true;
        self.apply_lines();
        match &mut self.target {
            Target::None => Err("nothing is debugged: `launch` or `attach` comes first".into()),
            Target::Live(live) => {
                live.start().await.map_err(|error| error.to_string())?;
                Ok((Value::Null, After::Nothing))
            }
            Target::Recorded(recorded) => {
                match self.arguments["turn"].as_u64() {
                    Some(turn) => {
                        let start = recorded.turn_start(turn as usize);
                        let start = start.ok_or_else(|| format!("there is no turn {turn}"))?;
                        recorded.seek(start)?;
                    }
                    None if self.arguments["stopOnEntry"] == true => recorded.seek(1)?,
                    None => {}
                }
                Ok((Value::Null, After::Stopped("entry", self.place())))
            }
        }
    }
    async fn restart(&mut self) -> Answer {
        match &mut self.target {
            Target::None => Err("nothing is debugged".into()),
            Target::Recorded(recorded) => {
                recorded.seek(1)?;
                Ok((Value::Null, After::Stopped("restart", self.place())))
            }
            Target::Live(live) => {
                live.live.release();
                self.handles.clear();
                self.launched().await.map_err(|error| format!("{error:#}"))?;
                self.configured().await
            }
        }
    }

    fn set_breakpoints(&mut self, arguments: &Value) -> Value {
        let told = self.lines.set(&self.counted_from_one(arguments), &self.places, &self.target);
        self.apply_lines();
        let mut told = Value::Array(told);
        if self.from_zero {
            moves::shift_lines(&mut told, -1);
        }
        json!({ "breakpoints": told })
    }
    /// The same with lines that are counted from 1.
    pub(super) fn counted_from_one(&self, arguments: &Value) -> Value {
        let mut arguments = arguments.clone();
        if self.from_zero {
            moves::shift_lines(&mut arguments, 1);
        }
        arguments
    }
    fn set_errors(&mut self, arguments: &Value) -> Value {
        let filters = arguments["filters"].as_array().cloned().unwrap_or_default();
        let has = |name: &str| filters.iter().any(|filter| filter == name);
        self.lines.caught = has("all");
        self.lines.uncaught = has("uncaught") || has("all");
        self.apply_lines();
        let told: Vec<Value> = filters.iter().map(|_| json!({ "verified": true })).collect();
        json!({ "breakpoints": told })
    }
    pub(super) fn apply_lines(&mut self) {
        // Without debugging nothing halts.
        if self.arguments["noDebug"] != true {
            let all = self.lines.all(&self.places, &self.target);
            self.target.set_breakpoints(all);
        }
    }
}

/// The next line that is typed in a terminal, if there is one.
async fn typed(terminal: &mut Option<Terminal>) -> String {
    match terminal {
        Some(terminal) => terminal.next().await,
        None => std::future::pending().await,
    }
}

/// An answer, and what comes after it.
pub type Answer = Result<(Value, After), String>;

/// What is told after an answer.
pub enum After {
    /// Nothing.
    Nothing,
    /// Breakpoints may be set now.
    Initialized,
    /// The scripts halt, for this reason.
    Stopped(&'static str, Option<String>),
    /// The scripts go on.
    GoesOn,
    /// It is over.
    Over,
}
