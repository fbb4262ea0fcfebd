//! Sentences with gaps: how statements and expressions are made of random parts.
//!
//! In a template `@i` is an integer, `@n` a number, `@t` a text, `@b` a truth value, `@l` a list,
//! `@m` a map, `@v` any value; the same in capitals is a variable of that kind. `@0` is a small
//! literal, `@k` a key, and `~` the variable that was named last.

use basilect_tests::random::Random;

/// What stands for a gap: simple things, and things that hold gaps themselves.
pub struct Rule {
    /// The letter of the gap.
    pub gap: char,
    /// What it may be in any place.
    pub simple: &'static [&'static str],
    /// What it may be where there is room.
    pub composed: &'static [&'static str],
}

/// Variables by the letter of their kind.
pub type Variables = Vec<(char, String)>;

/// Fills gaps.
pub struct Filler {
    pub random: Random,
    /// The rules of the dialect.
    pub rules: &'static [Rule],
    /// The variables that may be set here.
    pub variables: Variables,
    /// Names that may only be read here: counters of loops, parameters.
    pub readable: Variables,
    /// Calls of functions that may stand in an expression here.
    pub calls: Vec<(char, String)>,
}

/// Literals that stand at the edges of what numbers can be.
const EDGES: &[&str] =
    &["9223372036854775807", "4611686018427387904", "-9223372036854775807", "3037000500"];

impl Filler {
    /// Whether something that happens once in `n` times happens now.
    pub fn once_in(&mut self, n: u64) -> bool {
        self.random.below(n) == 0
    }
    /// One of several.
    pub fn pick<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.random.below(of.len() as u64) as usize]
    }
    /// The template with its gaps filled; `depth` is how deep expressions may be.
    pub fn fill(&mut self, template: &str, depth: u32) -> String {
        let mut last = String::new();
        let mut text = String::new();
        let mut chars = template.chars();
        while let Some(c) = chars.next() {
            match c {
                '@' => {
                    let gap = chars.next().unwrap_or('@');
                    let value = self.gap(gap, depth);
                    if gap.is_ascii_uppercase() {
                        last.clone_from(&value);
                    }
                    text.push_str(&value);
                }
                '~' => text.push_str(&last),
                _ => text.push(c),
            }
        }
        text
    }
    fn gap(&mut self, gap: char, depth: u32) -> String {
        match gap {
            '0' => self.random.below(6).to_string(),
            'k' => self.pick(&["a", "b", "c", "k1"]).to_string(),
            'v' => self.any(depth),
            _ if gap.is_ascii_uppercase() => self.variable(gap.to_ascii_lowercase()),
            _ => self.value(gap, depth),
        }
    }
    /// A variable that may be set.
    fn variable(&mut self, kind: char) -> String {
        let of = |(own, _): &&(char, String)| *own == kind || kind == 'v';
        let fitting: Vec<&String> =
            self.variables.iter().filter(of).map(|(_, name)| name).collect();
        let at = self.random.below(fitting.len() as u64) as usize;
        fitting.get(at).map_or_else(|| "w".to_string(), |name| (*name).clone())
    }
    /// A value of any kind; texts and numbers are most frequent.
    fn any(&mut self, depth: u32) -> String {
        let kinds: Vec<char> = self.rules.iter().map(|rule| rule.gap).collect();
        let at = self.random.below(kinds.len() as u64 * 2) as usize;
        let gap =
            kinds.get(at).copied().unwrap_or(if at.is_multiple_of(2) { kinds[0] } else { 't' });
        self.value(gap, depth.min(1))
    }
    /// An expression of a kind.
    fn value(&mut self, kind: char, depth: u32) -> String {
        if kind == 'i' && self.once_in(60) {
            return self.pick(EDGES).to_string();
        }
        let Some(rule) = self.rules.iter().find(|rule| rule.gap == kind) else {
            return format!("@{kind}");
        };
        if depth == 0 || self.once_in(4) {
            return self.leaf(kind, rule.simple);
        }
        if !self.calls.is_empty() && self.once_in(7) {
            let at = self.random.below(self.calls.len() as u64) as usize;
            let (own, call) = self.calls[at].clone();
            if own == kind {
                return self.fill(&call, 0);
            }
        }
        let template = self.pick(rule.composed);
        self.fill(template, depth - 1)
    }
    fn leaf(&mut self, kind: char, simple: &[&str]) -> String {
        let readable: Vec<&String> =
            self.readable.iter().filter(|(own, _)| *own == kind).map(|(_, name)| name).collect();
        let at = self.random.below(readable.len() as u64 * 3 + 1) as usize;
        if let Some(name) = readable.get(at) {
            return (*name).clone();
        }
        let template = self.pick(simple);
        self.fill(template, 0)
    }
}
