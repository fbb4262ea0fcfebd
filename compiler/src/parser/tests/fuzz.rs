//! Damaged scripts and hostile text: the parser always answers, soon, and never panics.

use super::super::parse;
use crate::source::SourceFile;
use std::time::{Duration, Instant};

/// Scripts that use a bit of everything; damaged pieces of them are the inputs.
pub(crate) const SEEDS: [&str; 6] = [
    "IF a = 1 THEN\n TALK \"Hi ${name} and ${FORMAT(x, \"0.0\")}\"\nELSE IF b THEN\n\
     x = [1, {a: 2}]\nEND IF\n",
    "FOR EACH x IN FIND \"t\" WHERE a = b AND c LIKE \"%\" + d ORDER BY n DESC LIMIT 5\n\
     TALK x.y?.z\nNEXT x\n",
    "HEAR v AS MENU \"a\", \"b\" WITH \"p\" DEFAULT 1\nSELECT CASE v\n\
     CASE 1 TO 3, IS > 5\nCASE ELSE\nEND SELECT\n",
    "BEGIN TALK\nHi ${x}\nEND TALK\nWITH v\n .a = 1\nEND WITH\nTRY\nCATCH e\nEND TRY\n\
     SUB f(a)\nEND SUB\n",
    "10 PRINT A; B, TAB(3); : IF X THEN 20 ELSE 30\n20 FOR I = 1 TO 3: NEXT I\n\
     30 DATA 1, \"a\"\n",
    "PARAM n AS STRING LIKE \"x\" ENUM [\"a\"]\n\
     x = POST url, #{ \"a\": GET SESSION s, \"k\" }\nif x {\n y = c ? 1 : 2\n}\n",
];

/// A small generator, so that every run damages the same way.
pub(crate) struct Dice(pub u64);

impl Dice {
    /// A number below a limit.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

fn damaged(dice: &mut Dice) -> String {
    let (first, second) = (dice.below(SEEDS.len()), dice.below(SEEDS.len()));
    damage(dice, &format!("{}{}", SEEDS[first], SEEDS[second]))
}

/// A text with some letters removed, doubled, moved or put in.
pub(crate) fn damage(dice: &mut Dice, text: &str) -> String {
    const PIECES: [&str; 24] = [
        "\"", "'", "(", ")", "[", "]", "{", "}", "${", "#{", "\n", ",", ":", "?", "=", "+", " OR ",
        "END IF", "THEN", "NEXT", "\\", "é😀", "\u{0}", " WITH ",
    ];
    let mut bytes: Vec<char> = text.chars().collect();
    for _ in 0..1 + dice.below(6) {
        let at = dice.below(bytes.len());
        match dice.below(4) {
            0 => {
                bytes.remove(at);
            }
            1 => {
                let end = (at + dice.below(20)).min(bytes.len());
                bytes.drain(at..end);
            }
            2 => {
                let piece = PIECES[dice.below(PIECES.len())];
                bytes.splice(at..at, piece.chars());
            }
            _ => {
                let end = (at + dice.below(30)).min(bytes.len());
                let copy: Vec<char> = bytes[at..end].to_vec();
                let to = dice.below(bytes.len());
                bytes.splice(to..to, copy);
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes.into_iter().collect()
}

#[test]
fn damaged_scripts_are_answered() {
    let mut dice = Dice(0x5eed_1234_9876_abcd);
    for _ in 0..4_000 {
        let text = damaged(&mut dice);
        let file = SourceFile::new("f.bas", text.as_str());
        let start = Instant::now();
        let (_, diagnostics) = parse(&file);
        assert!(start.elapsed() < Duration::from_secs(1), "slow:\n{text}");
        for diagnostic in &diagnostics {
            assert!(diagnostic.span.end as usize <= text.len(), "{diagnostic:?}\n{text}");
            crate::diagnostics::render::text(&file, diagnostic, false);
        }
    }
}

/// Texts that make a careless reader slow.
pub(crate) fn hostile() -> Vec<String> {
    let many = |piece: &str, count: usize| piece.repeat(count);
    vec![
        many("(", 10_000),
        format!("x = {}1{}", many("(", 10_000), many(")", 10_000)),
        format!("x = {}1{}", many("[", 10_000), many("]", 10_000)),
        format!("x = {}", many("1+", 300_000)),
        format!("x = {}1", many("-", 100_000)),
        format!("x = {}1", many("NOT ", 100_000)),
        format!("x = a{}", many(".b", 100_000)),
        format!("x = a{}", many("[0]", 100_000)),
        format!("x = {}", many("a ? b : ", 50_000)),
        format!("TALK \"{}", many("${", 300_000)),
        format!("TALK \"{}\"", many("${\"", 100_000)),
        many("\"\\\n", 200_000),
        many("\\\"\n", 200_000),
        many("IF a THEN ", 50_000),
        many("IF a THEN\n", 50_000),
        many("TALK ", 100_000),
        many("GET ", 100_000),
        many("x = GET \"a\", ", 50_000),
        many("'", 1_000_000),
        format!("x = {}", many("'a' + ", 100_000)),
        many("a:", 100_000),
        many("}\n", 100_000),
        many("END FOR\n", 100_000),
        many("BEGIN TALK\n", 50_000),
        many("x = 1,\n", 100_000),
        many("\u{0}\u{1}\u{fffd}é", 100_000),
        many("FOR EACH a IN b\n", 5_000),
        many("SELECT ", 100_000),
        many("{", 100_000),
        many("a", 1_000_000),
        many("1", 1_000_000),
        many(" _\n", 300_000),
    ]
}

#[test]
fn hostile_text_is_bounded() {
    for text in hostile() {
        let file = SourceFile::new("h.bas", text);
        let start = Instant::now();
        let (_, diagnostics) = parse(&file);
        let took = start.elapsed();
        let shown: String = file.text.chars().take(30).collect();
        assert!(took < Duration::from_secs(5), "{took:?} for {shown}");
        assert!(diagnostics.len() <= 1_000, "{} messages for {shown}", diagnostics.len());
    }
}

/// Ten lines as they are really written.
pub(crate) const BLOCK: &str = "FOR EACH item IN products\n    \
        line = \"- **\" + item.name + \"** \" + \
        FORMAT(VAL(item.price), \"$#,##0.00\")\n    \
        IF VAL(item.stock) = 0 THEN\n        line = line + \
        \" (sold out)\"\n    ELSE IF VAL(item.stock) < 10 THEN\n        \
        TALK \"only ${item.stock} left\"\n    \
        END IF\n    found = FIND \"orders\" WHERE order_number = order_number FIRST\nNEXT item\n\
        ADD SUGGESTION TOOL \"browse\" AS \"Browse\"\n";

/// Run with `cargo test --release -- --ignored ten_thousand`.
#[test]
#[ignore = "a measurement, meaningful in release builds only"]
fn ten_thousand_lines_take_twenty_milliseconds() {
    let file = SourceFile::new("s.bas", BLOCK.repeat(1_000));
    let best = (0..10).map(|_| {
        let start = Instant::now();
        let (script, diagnostics) = parse(&file);
        let took = start.elapsed();
        assert!(diagnostics.is_empty() && script.body.len() == 2_000);
        took
    });
    let best = best.min().expect("ten measurements");
    assert!(best < Duration::from_millis(20), "{best:?}");
}
