//! The manual as web pages, made from the vocabulary: what is declared is what is documented.

mod markup;

use std::collections::BTreeMap;

use basilect_stdlib::Keyword;
use basilect_stdlib::keyword::Field;
use basilect_stdlib::{manual, words};

use markup::{escape, markdown};

const STYLE: &str = include_str!("style.css");

/// All pages: file name and HTML.
pub fn pages() -> Vec<(String, String)> {
    let families = families();
    let mut pages = vec![("index.html".to_string(), index(&families))];
    for (family, keywords) in &families {
        pages.push((file(family), page(family, keywords, &families)));
    }
    pages
}

type Families = BTreeMap<&'static str, Vec<&'static Keyword>>;

fn families() -> Families {
    let mut families = Families::new();
    for keyword in words::all() {
        families.entry(keyword.family).or_default().push(keyword);
    }
    for keywords in families.values_mut() {
        keywords.sort_by_key(|keyword| keyword.name);
    }
    families
}

fn file(family: &str) -> String {
    format!("{family}.html")
}

/// The anchor of a keyword on its page.
fn anchor(keyword: &Keyword) -> String {
    keyword.name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-")
}

fn title(family: &str) -> String {
    let mut letters = family.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}

fn frame(heading: &str, families: &Families, body: &str) -> String {
    let link = |family: &&&str| format!("<a href=\"{}\">{}</a>", file(family), title(family));
    let links: Vec<String> = families.keys().collect::<Vec<_>>().iter().map(link).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{heading} - Basilect</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <nav><a href=\"index.html\"><b>Basilect</b></a>\n{}</nav>\n<main>\n<h1>{heading}</h1>\n\
         {body}</main>\n</body>\n</html>\n",
        links.join("\n")
    )
}

fn index(families: &Families) -> String {
    let section = |(family, keywords): (&&str, &Vec<&Keyword>)| {
        let link = |keyword: &&Keyword| {
            let (file, anchor) = (file(family), anchor(keyword));
            let (name, what) = (escape(keyword.name), escape(first_sentence(keyword.doc)));
            format!("<li><a href=\"{file}#{anchor}\">{name}</a> <span>{what}</span></li>\n")
        };
        let links: String = keywords.iter().map(link).collect();
        format!("<h2><a href=\"{}\">{}</a></h2>\n<ul>\n{links}</ul>\n", file(family), title(family))
    };
    let sections: String = families.iter().map(section).collect();
    frame("The words of the language", families, &sections)
}

fn page(family: &str, keywords: &[&Keyword], families: &Families) -> String {
    let articles: String = keywords.iter().map(|keyword| article(keyword)).collect();
    frame(&title(family), families, &articles)
}

fn article(keyword: &Keyword) -> String {
    let (anchor, name) = (anchor(keyword), escape(keyword.name));
    let mut html =
        format!("<article id=\"{anchor}\">\n<h2><a href=\"#{anchor}\">{name}</a></h2>\n");
    html.push_str(&format!("<pre>{}</pre>\n", escape(&manual::usage(keyword).join("\n"))));
    html.push_str(&markdown(keyword.doc));
    if !keyword.fields.is_empty() {
        let rows: String = keyword.fields.iter().map(row).collect();
        html.push_str(&format!("<table>\n{rows}</table>\n"));
    }
    html.push_str(&format!(
        "<p class=\"facts\">{}</p>\n</article>\n",
        escape(&manual::facts(keyword))
    ));
    html
}

fn row(field: &Field) -> String {
    let optional = if field.optional { ", may be left out" } else { "" };
    format!(
        "<tr><th>{}</th><td>{}{optional}</td><td>{}</td></tr>\n",
        escape(field.name),
        manual::type_name(field.ty),
        markup::inline(field.doc.trim())
    )
}

fn first_sentence(doc: &str) -> &str {
    let line = doc.trim().lines().next().unwrap_or_default().trim();
    line.split_once(". ").map_or(line, |(first, _)| first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_keyword_has_one_anchor() {
        let pages = pages();
        for keyword in words::all() {
            let (_, html) = pages
                .iter()
                .find(|(name, _)| *name == file(keyword.family))
                .expect("every family has a page");
            let id = format!("id=\"{}\"", anchor(keyword));
            assert_eq!(html.matches(&id).count(), 1, "{}", keyword.name);
        }
    }

    #[test]
    fn every_link_leads_somewhere() {
        let pages = pages();
        let names: HashSet<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        for (page, html) in &pages {
            for link in html.split("href=\"").skip(1) {
                let target = link.split('"').next().unwrap_or_default();
                let (file, id) = target.split_once('#').unwrap_or((target, ""));
                let file = if file.is_empty() { page.as_str() } else { file };
                assert!(names.contains(file), "{page}: {target}");
                let (_, html) = pages.iter().find(|(name, _)| name == file).expect("a page");
                assert!(id.is_empty() || html.contains(&format!("id=\"{id}\"")), "{target}");
            }
        }
    }
}
