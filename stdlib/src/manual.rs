//! Hover texts, completions and manual pages from a keyword.

use crate::keyword::{Capability, Effect, Field, Keyword, Type};

/// The ways to write a keyword. A function is called with its parameters; those in brackets may
/// be left out.
pub fn usage(keyword: &Keyword) -> Vec<String> {
    let call = keyword.run.map(|_| call(keyword));
    call.into_iter().chain(keyword.forms.iter().map(|form| form.to_string())).collect()
}

/// `MID(text, start[, length])`.
fn call(keyword: &Keyword) -> String {
    let mut text = String::new();
    for (index, field) in keyword.fields.iter().enumerate() {
        let comma = if index > 0 { ", " } else { "" };
        match field.optional {
            true => text.push_str(&format!("[{comma}{}]", field.name)),
            false => text.push_str(&format!("{comma}{}", field.name)),
        }
    }
    let more = match (keyword.variadic, keyword.fields.is_empty()) {
        (false, _) => "",
        (true, false) => ", …",
        (true, true) => "…",
    };
    format!("{}({text}{more})", keyword.name)
}

/// A keyword as Markdown: how it is written, what it does, what its parts mean.
pub fn hover(keyword: &Keyword) -> String {
    let shown = with_breaks(&doc(keyword));
    let mut text = format!("```basilect\n{}\n```\n\n{shown}", usage(keyword).join("\n"));
    let fields = keyword.fields.iter().filter(|field| !field.doc.trim().is_empty());
    for (index, field) in fields.enumerate() {
        text.push_str(if index == 0 { "\n\n" } else { "\n" });
        text.push_str(&format!("- `{}` ({}): {}", field.name, kind(field), field.doc.trim()));
    }
    text.push_str(&format!("\n\n*{}.*", facts(keyword)));
    text
}

/// Markdown joins lines: each example but the last of its paragraph gets a break.
fn with_breaks(doc: &str) -> String {
    let mut text = String::with_capacity(doc.len());
    let mut lines = doc.lines().peekable();
    while let Some(line) = lines.next() {
        let next_is_example = lines.peek().is_some_and(|next| next.starts_with('`'));
        text.push_str(line);
        text.push_str(if next_is_example && line.ends_with('`') { "  \n" } else { "\n" });
    }
    text.truncate(text.trim_end().len());
    text
}

/// A keyword for a terminal: the same without marks.
pub fn page(keyword: &Keyword) -> String {
    let mut text = format!("{}\n\n{}\n", usage(keyword).join("\n"), doc(keyword));
    let documented = keyword.fields.iter().filter(|field| !field.doc.trim().is_empty());
    for (index, field) in documented.enumerate() {
        text.push_str(if index == 0 { "\n" } else { "" });
        text.push_str(&format!("  {:<14} {} ({})\n", field.name, field.doc.trim(), kind(field)));
    }
    text.push_str(&format!("\n{}.\n", facts(keyword)));
    text
}

/// The examples of a doc comment, call and answer: `` `LEN("olá")` → `3` ``. An answer may have
/// several lines.
pub fn examples(doc: &str) -> Vec<(&str, &str)> {
    let marks: Vec<&str> = doc.split('`').collect();
    let pairs = marks.windows(3).filter_map(|part| match part {
        [call, " → ", answer] => Some((*call, *answer)),
        _ => None,
    });
    pairs.collect()
}

/// A doc comment without its examples.
pub fn prose(doc: &str) -> String {
    let mut prose = doc.to_string();
    for (call, answer) in examples(doc) {
        prose = prose.replacen(&format!("`{call}` → `{answer}`"), "", 1);
    }
    prose.trim().to_string()
}

/// The doc comment without the blank that begins each of its lines.
pub fn doc(keyword: &Keyword) -> String {
    let lines = keyword.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n").trim().to_string()
}

fn kind(field: &Field) -> String {
    let optional = if field.optional { ", may be left out" } else { "" };
    format!("{}{optional}", type_name(field.ty))
}

/// What it does to the world, what it answers and needs, and how else it is written.
pub fn facts(keyword: &Keyword) -> String {
    let mut facts = vec![effect(keyword.effect).to_string()];
    if keyword.result != Type::Nothing {
        facts.push(format!("answers {}", type_name(keyword.result)));
    }
    if keyword.capability != Capability::None {
        let capability = capability_name(keyword.capability);
        facts.push(format!("needs the capability {capability}"));
    }
    if !keyword.aliases.is_empty() {
        facts.push(format!("also written {}", keyword.aliases.join(", ")));
    }
    facts.join("; ")
}

/// What a keyword does to the world.
pub fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Pure => "Computes",
        Effect::Read => "Reads from outside",
        Effect::Write => "Changes something outside",
        Effect::Suspend => "Waits; the conversation is written down meanwhile",
    }
}

/// A capability as it is written in `config.csv`.
pub fn capability_name(capability: Capability) -> String {
    format!("{capability:?}").to_lowercase()
}

/// What a capability lets a bot do.
pub fn capability(capability: Capability) -> &'static str {
    match capability {
        Capability::None => "Nothing beyond computing; every bot may.",
        Capability::Chat => "Speak with the person of this conversation; every bot may.",
        Capability::Memory => "Remember things about the person, the bot or the conversation.",
        Capability::Data => "Read and write the bot's own tables.",
        Capability::Drive => "Read and write the bot's drive.",
        Capability::Models => "Ask a language model.",
        Capability::Knowledge => "Use knowledge bases.",
        Capability::Network => "Call addresses on the network.",
        Capability::Mail => "Send mail.",
        Capability::Outreach => "Write to people outside this conversation.",
        Capability::Schedule => "Run by itself at given times or events.",
        Capability::Office => "Use calendar, tasks and meetings.",
        Capability::Agents => "Work with other bots and with human operators.",
        Capability::Execution => "Run foreign code or drive a browser; must be granted.",
        Capability::Administration => "Change users, accounts or server settings; must be granted.",
    }
}

/// A type as the manual calls it.
pub fn type_name(ty: Type) -> &'static str {
    match ty {
        Type::Nothing => "nothing",
        Type::Any => "any value",
        Type::Text => "a text",
        Type::Int => "a whole number",
        Type::Num => "a number",
        Type::Bool => "true or false",
        Type::List => "a list",
        Type::Map => "a map",
        Type::Date => "a date",
        Type::Target => "a variable",
        Type::Symbol => "a word",
        Type::Word => "a word, or a variable that holds it",
        Type::Question => "a question",
        Type::Condition => "a condition",
        Type::Pairs => "named values",
        Type::Rows => "named values, a map, or a list of maps",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words;

    #[test]
    fn functions_show_what_may_be_left_out() {
        let left = words::function("LEFT").expect("LEFT");
        assert_eq!(usage(left).first().expect("a call"), "LEFT(text[, count])");
        assert!(hover(left).contains("Computes; answers a text"));
    }

    #[test]
    fn every_word_has_a_page() {
        for keyword in words::all() {
            let page = page(keyword);
            assert!(page.contains(keyword.name) && !doc(keyword).is_empty(), "{page}");
            assert!(!hover(keyword).contains("\n\n\n"), "{}", hover(keyword));
        }
    }
}
