//! From text to the tokens that the grammar reads.
//!
//! Three steps, in reading order: [`scan`] (bytes to raw tokens), [`lines`] (physical lines to
//! logical ones), [`fold`] with [`heads`]
//! (raw tokens of one statement to folded tokens). Folding is where the vocabulary is met: it finds
//! the words of keywords, decides how far their arguments reach, and marks both ends, so that the
//! grammar has nothing to guess.

pub mod fold;
pub mod heads;
pub mod lines;
pub mod scan;
pub mod token;
pub mod vocabulary;
