//! The manual for a terminal: a keyword, a statement or a code as plain text.

use basilect_compiler::diagnostics::codes::Code;
use basilect_compiler::diagnostics::explain;
use basilect_stdlib::{manual, words};

use super::book::Book;
use super::examples::{self, Examples};

/// What the manual says of these words; `None` when it does not know them.
pub fn about(wanted: &str) -> Option<String> {
    let wanted = wanted.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
    code(&wanted).or_else(|| keyword(&wanted)).or_else(|| statement(&wanted))
}

fn code(wanted: &str) -> Option<String> {
    explain::find(wanted).map(|code| explain::page(code).terminal())
}

/// The keyword, and the function of the same name if there is one.
fn keyword(wanted: &str) -> Option<String> {
    let spaced = wanted.replace('_', " ");
    let find = |name: &str| {
        let found = [words::lookup(name), words::function(name)];
        let mut found: Vec<_> = found.into_iter().flatten().collect();
        found.dedup_by_key(|keyword| (keyword.family, keyword.name));
        found
    };
    let found = match find(&spaced) {
        found if found.is_empty() => find(wanted),
        found => found,
    };
    let book = Book::read();
    let all = Examples::of(&book);
    let pages: Vec<String> = found
        .into_iter()
        .map(|keyword| {
            let mut page = manual::page(keyword);
            let written = book.about(keyword.family, keyword.name);
            match (written, all.golden(keyword).next()) {
                (Some(section), _) => page.push_str(&format!("\n{}", plain(&section.text))),
                (None, Some(sample)) if examples::doc_examples(keyword).is_empty() => {
                    let (source, out) = (indented(&sample.basic), indented(&sample.out));
                    page.push_str(&format!("\nAn example:\n\n{source}\nIt says:\n\n{out}"));
                }
                _ => {}
            }
            page
        })
        .collect();
    (!pages.is_empty()).then(|| pages.join("\n"))
}

/// The section of the guide that explains a statement.
fn statement(wanted: &str) -> Option<String> {
    let book = Book::read();
    let (page, section) = book.section(wanted).or_else(|| {
        let first = |word: &String| word.split(' ').next() == Some(wanted);
        let mut all =
            book.guide.iter().flat_map(|page| page.sections.iter().map(move |s| (page, s)));
        all.find(|(_, section)| section.words.iter().any(first))
    })?;
    Some(format!("{} ({})\n\n{}", section.title, page.title, plain(&section.text)))
}

/// Markdown as it reads well in a terminal: code is indented, the fences are gone.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut in_code = false;
    for line in text.lines().filter(|line| !line.starts_with("<!--")) {
        if let Some(info) = line.strip_prefix("```") {
            in_code = !in_code;
            match info.split(' ').next() {
                Some("out") if in_code => out.push_str("It says:\n\n"),
                Some("chat") if in_code => out.push_str("The conversation:\n\n"),
                _ => {}
            }
            continue;
        }
        out.push_str(if in_code && !line.is_empty() { "    " } else { "" });
        out.push_str(line);
        out.push('\n');
    }
    out.trim().to_string() + "\n"
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// A code or keyword that is spelt much like this.
pub fn close_to(wanted: &str) -> Option<&'static str> {
    explain::closest(wanted).map(Code::text).or_else(|| explain::closest_keyword(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_statements_and_codes_are_told_of() {
        for (wanted, words) in [
            ("talk", "TALK {text}"),
            ("send email", "SEND MAIL"),
            ("B0101", "B0101: "),
            ("for each", "FOR EACH"),
            ("while", "WEND"),
            ("upper", "UCASE"),
        ] {
            let text = about(wanted).unwrap_or_default();
            assert!(text.contains(words), "{wanted}: {text}");
            assert!(!text.contains("```") && !text.contains("<!--"), "{wanted}: {text}");
        }
        assert_eq!(about("frobnicate"), None);
    }
}
