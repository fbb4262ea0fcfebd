//! What each file of a bot's folder is.

/// The part that a file plays in its bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A script.
    Script,
    /// Settings: `config.csv`.
    Config,
    /// The system prompt.
    Prompt,
    /// Style sheets, the logo.
    Theme,
    /// Documents of a collection.
    Knowledge,
    /// Rows in CSV files.
    Rows,
    /// Anything else that the bot carries along.
    Other,
}

/// File names of the system prompt, best first.
pub(super) const PROMPTS: &[&str] = &["PROMPT.md", "prompt.md", "PROMPT.txt", "prompt.txt"];

/// The role of the file at `path`, `None` when it is no part of the package (tests, hidden files).
pub fn role(path: &str) -> Option<Role> {
    let segments: Vec<&str> = path.split('/').collect();
    let (name, folders) = segments.split_last()?;
    let test = name.ends_with(".chat") || folders.contains(&"tests");
    let hidden = |segment: &&str| segment.starts_with('.') && kind(segment).is_none();
    if test || name.is_empty() || segments.iter().any(hidden) {
        return None;
    }
    let extension = extension(name);
    if matches!(extension.as_str(), "bas" | "vbs" | "gbdialog") {
        return Some(Role::Script);
    }
    match folders.iter().find_map(|folder| kind(folder)) {
        Some("gbot") if name.eq_ignore_ascii_case("config.csv") => Some(Role::Config),
        Some("gbot") if PROMPTS.contains(name) => Some(Role::Prompt),
        Some("gbtheme") => Some(Role::Theme),
        Some("gbkb") => Some(Role::Knowledge),
        Some("gbdata") => Some(Role::Rows),
        Some(_) => Some(Role::Other),
        None if name.eq_ignore_ascii_case("config.csv") => Some(Role::Config),
        None if extension == "csv" => Some(Role::Rows),
        None => None,
    }
}

/// The kind of a sub-folder: `store.gbkb` is `gbkb`.
fn kind(folder: &str) -> Option<&str> {
    let (_, extension) = folder.rsplit_once('.')?;
    let known = ["gbdialog", "gbkb", "gbot", "gbtheme", "gbdrive", "gbdata", "gbui", "gbusers"];
    known.contains(&extension).then_some(extension)
}

pub(super) fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default()
}

/// The collection that a document belongs to: the first folder inside the `.gbkb`, or the `.gbkb`
/// itself.
pub fn collection(path: &str) -> String {
    let mut segments = path.split('/').skip_while(|s| kind(s) != Some("gbkb"));
    let own = segments.next().unwrap_or(path);
    let rest: Vec<&str> = segments.collect();
    match rest.as_slice() {
        [folder, _, ..] => (*folder).to_string(),
        _ => own.rsplit_once('.').map_or(own, |(stem, _)| stem).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_usual_and_the_odd_places() {
        assert_eq!(role("a.gbdialog/tools/x.bas"), Some(Role::Script));
        assert_eq!(role("start.bas"), Some(Role::Script));
        assert_eq!(role("quick.gbdialog"), Some(Role::Script));
        assert_eq!(role("crm.gbot/config.csv"), Some(Role::Config));
        assert_eq!(role("crm.gbot/PROMPT.md"), Some(Role::Prompt));
        assert_eq!(role("a.gbdata/products.csv"), Some(Role::Rows));
        assert_eq!(role("a.gbdialog/tests/buy.chat"), None);
        assert_eq!(role(".git/config"), None);
        assert_eq!(role("README.md"), None);
    }

    #[test]
    fn finds_collections() {
        assert_eq!(collection("a.gbkb/faq/one.md"), "faq");
        assert_eq!(collection("a.gbkb/one.md"), "a");
    }
}
