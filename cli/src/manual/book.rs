//! What is written by hand, and the golden tests: read once, before any page is made.

use std::collections::BTreeMap;

use rust_embed::RustEmbed;

use super::html::slug;

/// The guide, and the examples of keywords.
#[derive(RustEmbed)]
#[folder = "../docs/manual/"]
struct Manual;

/// Documents that stand by themselves in `docs`, and become part of a page.
#[derive(RustEmbed)]
#[folder = "../docs/"]
#[include = "*.md"]
#[exclude = "manual/*"]
struct Documents;

/// Sources with what comes out.
#[derive(RustEmbed)]
#[folder = "../tests/language/"]
#[include = "*.md"]
struct Golden;

/// A chapter of the guide: its heading, and its pages in order (paths without ending).
pub struct Chapter {
    /// The heading.
    pub title: &'static str,
    /// Its pages.
    pub pages: &'static [&'static str],
}

/// The guide in the order in which it is read.
pub const CHAPTERS: &[Chapter] = &[
    Chapter { title: "Begin", pages: &["tutorial", "general-bots"] },
    Chapter {
        title: "The language",
        pages: &[
            "language/values",
            "language/texts",
            "language/expressions",
            "language/control-flow",
            "language/procedures",
            "language/blocks",
            "language/asking",
            "language/data",
            "language/memory",
            "language/errors",
            "language/models",
            "language/schedules",
            "language/classic",
            "language/limits",
        ],
    },
    Chapter { title: "Bots", pages: &["packages", "testing", "serving"] },
];

/// A page of the guide as it is written.
pub struct Source {
    /// Its path without ending: `language/values`.
    pub path: String,
    /// Its first heading.
    pub title: String,
    /// The Markdown.
    pub text: String,
    /// Its further headings.
    pub sections: Vec<Section>,
}

/// A heading of a page and what stands below it.
pub struct Section {
    /// The heading, without marks.
    pub title: String,
    /// Its anchor.
    pub id: String,
    /// Words of the language that are explained here.
    pub words: Vec<String>,
    /// What stands below it, up to the next heading.
    pub text: String,
}

/// What is said of a family of keywords.
#[derive(Default)]
pub struct Family {
    /// What people call it.
    pub title: String,
    /// What it is for.
    pub intro: String,
    /// Sections about single keywords, with examples; their titles are the keywords.
    pub sections: Vec<Section>,
}

/// A golden test: a source and what comes out.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// What it is about.
    pub title: String,
    /// The source.
    pub basic: String,
    /// What the person answers.
    pub answers: String,
    /// What the compiler says.
    pub diagnostics: String,
    /// What comes out.
    pub out: String,
}

/// All of it.
pub struct Book {
    /// The guide, in order.
    pub guide: Vec<Source>,
    /// What is said of families of keywords, by family.
    pub families: BTreeMap<String, Family>,
    /// The golden tests, by document.
    pub samples: Vec<(String, Vec<Sample>)>,
}

impl Book {
    /// Reads everything.
    pub fn read() -> Book {
        let order = CHAPTERS.iter().flat_map(|chapter| chapter.pages);
        let paths = std::iter::once(&"index").chain(order);
        let guide = paths.map(|path| source(path)).collect();
        let families = Manual::iter()
            .filter_map(|path| {
                let family = path.strip_prefix("keywords/")?.strip_suffix(".md")?.to_string();
                Some((family, family_text(&text::<Manual>(&path))))
            })
            .collect();
        let mut documents: Vec<String> = Golden::iter().map(|path| path.to_string()).collect();
        documents.sort();
        let samples = documents.iter().map(|path| (stem(path), samples(&text::<Golden>(path))));
        Book { guide, families, samples: samples.collect() }
    }

    /// The section of the guide that explains these words, and its page.
    pub fn section(&self, words: &str) -> Option<(&Source, &Section)> {
        let pages = self.guide.iter().flat_map(|page| page.sections.iter().map(move |s| (page, s)));
        let mut pages = pages;
        pages.find(|(_, section)| section.words.iter().any(|word| word == words))
    }

    /// The hand-written section about a keyword.
    pub fn about(&self, family: &str, keyword: &str) -> Option<&Section> {
        let family = self.families.get(family)?;
        family.sections.iter().find(|section| section.title == keyword)
    }
}

/// A document of `docs` that becomes part of a page, without its first heading.
pub fn document(name: &str) -> String {
    let text = text::<Documents>(&format!("{name}.md"));
    text.split_once('\n').map_or(String::new(), |(_, rest)| rest.to_string())
}

fn text<E: RustEmbed>(path: &str) -> String {
    let file = E::get(path).map(|file| file.data.into_owned()).unwrap_or_default();
    String::from_utf8_lossy(&file).replace("\r\n", "\n")
}

fn stem(path: &str) -> String {
    path.trim_end_matches(".md").to_string()
}

fn source(path: &str) -> Source {
    let text = text::<Manual>(&format!("{path}.md"));
    let first = text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(path);
    Source {
        path: path.to_string(),
        title: plain(first),
        sections: sections(&text, "## ", Some("### ")),
        text,
    }
}

fn family_text(text: &str) -> Family {
    let head = text.split("\n## ").next().unwrap_or_default();
    let (title, intro) = head.split_once('\n').unwrap_or((head, ""));
    let title = plain(title.trim_start_matches("# "));
    Family { title, intro: intro.trim().to_string(), sections: sections(text, "## ", None) }
}

/// The headings of a document that begin with `mark` (or `finer`), outside of code.
fn sections(text: &str, mark: &str, finer: Option<&str>) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        in_code ^= line.starts_with("```");
        let heading = line.strip_prefix(mark).or_else(|| line.strip_prefix(finer?));
        match heading.filter(|_| !in_code) {
            Some(heading) => {
                let title = plain(heading);
                let id = unused(slug(&title), &found);
                found.push(Section { title, id, words: Vec::new(), text: String::new() });
            }
            None => {
                if let Some(section) = found.last_mut() {
                    section.line(line, in_code);
                }
            }
        }
    }
    found
}

/// An anchor that no earlier heading has.
fn unused(id: String, before: &[Section]) -> String {
    let taken = before.iter().filter(|section| section.id == id).count();
    if taken == 0 { id } else { format!("{id}-{}", taken + 1) }
}

impl Section {
    fn line(&mut self, line: &str, in_code: bool) {
        let words = line.strip_prefix("<!-- words: ").and_then(|rest| rest.strip_suffix(" -->"));
        match words.filter(|_| !in_code) {
            Some(words) => self.words.extend(words.split(", ").map(str::to_string)),
            None => {
                self.text.push_str(line);
                self.text.push('\n');
            }
        }
    }
}

/// A heading without the marks of code.
fn plain(heading: &str) -> String {
    heading.replace('`', "").trim().to_string()
}

/// The sections of a golden test.
fn samples(text: &str) -> Vec<Sample> {
    let mut found: Vec<Sample> = Vec::new();
    let mut block: Option<String> = None;
    for line in text.lines() {
        match (&block, line) {
            (Some(_), "```") => block = None,
            (Some(kind), line) => {
                let Some(sample) = found.last_mut() else { continue };
                if let Some(part) = sample.part(kind) {
                    part.push_str(line);
                    part.push('\n');
                }
            }
            (None, line) => {
                if let Some(kind) = line.strip_prefix("```") {
                    block = Some(kind.to_string());
                } else if let Some(title) = line.strip_prefix("## ") {
                    found.push(Sample { title: title.to_string(), ..Sample::default() });
                }
            }
        }
    }
    found
}

impl Sample {
    fn part(&mut self, kind: &str) -> Option<&mut String> {
        match kind {
            "basic" => Some(&mut self.basic),
            "in" => Some(&mut self.answers),
            "diagnostics" => Some(&mut self.diagnostics),
            "out" => Some(&mut self.out),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hand_written_page_is_in_the_guide() {
        let book = Book::read();
        for path in Manual::iter().filter(|path| !path.starts_with("keywords/")) {
            assert!(book.guide.iter().any(|page| page.path == stem(&path)), "{path}");
        }
        for page in &book.guide {
            assert!(!page.text.is_empty(), "docs/manual/{}.md is missing", page.path);
        }
    }

    #[test]
    fn headings_carry_words_and_code_has_none() {
        let text =
            "# T\n\n## `IF` and more\n<!-- words: IF, ELSE -->\nText.\n```basic\n## no\n```\n";
        let found = sections(text, "## ", None);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].title.as_str(), found[0].id.as_str()), ("IF and more", "if-and-more"));
        assert_eq!(found[0].words, ["IF", "ELSE"]);
        assert!(found[0].text.contains("## no"));
    }

    #[test]
    fn golden_tests_are_read() {
        let found = samples("# x\n## A\n```basic\nTALK 1\n```\n\n```out\n1\n```\n");
        assert_eq!((found[0].basic.as_str(), found[0].out.as_str()), ("TALK 1\n", "1\n"));
        assert!(!Book::read().samples.is_empty());
    }
}
