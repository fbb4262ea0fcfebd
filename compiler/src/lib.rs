//! From source text to a verified program.
//!
//! The pipeline, in reading order: [`source`] (files, spans), [`lexer`] (words to tokens; the only
//! place that meets the vocabulary), `grammar.lalrpop` (the shapes of one logical line), [`ast`],
//! [`parser`] (lines to blocks), [`classic`] (programs with line numbers, which have a reader of
//! their own), [`names`] (scopes, labels, scripts), [`types`] (arguments of keywords against their
//! forms), `checks` (what can hardly be meant), [`lower`] (tree to instructions), [`package`] (a
//! bot's folder to one program), [`diagnostics`] (every message with its code, help and fix),
//! [`highlight`] (what each piece of a source is, for editors and pages), [`analysis`] (one script
//! with all its names, for editors), [`spoken`] (the words of the language, for grammars of
//! editors), [`format`] (a script written anew).
//!
//! Invariants: parsing never fails, it returns a tree and diagnostics. The compiler has no IO: it
//! reads through a [`source::Provider`]. The grammar names no keyword of the vocabulary.
#![forbid(unsafe_code)]

pub mod analysis;
pub mod ast;
mod checks;
pub mod classic;
pub mod diagnostics;
pub mod format;
mod grammar;
mod hashed;
pub mod highlight;
pub mod lexer;
pub mod lower;
pub mod names;
pub mod package;
pub mod parser;
pub mod source;
pub mod spoken;
pub mod symbols;
pub mod types;
