//! What editors need: grammars, which the product prints, the extension of Visual Studio Code, and
//! the editor that the studio's page loads.

use crate::phases;
use crate::runner::{quiet, say};
use crate::tools;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The notation that `basilect grammar` knows, and the file that holds it.
const GRAMMARS: [(&str, &str); 2] = [
    ("textmate", "editors/grammar/basilect.tmLanguage.json"),
    ("vim", "editors/neovim/syntax/basilect.vim"),
];

/// Writes every grammar anew.
pub fn grammar() -> Result<()> {
    let mut build = Command::new("cargo");
    build.args(["build", "--quiet", "--workspace", "--bins", "--features", "full"]);
    quiet(build)?;
    let basilect = phases::built("basilect")?;
    for (kind, path) in GRAMMARS {
        let printed = Command::new(&basilect).args(["grammar", kind]).output()?;
        ensure!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
        std::fs::write(path, &printed.stdout).with_context(|| format!("cannot write {path}"))?;
        say(&format!("{path}: {} bytes", printed.stdout.len()));
    }
    Ok(())
}

/// Writes the grammars and packs the extension; says where it lies.
pub fn package() -> Result<()> {
    grammar()?;
    let folder = extension(&std::env::current_dir().context("the working directory")?)?;
    quiet(npm(&folder, &["run", "--silent", "package"]))?;
    say(&format!("{}", folder.join("basilect.vsix").display()));
    Ok(())
}

/// Writes the editor of the studio's page, which is kept in the repository as it is served: whoever
/// builds the server needs no Node.js.
pub fn vendor() -> Result<()> {
    tools::packages(&[("nodejs", "node"), ("npm", "npm")])?;
    let folder = std::env::current_dir().context("the working directory")?.join("server/vendor");
    tools::packages_of_npm(&folder, "the editor of the studio")?;
    quiet(npm(&folder, &["run", "--silent", "build"]))?;
    say("server/pages/assets/vendor/codemirror.js is written");
    Ok(())
}

/// The folder of the extension, with what it is made with.
pub fn extension(root: &Path) -> Result<PathBuf> {
    tools::packages(&[("nodejs", "node"), ("npm", "npm")])?;
    let folder = root.join("editors/vscode");
    tools::packages_of_npm(&folder, "the extension for Visual Studio Code")?;
    Ok(folder)
}

/// A command of npm in a folder.
pub fn npm(folder: &Path, args: &[&str]) -> Command {
    let mut npm = Command::new("npm");
    npm.args(args).current_dir(folder);
    npm
}

/// How long the tests of one file may take, in milliseconds: a window that hangs ends there.
const TEST_MS: u32 = 180_000;

/// The tests that lie in a folder of the extension, run by Node.js.
pub fn node(folder: &Path, tests: &str) -> Result<Command> {
    let mut node = Command::new("node");
    node.arg("--test").arg(format!("--test-timeout={TEST_MS}"));
    node.args(phases::scripts(&folder.join(tests))?).current_dir(folder);
    Ok(node)
}
