//! Scripts that a command writes anew: the changes as a person reads them, and the new text in
//! place of the old one.

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use similar::TextDiff;

use crate::terminal::Paint;

/// Lines around a change that are shown with it.
const CONTEXT_LINES: usize = 3;

/// The changes as a unified diff; `what` is said of the new text: "formatted".
pub fn diff(shown: &str, what: &str, before: &str, after: &str, paint: Paint) -> String {
    let diff = TextDiff::from_lines(before, after);
    let mut unified = diff.unified_diff();
    let text = unified
        .context_radius(CONTEXT_LINES)
        .header(shown, &format!("{shown} ({what})"))
        .to_string();
    let coloured = text.split_inclusive('\n').map(|line| match line.as_bytes().first() {
        Some(b'+') => paint.green(line),
        Some(b'-') => paint.red(line),
        _ => line.to_owned(),
    });
    coloured.collect()
}

/// Replaces a script at once: whoever reads it meanwhile sees the old one or the new one whole.
/// Through a link it is the script itself that is replaced. Its permissions stay.
pub fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let target = path.canonicalize()?;
    let folder = target.parent().context("a script lies in a folder")?;
    let about = std::fs::metadata(&target)?;
    anyhow::ensure!(!about.permissions().readonly(), "it may only be read");
    let mut beside = tempfile::NamedTempFile::new_in(folder)?;
    beside.write_all(text.as_bytes())?;
    beside.as_file().set_permissions(about.permissions())?;
    beside.as_file().sync_all()?;
    beside.persist(&target)?;
    Ok(())
}
