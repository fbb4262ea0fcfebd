//! Commands that pages show: run in the page's folder, in order, with what they print.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use basilect_tests::process::{binary, free_address};

use super::fences::Fence;

/// What a command did.
pub struct Ran {
    /// Its exit code.
    pub code: i32,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

/// The terminal of a page.
pub struct Console {
    folder: PathBuf,
    /// Where its server listens.
    address: String,
    server: Option<Child>,
    token: String,
}

impl Drop for Console {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            // It may have ended by itself; then there is nothing to end.
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(binary().expect("built"));
    command.args(args).current_dir(folder).env_remove("BASILECT_ADMIN_TOKEN");
    command.env("BASILECT_CODE_CACHE", "none");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the product.
pub fn basilect(folder: &Path, args: &[&str]) -> Ran {
    let output = command(folder, args).output().expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let code = output.status.code().expect("no signal");
    Ran { code, out: text(output.stdout), err: text(output.stderr) }
}

impl Console {
    /// A terminal in a folder.
    pub fn new(folder: &Path) -> Console {
        let address = free_address().expect("an address").to_string();
        Console { folder: folder.to_path_buf(), address, server: None, token: String::new() }
    }

    /// Runs the commands of a block.
    pub fn run(&mut self, fence: &Fence, bot: &mut Option<String>) -> Result<(), String> {
        let fails = fence.words.iter().any(|word| word == "fails");
        for (typed, shown) in commands(&fence.text) {
            let typed = typed.strip_prefix("basilect ").ok_or(format!("{typed}: not ours"))?;
            let typed = typed.replace("127.0.0.1:8080", &self.address);
            let typed = typed.replace("TOKEN", &self.token);
            let args: Vec<&str> = typed.split_whitespace().collect();
            if let ["new", name] = args.as_slice() {
                *bot = Some(format!("{name}.gbai"));
            }
            let ran = match args.first() {
                Some(&"serve") => self.serve(&args, &shown),
                _ => basilect(&self.folder, &with_address(&args, &self.address)),
            };
            if (ran.code != 0) != fails && args.first() != Some(&"check") {
                return Err(format!("basilect {typed}: {}\n{}{}", ran.code, ran.out, ran.err));
            }
            let came = self.as_shown(&(ran.out + &ran.err));
            compare(&shown, &came).map_err(|line| {
                format!("basilect {typed}: `{line}` does not come; it prints\n{came}")
            })?;
        }
        Ok(())
    }

    /// Starts the server and reads as much as is shown; it goes on in the background.
    fn serve(&mut self, args: &[&str], shown: &str) -> Ran {
        let mut command = command(&self.folder, args);
        command.env("BASILECT_LISTEN", &self.address).stderr(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let mut reader = BufReader::new(child.stdout.take().expect("piped"));
        let mut out = String::new();
        for _ in shown.lines() {
            if reader.read_line(&mut out).unwrap_or(0) == 0 {
                break;
            }
        }
        // What it prints later is read so that it never waits for a reader.
        std::thread::spawn(move || reader.read_to_string(&mut String::new()));
        let token = out.lines().skip_while(|line| !line.contains("token")).nth(1);
        self.token = token.unwrap_or_default().trim().to_string();
        self.server = Some(child);
        Ran { code: 0, out, err: String::new() }
    }

    /// What a page shows in place of what differs from run to run.
    fn as_shown(&self, text: &str) -> String {
        let text = text.replace(&self.address, "127.0.0.1:8080");
        match self.token.as_str() {
            "" => text,
            token => text.replace(token, "TOKEN"),
        }
    }
}

/// `doctor` looks at the address that a page shows as the usual one.
fn with_address<'a>(args: &[&'a str], address: &'a str) -> Vec<&'a str> {
    match args.first() {
        Some(&"doctor") => args.iter().copied().chain(["--listen", address]).collect(),
        _ => args.to_vec(),
    }
}

/// Each command with what is shown below it.
fn commands(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("$ "), found.last_mut()) {
            (Some(typed), _) => found.push((typed.to_string(), String::new())),
            (None, Some((_, shown))) => {
                shown.push_str(line);
                shown.push('\n');
            }
            (None, None) => {}
        }
    }
    found
}

/// Whether all lines that are shown come, in order and one after the other; otherwise the first
/// that does not.
fn compare(shown: &str, came: &str) -> Result<(), String> {
    let mut came = came.lines();
    for line in shown.trim_end().lines() {
        let next = came.next().unwrap_or_default();
        if !fits(line.trim_end(), next.trim_end()) {
            return Err(line.to_string());
        }
    }
    Ok(())
}

/// Whether a line is as shown: `…` is anything, and a time is any time.
fn fits(shown: &str, came: &str) -> bool {
    let timed = |text: &str| match text.rsplit_once(" (") {
        Some((head, time)) if time.ends_with(" s)") => format!("{head} (time)"),
        _ => text.to_string(),
    };
    let (shown, came) = (timed(shown), timed(came));
    let mut pieces = shown.split('…');
    let Some(mut rest) = pieces.next().and_then(|first| came.strip_prefix(first)) else {
        return false;
    };
    let mut open = false;
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
        open = piece.is_empty();
    }
    rest.is_empty() || open
}

#[test]
fn lines_may_leave_open_what_differs() {
    assert!(fits("1 passed (0.0 s)", "1 passed (2.4 s)"));
    assert!(fits("shop.bot  … bytes  …", "shop.bot  2801 bytes  8a8b"));
    assert!(!fits("a … c", "a b d") && !fits("a", "ab") && fits("…", "anything"));
    assert!(compare("a\nb\n", "a\nb\nc\n").is_ok());
    assert_eq!(compare("a\nc\n", "a\nb\n"), Err("c".to_string()));
}
