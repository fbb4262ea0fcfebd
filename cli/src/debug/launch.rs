//! What the editor wants to debug.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use basilect_compiler::package::Package;
use basilect_runtime::bots::script_key;
use basilect_runtime::conversation::Step;
use basilect_runtime::debug::playback::Outside;
use basilect_runtime::debug::{Codes, Recording};
use basilect_runtime::llm::Endpoint;
use basilect_runtime::ports::store::JournalEntry;
use basilect_runtime::replay::steps_of;
use basilect_runtime::transcript;
use basilect_stdlib::Limits;
use serde_json::Value;

use super::live::Begin;
use super::recorded::{Fetch, More, RecordedTarget};
use super::sources::Places;
use crate::commands::remote::Remote;
use crate::sources;

/// Bytes of a journal in a file.
const JOURNAL_BYTES: usize = 256 << 20;

/// The text of an argument; empty ones are none.
fn text<'a>(arguments: &'a Value, name: &str) -> Option<&'a str> {
    arguments[name].as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// The bot's folder, script or file.
fn bot_path(arguments: &Value) -> Option<PathBuf> {
    text(arguments, "bot").or(text(arguments, "program")).map(PathBuf::from)
}

/// The model of bots that configure none. Its key may come from the environment.
pub fn model(arguments: &Value) -> Option<Endpoint> {
    let own = |name: &str, variable: &str| {
        let given = text(arguments, name).map(str::to_string);
        given.or_else(|| std::env::var(variable).ok().filter(|value| !value.is_empty()))
    };
    Some(Endpoint {
        url: own("modelUrl", "BASILECT_MODEL_URL")?,
        path: None,
        model: own("modelName", "BASILECT_MODEL_NAME").unwrap_or_else(|| "default".into()),
        key: own("modelKey", "BASILECT_MODEL_KEY"),
    })
}

/// What keywords get that reach outside of a conversation that goes on from a recording.
pub fn outside(arguments: &Value) -> anyhow::Result<Outside> {
    match text(arguments, "outside") {
        None | Some("ask") => Ok(Outside::Ask),
        Some("refuse") => Ok(Outside::Refuse),
        Some("allow") => Ok(Outside::Allow),
        Some(other) => bail!("`outside` is `ask`, `refuse` or `allow`, not `{other}`"),
    }
}

/// A conversation to run here, and where its scripts lie.
pub fn launch(arguments: &Value) -> anyhow::Result<(Begin, Places)> {
    let path = bot_path(arguments).context("say which bot: its folder, or a script")?;
    let mut test = None;
    if let Some(file) = text(arguments, "transcript") {
        let written = std::fs::read_to_string(file).with_context(|| file.to_string())?;
        let parsed = transcript::parse(Path::new(file), &written);
        let parsed =
            parsed.map_err(|wrong| anyhow::anyhow!("{file}:{}: {}", wrong.line, wrong.why));
        test = Some(parsed?);
    }
    let (mut package, places) = sources::quietly(&path)?;
    if let Some(settings) = arguments["settings"].as_object() {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
        let given = settings.iter().map(|(key, value)| (key.clone(), text(value)));
        package.manifest.settings.extend(given);
        let params = basilect_compiler::package::config::params(&package.manifest.settings);
        package.manifest.params = params;
    }
    let single = sources::has_extension(&path, "bas")
        .then(|| path.file_stem().unwrap_or_default().to_string_lossy().into_owned());
    let script = text(arguments, "script").map(str::to_string).or(single);
    if let Some(script) = &script {
        let wanted = script_key(script);
        let known = package.program.scripts.iter().any(|s| script_key(&s.name) == wanted);
        ensure!(known, "there is no script {script}");
    }
    let begin = Begin {
        package,
        script,
        transcript: test,
        model: model(arguments),
        stop_on_entry: arguments["stopOnEntry"] == true,
    };
    Ok((begin, Places { folder: places }))
}

/// A recorded conversation, and where its scripts lie.
pub fn attach(arguments: &Value) -> anyhow::Result<(RecordedTarget, Places)> {
    let own = bot_path(arguments).map(|path| sources::quietly(&path)).transpose()?;
    let (package, folder) = own.map_or((None, None), |(package, folder)| (Some(package), folder));
    // The scripts on the disk may be newer than what was recorded, so they run only if asked for.
    let replaced = package.filter(|_| arguments["replaceBot"] == true);
    let source = Source::of(arguments, replaced.is_some())?;
    let first = source.fetch(&Codes::default())?;
    let codes = match replaced {
        Some(package) => Codes::one(package),
        None => Codes::recorded(first.packages),
    };
    ensure!(
        codes.all().next().is_some(),
        "which bot? Give its folder or file as `bot`, and \
        `replaceBot`: true"
    );
    let rows = first.journal.len();
    ensure!(rows > 0, "nothing is recorded of this conversation yet");
    let recording = Recording::open(codes, Limits::DEFAULT, &first.journal)?;
    let follow = arguments["follow"] != false && !matches!(source, Source::File(..));
    let fetch = follow.then(|| -> Fetch { Arc::new(move |codes| source.fetch(codes)) });
    Ok((RecordedTarget::new(recording, rows, fetch), Places { folder }))
}

/// Where a recorded conversation comes from.
enum Source {
    /// A file, and the bot that it ran on.
    File(PathBuf, Option<PathBuf>),
    /// The data folder of a server.
    Data(PathBuf, String),
    /// A server.
    Server { url: String, token: String, id: String },
}

impl Source {
    fn of(arguments: &Value, replaced: bool) -> anyhow::Result<Source> {
        if let Some(journal) = text(arguments, "journal") {
            let bot = bot_path(arguments).filter(|_| !replaced);
            return Ok(Source::File(journal.into(), bot));
        }
        let id = text(arguments, "conversation").context("say which conversation")?.to_string();
        let plain = id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        ensure!(plain, "this is no identifier of a conversation");
        if let Some(data) = text(arguments, "data") {
            return Ok(Source::Data(data.into(), id));
        }
        let url = text(arguments, "from");
        let url =
            url.context("say where it is: a journal, the data folder, or the server (from)")?;
        let token = text(arguments, "token").map(str::to_string);
        let token = token.or_else(|| std::env::var("BASILECT_ADMIN_TOKEN").ok());
        let token = token.context("the server's administration token is missing (token)")?;
        Ok(Source::Server { url: url.to_string(), token, id })
    }
    /// The journal, and the packages that are not known yet.
    fn fetch(&self, known: &Codes) -> anyhow::Result<More> {
        match self {
            Source::File(path, bot) => {
                let bytes = sources::read(path, JOURNAL_BYTES);
                let bytes = bytes.with_context(|| path.display().to_string())?;
                let value = serde_json::from_slice(&bytes).map_err(anyhow::Error::from);
                let journal = value.and_then(crate::commands::replay::journal_of);
                let journal = journal.with_context(|| path.display().to_string())?;
                let package = bot.as_ref().map(|path| sources::quietly(path)).transpose()?;
                let packages = package.into_iter().map(|(package, _)| package).collect();
                check_packages(&journal, packages)
            }
            Source::Data(folder, id) => from_data(folder, id, known),
            Source::Server { url, token, id } => {
                let remote = Remote::new(url, token)?;
                let journal = remote.get(&format!("/api/admin/conversations/{id}/journal"))?;
                let journal = crate::commands::replay::journal_of(journal)?;
                let mut packages = Vec::new();
                for hash in hashes(&journal)?.iter().filter(|hash| !known.has(hash)) {
                    let bytes = remote.bytes(&format!("/api/admin/packages/{hash}"))?;
                    packages.push(read_package(&bytes)?);
                }
                Ok(More { journal, packages })
            }
        }
    }
}

/// A file tells which packages it ran on; the bot that is given stands for one of them.
fn check_packages(journal: &[JournalEntry], packages: Vec<Package>) -> anyhow::Result<More> {
    let hashes = hashes(journal)?;
    if let Some(package) = packages.first()
        && !hashes.contains(&package.version())
    {
        bail!(
            "the bot is another version than the conversation ran on; give that version, or \
             `replaceBot`: true to run this one in its place"
        );
    }
    Ok(More { journal: journal.to_vec(), packages })
}

fn from_data(folder: &Path, id: &str, known: &Codes) -> anyhow::Result<More> {
    ensure!(folder.is_dir(), "{}: no such folder", folder.display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = basilect_runtime::store::open(None, folder).await?;
        let journal = store.journal(id).await?;
        let mut packages = Vec::new();
        for hash in hashes(&journal)?.iter().filter(|hash| !known.has(hash)) {
            let bytes = store.package(hash).await?;
            packages.push(read_package(&bytes.context("a package is gone")?)?);
        }
        store.close().await;
        Ok(More { journal, packages })
    })
}

fn read_package(bytes: &[u8]) -> anyhow::Result<Package> {
    Package::from_bytes(bytes).map_err(|error| anyhow::anyhow!("its package: {error}"))
}

/// The packages that a journal names, each once.
fn hashes(journal: &[JournalEntry]) -> anyhow::Result<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    for entry in journal {
        for step in steps_of(entry)? {
            if let Step::Begin { program, .. } = step
                && !found.contains(&program)
            {
                let plain = program.chars().all(|c| c.is_ascii_hexdigit());
                ensure!(plain, "this journal names a package that is none");
                found.push(program);
            }
        }
    }
    Ok(found)
}
