//! Requests that move what is debugged.

use basilect_runtime::conversation::{Event, Step};
use basilect_runtime::debug::Stride;
use basilect_runtime::debug::evaluate::constant;
use basilect_stdlib::limits::DebugLimits;
use basilect_stdlib::{Data, Fault, TrapCode};
use serde_json::{Value, json};

use super::launch;
use super::live::{Fork, LiveTarget};
use super::session::{After, Answer, Session};
use super::target::{Direction, Target};

impl Session {
    /// Answers a request that moves something.
    pub(super) async fn moved(&mut self, command: &str, arguments: &Value) -> Answer {
        match command {
            "continue" => self.go(Stride::Continue, Direction::Forward),
            "next" => self.go(Stride::Over, Direction::Forward),
            "stepIn" => self.go(Stride::Into, Direction::Forward),
            "stepOut" => self.go(Stride::Out, Direction::Forward),
            "stepBack" => {
                let into = arguments["granularity"] == "instruction";
                self.go(if into { Stride::Into } else { Stride::Over }, Direction::Back)
            }
            "reverseContinue" => self.go(Stride::Continue, Direction::Back),
            "pause" => Ok(match self.target.pause().await? {
                true => (Value::Null, After::Stopped("pause", self.place())),
                false => (Value::Null, After::Nothing),
            }),
            "cancel" => {
                if let Target::Recorded(recorded) = &mut self.target {
                    recorded.pause();
                }
                Ok((Value::Null, After::Nothing))
            }
            "goto" => self.goto(arguments),
            "restartFrame" => self.restart_frame(arguments),
            "fork" => {
                let answer = arguments["answer"].as_str().map(str::to_string);
                self.fork(answer).await
            }
            _ => Err(format!("this debugger does not know the request `{command}`")),
        }
    }
    fn go(&mut self, stride: Stride, direction: Direction) -> Answer {
        self.target.go(stride, direction)?;
        self.handles.clear();
        let all = json!({ "allThreadsContinued": true });
        Ok((if stride == Stride::Continue { all } else { Value::Null }, After::Nothing))
    }
    fn goto(&mut self, arguments: &Value) -> Answer {
        let line = arguments["targetId"].as_u64().and_then(|line| u32::try_from(line).ok());
        let line = line.ok_or("say where to go")?;
        match &self.target {
            Target::Live(live) if live.live.go_to_line(line) => {
                Ok((Value::Null, After::Stopped("goto", None)))
            }
            Target::Live(_) => {
                Err("the script cannot go on there: it has to be a line of the same procedure, \
                     and the script must not wait for an answer"
                    .into())
            }
            _ => Err("what is recorded cannot go another way; `fork` can".into()),
        }
    }

    /// A call begins anew: one that runs here with what its parameters hold, a recorded one where
    /// it was called.
    fn restart_frame(&mut self, arguments: &Value) -> Answer {
        let call = arguments["frameId"].as_u64().and_then(|id| id.checked_sub(1));
        let call = call.ok_or("say which call")? as usize;
        match &mut self.target {
            Target::None => Err("nothing is debugged".into()),
            Target::Live(live) => {
                live.live.restart_call(call)?;
                self.handles.clear();
                Ok((Value::Null, After::Nothing))
            }
            Target::Recorded(recorded) => {
                recorded.restart_call(call)?;
                Ok((Value::Null, After::Stopped("restart", self.place())))
            }
        }
    }

    /// Goes on from the moment of a recording in another way: a conversation that runs here.
    pub(super) async fn fork(&mut self, answer: Option<String>) -> Answer {
        let fork = self.forked(answer)?;
        let target = LiveTarget::fork(fork).await.map_err(|error| format!("{error:#}"))?;
        self.target = Target::Live(Box::new(target));
        self.tell_capabilities();
        self.apply_lines();
        let text = "the conversation goes on here, apart from the recorded one; what it says, and \
                    what you type here, reaches nobody else";
        self.output.say("console", text);
        Ok((Value::Null, After::GoesOn))
    }
    fn forked(&self, answer: Option<String>) -> Result<Fork, String> {
        let Target::Recorded(recorded) = &self.target else {
            return Err("only a recorded conversation can go on in another way".into());
        };
        let (at, steps) = recorded.steps();
        let code = recorded.code_there().ok_or("the packages of this conversation are not here")?;
        // Before a question is answered there is the event that brings the answer.
        let said = steps.get(at).is_none_or(|step| {
            matches!(step, Step::Event { event: Event::Say { .. } | Event::Run { .. }, .. })
        });
        let (says, given) = match (answer, said) {
            (None, _) => (None, None),
            (Some(text), true) => (Some(unquoted(&text)), None),
            (Some(text), false) => (None, Some(answered(&code, &text)?)),
        };
        if given.is_some() && !matches!(steps.get(at), Some(Step::Call { .. })) {
            return Err("nothing is answered here; go to the line of a question, or of a keyword \
                        that reaches outside"
                .into());
        }
        let outside = launch::outside(&self.arguments).map_err(|error| error.to_string())?;
        let (package, model) = (code.package.clone(), launch::model(&self.arguments));
        Ok(Fork { package, steps, until: at, says, answer: given, outside, model })
    }
}

/// What a person types for an answer: a value, or ERROR and a message.
pub fn answered(
    code: &basilect_runtime::debug::Code,
    text: &str,
) -> Result<Result<Data, Fault>, String> {
    let text = text.trim();
    if let Some(message) = text.strip_prefix("ERROR ") {
        return Ok(Err(Fault::new(TrapCode::Unavailable, message.trim())));
    }
    constant(code, text, &DebugLimits::DEFAULT).map(Ok)
}

/// A text without the quotes around it, if there are some.
fn unquoted(text: &str) -> String {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inner.map_or_else(|| text.to_string(), |inner| inner.replace("\"\"", "\""))
}

/// Counts the lines of a message from another number on.
pub fn shift_lines(message: &mut Value, by: i64) {
    match message {
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value.as_i64()) {
                    ("line" | "endLine", Some(line)) => *value = json!(line + by),
                    ("lines", _) => {
                        for line in value.as_array_mut().into_iter().flatten() {
                            *line = json!(line.as_i64().unwrap_or_default() + by);
                        }
                    }
                    _ => shift_lines(value, by),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shift_lines(item, by)),
        _ => {}
    }
}
