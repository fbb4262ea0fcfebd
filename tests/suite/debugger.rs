//! Looking into conversations: recordings, breakpoints, and the protocol that editors speak.

mod again;
mod attached;
mod forked;
mod launched;
mod protocol;
mod recordings;

use std::path::{Path, PathBuf};

use basilect_runtime::conversation::Event;
use basilect_runtime::ports::store::JournalEntry;
use basilect_stdlib::Limits;
use basilect_tests::bots;
use basilect_tests::debugger::{Debugger, marks};
use basilect_tests::local::Local;
use basilect_tests::process::TemporaryFolder;
use serde_json::{Value, json};

/// A bot on the disk.
struct Bot {
    folder: TemporaryFolder,
    path: PathBuf,
    script: PathBuf,
}

/// The bot with this start script.
fn bot(source: &str) -> Bot {
    bot_of(&[("start", source)])
}

fn bot_of(scripts: &[(&str, &str)]) -> Bot {
    let folder = TemporaryFolder::new("debugger").unwrap();
    let path = bots::write(folder.path(), "shop", scripts).unwrap();
    let script = path.join("shop.gbdialog/start.bas");
    Bot { folder, path, script }
}

impl Bot {
    /// A conversation with it, recorded into a file.
    async fn recorded(&self, answers: &[&str]) -> (PathBuf, Vec<JournalEntry>) {
        let package = bots::compile_folder(&self.path).unwrap();
        let local = Local::start(package, Limits::DEFAULT).await.unwrap();
        let id = local.open(&Event::Start).await.unwrap();
        for (number, answer) in answers.iter().enumerate() {
            local.say(&id, &format!("say-{number}"), answer).await.unwrap();
        }
        let journal = local.conversations.services().store.journal(&id).await.unwrap();
        let path = self.folder.path().join("journal.json");
        std::fs::write(&path, json!({ "journal": journal }).to_string()).unwrap();
        (path, journal)
    }
    /// Arguments that attach to such a file.
    fn attaching(&self, journal: &Path) -> Value {
        json!({ "journal": journal.display().to_string(), "bot": self.path.display().to_string() })
    }
    /// A session that launches it, with breakpoints in these lines.
    fn launched(&self, breakpoints: &[u64], more: Value) -> Debugger {
        let mut arguments = json!({ "bot": self.path.display().to_string() });
        for (key, value) in more.as_object().cloned().unwrap_or_default() {
            arguments[key] = value;
        }
        self.begun("launch", arguments, breakpoints)
    }
    /// A session that begins so.
    fn begun(&self, request: &str, arguments: Value, breakpoints: &[u64]) -> Debugger {
        let mut debugger = Debugger::start(Path::new("/")).unwrap();
        debugger.begin(request, arguments, &[(&self.script, breakpoints)]).unwrap();
        debugger
    }
}

/// The line with a mark.
fn line(source: &str, mark: &str) -> u64 {
    marks(source)[mark]
}
