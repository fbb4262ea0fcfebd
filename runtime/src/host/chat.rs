//! TALK, HEAR and their kin.

use basilect_stdlib::words::chat::Call;
use basilect_stdlib::{Data, TrapCode};

use super::not_configured;
use crate::conversation::state::{Frame, Question};
use crate::conversation::{Served, Turn, items};
use crate::error::Result;

impl Turn<'_> {
    pub(super) async fn serve_chat(&mut self, call: Call) -> Result<Served> {
        Ok(match call {
            Call::Talk(talk) => self.talk(&spoken(&talk.text)),
            Call::TalkVerbatim(lines) => self.talk_verbatim(&lines.text, lines.open),
            Call::SendMessage(send) if send.recipient.is_none() => self.talk(&spoken(&send.text)),
            Call::Hear(hear) => {
                let choices_given = basilect_stdlib::keyword::spread(hear.choices);
                let kind = hear.kind.map(|kind| kind.0.to_uppercase()).unwrap_or_default();
                let (choices, free_text) = choices(choices_given);
                let question =
                    Question { kind, choices, free_text, default: hear.default, refused: 0 };
                let asked = hear.question.map(|question| question.0);
                Served::Wait(self.ask(question, hear.prompt.or(asked)))
            }
            Call::Ask(ask) => {
                let kind = ask.kind.map(|kind| kind.0.to_uppercase()).unwrap_or_default();
                let question = Question { kind, ..Question::default() };
                Served::Wait(self.ask(question, Some(ask.prompt)))
            }
            Call::Print(print) => self.print(&print.items),
            Call::TalkImage(image) => self.show_file("image", &image.path, image.caption),
            Call::TalkFile(file) => self.show_file("file", &file.path, file.caption),
            Call::SendFile(send) if send.recipient.is_none() => {
                self.show_file("file", &file_path(&send.file), send.caption)
            }
            Call::TalkTo(_) | Call::SendMessage(_) | Call::SendFile(_) | Call::SendToSession(_) => {
                not_configured("speaking with other people")
            }
        })
    }

    fn talk(&mut self, text: &str) -> Served {
        if self.silent() {
            tracing::info!(bot = %self.bot.name, text, "said by a schedule, to nobody");
        }
        match self.say_text(text) {
            true => Served::nothing(),
            false => Served::fault(
                TrapCode::LimitReached,
                "this turn has said too much; a turn may say 500 messages or 256 KB",
            ),
        }
    }

    /// Says lines that a program had printed when it failed, as far as there is room for them.
    pub(crate) fn say_verbatim(&mut self, text: &str) {
        self.say_item(text, items::verbatim(text, false));
    }

    /// Says lines as they stand.
    fn talk_verbatim(&mut self, text: &str, open: bool) -> Served {
        match self.say_item(text, items::verbatim(text, open)) {
            true => Served::nothing(),
            false => Served::fault(
                TrapCode::LimitReached,
                "this turn has printed too much; a turn may say 500 pages or 256 KB",
            ),
        }
    }

    /// Says a text; false when the turn has said too much.
    pub(crate) fn say_text(&mut self, text: &str) -> bool {
        self.say_item(text, items::text(text))
    }

    fn say_item(&mut self, text: &str, item: String) -> bool {
        let limits = &self.services().limits;
        if self.out.said >= limits.messages_per_turn
            || self.out.said_bytes + text.len() > limits.output_bytes_per_turn
        {
            return false;
        }
        self.out.said += 1;
        self.out.said_bytes += text.len();
        self.note_for_model(text);
        self.push_item(item);
        true
    }

    /// What a tool says is part of what the model learns from it.
    fn note_for_model(&mut self, text: &str) {
        if let [.., Frame::Model(_), Frame::Script(frame)] = self.state.frames.as_mut_slice()
            && frame.said.len() + text.len() < 8_000
        {
            if !frame.said.is_empty() {
                frame.said.push('\n');
            }
            frame.said.push_str(text);
        }
    }

    /// Nobody listens to a schedule.
    fn silent(&self) -> bool {
        matches!(self.row.channel.as_str(), "schedule" | "webhook")
    }

    /// PRINT goes to the log; at a terminal, which has none, it is shown.
    fn print(&mut self, parts: &[Data]) -> Served {
        let line = parts.iter().map(spoken).collect::<Vec<_>>().join(" ");
        if self.row.channel != "terminal" {
            let (bot, conversation) = (&self.bot.name, &self.row.id);
            tracing::info!(target: "basilect::print", %bot, %conversation, "{line}");
            return Served::nothing();
        }
        match self.say_item(&line, items::printed(&line)) {
            true => Served::nothing(),
            false => Served::fault(TrapCode::LimitReached, "this turn has printed too much"),
        }
    }

    /// A file of the bot's folder or of the web; nothing else can be named.
    fn show_file(&mut self, kind: &str, path: &str, caption: Option<String>) -> Served {
        let name = path.rsplit('/').next().unwrap_or(path).to_string();
        let Some(url) = self.file_url(path) else {
            return Served::fault(TrapCode::BadData, format!("there is no file {path}"));
        };
        let kind = if kind == "file" { kind_of(&name) } else { kind };
        self.push_item(items::media(kind, &url, &name, caption.as_deref()));
        Served::nothing()
    }

    fn file_url(&self, path: &str) -> Option<String> {
        if path.starts_with("https://") {
            return Some(path.to_string());
        }
        let known = self.bot.theme_files().any(|file| file == path);
        known.then(|| format!("/{}/theme/{path}", self.bot.name))
    }
}

/// A value as it is said.
fn spoken(data: &Data) -> String {
    match data {
        Data::List(_) | Data::Map(_) => super::data::json_text(data),
        other => basilect_stdlib::pure::text::display_data(other),
    }
}

/// A `*` among the choices allows any other answer.
fn choices(mut choices: Vec<Data>) -> (Vec<Data>, bool) {
    let before = choices.len();
    choices.retain(|choice| choice != &Data::text("*"));
    let free = choices.len() < before;
    (choices, free)
}

fn file_path(file: &Data) -> String {
    file.get("path").map_or_else(|| spoken(file), spoken)
}

fn kind_of(name: &str) -> &'static str {
    let name = name.to_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if ends(&[".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"]) {
        "image"
    } else if ends(&[".mp3", ".ogg", ".wav", ".m4a"]) {
        "audio"
    } else if ends(&[".mp4", ".webm"]) {
        "video"
    } else {
        "file"
    }
}
