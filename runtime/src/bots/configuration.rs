//! What can be wrong in a `config.csv`: values that cannot be meant are errors, and lines that say
//! nothing are passed over with a warning.

use std::sync::Arc;

use basilect_compiler::diagnostics::{Diagnostic, Severity, codes};
use basilect_compiler::package::{self, Built, Package};
use basilect_compiler::source::{Provider, SourceFile, Span};

use super::catalogue;

/// Compiles a bot and looks at its settings too; with errors in them there is no package.
pub fn build(provider: &dyn Provider, name: &str) -> Built {
    let mut built = package::build(provider, name);
    for path in provider.list().iter().filter(|path| is_settings(path)) {
        // A file that cannot be read is told of by the compiler.
        let bytes = provider.read(path).unwrap_or_default();
        built.diagnostics.extend(check(path, &bytes));
    }
    if built.package.as_ref().is_some_and(says_nothing) {
        let found =
            Diagnostic::error(codes::EMPTY_BOT, Span::default(), "this folder holds no bot");
        let found = found.help("a bot has scripts, documents (NAME.gbkb) or a prompt");
        built.diagnostics.push((Arc::new(SourceFile::new(name, "")), found));
    }
    if built.diagnostics.iter().any(|(_, found)| found.severity == Severity::Error) {
        built.package = None;
    }
    built
}

/// A folder that is being moved or checked out can be empty for a moment; that is no new version.
fn says_nothing(package: &Package) -> bool {
    let manifest = &package.manifest;
    let prompts = ["bot-system-prompt", "system-prompt"];
    // A script that reads like prose is a prompt.
    let written = package.files.keys().any(|path| path.to_lowercase().ends_with(".bas"));
    !written
        && manifest.knowledge.is_empty()
        && manifest.system_prompt.is_none()
        && !prompts.iter().any(|name| manifest.settings.contains_key(*name))
}

/// Whether the path, inside a bot's folder, is that of its settings.
pub fn is_settings(path: &str) -> bool {
    let path = path.to_lowercase();
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
    name == "config.csv" && (folder.is_empty() || folder.ends_with(".gbot"))
}

/// What is wrong in this file.
pub fn check(path: &str, bytes: &[u8]) -> Vec<(Arc<SourceFile>, Diagnostic)> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        let found = Diagnostic::error(
            codes::SETTINGS_NOT_UTF8,
            Span::default(),
            "this file is not written in UTF-8",
        );
        let found = found.help("save it as UTF-8 in the editor");
        return vec![(Arc::new(SourceFile::new(path, "")), found)];
    };
    let file = Arc::new(SourceFile::new(path, text));
    let mut start = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let shown = line.trim_end();
        found.extend(line_of(shown, start).map(|diagnostic| (file.clone(), diagnostic)));
        start += line.len();
    }
    found
}

fn line_of(line: &str, start: usize) -> Option<Diagnostic> {
    let bare = line.trim_start_matches('\u{feff}').trim();
    if bare.is_empty() || bare.starts_with('#') {
        return None;
    }
    let at = |from: usize| Span::new(offset(start + from), offset(start + line.len()));
    let Some(comma) = line.find(',') else {
        let found = Diagnostic::warning(
            codes::NO_SETTING,
            at(0),
            "this line is no setting and is passed over",
        );
        return Some(found.help("write `name,value`, or begin the line with `#` for a remark"));
    };
    let (name, value) = (bare.split(',').next().unwrap_or_default(), line[comma + 1..].trim());
    if value.starts_with('"') && (value.len() < 2 || !value.ends_with('"')) {
        let found = Diagnostic::error(
            codes::SETTING_QUOTE,
            at(comma + 1),
            "this value has no closing quote",
        );
        return Some(
            found.help("a value stands on one line and ends with the quote it begins with"),
        );
    }
    let form = catalogue::find(name.trim())?.form.as_ref()?;
    let value = value.trim_matches('"').trim();
    if value.is_empty() || value.starts_with("vault:") || (form.fits)(value) {
        return None;
    }
    let message = format!("`{value}` cannot be the value of {}", name.trim());
    Some(
        Diagnostic::error(codes::SETTING_VALUE, at(comma + 1), message)
            .help(format!("write {}", form.wanted)),
    )
}

fn offset(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(u32, String)> {
        let found = check("shop.gbot/config.csv", text.as_bytes());
        let told =
            |(file, d): (Arc<SourceFile>, Diagnostic)| (file.position(d.span.start).0, d.message);
        found.into_iter().map(told).collect()
    }

    #[test]
    fn what_real_packages_write_is_accepted() {
        let text = "\u{feff}name,value\r\n,\r\n# a remark\r\n\r\nbot-name,Hi, \"you\"\r\n\
                    Theme Color, blue\nllm-key,vault:llm\nllm-url,\nllm-temperature,\"0.7\"\n\
                    public,FALSE\ntimezone,Europe/Lisbon\nparam-x,anything at all\n";
        assert_eq!(found(text), []);
    }

    #[test]
    fn what_would_be_passed_over_is_told_with_its_line() {
        let text = "name,value\npublic,maybe\nno setting\nwelcome,\"open\nhistory-limit,ten\n\
                    time-zone,Mars\nllm-url,ftp://x\nllm-temperature,9\n";
        let lines: Vec<u32> = found(text).iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6, 7, 8]);
        assert!(found(text)[0].1.contains("`maybe` cannot be the value of public"));
    }
}
