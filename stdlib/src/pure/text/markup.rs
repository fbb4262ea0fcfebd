//! HTML and Markdown: marks escaped, and texts without them.

use super::Call;
use crate::{Fault, Value};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use quick_xml::escape::resolve_html5_entity;

crate::functions! {
    family "text";

    /// A text that HTML shows as it is: `<`, `>`, `&` and quotes are escaped.
    ///
    /// `ESCAPEHTML("a < b & ""c""")` → `a &lt; b &amp; &quot;c&quot;`
    /// `ESCAPEHTML("it's")` → `it&#39;s`
    "ESCAPEHTML" also ["ESCAPE HTML", "HTMLENCODE", "HTML ENCODE", "HTMLESCAPE", "ESCAPEXML"]
        (text: Text) -> Text = escape_html;

    /// The text that HTML shows for one with escapes such as `&lt;`, `&eacute;` or `&#233;`.
    ///
    /// `UNESCAPEHTML("a &lt; b &amp; c")` → `a < b & c`
    /// `UNESCAPEHTML("caf&eacute; &#8364;&#x20AC; &unknown;")` → `café €€ &unknown;`
    "UNESCAPEHTML" also ["UNESCAPE HTML", "HTMLDECODE", "HTML DECODE", "HTMLUNESCAPE"]
        (text: Text) -> Text = unescape_html;

    /// The text of an HTML page: without tags, scripts and styles, a line for each paragraph.
    ///
    /// `HTMLTOTEXT("<p>Hello <b>Ana</b></p><p>a &lt; b</p>")` → `Hello Ana
    /// a < b`
    /// `HTMLTOTEXT("<ul><li>one<li>two</ul><script>x()</script>")` → `- one
    /// - two`
    "HTMLTOTEXT" also ["STRIPHTML", "STRIP HTML", "STRIPTAGS"] (html: Text) -> Text
    = html_to_text;

    /// A text with the marks of Markdown escaped, so that it is shown as it is.
    ///
    /// `ESCAPEMARKDOWN("2*3 [x]_y")` → `2\*3 \[x\]\_y`
    /// `ESCAPEMARKDOWN("plain")` → `plain`
    "ESCAPEMARKDOWN" also ["ESCAPE MARKDOWN"] (text: Text) -> Text = escape_markdown;

    /// The text of Markdown, without its marks.
    ///
    /// `MARKDOWNTOTEXT("# Hello\nA **bold** [link](https://example.com).")` → `Hello
    /// A bold link.`
    /// `MARKDOWNTOTEXT("* one\n* two")` → `- one
    /// - two`
    "MARKDOWNTOTEXT" also ["STRIPMARKDOWN"] (markdown: Text) -> Text
    = markdown_to_text;

    /// Markdown as HTML. Raw HTML in it is shown, not obeyed.
    ///
    /// `TRIM(MARKDOWNTOHTML("A **bold** word"))` → `<p>A <strong>bold</strong> word</p>`
    /// `TRIM(MARKDOWNTOHTML("<b>x</b>"))` → `<p>&lt;b&gt;x&lt;/b&gt;</p>`
    "MARKDOWNTOHTML" (markdown: Text) -> Text = markdown_to_html;
}

fn escape_html(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.room(text.len().saturating_mul(6))?;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    call.give(&out)
}

/// The longest name of an entity in HTML 5, `CounterClockwiseContourIntegral`, has 31 letters.
const ENTITY_BYTES_MAX: usize = 40;

/// Writes a text with its entities resolved; what is none stays as it is.
fn push_unescaped(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let name = after.split_once(';').map(|(name, _)| name);
        let known = name.filter(|name| name.len() <= ENTITY_BYTES_MAX).and_then(entity);
        match (name, known) {
            (Some(name), Some(character)) => {
                out.push_str(&character);
                rest = after.get(name.len() + 1..).unwrap_or("");
            }
            _ => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
}

fn entity(name: &str) -> Option<String> {
    let Some(number) = name.strip_prefix('#') else {
        return resolve_html5_entity(name).map(str::to_string);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    code.ok().and_then(char::from_u32).map(String::from)
}

fn unescape_html(call: &mut Call<'_>) -> Result<Value, Fault> {
    super::change(call, |text| {
        let mut out = String::with_capacity(text.len());
        push_unescaped(text, &mut out);
        out
    })
}

/// Tags before which a line begins.
const BLOCKS: [&str; 30] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
];
/// Tags whose contents are not shown.
const HIDDEN: [&str; 6] = ["script", "style", "head", "template", "noscript", "svg"];

/// The text of a page; one pass over it.
pub fn page_text(html: &str) -> String {
    let mut page = Page::default();
    let mut rest = html;
    while let Some((text, after)) = rest.split_once('<') {
        page.text(text);
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        if !after.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) {
            page.text("<");
            rest = after;
            continue;
        }
        let end = tag_end(after);
        let (tag, after) = after.split_at(end);
        rest = after.get(1..).unwrap_or("");
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next();
        let name = name.unwrap_or("").to_ascii_lowercase();
        if HIDDEN.contains(&name.as_str()) && !tag.starts_with('/') && !tag.ends_with('/') {
            rest = after_element(rest, &name);
        }
        page.tag(&name, tag.starts_with('/'));
    }
    page.text(rest);
    page.finish()
}

/// Where a tag ends; `>` inside quotes does not count.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    // A quote that is never closed is an apostrophe.
    tag.find('>').unwrap_or(tag.len())
}

/// What follows the end tag of an element.
fn after_element<'t>(text: &'t str, name: &str) -> &'t str {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("</") {
        let ends = after.get(..name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name));
        if ends {
            return after.split_once('>').map_or("", |(_, rest)| rest);
        }
        rest = after;
    }
    ""
}

#[derive(Default)]
struct Page {
    out: String,
    /// Whether a blank is due before the next word.
    blank: bool,
    preformatted: bool,
}

impl Page {
    fn text(&mut self, text: &str) {
        if self.preformatted {
            return push_unescaped(text, &mut self.out);
        }
        let mut plain = String::with_capacity(text.len());
        push_unescaped(text, &mut plain);
        self.blank |= plain.starts_with(char::is_whitespace);
        for word in plain.split_whitespace() {
            if self.blank && !self.out.is_empty() && !self.out.ends_with(['\n', ' ']) {
                self.out.push(' ');
            }
            self.out.push_str(word);
            self.blank = true;
        }
        self.blank = plain.ends_with(char::is_whitespace) || (self.blank && plain.is_empty());
    }
    fn tag(&mut self, name: &str, closes: bool) {
        if name == "pre" {
            self.preformatted = !closes;
        }
        if (name == "td" || name == "th") && !closes {
            self.blank = true;
        }
        if BLOCKS.contains(&name) {
            self.line();
        }
        if name == "li" && !closes {
            self.out.push_str("- ");
        }
    }
    fn line(&mut self) {
        self.blank = false;
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }
    fn finish(self) -> String {
        let lines: Vec<&str> = self.out.lines().map(str::trim_end).collect();
        lines.join("\n").trim().to_string()
    }
}

fn html_to_text(call: &mut Call<'_>) -> Result<Value, Fault> {
    let html = call.text(0)?;
    // An entity can be written out with at most as many bytes as it has itself, a list item with
    // two more than its tag.
    call.room(html.len().saturating_mul(2))?;
    call.heap.charge(html.len() as u64)?;
    call.give(&page_text(&html))
}

fn escape_markdown(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.room(text.len().saturating_mul(2))?;
    call.heap.charge(text.len() as u64 * 2)?;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_[]<>#|~".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    call.give(&out)
}

/// The parser, for which a text of so many bytes is paid.
fn markdown(call: &mut Call<'_>) -> Result<String, Fault> {
    let text = call.text(0)?;
    call.heap.charge(text.len() as u64 * 8)?;
    call.room(text.len().saturating_mul(8))?;
    Ok(text)
}

fn markdown_to_text(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = markdown(call)?;
    let mut out = String::new();
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Text(text) | Event::Code(text) => out.push_str(&text),
            Event::SoftBreak | Event::HardBreak => out.push('\n'),
            Event::Start(Tag::Item) => {
                new_line(&mut out);
                out.push_str("- ");
            }
            Event::Start(Tag::TableCell) if !out.ends_with('\n') && !out.is_empty() => {
                out.push(' ');
            }
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::CodeBlock
                | TagEnd::TableRow
                | TagEnd::TableHead,
            )
            | Event::Rule => new_line(&mut out),
            _ => {}
        }
    }
    call.give(out.trim())
}

fn new_line(out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

fn markdown_to_html(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = markdown(call)?;
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let shown = Parser::new_ext(&text, options).map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) if !harmless(&dest_url) => {
            Event::Start(Tag::Link { link_type, dest_url: "#".into(), title, id })
        }
        other => other,
    });
    let mut out = String::new();
    pulldown_cmark::html::push_html(&mut out, shown);
    call.room(out.len())?;
    call.give(&out)
}

/// Whether a link only leads somewhere: an address of the web, of mail or telephone, or a place
/// within the same site.
fn harmless(address: &str) -> bool {
    let scheme = address.split([':', '/', '?', '#']).next().unwrap_or("");
    let has_scheme = address.get(scheme.len()..).is_some_and(|rest| rest.starts_with(':'));
    let known = ["http", "https", "mailto", "tel"];
    !has_scheme || known.contains(&scheme.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    #[test]
    fn pages_become_lines() {
        for (html, text) in [
            ("<h1>A</h1>b<br/>c", "A\nb\nc"),
            ("a<!-- no -->b", "ab"),
            ("<a title='x>y'>link</a> after", "link after"),
            ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
            ("<style>p{}</STYLE>x", "x"),
            ("<script>never ends", ""),
            ("<table><tr><td>a<td>b</tr></table>", "a b"),
            ("<pre>a\n  b</pre>", "a\n  b"),
            ("x <b>y</b>, z", "x y, z"),
            ("<", "<"),
        ] {
            assert_eq!(page_text(html), text, "{html}");
        }
    }

    #[test]
    fn entities_that_are_none_stay() {
        let mut out = String::new();
        push_unescaped("&&;&#xFFFFFFFF;&amp&copy;", &mut out);
        assert_eq!(out, "&&;&#xFFFFFFFF;&amp©");
    }

    #[test]
    fn markdown_cannot_smuggle_code() {
        let html = call("MARKDOWNTOHTML", r#"["[x](javascript:alert(1)) <script>y</script>"]"#);
        assert!(!html.contains("javascript") && !html.contains("<script"), "{html}");
        assert!(harmless("/a:b") && harmless("https://x") && !harmless("JAVASCRIPT:x"));
    }
}
