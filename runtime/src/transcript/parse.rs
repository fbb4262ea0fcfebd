//! Reading a transcript.

use std::path::{Path, PathBuf};

use basilect_stdlib::Data;
use indexmap::IndexMap;
use regex::Regex;

/// 2026-01-01T00:00Z: the time of tests that set none.
const DEFAULT_NOW_MS: i64 = 1_767_225_600_000;

/// A test.
#[derive(Debug)]
pub struct Transcript {
    /// The file.
    pub path: PathBuf,
    /// The time at the start, in milliseconds since 1970-01-01T00:00Z.
    pub now_ms: i64,
    /// The seed of random numbers.
    pub seed: u64,
    /// The time zone of the bot, when the test sets it.
    pub zone: Option<String>,
    /// The script that runs instead of `start`.
    pub script: Option<String>,
    /// What happens, each with its line.
    pub steps: Vec<(usize, Step)>,
}

impl Transcript {
    /// What models answer while the first script runs.
    pub fn answers_at_first(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().map_while(|(_, step)| match step {
            Step::Model(text) => Some(text.as_str()),
            _ => None,
        })
    }
}

/// One thing that happens in a test.
#[derive(Debug)]
pub enum Step {
    /// The bot must say something that fits.
    Bot(Expected),
    /// Any number of texts may come before the next that fits.
    Skip,
    /// These must be on offer.
    Options(String),
    /// The person says something.
    Person(String),
    /// The clock moves on, in milliseconds.
    Advance(i64),
    /// The person sends a file.
    File(String),
    /// A model calls a tool.
    Tool(String, IndexMap<String, Data>),
    /// A model that is asked answers this.
    Model(String),
    /// A table must have so many rows.
    Table(String, usize),
    /// The script must have ended.
    End,
}

/// What a text of the bot must be.
#[derive(Debug)]
pub enum Expected {
    /// Exactly this.
    Text(String),
    /// Something that contains this.
    Part(String),
    /// Something that matches this.
    Pattern(Regex),
}

impl Expected {
    /// Whether the text fits.
    pub fn fits(&self, said: &str) -> bool {
        match self {
            Expected::Text(text) => text.trim_end() == said.trim_end(),
            Expected::Part(part) => said.contains(part.as_str()),
            Expected::Pattern(pattern) => pattern.is_match(said),
        }
    }
}

/// A line that cannot be read.
#[derive(Debug, PartialEq)]
pub struct Unreadable {
    /// The line.
    pub line: usize,
    /// Why.
    pub why: String,
}

/// All transcripts of a bot: every `.chat` file in a folder `tests`.
pub fn find(bot: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(bot, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let in_tests = folder.file_name().is_some_and(|name| name == "tests");
    for entry in std::fs::read_dir(folder)? {
        let (entry, path) = entry.map(|entry| (entry.file_type(), entry.path()))?;
        if entry?.is_dir() {
            collect(&path, found)?;
        } else if in_tests && path.extension().is_some_and(|extension| extension == "chat") {
            found.push(path);
        }
    }
    Ok(())
}

/// Reads a transcript from its text.
pub fn parse(path: &Path, text: &str) -> Result<Transcript, Unreadable> {
    let mut reader = Reader::default();
    for (index, line) in text.lines().enumerate() {
        reader
            .line(index + 1, line.trim_end_matches('\r'))
            .map_err(|why| Unreadable { line: index + 1, why })?;
    }
    reader.finish(path)
}

#[derive(Default)]
struct Reader {
    clock: Option<(usize, String)>,
    seed: u64,
    zone: Option<String>,
    script: Option<String>,
    steps: Vec<(usize, Step)>,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), String> {
        if line.trim().is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if let Some(rest) = line.strip_prefix('|') {
            return self.go_on(after_mark(rest));
        }
        match self.talk(line)? {
            Some(step) => self.steps.push((number, step)),
            None => self.word(number, line.trim())?,
        }
        Ok(())
    }

    /// A text of several lines goes on.
    fn go_on(&mut self, rest: &str) -> Result<(), String> {
        match self.steps.last_mut() {
            Some((
                _,
                Step::Bot(Expected::Text(text) | Expected::Part(text))
                | Step::Person(text)
                | Step::Model(text),
            )) => {
                text.push('\n');
                text.push_str(rest);
                Ok(())
            }
            _ => {
                Err("`|` goes on with a line of talk or of a model, and there is none before it"
                    .into())
            }
        }
    }

    /// Lines that begin with a mark.
    fn talk(&self, line: &str) -> Result<Option<Step>, String> {
        let step = if let Some(rest) = line.strip_prefix("<~") {
            Step::Bot(Expected::Part(rest.trim().to_string()))
        } else if let Some(rest) = line.strip_prefix("</") {
            Step::Bot(Expected::Pattern(pattern(rest)?))
        } else if let Some(rest) = line.strip_prefix('<') {
            Step::Bot(Expected::Text(after_mark(rest).to_string()))
        } else if let Some(rest) = line.strip_prefix('>') {
            Step::Person(after_mark(rest).to_string())
        } else if let Some(rest) = line.strip_prefix('?') {
            Step::Options(rest.trim().to_string())
        } else if line.trim() == "..." {
            Step::Skip
        } else {
            return Ok(None);
        };
        Ok(Some(step))
    }

    /// Lines that begin with a word.
    fn word(&mut self, number: usize, line: &str) -> Result<(), String> {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        let step = match word {
            "clock" | "seed" | "zone" | "run" => return self.setup(number, word, rest),
            "advance" => Step::Advance(duration(rest)?),
            "file" => Step::File(beside(rest)?),
            "tool" => tool(rest)?,
            "model" => Step::Model(rest.to_string()),
            "table" => table(rest)?,
            "end" if rest.is_empty() => Step::End,
            _ => return Err(format!("`{line}` is not understood")),
        };
        self.steps.push((number, step));
        Ok(())
    }

    fn setup(&mut self, number: usize, word: &str, value: &str) -> Result<(), String> {
        if value.is_empty() {
            return Err(format!("`{word}` needs a value"));
        }
        if !self.steps.is_empty() {
            return Err(format!("`{word}` must stand before the first line of talk"));
        }
        match word {
            "clock" => self.clock = Some((number, value.to_string())),
            "seed" => self.seed = value.parse().map_err(|_| "a seed is a number".to_string())?,
            "zone" => self.zone = Some(value.to_string()),
            _ => self.script = Some(value.to_string()),
        }
        Ok(())
    }

    fn finish(self, path: &Path) -> Result<Transcript, Unreadable> {
        let zone = self.zone.as_deref().unwrap_or("UTC");
        let now_ms = match &self.clock {
            None => DEFAULT_NOW_MS,
            Some((line, clock)) => {
                moment(clock, zone).map_err(|why| Unreadable { line: *line, why })?
            }
        };
        let (path, steps) = (path.to_path_buf(), self.steps);
        let (seed, zone, script) = (self.seed, self.zone, self.script);
        Ok(Transcript { path, now_ms, seed, zone, script, steps })
    }
}

/// One blank after a mark belongs to the mark.
fn after_mark(rest: &str) -> &str {
    rest.strip_prefix(' ').unwrap_or(rest)
}

fn pattern(rest: &str) -> Result<Regex, String> {
    let inner = rest.trim_end().strip_suffix('/').ok_or("a pattern ends with `/`")?;
    Regex::new(after_mark(inner)).map_err(|error| format!("the pattern is wrong: {error}"))
}

/// A moment with its offset, or as clocks show it in `zone`.
fn moment(text: &str, zone: &str) -> Result<i64, String> {
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Ok(moment.as_millisecond());
    }
    let local: jiff::civil::DateTime =
        text.parse().map_err(|_| format!("`{text}` is no time; write 2026-03-02T09:00:00"))?;
    let zoned = local.in_tz(zone).map_err(|_| format!("`{zone}` is no time zone"))?;
    Ok(zoned.timestamp().as_millisecond())
}

/// `2 days`, `90 minutes`.
fn duration(text: &str) -> Result<i64, String> {
    let wrong = || format!("`advance {text}`: write a number and seconds, minutes, hours or days");
    let (number, unit) = text.split_once(' ').ok_or_else(wrong)?;
    let number: i64 = number.parse().ok().filter(|n| *n >= 0).ok_or_else(wrong)?;
    let unit_ms = match unit.trim().trim_end_matches('s') {
        "second" => 1_000,
        "minute" => 60_000,
        "hour" => 3_600_000,
        "day" => 86_400_000,
        _ => return Err(wrong()),
    };
    number.checked_mul(unit_ms).ok_or_else(wrong)
}

/// The name of a file that lies beside the test: nothing else of the disk can be sent.
fn beside(name: &str) -> Result<String, String> {
    let plain = !name.is_empty() && !name.contains(['/', '\\', ':']) && name != "..";
    plain
        .then(|| name.to_string())
        .ok_or_else(|| "`file` needs the name of a file that lies beside the test".into())
}

/// `name {"argument": value}`.
fn tool(text: &str) -> Result<Step, String> {
    let (name, json) = match text.find('{') {
        Some(at) => text.split_at(at),
        None => (text, "{}"),
    };
    if name.trim().is_empty() {
        return Err("`tool` needs a name".into());
    }
    let json: serde_json::Value = serde_json::from_str(json)
        .map_err(|error| format!("the arguments are no JSON: {error}"))?;
    let Data::Map(map) = basilect_stdlib::pure::json::from_json(&json) else {
        return Err("the arguments must be a JSON object".into());
    };
    let inputs = map.into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
    Ok(Step::Tool(name.trim().to_string(), inputs))
}

/// `name rows`.
fn table(text: &str) -> Result<Step, String> {
    let parts = text.rsplit_once(char::is_whitespace);
    let read = parts.and_then(|(name, rows)| Some((name.trim(), rows.parse().ok()?)));
    match read {
        Some((name, rows)) if !name.is_empty() => Ok(Step::Table(name.to_string(), rows)),
        _ => Err("write `table NAME ROWS`".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Transcript, Unreadable> {
        parse(Path::new("a.chat"), text)
    }

    #[test]
    fn a_transcript_is_setup_and_steps() {
        let text = "# A comment\nclock 2026-03-02T09:00:00\nseed 7\nzone America/Sao_Paulo\n\
                    < Choose:\n|   1. Apples\n? a, b\n> a\n<~ in stock\n</ \\d+\\.\\d\\d/\n...\n\
                    advance 2 days\nfile a.pdf\ntool add {\"N\": 2}\ntable orders 1\nend\n";
        let transcript = read(text).expect("readable");
        assert_eq!(transcript.now_ms, 1_772_452_800_000);
        assert_eq!(transcript.seed, 7);
        let Some((5, Step::Bot(expected))) = transcript.steps.first() else {
            panic!("{:?}", transcript.steps.first())
        };
        assert!(expected.fits("Choose:\n  1. Apples"));
        assert_eq!(transcript.steps.len(), 11);
        assert!(matches!(&transcript.steps[7].1, Step::File(name) if name == "a.pdf"));
        let Step::Tool(_, inputs) = &transcript.steps[8].1 else { panic!("a tool") };
        assert_eq!(inputs.get("n"), Some(&Data::Int(2)));
    }

    #[test]
    fn mistakes_name_their_line() {
        for (text, line) in [
            ("hello", 1),
            ("# x\n| y", 2),
            ("> hi\nseed 3", 2),
            ("advance 2 fortnights", 1),
            ("</ (/", 1),
            ("tool add {", 1),
            ("table orders", 1),
            ("clock yesterday", 1),
            ("file ../../secret.txt", 1),
        ] {
            assert_eq!(read(text).expect_err(text).line, line, "{text}");
        }
    }

    #[test]
    fn texts_fit_exactly_in_part_or_by_pattern() {
        assert!(Expected::Text("a b".into()).fits("a b"));
        assert!(!Expected::Text("a".into()).fits("a b"));
        assert!(Expected::Part("a".into()).fits("b a"));
        let transcript = read("</ total is \\d+/").expect("readable");
        let Some((_, Step::Bot(expected))) = transcript.steps.first() else { panic!("talk") };
        assert!(expected.fits("the total is 12") && !expected.fits("the total is x"));
    }
}
