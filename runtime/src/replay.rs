//! Running a recorded conversation again: the same programs, the recorded answers, no services.
//!
//! The journal holds what every script was told. So the scripts can be run again, today or with a
//! newer package, and either do the same or differ at one first place, which is what is reported.

use std::sync::Arc;

use basilect_stdlib::{Data, Limits};
use basilect_vm::Program;

use crate::conversation::Step;
use crate::debug::code::Codes;
pub use crate::debug::player::Difference;
use crate::debug::player::{Played, Player};
use crate::error::{Error, Result};
use crate::ports::store::JournalEntry;

/// What came of running a journal again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Turns that were run.
    pub turns: usize,
    /// The keywords that the scripts used, with their places.
    pub calls: Vec<Call>,
    /// The first difference; nothing is run after it.
    pub difference: Option<Difference>,
}

/// A keyword that a script used.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Path of the script.
    pub script: String,
    /// Line in it.
    pub line: u32,
    /// The keyword.
    pub words: String,
    /// Its arguments.
    pub args: Vec<Data>,
}

/// The steps of a conversation's journal, in order.
pub fn steps(journal: &[JournalEntry]) -> Result<Vec<Step>> {
    let mut all = Vec::new();
    for entry in journal {
        all.extend(steps_of(entry)?);
    }
    Ok(all)
}

/// The steps of one of its rows.
pub fn steps_of(entry: &JournalEntry) -> Result<Vec<Step>> {
    serde_json::from_str(&entry.body)
        .map_err(|error| Error::invalid("bad_journal", format!("turn {}: {error}", entry.turn)))
}

/// Runs the steps against a program.
pub fn replay(program: Arc<Program>, limits: Limits, steps: &[Step]) -> Report {
    let mut player = Player::new(Codes::program(program), limits);
    let mut report = Report::default();
    for step in steps {
        match (player.step(step, None), step) {
            (Ok(Played::Done(at)), Step::Call { words, args, .. }) => {
                let (words, args) = (words.clone(), args.clone());
                report.calls.push(Call { script: at.script, line: at.line, words, args });
            }
            (Ok(_), _) => {}
            (Err(difference), _) => {
                report.difference = Some(*difference);
                break;
            }
        }
    }
    report.turns = player.turns();
    report
}
