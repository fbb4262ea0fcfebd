//! Examples as figures: source that is coloured by the compiler's own lexer, what comes out of it,
//! conversations, and what is typed into a terminal.

use basilect_compiler::highlight::{Kind, highlight};

use super::html::{escape, way};
use super::index::path;
use super::markdown::Place;

/// A fenced block: its kind, the file it is, and its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Fence {
    /// `basic`, `out`, `chat`, `console`, `diagnostics` …
    pub kind: String,
    /// The name of the file that it shows.
    pub file: Option<String>,
    /// Its lines.
    pub text: String,
}

impl Fence {
    /// From the words behind the fence.
    pub fn new(info: &str, text: String) -> Fence {
        let mut words = info.split_whitespace();
        let kind = words.next().unwrap_or("text").to_string();
        let file = words.find_map(|word| word.strip_prefix("file=")).map(str::to_string);
        Fence { kind, file, text }
    }

    /// Whether what comes out of it may follow.
    pub fn takes_more(&self) -> bool {
        matches!(self.kind.as_str(), "basic" | "diagnostics" | "out")
    }
}

/// Whether a block of this kind belongs to the one before it.
pub fn follows(info: &str) -> bool {
    matches!(info.split_whitespace().next(), Some("out" | "chat" | "diagnostics"))
}

/// Blocks that belong together as one figure.
pub fn figure(fences: &[Fence], place: &Place<'_>) -> String {
    let parts: String = fences.iter().map(|fence| part(fence, place)).collect();
    format!("<figure class=\"example\">\n{parts}</figure>\n")
}

fn part(fence: &Fence, place: &Place<'_>) -> String {
    let text = fence.text.trim_end_matches('\n');
    match fence.kind.as_str() {
        "basic" => block("code", fence.file.as_deref(), &colour(text, place)),
        "chat" => conversation(text),
        "console" => block("console", Some("Terminal"), &console(text)),
        "out" => block("out", Some("It says"), &escape(text)),
        "answers" => block("out", Some("The person answers"), &escape(text)),
        "diagnostics" => block("diagnostics", Some("The compiler says"), &escape(text)),
        _ => block("plain", fence.file.as_deref(), &escape(text)),
    }
}

/// A block with its caption.
pub fn block(class: &str, caption: Option<&str>, code: &str) -> String {
    let caption = caption.map(|text| format!("<p class=\"caption\">{}</p>\n", escape(text)));
    format!(
        "<div class=\"{class}\">\n{}<pre tabindex=\"0\"><code>{code}</code></pre>\n</div>\n",
        caption.unwrap_or_default()
    )
}

/// Source in colours; keywords and functions lead to their pages.
pub fn colour(source: &str, place: &Place<'_>) -> String {
    let mut html = String::with_capacity(source.len() * 2);
    let mut at = 0;
    let text = |from: usize, to: usize| source.get(from..to).unwrap_or_default();
    for piece in highlight(source) {
        let (start, end) = (piece.span.start as usize, piece.span.end as usize);
        html.push_str(&escape(text(at, start)));
        html.push_str(&coloured(piece.kind, text(start, end), place));
        at = end;
    }
    html.push_str(&escape(text(at, source.len())));
    html
}

fn coloured(kind: Kind, text: &str, place: &Place<'_>) -> String {
    let text = escape(text);
    let class = match kind {
        Kind::Comment => "c",
        Kind::Text => "s",
        Kind::Interpolation => "i",
        Kind::Number | Kind::Constant => "n",
        Kind::Word => "w",
        Kind::Lead => "l",
        Kind::Label => "b",
        Kind::Keyword(keyword) | Kind::Function(keyword) => {
            let class = if keyword.run.is_some() { "f" } else { "k" };
            let target = path(keyword);
            return match target == place.path {
                true => format!("<b class=\"{class}\">{text}</b>"),
                false => {
                    let target = way(place.path, &target);
                    format!("<a class=\"{class}\" href=\"{target}\">{text}</a>")
                }
            };
        }
    };
    format!("<span class=\"{class}\">{text}</span>")
}

/// Commands that are typed, and what they print.
fn console(text: &str) -> String {
    let line = |line: &str| match line.strip_prefix("$ ").or_else(|| line.strip_prefix("> ")) {
        Some(typed) => {
            let mark = line.get(..1).map(escape).unwrap_or_default();
            format!("<span class=\"prompt\">{mark} </span><b>{}</b>\n", escape(typed))
        }
        None => format!("{}\n", escape(line)),
    };
    text.lines().map(line).collect()
}

/// A transcript as the person sees it: see `docs/transcripts.md`.
pub fn conversation(text: &str) -> String {
    let mut turns: Vec<(&str, String)> = Vec::new();
    for line in text.lines() {
        let (mark, said) = line.split_at(line.find(' ').unwrap_or(line.len()));
        let said = said.strip_prefix(' ').unwrap_or(said);
        match mark {
            "<" => turns.push(("bot", escape(said))),
            ">" => turns.push(("person", escape(said))),
            "?" => turns.push(("choices", choices(said))),
            "|" => {
                if let Some((_, text)) = turns.last_mut() {
                    text.push('\n');
                    text.push_str(&escape(said));
                }
            }
            "" => {}
            "..." => turns.push(("note", "…".into())),
            _ => turns.push(("note", escape(line))),
        }
    }
    let items: String = turns.iter().map(turn).collect();
    format!(
        "<div class=\"chat\">\n<p class=\"caption\">The conversation</p>\n<ol>\n{items}</ol>\n\
         </div>\n"
    )
}

fn turn((who, html): &(&str, String)) -> String {
    let speaker = match *who {
        "bot" => "<span class=\"unseen\">Bot: </span>",
        "person" => "<span class=\"unseen\">Person: </span>",
        "choices" => "<span class=\"unseen\">Buttons: </span>",
        _ => "",
    };
    format!("<li class=\"{who}\">{speaker}{html}</li>\n")
}

fn choices(labels: &str) -> String {
    let button = |label: &str| format!("<span>{}</span>", escape(label.trim()));
    labels.split(", ").map(button).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::book::Book;
    use super::super::index::Index;
    use super::*;

    #[test]
    fn code_is_coloured_and_linked() {
        let index = Index::of(&Book::read());
        let html = colour("TALK \"a < ${LEN(x)}\" ' now", &Place::plain("tutorial.html", &index));
        assert_eq!(
            html,
            "<a class=\"k\" href=\"word/talk.html\">TALK</a> <span class=\"s\">&quot;a &lt; </span>\
             <span class=\"i\">${</span><a class=\"f\" href=\"function/len.html\">LEN</a>(x)\
             <span class=\"i\">}</span><span class=\"s\">&quot;</span> \
             <span class=\"c\">&#39; now</span>"
                .replace("&#39;", "'")
        );
        let own = colour("TALK x", &Place::plain("word/talk.html", &index));
        assert_eq!(own, "<b class=\"k\">TALK</b> x");
    }

    #[test]
    fn a_transcript_is_a_conversation() {
        let html = conversation("< Hello\n| there\n> <hi>\n? Yes, No\ntable orders 1");
        assert!(
            html.contains("<li class=\"bot\"><span class=\"unseen\">Bot: </span>Hello\nthere</li>")
        );
        assert!(html.contains("&lt;hi&gt;") && html.contains("<span>Yes</span> <span>No</span>"));
        assert!(html.contains("<li class=\"note\">table orders 1</li>"));
    }

    #[test]
    fn what_is_typed_stands_out() {
        let html = console("$ basilect new tea\nready");
        assert!(html.contains("<b>basilect new tea</b>\nready"));
    }
}
