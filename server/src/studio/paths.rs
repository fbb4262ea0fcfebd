//! Which paths a draft may have: what a bot is made of, and nothing that leads out of it.

use super::limits::{DEPTH_MAX, PATH_BYTES_MAX};

/// Endings of files that are text and can be edited.
const TEXTS: &[&str] = &["bas", "vbs", "chat", "csv", "css", "md", "txt", "json", "svg", "html"];
/// Endings of other files that a bot may carry.
const OTHERS: &[&str] = &["png", "jpg", "jpeg", "gif", "webp", "ico", "pdf", "docx", "xlsx"];

/// Why this cannot be the path of a file that is written here; `None` when it can.
pub fn refused(path: &str) -> Option<String> {
    let known = is_text(path) || ends_in(path, OTHERS);
    leads_out(path).or_else(|| {
        let endings = [TEXTS, OTHERS].concat().join(", ");
        (!known).then(|| format!("`{path}` is no file that a bot uses; they end in {endings}"))
    })
}

/// Why this is no path inside a draft, whatever kind of file it is; `None` when it is one.
pub fn leads_out(path: &str) -> Option<String> {
    let folders = path.matches('/').count();
    if path.is_empty() || path.len() > PATH_BYTES_MAX || folders > DEPTH_MAX {
        return Some(format!(
            "a path has 1 to {PATH_BYTES_MAX} bytes and at most {DEPTH_MAX} folders"
        ));
    }
    let wrong = path.split('/').find(|part| !is_usable(part))?;
    Some(format!(
        "`{}` cannot be the name of a file or folder: no `.` at its beginning or end, and none of \
         \\ : * ? \" < > |",
        wrong.escape_default()
    ))
}

/// Whether the file is text.
pub fn is_text(path: &str) -> bool {
    ends_in(path, TEXTS)
}

/// Whether this can be the name of a bot's folder here: one part of a path.
pub fn is_bot_name(name: &str) -> bool {
    name.len() <= 63 && is_usable(name)
}

fn is_usable(part: &str) -> bool {
    let fits = |c: char| !c.is_control() && !"\\/:*?\"<>|".contains(c);
    let edges = |c: char| c == '.' || c == ' ';
    !part.is_empty() && !part.starts_with(edges) && !part.ends_with(edges) && part.chars().all(fits)
}

fn ends_in(path: &str, endings: &[&str]) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    ending.is_some_and(|ending| endings.contains(&ending.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_out_or_is_no_part_of_a_bot_is_refused() {
        for path in [
            "",
            "..",
            "../x.bas",
            "a/../x.bas",
            "a/./x.bas",
            "/etc/x.txt",
            "a//x.bas",
            "a\\x.bas",
            "C:x.bas",
            ".hidden.bas",
            "a/.git/x.txt",
            "x.bas.",
            "x.sh",
            "x",
            "x.bas\0",
            "x\n.bas",
            "a/x.bas/",
        ] {
            assert!(refused(path).is_some(), "{path:?}");
        }
        assert!(refused(&format!("{}x.bas", "a/".repeat(9))).is_some());
        assert!(refused(&format!("{}.bas", "a".repeat(240))).is_some());
        for path in ["start.bas", "a.gbdialog/tests/x.chat", "é.gbkb/Preços (2) & more.PDF"] {
            assert_eq!(refused(path), None, "{path:?}");
        }
        assert_eq!(leads_out("a.gbkb/old.doc"), None, "it is kept, and cannot be written here");
        assert!(is_bot_name("corner-shop") && !is_bot_name("..") && !is_bot_name("a/b"));
    }
}
