//! Words become patterns, and patterns go into templates.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use basilect_compiler::spoken::Words;
use indexmap::IndexMap;
use serde_json::Value;

/// Patterns by their names.
pub type Patterns = IndexMap<String, String>;

/// A pattern for each group of words, as regular expressions write it.
pub fn patterns(words: &Words) -> anyhow::Result<Patterns> {
    alternatives(words, "(?:")
}

/// The same as Vim's "very magic" expressions write it.
pub fn vim_patterns(words: &Words) -> anyhow::Result<Patterns> {
    alternatives(words, "%(")
}

fn alternatives(words: &Words, open: &str) -> anyhow::Result<Patterns> {
    let groups = serde_json::to_value(words)?;
    let groups = groups.as_object().context("words come in groups")?;
    let pattern = |list: &Value| {
        let mut tree = Tree::default();
        let list = list.as_array().into_iter().flatten().filter_map(Value::as_str);
        list.for_each(|word| tree.add(word));
        tree.pattern(open)
    };
    Ok(groups.iter().map(|(name, list)| (name.clone(), pattern(list))).collect())
}

/// Words that share their beginnings, so that a search follows each letter once.
#[derive(Default)]
struct Tree {
    ends: bool,
    next: BTreeMap<char, Tree>,
}

impl Tree {
    fn add(&mut self, word: &str) {
        let last = word.chars().fold(self, |tree, letter| tree.next.entry(letter).or_default());
        last.ends = true;
    }

    /// Longer words are tried before those that they begin with.
    fn pattern(&self, open: &str) -> String {
        let branches: Vec<String> = self
            .next
            .iter()
            .map(|(letter, tree)| format!("{}{}", one(*letter), tree.pattern(open)))
            .collect();
        match (branches.as_slice(), self.ends) {
            ([], _) => String::new(),
            ([only], false) => only.clone(),
            (all, ends) => format!("{open}{}){}", all.join("|"), if ends { "?" } else { "" }),
        }
    }
}

/// Words of a phrase are parted by blanks, or joined by `_`.
fn one(letter: char) -> String {
    match letter {
        ' ' => "[ \\t_]+".into(),
        '$' => "\\$".into(),
        letter => letter.into(),
    }
}

/// Puts patterns into every text of a template.
pub fn value(template: &mut Value, names: &Patterns) -> anyhow::Result<()> {
    match template {
        Value::String(written) => *written = text(written, names)?,
        Value::Array(items) => items.iter_mut().try_for_each(|item| value(item, names))?,
        Value::Object(fields) => fields.values_mut().try_for_each(|item| value(item, names))?,
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    Ok(())
}

/// Puts patterns into a text.
pub fn text(template: &str, names: &Patterns) -> anyhow::Result<String> {
    let mut parts = template.split("{{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").context("`{{` without `}}`")?;
        let Some(pattern) = names.get(name) else { bail!("no pattern is called `{name}`") };
        filled.push_str(pattern);
        filled.push_str(rest);
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_share_their_beginnings() {
        let mut tree = Tree::default();
        ["SEND", "SEND MAIL", "SET", "CHR$"].into_iter().for_each(|word| tree.add(word));
        assert_eq!(tree.pattern("(?:"), "(?:CHR\\$|SE(?:ND(?:[ \\t_]+MAIL)?|T))");
    }

    #[test]
    fn templates_name_patterns() {
        let names = Patterns::from([("a".to_owned(), "x|y".to_owned())]);
        assert_eq!(text("({{a}})", &names).expect("filled"), "(x|y)");
        assert!(text("{{b}}", &names).is_err() && text("{{a", &names).is_err());
    }
}
