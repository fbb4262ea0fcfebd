//! Colours of themes: in style sheets, and in the settings of a bot.

use basilect_compiler::source::Span;
use lsp_types::{
    Color, ColorInformation, ColorPresentation, ColorPresentationParams, DocumentColorParams,
};

use crate::workspace::{Sort, Workspace};

/// The most colours of one file.
const COLORS: usize = 2_000;

/// Answers `textDocument/documentColor`.
pub fn of(workspace: &Workspace, params: &DocumentColorParams) -> Vec<ColorInformation> {
    let Some(here) = workspace.here(&params.text_document.uri) else { return Vec::new() };
    let theme = here.file.path.to_lowercase().ends_with(".css");
    if !theme && here.file.sort != Sort::Config {
        return Vec::new();
    }
    let found = colors(here.document().text()).into_iter().take(COLORS);
    found
        .map(|(span, color)| ColorInformation { range: here.document().range(span), color })
        .collect()
}

/// `#rgb`, `#rrggbb` and `#rrggbbaa` with their places.
fn colors(text: &str) -> Vec<(Span, Color)> {
    let found = text.match_indices('#').filter_map(|(at, _)| {
        let digits: String =
            text.get(at + 1..)?.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
        let color = color(&digits)?;
        Some((Span::new(at as u32, (at + 1 + digits.len()) as u32), color))
    });
    found.collect()
}

fn color(digits: &str) -> Option<Color> {
    let long: String = match digits.len() {
        3 | 4 => digits.chars().flat_map(|c| [c, c]).collect(),
        6 | 8 => digits.to_string(),
        _ => return None,
    };
    let part = |at: usize| {
        let two = long.get(at..at + 2)?;
        u8::from_str_radix(two, 16).ok().map(|value| f32::from(value) / 255.0)
    };
    let alpha = if long.len() == 8 { part(6)? } else { 1.0 };
    Some(Color { red: part(0)?, green: part(2)?, blue: part(4)?, alpha })
}

/// Answers `textDocument/colorPresentation`.
pub fn presentations(params: &ColorPresentationParams) -> Vec<ColorPresentation> {
    let Color { red, green, blue, alpha } = params.color;
    let byte = |part: f32| (part.clamp(0.0, 1.0) * 255.0).round() as u8;
    let mut label = format!("#{:02x}{:02x}{:02x}", byte(red), byte(green), byte(blue));
    if byte(alpha) < 255 {
        label.push_str(&format!("{:02x}", byte(alpha)));
    }
    vec![ColorPresentation { label, ..ColorPresentation::default() }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_found_and_other_marks_are_not() {
        let found = colors("a { color: #f00; b: #00ff0080 } /* #12 #header */");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].1, Color { red: 1.0, green: 0.0, blue: 0.0, alpha: 1.0 });
        assert!((found[1].1.alpha - 0.5).abs() < 0.01);
    }
}
