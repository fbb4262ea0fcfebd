//! The whole manual: every link leads somewhere, and every page is well-formed.

use std::collections::{HashMap, HashSet};

use super::files;

fn pages() -> HashMap<String, String> {
    let html = files().into_iter().filter(|(path, _)| path.ends_with(".html"));
    html.map(|(path, bytes)| (path, String::from_utf8(bytes).expect("UTF-8"))).collect()
}

/// The values of an attribute, as written.
fn values<'h>(html: &'h str, attribute: &str) -> Vec<&'h str> {
    let mark = format!(" {attribute}=\"");
    html.split(&mark).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Where a link of a page at `from` leads, as a path from the root.
fn resolved(from: &str, link: &str) -> (String, String) {
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    if file.is_empty() {
        return (from.to_string(), anchor.to_string());
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for step in file.split('/') {
        match step {
            ".." => drop(parts.pop()),
            step => parts.push(step),
        }
    }
    (parts.join("/"), anchor.to_string())
}

#[test]
fn every_link_leads_somewhere() {
    let all: HashSet<String> = files().into_iter().map(|(path, _)| path).collect();
    let pages = pages();
    let mut wrong = Vec::new();
    for (path, html) in &pages {
        let links = values(html, "href").into_iter().chain(values(html, "src"));
        for link in links.filter(|link| !link.contains("://")) {
            let (file, anchor) = resolved(path, link);
            let anchored =
                || pages.get(&file).is_some_and(|html| html.contains(&format!(" id=\"{anchor}\"")));
            if !all.contains(&file) || !(anchor.is_empty() || anchored()) {
                wrong.push(format!("{path}: {link}"));
            }
        }
    }
    wrong.sort();
    assert!(wrong.is_empty(), "{} links lead nowhere:\n{}", wrong.len(), wrong.join("\n"));
}

/// Elements that have no end.
const VOID: &[&str] =
    &["area", "br", "circle", "col", "hr", "img", "input", "link", "meta", "path", "wbr"];

/// The first tag that is not closed, or closes nothing.
fn unbalanced(html: &str) -> Option<String> {
    let mut open: Vec<String> = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let tag = rest.split('>').next().unwrap_or_default();
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap_or_default();
        let void = VOID.contains(&name) || tag.starts_with('!') || tag.ends_with('/');
        match tag.strip_prefix('/') {
            Some(_) if open.last().is_some_and(|last| last == name) => drop(open.pop()),
            Some(_) => return Some(format!("</{name}> in {open:?}")),
            None if void => {}
            None => open.push(name.to_string()),
        }
    }
    open.pop()
}

#[test]
fn pages_are_well_formed() {
    for (path, html) in pages() {
        assert_eq!(unbalanced(&html), None, "{path}");
        let ids = values(&html, "id");
        let unique: HashSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{path}: an id stands twice: {ids:?}");
        assert_eq!(html.matches("<h1").count(), 1, "{path}: one title");
        assert_eq!(html.matches("<main").count(), 1, "{path}: one text");
        assert!(!html.contains(" style=\"") && !html.contains("<style"), "{path}: styles apart");
        let description = values(&html, "content");
        assert!(description.iter().all(|text| !text.is_empty()), "{path}: no description");
    }
    assert!(unbalanced("<p><b></p>").is_some() && unbalanced("<ul><li></li>").is_some());
}

#[test]
fn headings_go_down_one_step_at_a_time() {
    for (path, html) in pages() {
        let mut before = 1;
        for tag in html.split("<h").skip(1) {
            let Some(level) = tag.chars().next().and_then(|c| c.to_digit(10)) else { continue };
            assert!(level <= before + 1, "{path}: h{level} follows h{before}");
            before = level;
        }
    }
}

#[test]
fn pages_are_small() {
    let files = files();
    let total: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(total < 12 << 20, "the manual has {total} bytes");
    for (path, bytes) in files {
        let most = if path.ends_with(".html") { 256 << 10 } else { 192 << 10 };
        assert!(bytes.len() < most, "{path}: {} bytes", bytes.len());
    }
}
