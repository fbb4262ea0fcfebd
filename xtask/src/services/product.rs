//! The product itself, serving the example bots to the browser tests.

use super::{Service, Variables, answers, free_port, fresh_folder, shown};
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;

/// The administration token of a server that only these tests reach.
const ADMIN_TOKEN: &str = "token-of-the-browser-tests";

/// A running `basilect serve`.
pub struct Product {
    /// Where it listens, and how the tests kill and restart it.
    pub variables: Variables,
    /// The service; its log explains a failed test.
    pub service: Service,
}

impl Product {
    /// Serves the folder `bots` with the program `binary`, with data of this run alone.
    pub fn start(binary: &Path, bots: &Path, environment: &Variables) -> Result<Product> {
        let folder = fresh_folder("serve", None)?;
        let address = format!("127.0.0.1:{}", free_port()?);
        let mut server = Command::new(binary);
        server.arg("serve").arg(bots).args(["--listen", &address]);
        server.arg("--data").arg(folder.join("data")).args(["--admin-token", ADMIN_TOKEN]);
        server.envs(environment.iter().map(|(name, value)| (name, value)));
        write_restart(&folder, &server)?;
        let manual = folder.join("manual");
        write_manual(binary, &manual)?;
        let restart = format!("sh {}", shown(&folder.join("restart")));
        let service = Service::start("basilect serve", folder, "TERM", &server, None)?;
        service.await_ready(|| answers(&format!("{address}/readyz")))?;
        let base = format!("http://{address}");
        let manual = shown(&manual);
        let token = ADMIN_TOKEN.to_string();
        let variables = vec![
            ("BASE_URL", base),
            ("RESTART_CMD", restart),
            ("MANUAL", manual),
            ("ADMIN_TOKEN", token),
        ];
        Ok(Product { variables, service })
    }
}

/// Writes the manual as files, which the tests also read without a server.
fn write_manual(binary: &Path, folder: &Path) -> Result<()> {
    let output = Command::new(binary).arg("docs").arg("--out").arg(folder).output();
    let output = output.context("cannot run `basilect docs`")?;
    let told = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "`basilect docs` fails: {told}");
    Ok(())
}

/// Writes the script that kills the server as a power cut would and starts it anew. It does not
/// wait for the new one: what a page does meanwhile is what the tests are about.
fn write_restart(folder: &Path, server: &Command) -> Result<()> {
    let words = std::iter::once(server.get_program()).chain(server.get_args());
    let words: Vec<String> = words.map(|word| quoted(&word.to_string_lossy())).collect();
    let script = format!(
        "cd {folder} || exit 1\nkill -9 \"$(cat pid)\"\ntries=0\n\
         while kill -0 \"$(cat pid)\" 2>/dev/null && [ $tries -lt 50 ]; do\n\
         sleep 0.02\ntries=$((tries + 1))\ndone\n\
         {server} </dev/null >>log 2>&1 &\necho $! >pid\n",
        folder = quoted(&shown(folder)),
        server = words.join(" "),
    );
    std::fs::write(folder.join("restart"), script).context("cannot write the restart script")
}

/// `word` as a shell reads it back.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        let word = "it's $HOME \"and\" more";
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("printf %s {}", quoted(word))]);
        let output = shell.output().expect("a shell");
        assert_eq!(String::from_utf8_lossy(&output.stdout), word);
    }
}
