//! Generated programs, shaken and damaged: what can be read is formatted without loss, once and
//! for all.

use super::{Options, file, format, formatted};
use super::{all_scripts, checked};
use crate::parser::tests::fuzz::{BLOCK, Dice, SEEDS, damage, hostile};
use std::time::{Duration, Instant};

/// Statements; `@` stands for an expression, `%` for statements of a block, `~` for a name.
const STATEMENTS: [&str; 54] = [
    "TALK @",
    "~ = @",
    "LET ~ = @",
    "SET ~.f = @",
    "~[@] = @",
    "~ += @",
    "IF @ THEN\n%END IF",
    "IF @ THEN\n%ELSE IF @ THEN\n%ELSE\n%END IF",
    "IF @ THEN\n%ELSEIF @ THEN\n%ENDIF",
    "IF @ THEN TALK @",
    "IF @ THEN ~ = @ ELSE TALK @",
    "if @ {\n%} else if @ {\n%} else {\n%}",
    "while @ {\n%}",
    "FOR ~ = @ TO @ STEP 2\n%NEXT",
    "FOR ~ = 1 TO @\n%END FOR",
    "FOR EACH ~ IN @ DO\n%NEXT",
    "FOR ~ IN @\n%END FOR",
    "WHILE @\n%WEND",
    "WHILE @ DO\n%END WHILE",
    "WHILE @\n%LOOP",
    "DO\n%LOOP UNTIL @",
    "DO WHILE @\n%LOOP",
    "DO\n%IF @ THEN EXIT DO\n%END DO",
    "REPEAT\n%UNTIL @",
    "SELECT CASE @\nCASE 1, 2\n%CASE IS > @\n%CASE ELSE\n%END SELECT",
    "SWITCH @\nCASE \"a\", \"b\":\n%DEFAULT\n%END SWITCH",
    "TRY\n%CATCH ~\n%FINALLY\n%END TRY",
    "WITH ~\n.a = @\nb = @\nEND WITH",
    "SUB ~(a, b AS INTEGER)\n%EXIT SUB\nEND SUB",
    "FUNCTION ~(a = 1)\n%RETURN @\nEND FUNCTION",
    "HEAR ~ AS INTEGER WITH @",
    "HEAR ~ AS \"a\", \"b\", *",
    "PARAM ~ AS STRING LIKE \"x\" DESCRIPTION \"What?\" OPTIONAL",
    "PARAM ~ AS INTEGER ENUM [\"a\", \"b\"] DEFAULT 3",
    "DESCRIPTION \"what it does\"",
    "SAVE \"t\", #{ a: @, \"b\": @ }",
    "SAVE \"t\" WITH ~ AS @, ~ AS @",
    "~ = FIND \"t\" WHERE a = @ AND b LIKE @ ORDER BY c DESC LIMIT 5",
    "UPDATE \"t\" SET a = @, b = @ WHERE c = @",
    "SET_BOT_MEMORY(\"k\", @)",
    "SET BOT MEMORY \"k\", @",
    "add_suggestion_tool \"t\" AS \"T\"",
    "BEGIN TALK\nHello ${~}\n  ' no comment\nEND TALK",
    "TABLE ~\n  id integer key\n  name string(20) ' the name\nEND TABLE",
    "ON FORM SUBMIT \"f\"\n%END ON",
    "SCHEDULE IN 5 minutes DO\n%END SCHEDULE",
    "CALL ~(@, @)",
    "CALL \"other.bas\", @",
    "~.PUSH(@)",
    "RETURN",
    "THROW @",
    "ASSERT @, \"why\"",
    "PRINT @; @, @",
    "DIM ~(3), ~ AS INTEGER",
];
const OPERANDS: [&str; 30] = [
    "1",
    "2.5",
    "-3",
    "\"text\"",
    "\"it's ${~} and ${FORMAT(~, \"0.0\")}\"",
    "'single'",
    "\"two\nlines\"",
    "~",
    "~",
    "~.field",
    "~?.a?.b",
    "~[@]",
    "~[\"k\"]",
    "TRUE",
    "null",
    "[@, @, @]",
    "[]",
    "#{ a: @, b: @ }",
    "{\"k\": @, n: [@]}",
    "{}",
    "len(@)",
    "IIF(@, @, @)",
    "FORMAT(@, \"0.00\")",
    "(@)",
    "GET_BOT_MEMORY(\"k\")",
    "(GET \"session.x\" OR \"none\")",
    "helper(@, @)",
    "~.trim().length",
    "COUNT(FIND \"t\")",
    "days_between(@, NOW())",
];
const OPERATORS: [&str; 22] = [
    "+",
    "-",
    "*",
    "/",
    "^",
    "MOD",
    "AND",
    "OR",
    "=",
    "<>",
    "!=",
    "<",
    ">=",
    "CONTAINS",
    "LIKE",
    "STARTS WITH",
    "&&",
    "||",
    "??",
    "&",
    "NOT IN",
    "IS NOT",
];
const NAMES: [&str; 14] = [
    "x",
    "name",
    "Total",
    "list",
    "count",
    "a1",
    "item_names",
    "message",
    "status",
    "loop_1",
    "customer_address",
    "rem_1",
    "été",
    "i",
];

struct Generator<'d> {
    dice: &'d mut Dice,
    size: usize,
}

impl Generator<'_> {
    fn pick<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[self.dice.below(list.len())]
    }
    fn statements(&mut self, depth: usize) -> String {
        let count = 1 + self.dice.below(3);
        (0..count).map(|_| self.statement(depth) + "\n").collect()
    }
    fn statement(&mut self, depth: usize) -> String {
        self.size += 1;
        let simple = depth > 3 || self.size > 60;
        let mut shape = self.pick(&STATEMENTS);
        while simple && shape.contains('%') {
            shape = self.pick(&STATEMENTS);
        }
        self.fill(shape, depth)
    }
    fn fill(&mut self, shape: &str, depth: usize) -> String {
        let mut text = String::new();
        for letter in shape.chars() {
            match letter {
                '@' => text += &self.expression(depth),
                '~' => text += self.pick(&NAMES),
                '%' => text += &self.statements(depth + 1),
                other => text.push(other),
            }
        }
        text
    }
    fn expression(&mut self, depth: usize) -> String {
        self.size += 1;
        let few = depth > 6 || self.size > 200;
        let operand = loop {
            let shape = self.pick(&OPERANDS);
            if !few || !shape.contains('@') {
                break self.fill(shape, depth + 2);
            }
        };
        if few || self.dice.below(3) > 0 {
            return operand;
        }
        let operator = self.pick(&OPERATORS);
        format!("{operand} {operator} {}", self.expression(depth + 1))
    }
}

/// Statements of classic BASIC; `@` stands for an operand, `~` for a variable, `#` for a line.
const CLASSIC: [&str; 26] = [
    "PRINT @; @, @",
    "PRINT \"A\"; TAB(3); @;",
    "? @",
    "PRINT USING \"##.#\"; @",
    "LET ~ = @ + @",
    "~ = @ * @ - @",
    "IF @ > @ THEN #",
    "IF @ = @ AND @ < @ THEN PRINT @ ELSE GOTO #",
    "IF NOT @ = @ THEN GOSUB #: ~ = @",
    "FOR ~ = @ TO @ STEP @",
    "FOR I = 1 TO 3: PRINT I: NEXT I",
    "NEXT ~",
    "GOTO #",
    "GO TO #",
    "GOSUB #",
    "RETURN",
    "ON @ GOTO #, #",
    "DATA 1, \"two\", THREE , 4",
    "READ ~, ~",
    "RESTORE",
    "DIM A(10), B$(3)",
    "DEF FNA(X) = X * X",
    "INPUT \"Age\"; ~",
    "REM IT'S A  REMARK: PRINT",
    "A(@) = @: B$(1) = \"x\"",
    "END",
];
const CLASSIC_OPERANDS: [&str; 12] =
    ["1", "2.5", ".5", "A", "B", "C1", "N$", "\"T\"", "A(I)", "INT(A)", "LEN(N$)", "RND(1)"];

/// A program with line numbers, some of its blanks left out.
fn classic(dice: &mut Dice) -> String {
    const NAMES: [&str; 6] = ["A", "B", "C1", "I", "J", "N$"];
    let mut out = String::new();
    for number in 1..=2 + dice.below(8) {
        let line = format!("{}0 {}", number, CLASSIC[dice.below(CLASSIC.len())]);
        let mut quoted = false;
        for letter in line.chars() {
            quoted ^= letter == '"';
            match letter {
                '@' => out += CLASSIC_OPERANDS[dice.below(CLASSIC_OPERANDS.len())],
                '~' => out += NAMES[dice.below(NAMES.len())],
                '#' if !quoted => out += ["10", "20", "30"][dice.below(3)],
                ' ' if !quoted && dice.below(4) == 0 => {}
                ' ' if dice.below(9) == 0 => out += "  ",
                letter => out.push(letter),
            }
        }
        out += ["\n", "\n", "  \n", "\n\n\n", " ' said\n"][dice.below(5)];
    }
    out
}

/// Other blanks, other letter cases, comments, blank lines and line breaks: the same program.
fn shaken(dice: &mut Dice, text: &str) -> String {
    const COMMENTS: [&str; 6] =
        ["' a note", "// note, \"quoted\"", "' it's said 'so'", "'", "' END IF", "' TALK 'x'"];
    let mut out = String::new();
    let (mut quoted, mut single, mut raw, mut depth) = (false, false, false, 0usize);
    for line in text.split_inclusive('\n') {
        let begins = line.starts_with("BEGIN") || line.starts_with("TABLE");
        if !quoted && !raw && dice.below(8) == 0 {
            out += ["\n", "\n\n\n", "' own line\n", "REM a remark\n", "  # hash\n", "rem x\n"]
                [dice.below(6)];
        }
        if !quoted && !raw {
            out += ["", "", " ", "    ", "\t", "      "][dice.below(6)];
        }
        for letter in line.chars() {
            match letter {
                '"' if !single => quoted = !quoted,
                '\'' if !quoted && !raw => single = !single,
                '(' | '[' | '{' if !quoted => depth += 1,
                ')' | ']' | '}' if !quoted => depth = depth.saturating_sub(1),
                _ => {}
            }
            let plain = !(quoted || single || raw);
            match letter {
                ' ' if plain && dice.below(6) == 0 => out += ["  ", "\t", " \t "][dice.below(3)],
                ',' if plain && depth > 0 && dice.below(5) == 0 => {
                    out += [",\n", ", ' inner\n", ",\n\n  ' own\n\n", ",\n\t\t"][dice.below(4)];
                }
                '[' | '{' if plain && depth > 0 && dice.below(9) == 0 => {
                    out.push(letter);
                    out += ["\n", " ' first\n", "\n' own\n"][dice.below(3)];
                }
                '\n' if plain && dice.below(9) == 0 && !begins => {
                    out += "  ";
                    out += COMMENTS[dice.below(COMMENTS.len())];
                    out.push('\n');
                }
                '\n' if plain && dice.below(9) == 0 => out += "   \n",
                letter if plain && dice.below(40) == 0 => out.extend(letter.to_lowercase()),
                letter => out.push(letter),
            }
        }
        raw = (raw || begins) && !line.starts_with("END T");
    }
    out
}

#[test]
fn generated_scripts_are_formatted_without_loss() {
    let (mut done, mut dice) = (0, Dice(0x0f0f_5eed_7777_1234));
    for _ in 0..600 {
        let text = Generator { dice: &mut dice, size: 0 }.statements(0);
        let text = shaken(&mut dice, &text);
        done += usize::from(checked(&text).is_some());
    }
    assert!(done > 200, "only {done} could be read");
}

#[test]
fn glued_classic_programs_are_formatted_without_loss() {
    let (mut done, mut dice) = (0, Dice(0xc1a5_51c0_5eed_0007));
    for _ in 0..600 {
        done += usize::from(checked(&classic(&mut dice)).is_some());
    }
    assert!(done > 100, "only {done} could be read");
}

#[test]
fn damaged_scripts_are_formatted_without_loss_or_refused() {
    let mut dice = Dice(0x5eed_4321_1111_beef);
    let mut texts: Vec<String> = all_scripts().into_iter().map(|(_, text)| text).collect();
    texts.extend(SEEDS.map(str::to_owned));
    texts.retain(|text| text.len() < 3_000);
    let mut done = 0;
    for _ in 0..3_000 {
        let text = &texts[dice.below(texts.len())];
        let text = damage(&mut dice, text);
        let start = Instant::now();
        done += usize::from(checked(&text).is_some());
        assert!(start.elapsed() < Duration::from_secs(4), "slow:\n{text}");
    }
    assert!(done > 300, "only {done} could be read");
}

#[test]
fn hostile_text_is_bounded() {
    for text in hostile() {
        let text: String = text.chars().take(100_000).collect();
        let _ = bounded(&text);
    }
}

#[test]
fn large_scripts_are_bounded_and_stable() {
    let many = |piece: &str, count: usize| piece.repeat(count);
    let scripts = [
        format!("x = [{}1]\n", many("1, ", 60_000)),
        format!("x = f({}1)\n", many("g(1, 2), ", 10_000)),
        format!("x = {}1{}\n", many("[", 150), many("]", 150)),
        format!("x = {{{}}}\n", many("key: [1, 2], ", 10_000)),
        format!("x = [{}1]\n", many("1,\n", 10_000)),
        format!("x = 1{}\n", many(" + 1", 900)),
        format!("x = [ {} 1]\n", many("' comment\n", 5_000)),
        many("' comment\n", 20_000),
        many("\n", 100_000),
        many("x = 1 ' c\n", 5_000),
        format!("{}{}", many("IF a THEN\n", 190), many("END IF\n", 190)),
        many("IF a THEN\nELSE IF b THEN\nEND IF\n", 1_000),
        many("TALK x: ", 10_000),
        many("foo:", 10_000),
        format!("TALK \"{}\"\n", many("text\n", 20_000)),
        format!("BEGIN TALK\n{}END TALK\n", many("text\n", 20_000)),
        many("SELECT CASE x\nCASE 1\nEND SELECT\n", 1_000),
    ];
    for script in scripts {
        let once = bounded(&script).expect("a script");
        assert!(formatted(&once).expect("a script") == once, "not stable: {}", &script[..30]);
    }
}

fn bounded(text: &str) -> Result<String, super::Refusal> {
    let start = Instant::now();
    let once = formatted(text);
    let took = start.elapsed();
    let shown: String = text.chars().take(30).collect();
    assert!(took < Duration::from_secs(5), "{took:?} for {shown}");
    once
}

/// Run with `cargo test --release -- --ignored ten_thousand`.
#[test]
#[ignore = "a measurement, meaningful in release builds only"]
fn ten_thousand_lines_take_a_tenth_of_a_second() {
    let file = file(&BLOCK.repeat(1_000));
    let best = (0..10).map(|_| {
        let start = Instant::now();
        let text = format(&file, &Options::default()).expect("a script");
        assert!(text.lines().count() >= 10_000);
        start.elapsed()
    });
    let best = best.min().expect("ten measurements");
    assert!(best < Duration::from_millis(100), "{best:?}");
}

/// Found by fuzzing.
#[test]
fn strange_bytes_in_numbered_scripts_are_kept_or_refused() {
    for text in ["10#FO0 FOR I = 1 TO\0\0\0", "10//x", "10#x\n20 TALK 1\n"] {
        checked(text);
    }
}
