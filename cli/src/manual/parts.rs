//! The parts of guide pages that are made from what the product knows.

use crate::commands::profile::grouped;
use basilect_runtime::bots::catalogue::{SETTINGS, Setting};
use basilect_stdlib::keyword::Type;
use basilect_stdlib::pure::validate;
use basilect_stdlib::{Capability, Effect, Keyword, Limits, manual, words};
use serde_json::Value;

use super::book::{self, Book};
use super::diagnostics;
use super::examples;
use super::html::{escape, table, way};
use super::index::{Index, path};
use super::markdown::{self, Place, inline};

/// The source of the limits, whose comments say what each is about.
const LIMITS: &str = include_str!("../../../stdlib/src/limits.rs");

/// Makes the part of that name; `None` when there is no such part.
pub fn make(name: &str, from: &str, book: &Book, index: &Index) -> Option<String> {
    let place = Place::plain(from, index);
    match name {
        "settings" => Some(settings(&place)),
        "capabilities" => Some(capabilities(&place)),
        "limits" => Some(limits()),
        "answers" => Some(answers()),
        "errors" => Some(diagnostics::runtime_errors(&place)),
        "spellings" => Some(spellings(from)),
        name => match name.split_once(' ')? {
            ("document", name) => Some(markdown::render(&book::document(name), &place).html),
            ("samples", name) => Some(examples::all_of(book, name, &place)),
            _ => None,
        },
    }
}

/// The HTML after its first paragraph, which the frame shows.
pub fn without_first_paragraph(html: &str) -> String {
    match html.trim_start().strip_prefix("<p>").and_then(|rest| rest.split_once("</p>")) {
        Some((_, rest)) => rest.trim_start().to_string(),
        None => html.to_string(),
    }
}

fn settings(place: &Place<'_>) -> String {
    let mut html = String::new();
    let mut groups: Vec<&str> = SETTINGS.iter().map(|setting| setting.group).collect();
    groups.dedup();
    for group in groups {
        let rows: Vec<Vec<String>> = SETTINGS
            .iter()
            .filter(|setting| setting.group == group)
            .map(|setting| row_of_setting(setting, place))
            .collect();
        html.push_str(&format!("<h3 id=\"{}\">{group}</h3>\n", super::html::slug(group)));
        html.push_str(&table(&["Setting", "What it decides", "Without it"], &rows));
    }
    html
}

fn row_of_setting(setting: &Setting, place: &Place<'_>) -> Vec<String> {
    let mut names = setting.names.iter().map(|name| format!("<code>{}</code>", escape(name)));
    let first = names.next().unwrap_or_default();
    let others: Vec<String> = names.collect();
    let also = match others.is_empty() {
        true => String::new(),
        false => format!("<br><small>also {}</small>", others.join(", ")),
    };
    let wanted = setting.form.as_ref().map(|form| format!(" Write {}.", form.wanted));
    let what = format!("{}{}", setting.what, wanted.unwrap_or_default());
    vec![format!("{first}{also}"), inline(&what, place), inline(setting.default, place)]
}

fn capabilities(place: &Place<'_>) -> String {
    let mut all: Vec<Capability> = words::all().map(|keyword| keyword.capability).collect();
    all.sort();
    all.dedup();
    let all = all.into_iter().filter(|capability| *capability != Capability::None);
    let rows: Vec<Vec<String>> = all
        .map(|capability| {
            let keywords = words::all().filter(|keyword| keyword.capability == capability);
            let mut names: Vec<String> =
                keywords.take(4).map(|keyword| link(place.path, keyword)).collect();
            if words::all().filter(|keyword| keyword.capability == capability).count() > names.len()
            {
                names.push("…".into());
            }
            vec![
                format!("<code>{}</code>", manual::capability_name(capability)),
                escape(manual::capability(capability)),
                names.join(", "),
            ]
        })
        .collect();
    table(&["Capability", "Lets a bot", "Keywords"], &rows)
}

fn link(from: &str, keyword: &Keyword) -> String {
    format!("<a href=\"{}\"><code>{}</code></a>", way(from, &path(keyword)), escape(keyword.name))
}

/// The kinds of answers that HEAR can wait for.
fn answers() -> String {
    let row = |(names, again): (&'static [&'static str], &'static str)| {
        let names: Vec<String> =
            names.iter().map(|name| format!("<code>{}</code>", escape(name))).collect();
        vec![names.join(", "), escape(again)]
    };
    let rows: Vec<Vec<String>> = validate::kinds().map(row).collect();
    table(&["Kind", "What the person hears after an answer that does not fit"], &rows)
}

/// The other spellings of keywords.
fn spellings(from: &str) -> String {
    let keywords = words::host_keywords().filter(|keyword| !keyword.aliases.is_empty());
    let rows: Vec<Vec<String>> = keywords
        .map(|keyword| {
            let aliases: Vec<String> =
                keyword.aliases.iter().map(|alias| format!("<code>{alias}</code>")).collect();
            vec![aliases.join(", "), link(from, keyword)]
        })
        .collect();
    table(&["You may have written", "The same as"], &rows)
}

/// A limit: its name, its value, what it is about.
struct Limit {
    name: String,
    value: u64,
    what: String,
}

fn all_limits() -> Vec<Limit> {
    let Ok(Value::Object(values)) = serde_json::to_value(Limits::DEFAULT) else {
        return Vec::new();
    };
    let limit = |(name, value): (String, Value)| Limit {
        value: value.as_u64().unwrap_or_default(),
        what: comment(&name),
        name,
    };
    values.into_iter().map(limit).collect()
}

/// The comment above a field of the limits.
fn comment(field: &str) -> String {
    let declared = format!("    pub {field}: ");
    let above = LIMITS.split(&declared).next().unwrap_or_default();
    let lines: Vec<&str> =
        above.lines().rev().map_while(|line| line.trim().strip_prefix("/// ")).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join(" ")
}

fn limits() -> String {
    let row = |limit: &Limit| {
        let Limit { name, value, what } = limit;
        vec![
            format!("<span id=\"{name}\"><code>{name}</code></span>"),
            shown(name, *value),
            escape(what),
        ]
    };
    let rows: Vec<Vec<String>> = all_limits().iter().map(row).collect();
    table(&["Limit", "Value", "What it bounds"], &rows)
}

/// A value with its unit.
fn shown(name: &str, value: u64) -> String {
    let bytes = name.split('_').any(|part| part == "bytes");
    match value {
        value if bytes && value >= 1 << 20 => format!("{} MB", value >> 20),
        value if bytes && value >= 1 << 10 => format!("{} KB", value >> 10),
        value => grouped(value),
    }
}

/// The limits that a call of this keyword may meet.
fn names_of_limits(keyword: &Keyword) -> Vec<&'static str> {
    let mut names = Vec::new();
    if keyword.run.is_none() {
        names.extend(["host_calls_per_turn", "host_call_bytes"]);
    }
    if matches!(keyword.name, "TALK" | "PRINT" | "SEND MESSAGE") {
        names.extend(["messages_per_turn", "output_bytes_per_turn"]);
    }
    if keyword.effect == Effect::Suspend {
        names.push("snapshot_bytes");
    }
    if matches!(keyword.name, "SET SCHEDULE" | "SCHEDULE IN") {
        names.push("schedules_per_bot");
    }
    if keyword.run.is_some() && matches!(keyword.result, Type::Text | Type::Any) {
        names.push("text_bytes");
    }
    if keyword.run.is_some() && matches!(keyword.result, Type::List | Type::Map | Type::Any) {
        names.push("list_elements");
    }
    if keyword.family == "json" {
        names.push("data_depth");
    }
    names
}

/// The limits that a call of this keyword may meet, as a part of its page.
pub fn limits_of(keyword: &Keyword, from: &str) -> String {
    let names = names_of_limits(keyword);
    let known = all_limits();
    let item = |name: &&str| {
        let limit = known.iter().find(|limit| limit.name == **name)?;
        let href = way(from, &format!("language/limits.html#{name}"));
        let (value, what) = (shown(name, limit.value), escape(&limit.what));
        Some(format!("<li><a href=\"{href}\"><code>{name}</code></a> {value}: {what}</li>\n"))
    };
    let items: String = names.iter().filter_map(item).collect();
    match items.is_empty() {
        true => String::new(),
        false => format!("<h2 id=\"limits\">Limits</h2>\n<ul class=\"limits\">\n{items}</ul>\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_says_what_it_bounds() {
        let all = all_limits();
        assert!(all.len() > 10);
        for limit in all {
            assert!(!limit.what.is_empty() && limit.value > 0, "{}", limit.name);
        }
    }

    #[test]
    fn limits_of_keywords_exist() {
        let known: Vec<String> = all_limits().into_iter().map(|limit| limit.name).collect();
        for keyword in words::all() {
            for name in names_of_limits(keyword) {
                assert!(known.iter().any(|other| other == name), "{}: {name}", keyword.name);
            }
        }
    }

    #[test]
    fn values_have_units() {
        assert_eq!(shown("fuel_per_turn", 50_000_000), "50,000,000");
        assert_eq!(shown("heap_bytes", 16 << 20), "16 MB");
        assert_eq!(shown("output_bytes_per_turn", 256 << 10), "256 KB");
    }
}
