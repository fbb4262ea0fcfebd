//! What a debugger knows of a package beside its program: where the variables live that procedures
//! share, and how an expression that somebody writes while the program stands is computed.
//!
//! A package carries its scripts. They are compiled once more, and what the compiler knows of them
//! is told only if the program comes out the same: a package of another release keeps its secrets,
//! and still runs.

use std::sync::Arc;

use basilect_vm::Program;

use crate::diagnostics::Severity;
use crate::names::fold;
use crate::package::{self, Package};
use crate::source::Provider;

/// The function that computes an expression. No script has one that is called so.
const WATCH: &str = "expression_that_is_watched";
/// Bytes of an expression that is computed.
pub const EXPRESSION_BYTES_MAX: usize = 4 << 10;

/// What is known of a package.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Symbols {
    /// For each script its path, and the variables that its procedures share with their slots.
    scripts: Vec<(String, Vec<(String, u16)>)>,
}

impl Symbols {
    /// Those of a package; none where its program is of another compiler.
    pub fn of(package: &Package) -> Symbols {
        let built = package::build(&Files { package, replaced: None }, &package.name);
        let same = built.package.is_some_and(|built| built.program == package.program);
        if same { built.symbols } else { Symbols::default() }
    }
    pub(crate) fn add(&mut self, path: &str, shared: impl Iterator<Item = (String, u16)>) {
        self.scripts.push((path.to_string(), shared.collect()));
    }
    /// The variables that the procedures of the script at `path` share, with their slots.
    pub fn shared(&self, path: &str) -> &[(String, u16)] {
        let found = self.scripts.iter().find(|(script, _)| script == path);
        found.map_or(&[], |(_, shared)| shared.as_slice())
    }
}

/// An expression, ready to be computed.
#[derive(Clone, Debug)]
pub struct Expression {
    /// The program of the package, with what computes the expression.
    pub program: Arc<Program>,
    /// What that is.
    pub way: Way,
}

/// What computes an expression.
#[derive(Clone, Debug)]
pub enum Way {
    /// A function.
    Function {
        /// Its number in the program.
        function: u32,
        /// The variables that it is given, in this order.
        given: Vec<String>,
        /// The shared variables of the script in this program.
        shared: Vec<(String, u16)>,
    },
    /// In a program with line numbers, a line.
    Line {
        /// The script.
        script: String,
        /// The line of its file.
        line: u32,
        /// The variable in which it leaves the value.
        variable: String,
    },
}

/// Compiles an expression as one of the script at `path`, in which these variables are known. The
/// error is a sentence for whoever wrote the expression.
pub fn expression(
    package: &Package,
    path: &str,
    known: &[String],
    text: &str,
) -> Result<Expression, String> {
    let text = text.trim();
    if text.is_empty() || text.len() > EXPRESSION_BYTES_MAX || text.contains(['\n', '\r']) {
        return Err("write one expression on one line, such as total * 2".into());
    }
    let source = package.files.get(path).ok_or_else(|| format!("there is no script {path}"))?;
    let source = String::from_utf8_lossy(source);
    if let Some(script) = package.program.scripts.iter().find(|s| s.path == path && s.classic) {
        return numbered(package, (path, &script.name), &source, known, text);
    }
    let given = mentioned(text, known);
    let function = format!(
        "{}\nFUNCTION {WATCH}({})\n    RETURN ({text})\nEND FUNCTION\n",
        source.trim_end(),
        given.join(", ")
    );
    let files = Files { package, replaced: Some((path, function)) };
    let built = package::build(&files, &package.name);
    let Some(compiled) = built.package else { return Err(first_error(&built, path)) };
    let program = compiled.program;
    let is_watch = |f: &basilect_vm::program::Function| f.name.eq_ignore_ascii_case(WATCH);
    let index = program.functions.iter().position(is_watch);
    let found = index.and_then(|index| Some((index, program.functions.get(index)?)));
    let (index, function) = found.ok_or("this is no expression")?;
    let named = |name: &String| given.iter().any(|given| fold(given) == fold(name));
    if let Some((_, unknown)) = function.variables.iter().find(|(_, name)| !named(name)) {
        return Err(format!("there is no variable {unknown} here"));
    }
    let shared = built.symbols.shared(path).to_vec();
    let way = Way::Function { function: index as u32, given, shared };
    Ok(Expression { program: Arc::new(program), way })
}

/// The same for a program with line numbers: a line more, which stores the value in a variable
/// that no other line names.
fn numbered(
    package: &Package,
    (path, script): (&str, &str),
    source: &str,
    known: &[String],
    text: &str,
) -> Result<Expression, String> {
    let mut lines: Vec<&str> = source.lines().collect();
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    let number = |at: usize| {
        let digits = lines.get(at)?.trim_start().split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse::<u32>().ok()
    };
    let last = lines.len().saturating_sub(1);
    let end = number(last).ok_or("the last line of this script has no number")?;
    // END has to be the last line, so the new one stands before it, if there is a number for it.
    let before = last.checked_sub(1).and_then(number).map_or(0, |before| before + 1);
    let (at, free) = if before < end { (last, end - 1) } else { (last + 1, end + 1) };
    let names = ('A'..='Z').rev().flat_map(|letter| (0..=9).map(move |n| format!("{letter}{n}")));
    let unused = |name: &String| !known.iter().any(|other| fold(other).starts_with(&fold(name)));
    let name = names.into_iter().find(unused).ok_or("every name is in use")?;
    let mut problem = String::new();
    for variable in [name.clone(), format!("{name}$")] {
        let line = format!("{free} LET {variable}={text}");
        let mut all: Vec<&str> = lines.clone();
        all.insert(at, &line);
        let files = Files { package, replaced: Some((path, all.join("\n") + "\n")) };
        let built = package::build(&files, &package.name);
        match built.package {
            Some(package) => {
                let (script, line) = (script.to_string(), at as u32 + 1);
                let way = Way::Line { script, line, variable };
                return Ok(Expression { program: Arc::new(package.program), way });
            }
            None if problem.is_empty() => problem = first_error(&built, path),
            None => {}
        }
    }
    Err(problem)
}

/// The known variables that a text names, each once.
fn mentioned(text: &str, known: &[String]) -> Vec<String> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '%');
    let words: Vec<String> = text.split(|c| !is_part(c)).map(fold).collect();
    let mut found: Vec<String> = Vec::new();
    for name in known {
        let key = fold(name);
        let new = !found.iter().any(|other| fold(other) == key);
        if new && words.contains(&key) {
            found.push(name.clone());
        }
    }
    found
}

/// The first error that stands in the script of the expression.
fn first_error(built: &package::Built, path: &str) -> String {
    let errors = built.diagnostics.iter().filter(|(_, d)| d.severity == Severity::Error);
    let own = errors.clone().find(|(file, _)| file.path == path);
    let error = own.or_else(|| errors.clone().next());
    error.map_or_else(|| "this is no expression".into(), |(_, d)| d.message.clone())
}

/// The files of a package, one of them replaced.
struct Files<'a> {
    package: &'a Package,
    replaced: Option<(&'a str, String)>,
}

impl Provider for Files<'_> {
    fn list(&self) -> Vec<String> {
        self.package.files.keys().cloned().collect()
    }
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        if let Some((replaced, text)) = &self.replaced
            && *replaced == path
        {
            return Ok(text.clone().into_bytes());
        }
        self.package.files.get(path).cloned().ok_or_else(|| "there is no such file".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(script: &str) -> Package {
        let mut package = Package { name: "shop".into(), ..Package::default() };
        package.files.insert("shop.gbdialog/start.bas".into(), script.into());
        package::build(&Files { package: &package, replaced: None }, "shop").package.expect("built")
    }

    #[test]
    fn shared_variables_have_their_slots() {
        let package =
            package("total = 1\nadd 2\nTALK total\nSUB add(n)\n total = total + n\nEND SUB");
        let symbols = Symbols::of(&package);
        assert_eq!(symbols.shared("shop.gbdialog/start.bas"), [("total".to_string(), 0)]);
    }

    #[test]
    fn an_expression_names_what_it_needs() {
        let package = package("cart = [1, 2]\nTALK LEN(cart)");
        let known = ["cart".to_string(), "other".to_string()];
        let path = "shop.gbdialog/start.bas";
        let found = expression(&package, path, &known, "cart[0] + LEN(cart)").expect("compiles");
        assert!(matches!(found.way, Way::Function { given, .. } if given == ["cart"]));
        for wrong in ["", "cart +", "nothing + 1", "1\nTALK 2"] {
            assert!(expression(&package, path, &known, wrong).is_err(), "{wrong}");
        }
    }
}
