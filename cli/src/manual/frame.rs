//! What stands around every page: its head, the bar with the search, the way through the manual at
//! its side, its headings, and the way on.

use basilect_stdlib::Keyword;

use super::book::{Book, CHAPTERS};
use super::commands;
use super::diagnostics;
use super::html::{escape, way};
use super::index::{family_path, path};
use super::keywords::{self, Family};
use super::markdown::Heading;
use super::words;

/// What a page is about.
#[derive(Clone, Copy)]
pub enum Subject {
    /// The home page.
    Home,
    /// A page of the guide.
    Guide,
    /// The overview of keywords.
    Reference,
    /// A family of keywords.
    Family(&'static str),
    /// A keyword or function.
    Word(&'static Keyword),
    /// The overview of diagnostics.
    Diagnostics,
    /// One diagnostic.
    Diagnostic,
    /// The index.
    Words,
}

/// A step of the way to a page.
pub struct Crumb {
    title: String,
    path: Option<String>,
}

impl Crumb {
    /// A page above this one.
    pub fn new(title: &str, path: &str) -> Crumb {
        Crumb { title: title.to_string(), path: Some(path.to_string()) }
    }
    /// A heading without a page.
    pub fn heading(title: &str) -> Crumb {
        Crumb { title: title.to_string(), path: None }
    }
}

/// A page without what stands around it.
pub struct Page {
    /// Its path from the root.
    pub path: String,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub subject: Subject,
    /// What it says in one sentence, without marks.
    pub description: String,
    /// What stands below the title.
    pub lead: String,
    /// What stands beside the title.
    pub label: &'static str,
    /// The pages above it.
    pub crumbs: Vec<Crumb>,
    /// Its headings, for the list at its side.
    pub headings: Vec<Heading>,
    /// The page before it, path and title.
    pub before: Option<(String, String)>,
    /// The page after it.
    pub after: Option<(String, String)>,
    /// The rest.
    pub body: String,
}

impl Page {
    /// An empty page.
    pub fn new(path: &str, title: &str, subject: Subject) -> Page {
        Page {
            path: path.to_string(),
            title: title.to_string(),
            subject,
            description: String::new(),
            lead: String::new(),
            label: "",
            crumbs: Vec::new(),
            headings: Vec::new(),
            before: None,
            after: None,
            body: String::new(),
        }
    }
    /// With a sentence below the title.
    pub fn lead(self, html: &str) -> Page {
        self.lead_html(html.to_string())
    }
    /// With a sentence below the title.
    pub fn lead_html(mut self, html: String) -> Page {
        self.description = without_marks(&html);
        self.lead = html;
        self
    }
    /// With what search engines and previews show.
    pub fn description(mut self, text: &str) -> Page {
        self.description = text.to_string();
        self
    }
    /// With a word beside the title.
    pub fn label(mut self, label: &'static str) -> Page {
        self.label = label;
        self
    }
    /// Below these pages.
    pub fn crumbs(mut self, crumbs: Vec<Crumb>) -> Page {
        self.crumbs = crumbs;
        self
    }
    /// With these headings.
    pub fn headings(mut self, headings: Vec<Heading>) -> Page {
        self.headings = headings;
        self
    }
    /// With this text.
    pub fn body(mut self, body: String) -> Page {
        self.body = body;
        self
    }
    /// Whether it is an overview that the search lists by itself.
    pub fn is_reference(&self) -> bool {
        let subject = &self.subject;
        matches!(subject, Subject::Reference | Subject::Family(_) | Subject::Diagnostics)
            || self.path == commands::PATH
    }
}

/// The text of a piece of HTML.
fn without_marks(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            letter if !inside => out.push(letter),
            _ => {}
        }
    }
    let out = out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    out.replace("&amp;", "&")
}

/// The whole page as it lies on a disk.
pub fn whole(page: &Page, book: &Book) -> String {
    let home = matches!(page.subject, Subject::Home);
    let class = if home { "home" } else { "page" };
    let (head, bar, side) = (head(page), bar(page), side(page, book));
    let main = if home { page.body.clone() } else { main(page) };
    format!(
        "<!doctype html>\n<html lang=\"en\" data-root=\"{root}\">\n{head}<body class=\"{class}\">\n\
         <a class=\"skip\" href=\"#main\">Skip to the text</a>\n{bar}<div class=\"columns\">\n\
         {side}<main id=\"main\" tabindex=\"-1\">\n{main}</main>\n{toc}</div>\n{foot}</body>\n\
         </html>\n",
        root = root(page),
        toc = contents(page),
        foot = foot(page),
    )
}

fn root(page: &Page) -> String {
    "../".repeat(page.path.matches('/').count())
}

fn head(page: &Page) -> String {
    let root = root(page);
    let title = match page.subject {
        Subject::Home => "Basilect: the BASIC that bots speak".to_string(),
        _ => format!("{} - Basilect", page.title),
    };
    format!(
        "<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, \
         initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<meta name=\"description\" content=\"{}\">\n\
         <link rel=\"icon\" href=\"{root}assets/mark.svg\" type=\"image/svg+xml\">\n\
         <link rel=\"stylesheet\" href=\"{root}assets/style.css\">\n\
         <link rel=\"stylesheet\" href=\"{root}assets/print.css\" media=\"print\">\n\
         <script src=\"{root}assets/mode.js\"></script>\n\
         <script src=\"{root}assets/search-index.js\" defer></script>\n\
         <script src=\"{root}assets/search.js\" defer></script>\n\
         <script src=\"{root}assets/manual.js\" defer></script>\n</head>\n",
        escape(&title),
        escape(&page.description)
    )
}

const SEARCH_ICON: &str = "<svg aria-hidden=\"true\" viewBox=\"0 0 24 24\"><circle cx=\"11\" \
    cy=\"11\" r=\"6.5\"/><path d=\"M16 16l4.5 4.5\"/></svg>";
const MODE_ICON: &str = "<svg aria-hidden=\"true\" viewBox=\"0 0 24 24\"><circle cx=\"12\" \
    cy=\"12\" r=\"8\"/><path class=\"half\" d=\"M12 4a8 8 0 0 1 0 16z\"/></svg>";
const MENU_ICON: &str =
    "<svg aria-hidden=\"true\" viewBox=\"0 0 24 24\"><path d=\"M4 7h16M4 12h16M4 17h16\"/></svg>";

/// The bar: the way home, the search, light or dark. Without scripts the search is the index.
fn bar(page: &Page) -> String {
    let root = root(page);
    format!(
        "<header class=\"bar\">\n<a class=\"icon menu\" id=\"menu\" href=\"#side\" \
         aria-label=\"Contents\">{MENU_ICON}</a>\n\
         <a class=\"brand\" href=\"{root}index.html\" aria-label=\"Basilect\">\
         <img src=\"{root}assets/mark.svg\" alt=\"\" width=\"28\" height=\"28\">\
         <span>Basilect</span></a>\n\
         <form class=\"search\" id=\"search\" role=\"search\" action=\"{root}{index}\">\n\
         {SEARCH_ICON}<input id=\"query\" name=\"q\" type=\"search\" autocomplete=\"off\" \
         spellcheck=\"false\" autocapitalize=\"off\" placeholder=\"Search the manual\" \
         aria-label=\"Search the manual\">\n<kbd aria-hidden=\"true\">/</kbd>\n\
         <ul id=\"found\" role=\"listbox\" aria-label=\"Found\" hidden></ul>\n\
         <p id=\"count\" class=\"unseen\" role=\"status\"></p>\n</form>\n\
         <a class=\"letters-link\" href=\"{root}{index}\">A-Z</a>\n\
         <button type=\"button\" class=\"icon\" id=\"mode\" aria-label=\"Switch between light and \
         dark\" hidden>{MODE_ICON}</button>\n</header>\n",
        index = words::PATH,
    )
}

/// The way through the manual.
fn side(page: &Page, book: &Book) -> String {
    let mut html = String::new();
    for chapter in CHAPTERS {
        let mut links: Vec<(String, String)> = chapter
            .pages
            .iter()
            .filter_map(|path| {
                let source = book.guide.iter().find(|source| source.path == *path)?;
                Some((format!("{path}.html"), source.title.clone()))
            })
            .collect();
        if chapter.title == "Bots" {
            links.push((commands::PATH.to_string(), "The command line".to_string()));
        }
        html.push_str(&group(chapter.title, &links, page));
    }
    html.push_str(&reference(page, book));
    format!("<nav id=\"side\" class=\"side\" aria-label=\"Manual\">\n{html}</nav>\n")
}

fn group(title: &str, links: &[(String, String)], page: &Page) -> String {
    let items: String = links.iter().map(|(path, title)| item(path, title, page, "")).collect();
    format!("<p class=\"chapter\">{}</p>\n<ul>\n{items}</ul>\n", escape(title))
}

fn item(path: &str, title: &str, page: &Page, inner: &str) -> String {
    let above = matches!(page.subject, Subject::Diagnostic) && path == diagnostics::OVERVIEW;
    let current = match path == page.path {
        true => " aria-current=\"page\"",
        false if above => " aria-current=\"true\"",
        false => "",
    };
    let href = way(&page.path, path);
    format!("<li><a href=\"{href}\"{current}>{}</a>{inner}</li>\n", escape(title))
}

/// Keywords by family; the words of the family that the page belongs to.
fn reference(page: &Page, book: &Book) -> String {
    let here = match page.subject {
        Subject::Family(name) => Some(name),
        Subject::Word(keyword) => Some(keyword.family),
        _ => None,
    };
    let families = keywords::families();
    let list = |functions: bool| -> String {
        let wanted = families.iter().filter(|(family, _)| family.functions == functions);
        wanted
            .map(|(family, keywords)| {
                let inner = match here == Some(family.name) {
                    true => own_words(keywords, page),
                    false => String::new(),
                };
                item(&family_path(family.name), &Family::title(*family, book), page, &inner)
            })
            .collect()
    };
    let holds = |functions: bool| {
        families.keys().any(|family| family.functions == functions && here == Some(family.name))
    };
    let fold = |title: &str, functions: bool| {
        let open = if holds(functions) { " open" } else { "" };
        let list = list(functions);
        format!("<details{open}><summary>{title}</summary>\n<ul>\n{list}</ul>\n</details>\n")
    };
    let first = group(
        "Reference",
        &[
            (words::PATH.to_string(), "All words from A to Z".to_string()),
            ("keywords.html".to_string(), "Keywords and functions".to_string()),
            (diagnostics::OVERVIEW.to_string(), "Diagnostics".to_string()),
        ],
        page,
    );
    format!("{first}{}{}", fold("Keywords by subject", false), fold("Functions by subject", true))
}

fn own_words(keywords: &[&'static Keyword], page: &Page) -> String {
    let items: String =
        keywords.iter().map(|keyword| item(&path(keyword), keyword.name, page, "")).collect();
    format!("\n<ul class=\"words\">\n{items}</ul>\n")
}

fn main(page: &Page) -> String {
    let crumb = |crumb: &Crumb| match &crumb.path {
        Some(path) => {
            format!("<li><a href=\"{}\">{}</a></li>", way(&page.path, path), escape(&crumb.title))
        }
        None => format!("<li>{}</li>", escape(&crumb.title)),
    };
    let crumbs: String = page.crumbs.iter().map(crumb).collect();
    let crumbs = match crumbs.is_empty() {
        true => String::new(),
        false => format!("<nav class=\"crumbs\" aria-label=\"Above\"><ol>{crumbs}</ol></nav>\n"),
    };
    let label = match page.label {
        "" => String::new(),
        label => format!(" <span class=\"kind\">{label}</span>"),
    };
    let lead = match page.lead.is_empty() {
        true => String::new(),
        false => format!("<p class=\"lead\">{}</p>\n", page.lead),
    };
    let title = escape(&page.title);
    let title = match page.subject {
        Subject::Word(_) | Subject::Diagnostic => format!("<code>{title}</code>"),
        _ => title,
    };
    format!("{crumbs}<h1>{title}{label}</h1>\n{lead}{}{}", page.body, onward(page))
}

/// The page before and the page after.
fn onward(page: &Page) -> String {
    let link = |class: &str, label: &str, to: &Option<(String, String)>| {
        let Some((path, title)) = to else { return String::new() };
        let href = way(&page.path, path);
        format!(
            "<a class=\"{class}\" href=\"{href}\" rel=\"{class}\"><small>{label}</small>{}</a>\n",
            escape(title)
        )
    };
    let links = link("prev", "Before", &page.before) + &link("next", "Next", &page.after);
    match links.is_empty() {
        true => String::new(),
        false => format!("<nav class=\"onward\" aria-label=\"Next pages\">\n{links}</nav>\n"),
    }
}

/// The headings of a page at its side.
fn contents(page: &Page) -> String {
    if page.headings.len() < 2 || matches!(page.subject, Subject::Home) {
        return String::new();
    }
    let item = |heading: &Heading| {
        let class = if heading.inner { " class=\"inner\"" } else { "" };
        format!("<li{class}><a href=\"#{}\">{}</a></li>\n", heading.id, escape(&heading.text))
    };
    let items: String = page.headings.iter().map(item).collect();
    format!(
        "<nav class=\"toc\" aria-label=\"On this page\">\n<p class=\"chapter\">On this page</p>\n\
         <ul>\n{items}</ul>\n</nav>\n"
    )
}

fn foot(page: &Page) -> String {
    let root = root(page);
    format!(
        "<footer class=\"foot\">\n<p>Basilect {}. Made by <code>basilect docs</code> from the \
         product itself; every example here is run by a test.</p>\n<p><a \
         href=\"{root}{}\">A-Z</a> <a href=\"{root}diagnostics/index.html\">Diagnostics</a> <a \
         href=\"{root}{}\">Command line</a></p>\n</footer>\n",
        env!("CARGO_PKG_VERSION"),
        words::PATH,
        commands::PATH,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_have_no_marks() {
        assert_eq!(without_marks("Says <code>a &lt; b</code> &amp; more"), "Says a < b & more");
    }
}
