//! A path on the command line becomes a bot: a folder, a single script, or a built package.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use basilect_compiler::diagnostics::mend::Texts;
use basilect_compiler::diagnostics::{Severity, render};
use basilect_compiler::package::{Built, Package};
use basilect_compiler::source::{Provider, SourceFile};
use basilect_runtime::bots::configuration;
use basilect_server::bootstrap::{FolderProvider, find_bots};
use basilect_stdlib::Limits;

use crate::terminal::{self, Paint};

/// Errors that are drawn before something runs.
const SHOWN_ERRORS: usize = 20;

/// Something that can be compiled.
#[derive(Debug)]
pub struct Source {
    /// The name of the bot.
    pub name: String,
    /// The path as given, before which the paths in messages are shown.
    pub path: PathBuf,
    /// For a single script, its name: it is what runs.
    pub script: Option<String>,
    folder: PathBuf,
}

/// The source at `path`.
pub fn open(path: &Path) -> anyhow::Result<Source> {
    let absolute = path.canonicalize().with_context(|| path.display().to_string())?;
    let stem = stem(&absolute).with_context(|| format!("{}: a strange name", path.display()))?;
    if absolute.is_dir() {
        something_inside(path, &absolute)?;
        return Ok(Source { name: stem, path: path.into(), script: None, folder: absolute });
    }
    if !has_extension(&absolute, "bas") {
        bail!("{}: expected a bot's folder (NAME.gbai) or a .bas script", path.display());
    }
    ensure!(absolute.is_file(), "{}: this is no file", path.display());
    let script = Some(stem.clone());
    Ok(Source { name: stem, path: path.into(), script, folder: absolute })
}

/// A folder without any script is a mistake of the path, unless it is a bot of documents alone.
fn something_inside(path: &Path, folder: &Path) -> anyhow::Result<()> {
    let files = FolderProvider::new(folder).list();
    let scripts = files.iter().any(|file| {
        has_extension(Path::new(file), "bas") || has_extension(Path::new(file), "gbdialog")
    });
    let documents = has_extension(folder, "gbai") && !files.is_empty();
    if !scripts && !documents {
        bail!("{}: there is no bot here; `basilect new NAME` begins one", path.display());
    }
    Ok(())
}

/// The sources at `path`: a folder that holds bots stands for each of them.
pub fn open_all(path: &Path) -> anyhow::Result<Vec<Source>> {
    if !path.is_dir() {
        return Ok(vec![open(path)?]);
    }
    let bots = find_bots(&[path.to_path_buf()])
        .map_err(|(path, error)| anyhow::anyhow!("{}: {error}", path.display()))?;
    if bots.is_empty() || has_extension(path, "gbai") {
        return Ok(vec![open(path)?]);
    }
    let below = |bot: &PathBuf| bot.file_name().map_or_else(|| bot.clone(), |f| path.join(f));
    bots.iter().map(|bot| open(&below(&bot.path))).collect()
}

fn stem(path: &Path) -> Option<String> {
    let name = match path.is_dir() && !has_extension(path, "gbai") {
        true => path.file_name()?,
        false => path.file_stem()?,
    };
    Some(name.to_str()?.to_lowercase())
}

/// Whether the path ends with this extension, in any letter case.
pub fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

impl Source {
    /// Compiles it.
    pub fn build(&self) -> Built {
        self.build_with(&Texts::new())
    }

    /// Compiles it as it would be with new texts in some of its files.
    pub fn build_with(&self, texts: &Texts) -> Built {
        let inner: Box<dyn Provider> = match self.script {
            None => Box::new(FolderProvider::new(&self.folder)),
            Some(_) => Box::new(OneFile { path: self.folder.clone() }),
        };
        configuration::build(&Rewritten { inner, texts }, &self.name)
    }

    /// Compiles it; what is wrong is drawn on standard error. `None` when there are errors.
    pub fn package(&self) -> Option<Package> {
        let built = self.build();
        let colour = Paint::stderr().on();
        let errors = built.diagnostics.iter().filter(|(_, d)| d.severity == Severity::Error);
        for (file, diagnostic) in errors.clone().take(SHOWN_ERRORS) {
            let mut shown = SourceFile::clone(file);
            shown.path = self.shown(&file.path);
            let text = render::text_in(&shown, diagnostic, colour, terminal::columns());
            eprintln!("{}", text.trim_end());
        }
        if let more @ 1.. = errors.count().saturating_sub(SHOWN_ERRORS) {
            eprintln!("and {more} more; `basilect check` tells them");
        }
        built.package
    }

    /// Where a file of the package lies on the disk.
    pub fn on_disk(&self, inside: &str) -> PathBuf {
        match self.script {
            Some(_) => self.folder.clone(),
            None => self.folder.join(inside),
        }
    }

    /// A path inside the package as the person at the terminal knows it.
    pub fn shown(&self, inside: &str) -> String {
        match self.script {
            Some(_) => self.path.display().to_string(),
            None => self.path.join(inside).display().to_string(),
        }
    }
}

/// The package at `path`: compiled from its sources, or read from a `.bot` file. `None` when there
/// are errors, which have been shown.
pub fn package(path: &Path) -> anyhow::Result<Option<Package>> {
    if !has_extension(path, "bot") {
        return Ok(open(path)?.package());
    }
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    let package = Package::from_bytes(&bytes).map_err(|error| {
        let path = path.display();
        anyhow::anyhow!("{path}: {error}; build it again with `basilect build FOLDER`")
    })?;
    Ok(Some(package))
}

/// The package of one script: that of the bot it belongs to, so that it finds its tables and the
/// scripts it calls; the script alone where it belongs to none, or others of the bot have errors.
pub fn around(script: &Path) -> anyhow::Result<Option<Package>> {
    let absolute = script.canonicalize().with_context(|| script.display().to_string())?;
    let mut above = absolute.ancestors().skip(1).take(3);
    let bot = above.find(|folder| has_extension(folder, "gbai"));
    let built = bot.map(|bot| open(bot).map(|source| source.build())).transpose()?;
    match built.and_then(|built| built.package) {
        Some(package) => Ok(Some(package)),
        None => Ok(open(script)?.package()),
    }
}

/// The package at `path` as a debugger takes it, with the folder in which its files lie, if they
/// do. What is wrong is told in the error.
pub fn quietly(path: &Path) -> anyhow::Result<(Package, Option<PathBuf>)> {
    if has_extension(path, "bot") {
        let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
        let package = Package::from_bytes(&bytes);
        return Ok((package.map_err(|e| anyhow::anyhow!("{}: {e}", path.display()))?, None));
    }
    let absolute = path.canonicalize().with_context(|| path.display().to_string())?;
    let single = has_extension(path, "bas");
    let above = absolute.ancestors().skip(1).take(3);
    let bot = above.into_iter().find(|folder| single && has_extension(folder, "gbai"));
    if let Some(bot) = bot
        && let Some(package) = open(bot)?.build().package
    {
        return Ok((package, Some(bot.to_path_buf())));
    }
    let source = open(path)?;
    let built = source.build();
    let Some(package) = built.package else {
        let errors = built.diagnostics.iter().filter(|(_, d)| d.severity == Severity::Error);
        let errors = errors.take(SHOWN_ERRORS).map(|(file, error)| {
            let line = file.row(error.span.start);
            format!("{}:{line}: {}", source.shown(&file.path), error.message)
        });
        bail!("the bot has errors:\n{}", errors.collect::<Vec<_>>().join("\n"));
    };
    let folder = if single { absolute.parent().map(Path::to_path_buf) } else { Some(absolute) };
    Ok((package, folder))
}

/// The bytes of a file, but hardly more than a limit: what is longer is refused, however long.
pub fn read(path: &Path, limit: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)?;
    file.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A package of one script.
#[derive(Debug)]
struct OneFile {
    path: PathBuf,
}

impl Provider for OneFile {
    fn list(&self) -> Vec<String> {
        let name = self.path.file_name().and_then(|name| name.to_str());
        name.map(str::to_string).into_iter().collect()
    }
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        read(&self.path, Limits::DEFAULT.source_bytes).map_err(|error| format!("{path}: {error}"))
    }
}

/// A package some of whose files have new texts.
struct Rewritten<'a> {
    inner: Box<dyn Provider>,
    texts: &'a Texts,
}

impl Provider for Rewritten<'_> {
    fn list(&self) -> Vec<String> {
        self.inner.list()
    }
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        match self.texts.get(path) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => self.inner.read(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bots_are_named_after_their_folder_and_scripts_after_their_file() {
        let folder = std::env::temp_dir().join(format!("basilect-sources-{}", std::process::id()));
        let bot = folder.join("Shop.gbai");
        std::fs::create_dir_all(&bot).expect("a temporary folder");
        std::fs::write(folder.join("Hello.BAS"), "TALK 1").expect("a script");
        assert!(open(&bot).is_err(), "a folder without a script is no bot");
        std::fs::write(bot.join("start.bas"), "TALK 1").expect("a script");
        assert_eq!(open(&bot).expect("a bot").name, "shop");
        assert_eq!(open(&folder.join("Hello.BAS")).expect("a script").name, "hello");
        assert_eq!(open_all(&folder).expect("bots").len(), 1);
        assert!(open(&folder.join("missing.bas")).is_err());
        std::fs::remove_dir_all(&folder).expect("removable");
    }
}
