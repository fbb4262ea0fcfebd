//! The command line as people and other programs use it: what it prints, and how it exits.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use basilect_tests::bots;
use basilect_tests::process::{
    ADMIN_TOKEN, Launch, ServerProcess, TemporaryFolder, binary, free_address,
};
use serde_json::Value;

/// What a command did.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs `basilect` in a folder with this standard input.
pub(crate) fn basilect(folder: &Path, args: &[&str], input: &str) -> Ran {
    let mut child = Command::new(binary().expect("built"))
        .args(args)
        .current_dir(folder)
        .env_remove("BASILECT_ADMIN_TOKEN")
        .env("BASILECT_CODE_CACHE", "none")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // A command that reads no input may be gone already.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().expect("it ends");
    Ran {
        code: status.code().expect("no signal"),
        out: String::from_utf8(stdout).expect("UTF-8"),
        err: String::from_utf8(stderr).expect("UTF-8"),
    }
}

/// Runs one script.
fn script(source: &str, input: &str) -> Ran {
    let folder = TemporaryFolder::new("cli").expect("a folder");
    std::fs::write(folder.path().join("hello.bas"), source).expect("written");
    basilect(folder.path(), &["run", "hello.bas"], input)
}

#[test]
fn a_script_talks_with_whoever_is_at_standard_input() {
    let source = "TALK \"Hello\"\nHEAR name WITH \"Your name?\"\nPRINT \"to the log\"\n\
                  TALK \"Hi \" + name\nHEAR age AS INTEGER\nTALK age + 1\n";
    let ran = script(source, "Ada\n36\n");
    assert_eq!(ran.out, "Hello\nYour name?\nto the log\nHi Ada\n37\n", "{}", ran.err);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn a_profile_shows_where_the_time_goes() {
    let source = "FUNCTION half(n)\n    RETURN n / 2\nEND FUNCTION\nFOR i = 1 TO 1000\n\
                  \x20   sum = sum + half(i)\nNEXT i\nHEAR name\nTALK name + \" \" + sum\n";
    let folder = TemporaryFolder::new("cli").expect("a folder");
    std::fs::write(folder.path().join("hello.bas"), source).expect("written");
    let ran = basilect(folder.path(), &["run", "--profile", "hello.bas"], "Ada\n");
    assert_eq!((ran.code, ran.out.as_str()), (0, "Ada 250250\n"), "{}", ran.err);
    let row = |line: &str| ran.err.lines().find(|row| row.contains(line)).map(str::to_owned);
    let half = row("hello.bas:2  RETURN n / 2").expect(&ran.err);
    assert!(half.contains("2,000"), "{half}: twice a thousand instructions");
    assert!(row("hello.bas:5  sum = sum + half(i)").is_some(), "{}", ran.err);
    assert!(row("units of fuel").is_some(), "{}", ran.err);
}

#[test]
fn a_wrong_answer_is_asked_for_again_and_menus_take_numbers() {
    let source = "HEAR age AS INTEGER WITH \"Age?\"\nHEAR pet AS \"cat\", \"dog\" WITH \"Pet?\"\n\
                  TALK pet + age\n";
    let ran = script(source, "many\n4\n2\n");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("Age?\n") && ran.out.ends_with("Pet?\ndog4\n"), "{}", ran.out);
}

#[test]
fn input_that_ends_too_early_is_a_finding() {
    let ran = script("HEAR name WITH \"Name?\"\nTALK name\n", "");
    assert_eq!((ran.code, ran.out.as_str()), (1, "Name?\n"));
    assert!(ran.err.contains("waits for an answer"), "{}", ran.err);
}

#[test]
fn an_error_names_file_and_line() {
    let ran = script("TALK \"before\"\nx = 1 / 0\nTALK \"after\"\n", "");
    assert_eq!((ran.code, ran.out.as_str()), (2, "before\n"));
    assert!(ran.err.contains("hello.bas:2:"), "{}", ran.err);
}

#[test]
fn many_lines_come_in_order() {
    let ran = script("FOR i = 1 TO 3000\n  PRINT i\nNEXT i\n", "");
    let lines: Vec<u32> =
        ran.out.lines().map(|line| line.trim().parse().expect("a number")).collect();
    assert_eq!(lines, (1..=3000).collect::<Vec<_>>(), "{}", ran.err);
}

#[test]
fn wait_takes_its_time() {
    let began = std::time::Instant::now();
    let ran = script("TALK \"a\"\nWAIT 1\nTALK \"b\"\n", "");
    assert_eq!((ran.code, ran.out.as_str()), (0, "a\nb\n"), "{}", ran.err);
    assert!(began.elapsed().as_millis() >= 1_000);
}

#[test]
fn mistakes_are_found_without_running() {
    let folder = TemporaryFolder::new("check").expect("a folder");
    std::fs::write(folder.path().join("bad.bas"), "TALK \"a\"\nIF x THEN\n").expect("written");
    std::fs::write(folder.path().join("good.bas"), "TALK \"a\"\n").expect("written");
    let ran = basilect(folder.path(), &["check", "bad.bas", "--json"], "");
    assert_eq!(ran.code, 1);
    let found: Vec<Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let error = found.iter().find(|d| d["severity"] == "error").expect("an error");
    assert_eq!(error["file"], "bad.bas");
    assert_eq!(error["line"], 2);
    assert!(error["column"].is_u64() && error["code"].is_string() && error["message"].is_string());
    assert!(basilect(folder.path(), &["check", "bad.bas"], "").out.contains("IF x THEN"));
    assert_eq!(basilect(folder.path(), &["check", "good.bas"], "").code, 0);
    assert_eq!(basilect(folder.path(), &["check", "missing.bas"], "").code, 2);
}

#[test]
fn scripts_are_formatted_in_place() {
    let folder = TemporaryFolder::new("fmt").expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.path().join(name), bytes).expect("written");
    };
    let read = |name: &str| std::fs::read(folder.path().join(name)).expect("there");
    let fmt =
        |args: &[&str], input: &str| basilect(folder.path(), &[&["fmt"], args].concat(), input);
    write("ugly.bas", b"if x then\r\ntalk 1 ' one\r\nendif\r\n");
    write("good.bas", b"TALK 1\n");
    write("prose.bas", b"You are a friendly assistant.\nAlways answer in one short sentence.\n");
    write("binary.bas", b"\xff\xfe\0\0");

    let ran = fmt(&["--check", "."], "");
    assert_eq!((ran.code, ran.out.as_str()), (1, "./ugly.bas\n"), "{}", ran.err);
    assert!(ran.err.contains("1 script would change, 1 unchanged, 2 skipped"), "{}", ran.err);
    let ran = fmt(&["--check", "--diff", "ugly.bas"], "");
    assert!(ran.out.contains("-if x then") && ran.out.contains("+IF x THEN"), "{}", ran.out);
    assert!(read("ugly.bas").starts_with(b"if"), "a check changes nothing");

    let ran = fmt(&["."], "");
    assert_eq!((ran.code, ran.out.as_str()), (0, "./ugly.bas\n"), "{}", ran.err);
    assert_eq!(read("ugly.bas"), b"IF x THEN\r\n    TALK 1 ' one\r\nEND IF\r\n");
    assert_eq!(read("binary.bas"), b"\xff\xfe\0\0");
    assert_eq!(fmt(&["--check", "."], "").code, 0, "what is formatted stays as it is");

    let ran = fmt(&["-"], "talk 1");
    assert_eq!((ran.code, ran.out.as_str()), (0, "TALK 1\n"), "{}", ran.err);
    assert_eq!(fmt(&["--stdin", "--check"], "talk 1").code, 1);
    assert_eq!(fmt(&["missing.bas"], "").code, 2);
}

#[test]
fn a_script_with_errors_is_left_as_it_is() {
    let folder = TemporaryFolder::new("fmt-errors").expect("a folder");
    let (broken, text) = (folder.path().join("broken.bas"), "talk 1\nif x then\n");
    std::fs::write(&broken, text).expect("written");
    std::fs::write(folder.path().join("ugly.bas"), "talk 1").expect("written");
    let ran = basilect(folder.path(), &["fmt", "."], "");
    assert_eq!((ran.code, ran.out.as_str()), (2, "./ugly.bas\n"), "the others are formatted");
    assert!(ran.err.contains("broken.bas:2:1"), "{}", ran.err);
    assert_eq!(std::fs::read_to_string(&broken).expect("there"), text);
    let ran = basilect(folder.path(), &["fmt", "-"], text);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
}

#[cfg(unix)]
#[test]
fn formatting_keeps_permissions_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = TemporaryFolder::new("fmt-mode").expect("a folder");
    let (script, link) = (folder.path().join("a.bas"), folder.path().join("link.bas"));
    std::fs::write(&script, "talk 1").expect("written");
    std::fs::set_permissions(&script, PermissionsExt::from_mode(0o640)).expect("set");
    symlink("a.bas", &link).expect("linked");
    assert_eq!(basilect(folder.path(), &["fmt", "link.bas"], "").code, 0);
    assert_eq!(std::fs::read_to_string(&script).expect("there"), "TALK 1\n");
    let mode = std::fs::metadata(&script).expect("there").permissions().mode() & 0o777;
    assert!(mode == 0o640 && link.is_symlink(), "{mode:o}");
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(left.len(), 2, "nothing is left behind");
}

#[test]
fn a_new_bot_is_complete() {
    let folder = TemporaryFolder::new("new").expect("a folder");
    let at = |args: &[&str]| basilect(folder.path(), args, "");
    assert_eq!(at(&["new", "corner-shop"]).code, 0);
    assert_eq!(at(&["new", "corner-shop"]).code, 2, "it exists already");
    assert_eq!(at(&["new", "../shop"]).code, 2);
    let checked = at(&["check", "corner-shop.gbai"]);
    assert!(checked.code == 0 && checked.out.is_empty(), "{}", checked.out);
    let tested = at(&["test", "corner-shop.gbai"]);
    assert!(tested.code == 0 && tested.out.starts_with("1 passed, 0 failed"), "{}", tested.out);
    assert_eq!(at(&["build", "corner-shop.gbai", "-o", "a.bot"]).code, 0);
    assert_eq!(at(&["build", "corner-shop.gbai", "-o", "b.bot"]).code, 0);
    let bytes = |name: &str| std::fs::read(folder.path().join(name)).expect("built");
    assert_eq!(bytes("a.bot"), bytes("b.bot"), "equal sources give equal packages");
    let ran = basilect(folder.path(), &["run", "a.bot"], "ada\nGoodbye\n");
    assert!(ran.code == 0 && ran.out.contains("See you soon, Ada!"), "{}{}", ran.out, ran.err);
}

#[test]
fn a_wrong_path_or_argument_is_explained() {
    let folder = TemporaryFolder::new("wrong").expect("a folder");
    let at = |args: &[&str]| basilect(folder.path(), args, "");
    assert_eq!(at(&["new", "shop"]).code, 0);
    std::fs::create_dir_all(folder.path().join("empty")).expect("made");
    std::fs::write(folder.path().join("cut.bot"), "PK").expect("written");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = taken.local_addr().expect("an address").to_string();
    let dead = free_address().expect("an address");
    for (args, words) in [
        (&["check", "empty"][..], "no bot here"),
        (&["new", "metrics"], "own pages"),
        (&["run", "empty"], "no bot here"),
        (&["build", "empty"], "no bot here"),
        (&["run", "cut.bot"], "basilect build"),
        (&["serve", "cut.bot"], "basilect deploy"),
        (&["serve", "nowhere"], "nowhere"),
        (&["serve", "shop.gbai", "--listen", "nonsense"], "HOST:PORT"),
        (&["serve", "shop.gbai", "--listen", &taken], "--listen"),
        (&["serve", "shop.gbai", "--listen", "0", "--data", "cut.bot"], "cut.bot"),
        (&["serve", "shop.gbai", "--listen", "0", "--admin-token", ""], "token is empty"),
        (&["test", "shop.gbai", "--filter", "none-of-this"], "none-of-this"),
        (&["deploy", "shop.gbai", "--to", "here", "--token", "x"], "http://"),
        (&["deploy", "shop.gbai", "--to", &format!("http://{dead}"), "--token", "x"], "running"),
        (&["replay", "cut.bot"], "cut.bot"),
        (&["replay", "--conversation", "x"], "--from"),
    ] {
        let ran = at(args);
        assert!(ran.code == 2 && ran.err.contains(words), "{args:?}: {} {}", ran.code, ran.err);
        assert!(ran.out.is_empty() && !ran.err.contains("panicked"), "{args:?}: {}", ran.out);
    }
}

#[test]
fn mistakes_in_the_settings_are_found() {
    let folder = TemporaryFolder::new("settings").expect("a folder");
    let at = |args: &[&str]| basilect(folder.path(), args, "");
    assert_eq!(at(&["new", "shop"]).code, 0);
    let path = folder.path().join("shop.gbai/shop.gbot/config.csv");
    std::fs::write(path, "name,value\nbot-name,Shop\npublic,perhaps\n").expect("written");
    let ran = at(&["check", "shop.gbai", "--json"]);
    let errors = ran.out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let errors: Vec<Value> = errors.filter(|found| found["severity"] == "error").collect();
    assert_eq!((ran.code, errors.len()), (1, 1), "{}", ran.out);
    assert_eq!(errors[0]["line"], 3);
    assert!(errors[0]["file"].as_str().is_some_and(|file| file.ends_with("config.csv")));
    assert_eq!(at(&["build", "shop.gbai"]).code, 1);
}

#[test]
fn a_data_folder_has_one_server_of_the_right_version() {
    let folder = TemporaryFolder::new("one-server").expect("a folder");
    let launch = Launch::new(folder.path(), &[]).expect("a launch");
    let server = ServerProcess::start(launch).expect("it starts");
    let args = ["serve", "--listen", "0", "--data", "data"];
    let second = basilect(folder.path(), &args, "");
    assert!(second.code == 2 && second.err.contains("in use"), "{}", second.err);
    drop(server);
    // Without its log of the last writes, which would repair it.
    std::fs::remove_file(folder.path().join("data/basilect.db-wal")).expect("removed");
    std::fs::write(folder.path().join("data/basilect.db"), "no database at all").expect("written");
    let broken = basilect(folder.path(), &args, "");
    assert!(broken.code == 2 && broken.err.contains("basilect.db"), "{}", broken.err);
}

#[test]
fn a_failed_test_says_what_where_and_by_whom() {
    let folder = TemporaryFolder::new("transcript").expect("a folder");
    let tests = folder.path().join("a.gbai/a.gbdialog/tests");
    std::fs::create_dir_all(&tests).expect("made");
    let source = "TALK \"Hello\"\nHEAR x\nTALK \"You said \" + x\n";
    std::fs::write(folder.path().join("a.gbai/a.gbdialog/start.bas"), source).expect("written");
    std::fs::write(tests.join("good.chat"), "< Hello\n> a\n<~ said a\nend\n").expect("written");
    std::fs::write(tests.join("bad.chat"), "< Hello\n> a\n< You said b\n").expect("written");
    std::fs::write(tests.join("left.chat"), "< Hello\n> a\n").expect("written");
    let ran = basilect(folder.path(), &["test", "a.gbai"], "");
    assert_eq!(ran.code, 1);
    for part in ["bad.chat:3", "< You said b", "< You said a", "start.bas:3", "left.chat:3"] {
        assert!(ran.out.contains(part), "{part} is missing in:\n{}", ran.out);
    }
    assert!(ran.out.contains("1 passed, 2 failed"), "{}", ran.out);
    let one = basilect(folder.path(), &["test", "a.gbai", "--filter", "good"], "");
    assert_eq!(one.code, 0, "{}", one.out);
}

#[test]
fn the_example_bots_pass_their_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let ran = basilect(&root, &["test", "examples"], "");
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

#[test]
fn programs_read_what_came_of_the_tests() {
    let folder = TemporaryFolder::new("told").expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    };
    let dialog = "shop.gbai/shop.gbdialog";
    write(&format!("{dialog}/start.bas"), "TALK \"Hello\"\nHEAR x\nTALK x\n");
    write(&format!("{dialog}/tests/a-good.chat"), "< Hello\n> a\n< a\n");
    write(&format!("{dialog}/tests/b-wrong.chat"), "# A comment.\n< Hello\n> a\n< b\n");
    write("torn.gbai/start.bas", "IF x THEN\n");
    write("torn.gbai/tests/c.chat", "< Hello\n");
    let ran = basilect(folder.path(), &["test", "--json", "."], "");
    assert_eq!(ran.code, 1, "{}", ran.err);
    let rows: Vec<Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let verdicts: Vec<&str> = rows.iter().filter_map(|row| row["verdict"].as_str()).collect();
    assert_eq!(verdicts, ["passed", "failed", "broken"], "{}", ran.out);
    let [good, wrong, torn] = rows.as_slice() else { panic!("{}", ran.out) };
    assert!(good["file"].as_str().is_some_and(|file| file.ends_with("tests/a-good.chat")));
    assert!(good["took_ms"].is_u64() && good["line"].is_null(), "{good}");
    assert_eq!((&wrong["line"], &wrong["expected"]), (&Value::from(4), &Value::from("< b")));
    assert_eq!(wrong["got"], "< a");
    assert!(wrong["said_by"].as_str().is_some_and(|by| by.ends_with("start.bas:3")), "{wrong}");
    assert!(torn["message"].as_str().is_some_and(|why| why.contains("errors")), "{torn}");
}

#[test]
fn pieces_of_a_script_are_listed() {
    let folder = TemporaryFolder::new("tokens").expect("a folder");
    let script = "list = 1\nSEND MAIL \"é\", x ' one\n";
    std::fs::write(folder.path().join("a.bas"), script).expect("written");
    let ran = basilect(folder.path(), &["tokens", "a.bas"], "");
    assert!(ran.out.contains("a.bas:2:6: keyword       \"MAIL\"\n"), "{}{}", ran.out, ran.err);
    let ran = basilect(folder.path(), &["tokens", "--json", "a.bas"], "");
    let rows: Vec<Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let kinds: Vec<&str> = rows.iter().filter_map(|row| row["kind"].as_str()).collect();
    assert_eq!(kinds, ["number", "keyword", "keyword", "text", "comment"], "{}", ran.out);
    assert_eq!(
        (rows[1]["keyword"].as_str(), rows[1]["line"].as_u64()),
        (Some("SEND MAIL"), Some(2))
    );
    assert_eq!((rows[4]["column"].as_u64(), rows[4]["start"].as_u64()), (Some(18), Some(27)));
    assert_eq!(basilect(folder.path(), &["tokens", "missing.bas"], "").code, 2);
}

#[test]
fn a_server_may_end_with_the_program_that_started_it() {
    let folder = TemporaryFolder::new("ends").expect("a folder");
    std::fs::create_dir(folder.path().join("a.gbai")).expect("made");
    std::fs::write(folder.path().join("a.gbai/start.bas"), "TALK 1\n").expect("written");
    let address = free_address().expect("a port").to_string();
    let serve = ["serve", "a.gbai", "--listen", &address, "--until-input-ends"];
    // The input that is given here ends at once.
    let ran = basilect(folder.path(), &serve, "never read\n");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("Basilect is serving at"), "{}", ran.out);
}

#[test]
fn the_manual_explains_codes_and_keywords() {
    let folder = TemporaryFolder::new("docs").expect("a folder");
    let ran = basilect(folder.path(), &["docs", "-o", "out"], "");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let page = std::fs::read_to_string(folder.path().join("out/word/hear.html")).expect("a page");
    assert!(page.contains("<h1><code>HEAR</code>"));
    let shown = basilect(folder.path(), &["docs", "for", "each"], "");
    assert!(shown.code == 0 && shown.out.contains("NEXT"), "{}", shown.out);
    let unknown = basilect(folder.path(), &["docs", "TLAK"], "");
    assert!(unknown.code == 1 && unknown.err.contains("did you mean `TALK`"), "{}", unknown.err);
    let explained = basilect(folder.path(), &["explain", "B0109"], "");
    assert!(explained.code == 0 && explained.out.contains("END IF"), "{}", explained.out);
    let explained = basilect(folder.path(), &["explain", "send", "mail"], "");
    assert!(explained.code == 0 && explained.out.contains("SEND MAIL"), "{}", explained.out);
    let listed = basilect(folder.path(), &["explain"], "");
    assert!(listed.code == 0 && listed.out.contains("B0109  A block is not closed\n"));
    for (written, meant) in [("BO109", "`B0109`"), ("SEND MIAL", "`SEND MAIL`"), ("B9999", "lists")]
    {
        let wrong = basilect(folder.path(), &["explain", written], "");
        assert!(wrong.code == 1 && wrong.err.contains(meant), "{}", wrong.err);
    }
}

#[test]
fn instructions_and_completions_are_printed() {
    let folder = TemporaryFolder::new("disasm").expect("a folder");
    std::fs::write(folder.path().join("a.bas"), "TALK 1 + x\n").expect("written");
    let ran = basilect(folder.path(), &["disasm", "a.bas"], "");
    assert!(ran.code == 0 && ran.out.contains("CallHost"), "{}{}", ran.out, ran.err);
    let ran = basilect(folder.path(), &["completions", "bash"], "");
    assert!(ran.code == 0 && ran.out.contains("basilect"));
    assert_eq!(basilect(folder.path(), &["frobnicate"], "").code, 2);
}

#[test]
fn machine_code_stands_beside_source_and_instructions() {
    let folder = TemporaryFolder::new("native").expect("a folder");
    let script = "FUNCTION twice(n)\n    RETURN n * 2\nEND FUNCTION\nTALK twice(21)\n";
    std::fs::write(folder.path().join("a.bas"), script).expect("written");
    let ran = basilect(folder.path(), &["disasm", "--native", "a.bas"], "");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("    2 |     RETURN n * 2\n"), "{}", ran.out);
    let beside = |line: &str| line.contains("Mul ") && line.contains(':');
    assert!(ran.out.lines().any(beside), "{}", ran.out);
    let versions = ran.out.lines().filter(|line| line.starts_with("twice (")).count();
    assert_eq!(versions, 2, "called and entered: {}", ran.out);
}

#[test]
fn a_program_that_computes_for_long_says_the_same_when_it_is_interpreted() {
    let folder = TemporaryFolder::new("engines").expect("a folder");
    let script = "FUNCTION step(x, i)\n    IF x > 1000 THEN x = x - 1000\n\
                  RETURN x * 1.5 + i MOD 7\n\
                  END FUNCTION\nx = 1\nFOR i = 1 TO 400000\n    x = step(x, i)\nNEXT\nHEAR name\n\
                  TALK \"Hello ${name}: ${ROUND(x, 9)}\"\n";
    std::fs::write(folder.path().join("a.bas"), script).expect("written");
    let compiled = basilect(folder.path(), &["run", "a.bas"], "Ana\n");
    let interpreted = basilect(folder.path(), &["run", "--interpret", "a.bas"], "Ana\n");
    assert!(compiled.code == 0 && compiled.out.starts_with("Hello Ana: "), "{}", compiled.err);
    assert_eq!(compiled.out, interpreted.out);
}

#[test]
fn the_doctor_speaks_to_programs() {
    let folder = TemporaryFolder::new("doctor").expect("a folder");
    let address = free_address().expect("an address").to_string();
    let args = ["doctor", "--json", "--listen", &address, "--data", "data"];
    let ran = basilect(folder.path(), &args, "");
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let found: Vec<Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(found.iter().any(|f| f["check"] == "database" && f["state"] == "ok"), "{}", ran.out);
    assert!(!folder.path().join("data").exists(), "looking changes nothing");
}

#[test]
fn a_deployed_bot_is_served_and_its_conversations_can_be_replayed() {
    let folder = TemporaryFolder::new("deploy").expect("a folder");
    assert_eq!(basilect(folder.path(), &["new", "shop"], "").code, 0);
    let bots = folder.path().join("bots");
    std::fs::create_dir_all(&bots).expect("made");
    let server = ServerProcess::start(Launch {
        address: free_address().expect("an address"),
        data: folder.path().join("data"),
        folders: vec![bots],
        database: None,
        env: Vec::new(),
        program: None,
    })
    .expect("it starts");
    let url = format!("http://{}", server.launch.address);
    let deploy = |token: &str| {
        basilect(folder.path(), &["deploy", "shop.gbai", "--to", &url, "--token", token], "")
    };
    let wrong = deploy("wrong");
    assert!(wrong.code == 2 && wrong.err.contains("refuses this token"), "{}", wrong.err);
    let right = deploy(ADMIN_TOKEN);
    assert!(right.code == 0 && right.out.contains("is deployed"), "{}{}", right.out, right.err);
    assert!(deploy(ADMIN_TOKEN).out.contains("up to date"));

    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let id = runtime.block_on(open_conversation(&url)).expect("opened");
    let from = |bot: &str| {
        let args = ["replay", "--conversation", &id, "--from", &url, "--token", ADMIN_TOKEN];
        basilect(folder.path(), &[&args[..], &["--bot", bot]].concat(), "")
    };
    let same = from("shop.gbai");
    assert!(same.code == 0 && same.out.contains("the same"), "{}{}", same.out, same.err);

    let start = folder.path().join("shop.gbai/shop.gbdialog/start.bas");
    let source = std::fs::read_to_string(&start).expect("readable");
    std::fs::write(&start, source.replace("Hello!", "Good day!")).expect("written");
    let different = from("shop.gbai");
    assert_eq!(different.code, 1, "{}{}", different.out, different.err);
    assert!(different.out.contains("start.bas:4"), "{}", different.out);
    let args = ["replay", "--conversation", &id, "--data", "data"];
    let recorded = basilect(folder.path(), &args, "");
    assert!(recorded.out.contains("the same"), "{}{}", recorded.out, recorded.err);
}

/// Opens a conversation and waits until the bot has asked its first question.
async fn open_conversation(url: &str) -> anyhow::Result<String> {
    let client = reqwest::Client::new();
    let opened = client.post(format!("{url}/api/bots/shop/conversations")).send().await?;
    let opened: Value = opened.json().await?;
    let id = opened["conversation"].as_str().unwrap_or_default().to_string();
    let key = opened["key"].as_str().unwrap_or_default();
    for _ in 0..100 {
        let items = client.get(format!("{url}/api/conversations/{id}/items")).bearer_auth(key);
        if items.send().await?.text().await?.contains("your name") {
            return Ok(id);
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    anyhow::bail!("the bot says nothing")
}

/// A script that is named alone still finds the tables and the scripts of its bot.
#[test]
fn a_script_runs_within_its_bot() {
    let folder = TemporaryFolder::new("within").unwrap();
    let scripts = [
        ("tables", "TABLE notes\n id integer key\n text string\nEND TABLE\n"),
        ("other", "SAVE \"notes\", #{ id: 1, text: \"kept\" }\nTALK \"other\"\n"),
        ("part", "CALL \"other.bas\"\nnote = FIND \"notes\" FIRST\nTALK note.text\n"),
        ("geral", "You are a friendly helper.\nAlways be polite to people, please.\n"),
    ];
    let bot = bots::write(folder.path(), "shop", &scripts).unwrap();
    let run = |script: &str| basilect(&bot, &["run", script], "");
    let part = run("shop.gbdialog/part.bas");
    assert_eq!((part.code, part.out.as_str()), (0, "other\nkept\n"), "{}", part.err);
    let prose = run("shop.gbdialog/geral.bas");
    assert_eq!((prose.code, prose.out.as_str()), (0, ""), "{}", prose.err);
}
