//! The packages that a conversation ran on, with what a debugger has to know of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use basilect_compiler::package::Package;
use basilect_compiler::symbols::{self, Expression, Symbols};
use basilect_vm::Program;

/// Expressions that are kept compiled.
const EXPRESSIONS_MAX: usize = 200;

/// One package.
pub struct Code {
    /// Its scripts as text, its settings.
    pub package: Package,
    /// The program of all scripts.
    pub program: Arc<Program>,
    symbols: OnceLock<Symbols>,
    expressions: Mutex<BTreeMap<String, Result<Expression, String>>>,
}

impl Code {
    /// Of a package.
    pub fn new(package: Package) -> Code {
        let program = Arc::new(package.program.clone());
        Code::of_program(program, package)
    }
    /// Of a package with the program that its bot runs.
    pub fn of_program(program: Arc<Program>, package: Package) -> Code {
        Code { package, program, symbols: OnceLock::new(), expressions: Mutex::default() }
    }
    /// Where shared variables live.
    pub fn symbols(&self) -> &Symbols {
        self.symbols.get_or_init(|| Symbols::of(&self.package))
    }
    /// The text of a script.
    pub fn source(&self, path: &str) -> Option<String> {
        self.package.files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }
    /// An expression of the script at `path`, compiled once.
    pub fn expression(
        &self,
        path: &str,
        known: &[String],
        text: &str,
    ) -> Result<Expression, String> {
        let key = format!("{path}\n{}\n{text}", known.join(","));
        let mut kept = self.expressions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept.get(&key) {
            return found.clone();
        }
        if kept.len() >= EXPRESSIONS_MAX {
            kept.clear();
        }
        let compiled = symbols::expression(&self.package, path, known, text);
        kept.insert(key, compiled.clone());
        compiled
    }
}

/// The packages of a conversation, by their content hashes: it may have begun on one and gone on
/// with the next.
#[derive(Clone, Default)]
pub struct Codes {
    by_hash: BTreeMap<String, Arc<Code>>,
    /// What runs in place of any other.
    always: Option<Arc<Code>>,
}

impl Codes {
    /// The packages that were recorded.
    pub fn recorded(packages: impl IntoIterator<Item = Package>) -> Codes {
        let codes = packages.into_iter().map(|p| (p.version(), Arc::new(Code::new(p))));
        Codes { by_hash: codes.collect(), always: None }
    }
    /// One package, whatever was recorded.
    pub fn one(package: Package) -> Codes {
        Codes { always: Some(Arc::new(Code::new(package))), ..Codes::default() }
    }
    /// The same with what is known of it already.
    pub fn of_code(code: Arc<Code>) -> Codes {
        Codes { always: Some(code), ..Codes::default() }
    }
    /// One program, whatever was recorded, of which nothing else is known.
    pub fn program(program: Arc<Program>) -> Codes {
        let code = Code::of_program(program, Package::default());
        Codes { always: Some(Arc::new(code)), ..Codes::default() }
    }
    /// The package of this hash.
    pub fn of(&self, hash: &str) -> Option<Arc<Code>> {
        self.always.clone().or_else(|| self.by_hash.get(hash).cloned())
    }
    /// Whether the package of this hash is here.
    pub fn has(&self, hash: &str) -> bool {
        self.of(hash).is_some()
    }
    /// Adds a package that the conversation went on with.
    pub fn add(&mut self, package: Package) {
        self.by_hash.insert(package.version(), Arc::new(Code::new(package)));
    }
    /// All packages.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Code>> {
        self.always.iter().chain(self.by_hash.values())
    }
}
