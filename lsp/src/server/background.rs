//! What is done while nobody waits: diagnostics of all files, those that were edited last first,
//! and word of how far that has come.

use std::collections::HashSet;

use lsp_types::notification::{Notification as _, Progress, PublishDiagnostics};
use lsp_types::{PublishDiagnosticsParams, Uri};
use serde_json::json;

use super::{Failure, Server};
use crate::features::diagnostics;

/// Work that is left.
#[derive(Debug, Default)]
pub struct Background {
    /// Whether there may be files whose diagnostics are not known.
    looking: bool,
    /// The addresses of files that were edited, the last at the end.
    first: Vec<String>,
    /// The files of which something was published that is not withdrawn.
    shown: HashSet<String>,
    /// How many files there were when the whole began; `None` once it is through.
    opening: Option<usize>,
    /// Whether the editor shows how far it is.
    announced: bool,
    /// Files that are through since then.
    done: usize,
}

impl Background {
    /// Begins with all files.
    pub fn begin(&mut self, files: usize) {
        self.looking = true;
        if files > 1 {
            (self.opening, self.done) = (Some(files), 0);
        }
    }
    /// Something has changed.
    pub fn look_again(&mut self) {
        self.looking = true;
    }
    /// This file comes before all others.
    pub fn first(&mut self, uri: &Uri) {
        self.first.retain(|other| other != uri.as_str());
        self.first.push(uri.as_str().to_string());
    }
}

/// The token of the one piece of work that is announced.
const TOKEN: &str = "basilect/opening";

impl Server<'_> {
    /// Does a small piece of work; whether there was any.
    pub(super) fn work(&mut self) -> Result<bool, Failure> {
        if !self.background.looking {
            return Ok(false);
        }
        self.workspace.settle();
        let next = self.next_file();
        let Some(uri) = next else {
            self.background.looking = false;
            self.progress_end()?;
            return Ok(true);
        };
        self.publish(&uri)?;
        self.background.done += 1;
        self.progress()?;
        Ok(true)
    }

    /// The file whose turn it is: of those that were edited the last, else any.
    fn next_file(&mut self) -> Option<Uri> {
        while let Some(last) = self.background.first.pop() {
            let all = self.workspace.all();
            let found = all.into_iter().find(|here| here.file.uri.as_str() == last);
            if let Some(here) = found.filter(|here| !here.file.is_diagnosed()) {
                return Some(here.file.uri.clone());
            }
        }
        let mut open = self.workspace.all().filter(|here| !here.file.is_diagnosed());
        open.next().map(|here| here.file.uri.clone())
    }

    /// Says what is wrong in a file. Of one that nobody has open nothing is said where nothing is
    /// wrong, unless something was.
    fn publish(&mut self, uri: &Uri) -> Result<(), Failure> {
        let Some(here) = self.workspace.here(uri) else { return Ok(()) };
        let found = diagnostics::of(&here);
        let version = here.file.version;
        let shown = &mut self.background.shown;
        let before = match found.is_empty() {
            true => shown.remove(uri.as_str()),
            false => !shown.insert(uri.as_str().to_string()),
        };
        if found.is_empty() && version.is_none() && !before {
            return Ok(());
        }
        let params = PublishDiagnosticsParams { uri: uri.clone(), diagnostics: found, version };
        self.notify(PublishDiagnostics::METHOD, params)
    }

    /// Takes back what was said of a file.
    pub(super) fn withdraw(&mut self, uri: &Uri) -> Result<(), Failure> {
        self.background.shown.remove(uri.as_str());
        let params =
            PublishDiagnosticsParams { uri: uri.clone(), diagnostics: Vec::new(), version: None };
        self.notify(PublishDiagnostics::METHOD, params)
    }

    fn progress(&mut self) -> Result<(), Failure> {
        let Some(files) = self.background.opening.filter(|_| self.session.progress) else {
            return Ok(());
        };
        let done = self.background.done.min(files);
        if !std::mem::replace(&mut self.background.announced, true) {
            self.send(lsp_server::Request {
                id: "progress".to_string().into(),
                method: "window/workDoneProgress/create".into(),
                params: json!({ "token": TOKEN }),
            })?;
            let value = json!({ "kind": "begin", "title": "Reading bots", "percentage": 0 });
            return self.notify(Progress::METHOD, json!({ "token": TOKEN, "value": value }));
        }
        // Word of every file would be more work than the file.
        if done % 25 != 0 {
            return Ok(());
        }
        let percentage = done * 100 / files.max(1);
        let message = format!("{done} of {files} files");
        let value = json!({ "kind": "report", "message": message, "percentage": percentage });
        self.notify(Progress::METHOD, json!({ "token": TOKEN, "value": value }))
    }

    fn progress_end(&mut self) -> Result<(), Failure> {
        self.background.opening = None;
        if !std::mem::take(&mut self.background.announced) {
            return Ok(());
        }
        let value = json!({ "kind": "end" });
        self.notify(Progress::METHOD, json!({ "token": TOKEN, "value": value }))
    }
}
