//! `basilect run`: talk with a bot in the terminal.

use std::path::PathBuf;
use std::sync::Arc;

use basilect_compiler::package::Package;
use basilect_runtime::bots::script_key;
use basilect_runtime::conversation::Event;
use basilect_runtime::llm::Endpoint;
use basilect_runtime::local::Local;
use basilect_runtime::ports::clock::SystemClock;
use clap::Args;

use crate::author::author_limits;
use crate::chat::{Chat, Person, Screen};
use crate::{Exit, sources};

/// Talk with a bot in the terminal.
#[derive(Debug, Args)]
#[command(after_help = "\
Where standard input is no terminal, each of its lines is one message, and what the bot says is\n\
all that is printed.\n\n\
Exit codes: 0 the script ended; 1 the input ended while the script waited for an answer, or the\n\
bot has errors; 2 the script was stopped by an error (which is printed with its file and line), \
or\n\
the command could not run.")]
pub struct Options {
    /// A bot's folder, one .bas script, or a built .bot file
    path: PathBuf,
    /// Run this script instead of the start script
    #[arg(long, value_name = "NAME")]
    script: Option<String>,
    /// At the end, show where time, fuel and memory went, line by line (on standard error)
    #[arg(long)]
    profile: bool,
    #[command(flatten)]
    engine: super::engine::EngineOptions,
    #[command(flatten)]
    model: super::model::ModelOptions,
    /// Change a setting of the bot's config.csv
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = super::model::setting)]
    settings: Vec<(String, String)>,
    /// What is talked with instead of what lies at the path.
    #[arg(skip)]
    carried: Option<Box<Package>>,
}

impl Options {
    /// The same with a package that is here already, as if it lay at this path.
    #[cfg(feature = "native")]
    pub fn carry(self, path: PathBuf, package: Package) -> Options {
        Options { path, carried: Some(Box::new(package)), ..self }
    }

    /// Talks until the script or the input ends.
    pub fn run(mut self) -> anyhow::Result<Exit> {
        let single = sources::has_extension(&self.path, "bas");
        let package = match self.carried.take() {
            Some(package) => Ok(Some(*package)),
            None if single => sources::around(&self.path),
            None => sources::package(&self.path),
        };
        let Some(mut package) = package? else { return Ok(Exit::Findings) };
        if single && self.script.is_none() && !self.is_program(&package) {
            eprintln!("{}: a text for prompts, not a program to run", self.path.display());
            return Ok(Exit::Success);
        }
        change(&mut package, &self.settings);
        self.engine.install_for_one(super::engine::user_folder());
        let profile = self.profile.then(|| self.place(single));
        if self.profile {
            super::profile::start();
        }
        // One thread is enough for one conversation, and starts sooner than many.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let exit = runtime.block_on(self.talk(package))?;
        if let Some(place) = profile {
            eprint!("{}", super::profile::report(&*place));
        }
        Ok(exit)
    }

    async fn talk(self, package: Package) -> anyhow::Result<Exit> {
        let single = sources::has_extension(&self.path, "bas");
        let script = self.script.clone().or_else(|| single.then(|| self.stem()));
        let begin = match script {
            Some(script) => Event::Run { script, inputs: Default::default() },
            None => Event::Start,
        };
        let model: Option<Endpoint> = self.model.endpoint();
        let local = Local::alone(package, Arc::new(SystemClock), model, author_limits()).await?;
        let person = Person::at_stdin()?;
        let screen = Screen::new(person.types(), self.place(single));
        Chat::open(&local, screen, person, single).await?.run(begin).await
    }

    fn stem(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Whether the script of this path is one of the package's; prose is not.
    fn is_program(&self, package: &Package) -> bool {
        let wanted = script_key(&self.stem());
        package.program.scripts.iter().any(|script| script_key(&script.name) == wanted)
    }

    /// Places in the package, as the person at the terminal knows them.
    fn place(&self, single: bool) -> Box<dyn Fn(&str) -> String> {
        let path = self.path.clone();
        Box::new(move |inside| {
            let own = std::path::Path::new(inside).file_name() == path.file_name();
            match single {
                true if own => path.display().to_string(),
                true => inside.to_string(),
                false => path.join(inside).display().to_string(),
            }
        })
    }
}

/// Settings of the command line win over those of the bot.
fn change(package: &mut Package, settings: &[(String, String)]) {
    let manifest = &mut package.manifest;
    manifest.settings.extend(settings.iter().cloned());
    manifest.params = basilect_compiler::package::config::params(&manifest.settings);
}
