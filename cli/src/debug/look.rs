//! Requests that look at what is debugged, and change a little of it.

use std::sync::Arc;

use basilect_runtime::debug::view::{FrameView, VariableView};
use basilect_runtime::debug::{Breakpoints, Codes};
use basilect_stdlib::Data;
use basilect_stdlib::limits::DebugLimits;
use basilect_stdlib::pure::json::to_json;
use serde_json::{Value, json};

use super::moves::{answered, shift_lines};
use super::session::{Session, THREAD};
use super::sources::scripts;
use super::target::Target;
use super::values::{Handle, PAGE_MAX};

/// Calls of one answer at most.
const FRAMES_MAX: u64 = 1_000;
/// Suggestions of one answer at most.
const COMPLETIONS_MAX: usize = 200;

type Looked = Result<Value, String>;

fn not_halted() -> String {
    "the script runs; it has to halt before it can be looked at".into()
}

impl Session {
    /// Answers a request that looks; none where it is not one of these.
    pub(super) async fn look_at(&mut self, command: &str, arguments: &Value) -> Option<Looked> {
        let arguments = &self.counted_from_one(arguments);
        let mut answer = match command {
            "threads" => Ok(self.threads()),
            "stackTrace" => self.stack_trace(arguments),
            "scopes" => self.scopes(arguments),
            "variables" => self.variables(arguments),
            "evaluate" => self.evaluate(arguments).await,
            "setVariable" => self.set_variable(arguments),
            "setExpression" => self.set_expression(arguments),
            "exceptionInfo" => self.error_info(),
            "completions" => self.completions(arguments),
            "loadedSources" => Ok(self.loaded_sources()),
            "source" => self.source(arguments),
            "breakpointLocations" => self.breakpoint_locations(arguments),
            "gotoTargets" => self.goto_targets(arguments),
            _ => return None,
        };
        if let (true, Ok(answer)) = (self.from_zero, &mut answer) {
            shift_lines(answer, -1);
        }
        Some(answer)
    }

    fn threads(&self) -> Value {
        let name = match &self.target {
            Target::None => "nothing".into(),
            Target::Live(_) => "conversation".into(),
            Target::Recorded(recorded) => recorded.place().unwrap_or_else(|| "recording".into()),
        };
        json!({ "threads": [{ "id": THREAD, "name": name }] })
    }

    fn stack_trace(&self, arguments: &Value) -> Looked {
        let start = arguments["startFrame"].as_u64().unwrap_or_default() as usize;
        let count = arguments["levels"].as_u64().filter(|&levels| levels > 0);
        let count = count.unwrap_or(FRAMES_MAX).min(FRAMES_MAX) as usize;
        let looked = self.target.look(|stack| (stack.frames(start, count), stack.depth()));
        let (frames, depth) = looked.ok_or_else(not_halted)?;
        let codes = self.target.codes();
        let frame = |frame: &FrameView| {
            json!({
                "id": frame.frame + 1,
                "name": frame.function,
                "line": frame.line,
                "column": 1,
                "source": self.places.source(&codes, &frame.script),
            })
        };
        let frames: Vec<Value> = frames.iter().map(frame).collect();
        Ok(json!({ "stackFrames": frames, "totalFrames": depth }))
    }
    /// The call that is meant; the innermost where none is named.
    fn frame_of(&self, arguments: &Value) -> Result<usize, String> {
        let depth = self.target.look(|stack| stack.depth()).ok_or_else(not_halted)?;
        let named = arguments["frameId"].as_u64().map(|id| (id as usize).saturating_sub(1));
        let frame = named.or(depth.checked_sub(1)).filter(|&frame| frame < depth);
        frame.ok_or_else(|| "there is no such call".into())
    }

    fn scopes(&mut self, arguments: &Value) -> Looked {
        let frame = self.frame_of(arguments)?;
        let groups = self.target.look(|stack| stack.places(frame)).ok_or_else(not_halted)?;
        let mut scopes = Vec::new();
        for (name, variables) in groups.into_iter().filter(|(_, v)| !v.is_empty()) {
            let reference = self.handles.give(Handle::Scope(frame, name.to_string()));
            scopes.push(json!({
                "name": name,
                "presentationHint": if name == "Variables" { "locals" } else { "globals" },
                "variablesReference": reference,
                "namedVariables": variables.len(),
                "expensive": false,
            }));
        }
        Ok(json!({ "scopes": scopes }))
    }

    fn variables(&mut self, arguments: &Value) -> Looked {
        let number = arguments["variablesReference"].as_u64().unwrap_or_default();
        let start = arguments["start"].as_u64().unwrap_or_default() as usize;
        let count = arguments["count"].as_u64().filter(|&count| count > 0);
        let count = count.map_or(PAGE_MAX, |count| count as usize).min(PAGE_MAX);
        let handle = self.handles.get(number).ok_or("these variables are not there any more")?;
        let views: Vec<VariableView> = match handle {
            Handle::Computed(data, path) => {
                let items = self.handles.items(&data, &path, (start, count));
                return Ok(json!({ "variables": items }));
            }
            Handle::Scope(frame, name) => {
                let page = self.target.look(|stack| {
                    let groups = stack.places(frame).into_iter();
                    let own = groups.filter(|(group, _)| *group == name).flat_map(|(_, v)| v);
                    let page = own.skip(start).take(count);
                    page.filter_map(|(name, place)| stack.variable(&name, &place)).collect()
                });
                page.ok_or_else(not_halted)?
            }
            Handle::Place(place) => {
                let items = self.target.look(|stack| stack.items(&place, start, count));
                items.ok_or_else(not_halted)?
            }
        };
        let variables: Vec<Value> = views.iter().map(|view| self.handles.variable(view)).collect();
        Ok(json!({ "variables": variables }))
    }

    fn computed(&self, frame: usize, text: &str) -> Result<Data, String> {
        let looked = self.target.look(|stack| stack.evaluate(frame, text, &DebugLimits::DEFAULT));
        looked.ok_or_else(not_halted)?
    }

    async fn evaluate(&mut self, arguments: &Value) -> Looked {
        let text = arguments["expression"].as_str().unwrap_or_default();
        let context = arguments["context"].as_str().unwrap_or("repl");
        if context == "repl"
            && let Some(answer) = self.console(text).await
        {
            return answer;
        }
        let frame = self.frame_of(arguments)?;
        let place = self.target.look(|stack| stack.named(frame, text)).flatten();
        if let (Some(place), false) = (place, context == "clipboard") {
            let view = self.target.look(|stack| stack.variable(text, &place)).flatten();
            let view = view.ok_or_else(not_halted)?;
            let mut told = self.handles.variable(&view);
            told["result"] = told["value"].clone();
            return Ok(told);
        }
        let data = Arc::new(self.computed(frame, text)?);
        if context == "clipboard" {
            return Ok(json!({ "result": whole(&data), "variablesReference": 0 }));
        }
        Ok(self.handles.computed(text, &data, Vec::new()))
    }
    /// What is typed in the console, where it is no expression: what the person says, an answer in
    /// place of a service, or another way to go on.
    async fn console(&mut self, text: &str) -> Option<Looked> {
        let done = || json!({ "result": "", "variablesReference": 0 });
        match &mut self.target {
            Target::Live(live) if live.live.asks() => {
                let answer = answered(live.live.code(), text);
                Some(answer.map(|answer| {
                    live.live.reply(answer);
                    done()
                }))
            }
            Target::Live(live) if !live.live.is_halted() => {
                let said = live.say(text).await;
                Some(said.map(|()| done()).map_err(|error| error.to_string()))
            }
            Target::Recorded(_) => {
                let rest = text.trim().strip_prefix("fork")?;
                if !rest.is_empty() && !rest.starts_with(' ') {
                    return None;
                }
                let answer = Some(rest.trim().to_string()).filter(|rest| !rest.is_empty());
                Some(match self.fork(answer).await {
                    Ok((_, _)) => {
                        let body = json!({ "threadId": THREAD, "allThreadsContinued": true });
                        self.handles.clear();
                        self.output.event("continued", body);
                        Ok(done())
                    }
                    Err(text) => Err(text),
                })
            }
            _ => None,
        }
    }

    fn set_variable(&mut self, arguments: &Value) -> Looked {
        let number = arguments["variablesReference"].as_u64().unwrap_or_default();
        let name = arguments["name"].as_str().unwrap_or_default();
        let text = arguments["value"].as_str().unwrap_or_default();
        let handle = self.handles.get(number).ok_or("these variables are not there any more")?;
        let (frame, place) = match &handle {
            Handle::Scope(frame, group) => {
                let found = self.target.look(|stack| {
                    let groups = stack.places(*frame).into_iter();
                    let own = groups.filter(|(other, _)| *other == group.as_str());
                    own.flat_map(|(_, v)| v).find(|(other, _)| other == name).map(|(_, p)| p)
                });
                (*frame, found.flatten())
            }
            Handle::Place(holder) => {
                let at = self.target.look(|stack| {
                    let shown = stack.variable("", holder)?;
                    if !shown.named {
                        return name.parse().ok().filter(|&at: &usize| at < shown.items);
                    }
                    let items = stack.items(holder, 0, shown.items);
                    items.iter().position(|item| item.name == name)
                });
                (holder.frame, at.flatten().map(|at| holder.item(at)))
            }
            Handle::Computed(..) => (0, None),
        };
        let place = place.ok_or("this value cannot be changed")?;
        let data = self.computed(frame, text)?;
        self.target.set(&place, &data)?;
        let view = self.target.look(|stack| stack.variable(name, &place)).flatten();
        Ok(self.handles.variable(&view.ok_or_else(not_halted)?))
    }
    fn set_expression(&mut self, arguments: &Value) -> Looked {
        let text = arguments["expression"].as_str().unwrap_or_default();
        let value = arguments["value"].as_str().unwrap_or_default();
        let frame = self.frame_of(arguments)?;
        let place = self.target.look(|stack| stack.named(frame, text)).flatten();
        let place = place.ok_or("only a variable can be set here")?;
        let data = self.computed(frame, value)?;
        self.target.set(&place, &data)?;
        let view = self.target.look(|stack| stack.variable(text, &place)).flatten();
        Ok(self.handles.variable(&view.ok_or_else(not_halted)?))
    }

    fn error_info(&self) -> Looked {
        let (fault, caught) = self.target.fault().ok_or("no error is raised here")?;
        Ok(json!({
            "exceptionId": format!("{:?}", fault.code),
            "description": fault.message,
            "breakMode": if caught { "always" } else { "unhandled" },
        }))
    }

    fn completions(&self, arguments: &Value) -> Looked {
        let text = arguments["text"].as_str().unwrap_or_default();
        let column = arguments["column"].as_u64().unwrap_or(1) as usize;
        let before: String = text.chars().take(column.saturating_sub(1)).collect();
        let word_starts = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$'));
        let start = before.rfind(word_starts).map_or(0, |at| at + 1);
        let word = before.get(start..).unwrap_or_default().to_lowercase();
        let fits = |name: &str| name.to_lowercase().starts_with(&word);
        let mut targets = Vec::new();
        if let Ok(frame) = self.frame_of(arguments) {
            let groups = self.target.look(|stack| stack.places(frame)).unwrap_or_default();
            let names = groups.into_iter().flat_map(|(_, v)| v).map(|(name, _)| name);
            for name in names.filter(|name| fits(name)) {
                targets.push(json!({ "label": name, "type": "variable" }));
            }
        }
        let functions = basilect_stdlib::words::all().filter(|keyword| keyword.run.is_some());
        let functions = functions.map(|function| function.name);
        let functions = functions.filter(|name| !word.is_empty() && fits(name));
        targets.extend(functions.map(|name| json!({ "label": name, "type": "function" })));
        targets.truncate(COMPLETIONS_MAX);
        Ok(json!({ "targets": targets }))
    }

    fn loaded_sources(&self) -> Value {
        let codes = self.target.codes();
        let mut told: Vec<Value> = Vec::new();
        for (_, inside) in scripts(&codes) {
            let source = self.places.source(&codes, &inside);
            if !told.contains(&source) {
                told.push(source);
            }
        }
        json!({ "sources": told })
    }
    fn source(&self, arguments: &Value) -> Looked {
        let mut source = arguments["source"].clone();
        if source.is_null() {
            source = json!({ "sourceReference": arguments["sourceReference"] });
        }
        let codes = self.target.codes();
        let (code, inside) = self.places.find(&codes, &source).ok_or("there is no such script")?;
        let text = code.source(&inside).ok_or("the package does not hold this script")?;
        Ok(json!({ "content": text, "mimeType": "text/x-basilect" }))
    }
    /// The lines of a script at which it can be halted.
    fn lines_of(&self, arguments: &Value, codes: &Codes) -> Option<Vec<u32>> {
        let (code, inside) = self.places.find(codes, &arguments["source"])?;
        let from = u32::try_from(arguments["line"].as_u64()?).ok()?;
        let to = arguments["endLine"].as_u64().and_then(|line| u32::try_from(line).ok());
        Some(Breakpoints::lines(&code.program, &inside, from, to.unwrap_or(from).max(from)))
    }
    fn breakpoint_locations(&self, arguments: &Value) -> Looked {
        let lines = self.lines_of(arguments, &self.target.codes()).unwrap_or_default();
        let lines: Vec<Value> = lines.iter().map(|line| json!({ "line": line })).collect();
        Ok(json!({ "breakpoints": lines }))
    }
    fn goto_targets(&self, arguments: &Value) -> Looked {
        let lines = self.lines_of(arguments, &self.target.codes()).unwrap_or_default();
        let target =
            |line: &u32| json!({ "id": line, "label": format!("line {line}"), "line": line });
        let targets: Vec<Value> = lines.iter().map(target).collect();
        Ok(json!({ "targets": targets }))
    }
}

/// A value as it can be pasted elsewhere.
fn whole(data: &Data) -> String {
    match data {
        Data::List(_) | Data::Map(_) => {
            serde_json::to_string_pretty(&to_json(data, "UTC")).unwrap_or_default()
        }
        other => basilect_stdlib::pure::text::display_data(other),
    }
}
