//! The manual is true: every example in `docs/manual` and in the README compiles, what is shown as
//! its outcome is its outcome, and every command that is shown exists.
//!
//! A page is followed from top to bottom, in a folder of its own. A block of BASIC must compile
//! without errors and warnings, unless a `diagnostics` block says which; an `out` block behind it
//! is what it says. A `chat` block is a transcript: of the block before it, or of the bot that the
//! page's files make up (`basic file=shop.gbai/…`). A `console` block holds commands that are
//! typed, and what they print; `…` stands for anything.
//!
//! Reading order: [`fences`] (the blocks of a page), [`scripts`] (BASIC and what comes out),
//! [`console`] (commands).

mod console;
mod facts;
mod fences;
mod scripts;

use std::fs;
use std::path::{Path, PathBuf};

use basilect_tests::process::TemporaryFolder;

use console::Console;
use fences::{Fence, fences};

/// A page on its way from top to bottom.
pub struct Page {
    /// Its path from the root of the repository.
    name: String,
    /// Its blocks.
    fences: Vec<Fence>,
    /// Where its files are written.
    folder: TemporaryFolder,
    /// The bot that its files make up.
    bot: Option<String>,
    console: Console,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the repository")
}

/// The pages of the manual, and the README.
fn pages() -> Vec<PathBuf> {
    let mut found = vec![root().join("README.md")];
    let mut open = vec![root().join("docs/manual")];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => open.push(path),
                false if path.extension().is_some_and(|e| e == "md") => found.push(path),
                false => {}
            }
        }
    }
    found.sort();
    found
}

impl Page {
    fn open(path: &Path) -> Page {
        let name = path.strip_prefix(root()).expect("inside").display().to_string();
        let text = fs::read_to_string(path).expect("a page");
        let folder = TemporaryFolder::new("manual").expect("a folder");
        let console = Console::new(folder.path());
        Page { name, fences: fences(&text), folder, bot: None, console }
    }

    /// Follows the page; the transcripts become bots below `bots`. What is wrong comes back.
    fn follow(&mut self, bots: &Path) -> Vec<String> {
        let mut wrong = Vec::new();
        for at in 0..self.fences.len() {
            let fence = self.fences[at].clone();
            let outcome = match (fence.kind.as_str(), &fence.file) {
                (_, Some(file)) => self.write(file, &fence),
                ("basic", None) => scripts::check(&fence, &self.outcomes(at)),
                ("chat", None) => self.transcript(at, bots),
                ("console", None) => self.console.run(&fence, &mut self.bot),
                _ => Ok(()),
            };
            let outcome = outcome.and_then(|()| scripts::is_tidy(&fence));
            if let Err(problem) = outcome {
                wrong.push(format!("{}:{}: {problem}", self.name, fence.line));
            }
        }
        wrong.extend(self.check_bots().err());
        wrong
    }

    /// The blocks that stand right behind a block and say what comes of it.
    fn outcomes(&self, at: usize) -> Vec<Fence> {
        let behind = self.fences.iter().skip(at + 1).take_while(|fence| fence.joined);
        behind.cloned().collect()
    }

    fn write(&mut self, file: &str, fence: &Fence) -> Result<(), String> {
        let path = self.folder.path().join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, &fence.text).expect("written");
        self.bot = file.split('/').next().map(str::to_string);
        Ok(())
    }

    /// Puts the bot as it is now, with this transcript as its only one, below `bots`.
    fn transcript(&self, at: usize, bots: &Path) -> Result<(), String> {
        let fence = &self.fences[at];
        let name = format!("{}-{}", fences::plain(&self.name), fence.line);
        let bot = bots.join(format!("{name}.gbai"));
        let own = at.checked_sub(1).map(|before| &self.fences[before]);
        let own = own.filter(|own| fence.joined && own.kind == "basic" && own.file.is_none());
        match (own, &self.bot) {
            (Some(script), _) => scripts::bot(&bot, &script.text),
            (None, Some(folder)) => scripts::copy(&self.folder.path().join(folder), &bot),
            (None, None) => return Err("a transcript without a bot".into()),
        }
        let tests = bot.join("tests");
        fs::create_dir_all(&tests).expect("made");
        fs::write(tests.join("manual.chat"), &fence.text).expect("written");
        Ok(())
    }

    /// What the page's files make up has neither errors nor warnings in the end.
    fn check_bots(&self) -> Result<(), String> {
        let Some(bot) = &self.bot else { return Ok(()) };
        let ran = console::basilect(self.folder.path(), &["check", bot]);
        match ran.code == 0 && ran.err.contains("0 errors, 0 warnings") {
            true => Ok(()),
            false => Err(format!("{}: {bot}:\n{}{}", self.name, ran.out, ran.err)),
        }
    }
}

#[test]
fn examples_come_out_as_written() {
    let bots = TemporaryFolder::new("transcripts").expect("a folder");
    let mut wrong = Vec::new();
    let mut blocks = 0;
    for path in pages() {
        let mut page = Page::open(&path);
        blocks += page.fences.len();
        wrong.extend(page.follow(bots.path()));
    }
    assert!(blocks > 300, "{blocks} blocks were found");
    let ran = console::basilect(bots.path(), &["test", "."]);
    if ran.code != 0 {
        wrong.push(format!(
            "transcripts (their bots are called PAGE-LINE):\n{}{}",
            ran.out, ran.err
        ));
    }
    assert!(wrong.is_empty(), "{} differ:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn a_wrong_example_is_noticed() {
    let page = |text: &str| {
        let folder = TemporaryFolder::new("planted").expect("a folder");
        let path = folder.path().join("page.md");
        fs::write(&path, text).expect("written");
        let (fences, console) = (fences(text), Console::new(folder.path()));
        let mut page = Page { name: "page".into(), fences, folder, bot: None, console };
        let bots = TemporaryFolder::new("bots").expect("a folder");
        page.follow(bots.path())
    };
    assert_eq!(page("```basic\nTALK 1\n```\n\n```out\n1\n```\n"), Vec::<String>::new());
    for (text, words) in [
        ("```basic\nTALK 1\n```\n\n```out\n2\n```\n", "came"),
        ("```basic\nTALK unknown\n```\n", "B0301"),
        ("```basic\nTALK (\n```\n", "error"),
        ("```basic\ntalk 1\n```\n", "TALK 1"),
        ("```console\n$ basilect frobnicate\n```\n", "frobnicate"),
        ("```console\n$ basilect new shop\nsomething else\n```\n", "something else"),
        ("```basic file=a.gbai/start.bas\nTALK unknown\n```\n", "unknown"),
    ] {
        let wrong = page(text);
        assert!(wrong.len() == 1 && wrong[0].contains(words), "{text}: {wrong:?}");
    }
}
