//! A bot on a stage of its own: memory instead of a disk, a clock that the test moves.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use basilect_compiler::package::Package;
use basilect_stdlib::{Data, Limits};
use indexmap::IndexMap;
use serde_json::Value;

use super::parse::Transcript;
use crate::conversation::state::Waiting;
use crate::conversation::{Event, FileRef, Say};
use crate::error::{Error, Result};
use crate::local::Local;
use crate::ports::clock::{Clock, SimulatedClock};
use crate::ports::store::Query;
use crate::replay;
use crate::schedule::fire_due;

/// A WAIT up to this long passes by itself: it is there for the pace of the talk, not its course.
pub(super) const PAUSE_MS: i64 = 60_000;
/// Moments at which something falls due within one `advance`.
const MOMENTS_MAX: usize = 100_000;

/// A conversation under test.
pub struct Stage {
    local: Local,
    clock: Arc<SimulatedClock>,
    id: String,
    seq: i64,
    said: u32,
    /// What the bot said and nothing has expected yet.
    pub texts: VecDeque<String>,
    /// The buttons of the last ADD SUGGESTION.
    suggestions: Vec<String>,
    /// The choices of the question that waits.
    menu: Vec<String>,
}

impl Stage {
    /// Opens the conversation and lets the first script begin.
    pub async fn open(package: &Package, transcript: &Transcript) -> Result<Stage> {
        let mut package = package.clone();
        if let Some(zone) = &transcript.zone {
            package.manifest.settings.insert("time-zone".into(), zone.clone());
        }
        let clock = SimulatedClock::new(transcript.now_ms, transcript.seed);
        let local = Local::start(package, clock.clone(), None, Limits::DEFAULT).await?;
        let opened = local.conversations.open_silently(&local.bot, "terminal", None).await?;
        let mut stage = Stage {
            local,
            clock,
            id: opened.conversation,
            seq: 0,
            said: 0,
            texts: VecDeque::new(),
            suggestions: Vec::new(),
            menu: Vec::new(),
        };
        stage.local.conversations.services().models.seal();
        transcript.answers_at_first().for_each(|answer| stage.prepare(answer));
        let begin = match &transcript.script {
            Some(script) => Event::Run { script: script.clone(), inputs: IndexMap::new() },
            None => Event::Start,
        };
        stage.post(begin).await?;
        Ok(stage)
    }

    async fn post(&mut self, event: Event) -> Result<()> {
        self.said += 1;
        let native_id = format!("test:{}", self.said);
        self.local.conversations.post(&self.id, &native_id, &event, None).await?;
        self.settle().await
    }

    /// Lets everything happen that does not need the person or more time.
    async fn settle(&mut self) -> Result<()> {
        loop {
            self.local.conversations.settle().await;
            let now = self.clock.now_ms();
            match self.local.state(&self.id).await?.waiting {
                Waiting::Until(at) if at - now <= PAUSE_MS => {
                    self.clock.advance((at - now).max(0));
                    self.local.conversations.post_timer(&self.id, at).await?;
                }
                _ => break,
            }
        }
        self.listen().await
    }

    /// Takes up what the log has gained.
    async fn listen(&mut self) -> Result<()> {
        const PAGE: u32 = 500;
        loop {
            let items = self.local.conversations.items(&self.id, self.seq, PAGE).await?;
            for item in &items {
                self.seq = item.seq;
                self.hear(&serde_json::from_str(&item.body).unwrap_or_default());
            }
            if items.len() < PAGE as usize {
                return Ok(());
            }
        }
    }

    fn hear(&mut self, item: &Value) {
        if item["by"] == "person" {
            self.menu.clear();
            return;
        }
        match item["kind"].as_str().unwrap_or_default() {
            // PRINT writes to the log of a server, not to the person.
            "text" if item["print"] == true => {}
            "text" | "error" => self.texts.push_back(text_of(item, "text")),
            "image" | "audio" | "video" | "file" => {
                self.texts.extend(item["caption"].as_str().map(str::to_string));
                self.texts.push_back(format!("[{}]", text_of(item, "name")));
            }
            "suggestions" => self.suggestions = labels(item),
            "wait" => self.menu = labels(item),
            _ => {}
        }
    }

    /// What can be pressed now.
    pub fn options(&self) -> &[String] {
        if self.menu.is_empty() { &self.suggestions } else { &self.menu }
    }

    /// What a model answers that is asked next.
    pub fn prepare(&self, answer: &str) {
        self.local.conversations.services().models.prepare(answer);
    }

    /// An answer of a model that nobody asked for.
    pub fn unasked(&self) -> Option<String> {
        self.local.conversations.services().models.unasked()
    }

    /// The person says something.
    pub async fn say(&mut self, text: &str) -> Result<()> {
        self.send(text, Vec::new()).await
    }

    async fn send(&mut self, text: &str, files: Vec<FileRef>) -> Result<()> {
        self.said += 1;
        let (id, text) = (self.said.to_string(), text.to_string());
        self.local.conversations.say(&self.id, Say { id, text, files, tool: None }).await?;
        self.settle().await
    }

    /// The person sends a file.
    pub async fn send_file(&mut self, path: &Path) -> Result<()> {
        let unreadable =
            |error| Error::invalid("unreadable", format!("{}: {error}", path.display()));
        let bytes = std::fs::read(path).map_err(unreadable)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let file = format!("{:032x}", self.said);
        let key = format!("uploads/{file}");
        self.local.conversations.services().blobs.put(&key, &bytes).await?;
        let (size, mime) = (bytes.len() as u64, mime(&name).to_string());
        self.send("", vec![FileRef { file, name, size, mime, key }]).await
    }

    /// A model calls a tool.
    pub async fn call(&mut self, script: &str, inputs: IndexMap<String, Data>) -> Result<()> {
        self.post(Event::Run { script: script.to_string(), inputs }).await
    }

    /// Moves the clock, from one moment at which something is due to the next.
    pub async fn advance(&mut self, ms: i64) -> Result<()> {
        let end = self.clock.now_ms() + ms;
        let store = self.local.conversations.services().store.clone();
        for _ in 0..MOMENTS_MAX {
            let Some(due) = store.next_due().await?.filter(|due| *due <= end) else { break };
            self.clock.advance((due - self.clock.now_ms()).max(0));
            fire_due(&self.local.conversations).await?;
            self.local.conversations.settle().await;
        }
        self.clock.advance((end - self.clock.now_ms()).max(0));
        self.settle().await
    }

    /// Rows of a table.
    pub async fn rows(&self, table: &str) -> Result<usize> {
        let query = Query { table: table.to_lowercase(), ..Query::default() };
        let store = &self.local.conversations.services().store;
        Ok(store.find(&self.local.bot, &query).await?.len())
    }

    /// Whether nothing runs and nothing waits.
    pub async fn ended(&self) -> Result<bool> {
        Ok(self.local.state(&self.id).await?.idle())
    }

    /// Path and line of the script that said `text`, found by running the journal again.
    pub async fn place_of(&self, text: &str) -> Option<(String, u32)> {
        let services = self.local.conversations.services();
        let journal = services.store.journal(&self.id).await.ok()?;
        let steps = replay::steps(&journal).ok()?;
        let program = services.bots.current(&self.local.bot)?.program.clone();
        let report = replay::replay(program, services.limits.clone(), &steps);
        let call =
            report.calls.iter().rev().find(|call| call.args.iter().any(|a| says(a, text)))?;
        Some((call.script.clone(), call.line))
    }
}

/// Whether an argument is the text that was said.
fn says(arg: &Data, text: &str) -> bool {
    match arg {
        Data::Text(arg) => arg.trim() == text.trim(),
        other => basilect_stdlib::pure::text::display_data(other) == text,
    }
}

fn text_of(item: &Value, field: &str) -> String {
    item[field].as_str().unwrap_or_default().to_string()
}

/// The labels of the buttons in an item.
pub(super) fn labels(item: &Value) -> Vec<String> {
    let options = item["options"].as_array().into_iter().flatten();
    options.map(|option| text_of(option, "text")).collect()
}

/// The kinds of files that scripts tell apart.
fn mime(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default().to_lowercase().as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "pdf" => "application/pdf",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "csv" => "text/csv",
        "txt" | "md" => "text/plain",
        _ => "application/octet-stream",
    }
}
