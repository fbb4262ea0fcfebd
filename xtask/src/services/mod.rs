//! The real servers that the tests talk to, each guarded by a shell that outlives a crash.
//!
//! A service runs under `guard.sh`, whose standard input is a pipe that this process holds. When
//! the run ends, be it by success, failure, Ctrl-C or kill -9, the pipe closes, and the guard
//! stops the service and removes its folder. So nothing here handles signals.

mod llama;
mod postgres;
mod product;

pub use product::Product;

use crate::runner::say;
use crate::tools;
use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const GUARD: &str = include_str!("guard.sh");
const READY_WITHIN: Duration = Duration::from_secs(60);

/// Environment variables for those who use the services.
pub type Variables = Vec<(&'static str, String)>;

/// The services that run, and how to reach them. Dropping it stops them.
pub struct Services {
    /// What the tests find in their environment.
    pub variables: Variables,
    _running: Vec<Service>,
}

/// Starts PostgreSQL and the model server, except where a variable already names one.
pub fn start() -> Result<Services> {
    let mut services = Services { variables: Vec::new(), _running: Vec::new() };
    if std::env::var_os(postgres::VARIABLE).is_none() {
        services.take(postgres::start()?);
    }
    if std::env::var_os(llama::VARIABLE).is_none() {
        services.take(llama::start()?);
    }
    Ok(services)
}

/// Starts the services, prints their variables and waits to be stopped.
pub fn hold() -> Result<()> {
    tools::prepare_services()?;
    let services = start()?;
    for (name, value) in &services.variables {
        say(&format!("export {name}={value}"));
    }
    say("# running; end with Ctrl-C");
    loop {
        std::thread::park();
    }
}

impl Services {
    fn take(&mut self, (service, variables): (Service, Variables)) {
        self._running.push(service);
        self.variables.extend(variables);
    }
}

/// A service under its guard. Dropping it stops the service and removes its folder.
pub struct Service {
    name: &'static str,
    folder: PathBuf,
    guard: Child,
}

impl Service {
    /// Starts `command` in a guarded `folder`; `signal` is what stops it politely.
    fn start(
        name: &'static str,
        folder: PathBuf,
        signal: &str,
        command: &Command,
        user: Option<&tools::User>,
    ) -> Result<Service> {
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "guard"]).arg(&folder).arg(signal);
        guard.arg(command.get_program()).args(command.get_args());
        for (key, value) in command.get_envs() {
            guard.env(key, value.unwrap_or_default());
        }
        // A group of its own: Ctrl-C reaches this process, which lets go of the pipe.
        guard.process_group(0).current_dir(&folder);
        guard.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(user) = user {
            guard.uid(user.uid).gid(user.gid);
        }
        let guard = guard.spawn().with_context(|| format!("cannot start {name}"))?;
        Ok(Service { name, folder, guard })
    }

    /// Waits until `ready` says so; fails when the service has died or takes too long.
    fn await_ready(&self, ready: impl Fn() -> bool) -> Result<()> {
        let start = Instant::now();
        while !ready() {
            if start.elapsed() > READY_WITHIN || self.has_died() {
                bail!("{} did not become ready; its log ends:\n{}", self.name, self.log_tail());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn has_died(&self) -> bool {
        let Ok(pid) = std::fs::read_to_string(self.folder.join("pid")) else { return false };
        let alive = Command::new("kill")
            .args(["-0", pid.trim()])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        !pid.is_empty() && !alive
    }

    /// The last lines that the service wrote.
    pub fn log_tail(&self) -> String {
        let log = std::fs::read(self.folder.join("log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        // The guard removes the folder, so a failure here leaves nothing to be done.
        let _ = self.guard.wait();
    }
}

/// A fresh folder that `user` owns, outside the working tree.
fn fresh_folder(name: &str, user: Option<&tools::User>) -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("basilect-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {folder:?}"))?;
    if let Some(user) = user {
        std::os::unix::fs::chown(&folder, Some(user.uid), Some(user.gid))?;
    }
    Ok(folder)
}

/// A port of 127.0.0.1 that nobody listens on now.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Whether `127.0.0.1:PORT/path` answers 200 now.
fn answers(url: &str) -> bool {
    let (address, path) = url.split_once('/').unwrap_or((url, ""));
    request(address, path).is_ok_and(|answer| answer.contains(" 200 "))
}

/// The first line that a GET is answered with.
fn request(address: &str, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let head = format!("GET /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    let mut start = [0; 64];
    let length = stream.read(&mut start)?;
    let text = String::from_utf8_lossy(&start[..length]).into_owned();
    Ok(text.lines().next().unwrap_or_default().to_string())
}

/// `folder` as the text that a command line or a variable needs.
fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alive(pid: &str) -> bool {
        Command::new("kill").args(["-0", pid]).stderr(Stdio::null()).status().unwrap().success()
    }

    #[test]
    fn a_service_ends_with_its_guard_and_leaves_no_folder() {
        let folder = fresh_folder("guard-test", None).unwrap();
        let mut command = Command::new("sleep");
        command.arg("60");
        let service = Service::start("sleep", folder.clone(), "TERM", &command, None).unwrap();
        service.await_ready(|| folder.join("pid").exists()).unwrap();
        let pid = std::fs::read_to_string(folder.join("pid")).unwrap();
        assert!(alive(pid.trim()) && !service.has_died());
        drop(service);
        assert!(!alive(pid.trim()) && !folder.exists());
    }

    #[test]
    fn a_service_that_dies_is_noticed_with_its_log() {
        let folder = fresh_folder("dying-test", None).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo the port is taken; exit 1"]);
        let service = Service::start("sh", folder, "TERM", &command, None).unwrap();
        let error = service.await_ready(|| false).expect_err("it has died");
        assert!(error.to_string().contains("the port is taken"), "{error}");
    }

    #[test]
    fn readiness_is_the_status_200() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for status in ["503 Loading", "200 OK"] {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 512]);
                let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        assert!(!answers(&format!("{address}/health")));
        assert!(answers(&format!("{address}/health")));
    }
}
