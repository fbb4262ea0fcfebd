//! The teletype of a classic program: the paper on which PRINT writes, column by column.
//!
//! What is written waits here until the program listens, ends or has filled a page; then it is said
//! in one piece. A line has a margin of 80 columns, in five zones of which the last is the widest.

use crate::{Fault, TrapCode};

/// Columns of a line.
pub const WIDTH: usize = 80;
/// Columns of a zone.
const ZONE: usize = 14;
/// From so many bytes of complete lines on, they are said.
const PAGE_BYTES: usize = 4 << 10;

/// The teletype, and what else a classic program has of its own: part of the machine's snapshot.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Teletype {
    /// What has been written and not been said.
    pub text: String,
    /// Columns of the last line that are filled.
    pub column: usize,
    /// Columns of a line; 0 for no margin.
    pub width: usize,
    /// What RND(0) gives again.
    pub last_random: f64,
    /// Bits from outside, for RANDOMIZE without a number.
    pub entropy: u64,
    /// How often the time was asked for: a loop that waits for it must see it pass.
    pub looks: u32,
}

/// A teletype on which nothing was written.
static UNUSED: Teletype = Teletype {
    text: String::new(),
    column: 0,
    width: WIDTH,
    last_random: 0.0,
    entropy: 0,
    looks: 0,
};

impl Default for Teletype {
    fn default() -> Teletype {
        UNUSED.clone()
    }
}

/// The teletype of a machine. Most machines have none, and it takes a machine's memory only where
/// it is used.
#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(from = "Teletype", into = "Teletype")]
pub struct Paper(Option<Box<Teletype>>);

impl std::ops::Deref for Paper {
    type Target = Teletype;
    fn deref(&self) -> &Teletype {
        self.0.as_deref().unwrap_or(&UNUSED)
    }
}
impl std::ops::DerefMut for Paper {
    fn deref_mut(&mut self) -> &mut Teletype {
        self.0.get_or_insert_default()
    }
}
impl PartialEq for Paper {
    fn eq(&self, other: &Paper) -> bool {
        **self == **other
    }
}
impl std::fmt::Debug for Paper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}
impl From<Teletype> for Paper {
    fn from(teletype: Teletype) -> Paper {
        Paper((teletype != UNUSED).then(|| Box::new(teletype)))
    }
}
impl From<Paper> for Teletype {
    fn from(paper: Paper) -> Teletype {
        paper.0.map_or_else(Teletype::default, |teletype| *teletype)
    }
}

impl Teletype {
    /// Fails when no more may wait to be said.
    fn room(&self, bytes: usize, most: usize) -> Result<(), Fault> {
        if self.text.len().saturating_add(bytes) > most {
            let text = format!("PRINT may write at most {most} bytes before the line ends");
            return Err(Fault::new(TrapCode::LimitReached, text));
        }
        Ok(())
    }

    /// Writes a text. One that does not fit in what is left of the line begins a new one; one that
    /// is longer than a line goes on in the next.
    pub fn write(&mut self, text: &str, most: usize) -> Result<(), Fault> {
        self.room(text.len().saturating_mul(2), most)?;
        let plain = !text.contains(char::is_control);
        let length = if plain { text.chars().count() } else { 0 };
        if self.width > 0 && self.column > 0 && self.column + length > self.width {
            self.line();
        }
        for c in text.chars() {
            self.character(c);
        }
        Ok(())
    }

    /// Writes a number and the blank behind it, which is left out at the margin.
    pub fn number(&mut self, text: &str, most: usize) -> Result<(), Fault> {
        self.write(text, most)?;
        if self.width == 0 || self.column < self.width {
            self.character(' ');
        }
        Ok(())
    }

    /// Control characters move the carriage or do nothing: there is no bell and no screen.
    fn character(&mut self, c: char) {
        match c {
            '\n' | '\r' => self.line(),
            '\u{8}' => {
                if self.column > 0 && self.text.pop().is_some() {
                    self.column -= 1;
                }
            }
            '\t' => self.blanks(8 - self.column % 8),
            c if c.is_control() => {}
            c => {
                if self.width > 0 && self.column >= self.width {
                    self.line();
                }
                self.text.push(c);
                self.column += 1;
            }
        }
    }

    /// Ends the line.
    pub fn line(&mut self) {
        self.text.push('\n');
        self.column = 0;
    }

    fn blanks(&mut self, count: usize) {
        self.text.extend(std::iter::repeat_n(' ', count));
        self.column += count;
    }

    /// Goes to the next zone; in the last one of a line, to the next line.
    pub fn zone(&mut self, most: usize) -> Result<(), Fault> {
        self.room(ZONE, most)?;
        let last = (self.width / ZONE).saturating_sub(1).max(1);
        if self.width > 0 && self.column >= last * ZONE {
            self.line();
        } else {
            self.blanks(ZONE - self.column % ZONE);
        }
        Ok(())
    }

    /// Goes to a column, counted from 1; on the next line where this one is beyond it. A column
    /// beyond the margin counts on from the left.
    pub fn tab(&mut self, column: i64, most: usize) -> Result<(), Fault> {
        let wanted = self.within(column.max(1) - 1);
        self.room(wanted + 1, most)?;
        if self.column > wanted {
            self.line();
        }
        self.blanks(wanted - self.column);
        Ok(())
    }

    /// Writes so many blanks.
    pub fn skip(&mut self, count: i64, most: usize) -> Result<(), Fault> {
        let count = self.within(count.max(0));
        self.room(count * 2, most)?;
        for _ in 0..count {
            self.character(' ');
        }
        Ok(())
    }

    /// A place on the line, taken modulo the margin.
    fn within(&self, place: i64) -> usize {
        let width = if self.width > 0 { self.width } else { 256 };
        usize::try_from(place).unwrap_or(0) % width
    }

    /// Writes a line of its own before the line that is being written.
    pub fn notice(&mut self, line: &str, most: usize) -> Result<(), Fault> {
        self.room(line.len() + 1, most)?;
        let at = self.text.rfind('\n').map_or(0, |at| at + 1);
        self.text.insert_str(at, &format!("{line}\n"));
        Ok(())
    }

    /// Whether enough lines are there to be said.
    pub fn is_full(&self) -> bool {
        self.text.len() >= PAGE_BYTES && self.text.contains('\n')
    }

    /// Takes what is written: complete lines without their last line end, or all of it.
    pub fn take(&mut self, all: bool) -> String {
        if all {
            self.column = 0;
            return std::mem::take(&mut self.text);
        }
        let Some(end) = self.text.rfind('\n') else { return String::new() };
        let rest = self.text.split_off(end + 1);
        let mut lines = std::mem::replace(&mut self.text, rest);
        lines.truncate(end);
        lines
    }

    /// Takes all that is written, for the end of the program: an open line is one as well.
    pub fn rest(&mut self) -> Option<String> {
        let mut text = self.take(true);
        if text.ends_with('\n') {
            text.pop();
            return Some(text);
        }
        (!text.is_empty()).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 10_000;

    fn written(work: impl FnOnce(&mut Teletype) -> Result<(), Fault>) -> String {
        let mut teletype = Teletype::default();
        work(&mut teletype).expect("there is room");
        teletype.take(true)
    }

    #[test]
    fn texts_break_at_the_margin() {
        let long = "x".repeat(100);
        assert_eq!(
            written(|t| t.write(&long, MOST)),
            format!("{0}\n{1}", &long[..80], &long[..20])
        );
        let text = written(|t| {
            t.write(&"a".repeat(75), MOST)?;
            t.write("second", MOST)
        });
        assert_eq!(text, format!("{}\nsecond", "a".repeat(75)));
        let number = written(|t| {
            t.write(&"a".repeat(78), MOST)?;
            t.number(" 1", MOST)
        });
        assert_eq!(number, format!("{} 1", "a".repeat(78)));
    }

    #[test]
    fn five_zones_a_line() {
        let text = written(|t| {
            (0..6).try_for_each(|_| {
                t.write("A", MOST)?;
                t.zone(MOST)
            })
        });
        let line = "A             ".repeat(4);
        assert_eq!(text, format!("{line}A\nA             "));
    }

    #[test]
    fn tabs_count_from_one_and_wrap() {
        assert_eq!(written(|t| t.tab(5, MOST)), "    ");
        assert_eq!(written(|t| t.tab(85, MOST)), "    ");
        assert_eq!(written(|t| t.tab(-3, MOST)), "");
        let text = written(|t| {
            t.write("ABCDEF", MOST)?;
            t.tab(3, MOST)
        });
        assert_eq!(text, "ABCDEF\n  ");
    }

    #[test]
    fn notices_stand_before_the_open_line() {
        let mut teletype = Teletype::default();
        teletype.write("A\nB", MOST).expect("room");
        teletype.notice("oh", MOST).expect("room");
        assert_eq!(teletype.text, "A\noh\nB");
        assert_eq!(teletype.take(false), "A\noh");
        assert_eq!(teletype.rest(), Some("B".to_string()));
        assert_eq!(teletype.rest(), None);
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut teletype = Teletype::default();
        assert!(teletype.write(&"x".repeat(60), 100).is_err());
        assert!(teletype.write(&"x".repeat(50), 100).is_ok());
        assert!(teletype.notice(&"x".repeat(60), 100).is_err());
    }

    #[test]
    fn control_characters_move_the_carriage() {
        assert_eq!(written(|t| t.write("AB\u{8}C\u{7}\tD", MOST)), "AC      D");
    }
}
