//! Pieces of HTML.

/// Text that is safe inside HTML, attributes included.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

/// What a heading or a keyword is called in an address: small letters, digits and dashes.
pub fn slug(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter.is_alphanumeric() {
            true => out.push(letter),
            false if out.ends_with('-') || out.is_empty() => {}
            false => out.push('-'),
        }
    }
    out.trim_end_matches('-').to_string()
}

/// The text up to the end of its first sentence.
pub fn first_sentence(text: &str) -> &str {
    let text = text.trim();
    let end = text.match_indices(". ").map(|(at, _)| at + 1).next();
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// How a page at `from` writes the way to `to`; both are paths from the root, `to` perhaps with an
/// anchor.
pub fn way(from: &str, to: &str) -> String {
    let file = to.split('#').next().unwrap_or(to);
    if let Some(anchor) = to.strip_prefix(from).filter(|_| file == from) {
        return if anchor.is_empty() { "#main".into() } else { anchor.to_string() };
    }
    let up = "../".repeat(from.matches('/').count());
    format!("{up}{to}")
}

/// A list of terms and what they mean.
pub fn facts(rows: &[(&str, String)]) -> String {
    let row = |(name, value): &(&str, String)| {
        format!("<div><dt>{}</dt><dd>{value}</dd></div>\n", escape(name))
    };
    format!("<dl class=\"facts\">\n{}</dl>\n", rows.iter().map(row).collect::<String>())
}

/// A table; the first cell of a row names it.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let head: String =
        head.iter().map(|cell| format!("<th scope=\"col\">{}</th>", escape(cell))).collect();
    let row = |cells: &Vec<String>| {
        let cell = |(at, cell): (usize, &String)| match at {
            0 => format!("<th scope=\"row\">{cell}</th>"),
            _ => format!("<td>{cell}</td>"),
        };
        format!("<tr>{}</tr>\n", cells.iter().enumerate().map(cell).collect::<String>())
    };
    let rows: String = rows.iter().map(row).collect();
    format!(
        "<div class=\"table\" tabindex=\"0\"><table>\n<thead><tr>{head}</tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table></div>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_plain() {
        assert_eq!(slug("SEND MAIL"), "send-mail");
        assert_eq!(slug("`FOR EACH` … `NEXT`"), "for-each-next");
        assert_eq!(slug("What is 1 + 1?"), "what-is-1-1");
    }

    #[test]
    fn ways_lead_from_page_to_page() {
        assert_eq!(way("index.html", "word/talk.html"), "word/talk.html");
        assert_eq!(way("word/talk.html", "word/hear.html"), "../word/hear.html");
        assert_eq!(way("word/talk.html", "a-z.html#t"), "../a-z.html#t");
        assert_eq!(way("a-z.html", "a-z.html#t"), "#t");
        assert_eq!(way("a-z.html", "a-z.html"), "#main");
    }

    #[test]
    fn sentences_end_at_a_point() {
        assert_eq!(first_sentence(" One. Two."), "One.");
        assert_eq!(first_sentence("v1.2 works"), "v1.2 works");
    }
}
