//! tests
mod language;
mod tidy;
