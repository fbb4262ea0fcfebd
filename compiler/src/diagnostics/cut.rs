//! A source as a diagnostic shows it: lines cut to a width, around the places that it is about.

use std::ops::Range;
use unicode_width::UnicodeWidthChar;

/// Lines of so few bytes are shown whole where they have no place.
const SHORT_BYTES: usize = 60;

/// The lines of a text from the first place to the last, some of them cut.
pub struct Cut {
    /// The lines, after as many empty ones as stand before them.
    pub text: String,
    /// Where the places are in them.
    pub places: Vec<Range<usize>>,
}

/// The letter as it is shown: what steers a terminal or turns the direction of writing is not.
pub fn visible(c: char) -> char {
    let steers = c.is_control() && c != '\t';
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if steers || turns { char::REPLACEMENT_CHARACTER } else { c }
}

fn width(c: char) -> usize {
    if c == '\t' { 4 } else { c.width().unwrap_or(0) }
}

/// Cuts the lines of a text to so many columns.
pub fn cut(text: &str, places: &[Range<usize>], columns: usize) -> Cut {
    let mut ends: Vec<usize> = places.iter().flat_map(|place| [place.start, place.end]).collect();
    ends.sort_unstable();
    ends.dedup();
    let line_start = |at: usize| {
        let before = text.as_bytes().get(..at).unwrap_or(&[]);
        before.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1)
    };
    let (first, last) = (ends.first().copied().unwrap_or(0), ends.last().copied().unwrap_or(0));
    let mut start = line_start(first);
    let before = text.bytes().take(start).filter(|b| *b == b'\n').count();
    let mut out = "\n".repeat(before);
    let mut moved: Vec<(usize, usize)> = Vec::new();
    for line in text.get(start..).unwrap_or("").split_inclusive('\n') {
        if start > last {
            break;
        }
        let end = start + line.len();
        let ends_file = end == text.len();
        let inside = |at: &&usize| (start..end).contains(at) || ends_file && **at == end;
        let own: Vec<usize> = ends.iter().filter(inside).map(|at| at - start).collect();
        copy(line, &own, columns, &mut out, |from, to| moved.push((from + start, to)));
        start = end;
    }
    let whole = out.len();
    let place = |at: usize| moved.iter().find(|(from, _)| *from == at).map_or(whole, |(_, to)| *to);
    let places = places.iter().map(|p| place(p.start)..place(p.end).max(place(p.start)));
    Cut { places: places.collect(), text: out }
}

/// Copies a line, or the part of it around the first place; says where each place went.
fn copy(
    line: &str,
    places: &[usize],
    columns: usize,
    out: &mut String,
    mut went: impl FnMut(usize, usize),
) {
    let body = line.trim_end_matches(['\n', '\r']);
    let Some(first) = places.first().copied() else {
        if body.len() <= SHORT_BYTES {
            out.extend(body.chars().map(visible));
        }
        if line.ends_with('\n') {
            out.push('\n');
        }
        return;
    };
    let window = window(body, first.min(body.len()), columns);
    if window.start > 0 {
        out.push('…');
    }
    let mut left = places.iter().copied().peekable();
    let mut note = |at: usize, to: usize, went: &mut dyn FnMut(usize, usize)| {
        while let Some(place) = left.next_if(|place| *place <= at) {
            went(place, to);
        }
    };
    let shown = body.get(window.clone()).unwrap_or("");
    for (at, c) in shown.char_indices() {
        note(window.start + at, out.len(), &mut went);
        out.push(visible(c));
    }
    note(window.end, out.len(), &mut went);
    if window.end < body.len() {
        out.push('…');
    }
    note(usize::MAX, out.len(), &mut went);
    if line.ends_with('\n') {
        out.push('\n');
    }
}

/// The part of a line around a byte that has so many columns.
fn window(line: &str, around: usize, columns: usize) -> Range<usize> {
    let room = columns.saturating_sub(2).max(8);
    let (mut wide, mut whole) = (0, true);
    for c in line.chars() {
        wide += width(c);
        if wide > columns {
            whole = false;
            break;
        }
    }
    if whole {
        return 0..line.len();
    }
    // A third of the room is before the place, and all that is left behind it.
    let before = line.get(..around).unwrap_or("");
    let (mut start, mut used) = (around, 0);
    for (at, c) in before.char_indices().rev() {
        if used + width(c) > room / 3 {
            break;
        }
        used += width(c);
        start = at;
    }
    let mut end = start;
    let mut used = 0;
    for (at, c) in line.get(start..).unwrap_or("").char_indices() {
        if used + width(c) > room {
            break;
        }
        used += width(c);
        end = start + at + c.len_utf8();
    }
    start..end
}

/// What was drawn, without blanks at the ends of lines and without colours that are ended only to
/// begin again.
pub fn tidy(drawn: &str) -> String {
    let mut out = String::with_capacity(drawn.len());
    let (mut rest, mut now, mut ended) = (drawn, "", false);
    while let Some(at) = rest.find('\u{1b}') {
        let (plain, order) = rest.split_at(at);
        let length = order.find('m').map_or(order.len(), |at| at + 1);
        let (order, after) = order.split_at(length);
        if ended && !plain.is_empty() {
            out.push_str(END);
            (now, ended) = ("", false);
        }
        out.push_str(plain);
        if order == END {
            ended = true;
        } else if ended && order == now {
            ended = false;
        } else {
            if ended {
                out.push_str(END);
            }
            out.push_str(order);
            (now, ended) = (order, false);
        }
        rest = after;
    }
    if ended {
        out.push_str(END);
    }
    out.push_str(rest);
    out.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Ends all colours.
const END: &str = "\u{1b}[0m";
