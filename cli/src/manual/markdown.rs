//! Markdown to HTML: CommonMark by a library, with what a manual needs beyond it. Headings get
//! anchors, links lead from page to page, words of the language in code lead to their pages, code
//! is coloured, and `<!-- generated: NAME -->` is filled by the caller.

use pulldown_cmark::{
    BlockQuoteKind, CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd,
};

use super::code::{self, Fence};
use super::html::{escape, slug, way};
use super::index::Index;

/// A heading of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Heading {
    /// Its anchor.
    pub id: String,
    /// Its text.
    pub text: String,
    /// Whether it stands below another one.
    pub inner: bool,
}

/// A page, or a part of one, as HTML.
#[derive(Debug, Default)]
pub struct Rendered {
    /// The HTML, without the first heading of the page.
    pub html: String,
    /// The headings.
    pub headings: Vec<Heading>,
}

/// What a piece of Markdown is part of.
pub struct Place<'a> {
    /// The path of the page, from the root.
    pub path: &'a str,
    /// Where words lead.
    pub index: &'a Index,
    /// Makes the parts that the text leaves open.
    pub fill: &'a dyn Fn(&str) -> Option<String>,
}

impl<'a> Place<'a> {
    /// A page without open parts.
    pub fn plain(path: &'a str, index: &'a Index) -> Place<'a> {
        Place { path, index, fill: &|_| None }
    }
}

/// The HTML of a text.
pub fn render(text: &str, place: &Place<'_>) -> Rendered {
    let options = Options::ENABLE_TABLES | Options::ENABLE_GFM | Options::ENABLE_STRIKETHROUGH;
    let mut writer = Writer { place, out: Rendered::default(), events: Vec::new(), linked: 0 };
    let mut events = Parser::new_ext(text, options).peekable();
    while let Some(event) = events.next() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let mut fences = vec![fence(kind, &mut events)];
                while fences.last().is_some_and(Fence::takes_more) {
                    let Some(Event::Start(Tag::CodeBlock(kind))) = events.peek().cloned() else {
                        break;
                    };
                    if !code::follows(&kind_name(&kind)) {
                        break;
                    }
                    events.next();
                    fences.push(fence(kind, &mut events));
                }
                writer.raw(code::figure(&fences, place));
            }
            Event::Start(Tag::Heading { level, .. }) => writer.heading(level, &mut events),
            event => writer.event(event),
        }
    }
    writer.finish()
}

/// One line of Markdown, without a paragraph around it.
pub fn inline(text: &str, place: &Place<'_>) -> String {
    let html = render(text.trim(), place).html;
    let html = html.trim();
    html.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>")).unwrap_or(html).to_string()
}

/// The words of a text without any marks: for search and descriptions.
pub fn words(text: &str) -> String {
    let mut out = String::new();
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_GFM) {
        match event {
            Event::Text(text) | Event::Code(text) => out.push_str(&text),
            Event::End(_) | Event::SoftBreak | Event::HardBreak => out.push(' '),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first paragraph of a text, without marks.
pub fn first_paragraph(text: &str) -> String {
    let (mut around, mut inside, mut out) = (0usize, false, String::new());
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_GFM) {
        match event {
            Event::End(TagEnd::Paragraph) if inside => break,
            Event::Start(Tag::Paragraph) if around == 0 => inside = true,
            Event::Text(text) | Event::Code(text) if inside => out.push_str(&text),
            Event::SoftBreak | Event::HardBreak if inside => out.push(' '),
            // What is marked inside the paragraph belongs to it.
            Event::Start(_) if !inside => around += 1,
            Event::End(_) if !inside => around = around.saturating_sub(1),
            _ => {}
        }
    }
    out.trim().to_string()
}

fn kind_name(kind: &CodeBlockKind<'_>) -> String {
    match kind {
        CodeBlockKind::Fenced(info) => info.to_string(),
        CodeBlockKind::Indented => String::new(),
    }
}

/// Reads a code block to its end.
fn fence<'t>(kind: CodeBlockKind<'t>, events: &mut dyn Iterator<Item = Event<'t>>) -> Fence {
    let mut text = String::new();
    for event in events {
        match event {
            Event::Text(piece) => text.push_str(&piece),
            Event::End(TagEnd::CodeBlock) => break,
            _ => {}
        }
    }
    Fence::new(&kind_name(&kind), text)
}

struct Writer<'p, 't> {
    place: &'p Place<'p>,
    out: Rendered,
    /// What the library writes next.
    events: Vec<Event<'t>>,
    /// How many links are open; code inside one is no further link.
    linked: usize,
}

impl<'t> Writer<'_, 't> {
    fn finish(mut self) -> Rendered {
        self.flush();
        self.out
    }

    fn flush(&mut self) {
        pulldown_cmark::html::push_html(&mut self.out.html, self.events.drain(..));
    }

    fn raw(&mut self, html: String) {
        self.flush();
        self.out.html.push_str(&html);
    }

    /// A heading with its anchor. The page's first heading is left to the frame.
    fn heading(&mut self, level: HeadingLevel, events: &mut dyn Iterator<Item = Event<'t>>) {
        let mut inside: Vec<Event<'t>> = Vec::new();
        let mut text = String::new();
        for event in events {
            match &event {
                Event::End(TagEnd::Heading(_)) => break,
                Event::Text(piece) | Event::Code(piece) => text.push_str(piece),
                _ => {}
            }
            inside.push(event);
        }
        if level == HeadingLevel::H1 {
            return;
        }
        let id = self.unused(slug(&text));
        let mut html = String::new();
        pulldown_cmark::html::push_html(&mut html, inside.into_iter());
        let label = escape(&text);
        self.raw(format!(
            "<{level} id=\"{id}\">{html}<a class=\"anchor\" href=\"#{id}\" \
             aria-label=\"Link to {label}\">#</a></{level}>\n"
        ));
        let inner = level != HeadingLevel::H2;
        self.out.headings.push(Heading { id, text, inner });
    }

    fn unused(&self, id: String) -> String {
        let taken = |id: &str| self.out.headings.iter().any(|heading| heading.id == id);
        match taken(&id) {
            false => id,
            true => (2..).map(|n| format!("{id}-{n}")).find(|id| !taken(id)).unwrap_or(id),
        }
    }

    fn event(&mut self, event: Event<'t>) {
        match event {
            Event::Html(html) => self.html(&html),
            Event::Code(code) => self.code(&code),
            Event::Start(Tag::Link { dest_url, .. }) => {
                self.linked += 1;
                let target = self.target(&dest_url);
                self.push(format!("<a href=\"{}\">", escape(&target)));
            }
            Event::End(TagEnd::Link) => {
                self.linked = self.linked.saturating_sub(1);
                self.push("</a>".to_string());
            }
            Event::Start(Tag::Table(alignments)) => {
                self.push("<div class=\"table\" tabindex=\"0\">".to_string());
                self.events.push(Event::Start(Tag::Table(alignments)));
            }
            Event::End(TagEnd::Table) => {
                self.events.push(event);
                self.push("</div>\n".to_string());
            }
            Event::Start(Tag::BlockQuote(Some(kind))) => self.push(note(kind)),
            Event::End(TagEnd::BlockQuote(Some(_))) => self.push("</aside>\n".to_string()),
            event => self.events.push(event),
        }
    }

    fn push(&mut self, html: String) {
        self.events.push(Event::InlineHtml(CowStr::from(html)));
    }

    /// A remark to the generator, or HTML as it is.
    fn html(&mut self, html: &str) {
        let remark = html.trim().strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
        match remark.and_then(|remark| remark.split_once(": ")) {
            Some(("generated", name)) => {
                let made = (self.place.fill)(name).unwrap_or_default();
                self.raw(made);
            }
            // Only the index and the search show the words that a section explains.
            Some(("words", _)) => {}
            _ => self.raw(html.to_string()),
        }
    }

    /// Code inside a sentence; a word of the language leads to its page.
    fn code(&mut self, code: &str) {
        let shown = format!("<code>{}</code>", escape(code));
        let target = self.place.index.code(code).filter(|_| self.linked == 0);
        let target = target.filter(|target| *target != self.place.path);
        self.push(match target {
            Some(target) => format!("<a href=\"{}\">{shown}</a>", way(self.place.path, target)),
            None => shown,
        });
    }

    /// The address of a link: pages of the guide are written with their files' names.
    fn target(&self, written: &str) -> String {
        if written.starts_with("http") || written.starts_with('#') || written.starts_with("mailto:")
        {
            return written.to_string();
        }
        let (file, anchor) = match written.split_once('#') {
            Some((file, anchor)) => (file, format!("#{anchor}")),
            None => (written, String::new()),
        };
        format!(
            "{}{anchor}",
            file.strip_suffix(".md").map_or(file.to_string(), |f| f.to_string() + ".html")
        )
    }
}

fn note(kind: BlockQuoteKind) -> String {
    let (class, label) = match kind {
        BlockQuoteKind::Note => ("note", "Note"),
        BlockQuoteKind::Tip => ("tip", "Tip"),
        BlockQuoteKind::Important => ("note", "Important"),
        BlockQuoteKind::Warning | BlockQuoteKind::Caution => ("warning", "Take care"),
    };
    format!("<aside class=\"{class}\" aria-label=\"{label}\">\n<p class=\"label\">{label}</p>\n")
}

#[cfg(test)]
mod tests {
    use super::super::book::Book;
    use super::*;

    fn html(text: &str) -> Rendered {
        let index = Index::of(&Book::read());
        render(text, &Place::plain("language/values.html", &index))
    }

    #[test]
    fn headings_get_anchors_and_the_first_is_the_pages() {
        let made = html("# Title\n\n## One `IF`\n\n## One `IF`\n");
        assert!(!made.html.contains("<h1"), "{}", made.html);
        let ids: Vec<&str> = made.headings.iter().map(|heading| heading.id.as_str()).collect();
        assert_eq!(ids, ["one-if", "one-if-2"]);
    }

    #[test]
    fn words_and_pages_are_linked() {
        let made = html("Say `TALK`, see [texts](texts.md#dates) and `x`.");
        assert!(made.html.contains("<a href=\"../word/talk.html\"><code>TALK</code></a>"));
        assert!(made.html.contains("href=\"texts.html#dates\""), "{}", made.html);
        assert!(made.html.contains("<code>x</code>"));
    }

    #[test]
    fn open_parts_are_filled() {
        let index = Index::of(&Book::read());
        let fill = |name: &str| (name == "limits").then(|| "<p>made</p>".to_string());
        let place = Place { path: "x.html", index: &index, fill: &fill };
        assert!(
            render("a\n\n<!-- generated: limits -->\n\nb", &place).html.contains("<p>made</p>")
        );
    }

    #[test]
    fn words_have_no_marks() {
        assert_eq!(
            words("Say `a < b` to *the* person.\n\n* one\n"),
            "Say a < b to the person. one"
        );
        assert_eq!(first_paragraph("# T\n\nOne *two*\nthree.\n\nMore."), "One two three.");
    }
}
