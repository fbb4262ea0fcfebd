//! The reference of keywords and functions: a page for each, one for each family, and an overview.

use std::collections::BTreeMap;

use basilect_runtime::host::served::{Service, service};
use basilect_stdlib::keyword::{Field, Type};
use basilect_stdlib::{Capability, Effect, Keyword, manual, words};

use super::book::Book;
use super::examples::{self, Examples};
use super::frame::{Crumb, Page, Subject};
use super::html::{escape, facts, first_sentence, table, way};
use super::index::{Index, family_path, path};
use super::markdown::{self, Place, inline};
use super::parts;

/// Keywords that many scripts need, in the order in which people meet them.
const FAMILIES_FIRST: &[&str] = &[
    "chat",
    "suggestions",
    "memory",
    "rows",
    "schedule",
    "models",
    "tools",
    "knowledge",
    "http",
    "observe",
];

/// A family: its name, and whether it holds functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Family {
    /// Whether its words are functions.
    pub functions: bool,
    rank: usize,
    /// Its name in the source.
    pub name: &'static str,
}

impl Family {
    fn of(keyword: &'static Keyword) -> Family {
        let found = FAMILIES_FIRST.iter().position(|name| *name == keyword.family);
        Family {
            functions: keyword.run.is_some(),
            rank: found.unwrap_or(FAMILIES_FIRST.len()),
            name: keyword.family,
        }
    }

    /// What people call it.
    pub fn title(self, book: &Book) -> String {
        let written = book.families.get(self.name).map(|family| family.title.clone());
        written.filter(|title| !title.is_empty()).unwrap_or_else(|| {
            let mut letters = self.name.chars();
            let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
            format!("{first}{}", letters.as_str())
        })
    }
}

/// All families in the order of the manual, with their words by name.
pub fn families() -> BTreeMap<Family, Vec<&'static Keyword>> {
    let mut families: BTreeMap<Family, Vec<&'static Keyword>> = BTreeMap::new();
    for keyword in words::all() {
        families.entry(Family::of(keyword)).or_default().push(keyword);
    }
    for keywords in families.values_mut() {
        keywords.sort_by_key(|keyword| keyword.name);
    }
    families
}

/// The overview, the families, and the page of every word.
pub fn pages(book: &Book, index: &Index) -> Vec<Page> {
    let families = families();
    let examples = Examples::of(book);
    let mut pages = vec![overview(book, index, &families)];
    for (family, keywords) in &families {
        pages.push(family_page(book, index, *family, keywords));
        let page = |keyword: &&'static Keyword| {
            word_page(book, index, &examples, *family, keyword, keywords)
        };
        pages.extend(keywords.iter().map(page));
    }
    pages
}

fn overview(
    book: &Book,
    index: &Index,
    families: &BTreeMap<Family, Vec<&'static Keyword>>,
) -> Page {
    let place = "keywords.html";
    let card = |(family, keywords): (&Family, &Vec<&'static Keyword>)| {
        let title = escape(&family.title(book));
        let href = way(place, &family_path(family.name));
        let intro = book.families.get(family.name).map(|family| family.intro.as_str());
        let intro = markdown::first_paragraph(intro.unwrap_or_default());
        let names: Vec<String> = keywords.iter().map(|keyword| link(place, keyword)).collect();
        format!(
            "<section class=\"family\">\n<h3><a href=\"{href}\">{title}</a></h3>\n<p>{}</p>\n\
             <p class=\"names\">{}</p>\n</section>\n",
            inline(&intro, &Place::plain(place, index)),
            names.join(" ")
        )
    };
    let part = |functions: bool| -> String {
        families.iter().filter(|(family, _)| family.functions == functions).map(card).collect()
    };
    let body = format!(
        "<h2 id=\"keywords\">Keywords</h2>\n<p>A keyword asks the world for something: it speaks, \
         remembers, reads a table, waits.</p>\n<div class=\"families\">{}</div>\n\
         <h2 id=\"functions\">Functions</h2>\n<p>A function computes a value from values, and \
         touches nothing else. Every function can also be called as a method of its first \
         argument: <code>name.ucase()</code> is <code>UCASE(name)</code>.</p>\n\
         <div class=\"families\">{}</div>\n",
        part(false),
        part(true)
    );
    let lead = "Every word that a script can ask something with, by subject.";
    Page::new(place, "Keywords and functions", Subject::Reference).lead(lead).body(body)
}

/// A link to a word's page that shows the word as code.
fn link(from: &str, keyword: &Keyword) -> String {
    format!("<a href=\"{}\"><code>{}</code></a>", way(from, &path(keyword)), escape(keyword.name))
}

fn family_page(book: &Book, index: &Index, family: Family, keywords: &[&'static Keyword]) -> Page {
    let place_path = family_path(family.name);
    let place = Place::plain(&place_path, index);
    let intro = book.families.get(family.name).map_or("", |family| family.intro.as_str());
    let rows: Vec<Vec<String>> = keywords
        .iter()
        .map(|keyword| {
            let what = examples::prose(keyword).replace('\n', " ");
            let what = inline(first_sentence(&what), &place);
            vec![link(&place_path, keyword), format!("{what}{}", badge(keyword))]
        })
        .collect();
    let mut body = parts::without_first_paragraph(&markdown::render(intro, &place).html);
    body.push_str(&unserved_note(keywords));
    body.push_str("<h2 id=\"words\">In this family</h2>\n");
    body.push_str(&table(&["Word", "What it does"], &rows));
    body.push_str("<h2 id=\"usage\">How each is written</h2>\n");
    for keyword in keywords {
        let usage = usage(keyword);
        body.push_str(&format!("<h3>{}</h3>\n{usage}", link(&place_path, keyword)));
    }
    let lead = markdown::first_paragraph(intro);
    Page::new(&place_path, &family.title(book), Subject::Family(family.name))
        .crumbs(vec![Crumb::new("Keywords and functions", "keywords.html")])
        .lead_html(inline(&lead, &place))
        .body(body)
}

/// A mark for words that no service of this server stands behind.
fn badge(keyword: &Keyword) -> &'static str {
    match service(keyword) {
        Service::Here => "",
        Service::Missing => " <span class=\"badge\">not on this server</span>",
        Service::Silent => " <span class=\"badge\">no source of events</span>",
    }
}

fn unserved_note(keywords: &[&'static Keyword]) -> String {
    let missing = keywords.iter().filter(|keyword| service(keyword) == Service::Missing).count();
    if missing < keywords.len() || keywords.is_empty() {
        return String::new();
    }
    format!("<aside class=\"warning\" aria-label=\"Take care\">\n{}</aside>\n", MISSING)
}

const MISSING: &str = "<p class=\"label\">Not on this server</p>\n<p>The compiler knows these \
    words and checks how they are written, so that a script which uses them can be read, checked \
    and tested. No service of this version stands behind them: a call fails with <q>is not \
    configured on this server</q>, which <code>TRY</code> can catch.</p>\n";

fn word_page(
    book: &Book,
    index: &Index,
    all: &Examples<'_>,
    family: Family,
    keyword: &'static Keyword,
    siblings: &[&'static Keyword],
) -> Page {
    let place_path = path(keyword);
    let place = Place::plain(&place_path, index);
    let doc = examples::prose(keyword);
    let (lead, more) = doc.split_once("\n\n").unwrap_or((&doc, ""));
    let mut body = usage(keyword);
    body.push_str(&service_note(keyword));
    body.push_str(&markdown::render(more, &place).html);
    body.push_str(&example_part(&all.html(keyword, &place)));
    body.push_str(&arguments(keyword, &place));
    body.push_str("<h2 id=\"facts\">Facts</h2>\n");
    body.push_str(&facts(&rows_of_facts(keyword, &place_path)));
    body.push_str(&parts::limits_of(keyword, &place_path));
    body.push_str(&see_also(keyword, siblings, &place_path));
    let kind = if family.functions { "function" } else { "keyword" };
    Page::new(&place_path, keyword.name, Subject::Word(keyword))
        .crumbs(vec![
            Crumb::new("Keywords and functions", "keywords.html"),
            Crumb::new(&family.title(book), &family_path(family.name)),
        ])
        .label(kind)
        .lead_html(inline(&lead.replace('\n', " "), &place))
        .body(body)
}

fn service_note(keyword: &Keyword) -> String {
    let text = match service(keyword) {
        Service::Here => return String::new(),
        Service::Missing => {
            "<p class=\"label\">Not on this server</p>\n<p>The compiler knows this word and checks \
             how it is written. No service of this version stands behind it: a call fails with \
             <q>is not configured on this server</q>, which <code>TRY</code> can catch.</p>\n"
        }
        Service::Silent => {
            "<p class=\"label\">No source of events</p>\n<p>The declaration is understood, checked \
             and kept in the package. This version of the server has no source of such events, so \
             that nothing starts the script by them.</p>\n"
        }
    };
    format!("<aside class=\"warning\" aria-label=\"Take care\">\n{text}</aside>\n")
}

/// The ways to write a word. `{field}` is shown as a variable, `[…]` may be left out.
fn usage(keyword: &Keyword) -> String {
    let forms: Vec<String> = manual::usage(keyword).iter().map(|form| form_html(form)).collect();
    format!("<pre class=\"usage\" tabindex=\"0\"><code>{}</code></pre>\n", forms.join("\n"))
}

fn form_html(form: &str) -> String {
    let form = form.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut html = String::new();
    let mut rest = form.as_str();
    while let Some(letter) = rest.chars().next() {
        let (piece, after) = match letter {
            '{' => braced(rest, '}'),
            '<' => braced(rest, '>'),
            // The parameters of a function stand without braces.
            'a'..='z' => rest.split_at(rest.find(|c: char| !is_name(c)).unwrap_or(rest.len())),
            c => rest.split_at(c.len_utf8()),
        };
        html.push_str(&match letter {
            '{' | 'a'..='z' => format!("<var>{}</var>", escape(piece.trim_matches(['{', '}']))),
            '<' => flag(piece).to_string(),
            '[' | ']' => format!("<i>{letter}</i>"),
            _ => escape(piece),
        });
        rest = after;
    }
    html
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

fn braced(text: &str, close: char) -> (&str, &str) {
    text.split_at(text.find(close).map_or(text.len(), |at| at + 1))
}

/// `<DESC:descending>` is written `DESC`.
fn flag(piece: &str) -> &str {
    piece.trim_matches(['<', '>']).split(':').next().unwrap_or_default()
}

fn arguments(keyword: &Keyword, place: &Place<'_>) -> String {
    if keyword.fields.is_empty() {
        return String::new();
    }
    let documented = keyword.fields.iter().any(|field| !field.doc.trim().is_empty());
    let row = |field: &Field| {
        let optional = if field.optional { "no" } else { "yes" };
        let mut row = vec![
            format!("<code>{}</code>", escape(field.name)),
            type_html(field.ty).to_string(),
            optional.to_string(),
        ];
        if documented {
            row.push(inline(field.doc, place));
        }
        row
    };
    let rows: Vec<Vec<String>> = keyword.fields.iter().map(row).collect();
    let head: &[&str] = match documented {
        true => &["Argument", "Kind", "Needed", "Meaning"],
        false => &["Argument", "Kind", "Needed"],
    };
    let more = match keyword.variadic {
        true => "<p>Any number of further arguments may follow.</p>\n",
        false => "",
    };
    format!("<h2 id=\"arguments\">Arguments</h2>\n{}{more}", table(head, &rows))
}

fn type_html(ty: Type) -> &'static str {
    manual::type_name(ty)
}

fn example_part(html: &str) -> String {
    match html.trim().is_empty() {
        true => String::new(),
        false => format!("<h2 id=\"examples\">Examples</h2>\n{html}"),
    }
}

fn rows_of_facts(keyword: &Keyword, from: &str) -> Vec<(&'static str, String)> {
    let answer = match keyword.result {
        Type::Nothing => "nothing".to_string(),
        other => manual::type_name(other).to_string(),
    };
    let effect = match keyword.effect {
        Effect::Suspend => "Waits; meanwhile the conversation is written down and costs nothing",
        other => manual::effect(other),
    };
    let mut rows = vec![("Answers", answer), ("Effect", effect.to_string())];
    if keyword.capability != Capability::None {
        let name = manual::capability_name(keyword.capability);
        let link = way(from, "packages.html#capabilities");
        rows.push(("Capability", format!("<a href=\"{link}\">{name}</a>")));
    }
    if !keyword.aliases.is_empty() {
        let names: Vec<String> =
            keyword.aliases.iter().map(|name| format!("<code>{}</code>", escape(name))).collect();
        rows.push(("Also written", names.join(", ")));
    }
    rows
}

/// The neighbours: those that share a word with it first.
fn see_also(keyword: &Keyword, siblings: &[&'static Keyword], from: &str) -> String {
    const MOST: usize = 10;
    let own: Vec<&str> = keyword.name.split(' ').collect();
    let mut others: Vec<&&Keyword> =
        siblings.iter().filter(|other| other.name != keyword.name).collect();
    let shared =
        |other: &Keyword| own.iter().filter(|w| other.name.split(' ').any(|o| o == **w)).count();
    others.sort_by_key(|other| std::cmp::Reverse(shared(other)));
    let links: Vec<String> = others.iter().take(MOST).map(|other| link(from, other)).collect();
    match links.is_empty() {
        true => String::new(),
        false => format!(
            "<h2 id=\"see-also\">See also</h2>\n<p class=\"names\">{}</p>\n",
            links.join(" ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_show_what_is_to_be_written() {
        assert_eq!(
            form_html("FIND {table} [LIMIT {limit}] [<DESC:descending>]"),
            "FIND <var>table</var> <i>[</i>LIMIT <var>limit</var><i>]</i> <i>[</i>DESC<i>]</i>"
        );
        assert_eq!(
            form_html("LEFT(text[, n])"),
            "LEFT(<var>text</var><i>[</i>, <var>n</var><i>]</i>)"
        );
    }
}
