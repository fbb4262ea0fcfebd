//! Pure functions by name.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use basilect_stdlib::keyword::Keyword;
use basilect_stdlib::pure;

/// The pure function of this name or alias; letter case, `_` and space make no difference.
pub(crate) fn find(name: &str) -> Option<&'static Keyword> {
    static INDEX: OnceLock<BTreeMap<String, &'static Keyword>> = OnceLock::new();
    INDEX.get_or_init(index).get(&folded(name)).copied()
}

fn index() -> BTreeMap<String, &'static Keyword> {
    let mut index = BTreeMap::new();
    for keyword in pure::functions() {
        for alias in keyword.aliases {
            index.entry(folded(alias)).or_insert(keyword);
        }
    }
    for keyword in pure::functions().chain(pure::classic::functions()) {
        index.insert(folded(keyword.name), keyword);
    }
    index
}

fn folded(name: &str) -> String {
    name.chars().map(|c| if c == '_' { ' ' } else { c.to_ascii_uppercase() }).collect()
}
