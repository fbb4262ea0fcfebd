//! Bots to begin with: whole small bots with their tests, for `basilect new` and for the studio.

use rust_embed::RustEmbed;
use serde::Serialize;

use crate::bootstrap::taken_name;

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Files;

/// A bot to begin with.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Template {
    /// Its name for programs.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
}

/// All templates; the first is the usual one.
pub const TEMPLATES: &[Template] = &[
    Template {
        name: "welcome",
        title: "Front desk",
        about: "Greets people by their name, tells the opening hours and takes messages.",
    },
    Template {
        name: "order",
        title: "Orders",
        about: "Shows a menu with prices from a table, takes an order and adds it up.",
    },
    Template {
        name: "survey",
        title: "Survey",
        about: "Asks a few questions, the last of which depends on an answer, and keeps it all.",
    },
    Template {
        name: "assistant",
        title: "Assistant",
        about: "A language model answers, and calls a script of yours for what it cannot know.",
    },
    Template {
        name: "empty",
        title: "Empty",
        about: "Says hello and repeats one message: for those who want to write everything.",
    },
];

/// The template of a name.
pub fn find(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}

/// Why a new bot cannot have this name; `None` when it can.
pub fn refused_name(name: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    match begins && name.len() <= 63 && name.chars().all(fits) {
        true => taken_name(name),
        false => Some(format!(
            "`{name}` cannot be the name of a bot: use small letters, digits and dashes, and begin \
             with a letter"
        )),
    }
}

impl Template {
    /// The files of a new bot: paths inside its folder, and their bytes.
    pub fn files(&self, bot: &str) -> Vec<(String, Vec<u8>)> {
        let title = title(bot);
        let filled = |text: &str| text.replace("__NAME__", bot).replace("__TITLE__", &title);
        let inside = |path: &str| path.strip_prefix(&format!("{}/", self.name)).map(filled);
        let file = |path: std::borrow::Cow<'static, str>| {
            let text = Files::get(&path)?.data;
            Some((inside(&path)?, filled(&String::from_utf8_lossy(&text)).into_bytes()))
        };
        Files::iter().filter_map(file).collect()
    }
}

/// `corner-shop` is `Corner Shop` for people.
fn title(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(word).collect::<Vec<_>>().join(" ").trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_addresses() {
        for name in ["shop", "corner-shop", "a1"] {
            assert_eq!(refused_name(name), None, "{name}");
        }
        for name in ["", "Shop", "1a", "a b", "../x", "a_b", "ä", "studio", "api"] {
            assert!(refused_name(name).is_some(), "{name}");
        }
        assert_eq!(title("corner-shop"), "Corner Shop");
    }

    #[test]
    fn every_template_has_a_dialog_and_a_test_and_its_name_is_put_in() {
        for template in TEMPLATES {
            let files = template.files("corner-shop");
            let has = |end: &str| files.iter().any(|(path, _)| path.ends_with(end));
            assert!(has("corner-shop.gbdialog/start.bas") && has(".chat"), "{}", template.name);
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            assert!(files.iter().all(|(_, bytes)| !text(bytes).contains("__")));
        }
    }
}
