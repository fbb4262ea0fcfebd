//! The product as a process: started, killed, started again on the same address.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// The built `basilect` binary: `BASILECT_BIN`, or the newest one beside the running test.
pub fn binary() -> anyhow::Result<PathBuf> {
    if let Some(path) = std::env::var_os("BASILECT_BIN") {
        return Ok(path.into());
    }
    let test = std::env::current_exe()?;
    let profile = test.ancestors().find(|p| p.join("deps").is_dir()).context("no build folder")?;
    let path = profile.join("basilect");
    if !path.is_file() {
        bail!("{} is missing: build it with `cargo build -p basilect-cli`", path.display());
    }
    Ok(path)
}

/// A port that is free now.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// A folder that disappears with the test.
pub struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    /// An empty folder.
    pub fn new(name: &str) -> anyhow::Result<TemporaryFolder> {
        let unique = format!("basilect-{name}-{}-{:?}", std::process::id(), Instant::now());
        let unique: String = unique.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect();
        let path = std::env::temp_dir().join(unique);
        std::fs::create_dir_all(&path)?;
        Ok(TemporaryFolder(path))
    }
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // What cannot be removed lies in the system's temporary folder anyway.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// How a server is started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its data folder.
    pub data: PathBuf,
    /// Its bots.
    pub folders: Vec<PathBuf>,
    /// A PostgreSQL URL.
    pub database: Option<String>,
    /// Further environment.
    pub env: Vec<(String, String)>,
    /// Another program than the product, with the same command line.
    pub program: Option<PathBuf>,
}

impl Launch {
    /// The product with these bots, on a free port, with its data below `folder`.
    pub fn new(folder: &Path, bots: &[PathBuf]) -> anyhow::Result<Launch> {
        Ok(Launch {
            address: free_address()?,
            data: folder.join("data"),
            folders: bots.to_vec(),
            database: None,
            env: vec![("RUST_LOG".into(), "warn".into())],
            program: None,
        })
    }

    /// The same with one more variable in its environment.
    pub fn with(mut self, name: &str, value: &str) -> Launch {
        self.env.push((name.into(), value.into()));
        self
    }

    fn command(&self) -> anyhow::Result<Command> {
        let program = match &self.program {
            Some(program) => program.clone(),
            None => binary()?,
        };
        let mut command = Command::new(program);
        command.arg("serve").arg("--no-watch");
        command.arg("--listen").arg(self.address.to_string());
        command.arg("--data").arg(&self.data);
        if let Some(url) = &self.database {
            command.arg("--database").arg(url);
        }
        command.args(&self.folders).envs(self.env.iter().cloned());
        command.env("BASILECT_ADMIN_TOKEN", ADMIN_TOKEN);
        Ok(command)
    }

    /// Where the server's log goes.
    pub fn log(&self) -> PathBuf {
        self.data.with_extension("log")
    }
}

/// A running server; killed when dropped.
pub struct ServerProcess {
    child: Child,
    /// How it was started.
    pub launch: Launch,
    /// From the start of the process to the first `ready`.
    pub ready_after: Duration,
}

impl ServerProcess {
    /// Starts the server and waits until it is ready for traffic.
    pub fn start(launch: Launch) -> anyhow::Result<ServerProcess> {
        let mut command = launch.command()?;
        let log = std::fs::File::options().append(true).create(true).open(launch.log())?;
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("starting the server")?;
        let started = Instant::now();
        let mut server = ServerProcess { child, launch, ready_after: Duration::ZERO };
        server.wait_ready(started)?;
        server.ready_after = started.elapsed();
        Ok(server)
    }

    fn wait_ready(&mut self, started: Instant) -> anyhow::Result<()> {
        while started.elapsed() < Duration::from_secs(60) {
            if let Some(status) = self.child.try_wait()? {
                let log = std::fs::read_to_string(self.launch.log())?;
                bail!("the server ended with {status}:\n{log}");
            }
            if ready(self.launch.address) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        bail!("the server was not ready within a minute")
    }

    /// SIGKILL, and nothing else: no handler runs, nothing is flushed.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// SIGTERM; how long the stop took.
    pub fn terminate(&mut self) -> anyhow::Result<Duration> {
        let asked = Instant::now();
        let pid = self.child.id().to_string();
        Command::new("kill").arg("-TERM").arg(pid).status()?;
        self.child.wait()?;
        Ok(asked.elapsed())
    }

    /// Kills the server and starts it again on the same address and data.
    pub fn restart_after_kill(&mut self) -> anyhow::Result<Duration> {
        self.kill()?;
        let again = ServerProcess::start(self.launch.clone())?;
        let ready_after = again.ready_after;
        *self = again;
        Ok(ready_after)
    }

    /// Its process number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the process has ended by itself.
    pub fn wait_dead(&mut self, limit: Duration) -> anyhow::Result<bool> {
        let started = Instant::now();
        while started.elapsed() < limit {
            if self.child.try_wait()?.is_some() {
                return Ok(true);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(false)
    }

    /// Resident memory in bytes.
    pub fn resident_bytes(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS")).context("no VmRSS")?;
        let kilobytes: u64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
        Ok(kilobytes * 1024)
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.kill();
    }
}

/// The administration token of servers under test.
pub const ADMIN_TOKEN: &str = "an-administration-token-for-tests-only";

/// Whether the server answers `/readyz` with 200.
pub fn ready(address: SocketAddr) -> bool {
    use std::io::{Read, Write};
    let Ok(mut stream) = std::net::TcpStream::connect_timeout(&address, Duration::from_millis(200))
    else {
        return false;
    };
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut answer = [0u8; 12];
    stream.set_read_timeout(Some(Duration::from_millis(500))).is_ok()
        && stream.write_all(request.as_bytes()).is_ok()
        && stream.read_exact(&mut answer).is_ok()
        && answer.ends_with(b"200")
}
