//! Where messages come from: a person at a terminal, or lines of standard input.

use std::io::{BufRead, IsTerminal};

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use super::Screen;

/// The one who talks with the bot.
pub enum Person {
    /// Somebody who types, with line editing and history.
    Typing(Box<DefaultEditor>),
    /// A file or another program.
    Piped,
}

impl Person {
    /// Whoever is at standard input.
    pub fn at_stdin() -> anyhow::Result<Person> {
        let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        match terminal {
            true => Ok(Person::Typing(Box::new(DefaultEditor::new()?))),
            false => Ok(Person::Piped),
        }
    }

    /// Whether somebody types.
    pub fn types(&self) -> bool {
        matches!(self, Person::Typing(_))
    }

    /// The next message; `None` when there is no more.
    pub fn next(&mut self, screen: &mut Screen) -> anyhow::Result<Option<String>> {
        screen.show_choices()?;
        screen.flush()?;
        match self {
            Person::Typing(editor) => read_typed(editor, &screen.prompt()),
            Person::Piped => Ok(read_piped()?),
        }
    }
}

fn read_typed(editor: &mut DefaultEditor, prompt: &str) -> anyhow::Result<Option<String>> {
    match editor.readline(prompt) {
        Ok(line) => {
            editor.add_history_entry(line.as_str())?;
            Ok(Some(line))
        }
        Err(ReadlineError::Eof | ReadlineError::Interrupted) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn read_piped() -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if std::io::stdin().lock().read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(Some(text.trim_end_matches(['\n', '\r']).to_string()))
}
