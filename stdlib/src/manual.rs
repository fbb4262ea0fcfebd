//! Hover texts, completions and manual pages from a keyword.
