//! What an editor may ask, one file each.
//!
//! [`lines`] reads `config.csv` and transcripts, [`cursor`] what stands before a position; the
//! others answer requests.

pub mod actions;
pub mod calls;
pub mod colors;
pub mod completion;
pub mod cursor;
pub mod diagnostics;
pub mod extract;
pub mod folding;
pub mod formatting;
pub mod hints;
pub mod hover;
pub mod lens;
pub mod lines;
pub mod links;
pub mod moving;
pub mod navigation;
pub mod rename;
pub mod selection;
pub mod signature;
pub mod symbols;
pub mod tokens;
