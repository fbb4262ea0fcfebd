//! Recorded conversations, step by step, for somebody who wants to know what happened.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use basilect_compiler::package::Package;
use basilect_runtime::bots::Settings;
use basilect_runtime::conversation::event::Told;
use basilect_runtime::conversation::{Conversations, Event, Step};
use basilect_runtime::debug::{Codes, RecordedStep, Recording};
use basilect_runtime::ports::store::JournalEntry;
use basilect_runtime::{Error, replay};
use basilect_stdlib::Data;
use serde::Serialize;
use serde_json::Value;

use crate::errors::Problem;

/// Conversations in the list.
const LISTED_MAX: u32 = 50;
/// Items that are looked at for the first words of a person.
const LOOKED_AT: u32 = 20;
/// Recordings kept in memory while somebody moves about in them.
const KEPT: usize = 4;
/// Steps that are shown of a recording.
const STEPS_MAX: usize = 5_000;
/// Characters of a value that is shown.
const SHOWN_CHARS: usize = 2_000;

/// A conversation in the list. Its key is not among what is told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listed {
    id: String,
    at: i64,
    version: String,
    channel: String,
    turns: i64,
    text: String,
}

/// A step as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Shown {
    turn: i64,
    kind: &'static str,
    title: String,
    script: String,
    line: u32,
    args: Vec<String>,
    answer: Option<String>,
    prompt: Vec<Told>,
    usage: Option<(u64, u64)>,
    cost: Option<String>,
    fuel: u64,
}

/// A variable at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Variable {
    name: String,
    value: String,
}

/// The recordings that were looked at last.
#[derive(Default)]
pub struct Recordings {
    kept: Mutex<VecDeque<((String, usize), Arc<Recording>)>>,
}

/// The conversations of a bot, those that changed last first.
pub async fn list(conversations: &Conversations, bot: &str) -> Result<Vec<Listed>, Problem> {
    let store = &conversations.services().store;
    let found = store.list(Some(bot), None, LISTED_MAX).await.map_err(Error::from)?;
    let mut listed = Vec::new();
    for one in found {
        let items = conversations.items(&one.id, 0, LOOKED_AT).await?;
        let bodies = items.iter().filter_map(|item| serde_json::from_str::<Value>(&item.body).ok());
        let said = |body: &Value| {
            let person = body["by"] == "person";
            body["text"].as_str().filter(|text| person && !text.is_empty()).map(str::to_string)
        };
        let text = bodies.into_iter().find_map(|body| said(&body)).unwrap_or_default();
        let stored = conversations.load(&one.id).await?;
        let state = basilect_runtime::conversation::state::State::from_bytes(&stored.state);
        listed.push(Listed {
            turns: state.map(|state| state.turn).unwrap_or_default(),
            id: one.id,
            at: one.updated_at,
            version: one.program,
            channel: one.channel,
            text: text.chars().take(80).collect(),
        });
    }
    Ok(listed)
}

impl Recordings {
    /// The recording of a conversation of a bot.
    pub async fn open(
        &self,
        conversations: &Conversations,
        bot: &str,
        id: &str,
    ) -> Result<Arc<Recording>, Problem> {
        let conversation = conversations.load(id).await?;
        if conversation.bot != bot {
            return Err(Problem::not_found("the conversation"));
        }
        let store = &conversations.services().store;
        let journal = store.journal(id).await.map_err(Error::from)?;
        let key = (id.to_string(), journal.len());
        if let Some(known) = self.known(&key) {
            return Ok(known);
        }
        let codes = Codes::recorded(packages(conversations, &journal).await?);
        let limits = conversations.services().limits.clone();
        let play = move || Recording::open(codes, limits, &journal);
        let played = tokio::task::spawn_blocking(play).await;
        let recording = Arc::new(played.map_err(|error| Error::Bug(error.to_string()))??);
        self.keep(key, recording.clone());
        Ok(recording)
    }

    fn known(&self, key: &(String, usize)) -> Option<Arc<Recording>> {
        let kept = self.kept.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        kept.iter().find(|(known, _)| known == key).map(|(_, recording)| recording.clone())
    }

    fn keep(&self, key: (String, usize), recording: Arc<Recording>) {
        let mut kept = self.kept.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        kept.retain(|((id, _), _)| *id != key.0);
        kept.push_front((key, recording));
        kept.truncate(KEPT);
    }
}

/// The packages that scripts of a conversation ran on.
async fn packages(
    conversations: &Conversations,
    journal: &[JournalEntry],
) -> Result<Vec<Package>, Problem> {
    let mut hashes = BTreeSet::new();
    for step in replay::steps(journal)? {
        if let Step::Begin { program, .. } = step {
            hashes.insert(program);
        }
    }
    let store = &conversations.services().store;
    let mut packages = Vec::new();
    for hash in hashes {
        // A package that is gone ends the recording where it would be needed.
        if let Some(bytes) = store.package(&hash).await.map_err(Error::from)? {
            packages.extend(Package::from_bytes(&bytes).ok());
        }
    }
    Ok(packages)
}

/// The steps of a recording; `settings` may name what tokens cost.
pub fn steps(recording: &Recording, settings: Option<&Settings>) -> Vec<Shown> {
    let number = |turn: usize| recording.turns().get(turn).map_or(0, |turn| turn.number);
    let steps = recording.steps().iter().take(STEPS_MAX);
    steps.map(|step| Shown { turn: number(step.turn), ..shown(step, settings) }).collect()
}

fn shown(step: &RecordedStep, settings: Option<&Settings>) -> Shown {
    let place =
        Shown { script: step.script.clone(), line: step.line, fuel: step.fuel, ..Shown::default() };
    match &step.recorded {
        Step::Event { event, .. } => event_shown(event),
        Step::Begin { script, inputs, .. } => Shown {
            kind: "begin",
            title: format!("{script} begins"),
            args: inputs.iter().map(|(name, value)| format!("{name} = {}", words(value))).collect(),
            ..place
        },
        Step::Call { words: keyword, args, answer, .. } => Shown {
            kind: "call",
            title: keyword.clone(),
            args: args.iter().filter(|arg| !arg.is_null()).map(words).collect(),
            answer: match answer {
                Ok(Data::Null) => None,
                Ok(value) => Some(words(value)),
                Err(fault) => Some(format!("error: {}", fault.message)),
            },
            ..place
        },
        Step::Done { value } => Shown {
            kind: "done",
            title: "the script ends".into(),
            answer: (!value.is_null()).then(|| words(value)),
            ..place
        },
        Step::Failed { message, script, line, .. } => Shown {
            kind: "failed",
            title: "the script fails".into(),
            answer: Some(cut(message)),
            script: script.clone(),
            line: *line,
            ..place
        },
        Step::Model { model, prompt, text, tools, usage, .. } => Shown {
            kind: "model",
            title: format!("{model} answers"),
            args: tools.iter().map(|tool| format!("calls {tool}")).collect(),
            answer: Some(cut(text)),
            prompt: prompt.clone(),
            usage: *usage,
            cost: usage.and_then(|usage| cost(usage, settings?)),
            ..place
        },
    }
}

fn event_shown(event: &Event) -> Shown {
    let (title, args) = match event {
        Event::Start => ("the conversation begins".to_string(), Vec::new()),
        Event::Say { text, files } => {
            let files = files.iter().map(|file| format!("file {}", file.name));
            ("the person says".into(), std::iter::once(cut(text)).chain(files).collect())
        }
        Event::Run { script, .. } => (format!("{script} is asked for"), Vec::new()),
        Event::Timer { .. } => ("the time has come".into(), Vec::new()),
    };
    Shown { kind: "event", title, args, ..Shown::default() }
}

/// What an answer cost, when the settings name the price of a million tokens.
fn cost((into, out): (u64, u64), settings: &Settings) -> Option<String> {
    let price = |name: &str| settings.number::<f64>(name);
    let (to_read, to_write) = (price("llm-price-input")?, price("llm-price-output")?);
    let cost = (into as f64 * to_read + out as f64 * to_write) / 1_000_000.0;
    Some(format!("{cost:.6}"))
}

fn words(value: &Data) -> String {
    cut(&basilect_stdlib::pure::text::display_data(value))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_string(),
    }
}

/// The variables at a step, of the innermost call first.
pub fn variables(recording: &Recording, step: usize) -> Result<Vec<Variable>, Problem> {
    let Some(at) = recording.steps().get(step) else { return Ok(Vec::new()) };
    let moment = recording.moment(at.statement)?;
    let mut all = Vec::new();
    for frame in moment.view().frames {
        let place = if frame.main { String::new() } else { format!("{} · ", frame.function) };
        let variables = frame.scopes.into_iter().flat_map(|scope| scope.variables);
        all.extend(variables.map(|variable| Variable {
            name: format!("{place}{}", variable.name),
            value: variable.text,
        }));
    }
    Ok(all)
}
