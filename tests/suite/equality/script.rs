//! Random scripts of the dialect: every statement and operator, loops that end, recursion that is
//! bounded, errors that happen while the script runs.

use super::fill::{Filler, Variables};
use super::source::{self, Node};
use super::words::{HOST, RISKS, RULES, STATEMENTS};
use basilect_tests::random::Random;
use std::collections::HashSet;

/// How deep blocks stand in one another.
const DEPTH: usize = 3;
/// Variables of the script by the letter of their kind.
const VARIABLES: &[(char, &[&str])] = &[
    ('i', &["a", "b", "c"]),
    ('n', &["x", "y"]),
    ('t', &["s", "t"]),
    ('b', &["p"]),
    ('l', &["l", "k"]),
    ('m', &["m", "o"]),
];
/// What variables begin with.
const FIRST: &[(char, &str)] =
    &[('i', "@0"), ('n', "@n"), ('t', "@t"), ('b', "@b"), ('l', "[@i, @t]"), ('m', "#{ a: @i }")];

/// Writes one script.
pub struct Writer {
    fill: Filler,
    /// How many statements may still be written.
    left: u64,
    depth: usize,
    /// The loops around what is written, and whether each is a FOR.
    loops: Vec<bool>,
    /// How many blocks around what is written handle errors.
    guards: usize,
    /// Whether it is the script itself, where labels are.
    main: bool,
    /// Whether errors of the script go to a label.
    trouble: bool,
    /// Labels of subroutines.
    subroutines: Vec<String>,
    number: u32,
}

/// The script of a seed.
pub fn script(seed: u64) -> Vec<Node> {
    let random = Random::new(seed);
    let (variables, readable, calls) = (Vec::new(), Vec::new(), Vec::new());
    let fill = Filler { random, rules: RULES, variables, readable, calls };
    let (loops, subroutines) = (Vec::new(), Vec::new());
    let mut writer = Writer {
        fill,
        left: 0,
        depth: 0,
        loops,
        guards: 0,
        main: true,
        trouble: false,
        subroutines,
        number: 0,
    };
    writer.script()
}

impl Writer {
    fn script(&mut self) -> Vec<Node> {
        self.fill.variables = all_variables();
        let procedures = self.procedures();
        self.left = 3 + self.fill.random.below(5);
        self.trouble = self.fill.once_in(6);
        self.guards = usize::from(self.trouble);
        self.subroutines = (0..self.fill.random.below(3)).map(|n| format!("sub{n}")).collect();
        let mut nodes = Vec::new();
        if self.trouble {
            nodes.push(Node::line("ON ERROR GOTO trouble"));
        }
        let again = self.fill.once_in(8);
        nodes.extend(self.top_level());
        if again {
            nodes.push(self.self_call());
            nodes.extend(self.top_level());
        }
        let mut behind = self.end();
        behind.extend(procedures);
        let text = source::text(&nodes) + &source::text(&behind);
        let words: HashSet<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        let mut all = self.begin(&words);
        all.extend(nodes);
        let variables = VARIABLES.iter().flat_map(|(_, names)| *names);
        let told: Vec<&str> = variables.copied().filter(|name| words.contains(name)).collect();
        all.push(Node::line(format!("TALK [{}]", told.join(", "))));
        all.extend(behind);
        all
    }
    /// What stands before statements that mention it.
    fn begin(&mut self, words: &HashSet<&str>) -> Vec<Node> {
        let mut nodes = Vec::new();
        for (name, line) in [
            ("level", "PARAM level AS INTEGER DEFAULT 0"),
            ("row", "DIM row(5)"),
            ("grid", "DIM grid(5, 5)"),
            ("LIMIT", "CONST LIMIT = 7"),
            ("FNSQ", "DEF FNSQ(v) = v * v + a"),
            ("READ", "DATA 1, two, \"three, 3\", 4.5, -6"),
        ] {
            if words.contains(name) {
                nodes.push(Node::line(line));
            }
        }
        for (kind, names) in VARIABLES {
            for name in names.iter().filter(|name| words.contains(**name)) {
                let first = self.fill.fill(first_of(*kind), 0);
                nodes.push(Node::line(format!("{name} = {first}")));
            }
        }
        nodes
    }
    /// Statements of the script itself, labels among them.
    fn top_level(&mut self) -> Vec<Node> {
        let mut nodes = Vec::new();
        while self.left > 0 {
            nodes.extend(match self.fill.random.below(14) {
                0 => self.jump_back(),
                1 => self.jump_on(),
                _ => self.statement(),
            });
        }
        self.left = 3;
        nodes
    }
    fn self_call(&mut self) -> Node {
        let call = self.fill.pick(&[
            "IF level < 2 THEN w = CALL \"main.bas\", level + 1",
            "IF level < 1 THEN CALL \"main\", level + 1",
            "IF level < 1 THEN CALL IIF(@b, \"main\", \"Main.bas\"), level + 1",
        ]);
        Node::line(self.fill.fill(call, 1))
    }
    /// The last statement, and what only jumps lead to.
    fn end(&mut self) -> Vec<Node> {
        let end = self.fill.pick(&["EXIT", "RETURN @v", "STOP", "RETURN #{ a: @v, l: @l }"]);
        let mut nodes = vec![Node::line(self.fill.fill(end, 1))];
        for label in std::mem::take(&mut self.subroutines) {
            self.left = 3;
            nodes.push(Node::line(format!("{label}:")));
            nodes.extend(self.body(3));
            nodes.push(Node::line("RETURN"));
        }
        if self.trouble {
            nodes.extend(trouble(self.fill.pick(TROUBLE)));
        }
        nodes
    }
    // ---- procedures

    fn procedures(&mut self) -> Vec<Node> {
        let mut nodes = Vec::new();
        for number in 0..self.fill.random.below(3) {
            let shared = self.fill.variables.clone();
            let kept = |fill: &mut Filler| !fill.once_in(2);
            let mut own: Variables = Vec::new();
            for variable in shared.iter().chain(&all_own(number)) {
                if kept(&mut self.fill) {
                    own.push(variable.clone());
                }
            }
            for kind in ['i', 'n', 't', 'b', 'l', 'm'] {
                if !own.iter().any(|(of, _)| *of == kind) {
                    own.extend(all_own(number).into_iter().filter(|(of, _)| *of == kind));
                }
            }
            self.fill.variables = own;
            self.fill.readable = vec![('i', "n".to_string()), ('w', "given".to_string())];
            self.main = false;
            nodes.push(self.procedure(number));
            self.main = true;
            self.fill.readable.clear();
            self.fill.variables = shared;
        }
        nodes
    }
    fn procedure(&mut self, number: u64) -> Node {
        self.left = 1 + self.fill.random.below(4);
        let kind = self.fill.pick(&["sub", "i", "t"]);
        let mut body = Vec::new();
        for (kind, name) in all_own(number) {
            if !self.fill.once_in(5) && self.fill.variables.iter().any(|(_, own)| *own == name) {
                let first = self.fill.fill(first_of(kind), 0);
                body.push(Node::line(format!("{name} = {first}")));
            }
        }
        if kind == "sub" {
            body.insert(0, Node::line("IF n <= 0 THEN EXIT SUB"));
            body.extend(self.body(4));
            body.push(Node::line(format!("CALL work{number}(n - 1, n)")));
            self.fill.calls.push(('s', format!("work{number}(@0, @v)")));
            return Node::block(format!("SUB work{number}(n, given)"), body, "END SUB");
        }
        let (first, name) =
            (self.fill.fill(&format!("@{kind}"), 0), format!("find_{kind}{number}"));
        body.insert(0, Node::line(format!("IF n <= 0 THEN RETURN {first}")));
        body.extend(self.body(4));
        let value = self.fill.fill(&format!("@{kind}"), 1);
        let joined = if kind == "i" { "+" } else { "&" };
        body.push(Node::line(format!("RETURN {name}(n - 1, given) {joined} {value}")));
        let letter = kind.chars().next().unwrap_or('i');
        self.fill.calls.push((letter, format!("{name}(@0, @{kind})")));
        Node::block(format!("FUNCTION {name}(n, given)"), body, "END FUNCTION")
    }

    // ---- statements

    fn body(&mut self, most: u64) -> Vec<Node> {
        let mut nodes = Vec::new();
        for _ in 0..=self.fill.random.below(most) {
            nodes.extend(self.statement());
        }
        nodes
    }
    /// The statements of a block.
    fn inner(&mut self) -> Vec<Node> {
        self.depth += 1;
        let nodes = self.body(3);
        self.depth -= 1;
        nodes
    }
    fn one(&mut self, of: &[&str]) -> Vec<Node> {
        let template = self.fill.pick(of);
        let depth = self.fill.random.below(3) as u32;
        vec![Node::line(self.fill.fill(template, depth))]
    }
    fn statement(&mut self) -> Vec<Node> {
        self.left = self.left.saturating_sub(1);
        let room = self.depth < DEPTH && self.left > 0;
        match self.fill.random.below(if room { 100 } else { 64 }) {
            0..36 => self.one(STATEMENTS),
            36..44 => self.one(HOST),
            44..53 if self.loops.is_empty() => self.one(HOST),
            44..57 => self.call(),
            57..60 => self.leave(),
            60..64 => self.risk(),
            64..72 => vec![self.choice()],
            72..77 => vec![self.select()],
            77..83 => self.counted(),
            83..87 => self.each(),
            87..92 => self.conditional_loop(),
            92..96 => vec![self.attempt()],
            96..98 => self.resume_next(),
            _ => vec![self.block_of_lines()],
        }
    }
    fn risk(&mut self) -> Vec<Node> {
        if self.guards == 0 && !self.fill.once_in(8) {
            return self.one(STATEMENTS);
        }
        self.one(RISKS)
    }
    fn call(&mut self) -> Vec<Node> {
        if !self.subroutines.is_empty() && self.main && self.fill.once_in(3) {
            let label = self.subroutines[0].clone();
            let last = self.subroutines[self.subroutines.len() - 1].clone();
            let chosen = format!("ON @0 GOSUB {label}, {last}");
            return self.one(&[&format!("GOSUB {last}"), &chosen]);
        }
        let subs: Vec<String> = self
            .fill
            .calls
            .iter()
            .filter(|(kind, _)| *kind == 's')
            .map(|(_, c)| c.clone())
            .collect();
        if subs.is_empty() || self.loops.len() > 1 {
            return self.one(STATEMENTS);
        }
        let at = self.fill.random.below(subs.len() as u64) as usize;
        self.one(&[&format!("CALL {}", subs[at]), &subs[at]])
    }
    /// Ways out, behind a condition.
    fn leave(&mut self) -> Vec<Node> {
        let mut ways = Vec::new();
        if self.loops.contains(&true) {
            ways.push("IF @b THEN EXIT FOR");
        }
        if self.loops.contains(&false) {
            ways.push("IF @b THEN EXIT DO");
        }
        if !self.loops.is_empty() {
            ways.extend(["IF @b THEN CONTINUE", "IF @b THEN BREAK", "IF @b THEN CONTINUE"]);
        }
        if !self.main {
            ways.extend(["IF @b AND n > 1 THEN EXIT", "IF @b THEN RETURN @v"]);
        }
        if self.main && self.fill.once_in(4) {
            ways.push("IF @b AND @b THEN STOP");
        }
        if ways.is_empty() { self.one(STATEMENTS) } else { self.one(&ways) }
    }

    // ---- blocks

    fn fresh(&mut self, letter: &str) -> String {
        self.number += 1;
        format!("{letter}{}", self.number)
    }
    fn choice(&mut self) -> Node {
        let mut parts = vec![(self.fill.fill("IF @b THEN", 2), self.inner())];
        if self.fill.once_in(3) {
            parts.push((self.fill.fill("ELSE IF @b THEN", 1), self.inner()));
        }
        if self.fill.once_in(2) {
            parts.push(("ELSE".to_string(), self.inner()));
        }
        Node::Block(parts, "END IF".to_string())
    }
    fn select(&mut self) -> Node {
        const NUMBERS: &[&str] =
            &["CASE @0", "CASE @0, @i", "CASE @0 TO @i", "CASE IS > @i", "CASE IS <= @i, 1"];
        const TEXTS: &[&str] =
            &["CASE \"abc\"", "CASE @t, \"7\"", "CASE \"a\" TO \"m\"", "CASE IS <> @t"];
        let numbers = self.fill.once_in(2);
        let (head, tests) = if numbers { ("@i", NUMBERS) } else { ("@t", TEXTS) };
        let head = self.fill.fill(&format!("SELECT CASE {head}"), 1);
        let mut parts = vec![(head, Vec::new())];
        for _ in 0..=self.fill.random.below(3) {
            let test = self.fill.pick(tests);
            parts.push((self.fill.fill(test, 1), self.inner()));
        }
        if self.fill.once_in(2) {
            parts.push(("CASE ELSE".to_string(), self.inner()));
        }
        Node::Block(parts, "END SELECT".to_string())
    }
    /// The statements of a loop.
    fn looped(&mut self, counted: bool) -> Vec<Node> {
        self.loops.push(counted);
        let nodes = self.inner();
        self.loops.pop();
        nodes
    }
    fn counted(&mut self) -> Vec<Node> {
        const RANGES: &[&str] = &[
            "1 TO @0",
            "0 TO UBOUND(@L) - 1",
            "@0 TO -@0 STEP -2",
            "@0 TO 0 STEP -1",
            "0 TO 2 STEP 0.5",
            "1 TO -0.5 STEP -0.25",
            "@0 TO @0 + 3",
            "0.1 TO 0.5 STEP 0.1",
            "@0 TO @0 STEP @0 + 1",
            "9223372036854775805 TO 9223372036854775807",
        ];
        let range = self.fill.pick(RANGES);
        let range = self.fill.fill(range, 1);
        let before = (self.fill.variables.clone(), self.fill.readable.clone());
        let name = if self.fill.once_in(4) { self.fill.fill("@I", 0) } else { self.fresh("f") };
        if self.fill.once_in(10) {
            self.fill.variables.push(('i', name.clone()));
        } else {
            self.fill.variables.retain(|(_, other)| *other != name || name == "a");
        }
        self.fill.readable.push(('i', name.clone()));
        let body = self.looped(true);
        (self.fill.variables, self.fill.readable) = before;
        let tail = self.fill.pick(&["NEXT", "END FOR"]);
        vec![Node::block(format!("FOR {name} = {range}"), body, tail)]
    }
    fn each(&mut self) -> Vec<Node> {
        let source = self.fill.pick(&["@l", "@L", "@m", "@t", "@L LAST @0", "@l"]);
        let source = self.fill.fill(source, 1);
        let name = self.fresh("e");
        self.fill.readable.push(('w', name.clone()));
        let body = self.looped(true);
        self.fill.readable.pop();
        vec![Node::block(format!("FOR EACH {name} IN {source}"), body, "NEXT")]
    }
    fn conditional_loop(&mut self) -> Vec<Node> {
        const SHAPES: &[(&str, &str)] = &[
            ("WHILE # < @0", "WEND"),
            ("WHILE # < 3 AND @b", "WEND"),
            ("DO WHILE # <= @0", "LOOP"),
            ("DO UNTIL # >= @0", "LOOP"),
            ("DO UNTIL # > 2 OR @b", "LOOP"),
            ("DO", "LOOP WHILE # <= @0"),
            ("DO", "LOOP UNTIL # > @0"),
            ("DO", "LOOP WHILE # < 4 AND NOT @b"),
            ("DO WHILE @b", "LOOP UNTIL # > 3"),
            ("DO", "LOOP WHILE # <> @0 AND # < 5"),
            ("WHILE @0 > #", "WEND"),
        ];
        let counter = self.fresh("c");
        let shape = SHAPES[self.fill.random.below(SHAPES.len() as u64) as usize];
        let head = self.fill.fill(&shape.0.replace('#', &counter), 1);
        let tail = self.fill.fill(&shape.1.replace('#', &counter), 1);
        let mut body = vec![Node::line(format!("{counter} = {counter} + 1"))];
        body.extend(self.looped(false));
        vec![Node::line(format!("{counter} = 0")), Node::block(head, body, tail)]
    }
    fn attempt(&mut self) -> Node {
        self.guards += 1;
        let mut body = self.inner();
        body.extend(self.risk());
        self.guards -= 1;
        let mut parts = vec![("TRY".to_string(), body)];
        let shape = self.fill.random.below(5);
        let error = self.fresh("e");
        if shape != 0 {
            self.fill.readable.push(('m', error.clone()));
            let mut caught = self.inner();
            self.fill.readable.pop();
            let told =
                ["TALK #.message & #.line & #.code", "w = #", "THROW #", "TALK ERROR MESSAGE"];
            let told = self.fill.pick(&told).replace('#', &error);
            caught.push(Node::line(told));
            parts.push((format!("CATCH {error}"), caught));
        }
        if shape < 2 {
            let loops = std::mem::take(&mut self.loops);
            parts.push(("FINALLY".to_string(), self.inner()));
            self.loops = loops;
        }
        Node::Block(parts, "END TRY".to_string())
    }
    fn resume_next(&mut self) -> Vec<Node> {
        self.guards += 1;
        let mut nodes = vec![Node::line("ON ERROR RESUME NEXT")];
        nodes.extend(self.risk());
        nodes.extend(self.body(3));
        self.guards -= 1;
        nodes.push(Node::line("IF ERROR THEN TALK ERROR MESSAGE"));
        let label = if self.main && self.trouble { "trouble" } else { "0" };
        nodes.push(Node::line(format!("ON ERROR GOTO {label}")));
        nodes
    }
    fn block_of_lines(&mut self) -> Node {
        let line = |fill: &mut Filler, template| Node::line(fill.fill(template, 1));
        if self.fill.once_in(3) {
            let body = vec![line(&mut self.fill, "TALK @t & @I"), line(&mut self.fill, "@I = @i")];
            return Node::block("SCHEDULE IN 7 SECONDS DO", body, "END SCHEDULE");
        }
        if self.fill.once_in(2) {
            let body = vec![line(&mut self.fill, "a = @v"), line(&mut self.fill, "@k = @v")];
            return Node::block(self.fill.fill("WITH @M", 0), body, "END WITH");
        }
        let body = vec![Node::line("Dear ${s},"), line(&mut self.fill, "  ${@I} 'and' ${@T}")];
        Node::block("BEGIN TALK", body, "END TALK")
    }

    // ---- labels

    fn jump_back(&mut self) -> Vec<Node> {
        let (label, counter) = (self.fresh("back"), self.fresh("c"));
        let mut nodes = vec![
            Node::line(format!("{counter} = 0")),
            Node::line(format!("{label}:")),
            Node::line(format!("{counter} = {counter} + 1")),
        ];
        nodes.extend(self.body(3));
        let back = self.fill.fill(&format!("IF {counter} < @0 THEN GOTO {label}"), 0);
        nodes.push(Node::line(back));
        nodes
    }
    fn jump_on(&mut self) -> Vec<Node> {
        let (first, second) = (self.fresh("on"), self.fresh("on"));
        let jump = self.fill.pick(&["IF @b THEN GOTO #", "ON @0 GOTO #, %"]);
        let jump = jump.replace('#', &first).replace('%', &second);
        let mut nodes = vec![Node::line(self.fill.fill(&jump, 1))];
        nodes.extend(self.body(3));
        nodes.push(Node::line(format!("{first}:")));
        nodes.extend(self.body(2));
        nodes.push(Node::line(format!("{second}:")));
        nodes
    }
}

/// How the place that handles all errors goes on.
const TROUBLE: &[&str] = &["RESUME NEXT", "IF troubles < 4 THEN RESUME", "RESUME given_up"];

fn trouble(how: &str) -> Vec<Node> {
    let lines = [
        "trouble:",
        "troubles = troubles + 1",
        "TALK ERR & \" in \" & ERL & \": \" & ERROR MESSAGE",
        "IF troubles > 6 THEN EXIT",
        "a = a + 1",
        how,
        "RESUME NEXT",
        "given_up:",
        "TALK \"given up\"",
        "EXIT",
    ];
    lines.map(Node::line).to_vec()
}

fn all_variables() -> Variables {
    let of = |(kind, names): &(char, &[&str])| {
        names.iter().map(|name| (*kind, (*name).to_string())).collect::<Vec<_>>()
    };
    VARIABLES.iter().flat_map(of).collect()
}

fn first_of(kind: char) -> &'static str {
    FIRST.iter().find(|(own, _)| *own == kind).map_or("NULL", |(_, first)| first)
}

/// Variables of a procedure alone.
fn all_own(number: u64) -> Variables {
    FIRST.iter().map(|(kind, _)| (*kind, format!("own_{kind}{number}"))).collect()
}
