//! Grammars for editors: templates that say how a script looks, filled with the words of the
//! compiler.
//!
//! A template holds `{{name}}` where words go. Its `variables` are patterns that others use by
//! name; each may use those of the words and those before it.

mod fill;

use anyhow::Context;
use basilect_compiler::spoken;
use serde_json::Value;

const TEXTMATE: &str = include_str!("basilect.tmLanguage.in.json");
const VIM: &str = include_str!("basilect.in.vim");

/// The TextMate grammar.
pub fn textmate() -> anyhow::Result<String> {
    let mut template: Value = serde_json::from_str(TEXTMATE).context("the template")?;
    let mut names = fill::patterns(&spoken::words())?;
    let variables = template.as_object_mut().and_then(|all| all.shift_remove("variables"));
    for (name, pattern) in variables.as_ref().and_then(Value::as_object).into_iter().flatten() {
        let pattern = fill::text(pattern.as_str().unwrap_or_default(), &names)?;
        names.insert(name.clone(), pattern);
    }
    fill::value(&mut template, &names)?;
    Ok(format!("{}\n", serde_json::to_string_pretty(&template)?))
}

/// The syntax file for Vim and Neovim.
pub fn vim() -> anyhow::Result<String> {
    fill::text(VIM, &fill::vim_patterns(&spoken::words())?)
}

/// The words by what they do, as JSON.
pub fn words() -> anyhow::Result<String> {
    Ok(format!("{}\n", serde_json::to_string_pretty(&spoken::words())?))
}
