//! What the terminal shows of a conversation.

use std::io::{BufWriter, Stdout, Write};

use basilect_runtime::conversation::Live;
use serde_json::Value;

use crate::terminal::Paint;

/// How a place inside the package is shown.
pub type Place = Box<dyn Fn(&str) -> String>;

/// Standard output, and what has been shown on it.
pub struct Screen {
    out: BufWriter<Stdout>,
    paint: Paint,
    /// Whether a person looks at it.
    people: bool,
    place: Place,
    seq: i64,
    stream: Option<Stream>,
    choices: Vec<Choice>,
    /// The line that the person's answer goes on with, when the bot has left one open.
    open: Option<String>,
    failed: bool,
}

/// A text that is being written.
struct Stream {
    seq: i64,
    shown: String,
}

/// Something that can be chosen by its number.
#[derive(Clone, Debug, PartialEq)]
struct Choice {
    text: String,
    say: String,
    tool: Option<String>,
}

impl Screen {
    /// A screen for a person, or for another program; `place` shows a path of the package.
    pub fn new(people: bool, place: Place) -> Screen {
        Screen {
            out: BufWriter::new(std::io::stdout()),
            paint: Paint::stdout(),
            people,
            place,
            seq: 0,
            stream: None,
            choices: Vec::new(),
            open: None,
            failed: false,
        }
    }
    /// Whether a person looks at it.
    pub fn people(&self) -> bool {
        self.people
    }
    /// Whether an error was shown.
    pub fn failed(&self) -> bool {
        self.failed
    }
    /// The last item shown.
    pub fn seq(&self) -> i64 {
        self.seq
    }
    /// What stands before what the person types.
    pub fn prompt(&self) -> String {
        self.open.clone().unwrap_or_else(|| self.paint.cyan("> "))
    }
    /// Makes sure that everything can be seen.
    pub fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }

    /// Shows what happens.
    pub fn live(&mut self, live: &Live) -> std::io::Result<()> {
        match live {
            Live::Item(seq, frame) if *seq == self.seq + 1 => self.item(*seq, frame),
            // A gap is filled from the log, in order.
            Live::Item(..) | Live::Typing(_) => Ok(()),
            Live::Part { seq, index, text } => self.part(*seq, *index, text),
            Live::Error { message, .. } => self.complain(message),
        }
    }

    /// The next piece of a text, as soon as it comes.
    fn part(&mut self, seq: i64, index: u32, text: &str) -> std::io::Result<()> {
        if seq <= self.seq {
            return Ok(());
        }
        if index == 0 {
            self.stream = Some(Stream { seq, shown: String::new() });
        }
        if let Some(stream) = &mut self.stream {
            stream.shown.push_str(text);
            self.out.write_all(text.as_bytes())?;
        }
        self.out.flush()
    }

    /// Shows an item, once.
    pub fn item(&mut self, seq: i64, body: &str) -> std::io::Result<()> {
        if seq <= self.seq {
            return Ok(());
        }
        self.seq = seq;
        let Ok(item) = serde_json::from_str::<Value>(body) else { return Ok(()) };
        if item["by"] == "person" {
            self.open = None;
            self.choices.retain(|_| false);
            return Ok(());
        }
        match item["kind"].as_str().unwrap_or_default() {
            "text" if self.people && item["open"] == true => self.ask(text_of(&item, "text")),
            "text" => self.text(seq, text_of(&item, "text")),
            "suggestions" | "wait" => {
                self.offer(&item["options"]);
                Ok(())
            }
            "image" | "audio" | "video" | "file" => self.media(&item),
            "error" => self.complain(text_of(&item, "text")),
            _ => Ok(()),
        }
    }

    fn text(&mut self, seq: i64, text: &str) -> std::io::Result<()> {
        let stream = self.stream.take().filter(|stream| stream.seq == seq);
        let rest = match &stream {
            Some(stream) => text.strip_prefix(stream.shown.as_str()),
            None => Some(text),
        };
        match rest {
            Some(rest) => writeln!(self.out, "{rest}"),
            // What was streamed is not what was said in the end: say it again.
            None => writeln!(self.out, "\n{text}"),
        }
    }

    /// Lines of which the last one stays open: the person types behind it.
    fn ask(&mut self, text: &str) -> std::io::Result<()> {
        let (before, last) = text.rsplit_once('\n').map_or(("", text), |(b, last)| (b, last));
        self.open = Some(last.to_string());
        match text.contains('\n') {
            true => writeln!(self.out, "{before}"),
            false => Ok(()),
        }
    }

    fn media(&mut self, item: &Value) -> std::io::Result<()> {
        if let Some(caption) = item["caption"].as_str() {
            writeln!(self.out, "{caption}")?;
        }
        writeln!(self.out, "{} {}", text_of(item, "name"), text_of(item, "url"))
    }

    fn offer(&mut self, options: &Value) {
        let choice = |option: &Value| Choice {
            text: text_of(option, "text").to_string(),
            say: text_of(option, "say").to_string(),
            tool: option["tool"].as_str().map(str::to_string),
        };
        let offered: Vec<Choice> = options.as_array().into_iter().flatten().map(choice).collect();
        if !offered.is_empty() {
            self.choices = offered;
        }
    }

    /// Shows an error.
    pub fn complain(&mut self, text: &str) -> std::io::Result<()> {
        self.failed = true;
        self.out.flush()?;
        let text = self.placed(text);
        eprintln!("{}", Paint::stderr().red(&text));
        Ok(())
    }

    /// An error that begins with a place in the package, with the place as the person knows it.
    fn placed(&self, text: &str) -> String {
        match text.split_once(".bas:").or_else(|| text.split_once(".BAS:")) {
            Some((stem, rest)) if rest.starts_with(|c: char| c.is_ascii_digit()) => {
                let path = text.get(..stem.len() + ".bas".len()).unwrap_or(stem);
                format!("{}:{rest}", (self.place)(path))
            }
            _ => text.to_string(),
        }
    }

    /// Shows a person what can be chosen.
    pub fn show_choices(&mut self) -> std::io::Result<()> {
        if !self.people {
            return Ok(());
        }
        for (number, choice) in self.choices.iter().enumerate() {
            writeln!(
                self.out,
                "  {} {}",
                self.paint.cyan(&format!("{}.", number + 1)),
                choice.text
            )?;
        }
        Ok(())
    }

    /// What the person means: the choice of that number, or what was typed.
    pub fn chosen(&self, typed: &str, numbers_are_answers: bool) -> (String, Option<String>) {
        let number = typed.trim().parse::<usize>().ok();
        let number = number.filter(|_| self.people && !numbers_are_answers);
        let choice = number.and_then(|number| self.choices.get(number.checked_sub(1)?));
        match choice {
            Some(choice) => (choice.say.clone(), choice.tool.clone()),
            None => (typed.to_string(), None),
        }
    }
}

fn text_of<'a>(item: &'a Value, field: &str) -> &'a str {
    item[field].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(people: bool) -> Screen {
        Screen::new(people, Box::new(|path| format!("shop.gbai/{path}")))
    }

    #[test]
    fn a_number_is_a_choice_only_for_people() {
        let body = r#"{"by":"bot","kind":"suggestions","options":[
            {"text":"Buy","say":"buy","tool":null},{"text":"Pay","say":"pay","tool":"checkout"}]}"#;
        let mut terminal = screen(true);
        terminal.item(1, body).expect("shown");
        assert_eq!(terminal.chosen("2", false), ("pay".into(), Some("checkout".into())));
        assert_eq!(terminal.chosen("2", true), ("2".into(), None));
        assert_eq!(terminal.chosen("3", false), ("3".into(), None));
        let mut pipe = screen(false);
        pipe.item(1, body).expect("shown");
        assert_eq!(pipe.chosen("2", false), ("2".into(), None));
    }

    #[test]
    fn errors_name_the_file_that_the_person_knows() {
        let screen = screen(false);
        assert_eq!(screen.placed("start.bas:3: oh"), "shop.gbai/start.bas:3: oh");
        assert_eq!(screen.placed("too late"), "too late");
    }

    #[test]
    fn a_person_types_behind_an_open_line() {
        let body = r#"{"by":"bot","kind":"text","text":"HELLO\nNAME? ","print":true,"open":true}"#;
        let mut terminal = screen(true);
        terminal.item(1, body).expect("shown");
        assert_eq!(terminal.prompt(), "NAME? ");
        terminal.item(2, r#"{"by":"person","kind":"text","text":"Ada"}"#).expect("passed over");
        assert!(terminal.prompt().contains("> "));
        let mut pipe = screen(false);
        pipe.item(1, body).expect("shown");
        assert!(pipe.prompt().contains("> "));
    }

    #[test]
    fn an_item_is_shown_once() {
        let mut screen = screen(false);
        screen.item(2, r#"{"by":"bot","kind":"end"}"#).expect("shown");
        screen.item(1, r#"{"by":"bot","kind":"error","text":"late"}"#).expect("passed over");
        assert!(!screen.failed());
        assert_eq!(screen.seq(), 2);
    }
}
