//! Executables that carry a bot, and machine code that is kept from one run to the next.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use basilect_tests::bots;
use basilect_tests::chat::ChatClient;
use basilect_tests::process::{Launch, ServerProcess, TemporaryFolder};

use crate::cli::{Ran, basilect};

/// Uses enough fuel to be compiled, hears something in the middle, and fails at its end.
const SCRIPT: &str = "\
FUNCTION part(n)
    IF n MOD 3 = 0 THEN RETURN n * 0.5
    RETURN n \\ 2
END FUNCTION
TALK \"Your name?\"
HEAR name
l = []
FOR i = 1 TO 60000
    t = t + part(i)
    IF i MOD 1000 = 0 THEN PUSH l, t
NEXT
TALK name + \" \" + t + \" \" + l[7]
HEAR factor AS INTEGER
FOR i = 1 TO 60000
    t = t + part(i * factor)
NEXT
TALK t
TALK 1 / (factor - 2)
";

/// Runs a program without an environment.
fn alone(program: &Path, args: &[&str], input: &str) -> Ran {
    let mut child = started(program, args);
    // A program that reads no input may be gone already.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    ran(child.wait_with_output().expect("it ends"))
}

fn started(program: &Path, args: &[&str]) -> Child {
    let mut command = Command::new(program);
    command.args(args).env_clear().current_dir("/");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("it starts")
}

fn ran(Output { status, stdout, stderr }: Output) -> Ran {
    Ran {
        code: status.code().expect("no signal"),
        out: String::from_utf8(stdout).expect("UTF-8"),
        err: String::from_utf8(stderr).expect("UTF-8"),
    }
}

/// A folder with a script and the executable that carries it.
fn built(script: &str) -> (TemporaryFolder, PathBuf) {
    let folder = TemporaryFolder::new("executable").expect("a folder");
    std::fs::write(folder.path().join("sums.bas"), script).expect("written");
    let ran = basilect(folder.path(), &["build", "--native", "sums.bas", "-o", "program"], "");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.starts_with("program  "), "{}", ran.out);
    let program = folder.path().join("program");
    (folder, program)
}

#[test]
fn an_executable_does_what_run_does_without_anything_else() {
    let (folder, program) = built(SCRIPT);
    for input in ["Ada\n7\n", "Ada\n2\n", "Ada\nmany\n-1\n", "Ada\n", ""] {
        let run = basilect(folder.path(), &["run", "sums.bas"], input);
        for args in [&[][..], &["--interpret"]] {
            let own = alone(&program, args, input);
            assert_eq!((own.code, &own.out, &own.err), (run.code, &run.out, &run.err), "{input}");
        }
    }
    let help = alone(&program, &["--help"], "");
    assert!(help.out.contains("sums.bas") && help.out.contains("--interpret"), "{}", help.out);
    assert!(!help.out.to_uppercase().contains("[PATH]"), "{}", help.out);
    let version = alone(&program, &["--version"], "");
    assert_eq!(version.out, format!("program {}\n", env!("CARGO_PKG_VERSION")));
    let other = alone(&program, &["other.bas"], "");
    assert_eq!((other.code, other.out.as_str()), (2, ""));
    assert!(other.err.contains("takes no other"), "{}", other.err);
}

#[test]
fn a_bot_of_several_files_becomes_an_executable() {
    let folder = TemporaryFolder::new("executable").expect("a folder");
    let start = "TALK \"a\"\nCALL \"other.bas\"\nx = 1 / 0\n";
    let scripts = [("start", start), ("other", "FOR i = 1 TO 9\nTALK i * i\nNEXT\n")];
    bots::write(folder.path(), "shop", &scripts).expect("written");
    let ran = basilect(folder.path(), &["build", "--native", "shop.gbai"], "");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let run = basilect(folder.path(), &["run", "shop.gbai"], "hello\n");
    let own = alone(&folder.path().join("shop"), &[], "hello\n");
    assert_eq!((own.code, &own.out, &own.err), (run.code, &run.out, &run.err));
    assert!(own.out.contains("81") && own.err.contains("start.bas:3:"), "{} {}", own.out, own.err);
    let other = alone(&folder.path().join("shop"), &["--script", "other"], "");
    assert!(other.out.starts_with("1\n4\n"), "{}", other.out);
}

#[test]
fn what_cannot_become_an_executable_is_refused() {
    let folder = TemporaryFolder::new("executable").expect("a folder");
    std::fs::write(folder.path().join("good.bas"), "TALK 1\n").expect("written");
    std::fs::write(folder.path().join("bad.bas"), "IF x THEN\n").expect("written");
    let build =
        |args: &[&str]| basilect(folder.path(), &[&["build", "--native"], args].concat(), "");
    let other = build(&["good.bas", "--target", "aarch64-apple-darwin"]);
    assert_eq!(other.code, 2);
    assert!(other.err.contains("machine of the other kind"), "{}", other.err);
    assert_eq!(build(&["bad.bas"]).code, 1);
    assert_eq!(build(&["missing.bas"]).code, 2);
    let onto = build(&["good.bas", "-o", "."]);
    assert!(onto.code == 2 && onto.err.contains("--output"), "{}", onto.err);
    assert!(!folder.path().join("good").exists() && !folder.path().join("bad").exists());
}

#[test]
fn a_damaged_executable_says_so() {
    let (_folder, program) = built("TALK 1\n");
    let whole = std::fs::read(&program).expect("a file");
    // In the code, in the package, and in the length.
    for back in [70, 400, 20] {
        let mut bytes = whole.clone();
        let at = bytes.len() - back;
        bytes[at] ^= 0x10;
        std::fs::write(&program, &bytes).expect("written");
        let ran = alone(&program, &[], "");
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{back} bytes from the end");
        assert!(ran.err.contains("build it again"), "{}", ran.err);
    }
}

/// While it waits, its machine code is in memory that can be read and run, and nothing else.
#[test]
fn no_memory_of_an_executable_can_be_written_and_run() {
    let (_folder, program) = built(SCRIPT);
    let mut child = started(&program, &[]);
    let mut out = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    out.read_line(&mut line).expect("it asks");
    assert_eq!(line, "Your name?\n");
    let maps = std::fs::read_to_string(format!("/proc/{}/maps", child.id())).expect("it runs");
    let rights: Vec<&str> = maps.lines().filter_map(|line| line.split(' ').nth(1)).collect();
    assert!(!rights.iter().any(|r| r.contains('w') && r.contains('x')), "{maps}");
    let own = maps.lines().filter(|line| line.contains(" r-xp ") && line.ends_with(" 0 "));
    let own = own.count() + maps.lines().filter(|l| l.contains("r-xp 00000000 00:00 0")).count();
    assert!(own > 0, "its machine code is there before it was ever warm: {maps}");
    drop(child.stdin.take());
    child.wait().expect("it ends");
}

// ---- kept machine code

/// A folder with a script, and one that keeps its machine code.
struct Kept {
    folder: TemporaryFolder,
}

/// A second script, whose machine code is another one.
const OTHER: &str = "FOR i = 1 TO 90000\nt = t + i * 3\nNEXT\nTALK t\n";
const SUMS: &str = "FOR i = 1 TO 90000\nt = t + i * 0.5\nNEXT\nTALK t\n";
const SUM: &str = "2025022500\n";

impl Kept {
    fn new() -> Kept {
        let kept = Kept { folder: TemporaryFolder::new("kept").expect("a folder") };
        std::fs::write(kept.folder.path().join("sums.bas"), SUMS).expect("written");
        std::fs::write(kept.folder.path().join("other.bas"), OTHER).expect("written");
        kept
    }
    fn code(&self) -> PathBuf {
        self.folder.path().join("code")
    }
    fn run(&self, script: &str) -> Ran {
        let args = ["run", "--code-cache", "code", script];
        let ran = basilect(self.folder.path(), &args, "");
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran
    }
    fn entries(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.code()).into_iter().flatten().flatten();
        let paths = files.map(|file| file.path());
        let mut entries: Vec<PathBuf> =
            paths.filter(|path| path.extension().is_some_and(|ending| ending == "code")).collect();
        entries.sort();
        entries
    }
    /// Runs a script until its code is kept: the program may end sooner than its code is made.
    fn fill(&self, script: &str) -> PathBuf {
        let before = self.entries();
        for _ in 0..50 {
            self.run(script);
            if let Some(new) = self.entries().into_iter().find(|entry| !before.contains(entry)) {
                return new;
            }
        }
        panic!("no machine code was kept");
    }
    /// Runs a script until an entry holds this again.
    fn restored(&self, script: &str, entry: &Path, wanted: &[u8]) {
        let length = |bytes: std::io::Result<Vec<u8>>| bytes.map(|b| b.len()).unwrap_or(0);
        for _ in 0..50 {
            assert_eq!(self.run(script).out, SUM);
            if length(std::fs::read(entry)) == wanted.len()
                && std::fs::read(entry).expect("there") == wanted
            {
                return;
            }
        }
        panic!("the entry was not replaced");
    }
}

#[test]
fn broken_entries_are_not_used_and_replaced() {
    let kept = Kept::new();
    let entry = kept.fill("sums.bas");
    let whole = std::fs::read(&entry).expect("an entry");
    let step = whole.len() / 12;
    for at in (0..whole.len()).step_by(step) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        std::fs::write(&entry, &bytes).expect("written");
        assert_eq!(kept.run("sums.bas").out, SUM, "byte {at} is another");
        std::fs::write(&entry, &whole[..at]).expect("written");
        assert_eq!(kept.run("sums.bas").out, SUM, "{at} bytes");
    }
    std::fs::write(&entry, b"").expect("written");
    kept.restored("sums.bas", &entry, &whole);
    // Machine code of another program under this name.
    let other = kept.fill("other.bas");
    std::fs::copy(&other, &entry).expect("copied");
    kept.restored("sums.bas", &entry, &whole);
    // What another user has made elsewhere, with another key.
    let theirs = Kept::new();
    std::fs::copy(theirs.fill("sums.bas"), &entry).expect("copied");
    kept.restored("sums.bas", &entry, &whole);
}

#[test]
fn a_folder_that_others_may_change_is_not_used() {
    let kept = Kept::new();
    let allow = |path: &Path, mode| {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("permissions");
    };
    std::fs::create_dir(kept.code()).expect("made");
    allow(&kept.code(), 0o777);
    for _ in 0..5 {
        assert_eq!(kept.run("sums.bas").out, SUM);
    }
    assert!(kept.entries().is_empty() && !kept.code().join("key").exists());
    allow(&kept.code(), 0o755);
    kept.fill("sums.bas");
    allow(&kept.code().join("key"), 0o644);
    std::fs::remove_file(&kept.entries()[0]).expect("removed");
    for _ in 0..5 {
        assert_eq!(kept.run("sums.bas").out, SUM);
    }
    assert!(kept.entries().is_empty());
}

/// A conversation that machine code has begun, found in the folder by a second server, goes on
/// interpreted in a third one.
#[tokio::test]
async fn a_server_keeps_machine_code_in_its_data_folder() {
    const LIMIT: Duration = Duration::from_secs(30);
    const START: &str = "\
FUNCTION sum(n)
    FOR i = 1 TO 150000
        t = t + i * 0.5 + n
    NEXT
    RETURN t
END FUNCTION
n = 0
DO WHILE TRUE
    n = n + 1
    TALK n + \": \" + sum(n)
    HEAR more
LOOP
";
    let folder = TemporaryFolder::new("served").expect("a folder");
    let bot = bots::write(folder.path(), "sums", &[("start", START)]).expect("written");
    let mut launch = Launch::new(folder.path(), &[bot]).expect("a launch");
    let mut server = ServerProcess::start(launch.clone()).expect("it starts");
    let mut person = ChatClient::new(launch.address, "sums");
    person.connect().await.expect("connected");
    let first = person.next_text(LIMIT).await.expect("a number");
    assert!(first.starts_with("1: "), "{first}");
    let kept = || {
        let files = std::fs::read_dir(launch.data.join("code")).into_iter().flatten().flatten();
        files.filter(|file| file.path().extension().is_some_and(|e| e == "code")).count()
    };
    let began = Instant::now();
    let mut said = 1;
    while kept() == 0 && began.elapsed() < LIMIT {
        said += 1;
        person.say(&format!("m{said}"), "more").await.expect("sent");
        person.next_text(LIMIT).await.expect("a number");
    }
    assert_eq!(kept(), 1);
    server.restart_after_kill().expect("it starts again");
    let mut sums = vec![first];
    let mut other = ChatClient::new(launch.address, "sums");
    other.connect().await.expect("connected");
    sums.push(other.next_text(LIMIT).await.expect("a number"));
    assert_eq!(sums[0], sums[1]);
    other.say("a", "more").await.expect("sent");
    let second = other.next_text(LIMIT).await.expect("a number");
    server.kill().expect("killed");
    drop(server);
    launch = launch.with("BASILECT_INTERPRET", "true");
    let _server = ServerProcess::start(launch).expect("it starts");
    other.reconnect(LIMIT).await.expect("connected");
    other.say("b", "more").await.expect("sent");
    let third = other.next_text(LIMIT).await.expect("a number");
    // Each sum is larger than the one before by the same: one more in every round of the loop.
    let number = |text: &str| -> f64 { text.split(' ').nth(1).unwrap().parse().unwrap() };
    let steps = [number(&second) - number(&sums[0]), number(&third) - number(&second)];
    assert_eq!(steps, [150_000.0, 150_000.0], "{sums:?} {second} {third}");
}
