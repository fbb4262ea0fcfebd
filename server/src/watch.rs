//! Changed bot folders: compiled and deployed while the server runs. Conversations that wait keep
//! the version they began with.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;

use crate::App;
use crate::bootstrap::{BotFolder, Mounted, mount};
use crate::studio::folder;

/// Editors write a file in several steps: a change is taken up when it has been quiet for so long.
const QUIET: Duration = Duration::from_millis(150);

/// Watches the folders of the mounted bots.
pub struct Watcher {
    _watcher: RecommendedWatcher,
    task: tokio::task::JoinHandle<()>,
}

impl Watcher {
    /// Starts watching; `None` (with a line in the log) where the system does not allow it.
    pub fn start(app: &App, mounted: &[Mounted]) -> Option<Watcher> {
        let folders: Vec<BotFolder> = mounted.iter().map(|bot| bot.folder.clone()).collect();
        let (changed, changes) = mpsc::unbounded_channel::<PathBuf>();
        let notify = move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            if !matches!(event.kind, notify::EventKind::Access(_)) {
                // The receiver lives as long as the task; at the end nobody needs the change.
                let paths = event.paths.into_iter().filter(|path| !folder::is_passing(path));
                paths.for_each(|path| drop(changed.send(path)));
            }
        };
        let watcher = notify::recommended_watcher(notify).and_then(|mut watcher| {
            for folder in &folders {
                watcher.watch(&folder.path, RecursiveMode::Recursive)?;
            }
            Ok(watcher)
        });
        match watcher {
            Ok(watcher) => {
                let task = tokio::spawn(redeploy(app.clone(), folders, changes));
                Some(Watcher { _watcher: watcher, task })
            }
            Err(error) => {
                tracing::warn!(%error, "changed bot folders will not be noticed");
                None
            }
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn redeploy(
    app: App,
    folders: Vec<BotFolder>,
    mut changes: mpsc::UnboundedReceiver<PathBuf>,
) {
    while let Some(path) = changes.recv().await {
        let mut touched = HashSet::new();
        touched.extend(owner(&folders, &path));
        while let Ok(Some(path)) = tokio::time::timeout(QUIET, changes.recv()).await {
            touched.extend(owner(&folders, &path));
        }
        for index in touched {
            if let Some(folder) = folders.get(index) {
                let services = app.conversations().services();
                let now = services.clock.now_ms();
                let mounted = mount(&services.bots, folder.clone(), now).await;
                app.folders().note(&mounted);
                if let Ok(version) = mounted.outcome {
                    tracing::info!(bot = %folder.name, %version, "taken up in a new version");
                }
            }
        }
    }
}

fn owner(folders: &[BotFolder], path: &Path) -> Option<usize> {
    folders.iter().position(|folder| path.starts_with(&folder.path))
}
