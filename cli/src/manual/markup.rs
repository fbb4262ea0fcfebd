//! The little Markdown that doc comments use, as HTML: paragraphs, lists, code.

/// Text that is safe inside HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Code, emphasis and nothing else.
pub fn inline(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let part = |(index, part): (usize, &str)| match index % 2 {
        0 => emphasis(&escape(part)),
        _ => format!("<code>{}</code>", escape(part)),
    };
    parts.map(part).collect()
}

fn emphasis(text: &str) -> String {
    let parts = text.split('*').enumerate();
    let part = |(index, part): (usize, &str)| match index % 2 {
        0 => part.to_string(),
        _ => format!("<em>{part}</em>"),
    };
    match text.matches('*').count() % 2 {
        0 => parts.map(part).collect(),
        _ => text.to_string(),
    }
}

/// A doc comment as HTML.
pub fn markdown(doc: &str) -> String {
    let mut writer = Writer::default();
    for line in doc.lines() {
        writer.line(line);
    }
    writer.close("");
    writer.html
}

#[derive(Default)]
struct Writer {
    html: String,
    /// The element that is open: `p`, `ul`, `pre`, or none.
    open: &'static str,
}

impl Writer {
    fn line(&mut self, line: &str) {
        if line.trim_start().starts_with("```") {
            self.close(if self.open == "pre" { "" } else { "pre" });
        } else if self.open == "pre" {
            self.html.push_str(&format!("{}\n", escape(line.strip_prefix(' ').unwrap_or(line))));
        } else if line.trim().is_empty() {
            self.close("");
        } else if let Some(point) = bullet(line) {
            self.go_on("ul");
            self.html.push_str(&format!("<li>{}\n", inline(point)));
        } else {
            // A line after a point belongs to the point.
            self.go_on(if self.open == "ul" { "ul" } else { "p" });
            self.html.push_str(&format!("{}\n", inline(line.trim())));
        }
    }

    fn go_on(&mut self, element: &'static str) {
        if self.open != element {
            self.close(element);
        }
    }

    /// Closes what is open and opens another element, or none.
    fn close(&mut self, next: &'static str) {
        if !self.open.is_empty() {
            self.html.push_str(&format!("</{}>\n", self.open));
        }
        self.open = next;
        if !next.is_empty() {
            self.html.push_str(&format!("<{next}>\n"));
        }
    }
}

fn bullet(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("* ").or_else(|| line.strip_prefix("- "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doc_comments_become_html() {
        let html = markdown(" Says `a < b` to *the* person.\n\n * one\n   more\n * two\n");
        assert_eq!(
            html,
            "<p>\nSays <code>a &lt; b</code> to <em>the</em> person.\n</p>\n\
             <ul>\n<li>one\nmore\n<li>two\n</ul>\n"
        );
        assert_eq!(markdown("```basic\n IF a < b\n```"), "<pre>\nIF a &lt; b\n</pre>\n");
        assert_eq!(inline("2 * 3"), "2 * 3");
    }
}
