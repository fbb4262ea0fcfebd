//! An editor's end of the debugger: requests, answers, events.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};

use crate::process::binary;

/// How long an answer or event may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A session with `basilect dap`.
pub struct Debugger {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    events: VecDeque<Value>,
    seq: i64,
    /// All that was written to the console: category and text.
    pub console: Vec<(String, String)>,
}

impl Debugger {
    /// Starts the debugger in a folder.
    pub fn start(folder: &Path) -> anyhow::Result<Debugger> {
        let mut child = Command::new(binary()?)
            .arg("dap")
            .current_dir(folder)
            .env_remove("BASILECT_ADMIN_TOKEN")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take().context("piped")?;
        let output = child.stdout.take().context("piped")?;
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let (events, console) = (VecDeque::new(), Vec::new());
        Ok(Debugger { child, input, messages, events, seq: 0, console })
    }

    /// Sends bytes as they are.
    pub fn send_raw(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.input.write_all(bytes)?;
        Ok(self.input.flush()?)
    }
    /// Sends a request; its number.
    pub fn send(&mut self, command: &str, arguments: Value) -> anyhow::Result<i64> {
        self.seq += 1;
        let message = json!({
            "seq": self.seq, "type": "request", "command": command, "arguments": arguments
        });
        let body = message.to_string();
        self.send_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())?;
        Ok(self.seq)
    }
    /// Sends a request and waits for its answer: the body, or the message of the error.
    pub fn ask(
        &mut self,
        command: &str,
        arguments: Value,
    ) -> anyhow::Result<Result<Value, String>> {
        let seq = self.send(command, arguments)?;
        let end = Instant::now() + PATIENCE;
        loop {
            let message = self.next(end).with_context(|| format!("no answer to {command}"))?;
            if message["type"] == "response" {
                ensure!(message["request_seq"] == seq, "an answer to something else: {message}");
                ensure!(message["command"] == command, "{message}");
                let text = message["message"].as_str().unwrap_or_default().to_string();
                let body = message["body"].clone();
                return Ok(if message["success"] == true { Ok(body) } else { Err(text) });
            }
            self.events.push_back(message);
        }
    }
    /// Waits for what the debugger asks its editor for; what it says with it.
    pub fn asked(&mut self, command: &str) -> anyhow::Result<Value> {
        let end = Instant::now() + PATIENCE;
        loop {
            let wanted = |m: &Value| m["type"] == "request" && m["command"] == command;
            if let Some(at) = self.events.iter().position(wanted) {
                let request = self.events.remove(at).context("it is there")?;
                return Ok(request["arguments"].clone());
            }
            let message = self.next(end).with_context(|| format!("no request {command}"))?;
            self.events.push_back(message);
        }
    }
    /// The same where the answer must not be an error.
    pub fn request(&mut self, command: &str, arguments: Value) -> anyhow::Result<Value> {
        let answer = self.ask(command, arguments)?;
        answer.map_err(|text| anyhow::anyhow!("{command}: {text}"))
    }
    fn next(&mut self, end: Instant) -> anyhow::Result<Value> {
        let left = end.saturating_duration_since(Instant::now());
        let message = self.messages.recv_timeout(left);
        let message =
            message.with_context(|| format!("nothing came; console: {:?}", self.console))?;
        if message["event"] == "output" {
            let text =
                |field: &str| message["body"][field].as_str().unwrap_or_default().to_string();
            self.console.push((text("category"), text("output")));
        }
        Ok(message)
    }
    /// Waits for an event; its body.
    pub fn event(&mut self, name: &str) -> anyhow::Result<Value> {
        let end = Instant::now() + PATIENCE;
        if let Some(at) = self.events.iter().position(|event| event["event"] == name) {
            let event = self.events.remove(at).context("it is there")?;
            return Ok(event["body"].clone());
        }
        loop {
            let message = self.next(end).with_context(|| format!("no event {name}"))?;
            if message["event"] == name {
                return Ok(message["body"].clone());
            }
            self.events.push_back(message);
        }
    }
    /// Waits until it halts: the reason, the procedure, the line.
    pub fn stopped(&mut self) -> anyhow::Result<(String, String, u64)> {
        let body = self.event("stopped")?;
        let reason = body["reason"].as_str().unwrap_or_default().to_string();
        let (name, line) = self.place()?;
        Ok((reason, name, line))
    }
    /// The procedure and line in which it stands.
    pub fn place(&mut self) -> anyhow::Result<(String, u64)> {
        let stack = self.request("stackTrace", json!({ "threadId": 1, "levels": 1 }))?;
        let frame = &stack["stackFrames"][0];
        let name = frame["name"].as_str().unwrap_or_default().to_string();
        Ok((name, frame["line"].as_u64().unwrap_or_default()))
    }
    /// Moves it with a request, and waits until it halts.
    pub fn go(&mut self, command: &str) -> anyhow::Result<(String, String, u64)> {
        self.request(command, json!({ "threadId": 1 }))?;
        self.stopped()
    }
    /// What an expression gives, as it is shown.
    pub fn value(&mut self, expression: &str) -> anyhow::Result<String> {
        let arguments = json!({ "expression": expression, "context": "watch" });
        let answer = self.request("evaluate", arguments)?;
        Ok(answer["result"].as_str().unwrap_or_default().to_string())
    }
    /// Types something into the console.
    pub fn types(&mut self, text: &str) -> anyhow::Result<()> {
        self.request("evaluate", json!({ "expression": text, "context": "repl" })).map(|_| ())
    }
    /// Waits until something was written to the console that holds this.
    pub fn says(&mut self, part: &str) -> anyhow::Result<()> {
        let end = Instant::now() + PATIENCE;
        while !self.console.iter().any(|(_, text)| text.contains(part)) {
            let message = self.next(end).with_context(|| format!("nobody said `{part}`"))?;
            self.events.push_back(message);
        }
        Ok(())
    }
    /// What a category of the console holds.
    pub fn said(&self, category: &str) -> String {
        let own = self.console.iter().filter(|(other, _)| other == category);
        own.map(|(_, text)| text.as_str()).collect()
    }
    /// Begins: initialize, then what is to be debugged, then breakpoints in these lines of sources.
    pub fn begin(
        &mut self,
        request: &str,
        arguments: Value,
        breakpoints: &[(&Path, &[u64])],
    ) -> anyhow::Result<()> {
        self.request("initialize", json!({ "adapterID": "basilect", "linesStartAt1": true }))?;
        self.request(request, arguments)?;
        self.event("initialized")?;
        for (path, lines) in breakpoints {
            self.set_breakpoints(path, lines)?;
        }
        self.request("setExceptionBreakpoints", json!({ "filters": ["uncaught"] }))?;
        self.request("configurationDone", Value::Null).map(|_| ())
    }
    /// Sets breakpoints in lines; the lines where they are.
    pub fn set_breakpoints(&mut self, path: &Path, lines: &[u64]) -> anyhow::Result<Vec<Value>> {
        let lines: Vec<Value> = lines.iter().map(|line| json!({ "line": line })).collect();
        let source = json!({ "path": path.display().to_string() });
        let arguments = json!({ "source": source, "breakpoints": lines });
        let answer = self.request("setBreakpoints", arguments)?;
        Ok(answer["breakpoints"].as_array().cloned().unwrap_or_default())
    }
    /// Waits until the process has ended by itself; its exit code.
    pub fn ended(&mut self) -> anyhow::Result<Option<i32>> {
        Ok(self.child.wait()?.code())
    }
    /// Says goodbye; how the process ended.
    pub fn finish(mut self) -> anyhow::Result<()> {
        self.request("disconnect", json!({}))?;
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait()? {
                ensure!(status.success(), "{status}");
                return Ok(());
            }
            if Instant::now() > end {
                bail!("it does not end");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Debugger {
    fn drop(&mut self) {
        // It has ended already, if all went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => {
                if let Some(value) = line.strip_prefix("Content-Length: ") {
                    length = value.parse().ok()?;
                }
            }
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// The lines of a source that end with a remark `'@name`, by these names.
pub fn marks(source: &str) -> HashMap<String, u64> {
    let lines = source.lines().zip(1..);
    lines.filter_map(|(line, at)| Some((line.split_once("'@")?.1.trim().to_string(), at))).collect()
}
