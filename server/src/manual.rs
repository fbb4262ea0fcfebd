//! The manual that whoever starts the server hands to it: files, made when the first one is asked
//! for, and kept.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Makes the files of a manual: paths and contents.
pub type Make = fn() -> Vec<(String, Vec<u8>)>;

/// The manual of this server.
#[derive(Debug, Default)]
pub struct Manual {
    make: Option<Make>,
    files: OnceLock<HashMap<String, Vec<u8>>>,
}

impl Manual {
    /// A manual whose files `make` makes; none without it.
    pub fn new(make: Option<Make>) -> Manual {
        Manual { make, files: OnceLock::new() }
    }

    /// The file at a path; the path of a folder means its first page.
    pub fn file(&self, path: &str) -> Option<(String, &[u8])> {
        let path = match path.is_empty() || path.ends_with('/') {
            true => format!("{path}index.html"),
            false => path.to_string(),
        };
        let make = self.make?;
        let files = self.files.get_or_init(|| make().into_iter().collect());
        let bytes = files.get(&path)?;
        Some((path, bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_its_first_page() {
        let make = || vec![("index.html".to_string(), b"home".to_vec())];
        let manual = Manual::new(Some(make));
        assert_eq!(manual.file("").map(|(path, _)| path).as_deref(), Some("index.html"));
        assert!(manual.file("nothing.html").is_none() && Manual::new(None).file("").is_none());
    }
}
