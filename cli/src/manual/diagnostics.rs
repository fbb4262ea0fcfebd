//! What can be wrong: a table of all codes, and a page for each with what it means, a bot that
//! brings it about, what the compiler says of that, and the same bot without the mistake.

use basilect_compiler::diagnostics::codes::{self, Code};
use basilect_compiler::diagnostics::explain::{self, Sample};
use basilect_compiler::source::Provider;
use basilect_runtime::bots::configuration;

use super::code::{Fence, figure};
use super::frame::{Crumb, Page, Subject};
use super::html::{table, way};
use super::index::Index;
use super::markdown::{self, Place, inline};

/// The groups of codes, by how they begin.
const GROUPS: &[(&str, &str, &str)] = &[
    ("B01", "Reading", "A line cannot be read: something is missing, misspelt or not closed."),
    ("B02", "Size", "The script is read, and too large for a program."),
    ("B037", "Tables", "Declarations of tables."),
    ("B038", "Files", "The files of a bot."),
    ("B03", "Meaning", "Names, calls and blocks: what can hardly be meant."),
    ("B04", "Keywords", "How a keyword is written, and with which arguments."),
    ("B05", "Style", "Spellings and habits that have a better form."),
    ("B06", "Settings", "Lines of config.csv."),
    ("B07", "Classic programs", "Programs with line numbers."),
    ("R", "While a script runs", "Errors that TRY and ON ERROR handle; ERR is their number."),
];

/// The path of the overview.
pub const OVERVIEW: &str = "diagnostics/index.html";

/// The overview, and a page for each code.
pub fn pages(index: &Index) -> Vec<Page> {
    let mut pages = vec![overview(index)];
    pages.extend(codes::all().map(|code| page(code, index)));
    pages
}

/// The path of a code's page.
pub fn path(code: Code) -> String {
    format!("diagnostics/{code}.html")
}

/// The group of a code: the longest beginning that fits.
fn group(code: Code) -> Option<&'static str> {
    let fits = GROUPS.iter().map(|(start, ..)| *start).filter(|s| code.text().starts_with(s));
    fits.max_by_key(|start| start.len())
}

fn overview(index: &Index) -> Page {
    let place = Place::plain(OVERVIEW, index);
    let mut body = "<p>Every message of <code>basilect check</code>, and every error of a script \
         that runs, has a code. <code>basilect explain B0101</code> shows in the terminal what \
         stands here.</p>\n"
        .to_string();
    for (start, title, what) in GROUPS {
        let own: Vec<Code> = codes::all().filter(|code| group(*code) == Some(start)).collect();
        if own.is_empty() {
            continue;
        }
        let id = super::html::slug(title);
        body.push_str(&format!("<h2 id=\"{id}\">{title}</h2>\n<p>{}</p>\n", inline(what, &place)));
        body.push_str(&list(&own, &place));
    }
    Page::new(OVERVIEW, "Diagnostics", Subject::Diagnostics)
        .lead("What can be wrong with a script, and what to do about it.")
        .body(body)
}

/// Codes and what they say.
fn list(codes: &[Code], place: &Place<'_>) -> String {
    let row = |code: &Code| {
        let href = way(place.path, &path(*code));
        let link = format!("<a href=\"{href}\"><code>{code}</code></a>");
        vec![link, inline(explain::page(*code).title, place)]
    };
    let rows: Vec<Vec<String>> = codes.iter().map(row).collect();
    table(&["Code", "What it says"], &rows)
}

/// The errors of running scripts, with the number that ERR gives.
pub fn runtime_errors(place: &Place<'_>) -> String {
    let own = codes::all().filter(|code| code.text().starts_with('R'));
    let row = |code: Code| {
        let number = code.text().trim_start_matches(['R', '0']);
        let href = way(place.path, &path(code));
        let title = inline(explain::page(code).title, place);
        vec![format!("<a href=\"{href}\">{number}</a>"), title]
    };
    let rows: Vec<Vec<String>> = own.map(row).collect();
    table(&["ERR", "Means"], &rows)
}

fn page(code: Code, index: &Index) -> Page {
    let place_path = path(code);
    let place = Place::plain(&place_path, index);
    let written = explain::page(code);
    let mut body = markdown::render(written.text, &place).html;
    let told = told(code, &written.wrong);
    body.push_str(&part("Wrong", &written.wrong, &told, &place));
    body.push_str(&part("Right", &written.right, "", &place));
    Page::new(&place_path, code.text(), Subject::Diagnostic)
        .crumbs(vec![Crumb::new("Diagnostics", OVERVIEW)])
        .lead_html(inline(written.title, &place))
        .body(body)
}

/// The files of an example; behind the last one what the compiler says.
fn part(title: &str, samples: &[Sample], told: &str, place: &Place<'_>) -> String {
    if samples.is_empty() {
        return String::new();
    }
    let mut fences: Vec<Fence> = samples.iter().map(fence).collect();
    if !told.is_empty() {
        fences.push(Fence::new("diagnostics", told.to_string()));
    }
    let id = title.to_lowercase();
    format!("<h2 id=\"{id}\">{title}</h2>\n{}", figure(&fences, place))
}

fn fence(sample: &Sample) -> Fence {
    let file = sample.path.map(str::to_string);
    let kind = match sample.language {
        "in" => "answers",
        language => language,
    };
    Fence { kind: kind.to_string(), file, text: sample.text.clone() }
}

/// The files of an example as a bot.
struct Files<'s>(&'s [Sample]);

impl Files<'_> {
    fn path(sample: &Sample) -> &'static str {
        sample.path.unwrap_or("start.bas")
    }
}

impl Provider for Files<'_> {
    fn list(&self) -> Vec<String> {
        let files = self.0.iter().filter(|sample| sample.language != "in");
        files.map(|sample| Files::path(sample).to_string()).collect()
    }
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let found = self.0.iter().find(|sample| Files::path(sample) == path);
        found.map(|sample| sample.text.clone().into_bytes()).ok_or_else(|| "no file".into())
    }
}

/// What the compiler really says of an example; nothing where only its shape is shown.
fn told(code: Code, samples: &[Sample]) -> String {
    if samples.iter().any(|sample| sample.shortened) {
        return String::new();
    }
    let built = configuration::build(&Files(samples), "example");
    let own = built.diagnostics.iter().filter(|(_, diagnostic)| diagnostic.code == code);
    let line = |(file, diagnostic): &(_, basilect_compiler::diagnostics::Diagnostic)| {
        let file: &std::sync::Arc<basilect_compiler::source::SourceFile> = file;
        let (line, column) = file.position(diagnostic.span.start);
        let severity = format!("{:?}", diagnostic.severity).to_lowercase();
        let help = diagnostic.help.as_ref().map(|help| format!("\n    {help}"));
        let message = &diagnostic.message;
        format!("{line}:{column} {severity}: {message}{}", help.unwrap_or_default())
    };
    own.map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_group() {
        for code in codes::all() {
            assert!(group(code).is_some(), "{code}");
        }
        assert_eq!(group(codes::UNEXPECTED), Some("B01"));
    }

    #[test]
    fn the_compiler_really_says_it() {
        let wrong = explain::page(codes::UNEXPECTED).wrong;
        assert!(told(codes::UNEXPECTED, &wrong).contains("error: "));
    }
}
