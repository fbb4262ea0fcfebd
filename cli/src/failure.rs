//! How a failed test looks in the terminal.

use std::path::Path;

use basilect_runtime::transcript::Failure;

use crate::terminal::Paint;

/// A failure as lines of text.
pub fn describe(path: &Path, failure: &Failure, paint: Paint) -> String {
    let place = format!("{}:{}", path.display(), failure.line);
    let mut lines = vec![format!("{} {}", paint.red("failed"), paint.bold(&place))];
    lines.extend(labelled("expected", &failure.expected, |text| paint.green(text)));
    lines.extend(labelled("got", &failure.got, |text| paint.red(text)));
    if let Some(place) = &failure.said_by {
        lines.extend(labelled("said by", place, |text| paint.dim(text)));
    }
    lines.join("\n")
}

/// A text with its label before the first line, and blanks before the others.
fn labelled(label: &str, text: &str, paint: impl Fn(&str) -> String) -> Vec<String> {
    let line = |(index, line): (usize, &str)| {
        let label = if index == 0 { label } else { "" };
        format!("  {label:<9} {}", paint(line))
    };
    text.lines().enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_shows_both_sides() {
        let (expected, got) = ("< a\n| b".into(), "< c".into());
        let failure = Failure { line: 3, expected, got, said_by: None };
        let text = describe(Path::new("t.chat"), &failure, Paint::plain());
        assert_eq!(text, "failed t.chat:3\n  expected  < a\n            | b\n  got       < c");
    }
}
