//! The lines of files that are no scripts: settings and transcripts.

use basilect_compiler::source::Span;

use crate::document::Document;

/// A setting as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingLine {
    /// Its name, in small letters.
    pub name: String,
    /// The place of the name.
    pub key: Span,
    /// The place of the value.
    pub value: Span,
}

/// The settings of a `config.csv`, in their order.
pub fn settings(document: &Document) -> Vec<SettingLine> {
    (0..document.line_count()).filter_map(|line| setting(document, line)).collect()
}

/// The setting of one line.
pub fn setting(document: &Document, line: u32) -> Option<SettingLine> {
    let span = document.line_span(line);
    let text = document.file.slice(span);
    let bare = text.trim_start_matches('\u{feff}');
    let from = span.start + (text.len() - bare.len()) as u32;
    let (name, _) = bare.split_once(',')?;
    let key = trimmed(name, from);
    let value = Span::new(from + name.len() as u32 + 1, span.end);
    let written = document.file.slice(key).to_lowercase();
    let head = line == 0 && matches!(written.as_str(), "name" | "key");
    if written.is_empty() || written.starts_with('#') || head {
        return None;
    }
    Some(SettingLine {
        name: written,
        key,
        value: trimmed(document.file.slice(value), value.start),
    })
}

/// A piece of a text without the blanks around it.
fn trimmed(text: &str, start: u32) -> Span {
    let first = start + (text.len() - text.trim_start().len()) as u32;
    Span::new(first, first + text.trim().len() as u32)
}

/// Words that begin lines of a transcript, how they go on, and what they mean.
pub const CHAT_WORDS: &[(&str, &str, &str)] = &[
    ("clock", "clock ${1:2026-03-02T09:00:00}", "The time at the start of the test."),
    ("zone", "zone ${1:America/Sao_Paulo}", "The time zone of the test."),
    ("seed", "seed ${1:7}", "The seed of random numbers."),
    ("run", "run ${1:script}", "Runs this script instead of `start`."),
    ("file", "file ${1:report.pdf}", "The person sends a file that lies beside the test."),
    ("tool", "tool ${1:name} {$2}", "The model calls this tool with these arguments."),
    ("model", "model ${1:answer}", "What a model that is asked next answers."),
    ("advance", "advance ${1:2} ${2:days}", "Moves the clock; what falls due runs."),
    ("table", "table ${1:name} ${2:rows}", "The table must have this number of rows."),
    ("end", "end", "The script must have ended."),
    ("<", "< $1", "The bot must say exactly this next."),
    ("<~", "<~ $1", "The next text of the bot must contain this."),
    ("</", "</ $1 /", "The next text of the bot must match this pattern."),
    ("...", "...", "Skips any number of texts of the bot."),
    ("?", "? $1", "These suggestions must be on offer now, in order."),
    (">", "> $1", "The person says this."),
];

/// A line of a transcript that begins with a word or mark: both, and the places of the rest.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatLine {
    /// The word or mark.
    pub word: &'static str,
    /// What it means.
    pub what: &'static str,
    /// Its place.
    pub head: Span,
    /// The first word after it: a script, a tool, a table, a file.
    pub name: Span,
    /// All that follows it.
    pub rest: Span,
}

/// The lines of a transcript.
pub fn chat(document: &Document) -> Vec<ChatLine> {
    (0..document.line_count()).filter_map(|line| chat_line(document, line)).collect()
}

/// One line of a transcript.
pub fn chat_line(document: &Document, line: u32) -> Option<ChatLine> {
    let span = document.line_span(line);
    let text = document.file.slice(span);
    let starts = |word: &str| {
        let rest = text.strip_prefix(word)?;
        let mark = !word.starts_with(char::is_alphabetic);
        (mark || rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some(rest)
    };
    let found = CHAT_WORDS.iter().filter(|(word, ..)| starts(word).is_some());
    let (word, _, what) = found.max_by_key(|(word, ..)| word.len())?;
    let head = Span::new(span.start, span.start + word.len() as u32);
    let rest = trimmed(starts(word)?, head.end);
    let first = document.file.slice(rest).split(char::is_whitespace).next().unwrap_or_default();
    let name = Span::new(rest.start, rest.start + first.len() as u32);
    Some(ChatLine { word, what, head, name, rest })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Encoding;

    #[test]
    fn settings_and_talk_are_found_with_their_places() {
        let text = "name,value\nparam-City , Olá, you\n# x,y\nnothing\n";
        let document = Document::new("config.csv", text.into(), Encoding::Utf16);
        let all = settings(&document);
        assert_eq!(all.len(), 1);
        let shown = |span| document.file.slice(span);
        assert_eq!((shown(all[0].key), shown(all[0].value)), ("param-City", "Olá, you"));
        let text = "run check-out\n<~ hi\n< a\nrunning\n... \n";
        let document = Document::new("a.chat", text.into(), Encoding::Utf16);
        let words: Vec<_> = chat(&document).iter().map(|line| line.word).collect();
        assert_eq!(words, ["run", "<~", "<", "..."]);
        assert_eq!(document.file.slice(chat(&document)[0].name), "check-out");
    }
}
