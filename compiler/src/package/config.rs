//! `config.csv`: one setting a line, the value being all that follows the first comma.

use basilect_stdlib::Data;
use indexmap::IndexMap;

/// The settings in the order written; a later line wins.
pub fn read(text: &str) -> IndexMap<String, String> {
    let mut settings = IndexMap::new();
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.trim();
        let Some((key, value)) = line.split_once(',') else { continue };
        let key = key_of(key);
        let header = matches!(key.as_str(), "name" | "key") && value.trim() == "value";
        if !key.is_empty() && !key.starts_with('#') && !header {
            settings.insert(key, unquoted(value.trim()));
        }
    }
    settings
}

/// Old packages write `Theme Color` where others write `theme-color`.
fn key_of(key: &str) -> String {
    let key = unquoted(key.trim());
    if key.contains(' ') { key.to_lowercase().replace(' ', "-") } else { key }
}

fn unquoted(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match inner.filter(|_| value.len() > 1) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => value.to_string(),
    }
}

/// The variables that `param-*` settings give to all scripts: a whole number, a number, a truth
/// value or a text, whichever the value is first.
pub fn params(settings: &IndexMap<String, String>) -> IndexMap<String, Data> {
    let own = settings.iter().filter_map(|(key, value)| {
        let name = key.strip_prefix("param-")?;
        Some((name.to_lowercase().replace('-', "_"), typed(value)))
    });
    own.collect()
}

fn typed(value: &str) -> Data {
    if let Ok(number) = value.parse::<i64>() {
        return Data::Int(number);
    }
    let plain = value.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    match value.parse::<f64>() {
        Ok(number) if plain && number.is_finite() => Data::Num(number),
        _ if value.eq_ignore_ascii_case("true") => Data::Bool(true),
        _ if value.eq_ignore_ascii_case("false") => Data::Bool(false),
        _ => Data::text(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_values_with_commas_and_skips_separators() {
        let text = "\u{feff}name,value\r\n,\n# note,x\nwelcome,Hi, you\nTheme Color, blue\n\
                    q,\"a \"\"b\"\"\"\n";
        let settings = read(text);
        assert_eq!(settings["welcome"], "Hi, you");
        assert_eq!(settings["theme-color"], "blue");
        assert_eq!(settings["q"], "a \"b\"");
        assert_eq!(settings.len(), 3);
    }

    #[test]
    fn types_parameters() {
        let settings = read("param-Limit,10\nparam-rate,0.5\nparam-on,TRUE\nparam-x,nan\n");
        let params = params(&settings);
        assert_eq!(params["limit"], Data::Int(10));
        assert_eq!(params["rate"], Data::Num(0.5));
        assert_eq!(params["on"], Data::Bool(true));
        assert_eq!(params["x"], Data::text("nan"));
    }
}
