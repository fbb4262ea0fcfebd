//! What the product around the server knows and the compiler does not: the settings of a bot, and
//! how tests are written. Whoever starts the server hands it over.

use basilect_compiler::diagnostics::Diagnostic;
use basilect_compiler::source::Span;

/// A setting of `config.csv`.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// Its names; the first is the usual one.
    pub names: Vec<String>,
    /// What it decides, as a sentence.
    pub what: String,
    /// What holds without it.
    pub default: String,
    /// What a value must look like, where that is fixed.
    pub wanted: Option<String>,
}

/// What is known beside the compiler.
#[derive(Clone, Debug)]
pub struct Product {
    /// The settings that mean something.
    pub settings: Vec<Setting>,
    /// What is wrong in a `config.csv`, given its path and text.
    pub check_settings: fn(&str, &str) -> Vec<Diagnostic>,
    /// What is wrong in a transcript test: places and sentences.
    pub check_transcript: fn(&str) -> Vec<(Span, String)>,
}

impl Default for Product {
    /// Nothing: settings and tests are then not checked.
    fn default() -> Product {
        Product {
            settings: Vec::new(),
            check_settings: |_, _| Vec::new(),
            check_transcript: |_| Vec::new(),
        }
    }
}

impl Product {
    /// The setting of a name.
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.names.iter().any(|known| known == name))
    }
}
