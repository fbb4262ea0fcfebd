//! Random scripts that compute: loops over numbers, lists and maps, and functions that call each
//! other often, so that machine code has something to do. Numbers change their kind now and then,
//! whole ones leave their range, and places lie outside of lists.

use super::source::Node;
use basilect_tests::random::Random;

/// Elements of the list.
const SIZE: u64 = 12;
/// Elements of the list of flags: so many that each takes a byte.
const FLAGS: u64 = 1100;
/// Whole numbers.
const WHOLE: &[&str] = &["0", "1", "2", "3", "7", "10", "-1", "-4", "100"];
/// Other numbers.
const FLOATS: &[&str] = &["0.5", "2.25", "-1.75", "0.1", "12.5", "3.0", "-0.0"];
/// Numbers at the ends of what there is.
const ENDS: &[&str] = &["4611686018427387904", "-9223372036854775807", "1E300", "1E9"];

/// Texts in which something is looked for.
const TEXTS: &[&str] = &[
    "the quick brown fox, which is 12.5 years old, jumps over lazy dogs: 0!",
    "a text that ends soon, z0",
    "ação, que não é só de um byte: 10, o",
    "short",
];

/// Writes one script.
struct Writer {
    random: Random,
    /// Variables that can be read.
    names: Vec<String>,
    /// Functions of two numbers that can be called.
    functions: usize,
    /// Whether a list `v` and a map `m` are there.
    objects: bool,
    /// Whether a list `w` of flags is there.
    flags: bool,
    loops: usize,
}

/// The script of a seed.
pub fn script(seed: u64) -> Vec<Node> {
    let random = Random::new(seed);
    let (names, functions, objects, loops) = (Vec::new(), 0, false, 0);
    let mut writer = Writer { random, names, functions, objects, flags: false, loops };
    let mut nodes = Vec::new();
    for number in 0..1 + writer.random.below(3) {
        nodes.push(writer.function(number as usize));
        writer.functions += 1;
    }
    if writer.random.below(2) == 0 {
        nodes.push(writer.sub());
    }
    nodes.extend(writer.main());
    nodes
}

impl Writer {
    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from.get(self.random.below(from.len() as u64) as usize).copied().unwrap_or("1")
    }
    fn name(&mut self) -> String {
        let at = self.random.below(self.names.len().max(1) as u64) as usize;
        self.names.get(at).cloned().unwrap_or_else(|| "4".into())
    }
    /// A variable that is no counter of a loop.
    fn target(&mut self) -> String {
        let names = self.names.len() - self.loops.min(self.names.len() - 1);
        let at = self.random.below(names as u64) as usize;
        self.names.get(at).cloned().unwrap_or_else(|| "total".into())
    }
    fn expression(&mut self, depth: u64) -> String {
        if depth == 0 || self.random.below(5) == 0 {
            return match self.random.below(6) {
                0 if self.random.below(8) == 0 => self.pick(ENDS).into(),
                0 => self.pick(WHOLE).into(),
                1 => self.pick(FLOATS).into(),
                _ => self.name(),
            };
        }
        let (l, r) = (self.expression(depth - 1), self.expression(depth - 1));
        match self.random.below(44) {
            0..10 => format!("{l} + {r}"),
            10..16 => format!("({l} - {r})"),
            16..22 => format!("({l}) * ({r})"),
            22..24 => format!("({l}) / (ABS({r}) + 1)"),
            24 => format!("({l}) / ({r})"),
            25..27 => format!("({l}) MOD 13"),
            27 => format!("({l}) \\ 3"),
            28 => format!("SQR(ABS({l}))"),
            29 => format!("INT({l})"),
            30 => format!("ABS({l})"),
            31..34 if self.objects => format!("v[{}]", self.place()),
            34..37 if self.objects => format!("m.{}", self.pick(&["a", "b", "c", "none"])),
            37..39 if self.objects => self.in_text(),
            37..42 if self.functions > 0 => {
                let function = self.random.below(self.functions as u64);
                format!("f{function}({l}, {r})")
            }
            _ => format!("({l} + {r} * 0.5)"),
        }
    }
    /// A place in the list, mostly.
    fn place(&mut self) -> String {
        match self.random.below(30) {
            0 => self.name(),
            1 => SIZE.to_string(),
            2 => "1.0".into(),
            _ => format!("ABS(INT({})) MOD {SIZE}", self.name()),
        }
    }
    /// A number that depends on what stands in the text `z`, mostly within it.
    fn in_text(&mut self) -> String {
        let (name, other) = (self.name(), self.name());
        let place = format!("ABS(INT({name})) MOD {}", 6 + self.random.below(60));
        let many = format!("ABS(INT({other})) MOD {}", 2 + self.random.below(17));
        let one = format!("MID(z, {place}, 1)");
        match self.random.below(5) {
            0 => format!("INSTR(z, MID(z, {place}, {many}))"),
            1 => format!("LEN(MID(z, {place}, {many}) + {one})"),
            2 => format!("INSTR({many}, z, {one})"),
            3 => format!("INSTR({place}, z, \"{}\")", self.pick(&["o", "z", ",", "0", "!"])),
            _ => format!("INSTR({}, {one})", self.pick(&["\"0123456789-+.eE\"", "\", x\""])),
        }
    }
    /// A place in the list of flags; rarely behind it.
    fn place_of_flag(&mut self) -> String {
        let many = FLAGS + u64::from(self.random.below(40) == 0);
        format!("ABS(INT({} * 37)) MOD {many}", self.name())
    }
    /// What is put there; rarely no flag.
    fn flag(&mut self) -> String {
        match self.random.below(40) {
            0 => self.name(),
            1..12 => "NULL".into(),
            12..20 => "FALSE".into(),
            20..26 => format!("{} > 3", self.name()),
            _ => "TRUE".into(),
        }
    }
    fn condition(&mut self) -> String {
        if self.flags && self.random.below(3) == 0 {
            return format!("w[{}]", self.place_of_flag());
        }
        let (l, r) = (self.expression(1), self.expression(1));
        let sign = self.pick(&["<", "<=", ">", ">=", "=", "<>"]);
        match self.random.below(8) {
            0 => format!("NOT ({l} {sign} {r})"),
            1 if self.objects => "m.c = \"x\"".into(),
            2 if self.objects => format!("v[{}]", self.place()),
            _ => format!("{l} {sign} {r}"),
        }
    }
    fn function(&mut self, number: usize) -> Node {
        self.names = vec!["p".into(), "q".into()];
        let mut body = Vec::new();
        if self.random.below(3) == 0 {
            // Bounded by what halves with each call.
            let condition = "IF ABS(p) < 2 THEN RETURN q";
            let inner = format!("RETURN f{number}(p / 4, q) + f{number}(p \\ 3, q - 1)");
            body.extend([Node::line(condition), Node::line(inner)]);
        } else {
            body.extend(self.statements(2, 1));
            let value = self.expression(2);
            body.push(Node::line(format!("RETURN {value}")));
        }
        Node::block(format!("FUNCTION f{number}(p, q)"), body, "END FUNCTION")
    }
    fn sub(&mut self) -> Node {
        self.names = vec!["k".into(), "total".into()];
        self.objects = true;
        let body = self.statements(3, 2);
        self.objects = false;
        Node::block("SUB work(v, m, k)", body, "END SUB")
    }
    fn statements(&mut self, count: u64, depth: u64) -> Vec<Node> {
        (0..1 + self.random.below(count)).map(|_| self.statement(depth)).collect()
    }
    fn statement(&mut self, depth: u64) -> Node {
        let target = self.target();
        match self.random.below(12) {
            0 | 1 if depth > 0 && self.loops < 2 => self.a_loop(depth),
            2 | 3 if depth > 0 => {
                let condition = self.condition();
                let body = self.statements(2, depth - 1);
                Node::block(format!("IF {condition} THEN"), body, "END IF")
            }
            4 | 5 if self.objects => {
                let (place, value) = (self.place(), self.expression(2));
                Node::line(format!("v[{place}] = {value}"))
            }
            5..7 if self.flags => {
                let (place, value) = (self.place_of_flag(), self.flag());
                Node::line(format!("w[{place}] = {value}"))
            }
            6 if self.objects => {
                let (field, value) = (self.pick(&["a", "b", "c", "d"]), self.expression(2));
                Node::line(format!("m.{field} = {value}"))
            }
            7 if self.objects => Node::line(format!("PUSH v, {target}")),
            8 if self.objects && self.random.below(3) == 0 => {
                let (key, value) = (self.name(), self.expression(1));
                let key = format!("{} + ABS(INT({key})) MOD 14", self.pick(&["\"k\"", "\"K\""]));
                Node::line(format!("m[{key}] = {value}"))
            }
            7..10 => {
                let value = self.expression(3);
                Node::line(format!("{target} = ({value}) MOD 1009"))
            }
            _ => {
                let value = self.expression(2);
                Node::line(format!("{target} = {value}"))
            }
        }
    }
    fn a_loop(&mut self, depth: u64) -> Node {
        self.loops += 1;
        let name = format!("i{}", self.loops);
        self.names.push(name.clone());
        let body = self.statements(3, depth - 1);
        self.names.pop();
        self.loops -= 1;
        let (end, step) = (self.random.below(14), self.pick(&["1", "1", "2", "-1", "0.5"]));
        match self.random.below(4) {
            0 if self.objects => Node::block(format!("FOR EACH {name} IN v"), body, "NEXT"),
            1 => Node::block(format!("FOR {name} = {end} TO 0 STEP -2"), body, "NEXT"),
            _ => Node::block(format!("FOR {name} = 0 TO {end} STEP {step}"), body, "NEXT"),
        }
    }
    fn main(&mut self) -> Vec<Node> {
        self.objects = true;
        let mut nodes = vec![
            Node::line(format!("v = NEW ARRAY({SIZE})")),
            Node::line("m = #{ a: 1, b: 2.5, c: \"x\" }"),
            Node::line(format!("z = \"{}\"", self.pick(TEXTS))),
        ];
        for (name, value) in [("x", self.pick(WHOLE)), ("y", self.pick(FLOATS)), ("n", "3")] {
            nodes.push(Node::line(format!("{name} = {value}")));
        }
        nodes.push(Node::line("total = 0"));
        self.flags = self.random.below(6) == 0;
        if self.flags {
            nodes.push(Node::line(format!("w = NEW ARRAY({FLAGS})")));
        }
        self.names = ["x", "y", "n", "total"].map(String::from).to_vec();
        let guarded = self.random.below(3) == 0;
        let body: Vec<Node> = (0..3).flat_map(|_| self.statements(3, 2)).collect();
        self.names.push("round".into());
        let inner = self.statements(4, 2);
        self.names.pop();
        let rounds = 5 + self.random.below(60);
        let again = Node::block(format!("FOR round = 1 TO {rounds}"), inner, "NEXT");
        match guarded {
            true => {
                nodes.push(Node::block("TRY", [body, vec![again]].concat(), "CATCH e\nEND TRY"))
            }
            false => nodes.extend([body, vec![again]].concat()),
        }
        let told =
            ["x", "y", "n", "total", "m", "v"].map(|name| Node::line(format!("TALK {name}")));
        nodes.extend(told);
        if self.flags {
            let count = "IF w[k] THEN hits = hits + k\nIF w[k] = NULL THEN none = none + k";
            nodes.push(Node::block("FOR k = 0 TO UBOUND(w)", vec![Node::line(count)], "NEXT"));
            nodes.push(Node::line("TALK hits\nTALK none"));
        }
        nodes
    }
}
