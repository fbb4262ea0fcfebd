//! Running a transcript against a bot, step after step.

use std::path::Path;
use std::time::Duration;

use basilect_compiler::package::Package;

use super::parse::{self, Expected, Step, Transcript};
use super::report::{Failure, notation, said, with_mark};
use super::stage::Stage;
use crate::error::{Error, Result};

/// Texts of which a failure shows no more than this many.
const SHOWN_TEXTS: usize = 5;

/// Runs the test in a file; `Ok(Some(…))` says how it failed. One that takes longer than `most` is
/// given up as broken.
pub fn run(package: &Package, path: &Path, most: Duration) -> Result<Option<Failure>> {
    let unreadable = |error: std::io::Error| Error::invalid("unreadable", error.to_string());
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let transcript = match parse::parse(path, &text) {
        Ok(transcript) => transcript,
        Err(unreadable) => {
            let expected = "a line of a transcript".to_string();
            let (line, got) = (unreadable.line, unreadable.why);
            return Ok(Some(Failure { line, expected, got, said_by: None }));
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::Unavailable(error.to_string()))?;
    let played = runtime
        .block_on(async { tokio::time::timeout(most, play(package, &transcript)).await.ok() });
    let slow = || Error::invalid("too_slow", format!("it took longer than {} s", most.as_secs()));
    played.ok_or_else(slow)?
}

async fn play(package: &Package, transcript: &Transcript) -> Result<Option<Failure>> {
    let stage = Stage::open(package, transcript).await?;
    let mut test = Test { stage, transcript, skipping: false };
    for (line, step) in transcript.steps.iter().skip(transcript.answers_at_first().count()) {
        if let Some(got) = test.step(step).await? {
            return Ok(Some(test.failure(*line, notation(step), got).await));
        }
    }
    test.leftover().await
}

/// What came instead of what was expected.
struct Got {
    text: String,
    /// The text of the bot whose script line is worth knowing.
    said: Option<String>,
}

impl Got {
    fn plain(text: impl Into<String>) -> Option<Got> {
        Some(Got { text: text.into(), said: None })
    }
}

struct Test<'a> {
    stage: Stage,
    transcript: &'a Transcript,
    /// Whether `...` stands before the next expectation.
    skipping: bool,
}

impl Test<'_> {
    /// Does or checks one thing; what came instead, when it failed.
    async fn step(&mut self, step: &Step) -> Result<Option<Got>> {
        if matches!(step, Step::Person(_) | Step::Tool(..) | Step::File(_) | Step::End) {
            self.stop_skipping();
        }
        match step {
            Step::Bot(expected) => return self.expect(expected).await,
            Step::Skip => self.skipping = true,
            Step::Options(options) => return Ok(self.options(options)),
            Step::Person(text) => self.stage.say(text).await?,
            Step::Advance(ms) => self.stage.advance(*ms).await?,
            Step::File(name) => {
                let folder = self.transcript.path.parent().unwrap_or(Path::new("."));
                self.stage.send_file(&folder.join(name)).await?;
            }
            // Those before the first line of talk are known before the first script begins.
            Step::Model(text) => self.stage.prepare(text),
            Step::Tool(name, inputs) => self.stage.call(name, inputs.clone()).await?,
            Step::Table(name, rows) => return self.table(name, *rows).await,
            Step::End => return self.end().await,
        }
        Ok(None)
    }

    /// A `...` before something else than a text skips all that was said.
    fn stop_skipping(&mut self) {
        if std::mem::take(&mut self.skipping) {
            self.stage.texts.clear();
        }
    }

    async fn expect(&mut self, expected: &Expected) -> Result<Option<Got>> {
        let skipping = std::mem::take(&mut self.skipping);
        let searched = if skipping { self.stage.texts.len() } else { 1 };
        let at = self.stage.texts.iter().take(searched).position(|text| expected.fits(text));
        match at {
            Some(at) => {
                self.stage.texts.drain(..=at);
                Ok(None)
            }
            None => self.instead().await,
        }
    }

    /// What the bot said instead, or why it says nothing.
    async fn instead(&self) -> Result<Option<Got>> {
        let Some(first) = self.stage.texts.front() else {
            let ended = self.stage.ended().await?;
            return Ok(Got::plain(match ended {
                true => "nothing more: the script has ended",
                false => "nothing more: the script waits for an answer",
            }));
        };
        let shown = self.stage.texts.iter().take(SHOWN_TEXTS).map(|text| said(text));
        let text = shown.collect::<Vec<_>>().join("\n");
        Ok(Some(Got { text, said: Some(first.clone()) }))
    }

    fn options(&self, expected: &str) -> Option<Got> {
        let offered = self.stage.options().join(", ");
        match offered == expected {
            true => None,
            false if offered.is_empty() => Got::plain("no suggestions"),
            false => Got::plain(format!("? {offered}")),
        }
    }

    async fn table(&self, name: &str, rows: usize) -> Result<Option<Got>> {
        let found = self.stage.rows(name).await?;
        Ok((found != rows).then(|| Got { text: format!("table {name} {found}"), said: None }))
    }

    async fn end(&self) -> Result<Option<Got>> {
        if let Some(text) = self.stage.texts.front() {
            return Ok(Some(Got { text: said(text), said: Some(text.clone()) }));
        }
        match self.stage.ended().await? {
            true => Ok(None),
            false => Ok(Got::plain("the script waits for an answer")),
        }
    }

    /// At the end nothing may be left that was said and not expected.
    async fn leftover(mut self) -> Result<Option<Failure>> {
        self.stop_skipping();
        let line = self.transcript.steps.last().map_or(1, |(line, _)| line + 1);
        let Some(text) = self.stage.texts.front().cloned() else {
            let Some(answer) = self.stage.unasked() else { return Ok(None) };
            let got = Got { text: "no model was asked".into(), said: None };
            return Ok(Some(self.failure(line, with_mark("model", &answer), got).await));
        };
        let got = Got { text: said(&text), said: Some(text) };
        Ok(Some(self.failure(line, "the end of the conversation".into(), got).await))
    }

    async fn failure(&self, line: usize, expected: String, got: Got) -> Failure {
        let place = match &got.said {
            Some(text) => self.stage.place_of(text).await,
            None => None,
        };
        let said_by = place.map(|(script, line)| format!("{script}:{line}"));
        Failure { line, expected, got: got.text, said_by }
    }
}
