//! What an editor may ask, one file each.

pub mod completion;
pub mod diagnostics;
pub mod hover;
pub mod symbols;
