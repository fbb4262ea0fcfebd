//! Random programs with line numbers: 16-bit integers, bits, arrays with bounds, a teletype, and
//! jumps to lines.

use super::fill::{Filler, Rule};
use super::source::Node;
use basilect_tests::random::Random;

/// How deep loops stand in one another.
const DEPTH: usize = 3;
/// Where subroutines begin, and how far they are apart.
const SUBROUTINES: u32 = 5_000;
/// Where errors go.
const TROUBLE: u32 = 9_000;

const RULES: &[Rule] = &[
    Rule {
        gap: 'n',
        simple: &["@N", "@N", "@J", "@0", "@0", "2.5", "-.25", "100"],
        composed: &[
            "@n + @n",
            "@n - @n",
            "@n * @n",
            "(@n + @n)",
            "@n / (@0 + 1)",
            "@n / @n",
            "@n \\ (@0 + 1)",
            "@n MOD 3",
            "@n ^ 2",
            "-(@n)",
            "(@b)",
            "(@n > @n)",
            "(@j AND @j)",
            "(@j OR @0)",
            "(@j XOR @j)",
            "(@j EQV @0)",
            "(@j IMP @j)",
            "NOT @j",
            "ABS(@n)",
            "INT(@n)",
            "SGN(@n)",
            "SQR(ABS(@n))",
            "SIN(@n)",
            "LEN(@t)",
            "VAL(@t)",
            "FNA(@n)",
            "D(@0 + 1)",
            "M(@0 + 1, 1)",
            "D(@0)",
            "ASC(\"A\" + @t)",
            "INSTR(@t, @t)",
            "POS(0)",
            "RND(1)",
            "FNC(@n, @t)",
        ],
    },
    Rule {
        gap: 'j',
        simple: &["@J", "@J", "@0", "7", "-1"],
        composed: &["@j + @0", "@j - @j", "(@j AND @j)", "CINT(@n / 8)", "@j \\ 2", "LEN(@t)"],
    },
    Rule {
        gap: 't',
        simple: &["@T", "@T", "\"\"", "\"ABC\"", "\"7\"", "\"X Y\""],
        composed: &[
            "@t + @t",
            "LEFT$(@t, @0)",
            "RIGHT$(@t, @0)",
            "MID$(@t + \"AB\", 2)",
            "MID$(@t + \"ABCDEF\", @0 + 1, @0)",
            "STR$(@n)",
            "CHR$(65 + @0)",
            "STRING$(@0, \"*\")",
            "SPACE$(@0)",
            "E$(@0 + 1)",
            "FNB$(@t)",
        ],
    },
    Rule {
        gap: 'b',
        simple: &["@N > @0", "@J = 1", "@T = \"\""],
        composed: &[
            "@n < @n",
            "@n <= @n",
            "@n <> @n",
            "@n >= @j",
            "@t = @t",
            "@t > @t",
            "@b AND @b",
            "(@b OR @b)",
            "NOT (@b)",
            "@n",
        ],
    },
];

/// Statements that stand alone in a line.
const STATEMENTS: &[&str] = &[
    "@N = @n",
    "LET @N = @n",
    "@N = ~ + @n",
    "@J = @n / 4",
    "@J = @j",
    "@T = @t",
    "@T = LEFT$(~ + @t, 20)",
    "D(@0 + 1) = @n",
    "D(@0) = @n",
    "M(@0 + 1, @0 + 1) = @n",
    "E$(@0 + 1) = @t",
    "SWAP A, B",
    "SWAP A$, B$",
    "SWAP D(1), D(2)",
    "MID$(@T, 1, 2) = @t",
    "READ @N",
    "READ @T",
    "READ J%",
    "RESTORE",
    "RANDOMIZE 7",
    "ERASE N: DIM N(@0 + 2): N(1) = @n",
    "PRINT @v; @v, @t",
    "PRINT @v;",
    "PRINT @n, @b",
    "PRINT TAB(@0 + 3); @t; SPC(2); @n",
    "PRINT USING \"##.##\"; @n",
    "WRITE @n, @t",
    "PRINT",
    "IF @b THEN @N = @n ELSE @T = @t",
    "IF @b THEN PRINT @t",
    "IF @b THEN IF @b THEN @J = 1 ELSE @J = 2",
];

/// Statements that stop for the person, or fail.
const RARE: &[&str] = &[
    "INPUT @N",
    "INPUT \"Q\"; @T",
    "INPUT @N, @T",
    "LINE INPUT @T",
    "GET A$",
    "A$ = INKEY$",
    "ERROR @0 + 5",
    "D(@0 + 9) = 1",
    "J% = 40000 * @n",
    "@N = @n / 0",
    "@N = CINT(@n * 9999)",
    "IF @b AND @b THEN STOP",
    "PRINT ERR; ERL",
    "CLS",
    "@N = SQR(@n)",
    "RESUME",
    "POP",
    "WIDTH 40",
];

struct Writer {
    fill: Filler,
    left: u64,
    depth: usize,
    line: u32,
    subroutines: u64,
    in_subroutine: bool,
    counters: u32,
}

/// The program of a seed.
pub fn program(seed: u64) -> Vec<Node> {
    let variables = [('n', "A"), ('n', "B"), ('n', "C"), ('j', "I%"), ('j', "J%")];
    let texts = [('t', "A$"), ('t', "B$")];
    let variables = variables.iter().chain(&texts).map(|(kind, name)| (*kind, (*name).to_string()));
    let variables = variables.collect();
    let (readable, calls) = (Vec::new(), Vec::new());
    let fill = Filler { random: Random::new(seed), rules: RULES, variables, readable, calls };
    let (left, subroutines) = (0, 0);
    Writer { fill, left, depth: 0, line: 0, subroutines, in_subroutine: false, counters: 0 }.all()
}

impl Writer {
    fn all(mut self) -> Vec<Node> {
        self.left = 4 + self.fill.random.below(10);
        self.subroutines = self.fill.random.below(3);
        let trouble = self.fill.once_in(2);
        let mut nodes = Vec::new();
        if self.fill.once_in(4) {
            nodes.push(self.put("OPTION BASE 1"));
        }
        if trouble {
            nodes.push(self.put(&format!("ON ERROR GOTO {}", TROUBLE + 10)));
        }
        for first in [
            "DIM M(6, 6), E$(6)",
            "DEF FNA(X) = X * 2 + @0",
            "DEF FNB$(X$) = LEFT$(X$ + \"-\", 5)",
            "DEF FNC(X, Y$) = LEN(Y$) - X * B",
        ] {
            let first = self.fill.fill(first, 0);
            nodes.push(self.put(&first));
        }
        while self.left > 0 {
            nodes.extend(self.statement());
        }
        if self.fill.once_in(8) {
            nodes.push(self.put("CLEAR: PRINT A; A$; D(1)"));
        }
        nodes.push(self.put("PRINT A; B; C; I%; J%; A$; B$; D(1); E$(2)"));
        nodes.push(self.put("END"));
        nodes.extend(self.behind(trouble));
        nodes
    }
    /// What only jumps lead to.
    fn behind(&mut self, trouble: bool) -> Vec<Node> {
        let mut nodes = Vec::new();
        self.in_subroutine = true;
        for number in 0..self.subroutines {
            self.line = SUBROUTINES + number as u32 * 1_000;
            self.left = 3;
            nodes.push(self.put("REM"));
            nodes.extend(self.body());
            let end =
                self.fill.pick(&["RETURN", "RETURN", "IF @b THEN RETURN ELSE PRINT 1: RETURN"]);
            let end = self.fill.fill(end, 0);
            nodes.push(self.put(&end));
        }
        if trouble {
            self.line = TROUBLE;
            nodes.push(self.put("Z = Z + 1: PRINT ERR; ERL: IF Z > 5 THEN END"));
            let how = self.fill.pick(&["RESUME NEXT", "IF Z < 3 THEN RESUME", "ON ERROR GOTO 0"]);
            nodes.push(self.put(how));
            nodes.push(self.put("IF Z = 4 THEN RESUME 9810"));
            nodes.push(self.put("RESUME NEXT"));
            self.line = 9_800;
            nodes.push(self.put("PRINT \"GIVEN UP\": END"));
        }
        self.line = 9_900;
        nodes.push(self.put("DATA 1, TWO, \"THREE, 3\", 4.5, -6, 70000, 8"));
        nodes
    }

    /// A line with the next number.
    fn put(&mut self, text: &str) -> Node {
        Node::line(self.numbered(text))
    }
    fn numbered(&mut self, text: &str) -> String {
        let number = self.next();
        format!("{number} {text}")
    }
    fn next(&mut self) -> u32 {
        self.line += 10;
        self.line
    }
    fn body(&mut self) -> Vec<Node> {
        self.depth += 1;
        let mut nodes = Vec::new();
        for _ in 0..=self.fill.random.below(3) {
            nodes.extend(self.statement());
        }
        self.depth -= 1;
        nodes
    }
    fn one(&mut self, of: &[&str]) -> Vec<Node> {
        let depth = self.fill.random.below(3) as u32;
        let template = self.fill.pick(of);
        let mut text = self.fill.fill(template, depth);
        if self.fill.once_in(4) && !text.starts_with("IF") {
            let more = self.fill.pick(of);
            text = format!("{text}: {}", self.fill.fill(more, 1));
        }
        vec![self.put(&text)]
    }
    fn statement(&mut self) -> Vec<Node> {
        self.left = self.left.saturating_sub(1);
        let room = self.depth < DEPTH && self.left > 0;
        match self.fill.random.below(if room { 30 } else { 18 }) {
            0..16 => self.one(STATEMENTS),
            16 => self.one(RARE),
            17 => self.subroutine(),
            18..23 => self.counted(),
            23..25 => self.conditional_loop(),
            25..28 => self.skip(),
            28 => self.back(),
            _ => self.choice(),
        }
    }
    fn subroutine(&mut self) -> Vec<Node> {
        if self.subroutines == 0 || self.in_subroutine {
            return self.one(STATEMENTS);
        }
        let first = SUBROUTINES + 10;
        let last = first + (self.subroutines as u32 - 1) * 1_000;
        self.one(&[&format!("GOSUB {last}"), &format!("ON @0 GOSUB {first}, {last}")])
    }
    fn counted(&mut self) -> Vec<Node> {
        let name = ["F", "G%", "H", "K"][self.depth.min(3)];
        let range = self.fill.pick(&[
            "1 TO @0",
            "@0 TO 1 STEP -1",
            "0 TO 1 STEP .25",
            "@0 TO @0",
            "@0 TO -@0 STEP -1.5",
        ]);
        let head = self.fill.fill(&format!("FOR {name} = {range}"), 0);
        let head = self.numbered(&head);
        self.fill.readable.push(('n', name.to_string()));
        let mut body = self.body();
        if self.fill.once_in(5) {
            let leave = self.fill.fill("IF @b THEN EXIT FOR", 1);
            body.push(self.put(&leave));
        }
        self.fill.readable.pop();
        let tail = if self.fill.once_in(3) { "NEXT".to_string() } else { format!("NEXT {name}") };
        let tail = self.numbered(&tail);
        vec![Node::block(head, body, tail)]
    }
    fn counter(&mut self) -> String {
        self.counters += 1;
        format!("Q{}", self.counters)
    }
    fn conditional_loop(&mut self) -> Vec<Node> {
        let counter = self.counter();
        let first = self.put(&format!("{counter} = 0"));
        let shape =
            [("WHILE # < @0", "WEND"), ("WHILE # < 3 AND @b", "WEND"), ("WHILE # <= 2", "WEND")];
        let (head, tail) = shape[self.fill.random.below(3) as usize];
        let head = self.fill.fill(&head.replace('#', &counter), 1);
        let head = self.numbered(&head);
        let mut body = vec![self.put(&format!("{counter} = {counter} + 1"))];
        body.extend(self.body());
        let tail = self.numbered(tail);
        vec![first, Node::block(head, body, tail)]
    }
    /// A jump over statements.
    fn skip(&mut self) -> Vec<Node> {
        let at = self.next();
        let body = self.body();
        let target = self.next();
        let jump =
            self.fill.pick(&["IF @b THEN #", "IF @b GOTO #", "ON @0 GOTO #, #", "ON @n GOTO #"]);
        let jump = self.fill.fill(&jump.replace('#', &target.to_string()), 1);
        let mut nodes = vec![Node::line(format!("{at} {jump}"))];
        nodes.extend(body);
        nodes.push(Node::line(format!("{target} REM")));
        nodes
    }
    /// A jump back.
    fn back(&mut self) -> Vec<Node> {
        let counter = self.counter();
        let mut nodes = vec![self.put(&format!("{counter} = 0"))];
        let target = self.next();
        nodes.push(Node::line(format!("{target} {counter} = {counter} + 1")));
        nodes.extend(self.body());
        let jump = self.fill.fill(&format!("IF {counter} < @0 THEN {target}"), 0);
        nodes.push(self.put(&jump));
        nodes
    }
    /// A choice of one of several lines.
    fn choice(&mut self) -> Vec<Node> {
        let at = self.next();
        let (first, second) = (self.body(), self.next());
        let other = self.body();
        let end = self.next();
        let test = self.fill.fill("@b", 2);
        let mut nodes = vec![Node::line(format!("{at} IF NOT ({test}) THEN {}", second + 1))];
        nodes.extend(first);
        nodes.push(Node::line(format!("{second} GOTO {end}")));
        nodes.push(Node::line(format!("{} REM", second + 1)));
        nodes.extend(other);
        nodes.push(Node::line(format!("{end} REM")));
        nodes
    }
}
